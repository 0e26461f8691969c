"""The types of field: what a column holds, and what each of its cells is."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

import numpy as np
import numpy.typing as npt
from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    model_validator,
)

from casefile_audit.capped import no_items
from casefile_audit.cases import State, States
from casefile_audit.english import (
    fold,
    has_footnote_mark,
    listing,
    nearest,
    quoted,
    without_list_prefix,
)
from casefile_audit.error_cells import is_error_word
from casefile_audit.errors import RubricError
from casefile_audit.rubric.code_sets import (
    Code,
    CodeSet,
    CodeStatus,
    own_code_set,
    shipped_code_set,
    with_other_words,
)
from casefile_audit.rubric.habits import NO_HABIT, Habit
from casefile_audit.rubric.parts import RubricPart, Words
from casefile_audit.rubric.words import (
    LONGEST_WORD,
    NO,
    PARTLY,
    USUAL_ANSWERS,
    USUAL_WORDS,
    YES,
    is_written_for_nothing,
    usual_state,
)

# 1,204, 1204 and 95% are numbers; 1,5 and 12,04 could be anything.
_NUMBER_RE = re.compile(r"[+-]?((\d+|\d{1,3}(,\d{3})+)(\.\d+)?|\.\d+)(e[+-]?\d{1,3}| ?%)?")
_LONGEST_ABBREVIATION = 2
_WORD_RE = re.compile(r"[^\W_]+")
_BETWEEN_CODES = frozenset(";#,| ")
# One answer as SharePoint's lists and lookups, and the forms of Microsoft, hold it.
_EXPORTED_RE = re.compile(
    r"(?:\d+|string|float|datetime|boolean)?;#([^;]*\S)(?:;#)?|([^;]*\S)\s*;", re.IGNORECASE
)
# Full stops of an abbreviation: those of "Req. Imp.", not that of "2.5".
_STOPS_RE = re.compile(r"(?<!\d)\.|\.(?!\d)")


def _code_set_of(codes: str | list[str] | dict[str, str], name: str = "codes") -> CodeSet:
    return shipped_code_set(codes) if isinstance(codes, str) else own_code_set(name, codes)


def _are_codes(codes: str | list[str] | dict[str, str]) -> str | list[str] | dict[str, str]:
    _check(lambda: _code_set_of(codes))
    return codes


def _check(make: Callable[[], CodeSet]) -> None:
    """Make a code set, whose mistakes are then the rubric's."""
    try:
        make()
    except RubricError as error:
        raise ValueError(f"{error.what}; {error.hint[0].lower()}{error.hint[1:]}") from None


Codes = Annotated[
    str
    | Annotated[list[str], Field(min_length=1)]
    | Annotated[dict[str, str], Field(min_length=1)],
    AfterValidator(_are_codes),
]


class SectorWords(RubricPart):
    """What is different about a field in one sector's records."""

    headings: Words | None = None
    blank: Words | None = None
    unknown: Words | None = None
    not_applicable: Words | None = None
    codes: Codes | None = None


@dataclass(frozen=True)
class Reading:
    """What distinct texts come to: a State and a value for each, in their order.

    Attributes:
        values: as those of a Column.
    """

    states: States
    values: npt.NDArray[Any]

    def __add__(self, other: "Reading") -> "Reading":
        return Reading(
            np.concatenate([self.states, other.states]), np.concatenate([self.values, other.values])
        )


_MARK_RE = re.compile(r"""[!"#'()*,./:;?\\|~`\[\]{}_-]{1,20}""")


