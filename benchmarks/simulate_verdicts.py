"""How often `audit compare` gives each verdict when nothing has changed.

Run it with ``python benchmarks/simulate_verdicts.py``; it prints Markdown tables, the same ones
every time, and ends with 1 if a clear verdict is given more often than its threshold allows.

For one question nothing is simulated: every pair of counts that two samples can show is judged by
the program's own rule and weighted by its probability. The p-values are Boschloo's, worked out here
for all pairs of counts at once, and checked against the program's own on some hundred of them.
Twenty questions of one rate, independent of each other, are worked out in the same way. Twenty of
different rates, asked of the same cases and so tied to each other, are simulated from a fixed seed,
and so are grades. Samples too far apart for a table of all counts are judged by the program's own
test: it is asked where clear begins on either side of each count of the smaller sample.
"""

import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement
from math import comb
from statistics import fmean

import numpy as np
import numpy.typing as npt
from scipy.stats import binom, hypergeom, norm

from casefile_audit.compare.verdicts import (
    Direction,
    Evidence,
    Family,
    Thresholds,
    Verdict,
    decide,
)
from casefile_audit.statistics.binomial import sign_test_mid_p
from casefile_audit.statistics.comparison import (
    bonett_price,
    newcombe,
    paired_ratio,
    ratio,
    unpaired_p,
)
from casefile_audit.statistics.ordinal import rank_p, relative_effect_interval

Floats = npt.NDArray[np.float64]
Answer = tuple[Verdict, Direction]

SEED = 20241213
QUESTIONS = 20
RUNS = 10_000
THRESHOLDS = Thresholds()
ALPHA = THRESHOLDS.alpha
EQUAL = (4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200)
UNEQUAL = ((4, 12), (4, 200), (12, 4), (12, 40), (12, 200), (30, 100), (100, 30), (200, 12))
SIZES = (*((n, n) for n in EQUAL), *UNEQUAL)
RATES = np.arange(1, 100) / 100
LARGE = ((4, 20_000), (13, 1_000_000), (50, 5_000), (100, 20_000), (300, 20_000), (1_000, 1_000))
GRADE_SIZES = ((12, 12), (30, 8), (200, 2), (200, 5), (200, 12), (300, 20))
GRADE_SPLITS = (
    (0.42, 0.33, 0.17, 0.08),
    (0.25, 0.25, 0.25, 0.25),
    (0.8, 0.15, 0.04, 0.01),
    (0.92, 0.08, 0, 0),
)
"""The shares of four grades; the range is tried between any two of these."""
GRADE_RUNS = 1000
TIES = (0.0, 0.3, 0.6, 0.9)
"""How closely two readings of one case are tied: the correlation of what they find."""

NO_ROOM = (
    Verdict.NONE_COULD_BE_CLEAR,
    Verdict.NO_IMPROVEMENT_COULD_BE_CLEAR,
    Verdict.NO_WORSENING_COULD_BE_CLEAR,
)

SEEN: list[float] = []
"""The highest chance of a clear verdict in each row of the tables."""


@cache
def boschloo(n_before: int, n_after: int) -> Floats:
    """Boschloo's two-sided p for every count before (rows) and after (columns)."""
    before, after = np.arange(n_before + 1)[:, None], np.arange(n_after + 1)[None, :]
    rates = np.sin(np.linspace(0, np.pi / 2, 801)) ** 2
    sides = []
    for upper in (True, False):
        tail = (
            hypergeom.sf(before - 1, n_before + n_after, before + after, n_before)
            if upper
            else hypergeom.cdf(before, n_before + n_after, before + after, n_before)
        )
        sides.append(_worst_case(np.asarray(tail, dtype=np.float64), rates))
    p: Floats = np.minimum(1.0, 2 * np.minimum(sides[0], sides[1]))
    p[0, 0] = p[-1, -1] = 1.0
    return p


