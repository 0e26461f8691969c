"""The arguments and options that several commands share, and what they read."""

import datetime as dt
import getpass
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from casefile_audit.errors import UsageError
from casefile_audit.files.limits import PASSWORD_BYTES, RAISE_CELLS, RAISE_MEGABYTES, FileLimits
from casefile_audit.files.passwords import AskPassword
from casefile_audit.files.workbook import OpenOptions
from casefile_audit.inputs import open_input
from casefile_audit.intake.pseudonyms import Pseudonyms, make_key, read_key
from casefile_audit.interrupts import Undone
from casefile_audit.report.terminal import safe, safe_json
from casefile_audit.rubric.conditions.moments import fixed_day
from casefile_audit.rubric.loading import DEFAULT_RUBRIC, shipped_rubrics

if sys.platform != "win32":
    import termios

BOUNDS = FileLimits()

# The panels of a command's help, after what every auditor needs.
READING, LONG_FILES = "How the files are read", "Long files, and what a file may hold"


def rubric_names(incomplete: str) -> list[str]:
    """The shipped rubrics that start so, for the completion of a shell."""
    return [name for name in shipped_rubrics() if name.startswith(incomplete)]


def _no_workers(typed: str | None) -> None:
    if typed is not None:
        raise UsageError(
            "there are no --workers any more: one process keeps the processors of this machine "
            "busy with a long file",
            hint="Leave --workers out. For more than one machine there is --dask.",
        )


CasesArgument = Annotated[
    list[Path],
    typer.Argument(metavar="CASES…", help="Workbooks or tables of case files: xlsx, ods, csv …"),
]
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
    list[str] | None,
    typer.Option(
        "--sheet",
        metavar="NAME",
        rich_help_panel=READING,
        help="Read this sheet only. May be given again.",
    ),
]
MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="FIELD=HEADING",
        rich_help_panel=READING,
        help="Read a field from the column with this heading, or from 'column H'; {n} "
        "stands for the numbers of several columns of dates. May be given again.",
    ),
]
MappingOption = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        metavar="FILE",
        rich_help_panel=READING,
        help="Apply a mapping that `audit check` wrote.",
    ),
]
CountUnreadOption = Annotated[
    bool,
    typer.Option(
        "--count-unread",
        rich_help_panel=READING,
        help="Count the cases in which nothing is answered: blank means that nothing is recorded.",
    ),
]
CountBlankOption = Annotated[
    list[str] | None,
    typer.Option(
        "--count-blank",
        metavar="FIELD",
        rich_help_panel=READING,
        help="Count a question though no case has anything in its column. May be given again.",
    ),
]
OnlyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="FIELD=VALUE",
        rich_help_panel=READING,
        help="Read only the cases of which this is so; 'incident>=2024-04-01' compares dates, "
        "numbers and grades. May be given again: another value of a field adds its cases, another "
        "field narrows them.",
    ),
]
PasswordFileOption = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        metavar="FILE",
        rich_help_panel=READING,
        help="A file whose one line is the password of the case files that are encrypted. Without "
        "it a terminal asks.",
    ),
]
MostCellsOption = Annotated[
    int,
    typer.Option(
        RAISE_CELLS,
        metavar="N",
        min=1,
        rich_help_panel=LONG_FILES,
        help="The most cells a file may have, blank ones counted.",
    ),
]
MostMegabytesOption = Annotated[
    int,
    typer.Option(
        RAISE_MEGABYTES,
        metavar="N",
        min=1,
        rich_help_panel=LONG_FILES,
        help="The most megabytes a file may hold, unpacked.",
    ),
]
WorkersOption = Annotated[
    str | None, typer.Option("--workers", metavar="N", hidden=True, callback=_no_workers)
]
DaskOption = Annotated[
    str | None,
    typer.Option(
        "--dask",
        metavar="ADDRESS",
        rich_help_panel=LONG_FILES,
        help="Read long CSV and Parquet files with the workers of a Dask cluster, such as "
        "tcp://scheduler:8786. Without it, one process shares the work out among the processors "
        "of this machine.",
    ),
]
PseudonymsOption = Annotated[
    Path | None,
    typer.Option(
        "--pseudonyms",
        metavar="KEYFILE",
        help="Call cases by pseudonyms in all that is printed and saved: the same each month by "
        "the key in this file, which is made if it isn't there.",
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


def opening_of(
    password_file: Path | None, most_cells: int, most_megabytes: int, inputs: Sequence[Path]
) -> OpenOptions:
    """How the case files are opened.

    A password is asked for at most once, when the first file needs it, and on a terminal only.

    Args:
        password_file: holds the password, which then is never asked for.
        most_cells: as typed.
        most_megabytes: likewise.
        inputs: the case files.

    Raises:
        UsageError: the password file can't be read, holds no password, or is a case file.
    """
    limits = FileLimits(most_cells, most_megabytes)
    if password_file is None:
        return OpenOptions(_asked_once(), limits)
    password = _password_in(password_file, inputs)
    return OpenOptions(lambda _: password, limits)


def pseudonyms_of(keyfile: Path | None, others: Sequence[Path]) -> Pseudonyms | None:
    """What cases are called by instead of their references; a key is made where there is none.

    Args:
        keyfile: holds the key.
        others: the case files, and what is to be written.

    Raises:
        UsageError: the file can't be read or made, holds no key, or is one of the others.
    """
    if keyfile is None:
        return None
    for other in others:
        same = keyfile.exists() and other.exists() and keyfile.samefile(other)
        if same or keyfile.resolve() == other.resolve():
            raise UsageError(
                f"--pseudonyms: `{keyfile}` is a case file or an output",
                hint="Give the key a file of its own, apart from both.",
            )
    if not keyfile.exists():
        make_key(keyfile)
        said = f"Wrote {keyfile}: the key of the pseudonyms. Keep it apart from what they stand in."
        typer.echo(safe(said), err=True)
    return read_key(keyfile)


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
