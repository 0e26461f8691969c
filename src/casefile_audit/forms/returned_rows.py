"""The rows of forms that came back: what each cell says, and where it stands."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from casefile_audit.cases import State
from casefile_audit.english import fold, heading_key, nearest
from casefile_audit.errors import WorkbookError
from casefile_audit.files.tables import CellTable
from casefile_audit.files.workbook import Cell, text_of
from casefile_audit.forms.known import content_of
from casefile_audit.forms.plan import KnownCell
from casefile_audit.forms.returned import ReturnedForm
from casefile_audit.intake.columns import SheetColumn
from casefile_audit.intake.form_marks import HEADINGS_BESIDE, MarkKind, form_marks
from casefile_audit.intake.heading_words import heading_words
from casefile_audit.intake.layout import DataSheet, Layout
from casefile_audit.intake.mapping import MappingFile
from casefile_audit.intake.not_read import not_read
from casefile_audit.intake.redaction import redacted
from casefile_audit.intake.sectors import sectors_of_rows
from casefile_audit.intake.sheets import lay_out
from casefile_audit.manifest import UNAVAILABLE_HEADING
from casefile_audit.rubric.fields import DateField, DatesField, FieldBase
from casefile_audit.rubric.model import Rubric

NOT_ASKED = "[not asked]"
"""What stands for a question that a form of another version didn't ask."""
_EVERY_FORM = MappingFile(unanswered="nothing recorded")
_BIRTH = frozenset(("date", "birth"))


@dataclass(frozen=True)
class ColumnKey:
    """What a column of collected answers is for.

    Attributes:
        field: a field of the rubric, or of the form's own version of it; empty for notes and for
            what somebody added.
        number: of a column of several.
        heading: of a column that is no field's.
    """

    field: str = ""
    number: int = 0
    heading: str = ""


UNAVAILABLE_KEY = ColumnKey(heading=heading_key(UNAVAILABLE_HEADING))
_BESIDE_QUESTIONS = {ColumnKey(heading=heading_key(text)) for text in HEADINGS_BESIDE.values()}


@dataclass(frozen=True)
class RowOrigin:
    """Where a row was filled in.

    Attributes:
        file, sheet: the form.
        place: its row, or what its page is called.
        version: the version of the rubric that the form was made from.
    """

    file: str
    sheet: str
    place: str
    reader: str
    version: str

    @property
    def said(self) -> str:
        """In one line."""
        return ", ".join(filter(None, (self.file, self.sheet, self.place)))


ORIGIN = ("file", "sheet", "place", "reader", "version")
"""What is kept of where a row came from, as its marks and attributes are named."""


@dataclass(frozen=True)
class CellDoubt:
    """A cell that somebody ought to look at.

    Attributes:
        where: the file, the sheet and the cell.
        found: what it holds, as far as that may be shown.
        expected: what should stand there, or what is odd.
    """

    where: str
    found: str
    expected: str


@dataclass(frozen=True)
class ReturnedRow:
    """One case as one reader recorded it.

    Attributes:
        cells: what is written, by column.
        places: the address of each cell.
        doubts: the cells to look at.
        aside: of a row that was collected before and held back, why.
    """

    origin: RowOrigin
    sector: str
    reference: str
    cells: Mapping[ColumnKey, KnownCell]
    places: Mapping[ColumnKey, str]
    doubts: tuple[CellDoubt, ...] = ()
    hidden: bool = False
    aside: str = ""

    @property
    def unavailable(self) -> str:
        """Why its file couldn't be read, where the reader says so."""
        return str(self.cells.get(UNAVAILABLE_KEY, ""))

    @property
    def case(self) -> tuple[str, str]:
        """The case: two rows of one case have the same."""
        return fold(self.reference), self.sector

    def where(self, key: ColumnKey) -> str:
        """Where one of its cells stands."""
        place = self.places.get(key, "")
        return ", ".join(filter(None, (self.origin.file, self.origin.sheet, place)))


