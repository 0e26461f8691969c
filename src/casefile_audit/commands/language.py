"""``audit language``: look for a lexicon's terms in what case files say, and explain them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from casefile_audit.audit import Audit, open_audit
from casefile_audit.commands.bundles import argument, flag, option, several, with_bundles
from casefile_audit.commands.case_options import (
    CasesArgument,
    FieldOptions,
    PseudonymsOption,
    pseudonyms_of,
)
from casefile_audit.commands.options import FileOptions, ForceOption, group_of_commands, print_json
from casefile_audit.commands.outputs import AnswerOptions, checked, say_written
from casefile_audit.english import count, listing, nearest
from casefile_audit.errors import UsageError
from casefile_audit.files.workbook import OpenOptions
from casefile_audit.language.answers import Question, answer_of
from casefile_audit.language.measure import Measurement, shipped_sets
from casefile_audit.language.measure import measure as measure_set
from casefile_audit.language.models import Decision
from casefile_audit.language.search import Search, search
from casefile_audit.output.writing import check_output, check_place, write_bytes
from casefile_audit.report.language import (
    language_figures,
    language_page,
    lexicon_page,
    lexicons_page,
    places_table,
    term_page,
)
from casefile_audit.report.language_measure import measured_page
from casefile_audit.report.progress import progress
from casefile_audit.report.reports import Report
from casefile_audit.report.terminal import safe, show
from casefile_audit.rubric.lexicons.loading import (
    example_faults,
    load_lexicon,
    read_lexicon,
)
from casefile_audit.rubric.lexicons.model import Lexicon
from casefile_audit.rubric.lexicons.written import cleaned, folded
from casefile_audit.rubric.lexicons.yaml_files import DEFAULT_LEXICON, shipped_lexicons
from casefile_audit.rubric.model import Rubric
from casefile_audit.scoring.groupings import check_grouping

_MOST_SHOWN = 20
_SEARCH = "search"


class _SearchFirst(TyperGroup):
    """The subcommands; what names none of them is searched."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As if ``search`` had been typed."""
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = [_SEARCH, *args]
        return super().parse_args(ctx, args)


app = group_of_commands(
    "Look for victim-blaming and other language in case files.\n\n"
    "For example: audit language cases.xlsx --in narrative --by district",
    cls=_SearchFirst,
)


def _lexicon_names(incomplete: str) -> list[str]:
    return [name for name in shipped_lexicons() if name.startswith(incomplete)]


LexiconOption = Annotated[
    str,
    typer.Option(
        "--lexicon",
        metavar="NAME|PATH",
        help="What to look for: a shipped lexicon, or a YAML file.",
        autocompletion=_lexicon_names,
    ),
]


@dataclass(frozen=True)
class SearchedOptions:
    """What is looked for, and where."""

    in_: list[str] = several(
        "The field of the rubric that holds what was written, such as narrative. May be "
        "given again.",
        "FIELD",
    )
    lexicon: LexiconOption = DEFAULT_LEXICON


@dataclass(frozen=True)
class CountedOptions:
    """How what was found is counted, and who decides how it is meant."""

    by: list[str] = several(
        "Count by each value of a field too, such as district; of a date, by month, or by "
        "'quarter of incident'; of each sheet or file. May be given again.",
        "FIELD",
    )
    review: Path | None = option(
        "Write a workbook (.xlsx) in which a person decides how each place is meant.", "FILE"
    )
    reviewed: list[Path] = several(
        "Read back such a workbook: its decisions and waivers hold. May be given again.", "FILE"
    )

    def decisions(self, opening: OpenOptions) -> dict[str, Decision]:
        """What people decided, by the keys of the places."""
        if not self.reviewed:
            return {}
        from casefile_audit.language.review import read_reviews  # seldom wanted

        return read_reviews(self.reviewed, opening)


@app.command(_SEARCH)
@with_bundles
def search_(
    cases: CasesArgument,
    *,
    asked: SearchedOptions,
    reading: FieldOptions,
    files: FileOptions,
    counted: CountedOptions,
    pseudonyms: PseudonymsOption = None,
    answer: AnswerOptions,
    force: ForceOption = False,
) -> None:
    """Say which cases have the lexicon's terms, and how each is meant.

    For example: audit language cases.xlsx --in narrative --by district
    """
    inputs = [*cases, *counted.reviewed, *reading.files, *files.files, *answer.files]
    outputs = answer.checked(inputs, force)
    if counted.review is not None:
        check_output(counted.review, force, (".xlsx",), inputs=inputs)
    words = load_lexicon(asked.lexicon)
    _check_terms(words, asked.lexicon)
    opening = files.opening(cases)
    decisions = counted.decisions(opening)
    # Whether a reader has answered the other questions doesn't matter to what was written.
    written = [*outputs.paths, *([counted.review] if counted.review else [])]
    called = pseudonyms_of(pseudonyms, [*inputs, *written])
    headings = replace(reading.headings(), count_unread=True, pseudonyms=called)
    audit = open_audit(cases, reading.rubric, headings, opening)
    fields = _fields(audit, asked.in_)
    for name in counted.by:
        check_grouping(audit.rubric, name)
    for path in written:
        check_place(path, force)  # once more: by now it is known what else is read
    # Decisions go with the cases' own references.
    own = replace(audit, reading=replace(headings, pseudonyms=None))
    with progress(own.size) as advance:
        intakes = own.intakes(dt.date.today(), advance)
        parts = (search(each.cases, words, fields, counted.by) for each in intakes)
        found = sum(parts, Search())
    if called is not None:
        found = found.called(called.of)
    dated = (name for name, its in audit.rubric.fields.items() if its.type == "date")
    dates = frozenset(dated).intersection(counted.by)
    names = list(dict.fromkeys(data.file.name for data in audit.layout.sheets))
    said = answer_of(Question(words, names, fields, dates), found, decisions)
    page, places = partial(language_page, said, found.places), places_table(said, found.places)
    outputs.save(said, lambda _: Report(page(None), language_figures(said), places))
    if counted.review is not None:
        from casefile_audit.language.review import review_bytes

        write_bytes(counted.review, review_bytes(said, found.places, dt.date.today()), force)
        say_written(counted.review, f": {count(len(found.places), 'place')} to decide on")
    outputs.print(said, lambda: show(page(_MOST_SHOWN)))


