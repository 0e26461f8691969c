"""The result: the stable model that is printed as JSON, saved, and read again by later commands."""

import datetime as dt
from collections.abc import Mapping, Sequence, Sized
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, model_validator

from casefile_audit import __version__
from casefile_audit.cases import Outcome, State
from casefile_audit.columns import CellProblem
from casefile_audit.findings import APPLICABLE, MISSING, Findings
from casefile_audit.grades import Grading, because
from casefile_audit.intake import Intake, SheetIntake
from casefile_audit.rubric import SECTOR, Rubric
from casefile_audit.statistics.proportion import Interval, wilson
from casefile_audit.tallies import Tally, group_labels, groups_of, tally
from casefile_audit.words import count, listing

SCHEMA: Final = "casefile-audit/result/1"
CASE_TYPE = "case_type"
_LETTERS = "MPNRAC"
_OUTCOME_OF_LETTER = dict(zip(_LETTERS, Outcome, strict=True))


class ResultModel(BaseModel):
    """A part of what is printed as JSON: no key that isn't known, and nothing changes in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class IntervalResult(ResultModel):
    """A confidence interval for a rate between 0 and 1."""

    low: float
    high: float
    level: float
    method: str

    @classmethod
    def of(cls, interval: Interval) -> "IntervalResult":
        """An interval as it is printed."""
        return cls(
            low=interval.low, high=interval.high, level=interval.level, method=interval.method
        )


class CriterionResult(ResultModel):
    """What one criterion came to.

    Attributes:
        question, title, theme: as the rubric has them.
        phrase: what completes "12 of 48 …" for the cases that don't meet it.
        applicable: met + partly_met + missing.
        missing: not_met + not_recorded.
        says: the finding in a sentence, such as ``12 of 48 missing ethnicity``.
        rate: missing of applicable, from 0 to 1; None where it applied to no case.
        interval: the rate's.
        target: the percentage of applicable cases that should meet it.
        target_reached: whether they do; None without a target or an applicable case.
        target_beyond_chance: whether the interval lies wholly on one side of the target.
        due: the day by which a missed target is to be put right.
        not_asked: why some of the cases were not asked, for want of a column.
        missing_cases: not_met_cases and not_recorded_cases together, in the order of the rows.
    """

    question: str
    title: str
    theme: str
    phrase: str
    applicable: int
    met: int
    partly_met: int
    not_met: int
    not_recorded: int
    not_applicable: int
    cannot_tell: int
    missing: int
    says: str
    rate: float | None
    interval: IntervalResult | None
    target: float | None
    target_reached: bool | None
    target_beyond_chance: bool | None
    due: dt.date | None
    not_asked: list[str]
    missing_cases: list[str]
    not_met_cases: list[str]
    not_recorded_cases: list[str]
    partly_met_cases: list[str]
    cannot_tell_cases: list[str]


class GradedCase(ResultModel):
    """One case's grades, and why the derived one is what it is.

    Attributes:
        score: the percentage earned of the questions that apply.
        score_of_all: the percentage earned of all the questions.
    """

    case: str
    recorded: str | None
    derived: str | None
    score: float | None
    score_of_all: float | None
    because: str


class GradeResult(ResultModel):
    """The split of one judgement.

    Attributes:
        scale: the grades, best first.
        scale_name: what the scale is called.
        recorded, derived: how many cases have each; empty where there is none of the kind.
        without_recorded, without_derived: cases that have none.
        cases: each case's grades, in the order of the rows.
    """

    title: str
    scale: list[str]
    scale_name: str
    recorded: dict[str, int]
    derived: dict[str, int]
    without_recorded: int
    without_derived: int
    cases: list[GradedCase]


class GroupResult(ResultModel):
    """The results of the cases that share a field's value."""

    cases: int
    criteria: dict[str, CriterionResult]
    grades: dict[str, GradeResult]


