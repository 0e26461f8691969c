"""The journal beside a workbook: each answer at once, so that none is lost whatever happens.

It is added to and never written over, and gone after a clean end.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casefile_audit.errors import UsageError
from casefile_audit.recording.form import AnswerCell

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@dataclass
class Recovered:
    """What a journal holds of a reading that came to no clean end.

    Attributes:
        answers: for each cell, all that it held in turn, the last answer at the end.
        of: for each cell, the case and question that it was of.
        place: the case and the question that was on the screen, by number.
    """

    answers: dict[AnswerCell, list[str]] = field(default_factory=dict)
    of: dict[AnswerCell, str] = field(default_factory=dict)
    place: tuple[int, int] | None = None


class Journal:
    """The journal of one workbook, held open while it is read."""

    def __init__(self, workbook: Path) -> None:
        """Open the journal, and read what is in it.

        Raises:
            UsageError: somebody else has it open, or nothing can be written there.
        """
        self.path = workbook.with_name(f".{workbook.name}.answers")
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            self._file = os.fdopen(descriptor, "r+b")
        except OSError as error:
            raise UsageError(
                f"answers can't be kept beside `{workbook}`: {error.strerror}",
                hint="Copy the workbook into a folder that you may write to.",
            ) from None
        self._lock(workbook)
        self.recovered = _recovered(self._lines())

    def _lock(self, workbook: Path) -> None:
        if fcntl is None:
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise UsageError(
                f"`{workbook}` is being read in another window",
                hint="Go on there, or leave it there first.",
            ) from None
        except OSError:  # a network drive that has no locks
            pass

    def _lines(self) -> Iterator[Any]:
        self._file.seek(0)
        for line in self._file.read().splitlines():
            with suppress(ValueError):  # the last one, of a machine that lost its power
                yield json.loads(line)

    def answer(self, cell: AnswerCell, of: str, was: str, now: str) -> None:
        """Keep an answer, and what it is of: rows and columns may be moved before it is read."""
        place = [cell.sheet, cell.row, cell.column]
        self._add({"cell": place, "of": of, "was": was, "now": now})

    def place(self, case: int, question: int) -> None:
        """Keep the place on the screen."""
        self._add({"place": [case, question]})

    def _add(self, line: Mapping[str, object]) -> None:
        self._file.write(json.dumps(line).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self, done: bool) -> None:
        """Let go of it; once all is done it is of no use any more."""
        if done:
            with suppress(OSError):
                self.path.unlink()
        self._file.close()


def _recovered(lines: Iterator[Any]) -> Recovered:
    found = Recovered()
    for line in lines:
        match line:
            case {
                "cell": [str(sheet), int(row), int(column)],
                "of": str(of),
                "was": str(was),
                "now": str(now),
            }:
                cell = AnswerCell(sheet, row, column)
                found.answers.setdefault(cell, [was]).append(now)
                found.of.setdefault(cell, of)
            case {"place": [int(case), int(question)]}:
                found.place = (case, question)
    return found
