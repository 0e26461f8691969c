"""The pages of rubrics: the list of them, and one to read."""

import datetime as dt
from collections.abc import Iterator, Sequence

from casefile_audit.english import count, listing, long_day, quoted
from casefile_audit.report.blocks import (
    Block,
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
from casefile_audit.rubric.fields import CodeField, GradeField
from casefile_audit.rubric.model import Criterion, Rubric, what_is_due

ASKED_BY = {
    "report": "the report",
    "statutory": "a statutory standard",
    "ours": "the rubric's makers, and neither by the report nor by a statute",
}


def list_page(rubrics: Sequence[Rubric], default: str) -> Page:
    """The shipped rubrics."""
    rows: list[Row] = [
        [
            Text(rubric.name, Tone.STRONG if rubric.name == default else Tone.PLAIN),
            str(len(rubric.criteria)) if rubric.criteria else "–",
            Text(rubric.title, note=_source(rubric)),
        ]
        for rubric in rubrics
    ]
    return [
        table("Shipped rubrics", ["Rubric", *figures("criteria"), "what it is"], rows),
        Sentence(
            f"{default} is the default. `audit rubric show NAME` shows one; "
            "`audit rubric new FILE --from NAME` starts one of your own from it.",
            Tone.QUIET,
        ),
    ]


def _source(rubric: Rubric) -> str:
    source = rubric.source
    parts = (source.title, source.publisher, source.year) if source else ()
    return ", ".join(part for part in parts if part)


def rubric_page(rubric: Rubric) -> Page:
    """One rubric, to be read: what it asks, of which cases, and how it grades."""
    return [
        Heading(f"{rubric.title} ({rubric.name} {rubric.version})", level=1),
        *([Sentence(rubric.description)] if rubric.description else []),
        *([Sentence(f"Source: {_source(rubric)}", Tone.QUIET)] if rubric.source else []),
        *_cases(rubric),
        *_criteria(rubric),
        *_grades(rubric),
        *_sectors(rubric),
        *_fields(rubric),
        *_lexicons(rubric),
    ]


def _cases(rubric: Rubric) -> Iterator[Block]:
    if rubric.cases is not None:
        says = rubric.cases.says(rubric.setting(dt.date.today()))
        yield Sentence(f"Cases are the rows where {says}.")


def _criteria(rubric: Rubric) -> Iterator[Block]:
    theme = None
    for name, criterion in rubric.criteria.items():
        if criterion.theme != theme:
            theme = criterion.theme
            if theme:
                yield Heading(theme)
        yield Heading(criterion.question, level=3)
        yield Items(list(_facts(rubric, name, criterion)))


def _facts(rubric: Rubric, name: str, criterion: Criterion) -> Iterator[str]:
    setting = rubric.setting(dt.date.today())
    if criterion.guidance:
        yield f"how to answer: {criterion.guidance}"
    yield f"name: {name}; it counts cases {criterion.missing}"
    if criterion.sectors:
        titles = (rubric.title_of("sectors", sector) for sector in criterion.sectors)
        yield f"asked of {listing(titles)} only"
    if criterion.applies is not None:
        yield f"asked where {criterion.applies.says(setting)}"
    yield f"met if {criterion.met.says(setting)}"
    if criterion.if_not_recorded == "cannot tell":
        yield "where the record is silent, it can't be told"
    if criterion.target is not None:
        whose = criterion.target_from or "the rubric's own"
        yield f"target {criterion.target:g}%: {whose}"
    if criterion.due is not None:
        yield _deadline(rubric, name, criterion.due)
    yield from _bounds(criterion)
    if criterion.weight != 1:
        yield f"weight {criterion.weight:g} in derived grades"
    yield from _origin(criterion)


def _origin(criterion: Criterion) -> Iterator[str]:
    """Who asks it, by which standard, and where it stands."""
    if criterion.basis:
        yield f"asked by {ASKED_BY[criterion.basis]}"
    if criterion.standard:
        yield f"standard: {criterion.standard}"
    if criterion.source:
        yield f"source: {criterion.source}"


def _deadline(rubric: Rubric, name: str, due: str) -> str:
    source, by = rubric.source, rubric.due_by(name)
    wanted = what_is_due(due) or "this put right"
    asker = (source and source.publisher) or "the source"
    asked = f" {source.force}" if source and source.force else ""
    when = long_day(by) if by else due
    return f"{asker} asked{asked} for {wanted} by {when}"


def _bounds(criterion: Criterion) -> Iterator[str]:
    for bound, words in (
        (criterion.limits, "a case that fails it can't be graded better than"),
        (criterion.floors, "a case that meets it can't be graded worse than"),
    ):
        if isinstance(bound, dict) and bound:
            yield f"{words} {listing(f'{grade} for {name}' for name, grade in bound.items())}"
        elif bound:
            yield f"{words} {bound}"


def _grades(rubric: Rubric) -> Iterator[Block]:
    if not rubric.grades:
        return
    yield Heading("Grades")
    lines = []
    for name, grade in rubric.grades.items():
        parts = [f"{rubric.title_of('grades', name)}: {listing(rubric.scale(name), 'or')}"]
        if grade.recorded:
            parts.append(f"recorded in {grade.recorded}")
        if grade.bands:
            bands = (f"{grade} from {floor:g}" for grade, floor in grade.bands.items())
            parts.append(f"derived from the score out of 100: {listing(bands)}")
        if grade.applies is not None:
            says = grade.applies.says(rubric.setting(dt.date.today()))
            parts.append(f"given where {says}")
        if grade.theme:
            parts.append(f"by the questions under {grade.theme}")
        lines.append("; ".join(parts))
    yield Items(lines)


def _sectors(rubric: Rubric) -> Iterator[Block]:
    if not rubric.sectors:
        return
    yield Heading("Sectors")
    lines = []
    for name, sector in rubric.sectors.items():
        how = [f"sheets {listing(sector.sheets, 'or')}"] if sector.sheets else []
        how += [f"files {listing(sector.files, 'or')}"] if sector.files else []
        title = rubric.title_of("sectors", name)
        lines.append(f"{title} ({name})" + (f": {'; '.join(how)}" if how else ""))
    yield Items(lines)


def _fields(rubric: Rubric) -> Iterator[Block]:
    yield Heading("Fields, and the headings that they go by")
    rows: list[Row] = []
    for name, field in rubric.fields.items():
        kind: str = field.type
        if isinstance(field, CodeField) and isinstance(field.codes, str):
            kind = f"{kind}: {field.codes}"
        if isinstance(field, GradeField):
            kind = "grade"
        rows.append([name, kind, ", ".join(field.headings) or field.title or name])
    yield table("Fields", ["Field", "type", "headings"], rows)


def _lexicons(rubric: Rubric) -> Iterator[Block]:
    for name, lexicon in rubric.lexicons.items():
        if lexicon.terms:
            yield Heading(f"Language: {lexicon.title or name}")
            terms = listing(term.term for term in lexicon.terms.values())
            yield Sentence(f"{count(len(lexicon.terms), 'term')}: {terms}.")
            yield Sentence("`audit language explain TERM` says what is wrong with one.", Tone.QUIET)
            continue
        yield Heading(f"Phrases: {lexicon.title or name}")
        yield Sentence(listing(quoted(lexicon.phrases)))
        if lexicon.except_:
            yield Sentence(f"But not within: {listing(quoted(lexicon.except_), 'or')}")
        if lexicon.source:
            yield Sentence(f"Source: {lexicon.source}", Tone.QUIET)