def _check_terms(words: Lexicon, name: str) -> None:
    if not words.terms:
        raise UsageError(
            f"`{name}` holds phrases and no terms, so nothing tells how they are meant",
            hint="Give them as `terms`: docs/language.md has one to start from.",
        )


def _fields(audit: Audit, named: Sequence[str]) -> list[str]:
    """The fields to search.

    Raises:
        UsageError: none is named, or one isn't text of the rubric, or no sheet has its column.
    """
    rubric = audit.rubric
    if not named:
        raise UsageError(
            "--in FIELD is missing: which column holds what was written?",
            hint=f"{_choices(rubric)} For example: --in narrative",
        )
    for name in named:
        if name not in rubric.fields or rubric.fields[name].type != "text":
            close = nearest(name, _texts(rubric))
            hint = f"Did you mean `{close}`?" if close else _choices(rubric)
            raise UsageError(
                f"--in: the rubric `{rubric.name}` has no field of text `{name}`",
                hint=f'{hint} A column goes by a field: --map "narrative={name}" reads the '
                "narrative from the column with that heading.",
            )
        if not any(name in data.header.fields for data in audit.layout.sheets):
            raise UsageError(
                f"no sheet has a column for `{name}`, so nothing can be looked for in it",
                hint=f'Name its heading: --map "{name}=HEADING". `audit check` lists the headings.',
            )
    return list(dict.fromkeys(named))


def _texts(rubric: Rubric) -> list[str]:
    return [name for name, field in rubric.fields.items() if field.type == "text"]


def _choices(rubric: Rubric) -> str:
    names = listing((f"`{name}`" for name in _texts(rubric)), "or", most=8)
    return (
        f"The fields of text of the rubric `{rubric.name}` are {names}."
        if names
        else (f"The rubric `{rubric.name}` has no field of text.")
    )


@app.command("list")
def list_(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME|PATH", help="A lexicon, to see its terms.")
    ] = None,
) -> None:
    """List the shipped lexicons, or the terms of one."""
    if name is None:
        show(lexicons_page([load_lexicon(each) for each in shipped_lexicons()], DEFAULT_LEXICON))
    else:
        show(lexicon_page(load_lexicon(name)))


@app.command()
@with_bundles
def explain(
    term: str = argument("TERM", "A term, or words that hold one."),
    lexicon: str | None = option("Where to look; by default in all.", "NAME|PATH"),
) -> None:
    """Say what is wrong with a term, and what could be said instead."""
    lexicons = [load_lexicon(name) for name in ([lexicon] if lexicon else shipped_lexicons())]
    pages = [term_page(words, name) for words in lexicons for name in _terms_in(words, term)]
    if not pages:
        titles = [each.term for words in lexicons for each in words.terms.values()]
        names = [name for words in lexicons for name in words.terms]
        close = nearest(term, [*titles, *names])
        raise UsageError(
            f"no lexicon has the term `{term}`",
            hint=f"Did you mean `{close}`?"
            if close
            else "`audit language list NAME` shows the "
            f"terms of {listing((f'`{words.lexicon}`' for words in lexicons), 'or')}.",
        )
    for page in pages:
        show(page)


def _terms_in(words: Lexicon, said: str) -> list[str]:
    """The terms that somebody means who says this."""
    plain = folded(cleaned(said))
    named = [n for n, t in words.terms.items() if plain in (n, folded(cleaned(t.term)))]
    return named or list(dict.fromkeys(m.term for m in words.search.matches(plain)))


@app.command()
@with_bundles
def measure(
    sets: list[Path] | None = argument(
        "SETS…",
        "Tables of labelled sentences, with the columns text, class, term and why. By default "
        "those that are shipped.",
        default=None,
    ),
    lexicon: LexiconOption = DEFAULT_LEXICON,
    errors: bool = flag("Show every sentence that is mistaken, and all terms."),
    json: bool = flag("Print the figures as JSON, and nothing else."),
) -> None:
    """Measure on labelled sentences how well terms are found."""
    words = load_lexicon(lexicon)
    _check_terms(words, lexicon)
    measured = [measure_set(path, words) for path in sets or shipped_sets()]
    measurement = Measurement(sets=[each for each in measured if each.sentences])
    if not measurement.sets:
        raise UsageError(
            f"no set has a sentence labelled for `{words.lexicon}`",
            hint="Give a table of your own: `audit language measure SET.csv --lexicon NAME`.",
        )
    if json:
        print_json(measurement.model_dump_json(by_alias=True, indent=2))
    else:
        show(measured_page(measurement, errors))


@app.command()
def check(
    name: Annotated[str, typer.Argument(metavar="LEXICON", help="A shipped lexicon, or a file.")],
) -> None:
    """Check a lexicon: its keys, its names, and the examples inside it."""
    words, warnings = checked(read_lexicon(name), example_faults)
    forms = sum(len(term.forms) for term in words.terms.values()) + len(words.phrases)
    examples = sum(len(term.examples) for term in words.terms.values())
    typer.echo(
        safe(
            f"{name} is well: {count(len(words.terms), 'term')}, {count(forms, 'form')}, "
            f"{count(examples, 'example')} passed, {warnings}."
        )
    )
