"""The page of a scored audit as a document: what a meeting reads first, then all the rest."""

from collections.abc import Iterator

from casefile_audit.english import count, listing
from casefile_audit.report.blocks import (
    Block,
    Heading,
    Items,
    Page,
    Sentence,
    Table,
)
from casefile_audit.report.findings import worst_first
from casefile_audit.report.score_full import (
    findings_table,
    full_page,
)
from casefile_audit.results import CriterionResult, GradeResult, Result

# So that what is for the meeting has room on two pages, whatever the audit.
_MOST_TARGETS, _MOST_CELLS, _MOST_AGAIN = 12, 4, 6


def document_page(result: Result, details: bool) -> Page:
    """The answer, the doubts, the targets and what is asked; then, as annexes, everything.

    Args:
        result: what was found.
        details: whether the cases behind each count are listed.
    """
    page = full_page(result, details)
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
    return [*front, *_against_targets(result), *_asked(result), *annex, *page[first:]]


_CELLS = "Cells in doubt"


def _against_targets(result: Result) -> Iterator[Block]:
    held = [c for c in worst_first(result.criteria.values()) if c.target is not None]
    if not held:
        return
    yield Heading("Against the targets")
    kept = held[:_MOST_TARGETS]
    yield findings_table("", kept, result.case_count, notes=False)
    left = held[_MOST_TARGETS:]
    missed = sum(criterion.target_reached is False for criterion in left)
    said = [f"{missed:,} more below target"] if missed else []
    reached = len(left) - missed
    said += [f"{reached:,} more that reached it"] if reached else []
    if said:
        yield Sentence(f"And {listing(said)}: see “Findings by theme”.")
    yield Sentence(
        "The range is where the rate would probably lie among all such cases, had these been drawn "
        "at random. It allows for chance only."
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
