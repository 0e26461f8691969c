"""Writing files: whole or not at all, never over another without leave, cells always plain data.

What is written holds case references, so a new file is for its owner alone (0600), whatever the
umask is; the owner can open it to others. Written over with ``--force``, a file keeps the
permissions that it had. A process that is killed can leave a temporary file behind: it is in the
output's folder, private, and named after the output with a dot before it.
"""

import codecs
import csv
import io
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice
from pathlib import Path
from typing import IO, NamedTuple

from casefile_audit.english import CONTROLS, listing, quoted, without_controls
from casefile_audit.errors import UsageError
from casefile_audit.inputs import is_input
from casefile_audit.interrupts import Undone

# A cell that starts so would be run as a formula by a spreadsheet that opens the file.
_FORMULA_STARTS = tuple("=+-@＝＋－＠\t\n")
# But for a number with its sign, and a telephone number, which are what they seem.
_HARMFUL_RE = re.compile(rf"^[{re.escape(''.join(_FORMULA_STARTS))}]|{CONTROLS}")
_SIGNED = re.compile(r"[+-]\d+(?:[.,]\d+)?%?|\+\d+(?: \d+)+")
_PERMISSIONS = 0o777
_ROWS_MEASURED = 200
_ROWS_AT_ONCE = 10_000
MOST_ROWS = 1_048_576
"""The rows of a sheet that Excel opens."""


Written = str | int | float | None


class OutputTable(NamedTuple):
    """A table to be written: a title, headings, and rows of text or numbers, gone through once."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Written]]


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
    if os.path.exists(path) and any(
        os.path.exists(other) and path.samefile(other) for other in inputs
    ):
        raise _an_input(path)
    check_place(path, force)


def check_place(path: Path, force: bool) -> Path:
    """Where the file itself is or will be: a link is followed, and stays.

    Raises:
        UsageError: nothing can be written there, or a file is there without ``force``, or one that
            was read.
    """
    try:
        if path.is_dir():
            raise UsageError(f"`{path}` is a folder")
        if not path.parent.is_dir():
            raise UsageError(f"`{path}` can't be written: there is no folder `{path.parent}`")
        place = path.resolve() if path.is_symlink() else path
        if place != path and not place.exists():
            raise UsageError(f"`{path}` is a link to `{place}`, which isn't there")
        if place.exists() and not place.is_file():
            raise UsageError(f"`{path}` is not an ordinary file")
        # A rubric that another extends, or that a workbook names, is known once it was read.
        if place.exists() and is_input(place):
            raise _an_input(path)
        if place.exists() and not force:
            raise _there_already(path)
        _check_closed(path, place)
    except (OSError, RuntimeError) as error:  # a name that is too long, links in a circle
        raise _not_written(path, error) from None
    return place


def _check_closed(path: Path, place: Path) -> None:
    # Windows itself guards a file that is open. Elsewhere, and on a shared drive, the spreadsheet
    # would save what it has over what is written here.
    for owner in (f"~${place.name}", f".~lock.{place.name}#"):
        if place.exists() and place.with_name(owner).exists():
            raise UsageError(
                f"`{path}` is open in a spreadsheet program",
                hint=f"Close it there. If it is open nowhere, delete `{owner}`, which was left "
                "behind.",
            )


def _an_input(path: Path) -> UsageError:
    return UsageError(
        f"`{path}` is what is read, and is never written to", hint="Give the output a new name."
    )


def _there_already(path: Path) -> UsageError:
    return UsageError(f"`{path}` is there already", hint="--force writes over it.")


def _not_written(path: Path, error: Exception) -> UsageError:
    reason = getattr(error, "strerror", None) or "the system gave no reason"
    hint = "Is it open in another program?" if isinstance(error, PermissionError) else ""
    return UsageError(f"`{path}` can't be written: {reason}", hint=hint)


def write_bytes(path: Path, content: bytes | Iterable[bytes], force: bool = False) -> None:
    """Write a file whole or not at all. Raises as ``output_file``."""
    with output_file(path, force) as file:
        for part in [content] if isinstance(content, bytes) else content:
            file.write(part)


class OutputFile:
    """A file that is being written, and that nobody sees until it is whole."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path = path
        self._file = file

    def write(self, content: bytes) -> None:
        """Write more of it.

        Raises:
            UsageError: it can't be written.
        """
        with _told_of(self._path):
            self._file.write(content)

    def start_again(self) -> None:
        """Take back what was written. Raises as ``write``."""
        with _told_of(self._path):
            self._file.seek(0)
            self._file.truncate()


@contextmanager
def output_file(path: Path, force: bool = False) -> Iterator[OutputFile]:
    """A file to write: whole, or not at all if the block is left by an error. It is a private
    temporary file beside it, then a rename.

    Raises:
        UsageError: a file is there already and ``force`` wasn't given, or it can't be written.
    """  # noqa: D205 - one thought
    place = check_place(path, force)
    temporary = place.with_name(f".{place.name[:40]}.{secrets.token_hex(8)}")

    def remove() -> None:
        with suppress(OSError):  # gone already, or its network drive is
            temporary.unlink()

    with Undone(remove):
        try:
            with _told_of(path):
                file = open(temporary, "xb", opener=private)  # noqa: SIM115 - closed either way below
            try:
                yield OutputFile(path, file)
            except BaseException:
                with suppress(OSError):
                    file.close()
                raise
            with _told_of(path):
                with file:
                    file.flush()
                    os.fsync(file.fileno())
                _put(temporary, place, force)
        finally:
            remove()


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """Say that a file can't be written, whatever the system says of it."""
    try:
        yield
    except FileExistsError:
        raise _there_already(path) from None
    except OSError as error:
        raise _not_written(path, error) from None


