"""What .xls and .xlsb files say of their cells that python-calamine does not pass on.

Both are made of records, which differ in their numbers and lengths; what cells look like is told
here, from what the records of either hold.
"""

import datetime
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from casefile_audit.files.markup import EPOCH_1900, EPOCH_1904, FormulaResults, Markup
from casefile_audit.files.number_formats import BUILT_IN, shown_by

_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA",
}  # fmt: skip
_STRUCK = 0x08
_DAYS = (14, 15, 16, 17, 22)
"""The program's own formats of days."""
# Of a format, all that is no letter of its own: texts, escaped signs, and what stands in brackets.
_NO_LETTERS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_MOST_DAYS = 2_958_465


@dataclass
class BinaryStyles:
    """How the cells of a workbook look.

    Attributes:
        codes: number formats by their numbers.
        struck: of each font whether its letters are struck out.
        styles: of each style its font and its number format.
        uncalculated: whether a result of nought or nothing may be only what stands in for one.
    """

    codes: dict[int, str] = field(default_factory=lambda: dict(BUILT_IN))
    struck: list[bool] = field(default_factory=list)
    styles: list[tuple[int, int]] = field(default_factory=list)
    is_1904: bool = False
    uncalculated: bool = False
    _shows: dict[int, Callable[[float], str | None] | None] = field(default_factory=dict)

    def add_font(self, flags: int) -> None:
        """The next font, by its flags."""
        self.struck.append(bool(flags & _STRUCK))

    def shows(self, style: int) -> Callable[[float], str | None] | None:
        """What shows the numbers of a style otherwise; None where they are shown as they are."""
        if style not in self._shows:
            code = self.codes.get(self.styles[style][1], "") if style < len(self.styles) else ""
            self._shows[style] = shown_by(code)
        return self._shows[style]

    def shows_days(self, style: int) -> bool:
        """Whether a style shows numbers as days."""
        number = self.styles[style][1] if style < len(self.styles) else 0
        letters = _NO_LETTERS.sub("", self.codes.get(number, "")).lower()
        return number in _DAYS or "y" in letters or "d" in letters

    def is_struck(self, style: int) -> bool:
        """Whether the letters of a style are struck out."""
        font = self.styles[style][0] if style < len(self.styles) else 0
        return font < len(self.struck) and self.struck[font]


class BinarySheet:
    """Collects what the records of one sheet say."""

    def __init__(self, styles: BinaryStyles) -> None:
        self.styles = styles
        self.found = Markup()
        self._formulas = FormulaResults()

    def filled(self, row: int, column: int, style: int) -> None:
        """A cell that holds something."""
        if self.styles.is_struck(style):
            self.found.struck.append((row, column))

    def number(self, row: int, column: int, style: int, value: float) -> None:
        """A cell that holds a number."""
        self.filled(row, column, style)
        show = self.styles.shows(style)
        if show is not None and (shown := show(value)) is not None:
            self._show(row, column, shown)

    def whole_number(self, row: int, column: int, style: int, value: int) -> None:
        """A cell that holds a whole number, of which python-calamine makes no day."""
        self.number(row, column, style, value)
        if 0 < value <= _MOST_DAYS and self.styles.shows_days(style):
            epoch = EPOCH_1904 if self.styles.is_1904 else EPOCH_1900
            self._show(row, column, (epoch + datetime.timedelta(days=value)).date().isoformat())

    def error(self, row: int, column: int, style: int, code: int) -> None:
        """A cell that holds an error."""
        self.filled(row, column, style)
        self._show(row, column, _ERRORS.get(code, "#ERROR!"))

    def result(self, row: int, column: int, value: float | None) -> None:
        """The result of a formula: a number, or None for anything else than nothing."""
        if value == 0 and self.styles.uncalculated:
            self._formulas.stand_in(row, column)
        else:
            self._formulas.calculated(column)

    def no_result(self, row: int, column: int) -> None:
        """A formula whose result is a text of no letters."""
        if self.styles.uncalculated:
            self._formulas.stand_in(row, column)

    def markup(self) -> Markup:
        """All that was found."""
        self.found.shown.extend(self._formulas.shown())
        return self.found

    def _show(self, row: int, column: int, shown: str) -> None:
        self.found.shown.append(((row, column, row, column), shown))


def packed_number(data: bytes) -> float:
    """A number in four bytes: a whole one, or half of a longer one, perhaps in hundredths."""
    (bits,) = struct.unpack("<l", data)
    if bits & 2:
        value = float(bits >> 2)
    else:
        (value,) = struct.unpack("<d", bytes(4) + struct.pack("<l", bits & ~3))
    return value / 100 if bits & 1 else value
