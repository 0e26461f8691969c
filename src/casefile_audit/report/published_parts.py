"""What pages that may be published have in common: how figures are said, and what is hidden."""

from collections.abc import Iterator, Sequence

from casefile_audit.english import count, listing, long_day
from casefile_audit.publishing.models import (
    HIDDEN,
    NOT_APPLICABLE,
    NOT_ASKED,
    Figure,
    HidingRule,
    Publication,
    PublishedCriterion,
    PublishedGroup,
    PublishedSplit,
)
from casefile_audit.report.blocks import (
    Block,
    Definitions,
    Heading,
    Items,
    Page,
    Sentence,
    Table,
    Text,
    Tone,
)
from casefile_audit.report.reports import flat
from casefile_audit.report.score_parts import Split, by_group, graded, grades_by_group
from casefile_audit.results import only_says

_MEANS = {
    HIDDEN: "Confidential: a small number, or one from which a small number could be worked out.",
    NOT_ASKED: "Not available: the case files have no column for the question.",
    NOT_APPLICABLE: "Not applicable: the question applied to none of these cases.",
}
_MOST_NAMED = 3


def said(figure: Figure) -> str:
    """A figure as it is printed."""
    return f"{figure:,}" if isinstance(figure, int) else figure


def who(its: Publication) -> str:
    """Which cases were measured, by what and as of when."""
    cases = count(its.case_count, "case file") if isinstance(its.case_count, int) else None
    return (
        f"{cases or f'{its.case_count} case files'}{only_says(its.only)}, measured against the "
        f"rubric {its.rubric.name} {its.rubric.version} as of {long_day(its.as_of)}"
    )


def notices(*several: Publication) -> Iterator[Block]:
    """What to know of a page at its top: how much is hidden, what to look at, what is in doubt."""
    hidden = sum(its.hidden for its in several)
    figures = sum(its.figures for its in several)
    if hidden:
        yield Sentence(
            f"{HIDDEN} stands for counts from 1 to {several[0].hides.up_to}, and for others from "
            f"which those could be worked out: {hidden:,} of {count(figures, 'figure')}."
        )
    if 3 * hidden > figures:
        yield Sentence(
            "More than a third of the figures are hidden. Fewer groups, or more cases, would show "
            "more.",
            Tone.WARNING,
        )
    if not all(its.hides_least for its in several):
        yield Sentence("More may be hidden than had to be.", Tone.QUIET)
    yield from _of_everyone(several)
    yield from dict.fromkeys(said for its in several for said in _in_doubt(its))


def _of_everyone(several: Sequence[Publication]) -> Iterator[Block]:
    """Noughts and alls are shown, and tell something of every case that they count."""
    found = [*dict.fromkeys(title for its in several for title in _told_of_everyone(its))]
    if found:
        yield Sentence(
            "Noughts and alls are shown, and tell the same of everyone they count. Look at these "
            f"before publishing: {listing(found, most=_MOST_NAMED)}.",
            Tone.WARNING,
        )


def _told_of_everyone(its: Publication) -> list[str]:
    parts: list[tuple[str, Publication | PublishedGroup]] = [("", its)]
    parts += [each for groups in its.groups.values() for each in groups.items()]
    found = [
        (c.title, of) for of, its in parts for c in its.criteria.values() if _is_of_everyone(c)
    ]
    found += [
        (grade.title, of)
        for of, its in parts
        for grade in its.grades.values()
        if any(map(_is_of_one_grade, grade.splits.values()))
    ]
    return [f"{title} ({of})" if of else title for title, of in found]


def _is_of_everyone(criterion: PublishedCriterion) -> bool:
    shown = criterion.shown
    return shown is not None and shown.applicable in (shown.met, shown.partly_met, shown.missing)


def _is_of_one_grade(split: PublishedSplit) -> bool:
    return (
        isinstance(split.graded, int)
        and split.graded > 0
        and split.graded in [*split.counts.values()]
    )


def _in_doubt(its: Publication) -> Iterator[Sentence]:
    found = [code.replace("-", " ") for code in its.doubts]
    found += ["cells that could not be read"] if its.cells_in_doubt else []
    if its.not_read:
        found.append(
            f"case files that nobody has read yet, which count nowhere ({said(its.not_read)})"
        )
    if found:
        yield Sentence(
            f"In doubt, as the internal result says in full: {listing(found)}.", Tone.WARNING
        )


def groups_of_published(its: Publication, which: str = "") -> Iterator[Block]:
    """The counts of each group; ``which`` is added to their heading."""
    for field, groups in its.groups.items():
        rows = [
            [criterion.title, *(of_group(group.criteria[name]) for group in groups.values())]
            for name, criterion in its.criteria.items()
            if criterion.rate not in (NOT_ASKED, NOT_APPLICABLE)
        ]
        yield from by_group(
            field, {v: group.case_count for v, group in groups.items()}, rows, which
        )
        splits: Iterator[Split] = (
            (
                graded(grade.title, kind),
                grade.scale,
                {value: g.grades[name].splits[kind].counts for value, g in groups.items()},
            )
            for name, grade in its.grades.items()
            for kind, split in grade.splits.items()
            if split.graded
        )
        yield from grades_by_group(field, splits)


def of_group(criterion: PublishedCriterion) -> str:
    """How many fall short, of those it applies to; one mark where both are hidden."""
    counts = (criterion.missing, criterion.applicable)
    if criterion.applicable == 0:
        return NOT_APPLICABLE
    if isinstance(counts[0], str) and counts[0] == counts[1]:
        return counts[0]
    return " of ".join(map(said, counts))


def marks_of(page: Page) -> set[str]:
    """The marks that stand in a page: those, and no others, have to be explained."""
    blocks = [*flat(page)]
    texts = [block.text for block in blocks if isinstance(block, Sentence)]
    tables = [block for block in blocks if isinstance(block, Table)]
    texts += [
        cell.text
        for block in tables
        for row in block.lines
        for cell in row
        if isinstance(cell, Text)
    ]
    return {mark for mark in _MEANS if any(mark in text for text in texts)}


def marks_explained(page: Page) -> list[tuple[str, str]]:
    """What the marks in a page mean."""
    used = marks_of(page)
    return [(mark, means) for mark, means in _MEANS.items() if mark in used]


def explained(page: Page, hides: HidingRule) -> Page:
    """A page, and at its end what is hidden in it."""
    said_of = [small_numbers(hides), *marks_explained(page)]
    return [*page, Heading("What is hidden", annex=True), Definitions(said_of)]


def answer_in_lines(
    lines: Sequence[str], none: str, why_hidden: str, hidden: Sequence[str]
) -> Iterator[Block]:
    """The answer, or why there is none; then of what nothing is said, as counts are hidden."""
    yield Heading("The answer")
    yield Items(lines) if lines else Sentence(none, Tone.STRONG)
    if hidden:
        yield Sentence(f"{why_hidden}: {listing(hidden)}.")


def small_numbers(hides: HidingRule) -> tuple[str, str]:
    """What is hidden, who says so, and what is promised."""
    return (
        "Small numbers",
        f"Counts from 1 to {hides.up_to} are hidden, by {hides.set_by}, with every rate, range, "
        "verdict and order that rests on them, and as few other counts as keep them from being "
        "worked out. The program tried to work each of them back from everything shown here, and "
        "could not.",
    )
