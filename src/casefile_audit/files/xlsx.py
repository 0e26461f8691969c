"""What an .xlsx package says of its sheets that python-calamine does not pass on.

Sheets are read as a stream of bytes, the markup of some rows at a time, since a parser of XML would
cost several times what reading the cells does. Rows with nothing odd in them are read together; the
others one by one.
"""

import datetime
import io
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import IO, Any
from xml.etree import ElementTree
from zipfile import ZipFile

import re2

from casefile_audit.files.formats import small_part
from casefile_audit.files.limits import ROW_MARKUP, SHEET_COLUMNS
from casefile_audit.files.markup import EPOCH_1900, EPOCH_1904, FormulaResults, Markup, Range
from casefile_audit.files.number_formats import BUILT_IN, shown_by

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
_NO_HEIGHT = re.compile(rb"\sht\s*=\s*[\"']0(?:\.0*)?[\"']")
# Some programs leave out a height of nought, and say that it was set all the same.
_SET_HEIGHT = b" customHeight="
_HEIGHT = b" ht="
_COLUMNS = re.compile(rb"<(?:[\w.-]+:)?col(\s[^<>]*)>")
_NO_WIDTH = re.compile(rb"\swidth\s*=\s*[\"']0(?:\.0*)?[\"']")
_FIRST_AND_LAST = re.compile(rb"\bm(in|ax)\s*=\s*[\"'](\d{1,5})[\"']")
_ERROR = re.compile(rb"\st\s*=\s*[\"']e[\"']")
_VALUE = re.compile(rb"v>([^<]+)<")
_NEW_ERROR = re.compile(
    rb"(<(?:[\w.-]+:)?c\s(?=[^<>]*\bt\s*=\s*[\"']e[\"'])[^<>]*>\s*"
    rb"(?:<(?:[\w.-]+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</[^<>]*>)\s*)?<(?:[\w.-]+:)?v>)"
    rb"(?!#(?:N/A|DIV/0!|NAME\?|NULL!|NUM!|REF!|VALUE!)<)[^<]+"
)
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]+)(\d+)[\"']")
_STYLE = re.compile(rb"\ss=\"(\d+)\"")
_IS_TEXT = re.compile(rb"\st\s*=\s*[\"']str[\"']")
_IS_NO_NUMBER = re.compile(rb"\st\s*=\s*[\"'](?!n[\"'])")
_NOUGHT = re.compile(rb"0(?:\.0+)?")
_TRUE = ("1", "true")
# So many styles are searched for by their numbers.
_MOST_STYLES = 500


@dataclass(frozen=True)
class WorkbookFacts:
    """What a workbook says of itself, beside its sheets.

    Attributes:
        epoch: the day that serial number 0 means.
        parts: the part of the package that holds each sheet, by the sheet's name.
        uncalculated: whether it asks to be calculated when it is opened, as files do whose writer
            can't: then a result of nought or nothing is only what stands in for one.
        formats: of each style that shows numbers as something else, what it shows.
        struck: the styles whose letters are struck out.
    """

    epoch: datetime.datetime = EPOCH_1900
    parts: Mapping[str, str] = field(default_factory=dict)
    uncalculated: bool = False
    formats: Mapping[bytes, Callable[[float], str | None]] = field(default_factory=dict)
    struck: frozenset[bytes] = frozenset()

    @cached_property
    def formatted(self) -> Any:
        """A search for cells of those styles: their attributes and their values."""
        styles = b"|".join(self.formats) if len(self.formats) <= _MOST_STYLES else rb"\d+"
        return _quick(
            rb"<(?:[\w.-]+:)?c(\s[^<>]*?\bs=\"(?:" + styles + rb")\"[^<>]*)>"
            rb"(?:<(?:[\w.-]+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</[^<>]*>))?<(?:[\w.-]+:)?v>([^<]+)<"
        )

    @cached_property
    def struck_out(self) -> Any:
        """A search for filled cells whose letters are struck out: their attributes."""
        styles = b"|".join(sorted(self.struck))
        return _quick(rb"<(?:[\w.-]+:)?c(\s[^<>]*?\bs=\"(?:" + styles + rb")\"[^<>/]*)>")


