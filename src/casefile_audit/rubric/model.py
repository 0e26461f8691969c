"""The rubric: what an audit asks, as pydantic models of its YAML."""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, model_validator

from casefile_audit.capped import no_items
from casefile_audit.cases import Outcome
from casefile_audit.english import fold, sentence_case
from casefile_audit.rubric.calendars import Nation
from casefile_audit.rubric.conditions.base import Condition, Setting
from casefile_audit.rubric.conditions.dates import months_after
from casefile_audit.rubric.conditions.moments import fixed_day
from casefile_audit.rubric.conditions.table import AnyCondition
from casefile_audit.rubric.fields import AnyField, FieldBase, GradeField
from casefile_audit.rubric.lexicons.model import Lexicon
from casefile_audit.rubric.parts import Name, RubricFile, RubricPart, Words

SECTOR = "sector"
MOST_ON_A_SCALE = MOST_TESTS = 100
_SMALL_RE = re.compile(r"(?:1 ?(?:to|-|–) ?)?0*([1-9]\d?)")
_DUE_RE = re.compile(r"((immediately)|(\d{1,3}) (day|week|month)s?)( for (?P<what>\S.*))?")


def _is_day(text: str) -> str:
    if fixed_day(text) is None:
        raise ValueError(f"`{text}` isn't a date, such as 2024-12-17")
    return text


def _is_due(text: str) -> str:
    if _DUE_RE.fullmatch(text) is None:
        raise ValueError(
            f"`{text}` isn't a time limit, such as `immediately` or `8 weeks for a reply`"
        )
    return text


def small_counts(text: str) -> int:
    """The largest count that is small: 4 of ``1 to 4``, or of ``4`` alone.

    Raises:
        ValueError: it isn't a range from 1.
    """
    found = _SMALL_RE.fullmatch(" ".join(text.split()))
    if found is None:
        raise ValueError(
            f"`{text}` isn't the counts to hide, such as `1 to 4`; nought is always shown"
        )
    return int(found[1])


def _is_small(text: str) -> str:
    small_counts(text)
    return text


def _is_scale(grades: list[str]) -> list[str]:
    if len(grades) < 2:
        raise ValueError("a scale has two grades or more")
    folded = [fold(grade) for grade in grades]
    for grade in grades:
        if folded.count(fold(grade)) > 1:
            raise ValueError(f"`{grade}` is on the scale twice")
    return grades


def _blank_as_text(given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    return {name: "" if cell is None else cell for name, cell in given.items()}


Day = Annotated[str, AfterValidator(_is_day)]
Unanswered = Literal["not read yet", "nothing recorded"]
Percent = Annotated[float, Field(ge=0, le=100)]
Scale = Annotated[list[str], Field(max_length=MOST_ON_A_SCALE), AfterValidator(_is_scale)]


class Source(RubricPart):
    """The report or standard that the questions come from.

    Attributes:
        published: the day from which its time limits count.
        force: the force that its time limits bind. Where it names one, they are facts on that
            force, shown with the rubric and never to whoever asks the same questions.
    """

    title: str
    publisher: str = ""
    year: str = ""
    published: Day | None = None
    force: str = ""


class Sector(RubricPart):
    """One of the sectors whose records the rubric reads, and how its cases are told.

    Attributes:
        words: what the sector's field holds for it, beside its name and title.
        sheets, files: names of its sheets and files; ``*`` stands for anything.
    """

    title: str = ""
    words: Words = Field(default_factory=no_items)
    sheets: Words = Field(default_factory=no_items)
    files: Words = Field(default_factory=no_items)


class Example(RubricPart):
    """A test inside the rubric: the cells of a case, and the outcome expected of it."""

    given: Annotated[dict[str, str | list[str]], BeforeValidator(_blank_as_text)]
    expect: Literal["met", "partly met", "not met", "not recorded", "not applicable", "cannot tell"]
    as_of: Day | None = None

    @property
    def outcome(self) -> Outcome:
        """The outcome expected."""
        return Outcome[self.expect.upper().replace(" ", "_")]


class Criterion(RubricPart):
    """One question asked of every case.

    Attributes:
        question: as it is put to the reader.
        title: in short; by default its name.
        guidance: how to answer it, for the forms that readers fill in.
        missing: what completes "12 of 48 …" for the cases that don't meet it.
        theme: the heading that it stands under.
        sectors: the sectors that it is asked of; by default all.
        applies: the cases that it is asked of; by default all.
        met: what has to be so.
        if_not_recorded: whether a silent record counts as missing (the usual reading: absence of
            a record is itself the finding) or can't tell (for questions about something bad).
        target: the percentage of applicable cases that should meet it.
        weight: its part in derived grades.
        partly_earns: how much of the weight a partly met criterion earns, from 0 to 1.
        limits: a case that fails this can't be graded better than this; a grade, or one for each
            of the rubric's grades.
        floors: a case that meets this can't be graded worse than this; likewise.
        target_from: whose target it is, such as a standard's; by default the rubric's own.
        due: how soon the source wants it put right, or wants what stands behind ``for``, counted
            from its publication.
        basis: who asks: the report, a statutory standard, or the rubric's makers.
        standard: the public standards that it follows.
        source: where in the source it comes from.
        tests: example cases and the outcome expected of each.
    """

    question: str
    title: str = ""
    guidance: str = ""
    missing: str
    theme: str = ""
    sectors: Words = Field(default_factory=no_items)
    applies: AnyCondition | None = None
    met: AnyCondition
    if_not_recorded: Literal["missing", "cannot tell"] = "missing"
    target: Percent | None = None
    target_from: str = ""
    weight: Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)] = 1
    partly_earns: Annotated[float, Field(ge=0, le=1)] | None = None
    limits: str | dict[str, str] = Field(default_factory=dict)
    floors: str | dict[str, str] = Field(default_factory=dict)
    due: Annotated[str, AfterValidator(_is_due)] | None = None
    basis: Literal["report", "statutory", "ours"] | None = None
    standard: str = ""
    source: str = ""
    tests: list[Example] = Field(default_factory=no_items, max_length=MOST_TESTS)

    @property
    def conditions(self) -> list[Condition]:
        """What it goes by: ``applies``, if there is one, and ``met``."""
        return [self.met] if self.applies is None else [self.applies, self.met]

    def bound(self, which: Literal["limits", "floors"], grade: str) -> str | None:
        """The grade beyond which this criterion doesn't let a case go, for one of the grades."""
        bound: str | dict[str, str] = getattr(self, which)
        return bound.get(grade) if isinstance(bound, dict) else bound


