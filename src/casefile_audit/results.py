"""The result: the stable model that is printed as JSON, saved, and read again by later commands."""

import datetime as dt
import operator
from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from casefile_audit.capped import no_items
from casefile_audit.cases import Cases, Outcome
from casefile_audit.english import cells_at, count, listing
from casefile_audit.errors import UsageError
from casefile_audit.issues import Issue, IssueCode, Level, row_ranges
from casefile_audit.statistics.proportion import Interval
from casefile_audit.version import __version__

if TYPE_CHECKING:
    import pandas as pd

SCHEMA: Final = "casefile-audit/result/1"
PUBLICATION_SCHEMA: Final = "casefile-audit/publication/1"
LETTERS = "MPNRAC"
"""A letter for each Outcome, in their order."""
LETTER_OF_COUNT = {its.name.lower(): letter for its, letter in zip(Outcome, LETTERS, strict=True)}
"""The letter of each outcome, by what the count of it is called."""

_T = TypeVar("_T")
Unsaved = Annotated[_T, Field(exclude=True)]
"""What is known while a file is read, and isn't saved."""

_MOST_NAMED = 3
_OUTCOME_OF_LETTER = dict(zip(LETTERS, Outcome, strict=True))


class ResultModel(BaseModel):
    """A part of what is printed as JSON: no key that isn't known, and nothing changes in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)


class WithinResult(ResultModel):
    """How many cases kept to a limit.

    Attributes:
        limit: in words, such as ``7 days``.
        met: how many did.
        applicable: of how many that can be said: of the others it isn't due yet, say.
    """

    limit: str
    met: int
    applicable: int


class TookResult(ResultModel):
    """How long it took.

    Attributes:
        unit: what it is counted in: ``day``, ``working day`` or ``hour``.
        done: in how many of the applicable cases it was done, by dates that can be told.
        median, shortest, longest: how long it took in those.
        within: how many cases keep to each limit, where the rubric has several.
    """

    unit: str
    done: int
    median: float
    shortest: int
    longest: int
    within: list[WithinResult] = Field(default_factory=no_items)


class CriterionResult(ResultModel):
    """What one criterion came to.

    Attributes:
        question, title, theme: as the rubric has them.
        phrase: what completes "12 of 48 …" for the cases that don't meet it.
        applicable: met + partly_met + missing.
        missing: not_met + not_recorded.
        challenged: how many of not_met name it as wrong in the record itself, as a supervisor does
            who spots victim-blaming language.
        says: the finding in a sentence, such as ``12 of 48 missing ethnicity``.
        rate: missing of applicable, from 0 to 1; None where it applied to no case.
        interval: the rate's; None where it is of no population but the cases themselves: of every
            case there is, or of cases that were chosen.
        met_interval: that of the share that met it.
        rate_in_population, met_in_population: what share of the population falls short, and met it,
            where its strata were read unequally and have to be weighted; else None. The intervals
            are these shares', and the target is held against the latter.
        at_most: where no case read fell short, how many of the population may at most, 95 times in
            100; None where that isn't known.
        target: the percentage of applicable cases that should meet it.
        target_reached: whether they do; None without a target or an applicable case.
        target_beyond_chance: whether so few, or so many, would meet it in fewer than 1 sample in 40
            if the target were just reached (of weighted strata, whether the interval lies wholly on
            one side of it); None where there is no interval.
        due: the day by which the rubric's source wants a missed target put right, or wants
            ``due_for``: a written response, say.
        due_of: the force that this is asked of, where the source's time limits bind that one alone.
        took: how long it took, where the question is whether it was within a limit.
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
    challenged: int = 0
    says: str
    rate: float | None
    interval: Interval | None
    met_interval: Interval | None = None
    rate_in_population: float | None = None
    met_in_population: float | None = None
    at_most: int | None = None
    target: float | None
    target_reached: bool | None
    target_beyond_chance: bool | None
    due: dt.date | None
    due_for: str = ""
    due_of: str = ""
    took: TookResult | None = None
    not_asked: list[str]
    missing_cases: list[str]
    not_met_cases: list[str]
    not_recorded_cases: list[str]
    partly_met_cases: list[str]
    cannot_tell_cases: list[str]

    @property
    def deadline(self) -> dt.date | None:
        """The day by which it is to be put right; None where none is set for everybody.

        What was asked of one force is nothing to another that asks the same questions.
        """
        return None if self.due_of else self.due