def workbook_facts(package: ZipFile) -> WorkbookFacts:
    """Read what the workbook's own part and its styles say.

    Raises:
        ZIP_ERRORS: the package is damaged.
    """
    workbook = office_part(package, "xl/workbook.xml")
    folder, file = posixpath.split(workbook)
    targets = targets_of(package, posixpath.join(folder, "_rels", f"{file}.rels"), folder)
    epoch, parts, uncalculated = EPOCH_1900, {}, False
    for element in _elements(package, workbook):
        if element.tag.endswith("}workbookPr") and element.get("date1904") in _TRUE:
            epoch = EPOCH_1904
        elif element.tag.endswith("}calcPr"):
            uncalculated = element.get("fullCalcOnLoad") in _TRUE
        elif element.tag.endswith("}sheet"):
            # The namespace of r:id differs between the strict and the transitional format.
            links = [value for key, value in element.attrib.items() if key.endswith("}id")]
            parts[element.get("name", "")] = targets.get("".join(links), ("", ""))[1]
    styles = [part for kind, part in targets.values() if kind.endswith("/styles")]
    facts = WorkbookFacts(epoch, parts, uncalculated)
    if styles and styles[0] in package.namelist():
        return _with_styles(facts, package, styles[0])
    return facts


def _with_styles(facts: WorkbookFacts, package: ZipFile, styles: str) -> WorkbookFacts:
    codes = dict(BUILT_IN)
    numbers: list[int] = []
    fonts: list[str] = []
    struck: list[bool] = []
    in_cells = False
    for element in _elements(package, styles):
        name = element.tag.rpartition("}")[2]
        if name == "numFmt" and (number := element.get("numFmtId", "")).isdecimal():
            codes[int(number)] = element.get("formatCode", "")
        elif name == "fonts":
            struck = [_is_struck(font) for font in element]
        elif name in ("cellXfs", "cellStyleXfs", "cellStyles"):
            in_cells = name == "cellXfs"
        elif name == "xf" and in_cells:
            number = element.get("numFmtId", "0")
            numbers.append(int(number) if number.isdecimal() else 0)
            fonts.append(element.get("fontId", "0"))
    shown = ((style, shown_by(codes.get(number, ""))) for style, number in enumerate(numbers))
    return replace(
        facts,
        formats={b"%d" % style: shows for style, shows in shown if shows is not None},
        struck=frozenset(
            b"%d" % style
            for style, font in enumerate(fonts)
            if font.isdecimal() and int(font) < len(struck) and struck[int(font)]
        ),
    )


def _is_struck(font: ElementTree.Element) -> bool:
    return any(
        element.tag.endswith("}strike") and element.get("val", "1") in _TRUE for element in font
    )


def scan_sheet(package: ZipFile, part: str, facts: WorkbookFacts | None = None) -> Markup:
    """Read what the markup of one sheet says.

    Cells are taken to stand in the order of their columns, as the format demands; one that is
    far away counts wherever and however it stands, since python-calamine sets memory aside for the
    whole rectangle from A1.

    Args:
        package: the open .xlsx file.
        part: one of the parts that ``workbook_facts`` gives.
        facts: what those give.

    Raises:
        ZIP_ERRORS: the part is missing, damaged or written as no program writes it.
    """
    markup, row = Markup(), 0
    facts = facts or WorkbookFacts()
    formulas = _Formulas(facts.uncalculated)
    with package.open(part) as stream:
        for prefix, data in _markup_of_rows(stream):
            if not (row or markup.values):
                markup.hidden_columns.update(_hidden_columns(data.partition(b"sheetData")[0]))
            markup.values += data.count(b"</")
            if b"<" + prefix + b"f" in data:
                formulas.look_at(data)
            if facts.formats:
                markup.shown.extend(_formatted(data, facts))
            if facts.struck:
                places = map(place_of, facts.struck_out.findall(data))
                markup.struck.update(place[0] + 1 for place in places if place)
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
    for cells, shown in formulas.results.shown():
        markup.shown.append((cells, shown))
        markup.last_row = max(markup.last_row, cells[0] + 1)
        markup.last_column = max(markup.last_column, cells[1] + 1)
    return markup


def with_known_errors(package: ZipFile, facts: WorkbookFacts) -> bytes | None:
    """A package with ``#N/A`` for each error word that python-calamine doesn't know.

    Args:
        package: the open .xlsx file.
        facts: what it says of itself.

    Returns:
        The bytes of a package of the same sheets; None if it has no such word.
    """
    sheets, found, changed = set(facts.parts.values()), 0, io.BytesIO()
    with ZipFile(changed, "w") as copy:
        for part in package.namelist():
            if part.endswith((".xml", ".rels")):
                data = package.read(part)
                if part in sheets:
                    data, count = _NEW_ERROR.subn(rb"\1#N/A", data)
                    found += count
                copy.writestr(part, data)
    return changed.getvalue() if found else None


