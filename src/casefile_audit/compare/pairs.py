"""The same cases read twice: matched on their references."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from casefile_audit.english import count, first_few, fold, listing
from casefile_audit.errors import UsageError
from casefile_audit.issues import Issue, IssueCode
from casefile_audit.results import Result
from casefile_audit.scoring.references import Key, hint_of, near_misses, rows_by_reference

_MOST_NAMED = 12

NotPrinted = Annotated[Sequence[int], Field(exclude=True)]


@dataclass(frozen=True)
class Pairs:
    """Cases matched between two audits.

    Attributes:
        matched: the references in both, as the first audit writes them.
        before, after: where each stands among the references of the two; not printed.
        only_before, only_after: references that the other audit doesn't have.
        unnamed: how many cases of either have no reference to match.
        near_misses: references of the two that are alike in letters and digits only.
    """

    matched: Sequence[str]
    before: NotPrinted
    after: NotPrinted
    only_before: Sequence[str] = ()
    only_after: Sequence[str] = ()
    unnamed: int = 0
    near_misses: Sequence[Sequence[str]] = ()

    def within(self, before: Result, after: Result, field: str, value: str) -> "Pairs":
        """The pairs that have a value in both audits, however it is written."""
        facts = before.each_case().facts[field], after.each_case().facts[field]
        kept = [
            pair
            for pair in zip(self.matched, self.before, self.after, strict=True)
            if fold(facts[0][pair[1]]) == fold(facts[1][pair[2]]) == fold(value)
        ]
        return Pairs(
            matched=[reference for reference, _, _ in kept],
            before=[place for _, place, _ in kept],
            after=[place for _, _, place in kept],
        )


def match(before: Result, after: Result) -> Pairs:
    """Match the cases of two audits on their references, in a rubric with sectors within a sector.

    Raises:
        UsageError: a reference is there twice in one audit, or none is in both.
    """
    first, second = rows_by_reference(before), rows_by_reference(after)
    _refuse_repeats(("before", before), ("after", after))
    both = [key for key in first if key in second]
    near = near_misses([before, after])
    if not both:
        raise UsageError(
            "--paired: no case reference is in both files",
            details=[
                f"{name}: {listing(_written(result, rows.keys()), most=4)}"
                if rows
                else f"{name}: its cases have no references"
                for name, result, rows in (("before", before, first), ("after", after, second))
            ]
            + ([hint_of(near)] if near else []),
            hint="Two samples of different cases are compared without --paired.",
        )
    return Pairs(
        matched=_written(before, first.keys() & second.keys()),
        before=[first[key][0] for key in both],
        after=[second[key][0] for key in both],
        only_before=_written(before, first.keys() - second.keys()),
        only_after=_written(after, second.keys() - first.keys()),
        unnamed=len(before.each_case().unnamed) + len(after.each_case().unnamed),
        near_misses=near,
    )


def in_both(before: Result, after: Result) -> list[str]:
    """The references that are in both audits, as the first writes them."""
    return _written(before, rows_by_reference(before).keys() & rows_by_reference(after).keys())


def samples_alike(before: Result, after: Result) -> Iterator[Issue]:
    """That two samples may share cases, whose references are written otherwise in each."""
    if near := near_misses([before, after]):
        named = [reference for each in near for reference in each]
        yield Issue.doubt(IssueCode.SAMPLES_ALIKE, named)


def _written(result: Result, keys: Set[Key]) -> list[str]:
    """References as an audit writes them, in its order."""
    rows = rows_by_reference(result)
    return [result.each_case().references[own[0]] for key, own in rows.items() if key in keys]


def _refuse_repeats(*audits: tuple[str, Result]) -> None:
    repeated = [
        f"{name}: {result.each_case().references[rows[0]]} is there {count(len(rows), 'time')}"
        for name, result in audits
        for rows in rows_by_reference(result).values()
        if len(rows) > 1
    ]
    if repeated:
        raise UsageError(
            "--paired: a case reference that is there twice can't be matched",
            details=first_few(repeated, _MOST_NAMED, "and {:,} more"),
            hint="Leave one row for each case, or compare the files without --paired.",
        )
