"""Counts, shares and lists as English, and the nearest right word: the only place it is done."""

import datetime as dt
import difflib
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

_DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
_QUOTES = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'}
_PLAIN = _DASHES | _QUOTES
# Substitution, since str.translate is slow on a long text with few of these in it.
_NOT_PLAIN_RE = re.compile(f"[{''.join(_PLAIN)}]")
# Signs without width, soft hyphens among them, those that choose how another looks, those that only
# tag it, and letters that are drawn as nothing.
_INVISIBLE_RE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
# Escapes and other control characters, those that reverse or hide text, and those that are no text:
# the halves of a character, which stand for the bytes of a file's name that isn't in UTF-8.
CONTROLS = (
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    r"\ud800-\udfff\ufffe\uffff]"
)
_CONTROLS_RE = re.compile(CONTROLS)
_NOT_WORD_RE = re.compile(r"[^\w{}]+|_")
# "No. Yes" is no numbering: a no is never thrown away.
_LIST_PREFIX_RE = re.compile(r"\(?(?!no\b)[a-z0-9]{1,2}(?:\)\s*|\.\s+)(?=\S)", re.IGNORECASE)

FEWEST_FOR_SHARES = 10
"""Of fewer cases no percentage is given, and no range: the count leads, and stands alone."""

_RAREST = 1e-6
_PARTS = 10**6
_POINT = 0.01
_UNDER_ONE = "under 1"
_MOST_DIGITS = 6
# What is neither none nor all, and reads so when it is rounded.
_NEARLY = [{f"{0:.{digits}f}", f"{100:.{digits}f}"} for digits in range(_MOST_DIGITS)]


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


_NOUGHTS_RE = re.compile(r"(?<![0-9])0+(?=[0-9])")
_NO_REFERENCE_RE = re.compile(r"[^0-9a-z]+")


def bare_reference(text: str) -> str:
    """A case reference without what one copy of it has and another hasn't: spaces, punctuation,
    leading noughts and the ``.0`` of a number.
    """  # noqa: D205 - one thought
    bare = _NO_REFERENCE_RE.sub("-", fold(text).removesuffix(".0")).strip("-")
    return _NOUGHTS_RE.sub("", bare)


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
    """A whole percentage: ``25%``; where less than 1 in 100 is in it, or is not, the first figure
    of that too: ``0.003%``, ``99.7%``.
    """  # noqa: D205 - one thought
    rare = min(part, whole - part)
    if 0 < 100 * rare < whole:
        digits = -math.floor(math.log10(100 * rare / whole))
        return f"{100 * part / whole:.{digits}f}%"
    # Halves go up, as spreadsheets and people have them: 5 of 40 is 13%.
    return f"{(200 * part + whole) // (2 * whole)}%"


def in_parts(share_of_all: float) -> str:
    """A share that is of no whole number of cases, as a percentage: ``25%``."""
    return share(round(share_of_all * _PARTS), _PARTS)


def counted(part: int, whole: int) -> str:
    """``96 of 273 (35%)``; of few cases the count alone."""
    few = whole < FEWEST_FOR_SHARES
    return f"{part:,} of {whole:,}" + ("" if few else f" ({share(part, whole)})")


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
    """Two proportions between 0 and 1 as ``15–39%``, ``0.001–0.009%``: in whole percentages where
    those tell them apart, and from none and all where both are near.
    """  # noqa: D205 - one thought
    return f"{'–'.join(range_ends(low, high))}%"


def range_ends(low: float, high: float) -> tuple[str, str]:
    """The two ends of ``share_range``, without the sign."""
    inner = [end for end in (low, high) if 0 < end < 1] if high < 0.01 or low > 0.99 else []
    digits = 0
    while digits < _MOST_DIGITS and (
        (low < high and _rounded(low, digits) == _rounded(high, digits))
        or any(_rounded(end, digits) in _NEARLY[digits] for end in inner)
    ):
        digits += 1
    first, last = (
        f"{100 * end:g}" if end in (0, 1) else _rounded(end, digits) for end in (low, high)
    )
    return first, last


def range_beside(low: float, high: float, bar: float | None) -> str:
    """Two proportions as ``68–89.8%``: in whole percentages where those tell them apart; an end
    that would round onto or past what it must not be taken for (the percentage that it is held
    against, none or all) has as many digits as keep it on its side.
    """  # noqa: D205 - one thought
    apart = len(range_ends(low, high)[0].partition(".")[2])
    bars = (0.0, 100.0, *([] if bar is None else [bar]))
    low_text, high_text = (_end_beside(end, bars, apart) for end in (low, high))
    return f"{low_text}–{high_text}%"