@dataclass
class ReturnedSheets:
    """All that the sheets of a form hold.

    Attributes:
        version: of the rubric that it was made from.
        rows: the cases that were read.
        unread: those in which nothing is answered yet.
        headings: what each column is called that is no field's of this rubric.
        known: those of them that were filled in when it was made.
        refused: why nothing of it was read; empty if something was.
        remarks: sentences on how it was read.
    """

    reader: str
    version: str
    rows: list[ReturnedRow] = field(default_factory=list)
    unread: list[ReturnedRow] = field(default_factory=list)
    headings: dict[ColumnKey, str] = field(default_factory=dict)
    asked: set[ColumnKey] = field(default_factory=set)
    known: set[ColumnKey] = field(default_factory=set)
    refused: str = ""
    remarks: list[str] = field(default_factory=list)


def read_form(form: ReturnedForm, rubric: Rubric) -> ReturnedSheets:
    """Read a form that came back."""
    found = ReturnedSheets(form.reader, form.version)
    found.remarks += (
        f"{form.name}: the sheet {name} was hidden, and was read" for name in form.unhidden
    )
    marked = {its.name: marks for its in form.workbook.sheets if (marks := form_marks(its))}
    # Of a collection all sheets of cases: those that are set aside are read here too.
    sheets = [*marked] if any(marks.aside for marks in marked.values()) else []
    try:
        # A form on which nothing is answered is taken too, and told to be not back.
        layout = lay_out([form.workbook], rubric, sheets, _EVERY_FORM)
    except WorkbookError as error:
        found.refused = f"{form.name}: nothing was read: {error.what}"
        return found
    if not any(rubric.asked_fields & data.header.fields for data in layout.sheets):
        found.refused = f"{form.name}: nothing was read: it has no column for any question"
        return found
    found.remarks += layout.passed_over
    for data in layout.sheets:
        _SheetReader(form, layout, data, found).read()
    return found


