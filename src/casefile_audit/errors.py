"""What the user can put right: what is wrong, every place it is wrong, and what to do next.

An error holds facts; the boundary in ``cli`` draws them and picks the exit code.
"""

from collections.abc import Sequence
from enum import IntEnum


class ExitCode(IntEnum):
    """What ``audit`` tells the program that called it.

    Stopped by a signal, it tells 128 and the signal's number, as shells do: see ``stopping``.
    """

    DONE = 0
    BELOW_THRESHOLD = 1
    WRONG_INPUT = 2
    BUG = 3
    PIPE_CLOSED = 141
    """Whoever read the output stopped, as ``head`` does: as a shell says it of other programs."""


class AuditError(Exception):
    """The input, the rubric or the usage is wrong, and the user can put it right.

    Args:
        what: one sentence without a full stop, such as ``cases.xlsx is empty``.
        details: every place it is wrong, one line each, where there are several.
        hint: what to do or type next.
    """

    def __init__(self, what: str, details: Sequence[str] = (), hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.details = tuple(details)
        self.hint = hint
        # From Python, a traceback shows them under the sentence.
        for line in (*self.details, *([hint] if hint else [])):
            self.add_note(line)


class WorkbookError(AuditError):
    """The spreadsheet can't be read as it is."""


class RubricError(AuditError):
    """The rubric, or another YAML file that the user wrote, is wrong."""


class UsageError(AuditError):
    """The command line asks for something that isn't there or doesn't go together."""


def too_little_memory() -> WorkbookError:
    """The error of what needs more memory than there is, or than the system allows."""
    return WorkbookError(
        "there isn't enough memory",
        hint="Split the files, close other programs, or allow this one more memory.",
    )