class Grade(RubricPart):
    """A judgement of each case, recorded by its reader, derived from the criteria, or both.

    Attributes:
        title: as people read it; by default its name.
        scale: the grades, best first, or the name of one of the rubric's scales.
        recorded: the field in which readers record it.
        bands: the score out of 100 that each grade needs; the grade without one takes the rest.
        theme: only the criteria of this theme count; by default all do.
        applies: the cases that are judged; by default all.
    """

    title: str = ""
    applies: AnyCondition | None = None
    scale: str | Scale
    recorded: str | None = None
    bands: dict[str, Percent] = Field(default_factory=dict)
    theme: str | None = None


class Publish(RubricPart):
    """What is held back when a result is published.

    Attributes:
        hide: the counts that are small, such as ``1 to 4``.
    """

    hide: Annotated[str, AfterValidator(_is_small)]

    @property
    def up_to(self) -> int:
        """The largest count that is small."""
        return small_counts(self.hide)


def grades_by_name(grades: Any) -> Any:
    """The YAML under ``grades`` with a name for each: a single one is called ``overall``."""
    single = isinstance(grades, dict) and grades.keys() & {"scale", "recorded", "bands"}
    return {"overall": grades} if single else grades


class Rubric(RubricFile):
    """A whole rubric. ``rubric_files.load_rubric`` reads one and checks that it hangs together.

    Attributes:
        rubric: its name.
        nation: whose bank holidays count.
        partly_earns: how much of its weight a partly met criterion earns, unless it says.
        sector: the field that tells the sector of a case.
        cases: which rows are cases at all, where a sheet holds others too; by default all.
        drop: criteria of the extended rubric that this one leaves out.
        library: a file of fields, beside this one, that are added to the shipped library.
        population: how many cases there are, of which those that are scored were drawn at random.
        unanswered: what a case without any answer is: one that nobody has read yet, as in a sheet
            that readers fill in, or one of which nothing is recorded, as in an extract of records.
        publish: which counts are hidden in what is published.
    """

    rubric: Name
    title: str
    version: str
    description: str = ""
    extends: str | None = None
    drop: Words = Field(default_factory=no_items)
    library: str | None = None
    source: Source | None = None
    nation: Nation = "england-and-wales"
    population: Annotated[int, Field(ge=1)] | None = None
    unanswered: Unanswered = "not read yet"
    publish: Publish | None = None
    partly_earns: Annotated[float, Field(ge=0, le=1)] = 0.5
    sectors: dict[str, Sector] = Field(default_factory=dict)
    sector: str | None = None
    cases: AnyCondition | None = None
    scales: dict[str, Scale] = Field(default_factory=dict)
    fields: dict[Name, AnyField]
    lexicons: dict[Name, Lexicon] = Field(default_factory=dict)
    criteria: dict[Name, Criterion] = Field(default_factory=dict)
    grades: Annotated[dict[Name, Grade], BeforeValidator(grades_by_name)] = Field(
        default_factory=dict
    )
    _decisions: dict[str, str] = PrivateAttr(default_factory=dict)
    _fields_by_sector: dict[str, dict[str, FieldBase]] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _asks_something(self) -> "Rubric":
        if not self.criteria and not self.grades:
            raise ValueError("a rubric needs `criteria`, `grades` or both")
        return self

    @property
    def name(self) -> str:
        """What the command line calls it."""
        return self.rubric

    def with_decisions(self, decisions: Mapping[str, str]) -> "Rubric":
        """This rubric, going by what people decided of the terms that it looks for."""
        decided = self.model_copy()
        decided._decisions = dict(decisions)
        return decided

    def scale(self, grade: str) -> list[str]:
        """The grades of one of the rubric's judgements, best first."""
        scale = self.grades[grade].scale
        return self.scales.get(scale, []) if isinstance(scale, str) else scale

    def scale_name(self, grade: str) -> str:
        """What the scale of a judgement is called."""
        scale = self.grades[grade].scale
        return scale if isinstance(scale, str) else grade

    def fields_of(self, sector: str = "") -> Mapping[str, FieldBase]:
        """The fields as one sector's records hold them, grades with their scales."""
        if sector not in self._fields_by_sector:
            recorded = {g.recorded: name for name, g in self.grades.items() if g.recorded}
            fields: dict[str, FieldBase] = {}
            for name, plain in self.fields.items():
                field = plain.for_sector(sector)
                if isinstance(field, GradeField) and name in recorded:
                    field = field.on_scale(self.scale(recorded[name]))
                fields[name] = field
            self._fields_by_sector[sector] = fields
        return self._fields_by_sector[sector]

    @property
    def identifier(self) -> str | None:
        """The field that names the cases, if there is one."""
        return next((n for n, f in self.fields.items() if f.type == "identifier"), None)

    def column_of(self, name: str) -> str:
        """The field whose column a field is read from: its own, or another's."""
        return (self.fields[name].same_column_as if name in self.fields else None) or name

    @cached_property
    def asked_fields(self) -> frozenset[str]:
        """The fields that answer a criterion, and those of the recorded grades."""
        uses = (field for c in self.criteria.values() for field, _ in c.met.uses())
        return frozenset((*uses, *(g.recorded for g in self.grades.values() if g.recorded)))

    def not_asked_of(self, sectors: Collection[str]) -> set[str]:
        """The fields that only questions to other sectors than some read; none where all do.

        Those that tell a case, or grade it, are every sector's; nor is the sector asked for where
        it is known.
        """
        if not sectors:
            return set()
        asked: dict[str, bool] = {}
        for criterion in self.criteria.values():
            concerns = not criterion.sectors or bool({*criterion.sectors} & {*sectors})
            for condition in criterion.conditions:
                for field, _ in condition.uses():
                    asked[field] = asked.get(field, False) or concerns
        conditions = [self.cases, *(grade.applies for grade in self.grades.values())]
        of_all = {field for each in conditions if each for field, _ in each.uses()}
        of_all |= {grade.recorded for grade in self.grades.values() if grade.recorded}
        others = {field for field, concerns in asked.items() if not concerns} - of_all
        return others | ({self.sector} if self.sector else set())

    def setting(self, as_of: dt.date) -> Setting:
        """What the conditions are read against."""
        return Setting(self.fields_of(), self.lexicons, as_of, self.nation, self._decisions)

    def title_of(self, kind: Literal["criteria", "grades", "fields", "sectors"], name: str) -> str:
        """A part of the rubric as people read it: its title, or its name in words."""
        part = getattr(self, kind).get(name)
        title = part.title if part is not None else ""
        return title or sentence_case(re.sub(r"[-_]", " ", name))

    def due_by(self, criterion: str) -> dt.date | None:
        """The day by which a shortfall is to be put right; None where the rubric doesn't say."""
        due = self.criteria[criterion].due
        published = self.source.published if self.source else None
        day = fixed_day(published) if published else None
        return add_time(day, due) if day is not None and due is not None else None


def what_is_due(due: str) -> str:
    """What a time limit such as ``8 weeks for a written response`` is set for; often nothing."""
    found = _DUE_RE.fullmatch(due)
    return (found and found["what"]) or ""


def add_time(day: dt.date, due: str) -> dt.date:
    """The last day of a time limit such as ``3 months``; month ends stay month ends."""
    found = _DUE_RE.fullmatch(due)
    if found is None or found.group(2):
        return day
    number = int(found.group(3))
    if found.group(4) == "month":
        return dt.date.fromisoformat(str(months_after(np.array(day, "datetime64[D]"), number)))
    return day + dt.timedelta(days=number * (7 if found.group(4) == "week" else 1))
