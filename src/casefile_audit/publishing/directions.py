"""A trend that may be published: the periods as groups of all the cases, and what both show."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, Literal

from pydantic import Field

from casefile_audit.publishing.models import HIDDEN, HidingRule, Publication
from casefile_audit.publishing.publication import publish
from casefile_audit.results import (
    LETTER_OF_COUNT,
    CriterionResult,
    FindingsResult,
    GradeResult,
    GroupResult,
    PrintedAnswer,
    Result,
    ResultModel,
)
from casefile_audit.statistics.proportion import held_to, wilson
from casefile_audit.trend.models import Verdict
from casefile_audit.trend.periods import Case, Timeline
from casefile_audit.trend.trends import TrendOptions, trend

SCHEMA: Final = "casefile-audit/published-trend/1"


class PublishedDirection(ResultModel):
    """Which way a question is going whose counts are all shown.

    Attributes:
        verdict, says: as of a trend.
    """

    title: str
    verdict: Verdict
    says: str


class PublishedTrend(PrintedAnswer):
    """What may be published of a trend.

    Attributes:
        unit: what a period is: a month, a quarter, or an audit.
        publication: the counts of all the periods together, and of each as a group.
        directions: by criterion, which way those are going whose every count is shown.
        not_judged: the titles of the others.
    """

    schema_: Literal["casefile-audit/published-trend/1"] = Field(SCHEMA, alias="schema")
    unit: str
    publication: Publication
    directions: dict[str, PublishedDirection]
    not_judged: list[str]


def publish_trend(
    timeline: Timeline, options: TrendOptions, rule: HidingRule, earlier: Sequence[Publication]
) -> PublishedTrend:
    """Which way it is going, with what is small hidden.

    No direction rests on a hidden count: a question is judged only if all its counts are shown.

    Raises:
        UsageError: a small count can't be hidden, or could be worked back; or an option that these
            periods can't fulfil.
    """
    asked = trend(timeline, options)
    result = _by_period(timeline, list(asked.criteria), list(asked.grades))
    publication = publish(result, rule, earlier)
    periods = publication.groups[timeline.unit].values()
    shown = [
        name
        for name, criterion in publication.criteria.items()
        if criterion.shown
        and all(p.criteria[name].shown or p.criteria[name].applicable == 0 for p in periods)
    ]
    judged = trend(timeline, replace(options, criteria=shown)).criteria if shown else {}
    return PublishedTrend(
        unit=timeline.unit,
        publication=publication,
        directions={
            name: PublishedDirection(title=its.title, verdict=its.verdict, says=its.says)
            for name, its in judged.items()
        },
        not_judged=[
            c.title
            for name, c in publication.criteria.items()
            if name not in judged and (c.shown or c.rate == HIDDEN)
        ],
    )


def _by_period(timeline: Timeline, criteria: Sequence[str], grades: Sequence[str]) -> Result:
    """All the cases as one result, a group a period."""
    newest = timeline.audits[-1].result
    cases = [case for period in timeline.periods for case in period.cases]
    whole = _counted(timeline, cases, criteria, grades)
    return newest.model_copy(
        update={
            "case_count": whole.case_count,
            "criteria": whole.criteria,
            "grades": whole.grades,
            "not_read": sum(audit.result.not_read for audit in timeline.audits),
            "groups": {
                timeline.unit: {
                    period.label: _counted(timeline, period.cases, criteria, grades)
                    for period in timeline.periods
                    if period.cases
                }
            },
            "by_case": FindingsResult(
                references=[case.reference for case in cases],
                outcomes={name: "".join(case.outcome(name) for case in cases) for name in criteria},
                unnamed=[],
                facts={},
            ),
            "population": None,
            "problems": [p for audit in timeline.audits for p in audit.result.problems],
            "issues": [issue for audit in timeline.audits for issue in audit.result.issues],
        }
    )


def _counted(
    timeline: Timeline, cases: Sequence[Case], criteria: Sequence[str], grades: Sequence[str]
) -> GroupResult:
    every = timeline.criteria
    judged = {n: g for audit in timeline.audits for n, g in audit.result.grades.items()}
    return GroupResult(
        case_count=len(cases),
        criteria={
            name: _criterion(every[name], [case.outcome(name) for case in cases])
            for name in criteria
        },
        grades={name: _grade(name, judged[name], cases) for name in grades},
    )


def _criterion(its: CriterionResult, letters: Iterable[str]) -> CriterionResult:
    """A question's counts in some cases. Without a range of all cases there is none of these."""
    found = Counter(letters)
    counts = {kind: found[letter] for kind, letter in LETTER_OF_COUNT.items()}
    counts["missing"] = counts["not_met"] + counts["not_recorded"]
    counts["applicable"] = counts["met"] + counts["partly_met"] + counts["missing"]
    missing, applicable = counts["missing"], counts["applicable"]
    reached = beyond = None
    has_range = its.interval is not None and applicable > 0
    if its.target is not None and applicable:
        reached, beyond = held_to(counts["met"], applicable, its.target)
    return its.model_copy(
        update={
            **counts,
            "rate": missing / applicable if applicable else None,
            "interval": wilson(missing, applicable) if has_range else None,
            "met_interval": wilson(counts["met"], applicable) if has_range else None,
            "target_reached": reached,
            "target_beyond_chance": beyond if has_range else None,
            "due": None,
        }
    )


def _grade(name: str, its: GradeResult, cases: Sequence[Case]) -> GradeResult:
    graded = [case.graded(name) for case in cases]
    update: dict[str, object] = {"cases": [case for case in graded if case]}
    for kind in ("recorded", "derived"):
        if not getattr(its, kind):
            continue
        words = Counter(getattr(each, kind) if each else None for each in graded)
        update[kind] = {word: words[word] for word in its.scale}
        update[f"without_{kind}"] = words[None]
    return its.model_copy(update=update)
