"""A document as an accessible workbook: a cover, its contents, notes, one marked table a sheet."""

import io
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from casefile_audit.errors import UsageError
from casefile_audit.output.spreadsheets import cell_text, height_of, new_workbook, sheet_name
from casefile_audit.output.writing import MOST_ROWS
from casefile_audit.report.reports import Report
from casefile_audit.report.xlsx_charts import Drawing, draw, drawings
from casefile_audit.report.xlsx_tables import (
    NOTHING,
    Share,
    SheetTable,
    Value,
    lines_of,
    of_output,
    tables_of,
    words_of,
)

_HEADER_ROW = 3
_A4 = 9
_LONGEST_LINE = 1_500  # of what a row of a sheet is high enough for
_LONGEST_IN_MARGIN = 120
_LEAST_WIDTH, _MOST_WIDTH, _COVER_WIDTH = 9, 44, 80
_ROWS_MEASURED = 200
_COLUMNS_OF_WORDS = 3  # or fewer, of which the last may be wide
_MARKS = {
    "[c]": "confidential, as it would tell of few people",
    "[x]": "not available: there is no column for it",
    NOTHING: "not applicable, or nothing to say",
}
_TITLE_HEIGHT, _LINE = 24, 17
_ALIGNED: dict[bool, dict[str, Any]] = {
    False: {"align": "left"},
    True: {"align": "right", "indent": 1},
}
# What is wider has no room on one page across, and goes on over several.
_WIDEST_PAGE = 190


def render(document: Report) -> bytes:
    """The document as .xlsx. Whatever a text holds is text: no formula or link is made of it.

    Raises:
        UsageError: a sheet can't hold so many rows.
    """
    into = io.BytesIO()
    marking = f"{document.marking.word}. {document.marking.meaning}"
    with new_workbook(document.title, marking, into) as book:
        _Writer(book, document).write()
    return into.getvalue()