class FieldBase(RubricPart):
    """What every field has.

    Attributes:
        type: what kind of field it is.
        use: the field of the library that it draws on.
        title: the field as people read it; by default its name.
        guidance: what to write in it, for the forms that readers fill in.
        headings: the column headings that it goes by.
        beside: words that may stand beside any of them and change nothing: ``victim``, ``code``.
        blank, unknown, not_applicable: words that this field's cells use for those states.
        by_sector: what is different in one sector's records.
        same_column_as: the field whose column this one reads in its own way; of several columns,
            those that go by its headings.
    """

    type: str
    use: str | None = None
    title: str = ""
    guidance: str = ""
    headings: Words = Field(default_factory=no_items)
    beside: Words = Field(default_factory=no_items)
    blank: Words = Field(default_factory=no_items)
    unknown: Words = Field(default_factory=no_items)
    not_applicable: Words = Field(default_factory=no_items)
    by_sector: dict[str, SectorWords] = Field(default_factory=dict)
    same_column_as: str | None = None

    several_columns: ClassVar[bool] = False
    takes_any_text: ClassVar[bool] = False
    holds_set_answers: ClassVar[bool] = True
    # Readers judge it, where dates, codes and numbers may have come with the list of the cases.
    is_judged: ClassVar[bool] = False
    # Of its answers one rules the others out.
    is_choice: ClassVar[bool] = False

    @model_validator(mode="after")
    def _only_codes_have_codes(self) -> "FieldBase":
        if any(words.codes is not None for words in self.by_sector.values()) and not isinstance(
            self, CodeField
        ):
            raise ValueError("only a field of type `code` has `codes` of a sector")
        return self

    def for_sector(self, sector: str) -> "FieldBase":
        """This field as one sector's records hold it."""
        if sector not in self.by_sector:
            return self
        return self.with_words(self.by_sector[sector].model_dump(exclude_none=True))

    def with_words(self, words: Mapping[str, object]) -> Self:
        """This field with some of its keys changed."""
        return type(self).model_validate(self.model_dump(exclude_unset=True) | dict(words))

    def with_habit(self, habit: Habit) -> "FieldBase":
        """This field as a column holds it."""
        if habit == NO_HABIT:
            return self
        field = self.model_copy()
        field.__dict__["habit"] = habit
        return field

    # A private attribute of pydantic's takes longer to get than all else that is done for a text.
    @cached_property
    def habit(self) -> Habit:
        """How the column is filled in that is read as this field."""
        return NO_HABIT

    @property
    def expected(self) -> str:
        """What a readable cell of this field holds, for messages."""
        return "text"

    def nearest(self, text: str) -> str | None:
        """The readable word most like a text, where the field has set words."""
        return nearest(text, list(self.set_words))

    @cached_property
    def set_words(self) -> Mapping[str, tuple[State, str]]:
        """Words with a set meaning for this type: folded text to state and value."""
        return {}

    @cached_property
    def _own_states(self) -> dict[str, State]:
        own = (
            (State.NOT_APPLICABLE, self.not_applicable),
            (State.UNKNOWN, self.unknown),
            (State.BLANK, self.blank),
        )
        return {fold(word): state for state, words in own for word in words}

    @cached_property
    def _all_words(self) -> Mapping[str, tuple[State, str]]:
        """The field's own words come first, then its type's, then the usual ones."""
        own = {word: (state, "") for word, state in self._own_states.items()}
        return {**USUAL_WORDS, **self.set_words, **own}

    def state_of_word(self, text: str) -> tuple[State, str] | None:
        """State and value of a text that is a word with a set meaning; None if it is not."""
        if is_written_for_nothing(text) and fold(text) not in self._own_states:
            return State.BLANK, ""
        if len(text) > LONGEST_WORD or has_footnote_mark(text):
            return None
        found = self._state_of_folded(fold(text))
        if found is None and (unprefixed := without_list_prefix(text)) != text:
            return self._state_of_folded(fold(unprefixed))
        return found

    def _state_of_folded(self, word: str) -> tuple[State, str] | None:
        if word in self.habit.no_values and word not in self._own_states:
            return State.UNREADABLE, ""
        if self.habit.asks_whether and (answer := USUAL_ANSWERS.get(word)):
            return (State.BLANK, "") if answer == NO else (State.VALUE, answer)
        return self._all_words.get(word) or usual_state(word)

    def without_marks(self, text: str) -> str:
        """A text without what an export puts round an answer: ``1;#Yes`` and ``Yes;`` are Yes."""
        if ";" not in text or is_written_for_nothing(text):
            return text
        found = _EXPORTED_RE.fullmatch(text)
        return (found[1] or found[2]).strip() if found else text

    def read(self, texts: Sequence[str], epoch: dt.datetime) -> Reading:
        """Read distinct cell texts; ``epoch`` is the sheet's day 0 for serial dates."""
        texts = [self.without_marks(text) for text in texts]
        known = [self.state_of_word(text) for text in texts]
        states = np.array([State.UNREADABLE if k is None else k[0] for k in known], dtype=np.int8)
        rest = [index for index, k in enumerate(known) if k is None]
        values = self.empty_values(len(texts))
        for index, k in enumerate(known):
            if k is not None and k[0] is State.VALUE:
                values[index] = k[1]
        if rest:
            states[rest] = self.read_rest(values, rest, [texts[index] for index in rest], epoch)
        return Reading(states, values)

    def empty_values(self, n: int) -> npt.NDArray[Any]:
        """``n`` values that hold nothing yet, of the type of this field."""
        return np.full(n, None, dtype=object)

    def read_rest(
        self, values: npt.NDArray[Any], where: list[int], texts: list[str], epoch: dt.datetime
    ) -> States:
        """Fill in the values of texts without a set meaning, and return their states."""
        return np.full(len(texts), State.UNREADABLE, dtype=np.int8)


