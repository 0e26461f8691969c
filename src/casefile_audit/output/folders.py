"""Folders of files, written whole or not at all: each new, and private like all that is written."""

import os
import re
import secrets
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from casefile_audit.english import fold, without_controls
from casefile_audit.errors import UsageError
from casefile_audit.interrupts import Undone
from casefile_audit.output.writing import private

_FORBIDDEN_RE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\N{REPLACEMENT CHARACTER}]+')
_RESERVED_RE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_LONGEST = 60


def file_names(names: Iterable[str], suffix: str) -> dict[str, str]:
    """For each name, that of a file on any system, no two of them alike."""
    taken: set[str] = set()
    found = {}
    for name in names:
        plain = _FORBIDDEN_RE.sub("-", without_controls(name)).strip(" .-")[:_LONGEST].strip(" .")
        if not plain or _RESERVED_RE.fullmatch(plain):
            plain = f"reviewer {plain}".strip()
        number, unique = 1, plain
        while fold(unique) in taken:
            number += 1
            unique = f"{plain} ({number})"
        taken.add(fold(unique))
        found[name] = unique + suffix
    return found


def check_folder(path: Path) -> None:
    """Refuse a folder before any work is done for it.

    Raises:
        UsageError: something is there already, or there is nowhere to put it.
    """
    try:
        if os.path.lexists(path) and not (path.is_dir() and not any(path.iterdir())):
            raise UsageError(
                f"`{path}` is there already",
                hint="Name a new folder: what somebody was handed is never written over.",
            )
        if not path.parent.is_dir():
            raise UsageError(f"`{path}` can't be written: there is no folder `{path.parent}`")
    except OSError as error:
        raise UsageError(f"`{path}` can't be written: {error.strerror}") from None


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder with all its files, or nothing.

    Raises:
        UsageError: it is there already, or can't be written.
    """
    check_folder(path)
    temporary = path.with_name(f".{path.name[:40]}.{secrets.token_hex(8)}")

    def remove() -> None:
        shutil.rmtree(temporary, ignore_errors=True)

    try:
        with Undone(remove):
            try:
                os.mkdir(temporary, 0o700)
                temporary.chmod(0o700)  # whatever the umask
                for name, content in files.items():
                    with open(temporary / name, "xb", opener=private) as file:
                        file.write(content)
                        file.flush()
                        os.fsync(file.fileno())
                if path.is_dir():
                    path.rmdir()  # an empty one, which a rename doesn't replace on every system
                temporary.rename(path)
            finally:
                remove()
    except OSError as error:
        raise UsageError(f"`{path}` can't be written: {error.strerror}") from None
