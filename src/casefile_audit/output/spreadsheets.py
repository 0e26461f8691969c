"""Workbooks of XlsxWriter: made in memory, every text a text, with a title and a language.

XlsxWriter leaves out with a warning what Excel would have to repair, and tells by a number what it
has cut: here both are errors. It has no way to say a language, which the accessibility of public
bodies asks for: its hook for another packager is used for that.
"""

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from textwrap import wrap
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.core import Core
from xlsxwriter.packager import Packager

from casefile_audit.english import fold, without_controls

LANGUAGE = "en-GB"
LONGEST_CELL = 32_767
"""The characters that Excel has room for in a cell."""

_LONGEST_SHEET_NAME = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LINE, _HIGHEST_ROW = 14, 405  # points
_CUT = " … (cut: it is longer than a cell can be)"
# Nothing that is written becomes a formula, a link or a number because of how it looks.
_AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@contextmanager
def new_workbook(title: str, subject: str, into: io.BytesIO) -> Iterator[Any]:
    """A workbook to be filled, whole in ``into`` at the end of the context.

    Its title is what screen readers say first.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        book = workbook_in_memory(into)
        book.set_properties(
            {
                "title": without_controls(title),
                "subject": without_controls(subject),
                "author": "casefile-audit",
            }
        )
        yield book
        book.close()


def workbook_in_memory(into: io.BytesIO, **looks: object) -> Any:
    """A workbook that goes through no temporary file; whoever asks for it closes it."""
    looks = {"font_name": "Arial", "font_size": 11, **looks}
    settings = {"in_memory": True, "default_format_properties": looks, **_AS_TEXT}
    return _Workbook(into, settings)


def height_of(cells: Iterable[tuple[str, float]]) -> float:
    """How high a row has to be for its texts, in points, the width of each cell in characters.

    A program that opens the file needn't work it out itself: not all of them do.
    """
    lines = [len(wrap(text, max(int(width) - 1, 1))) for text, width in cells]
    return min(4 + _LINE * max(1, *lines), _HIGHEST_ROW)


def cell_text(text: str) -> str:
    """A text as a cell can hold it; what is too long is cut, and says so."""
    plain = without_controls(text)
    if len(plain) <= LONGEST_CELL:
        return plain
    return plain[: LONGEST_CELL - len(_CUT)] + _CUT


def sheet_name(wanted: str, taken: Sequence[str]) -> str:
    """A name that Excel allows for a sheet, and that none of these has."""
    plain = " ".join(_FORBIDDEN.sub(" ", without_controls(wanted)).split()).strip("' ") or "Sheet"
    others = {fold(name) for name in taken} | {"history"}
    name, number = _cut(plain, _LONGEST_SHEET_NAME), 1
    while fold(name) in others:
        number += 1
        end = f" ({number})"
        name = _cut(plain, _LONGEST_SHEET_NAME - len(end)) + end
    return name


def _cut(text: str, most: int) -> str:
    while length(text) > most:
        text = text[:-1]
    return text.rstrip("' ")


def length(text: str) -> int:
    """How many characters Excel counts: one from beyond the first 65,536 counts twice."""
    return len(text) + sum(character > "\uffff" for character in text)


class _Core(Core):  # type: ignore[misc] # XlsxWriter doesn't publish its types
    def _write_dc_description(self) -> None:
        super()._write_dc_description()
        self._xml_data_element("dc:language", LANGUAGE)


class _Packager(Packager):  # type: ignore[misc] # likewise
    def _write_core_file(self) -> None:
        core = _Core()
        core._set_properties(self.workbook.doc_properties)
        core._set_xml_writer(self._filename("docProps/core.xml"))
        core._assemble_xml_file()


class _Workbook(Workbook):  # type: ignore[misc] # likewise
    def _get_packager(self) -> _Packager:
        return _Packager()
