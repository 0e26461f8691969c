"""``audit read``: fill in a form on the screen, one case at a time."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from casefile_audit.commands.bundles import argument, flag, option, with_bundles
from casefile_audit.commands.options import rubric_names
from casefile_audit.english import count
from casefile_audit.errors import ExitCode, UsageError
from casefile_audit.interrupts import Undone
from casefile_audit.report.terminal import safe, say

if TYPE_CHECKING:
    from casefile_audit.recording.session import Session
if sys.platform != "win32":
    import termios

# No more bracketed paste, the screen as it was, and the cursor.
_SCREEN_BACK = b"\x1b[?2004l\x1b[?1049l\x1b[?25h"


@with_bundles
def read(
    workbook: Path = argument("WORKBOOK", "A form that `audit template` made."),
    plain: bool = flag("Ask question by question, in lines: for screen readers, and for a script."),
    rubric: str | None = option(
        "The rubric that the form was made from, where it isn't found by its name.",
        "NAME|PATH",
        autocompletion=rubric_names,
    ),
) -> None:
    """Fill in a form on the screen, one case at a time.

    Every answer is kept at once.
    For example: audit read form.xlsx
    """
    if not plain and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "`audit read` needs a terminal", hint="--plain asks in lines, on any kind of input."
        )
    # Here because a wrong use needn't wait for them.
    from casefile_audit.recording.form import open_form
    from casefile_audit.recording.session import Session

    session = Session(open_form(workbook, rubric))
    try:
        _in_lines(session) if plain else _on_screen(session)
    finally:
        session.close()
    _say_how_far(session)


def _in_lines(session: "Session") -> None:
    from casefile_audit.recording.plain import read_in_lines

    def listen(prompt: str) -> str | None:
        typer.echo(prompt, nl=False)
        line = sys.stdin.readline()
        return line.rstrip("\n") if line else None

    read_in_lines(session, lambda line: typer.echo(safe(line)), listen)


def _on_screen(session: "Session") -> None:
    from casefile_audit.recording.app import ReadingApp

    with Undone(_as_it_was()):
        ReadingApp(session).run(mouse=False)


def _as_it_was() -> Callable[[], None]:
    """Makes the terminal what it is now, when the program is told to end."""
    if sys.platform == "win32":
        return lambda: None
    attributes = termios.tcgetattr(0)

    def restore() -> None:
        os.write(1, _SCREEN_BACK)
        termios.tcsetattr(0, termios.TCSANOW, attributes)

    return restore


def _say_how_far(session: "Session") -> None:
    """On standard error, how far the reading is."""
    cases = session.form.cases
    gone = [case for case in cases if session.unavailable(case)]
    wanted = [case for case in cases if session.is_needed(case) and not session.unavailable(case)]
    begun = [case for case in wanted if session.is_begun(case)]
    done = sum(not session.missing(case) for case in begun)
    for its in session.differences:
        there = its.workbook or "nothing"
        say(f"{its.place}: yours was {its.journal}; it has {there}")
    if session.unsaved:
        say(f"error: {session.trouble}")
        raise typer.Exit(ExitCode.WRONG_INPUT)
    say(
        f"{session.form.path}: {count(len(wanted), 'case')}, {len(begun)} begun, {done} of them "
        f"complete{f', {len(gone)} more not available' if gone else ''}. The answers are in the "
        "workbook."
    )
