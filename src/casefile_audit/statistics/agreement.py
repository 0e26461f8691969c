"""How far readers of the same cases agree, and how far beyond chance.

A cross-table has a row for each grade the first reader gave and a column for each the second
gave. Readings have a row for each case and a place for each reader: the number of the grade on the
scale, counted from 0, or None where that reader did not read the case. Both are best grade first
and over the whole scale, whether or not all of it was used.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from statistics import NormalDist, fmean
from typing import Literal

from casefile_audit.statistics.binomial import sign_test_exact
from casefile_audit.statistics.proportion import Interval
from casefile_audit.statistics.student import t_quantile

CrossTable = Sequence[Sequence[int]]
Readings = Sequence[Sequence[int | None]]
Weights = Literal["identity", "linear"]
Metric = Literal["nominal", "ordinal", "interval"]

NO_VARIANCE = 1e-12
"""A variance as small as this is rounding: nothing varied, and an interval would mislead."""


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """What two readers of the same cases did, in counts of cases.

    Attributes:
        within_one: given the same grade or the next.
        first_better, second_better: graded better by the first reader, and by the second.
        direction_p: two-sided exact p of the sign test on these two; 1.0 where none differ.
    """

    cases: int
    same: int
    within_one: int
    first_better: int
    second_better: int
    direction_p: float


@dataclass(frozen=True, slots=True)
class Coefficient:
    """Agreement with chance allowed for: 1 is perfect. What chance gives is 0 by kappa alone.

    Attributes:
        value: at most 1; below -1 only by AC2, from a few cases with readings missing.
        standard_error: of the value, or None where nothing varied and it would be 0.
        interval: cut to -1..1, or None with the standard error.
    """

    value: float
    standard_error: float | None
    interval: Interval | None


def pair_agreement(table: CrossTable) -> PairAgreement:
    """Count how often two readers agreed, came within one grade, and which was the more generous.

    Raises:
        ValueError: the table is not square, or a count is negative.
    """
    _check_table(table)
    cells = [(column - row, n) for row, line in enumerate(table) for column, n in enumerate(line)]
    first_better = sum(n for steps, n in cells if steps > 0)
    second_better = sum(n for steps, n in cells if steps < 0)
    return PairAgreement(
        cases=sum(n for _, n in cells),
        same=sum(n for steps, n in cells if steps == 0),
        within_one=sum(n for steps, n in cells if abs(steps) <= 1),
        first_better=first_better,
        second_better=second_better,
        direction_p=sign_test_exact(first_better, second_better),
    )


def weighted_kappa(
    table: CrossTable, weights: Weights = "linear", level: float = 0.95
) -> Coefficient | None:
    """Cohen's kappa for two readers, plain with ``identity`` weights.

    Sources: Cohen 1968, Psychological Bulletin 70:213; the standard error is that of Fleiss, Cohen
    and Everitt 1969, Psychological Bulletin 72:323.

    None where it is 0 / 0: no cases, or both readers gave one grade throughout.

    Raises:
        ValueError: the table is not square, or a count is negative.
    """
    _check_table(table)
    rows = [sum(line) for line in table]
    columns = [sum(line) for line in zip(*table, strict=True)]
    n, grades = sum(rows), range(len(table))
    by_chance = sum(_apart(i, j, weights) * rows[i] * columns[j] for i in grades for j in grades)
    if by_chance == 0:
        return None
    seen = sum(_apart(i, j, weights) * table[i][j] for i in grades for j in grades)
    kappa = 1 - n * seen / by_chance
    variance = _kappa_variance(table, rows, columns, kappa, weights)
    z = NormalDist().inv_cdf((1 + level) / 2)
    return with_interval(kappa, variance, z, level, "Fleiss-Cohen-Everitt")


def gwet_ac(
    readings: Readings, grades: int, weights: Weights = "linear", level: float = 0.95
) -> Coefficient | None:
    """Gwet's agreement coefficient, two readers or more: AC1 with ``identity`` weights, else AC2.

    A case with one reading counts towards chance agreement only, one with none not at all. The
    interval is Student's t with one degree of freedom fewer than cases. Gwet's variance for two
    readers who read every case divides by n, and the one for all other readings by n - 1.

    Sources: Gwet 2008, British Journal of Mathematical and Statistical Psychology 61:29; Gwet
    2014, Handbook of Inter-Rater Reliability, 4th edition, chapters 4 to 6.

    None where no case has two readings.

    Raises:
        ValueError: the scale has fewer than two grades, or a reading is not on it.
    """
    counts = [case for case in grade_counts(readings, grades) if sum(case)]
    if all(sum(case) < 2 for case in counts):
        return None
    prevalence = [sum(case[g] / sum(case) for case in counts) / len(counts) for g in range(grades)]
    scale, chance = _gwet_chance(prevalence, weights)
    expected = [
        scale * sum(n * (1 - share) for n, share in zip(case, prevalence, strict=True)) / sum(case)
        for case in counts
    ]
    value, off = beyond_chance(counts, weights, expected, chance)
    whole_pair = all(len(case) == 2 and None not in case for case in readings)
    return with_spread(value, off, len(off) if whole_pair else len(off) - 1, level, "Gwet")


def gwet_ac_by_chance(readings: Readings, grades: int, weights: Weights = "linear") -> float | None:
    """What ``gwet_ac`` comes to on average where nobody looks at the cases.

    The mean over every way of dealing each reader's readings out again among the cases that this
    reader read, as a permutation test does at random: exact where all read the same cases,
    otherwise to the first order in the number of cases. It isn't 0: the chance agreement that
    Gwet's coefficient allows for is a good deal less than that of readers who use one grade for
    most cases.

    None where no case has two readings.
    """
    observed = pairwise_by_chance(readings, grades, weights)
    if observed is None:
        return None
    usage = _usage(readings, grades)
    read = [[usage[r] for r, step in enumerate(case) if step is not None] for case in readings]
    prevalence = [fmean(fmean(own[g] for own in who) for who in read if who) for g in range(grades)]
    _, chance = _gwet_chance(prevalence, weights)
    return (observed - chance) / (1 - chance)


def pairwise_by_chance(readings: Readings, grades: int, weights: Weights) -> float | None:
    """The mean share of pairs who agree where readings are dealt out again, likewise."""
    usage = _usage(readings, grades)
    apart = [
        far for _, far in _apart_by_chance(readings, usage, lambda i, j: _apart(i, j, weights))
    ]
    return 1 - fmean(apart) / _apart(0, grades - 1, weights) if apart else None


def krippendorff_alpha(readings: Readings, grades: int, metric: Metric) -> float | None:
    """Krippendorff's alpha, any number of readers, readings missing or not: 1 is perfect.

    ``ordinal`` is Krippendorff's own metric, built on how many readings lie between two grades;
    ``interval`` takes the steps between grades as equal. A case with fewer than two readings counts
    nowhere.

    Source: Krippendorff 2011, Computing Krippendorff's alpha-reliability.

    None where it is 0 / 0: no case has two readings, or all the paired readings are one grade.

    Raises:
        ValueError: the scale has fewer than two grades, or a reading is not on it.
    """
    paired = [case for case in grade_counts(readings, grades) if sum(case) > 1]
    totals = [sum(case[g] for case in paired) for g in range(grades)]
    pairs = [(i, j) for j in range(grades) for i in range(j)]
    far = {(i, j): _alpha_distance(totals, i, j, metric) for i, j in pairs}
    expected = sum(totals[i] * totals[j] * far[i, j] for i, j in pairs)
    if expected == 0:
        return None
    seen = sum(
        sum(case[i] * case[j] * far[i, j] for i, j in pairs) / (sum(case) - 1) for case in paired
    )
    return 1 - (sum(totals) - 1) * seen / expected


def alpha_by_chance(readings: Readings, grades: int, metric: Metric) -> float | None:
    """What ``krippendorff_alpha`` comes to on average where nobody looks at the cases.

    As ``gwet_ac_by_chance``. It is near 0: below it where the readers don't use the grades alike,
    above it by one part in the number of readings where they do. None where alpha is not defined.
    """
    if krippendorff_alpha(readings, grades, metric) is None:
        return None
    paired = [case for case in readings if sum(step is not None for step in case) > 1]
    totals = [sum(case.count(g) for case in paired) for g in range(grades)]

    def far(i: int, j: int) -> float:
        return _alpha_distance(totals, min(i, j), max(i, j), metric) if i != j else 0

    expected = sum(totals[i] * totals[j] * far(i, j) for j in range(grades) for i in range(j))
    # m readings have m (m - 1) / 2 pairs, each of which counts 1 / (m - 1).
    seen = sum(
        m * apart / 2 for m, apart in _apart_by_chance(paired, _usage(readings, grades), far)
    )
    return 1 - (sum(totals) - 1) * seen / expected


def _check_table(table: CrossTable) -> None:
    if any(len(line) != len(table) or min(line) < 0 for line in table):
        raise ValueError(f"a cross-table is square and counts cases, and this is not: {table}")


def grade_counts(readings: Readings, grades: int) -> list[list[int]]:
    """How many readers gave each grade, for each case.

    Raises:
        ValueError: the scale has fewer than two grades, or a reading is not on it.
    """
    if grades < 2:
        raise ValueError(f"a scale has two grades or more, and this has {grades}")
    if any(grade not in range(grades) for case in readings for grade in case if grade is not None):
        raise ValueError(f"a reading is None or within 0 to {grades - 1}, and one is not")
    return [[case.count(grade) for grade in range(grades)] for case in readings]


def _usage(readings: Readings, grades: int) -> list[list[float]]:
    """For each reader, the share of their readings that each grade has."""
    given = [[step for step in own if step is not None] for own in zip(*readings, strict=True)]
    return [[own.count(g) / max(1, len(own)) for g in range(grades)] for own in given]


def _apart_by_chance(
    readings: Readings, usage: list[list[float]], far: Callable[[int, int], float]
) -> Iterator[tuple[int, float]]:
    """Of each case with two readings or more, how many, and how far apart two are at random."""
    grades = range(len(usage[0]) if usage else 0)
    apart = {
        (a, b): sum(one[i] * other[j] * far(i, j) for i in grades for j in grades)
        for (a, one), (b, other) in combinations(enumerate(usage), 2)
    }
    for case in readings:
        readers = [reader for reader, step in enumerate(case) if step is not None]
        if len(readers) > 1:
            yield len(readers), fmean(apart[pair] for pair in combinations(readers, 2))


def _apart(i: int, j: int, weights: Weights) -> int:
    """How far two grades are apart: steps of the scale, or whether they differ at all."""
    return abs(i - j) if weights == "linear" else int(i != j)


def with_interval(
    value: float, variance: float, quantile: float, level: float, method: str
) -> Coefficient:
    """A coefficient with its range, if anything varied."""
    if variance < NO_VARIANCE:
        return Coefficient(value, None, None)
    error = sqrt(variance)
    low, high = max(min(-1.0, value), value - quantile * error), min(1.0, value + quantile * error)
    return Coefficient(value, error, Interval(low, high, level, method))


def with_spread(
    value: float, off: Sequence[float], divisor: int, level: float, method: str
) -> Coefficient:
    """A coefficient with the range that comes of how far off it each case is, as Gwet has it."""
    if len(off) < 2:
        return Coefficient(value, None, None)
    variance = sum(each**2 for each in off) / len(off) / divisor
    return with_interval(value, variance, t_quantile(level, len(off) - 1), level, method)


def beyond_chance(
    counts: Sequence[Sequence[int]], weights: Weights, expected: Sequence[float], chance: float
) -> tuple[float, list[float]]:
    """How far agreement goes beyond chance, and how far off that each case is, linearised.

    Args:
        counts: of cases that have a reading; one has two at least.
        expected: what each case adds to the agreement by chance, on average ``chance``.
    """
    agreements = [case_agreement(case, weights) for case in counts]
    paired = [agreement for agreement in agreements if agreement is not None]
    value = (sum(paired) / len(paired) - chance) / (1 - chance)
    share_paired = len(paired) / len(counts)
    parts = [
        (0.0 if agreement is None else (agreement - chance) / share_paired)
        - 2 * (1 - value) * (own - chance)
        for agreement, own in zip(agreements, expected, strict=True)
    ]
    return value, [part / (1 - chance) - value for part in parts]


def _kappa_variance(
    table: CrossTable, rows: list[int], columns: list[int], kappa: float, weights: Weights
) -> float:
    n, grades = sum(rows), range(len(table))
    most = _apart(0, len(table) - 1, weights)
    agree = [[1 - _apart(i, j, weights) / most for j in grades] for i in grades]
    row_mean = [sum(columns[j] * agree[i][j] for j in grades) / n for i in grades]
    column_mean = [sum(rows[i] * agree[i][j] for i in grades) / n for j in grades]
    chance = sum(rows[i] * row_mean[i] for i in grades) / n
    squares = sum(
        table[i][j] * (agree[i][j] - (row_mean[i] + column_mean[j]) * (1 - kappa)) ** 2
        for i in grades
        for j in grades
    )
    return (squares / n - (kappa - chance * (1 - kappa)) ** 2) / (n * (1 - chance) ** 2)


def case_agreement(counts: Sequence[int], weights: Weights) -> float | None:
    """The share of pairs of readers of one case who agree, None with fewer than two readers."""
    readers, grades = sum(counts), len(counts)
    if readers < 2:
        return None
    most = _apart(0, grades - 1, weights)
    apart = sum(
        counts[i] * counts[j] * _apart(i, j, weights) for j in range(grades) for i in range(j)
    )
    return 1 - 2 * apart / most / (readers * (readers - 1))


def _gwet_chance(prevalence: Sequence[float], weights: Weights) -> tuple[float, float]:
    """What the sum of share times other share is scaled by, and the agreement allowed for."""
    grades = range(len(prevalence))
    most = _apart(0, len(prevalence) - 1, weights)
    agree = sum(1 - _apart(i, j, weights) / most for i in grades for j in grades)
    scale = agree / (len(prevalence) * (len(prevalence) - 1))
    return scale, scale * sum(share * (1 - share) for share in prevalence)


def _alpha_distance(totals: list[int], i: int, j: int, metric: Metric) -> int:
    """The squared distance of two grades, i better than j, up to a factor that cancels."""
    if metric == "nominal":
        return 1
    if metric == "interval":
        return (j - i) ** 2
    return (2 * sum(totals[i : j + 1]) - totals[i] - totals[j]) ** 2
