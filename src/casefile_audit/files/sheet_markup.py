"""What the markup of the sheets of an .xlsx package says that python-calamine does not pass on.

Sheets are read as a stream of bytes, the markup of some rows at a time, since a parser of XML would
cost several times what reading the cells does. One search tells what is in some rows, which is then
looked at. A sheet written as no common program writes one is parsed after all.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from enum import Enum, auto
from functools import lru_cache
from itertools import chain
from typing import Any
from xml.parsers import expat
from zipfile import ZipFile
from zlib import crc32

import re2

from casefile_audit.files.limits import ROW_MARKUP, SHEET_COLUMNS
from casefile_audit.files.markup import FormulaResults, Markup, Range
from casefile_audit.files.raw_sheets import NONE_MERGED
from casefile_audit.files.xlsx import WorkbookFacts, column_letters, column_number, place_of
from casefile_audit.files.zip_package import pieces_of

_ROOT = re.compile(rb"<(?:([\w.-]+):)?worksheet\b")
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^<>]*\?>)?\s*")
_PLAIN_ROW = re.compile(rb"<row r=\"(\d+)\"([^<>]*)")
# What follows the reference of a cell, unless that is `/>` or ` s="1"/>`.
_NOT_BLANK = rb"(?:[^/ ]|/[^>]| (?:[^s]|s(?:[^=]|=(?:[^\"]|\"\d*(?:[^\d\"]|\"(?:[^/]|/[^>]))))))"
# Wherever it stands: in front of it may be another attribute, without a space between.
_REFERS = rb"[\s\"']r\s*=\s*[\"'](?:%s)[\"']"
_FILLED = re.compile(
    _REFERS % rb"([A-Za-z]+)(\d+)" + rb"(?!(?:\s+\w+=(?:\"\w*\"|'\w*'))*\s*(?:/>|></c>))"
)
_HIDDEN = re.compile(rb"\shidden\s*=\s*[\"'](?:1|true)[\"']")
_NO_HEIGHT = re.compile(rb"\sht\s*=\s*[\"']0(?:\.0*)?[\"']")
# Some programs leave out a height of nought, and say that it was set all the same.
_SET_HEIGHT = b" customHeight="
_HEIGHT = b" ht="
_COLUMNS = re.compile(rb"<(?:[\w.-]+:)?col(\s[^<>]*)>")
_NO_WIDTH = re.compile(rb"\swidth\s*=\s*[\"']0(?:\.0*)?[\"']")
_FIRST_AND_LAST = re.compile(rb"\bm(in|ax)\s*=\s*[\"'](\d{1,5})[\"']")
_ERROR = re.compile(
    rb"<c r=\"([A-Za-z]+)(\d+)\"[^<>]*\st\s*=\s*[\"']e[\"'][^<>]*>"
    rb"(?:[^<]|<(?!/?c[\s/>]))*?<v>([^<]+)<"
)
# A filled cell of some styles, and the value of any cell.
_STYLED = rb"<c(\s[^<>]*?\bs=\"(?:%s)\"[^<>/]*)>"
_ANY_VALUE = rb"(?:<f(?:\s[^<>]*)?(?:/>|>[^<]*</[^<>]*>))?<v>([^<]+)<"
_STYLE = re.compile(rb"\ss=\"(\d+)\"")
_IS_TEXT = re.compile(rb"\st\s*=\s*[\"']str[\"']")
_IS_NO_NUMBER = re.compile(rb"\st\s*=\s*[\"'](?!n[\"'])")
_NOUGHT = re.compile(rb"0(?:\.0+)?")
# A sheet has no more rows than seven digits can count.
_MOST_DIGITS = 7
# So many styles are searched for by their numbers.
_MOST_STYLES = 500
# Bytes of a sheet that is worth a package of its own to be read in.
_LONG = 1_000_000


def scan_sheets(package: ZipFile, facts: WorkbookFacts, most: int) -> dict[str, Markup]:
    """Read what the markup of each sheet of cells says, by the sheet's name.

    Args:
        most: over so many cells, how far the sheets reach is told exactly.

    Raises:
        ZIP_ERRORS: a part is damaged, or written as no program writes it.
    """
    there = {name: part for name, part in facts.parts.items() if part in package.NameToInfo}
    for exactly in (False, True):
        scans = {
            name: scan_sheet(package, its, facts, exactly=exactly) for name, its in there.items()
        }
        markups = {name: markup for name, markup in scans.items() if markup is not None}
        if sum(markup.last_row * markup.last_column for markup in markups.values()) <= most:
            break
    return markups


def scan_sheet(
    package: ZipFile, part: str, facts: WorkbookFacts | None = None, *, exactly: bool = False
) -> Markup | None:
    """Read what the markup of one sheet says; None of a part that isn't a sheet of cells.

    A filled cell counts wherever and however it stands, since python-calamine sets memory aside for
    the whole rectangle from A1.

    Args:
        package: the open .xlsx file.
        part: one of the parts that ``workbook_facts`` gives.
        facts: what those give.
        exactly: whether how far the values reach is to be told exactly, which takes its time;
            else they may be said to reach down up to three times as far.

    Raises:
        ZIP_ERRORS: the part is missing, damaged or written as no program writes it.
    """
    facts = facts or WorkbookFacts()
    sums = [crc32(NONE_MERGED)]
    pieces = _summed(pieces_of(package, part), sums)
    start = next(pieces, b"")
    root = _ROOT.search(start)
    if root is None:
        for _ in pieces:
            pass
        return None
    markup, formulas, search = Markup(), _Formulas(facts.uncalculated), _Search(facts, exactly)
    is_strange = not _PROLOG.fullmatch(start, 0, root.start())
    may_merge = package.getinfo(part).file_size < _LONG
    errors: list[tuple[Range, str]] = []
    head, _, _ = start.partition(b"sheetData")
    for data in _whole_rows(start[root.start() :], pieces, root[1]):
        seen = search.seen(data, markup)
        if _Seen.FORMULA in seen:
            formulas.look_at(data)
        if _Seen.FORMATTED in seen:
            markup.shown.extend(_formatted(search.found(_Seen.FORMATTED, data), facts))
        if _Seen.STRUCK in seen:
            places = map(place_of, search.found(_Seen.STRUCK, data))
            markup.struck.extend(filter(None, places))
        if _Seen.HIDDEN in seen or (
            _Seen.HEIGHT in seen and data.count(_SET_HEIGHT) > data.count(_HEIGHT)
        ):
            rows = _PLAIN_ROW.findall(data)
            markup.hidden_rows.update(int(row) for row, looks in rows if _is_hidden(looks))
        if _Seen.ERROR in seen:
            errors += _errors(data)
        may_merge = may_merge or _Seen.MERGED in seen
        is_strange = is_strange or _Seen.STRANGE in seen
    if is_strange:
        parsed = _Parsed(package, part, (root[1] or b"").decode())
        markup.hidden_rows, errors = parsed.hidden_rows, parsed.errors
        markup.last_row, markup.last_column = parsed.last_row, parsed.last_column
    elif not may_merge:
        markup.checksum = sums[-1]
    markup.shown += errors
    markup.hidden_columns.update(_hidden_columns(head))
    for cells, shown in formulas.results.shown():
        markup.shown.append((cells, shown))
        markup.last_row = max(markup.last_row, cells[0] + 1)
        markup.last_column = max(markup.last_column, cells[1] + 1)
    return markup


class _Seen(Enum):
    """What there may be in the markup of some rows."""

    ANYTHING = auto()
    STRANGE = auto()
    """What no common program writes: a cell or a row without a place in front, or that of another
    namespace, and what isn't markup of elements."""
    FILLED = auto()
    BEYOND = auto()
    """A filled cell after the last column, or further down than the rows."""
    HIDDEN = auto()
    HEIGHT = auto()
    ERROR = auto()
    FORMULA = auto()
    FORMATTED = auto()
    STRUCK = auto()
    MERGED = auto()


