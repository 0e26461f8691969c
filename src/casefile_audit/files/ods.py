"""What an .ods package says of its sheets that python-calamine does not pass on."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from xml.parsers import expat
from zipfile import ZipFile

from casefile_audit.error_cells import NOT_CALCULATED
from casefile_audit.files.drawn_boxes import DrawnBox
from casefile_audit.files.limits import COUNTED_SPACE, ROW_MARKUP, SHEET_COLUMNS, SHEET_ROWS
from casefile_audit.files.markup import EPOCH_1900, EPOCH_1904, Markup
from casefile_audit.files.number_formats import percentage
from casefile_audit.files.raw_sheets import CheckSize
from casefile_audit.files.symbols import box
from casefile_audit.files.zip_package import pieces_of

CONTENT = "content.xml"
"""The part that holds every sheet."""

_MARKS = (b"-spanned=", b"table:visibility=", b'="error"', b'="percentage"', b"1904-01-01",
          b"<text:tab", b"<text:line-break", b"<draw:control")  # fmt: skip
_BOXES = {
    "form:checkbox": ("form:current-state", "form:state"),
    "form:radio": ("form:current-selected", "form:selected"),
}
"""What says whether a box is ticked: as it is now, and as it was at first."""
_LONGEST_LABEL = 2_000
_IS_TICKED = ("checked", "true")
_LINE_THROUGH = re.compile(rb"text-line-through-(?:style|type)\s*=\s*[\"'](?!none)")
_GAPS = {"text:tab": "\t", "text:line-break": "\n"}
_BARE_FORMULA = re.compile(rb"<table:table-cell(?=[^<>]*:formula=)(?![^<>]*value-type=)")
_ROW_ENDS = b"</table:table-row>"
# Spaces that are counted instead of written, ten or more.
_SPACES = re.compile(rb"text:c\s*=\s*[\"'](?!0*\d[\"'])")
_ATTRIBUTES = rb"(?: (?!office:|calcext:)[\w:-]+=\"[^\"<>]*\")*"
_BLANK = rb"<table:(?:covered-)?table-cell" + _ATTRIBUTES + rb"/>"
_MOST_ALIKE = 9 * 9


def _repeated(values: bytes) -> re.Pattern[bytes]:
    """Cells and rows that stand for many alike: of how many, ``values`` says what is too few."""
    return re.compile(rb"-repeated\s*=\s*[\"'](?!0*" + values + rb"[\"'])")


def _harmless(values: bytes) -> re.Pattern[bytes]:
    """Those among them that hold nothing, as LibreOffice and Excel write them."""
    many = rb" table:number-%s-repeated=\"(?!0*" + values + rb"\")[^\"<>]*\"" + _ATTRIBUTES
    return re.compile(
        rb"<table:table-row" + _ATTRIBUTES + many % b"rows" + rb">(?=(?:\s*" + _BLANK + rb")+\s*"
        + _ROW_ENDS + rb")|<table:(?:table-column|(?:covered-)?table-cell)" + _ATTRIBUTES
        + many % b"columns" + rb"/>"
    )  # fmt: skip


_TEN_OR_MORE, _TWO_OR_MORE = (
    (_repeated(values), _harmless(values)) for values in (rb"[1-9]", rb"1")
)


def scan_document(
    package: ZipFile, most: int, check: CheckSize
) -> tuple[datetime.datetime, dict[str, Markup], int, dict[str, list[DrawnBox]]]:
    """Read what the markup of every sheet says.

    The rows are followed only where a first pass finds merged cells, hidden rows, errors, formulas
    without a result, percentages, another epoch, or something that stands for many: following them
    costs more than reading the cells does.

    Args:
        most: how many bytes it may unpack to.
        check: called with how far each sheet reaches whose rows are followed.

    Returns:
        The day that serial number 0 means; the markup by the sheet's name, with extents only where
        the rows are followed, since python-calamine sets no memory aside for blank cells; and how
        many letters the cells hold that are followed, each counted as often as it is repeated;
        and the boxes over its cells, by the sheet's name.

    Raises:
        ZIP_ERRORS: the document is damaged.
    """
    reader = _Reader(check)
    # Nine cells in each of nine rows alike are let pass where they can't come to too much.
    size = package.getinfo(CONTENT).file_size
    many = _TEN_OR_MORE if size * _MOST_ALIKE <= most else _TWO_OR_MORE
    try:
        if not _has_marks(pieces_of(package, CONTENT), *many):
            return reader.epoch, {}, 0, {}
        with package.open(CONTENT) as stream:
            reader.parser.ParseFile(stream)
    except expat.ExpatError as error:
        raise ValueError("content.xml is not XML") from error
    return reader.epoch, reader.sheets, reader.text, reader.boxes


def _has_marks(
    pieces: Iterable[bytes], repeated: re.Pattern[bytes], harmless: re.Pattern[bytes]
) -> bool:
    # On markup that breaks off, python-calamine never comes to an end, so it is checked first;
    # a parser that reports nothing back to Python is quick.
    parser = expat.ParserCreate()
    rest, found = b"", False
    for piece in pieces:
        parser.Parse(piece, False)
        # By whole rows, so that nothing is looked for across two pieces.
        rows, ends, rest = (rest + piece).rpartition(_ROW_ENDS)
        found = found or len(rest) > ROW_MARKUP or _is_marked(rows + ends, repeated, harmless)
    parser.Parse(b"", True)
    return found or _is_marked(rest, repeated, harmless)


def _is_marked(data: bytes, repeated: re.Pattern[bytes], harmless: re.Pattern[bytes]) -> bool:
    return (
        any(mark in data for mark in _MARKS)
        or _LINE_THROUGH.search(data) is not None
        or _SPACES.search(data) is not None
        or (b"table:formula=" in data and _BARE_FORMULA.search(data) is not None)
        or len(repeated.findall(data)) > len(harmless.findall(data))
    )


class _Reader:
    """Follows the rows and cells of a document, both of which can stand for many alike."""

    def __init__(self, check: CheckSize) -> None:
        self.epoch = EPOCH_1900
        self.sheets: defaultdict[str, Markup] = defaultdict(Markup)
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.text = 0
        self.boxes: defaultdict[str, list[DrawnBox]] = defaultdict(list)
        self._controls: dict[str, str] = {}
        self._in_cell = False
        self._check = check
        self._name = ""
        self._hidden: list[tuple[int, int]] = []
        self._sheet = Markup()
        self._row = self._next_row = self._column = self._next_column = 0
        self._words: list[str] = []
        self._is_shown = False
        self._style = ""
        self._struck: set[str] = set()
        self._is_struck = False
        self._in_note = False
        self._paragraphs = 0

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        if element in ("table:table-cell", "table:covered-table-cell"):
            self._start_cell(attributes)
        elif element == "table:table-row":
            self._row, self._next_column = self._next_row, 0
            repeated = int(attributes.get("table:number-rows-repeated", 1))
            self._next_row = min(self._row + repeated, SHEET_ROWS)
            if attributes.get("table:visibility") in ("collapse", "filter"):
                self._hidden.append((self._row + 1, self._next_row))
        elif element == "table:table-column":
            self._start_column(attributes)
        elif element == "text:p":
            self._paragraphs += 1
        elif element == "text:s":
            self._hold(COUNTED_SPACE * int(attributes.get("text:c", 1)))
            self._words.append(" ")
        elif element in _GAPS:  # which python-calamine leaves out
            self._words.append(_GAPS[element])
            self._is_shown = not self._in_note
        elif element == "table:table":
            self._name = attributes.get("table:name", "")
            self._sheet = self.sheets[self._name]
            self._row = self._next_row = self._column = self._next_column = 0
        elif element == "office:annotation":
            self._in_note = True
        elif element in _BOXES:
            self._add_control(element, attributes)
        elif element == "draw:control":
            self._draw(self._controls.get(attributes.get("draw:control", ""), ""))
        elif element == "style:style":
            self._style = attributes.get("style:name", "")
        elif element == "style:text-properties" and _has_line_through(attributes):
            self._struck.add(self._style)
        elif element == "table:null-date" and "1904" in attributes.get("table:date-value", ""):
            self.epoch = EPOCH_1904

    def _add_control(self, element: str, attributes: dict[str, str]) -> None:
        """Remember a box. The boxes of a sheet are listed before its rows."""
        label = attributes.get("form:label", "")[:_LONGEST_LABEL]
        state = next((attributes[name] for name in _BOXES[element] if name in attributes), "")
        text = f"{box(state in _IS_TICKED)} {label}".strip()
        self._controls[attributes.get("form:id", "")] = text

    def _draw(self, text: str) -> None:
        self._hold(len(text))
        if text and self._in_cell:
            self.boxes[self._name].append(DrawnBox(self._row, self._column, 0, text))
        elif text:
            self._sheet.has_unread_boxes = True

    def _start_column(self, attributes: dict[str, str]) -> None:
        # The columns of a sheet are listed before its first row.
        first = self._next_column
        repeated = int(attributes.get("table:number-columns-repeated", 1))
        self._next_column = min(first + max(repeated, 0), SHEET_COLUMNS)
        if attributes.get("table:visibility") in ("collapse", "filter"):
            self._sheet.hidden_columns.update(range(first, self._next_column))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._column, self._in_cell = self._next_column, True
        repeated = int(attributes.get("table:number-columns-repeated", 1))
        self._next_column = min(self._column + repeated, SHEET_COLUMNS)
        rows = int(attributes.get("table:number-rows-spanned", 1))
        columns = int(attributes.get("table:number-columns-spanned", 1))
        if rows > 1 or columns > 1:
            last = self._row + rows - 1, self._column + columns - 1
            self._sheet.merged.append((self._row, self._column, *last))
        self._is_struck = attributes.get("table:style-name") in self._struck
        if attributes.get("calcext:value-type") == "error":
            self._is_shown = True
        if "table:formula" in attributes and "office:value-type" not in attributes:
            self._show(NOT_CALCULATED)
        elif attributes.get("office:value-type") == "percentage":
            with suppress(ValueError):
                self._show(percentage(float(attributes.get("office:value", ""))))
        if "office:value-type" in attributes or "table:formula" in attributes:
            self._hold(sum(map(len, attributes.values())))

    def _hold(self, letters: int) -> None:
        """Count what the cell holds, as often as it is repeated."""
        alike = (self._next_row - self._row) * (self._next_column - self._column)
        self.text += letters * max(alike, 1)
        self._sheet.last_row = max(self._sheet.last_row, self._next_row)
        self._sheet.last_column = max(self._sheet.last_column, self._next_column)

    def _text(self, text: str) -> None:
        if self._paragraphs:  # what stands between two cells is in neither
            self._hold(len(text))
            if not self._in_note:
                self._words.append(text)

    def _end(self, element: str) -> None:
        if element == "text:p":
            self._paragraphs -= 1
            self._words.append("\n")
        elif element == "office:annotation":
            self._in_note = False
        elif element == "table:table-cell":
            if self._is_shown:
                self._show("".join(self._words).strip())
            if self._is_struck and any(map(str.strip, self._words)):
                rows = range(self._row, self._next_row)
                self._sheet.struck.extend((row, self._column) for row in rows)
            self._words, self._is_shown, self._in_cell = [], False, False
        elif element == "table:table":
            self._end_sheet()

    def _show(self, text: str) -> None:
        alike = self._row, self._column, self._next_row - 1, self._next_column - 1
        self._sheet.shown.append((alike, text))

    def _end_sheet(self) -> None:
        # Before its hidden rows are listed one by one, as far as anything stands in them.
        self._check(self._name, self._sheet.last_row, self._sheet.last_column)
        for first, last in self._hidden:
            rows = range(first, min(last, self._sheet.last_row) + 1)
            self._sheet.hidden_rows.update(rows)
        self._hidden = []


def _has_line_through(attributes: dict[str, str]) -> bool:
    of_line = ("style:text-line-through-style", "style:text-line-through-type")
    return any(attributes.get(name, "none") != "none" for name in of_line)
