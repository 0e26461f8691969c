"""What was written as it is searched: one spelling of letters and marks, every place kept."""

import re
import unicodedata

from casefile_audit.english import on_one_line

_MARKS = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032`\u00b4", "'"),
    "_": " ",  # around words, or between them, that a system or a mark of its own set apart
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
}
# Elements of HTML by name, and nothing behind the name that isn't an attribute with a value: what
# people put between such marks ("<name of the child>") was written to be read.
_TAG = (
    r"</?(?i:a|b|blockquote|body|br|center|code|div|em|font|h[1-6]|head|hr|html|i|img|li|mark|o:p|ol"
    r"|p|pre|s|small|span|strike|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul)"
    r"(?:\s[^<>]*=[^<>]*)?\s*/?>"
)
WRITTEN_FOR_PROGRAMS = (
    _TAG + r"|&(?:[A-Za-z]{2,8}|#[0-9]{1,5}|#x[0-9A-Fa-f]{1,4});"
    r"|_x000[9AaDd]_|\\[nrt]"
)
"""What a text has where a program was to make a line, a space or bold letters: tags, entities,
Excel's and a programmer's escapes. A regular expression for any engine."""
_MARKS_RE = re.compile(f"[{''.join(mark for mark in _MARKS if not mark.isascii())}]")
_FOR_PROGRAMS_RE = re.compile(WRITTEN_FOR_PROGRAMS)
# Tags that a reader sees as no space: "<b>place</b>s".
_WITHIN_WORDS = frozenset({"a", "b", "em", "font", "i", "mark", "s", "span", "strong", "u"})
# Accents that NFKC could not put together with their letter: no word is another for them.
_ACCENTS_RE = re.compile("[\u0300-\u036f]")


class _Folding(dict[int, str]):
    """What each character is folded to, always a single one, so that places stay the same."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        # Controls stay, as they do in a text of ASCII alone.
        plain = _MARKS.get(character, character.lower() if character.isascii() else None)
        if plain is None:
            letter = unicodedata.normalize("NFKD", character.casefold())[:1]
            plain = letter if letter.isprintable() and letter else " "
        self[code] = plain
        return plain


_FOLDING = _Folding()


def cleaned(text: str) -> str:
    """A text on one line as a reader sees it: without tags and escapes, and without characters that
    have no width, such as soft hyphens.
    """  # noqa: D205 - one thought
    text = _FOR_PROGRAMS_RE.sub(_as_seen, text)
    if text.isascii():
        return " ".join(text.split())
    return on_one_line(_ACCENTS_RE.sub("", unicodedata.normalize("NFKC", text)))


def _as_seen(found: re.Match[str]) -> str:
    mark = found[0]
    if mark.startswith("&"):
        from html import unescape  # late: it knows 2,231 entities, and few texts have one

        return unescape(mark)
    is_within = mark.startswith("<") and mark.strip("</>").split(" ")[0].lower() in _WITHIN_WORDS
    return "" if is_within else " "


def folded(text: str) -> str:
    """A cleaned text as it is compared: of the same length, so that a place in one is a place in
    the other.
    """  # noqa: D205 - one thought
    plain = text if text.isascii() else _MARKS_RE.sub(lambda found: _MARKS[found[0]], text)
    if plain.isascii():
        return plain.lower().replace("`", "'").replace("_", " ")
    return text.translate(_FOLDING)
