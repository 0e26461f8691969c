"""The reading on a terminal, by Textual: the page, and a box to type in where answers are typed.

Nothing of a form or rubric is taken for markup, nothing is logged, no picture of the screen can be
taken, and the terminal is never asked to report the mouse.
"""

import asyncio
import os

# A terminal that reports keys in another way goes on with it if this is killed.
os.environ["TEXTUAL_DISABLE_KITTY_KEY"] = "1"

from typing import Any

from rich.style import Style
from rich.text import Text
from textual import events, work
from textual.app import App, ComposeResult
from textual.driver import Driver
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, TextArea

from casefile_audit.forms.questions import AnswerKind
from casefile_audit.recording.desk import Desk, View
from casefile_audit.recording.page import BOX_HEIGHT, Look, page_lines
from casefile_audit.recording.session import Session

_STYLES = {Look.PLAIN: Style(), Look.STRONG: Style(bold=True), Look.FOCUS: Style(reverse=True)}
_LOOKS_AT_FOCUS = "\x1b[?1004h"
# So long a pause in typing, in seconds, until what stands there is kept.
_PAUSE = 0.5
_AGAIN = 3.0
_LEAVES = ("ctrl+q", "ctrl+c")
_MOVES = ("tab", "shift+tab", "escape", "pageup", "pagedown")


class Saved(Message, namespace="reading"):
    """An attempt to write the workbook has come to its end."""


class _Page(Widget, can_focus=True):
    """The lines of the page."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def render(self) -> Text:
        """The page as it is now, cut to its room."""
        lines = page_lines(self._desk, self.size.width, self.size.height)
        width = self.size.width
        text = Text(no_wrap=True, end="")
        for number, line in enumerate(lines):
            shown = line.text.ljust(width) if line.look is Look.FOCUS else line.text
            text.append(("\n" if number else "") + shown, _STYLES[line.look])
        return text


class ReadingApp(App[None]):
    """One form, read to wherever the reader leaves it."""

    ENABLE_COMMAND_PALETTE = False
    CSS = f"""
    Screen {{ layout: vertical; background: ansi_default; color: ansi_default; }}
    _Page {{ height: 1fr; background: ansi_default; color: ansi_default; }}
    Input, TextArea {{
        display: none; border: none; padding: 0; margin: 0 0 0 6;
        background: ansi_default; color: ansi_default;
    }}
    Input {{ height: 1; }}
    TextArea {{ height: {BOX_HEIGHT}; }}
    """

    def __init__(self, session: Session) -> None:
        """Args: the session, which is closed by whoever made it."""
        super().__init__(ansi_color=True)
        self.session = session
        self.desk = Desk(session)
        self._pause: Timer | None = None
        self._page = _Page(self.desk)
        self._line = Input(id="line", select_on_focus=False, compact=True)
        self._lines = TextArea(id="lines", compact=True, highlight_cursor_line=False)

    def get_driver_class(self) -> type[Driver]:
        """A driver that doesn't ask to be told when the window has the focus.

        A terminal would go on telling it after this was killed, in codes.
        """
        driver = super().get_driver_class()

        def write(self: Any, data: str) -> None:
            driver.write(self, data.replace(_LOOKS_AT_FOCUS, ""))

        return type("_QuietDriver", (driver,), {"write": write})

    def compose(self) -> ComposeResult:
        """The page, with a box under it."""
        yield self._page
        yield self._line
        yield self._lines

    def on_mount(self) -> None:
        """Begin."""
        self._arrive()
        if self.session.unsaved:
            self._save()

    def on_resize(self) -> None:
        """Draw the page anew."""
        self._page.refresh(layout=True)

    async def on_event(self, event: events.Event) -> None:
        """Be done with each key before the next.

        Left to itself Textual moves on at a Tab before a box has taken what was typed ahead of it,
        if a busy machine gets both at once: the answer would go to another question or case.
        """
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif isinstance(event, events.Paste) or not self._is_ours(event.key):
            await self._typed(event)
        elif event.key in _LEAVES:
            self._keep_typed(final=True)
            self.exit()
        elif event.key == "enter" and self._box():
            self._press("tab", "")
        else:
            self._press(event.key, event.character or "" if event.is_printable else "")

    def _is_ours(self, key: str) -> bool:
        """Whether a key isn't for the box that is open, if one is."""
        box = self._box()
        one_line = box is self._line and key in ("up", "down", "enter")
        return box is None or one_line or key in (*_LEAVES, *_MOVES)

    async def _typed(self, event: events.Key | events.Paste) -> None:
        """Give what was typed to the box, and wait until it has it."""
        if isinstance(event, events.Key) and not event.is_printable and event.key != "enter":
            await self._check_bindings(event.key)
            return
        await super().on_event(event)
        done = asyncio.Event()
        if (box := self._box()) and box.call_later(done.set):
            await done.wait()

    def _press(self, key: str, character: str) -> None:
        is_kept = self._keep_typed(final=True)
        wrong = self.desk.message
        if not is_kept and key != "escape":
            self._page.refresh()
            return
        self.desk.press(key, character)
        if not is_kept:
            self.desk.message = f"{wrong} It is not kept."
        if self.desk.left:
            self.exit()
            return
        if self.session.unsaved:
            self._save()
        self._arrive()

    def on_input_changed(self) -> None:
        """Typing in a box: what is in it is kept at the next pause."""
        self._wait()

    def on_text_area_changed(self) -> None:
        """Likewise."""
        self._wait()

    def _wait(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(_PAUSE, self._after_pause)

    def _after_pause(self) -> None:
        self._keep_typed(final=False)
        self._page.refresh()
        if self.session.unsaved:
            self._save()

    def _box(self) -> Input | TextArea | None:
        """The box that is open, if there is one."""
        return next((box for box in (self._line, self._lines) if box.display), None)

    def _keep_typed(self, final: bool) -> bool:
        """Give what stands in the open box as the answer.

        Args:
            final: whether it is to be an answer now; else what is half typed is let be.

        Returns:
            Whether it is one, or there is no box.
        """
        box = self._box()
        if box is None:
            return True
        typed = box.text if isinstance(box, TextArea) else box.value
        if final:
            return self.desk.answer(typed)
        if self.desk.asked.question.kind is AnswerKind.TEXT:
            self.desk.answer(typed)
        return True

    def _arrive(self) -> None:
        """Open the box that the question takes, with its answer in it."""
        if self._pause is not None:
            self._pause.stop()
        at_question = self.desk.view is View.QUESTIONS and self.desk.is_typed
        several_lines = self.desk.asked.question.kind is AnswerKind.TEXT
        self._lines.display = at_question and several_lines
        self._line.display = at_question and not several_lines
        given = self.session.value(self.desk.asked)
        if self._lines.display:
            self._lines.load_text(given)
            self._lines.move_cursor(self._lines.document.end)
        elif self._line.display:
            self._line.value = given
            self._line.cursor_position = len(given)
        (self._box() or self._page).focus()
        self._page.refresh(layout=True)

    @work(thread=True, exclusive=False, group="save")
    def _save(self) -> None:
        """Write what is answered into the workbook, without keeping the reader waiting."""
        self.session.save()
        self.post_message(Saved())

    def on_reading_saved(self) -> None:
        """Say whether the answers are in the workbook; if not, try again."""
        self._page.refresh()
        if self.session.unsaved and self.session.can_save:
            self.set_timer(_AGAIN, self._save)
