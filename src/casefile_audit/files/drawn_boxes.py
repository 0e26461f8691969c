"""Check boxes and option buttons that lie over the cells of an .xlsx sheet and belong to none.

Excel keeps them in a drawing of the old kind (VML), whichever version wrote the workbook. That is
read by its marks alone, since it needn't be well-formed XML.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple
from zipfile import ZipFile

from casefile_audit.files.formats import small_part
from casefile_audit.files.limits import SHEET_COLUMNS, SHEET_ROWS
from casefile_audit.files.symbols import box
from casefile_audit.files.xlsx import targets_of

_DRAWING = re.compile(r"xl/drawings/[^/]+\.xml", re.IGNORECASE)
_DRAWN_TEXT = re.compile(rb"<(?:[\w.-]+:)?txBody\b.*?<(?:[\w.-]+:)?t>\s*[^<\s]", re.DOTALL)
_CONTROL = re.compile(r"ObjectType\s*=\s*[\"'](?:Checkbox|Radio)[\"']")
_ANCHOR = re.compile(r"<x:Anchor>([\s\d,]{1,120})</x:Anchor>")
_CHECKED = re.compile(r"<x:Checked>\s*1\s*</x:Checked>")
_CAPTION = re.compile(r"<v:textbox[^>]*>(.{0,2000}?)</v:textbox>", re.DOTALL)
_WIDTH = re.compile(r"[;\"']\s*width\s*:\s*([\d.]{1,8})pt")
_TAG = re.compile(r"<[^>]*>")
# What Excel calls a box that nobody gave a caption.
_UNNAMED = re.compile(r"(?:check box|option button) \d+", re.IGNORECASE)
_PIXELS_OF_A_POINT = 4 / 3
_ROW_PIXELS = 20  # of a row whose height nobody changed


class DrawnBox(NamedTuple):
    """One check box or option button: the zero-based cell that it lies over, and its text."""

    row: int
    column: int
    left: int
    text: str


def drawn_boxes(package: ZipFile, part: str) -> list[DrawnBox]:
    """The boxes over a sheet, from the top left.

    Raises:
        ZIP_ERRORS: the package is damaged.
    """
    folder, name = posixpath.split(part)
    links = posixpath.join(folder, "_rels", f"{name}.rels")
    if links not in package.NameToInfo:
        return []
    drawings = [
        target
        for kind, target in targets_of(package, links, folder).values()
        if kind.endswith("/vmlDrawing")
    ]
    texts = (small_part(package, drawing).decode("utf-8", "replace") for drawing in drawings)
    return sorted(found for text in texts for found in _in_drawing(text))


def has_text_boxes(package: ZipFile) -> bool:
    """Whether text is drawn over the cells of an .xlsx file's sheets.

    Raises:
        ZIP_ERRORS: the package is damaged.
    """
    names = (name for name in package.namelist() if _DRAWING.fullmatch(name))
    return any(_DRAWN_TEXT.search(small_part(package, name)) for name in names)


def _in_drawing(text: str) -> Iterator[DrawnBox]:
    from html import unescape  # late: it knows 2,231 entities, and few workbooks have drawings

    for shape in text.split("<v:shape ")[1:]:
        anchor = _ANCHOR.search(shape)
        if anchor is None or not _CONTROL.search(shape):
            continue
        numbers = [int(number) for number in anchor[1].split(",") if number.strip()]
        if len(numbers) != 8:
            continue
        left, left_offset, top, top_offset, right, right_offset, bottom, bottom_offset = numbers
        width = _WIDTH.search(shape)
        # A box may begin at the end of one cell and lie over the next.
        if width and right == left + 1:
            left += 2 * right_offset > float(width[1]) * _PIXELS_OF_A_POINT
        if bottom == top + 1:
            top += bottom_offset > _ROW_PIXELS - top_offset
        elif bottom > top:
            top = (top + bottom) // 2
        caption = _CAPTION.search(shape)
        words = unescape(_TAG.sub(" ", caption[1])).strip() if caption else ""
        if _UNNAMED.fullmatch(words):
            words = ""
        shown = f"{box(_CHECKED.search(shape) is not None)} {' '.join(words.split())}".strip()
        if top < SHEET_ROWS and left < SHEET_COLUMNS:
            yield DrawnBox(top, left, left_offset, shown)
