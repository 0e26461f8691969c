"""What tells the cases of a sheet from its other rows: where its headings are, and references."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from casefile_audit.english import heading_key
from casefile_audit.files.tables import table_of
from casefile_audit.files.workbook import Cell, Sheet, text_of
from casefile_audit.intake import row_labels
from casefile_audit.intake.columns import Header
from casefile_audit.intake.row_answers import FieldsBySector, RowAnswers

_LETTERS_RE = re.compile(r"[^\W\d_]+")
_DIGITS_RE = re.compile(r"\d+")
# How case references look is told from so many rows of a sheet.
_ROWS_SAMPLED = 2_000
# From fewer rows that answer it can't be told how case references look.
_LEAST_ANSWERED = 3
# What is as rare as this among them is a slip, and not how they look.
_RARE = 50
# A second and a third row of headings stand no further down.
_ROWS_OF_HEADINGS = 3


class ReferenceLook(NamedTuple):
    """How case references look.

    Attributes:
        numbered: whether most hold a digit, so that a name without one is hardly another.
        counted: whether most are nothing but a number.
        examples: whether several say that they are examples, so that none of them is for show.
        shapes: their shapes, as ``shape`` makes them; none where that can't be told.
        numeric: columns of answers, by their indexes, in which numbers are answers.
    """

    numbered: bool = False
    counted: bool = False
    examples: bool = False
    shapes: frozenset[str] = frozenset()
    numeric: frozenset[int] = frozenset()

    def is_like(self, text: str) -> bool:
        """Whether a text may be a case reference by its look."""
        if self.numbered and not any(map(str.isdigit, text)):
            return False
        return not self.shapes or shape(text) in self.shapes


class RowRules(NamedTuple):
    """What tells the cases of a sheet from its other rows.

    Attributes:
        headings: the keys of the mapped columns' headings, by the columns' indexes.
        identifier: the column of the case reference, if there is one.
        wide: zero-based rows in which cells are merged sideways.
        unwanted: numbers, counted from 1, of rows that the mapping leaves out.
    """

    header: Header
    headings: Mapping[int, frozenset[str]]
    identifier: int | None
    wide: frozenset[int]
    unwanted: frozenset[int]
    look: ReferenceLook = ReferenceLook()

    @property
    def under_headings(self) -> range:
        """The zero-based rows in which a second and a third row of headings would stand."""
        first = self.header.rows[-1] + 1
        return range(first, first + _ROWS_OF_HEADINGS)

    def whatever_its_look(self) -> "RowRules":
        """The same rules, but that a case reference may look like no other.

        Nobody ruled off a form, or a list of cases that are to be read.
        """
        return self._replace(look=ReferenceLook())


def shape(text: str) -> str:
    """How a case reference looks: ``a/9/9`` for NS/24/0001."""
    return _DIGITS_RE.sub("9", _LETTERS_RE.sub("a", text))


def row_rules(
    sheet: Sheet,
    header: Header,
    identifier: int | None,
    unwanted: Sequence[int],
    fields: FieldsBySector,
) -> RowRules:
    """The rules for a sheet, or for the table that starts with it.

    Args:
        sheet: the sheet, or the first rows of a long table.
        unwanted: numbers, counted from 1, of rows that the mapping leaves out.
    """
    names = {
        name: frozenset(
            heading_key(heading)
            for own in fields.values()
            if name in own
            for heading in filter(None, (*own[name].headings, own[name].title, name))
        )
        for name in header.fields
    }
    return RowRules(
        header=header,
        headings={
            column.index: names[column.field]
            | {heading_key(text_of(sheet.rows[row][column.index])) for row in header.rows}
            for column in header.columns
            if column.field is not None
        },
        identifier=identifier,
        wide=frozenset(
            row
            for span in sheet.merged
            if span.last_column > span.first_column
            for row in range(span.first_row, span.last_row + 1)
        ),
        unwanted=frozenset(unwanted),
    )


def with_looks(
    rules: Sequence[RowRules], sheets: Sequence[Sheet], fields: FieldsBySector
) -> list[RowRules]:
    """The rules of all data sheets, knowing how their case references look.

    That is told from the rows that answer something, of all of the sheets: a sheet of guidance has
    the headings, and no case.
    """
    shapes: Counter[str] = Counter()
    every: Counter[str] = Counter()
    numeric: list[frozenset[int]] = []
    examples = 0
    for own, sheet in zip(rules, sheets, strict=True):
        first = own.header.rows[-1] + 1
        step = max(1, (len(sheet.rows) - first) // _ROWS_SAMPLED)
        table = table_of(sheet, first).sample(step)
        answers = RowAnswers(own.header, fields, frozenset())
        numeric.append(frozenset(answers.numeric_in(table)))
        if own.identifier is None:
            continue
        texts = [text_of(row[own.identifier]) for row in table.rows]
        looks = [shape(text) for text in texts]
        every.update(filter(None, looks))
        examples += sum(map(row_labels.example, texts))
        answers = RowAnswers(own.header, fields, numeric[-1])
        answered = np.flatnonzero(answers.rows(table)).tolist() if answers.told else []
        shapes.update(looks[place] for place in answered if looks[place])
    seen = shapes if shapes.total() > 1 else every
    numbered = sum(n for look, n in seen.items() if "9" in look) * 2 > seen.total()
    known = frozenset(look for look, n in shapes.items() if n * _RARE >= shapes.total())
    # Names, and numbers that a system draws by lot, look as many ways as there are of them.
    differ = len(shapes) * 2 > shapes.total()
    return [
        own._replace(
            look=ReferenceLook(
                numbered=numbered,
                counted=seen["9"] * 2 > seen.total(),
                examples=examples > 1,
                shapes=known if shapes.total() >= _LEAST_ANSWERED and not differ else frozenset(),
                numeric=columns,
            ),
        )
        for own, columns in zip(rules, numeric, strict=True)
    ]


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing that a reader of the page sees."""
    return cell is None or (isinstance(cell, str) and not text_of(cell))
