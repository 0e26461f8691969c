"""Writing files: whole or not at all, never over another without leave, cells always plain data."""

import csv
import io
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from casefile_audit.errors import UsageError
from casefile_audit.words import listing, quoted

# A cell that starts so would be run as a formula by a spreadsheet that opens the file.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class OutputTable:
    """A table to be written: a title, headings, and rows of text or numbers."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str | int | float | None]]


def check_output(
    path: Path, force: bool, suffixes: Sequence[str], inputs: Sequence[Path] = ()
) -> None:
    """Refuse an output before any work is done for it.

    Raises:
        UsageError: the suffix is none of these, the folder isn't there, or a file is; or it is one
            of the inputs, which are never written to.
    """
    if path.suffix.lower() not in suffixes:
        raise UsageError(
            f"`{path}` can't be written: what to write is told from the end of its name",
            hint=f"It can end in {listing(quoted(suffixes), 'or')}.",
        )
    if path.exists() and any(other.exists() and path.samefile(other) for other in inputs):
        raise UsageError(
            f"`{path}` is what is read, and is never written to", hint="Give the output a new name."
        )
    _check_place(path, force)


def _check_place(path: Path, force: bool) -> None:
    if not path.parent.is_dir():
        raise UsageError(f"`{path}` can't be written: there is no folder `{path.parent}`")
    if path.is_dir():
        raise UsageError(f"`{path}` is a folder")
    if path.exists() and not force:
        raise UsageError(f"`{path}` is there already", hint="--force writes over it.")


def write_bytes(path: Path, content: bytes, force: bool = False) -> None:
    """Write a file whole or not at all: a private temporary file beside it, then a rename.

    Raises:
        UsageError: a file is there already and ``force`` wasn't given, or it can't be written.
    """
    _check_place(path, force)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    except OSError as error:
        raise UsageError(f"`{path}` can't be written: {error.strerror}") from None
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        hint = "Is it open in another program?" if isinstance(error, PermissionError) else ""
        raise UsageError(f"`{path}` can't be written: {error.strerror}", hint=hint) from None
    finally:
        temporary.unlink(missing_ok=True)


def write_table(path: Path, table: OutputTable, force: bool = False) -> None:
    """Write a table as .csv or .xlsx, by the end of the file's name. Raises as write_bytes."""
    content = _csv(table) if path.suffix.lower() == ".csv" else _xlsx(table)
    write_bytes(path, content, force)


def _csv(table: OutputTable) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerows([_harmless(cell) for cell in row] for row in [table.headings, *table.rows])
    return buffer.getvalue().encode("utf-8-sig")


def _harmless(cell: str | int | float | None) -> str | int | float | None:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


def _xlsx(table: OutputTable) -> bytes:
    # Here because a run that writes no workbook need not wait for it.
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet(table.title[:31])
    for index, heading in enumerate(table.headings, 1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = min(max(len(heading) * 0.7, 12), 40)
    for number, row in enumerate([table.headings, *table.rows]):
        cells = []
        for value in row:
            text = (
                ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value)
                if isinstance(value, str)
                else value
            )
            cell = WriteOnlyCell(sheet, value=text)
            if isinstance(text, str):
                cell.data_type = "s"  # words are words, even those that start with "="
            if number == 0:
                cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True)
            cells.append(cell)
        sheet.append(cells)
    workbook.properties.title = table.title
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()
