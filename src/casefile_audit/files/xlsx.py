"""What an .xlsx package says of its sheets that python-calamine does not pass on.

Sheets are read as a stream of bytes, the markup of some rows at a time, since a parser of XML would
cost several times what reading the cells does. Rows with nothing odd in them are read together; the
others one by one.
"""

import datetime
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO, Any
from xml.etree import ElementTree
from zipfile import ZipFile

import re2

from casefile_audit.files.formats import small_part
from casefile_audit.files.limits import ROW_MARKUP

EPOCH_1900 = datetime.datetime(1899, 12, 30)
EPOCH_1904 = datetime.datetime(1904, 1, 1)

Range = tuple[int, int, int, int]
"""First row, first column, last row and last column, zero-based, both ends belonging to it."""

_CHUNK = 1_048_576
_ROOT = re.compile(rb"<(?:([\w.-]+):)?worksheet\b")
_NUMBER = re.compile(rb"\sr\s*=\s*[\"'](\d+)")
_LETTERS = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]+)\d")
_OTHER_ROW = re.compile(rb"<(?:[^<>\s/:]+:)?row[\s/>]")
_FAR = re.compile(
    rb"\sr\s*=\s*[\"'](?=[A-Za-z]{3}|[A-Za-z]+\d{6})([A-Za-z]+)(\d+)[\"']"
    rb"(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*(?<!/)>(?!</)"
)
"""A cell with something in it, in a column after ZZ or a row after 99,999."""
_PLAIN_ROW = re.compile(rb"<row r=\"(\d+)\"")
# What follows the reference of a cell, unless that is `/>` or ` s="1"/>`.
_NOT_BLANK = rb"(?:[^/ ]|/[^>]| (?:[^s]|s(?:[^=]|=(?:[^\"]|\"\d*(?:[^\d\"]|\"(?:[^/]|/[^>]))))))"
_HIDDEN = re.compile(rb"\shidden\s*=\s*[\"'](?:1|true)[\"']")
_ERROR = re.compile(rb"\st\s*=\s*[\"']e[\"']")
_VALUE = re.compile(rb"v>([^<]+)<")


@dataclass
class Markup:
    """What the markup of one sheet says.

    Attributes:
        hidden_rows: row numbers counted from 1.
        errors: what cells show where they hold an error, such as ``#N/A``.
        merged: the merged ranges.
        values: the most cells that may hold a value.
        last_row: the last row that holds a value, counted from 1.
        last_column: the last column that holds a value, counted from 1.
    """

    hidden_rows: set[int] = field(default_factory=set)
    errors: list[tuple[Range, str]] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    values: int = 0
    last_row: int = 0
    last_column: int = 0


def workbook_facts(package: ZipFile) -> tuple[datetime.datetime, dict[str, str]]:
    """Read what the workbook's own part says.

    Returns:
        The day that serial number 0 means, and the part of the package that holds each sheet,
        by the sheet's name.

    Raises:
        ZIP_ERRORS: the package is damaged.
    """
    workbook = _workbook_part(package)
    folder, file = posixpath.split(workbook)
    targets = _targets(package, posixpath.join(folder, "_rels", f"{file}.rels"), folder)
    epoch, parts = EPOCH_1900, {}
    for element in _elements(package, workbook):
        if element.tag.endswith("}workbookPr") and element.get("date1904") in ("1", "true"):
            epoch = EPOCH_1904
        elif element.tag.endswith("}sheet"):
            # The namespace of r:id differs between the strict and the transitional format.
            links = [value for key, value in element.attrib.items() if key.endswith("}id")]
            parts[element.get("name", "")] = targets.get("".join(links), ("", ""))[1]
    return epoch, parts


def scan_sheet(package: ZipFile, part: str) -> Markup:
    """Read what the markup of one sheet says.

    Cells are taken to stand in the order of their columns, as the format demands; one that is
    far away counts wherever and however it stands, since python-calamine sets memory aside for the
    whole rectangle from A1.

    Args:
        package: the open .xlsx file.
        part: one of the parts that ``workbook_facts`` gives.

    Raises:
        ZIP_ERRORS: the part is missing, damaged or written as no program writes it.
    """
    markup, row = Markup(), 0
    with package.open(part) as stream:
        for prefix, data in _markup_of_rows(stream):
            markup.values += data.count(b"</")
            last = None if prefix else _read_together(data, markup)
            if last is not None:
                row = last
                continue
            _look_far(data, markup)
            before, *pieces = data.split(b"<" + prefix + b"row")
            for piece in pieces:
                row = _scan_row(piece, prefix, row, markup)
            if any(b"row" in piece and _OTHER_ROW.search(piece) for piece in (before, *pieces)):
                raise ValueError("rows of several namespaces")
    return markup


def _read_together(data: bytes, markup: Markup) -> int | None:
    """Read some rows at once, and give the number of the last; None if anything odd is in them."""
    if _odd(markup.last_column).search(data):
        return None
    numbers = [int(number) for number in _PLAIN_ROW.findall(data)]
    if not numbers or len(numbers) != data.count(b"<row") or numbers != sorted(numbers):
        return None
    value = max(data.rfind(b"<v"), data.rfind(b"<is"))
    if value >= 0:
        markup.last_row = max(markup.last_row, numbers[data.count(b"<row", 0, value) - 1])
    return numbers[-1]


