"""Workbooks of openpyxl as bytes, made in memory and whatever the clock says.

openpyxl alone puts every sheet into the system's temporary folder on the way, where case references
would stay if the program were killed; and it fails while the clock stands before 1980.
"""

import io
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter


def workbook_bytes(book: Workbook) -> bytes:
    """The content of the .xlsx file.

    Args:
        book: if it is write-only, each of its sheets has to be kept in memory.
    """
    buffer = io.BytesIO()
    _Writer(book, _Package(buffer, "w", ZIP_DEFLATED)).save()
    return buffer.getvalue()


def keep_in_memory(sheet: WriteOnlyWorksheet) -> None:
    """Have a sheet of a write-only workbook keep its rows in memory.

    Args:
        sheet: its columns are sized, and no row was appended to it yet.
    """
    writer = WorksheetWriter(sheet, io.BytesIO())
    writer.write_top()
    sheet._writer = writer  # type: ignore[attr-defined]


class _Package(ZipFile):
    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        """Pack a part under the earliest date there is, and not the clock's."""
        super().writestr(ZipInfo(zinfo_or_arcname), data, ZIP_DEFLATED)


class _Writer(ExcelWriter):
    def write_worksheet(self, ws: Any) -> None:
        """Write a sheet as openpyxl does, but for the temporary file."""
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        if self.workbook.write_only:
            ws.close()
            writer = ws._writer
        else:
            writer = WorksheetWriter(ws, io.BytesIO())
            writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.read())  # type: ignore[attr-defined]
        self.manifest.append(ws)
