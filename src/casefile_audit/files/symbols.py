"""Ticks and check boxes as characters: how every kind of file gives them, whatever drew them."""

TICKED, EMPTY = "\N{BALLOT BOX WITH X}", "\N{BALLOT BOX}"
STRUCK = "\N{COMBINING LONG STROKE OVERLAY}"
"""Follows each character that is struck through: plain text has no other way to show it."""

UNREADABLE_CONTROL = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for an ActiveX control: there is something, and what can't be told."""

_TICK, _CROSS = "\N{CHECK MARK}", "\N{BALLOT X}"
# The low byte of a symbol font's characters: what Word keeps as F0FE is FE.
_GLYPHS: dict[str, dict[int, str]] = {
    "wingdings": {
        0x6F: EMPTY,
        0x71: EMPTY,
        0x72: EMPTY,
        0xA8: EMPTY,
        0xFB: _CROSS,
        0xFC: _TICK,
        0xFD: TICKED,
        0xFE: TICKED,
    },
    "wingdings 2": {
        0x2A: EMPTY,
        0x30: EMPTY,
        0xA3: EMPTY,
        0x4F: _CROSS,
        0x50: _TICK,
        0x51: TICKED,
        0x52: TICKED,
        0x53: TICKED,
        0x54: TICKED,
    },
    "webdings": {0x61: _TICK, 0x63: EMPTY, 0x67: EMPTY, 0x72: _CROSS},
    "marlett": {0x61: _TICK, 0x62: _TICK, 0x72: _CROSS},
}


def box(ticked: bool) -> str:
    """A check box as a character."""
    return TICKED if ticked else EMPTY


def is_symbol_font(font: str) -> bool:
    """Whether the letters of a font are signs, ticks and boxes among them."""
    return font.strip().lower() in _GLYPHS


def in_symbol_font(text: str, font: str) -> str:
    """A text as the page shows it: the ticks and boxes of a symbol font as what they are."""
    glyphs = _GLYPHS.get(font.strip().lower())
    if glyphs is None:
        return text
    return "".join(glyphs.get(ord(letter) & 0xFF, letter) for letter in text)


def struck(text: str) -> str:
    """A text that is struck through."""
    return "".join(letter + STRUCK for letter in text)
