"""What can be worked out of hidden counts: the attack that a publication has to stand.

Whoever reads a publication knows every count that is shown, what adds up to what, and that nought
is never hidden but where the cases are few. A hidden count is worked out if only one whole number
will do for it. scipy's solver answers; what it answers is checked in whole numbers, and a count
that it can't show to have two values is taken as worked out.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]

Terms = Sequence[tuple[int, int]]
"""Some counts, by number, each with a factor: they come to nought."""

_NEARLY: Final = 1e-7
_STRIDE: Final = 37
# What to make as large as may be: all counts, none of them, and sums that differ in their signs.
_QUESTIONS: Final[Sequence[Callable[[int], int]]] = (
    lambda _: 1,
    lambda _: -1,
    lambda place: 1 if place & 1 else -1,
    lambda place: -1 if place & 1 else 1,
)


World = Mapping[int, int]
"""Hidden counts that would be others than they are in another world, and by how much."""


@dataclass(frozen=True)
class Reckoning:
    """What is known to whoever works back.

    Attributes:
        relations: what comes to nought.
        shown: the counts that are shown.
        floors: for each hidden count, the least that it can be.
        truth: the hidden counts, where we know them, which saves looking for one answer.
        unprotected: the counts that aren't shown and may be worked out.
    """

    relations: Sequence[Terms]
    shown: Mapping[int, int]
    floors: Mapping[int, int]
    truth: Mapping[int, int] = made_by(default_factory=dict)
    unprotected: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Attacked:
    """What came of an attack on counts that hang together.

    Attributes:
        found: the hidden counts that are worked out, each with shown counts that it took: while
            all of those are shown, it is.
        worlds: worlds in which the others are not what they are here.
    """

    found: Mapping[int, frozenset[int]]
    worlds: Sequence[World]


def worked_out(known: Reckoning) -> set[int]:
    """The hidden counts that can be worked out."""
    return {count for each in attacked([*parts(known)]) for count in each.found}


def attacked(
    several: Sequence["HiddenTogether"], worlds: Iterable[World] = (), most: int | None = None
) -> list[Attacked]:
    """What comes of an attack on each of several parts.

    Args:
        several: the parts.
        worlds: worlds that are known already to be possible.
        most: stop in each part when so many counts are worked out.
    """
    if not several:
        return []
    counts = [count for part in several for count in part.counts]
    relations = [terms for part in several for terms in part.relations]
    # All together first: most counts are soon seen to have two values.
    together = HiddenTogether(counts, relations, several[0].known)
    settled = set(together.known.unprotected)
    settled |= {
        count for world in worlds if world.keys() <= together.place.keys() for count in world
    }
    answers = together.quick_answers([count for count in counts if count not in settled])
    return [
        part.attacked(
            settled, [[answer[together.place[c]] for c in part.counts] for answer in answers], most
        )
        for part in several
    ]


def parts(known: Reckoning) -> Iterator["HiddenTogether"]:
    """The hidden counts, those together that hang together through what adds up."""
    leader = {count: count for count in known.floors}

    def find(count: int) -> int:
        while leader[count] != count:
            leader[count] = leader[leader[count]]
            count = leader[count]
        return count

    kept = []
    for terms in known.relations:
        hidden = [count for count, _ in terms if count in leader]
        if hidden:
            kept.append((hidden[0], terms))
            first = find(hidden[0])
            for other in hidden[1:]:
                leader[find(other)] = first
                first = find(first)
    members: dict[int, list[int]] = {}
    for count in sorted(leader):
        members.setdefault(find(count), []).append(count)
    of_part: dict[int, list[Terms]] = {}
    for count, terms in kept:
        of_part.setdefault(find(count), []).append(terms)
    for first, counts in members.items():
        yield HiddenTogether(counts, of_part.get(first, []), known)


class HiddenTogether:
    """Hidden counts that hang together."""

    def __init__(self, counts: Sequence[int], relations: Sequence[Terms], known: Reckoning) -> None:
        self.counts = counts
        self.relations = relations
        self.known = known
        self.place = {count: place for place, count in enumerate(counts)}

    def quick_answers(self, open_: Sequence[int]) -> list[list[int]]:
        """Some answers that may differ in many counts: asked as long as that helps."""
        first = (self._truth or self._solve({})) if self.relations else None
        if first is None:
            return []
        answers = [first]
        fewer = True
        while fewer and open_:
            fewer = False
            for weigh in _QUESTIONS:
                weights = {count: weigh(place) for place, count in enumerate(open_)}
                answer = self._solve(weights, first)
                if answer is not None and (left := self._alike(open_, first, answer)) != open_:
                    answers.append(answer)
                    open_, fewer = left, True
                if not open_:
                    break
        return answers

    @property
    def _truth(self) -> list[int] | None:
        if not self.known.truth.keys() >= self.place.keys():
            return None
        return [self.known.truth[count] for count in self.counts]

    def _alike(self, counts: Iterable[int], one: Sequence[int], two: Sequence[int]) -> list[int]:
        return [count for count in counts if one[self.place[count]] == two[self.place[count]]]

    def attacked(
        self, settled: Container[int], answers: Sequence[Sequence[int]], most: int | None
    ) -> Attacked:
        """What comes of an attack on this part.

        Args:
            settled: counts that are known to have two values.
            answers: some answers, the first of which the others are held against.
            most: stop when so many counts are worked out.
        """
        left = [count for count in self.counts if count not in settled] if self.relations else []
        others = list(answers[1:])
        for answer in others:
            left = self._alike(left, answers[0], answer)
        first = answers[0] if answers or not left else self._solve({})
        found: dict[int, frozenset[int]] = {}
        while left and len(found) != most:
            # Neighbours are worked out alike: those far from each other tell more.
            count = left[_STRIDE * len(found) % len(left)]
            other, reason = self._other_value(count, first)
            if other is not None and first is not None:
                others.append(other)
                left = self._alike(left, first, other)
            else:
                left.remove(count)
                found[count] = reason
        return Attacked(found, [self._world(first, other) for other in others if first])

    def _world(self, first: Sequence[int], other: Sequence[int]) -> World:
        changes = {c: b - a for c, a, b in zip(self.counts, first, other, strict=True)}
        return {count: change for count, change in changes.items() if change}

    def _other_value(
        self, count: int, first: Sequence[int] | None
    ) -> tuple[list[int] | None, frozenset[int]]:
        """An answer in which a count has another value; or the shown counts that leave it none."""
        import numpy as np
        from scipy.optimize import linprog

        if first is None:
            return None, self.beside()
        matrix, comes_to, floors, ceilings = self._system
        bounds = list(zip(floors.tolist(), ceilings.tolist(), strict=True))
        place = self.place[count]
        ends, used = [], set()
        for sign in (1, -1):
            prices = np.zeros(len(self.counts))
            prices[place] = sign
            found = linprog(prices, A_eq=matrix, b_eq=comes_to, bounds=bounds)
            if found.x is None:
                continue
            numbers = [round(number) for number in found.x]
            if numbers[place] != first[place] and self._holds(numbers):
                return numbers, frozenset()
            ends.append(found.x[place])
            used |= self._used(found.eqlin.marginals)
            if self._rests_on_sums(found):
                return None, frozenset(used)
        if len(ends) == 2 and abs(ends[0] - ends[1]) < _NEARLY:
            return None, frozenset(used)
        # Fractions would do: whether other whole numbers do as well is asked apart.
        for sign in (1, -1):
            answer = self._solve({count: sign})
            if answer is not None and answer[place] != first[place]:
                return answer, frozenset()
        return None, self.beside()

    @cached_property
    def _system(self) -> tuple[Any, "Numbers", "Numbers", "Numbers"]:
        """The relations as a matrix, what they come to, and the bounds of each count."""
        import numpy as np
        from scipy.sparse import csr_array

        places = [
            (row, self.place[count], factor)
            for row, terms in enumerate(self.relations)
            for count, factor in terms
            if count in self.place
        ]
        # In 32 bits, as the oldest scipy that is allowed wants the places.
        rows, columns, factors = np.array(places, dtype=np.int32).T
        shape = (len(self.relations), len(self.counts))
        matrix = csr_array((factors.astype(float), (rows, columns)), shape=shape)
        comes_to = np.array([-self._shown(terms) for terms in self.relations], dtype=float)
        floors = np.array([self.known.floors[count] for count in self.counts], dtype=float)
        # More than any count that is shown, so that no bound of ours tells of a hidden one.
        largest = max((abs(n) for n in comes_to.tolist()), default=0)
        return matrix, comes_to, floors, np.full(len(self.counts), 4 * largest + 1000)

    def _shown(self, terms: Terms) -> int:
        return sum(factor * self.known.shown[c] for c, factor in terms if c not in self.place)

    def _solve(
        self, weights: Mapping[int, int], near: Sequence[int] | None = None
    ) -> list[int] | None:
        """Whole numbers that the hidden counts may be, for which a sum is as large as may be.

        Args:
            weights: what each count counts for in the sum.
            near: an answer from which the counts of the sum differ by one at most, so that not one
                of them takes all there is and as many as can be differ.
        """
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp

        matrix, comes_to, floors, ceilings = self._system
        prices = np.zeros(len(self.counts))
        for count, weight in weights.items():
            prices[self.place[count]] = -weight
        if near is not None:
            about = np.array(near, dtype=float)
            floors = np.where(prices, np.maximum(floors, about - 1), floors)
            ceilings = np.where(prices, about + 1, ceilings)
        found = milp(
            prices,
            integrality=np.ones(len(prices), dtype=int),
            bounds=Bounds(floors, ceilings),
            constraints=LinearConstraint(matrix, comes_to, comes_to),
        )
        if found.x is None:
            return None
        numbers = [round(number) for number in found.x]
        return numbers if self._holds(numbers) else None

    def _holds(self, numbers: Sequence[int]) -> bool:
        return all(
            n >= self.known.floors[count] for n, count in zip(numbers, self.counts, strict=True)
        ) and not any(
            self._shown(terms)
            + sum(factor * numbers[self.place[c]] for c, factor in terms if c in self.place)
            for terms in self.relations
        )

    @staticmethod
    def _rests_on_sums(found: Any) -> bool:
        """Whether a count is worked out from sums alone, whatever the least of any count is."""
        return not any((abs(each.marginals) > _NEARLY).any() for each in (found.lower, found.upper))

    def _used(self, marginals: Iterable[float]) -> set[int]:
        factors: dict[int, float] = {}
        for price, terms in zip(marginals, self.relations, strict=True):
            for count, factor in terms:
                if count not in self.place:
                    factors[count] = factors.get(count, 0.0) + price * factor
        return {count for count, factor in factors.items() if abs(factor) > _NEARLY}

    def beside(self) -> frozenset[int]:
        """Every shown count that adds up with one of these."""
        return frozenset(c for terms in self.relations for c, _ in terms) - set(self.counts)
