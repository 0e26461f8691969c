"""How far a long run is, on a terminal."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from casefile_audit.interrupts import Undone

_LINE_EMPTY_AND_CURSOR_SHOWN = b"\r\x1b[2K\x1b[?25h"


@contextmanager
def progress(size: int) -> Iterator[Callable[[int], None] | None]:
    """Show a bar on standard error while a long run lasts.

    Args:
        size: how much there is to do, in any unit; 0 for a run that isn't long.

    Yields:
        What is called with the size of each part that is done; None where nobody sees it.
    """
    console = Console(stderr=True)
    if not size or not console.is_terminal:
        yield None
        return
    # Late, here and below: few runs are long, and fewer are watched.
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("Reading"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console, transient=True)
    with Undone(_clear), bar:
        task = bar.add_task("", total=size)
        yield lambda done: bar.advance(task, done)


@contextmanager
def waiting(text: str) -> Iterator[None]:
    """Say on a terminal's standard error what is being done, while nobody knows how long."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    from rich.progress import Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    line = Progress(*columns, console=console, transient=True)
    with Undone(_clear), line:
        line.add_task(text, total=None)
        yield


def _clear() -> None:
    # Not by the bar itself, which waits for a thread of its own.
    os.write(2, _LINE_EMPTY_AND_CURSOR_SHOWN)