def _worst_case(fisher: Floats, rates: Floats) -> Floats:
    """The chance, at the worst rate, of a pair of counts that is as extreme by Fisher's p."""
    n_before, n_after = fisher.shape[0] - 1, fisher.shape[1] - 1
    order = np.argsort(fisher, axis=None)
    ranked = fisher.ravel()[order]
    # Mirror-image tables are equally likely, whatever the last digits of a float say.
    last = np.searchsorted(ranked, ranked * (1 + 1e-9), side="right") - 1
    worst = np.zeros(len(order))
    for rate in rates:
        first = binom.pmf(np.arange(n_before + 1), n_before, rate)
        second = binom.pmf(np.arange(n_after + 1), n_after, rate)
        np.maximum(worst, np.cumsum(np.outer(first, second).ravel()[order])[last], out=worst)
    p = np.empty(len(order))
    p[order] = worst
    return p.reshape(fisher.shape)


def check_p_values(generator: np.random.Generator) -> float:
    """The largest gap between these p-values and the program's, over some hundred tables."""
    worst = 0.0
    for n_before, n_after in SIZES:
        for _ in range(8 if n_before * n_after < 10_000 else 2):
            k, m = int(generator.integers(n_before + 1)), int(generator.integers(n_after + 1))
            here, there = boschloo(n_before, n_after)[k, m], unpaired_p(k, n_before, m, n_after)
            worst = max(worst, abs(float(here) - there.value))
    return worst


@cache
def unpaired_answers(n_before: int, n_after: int) -> dict[Answer, npt.NDArray[np.bool_]]:
    """For each verdict and direction, which pairs of counts get it when one question is asked."""
    p = boschloo(n_before, n_after)
    answers: dict[Answer, npt.NDArray[np.bool_]] = {}
    for k in range(n_before + 1):
        for m in range(n_after + 1):
            direction = Direction.of(k * n_after - m * n_before)
            verdict = Verdict.NOTHING_TO_COMPARE
            if 0 < k + m < n_before + n_after:
                interval = newcombe(k, n_before, m, n_after)
                rarer = (k, m) if 2 * (k + m) <= n_before + n_after else (n_before - k, n_after - m)
                within = ratio(rarer[0], n_before, rarer[1], n_after)
                could_be = (p[k, 0] < ALPHA, p[k, n_after] < ALPHA)
                p_value = float(p[k, m])
                evidence = Evidence(direction, p_value, p_value, interval, within, *could_be)
                verdict = decide(evidence, THRESHOLDS)
            mask = answers.setdefault((verdict, direction), np.zeros(p.shape, dtype=bool))
            mask[k, m] = True
    return answers


def chances_of_counts(n: int) -> Floats:
    """The chance of each count of n cases (rows) at each of RATES (columns)."""
    return np.asarray(binom.pmf(np.arange(n + 1)[:, None], n, RATES), dtype=np.float64)


def unpaired_chances(n_before: int, n_after: int) -> dict[Answer, Floats]:
    """The chance of each verdict and direction at each of RATES."""
    first, second = chances_of_counts(n_before), chances_of_counts(n_after)
    return {
        answer: np.einsum("kr,km,mr->r", first, mask.astype(float), second, optimize=True)
        for answer, mask in unpaired_answers(n_before, n_after).items()
    }


