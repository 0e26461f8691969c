"""From a result to what may be published of it: small counts hidden so that none can be worked out.

Modules:
    counts: the counts of a result, and what adds up to what.
    attack: what can be worked out of hidden counts.
    patterns: which counts to hide, as few as will do.
    publication: what may be published, the one model that every format is made of.
    earlier: what was published before of the same cases.
"""
