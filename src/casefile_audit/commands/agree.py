"""``audit agree``: how far readers of the same cases agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from casefile_audit.agree.agreement import agree as agree_on
from casefile_audit.agree.models import Agreement
from casefile_audit.agree.readings import Matched, Reader
from casefile_audit.agree.totals import agree_with_totals
from casefile_audit.commands.bundles import argument, flag, option, several, with_bundles
from casefile_audit.commands.case_options import CaseOptions
from casefile_audit.commands.options import AsOfOption, FileOptions, ForceOption, FullOption, day_of
from casefile_audit.commands.outputs import AnswerOptions, Outputs
from casefile_audit.commands.publishing import HidingOptions, PublishOptions
from casefile_audit.commands.readers import ReaderSource, read_reading, reader_sources
from casefile_audit.english import count, did_you_mean, sentence_case
from casefile_audit.errors import RubricError, UsageError
from casefile_audit.files.workbook import OpenOptions, open_workbook
from casefile_audit.intake.form_stamp import rubric_named_in
from casefile_audit.output.writing import check_output, write_bytes
from casefile_audit.publishing.readers import publish_agreement
from casefile_audit.report.agree import AGREED
from casefile_audit.report.agree_full import totals_figures, totals_page
from casefile_audit.report.published import published_figures
from casefile_audit.report.published_agree import published_agree_page
from casefile_audit.report.reports import Report
from casefile_audit.report.terminal import say
from casefile_audit.results import Result
from casefile_audit.rubric.loading import DEFAULT_RUBRIC, load_rubric
from casefile_audit.scoring.saved import is_saved

# Nobody is the more generous by a code, a yes or a date.
_OF_WORDS = ("code", "text", "yes-no", "date")


@dataclass(frozen=True)
class AgreeOptions:
    """What is asked of the readers' agreement, beside the answer itself."""

    significant: int | None = option(
        "List the cases whose grades are so many steps apart, or more.", "N"
    )
    field: list[str] = several(
        "Say how far they agree on a field's words too, which have no order, such as "
        "case_type. May be given again.",
        "FIELD",
    )
    totals: str | None = option(
        'In place of SECOND, totals are all there is: "good:19, adequate:9". Put '
        '"JUDGEMENT=" before them if the rubric has several.',
        "GRADE:N,…",
    )
    known_apart: list[str] = several(
        "With --totals: so many cases are known to be so many steps apart, or more. "
        "May be given again.",
        "STEPS:CASES",
    )
    consensus: Path | None = option(
        "Write a workbook (.xlsx) of the cases that differ, to be settled at moderation "
        "and read back with `audit score`.",
        "FILE",
    )
    details: bool = flag("Name the cases about which they differ.")

    @property
    def fields(self) -> list[str]:
        """The fields of words, each once."""
        return list(dict.fromkeys(self.field))

    def check(self, readers: Sequence[Path]) -> None:
        """Refuse what doesn't go together.

        Raises:
            UsageError: which, and why.
        """
        if self.totals is None and self.known_apart:
            raise UsageError("--known-apart goes with --totals only")
        if self.totals is not None and len(readers) > 1:
            raise UsageError(
                "--totals stands for the second reader, so it goes with one workbook",
                hint="Leave out --totals, or all workbooks but one.",
            )
        of_cases = (self.consensus, self.significant, self.details or None, self.field or None)
        if self.totals is not None and any(asked is not None for asked in of_cases):
            raise UsageError(
                "--totals don't say which case was given which grade, so there are no cases to list"
            )

    def check_published(self) -> None:
        """Refuse with ``--publish`` what names cases, or is no table of steps.

        Raises:
            UsageError: which.
        """
        asked = [
            *(["--consensus"] if self.consensus is not None else []),
            *(["--significant"] if self.significant is not None else []),
            *(["--totals"] if self.totals is not None else []),
            *(["--field"] if self.field else []),
        ]
        if asked:
            raise UsageError(
                f"{asked[0]} tells more of cases than may be published",
                hint=f"Leave out {asked[0]}, or --publish.",
            )