class _SheetReader:
    """Reads the rows of one sheet."""

    def __init__(
        self, form: ReturnedForm, layout: Layout, data: DataSheet, found: ReturnedSheets
    ) -> None:
        self.form, self.layout, self.data, self.found = form, layout, data, found
        self.rubric = layout.rubric
        self.keys = dict(self._keys())
        marks = data.header.marks.marks.values() if data.header.marks else ()
        self.aside = next((mark.name for mark in marks if mark.kind is MarkKind.ASIDE), "")
        self.from_columns = {
            mark.name: at
            for at, mark in (data.header.marks.marks if data.header.marks else {}).items()
            if mark.kind is MarkKind.FROM
        }

    def read(self) -> None:
        """Read them all."""
        data, rubric = self.data, self.rubric
        fields = self.layout.fields_in(data)
        table = data.table(self.form.workbook.sheets)
        rows = data.classify(table, fields)
        self.found.asked |= {key for key in self.keys.values() if key.field}
        self.found.remarks += (
            f"{self.form.name}, {data.name}: row {out.row} was left out: {out.reason}"
            for out in rows.left_out
        )
        unread = not_read(table, data.header, rubric)
        sectors, _ = sectors_of_rows(rubric, data, table, rows.cases)
        hidden = 0
        cells = table.cells(rows.cases.tolist())
        for place, sector, own in zip(rows.cases.tolist(), sectors.tolist(), cells, strict=True):
            number = table.first + place
            row = self._row(number, sector, own, fields[sector], table)
            if unread[place] and not row.unavailable:
                self.found.unread.append(row)
                continue
            hidden += row.hidden
            self.found.rows.append(row)
        if hidden:
            was = "was" if hidden == 1 else "were"
            rows_said = f"{hidden:,} hidden row{'s' * (hidden != 1)} {was} read"
            self.found.remarks.append(f"{self.form.name}, {data.name}: {rows_said}")

    def _keys(self) -> Iterator[tuple[int, ColumnKey]]:
        """What each column is for; headings that are no field's are kept, and named."""
        numbers: dict[str, int] = {}
        others: set[str] = set()
        for column in sorted(self.data.header.columns, key=lambda c: (c.rank, c.index)):
            mark = column.mark
            if mark is not None and mark.name:
                key = ColumnKey(mark.name, mark.number)
                if mark.kind is MarkKind.KNOWN:
                    self.found.known.add(key)
                if column.field is None:
                    self.found.headings.setdefault(key, column.heading)
                yield column.index, key
                self._note_heading(column)
            elif column.field is not None:
                name = column.field
                several = self.rubric.fields[name].several_columns
                numbers[name] = numbers.get(name, 0) + 1
                yield column.index, ColumnKey(name, numbers[name] if several else 0)
            elif mark is not None or column.heading:
                yield column.index, self._other(column, others)

    def _other(self, column: SheetColumn, others: set[str]) -> ColumnKey:
        heading = column.heading
        if heading_key(heading) in others:
            heading = f"{heading} (column {column.letter})"
        others.add(heading_key(heading))
        key = ColumnKey(heading=heading_key(heading))
        self.found.headings.setdefault(key, heading)
        if column.mark is None and key not in _BESIDE_QUESTIONS:
            titles = (self.rubric.title_of("fields", name) for name in self.rubric.fields)
            near = nearest(column.heading, list(titles))
            like = f"; did you mean “{near}”?" if near else ""
            self.found.remarks.append(
                f"{self.form.name}, {self.data.name}: column {column.letter} “{column.heading}” is "
                f"no question of the form, and was kept beside the answers{like}"
            )
        return key

    def _note_heading(self, column: SheetColumn) -> None:
        """Say that somebody changed a heading: the answers are kept by their mark."""
        name = column.field
        if name is None or self.data.is_form:
            return
        known = self.layout.fields[""][name]
        keys = {heading_key(text) for text in (*known.headings, known.title, name) if text}
        own = heading_key(column.heading)
        if column.mark and column.mark.number:
            return
        if own not in keys:
            at = column.address(self.data.header.rows[0])
            self.found.remarks.append(
                f"{self.form.name}, {self.data.name}, cell {at}: the heading was changed to "
                f"“{column.heading}”; its answers are kept under "
                f"“{self.rubric.title_of('fields', name)}”"
            )

    def _row(
        self,
        number: int,
        sector: str,
        cells: Sequence[Cell],
        fields: Mapping[str, FieldBase],
        table: CellTable,
    ) -> ReturnedRow:
        held: dict[ColumnKey, KnownCell] = {}
        places: dict[ColumnKey, str] = {}
        doubts: list[CellDoubt] = []
        for column in self.data.header.columns:
            key = self.keys.get(column.index)
            text = text_of(cells[column.index])
            if key is None:
                continue
            if not self.from_columns:
                places[key] = column.address(number)
            if text == NOT_ASKED and self.from_columns:
                held[key] = text
            if not text or text == NOT_ASKED:
                continue
            known = fields.get(key.field)
            held[key] = (
                text if known is None else content_of(cells[column.index], known, table.epoch)
            )
            if known and known.read([text], table.epoch).states[0] == State.UNREADABLE:
                where = f"{self.form.name}, {self.data.name}, {column.address(number)}"
                near = known.nearest(text)
                doubts.append(CellDoubt(where, redacted(text, near), known.expected))
        doubts += self._before_birth(held, number)
        identifier = ColumnKey(self.rubric.identifier or "")
        return ReturnedRow(
            origin=self._origin(number, cells),
            sector=sector,
            reference=str(held.get(identifier, "")),
            cells=held,
            places=places,
            doubts=tuple(doubts),
            hidden=number + 1 in self.data.hidden_rows,
            aside=self.aside,
        )

    def _origin(self, number: int, cells: Sequence[Cell]) -> RowOrigin:
        said = {
            name: text_of(cells[at]) for name, at in self.from_columns.items() if at < len(cells)
        }
        if said.get("file"):
            return RowOrigin(*(said.get(name, "") for name in ORIGIN))
        place = "" if self.data.is_form else f"row {number + 1}"
        return RowOrigin(
            self.form.name, self.data.name, place, self.found.reader, self.found.version
        )

    def _before_birth(
        self, held: Mapping[ColumnKey, KnownCell], number: int
    ) -> Iterator[CellDoubt]:
        """Dates before the child was born: a slip, or another child's."""
        born = next((held[key] for key in held if key.field in self._births()), None)
        for index, key in self.keys.items():
            content = held.get(key)
            if isinstance(born, dt.date) and isinstance(content, dt.date) and content < born:
                columns = (c for c in self.data.header.columns if c.index == index)
                at = next(column.address(number) for column in columns)
                where = f"{self.form.name}, {self.data.name}, {at}"
                yield CellDoubt(where, f"{content:%d %b %Y}", "a date after the date of birth")

    def _births(self) -> set[str]:
        return {
            name
            for name, its in self.rubric.fields.items()
            if isinstance(its, DateField | DatesField)
            and any(heading_words(text) == _BIRTH for text in (*its.headings, its.title, name))
        }
