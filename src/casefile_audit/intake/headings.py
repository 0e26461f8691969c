"""Finding the header row of a sheet, and which of its columns holds which field, and why."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from casefile_audit.english import fold
from casefile_audit.error_cells import is_error_word
from casefile_audit.files.workbook import Cell, Sheet, text_of
from casefile_audit.files.xlsx import column_letters
from casefile_audit.intake.columns import (
    Header,
    HeadingMatch,
    MatchedBy,
    SheetColumn,
    answers_by_heading,
)
from casefile_audit.intake.form_marks import (
    BESIDE_CELLS,
    HEADINGS_BESIDE,
    FormMarks,
    Mark,
    MarkKind,
    form_marks,
)
from casefile_audit.intake.heading_halves import halves_that_count
from casefile_audit.intake.heading_kinds import HeadingKinds
from casefile_audit.intake.heading_words import (
    LONGEST_HEADING,
    as_first_written,
    heading_keys,
    percent_key,
    without_remark,
)
from casefile_audit.intake.mapping import SheetMapping
from casefile_audit.rubric.fields import FieldBase, IdentifierField
from casefile_audit.rubric.model import Rubric
from casefile_audit.rubric.yaml_text import LONGEST_TEXT

# Banners, logos and notes above the headings are rarely longer than this.
_DEEPEST_HEADER = 40
# But pages of guidance may stand there: so far down is looked where there are none above.
DEEPEST_OF_ALL = 250
# Added to the rank of a heading that is a field's only in other words, for each word beside it:
# one that is the field's to the letter comes before them.
_OTHER_WORDS = 1_000
# Added to the rank of a heading that is a field's only without its question number or bracketed
# remark: "Ethnicity (if known)" gives way to "Ethnicity".
_LOOSE = 1_000_000
# From fewer rows with a reference it can't be told that cases stand there, and no example.
_LEAST_ABOVE = 2
_WHY = {
    MarkKind.NOTES: "the form's room for notes",
    MarkKind.UNAVAILABLE: "why the file couldn't be read",
    MarkKind.RESERVE: "which of the reserve it is",
}
# What tells of a sample is known by its heading, in workbooks without marks too.
_HEADINGS_OF_SAMPLES = {
    kind: HEADINGS_BESIDE[kind] for kind in (MarkKind.UNAVAILABLE, MarkKind.RESERVE)
}
_NOT_ASKED_HERE = "the form asks it, and this rubric doesn't"
_BLANK = frozenset((None, ""))


class Matcher:
    """Matches headings with fields, by the rubric's headings and a mapping."""

    def __init__(self, variants: Sequence[Mapping[str, FieldBase]], mapping: SheetMapping) -> None:
        """Args: the fields as each sector's records hold them; what the user mapped."""
        self.mapping = mapping
        self.identifier = next(
            (n for n, f in variants[0].items() if isinstance(f, IdentifierField)), None
        )
        self.names = frozenset(variants[0])
        self.several = {name for name, field in variants[0].items() if field.several_columns}
        self.exact: dict[str, HeadingMatch] = {}
        self.numbered: list[tuple[re.Pattern[str], str]] = []
        self.kinds = HeadingKinds()
        self.options = answers_by_heading(variants[0])
        for fields in variants:
            for name, field in fields.items():
                if name not in mapping.fields and field.same_column_as is None:
                    self._learn(name, field)
        for name, headings in mapping.fields.items():
            if name in variants[0] and variants[0][name].same_column_as is not None:
                continue
            for rank, heading in enumerate(headings):
                self._add(heading, HeadingMatch(name, MatchedBy.MAPPING, rank))
        self.identifier_headings = frozenset(
            heading
            for fields in variants
            if self.identifier is not None
            for heading in (*fields[self.identifier].headings, fields[self.identifier].title)
            if heading
        )
        self.by_letter = any(key.startswith("column ") for key in self.exact)
        self._matched: dict[str, HeadingMatch | None] = {}

    def _learn(self, name: str, field: FieldBase) -> None:
        self.kinds.learn(name, field)
        for rank, heading in enumerate(field.headings):
            self._add(heading, HeadingMatch(name, MatchedBy.HEADING, rank))
        for own in (field.title, name):
            if (key := percent_key(own)) and key not in self.exact:
                self.exact[key] = HeadingMatch(name, MatchedBy.NAME, len(field.headings))

    def _add(self, heading: str, match: HeadingMatch) -> None:
        key = percent_key(heading)
        if "{n}" in key:
            # "Review1", as a database writes it, is "Review 1".
            pattern = re.escape(key).replace(r"\ \{n\}", r"\ ?\{n\}")
            pattern = pattern.replace(r"\{n\}", r"(\d{1,3})")
            self.numbered.append((re.compile(pattern), match.field))
        elif key:
            self.exact[key] = match

    def match(self, heading: str, index: int) -> HeadingMatch | None:
        """The field of a heading in some column; None if it is nobody's."""
        letter = f"column {column_letters(index + 1).lower()}" if self.by_letter else ""
        return self.exact.get(letter) or self.field_of(heading)

    def field_of(self, heading: str) -> HeadingMatch | None:
        """The same for a heading that stands in no column of its own."""
        # The same text is tried with the row above it, alone, and with the row below.
        if heading not in self._matched:
            self._matched[heading] = self._match(heading)
        return self._matched[heading]

    def _match(self, heading: str) -> HeadingMatch | None:
        if len(heading) > LONGEST_TEXT or is_error_word(fold(heading)):
            return None  # no rubric's text is as long; and #REF! would be a field called ref
        if self.options and any(key in self.options for key in heading_keys(heading)):
            return None  # one of several answers
        for position, key in enumerate(heading_keys(heading)):
            its = self.exact.get(key)
            # Whoever maps a heading has seen what stands behind it.
            if its is not None and (its.by is MatchedBy.MAPPING or _is_plain(key, heading)):
                return its._replace(rank=its.rank + _LOOSE, nearly=True) if position else its
            for pattern, name in self.numbered:
                if (found := pattern.fullmatch(key)) and _is_plain(key, heading):
                    return HeadingMatch(name, MatchedBy.NUMBER, int(found[1]), found[1])
        kind = self.kinds.find(heading)
        if kind is None:
            return None
        rank = kind.rank + _OTHER_WORDS * (1 + kind.beside) if kind.number is None else kind.number
        return HeadingMatch(kind.field, MatchedBy.OTHER_WORDS, rank, kind.heading)

    def but_for_a_remark(self, heading: str) -> str | None:
        """The field that a heading would be, but for a remark in brackets with words of its own."""
        if len(heading) > LONGEST_HEADING or (bare := without_remark(heading)) == heading:
            return None
        if self.options and any(key in self.options for key in heading_keys(heading)):
            return None
        found = self._match(bare)
        return found.field if found else None

    def header(self, sheet: Sheet) -> Header | None:
        """The header of a sheet: the row, or pair of rows, whose headings match most fields."""
        if self.mapping.header_row is not None:
            row = self.mapping.header_row - 1
            return self._read(sheet, (row,)) if row < len(sheet.rows) else None
        marks = form_marks(sheet)
        if marks is not None and marks.row is not None:
            return self._marked(sheet, marks, marks.row)
        best = self._best(sheet, range(min(len(sheet.rows), _DEEPEST_HEADER)))
        if not self._is_whole(best):
            deepest = min(len(sheet.rows), DEEPEST_OF_ALL)
            further = self._best(sheet, range(_DEEPEST_HEADER, deepest))
            best = further if self._is_whole(further) else best
        while best is not None and (above := self._above(sheet, best)) is not None:
            best = above
        return self._with_remarks(best) if best is not None else None

    def _above(self, sheet: Sheet, header: Header) -> Header | None:
        """Other headings over cases that stand above some headings; None if there are none.

        The fuller headings are those of a table further down, and no case above is lost.
        """
        own = self._best(sheet, range(header.rows[0] - _LEAST_ABOVE))
        columns = own.of_field(self.identifier) if own and self.identifier else []
        if own is None or not columns or not self._is_whole(own):
            return None
        rows = sheet.rows[own.rows[-1] + 1 : header.rows[0]]
        # Words are an explanation of the headings.
        references = {text_of(row[columns[0].index]) for row in rows}
        numbered = [text for text in references if any(map(str.isdigit, text))]
        return own if len(numbered) >= _LEAST_ABOVE else None

    def header_in(self, sheet: Sheet, rows: range) -> Header | None:
        """The likeliest header among some rows."""
        best = self._best(sheet, rows)
        return self._with_remarks(best) if best is not None else None

    def _marked(self, sheet: Sheet, marks: FormMarks, at: int) -> Header | None:
        """The headings under the marks of a form: a mark tells more than the words of a heading."""
        rows = range(at + 1, len(sheet.rows))
        row = next((row for row in rows if not _BLANK.issuperset(sheet.rows[row])), None)
        if row is None:
            return None
        columns = [
            column
            for index, cell in enumerate(sheet.rows[row])
            if (column := self._column_of_form(index, text_of(cell), marks)) is not None
        ]
        return replace(self._without_twins(sheet, (row,), columns), marks=marks)

    def _column_of_form(self, index: int, heading: str, marks: FormMarks) -> SheetColumn | None:
        mark = marks.marks.get(index)
        if mark is None or mark.name in self.mapping.fields:
            found = self.match(heading, index) if heading or self.by_letter else None
            held = (
                {its.name for its in marks.marks.values()} - self.several - {*self.mapping.fields}
            )
            if found is not None and found.field not in held:
                return SheetColumn(index, heading or f"column {column_letters(index + 1)}", found)
            return SheetColumn(index, heading) if heading else None
        if mark.kind not in BESIDE_CELLS:
            return None
        return self.marked_column(index, heading or mark.name, mark)

    def marked_column(self, index: int, heading: str, mark: Mark, place: str = "") -> SheetColumn:
        """The column that a form marks as a field's, which this rubric may not have."""
        if mark.name not in self.names:
            heading = _HEADINGS_OF_SAMPLES.get(mark.kind, heading)
            why = _WHY.get(mark.kind, _NOT_ASKED_HERE)
            return SheetColumn(index, heading, unread=why, place=place, mark=mark)
        match = HeadingMatch(mark.name, MatchedBy.MARK, mark.number)
        return SheetColumn(index, heading, match, place=place, mark=mark)

    def _is_whole(self, header: Header | None) -> bool:
        """Whether it has the case reference and another: one alone may be a word in a sentence."""
        if header is None or len(header.fields) < 2:
            return False
        return self.identifier is None or self.identifier in header.fields

    def _best(self, sheet: Sheet, rows: range) -> Header | None:
        """The best header among some rows; None if no heading there is known."""
        found: list[Header] = []
        for row in rows:
            found.append(self._read(sheet, (row,)))
            if row + 1 < len(sheet.rows) and self._may_be_pair(sheet, row):
                pair = self._read(sheet, (row, row + 1))
                found += [pair] if _merged(sheet, row) or self._stands_alone(pair, sheet) else []
        # A banner over the headings adds no field to them, so one row is better than two.
        best = max(found, key=lambda h: (len(h.fields), -len(h.rows), len(h.columns)), default=None)
        return best if best is not None and best.fields else None

    def _with_remarks(self, header: Header) -> Header:
        """The header, knowing which of its columns are left for the sake of a remark."""
        columns = tuple(
            column
            if column.field is not None or column.gave_way
            else replace(column, like=self.but_for_a_remark(column.heading))
            for column in header.columns
        )
        return replace(header, columns=columns)

    def likeliest(self, sheet: Sheet) -> Header | None:
        """The header, or else the first row with three texts, which may be its headings."""
        rows = (
            row
            for row, cells in enumerate(sheet.rows[:_DEEPEST_HEADER])
            if sum(isinstance(cell, str) and bool(text_of(cell)) for cell in cells) > 2
        )
        row = next(rows, None)
        return self.header(sheet) or (None if row is None else self._read(sheet, (row,)))

    def _may_be_pair(self, sheet: Sheet, row: int) -> bool:
        """Whether a row and the next may be read as one: all pairs would be many texts to match."""
        pairs = enumerate(
            zip(*(map(text_of, cells) for cells in sheet.rows[row : row + 2]), strict=True)
        )
        found = (self.match(one or other, at) for at, (one, other) in pairs if not (one and other))
        return _merged(sheet, row) or any(its and its.field == self.identifier for its in found)

    def _stands_alone(self, pair: Header, sheet: Sheet) -> bool:
        """Whether the case reference's heading has a blank above or below it.

        Without merged cells nothing else tells a second row of headings from the first case.
        """
        columns = pair.of_field(self.identifier) if self.identifier else []
        return any(not text_of(sheet.rows[row][c.index]) for c in columns for row in pair.rows)

    def _read(self, sheet: Sheet, rows: tuple[int, ...]) -> Header:
        columns: list[SheetColumn] = []
        # A column without a heading can only be known by its letter, and a sheet may be wide.
        for index, cells in enumerate(zip(*(sheet.rows[row] for row in rows), strict=True)):
            if not self.by_letter and _BLANK.issuperset(cells):
                continue
            options = _heading_options(cells)
            matches = (self.match(option, index) for option in options or [""])
            found = next((match for match in matches if match is not None), None)
            if options or found:
                heading = options[0] if options else f"column {column_letters(index + 1)}"
                columns.append(SheetColumn(index, heading, found))
        columns = self._written_again(columns)
        if len(rows) == 1:
            columns = self._said_twice(sheet, rows[0], columns)
        return self._without_twins(sheet, rows, columns)

    def _said_twice(
        self, sheet: Sheet, row: int, columns: Sequence[SheetColumn]
    ) -> list[SheetColumn]:
        """The columns, knowing those headed in two languages, or by their table's name and theirs.

        Of a form's marks and a mapping nothing is changed: they tell which column it is.
        """
        cells = {c.index: sheet.rows[row][c.index] for c in columns}
        texts = {index: cell.strip() for index, cell in cells.items() if isinstance(cell, str)}
        halves = halves_that_count(texts, lambda text: self.field_of(text) is not None)
        found = []
        for column in columns:
            half = self.field_of(halves[column.index]) if column.index in halves else None
            if half is not None and not column.is_mapped:
                its = half._replace(rank=half.rank + _LOOSE, nearly=True)
                column = replace(column, match=its, unread="")
            found.append(column)
        return found

    def _written_again(self, columns: list[SheetColumn]) -> list[SheetColumn]:
        """The columns, knowing those whose heading a program changed as another had it already.

        ``Voice.1`` and ``Voice2`` beside ``Voice``, or ``Voice_x`` and ``Voice_y``.
        """
        bases = Counter(as_first_written(column.heading) for column in columns)
        found = []
        for column in columns:
            base, match = as_first_written(column.heading), None
            if column.field is None and bases[base] > 1 and base != column.heading:
                match = self.field_of(base)
            if match is not None and match.field not in self.several:
                its = match._replace(rank=match.rank + _LOOSE, nearly=True)
                column = replace(column, match=its)
            found.append(column)
        return found

    def _without_twins(
        self, sheet: Sheet, rows: tuple[int, ...], columns: list[SheetColumn]
    ) -> Header:
        """Leave a field that can have only one column with the best of several."""
        twice: dict[str, list[SheetColumn]] = {}
        for name in dict.fromkeys(column.field for column in columns if column.field):
            if name in self.several:
                continue
            twins = [column for column in columns if column.field == name]
            if len(twins) < 2:
                continue
            if any(twin.rank < _LOOSE for twin in twins):
                twins = [twin for twin in twins if twin.rank < _LOOSE]
            filled = [t for t in twins if _holds_anything(sheet, rows[-1] + 1, t.index)] or twins
            best = min(filled, key=lambda column: column.rank)
            others = [t for t in filled if t is best or _differ(sheet, rows[-1] + 1, best, t)]
            if sum(column.rank == best.rank for column in others) > 1:
                twice[name] = others
            columns = [_released(c, best) if c.field == name else c for c in columns]
        return Header(rows, tuple(columns), twice)