_LATIN = re2.Options()
_LATIN.encoding = re2.Options.Encoding.LATIN1  # of bytes, whatever they stand for


_ALWAYS = {
    _Seen.ANYTHING: rb"<",
    _Seen.STRANGE: rb"<[!?]|<[^<>\s/:]*:(?:row|c)[\s/>]|"
    rb"<c(?:[/>\t\n\f\r]| (?:[^r]|r(?:[^=]|=(?:[^\"]|\"(?:[^A-Za-z]|[A-Za-z]+"
    rb"(?:[^A-Za-z\d]|\d+[^\d\"]))))))|"
    rb"<row(?:[/>\t\n\f\r]| (?:[^r]|r(?:[^=]|=(?:[^\"]|\"(?:[^\d]|\d+[^\d\"])))))",
    _Seen.FILLED: _REFERS % rb"[A-Za-z]+\d+" + _NOT_BLANK,
    _Seen.HIDDEN: rb"\shidden\s*=\s*[\"'](?:1|true)|\sht\s*=\s*[\"']0",
    _Seen.HEIGHT: _SET_HEIGHT,
    _Seen.ERROR: rb"\st\s*=\s*[\"']e[\"']",
    _Seen.FORMULA: rb"<f[\s/>]",
    _Seen.MERGED: rb"mergeCell",
}


