"""Which counts of a result are hidden: the small ones, and as few others as keep them hidden."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from casefile_audit.english import count as counted
from casefile_audit.english import listing
from casefile_audit.errors import UsageError
from casefile_audit.publishing.asked import asked_of
from casefile_audit.publishing.attack import Reckoning, worked_out
from casefile_audit.publishing.counts import (
    PublishedCount,
    Relation,
    counts_of,
    is_shown_nought,
    numbered,
    own_noughts,
    refinements,
    relations_of,
    rows_of,
)
from casefile_audit.publishing.earlier import Before, published_before
from casefile_audit.publishing.models import HIDDEN, Figure, Publication
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
        before: what was published before.
    """

    values: Mapping[PublishedCount, int]
    hidden: frozenset[PublishedCount]
    relations: Sequence[Relation]
    floors: Mapping[PublishedCount, int]
    is_least: bool
    before: Before

    def figure(self, count: PublishedCount) -> Figure:
        """A count as it may be published."""
        return HIDDEN if count in self.hidden else self.values[count]

    def refuse_if_worked_out(self, published: Mapping[PublishedCount, Figure]) -> None:
        """Attack what is about to be published: nothing of it may give a hidden count away.

        Raises:
            UsageError: something does.
        """
        unseen = self.before.protected | self.before.unprotected
        shown = {count: n for count, n in published.items() if isinstance(n, int)}
        shown |= {count: n for count, n in self.before.values.items() if count not in unseen}
        hidden = unseen | (published.keys() - shown.keys())
        order = sorted([*shown, *hidden])
        number = {count: place for place, count in enumerate(order)}
        floors = {count: self.floors.get(count, 1) for count in published} | self.before.floors
        known = Reckoning(
            numbered([*self.relations, *self.before.relations], number),
            {number[count]: n for count, n in shown.items()},
            {number[count]: floors[count] for count in hidden},
            unprotected=frozenset(number[count] for count in self.before.unprotected),
        )
        if found := worked_out(known):
            names = [said(count) for count in order if number[count] in found]
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
    name = f"{count.part}, {kind}{of}" if count.part else f"{kind}{of}"
    if not count.source:
        return name
    return f"{name} in {'the difference ' if ' less ' in count.source else ''}{count.source}"


def hide(result: Result, up_to: int, earlier: Sequence[Publication] = ()) -> Hiding:
    """What to hide of a result.

    Raises:
        UsageError: a small count can't be hidden.
    """
    values = counts_of(result)
    order = sorted(values)
    relations = [*relations_of(order), *refinements(result, order), *asked_of(result, order)]
    few = {
        count for row in rows_of(order) if 1 <= values[row.whole] <= up_to for count in row.counts
    }
    own = set(own_noughts(result))
    must = {count for count, n in values.items() if 1 <= n <= up_to}
    must |= {count for count in few if not is_shown_nought(count, values, few, own)}
    before = published_before(values, earlier, up_to)
    order += sorted({*before.values, *before.protected, *before.unprotected})
    number = {count: place for place, count in enumerate(order)}

    def places(counts: Iterable[PublishedCount]) -> frozenset[int]:
        return frozenset(number[count] for count in counts)

    floors = dict.fromkeys(few, 0)
    puzzle = Puzzle(
        values={number[count]: n for count, n in {**values, **before.values}.items()},
        relations=numbered([*relations, *before.relations], number),
        must=places(must | before.protected),
        may=places(count for count, n in values.items() if n),
        floors={number[count]: floor for count, floor in {**floors, **before.floors}.items()},
        unseen=places(before.unprotected),
    )
    try:
        pattern = least_pattern(puzzle)
    except CannotHideError as error:
        raise UsageError(
            f"this can't be published: {said(order[error.count])} could be worked back, whatever "
            "else is hidden",
            hint="Publish it with fewer groups, or when there are more cases.",
        ) from None
    # What is beyond hiding is a nought of few, told by what is shown of all the cases: it is shown.
    hidden = pattern.hidden - worked_out(puzzle.reckoning(pattern.hidden))
    return Hiding(
        values,
        frozenset(count for count in values if number[count] in hidden),
        relations,
        floors,
        pattern.is_least,
        before,
    )
