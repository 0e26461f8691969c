"""What an .xlsx package says of itself: its sheets, their parts, and what its styles show."""

import datetime
import io
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple
from xml.etree import ElementTree
from zipfile import ZipFile

from casefile_audit.files.formats import small_part
from casefile_audit.files.markup import EPOCH_1900, EPOCH_1904
from casefile_audit.files.number_formats import BUILT_IN, shown_by
from casefile_audit.files.symbols import is_symbol_font

# The numbers of white in the palette of older programs, and of a window's ground.
_WHITE = ("1", "9", "65")
_NEW_ERROR = re.compile(
    rb"(<(?:[\w.-]+:)?c\s(?=[^<>]*\bt\s*=\s*[\"']e[\"'])[^<>]*>\s*"
    rb"(?:<(?:[\w.-]+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</[^<>]*>)\s*)?<(?:[\w.-]+:)?v>)"
    rb"(?!#(?:N/A|DIV/0!|NAME\?|NULL!|NUM!|REF!|VALUE!)<)[^<]+"
)
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]+)(\d+)[\"']")
_TRUE = ("1", "true")
_MANY_LETTERS = 8


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
        symbols: of each style in a font of signs, the font.
        stressed: the styles that stand out: filled in, or bold.
    """

    epoch: datetime.datetime = EPOCH_1900
    parts: Mapping[str, str] = field(default_factory=dict)
    uncalculated: bool = False
    formats: Mapping[bytes, Callable[[float], str | None]] = field(default_factory=dict)
    struck: frozenset[bytes] = frozenset()
    symbols: Mapping[bytes, str] = field(default_factory=dict)
    stressed: frozenset[bytes] = frozenset()


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
    fills: list[str] = []
    looks: list[_Font] = []
    filled: set[str] = set()
    in_cells = False
    for element in _elements(package, styles):
        name = element.tag.rpartition("}")[2]
        if name == "numFmt" and (number := element.get("numFmtId", "")).isdecimal():
            codes[int(number)] = element.get("formatCode", "")
        elif name == "fonts":
            looks = [_Font.of(font) for font in element]
        elif name == "fills":
            filled = {str(at) for at, fill in enumerate(element) if _is_filled(fill)}
        elif name in ("cellXfs", "cellStyleXfs", "cellStyles"):
            in_cells = name == "cellXfs"
        elif name == "xf" and in_cells:
            number = element.get("numFmtId", "0")
            numbers.append(int(number) if number.isdecimal() else 0)
            fonts.append(element.get("fontId", "0"))
            fills.append(element.get("fillId", "0"))
    by_style = {
        b"%d" % style: looks[int(font)]
        for style, font in enumerate(fonts)
        if font.isdecimal() and int(font) < len(looks)
    }
    in_colour = {b"%d" % style for style, fill in enumerate(fills) if fill in filled}
    shown = ((style, shown_by(codes.get(number, ""))) for style, number in enumerate(numbers))
    return replace(
        facts,
        formats={b"%d" % style: shows for style, shows in shown if shows is not None},
        struck=frozenset(style for style, font in by_style.items() if font.struck),
        symbols={s: font.name for s, font in by_style.items() if is_symbol_font(font.name)},
        stressed=frozenset(in_colour | {s for s, font in by_style.items() if font.bold}),
    )


class _Font(NamedTuple):
    """How the letters of a font look."""

    name: str = ""
    struck: bool = False
    bold: bool = False

    @classmethod
    def of(cls, font: ElementTree.Element) -> "_Font":
        """The font that an element of the styles describes."""
        said = {its.tag.rpartition("}")[2]: its.get("val", "1") for its in font}
        struck, bold = (said.get(look, "0") in _TRUE for look in ("strike", "b"))
        return cls(said.get("name", ""), struck, bold)


def _is_filled(fill: ElementTree.Element) -> bool:
    """Whether a fill shows: in a colour of its own, which isn't white."""
    patterns = [element for element in fill if element.get("patternType") == "solid"]
    colours = [
        colour.attrib for its in patterns for colour in its if colour.tag.endswith("fgColor")
    ]
    return not all(
        c.get("rgb", "")[2:] == "FFFFFF" or c.get("theme") == "0" or c.get("indexed") in _WHITE
        for c in colours
    )


def with_known_errors(package: ZipFile, facts: WorkbookFacts) -> bytes | None:
    """A package with ``#N/A`` for each error word that python-calamine doesn't know.

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


def column_letters(column: int) -> str:
    """The letters of a column that is counted from 1."""
    letters, rest = "", column
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


@lru_cache
def column_number(letters: bytes) -> int:
    """The number of a column, counted from 1; for more letters than any has, a number too great."""
    number = 0
    for letter in letters[:_MANY_LETTERS].upper():
        number = number * 26 + letter - 64
    return number


def place_of(attributes: bytes) -> tuple[int, int] | None:
    """The zero-based row and column that a cell says it is in."""
    found = _REFERENCE.search(attributes)
    return (int(found[2]) - 1, column_number(found[1]) - 1) if found else None


def office_part(package: ZipFile, usual: str) -> str:
    """The part of a package of Office that the others hang on.

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
