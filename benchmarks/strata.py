"""How often the range of a weighted share holds the truth, beside that of the textbook's variance;
and how often two weighted samples are told apart though nothing changed.

Run it by hand: ``python benchmarks/strata.py``. docs/sample.md and docs/compare.md say what it came
to.
"""  # noqa: D205 - one thought

import numpy as np

from casefile_audit.statistics.proportion import wilson_of_rate
from casefile_audit.statistics.strata import StratumCounts, StratumMoves, weighted
from casefile_audit.statistics.weighted_tests import (
    StratumSplit,
    WeightedSplit,
    moves_p,
    split_effect,
    split_p,
    unlike_p,
)

# The same with the shares of each stratum that the question is asked of.
DESIGNS_OF_SOME = (
    ((900, 100), (30, 30), (0.1, 0.5), (0.05, 0.9)),
    ((900, 100), (30, 30), (0.1, 0.5), (0.0, 1.0)),
    ((500, 100), (40, 40), (0.2, 0.8), (0.05, 0.95)),
    ((500, 500), (20, 60), (0.3, 0.3), (0.1, 0.9)),
)
TIMES = 4_000
PAIRS = 2_000
GRADE_PAIRS = 1_000
# Populations, cases read and rates of failure of each stratum.
DESIGNS = (
    ((120, 60, 30), (10, 10, 10), (0.1, 0.3, 0.6)),
    ((120, 60, 30), (10, 10, 10), (0.05, 0.05, 0.05)),
    ((90, 10), (9, 10), (0.05, 0.5)),
    ((200, 40, 10), (10, 10, 10), (0.2, 0.5, 0.8)),
    ((200, 40, 10, 8, 6), (10, 4, 2, 2, 2), (0.2, 0.5, 0.8, 0.1, 0.5)),
    ((300, 300), (5, 25), (0.1, 0.6)),
    ((300, 300), (5, 25), (0.9, 0.6)),
)  # fmt: skip


def textbook(
    found: tuple[int, ...], read: tuple[int, ...], sizes: tuple[int, ...]
) -> tuple[float, float]:
    """Wilson's range for as many cases as the strata's variance comes to (Cochran, chapter 5)."""
    parts = [size / sum(sizes) for size in sizes]
    rates = [k / n for k, n in zip(found, read, strict=True)]
    rate = sum(part * own for part, own in zip(parts, rates, strict=True))
    variance = sum(
        part**2 * (1 - n / size) * own * (1 - own) / max(n - 1, 1)
        for part, own, n, size in zip(parts, rates, read, sizes, strict=True)
    )
    worth = rate * (1 - rate) / variance if variance and 0 < rate < 1 else 1 / sum(
        part**2 * (1 - n / size) / n for part, n, size in zip(parts, read, sizes, strict=True)
    )  # fmt: skip
    span = wilson_of_rate(rate, worth)
    return span.low, span.high


# Beside those: strata that are read as if each counted alike, and read to the last case.
CHANGES = (
    *DESIGNS,
    ((300, 300), (5, 25), (0.5, 0.5)),
    ((900, 100), (3, 40), (0.3, 0.3)),
    ((50, 50), (30, 50), (0.3, 0.5)),
    ((900, 100), (100, 100), (0.3, 0.5)),
)


def told_apart() -> None:
    """Print, for each design, how often two samples of what didn't change are told apart."""
    random = np.random.default_rng(2)
    print("populations, read, rates: clear, points one way")
    for sizes, read, rates in CHANGES:
        sides = [
            [random.binomial(n, rate, PAIRS) for n, rate in zip(read, rates, strict=True)]
            for _ in range(2)
        ]
        found = [
            [
                [StratumCounts(*own) for own in zip(sizes, read, read, counts, strict=True)]
                for counts in zip(*(each.tolist() for each in drawn), strict=True)
            ]
            for drawn in sides
        ]
        values = [unlike_p(*pair).value for pair in zip(*found, strict=True)]
        clear, pointing = (sum(p < bar for p in values) / PAIRS for bar in (0.05, 0.2))
        print(f"{sizes}, {read}, {rates}: {clear:.1%}, {pointing - clear:.1%}")


# Strata whose cases got better and worse so often that nothing changed in the whole.
MOVES = (
    ((120, 60, 30), (10, 10, 10), (0.1, 0.1, 0.1), (0.1, 0.1, 0.1)),
    ((900, 100), (30, 30), (0.05, 0.5), (0.08, 0.23)),
    ((500, 500), (20, 60), (0.3, 0.0), (0.0, 0.3)),
    ((900, 100), (100, 100), (0.2, 0.2), (0.2, 0.2)),
    ((50, 50), (30, 50), (0.3, 0.2), (0.3, 0.2)),
)
GRADES = (
    ((120, 60, 30), (10, 10, 10), ((5, 3, 1, 1), (3, 3, 2, 2), (1, 2, 3, 4))),
    ((900, 100), (30, 30), ((16, 3, 1, 0), (2, 2, 3, 3))),
    ((50, 50), (30, 50), ((5, 3, 1, 1), (3, 3, 2, 2))),
    ((900, 100), (100, 100), ((5, 3, 1, 1), (1, 2, 3, 4))),
)