@dataclass(frozen=True, slots=True)
class GradedCase:
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
        without_recorded, without_derived: cases that have none, the two kinds below among them.
        not_applicable: of how many cases the judgement isn't made, as the rubric has it.
        cannot_tell: of how many more nobody can tell whether it is.
        not_counted: how many that aren't judged have a recorded grade, which is in no count.
        recorded_intervals, derived_intervals: the range of each grade's share; empty where there is
            none, as of every case there is.
        recorded_in_population, derived_in_population: what share of the population has each, where
            its strata were read unequally; else empty. The intervals are these shares'.
        cases: each case's grades, in the order of the rows.
    """

    title: str
    scale: list[str]
    scale_name: str
    recorded: dict[str, int]
    derived: dict[str, int]
    without_recorded: int
    without_derived: int
    not_applicable: int = 0
    cannot_tell: int = 0
    not_counted: int = 0
    recorded_intervals: dict[str, Interval] = Field(default_factory=dict)
    derived_intervals: dict[str, Interval] = Field(default_factory=dict)
    recorded_in_population: dict[str, float] = Field(default_factory=dict)
    derived_in_population: dict[str, float] = Field(default_factory=dict)
    cases: list[GradedCase]

    @property
    def ungraded(self) -> int:
        """How many cases have no recorded grade that should have one."""
        return self.without_recorded - self.not_applicable - self.cannot_tell


class GroupResult(ResultModel):
    """The results of the cases that share a field's value."""

    case_count: int = Field(alias="cases")
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


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is not a case.

    Attributes:
        row: its number in the sheet, counted from 1.
        reason: why it is none.
        may_be: whether it may be a case all the same, for want of anything that says it is none.
        nameless: whether it has no case reference.
    """

    row: int
    reason: str
    may_be: Unsaved[bool] = made_by(default=False, compare=False)
    nameless: Unsaved[bool] = made_by(default=False, compare=False)


class WithoutColumn(ResultModel):
    """A field that a sheet has no column for, and the nearest heading."""

    field: str
    nearest: str | None


class InputResult(ResultModel):
    """One sheet or form that was read.

    Attributes:
        header_row: the row of the headings, counted from 1; 0 of a form, which has none.
        rows: ``cases``, ``not_read``, ``not_cases``, ``not_chosen``, ``unavailable``, ``spare`` and
            those left out together.
        not_cases: rows that are no cases as the rubric has it.
        not_chosen: rows of cases that weren't asked for.
        unavailable: rows of cases whose files couldn't be read.
        spare: rows of reserve cases that didn't have to be read.
    """

    file: str
    sha256: str
    sheet: str
    header_row: int
    rows: int
    cases: int
    not_read: int = 0
    not_cases: int = 0
    not_chosen: int = 0
    unavailable: int = 0
    spare: int = 0
    left_out: list[LeftOut]
    without_column: list[WithoutColumn]
    notes: list[str]

    @property
    def rows_left_out(self) -> int:
        """How many rows are no cases for another reason than what the rubric or the user says."""
        others = self.cases + self.not_read + self.not_cases + self.not_chosen
        return self.rows - others - self.unavailable - self.spare


class OnlyResult(ResultModel):
    """Something that the cases asked for have in common.

    Attributes:
        given: as it was typed.
        says: it in words, such as ``district is North``.
        names_cases: whether it is told by their references.
    """

    given: list[str]
    says: str
    names_cases: Annotated[bool, Field(exclude_if=operator.not_)] = False


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that isn't what its field holds, or that somebody ought to look at.

    Attributes:
        cell: the cell as ``B7``, or as a form has it.
        field: the field.
        found: what it holds; of a longer text only the length.
        expected: what it should hold, and the nearest right word.
        repeats: the case reference in it, if another case has that already; else empty.
        uncounted: whether it counts in neither direction until it is put right.
        other: where the first case with that reference stands.
        row, column: the cell; zero-based.
        stops: whether nothing is scored until it is put right.
    """

    file: str
    sheet: str
    cell: str
    field: str
    found: str
    expected: str
    repeats: Annotated[str, Field(exclude_if=operator.not_)] = ""
    uncounted: Annotated[bool, Field(exclude_if=operator.not_)] = False
    other: Unsaved[str] = made_by(default="", compare=False)
    row: Unsaved[int] = made_by(default=0, compare=False)
    column: Unsaved[int] = made_by(default=0, compare=False)
    stops: Unsaved[bool] = made_by(default=False, compare=False)


