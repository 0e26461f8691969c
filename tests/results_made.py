"""Results of audits made for one test."""

import datetime as dt

from casefile_audit.intake.account import Intake
from casefile_audit.results import Result
from casefile_audit.scoring.partial import ScoreOptions, scored
from casefile_audit.scoring.summary import result_of_portion

DAY = dt.date(2024, 12, 31)


def result_of(intake: Intake, by: tuple[str, ...] = ()) -> Result:
    """What cases come to, with groups for each field of ``by``."""
    portion = scored(intake, DAY).portion(ScoreOptions(DAY, by))
    return result_of_portion(portion, intake.layout, DAY, False)
