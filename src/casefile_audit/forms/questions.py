"""What a form asks of its reader: the fields of a rubric in order, and all that is said of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from casefile_audit.forms.choices import choices_of
from casefile_audit.intake.form_marks import FILLED_IN, Mark, MarkKind
from casefile_audit.intake.form_order import questions_in_order
from casefile_audit.intake.heading_names import HeadingNames
from casefile_audit.rubric.conditions.answers import Yes
from casefile_audit.rubric.fields import (
    CodeField,
    DateField,
    DatesField,
    FieldBase,
    NumberField,
    YesNoField,
)
from casefile_audit.rubric.model import Criterion, Rubric


class Need(Enum):
    """Whether a cell is to be filled in, in the words that stand on the form."""

    REQUIRED = "Required"
    IF_IT_APPLIES = "Required if it applies"
    IF_RECORDED = "Fill in if it is recorded"
    OPTIONAL = "Optional"
    KNOWN = FILLED_IN


class AnswerKind(Enum):
    """How an answer is given."""

    CHOICE = "choose from the list"
    DATE = "a date, such as 12 Jan 2026"
    MOMENT = "a date and the time of day, such as 12 Jan 2026 14:30"
    NUMBER = "a number"
    TEXT = "in words"


@dataclass(frozen=True)
class FormQuestion:
    """A column of a form, or a line of one.

    Attributes:
        number: of a column of several.
        heading: as the form and the reading of it call it.
        choices: the words to choose from.
        several: whether several of the choices may be given together.
        asks: what is asked, in words.
        guidance: how to answer.
        sources: who asks it, by which standard.
        themes: the themes of what it answers.
        known: whether answers of some cases were filled in when the form was made: whoever has read
            a case is not told by them.
    """

    field: str
    number: int
    heading: str
    kind: AnswerKind
    choices: tuple[str, ...]
    several: bool
    need: Need
    asks: str
    guidance: str
    sources: tuple[str, ...]
    themes: tuple[str, ...]
    known: bool = False

    @property
    def mark(self) -> Mark:
        """What a form marks its column with."""
        return self.marked(known=self.known)

    def marked(self, *, known: bool) -> Mark:
        """What a form of one case marks it with, by whether the answer was filled in."""
        kind = MarkKind.KNOWN if known else MarkKind.ASK
        return Mark(kind, self.field, self.number)

    @property
    def said(self) -> str:
        """What is asked and how to answer it, in one text."""
        return " ".join(filter(None, (self.asks, self.guidance)))

    def already_known(self, *, everywhere: bool) -> "FormQuestion":
        """The same, where some answers were filled in when the form was made, or all of them."""
        return replace(self, known=True, need=Need.KNOWN if everywhere else self.need)


def questions_of(rubric: Rubric, sector: str = "") -> list[FormQuestion]:
    """The questions of a form, those of all sectors in the same words and order.

    Raises:
        RubricError: two choices of a question have the same wording.
    """
    names = HeadingNames(rubric)
    return [
        _question(rubric, sector, name, number, names)
        for name, number in questions_in_order(rubric, sector)
    ]


def _question(
    rubric: Rubric, sector: str, name: str, number: int, headings: HeadingNames
) -> FormQuestion:
    field = rubric.fields_of(sector)[name]
    title = rubric.title_of("fields", name)
    criteria = _criteria_on(rubric, sector, name)
    guidance = [field.guidance, *(its.guidance for its in criteria)]
    return FormQuestion(
        field=name,
        number=number,
        heading=headings.of(name, number),
        kind=_kind(field, name in _timed(rubric)),
        choices=choices_of(field, title),
        several=isinstance(field, CodeField) and field.code_set.several,
        need=_need(rubric, name, criteria, number),
        asks=_asked(title, field, name, criteria) if number <= 1 else "",
        guidance=" ".join(dict.fromkeys(filter(None, guidance))) if number <= 1 else "",
        sources=tuple(dict.fromkeys(filter(None, map(_source, criteria)))),
        themes=tuple(dict.fromkeys(its.theme for its in criteria if its.theme)),
    )


def _criteria_on(rubric: Rubric, sector: str, name: str) -> list[Criterion]:
    """The criteria that a field answers, those that rest on it alone first."""
    found = [
        criterion
        for criterion in rubric.criteria.values()
        if not (sector and criterion.sectors and sector not in criterion.sectors)
        and any(
            name == rubric.column_of(field)
            for its in criterion.conditions
            for field, _ in its.uses()
        )
    ]
    return sorted(found, key=lambda criterion: not _is_answer_to(name, criterion))


def _is_answer_to(name: str, criterion: Criterion) -> bool:
    """Whether a yes in the field is a yes to the question."""
    return isinstance(criterion.met, Yes) and criterion.met.field == name


def _asked(title: str, field: FieldBase, name: str, criteria: Sequence[Criterion]) -> str:
    if own := [its.question for its in criteria if _is_answer_to(name, its)]:
        return " ".join(own)
    if not criteria:
        return ""
    # A yes in the field may be a no to the question, so the question isn't put to it.
    asked = "is it so?" if isinstance(field, YesNoField) else "what does the record say?"
    needed = " ".join(f"“{its.question}”" for its in criteria)
    return f"{title}: {asked} Needed for {needed}"


def _kind(field: FieldBase, timed: bool) -> AnswerKind:
    if isinstance(field, DateField | DatesField):
        return AnswerKind.MOMENT if timed else AnswerKind.DATE
    if isinstance(field, NumberField):
        return AnswerKind.NUMBER
    return AnswerKind.TEXT if field.takes_any_text else AnswerKind.CHOICE


def _timed(rubric: Rubric) -> set[str]:
    """The fields of which some limit in hours wants the time of day."""
    found: set[str] = set()
    left: list[object] = [criterion.model_dump() for criterion in rubric.criteria.values()]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            if part.get("hours") is not None:
                found.update(part[key] for key in ("of", "date", "any") if part.get(key))
            left += part.values()
        elif isinstance(part, list):
            left += part
    return set(map(rubric.column_of, found))


def _need(rubric: Rubric, name: str, criteria: Sequence[Criterion], number: int) -> Need:
    recorded = {grade.recorded for grade in rubric.grades.values()}
    if name == rubric.identifier or name in recorded:
        return Need.REQUIRED
    if number > 1 or not criteria:
        return Need.OPTIONAL
    if isinstance(rubric.fields[name], DateField | DatesField | NumberField):
        return Need.IF_RECORDED
    asked_of_all = (its.applies is None or name in dict(its.applies.uses()) for its in criteria)
    return Need.REQUIRED if any(asked_of_all) else Need.IF_IT_APPLIES


def _source(criterion: Criterion) -> str:
    return "; ".join(filter(None, (criterion.standard, criterion.source)))
