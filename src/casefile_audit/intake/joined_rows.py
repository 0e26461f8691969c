"""The rows of each case as one row, where a mapping says that a case is several rows.

What stands in further rows of a case, of the same sheet or of another, is brought into its first
row, and those rows are left blank. So every row keeps its number, and goes down the same road.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from casefile_audit.cases import State
from casefile_audit.english import fold, listing
from casefile_audit.files.tables import table_of
from casefile_audit.files.workbook import Cell, Sheet, text_of
from casefile_audit.intake.case_rows import classified
from casefile_audit.intake.cells import ticks
from casefile_audit.intake.columns import SheetColumn
from casefile_audit.intake.layout import DataSheet
from casefile_audit.intake.row_answers import FieldsBySector
from casefile_audit.intake.row_rules import is_blank, row_rules
from casefile_audit.issues import PLACES_NAMED, Issue, IssueCode, Level
from casefile_audit.rubric.fields import FieldBase
from casefile_audit.rubric.model import Rubric

# After every column of the sheet's own.
_RANK_OF_BROUGHT = 1_000
_SAYS_SOMETHING = (State.VALUE, State.NOT_APPLICABLE, State.UNREADABLE)


class _Row(NamedTuple):
    """A row that belongs to a case: of which of the sheets, and its zero-based number."""

    sheet: int
    number: int


class _Found(NamedTuple):
    """A cell that isn't blank, and where it stands."""

    cell: Cell
    row: _Row
    column: SheetColumn


class JoinedRows(NamedTuple):
    """Sheets of one file whose cases have a row each.

    Attributes:
        sheets: those on which there is a case left, each with the table that was made of it.
        emptied: the names of the others: all their rows belong to cases of sheets before them.
        issues: how many rows were brought together, and which values contradict each other.
    """

    sheets: tuple[DataSheet, ...]
    emptied: tuple[str, ...]
    issues: tuple[Issue, ...]


def joined_rows(
    sheets: Sequence[tuple[DataSheet, Sheet]], rubric: Rubric, fields: FieldsBySector
) -> JoinedRows:
    """Bring the rows of each case into its first.

    Of a field that has one value, the first that isn't blank is taken; dates are collected, and
    texts put one under the other.

    Args:
        sheets: the data sheets of one file in their order, each with its cells.
        rubric: names the case reference, and the sector, which has rows of its own on a case.
    """
    joiner = _Joiner(sheets, rubric, fields)
    groups = joiner.groups()
    for (_, sector), rows in groups.items():
        joiner.join(rows, fields.get(sector, fields[""]))
    left = {rows[0].sheet for rows in groups.values()}
    several = [rows for rows in groups.values() if len(rows) > 1]
    note = Issue(
        IssueCode.ROWS_JOINED,
        Level.NOTE,
        file=sheets[0][0].file.name,
        total=sum(map(len, several)),
        facts={"cases": len(several)},
    )
    return JoinedRows(
        tuple(joiner.made(number) for number in range(len(sheets)) if number in left),
        tuple(data.name for number, (data, _) in enumerate(sheets) if number not in left),
        (*joiner.doubts(), note),
    )


