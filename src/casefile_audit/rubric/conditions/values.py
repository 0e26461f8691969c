"""``is``, ``at_least``, ``at_most`` and ``between``: what the value is."""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, ClassVar, cast

import numpy as np
import numpy.typing as npt
from pydantic import Field

from casefile_audit.cases import Cases, Mask, Outcomes, State
from casefile_audit.english import did_you_mean, fold, listing, sentence_case
from casefile_audit.rubric.conditions.base import Fault, OfField, Setting, answered
from casefile_audit.rubric.fields import CodeField, FieldBase, GradeField, NumberField, YesNoField
from casefile_audit.rubric.parts import Words

Limit = Annotated[dict[str, str], Field(min_length=1, max_length=1)]
Limits = Annotated[
    dict[str, Annotated[list[str], Field(min_length=2, max_length=2)]],
    Field(min_length=1, max_length=1),
]
Heights = npt.NDArray[np.float64]
OneOf = Annotated[
    dict[str, Annotated[Words, Field(min_length=1)]], Field(min_length=1, max_length=1)
]


class Is(OfField):
    """The value is a word, or one of several."""

    key = "is"
    types = ("text", "identifier", "yes-no", "code", "grade")
    is_: OneOf = Field(alias="is")

    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        """Compared once for each distinct value."""
        return answered(cases.states[self.field], cases.where(self.field, self.passes(setting)))

    def passes(self, setting: Setting) -> Callable[[str], bool]:
        """The test of a value as it was read."""
        field = setting.fields[self.field]
        holds = holds_one_of(field, self.is_[self.field])
        # A cell may hold several codes of a set: one of them is enough.
        if any(isinstance(f, CodeField) and f.code_set.several for f in _variants(field)):
            return lambda text: any(map(holds, text.split(", ")))
        return holds

    def says(self, setting: Setting) -> str:
        return f"{setting.title(self.field)} is {listing(self.is_[self.field], 'or')}"

    def examples(self, setting: Setting) -> Mapping[str, list[str]]:
        """Each word, another and none."""
        words = self.is_[self.field]
        field = setting.fields[self.field]
        wanted = {_canonical(field, word) for word in words}
        others = (word for word in _readable(field) if _canonical(field, word) not in wanted)
        return {self.field: [*words, next(others, "something else"), ""]}

    def faults(self, setting: Setting) -> Iterator[Fault]:
        """A word that the field can never hold is a fault, and so is another field's name."""
        yield from super().faults(setting)
        field = setting.fields.get(self.field)
        if field is None:
            return
        for index, word in enumerate(self.is_[self.field]):
            place = (self.key, self.field, index)
            if word in setting.fields and _canonical(field, word) is None:
                hint = (
                    f"to compare the two write `same_as: {{{self.field}: {word}}}`; if the word is "
                    f"meant, write it `{sentence_case(word)}`"
                )
                yield Fault(place, f"`{word}` is a field, and `is` compares with words", hint)
                return
        yield from faults_of_words(self.key, self.field, self.is_[self.field], setting)


def holds_one_of(field: FieldBase, words: Sequence[str]) -> Callable[[str], bool]:
    """The test of whether a value is one of some words, as the field's cells are read."""
    wanted = {
        fold(_canonical(variant, word) or word) for variant in _variants(field) for word in words
    }
    return lambda text: fold(text) in wanted


def faults_of_words(key: str, name: str, words: Sequence[str], setting: Setting) -> Iterator[Fault]:
    """Words that a field with set words can never hold."""
    field = setting.fields.get(name)
    if not isinstance(field, CodeField | GradeField | YesNoField):
        return
    for index, word in enumerate(words):
        if all(_canonical(variant, word) is None for variant in _variants(field)):
            close = field.nearest(word)
            hint = f"did you mean `{close}`?" if close else f"it holds {field.expected}"
            yield Fault((key, name, index), f"`{name}` never holds `{word}`", hint)


def _readable(field: FieldBase) -> list[str]:
    """Words that a field with set words can hold."""
    if isinstance(field, CodeField):
        return [code.code for code in field.code_set.codes]
    return [word for _, word in field.set_words.values()]


def _variants(field: FieldBase) -> list[FieldBase]:
    """The field as each sector's records hold it, in their own words and codes."""
    return [field, *map(field.for_sector, field.by_sector)]


def _canonical(field: FieldBase, word: str) -> str | None:
    """The word as the field's cells are read; None if it can't hold it."""
    found = field.state_of_word(word)
    return found[1] if found is not None and found[0] is State.VALUE else None