class _Written(FieldBase):
    takes_any_text: ClassVar[bool] = True
    holds_set_answers: ClassVar[bool] = False

    def state_of_word(self, text: str) -> tuple[State, str] | None:
        """The same, and a mark such as ``*`` or ``/`` says nothing where words are expected."""
        found = super().state_of_word(text)
        return (State.BLANK, "") if found is None and _MARK_RE.fullmatch(text) else found

    def without_marks(self, text: str) -> str:
        """What was written stays as it is, but for the marks of SharePoint."""
        return super().without_marks(text) if ";#" in text else text

    def read_rest(
        self, values: npt.NDArray[Any], where: list[int], texts: list[str], epoch: dt.datetime
    ) -> States:
        """Every text is a value."""
        values[where] = np.array(texts, dtype=object)
        return np.full(len(texts), State.VALUE, dtype=np.int8)


class TextField(_Written):
    """Anything that was written."""

    type: Literal["text"]


class IdentifierField(_Written):
    """What names a case. A rubric has at most one."""

    type: Literal["identifier"]


class YesNoField(FieldBase):
    """An answer: yes, partly or no.

    Attributes:
        yes, partly, no: further words for each answer, beside the usual ones.
    """

    is_judged: ClassVar[bool] = True
    is_choice: ClassVar[bool] = True

    type: Literal["yes-no"]
    yes: Words = Field(default_factory=no_items)
    partly: Words = Field(default_factory=no_items)
    no: Words = Field(default_factory=no_items)

    @property
    def expected(self) -> str:
        """The answers, in words."""
        return "yes, partly or no"

    def nearest(self, text: str) -> str | None:
        """The nearest answer; none for an abbreviation or a number, which may mean anything."""
        is_word = len(fold(text)) > _LONGEST_ABBREVIATION and any(map(str.isalpha, text))
        return super().nearest(text) if is_word else None

    @cached_property
    def set_words(self) -> Mapping[str, tuple[State, str]]:
        """The usual words for each answer and the rubric's own."""
        own = {YES: self.yes, PARTLY: self.partly, NO: self.no}
        answers = USUAL_ANSWERS | {fold(w): answer for answer, words in own.items() for w in words}
        return {word: (State.VALUE, answer) for word, answer in answers.items()}