@cache
def paired_answers(n: int) -> dict[Answer, Floats]:
    """For each verdict and direction, its chance given how many of n cases moved (0 to n)."""
    answers: dict[Answer, Floats] = {}
    for moved in range(n + 1):
        for better in range(moved + 1):
            worse = moved - better
            interval, p = bonett_price(better, worse, n), sign_test_mid_p(better, worse)
            direction = Direction.of(better - worse)
            # How rare it is doesn't matter to what these tables show, which is who is called what
            # by the test: every case that didn't move is taken to fall short half the time.
            within = paired_ratio(better + (n - moved) // 2, worse + (n - moved) // 2, moved)
            verdict = decide(Evidence(direction, p, p, interval, within, True, True), THRESHOLDS)
            chances = answers.setdefault((verdict, direction), np.zeros(n + 1))
            chances[moved] += comb(moved, better) / 2**moved
    return answers


def discordant(tie: float) -> Floats:
    """The chance that two readings of one case differ, at each of RATES."""
    return 2 * RATES * (1 - RATES) * (1 - tie)


def paired_chances(n: int, tie: float) -> dict[Answer, Floats]:
    """The chance of each verdict and direction at each of RATES, for the same cases read twice."""
    moved = binom.pmf(np.arange(n + 1)[:, None], n, discordant(tie))
    return {answer: chances @ moved for answer, chances in paired_answers(n).items()}


def any_clear(tested: Floats, clear: list[Floats]) -> Floats:
    """The chance of a clear verdict on any of QUESTIONS alike and independent, at each rate.

    Args:
        tested: the chance that a question can be tested.
        clear: the chance that its p is under alpha / t, for t from 1 to QUESTIONS.
    """
    chance = np.zeros(len(RATES))
    for t, clear_at_t in enumerate(clear, start=1):
        ways = comb(QUESTIONS, t) * (1 - tested) ** (QUESTIONS - t)
        chance += ways * (tested**t - np.maximum(tested - clear_at_t, 0) ** t)
    return chance


def unpaired_family(n_before: int, n_after: int) -> Floats:
    """The chance of any clear verdict among QUESTIONS in two samples, at each of RATES."""
    p = boschloo(n_before, n_after)
    first = chances_of_counts(n_before)
    second = chances_of_counts(n_after)
    clear = [
        np.einsum("kr,km,mr->r", first, (p < ALPHA / t).astype(float), second, optimize=True)
        for t in range(1, QUESTIONS + 1)
    ]
    return any_clear(1 - first[0] * second[0] - first[-1] * second[-1], clear)


def paired_family(n: int, tie: float) -> Floats:
    """The same for the same cases read twice."""
    differ = discordant(tie)
    moved = binom.pmf(np.arange(n + 1)[:, None], n, differ)
    clear = []
    for t in range(1, QUESTIONS + 1):
        given = [
            sum(comb(m, b) for b in range(m + 1) if sign_test_mid_p(b, m - b) < ALPHA / t) / 2**m
            for m in range(n + 1)
        ]
        clear.append(np.array(given) @ moved)
    tested = 1 - (1 - RATES - differ / 2) ** n - (RATES - differ / 2) ** n
    return any_clear(tested, clear)


def large_chances(n_smaller: int, n_larger: int, alpha: float) -> Floats:
    """The chance of a p under alpha at each of RATES, between samples of any size."""
    chance = np.zeros(len(RATES))
    for k, weight in enumerate(chances_of_counts(n_smaller)):
        even = round(k * n_larger / n_smaller)

        def is_clear(m: int, k: int = k) -> bool:
            return unpaired_p(k, n_smaller, m, n_larger).value < alpha

        # The further from the same share, the clearer: so clear begins once on either side.
        below = bisect_left(range(even + 1), True, key=lambda gap: is_clear(even - gap))
        above = bisect_left(range(n_larger - even + 1), True, key=lambda gap: is_clear(even + gap))
        outside = binom.cdf(even - below, n_larger, RATES)
        chance += weight * (outside + binom.sf(even + above - 1, n_larger, RATES))
    return chance


def large_rows() -> Iterator[list[str]]:
    """Samples of any size: one question, and any of QUESTIONS of one rate."""
    for n_smaller, n_larger in LARGE:
        one = large_chances(n_smaller, n_larger, ALPHA)
        each = large_chances(n_smaller, n_larger, ALPHA / QUESTIONS)
        several = 1 - (1 - each) ** QUESTIONS
        SEEN.extend((float(one.max()), float(several.max())))
        yield [
            f"{n_smaller:,} and {n_larger:,}",
            f"**{percent(float(one.max()))}**",
            percent(float(one.mean())),
            f"**{percent(float(several.max()))}**",
            percent(float(several.mean())),
        ]


def grade_rows(generator: np.random.Generator) -> Iterator[list[str]]:
    """Two samples of grades: clear where nothing changed, and whether the range holds the truth."""
    for sizes in GRADE_SIZES:
        clear = [_grades_clear(sizes, split, generator) for split in GRADE_SPLITS]
        held = [
            _grades_held(sizes, pair, generator)
            for pair in combinations_with_replacement(GRADE_SPLITS, 2)
        ]
        yield [
            f"{sizes[0]} and {sizes[1]}",
            f"**{percent(max(clear))}**",
            percent(fmean(clear)),
            percent(min(held)),
            percent(fmean(held)),
        ]


def _grades_clear(
    sizes: tuple[int, int], split: Sequence[float], generator: np.random.Generator
) -> float:
    drawn = [generator.multinomial(n, split, size=GRADE_RUNS).tolist() for n in sizes]
    return fmean(rank_p(*pair).value < ALPHA for pair in zip(*drawn, strict=True))


def _grades_held(
    sizes: tuple[int, int],
    splits: tuple[Sequence[float], Sequence[float]],
    generator: np.random.Generator,
) -> float:
    first, second = splits
    truth = sum(a * (sum(second[i + 1 :]) + second[i] / 2) for i, a in enumerate(first))
    drawn = [
        generator.multinomial(n, split, size=GRADE_RUNS).tolist()
        for n, split in zip(sizes, splits, strict=True)
    ]
    ranges = [relative_effect_interval(*pair) for pair in zip(*drawn, strict=True)]
    return fmean(found.low <= truth <= found.high for found in ranges)


@dataclass(frozen=True)
class Mixed:
    """What a number of simulated runs of QUESTIONS came to: shares of runs, and a mean."""

    any_better: float
    any_worse: float
    any_clear: float
    pointing: float


def mixed_questions(n: int, generator: np.random.Generator) -> Mixed:
    """Questions failing at 1% to 96%, asked of the same cases, a case failing several together."""
    cuts = norm.ppf(np.arange(1, 100, 5) / 100)
    p = boschloo(n, n)
    better = worse = either = pointing = 0
    for _ in range(RUNS):
        before, after = (_failed(n, cuts, generator) for _ in range(2))
        tested = [(k, m) for k, m in zip(before, after, strict=True) if 0 < k + m < 2 * n]
        p_values = [float(p[pair]) for pair in tested]
        family = Family.of(p_values, ALPHA)
        ways = set()
        for (k, m), p_value in zip(tested, p_values, strict=True):
            direction, adjusted = Direction.of(k - m), family.adjusted[p_value]
            ways |= {direction} if adjusted < ALPHA else set()
            pointing += k != m and p_value < THRESHOLDS.points_towards and adjusted >= ALPHA
        better += Direction.BETTER in ways
        worse += Direction.WORSE in ways
        either += bool(ways)
    return Mixed(better / RUNS, worse / RUNS, either / RUNS, pointing / RUNS)


def _failed(n: int, cuts: Floats, generator: np.random.Generator) -> list[int]:
    """How many of n cases fail each question; what is wrong with a case shows in several."""
    of_case = generator.standard_normal((n, 1))
    own = generator.standard_normal((n, len(cuts)))
    return [int(k) for k in (0.6 * of_case + 0.8 * own < cuts).sum(axis=0)]


def percent(chance: float) -> str:
    """A chance as it stands in the tables."""
    return f"{100 * chance:.1f}%"


def worst(chances: dict[Answer, Floats], verdict: Verdict, *directions: Direction) -> str:
    """The highest chance of a verdict over RATES, as it stands in the tables."""
    return percent(float(total(chances, verdict, *directions).max()))


def total(chances: dict[Answer, Floats], verdict: Verdict, *directions: Direction) -> Floats:
    """The chance of a verdict in some directions, in any if none is named."""
    wanted = directions or tuple(Direction)
    return sum(
        (c for (v, d), c in chances.items() if v is verdict and d in wanted),
        start=np.zeros(len(RATES)),
    )


def table(headings: list[str], rows: Iterator[list[str]]) -> None:
    """Print a Markdown table."""
    print("| " + " | ".join(headings) + " |")
    print("|" + "---|" * len(headings))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def one_question_rows() -> Iterator[list[str]]:
    """Two samples, one question: the highest chance of each verdict over all rates."""
    for n_before, n_after in SIZES:
        chances = unpaired_chances(n_before, n_after)
        clear = total(chances, Verdict.CLEAR)
        SEEN.append(float(clear.max()))
        yield [
            f"{n_before} and {n_after}",
            worst(chances, Verdict.CLEAR, Direction.BETTER),
            worst(chances, Verdict.CLEAR, Direction.WORSE),
            f"**{percent(float(clear.max()))}**",
            percent(float(clear.mean())),
            worst(chances, Verdict.POINTS_TOWARDS),
            percent(float(total(chances, Verdict.POINTS_TOWARDS).mean())),
            percent(float(total(chances, Verdict.NO_MATERIAL_CHANGE).mean())),
            percent(float(total(chances, Verdict.CHANCE).mean())),
            percent(fmean(np.sum([total(chances, verdict) for verdict in NO_ROOM], axis=0))),
            percent(float(total(chances, Verdict.NOTHING_TO_COMPARE).mean())),
        ]


def paired_rows() -> Iterator[list[str]]:
    """The same cases read twice, one question: the highest chance over all rates and ties."""
    for n in EQUAL:
        each = [paired_chances(n, tie) for tie in TIES]
        clear = [total(chances, Verdict.CLEAR) for chances in each]
        better = [total(chances, Verdict.CLEAR, Direction.BETTER) for chances in each]
        towards = [total(chances, Verdict.POINTS_TOWARDS) for chances in each]
        SEEN.append(float(np.max(clear)))
        yield [
            str(n),
            percent(float(np.max(better))),
            f"**{percent(float(np.max(clear)))}**",
            percent(float(np.mean(clear))),
            percent(float(np.max(towards))),
            percent(float(np.mean(towards))),
        ]


def family_rows() -> Iterator[list[str]]:
    """Twenty questions: the chance that any of them is found clear."""
    for n in EQUAL:
        two_samples = unpaired_family(n, n)
        twice = np.array([paired_family(n, tie) for tie in TIES])
        SEEN.extend((float(two_samples.max()), float(twice.max())))
        yield [
            str(n),
            f"**{percent(float(two_samples.max()))}**",
            percent(float(two_samples.mean())),
            f"**{percent(float(twice.max()))}**",
            percent(float(twice.mean())),
        ]


def mixed_rows(generator: np.random.Generator) -> Iterator[list[str]]:
    """Twenty questions of different rates about the same cases, simulated."""
    for n in (4, 12, 30, 100, 200):
        found = mixed_questions(n, generator)
        SEEN.append(found.any_clear)
        yield [
            f"{n} and {n}",
            percent(found.any_better),
            percent(found.any_worse),
            f"**{percent(found.any_clear)}**",
            f"{found.pointing:.1f}",
        ]


def main() -> int:
    """Print the tables; 1 if a clear verdict is given more often than its threshold allows."""
    generator = np.random.default_rng(SEED)
    gap = check_p_values(generator)
    print(f"p-values checked against the program's: largest gap {gap:.0e}\n")
    print("Two samples, one question\n")
    headings = ["cases", "clear improvement, at most", "clear worsening, at most"]
    headings += ["clear, at most", "clear, mean", "points one way, at most", "mean"]
    headings += [
        "no material change, mean",
        "can't be told, mean",
        "none that way could be clear, mean",
    ]
    table([*headings, "nothing to compare, mean"], one_question_rows())
    print("The same cases read twice, one question\n")
    headings = ["cases", "clear improvement, at most", "clear, at most", "clear, mean"]
    table([*headings, "points one way, at most", "mean"], paired_rows())
    print(f"{QUESTIONS} questions of one rate: any of them clear\n")
    headings = ["cases a side", "two samples, at most", "mean", "read twice, at most", "mean"]
    table(headings, family_rows())
    print("Samples too large for a table of all counts\n")
    headings = ["cases", "one question, at most", "mean"]
    table([*headings, f"any of {QUESTIONS}, at most", "mean"], large_rows())
    print(f"Two samples of grades, {GRADE_RUNS} runs each\n")
    headings = ["cases", "clear, at most", "mean", "range holds the truth, at least", "mean"]
    table(headings, grade_rows(generator))
    print(f"{QUESTIONS} questions of 1% to 96% about the same cases, {RUNS:,} runs, seed {SEED}\n")
    headings = ["cases", "any clear improvement", "any clear worsening", "any clear"]
    table([*headings, "pointing one way, mean of 20"], mixed_rows(generator))
    print(f"Clear at most {100 * max(SEEN):.2f}% of the time.")
    return int(max(SEEN) > ALPHA)


if __name__ == "__main__":
    sys.exit(main())
