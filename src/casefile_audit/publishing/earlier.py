"""What was published before of what may be the same cases, and what that tells beside the new.

Nobody can see from two publications whether they share cases. They are taken to, unless their
figures rule it out: one may be part of another, or several may be parts of one. What is left over,
the cases of one that are in no other, is then known from differences, and its small counts have to
be hidden as those of any group.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from casefile_audit.english import count as counted
from casefile_audit.errors import UsageError
from casefile_audit.publishing.attack import Reckoning, worked_out
from casefile_audit.publishing.counts import (
    CASES,
    PublishedCount,
    Relation,
    figures_of,
    numbered,
    relations_of,
    rows_of,
)
from casefile_audit.publishing.models import Publication

_MOST_PARTS: Final = 3
_ALL_CASES: Final = PublishedCount("", "", "", CASES)

Known = dict[PublishedCount, int | None]
"""The counts of a publication; None for one that it hides."""


@dataclass
class Before:
    """What the new publication has to be held against.

    Attributes:
        values: the counts that are known: those shown before, and differences.
        relations: what adds up to what.
        protected: counts that may not be worked out: hidden before, or small differences.
        unprotected: counts that aren't shown and may be worked out.
        floors: the least that a count that isn't shown can be.
    """

    values: dict[PublishedCount, int] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    protected: set[PublishedCount] = field(default_factory=set)
    unprotected: set[PublishedCount] = field(default_factory=set)
    floors: dict[PublishedCount, int] = field(default_factory=dict)


def published_before(
    now: Mapping[PublishedCount, int], earlier: Sequence[Publication], up_to: int
) -> Before:
    """What was published before, and all that it may tell beside what is to be published now.

    Raises:
        UsageError: what is left over may be a few cases, of which everything would be known.
    """
    before = Before()
    every: dict[str, Known] = {"": dict(now)}
    for place, publication in enumerate(earlier, 1):
        figures = figures_of(publication)
        every[str(place)] = {c: n if isinstance(n, int) else None for c, n in figures.items()}
        _add_publication(before, str(place), every[str(place)])
    for whole, parts in _may_share(every):
        _add_difference(before, whole, parts, every, up_to)
    return before


def _add_publication(before: Before, source: str, known: Known) -> None:
    own = {count: count._replace(source=source) for count in known}
    relations = [
        tuple((own[c], factor) for c, factor in terms)
        for terms in relations_of(list(known))
        if all(c in known for c, _ in terms)
    ]
    shown = {own[count]: n for count, n in known.items() if n is not None}
    hidden = [own[count] for count, n in known.items() if n is None]
    shows = {c for row in rows_of(known) if any(known[each] for each in row.counts)
             for c in row.counts}  # fmt: skip
    floors = {own[count]: 1 if count in shows else 0 for count, n in known.items() if n is None}
    number = {count: place for place, count in enumerate(own.values())}
    alone = Reckoning(
        numbered(relations, number),
        {number[count]: n for count, n in shown.items()},
        {number[count]: floor for count, floor in floors.items()},
    )
    given_away = worked_out(alone)  # by itself: it can't be helped any more
    before.values |= shown
    before.relations += relations
    before.floors |= floors
    before.unprotected |= {count for count in hidden if number[count] in given_away}
    before.protected |= {count for count in hidden if number[count] not in given_away}


def _may_share(every: Mapping[str, Known]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each publication that others may be parts of, the new one among them."""
    for whole in every:
        others = [source for source in every if source != whole]
        for number in range(1, min(_MOST_PARTS, len(others)) + 1):
            for parts in combinations(others, number):
                if "" in (whole, *parts) and _is_possible(every, whole, parts):
                    yield whole, parts


def _is_possible(every: Mapping[str, Known], whole: str, parts: Sequence[str]) -> bool:
    cases = [every[source][_ALL_CASES] for source in (whole, *parts)]
    left = [_left(every, whole, parts, count) for count in _shared(every, whole, parts)]
    if any(n is not None and n < 0 for n in left):
        return False
    if None in cases or cases[0] != sum(n or 0 for n in cases[1:]):
        return True
    return not any(left)


def _shared(every: Mapping[str, Known], whole: str, parts: Sequence[str]) -> list[PublishedCount]:
    return [count for count in every[whole] if all(count in every[part] for part in parts)]


def _left(
    every: Mapping[str, Known], whole: str, parts: Sequence[str], count: PublishedCount
) -> int | None:
    """How many of a count are in none of the parts; None where that isn't known."""
    of_whole, of_parts = every[whole][count], [every[part][count] for part in parts]
    known = [n for n in of_parts if n is not None]
    if of_whole is None or len(known) < len(of_parts):
        # What is hidden is one at least, or nought of few: it can only make less of what is left.
        over = None if of_whole is None else of_whole - sum(known)
        return over if over is not None and over < 0 else None
    return of_whole - sum(known)


def _add_difference(
    before: Before, whole: str, parts: Sequence[str], every: Mapping[str, Known], up_to: int
) -> None:
    cases = _left(every, whole, parts, _ALL_CASES)
    if cases is not None and 1 <= cases <= up_to:
        raise UsageError(
            "this can't be published beside what was published before: "
            f"{counted(cases, 'case')} may be all that is new, and everything of so few would be "
            "known from the differences",
            hint="Publish it when there are more new cases. With --published give only what may "
            "share cases with this.",
        )
    for count in _shared(every, whole, parts):
        terms = [(count._replace(source=whole), -1)]
        terms += [(count._replace(source=part), 1) for part in parts]
        if cases != 0:
            rest = count._replace(source=f"{whole or 'now'} less {' and '.join(parts) or 'now'}")
            terms.append((rest, 1))
            left = _left(every, whole, parts, count)
            before.floors[rest] = 0
            is_small = left is not None and 1 <= left <= up_to
            (before.protected if is_small else before.unprotected).add(rest)
            if left is not None:
                before.values[rest] = left
        before.relations.append(tuple(terms))
