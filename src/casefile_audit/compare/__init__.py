"""Two scored audits to an answer: did it change?

Modules:
    verdicts: the rule that gives a verdict, its thresholds, and many questions at once.
    wording: the sentence that goes with each verdict.
    rates: a criterion before and after; weighted_rates and paired_rates: of two samples, of pairs.
    splits: a grade before and after; split_pairs: of two samples, of pairs.
    pairs: the same cases read twice, matched.
    comparability: where the two audits are not alike.
    comparison: all of it together, the stable model that is printed as JSON.
"""
