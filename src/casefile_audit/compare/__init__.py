"""Two scored audits to an answer: did it change?

Modules:
    verdicts: the rule that gives a verdict, its thresholds, and many questions at once.
    wording: the sentence that goes with each verdict.
    rates: a criterion before and after.
    splits: a grade before and after.
    pairs: the same cases read twice, matched.
    comparability: where the two audits are not alike.
    comparison: all of it together, the stable model that is printed as JSON.
"""