class _Ordered(OfField):
    """A comparison on a number or on a scale."""

    types: ClassVar[tuple[str, ...]] = ("number", "grade")

    @property
    def bounds(self) -> list[str]:
        """What the value is compared with, as written."""
        limit = self.given[self.field]
        return [limit] if isinstance(limit, str) else list(limit)

    @abstractmethod
    def passes(self, values: Heights, bounds: list[float]) -> Mask:
        """Compare; higher is more, and on a scale better."""

    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        """Numbers as they are; grades by their place on the scale."""
        field = setting.fields[self.field]
        bounds = [height(field, bound) for bound in self.bounds]
        met = self.passes(heights(cases, self.field, field), bounds)
        return answered(cases.states[self.field], met)

    def examples(self, setting: Setting) -> Mapping[str, list[str]]:
        """The bounds and just beyond them, or the whole scale."""
        field = setting.fields[self.field]
        if isinstance(field, GradeField):
            return {self.field: [*field.scale, ""]}
        near = (str(float(bound) + step) for bound in self.bounds for step in (0, -1, 1))
        return {self.field: [*near, ""]}

    def faults(self, setting: Setting) -> Iterator[Fault]:
        """A bound that isn't a number, or isn't on the scale, is a fault."""
        yield from super().faults(setting)
        field = setting.fields.get(self.field)
        for bound in self.bounds:
            if bound in setting.fields and isinstance(field, GradeField | NumberField):
                is_grade = isinstance(field, GradeField) and _canonical(field, bound) is not None
                if not (is_grade or (isinstance(field, NumberField) and is_number(bound))):
                    yield self._names_field(field, bound)
            elif isinstance(field, GradeField) and _canonical(field, bound) is None:
                hint = did_you_mean(bound, field.scale)
                yield Fault((self.key, self.field), f"`{bound}` isn't on the scale", hint)
            elif isinstance(field, NumberField) and not is_number(bound):
                yield Fault((self.key, self.field), f"`{bound}` isn't a number")

    def _names_field(self, field: FieldBase, bound: str) -> Fault:
        """The fault of a bound that is another field."""
        hint = "give a number or a grade"
        if self.key in _AGAINST_FIELD:
            key = _AGAINST_FIELD[self.key][isinstance(field, GradeField)]
            hint = f"to compare the two write `{key}: {{{self.field}: {bound}}}`"
        return Fault((self.key, self.field), f"`{bound}` is a field", hint)


# What says the same of another field: of numbers and of grades.
_AGAINST_FIELD = {
    "at_least": ("no_less_than", "no_worse_than"),
    "at_most": ("no_more_than", "no_better_than"),
}


def is_number(text: str) -> bool:
    """Whether a text of the rubric is a number."""
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def height(field: FieldBase, bound: str) -> float:
    """A number, or how high a grade stands on its scale: the higher the better."""
    if isinstance(field, GradeField):
        return -float(field.scale.index(_canonical(field, bound) or ""))
    return float(bound)


def heights(cases: Cases, name: str, field: FieldBase) -> Heights:
    """Each case's number, or how high its grade stands."""
    column, _ = cases.column(name)
    if isinstance(field, GradeField):
        # The scale has the best grade first, and a higher number is to be better.
        return -column.places_in(field.scale).astype(float)
    return cast("Heights", column.rows())


class _Bounded(_Ordered):
    compares: ClassVar[np.ufunc]
    further: ClassVar[tuple[str, str]]

    def passes(self, values: Heights, bounds: list[float]) -> Mask:
        return np.asarray(self.compares(values, bounds[0]))

    def says(self, setting: Setting) -> str:
        further = self.further[isinstance(setting.fields[self.field], GradeField)]
        return f"{setting.title(self.field)} is {self.bounds[0]} or {further}"


class AtLeast(_Bounded):
    """The number is this or more; the grade is this or better."""

    key = "at_least"
    at_least: Limit
    compares = np.greater_equal
    further = ("more", "better")


class AtMost(_Bounded):
    """The number is this or less; the grade is this or worse."""

    key = "at_most"
    at_most: Limit
    compares = np.less_equal
    further = ("less", "worse")


class Between(_Ordered):
    """The number is between two, both included."""

    key = "between"
    types = ("number",)
    between: Limits

    def passes(self, values: Heights, bounds: list[float]) -> Mask:
        return (values >= bounds[0]) & (values <= bounds[1])

    def says(self, setting: Setting) -> str:
        return f"{setting.title(self.field)} is between {self.bounds[0]} and {self.bounds[1]}"
