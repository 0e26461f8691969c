"""The pages of the language of the record: what was found and where, and what a term means."""

import re
from collections.abc import Iterator, Sequence

from casefile_audit.english import count, listing, range_beside, sentence, sentence_case, share
from casefile_audit.language.models import Counted, HitResult, LanguageAnswer, TermResult
from casefile_audit.language.search import Place
from casefile_audit.output.writing import OutputTable
from casefile_audit.report.blocks import (
    Block,
    Columns,
    Definitions,
    Heading,
    Items,
    Page,
    Row,
    Sentence,
    Text,
    Tone,
    figures,
    table,
)
from casefile_audit.rubric.lexicons.model import Lexicon, LexiconTerm

_CLASSES = {
    "used": "Used",
    "challenged": "Challenged: somebody named it as wrong, which is good practice",
    "quoted": "Quoted: the words of somebody outside the record",
    "negated": "Denied, or avoided",
    "waived": "Waived",
}
_COUNTS = {
    "searched": "cases",
    "with_language": "with it",
    "challenged": "challenged",
    "quoted": "only quoted",
    "negated": "only denied",
}
_PROMPT = (
    "Each is a prompt for a person to read the sentence, not a finding by itself. "
    "--review FILE.xlsx writes a workbook to decide in, and --reviewed reads it back. This page "
    "holds words of case files: keep it as you keep them."
)


def language_page(answer: LanguageAnswer, places: Sequence[Place], most: int | None) -> Page:
    """What was found, as people read it, so many places of each class with the words around them.

    It holds words of case files: it is internal.
    """
    page: Page = [
        Heading(sentence_case(answer.lexicon.title), level=1),
        Sentence(sentence(sentence_case(answer.says) + _range(answer)), Tone.STRONG),
        Sentence(_from(answer)),
        *_not_searched(answer),
    ]
    if answer.hits:
        page.append(Sentence(_PROMPT, Tone.QUIET))
    for usage, title in _CLASSES.items():
        page += _places(usage, title, answer.hits, places, most)
    if answer.terms:
        page += _by("term", {term.title: term.cases for term in answer.terms.values()})
    for name, groups in answer.groups.items():
        page += _by(re.sub("[-_]", " ", name), groups)
    if answer.terms:
        page.append(Heading("What could be said instead"))
        for term in answer.terms.values():
            page.append(_teaches(term))
    return page


def _range(answer: LanguageAnswer) -> str:
    if answer.interval is None or not answer.counts.with_language:
        return ""
    part, whole = answer.counts.with_language, answer.counts.searched
    span = range_beside(answer.interval.low, answer.interval.high, None)
    return f" ({share(part, whole)}; 95% range {span})"


def _from(answer: LanguageAnswer) -> str:
    fields = listing(f"`{name}`" for name in answer.fields)
    return (
        f"{count(answer.counts.searched, 'case')} searched in {fields}, of "
        f"{count(answer.case_count, 'case')} from {listing(answer.files, most=4)}. Lexicon "
        f"{answer.lexicon.name} {answer.lexicon.version}."
    )


def _not_searched(answer: LanguageAnswer) -> Iterator[Block]:
    said = []
    if n := answer.not_english:
        are = "isn't" if n == 1 else "aren't"
        said.append(
            f"{count(n, 'case')} {are} in English: nothing was looked for there, which is not to "
            "say that nothing is there"
        )
    if n := answer.unreadable:
        said.append(f"{count(n, 'case')} can't be read there")
    if n := answer.without_column:
        stand = "stands on a sheet" if n == 1 else "stand on sheets"
        said.append(f"{count(n, 'case')} {stand} without such a column: not searched")
    if n := answer.blank:
        said.append(f"{count(n, 'case')} {'has' if n == 1 else 'have'} nothing written there")
    if n := answer.cut_off:
        fill = "fills its cell" if n == 1 else "fill their cells"
        said.append(f"{count(n, 'text')} {fill}: what follows 32,767 characters may be missing")
    if n := answer.unmatched:
        fit = "fits no place" if n == 1 else "fit no place"
        said.append(
            f"{count(n, 'decision')} of the review {fit}: the case isn't here, or its words or the "
            "lexicon have changed"
        )
    if said:
        yield Items([sentence(each) for each in said], Tone.WARNING)


def _places(
    usage: str, title: str, hits: Sequence[HitResult], places: Sequence[Place], most: int | None
) -> Iterator[Block]:
    own = [(hit, place) for hit, place in zip(hits, places, strict=True) if hit.usage == usage]
    if not own:
        return
    yield Heading(title)
    yield Items([_place(hit, place) for hit, place in own[:most]])
    if most is not None and len(own) > most:
        yield Sentence(f"And {len(own) - most:,} more: -o FILE has them all.", Tone.QUIET)


