"""Intervals, tests, coefficients and control limits: counts in, numbers out.

Pure functions that read nothing, write nothing and word nothing. What a set of counts cannot
answer is ``None``, never nan; counts that cannot be are a ``ValueError``.

Modules:
    binomial: binomial probabilities and the sign test, which the others build on.
    proportion: the interval of k of n. Standard library only, for ``audit score``.
    comparison: two samples or the same cases twice, met or not, and many criteria at once.
    ordinal: two samples of grades, and grades given twice.
    agreement: readers of the same cases.
    control: counts over time.
"""
