"""Which counts of a result are hidden: the small ones, and as few others as keep them hidden."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from casefile_audit.english import count as counted
from casefile_audit.english import listing
from casefile_audit.errors import UsageError
from casefile_audit.publishing.attack import Reckoning, Terms, worked_out
from casefile_audit.publishing.counts import (
    PublishedCount,
    Relation,
    counts_of,
    is_shown_nought,
    own_noughts,
    refinements,
    relations_of,
    rows_of,
    same_cases,
)
from casefile_audit.publishing.models import HIDDEN, Figure
from casefile_audit.publishing.patterns import CannotHideError, Puzzle, least_pattern
from casefile_audit.results import Result


@dataclass(frozen=True)
class Hiding:
    """What is hidden of a run.

    Attributes:
        values: every count.
        hidden: those that are hidden.
        relations: what adds up to what.
        floors: the least that a hidden count can be, where it may be nought.
        is_least: whether no fewer could have been hidden.
    """

    values: Mapping[PublishedCount, int]
    hidden: frozenset[PublishedCount]
    relations: Sequence[Relation]
    floors: Mapping[PublishedCount, int]
    is_least: bool

    def figure(self, count: PublishedCount) -> Figure:
        """A count as it may be published."""
        return HIDDEN if count in self.hidden else self.values[count]

    def refuse_if_worked_out(self, published: Mapping[PublishedCount, Figure]) -> None:
        """Attack what is about to be published: nothing of it may give a hidden count away.

        Raises:
            UsageError: something does.
        """
        shown = {count: n for count, n in published.items() if isinstance(n, int)}
        floors = {count: self.floors.get(count, 1) for count in published if count not in shown}
        number = {count: place for place, count in enumerate(sorted(published))}
        known = Reckoning(
            _numbered(self.relations, number),
            {number[count]: n for count, n in shown.items()},
            {number[count]: floor for count, floor in floors.items()},
        )
        if found := worked_out(known):
            names = [said(count) for count in sorted(published) if number[count] in found]
            raise UsageError(
                f"this can't be published: {counted(len(names), 'hidden count')} could be worked "
                "back from the others",
                details=[listing(names, most=4)],
                hint="Publish it with fewer groups, or hide more with --hide.",
            )


def said(count: PublishedCount) -> str:
    """What a count is of, in words."""
    of = f" of {count.field.replace('_', ' ')} {count.value}" if count.field else ""
    kind = count.kind.replace("_", " ")
    return f"{count.part}, {kind}{of}" if count.part else f"{kind}{of}"


def hide(result: Result, up_to: int) -> Hiding:
    """What to hide of a result.

    Args:
        result: the result.
        up_to: counts from 1 to this are small.

    Raises:
        UsageError: a small count can't be hidden.
    """
    values = counts_of(result)
    order = sorted(values)
    number = {count: place for place, count in enumerate(order)}
    relations = [*relations_of(order), *refinements(result, order), *same_cases(result, order)]
    few = {
        count for row in rows_of(order) if 1 <= values[row.whole] <= up_to for count in row.counts
    }
    own = set(own_noughts(result))
    must = {count for count, n in values.items() if 1 <= n <= up_to}
    must |= {count for count in few if not is_shown_nought(count, values, few, own)}
    puzzle = Puzzle(
        values={number[count]: n for count, n in values.items()},
        relations=_numbered(relations, number),
        must=frozenset(number[count] for count in must),
        may=frozenset(number[count] for count, n in values.items() if n),
        floors={number[count]: 0 for count in few},
    )
    try:
        pattern = least_pattern(puzzle)
    except CannotHideError as error:
        raise UsageError(
            f"this can't be published: {said(order[error.count])} can't be hidden",
            hint="Publish it with fewer groups.",
        ) from None
    # What is beyond hiding is a nought of few, told by what is shown of all the cases: it is shown.
    hidden = pattern.hidden - worked_out(puzzle.reckoning(pattern.hidden))
    return Hiding(
        values,
        frozenset(order[place] for place in hidden),
        relations,
        dict.fromkeys(few, 0),
        pattern.is_least,
    )


def _numbered(relations: Iterable[Relation], number: Mapping[PublishedCount, int]) -> list[Terms]:
    return [
        [(number[count], factor) for count, factor in terms]
        for terms in relations
        if all(count in number for count, _ in terms)
    ]
