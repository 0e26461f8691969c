"""How far readers agree on categories that have no order, beyond chance.

Readings have a row for each case and a place for each reader: the number of the category, counted
from 0, or None where that reader has none. What a coefficient's interval rests on is linearised as
Gwet does, and is Student's t with one degree of freedom fewer than cases. For two readers Cohen's
kappa is ``agreement.weighted_kappa`` with identity weights, and Gwet's AC1 ``agreement.gwet_ac``.
"""

from collections.abc import Sequence
from statistics import fmean

from casefile_audit.statistics.agreement import (
    Coefficient,
    Readings,
    beyond_chance,
    grade_counts,
    pairwise_by_chance,
    with_spread,
)


def fleiss_kappa(readings: Readings, categories: int, level: float = 0.95) -> Coefficient | None:
    """Fleiss' kappa of three readers or more, with readings missing or not.

    Sources: Fleiss 1971, Psychological Bulletin 76:378; with missing readings and the standard
    error: Gwet 2014, Handbook of Inter-Rater Reliability, 4th edition, chapters 2 and 5.

    None where no case has two readings, or all are of one category.
    """
    counts = [case for case in grade_counts(readings, categories) if sum(case)]
    use, chance = _use(counts)
    if chance == 1 or all(sum(case) < 2 for case in counts):
        return None
    expected = [_expected(case, use, sum(case)) for case in counts]
    value, off = beyond_chance(counts, "identity", expected, chance)
    return with_spread(value, off, len(off) - 1, level, "Fleiss, Gwet's error")


def fleiss_by_chance(readings: Readings, categories: int) -> float | None:
    """What ``fleiss_kappa`` comes to on average where nobody looks at the cases.

    None where it is not defined.
    """
    observed = pairwise_by_chance(readings, categories, "identity")
    _, chance = _use([case for case in grade_counts(readings, categories) if sum(case)])
    return None if observed is None or chance == 1 else (observed - chance) / (1 - chance)


def nominal_alpha(readings: Readings, categories: int, level: float = 0.95) -> Coefficient | None:
    """Krippendorff's alpha of categories without order, with an interval.

    A case with fewer than two readings counts nowhere.

    Sources: Krippendorff 2011, Computing Krippendorff's alpha-reliability; the standard error: Gwet
    2014, as above, chapter 5.

    None where no case has two readings, or all the paired readings are of one category.
    """
    counts = [case for case in grade_counts(readings, categories) if sum(case) > 1]
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
    off = [part - plain for part in parts]
    return with_spread(value, off, len(off) - 1, level, "Krippendorff, Gwet's")


def _use(counts: Sequence[Sequence[int]]) -> tuple[list[float], float]:
    """The mean share of a case's readings that each category has; and the agreement by chance."""
    shares = [[n / sum(case) for n in case] for case in counts]
    use = [fmean(own) for own in zip(*shares, strict=True)]
    return use, sum(share * share for share in use)


def _expected(case: Sequence[int], use: Sequence[float], readers: float) -> float:
    return sum(n * share for n, share in zip(case, use, strict=True)) / readers
