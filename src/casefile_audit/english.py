"""Counts, shares and lists as English, and the nearest right word: the only place it is done."""

import difflib
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence

_DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
_QUOTES = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'}
_PLAIN = _DASHES | _QUOTES
# Substitution, since str.translate is slow on a long text with few of these in it.
_NOT_PLAIN_RE = re.compile(f"[{''.join(_PLAIN)}]")
_INVISIBLE_RE = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
# Escapes and other control characters, those that reverse or hide text, and those that are no text:
# the halves of a character, which stand for the bytes of a file's name that isn't in UTF-8.
_CONTROLS_RE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    r"\ud800-\udfff\ufffe\uffff]"
)
_NOT_WORD_RE = re.compile(r"[^\w{}]+|_")
# "No. Yes" is no numbering: a no is never thrown away.
_LIST_PREFIX_RE = re.compile(r"\(?(?!no\b)[a-z0-9]{1,2}(?:\)\s*|\.\s+)(?=\S)", re.IGNORECASE)


def fold(text: str) -> str:
    """Text as it is compared: one case, one kind of dash, quote and space, no full stop or colon
    at the end.
    """  # noqa: D205 - one thought
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = _NOT_PLAIN_RE.sub(lambda found: _PLAIN[found[0]], text)
    return " ".join(text.casefold().split()).rstrip(" .:")


def on_one_line(text: str) -> str:
    """The words that a reader of the page sees: white space of any kind and length is one space,
    and characters without width go.
    """  # noqa: D205 - one thought
    return " ".join((text if text.isascii() else _INVISIBLE_RE.sub("", text)).split())


def without_controls(text: str) -> str:
    """A text as a file of any kind can hold it, with ``�`` for each character that it shouldn't."""
    return _CONTROLS_RE.sub("\N{REPLACEMENT CHARACTER}", text)


def heading_key(text: str) -> str:
    """A heading as it is compared: letters and digits only, single spaces, one case."""
    return " ".join(_NOT_WORD_RE.sub(" ", fold(text).replace("'", "")).split())


def has_footnote_mark(text: str) -> bool:
    """Whether a text has a superscript or subscript digit, which folding would take for a digit."""
    return not text.isascii() and any(c.isdigit() and not c.isdecimal() for c in text)


def without_list_prefix(text: str) -> str:
    """``a) Yes`` as ``Yes``: statutory returns number the answers in their drop-downs."""
    return _LIST_PREFIX_RE.sub("", text, count=1) if _LIST_PREFIX_RE.match(text) else text


def count(n: int, noun: str, plural: str = "") -> str:
    """``1 case``, ``2 cases``, ``1,204 cases``."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def share(part: int, whole: int) -> str:
    """A whole percentage that never rounds something to none, or nearly all to all: ``25%``."""
    if 0 < 100 * part < whole:
        return "<1%"
    if 99 * whole < 100 * part < 100 * whole:
        return ">99%"
    # Halves go up, as spreadsheets and people have them: 5 of 40 is 13%.
    return f"{(200 * part + whole) // (2 * whole)}%"


def share_beside(part: int, whole: int, bar: float) -> str:
    """A share next to the percentage it is held against: with a decimal where the two would
    otherwise read alike though they are not: ``94.6%`` beside 95.
    """  # noqa: D205 - one thought
    plain = share(part, whole)
    if plain == f"{bar:g}%" and 100 * part != bar * whole:
        return f"{math.floor(1000 * part / whole) / 10:.1f}%"
    return plain


def _percent(proportion: float) -> int:
    """A proportion in whole hundredths, halves up; a hair under a half counts as one."""
    return math.floor(100 * proportion + 0.5 + 1e-9)


def share_range(low: float, high: float) -> str:
    """Two proportions between 0 and 1 as ``15–39%``."""
    return f"{_percent(low)}–{_percent(high)}%"


def range_beside(low: float, high: float, bar: float | None) -> str:
    """Two proportions as ``68–89.8%``: an end that would round onto or past what it must not be
    taken for (the percentage that it is held against, none or all) keeps one decimal.
    """  # noqa: D205 - one thought
    bars = (0.0, 100.0, *([] if bar is None else [bar]))
    low_text, high_text = (_end_beside(end, bars) for end in (low, high))
    return f"{low_text}–{high_text}%"


def _end_beside(proportion: float, bars: Iterable[float]) -> str:
    exact = 100 * proportion
    whole = _percent(proportion)
    if not any((exact < bar) != (whole < bar) or (exact > bar) != (whole > bar) for bar in bars):
        return str(whole)
    # Towards where it truly lies, so that it stays on its side of the bar.
    tenths = round(exact * 10)
    for bar in bars:
        if exact < bar <= tenths / 10:
            tenths -= 1
        elif tenths / 10 <= bar < exact:
            tenths += 1
    return f"{tenths / 10:.1f}"


def points(difference: float) -> str:
    """The size of a difference of two shares, in whole percentage points: ``4 points``."""
    whole = _percent(abs(difference))
    return count(whole, "point") if whole else "less than 1 point"


def one_in(p: float) -> str:
    """The X of "1 in X" for a probability: two figures once it is in thousands, at most a million.

    Larger ones are rounded down, so that nothing is said to be rarer than it is.
    """
    if p < 1e-6:
        return "a million"
    times = round(1 / p)
    step = 10 ** max(0, len(str(times)) - 2) if times >= 1000 else 1
    return f"{times // step * step:,}"


def listing(items: Iterable[str], last: str = "and", most: int = 0) -> str:
    """``a, b and c``; with ``most``, only so many are named and the rest counted."""
    named = list(items)
    if most and len(named) > most:
        named = [*named[:most], f"{len(named) - most:,} more"]
    if len(named) < 2:
        return "".join(named)
    return f"{', '.join(named[:-1])} {last} {named[-1]}"


def cells_at(file: str, sheet: str, cells: str) -> str:
    """Cells as a reader finds them: ``cases.xlsx, Cases!B7``, or ``form.docx, table 2, row 5``.

    Args:
        file: the file's name; empty where there is only one.
        sheet: the sheet's name.
        cells: their addresses, or their places in a document.
    """
    if cells.startswith(("table ", "line ")):
        named = "" if sheet == file.rpartition(".")[0] else sheet
        return ", ".join(filter(None, (file, named, cells)))
    return f"{file}, {sheet}!{cells}" if file else f"{sheet}!{cells}"


def quoted(items: Iterable[str]) -> list[str]:
    """Each item between back-quotes, as a name that the user typed or has to type."""
    return [f"`{item}`" for item in items]


def nearest(word: str, options: Sequence[str], cutoff: float = 0.6) -> str | None:
    """The option most like the word, ignoring case and punctuation; None if none is like it."""
    by_fold = {fold(option): option for option in options}
    found = difflib.get_close_matches(fold(word), list(by_fold), n=1, cutoff=cutoff)
    return by_fold[found[0]] if found else None


def did_you_mean(word: str, options: Sequence[str]) -> str:
    """``did you mean `x`?``, or the whole choice where nothing is near."""
    close = nearest(word, options)
    if close is not None:
        return f"did you mean `{close}`?"
    return f"it can be {listing(quoted(options), 'or', most=12)}" if options else ""


def sentence(text: str) -> str:
    """A text as a sentence: a capital first, and a full stop unless it ends otherwise."""
    return sentence_case(text) + ("" if text.endswith((".", "?", "!", ":")) else ".")


def sentence_case(text: str) -> str:
    """The first letter a capital, the rest as it was."""
    return text[:1].upper() + text[1:]
