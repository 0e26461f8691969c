"""The columns of a sheet: what each is headed, the field that it holds, and how that was told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from casefile_audit.english import heading_key, nearest
from casefile_audit.files.xlsx import column_letters
from casefile_audit.intake.form_marks import FormMarks, Mark, MarkKind
from casefile_audit.intake.heading_words import heading_keys, heading_words
from casefile_audit.intake.mapping import SheetMapping
from casefile_audit.rubric.fields import CodeField, FieldBase

# With more words beside a field's own it is another question.
_MOST_WORDS_BESIDE = 3


class MatchedBy(StrEnum):
    """What tells that a heading is a field's."""

    MAPPING = "mapping"
    HEADING = "heading"
    NAME = "name"
    NUMBER = "number"
    OTHER_WORDS = "other words"
    MARK = "mark"


class HeadingMatch(NamedTuple):
    """The field that a heading is known for.

    Attributes:
        rank: the place of the heading among the field's: a rubric lists the best first.
        like: the number of a numbered heading, or the rubric's heading of which this is the words.
        nearly: whether a number before it or a remark in brackets stands beside what tells it.
    """

    field: str
    by: MatchedBy
    rank: int
    like: str = ""
    nearly: bool = False


@dataclass(frozen=True)
class SheetColumn:
    """One column of a sheet.

    Attributes:
        index: zero-based.
        heading: as the sheet has it; parts of a two-row heading one after the other.
        match: the field that it holds, and how that was told.
        unread: why it holds none, where there is something to say of it.
        gave_way: whether it was left for another column of the same field, unasked.
        place: of a form, whose answers stand in no column together, where the one cell is.
        brought: of a column that was added for what further rows or another sheet say of the same
            cases, where that stands: ``C``, or ``Reviews!C``.
        like: the field that it would hold but for a remark in brackets that may change its meaning,
            or but for the column that it gave way to.
        mark: of a form that this program made, what the column is for.
    """

    index: int
    heading: str
    match: HeadingMatch | None = None
    unread: str = ""
    gave_way: bool = False
    place: str = ""
    brought: str = ""
    like: str | None = None
    mark: Mark | None = None

    @property
    def field(self) -> str | None:
        """The field that it holds."""
        return self.match.field if self.match else None

    @property
    def rank(self) -> int:
        """The place of its heading among the field's."""
        return self.match.rank if self.match else 0

    @property
    def is_mapped(self) -> bool:
        """Whether somebody said that it holds its field."""
        return self.match is not None and self.match.by is MatchedBy.MAPPING

    @property
    def is_for_notes(self) -> bool:
        """Whether it is a form's room for its reader's notes."""
        return self.mark is not None and self.mark.kind is MarkKind.NOTES

    @property
    def letter(self) -> str:
        """The column's letter."""
        return self.brought or column_letters(self.index + 1)

    def address(self, row: int) -> str:
        """Where its cell in a zero-based row is."""
        return self.place or f"{self.letter}{row + 1}"


