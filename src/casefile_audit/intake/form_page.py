"""A page that may be a form: its cells as boxes beside and above each other, and its labels."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from casefile_audit.english import fold, on_one_line
from casefile_audit.files.workbook import Cell, Sheet, Span, text_of
from casefile_audit.intake.columns import HeadingMatch
from casefile_audit.intake.headings import Matcher

_LONGEST_LABEL = 300
_NUMBERING = re.compile(
    r"\(?(?:q(?:uestion)?\.?\s*)?(?:[a-z]?\d{1,3}(?:\.\d{1,3})*|[a-z]|[ivx]{1,4})"
    r"(?:\s*[.):]\s*|\s*[-–—]\s+|\s+)",
    re.IGNORECASE,
)
# A remark that tells the reader what to do changes nothing of what is asked.
_INSTRUCTION = re.compile(
    r"\s*[(\[](?:please|choose|tick|select|circle|mark|delete|insert|enter|state|see|if|yes|y/n"
    r"|dd|one|tbc|required|mandatory|optional|as |drop|use|give|n/?a)[^()\[\]]*[)\]]",
    re.IGNORECASE,
)
_AFTER_LABEL = re.compile(r"\s*(?:[:\t\n]|[._…]{2,}|\?(?=\s)|\s[-–—](?=\s)|(?=[☒☑☐□✓✔]))\s*")
COMMENTS = re.compile(
    r"(?:(?:your|any|other|further|additional|auditors?|reviewers?|readers?|supporting|source of)"
    r" )*(?:comments?|evidence|notes?|remarks?|observations?|details?|rationale|reasons?"
    r"|explanation|justification|commentary|information|narrative|examples?|actions?|guidance"
    r"|what to look for|prompts?)\b.*"
)
ANSWERS = re.compile(
    r"(?:your |the |audit )?(?:answers?|responses?|ratings?|outcomes?|results?|findings?|scores?"
    r"|grades?|met|achieved|compliant|compliance|in place|yes ?/ ?no.*|y ?/ ?n.*|tick.*|choose.*"
    r"|select.*|delete.*)"
)


class FormLabel(NamedTuple):
    """A cell, or a part of one, that asks for something.

    Attributes:
        heading: its words, without a number before them or an instruction after them.
        match: the field that it asks for, as of a heading; None of a label that nobody knows.
        inline: what stands after it in its own cell.
        on_next_line: whether that begins on a line of its own, as guidance may.
    """

    box: Span
    heading: str
    match: HeadingMatch | None = None
    inline: str = ""
    on_next_line: bool = False

    @property
    def field(self) -> str:
        """The field that it asks for; empty of a label that the rubric doesn't know."""
        return self.match.field if self.match else ""

    @property
    def rank(self) -> int:
        """The place of its words among the field's headings."""
        return self.match.rank if self.match else 0


