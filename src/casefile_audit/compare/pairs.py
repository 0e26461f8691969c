"""The same cases read twice: matched on their references."""

from collections.abc import Sequence
from dataclasses import dataclass

from casefile_audit.errors import UsageError
from casefile_audit.results import Result
from casefile_audit.rubric import SECTOR
from casefile_audit.words import count, fold, listing

Key = tuple[str, str]
_MOST_NAMED = 12


@dataclass(frozen=True)
class Pairs:
    """Cases matched between two audits.

    Attributes:
        references: what the first audit calls each.
        before, after: where each stands among the references of the two.
        only_before, only_after: references that the other audit doesn't have.
        unnamed: how many cases of either have no reference to match.
    """

    references: Sequence[str]
    before: Sequence[int]
    after: Sequence[int]
    only_before: Sequence[str]
    only_after: Sequence[str]
    unnamed: int

    def within(self, before: Result, after: Result, field: str, value: str) -> "Pairs":
        """The pairs that have a value in both audits."""
        facts = before.findings.facts[field], after.findings.facts[field]
        kept = [
            pair
            for pair in zip(self.references, self.before, self.after, strict=True)
            if facts[0][pair[1]] == facts[1][pair[2]] == value
        ]
        return Pairs(
            references=[reference for reference, _, _ in kept],
            before=[place for _, place, _ in kept],
            after=[place for _, _, place in kept],
            only_before=(),
            only_after=(),
            unnamed=0,
        )


def match(before: Result, after: Result) -> Pairs:
    """Match the cases of two audits, whatever the case, dashes and spaces of their references.

    Where a rubric has sectors, each of them may have a file on one child.

    Raises:
        UsageError: a reference is there twice in one audit, or none is in both.
    """
    first, second = _places(before), _places(after)
    _refuse_repeats(first, second)
    both = [key for key in first if key in second]
    if not both:
        raise UsageError(
            "--paired: no case reference is in both files",
            details=[
                f"{name}: {listing((written for written, _ in _flat(places)), most=4)}"
                if places
                else f"{name}: its cases have no references"
                for name, places in (("before", first), ("after", second))
            ],
            hint="Two samples of different cases are compared without --paired.",
        )
    return Pairs(
        references=[first[key][0][0] for key in both],
        before=[first[key][0][1] for key in both],
        after=[second[key][0][1] for key in both],
        only_before=[found[0][0] for key, found in first.items() if key not in second],
        only_after=[found[0][0] for key, found in second.items() if key not in first],
        unnamed=len(before.findings.unnamed) + len(after.findings.unnamed),
    )


def in_both(before: Result, after: Result) -> list[str]:
    """The references that are in both audits, as the first writes them."""
    first, second = _places(before), _places(after)
    return [found[0][0] for key, found in first.items() if key in second]


Places = dict[Key, list[tuple[str, int]]]


def _places(result: Result) -> Places:
    """Each reference as it is compared: how it was written, and where its case stands."""
    findings = result.findings
    sectors = findings.facts.get(SECTOR, [""] * len(findings.references))
    unnamed = set(findings.unnamed)
    places: Places = {}
    for place, (reference, sector) in enumerate(zip(findings.references, sectors, strict=True)):
        if reference not in unnamed:
            places.setdefault((fold(reference), sector), []).append((reference, place))
    return places


def _flat(places: Places) -> list[tuple[str, int]]:
    return [found for several in places.values() for found in several]


def _refuse_repeats(first: Places, second: Places) -> None:
    repeated = [
        f"{name}: {found[0][0]} is there {count(len(found), 'time')}"
        for name, places in (("before", first), ("after", second))
        for found in places.values()
        if len(found) > 1
    ]
    if repeated:
        more = len(repeated) - _MOST_NAMED
        raise UsageError(
            "--paired: a case reference that is there twice can't be matched",
            details=[*repeated[:_MOST_NAMED], *([f"and {more:,} more"] if more > 0 else [])],
            hint="Leave one row for each case, or compare the files without --paired.",
        )