@lru_cache
def _odd(width: int) -> Any:
    """What may be in the markup of rows that can't be read together.

    Something other than rows, rows of another namespace, hidden rows, errors, cells without a
    column, filled cells after a column (counted from 1), and cells far down.
    """
    return _quick(
        rb"</?sheetData|<[^<>\s/:]+:row[\s/>]|\shidden\s*=|\st\s*=\s*[\"']e[\"']|"
        rb"<c(?:[/>]|\s+(?:[^r\s]|r[^=]|r=[^\"]|r=\"(?:[^A-Za-z]|[A-Za-z]+[^A-Za-z\d])))|"
        rb"\sr\s*=\s*[\"'](?:" + _after(width) + rb"\d+[\"']" + _NOT_BLANK + rb"|[A-Za-z]+\d{6})"
    )


def _after(width: int) -> bytes:
    """A pattern of the letters of the columns after one, which is counted from 1."""
    last = column_letters(width)
    letter = "[A-Z]"
    later = [f"{letter}{{{len(last) + 1},}}"]
    for place, its in enumerate(last):
        if its < "Z":
            rest = letter * (len(last) - place - 1)
            later.append(rf"{last[:place]}[{chr(ord(its) + 1)}-Z]{rest}")
    return f"(?i:{'|'.join(later)})".encode()


def column_letters(column: int) -> str:
    """The letters of a column that is counted from 1."""
    letters, rest = "", column
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _scan_row(piece: bytes, prefix: bytes, before: int, markup: Markup) -> int:
    """Read one row, given the number of the row before it, and give its number."""
    attributes, _, cells = piece.partition(b">")
    cells, _, _ = cells.partition(b"</" + prefix + b"sheetData>")
    number = _NUMBER.search(attributes)
    row = int(number[1]) if number else before + 1
    if b"hidden" in attributes and _HIDDEN.search(attributes):
        markup.hidden_rows.add(row)
    if columns := _columns(cells, prefix):
        markup.last_row = max(markup.last_row, row)
        markup.last_column = max(markup.last_column, columns)
    if b'"e"' in cells or b"'e'" in cells:
        markup.errors.extend(_errors(cells, prefix, row - 1))
    return row


def _look_far(data: bytes, markup: Markup) -> None:
    if not _may_be_far().search(data):
        return
    for column, row in _FAR.findall(data):
        markup.last_row = max(markup.last_row, int(row))
        markup.last_column = max(markup.last_column, _column_number(column))


@lru_cache
def _may_be_far() -> Any:
    """A quick search that finds something wherever ``_FAR`` does."""
    return _quick(rb"\sr\s*=\s*[\"'](?:[A-Za-z]{3}|[A-Za-z]+\d{6})")


def _quick(pattern: bytes) -> Any:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1  # of bytes, whatever they stand for
    return re2.compile(pattern, options)


def _workbook_part(package: ZipFile) -> str:
    for kind, target in _targets(package, "_rels/.rels", "").values():
        if kind.endswith("/officeDocument"):
            return target
    return "xl/workbook.xml"


def _targets(package: ZipFile, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """The kind and the part of each relationship, by its identifier."""
    spelt = {name.lower().replace("\\", "/"): name for name in package.namelist()}
    targets = {}
    for element in _elements(package, spelt.get(part.lower(), part)):
        # An absolute target starts with a slash, and then join leaves the folder out.
        path = posixpath.normpath(posixpath.join("/" + folder, element.get("Target", ""))).lstrip(
            "/"
        )
        found = spelt.get(path.lower(), path)
        targets[element.get("Id", "")] = (element.get("Type", ""), found)
    return targets


def _elements(package: ZipFile, part: str) -> Iterator[ElementTree.Element]:
    try:
        return ElementTree.fromstring(small_part(package, part)).iter()
    except ElementTree.ParseError as error:
        raise ValueError(f"{part} is not XML") from error


def _markup_of_rows(stream: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The prefix of the sheet's elements, and the markup of some whole rows at a time.

    What comes before the rows is given with the first ones, or by itself; what comes after them
    stands with the last ones.
    """
    data = stream.read(_CHUNK)
    root = _ROOT.search(data)
    if root is None:
        raise ValueError("the part is not a sheet")
    prefix = root[1] + b":" if root[1] else b""
    while data:
        chunk = stream.read(_CHUNK)
        opening = b"<" + prefix + b"row"
        whole, found, rest = data.rpartition(opening) if chunk else (data, b"", b"")
        data = found + rest + chunk
        if len(data) > ROW_MARKUP:
            raise ValueError("the markup of one row is too long")
        if whole:
            yield prefix, whole


def _columns(cells: bytes, prefix: bytes) -> int:
    """The column of the last cell that holds a value, counted from 1; 0 where none does."""
    opening = b"<" + prefix
    value = max(cells.rfind(opening + b"v"), cells.rfind(opening + b"is"))
    if value < 0:
        return 0
    cell = max(cells.rfind(opening + b"c ", 0, value), 0)
    letters = _LETTERS.search(cells, cell, cells.find(b">", cell))
    return _column_number(letters[1]) if letters else cells.count(opening + b"c", 0, value)


@lru_cache
def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _errors(cells: bytes, prefix: bytes, row: int) -> Iterator[tuple[Range, str]]:
    column = 0
    for piece in cells.split(b"<" + prefix + b"c")[1:]:
        attributes, _, content = piece.partition(b">")
        letters = _LETTERS.search(attributes)
        column = _column_number(letters[1]) if letters else column + 1
        value = _VALUE.search(content)
        if value and _ERROR.search(attributes):
            yield (row, column - 1, row, column - 1), value[1].decode("utf-8", errors="replace")
