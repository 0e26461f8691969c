"""Ticks and check boxes as characters: how every kind of file gives them, whatever drew them."""

TICKED, EMPTY = "\N{BALLOT BOX WITH X}", "\N{BALLOT BOX}"
STRUCK = "\N{COMBINING LONG STROKE OVERLAY}"
"""Follows each character that is struck through: plain text has no other way to show it."""

UNREADABLE_CONTROL = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for an ActiveX control: there is something, and what can't be told."""

_TICK, _CROSS = "\N{CHECK MARK}", "\N{BALLOT X}"
# The low byte of a symbol font's characters: what Word keeps as F0FE is FE.
_SIGNS: dict[str, dict[str, bytes]] = {
    "wingdings": {EMPTY: b"oqr\xa8", _CROSS: b"\xfb", _TICK: b"\xfc", TICKED: b"\xfd\xfe"},
    "wingdings 2": {EMPTY: b"*0\xa3", _CROSS: b"O", _TICK: b"P", TICKED: b"QRST"},
    "webdings": {EMPTY: b"cg", _CROSS: b"r", _TICK: b"a"},
    "marlett": {_CROSS: b"r", _TICK: b"ab"},
}
_GLYPHS = {
    font: {byte: sign for sign, its in signs.items() for byte in its}
    for font, signs in _SIGNS.items()
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