class NumberField(FieldBase):
    """A number, such as an age."""

    type: Literal["number"]
    holds_set_answers: ClassVar[bool] = False

    @property
    def expected(self) -> str:
        """A number, in words."""
        return "a number"

    def empty_values(self, n: int) -> npt.NDArray[Any]:
        """Numbers, none known yet."""
        return np.full(n, np.nan)

    def read_rest(
        self, values: npt.NDArray[Any], where: list[int], texts: list[str], epoch: dt.datetime
    ) -> States:
        """Numbers may have thousands separators; 95% is 95, as on the page."""
        plain = [fold(text) for text in texts]
        numbers = np.array(
            [
                float(text.replace(",", "").removesuffix("%"))
                if _NUMBER_RE.fullmatch(text) and not has_footnote_mark(written)
                else np.nan
                for text, written in zip(plain, texts, strict=True)
            ]
        )
        readable = np.isfinite(numbers)
        values[where] = np.where(readable, numbers, np.nan)
        return np.where(readable, State.VALUE, State.UNREADABLE).astype(np.int8)


class _Dated(FieldBase):
    @property
    def expected(self) -> str:
        """A date, in words."""
        return "a date such as 03/04/2024: day, month, year"

    def empty_values(self, n: int) -> npt.NDArray[Any]:
        """Dates, none known yet."""
        return np.full(n, np.datetime64("NaT"), dtype="datetime64[s]")

    def read_rest(
        self, values: npt.NDArray[Any], where: list[int], texts: list[str], epoch: dt.datetime
    ) -> States:
        """Dates in any form that written_dates reads."""
        dates = self.habit.dates._replace(epoch=epoch).read(texts)
        values[where] = dates
        return np.where(np.isnat(dates), State.UNREADABLE, State.VALUE).astype(np.int8)


class DateField(_Dated):
    """A date, or a date and time."""

    type: Literal["date"]


class DatesField(_Dated):
    """Several dates of one kind, a column each; ``{n}`` in a heading stands for their number."""

    type: Literal["dates"]

    several_columns: ClassVar[bool] = True


class CodeField(FieldBase):
    """A word of a code set.

    Attributes:
        codes: the name of a shipped code set, or the rubric's own words: a list, or codes with
            their meanings.
        also: other words for a code, such as ``H: High``.
        around: words that change nothing beside a code, such as the second of ``High risk``.
        several: whether a cell may hold several of the codes, as the answers of a survey do.
    """

    is_choice: ClassVar[bool] = True

    type: Literal["code"]
    codes: Codes
    several: bool = False
    also: dict[str, str] = Field(default_factory=dict)
    around: Words = Field(default_factory=no_items)

    @model_validator(mode="after")
    def _several_can_be_told_apart(self) -> "CodeField":
        for code in self.code_set.codes if self.several and not isinstance(self.codes, str) else ():
            if "," in code.code or ";" in code.code:
                raise ValueError(f"with `several`, a code can't hold a comma: `{code.code}`")
        return self

    @model_validator(mode="after")
    def _other_words_are_of_codes(self) -> "CodeField":
        if self.also:
            _check(lambda: self.code_set)
        return self

    @cached_property
    def code_set(self) -> CodeSet:
        """The code set, and the other words for its codes."""
        codes = _code_set_of(self.codes, self.title or "codes")
        codes = replace(codes, several=self.several or codes.several)
        return with_other_words(codes, self.also) if self.also else codes

    @property
    def expected(self) -> str:
        """The code set, in words."""
        if isinstance(self.codes, str):
            return f"a code of {self.code_set.title}"
        words = quoted(code.code for code in self.code_set.codes)
        return f"{'one or several of ' * self.several}{listing(words, 'or', most=8)}"

    def without_marks(self, text: str) -> str:
        """Where a cell may hold several, the code set takes the marks apart."""
        return text if self.code_set.several else super().without_marks(text)

    def nearest(self, text: str) -> str | None:
        """The nearest code or meaning."""
        return self.code_set.nearest(text)

    def state_of_word(self, text: str) -> tuple[State, str] | None:
        """The field's own words first, then the code set, then the usual words."""
        # `#N/A` without its punctuation could be taken for a code.
        if self.code_set.several and text and set(text) <= _BETWEEN_CODES:
            return State.BLANK, ""
        special = fold(text) in self._own_states or is_error_word(fold(text))
        # Where it is asked whether there is one, N is no, and not the code of a word.
        special |= self.habit.asks_whether and fold(text) in USUAL_ANSWERS
        code = None if special else self.code_set.find(text) or self._within(text)
        return super().state_of_word(text) if code is None else _read_code(code.standing, code.code)

    def _within(self, text: str) -> Code | None:
        """The code that a text is but for the words around it: ``By telephone``."""
        around = {fold(word) for word in self.around}
        words = _WORD_RE.findall(fold(text)) if around else []
        core = " ".join(word for word in words if word not in around)
        return self.code_set.find(core) if core else None


