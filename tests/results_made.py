"""Results of audits made for one test."""

import datetime as dt
from collections.abc import Mapping

import numpy as np

from casefile_audit.audit import Audit
from casefile_audit.cases import Mask
from casefile_audit.results import Result
from casefile_audit.scoring.findings import Findings
from casefile_audit.scoring.grades import Grading
from casefile_audit.scoring.partial import ScoreOptions
from casefile_audit.scoring.tallies import Tally, tallies_by

DAY = dt.date(2024, 12, 31)


def result_of(audit: Audit, by: tuple[str, ...] = ()) -> Result:
    """What cases come to, with groups for each field of ``by``."""
    return audit.result(ScoreOptions(DAY, by))


def tally(findings: Findings, gradings: Mapping[str, Grading], mask: Mask | None = None) -> Tally:
    """Of all cases, or of those chosen by a mask."""
    chosen = np.ones(len(findings.cases), dtype=bool) if mask is None else mask
    return tallies_by(findings, gradings, chosen.astype(np.int64), 2)[1]
