"""An answer on one screen: the fullest page that fits, with the rest folded."""

import sys
from collections.abc import Callable

from casefile_audit.report.blocks import Page
from casefile_audit.report.terminal import drawn

LINES, COLUMNS = 40, 80
MOST_ROOM = 18
"""The most rows, and names in a line, that a page is first given; each next page is given fewer."""


def show_answer(page_of: Callable[[int], Page], details: Page, full: Page | None) -> None:
    """Print the first page that fits on one screen, and beneath it whatever details were asked for.

    Args:
        page_of: the page that has so much room, as of ``on_one_screen``.
        details: they take nothing away from the answer.
        full: everything, if that is what was asked for in their place.
    """
    lines = on_one_screen(page_of) if full is None else drawn(full)
    if details and full is None:
        lines += ["", *drawn(details)]
    sys.stdout.writelines(f"{line}\n" for line in lines)


def on_one_screen(page_of: Callable[[int], Page]) -> list[str]:
    """The lines of the first page that fits, each given less room than the last; else the shortest.

    A page folds what there is no room for, and never a doubt: so one with many doubts is longer.
    """
    return drawn(page_of(room_on_screen(page_of)))


def room_on_screen(page_of: Callable[[int], Page], least: int = 1) -> int:
    """The most room that a page can be given to fit on one screen, and no less than the least."""
    # A terminal that is narrower than a screen has the same words, in more lines.
    rooms = range(MOST_ROOM, least, -1)
    return next((n for n in rooms if len(drawn(page_of(n), COLUMNS)) <= LINES), least)