class FindingsResult(ResultModel):
    """Every outcome, case by case, for commands that match cases.

    Attributes:
        references: what names each case, in the order of the rows.
        outcomes: for each criterion a letter for each case: M met, P partly met, N not met,
            R not recorded, A not applicable, C cannot tell.
        unnamed: the cases that have no reference and are called after their row.
        facts: each case's value of the sector, the case type and the fields that the results were
            grouped by, in the order of the references.
    """

    references: list[str]
    outcomes: dict[str, str]
    unnamed: list[str]
    facts: dict[str, list[str]]

    def of(self, criterion: str) -> list[Outcome]:
        """The outcomes of a criterion, in the order of the references."""
        return [_OUTCOME_OF_LETTER[letter] for letter in self.outcomes[criterion]]


class LeftOutResult(ResultModel):
    """A row that is not a case, by its number in the sheet, and why."""

    row: int
    reason: str


class WithoutColumn(ResultModel):
    """A field that a sheet has no column for, and the nearest heading."""

    field: str
    nearest: str | None


class InputResult(ResultModel):
    """One sheet that was read. ``rows`` is ``cases`` and those left out together."""

    file: str
    sha256: str
    sheet: str
    header_row: int
    rows: int
    cases: int
    left_out: list[LeftOutResult]
    without_column: list[WithoutColumn]
    notes: list[str]


class ProblemResult(ResultModel):
    """A cell that isn't what its field holds, or that somebody ought to look at."""

    file: str
    sheet: str
    cell: str
    field: str
    found: str
    expected: str


class RubricResult(ResultModel):
    """The rubric that was applied."""

    name: str
    title: str
    version: str
    source: str
    sha256: str
    is_default: bool


class ProgramResult(ResultModel):
    """The program that made the result."""

    name: str = "casefile-audit"
    version: str = __version__


class Result(ResultModel):
    """A scored audit: everything that a later reader needs to understand and trust it."""

    schema_: Literal["casefile-audit/result/1"] = Field(SCHEMA, alias="schema")
    program: ProgramResult = Field(default_factory=ProgramResult)
    made_at: dt.datetime
    as_of: dt.date
    rubric: RubricResult
    inputs: list[InputResult]
    passed_over: list[str]
    cases: int
    criteria: dict[str, CriterionResult]
    grades: dict[str, GradeResult]
    groups: dict[str, dict[str, GroupResult]]
    problems: list[ProblemResult]
    findings: FindingsResult

    @model_validator(mode="after")
    def _hangs_together(self) -> "Result":
        counted: list[Sized] = [self.findings.references, *self.findings.outcomes.values()]
        counted += [*self.findings.facts.values(), *(g.cases for g in self.grades.values())]
        if any(len(each) != self.cases for each in counted):
            raise ValueError("it doesn't have every case in each of its parts")
        if self.findings.outcomes.keys() != self.criteria.keys():
            raise ValueError("its findings are of other criteria than its counts")
        if not set("".join(self.findings.outcomes.values())) <= set(_LETTERS):
            raise ValueError("its findings hold a letter that is no outcome")
        return self

    def as_json(self) -> str:
        """The result as JSON text."""
        return self.model_dump_json(by_alias=True, indent=2)

    @property
    def targets_missed(self) -> list[str]:
        """The criteria that fell below their target: the areas for improvement."""
        return [name for name, c in self.criteria.items() if c.target_reached is False]


