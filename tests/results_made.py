"""Results of audits made for one test."""

import datetime as dt

from casefile_audit.audit import Audit
from casefile_audit.results import Result
from casefile_audit.scoring.partial import ScoreOptions

DAY = dt.date(2024, 12, 31)


def result_of(audit: Audit, by: tuple[str, ...] = ()) -> Result:
    """What cases come to, with groups for each field of ``by``."""
    return audit.result(ScoreOptions(DAY, by))
