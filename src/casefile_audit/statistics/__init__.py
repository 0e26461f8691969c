"""Intervals, tests, coefficients and control limits: counts in, numbers out.

Pure functions that read nothing, write nothing and word nothing. What a set of counts cannot
answer is ``None``, never nan; counts that cannot be are a ``ValueError``. Nothing here imports
scipy until a function that needs it is called.
"""
