"""The arguments and options that several commands share, and what they read."""

import datetime as dt
import getpass
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from casefile_audit.commands.bundles import option
from casefile_audit.errors import UsageError
from casefile_audit.files.limits import PASSWORD_BYTES, RAISE_CELLS, RAISE_MEGABYTES, FileLimits
from casefile_audit.files.passwords import AskPassword
from casefile_audit.files.workbook import OpenOptions
from casefile_audit.inputs import open_input
from casefile_audit.interrupts import Undone
from casefile_audit.report.terminal import safe, safe_json
from casefile_audit.rubric.conditions.moments import fixed_day
from casefile_audit.rubric.loading import DEFAULT_RUBRIC, shipped_rubrics

if sys.platform != "win32":
    import termios

_LIMITS = FileLimits()

# The panels of a command's help, after what every auditor needs.
READING, LONG_FILES = "How the files are read", "Long files, and what a file may hold"


def rubric_names(incomplete: str) -> list[str]:
    """The shipped rubrics that start so, for the completion of a shell."""
    return [name for name in shipped_rubrics() if name.startswith(incomplete)]


RubricOption = Annotated[
    str | None,
    typer.Option(
        "--rubric",
        metavar="NAME|PATH",
        help="The rubric to apply: a shipped one, or a YAML file. By default the one that the "
        f"workbook names, or else {DEFAULT_RUBRIC}.",
        autocompletion=rubric_names,
    ),
]
SheetOption = Annotated[
    list[str],
    typer.Option(
        "--sheet",
        metavar="NAME",
        rich_help_panel=READING,
        help="Read this sheet only. May be given again.",
    ),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="The day the audit speaks of: what falls due later is not yet missed. By default "
        "today.",
    ),
]
FullOption = Annotated[bool, typer.Option("--full", help="Print everything, and how it was done.")]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Write over a file that is there already.")
]


def _limit(help: str, name: str, most: int) -> Any:
    """An option that raises one of the limits of what a file may hold."""
    return option(help, "N", default=most, names=(name,), panel=LONG_FILES, min=1)


@dataclass(frozen=True)
class FileOptions:
    """How files are opened: by which password, and how much they may hold."""

    password_file: Path | None = option(
        "A file whose one line is the password of the case files that are encrypted. "
        "Without it a terminal asks.",
        "FILE",
        panel=READING,
    )
    most_cells: int = _limit(
        "The most cells a file may have, blank ones counted.", RAISE_CELLS, _LIMITS.cells
    )
    most_megabytes: int = _limit(
        "The most megabytes a file may hold, unpacked.", RAISE_MEGABYTES, _LIMITS.megabytes
    )

    @property
    def files(self) -> list[Path]:
        """What is read besides the files themselves."""
        return [self.password_file] if self.password_file else []

    def opening(self, inputs: Sequence[Path]) -> OpenOptions:
        """How the files are opened.

        A password is asked for at most once, when the first file needs it, and on a terminal only.

        Raises:
            UsageError: the password file can't be read, holds no password, or is one of the files.
        """
        limits = FileLimits(self.most_cells, self.most_megabytes)
        if self.password_file is None:
            return OpenOptions(_asked_once(), limits)
        password = _password_in(self.password_file, inputs)
        return OpenOptions(lambda _: password, limits)


def _asked_once() -> AskPassword:
    answers: list[str | None] = []

    def ask(name: str) -> str | None:
        if not answers:
            at_terminal = sys.stdin is not None and sys.stdin.isatty()
            answers.append(_typed_password(name) if at_terminal else None)
        return answers[0]

    return ask


def _typed_password(name: str) -> str | None:
    try:
        with Undone(_letters_shown()):
            return getpass.getpass(safe(f"Password of {name}: ")) or None
    except EOFError:
        return None


def _letters_shown() -> Callable[[], None]:
    """Makes the terminal show again what is typed, as it does now."""
    if sys.platform == "win32":  # where nothing but the question itself doesn't show it
        return lambda: None
    return partial(termios.tcsetattr, 0, termios.TCSADRAIN, termios.tcgetattr(0))


def _password_in(path: Path, inputs: Sequence[Path]) -> str:
    hint = "Put the password alone on the first line of a text file of its own."
    if any(path.exists() and other.exists() and path.samefile(other) for other in inputs):
        raise UsageError(f"--password-file: `{path}` is one of the case files", hint=hint)
    try:
        with open_input(path) as file:
            data = file.read(PASSWORD_BYTES + 1)
        lines = data.decode("utf-8-sig").splitlines()
    except OSError as error:
        what = f"--password-file: `{path}` can't be read: {error.strerror}"
        raise UsageError(what, hint="Check its name, and that you may read it.") from None
    except UnicodeDecodeError:
        raise UsageError(f"--password-file: `{path}` isn't text in UTF-8", hint=hint) from None
    if not any(lines):
        raise UsageError(f"--password-file: `{path}` is empty", hint=hint)
    if len(data) > PASSWORD_BYTES or any(lines[1:]) or not lines[0]:
        raise UsageError(f"--password-file: `{path}` holds more than a password", hint=hint)
    return lines[0]


def group_of_commands(help: str, **more: Any) -> typer.Typer:
    """A command that is a group of others."""
    return typer.Typer(
        help=help, no_args_is_help=True, add_completion=False, rich_markup_mode=None, **more
    )


def print_json(text: str) -> None:
    """Print JSON on standard output, in UTF-8 whatever the encoding of the terminal or pipe."""
    typer.echo(safe_json(text).encode())


def day_of(text: str | None) -> dt.date:
    """The day of ``--as-of``; today without it.

    Raises:
        UsageError: it isn't a date.
    """
    if text is None:
        return dt.date.today()
    day = fixed_day(text)
    if day is None:
        hint = "Write a day such as 2024-12-31 or 31/12/2024."
        raise UsageError(f"--as-of: `{text}` isn't a date", hint=hint)
    return day