class NotCounted(ResultModel):
    """What of the files is counted neither way, or not at all: cells in doubt, and rows left out.

    Attributes:
        cells, rows: the first of them, as a reader finds them; rows one after the other as one.
        cells_total, rows_total: how many there are.
    """

    cells: list[str]
    cells_total: int
    rows: list[str]
    rows_total: int


class RubricResult(ResultModel):
    """The rubric that was applied.

    Attributes:
        cases: which rows are cases, in words; empty where all are.
        hides_up_to: counts from 1 to this are hidden in what is published; None where the rubric
            doesn't say.
    """

    name: str
    title: str
    version: str
    source: str
    sha256: str
    is_default: bool
    cases: str = ""
    hides_up_to: int | None = None


class StratumResult(ResultModel):
    """A part of the population from which cases were drawn by themselves.

    Attributes:
        population: how many cases it has.
        read: how many of them were read.
    """

    name: str
    population: int
    read: int


@dataclass(frozen=True, slots=True)
class UnavailableCase:
    """A case whose file couldn't be read, and why, as somebody wrote it.

    Attributes:
        row: its number in the sheet, counted from 1.
    """

    case: str
    reason: str
    row: Unsaved[int] = made_by(default=0, compare=False)


class PopulationResult(ResultModel):
    """What the cases speak for.

    Attributes:
        kind: whether the cases are taken to be drawn by lot, are every case there is, or were
            chosen and speak for themselves alone.
        said_by: who says so: an option, the rubric, or the manifest of a sample.
        cases: how many cases there are.
        read: how many of them were read.
        weighted: whether its strata were read unequally, so that shares of it are weighted.
        strata: its strata; none where it was not divided.
        stratum_of: where they are weighted, for each case the place of its stratum among them, from
            0; -1 of one that wasn't drawn.
        file: the list that the cases were drawn from; empty where only its number is known.
        unavailable: the cases whose files couldn't be read.
    """

    kind: Literal["drawn", "census", "chosen"]
    said_by: Literal["--population", "--census", "rubric", "manifest"]
    cases: int
    read: int
    weighted: bool = False
    strata: list[StratumResult] = Field(default_factory=no_items)
    stratum_of: list[int] = Field(default_factory=no_items)
    file: str = ""
    unavailable: list[UnavailableCase] = Field(default_factory=no_items)


class ProgramResult(ResultModel):
    """The program that made the result."""

    name: str = "casefile-audit"
    version: str = __version__


class PrintedAnswer(ResultModel):
    """What a command prints as JSON: it says what it is, and which program made it."""

    schema_: str = Field(alias="schema")
    program: ProgramResult = Field(default_factory=ProgramResult)

    def as_json(self) -> str:
        """The answer as JSON text."""
        return self.model_dump_json(by_alias=True, indent=2)


