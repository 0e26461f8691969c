"""Reads .xls and .xlsb files in a process of its own.

Damage in them can abort the process that reads them. The process is given what to read on its
standard input, answers on its standard output, and ends when the one that started it does.
"""

import datetime
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from python_calamine import PasswordError

from casefile_audit.files.formats import OLE_MAGIC
from casefile_audit.files.limits import BINARY_MEMORY, BINARY_SECONDS, MEGABYTE, FileLimits
from casefile_audit.files.markup import Markup
from casefile_audit.files.raw_sheets import RawSheet, TooManyCellsError, cell_counter, raw_sheets
from casefile_audit.files.xls import scan_xls
from casefile_audit.files.xlsb import scan_xlsb
from casefile_audit.files.zip_package import ZIP_ERRORS

if sys.platform != "win32":
    import fcntl
    import resource


@dataclass(frozen=True)
class BinaryWorkbook:
    """An .xls or .xlsb file.

    Attributes:
        is_1904: whether day 1 is in 1904.
        markups: what its records say of them, by their names; None where that can't be told.
    """

    sheets: list[RawSheet]
    is_1904: bool
    markups: dict[str, Markup] | None


def read_in_sandbox(data: bytes, limits: FileLimits) -> BinaryWorkbook:
    """The sheets of an .xls or .xlsb file, read in another process.

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
