"""The page of a scored audit as a document: what a meeting reads first, then all the rest."""

from collections.abc import Iterator

from casefile_audit.english import count, listing
from casefile_audit.report.against_targets import FINDING_COLUMNS, RANGE, in_figures
from casefile_audit.report.blocks import (
    Block,
    Heading,
    Items,
    Page,
    Row,
    Section,
    Sentence,
    Table,
    table,
)
from casefile_audit.report.findings import (
    AgainstTarget,
    against_target,
    finding,
    met_range,
    worst_first,
)
from casefile_audit.report.score_cases import case_lists
from casefile_audit.report.score_full import full_page
from casefile_audit.report.score_parts import READING_A_FINDING
from casefile_audit.results import CriterionResult, GradeResult, Result

# So that what is for the meeting has room on two pages, whatever the audit.
_MOST_TARGETS, _MOST_CELLS, _MOST_AGAIN = 16, 4, 6
_MOST_LISTED = 250


def document_page(result: Result, details: bool) -> Page:
    """The answer, the doubts, the targets and what is asked; then, as annexes, everything."""
    page = full_page(result)
    first = next(
        (n for n, block in enumerate(page) if isinstance(block, Heading) and block.annex), len(page)
    )
    front: Page = []
    annex: Page = []
    for block in page[:first]:
        if isinstance(block, Table) and len(block.rows) > _MOST_CELLS:
            front.append(Sentence(f"{count(len(block.rows), 'kind')} of cell: see “{_CELLS}”."))
            annex = [Heading(_CELLS, annex=True), block]
        else:
            front.append(block)
    front += _against_targets(result)
    rest = [block for block in page[first:] if block is not READING_A_FINDING]  # it is said already
    annex += rest if READING_A_FINDING in front else page[first:]
    return [*front, *_asked(result), *annex, *(_cases(result) if details else ())]


_CELLS = "Cells in doubt"
_LISTED = "The cases behind each count"


def _against_targets(result: Result) -> Iterator[Block]:
    """The questions that have a target, under what is to be said of them all."""
    held = [c for c in worst_first(result.criteria.values()) if c.target is not None]
    if not held:
        return
    yield Heading("Against the targets")
    rows: list[Row | Section] = []
    left: list[CriterionResult] = []
    for verdict in AgainstTarget:
        alike = [criterion for criterion in held if against_target(criterion) is verdict]
        room = max(_MOST_TARGETS - len(rows), 0)
        if alike and room > 1:
            rows.append(Section(f"{verdict.value}: {len(alike):,}"))
            rows += map(_row, alike[: room - 1])
            left += alike[room - 1 :]
        else:
            left += alike
    caption = "Each question against its target, furthest below first"
    has_ranges = any(met_range(criterion) for criterion in held)
    found = table(caption, FINDING_COLUMNS, rows)
    yield found if has_ranges else found.without(RANGE)
    missed = sum(criterion.target_reached is False for criterion in left)
    said = [f"{missed:,} more below target"] if missed else []
    reached = len(left) - missed
    said += [f"{reached:,} more that reached it"] if reached else []
    if said:
        yield Sentence(f"And {listing(said)}: see “Findings by theme”.")
    yield READING_A_FINDING
    if has_ranges:
        yield Sentence(_RANGE)


_RANGE = (
    "The range is where the rate would probably lie among all such cases, had these been drawn "
    "at random. It allows for chance only."
)


def _row(criterion: CriterionResult) -> Row:
    said = finding(criterion) if criterion.missing or criterion.partly_met else criterion.title
    return [said, *in_figures(criterion)]


def _cases(result: Result) -> Iterator[Block]:
    """The cases behind each count; of more than anybody would read, where they are."""
    if result.case_count <= _MOST_LISTED:
        yield from case_lists(result, by_group=False)
        return
    yield Heading(_LISTED, annex=True)
    yield Sentence(
        f"They are not listed here, as there are {result.case_count:,} cases. A workbook has them "
        "(`audit score … -o report.xlsx`), or `--findings FILE`, or `--details` on the screen."
    )


def _asked(result: Result) -> Iterator[Block]:
    """What is for a meeting to decide."""
    missed = [c for c in result.criteria.values() if c.target_reached is False]
    lines = [*_owners(missed), *_looked_at_again(result)]
    if missed:
        lines.append("Decide when the same questions are asked again, and of how many cases.")
    if lines:
        yield Heading("What is asked of this meeting")
        yield Items(lines)


def _owners(missed: list[CriterionResult]) -> Iterator[str]:
    if not missed:
        return
    areas = count(len(missed), "area")
    dated = sum(criterion.deadline is not None for criterion in missed)
    have = f" {dated:,} of them have a deadline." if dated else ""
    yield f"Name an owner and a date for each of the {areas} for improvement.{have}"


def _looked_at_again(result: Result) -> Iterator[str]:
    """The cases that the rubric would put in the worst grade, and their readers did not."""
    for grade in result.grades.values():
        cases = [each.case for each in grade.cases if _is_worse(each.derived, each.recorded, grade)]
        if cases:
            its = "it" if len(cases) == 1 else "them"
            reader = "its reader" if len(cases) == 1 else "their readers"
            yield (
                f"Have {count(len(cases), 'case')} looked at again: "
                f"{listing(cases, most=_MOST_AGAIN)}. The rubric would call {its} "
                f"{grade.scale[-1]}; {reader} did not."
            )
        return


def _is_worse(derived: str | None, recorded: str | None, grade: GradeResult) -> bool:
    return derived == grade.scale[-1] and recorded is not None and recorded != derived
