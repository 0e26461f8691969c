"""Which counts to hide: as few as will do, so that none of them can be worked out.

The fewest are found, and of as few those that come to the least, by an integer programme whose
conditions are found one by one: a pattern is proposed, attacked, and whatever worked a count out
becomes a condition that at least one of the counts that it took is hidden too. When no attack
succeeds any more, the pattern is the best there is. If that takes too much, the best pattern so far
that stood the attack is taken, and that it may hide more than it had to is said. What it takes is
counted and not timed, so that a result is published alike whether the machine is busy or not: two
publications that hide different counts could tell of each other's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from casefile_audit.publishing.attack import Reckoning, Terms, World, attacked, parts

EFFORT: Final = 4_000_000
"""How much to look through for the least pattern before one is taken that is only safe.

It is counted in entries of the conditions that are proposed under, and of what is attacked, over
all answers of the solver. So many take some 20 seconds to 30.
"""

# A proposal takes one, or a few; counted for the same reason.
_MOST_NODES = 100
_MOST_ASKED = 12
_MOST_STEPS = 2


class CannotHideError(Exception):
    """A count is worked out whatever else is hidden.

    Attributes:
        count: which.
    """

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


@dataclass(frozen=True)
class Puzzle:
    """What has to be hidden, and what may be.

    Attributes:
        values: the counts by number; those that nobody here knows have none.
        relations: what comes to nought.
        must: the counts that are hidden whatever happens: none of them may be worked out.
        may: those that can be hidden for the others' sake.
        floors: the least that a hidden count can be, where that isn't 1.
        unseen: those that are shown nowhere and may be worked out.
    """

    values: Mapping[int, int]
    relations: Sequence[Terms]
    must: frozenset[int]
    may: frozenset[int]
    floors: Mapping[int, int] = field(default_factory=dict)
    unseen: frozenset[int] = frozenset()

    def reckoning(self, hidden: Iterable[int]) -> Reckoning:
        """What is known if some counts are hidden."""
        unseen = [*hidden, *self.unseen]
        floors = {count: self.floors.get(count, 1) for count in unseen}
        shown = {count: n for count, n in self.values.items() if count not in floors}
        truth = {count: self.values[count] for count in floors if count in self.values}
        return Reckoning(self.relations, shown, floors, truth, self.unseen)


@dataclass(frozen=True)
class Pattern:
    """What is hidden.

    Attributes:
        hidden: the counts.
        is_least: whether no fewer would do.
    """

    hidden: frozenset[int]
    is_least: bool


@dataclass(frozen=True)
class OneOf:
    """That one of some counts is hidden: if another is, or else whatever happens."""

    counts: frozenset[int]
    if_hidden: int | None = None


def least_pattern(puzzle: Puzzle, effort: int = EFFORT) -> Pattern:
    """The least pattern that hides what has to be hidden.

    Raises:
        CannotHideError: a count that is more than nought can be worked out whatever is hidden.
    """
    return _Search(puzzle).least(effort)


class _Search:
    def __init__(self, puzzle: Puzzle) -> None:
        self.puzzle = puzzle
        self.must = puzzle.must
        self.not_shown = puzzle.must | puzzle.unseen
        self.free = sorted(puzzle.may - puzzle.must)
        self.attacked: dict[tuple[int, ...], dict[int, frozenset[int]]] = {}
        self.worlds: list[World] = []
        self.effort = 0
        self.conditions: dict[OneOf, None] = dict.fromkeys(self._in_each_relation())

    def _in_each_relation(self) -> Iterable[OneOf]:
        """What is plain of everything that adds up, before any attack."""
        for terms in self.puzzle.relations:
            counts = [count for count, _ in terms]
            for count in counts:
                others = {other for other in counts if other != count}
                if others & self.not_shown or not (count in self.must or count in self.puzzle.may):
                    continue
                yield self._condition(count, others)
            for sign in (1, -1):
                yield from self._with_room({c for c, f in terms if f * sign > 0}, counts)

    def _with_room(self, side: set[int], counts: Sequence[int]) -> Iterable[OneOf]:
        """Counts that are all as small as they can be are worked out from their sum: one of those
        hidden with them is larger, or the sum is hidden.
        """  # noqa: D205 - one thought
        must = side & self.must
        # What was hidden before may be larger than the least: that nobody here knows tells nothing.
        values, floors = self.puzzle.values, self.puzzle.floors
        larger = {c for c in side if c not in values or values[c] > floors.get(c, 1)}
        beyond = set(counts) - side
        if self.puzzle.unseen & set(counts):
            return
        if must and not beyond & self.must and not must & larger:
            yield self._condition(min(must), larger | beyond)

    def _condition(self, count: int, others: Iterable[int]) -> OneOf:
        one_of = frozenset(others) & self.puzzle.may
        if count not in self.must:
            return OneOf(one_of, count)
        if not one_of and self.puzzle.values.get(count) != 0:
            raise CannotHideError(count)
        return OneOf(one_of)

    def least(self, effort: int) -> Pattern:
        """Propose and attack until an attack finds nothing."""
        safe: frozenset[int] | None = None
        hidden, last = self._proposed(), self.must
        while hidden is not None:
            found = self._attack(hidden)
            if not found:
                return Pattern(hidden, is_least=True)
            for _ in range(_MOST_STEPS):
                hidden = self._with_more(hidden, found)
                found = self._attack(hidden)
                if not found:
                    safe = min(safe or hidden, hidden, key=self._cost)
                    break
            last = hidden
            hidden = self._proposed() if self.effort < effort else None
        return Pattern(safe or self._until_it_stands(last), is_least=False)

    def _cost(self, hidden: Iterable[int]) -> tuple[int, int]:
        counts = list(hidden)
        return len(counts), sum(self.puzzle.values.get(count, 0) for count in counts)

    def _with_more(
        self, hidden: frozenset[int], found: Mapping[int, frozenset[int]]
    ) -> frozenset[int]:
        """What is hidden, and the least of what each count was worked out from."""
        for count, others in sorted(found.items()):
            self.conditions[self._condition(count, others)] = None
            one_of = others & self.puzzle.may
            if one_of and not one_of & hidden:
                hidden |= {min(one_of, key=lambda c: (self.puzzle.values[c], c))}
        return hidden

    def _until_it_stands(self, hidden: frozenset[int]) -> frozenset[int]:
        """A pattern with all hidden that any count is worked out from, but what is told anyway."""
        told: set[int] = set()
        while found := self._attack(hidden):
            more = hidden | ((self.puzzle.may & frozenset().union(*found.values())) - told)
            if more == hidden:
                # Told by what can't be hidden, such as what was published before.
                if these := found.keys() & self.must:
                    raise CannotHideError(min(these))
                told |= found.keys()
                more = hidden - found.keys()
            hidden = more
        return hidden

    def _attack(self, hidden: frozenset[int]) -> dict[int, frozenset[int]]:
        """The hidden counts that are worked out, each with shown ones that it took."""
        known = self.puzzle.reckoning(hidden)
        every = {tuple(part.counts): part for part in parts(known)}
        new = {key: part for key, part in every.items() if key not in self.attacked}
        # A world that was possible with less hidden is possible still.
        for key, result in zip(
            new, attacked([*new.values()], self.worlds, _MOST_ASKED), strict=True
        ):
            self.attacked[key] = self._taken(result.found)
            entries = sum(map(len, every[key].relations))
            self.effort += entries * (len(result.found) + len(result.worlds))
            self.worlds += result.worlds
        found: dict[int, frozenset[int]] = {}
        for key in every:
            found |= self.attacked[key]
        return found

    def _taken(self, found: Mapping[int, frozenset[int]]) -> dict[int, frozenset[int]]:
        """What was worked out, but for what is beyond hiding."""
        # A nought that is few people's can be beyond hiding: the same nought of everybody is shown.
        return {
            count: others
            for count, others in found.items()
            if others & self.puzzle.may or self.puzzle.values.get(count) != 0
        }

    def _proposed(self) -> frozenset[int] | None:
        """The least pattern under the conditions so far; None if it is too hard to find."""
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        if not self.free:
            return self.must
        place = {count: number for number, count in enumerate(self.free)}
        entries: list[tuple[int, int, int]] = []
        least: list[float] = []
        for condition in self.conditions:
            if not condition.counts and condition.if_hidden is None:
                continue
            entries += [(len(least), place[count], 1) for count in sorted(condition.counts)]
            if condition.if_hidden is not None:
                entries.append((len(least), place[condition.if_hidden], -1))
            least.append(0.0 if condition.if_hidden is not None else 1.0)
        if not least:
            return self.must
        self.effort += len(entries)
        values = [self.puzzle.values[count] for count in self.free]
        costs = 1 + np.array(values, dtype=float) / (1 + sum(values))
        # In 32 bits, as the oldest scipy that is allowed wants the places.
        rows, columns, factors = np.array(entries, dtype=np.int32).T
        shape = (len(least), len(self.free))
        matrix = csr_array((factors.astype(float), (rows, columns)), shape=shape)
        found = milp(
            costs,
            integrality=np.ones(len(self.free), dtype=int),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(matrix, np.array(least), np.inf),
            options={"mip_rel_gap": 0, "node_limit": _MOST_NODES},
        )
        if not found.success:  # cut short, and what was found is not the least
            return None
        chosen = (count for count, x in zip(self.free, found.x, strict=True) if x > 0.5)
        return self.must | frozenset(chosen)
