"""A criterion in the same cases read twice, weighted where their strata were read unequally."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

from casefile_audit.cases import Outcome
from casefile_audit.compare.pairs import Pairs
from casefile_audit.compare.rates import MovedResult, PopulationChange, RatePair
from casefile_audit.compare.verdicts import Direction
from casefile_audit.compare.weighted_rates import DIGITS
from casefile_audit.compare.wording import change
from casefile_audit.results import Result
from casefile_audit.scoring.findings import APPLICABLE, MISSING
from casefile_audit.statistics.comparison import PValue, paired_ratio
from casefile_audit.statistics.proportion import Interval
from casefile_audit.statistics.strata import StratumCounts, StratumMoves, weighted
from casefile_audit.statistics.weighted_tests import moves_p, worth_of_moves


@dataclass(frozen=True)
class PairStrata:
    """The strata of cases that were read twice, where they were drawn from so many.

    Attributes:
        populations: how many cases each stratum has; where none has to be weighted, all in one.
        of: the place of each pair's stratum; -1 of one that wasn't drawn.
        is_weighted: whether they were read unequally.
        is_whole: whether the pairs are all there are, and not those of one group.
    """

    populations: Sequence[int]
    of: Sequence[int]
    is_weighted: bool
    is_whole: bool

    @classmethod
    def of_pairs(
        cls, before: Result, after: Result, pairs: Pairs, *, is_whole: bool
    ) -> "PairStrata | None":
        """Those of the first audit that says what it was drawn from; None where neither does."""
        for result, rows in ((before, pairs.before), (after, pairs.after)):
            its = result.population
            if its is None or its.kind != "drawn":
                continue
            if not its.weighted:
                times = max(1, -(-len(rows) // its.read))
                return cls([its.cases * times], [0] * len(rows), False, is_whole)
            if its.stratum_of:
                of = [its.stratum_of[row] for row in rows]
                read = Counter(of)
                # Each sector may have read a file for itself.
                times = max(
                    -(-read[place] // max(1, own.read)) for place, own in enumerate(its.strata)
                )
                sizes = [own.population * max(1, times) for own in its.strata]
                return cls(sizes, of, True, is_whole)
        return None

    def counts(self, counted: Collection[int], asked: Collection[int]) -> list[StratumCounts]:
        """How many pairs of each stratum are counted, of those that it was asked of."""
        read, asked_in, counted_in = self._in_each(range(len(self.of)), asked, counted)
        return [
            StratumCounts(population, read[place], asked_in[place], counted_in[place])
            for place, population in enumerate(self.populations)
        ]

    def moves(
        self, better: Collection[int], worse: Collection[int], asked: Collection[int]
    ) -> list[StratumMoves]:
        """How many pairs of each stratum went better and worse, of those that it was asked of."""
        (worse_in,) = self._in_each(worse)
        return [
            StratumMoves(own.population, own.read, own.asked, own.counted, worse_in[place])
            for place, own in enumerate(self.counts(better, asked))
        ]

    def _in_each(self, *several: Collection[int]) -> list[Counter[int]]:
        return [Counter(self.of[pair] for pair in pairs) for pairs in several]


@dataclass(frozen=True, kw_only=True)
class WeightedMoves(RatePair):
    """The same cases read twice, whose strata were read unequally.

    Attributes:
        weighted_shares: the shares of the population that fall short, before and after.
    """

    strata: Sequence[StratumMoves]
    weighted_shares: tuple[float, float]
    is_plain: ClassVar[bool] = False

    @property
    def shares(self) -> tuple[float, float]:
        """The shares that fall short, each stratum counting for as many cases as it has."""
        return self.weighted_shares

    @property
    def difference(self) -> float:
        """The share that got better less the share that got worse."""
        return round(weighted(self.strata, has_end=False)[0], DIGITS)

    @cached_property
    def test(self) -> PValue:
        """McNemar's mid-P test, of as many cases as the strata together are worth."""
        return moves_p(self.strata, "McNemar mid-P")

    def interval(self, level: float) -> Interval:
        """Bonett and Price's ranges of the strata, put together."""
        span = weighted(self.strata, level, has_end=False)[1]
        assert span is not None
        return span

    def ratio(self, level: float) -> Interval:
        """Of the rarer outcome, of as many cases as the strata together are worth."""
        cases, moved = worth_of_moves(self.strata)
        before, after = self.shares
        if before + after > 1:
            before, after = 1 - before, 1 - after
        return paired_ratio(round(before * cases), round(after * cases), moved, level)


def weighted_moves(
    strata: PairStrata,
    fell_short: tuple[Collection[int], Collection[int]],
    asked: Collection[int],
    met_after: Collection[int],
    plain: RatePair,
) -> RatePair:
    """The pairs with what changed in their population, weighted where its strata have to be.

    Args:
        fell_short: the pairs that fell short, before and after.
        asked: the pairs to which the question applied both times.
        met_after: those that met it wholly after.
        plain: the same as the cases read have it.
    """
    first, second = map(set, fell_short)
    moves = strata.moves(first - second, second - first, asked)
    if not any(own.asked for own in moves):
        return plain
    before, after, met = (
        weighted(strata.counts(counted, asked), has_end=False)[0]
        for counted in (first, second, met_after)
    )
    difference, span = weighted(moves)
    its = None
    if span is not None:
        said = change(span.low, span.high, Direction.of(round(difference, DIGITS)))
        size = f"{sum(strata.populations):,}" if strata.is_whole else "such"
        its = PopulationChange(
            before=before,
            after=after,
            met_after=met,
            weighted=strata.is_weighted,
            interval=span,
            says=f"Of all {size} cases, the change was probably {said}.",
        )
    if not strata.is_weighted:
        return replace(plain, in_population=its)
    moved = {**vars(plain), "in_population": its}
    return WeightedMoves(**moved, strata=moves, weighted_shares=(before, after))


def paired_rate(
    before: Result, after: Result, name: str, pairs: Pairs, strata: PairStrata | None = None
) -> RatePair:
    """A criterion in the same cases read twice, where it applied both times."""
    first, second = before.each_case().of(name), after.each_case().of(name)
    outcomes = [(first[i], second[j]) for i, j in zip(pairs.before, pairs.after, strict=True)]
    asked = [n for n, both in enumerate(outcomes) if all(its in APPLICABLE for its in both)]
    short = [[n for n in asked if outcomes[n][time] in MISSING] for time in (0, 1)]
    met = [[n for n in asked if outcomes[n][time] is Outcome.MET] for time in (0, 1)]
    better, worse = set(short[0]) - set(short[1]), set(short[1]) - set(short[0])
    told = {*APPLICABLE, Outcome.CANNOT_TELL}
    pair = RatePair(
        before=(len(short[0]), len(asked)),
        after=(len(short[1]), len(asked)),
        moved=MovedResult(
            better=[pairs.matched[n] for n in sorted(better)],
            worse=[pairs.matched[n] for n in sorted(worse)],
            same=len(asked) - len(better) - len(worse),
            # Where it applied once at least, or can't be told.
            left_out=sum(any(its in told for its in both) for both in outcomes) - len(asked),
        ),
        met=(len(met[0]), len(met[1])),
    )
    if strata is None:
        return pair
    return weighted_moves(strata, (short[0], short[1]), asked, met[1], pair)