class FormPage:
    """The cells of a sheet, or of the tables and lines of a document, by what is beside what."""

    def __init__(self, sheet: Sheet, matcher: Matcher) -> None:
        self.sheet = sheet
        self.matcher = matcher
        self.merged = {
            (row, column): span
            for span in sheet.merged
            for row in range(span.first_row, span.last_row + 1)
            for column in range(span.first_column, span.last_column + 1)
        }

    def cell(self, box: Span) -> Cell:
        """What a box holds."""
        return self.sheet.rows[box.first_row][box.first_column]

    def text(self, box: Span) -> str:
        """The words that a reader sees in a box."""
        return text_of(self.cell(box))

    def stressed(self, box: Span) -> Sequence[str]:
        """The words of a box that stand out, as bold or coloured ones do."""
        return self.sheet.stressed.get((box.first_row, box.first_column), ())

    def box(self, row: int, column: int) -> Span:
        """The box that a cell belongs to."""
        return self.merged.get((row, column)) or Span(row, column, row, column)

    def extent(self, row: int) -> Span:
        """The table that a row belongs to, or the whole sheet; of lines, as wide as they are."""
        rows = self.sheet.rows
        if self.sheet.tables is None:
            return Span(0, 0, len(rows) - 1, len(rows[0]) - 1)
        for table in self.sheet.tables:
            if table.first_row <= row <= table.last_row:
                return table
        return Span(0, 0, len(rows) - 1, max(sum(map(bool, rows[row])), 1) - 1)

    def beside(self, box: Span) -> Iterator[Span]:
        """The boxes to the right of a box, one after the other."""
        column, last = box.last_column + 1, self.extent(box.first_row).last_column
        while column <= last:
            found = self.box(box.first_row, column)
            yield found
            column = found.last_column + 1

    def below(self, box: Span) -> Span | None:
        """The box under a box, in the same table."""
        row = box.last_row + 1
        return self.box(row, box.first_column) if row <= self.extent(row - 1).last_row else None

    def boxes(self, row: int) -> Iterator[Span]:
        """The boxes that begin in a row, from the left."""
        extent = self.extent(row)
        start = Span(row, extent.first_column - 1, row, extent.first_column - 1)
        return (box for box in self.beside(start) if box.first_row == row)

    @cached_property
    def labels(self) -> list[FormLabel]:
        """The labels that the rubric knows, in the order in which they are read."""
        return self.labels_in(range(len(self.sheet.rows)))

    def labels_in(self, rows: Iterable[int]) -> list[FormLabel]:
        """Those of some rows."""
        return [label for row in rows for box in self.boxes(row) for label in self._of_box(box)]

    @cached_property
    def label_rows(self) -> dict[int, list[FormLabel]]:
        """The labels that the rubric knows, by the rows in which they begin."""
        rows: dict[int, list[FormLabel]] = {}
        for label in self.labels:
            rows.setdefault(label.box.first_row, []).append(label)
        return rows

    @cached_property
    def _label_boxes(self) -> set[Span]:
        return {label.box for label in self.labels}

    def is_label(self, box: Span) -> bool:
        """Whether a box holds a label that the rubric knows."""
        return box in self._label_boxes

    def _of_box(self, box: Span) -> Iterator[FormLabel]:
        cell = self.cell(box)
        if not isinstance(cell, str) or not cell or len(cell) > 4 * _LONGEST_LABEL:
            return
        if len(cell) <= _LONGEST_LABEL and (whole := self._matched(cell)) is not None:
            yield FormLabel(box, *whole)
            return
        label: FormLabel | None = None
        for line in filter(None, map(str.strip, cell.split("\n"))):
            found = self._label(box, line)
            if found is None and label is None:
                return  # what starts otherwise is an answer, whatever its other lines say
            if found is not None:
                if label is not None:
                    yield label
                label = found
            elif label is not None:
                inline = f"{label.inline}\n{line}".strip()
                is_next = label.on_next_line or not label.inline
                label = label._replace(inline=inline, on_next_line=is_next)
        if label is not None:
            yield label

    def _label(self, box: Span, text: str) -> FormLabel | None:
        """The label that a text is, or that it starts with."""
        if len(text) <= _LONGEST_LABEL and (found := self._matched(text)) is not None:
            return FormLabel(box, *found)
        for gap in _AFTER_LABEL.finditer(text[:_LONGEST_LABEL]):
            if (found := self._matched(text[: gap.start()])) is not None:
                return FormLabel(box, *found, inline=text[gap.end() :].strip())
        return None

    def _matched(self, text: str) -> tuple[str, HeadingMatch] | None:
        """The form of a label's words that a field goes by, and the field."""
        for heading in wordings(text):
            if found := self.matcher.field_of(heading):
                return heading, found
        return None


def wordings(text: str) -> list[str]:
    """A label as it is, and without what forms put before and after it."""
    whole = on_one_line(text)
    bare = _INSTRUCTION.sub("", whole).strip()
    numbered = _NUMBERING.match(bare)
    unnumbered = bare[numbered.end() :] if numbered else bare
    return [form for form in dict.fromkeys((whole, bare, unnumbered)) if form]


def headed(page: FormPage, box: Span, pattern: re.Pattern[str], rows: Sequence[int]) -> bool:
    """Whether a box stands under a word such as ``Comments``, with its column to itself.

    Args:
        pattern: the words, folded.
        rows: the rows above it that may hold the word, the nearest first.
    """
    width = page.extent(box.first_row).last_column
    for row in rows:
        above = page.box(row, box.first_column)
        if page.extent(row).last_column != width or above.first_column != box.first_column:
            continue
        word = fold(page.text(above))
        if COMMENTS.fullmatch(word) or ANSWERS.fullmatch(word):
            return pattern.fullmatch(word) is not None
    return False