class ResultBuilder:
    """Builds a result from an intake, its findings and its grades."""

    def __init__(
        self,
        intake: Intake,
        rubric: Rubric,
        findings: Findings,
        gradings: Mapping[str, Grading],
    ) -> None:
        self.intake = intake
        self.rubric = rubric
        self.findings = findings
        self.gradings = gradings

    def result(
        self, as_of: dt.date, by: Sequence[str], is_default: bool, facts: Sequence[str] = ()
    ) -> Result:
        """The whole result.

        Args:
            as_of: the audit's day.
            by: fields to give the results of each value of.
            is_default: whether nobody named the rubric.
            facts: other fields to give each case's value of.
        """
        everyone = np.ones(len(self.findings.cases), dtype=bool)
        whole = self._group(everyone)
        source = self.rubric.source
        parts = (source.title, source.publisher, source.year) if source else ()
        return Result(
            made_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
            as_of=as_of,
            rubric=RubricResult(
                name=self.rubric.name,
                title=self.rubric.title,
                version=self.rubric.version,
                source=", ".join(part for part in parts if part),
                sha256=self.rubric.sha256,
                is_default=is_default,
            ),
            inputs=[_input(sheet) for sheet in self.intake.sheets],
            passed_over=list(self.intake.passed_over),
            cases=whole.cases,
            criteria=whole.criteria,
            grades=whole.grades,
            groups={
                field: {
                    value: self._group(mask)
                    for value, mask in groups_of(self.findings.cases, field).items()
                }
                for field in by
            },
            problems=[
                ProblemResult(
                    file=p.file,
                    sheet=p.sheet,
                    cell=p.cell,
                    field=p.field,
                    found=p.found,
                    expected=p.expected,
                )
                for p in self._problems()
            ],
            findings=FindingsResult(
                references=[str(reference) for reference in self.findings.cases.references],
                outcomes={
                    name: "".join(_LETTERS[outcome] for outcome in self.findings.column(name))
                    for name in self.findings.criteria
                },
                unnamed=self._unnamed(),
                facts={field: self._facts(field) for field in self._told_apart_by([*by, *facts])},
            ),
        )

    def _problems(self) -> list[CellProblem]:
        """The intake's, those of case references first: they bear on every count."""
        return sorted(
            self.intake.problems, key=lambda problem: problem.field != self.rubric.identifier
        )

    def _told_apart_by(self, others: Sequence[str]) -> list[str]:
        fields = self.rubric.fields
        case_type = fields[CASE_TYPE].type if CASE_TYPE in fields else None
        told = [SECTOR] if self.rubric.sectors else []
        told += [CASE_TYPE] if case_type not in (None, "identifier", "dates") else []
        return list(dict.fromkeys([*told, *others]))

    def _facts(self, field: str) -> list[str]:
        return group_labels(self.findings.cases, field)

    def _unnamed(self) -> list[str]:
        references = self.findings.cases.references
        if self.rubric.identifier is not None:
            _, states = self.findings.cases.column(self.rubric.identifier)
            references = references[states != State.VALUE]
        return [str(reference) for reference in references]

    def _group(self, mask: npt.NDArray[np.bool_]) -> GroupResult:
        counts = tally(self.findings, self.gradings, mask)
        return GroupResult(
            cases=counts.cases,
            criteria={
                name: self._criterion(name, counts.outcomes[index], mask)
                for index, name in enumerate(self.findings.criteria)
            },
            grades={name: self._grade(name, counts, mask) for name in self.gradings},
        )

    def _criterion(
        self, name: str, counts: npt.NDArray[np.int64], mask: npt.NDArray[np.bool_]
    ) -> CriterionResult:
        criterion = self.rubric.criteria[name]
        by_outcome = {outcome: int(counts[outcome]) for outcome in Outcome}
        applicable = sum(by_outcome[outcome] for outcome in APPLICABLE)
        missing = sum(by_outcome[outcome] for outcome in MISSING)
        met = by_outcome[Outcome.MET]
        reached = beyond = None
        if criterion.target is not None and applicable:
            reached = 100 * met >= criterion.target * applicable
            share = wilson(met, applicable)
            beyond = not share.low <= criterion.target / 100 <= share.high
        return CriterionResult(
            question=criterion.question,
            title=self.rubric.title_of("criteria", name),
            theme=criterion.theme,
            phrase=criterion.missing,
            applicable=applicable,
            **{outcome.name.lower(): n for outcome, n in by_outcome.items()},
            missing=missing,
            says=self._says(name, missing, applicable, mask),
            rate=missing / applicable if applicable else None,
            interval=_interval(missing, applicable),
            target=criterion.target,
            target_reached=reached,
            target_beyond_chance=beyond,
            due=self.rubric.due_by(name) if reached is False else None,
            not_asked=self._not_asked(name),
            missing_cases=self._cases(name, mask, *MISSING),
            not_met_cases=self._cases(name, mask, Outcome.NOT_MET),
            not_recorded_cases=self._cases(name, mask, Outcome.NOT_RECORDED),
            partly_met_cases=self._cases(name, mask, Outcome.PARTLY_MET),
            cannot_tell_cases=self._cases(name, mask, Outcome.CANNOT_TELL),
        )

    def _cases(self, criterion: str, mask: npt.NDArray[np.bool_], *outcomes: Outcome) -> list[str]:
        chosen = mask & np.isin(self.findings.column(criterion), outcomes)
        return [str(reference) for reference in self.findings.cases.references[chosen]]

    def _says(
        self, criterion: str, missing: int, applicable: int, mask: npt.NDArray[np.bool_]
    ) -> str:
        if not self.findings.asked(criterion)[mask].any():
            return f"not asked of the {count(int(mask.sum()), 'case')}"
        return finding(
            missing, applicable, int(mask.sum()), self.rubric.criteria[criterion].missing
        )

    def _not_asked(self, criterion: str) -> list[str]:
        """For the sheets that can't be asked, the fields that they have no column for."""
        wanted = {
            field for condition in self.rubric.criteria[criterion].conditions
            for field, _ in condition.uses()
        }  # fmt: skip
        sheets: dict[tuple[str, tuple[tuple[str, str | None], ...]], list[str]] = {}
        for index in self.findings.not_asked.get(criterion, []):
            sheet = self.intake.sheets[index]
            absent = tuple(pair for pair in sheet.without_column if pair[0] in wanted)
            sheets.setdefault((sheet.file, absent), []).append(sheet.sheet)
        return [_no_column(file, names, absent) for (file, absent), names in sheets.items()]

    def _grade(self, name: str, counts: Tally, mask: npt.NDArray[np.bool_]) -> GradeResult:
        scale = self.gradings[name].scale
        recorded, derived = counts.recorded.get(name), counts.derived.get(name)
        return GradeResult(
            title=self.rubric.title_of("grades", name),
            scale=scale,
            scale_name=self.rubric.scale_name(name),
            recorded=dict(zip(scale, recorded.grades, strict=True)) if recorded else {},
            derived=dict(zip(scale, derived.grades, strict=True)) if derived else {},
            without_recorded=recorded.without if recorded else 0,
            without_derived=derived.without if derived else 0,
            cases=[self._graded(name, int(case)) for case in np.flatnonzero(mask)],
        )

    def _graded(self, name: str, case: int) -> GradedCase:
        grading = self.gradings[name]
        return GradedCase(
            case=str(self.findings.cases.references[case]),
            recorded=grading.word("recorded", case),
            derived=grading.word("derived", case),
            score=_percent(grading.score[case]) if grading.derived is not None else None,
            score_of_all=_percent(grading.score_of_all[case])
            if grading.derived is not None
            else None,
            because=because(name, grading, self.findings, self.rubric, case),
        )


