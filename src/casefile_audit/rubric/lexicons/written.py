"""What was written as it is searched: one spelling of letters and marks, every place kept."""

import re
import unicodedata

from casefile_audit.english import on_one_line

_MARKS = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032`\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
}
# Accents that NFKC could not put together with their letter: no word is another for them.
_ACCENTS_RE = re.compile("[\u0300-\u036f]")


class _Folding(dict[int, str]):
    """What each character is folded to, always a single one, so that places stay the same."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        plain = _MARKS.get(character)
        if plain is None:
            letter = unicodedata.normalize("NFKD", character.casefold())[:1]
            plain = letter if letter.isprintable() and letter else " "
        self[code] = plain
        return plain


_FOLDING = _Folding()


def cleaned(text: str) -> str:
    """A text on one line, without characters that have no width, such as soft hyphens."""
    if text.isascii():
        return " ".join(text.split())
    return on_one_line(_ACCENTS_RE.sub("", unicodedata.normalize("NFKC", text)))


def folded(text: str) -> str:
    """A cleaned text as it is compared: of the same length, so that a place in one is a place in
    the other.
    """  # noqa: D205 - one thought
    return text.lower().replace("`", "'") if text.isascii() else text.translate(_FOLDING)