class _Writer:
    def __init__(self, book: Any, document: Report) -> None:
        self.book = book
        self.document = document
        self.tables = 0
        wrapped = {"text_wrap": True, "valign": "vcenter"}
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.words = book.add_format(wrapped)
        self.strong = book.add_format({**wrapped, "bold": True})
        head = {**wrapped, "bold": True, "bottom": 1}
        # By whether the column holds figures, which stand at the right.
        self.heads = {on: book.add_format({**head, **_ALIGNED[on]}) for on in _ALIGNED}
        self.texts = {on: book.add_format({**wrapped, **_ALIGNED[on]}) for on in _ALIGNED}
        self.unwrapped = book.add_format()
        self.link = book.add_format({"font_color": "#12436D", "underline": 1, "valign": "vcenter"})
        self.numbers: dict[str, Any] = {}

    def write(self) -> None:
        """Every sheet, in the order in which they are read."""
        notes, places = _notes(self.document)
        tables = [*tables_of(self.document)]
        drawn = drawings(self.document, tables)
        cover, contents = self.add("Cover"), self.add("Contents")
        sheets = [(self.add(table.name), table) for table in (*notes, *tables)]
        charts = self.add("Charts") if drawn else None
        before = len(sheets)
        sheets += [(self.add(table.name), table) for table in _looked_up(self.document, drawn)]
        names = {id(table): sheet.name for sheet, table in sheets}
        self.cover(cover, [(sheet.name, table) for sheet, table in sheets])
        entries = [(sheet.name, table.title) for sheet, table in sheets]
        if charts is not None:
            entries.insert(before, (charts.name, "Charts, and where the figures of each stand"))
            self.charts(charts, drawn, names)
        self.contents(contents, entries)
        for sheet, table in sheets:
            self.table(sheet, table, places.get(table.part, ""))

    def add(self, name: str) -> Any:
        """A sheet, by a name that no other has and that Excel takes."""
        taken = [sheet.get_name() for sheet in self.book.worksheets()]
        # A link to a sheet would have to say an apostrophe in its name twice.
        sheet = self.book.add_worksheet(sheet_name(name.replace("'", " "), taken))
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.5, right=0.5)
        said = cell_text(self.document.title)[:_LONGEST_IN_MARGIN].replace("&", "&&")
        sheet.set_header(f"&L{said}&R{self.document.marking.word}")
        sheet.set_footer("&L&A&RPage &P of &N")
        return sheet

    def cover(self, sheet: Any, sheets: Sequence[tuple[str, SheetTable]]) -> None:
        """The title, the marking, and what is to be read first."""
        document = self.document
        sheet.set_column(0, 0, _COVER_WIDTH)
        sheet.fit_to_pages(1, 0)
        lines = [(document.title, self.title)]
        lines.append((f"{document.marking.word}. {document.marking.meaning}", self.strong))
        lines += [(text, self.words) for block in document.opening for text in lines_of(block)]
        own = [name for name, table in sheets if table.part == document.title]
        lines += [(f"See the sheet {name}.", self.words) for name in own]
        for part in document.parts:
            if part.annex:
                continue
            said = [text for _, text in words_of(part)]
            tables = [name for name, table in sheets if table.part == part.title]
            said += [f"See the sheet {name}." for name in tables]
            lines += [(part.title, self.strong)] if said else []
            lines += [(text, self.words) for text in said]
        row = 0
        for text, look in lines:
            for piece in _pieces(text):
                is_title = look is self.title
                high = _TITLE_HEIGHT if is_title else height_of([(piece, _COVER_WIDTH)])
                sheet.set_row(row, high)
                sheet.write_string(row, 0, piece, look)
                row += 1

    def contents(self, sheet: Any, entries: Sequence[tuple[str, str]]) -> None:
        """What stands on which sheet, with the way there."""
        title = f"Contents of {self.document.title}"
        rows = [[name, what] for name, what in entries]
        self.table(sheet, SheetTable("Contents", title, ["Sheet", "What it has"], rows), "")
        for row, (name, _) in enumerate(entries, _HEADER_ROW + 1):
            sheet.write_url(row, 0, f"internal:'{name}'!A1", self.link, name)

    def charts(self, sheet: Any, drawn: Sequence[Drawing], names: Mapping[int, str]) -> None:
        """Excel's own charts."""
        sheet.set_landscape()
        sheet.set_column(0, 0, _COVER_WIDTH)
        sheet.set_row(0, _TITLE_HEIGHT)
        sheet.write_string(0, 0, "Charts", self.title)
        self.back(sheet, 1)
        draw(self.book, sheet, drawn, names, _HEADER_ROW)

    def back(self, sheet: Any, row: int) -> None:
        """The way to the contents."""
        sheet.write_url(row, 0, "internal:'Contents'!A1", self.link, "To the contents")

    def table(self, sheet: Any, table: SheetTable, notes: str) -> None:
        """A sheet with one marked table, under its title and what is to be known of it."""
        # A table of Excel's has a row at least, which is blank where there is nothing to list.
        last_row, last_column = _HEADER_ROW + max(len(table.rows), 1), len(table.headings) - 1
        if last_row >= MOST_ROWS:
            raise UsageError(
                f"an .xlsx file can't hold more than {MOST_ROWS:,} rows",
                hint="Save the findings as .csv with --findings.",
            )
        sheet.write_string(0, 0, cell_text(table.title), self.title)
        sheet.write_string(1, 0, " ".join(filter(None, _to_know(table, notes))), self.unwrapped)
        self.back(sheet, 2)
        widths = [*_widths(table)]
        sheet.set_row(_HEADER_ROW, height_of(zip(table.headings, widths, strict=True)))
        for row, values in enumerate(table.rows, _HEADER_ROW + 1):
            sheet.set_row(row, height_of(zip(map(str, values), widths, strict=True)))
            for column, value in enumerate(values):
                self.value(sheet, row, column, value, column in table.figures)
        for row, height in enumerate((_TITLE_HEIGHT, _LINE, _LINE)):
            sheet.set_row(row, height)
        self.tables += 1
        sheet.add_table(
            *(_HEADER_ROW, 0, last_row, last_column),
            {
                "name": f"table_{self.tables}_of_report",
                "title": cell_text(table.title),
                "description": cell_text(f"{table.title}: {', '.join(table.headings)}"),
                "columns": [
                    {"header": heading, "header_format": self.heads[place in table.figures]}
                    for place, heading in enumerate(table.headings)
                ],
                "style": None,
                "banded_rows": False,
                "autofilter": table.filterable,
            },
        )
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.repeat_rows(_HEADER_ROW)
        if sum(widths) <= _WIDEST_PAGE:
            sheet.fit_to_pages(1, 0)
        else:
            sheet.set_print_scale(60)
            sheet.repeat_columns(0)
        if table.filterable:
            sheet.freeze_panes(_HEADER_ROW + 1, 1)

    def value(self, sheet: Any, row: int, column: int, value: Value, figures: bool) -> None:
        """A cell: a text as a text, whatever it looks like."""
        if isinstance(value, str):
            sheet.write_string(row, column, cell_text(value), self.texts[figures])
        elif isinstance(value, Share):
            decimals = f".{'0' * value.decimals}" if value.decimals else ""
            sheet.write_number(row, column, value.value, self.number(f"0{decimals}%"))
        elif value is not None:
            whole = isinstance(value, int)
            sheet.write_number(row, column, value, self.number("#,##0" if whole else "0.0###"))

    def number(self, how: str) -> Any:
        """The format of numbers that are shown so."""
        if how not in self.numbers:
            looks = {"num_format": how, "valign": "vcenter", **_ALIGNED[True]}
            self.numbers[how] = self.book.add_format(looks)
        return self.numbers[how]