class _Joiner:
    """Joins the rows of cases, one case after the other."""

    def __init__(
        self,
        sheets: Sequence[tuple[DataSheet, Sheet]],
        rubric: Rubric,
        fields: FieldsBySector,
    ) -> None:
        self.sheets = sheets
        self.rubric = rubric
        self.fields = fields
        self.rows = [[list(row) for row in sheet.rows] for _, sheet in sheets]
        self.columns = [list(data.header.columns) for data, _ in sheets]
        self.moved: list[dict[tuple[int, int], str]] = [{} for _ in sheets]
        self.contrary: dict[str, list[str]] = defaultdict(list)
        self.struck: dict[str, list[str]] = defaultdict(list)
        self.further: list[set[int]] = [set() for _ in sheets]

    def groups(self) -> dict[tuple[str, str], list[_Row]]:
        """The rows of each case, by its reference and its sector."""
        found: dict[tuple[str, str], list[_Row]] = defaultdict(list)
        for number in range(len(self.sheets)):
            for key, row in self._rows(number):
                found[key].append(row)
        return found

    def _rows(self, number: int) -> Iterator[tuple[tuple[str, str], _Row]]:
        """The rows of a sheet that belong to a case, each with what tells whose it is.

        A row that answers something, and has no reference, goes on with the case in the row above.
        """
        data, sheet = self.sheets[number]
        table = table_of(sheet, data.first_row)
        told = classified(data.rules, table, self.fields)
        goes_on = {out.row - 1 for out in told.left_out if out.nameless and out.may_be}
        own = {int(place) + data.first_row for place in told.cases}
        of_sector = data.header.of_field(self.rubric.sector) if self.rubric.sector else []
        last: tuple[int, tuple[str, str]] | None = None
        for row in sorted(own | goes_on):
            texts = [text_of(cell) for cell in sheet.rows[row]]
            if row in own:
                sector = fold(texts[of_sector[0].index]) if of_sector else ""
                key = (fold(texts[data.rules.identifier or 0]), sector)
            elif last is not None and last[0] == row - 1:
                key = last[1]
            else:
                continue
            last = row, key
            yield key, _Row(number, row)

    def join(self, rows: Sequence[_Row], fields: Mapping[str, FieldBase]) -> None:
        """Bring what the rows of a case hold into the first of them."""
        if len(rows) == 1:
            return
        home = rows[0]
        for name, field in fields.items():
            # What reads another field's column goes where that is put.
            if name == self.rubric.identifier or field.same_column_as is not None:
                continue
            if found := list(self._cells(rows, name, field)):
                several = field.several_columns
                chosen = self._distinct(found) if several else self._one(found, name, field)
                own = [column.index for column in self._columns_of(home.sheet, name, field)]
                its = [c.index for c in self.columns[home.sheet] if c.brought and c.field == name]
                self._put(home, name, own, its, chosen)
            self._join_options(rows, name, field)
        for row in rows[1:]:
            self.further[row.sheet].add(row.number + 1)
            self.rows[row.sheet][row.number] = [""] * len(self.rows[row.sheet][row.number])

    def _columns_of(self, sheet: int, name: str, field: FieldBase) -> list[SheetColumn]:
        """A sheet's own columns of a field, as they are read."""
        own = self.sheets[sheet][0].header.of_field(name)
        return sorted(own, key=lambda column: column.rank) if field.several_columns else own[:1]

    def _cells(self, rows: Sequence[_Row], name: str, field: FieldBase) -> Iterator[_Found]:
        for row in rows:
            for column in self._columns_of(row.sheet, name, field):
                cell = self.sheets[row.sheet][1].rows[row.number][column.index]
                if not is_blank(cell):
                    yield _Found(cell, row, column)

    def _join_options(self, rows: Sequence[_Row], name: str, field: FieldBase) -> None:
        """Do so with a field that has a column for each answer: ticked in any row, it is ticked."""
        by_answer: dict[str, list[_Found]] = defaultdict(list)
        for row in rows:
            data, sheet = self.sheets[row.sheet]
            for column, answer in data.header.by_option.get(name, ()):
                if not is_blank(cell := sheet.rows[row.number][column.index]):
                    by_answer[answer].append(_Found(cell, row, column))
        home = rows[0]
        options = self.sheets[home.sheet][0].header.by_option.get(name, ())
        for answer, found in by_answer.items():
            ticked = ticks(field, answer)
            best = next((its for its in found if fold(text_of(its.cell)) in ticked), found[0])
            own = [column.index for column, its in options if its == answer]
            alike = best.column.heading
            its = [c.index for c in self.columns[home.sheet] if c.brought and c.heading == alike]
            self._put(home, name, own, its, [best])

    def _distinct(self, found: Sequence[_Found]) -> list[_Found]:
        """The same date twice, such as in a reference's merged rows, is one date."""
        first: dict[str, _Found] = {}
        for each in found:
            first.setdefault(text_of(each.cell), each)
        return list(first.values())

    def _one(self, found: Sequence[_Found], name: str, field: FieldBase) -> list[_Found]:
        """The one cell of a field: the first that says something; or all that is written."""
        different = self._distinct(found)
        if field.takes_any_text:
            written = "\n".join(text_of(each.cell) for each in different)
            return [different[0]._replace(cell=written)]
        epoch = self.sheets[found[0].row.sheet][1].epoch
        reading = field.read([text_of(each.cell) for each in different], epoch)
        says = np.isin(reading.states, _SAYS_SOMETHING)
        telling = [each for each, does in zip(different, says.tolist(), strict=True) if does]
        values = zip(reading.states[says].tolist(), reading.values[says].tolist(), strict=True)
        if len(dict.fromkeys(values)) > 1:
            self.contrary[name].append(" against ".join(map(self._place, telling)))
        return [(telling or different)[0]]

    def _put(
        self, home: _Row, name: str, own: list[int], brought: list[int], chosen: Sequence[_Found]
    ) -> None:
        """Put cells into columns of a case's row, which is made wider where there are too few."""
        row = self.rows[home.sheet][home.number]
        for number, found in enumerate(chosen):
            places = own + brought
            index = places[number] if number < len(places) else self._widen(home.sheet, found)
            brought += [index] if number >= len(places) else []
            row[index] = found.cell
            self.moved[home.sheet][home.number, index] = self._place(found, home.sheet)
            if found.row != home and self._is_struck(found):
                self.struck[name].append(self._place(found))
        for index in own[len(chosen) :]:
            row[index] = ""

    def _is_struck(self, found: _Found) -> bool:
        """Whether somebody struck out what further rows say, and perhaps took it back."""
        data, row = self.sheets[found.row.sheet][0], found.row.number
        return row + 1 in data.struck_rows or (row, found.column.index) in data.struck_cells

    def _widen(self, sheet: int, found: _Found) -> int:
        """Add a column to a sheet for what stands in another, or in further rows."""
        index = len(self.rows[sheet][0])
        own = self.columns[sheet]
        from_ = "" if found.row.sheet == sheet else f"{self.sheets[found.row.sheet][0].name}!"
        match = found.column.match
        column = replace(
            found.column,
            index=index,
            match=match and match._replace(rank=_RANK_OF_BROUGHT + len(own)),
            brought=f"{from_}{found.column.letter}",
        )
        own.append(column)
        headings = self.sheets[sheet][0].header.rows
        for number, row in enumerate(self.rows[sheet]):
            row.append(column.heading if number == headings[-1] else "")
        return index

    def _place(self, found: _Found, seen_from: int = -1) -> str:
        name = "" if found.row.sheet == seen_from else f"{self.sheets[found.row.sheet][0].name}!"
        return f"{name}{found.column.address(found.row.number)}"

    def doubts(self) -> Iterator[Issue]:
        """For each field the cases whose rows say different things, and what was struck out."""
        file = self.sheets[0][0].file.name
        for code, by_field in (
            (IssueCode.ROWS_CONTRADICT, self.contrary),
            (IssueCode.CELLS_STRUCK_OUT, self.struck),
        ):
            for name, places in by_field.items():
                yield Issue.doubt(code, places, file=file, field=name)

    def made(self, number: int) -> DataSheet:
        """A data sheet with the table that was made of it."""
        data, sheet = self.sheets[number]
        header = replace(data.header, columns=tuple(self.columns[number]))
        table = replace(sheet, rows=self.rows[number])
        unwanted = sorted(data.rules.unwanted)
        rules = row_rules(table, header, data.rules.identifier, unwanted, self.fields)
        for row, index in self._blank_places(number):
            self.moved[number].setdefault((row, index), "")
        return replace(
            data,
            header=header,
            rules=rules._replace(look=data.rules.look),
            without_column=tuple(e for e in data.without_column if e[0] not in header.fields),
            remarks=(*data.remarks, *self._hidden(number)),
            made=table,
            moved=self.moved[number],
        )

    def _hidden(self, number: int) -> Iterator[str]:
        """A sentence on the further rows that are hidden, and were read like the others."""
        rows = sorted(self.further[number] & self.sheets[number][0].hidden_rows)
        named = listing(map(str, rows), most=PLACES_NAMED)
        if len(rows) == 1:
            yield f"row {named} is hidden; it was read with the other rows of its case"
        elif rows:
            yield f"rows {named} are hidden; they were read with the other rows of their cases"

    def _blank_places(self, number: int) -> Iterator[tuple[int, int]]:
        """The cells of added columns: a blank one stands nowhere."""
        added = [column.index for column in self.columns[number] if column.brought]
        for row in range(len(self.rows[number])):
            yield from ((row, index) for index in added)