def _read_code(standing: CodeStatus, code: str) -> tuple[State, str]:
    states = {
        CodeStatus.VALUE: State.VALUE,
        # The question was put: declining is an answer to it.
        CodeStatus.DECLINED: State.VALUE,
        CodeStatus.UNKNOWN: State.UNKNOWN,
        # The record says that there is no answer, which is more than silence and less than one.
        CodeStatus.NOT_ASKED: State.UNKNOWN,
        # An answer to another question leaves this one unanswered.
        CodeStatus.OTHER_CODE_SET: State.BLANK,
    }
    return states[standing], code


class GradeField(FieldBase):
    """A word on a scale, which belongs to the grade that this field records.

    Attributes:
        also: other words for a grade, such as ``RI: requires improvement``.
    """

    is_judged: ClassVar[bool] = True
    is_choice: ClassVar[bool] = True

    type: Literal["grade"]
    also: dict[str, str] = Field(default_factory=dict)
    _scale: tuple[str, ...] = PrivateAttr(())

    def on_scale(self, scale: Sequence[str]) -> Self:
        """This field with the grades, best first, of the scale that it records."""
        field = self.model_copy()
        field._scale = tuple(scale)
        for told_by_scale in ("set_words", "_all_words"):
            field.__dict__.pop(told_by_scale, None)
        return field

    def with_words(self, words: Mapping[str, object]) -> Self:
        """This field, on the same scale, with some of its keys changed."""
        return super().with_words(words).on_scale(self._scale)

    @property
    def scale(self) -> tuple[str, ...]:
        """The grades, best first."""
        return self._scale

    @property
    def expected(self) -> str:
        """The scale, in words."""
        return listing(quoted(self.scale), "or")

    @cached_property
    def set_words(self) -> Mapping[str, tuple[State, str]]:
        """The words of the scale and the rubric's other words for them."""
        words = {grade: grade for grade in self.scale} | self.also
        without_stops = {fold(_STOPS_RE.sub("", word)): g for word, g in words.items()}
        exact = {fold(word): grade for word, grade in words.items()}
        return {word: (State.VALUE, grade) for word, grade in (without_stops | exact).items()}

    def state_of_word(self, text: str) -> tuple[State, str] | None:
        """As of any field; the full stops of an abbreviation don't matter."""
        return super().state_of_word(text) or self.set_words.get(fold(_STOPS_RE.sub("", text)))


AnyField = Annotated[
    TextField
    | IdentifierField
    | YesNoField
    | NumberField
    | DateField
    | DatesField
    | CodeField
    | GradeField,
    Field(discriminator="type"),
]

FIELD_TYPES: Mapping[str, type[FieldBase]] = {
    get_args(kind.model_fields["type"].annotation)[0]: kind
    for kind in get_args(get_args(AnyField)[0])
}