def _notes(document: Report) -> tuple[list[SheetTable], dict[str, str]]:
    """What is said beside the tables, numbered; and of each part, which notes are its own."""
    rows: list[list[Value]] = []
    places: dict[str, str] = {}
    for part in document.parts:
        if not part.annex:
            continue
        first = len(rows) + 1
        for under, text in words_of(part):
            rows += [[f"note {len(rows) + 1}", under, piece] for piece in _pieces(text)]
        if len(rows) >= first:
            notes = f"note {first}" if len(rows) == first else f"notes {first} to {len(rows)}"
            places[part.title] = f"Read it with {notes} on the sheet Notes."
    if not rows:
        return [], places
    return [SheetTable("Notes", "Notes", ["Note", "On", "What it says"], rows)], places


def _looked_up(document: Report, drawn: Sequence[Drawing]) -> Iterator[SheetTable]:
    """The tables that come after the charts: what is drawn, then what is to be filtered."""
    yield from {id(each.table): each.table for each in drawn if each.is_own}.values()
    yield of_output(document.figures, "Figures", "Every figure, to filter")
    if document.findings is not None:
        title = "What was found in each case, and in which cells"
        yield of_output(document.findings, "Findings", title)


def _to_know(table: SheetTable, notes: str) -> Iterator[str]:
    yield "This sheet has one table."
    yield notes
    values = [value for row in table.rows for value in row]
    words = {word for value in values if isinstance(value, str) for word in value.split()}
    yield from (f"{mark}: {means}." for mark, means in _MARKS.items() if mark in words)
    if None in values:
        yield "A blank cell has nothing that could be drawn."


def _pieces(text: str) -> list[str]:
    """A text in pieces that a row of a sheet has room for."""
    lines = textwrap.wrap(cell_text(text), _LONGEST_LINE, break_on_hyphens=False)
    return lines or [NOTHING]


def _widths(table: SheetTable) -> Iterator[int]:
    """How wide each column has to be for what it holds, in characters; words are wrapped."""
    for column, heading in enumerate(table.headings):
        cells = [str(row[column]) for row in table.rows[:_ROWS_MEASURED]]
        longest = max((len(cell) for cell in cells), default=0)
        most = 10 if column in table.figures else _MOST_WIDTH
        if len(table.headings) <= _COLUMNS_OF_WORDS and column == len(table.headings) - 1:
            most = 2 * _MOST_WIDTH
        word = max(map(len, heading.split()), default=0)
        yield max(min(longest, most), word, len(heading) // 3, _LEAST_WIDTH) + 3