def matcher_of(rubric: Rubric, mapping: SheetMapping) -> Matcher:
    """What tells which heading is which of a rubric's fields, in any sector's words."""
    return Matcher([rubric.fields_of(sector) for sector in ("", *rubric.sectors)], mapping)


def _released(column: SheetColumn, kept: SheetColumn) -> SheetColumn:
    """A column that gives way to another of the same field."""
    if column is kept:
        return column
    why = f"`{kept.heading}` (column {kept.letter}) was taken for `{kept.field}`"
    # What a mapping leaves unread is said with the mapping.
    unasked = not kept.is_mapped
    return SheetColumn(
        column.index,
        column.heading,
        unread=why,
        gave_way=unasked,
        like=kept.field if unasked else None,
    )


def _is_plain(key: str, heading: str) -> bool:
    """Whether a heading goes by a key without leaving out a remark that may change its meaning."""
    return key in heading_keys(heading, any_remark=False)


def _merged(sheet: Sheet, row: int) -> bool:
    return any(span.first_row <= row <= span.last_row for span in sheet.merged)


def _heading_options(cells: Sequence[Cell]) -> list[str]:
    """What a column's heading may be read as: for two rows both together, the lower, the upper."""
    texts = list(dict.fromkeys(text for text in map(text_of, cells) if text))
    return [" ".join(texts), *reversed(texts)] if len(texts) > 1 else texts


def _differ(sheet: Sheet, first_row: int, one: SheetColumn, other: SheetColumn) -> bool:
    """Whether two columns don't hold the same: those under a cell that is merged over both do."""
    return any(
        text_of(row[one.index]) != text_of(row[other.index]) for row in sheet.rows[first_row:]
    )


def _holds_anything(sheet: Sheet, first_row: int, index: int) -> bool:
    return any(text_of(row[index]) for row in sheet.rows[first_row:])
