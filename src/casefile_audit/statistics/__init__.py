"""Intervals, tests, coefficients and control limits: counts in, numbers out.

Pure functions that read nothing, write nothing and word nothing. What a set of counts cannot
answer is ``None``, never nan; counts that cannot be are a ``ValueError``. Nothing here imports
scipy until a function that needs it is called.

Modules:
    binomial: binomial probabilities and the sign test.
    proportion: the interval of k of n, from the standard library alone, for ``audit score``.
    finite: the same in a population that has an end.
    strata: how many cases of each stratum, and a rate of them together.
    sample_size: how many cases are enough, and what a clean sample rules out.
    comparison: a criterion in two samples or twice in the same cases, and many criteria at once.
    power: what a comparison can be expected to show.
    ordinal: two samples of grades.
    agreement: readers of the same cases.
    totals: what two readers' totals prove without the cases.
    control: the limits of charts over time.
    run_rules: the rules that tell a change from chance on those charts.
    student: Student's t distribution.
"""