def _read_together(data: bytes, markup: Markup) -> int | None:
    """Read some rows at once, and give the number of the last; None if anything odd is in them."""
    if _odd(markup.last_column).search(data):
        return None
    if _SET_HEIGHT in data and data.count(_SET_HEIGHT) > data.count(_HEIGHT):
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

    Something other than rows, rows of another namespace, rows hidden or without height, errors,
    cells without a column, filled cells after a column (counted from 1), and cells far down.
    """
    return _quick(
        rb"</?sheetData|<[^<>\s/:]+:row[\s/>]|\shidden\s*=|\sht\s*=\s*[\"']0|\st\s*=\s*[\"']e[\"']|"
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
    if _is_hidden(attributes):
        markup.hidden_rows.add(row)
    if columns := _columns(cells, prefix):
        markup.last_row = max(markup.last_row, row)
        markup.last_column = max(markup.last_column, columns)
    if b'"e"' in cells or b"'e'" in cells:
        markup.shown.extend(_errors(cells, prefix, row - 1))
    return row


def _is_hidden(row: bytes) -> bool:
    """Whether the attributes of a row hide it, or leave it no height."""
    if b"hidden" in row and _HIDDEN.search(row):
        return True
    return _NO_HEIGHT.search(row) is not None or (_SET_HEIGHT in row and _HEIGHT not in row)


def _hidden_columns(head: bytes) -> Iterator[int]:
    """The zero-based columns that what stands above the rows hides, or leaves no width."""
    reached = 0
    for attributes in _COLUMNS.findall(head):
        ends = {end: int(number) for end, number in _FIRST_AND_LAST.findall(attributes)}
        first, last = ends.get(b"in", 0), min(ends.get(b"ax", 0), SHEET_COLUMNS)
        if _HIDDEN.search(attributes) or _NO_WIDTH.search(attributes):
            # They stand in their order, and no column in two.
            yield from range(max(first - 1, reached), last)
            reached = max(reached, last)


class _Formulas:
    """Finds the formulas of one sheet whose results aren't in the file.

    Args:
        stand_ins: whether a result of nought or nothing may stand in for one.
    """

    def __init__(self, stand_ins: bool) -> None:
        self._search = _ANY_FORMULA if stand_ins else _BARE_FORMULA
        self._stand_ins = stand_ins
        self.results = FormulaResults()

    def look_at(self, data: bytes) -> None:
        """Look at some rows."""
        for attributes, result in self._search.findall(data):
            place = place_of(attributes)
            if place is None:
                continue
            result = result.strip()
            if self._stand_ins and _IS_TEXT.search(attributes) and not result:
                self.results.stand_in(*place)
            elif not result:
                # A text of no letters is the result of many a formula.
                if not _IS_TEXT.search(attributes):
                    self.results.without(*place)
            elif self._stand_ins and _NOUGHT.fullmatch(result):
                self.results.stand_in(*place)
            else:
                self.results.calculated(place[1])


def _formatted(data: bytes, facts: WorkbookFacts) -> Iterator[tuple[Range, str]]:
    """The numbers in some rows that are shown as something else."""
    for attributes, value in facts.formatted.findall(data):
        style, place = _STYLE.search(attributes), place_of(attributes)
        shows = facts.formats.get(style[1]) if style else None
        if shows is None or place is None or _IS_NO_NUMBER.search(attributes):
            continue
        with suppress(ValueError):
            if (shown := shows(float(value))) is not None:
                yield (*place, *place), shown


def place_of(attributes: bytes) -> tuple[int, int] | None:
    """The zero-based row and column that a cell says it is in."""
    found = _REFERENCE.search(attributes)
    return (int(found[2]) - 1, _column_number(found[1]) - 1) if found else None


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


_CELL_OF_FORMULA = (
    rb"<(?:[\w.-]+:)?c(\s[^<>]*)>\s*<(?:[\w.-]+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</[^<>]*>)\s*"
)
_ANY_FORMULA = _quick(_CELL_OF_FORMULA + rb"(?:<(?:[\w.-]+:)?v>([^<]*)</)?")
_BARE_FORMULA = _quick(
    _CELL_OF_FORMULA + rb"(?:<(?:[\w.-]+:)?v\s*/>|<(?:[\w.-]+:)?v>(\s*)</[^<>]*>)?\s*</"
)
"""The same where no result follows."""


def office_part(package: ZipFile, usual: str) -> str:
    """The part of a package of Office that the others hang on.

    Args:
        package: the open file.
        usual: where it mostly is.

    Raises:
        ZIP_ERRORS: the package is damaged.
    """
    for kind, target in targets_of(package, "_rels/.rels", "").values():
        if kind.endswith("/officeDocument"):
            return target
    return usual


def targets_of(package: ZipFile, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """The kind and the part of each relationship, by its identifier.

    Args:
        package: the open file.
        part: the part that lists the relationships.
        folder: the folder of the part that has them.

    Raises:
        ZIP_ERRORS: the package is damaged.
    """
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