@with_bundles
def agree(
    readers: list[Path] = argument(
        "READERS",
        "A workbook, or a saved result (.json), for each reader of the same cases; or one "
        "workbook with a --sheet for each reader, or a --map FIELD=HEADING.",
    ),
    *,
    reading: CaseOptions,
    files: FileOptions,
    asked: AgreeOptions,
    full: FullOption = False,
    answer: AnswerOptions,
    as_of: AsOfOption = None,
    publishing: PublishOptions,
    force: ForceOption = False,
) -> None:
    """Say how far readers of the same cases agree.

    For example: audit agree self-assessment.xlsx inspectors.xlsx --significant 3
    """
    asked.check(readers)
    hiding = publishing.checked(asked.details)
    if hiding is not None:
        asked.check_published()
    if asked.consensus is not None:
        _check_consensus(asked.consensus, readers, reading, force)
    inputs = [*readers, *reading.files, *files.files, *answer.files, *publishing.published]
    outputs = answer.checked(inputs, force)
    day, opening = day_of(as_of), files.opening(readers)
    read = reading.reading([*inputs, *outputs.paths])
    if asked.totals is None:
        sources = reader_sources(readers, read, opening)
    else:
        sources = [ReaderSource(readers[0].stem, readers[0], read)]
    rubrics = _rubrics([source.path for source in sources], reading.rubric, opening)
    _check_fields(asked.fields, sources, rubrics)
    found = [
        Reader(its.name, read_reading(its, named, day, opening, asked.fields), its.fields)
        for its, named in zip(sources, rubrics, strict=True)
    ]
    if asked.totals is not None:
        proved = agree_with_totals(found[0].name, found[0].result, asked.totals, asked.known_apart)
        outputs.give(proved, lambda _: Report(totals_page(proved), totals_figures(proved)))
        return
    titles = {name: sentence_case(name.replace("_", " ")) for name in asked.fields}
    agreement, matched = agree_on(found, asked.significant, titles)
    if hiding is not None:
        _publish(agreement, [reader.result for reader in found], hiding, outputs)
        return
    said = _consensus(asked.consensus, matched, rubrics[0], force) if asked.consensus else ""
    outputs.answer(agreement, AGREED, details=asked.details, full=full)
    if said:
        say(said)


def _check_consensus(
    path: Path, readers: Sequence[Path], reading: CaseOptions, force: bool
) -> None:
    if reading.pseudonyms is not None:
        raise UsageError(
            "--consensus names the cases to those who settle them",
            hint="Leave out --pseudonyms, or --consensus.",
        )
    check_output(path, force, (".xlsx",), inputs=readers)


def _publish(
    agreement: Agreement, results: Sequence[Result], hiding: HidingOptions, outputs: Outputs
) -> None:
    hidden = publish_agreement(agreement, results[0], hiding.rule(results), hiding.earlier)
    outputs.publish(hidden, published_agree_page(hidden), published_figures(hidden.publication))


def _check_fields(
    fields: Sequence[str], sources: Sequence[ReaderSource], rubrics: Sequence[str | None]
) -> None:
    """Refuse a field that holds no words to agree on."""
    of_files = {
        named or DEFAULT_RUBRIC
        for source, named in zip(sources, rubrics, strict=True)
        if fields and not is_saved([source.path])
    }
    for rubric in map(load_rubric, sorted(of_files)):
        types = {name: its.type for name, its in rubric.fields.items()}
        for field in fields:
            if types.get(field) == "grade":
                raise UsageError(
                    f"--field: `{field}` holds grades, which are compared in any case",
                    hint="Leave it out.",
                )
            if types.get(field) not in _OF_WORDS:
                raise UsageError(
                    f"--field: the rubric `{rubric.name}` has no field of words `{field}`",
                    hint=did_you_mean(field, [n for n, its in types.items() if its in _OF_WORDS]),
                )


def _rubrics(paths: Sequence[Path], given: str | None, opening: OpenOptions) -> list[str | None]:
    """The rubric for each reader: a workbook that names none is read by the others' only one."""
    if given is not None:
        return [given for _ in paths]
    named = [
        None if is_saved([path]) else rubric_named_in([open_workbook(path, opening)])
        for path in paths
    ]
    names = {name for name in named if name is not None}
    only = names.pop() if len(names) == 1 else None
    return [name or only for name in named]


def _consensus(path: Path, matched: Matched, named: str | None, force: bool) -> str:
    """Write the workbook; and what is to be said of it."""
    # Here because a run that writes no workbook need not wait for openpyxl.
    from casefile_audit.agree.consensus import consensus_workbook

    first = matched.readers[0]
    named = named or first.result.rubric.name
    rubric = load_rubric(named)
    if rubric.sha256 != first.result.rubric.sha256:
        raise RubricError(
            f"the rubric `{named}` is not the one that {first.name} was scored by",
            hint="Name that one with --rubric, or give the workbook instead of the saved result.",
        )
    content, settle = consensus_workbook(matched, rubric, named)
    write_bytes(path, content, force)
    left = f"; left out: {count(n, 'case')} without a match" if (n := matched.left_aside) else ""
    return (
        f"Wrote {path}: {count(settle, 'case')} to settle{left}. When that is done, "
        f"`audit score {path}` reads the agreed record."
    )