def _place(hit: HitResult, place: Place) -> str:
    words = f"{place.before}[{place.found}]{place.after}"
    cell = f"{hit.sheet}!{hit.cell}" if hit.cell else hit.sheet
    said = f"{hit.case} ({hit.file}, {cell}): {words}"
    if hit.decision is None:
        return f"{said} – proposed, as {hit.because}" if hit.usage != "used" else said
    by = listing(filter(None, (hit.decision.who, hit.decision.when)), ",")
    reason = f": {hit.decision.reason}" if hit.decision.reason else ""
    return f"{said} – decided{f' by {by}' if by else ''}{reason}"


def _by(name: str, groups: dict[str, Counted]) -> Iterator[Block]:
    yield Heading(f"By {name}")
    rows = [[called, *_row(counts)] for called, counts in groups.items()]
    what = "each term" if name == "term" else f"such language, by {name}"
    yield table(f"How many cases have {what}", [name, *figures(*_COUNTS.values())], rows)


def _teaches(term: TermResult) -> Definitions:
    instead = f"Instead: {'; '.join(term.alternatives)}." if term.alternatives else ""
    source = f"Source: {'; '.join(term.sources)}." if term.sources else ""
    return Definitions([(term.title, " ".join(filter(None, (term.why, instead, source))))])


def language_figures(answer: LanguageAnswer) -> OutputTable:
    """The counts, a row a term and group."""
    rows: list[list[str | int]] = [["", "", *_row(answer.counts)]]
    rows += [["term", term.title, *_row(term.cases)] for term in answer.terms.values()]
    rows += [
        [field, value, *_row(counts)]
        for field, groups in answer.groups.items()
        for value, counts in groups.items()
    ]
    return OutputTable("Figures", ["by", "value", *_COUNTS.values()], rows)


def _row(counts: Counted) -> list[str | int]:
    return [getattr(counts, key) for key in _COUNTS]


def places_table(answer: LanguageAnswer, places: Sequence[Place]) -> OutputTable:
    """Every place, with the words around it."""
    headings = ["case", "file", "sheet", "cell", "term", "class", "why", "words around it"]
    rows = [
        [
            *(hit.case, hit.file, hit.sheet, hit.cell, answer.terms[hit.term].title),
            *(hit.usage, hit.because, f"{place.before}[{place.found}]{place.after}"),
        ]
        for hit, place in zip(answer.hits, places, strict=True)
    ]
    return OutputTable("Places", headings, rows)


def lexicons_page(lexicons: Sequence[Lexicon], default: str) -> Page:
    """The lexicons that are shipped."""
    notes = {default: "looked for unless another is named"}
    rows: list[Row] = []
    for its in lexicons:
        note = notes.get(its.lexicon, "only looked for if it is named")
        rows.append([its.lexicon, Text(its.title, note=note), str(len(its.terms))])
    columns: Columns = ["lexicon", "what it holds", *figures("terms")]
    return [
        Heading("Lexicons", level=1),
        table("The lexicons that are shipped", columns, rows),
        Sentence(
            "`audit language list NAME` shows the terms of one, `audit language explain TERM` "
            "what is wrong with a term.",
            Tone.QUIET,
        ),
    ]


def lexicon_page(lexicon: Lexicon) -> Page:
    """A lexicon's terms, each with its forms."""
    page: Page = [Heading(f"{lexicon.lexicon} {lexicon.version}: {lexicon.title}", level=1)]
    if lexicon.description:
        page.append(Sentence(lexicon.description))
    page.append(
        Definitions(
            [(name, f"{t.term}: {'; '.join(t.forms)}") for name, t in lexicon.terms.items()]
        )
    )
    return page


def term_page(lexicon: Lexicon, name: str) -> Page:
    """What is wrong with a term, what could be said instead, and who says so."""
    term: LexiconTerm = lexicon.terms[name]
    said_of = {
        "child": "a child; not of a suspect, an officer, a parent or another adult",
        "victim": "whoever was harmed; not of a suspect or an officer",
        "anyone": "anybody",
    }
    page: Page = [
        Heading(sentence_case(term.term), level=1),
        Sentence(term.why or "The lexicon doesn't say why."),
    ]
    if term.alternatives:
        page += [Heading("Instead"), Items(term.alternatives)]
    page.append(Heading("How it is looked for"))
    facts = [
        ("lexicon", f"{lexicon.lexicon} {lexicon.version}, term `{name}`"),
        ("forms", "; ".join(term.forms)),
        ("counts if said of", said_of[term.said_of]),
    ]
    if term.not_in:
        facts.append(("but not within", "; ".join(term.not_in)))
    spelt = " ".join((*term.forms, *term.not_in))
    facts += [
        (f"{{{name}}}", listing(words, "or"))
        for name, words in lexicon.words.items()
        if f"{{{name}}}" in spelt
    ]
    sources = [lexicon.sources[source] for source in term.source]
    facts += [("source", f"{its.says} {its.url}".strip()) for its in sources]
    page.append(Definitions(facts))
    return page