def finding(missing: int, applicable: int, cases: int, phrase: str) -> str:
    """A criterion's counts as a sentence: ``12 of 48 missing ethnicity``."""
    if not applicable:
        return f"applied to none of the {count(cases, 'case')}"
    if not missing:
        return f"none {phrase} (0 of {applicable:,})"
    return f"{missing:,} of {applicable:,} {phrase}"


def _no_column(file: str, sheets: Sequence[str], absent: Sequence[tuple[str, str | None]]) -> str:
    fields = listing((f"`{field}`" for field, _ in absent), "or")
    near = listing((f"`{near}`" for _, near in absent if near), "and")
    one = len(sheets) == 1
    return (
        f"{file}, {'sheet' if one else 'sheets'} {listing(sheets)}, {'has' if one else 'have'} "
        f"no column for {fields}" + (f"; nearest: {near}" if near else "")
    )


def _interval(missing: int, applicable: int) -> IntervalResult | None:
    if not applicable:
        return None
    return IntervalResult.of(wilson(missing, applicable))


def _percent(share: float) -> float | None:
    return None if np.isnan(share) else round(100 * float(share), 2)


def _input(sheet: SheetIntake) -> InputResult:
    return InputResult(
        file=sheet.file,
        sha256=sheet.sha256,
        sheet=sheet.sheet,
        header_row=sheet.header.rows[0] + 1,
        rows=sheet.rows,
        cases=sheet.cases,
        left_out=[LeftOutResult(row=out.row, reason=out.reason) for out in sheet.left_out],
        without_column=[
            WithoutColumn(field=field, nearest=near) for field, near in sheet.without_column
        ],
        notes=list(sheet.notes),
    )
