"""An answer on one screen: the fullest page that fits, with the rest folded."""

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from casefile_audit.output.writing import OutputTable
from casefile_audit.report.blocks import Page
from casefile_audit.report.terminal import drawn, screen_width, show_lines

LINES, COLUMNS = 40, 80
MOST_ROOM = 18
"""The most rows, and names in a line, that a page is first given; each next page is given fewer."""


_Found = TypeVar("_Found")


class AnswerPages(NamedTuple, Generic[_Found]):
    """How an answer is read, each way a function of what was found.

    Attributes:
        screen: the answer, with so much room; and whether its cases are named beneath it.
        cases: those cases.
        full: everything there is to say.
        document: what a meeting reads first, then everything.
        figures: the same for other programs.
    """

    screen: Callable[[_Found, bool, int], Page]
    cases: Callable[[_Found], Page]
    full: Callable[[_Found], Page]
    document: Callable[[_Found], Page]
    figures: Callable[[_Found], OutputTable]

    def show(self, found: _Found, details: bool, full: bool) -> None:
        """Print everything; or what fits on one screen, from which details take nothing away."""
        if full:
            show_lines(drawn(self.full(found)))
            return
        lines = on_one_screen(lambda room: self.screen(found, details, room))
        show_lines([*lines, "", *drawn(self.cases(found))] if details else lines)


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