@dataclass(frozen=True)
class _Cells:
    """What was read of the cases. It is no part of what is printed or saved, or compared.

    Attributes:
        cases: the cases; None where there were too many to keep, and in a saved result.
        scales: the grades, worst first, of the columns that hold some.
    """

    cases: Cases | None = made_by(default=None, compare=False)
    scales: Mapping[str, Sequence[str]] = made_by(default_factory=dict, compare=False)


class Result(PrintedAnswer):
    """A scored audit: everything that a later reader needs to understand and trust it.

    ``to_frame``, ``findings`` and ``cases`` hand it to pandas; a notebook shows it as a table.

    Attributes:
        inputs: the sheets that were read.
        passed_over: sentences on those that were not.
        case_count: how many cases were counted.
        not_read: how many further ones nobody has read yet: they are in no other count.
        only: what the cases asked for have in common; all were, where it is empty.
        population: what they speak for; None where nobody said how many there are.
        problems: cells to look at.
        problems_unlisted: how many more there are.
        issues: what could change a count (doubts, first), and notes on how the files were read.
        pseudonyms: which key the cases are called by; empty where it is by their references.
        repeated_references: how many cases have a reference that another case has already.
        most_listed: how many items a list of cases, problems or rows left out has at most, those
            of the groups having none; None where everything is listed. Counts are of all.
        by_case: every outcome, case by case; None where not everything is listed.
    """

    schema_: Literal["casefile-audit/result/1"] = Field(SCHEMA, alias="schema")
    made_at: dt.datetime
    as_of: dt.date
    rubric: RubricResult
    inputs: list[InputResult]
    passed_over: list[str]
    case_count: int = Field(alias="cases")
    not_read: int = 0
    only: list[OnlyResult] = Field(default_factory=no_items)
    population: PopulationResult | None = None
    criteria: dict[str, CriterionResult]
    grades: dict[str, GradeResult]
    groups: dict[str, dict[str, GroupResult]]
    problems: list[CellProblem]
    problems_unlisted: int = 0
    repeated_references: int = 0
    pseudonyms: str = ""
    issues: list[Issue] = Field(default_factory=no_items)
    most_listed: int | None = None
    by_case: FindingsResult | None = Field(alias="findings")
    _cells: _Cells = PrivateAttr(default_factory=_Cells)

    @model_validator(mode="after")
    def _hangs_together(self) -> "Result":
        if (self.by_case is None) != (self.most_listed is not None):
            raise ValueError("either every case is listed, or it says how many are")
        if self.by_case is None:
            return self
        counted: list[Sized] = [self.by_case.references, *self.by_case.outcomes.values()]
        counted += [*self.by_case.facts.values(), *(g.cases for g in self.grades.values())]
        if self.population is not None and self.population.stratum_of:
            counted.append(self.population.stratum_of)
        if any(len(each) != self.case_count for each in counted):
            raise ValueError("it doesn't have every case in each of its parts")
        if self.by_case.outcomes.keys() != self.criteria.keys():
            raise ValueError("its findings are of other criteria than its counts")
        if not set("".join(self.by_case.outcomes.values())) <= set(LETTERS):
            raise ValueError("its findings hold a letter that is no outcome")
        return self

    def each_case(self) -> FindingsResult:
        """Every outcome, case by case.

        Raises:
            UsageError: there were too many cases to keep them one by one.
        """
        if self.by_case is None:
            files = listing(dict.fromkeys(sheet.file for sheet in self.inputs), most=3)
            raise UsageError(
                f"the {self.case_count:,} cases of {files} were counted, and not kept one by one",
                hint="Cases can be matched and dated in files that are read whole: split it.",
            )
        return self.by_case

    def keep(self, cases: Cases, scales: Mapping[str, Sequence[str]]) -> None:
        """Have the cells of the cases at hand for ``cases``, as long as the result lasts."""
        self._cells = _Cells(cases, scales)

    def to_frame(self, by: str | None = None) -> "pd.DataFrame":
        """The counts as a pandas frame: one row a criterion, or a criterion in a group.

        Args:
            by: a field that the cases were grouped by; rows are then named by its value and the
                criterion.

        Raises:
            UsageError: the result has no groups for that field.
        """
        import pandas as pd

        if by is None:
            rows = {name: _figures(criterion) for name, criterion in self.criteria.items()}
            index = pd.Index(rows, name="criterion", dtype=object)
            return pd.DataFrame(list(rows.values()), index)
        figures = {
            (value, name): _figures(criterion)
            for value, group in self.groups_by(by).items()
            for name, criterion in group.criteria.items()
        }
        keys = pd.MultiIndex.from_tuples(list(figures), names=[by, "criterion"])
        return pd.DataFrame(list(figures.values()), keys)

    def groups_by(self, field: str) -> dict[str, GroupResult]:
        """The results of each value of a field.

        Raises:
            UsageError: the cases were not grouped by it.
        """
        if field not in self.groups:
            raise UsageError(
                f"the cases were not grouped by `{field}`",
                hint=f"Score them with by={field!r}; on the command line, --by {field}.",
            )
        return self.groups[field]

    def findings(self) -> "pd.DataFrame":
        """What was found as a pandas frame: one row a case, named by its reference.

        A column for each criterion holds the outcome as ordered categories, from met to cannot
        tell. Of each judgement come the grades that were recorded and derived, as categories
        ordered from the worst to the best, and the score; then what is known of each case, such
        as the fields that the results were grouped by.

        Raises:
            UsageError: there were too many cases to keep them one by one.
        """
        import pandas as pd

        found = self.each_case()
        labels = pd.Index([outcome.label for outcome in Outcome], dtype=object)
        frame: dict[str, Any] = {}
        for name, letters in found.outcomes.items():
            codes = [LETTERS.index(letter) for letter in letters]
            frame[name] = pd.Categorical.from_codes(codes, labels, ordered=True)
        for name, grade in self.grades.items():
            worst_first = grade.scale[::-1]
            if grade.recorded:
                words = [case.recorded for case in grade.cases]
                frame[f"{name} recorded"] = pd.Categorical(words, worst_first, ordered=True)
            if grade.derived:
                words = [case.derived for case in grade.cases]
                frame[f"{name} derived"] = pd.Categorical(words, worst_first, ordered=True)
                frame[f"{name} score"] = [case.score for case in grade.cases]
        for field, values in found.facts.items():
            frame[f"{field} (field)" if field in frame else field] = values
        return pd.DataFrame(frame, pd.Index(found.references, name="reference", dtype=object))

    def cases(self) -> "pd.DataFrame":
        """The cells that were read as a pandas frame: one row a case, named by its reference.

        Columns tell the file, sheet and row that it stands in; then the rubric's fields, a column
        each, or one for each of several dates, as texts, numbers, dates and ordered grades. Where
        a cell holds no value, there is none.

        Raises:
            UsageError: the result was read again from a file, which has no cells, or there were
                too many cases to keep them one by one.
        """
        self.each_case()
        cases = self._cells.cases
        if cases is None:
            raise UsageError(
                "a saved result has no cells of its cases: it holds what was found in them",
                hint="Score the case files again.",
            )
        frame = cases.to_frame(self._cells.scales)
        origins = [cases.sheets[number] for number in cases.sheet.tolist()]
        frame.insert(0, "file", [origin.file for origin in origins])
        frame.insert(1, "sheet", [origin.sheet for origin in origins])
        frame.insert(2, "row", cases.row)
        return frame

    def _repr_html_(self) -> str:
        """The counts as a table, for a notebook."""
        from html import escape  # late: a notebook's, and it brings the names of 2,231 letters

        doubts = f" {count(len(self.doubts), 'doubt')} could change a count: see issues."
        head = "".join(f"<th>{word}</th>" for word in ("question", "finding", "missing", "target"))
        rows = "".join(
            f"<tr><td>{escape(c.title)}</td><td>{escape(c.says)}</td>"
            f"<td>{'' if c.rate is None else f'{c.rate:.0%}'}</td>"
            f"<td>{'' if c.target is None else f'{c.target:g}%'}</td></tr>"
            for c in self.criteria.values()
        )
        return (
            f"<p><b>{escape(self.rubric.title)}</b>: {count(self.case_count, 'case file')}, as of "
            f"{self.as_of.isoformat()}.{doubts if self.doubts else ''}</p>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )

    @property
    def only_says(self) -> str:
        """Which cases were asked for, to follow a number of cases; empty where all were."""
        return only_says([only.says for only in self.only])

    @property
    def doubts(self) -> list[Issue]:
        """What could change a count."""
        return [issue for issue in self.issues if issue.level is Level.DOUBT]

    @property
    def unread(self) -> int:
        """How many cases nobody has read yet: rows of tables, and forms."""
        forms = (its.total for its in self.issues if its.code is IssueCode.FORMS_UNREAD)
        return self.not_read + sum(forms)

    @property
    def set_aside(self) -> frozenset[str]:
        """The criteria that weren't asked as no case has anything in their column."""
        blank = [issue.facts for issue in self.issues if issue.code is IssueCode.COLUMN_BLANK]
        asked = {facts.get("question") for facts in blank}
        silent = {name: each for name, each in self.criteria.items() if not each.applicable}
        return frozenset(name for name, each in silent.items() if each.question in asked)

    @property
    def not_counted(self) -> NotCounted:
        """The cells in doubt and the rows left out, to be said beside another command's answer."""
        one_sheet = len({(sheet.file, sheet.sheet) for sheet in self.inputs}) == 1
        cells = [p.cell if one_sheet else cells_at("", p.sheet, p.cell) for p in self.problems]
        rows = [
            f"{'' if one_sheet else f'{sheet.sheet}, '}{rows}, {reason}"
            for sheet in self.inputs
            for reason, numbers in _by_reason(sheet.left_out).items()
            for rows in row_ranges(numbers)
        ]
        return NotCounted(
            cells=cells[:_MOST_NAMED],
            cells_total=len(self.problems) + self.problems_unlisted,
            rows=rows[:_MOST_NAMED],
            rows_total=sum(sheet.rows_left_out for sheet in self.inputs),
        )

    @property
    def targets_missed(self) -> list[str]:
        """The criteria that fell below their target: the areas for improvement."""
        return [name for name, c in self.criteria.items() if c.target_reached is False]


def _by_reason(left_out: Sequence[LeftOut]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for out in left_out:
        found.setdefault(out.reason, []).append(out.row)
    return found


def result_schema() -> dict[str, Any]:
    """The result as a JSON Schema, which other programs hold its JSON to."""
    schema = Result.model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **schema}


def _figures(criterion: CriterionResult) -> dict[str, Any]:
    """One row of the frame of counts."""
    interval = criterion.interval
    return {
        "title": criterion.title,
        "theme": criterion.theme,
        "applicable": criterion.applicable,
        **{outcome.name.lower(): getattr(criterion, outcome.name.lower()) for outcome in Outcome},
        "missing": criterion.missing,
        "rate": criterion.rate,
        "rate_in_population": criterion.rate_in_population,
        "low": interval and interval.low,
        "high": interval and interval.high,
        "target": criterion.target,
        "target_reached": criterion.target_reached,
        "says": criterion.says,
    }


def only_says(said: Sequence[str]) -> str:
    """What cases have in common, to follow a number of them."""
    return f", only where {listing(said)}" if said else ""


def finding(missing: int, applicable: int, cases: int, phrase: str, challenged: int = 0) -> str:
    """A criterion's counts as a sentence: ``12 of 48 missing ethnicity``."""
    if not applicable:
        whom = "the 1 case" if cases == 1 else f"any of the {cases:,} cases"
        return f"did not apply to {whom}"
    if not missing:
        return f"0 of {applicable:,} {phrase}"
    also = f", {challenged:,} challenged" if challenged else ""
    return f"{missing:,} of {applicable:,} {phrase}{also}"
