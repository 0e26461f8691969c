"""Reads .xls and .xlsb files in a process of its own.

Damage in them can abort the process that reads them. The process is given what to read on its
standard input, answers on its standard output, and ends when the one that started it does.
"""

import datetime
import io
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
from collections.abc import Callable, Container
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from casefile_audit.files.limits import BINARY_MEMORY, BINARY_SECONDS, MEGABYTE, FileLimits
from casefile_audit.files.markup import Markup
from casefile_audit.files.xls import OLE_MAGIC, scan_xls
from casefile_audit.files.xlsb import scan_xlsb
from casefile_audit.files.zip_package import ZIP_ERRORS

if sys.platform != "win32":
    import fcntl
    import resource

CheckSize = Callable[[str, int, int], None]
"""Takes a sheet's name, its rows and its columns, and raises an error if they are too many."""


@dataclass(frozen=True)
class RawSheet:
    """A sheet as python-calamine gives it.

    Attributes:
        name: the name on its tab.
        visible: whether its tab is shown.
        rows: from A1, all of one length.
        merged: the merged ranges, as first row, first column, last row and last column.
    """

    name: str
    visible: bool
    rows: list[list[Any]]
    merged: list[tuple[int, int, int, int]]


@dataclass(frozen=True)
class BinaryWorkbook:
    """An .xls or .xlsb file.

    Attributes:
        sheets: its sheets of cells.
        is_1904: whether day 1 is in 1904.
        markups: what its records say of them, by their names; None where that can't be told.
    """

    sheets: list[RawSheet]
    is_1904: bool
    markups: dict[str, Markup] | None


class TooManyCellsError(Exception):
    """A sheet's name, its rows and its columns."""


def cell_counter(most: int) -> CheckSize:
    """Counts the cells of the sheets of one file, and stops at the sheet that has too many.

    Args:
        most: the most cells that the file may have.
    """
    taken = 0

    def check(name: str, rows: int, columns: int) -> None:
        nonlocal taken
        taken += rows * columns
        if taken > most:
            raise TooManyCellsError(name, rows, columns)

    return check


def raw_sheets(
    data: bytes, check: CheckSize, known: Container[str] | None = None
) -> list[RawSheet]:
    """The sheets of cells of a workbook.

    Args:
        data: the whole file. python-calamine tries every format in turn, so it must have been
            told to be a workbook of one kind and of no other.
        check: called before the cells of each sheet are taken.
        known: the names of the sheets for which memory may be set aside, if not for all.

    Raises:
        CalamineError: the file can't be read.
        ValueError: it has a sheet that isn't known.
    """
    sheets = []
    with CalamineWorkbook.from_object(io.BytesIO(data)) as book:
        for index, metadata in enumerate(book.sheets_metadata):
            if metadata.typ is not SheetTypeEnum.WorkSheet:
                continue
            if known is not None and metadata.name not in known:
                raise ValueError("a sheet that nobody looked through")
            raw = book.get_sheet_by_index(index)
            rows: list[list[Any]] = []
            if raw.start is not None and raw.end is not None:
                check(metadata.name, raw.end[0] + 1, raw.end[1] + 1)
                # It begins with the first column that holds a value.
                before = [""] * raw.start[1]
                rows = [before + row for row in raw.iter_rows()] if before else [*raw.iter_rows()]
            visible = metadata.visible is SheetVisibleEnum.Visible
            merged = [(*first, *last) for first, last in raw.merged_cell_ranges or ()]
            sheets.append(RawSheet(metadata.name, visible, rows, merged))
    return sheets


def read_in_sandbox(data: bytes, limits: FileLimits) -> BinaryWorkbook:
    """The sheets of an .xls or .xlsb file, read in another process.

    Args:
        data: the whole file.
        limits: what the file may hold.

    Raises:
        TooManyCellsError: it has more cells.
        PasswordError: it is encrypted.
        MemoryError: it takes more memory than it may.
        ValueError: it can't be read, or the process was aborted.
        OSError: no process can be started.
    """
    # -P, or else a module in the folder of the case files could stand for one of Python's.
    command = [sys.executable, "-P", "-m", __name__]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as child:
        assert child.stdin
        assert child.stdout
        try:
            pickle.dump((data, limits), child.stdin)
            child.stdin.flush()
            answer = _Answer(child.stdout).load()
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            raise ValueError("the process that read it was aborted") from None
        finally:
            child.kill()
            with suppress(BrokenPipeError):
                child.stdin.close()
    kind, *arguments = answer
    if kind == _READ:
        sheets, is_1904, markups = arguments
        known = None if markups is None else {n: Markup(**its) for n, its in markups.items()}
        return BinaryWorkbook([RawSheet(*sheet) for sheet in sheets], is_1904, known)
    raise _ERRORS.get(kind, ValueError)(*arguments)


_READ = "read"
_ERRORS: dict[str, type[Exception]] = {
    error.__name__: error for error in (TooManyCellsError, PasswordError, MemoryError)
}


class _Answer(pickle.Unpickler):
    """Cells and nothing else: what damage may have made of the other process stays there."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "datetime" and name in ("datetime", "date", "time", "timedelta"):
            return getattr(datetime, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no cell")


def main() -> None:
    """Answer one call: what a file holds as tuples, or the name and arguments of an error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that started this ends it
    data, limits = pickle.load(sys.stdin.buffer)
    if sys.platform != "win32":  # which knows neither
        _end_with_the_caller()
        _limit(resource.RLIMIT_AS, limits.bytes + BINARY_MEMORY * len(data))
        _limit(resource.RLIMIT_CPU, BINARY_SECONDS + len(data) * BINARY_SECONDS // MEGABYTE)
    answer: object
    try:
        # An .xls file whose records contradict each other isn't read at all.
        told = scan_xls(data) if data.startswith(OLE_MAGIC) else _scanned(data)
        sheets = [
            (sheet.name, sheet.visible, sheet.rows, sheet.merged)
            for sheet in raw_sheets(data, cell_counter(limits.cells))
        ]
        is_1904, markups = told or (False, None)
        plain = {name: vars(markup) for name, markup in (markups or {}).items()}
        answer = _READ, sheets, is_1904, plain if told else None
    except BaseException as error:  # a panic in Rust is not an Exception
        known = type(error).__name__ in _ERRORS
        answer = (type(error).__name__, *(error.args if known else ()))
    pickler = pickle.Pickler(sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
    pickler.fast = True  # no cell stands inside itself, and remembering each takes memory
    pickler.dump(answer)
    sys.stdout.buffer.flush()


def _scanned(data: bytes) -> tuple[bool, dict[str, Markup]] | None:
    """What the records of an .xlsb file say; None where they are as no program writes them."""
    try:
        return scan_xlsb(data)
    except (*ZIP_ERRORS, struct.error, IndexError):
        return None


def _end_with_the_caller() -> None:
    # The system ends this process when the caller's end of the pipe is closed, however that came
    # about: python-calamine lets no other thread run while it reads.
    fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
    callers_end = select.poll()
    callers_end.register(0, select.POLLHUP)
    if callers_end.poll(0):  # it was closed before: of that the system says nothing any more
        os._exit(1)


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    with suppress(ValueError, OSError):  # some systems know of a limit and don't have it
        resource.setrlimit(
            what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
        )


if __name__ == "__main__":
    main()