class _Search:
    """One search that tells what there is in some rows: several, one after the other, took longer
    than unpacking them does.
    """  # noqa: D205 - one thought

    def __init__(self, facts: WorkbookFacts, exactly: bool) -> None:
        self._exactly = exactly
        self._looks = dict(_ALWAYS)
        if facts.formats:
            many = len(facts.formats) > _MOST_STYLES
            cell = _STYLED % (rb"\d+" if many else b"|".join(facts.formats))
            self._looks[_Seen.FORMATTED] = cell + _ANY_VALUE
        if facts.struck:
            self._looks[_Seen.STRUCK] = _STYLED % b"|".join(sorted(facts.struck))
        self._sets: dict[tuple[int, int], tuple[list[_Seen], Any]] = {}

    def seen(self, data: bytes, markup: Markup) -> Collection[_Seen]:
        """What there is in some rows. The markup is told how far their values reach."""
        row = _PLAIN_ROW.match(data, max(data.rfind(b"<row r="), 0))
        height = _height_over(int(row[1][:_MOST_DIGITS]) if row else 0)
        looks, search = self._set(markup.last_column, height)
        # Where it ran out of memory it finds nothing at all.
        seen = {looks[at] for at in search.Match(data) or range(len(looks))}
        if _Seen.FILLED in seen and (_Seen.BEYOND in seen or self._exactly):
            for column, number in _FILLED.findall(data):
                markup.last_row = max(markup.last_row, int(number))
                markup.last_column = max(markup.last_column, column_number(column))
        elif _Seen.FILLED in seen:
            markup.last_row = max(markup.last_row, height - 1)
        return seen

    def found(self, its: _Seen, data: bytes) -> Sequence[Any]:
        """What a search for one thing finds: the attributes of cells, and perhaps their values."""
        return _quick(self._looks[its]).findall(data) if its in self._looks else ()

    def _set(self, width: int, height: int) -> tuple[list[_Seen], Any]:
        """What is searched for, given the last column and a row that none stands below."""
        if (width, height) not in self._sets:
            first, zeros = str(height)[0], len(str(height)) - 1
            beyond = f"[A-Za-z]+(?:[{first}-9]\\d{{{zeros}}}|\\d{{{zeros + 2}}})\\d*".encode()
            beyond = _REFERS % (_after(width) + rb"\d+|" + beyond) + _NOT_BLANK
            looks = {**self._looks, _Seen.BEYOND: beyond}
            self._sets[width, height] = [*looks], _compiled(tuple(looks.values()))
        return self._sets[width, height]


@lru_cache(maxsize=32)
def _compiled(patterns: tuple[bytes, ...]) -> Any:
    """One search for several patterns, which the next sheet of the same width needs again."""
    search = re2.Set.SearchSet(_LATIN)
    for pattern in patterns:
        search.Add(pattern)
    search.Compile()
    return search


