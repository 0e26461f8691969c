"""Files that are read: ordinary ones only, known to be inputs, and told from what replaces them."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

from casefile_audit.errors import WorkbookError

# The device and the number on it of each file that was read, whatever for: a case file, a rubric
# or one that it extends, a mapping, a saved result. None of them is ever written to.
_read: set[tuple[int, int]] = set()


class NotOrdinaryError(OSError):
    """A pipe, a device or a socket, which may give bytes without end, or none for ever."""


class FileStamp(NamedTuple):
    """What a file has no longer once it was written to, or another has taken its place.

    Attributes:
        modified: when it was last written to, in nanoseconds.
        number: the file's own on its disk; None where another machine looks at it, which may
            number files in another way.
    """

    size: int
    modified: int
    number: int | None

    def elsewhere(self) -> "FileStamp":
        """The same for other machines."""
        return self._replace(number=None)


def open_input(path: Path) -> BufferedReader:
    """Open a file to be read, which from then on is an input.

    Raises:
        NotOrdinaryError: it is none that has an end.
        OSError: it can't be opened.
    """
    file = open(path, "rb", opener=_at_once)  # noqa: SIM115 - whoever calls closes it
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        file.close()
        raise NotOrdinaryError(errno.EINVAL, "it is not an ordinary file", str(path))
    _read.add((status.st_dev, status.st_ino))
    return file


def _at_once(name: str, flags: int) -> int:
    # A pipe that nobody writes to would be waited for, before it can be told to be one.
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def is_input(path: Path) -> bool:
    """Whether a file was read, under whatever name. Raises OSError if it can't be looked at."""
    status = path.stat()
    return (status.st_dev, status.st_ino) in _read


def let_go(path: Path) -> None:
    """Allow a file to be written to though it was read: whoever named it twice wants it renewed."""
    status = path.stat()
    _read.discard((status.st_dev, status.st_ino))


def forget_inputs() -> None:
    """Begin another run in the same process."""
    _read.clear()


def stamp_of(file: BufferedReader) -> FileStamp:
    """The stamp of an open file."""
    status = os.fstat(file.fileno())
    return FileStamp(status.st_size, status.st_mtime_ns, status.st_ino)


@contextmanager
def reopened(path: Path, stamp: FileStamp) -> Iterator[BufferedReader]:
    """Open a file again, and read it as it was.

    Raises:
        WorkbookError: it is another by now, or was written to, at the latest when it is closed.
        OSError: it can't be opened.
    """
    with open_input(path) as file:
        check_stamp(path, file, stamp)
        yield file
        check_stamp(path, file, stamp)


def check_stamp(path: Path, file: BufferedReader, stamp: FileStamp) -> None:
    """Refuse a file that is no longer what it was.

    Raises:
        WorkbookError: its stamp is another.
    """
    now = stamp_of(file)
    if now != stamp and now.elsewhere() != stamp:
        raise changed(path)


def changed(path: Path) -> WorkbookError:
    """The error of a file that is no longer what it was."""
    return WorkbookError(
        f"{path.name} changed while it was read, so what was counted can't be told",
        hint="Run it again when nothing writes to the file. With --dask, every machine has to see "
        "this very file, or a copy that kept its time (cp -p)",
    )
