"""What the page of a scored audit and that of its publication have in common."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from casefile_audit.english import FEWEST_FOR_SHARES, count, listing, long_day
from casefile_audit.publishing.models import Publication, PublishedCriterion
from casefile_audit.report.blocks import (
    Block,
    Heading,
    Items,
    Row,
    Section,
    Sentence,
    Table,
    Text,
    Tone,
    figures,
    table,
)
from casefile_audit.report.findings import (
    AgainstTarget,
    Counted,
    against_target,
    finding,
    met,
    target,
)
from casefile_audit.results import CriterionResult, Result

READING_A_FINDING = Sentence(
    "Each count is of cases that fall short. Met is the share of cases that meet the question, on "
    "the same scale as its target; what is furthest below its target comes first. Where it is "
    "drawn, solid is met, hatched is met in part, the line beneath is the range, and the upright "
    "mark is the target.",
    Tone.QUIET,
)
METHODS = (
    (
        "What counts",
        "A case is met, met in part, missing (the record says no, or is silent) or not applicable. "
        "“Not known” is an entry; a blank, a dash or “TBC” is not. A cell that can't be read "
        "counts neither way.",
    ),
    (
        "The range",
        "Where the rate would probably lie (95 times in 100) among all such cases, had these been "
        "drawn at random (Wilson). It allows for chance only, not for how the cases were chosen "
        "or how well they were read. If these are every case there was, there is no range.",
    ),
    (
        "By more than chance",
        "If the target were just reached, fewer than 1 sample in 40 would be so far on that side "
        "of it (the exact test). Where the target is 100%, one case is enough.",
    ),
    (f"Fewer than {FEWEST_FOR_SHARES} cases", "Counts only: no percentage and no range."),
)
OF_THOSE = "Fall short, of those it applies to"
_MOST_FURTHEST = 4


_Themed = TypeVar("_Themed", CriterionResult, PublishedCriterion)


def furthest_below(missed: Sequence[Counted]) -> Iterator[Block]:
    """The first of what fell below its target, the furthest below first, in a sentence each."""
    if missed:
        yield Sentence("Furthest below target:")
        yield Items([_furthest(criterion) for criterion in missed[:_MOST_FURTHEST]])


def _furthest(criterion: Counted) -> str:
    perhaps = against_target(criterion) is AgainstTarget.BELOW_PERHAPS
    chance = ", which chance could explain" if perhaps else ""
    return f"{finding(criterion)}: met in {met(criterion)}, target {target(criterion)}{chance}"


def by_theme(
    criteria: Iterable[_Themed], table_of: Callable[[str, list[_Themed]], Table]
) -> Iterator[Block]:
    """A table for each theme, under its heading where there are several."""
    themes: dict[str, list[_Themed]] = {}
    for criterion in criteria:
        themes.setdefault(criterion.theme, []).append(criterion)
    for theme, alike in themes.items():
        if theme or len(themes) > 1:
            yield Heading(theme or "Other questions", level=3)
        yield table_of(theme, alike)


def graded(title: str, kind: str) -> str:
    """What a split is called, of grades that readers recorded or that the rubric proposes."""
    return title if kind == "recorded" else f"{title}, proposed by the rubric"


def areas_for_improvement(missed: Sequence[Counted]) -> Iterator[Block]:
    """What fell below its target, the furthest below first; nothing where nothing did."""
    if not missed:
        return
    yield Heading("Areas for improvement", annex=True)
    rows: list[Row] = [
        [
            Text(f"{number}. {each.title}", note=each.question),
            f"{each.missing:,} of {each.applicable:,}",
            met(each),
            target(each),
            _deadline(each),
        ]
        for number, each in enumerate(missed, 1)
    ]
    caption = "What fell below its target, furthest below first"
    yield table(caption, ["Area", *figures("figure", "met", "target"), "deadline"], rows)


def _deadline(criterion: Counted) -> str:
    if criterion.deadline is None:
        return "to be set"
    what = f" ({criterion.due_for})" if criterion.due_for else ""
    return f"{long_day(criterion.deadline)}{what}"


def by_group(
    field: str, sizes: Mapping[str, int | str], rows: Iterable[Row], which: str = ""
) -> Iterator[Block]:
    """The counts of each group, by the number of its cases or a mark: a column a group."""
    yield Heading(f"By {field.replace('_', ' ')}{which}", annex=True)
    yield from too_few(sizes)
    every: Row = ["all case files", *sizes.values()]
    yield table(f"Missing by {field}", [OF_THOSE, *figures(*sizes)], [every, *rows])


Split = tuple[str, Sequence[str], Mapping[str, Mapping[str, int | str]]]
"""What grades are called, their scale, and by the name of each group how many have each."""


def grades_by_group(field: str, splits: Iterable[Split]) -> Iterator[Table]:
    """How many cases of each group have each grade, a row a group: a table for each scale."""
    rows: dict[tuple[str, ...], list[Row | Section]] = {}
    for title, scale, groups in splits:
        own = rows.setdefault(tuple(scale), [])
        own.append(Section(title))
        own += [[name, *(counts[word] for word in scale)] for name, counts in groups.items()]
    name = field.replace("_", " ")
    for scale, alike in rows.items():
        yield table(f"Grades by {name}", [name, *figures(*scale)], alike)


def too_few(sizes: Mapping[str, int | str]) -> Iterator[Block]:
    """Which groups have too few cases to be compared, as far as it is shown how many each has."""
    few = [n for n, size in sizes.items() if isinstance(size, int) and size < FEWEST_FOR_SHARES]
    if few:
        has = "has" if len(few) == 1 else "have"
        which = "Each has" if len(few) == len(sizes) else f"{listing(few, most=6)} {has}"
        yield Sentence(
            f"{which} fewer than {FEWEST_FOR_SHARES} cases: too few to compare. Read the counts "
            "as places to look."
        )


def questions_said(of: Result | Publication) -> tuple[str, str]:
    """How many questions were asked, and by which rubric."""
    rubric = of.rubric
    source = f", drawn from {rubric.source}" if rubric.source else ""
    asked = count(len(of.criteria), "question")
    said = f"{asked}, from the rubric {rubric.title}, version {rubric.version}{source}."
    return "Questions", said


def made_by(of: Result | Publication) -> list[tuple[str, str]]:
    """The rubric's fingerprint, and which program made it when."""
    made = f"{of.program.name} {of.program.version}, {long_day(of.made_at)}"
    return [(f"{of.rubric.name} {of.rubric.version}", of.rubric.sha256), ("Made by", made)]