def moves_told_apart() -> None:
    """The same of cases that were read twice."""
    random = np.random.default_rng(4)
    print("populations, read, better, worse: clear, points one way")
    for sizes, read, better, worse in MOVES:
        values = []
        for _ in range(PAIRS):
            strata = []
            for size, n, up, down in zip(sizes, read, better, worse, strict=True):
                ups, downs, _ = random.multinomial(n, (up, down, 1 - up - down)).tolist()
                strata.append(StratumMoves(size, n, n, ups, downs))
            values.append(moves_p(strata, "sign test").value)
        clear, pointing = (sum(p < bar for p in values) / PAIRS for bar in (0.05, 0.2))
        print(f"{sizes}, {read}, {better}, {worse}: {clear:.1%}, {pointing - clear:.1%}")


def grades_told_apart() -> None:
    """The same of grades, and how often the range of the effect holds that there is none."""
    random = np.random.default_rng(5)
    print("populations, read, splits: clear, points one way, range holds the truth")
    for sizes, read, splits in GRADES:
        values, held = [], 0
        for _ in range(GRADE_PAIRS):
            sides = [
                WeightedSplit.of(
                    [StratumSplit(size, n, random.multinomial(n, np.array(its) / sum(its)).tolist())
                     for size, n, its in zip(sizes, read, splits, strict=True)]
                )
                for _ in range(2)
            ]  # fmt: skip
            values.append(split_p(sides[0], sides[1]).value)
            span = split_effect(sides[0], sides[1], 0.95)
            held += span.low <= 0.5 <= span.high
        clear, pointing = (sum(p < bar for p in values) / GRADE_PAIRS for bar in (0.05, 0.2))
        shares = f"{clear:.1%}, {pointing - clear:.1%}, {held / GRADE_PAIRS:.1%}"
        print(f"{sizes}, {read}, {splits}: {shares}")


def held_true() -> None:
    """Print, for each design, how often the truth is within each range."""
    random = np.random.default_rng(1)
    print("populations, read, rates: weighted, textbook")
    for sizes, read, rates in DESIGNS:
        failing = [round(size * rate) for size, rate in zip(sizes, rates, strict=True)]
        truth = sum(failing) / sum(sizes)
        drawn = [
            random.hypergeometric(k, size - k, n, TIMES)
            for k, size, n in zip(failing, sizes, read, strict=True)
        ]
        held = [0, 0]
        for found in zip(*(counts.tolist() for counts in drawn), strict=True):
            _, span = weighted(
                [StratumCounts(*own) for own in zip(sizes, read, read, found, strict=True)]
            )
            ends = [(span.low, span.high) if span else (truth, truth), textbook(found, read, sizes)]
            for place, (low, high) in enumerate(ends):
                held[place] += low - 1e-9 <= truth <= high + 1e-9
        shares = ", ".join(f"{count / TIMES:.1%}" for count in held)
        print(f"{sizes}, {read}, {rates}: {shares}")


def held_true_of_some() -> None:
    """The same of questions that are asked of some of the cases."""
    random = np.random.default_rng(3)
    print("populations, read, asked, rates: weighted")
    for sizes, read, shares, rates in DESIGNS_OF_SOME:
        each = zip(sizes, shares, rates, strict=True)
        parts = [(size * share, rate) for size, share, rate in each]
        truth = sum(part * rate for part, rate in parts) / sum(part for part, _ in parts)
        asked = [random.binomial(n, share, TIMES) for n, share in zip(read, shares, strict=True)]
        found = [random.binomial(n, rate) for n, rate in zip(asked, rates, strict=True)]
        held = 0
        for run in range(TIMES):
            counts = zip(sizes, read, asked, found, strict=True)
            strata = [
                StratumCounts(size, n, int(some[run]), int(of_them[run]))
                for size, n, some, of_them in counts
            ]
            _, span = weighted(strata, has_end=False)
            held += span is not None and span.low <= truth <= span.high
        print(f"{sizes}, {read}, {shares}, {rates}: {held / TIMES:.1%}")


if __name__ == "__main__":
    held_true()
    held_true_of_some()
    told_apart()
    moves_told_apart()
    grades_told_apart()
