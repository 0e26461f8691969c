"""Boschloo's test for two independent samples: Fisher's p, judged by how often it is as small.

A fall is a smaller share of failures after than before. The p-value of a fall is the chance, at the
worst rate that both samples could share, of a pair of counts whose one-sided Fisher p is no larger.

Source: Boschloo 1970, Statistica Neerlandica 24:1.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln
from scipy.stats import binom

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

# Mirror-image tables are equally likely, whatever the last digits of a float say.
_TIE = 1 + 1e-9
_PEAKS = 8


def two_sided_p(k_before: int, n_before: int, k_after: int, n_after: int) -> float:
    """Twice the smaller one-sided p, at most 1."""
    if n_before > n_after:
        k_before, n_before, k_after, n_after = k_after, n_after, k_before, n_before
    falls = _no_larger(k_before, n_before, k_after, n_after)
    # A rise of what fails is a fall of what passes: so the smaller sample is always the one whose
    # counts are gone through one by one.
    rises = _no_larger(n_before - k_before, n_before, n_after - k_after, n_after)
    sides = [(falls, n_before, n_after), (rises, n_before, n_after)]
    if k_before * n_after < k_after * n_before:
        sides.reverse()
    p, rate = _worst(*sides[0])
    # The other side is at least as likely as it is at any one rate: mostly that settles it. Its
    # rate is one of passing.
    if _chances(*sides[1], np.array([1 - rate]))[0] < p:
        p = min(p, _worst(*sides[1])[0])
    return min(1.0, 2 * p)


@lru_cache(maxsize=64)
def clear_falls(n_before: int, n_after: int, alpha: float) -> tuple[int, ...]:
    """For each count before, the largest count after that the test finds clear, or -1.

    The pairs of counts found clear are those whose one-sided Fisher p is at or below a cut; the
    cut is the highest for which they are no likelier than alpha / 2, whatever rate both share.
    """
    fisher = _fisher_falls(n_before, n_after)
    rates = _rates(np.linspace(0, np.pi / 2, 1001))
    chance_before = binom.pmf(np.arange(n_before + 1)[:, None], n_before, rates)
    # Row 0 stands for -1, no count after being clear.
    each_after = binom.pmf(np.arange(n_after + 1)[:, None], n_after, rates)
    chance_after = np.vstack([np.zeros_like(rates), np.cumsum(each_after, axis=0)])
    cuts = np.unique(fisher)
    low, high = -1, len(cuts) - 1
    while high - low > 1:
        middle = (low + high) // 2
        clear = _largest(fisher, cuts[middle]) + 1
        if np.einsum("kr,kr->r", chance_before, chance_after[clear]).max() <= alpha / 2:
            low = middle
        else:
            high = middle
    if low < 0:
        return (-1,) * (n_before + 1)
    return tuple(int(count) for count in _largest(fisher, cuts[low]))


@lru_cache(maxsize=64)
def _fisher_falls(n_before: int, n_after: int) -> Floats:
    """Fisher's one-sided p of a fall, for every count before (rows) and after (columns)."""
    before, after = np.arange(n_before + 1)[:, None], np.arange(n_after + 1)[None, :]
    exactly = np.exp(
        _log_choices(n_before, before)
        + _log_choices(n_after, after)
        - _log_choices(n_before + n_after, before + after)
    )
    # As many failures in all, more of them before: the next row, one column back.
    for k in range(n_before - 1, -1, -1):
        exactly[k, 1:] += exactly[k + 1, :-1]
    return exactly


def _log_choices(n: int, k: Counts) -> Floats:
    choices: Floats = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return choices


def _largest(fisher: Floats, cut: float) -> Counts:
    """For each count before, the largest count after whose Fisher p is no larger, or -1."""
    counts: Counts = (fisher <= cut * _TIE).sum(axis=1) - 1
    return counts


def _no_larger(k_before: int, n_before: int, k_after: int, n_after: int) -> Counts:
    fisher = _fisher_falls(n_before, n_after)
    return _largest(fisher, float(fisher[k_before, k_after]))


def _worst(largest: Counts, n_before: int, n_after: int) -> tuple[float, float]:
    """The chance of a count after no larger than these, at the worst shared rate, and that rate."""
    # On the scale of the angle every rate's spread is the same: half of one over the root of n.
    points = 8 * int(np.ceil(np.sqrt(n_before + n_after))) + 1
    angles = np.linspace(0, np.pi / 2, points)
    step = angles[1]
    chances = _chances(largest, n_before, n_after, _rates(angles))
    for _ in range(4):
        sides = np.pad(chances, 1, constant_values=-1.0)
        (peaks,) = np.nonzero((chances > sides[:-2]) & (chances >= sides[2:]))
        peaks = peaks[np.argsort(chances[peaks])[-_PEAKS:]]
        around = angles[peaks][:, None] + step * np.linspace(-1, 1, 9)
        angles = np.unique(np.clip(around, 0, np.pi / 2))
        step /= 4
        chances = _chances(largest, n_before, n_after, _rates(angles))
    best = int(np.argmax(chances))
    return float(chances[best]), float(_rates(angles)[best])


def _rates(angles: Floats) -> Floats:
    rates: Floats = np.sin(angles) ** 2
    return rates


def _chances(largest: Counts, n_before: int, n_after: int, rates: Floats) -> Floats:
    """The chance, at each rate, of a count after no larger than these for the count before."""
    (some,) = np.nonzero(largest >= 0)
    before = binom.pmf(some[:, None], n_before, rates)
    after = binom.cdf(largest[some][:, None], n_after, rates)
    chances: Floats = np.einsum("kr,kr->r", before, after)
    return chances