@dataclass(frozen=True)
class Header:
    """The headings of a sheet.

    Attributes:
        rows: the zero-based rows that they stand in, one or two.
        columns: every column that has a heading, or is read by its letter.
        twice: headings that match a field which can have only one column: field to columns.
        marks: those of a form that this program made.
        options: of questions with several answers that have a column for each, the field and the
            answer, by the key of the heading.
        shared: for each field that reads another's column, the other, and the keys of the headings
            by which it goes among several; none for all.
    """

    rows: tuple[int, ...]
    columns: tuple[SheetColumn, ...]
    twice: Mapping[str, Sequence[SheetColumn]]
    marks: FormMarks | None = None
    shared: Mapping[str, tuple[str, frozenset[str]]] = made_by(default_factory=dict)
    options: Mapping[str, tuple[str, str]] = made_by(default_factory=dict)

    def of_field(self, field: str) -> list[SheetColumn]:
        """The columns of a field, in the order of the sheet; its own, or those of another."""
        other, keys = self.shared.get(field, (field, frozenset[str]()))
        theirs = [column for column in self.columns if column.field == other]
        return [column for column in theirs if not keys or heading_key(column.heading) in keys]

    def of_fields(self, fields: Collection[str]) -> list[SheetColumn]:
        """The columns that hold any of some fields, each once."""
        held = {column.index for name in fields for column in self.of_field(name)}
        return [column for column in self.columns if column.index in held]

    def read_for(self, fields: Collection[str]) -> list[SheetColumn]:
        """The columns that some fields are read from, those that are for one answer among them."""
        answers = (column for name in fields for column, _ in self.by_option.get(name, ()))
        return [*self.of_fields(fields), *answers]

    def place_of(self, index: int) -> str:
        """Where the one cell of a column of a form is; empty of a table's columns."""
        return next((column.place for column in self.columns if column.index == index), "")

    @property
    def unmatched(self) -> list[SheetColumn]:
        """The columns that hold no field, and no answer of one."""
        read = {column.index for column in self.read_for(self.fields)}
        return [column for column in self.columns if column.index not in read]

    @property
    def notes(self) -> list[str]:
        """Sentences on the columns that gave way to another of the same field."""
        return [
            f"column {c.letter} `{c.heading}` was not read: {c.unread}"
            for c in self.columns
            if c.gave_way
        ]

    @property
    def fields(self) -> set[str]:
        """The fields that have a column, their own or another's."""
        own = {column.field for column in self.columns if column.field is not None}
        return own | {name for name in self.shared if self.of_field(name)} | set(self.by_option)

    @cached_property
    def by_option(self) -> Mapping[str, Sequence[tuple[SheetColumn, str]]]:
        """The fields that have a column for each answer and none of their own, with the answers."""
        found: dict[str, list[tuple[SheetColumn, str]]] = {}
        own = {column.field for column in self.columns}
        for column in self.columns if self.options else ():
            keys = (key for key in heading_keys(column.heading) if key in self.options)
            name, answer = self.options.get(next(keys, ""), ("", ""))
            if column.field is None and name and name not in own:
                found.setdefault(name, []).append((column, answer))
        return found

    def sharing(self, fields: Mapping[str, FieldBase], mapping: SheetMapping) -> "Header":
        """The same with what is read of other fields' columns."""
        shared = {
            name: (
                field.same_column_as,
                frozenset(map(heading_key, mapping.fields.get(name, field.headings))),
            )
            for name, field in fields.items()
            if field.same_column_as is not None
        }
        options = answers_by_heading(fields)
        return replace(self, shared=shared, options=options) if shared or options else self

    def nearest_heading(self, field: str, names: Sequence[str]) -> str | None:
        """The unmatched heading most like any of a field's names.

        One that is the field's but for a remark is nearest of all, and then one that has all the
        words of a name, and few others: "Voice recorded - by whom".
        """
        if but_for_a_remark := [c.heading for c in self.columns if c.like == field]:
            return but_for_a_remark[0]
        free = [column.heading for column in self.columns if column.field is None]
        own = [words for name in names if (words := heading_words(name))]
        further = [(len(heading_words(text) - words), text)
                   for text in free for words in own if words <= heading_words(text)]  # fmt: skip
        if further and min(further)[0] <= _MOST_WORDS_BESIDE:
            return min(further)[1]
        near = (nearest(name, free, cutoff=0.63) for name in (*names, field.replace("_", " ")))
        return next((heading for heading in near if heading is not None), None)


def answers_by_heading(fields: Mapping[str, FieldBase]) -> dict[str, tuple[str, str]]:
    """The field and the answer that each heading of a survey's export is for.

    A question with several answers may have a column for each, headed by both: ``Grounds/neglect``
    (KoBo), ``Grounds [neglect]`` (LimeSurvey), ``Grounds (choice=neglect)``, ``grounds___neglect``
    (REDCap).
    """
    found: dict[str, tuple[str, str]] = {}
    for name, field in fields.items():
        if not isinstance(field, CodeField) or not field.code_set.several:
            continue
        for heading in (*field.headings, field.title, name):
            for code in field.code_set.codes if heading else ():
                for answer in (code.code, code.meaning):
                    for between in ("", "choice "):
                        key = heading_key(f"{heading} {between}{answer}")
                        found.setdefault(key, (name, code.code))
    return found
