"""Results of audits made for one test."""

import datetime as dt

from casefile_audit.intake import Intake
from casefile_audit.portions import Wanted, scored
from casefile_audit.result_building import result_of_portion
from casefile_audit.results import Result

DAY = dt.date(2024, 12, 31)


def result_of(intake: Intake, by: tuple[str, ...] = ()) -> Result:
    """What cases come to, with groups for each field of ``by``."""
    portion = scored(intake, DAY).portion(Wanted(DAY, by))
    return result_of_portion(portion, intake.layout, DAY, False)
