"""Workbooks that people fill in: drop-downs, rules for dates and numbers, and locked cells.

XlsxWriter leaves a rule out that breaks one of Excel's limits, and only warns: here a warning is an
error. Words to choose from stand on a sheet of their own, each list under a name, since a list
within a rule may have 255 characters and no comma within a word.
"""

import datetime as dt
import io
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any, Literal

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from casefile_audit.english import short_day, without_controls
from casefile_audit.output.spreadsheets import (
    cell_text,
    height_of,
    length,
    sheet_name,
    workbook_in_memory,
)

LONGEST_TITLE, LONGEST_MESSAGE, LONGEST_ERROR = 32, 255, 224
LISTS = "Lists"

Style = Literal[
    "title",
    "label",
    "text",
    "small",
    "heading",
    "above",
    "required",
    "to fill in",
    "mark",
    "locked",
    "locked date",
    "open",
    "open date",
    "open moment",
    "open number",
]
_TEXT: dict[str, Any] = {"valign": "top", "text_wrap": True, "num_format": "@"}
_DATE: dict[str, Any] = {"valign": "top", "num_format": "dd mmm yyyy", "align": "left"}
_EDGE: dict[str, Any] = {"border": 1, "border_color": "#9FB3C8"}
_GREY: dict[str, Any] = {"bg_color": "#E9ECEF"}
_STYLES: Mapping[Style, dict[str, Any]] = {
    "title": {"locked": True, "bold": True, "font_size": 16, "valign": "top"},
    "label": {**_TEXT, "locked": True, "bold": True},
    "text": {**_TEXT, "locked": True},
    "small": {"locked": True, "font_size": 9, "font_color": "#52606D"},
    "heading": {**_TEXT, **_EDGE, "locked": True, "bold": True, "bg_color": "#D9E2EC"},
    "above": {**_TEXT, "locked": True, "font_size": 9},
    "required": {**_TEXT, "locked": True, "font_size": 9, "bold": True, "bg_color": "#FFF3B0"},
    "to fill in": {**_TEXT, **_EDGE, "locked": False, "bg_color": "#FFF3B0"},
    "mark": {"locked": True, "font_size": 8, "font_color": "#829AB1"},
    "locked": {**_TEXT, **_EDGE, **_GREY, "locked": True},
    "locked date": {**_DATE, **_EDGE, **_GREY, "locked": True},
    "open": {**_TEXT, **_EDGE, "locked": False},
    "open date": {**_DATE, **_EDGE, "locked": False},
    "open moment": {**_DATE, **_EDGE, "locked": False, "num_format": "dd mmm yyyy hh:mm"},
    "open number": {"valign": "top", "align": "left", **_EDGE, "locked": False},
}
_WANTING = {"bg_color": "#FFF3B0"}