def _height_over(row: int) -> int:
    """A round number over that of a row, of which there are few."""
    unit: int = 10 ** len(str(row))
    return next(height for height in (unit // 5, unit // 2, unit) if height > row)


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


class _Parsed:
    """Where the values of a sheet stand, which of its rows are hidden, and which cells hold errors.

    A cell without a place stands after the one before it, and a row without one below.
    """

    def __init__(self, package: ZipFile, part: str, prefix: str) -> None:
        self.hidden_rows: set[int] = set()
        self.errors: list[tuple[Range, str]] = []
        self.last_row = self.last_column = 0
        self._prefix = prefix
        self._in_rows = False
        self._row, self._next, self._place = 0, 0, (0, 0)
        self._is_error = self._in_value = False
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            for piece in pieces_of(package, part):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise ValueError(f"{part} is not XML") from error

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        prefix, _, name = element.rpartition(":")
        if name == "sheetData":
            self._in_rows = True
        elif self._in_rows and name in ("row", "c") and prefix != self._prefix:
            raise ValueError("rows of several namespaces")
        elif self._in_rows and name == "row":
            self._row = int(attributes.get("r", self._row + 1)) - 1
            if _is_hidden(
                "".join(f' {its}="{value}"' for its, value in attributes.items()).encode()
            ):
                self.hidden_rows.add(self._row + 1)
        elif self._in_rows and name == "c":
            own = place_of(f' r="{attributes.get("r")}"'.encode())
            self._place = own or (self._row, self._next)
            self._next = self._place[1] + 1
            self._is_error = attributes.get("t") == "e"
        elif self._in_rows and name in ("v", "is"):
            self._in_value = True
            self.last_row = max(self.last_row, self._place[0] + 1)
            self.last_column = max(self.last_column, self._place[1] + 1)

    def _text(self, text: str) -> None:
        if self._in_value and self._is_error:
            self.errors.append(((*self._place, *self._place), text))

    def _end(self, element: str) -> None:
        name = element.rpartition(":")[2]
        if name == "row":
            self._row, self._next = self._row + 1, 0
        elif name == "sheetData":
            self._in_rows = False
        self._in_value = False


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


def _formatted(
    cells: Sequence[tuple[bytes, bytes]], facts: WorkbookFacts
) -> Iterator[tuple[Range, str]]:
    """The numbers among some cells that are shown as something else."""
    for attributes, value in cells:
        style, place = _STYLE.search(attributes), place_of(attributes)
        shows = facts.formats.get(style[1]) if style else None
        if shows is None or place is None or _IS_NO_NUMBER.search(attributes):
            continue
        with suppress(ValueError):
            if (shown := shows(float(value))) is not None:
                yield (*place, *place), shown


def _quick(pattern: bytes) -> Any:
    return re2.compile(pattern, _LATIN)


_CELL_OF_FORMULA = rb"<c(\s[^<>]*)>\s*<f(?:\s[^<>]*)?(?:/>|>[^<]*</[^<>]*>)\s*"
_ANY_FORMULA = _quick(_CELL_OF_FORMULA + rb"(?:<v>([^<]*)</)?")
_NO_PREFIX = _quick(rb"<(?:row|c)[\s/>]")
_BARE_FORMULA = _quick(_CELL_OF_FORMULA + rb"(?:<v\s*/>|<v>(\s*)</[^<>]*>)?\s*</")
"""The same where no result follows."""


def _summed(pieces: Iterator[bytes], sums: list[int]) -> Iterator[bytes]:
    """Pieces, the checksum of all so far after those before it."""
    for piece in pieces:
        sums.append(crc32(piece, sums[-1]))
        yield piece


def _whole_rows(data: bytes, pieces: Iterator[bytes], prefix: bytes | None) -> Iterator[bytes]:
    """The markup of a sheet, cut between two rows, its elements without their prefix.

    What comes before the rows is given with the first ones, or by itself; what comes after them
    stands with the last ones.
    """
    opening = b"<%s:row" % prefix if prefix else b"<row"
    for piece in chain(pieces, (b"",)):
        whole, found, rest = data.rpartition(opening) if piece else (data, b"", b"")
        if len(rest) + len(piece) > ROW_MARKUP:
            raise ValueError("the markup of one row is too long")
        if prefix:
            if _NO_PREFIX.search(whole):
                raise ValueError("rows of several namespaces")
            whole = whole.replace(b"<%s:" % prefix, b"<").replace(b"</%s:" % prefix, b"</")
        if whole:
            yield whole
        data = found + rest + piece


def _errors(data: bytes) -> Iterator[tuple[Range, str]]:
    for letters, number, text in _ERROR.findall(data):
        row, column = int(number) - 1, column_number(letters) - 1
        yield (row, column, row, column), text.decode("utf-8", errors="replace")
