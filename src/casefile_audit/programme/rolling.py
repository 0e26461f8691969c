"""The latest of each audit of a programme beside the one before it, and how it went over time."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from pydantic import Field

from casefile_audit.compare.comparison import compare
from casefile_audit.compare.rates import CriterionComparison
from casefile_audit.compare.verdicts import Thresholds, Verdict
from casefile_audit.english import listing
from casefile_audit.errors import UsageError
from casefile_audit.issues import Issue
from casefile_audit.results import CriterionResult, PrintedAnswer, Result, ResultModel, Unsaved

SCHEMA = "casefile-audit/programme/1"


class PastFigure(ResultModel):
    """What a question came to at one time."""

    as_of: dt.date
    missing: int
    met: int
    applicable: int


class PastTargets(ResultModel):
    """How many of an audit's targets were missed at one time, of those that were asked."""

    as_of: dt.date
    missed: int
    held: int


class QuestionNow(ResultModel):
    """One question of an audit.

    Attributes:
        now: what it came to, the last time.
        verdict: the verdict on the change since the time before; None where there was none.
        change: the same in words; else empty.
        explains: the same in sentences.
        past: what it came to each time that it was asked, the last one included.
    """

    now: CriterionResult
    verdict: Unsaved[Verdict | None] = None
    change: str
    explains: str
    past: list[PastFigure]


class AuditNow(ResultModel):
    """One audit of the programme.

    Attributes:
        name, title, version, source: of its rubric.
        times: how often it was done.
        as_of, case_count: its day and its cases, the last time.
        before, cases_before: the same, the time before.
        warnings: where those two are not alike.
        questions: by name, as the rubric has them.
        missed: how many targets were missed each time, the last one included.
        splits: for each judgement how many cases have each grade, the last time.
        doubts: what could change a count of the last time.
    """

    name: str
    title: str
    version: str
    source: str
    times: int
    as_of: dt.date
    case_count: int = Field(alias="cases")
    before: dt.date | None
    cases_before: int | None
    warnings: list[str]
    questions: dict[str, QuestionNow]
    missed: list[PastTargets]
    splits: dict[str, dict[str, int]]
    doubts: list[Issue]

    @property
    def held(self) -> list[CriterionResult]:
        """What the questions that have a target and were asked came to."""
        found = [question.now for question in self.questions.values()]
        return [now for now in found if now.target_reached is not None]


class Programme(PrintedAnswer):
    """Where each audit stands, those that were done last first."""

    schema_: str = Field(SCHEMA, alias="schema")
    made_at: dt.datetime
    audits: list[AuditNow]


def programme_of(results: Mapping[str, Result]) -> Programme:
    """Where each audit stands, by results of files of these names; those of one rubric are one.

    Raises:
        UsageError: two of one audit speak of the same day.
    """
    found = [_audit(own) for own in audits_of(results).values()]
    return Programme(made_at=dt.datetime.now(dt.UTC).replace(microsecond=0), audits=found)


def audits_of(results: Mapping[str, Result]) -> dict[str, list[Result]]:
    """The results of each audit in the order of their days, those done last first.

    Raises:
        UsageError: two of one audit speak of the same day.
    """
    audits: dict[str, list[Result]] = {}
    for result in results.values():
        audits.setdefault(result.rubric.name, []).append(result)
    for own in audits.values():
        own.sort(key=lambda result: result.as_of)
        _refuse_same_day(own, results)
    by_title = sorted(audits.items(), key=lambda audit: audit[1][-1].rubric.title)
    return dict(sorted(by_title, key=lambda audit: audit[1][-1].as_of, reverse=True))


def _refuse_same_day(own: Sequence[Result], results: Mapping[str, Result]) -> None:
    for place, result in enumerate(own[1:]):
        if own[place].as_of == result.as_of:
            files = [name for name, its in results.items() if its in (own[place], result)]
            raise UsageError(
                f"{listing(files)} are results of {result.rubric.title} on the same day, "
                f"{result.as_of.isoformat()}",
                hint="Give the one that counts; or score each with its own --as-of.",
            )


def _audit(own: Sequence[Result]) -> AuditNow:
    last = own[-1]
    before = own[-2] if len(own) > 1 else None
    changes: dict[str, CriterionComparison] = {}
    warnings: list[str] = []
    if before is not None:
        compared = compare(before, last, by=[], paired=False, census=False, thresholds=Thresholds())
        changes = compared.criteria
        warnings = [warning.says for warning in compared.warnings]
    return AuditNow(
        name=last.rubric.name,
        title=last.rubric.title,
        version=last.rubric.version,
        source=last.rubric.source,
        times=len(own),
        as_of=last.as_of,
        case_count=last.case_count,
        before=before.as_of if before else None,
        cases_before=before.case_count if before else None,
        warnings=warnings,
        questions={
            name: QuestionNow(
                now=criterion,
                verdict=change.verdict if change else None,
                change=change.label if change else "",
                explains=change.explains if change else "",
                past=list(_past(own, name)),
            )
            for name, criterion in last.criteria.items()
            for change in [changes.get(name)]
        },
        missed=list(_missed(own)),
        splits={
            grade.title: grade.recorded or grade.derived
            for grade in last.grades.values()
            if any((grade.recorded or grade.derived).values())
        },
        doubts=last.doubts,
    )


def _missed(own: Sequence[Result]) -> Iterator[PastTargets]:
    for result in own:
        held = [c for c in result.criteria.values() if c.target_reached is not None]
        if held:
            missed = sum(not criterion.target_reached for criterion in held)
            yield PastTargets(as_of=result.as_of, missed=missed, held=len(held))


def _past(own: Sequence[Result], name: str) -> Iterator[PastFigure]:
    for result in own:
        asked = result.criteria.get(name)
        if asked is not None and asked.applicable:
            yield PastFigure(
                as_of=result.as_of,
                missing=asked.missing,
                met=asked.met,
                applicable=asked.applicable,
            )