def private(name: str, flags: int) -> int:
    """Open a new file for its owner alone: not for others, and, whatever the umask, for them."""
    number = os.open(name, flags, 0o600)
    if os.name == "posix":
        os.fchmod(number, 0o600)
    return number


def _put(temporary: Path, place: Path, force: bool) -> None:
    if not force:
        try:
            # Unlike a rename, never over a file that another program wrote in the meantime.
            os.link(temporary, place)
            return
        except FileExistsError:
            raise
        except OSError:  # some network drives and memory sticks have no links
            pass
    mode = place.stat().st_mode & _PERMISSIONS if place.exists() else None
    temporary.replace(place)
    if mode is not None:
        # After the rename, so that the temporary file was private all the time.
        with suppress(OSError):
            place.chmod(mode)


def write_table(path: Path, table: OutputTable, force: bool = False) -> None:
    """Write a table as .csv or .xlsx, by the end of the file's name. Raises as write_bytes."""
    content = csv_lines(table) if path.suffix.lower() == ".csv" else table_workbook(table)
    write_bytes(path, content, force)


def csv_lines(table: OutputTable) -> Iterator[bytes]:
    """A table as text with commas that spreadsheet programs read, some rows at a time."""
    yield codecs.BOM_UTF8
    yield from csv_rows(chain([table.headings], table.rows))


def csv_rows(rows: Iterable[Sequence[Written]]) -> Iterator[bytes]:
    """Further rows of such a text, some at a time."""
    left = iter(rows)
    while some := list(islice(left, _ROWS_AT_ONCE)):
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerows([_harmless(cell) for cell in row] for row in some)
        yield buffer.getvalue().encode()


def _harmless(cell: Written) -> Written:
    # Most cells are a word or an address, which is quicker told than by the pattern.
    if not isinstance(cell, str) or cell.isalnum() or _HARMFUL_RE.search(cell) is None:
        return cell
    text = without_controls(cell)
    is_formula = text.startswith(_FORMULA_STARTS) and not _SIGNED.fullmatch(text)
    return f"'{text}" if is_formula else text


def table_workbook(table: OutputTable) -> bytes:
    """A table as the bytes of an .xlsx file, its text as text."""
    rows = iter(table.rows)
    first = list(islice(rows, _ROWS_MEASURED))
    book = TableWorkbook(table.title, table.headings, first)
    book.add(chain(first, rows))
    return book.content()


class TableWorkbook:
    """A table that becomes an .xlsx file, its text as text: as wide as its first rows."""

    def __init__(
        self, title: str, headings: Sequence[str], first: Sequence[Sequence[Written]]
    ) -> None:
        # Here because a run that writes no workbook need not wait for it.
        import openpyxl
        from openpyxl.styles import Alignment, Font
        from openpyxl.utils import get_column_letter

        from casefile_audit.output.workbooks import keep_in_memory

        self._workbook = openpyxl.Workbook(write_only=True)
        self._workbook.properties.title = title
        self._sheet = self._workbook.create_sheet(title[:31])
        for index, width in enumerate(_widths(headings, first[:_ROWS_MEASURED]), 1):
            self._sheet.column_dimensions[get_column_letter(index)].width = width
        # The case and its headings stay in sight.
        self._sheet.freeze_panes = "B2"
        keep_in_memory(self._sheet)
        self._rows = 0
        self._append(headings, font=Font(bold=True), alignment=Alignment(wrap_text=True))

    def add(self, rows: Iterable[Sequence[Written]]) -> None:
        """Further rows.

        Raises:
            UsageError: no sheet holds so many.
        """
        for row in rows:
            if self._rows == MOST_ROWS:
                raise UsageError(
                    f"an .xlsx file can't hold more than {MOST_ROWS:,} rows",
                    hint="Save the findings as .csv.",
                )
            self._append(row)

    def _append(self, row: Sequence[Written], **styles: object) -> None:
        from openpyxl.cell import WriteOnlyCell

        cells = []
        for value in row:
            text = without_controls(value) if isinstance(value, str) else value
            cell = WriteOnlyCell(self._sheet, value=text)
            if isinstance(text, str):
                cell.data_type = "s"  # words are words, even those that start with "="
            for name, style in styles.items():
                setattr(cell, name, style)
            cells.append(cell)
        self._sheet.append(cells)
        self._rows += 1

    def content(self) -> bytes:
        """The file's bytes."""
        from casefile_audit.output.workbooks import workbook_bytes

        return workbook_bytes(self._workbook)


def _widths(headings: Sequence[str], rows: Sequence[Sequence[Written]]) -> list[int]:
    """How wide each column has to be, in characters: for what it holds, its heading wrapped."""
    widths = []
    for heading, *cells in zip(headings, *rows, strict=True):
        longest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
        word = max(map(len, str(heading).split()), default=0)
        widths.append(min(max(longest, word, len(str(heading)) // 3, 8) + 2, 48))
    return widths
