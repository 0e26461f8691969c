"""How far readers agree on categories that have no order, beyond chance.

Readings have a row for each case and a place for each reader: the number of the category, counted
from 0, or None where that reader has none. What a coefficient's interval rests on is linearised as
Gwet does, and is Student's t with one degree of freedom fewer than cases. For two readers Cohen's
kappa is ``agreement.weighted_kappa`` with identity weights, and Gwet's AC1 ``agreement.gwet_ac``.
"""

from collections.abc import Sequence
from math import sqrt
from statistics import fmean

from casefile_audit.statistics.agreement import (
    NO_VARIANCE,
    Coefficient,
    Readings,
    pairwise_by_chance,
)
from casefile_audit.statistics.proportion import Interval
from casefile_audit.statistics.student import t_quantile


def fleiss_kappa(readings: Readings, categories: int, level: float = 0.95) -> Coefficient | None:
    """Fleiss' kappa of three readers or more, with readings missing or not.

    Sources: Fleiss 1971, Psychological Bulletin 76:378; with missing readings and the standard
    error: Gwet 2014, Handbook of Inter-Rater Reliability, 4th edition, chapters 2 and 5.

    Returns:
        None where no case has two readings, or all are of one category.
    """
    counts = [case for case in _counts(readings, categories) if sum(case)]
    paired = [case for case in counts if sum(case) > 1]
    if not paired:
        return None
    observed = fmean(map(_agreement, paired))
    use = [fmean(case[c] / sum(case) for case in counts) for c in range(categories)]
    chance = sum(share * share for share in use)
    if chance == 1:
        return None
    value = (observed - chance) / (1 - chance)
    ratio = len(counts) / len(paired)
    parts = [
        (ratio * (_agreement(case) - chance) if sum(case) > 1 else 0) / (1 - chance)
        - 2 * (1 - value) * (_expected(case, use, sum(case)) - chance) / (1 - chance)
        for case in counts
    ]
    return _with_interval(value, [part - value for part in parts], level, "Fleiss, Gwet's error")


def fleiss_by_chance(readings: Readings, categories: int) -> float | None:
    """What ``fleiss_kappa`` comes to on average where nobody looks at the cases.

    None where it is not defined.
    """
    counts = [case for case in _counts(readings, categories) if sum(case)]
    observed = pairwise_by_chance(readings, categories)
    use = [fmean(case[c] / sum(case) for case in counts) for c in range(categories)]
    chance = sum(share * share for share in use)
    return None if observed is None or chance == 1 else (observed - chance) / (1 - chance)


def nominal_alpha(readings: Readings, categories: int, level: float = 0.95) -> Coefficient | None:
    """Krippendorff's alpha of categories without order, with an interval.

    A case with fewer than two readings counts nowhere.

    Sources: Krippendorff 2011, Computing Krippendorff's alpha-reliability; the standard error: Gwet
    2014, as above, chapter 5.

    Returns:
        None where no case has two readings, or all the paired readings are of one category.
    """
    counts = [case for case in _counts(readings, categories) if sum(case) > 1]
    if not counts:
        return None
    sizes = [sum(case) for case in counts]
    mean = fmean(sizes)
    same = [sum(n * (n - 1) for n in case) / (mean * (sum(case) - 1)) for case in counts]
    observed = fmean(same)
    use = [fmean(case[c] for case in counts) / mean for c in range(categories)]
    chance = sum(share * share for share in use)
    if chance == 1:
        return None
    small = 1 / sum(sizes)
    value = ((1 - small) * observed + small - chance) / (1 - chance)
    plain = (observed - chance) / (1 - chance)
    parts = [
        (own - observed * (size - mean) / mean - chance) / (1 - chance)
        - 2
        * (1 - plain)
        * (_expected(case, use, mean) - chance * (size - mean) / mean - chance)
        / (1 - chance)
        for case, own, size in zip(counts, same, sizes, strict=True)
    ]
    return _with_interval(value, [part - plain for part in parts], level, "Krippendorff, Gwet's")


def _counts(readings: Readings, categories: int) -> list[list[int]]:
    return [[case.count(category) for category in range(categories)] for case in readings]


def _agreement(case: Sequence[int]) -> float:
    """The share of pairs of readers of one case who gave it the same category."""
    readers = sum(case)
    return sum(n * (n - 1) for n in case) / (readers * (readers - 1))


def _expected(case: Sequence[int], use: Sequence[float], readers: float) -> float:
    return sum(n * share for n, share in zip(case, use, strict=True)) / readers


def _with_interval(value: float, off: Sequence[float], level: float, method: str) -> Coefficient:
    n = len(off)
    variance = sum(each * each for each in off) / (n * (n - 1)) if n > 1 else 0.0
    if variance < NO_VARIANCE:
        return Coefficient(value, None, None)
    error = sqrt(variance)
    far = t_quantile(level, n - 1) * error
    return Coefficient(
        value, error, Interval(max(-1.0, value - far), min(1.0, value + far), level, method)
    )
