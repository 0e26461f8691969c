"""Cells of an .xlsx package written anew in its XML, every other byte of its parts left as it is.

A library that reads a workbook and saves it drops what it doesn't know, such as the drop-downs that
Excel keeps in an extension. Here nothing is parsed but the rows and cells that change.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape
from zipfile import ZipFile

from casefile_audit.english import without_controls
from casefile_audit.errors import WorkbookError
from casefile_audit.files.workbook import address
from casefile_audit.files.xlsx import column_number, workbook_facts

Place = tuple[int, int]
"""A row and a column, zero-based."""
CellContent = str | float | None
"""What a cell is to hold: text, a number (a date is one, counted in days), or nothing."""

_DATA = re.compile(rb"<sheetData\b[^>]*?(/>|>)")
_END = b"</sheetData>"
_ROW = re.compile(rb"<row\b([^>]*?)(?:/>|>(.*?)</row>)", re.DOTALL)
_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_NUMBER = re.compile(rb"\br=\"(\d+)\"")
_REFERENCE = re.compile(rb"\br=\"([A-Z]+)\d+\"")
_PLACE = re.compile(rb"\br=\"([A-Z]+)(\d+)\"")
_FORMULA = re.compile(rb"<f[\s/>]")
_TYPE = re.compile(rb"\s+(?:t|cm|vm)=\"[^\"]*\"")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True)
class _Cell:
    """One cell as it stands: its column, and its bytes."""

    column: int
    markup: bytes


def with_cells(
    name: str, package: bytes, changes: Mapping[str, Mapping[Place, CellContent]]
) -> bytes:
    """An .xlsx file with some of its cells written anew.

    Args:
        changes: for each sheet by name, what some of its cells are to hold. They keep their style.

    Raises:
        WorkbookError: a sheet isn't there, or is written in a way that isn't known here, or a cell
            that is to be changed holds a formula.
        ZIP_ERRORS: the package is damaged.
    """
    buffer = io.BytesIO()
    with ZipFile(io.BytesIO(package)) as source, ZipFile(buffer, "w") as target:
        parts = workbook_facts(source).parts
        if missing := changes.keys() - parts.keys():
            raise _unknown(name, min(missing))
        wanted = {parts[sheet]: (sheet, cells) for sheet, cells in changes.items()}
        for info in source.infolist():
            content = source.read(info)
            if info.filename in wanted:
                sheet, cells = wanted[info.filename]
                content = _changed(name, sheet, content, cells)
            target.writestr(info, content, info.compress_type)
    return buffer.getvalue()


def formula_cells(package: bytes) -> dict[str, set[Place]]:
    """The cells of each sheet that hold a formula: none of them can be changed.

    Raises:
        ZIP_ERRORS: the package is damaged.
    """
    found: dict[str, set[Place]] = {}
    with ZipFile(io.BytesIO(package)) as source:
        for sheet, part in workbook_facts(source).parts.items():
            content = source.read(part)
            found[sheet] = {
                (int(at[2]) - 1, column_number(at[1]) - 1)
                for match in _CELL.finditer(content if _FORMULA.search(content) else b"")
                if _FORMULA.search(match[0]) and (at := _PLACE.search(match[1])) is not None
            }
    return found


def _unknown(name: str, sheet: str) -> WorkbookError:
    return WorkbookError(
        f"sheet “{sheet}” of {name} is written in a way in which no cell can be changed",
        hint="Open it in Excel or LibreOffice, save it again as .xlsx, and use the new copy",
    )


def _changed(name: str, sheet: str, part: bytes, cells: Mapping[Place, CellContent]) -> bytes:
    found = _DATA.search(part)
    if found is None:
        raise _unknown(name, sheet)
    if found[1] == b"/>":
        before, data, after = part[: found.start()] + b"<sheetData>", b"", part[found.end() :]
        after = _END + after
    else:
        end = part.find(_END, found.end())
        before, data, after = part[: found.end()], part[found.end() : end], part[end:]
    rows: dict[int, dict[int, CellContent]] = {}
    for (row, column), content in cells.items():
        rows.setdefault(row, {})[column] = content
    pieces, at = [before], 0
    for match in _ROW.finditer(data):
        number = _NUMBER.search(match[1])
        if number is None:
            raise _unknown(name, sheet)
        row = int(number[1]) - 1
        for earlier in sorted(other for other in rows if other < row):
            pieces += [data[at : match.start()], _row(earlier, b"", [], rows.pop(earlier))]
            at = match.start()
        if row in rows:
            its = _cells(name, sheet, match[2] or b"")
            _refuse_formulas(name, sheet, row, its, rows[row])
            pieces += [data[at : match.start()], _row(row, match[1], its, rows.pop(row))]
            at = match.end()
    pieces.append(data[at:])
    pieces += [_row(row, b"", [], rows[row]) for row in sorted(rows)]
    return b"".join((*pieces, after))


def _cells(name: str, sheet: str, markup: bytes) -> list[_Cell]:
    cells = []
    for match in _CELL.finditer(markup):
        reference = _REFERENCE.search(match[1])
        if reference is None:
            raise _unknown(name, sheet)
        cells.append(_Cell(column_number(reference[1]) - 1, match[0]))
    return cells


def _refuse_formulas(
    name: str, sheet: str, row: int, cells: list[_Cell], changes: Mapping[int, CellContent]
) -> None:
    for cell in cells:
        if cell.column in changes and _FORMULA.search(cell.markup):
            raise WorkbookError(
                f"{name}, {sheet}!{address(row, cell.column)} holds a formula, and no answer",
                hint="Open it in Excel or LibreOffice, and write the answer itself there",
            )


def _row(
    row: int, attributes: bytes, cells: list[_Cell], changes: Mapping[int, CellContent]
) -> bytes:
    """A row with some of its cells anew; those that weren't there take their places among them."""
    attributes = attributes.rstrip() or b' r="%d"' % (row + 1)
    markup = {cell.column: cell.markup for cell in cells}
    for column, content in changes.items():
        there = _CELL.match(markup[column]) if column in markup else None
        own = there[1] if there else b' r="%s"' % address(row, column).encode()
        markup[column] = _cell(_TYPE.sub(b"", own).rstrip(), content)
    return b"<row%s>%s</row>" % (attributes, b"".join(markup[at] for at in sorted(markup)))


def _cell(attributes: bytes, content: CellContent) -> bytes:
    if content is None or content == "":
        return b"<c%s/>" % attributes
    if isinstance(content, str):
        text = _ESCAPED.sub("_x005F_", without_controls(content.replace("\r\n", "\n")))
        inner = b'<is><t xml:space="preserve">%s</t></is>' % escape(text).encode()
        return b'<c%s t="inlineStr">%s</c>' % (attributes, inner)
    return b"<c%s><v>%s</v></c>" % (attributes, repr(content).encode())
