"""Scored audits over time to an answer: which way is it going?

Modules:
    models: the stable model that is printed as JSON.
    periods: results to periods: the months or quarters of a date, or one audit each.
    phases: a series of counts to limits, and the signals that break a rule.
    gaps: rare events: the cases between one and the next.
    sentences: what the signals come to, in words.
    series: one criterion or grade over the periods.
    trends: all of it together.
"""