@dataclass(frozen=True)
class CellArea:
    """A block of cells: zero-based, and both ends belong to it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class Prompt:
    """What a cell says to whoever is about to fill it in.

    Attributes:
        title: in a word or two.
        message: what is asked; cut at a word where Excel takes no more.
        more: where the whole of it stands, if it has to be cut.
    """

    title: str = ""
    message: str = ""
    more: str = ""


class FormSheet(Worksheet):  # type: ignore[misc] # XlsxWriter doesn't publish its types
    """A sheet of a workbook that people fill in.

    Attributes:
        book: the workbook.
    """

    book: "FormBook"

    def fill(
        self, row: int, column: int, content: str | float | dt.date | None, style: Style = "text"
    ) -> None:
        """Fill a cell. Text is text, whatever it starts with."""
        form = self.book.formats[style]
        if content is None or content == "":
            self.write_blank(row, column, None, form)
        elif isinstance(content, str):
            self.write_string(row, column, cell_text(content), form)
        elif isinstance(content, dt.date):
            self.write_datetime(row, column, content, form)
        else:
            self.write_number(row, column, content, form)

    def fill_labelled(
        self, lines: Iterable[tuple[str, str]], widths: tuple[int, int], first: int, open_: str = ""
    ) -> None:
        """Fill two columns, from a row on, with labels and what is said, or to be said, of each."""
        for row, (label, text) in enumerate(lines, first):
            self.fill(row, 0, label, "label")
            self.fill(row, 1, text, "open" if label and label == open_ else "text")
            self.set_row(row, height_of(zip((label, text), widths, strict=True)))
        for column, width in enumerate(widths):
            self.set_column(column, column, width)
        self.fit_to_pages(1, 1)

    def fill_table(
        self,
        headings: Sequence[str],
        widths: Sequence[int],
        rows: Iterable[Sequence[str]],
        top: int = 0,
    ) -> None:
        """Fill the sheet, from a row on, with texts under headings that each printed page has."""
        for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
            self.fill(top, column, heading, "heading")
            self.set_column(column, column, width)
        for number, row in enumerate(rows, top + 1):
            for column, text in enumerate(row):
                self.fill(number, column, text)
            self.set_row(number, height_of(zip(row, widths, strict=True)))
        self.set_landscape()
        self.fit_to_pages(1, 0)
        self.repeat_rows(top)

    def offer(self, area: CellArea, choices: Sequence[str], prompt: Prompt, only: bool) -> None:
        """A drop-down.

        Args:
            prompt: what the cells say.
            only: whether nothing else may be entered; else it is asked about.
        """
        said = "Choose one of the words from the list."
        rule = {"validate": "list", "source": f"={self.book.list_of(choices)}"}
        self._rule(area, prompt, only, said, rule)

    def ask_date(self, area: CellArea, first: dt.date, last: dt.date, prompt: Prompt) -> None:
        """A rule for dates between two days."""
        days = f"from {short_day(first)} to {short_day(last)}"
        said = f"Enter a date such as 12 Jan {last.year}, {days}."
        bounds = {"criteria": "between", "minimum": first, "maximum": last}
        self._rule(area, prompt, True, said, {"validate": "date", **bounds})

    def ask_number(self, area: CellArea, prompt: Prompt) -> None:
        """A rule for numbers."""
        bound = 1_000_000_000
        bounds = {"criteria": "between", "minimum": -bound, "maximum": bound}
        said = "Enter a number, in figures."
        self._rule(area, prompt, True, said, {"validate": "decimal", **bounds})

    def ask(self, area: CellArea, prompt: Prompt) -> None:
        """A cell that takes anything, and says what is asked."""
        self._rule(area, prompt, False, "", {"validate": "any"})

    def _rule(
        self, area: CellArea, prompt: Prompt, only: bool, error: str, rule: Mapping[str, Any]
    ) -> None:
        options = {
            **rule,
            "input_title": cut_at_word(prompt.title, LONGEST_TITLE),
            "input_message": cut_at_word(prompt.message, LONGEST_MESSAGE, prompt.more),
            "error_title": "Not what is asked",
            "error_message": cut_at_word(error, LONGEST_ERROR),
            "error_type": "stop" if only else "warning",
        }
        with _warnings_are_errors():
            self.data_validation(*astuple(area), options)

    def mark_wanting(self, area: CellArea) -> None:
        """Colour cells for as long as they are blank."""
        look = {"type": "blanks", "format": self.book.wanting}
        self.conditional_format(*astuple(area), look)

    def lock(self) -> None:
        """Lock the locked cells against a slip: there is no password."""
        self.protect("", {"autofilter": True, "format_columns": True, "format_rows": True})


class FormBook:
    """A workbook in the making.

    Attributes:
        formats: the looks of cells, by style.
        wanting: that of cells that are to be filled in.
    """

    def __init__(
        self, title: str, day: dt.date, properties: Mapping[str, str] | None = None
    ) -> None:
        self._buffer = io.BytesIO()
        # In the style that every cell starts from cells are locked: a paste of plain cells would
        # bring it, and lock what they are pasted into.
        self._book = workbook_in_memory(self._buffer, locked=False)
        created = dt.datetime.combine(day, dt.time())
        self._book.set_properties({"title": without_controls(title), "created": created})
        for name, value in (properties or {}).items():
            self._book.set_custom_property(name, without_controls(value), "text")
        self.formats = {name: self._book.add_format(look) for name, look in _STYLES.items()}
        self.wanting = self._book.add_format(_WANTING)
        self._sheets: list[FormSheet] = []
        self._lists: dict[tuple[str, ...], str] = {}

    def add_sheet(self, name: str) -> FormSheet:
        """A further sheet, under a name that Excel allows and no other sheet has."""
        taken = [LISTS, *(sheet.get_name() for sheet in self._sheets)]
        sheet = self._new_sheet(sheet_name(name, taken))
        sheet.set_paper(9)  # A4
        self._sheets.append(sheet)
        return sheet

    def _new_sheet(self, name: str) -> FormSheet:
        sheet: FormSheet = self._book.add_worksheet(name, FormSheet)
        sheet.book = self
        return sheet

    def list_of(self, choices: Sequence[str]) -> str:
        """The name of the list of some words, of which there is one however often it is offered."""
        return self._lists.setdefault(tuple(choices), f"list_{len(self._lists) + 1}")

    def to_bytes(self) -> bytes:
        """The workbook as a file, with the sheet of the lists at its end."""
        with _warnings_are_errors():
            self._add_lists()
            self._book.close()
        return self._buffer.getvalue()

    def _add_lists(self) -> None:
        if not self._lists:
            return
        sheet = self._new_sheet(LISTS)
        sheet.fill(0, 0, "The words that the drop-downs offer: nothing to fill in.", "small")
        for column, (words, name) in enumerate(self._lists.items()):
            for row, word in enumerate(words, 1):
                sheet.fill(row, column, word)
            sheet.set_column(column, column, 30)
            letters = xlsxwriter.utility.xl_col_to_name(column)
            # To the last word and no further: a blank in a list lets anything in.
            self._book.define_name(name, f"={LISTS}!${letters}$2:${letters}${len(words) + 1}")
        sheet.lock()


def cut_at_word(text: str, most: int, more: str = "") -> str:
    """A text of at most so many characters, as Excel counts them, cut between two words.

    Args:
        more: what is said at its end if it was cut.
    """
    text = " ".join(without_controls(text).split())
    if length(text) <= most:
        return text
    end = f" … {more}".rstrip() if more else "…"
    kept = text
    while length(kept) + length(end) > most:
        shorter, _, _ = kept.rpartition(" ")
        kept = shorter or kept[:-1]
    return kept.rstrip(" ,;:") + end


def _warnings_are_errors() -> Any:
    return warnings.catch_warnings(action="error")