def _end_beside(proportion: float, bars: Iterable[float], digits: int) -> str:
    exact = 100 * proportion
    for more in range(digits, _MOST_DIGITS):
        text = _rounded(proportion, more)
        seen = float(text)
        if all((exact < bar) == (seen < bar) and (exact > bar) == (seen > bar) for bar in bars):
            return f"{exact:g}" if exact in bars else text
    return f"{exact:g}"


def whole_points(difference: float) -> int:
    """The size of a difference of two shares, in percentage points: 0 where it is under 1."""
    return _percent(abs(difference))


def points(difference: float) -> str:
    """The same as it is printed: ``4``."""
    return f"{whole_points(difference) or _UNDER_ONE}"


def fine_points(difference: float) -> str:
    """The size of a difference of less than a percentage point: ``0.004``."""
    size = 100 * abs(difference)
    if size < 10**-_MOST_DIGITS:
        return "0"
    return f"{size:.{max(1, -math.floor(math.log10(size)))}f}"


def in_points(figure: str) -> str:
    """A size with its unit: ``4 points``, ``under 1 point``."""
    return f"{figure} {'point' if figure in ('1', _UNDER_ONE) else 'points'}"


def points_of(*differences: float) -> Callable[[float], str]:
    """How to write some differences that stand together: in whole points, or where all of them are
    under 1 in as many figures as it takes.
    """  # noqa: D205 - one thought
    return points if max(map(abs, differences)) >= _POINT else fine_points


def one_in(p: float) -> str:
    """The X of "about 1 in X" for a probability: two figures from 1,000 on, at most a million."""
    return _times(round(1 / p) if p >= _RAREST else 0)


def rarer_than(p: float) -> str:
    """The X of "fewer than 1 in X": 43 for 1 in 43.8, as nothing is to be said rarer than it is.

    Two figures once it is in thousands, at most a million.
    """
    return _times(max(1, math.ceil(1 / p) - 1) if p >= _RAREST else 0)


def _times(times: int) -> str:
    step = 10 ** max(0, len(str(times)) - 2) if times >= 1000 else 1
    return f"{times // step * step:,}" if times else "a million"


def _rounded(proportion: float, digits: int) -> str:
    return f"{_percent(proportion)}" if not digits else f"{100 * proportion:.{digits}f}"


def listing(items: Iterable[str], last: str = "and", most: int = 0) -> str:
    """``a, b and c``; with ``most``, only so many are named and the rest counted."""
    named = list(items)
    if most and len(named) > most:
        named = [*named[:most], f"{len(named) - most:,} more"]
    if len(named) < 2:
        return "".join(named)
    return f"{', '.join(named[:-1])} {last} {named[-1]}"


def first_few(
    items: Sequence[str], most: int, rest: str = "{:,} more (--full)", total: int = 0
) -> list[str]:
    """The first of some items, then in words how many more there are.

    Args:
        most: how many of them are named; all if 0.
        total: how many items there are, where not all are known.
    """
    named = items[: most or None]
    more = max(total, len(items)) - len(named)
    return [*named, *([rest.format(more)] if more else [])]


def cells_at(file: str, sheet: str, cells: str) -> str:
    """Cells as a reader finds them: ``cases.xlsx, Cases!B7``, or ``form.docx, table 2, row 5``.

    Args:
        file: the file's name; empty where there is only one.
        cells: their addresses, or their places in a document.
    """
    if cells.startswith(("table ", "line ")):
        named = "" if sheet == file.rpartition(".")[0] else sheet
        return ", ".join(filter(None, (file, named, cells)))
    return f"{file}, {sheet}!{cells}" if file else f"{sheet}!{cells}"


def long_day(day: dt.date) -> str:
    """A day in words: ``7 February 2025``."""
    return f"{day.day} {day:%B %Y}"


def short_day(day: dt.date) -> str:
    """A day in fewer letters: ``7 Feb 2025``."""
    return f"{day.day} {day:%b %Y}"


def quoted(items: Iterable[str]) -> list[str]:
    """Each item between back-quotes, as a name that the user typed or has to type."""
    return [f"`{item}`" for item in items]


def nearest(word: str, options: Sequence[str], cutoff: float = 0.6) -> str | None:
    """The option most like the word, ignoring case and punctuation; None if none is like it."""
    by_fold = {fold(option): option for option in options}
    found = difflib.get_close_matches(fold(word), list(by_fold), n=1, cutoff=cutoff)
    return by_fold[found[0]] if found else None


def nearest_few(word: str, options: Sequence[str], most: int) -> list[str]:
    """The options most like a word, however unlike they are, the nearest first."""
    matcher = difflib.SequenceMatcher(b=fold(word))

    def unlike(option: str) -> float:
        matcher.set_seq1(fold(option))
        return -matcher.ratio()

    return sorted(options, key=unlike)[:most]


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
