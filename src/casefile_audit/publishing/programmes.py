"""A programme of audits that may be published: each time of each, and what the last two show."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from pydantic import Field

from casefile_audit.compare.comparison import Comparison
from casefile_audit.compare.pairs import in_both
from casefile_audit.compare.verdicts import Thresholds
from casefile_audit.publishing.changes import compare_shown
from casefile_audit.publishing.models import HidingRule, Publication
from casefile_audit.publishing.publication import publish
from casefile_audit.results import PrintedAnswer, Result, ResultModel

SCHEMA: Final = "casefile-audit/published-programme/1"


class PublishedAudit(ResultModel):
    """What may be published of one audit of a programme.

    Attributes:
        times: each time that it was done, the first of them first.
        shown: the last two compared, as far as both show the counts; None where there is nothing.
        not_compared: the titles of the others.
    """

    title: str
    times: list[Publication]
    shown: Comparison | None
    not_compared: list[str]

    @property
    def latest(self) -> Publication:
        """The last time."""
        return self.times[-1]


class PublishedProgramme(PrintedAnswer):
    """What may be published of a programme, the audits that were done last first."""

    schema_: Literal["casefile-audit/published-programme/1"] = Field(SCHEMA, alias="schema")
    hides: HidingRule
    audits: list[PublishedAudit]


def publish_programme(
    audits: Mapping[str, Sequence[Result]], rule: HidingRule, earlier: Sequence[Publication]
) -> PublishedProgramme:
    """Hide what is small each time, of all times that share cases together.

    Raises:
        UsageError: a small count can't be hidden, or could be worked back.
    """
    found = [_audit(own, rule, earlier) for own in audits.values()]
    return PublishedProgramme(hides=rule, audits=found)


def _audit(
    own: Sequence[Result], rule: HidingRule, earlier: Sequence[Publication]
) -> PublishedAudit:
    # By whom or where the cases are is not what a programme tells of.
    whole = [result.model_copy(update={"groups": {}}) for result in own]
    times: list[Publication] = []
    for result in whole:
        shared = [
            publication
            for before, publication in zip(whole, times, strict=False)
            if before.by_case and result.by_case and in_both(before, result)
        ]
        times.append(publish(result, rule, [*earlier, *shared]))
    shown, hidden = None, list[str]()
    if len(whole) > 1:
        shown, hidden = compare_shown(
            (whole[-2], whole[-1]), (times[-2], times[-1]), census=False, thresholds=Thresholds()
        )
    return PublishedAudit(
        title=whole[-1].rubric.title, times=times, shown=shown, not_compared=hidden
    )
