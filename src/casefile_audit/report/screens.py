"""An answer on one screen: the fullest page that fits, with the rest folded."""

from collections.abc import Callable

from casefile_audit.report.blocks import Page
from casefile_audit.report.terminal import drawn, screen_width, show_lines

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
    show_lines(lines)


def on_one_screen(page_of: Callable[[int], Page]) -> list[str]:
    """The lines of the first page that fits, each given less room than the last; else the shortest.

    A page folds what there is no room for, and never a doubt: so one with many doubts is longer.
    """
    return fitted(page_of)[1]


def fitted(page_of: Callable[[int], Page], least: int = 1) -> tuple[int, list[str]]:
    """The most room with which a page fits on one screen, or else the least, and its lines then.

    To draw a page takes a twentieth of a short run: one that comes again isn't drawn again.
    """
    room, page = MOST_ROOM, page_of(MOST_ROOM)
    lines = drawn(page, COLUMNS)
    while len(lines) > LINES and room > least:
        room -= 1
        if (fewer := page_of(room)) != page:
            page, lines = fewer, drawn(fewer, COLUMNS)
    # A terminal that is narrower than a screen has the same words, in more lines.
    return room, lines if screen_width() >= COLUMNS else drawn(page)
