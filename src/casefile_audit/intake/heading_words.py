"""The words of a heading as they are compared: in any order and in one spelling."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from casefile_audit.english import fold, heading_key
from casefile_audit.rubric.yaml_text import read_yaml

NUMBER = "{n}"
DATE = "date"
REFERENCE = "reference"
RECORDED = "recorded"
# Longer texts are no headings but what somebody wrote, and every cell of the first rows is tried.
LONGEST_HEADING = 100

# The number of a question before a heading, folded: `3.`, `Q4a)`, `2.1`.
_NUMBERING_RE = re.compile(
    r"^\(?(?:q(?:uestion)?\.?\s*)?"
    r"(?:\d{1,3}(?:\.\d{1,3})+[a-z]?\s+|\d{1,3}(?:\.\d{1,3})*[a-z]?\s*[.):]+\s*)"
)
_BRACKETED_RE = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_REMARK_RE = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*$")
# What programs put behind a heading that stands there already: pandas, Excel's tables, and a join.
_AGAIN_RE = re.compile(r"(?:\.\d{1,2}|_[xy]|(?<=[^\W\d_])\d{1,2})$")
_YES_OR_NO_RE = re.compile(r"\b(y\s*/\s*n|yes\s*/\s*no|yes\s+or\s+no)\b")
_POSSESSIVE_RE = re.compile(r"(?<=\w)'s\b|(?<=s)'(?!\w)")
# "18+1" and "6+1" are names, not sums; a percentage is another thing than what it is of.
_PLUS_ONE_RE = re.compile(r"(\d+)\s*\+\s*1\b")
_COUNT_RE = re.compile(r"^(?:total\s+)?(?:no|nos|num|number|count)\.?\s+of\b")
_WORD_RE = re.compile(r"\{n\}|[^\W_]+|[#%]")
# "CrimeRef2", but not the name of a system that is written so: that is tried first.
_CAPITAL_RE = re.compile(r"(?<=[a-z])(?=[A-Z0-9])")
_SECTION_RE = re.compile(r"\bs(?:ec(?:tion)?)?\.?\s?(?=\d)")
_EITHER_RE = re.compile(r"\s*/\s*|\s+or\s+", re.IGNORECASE)


class _Table(NamedTuple):
    same: Mapping[str, str]
    phrases: Mapping[str, str]
    phrase: re.Pattern[str]
    short: Mapping[str, tuple[str, ...]]
    empty: frozenset[str]
    people: frozenset[str]
    harmless: frozenset[str]


@cache
def _table() -> _Table:
    data = read_yaml(Path(__file__).with_suffix(".yaml"))
    return _Table(
        {word: line[0] for line in data["same"] for word in line},
        data["phrases"],
        re.compile(rf"\b(?:{'|'.join(map(re.escape, data['phrases']))})\b"),
        {short: tuple(long.split()) for short, long in data["short"].items()},
        frozenset(data["empty"]),
        frozenset(data["people"]),
        frozenset(data["harmless"]),
    )


@lru_cache(maxsize=8192)
def heading_words(text: str) -> frozenset[str]:
    """The words that tell which column it is; none for what can't be a heading.

    ``Date of DI review`` and ``DI Review Date`` are the same words, and so are ``Crime No`` and
    ``Crime Reference Number``. What stands in brackets is left out: see ``remark_words``.
    """
    if len(text) > LONGEST_HEADING:
        return frozenset()
    plain = _BRACKETED_RE.sub("", _NUMBERING_RE.sub("", fold(text)))
    plain = _YES_OR_NO_RE.sub("", _POSSESSIVE_RE.sub("", plain))
    # Counting something is another thing than its reference.
    return _words(_COUNT_RE.sub("count ", plain))


def spellings(text: str) -> Iterator[str]:
    """A heading as it stands, and with a space before each capital, as ``CrimeRef`` lacks it."""
    yield text
    if (spaced := _CAPITAL_RE.sub(" ", text)) != text:
        yield spaced


def alternatives(text: str) -> list[list[str]]:
    """What a heading with a stroke, or an "or", says in each half: ``Crime/Incident No`` is two.

    The stroke parts two words, or the whole.
    """
    if len(text) > LONGEST_HEADING:
        return []
    words = _EITHER_RE.sub("/", text).split()
    strokes = [(at, word) for at, word in enumerate(words) if "/" in word]
    if len(strokes) != 1:
        return []
    ((at, word),) = strokes
    each = [" ".join([*words[:at], part, *words[at + 1 :]]) for part in word.split("/")]
    halves = [" ".join([*words[:at], word.split("/")[0]])]
    halves.append(" ".join([*word.split("/")[1:], *words[at + 1 :]]))
    return [each, halves] if "" not in (*each, *halves) else []


@lru_cache(maxsize=8192)
def remark_words(text: str) -> frozenset[str]:
    """The words of the remarks in brackets that may change what a column holds."""
    if len(text) > LONGEST_HEADING or not ("(" in text or "[" in text):
        return frozenset()
    remarks = (remark for remark in _BRACKETED_RE.findall(fold(text)) if not is_harmless(remark))
    return frozenset(word for remark in remarks for word in _words(remark))


def _words(folded: str) -> frozenset[str]:
    table = _table()
    plain = table.phrase.sub(lambda found: table.phrases[found[0]], folded)
    words: set[str] = set()
    for word in _WORD_RE.findall(_SECTION_RE.sub("s", _PLUS_ONE_RE.sub(r"\1plus1", plain))):
        for long in table.short.get(word, (word,)):
            words.add(table.same.get(long, long))
    return frozenset(words - table.empty)


def people(words: frozenset[str]) -> frozenset[str]:
    """Those of some words by which a heading may be about a person rather than a day."""
    return words & _table().people


@lru_cache(maxsize=1024)
def is_harmless(remark: str) -> bool:
    """Whether a remark in brackets, folded, changes nothing of what a column holds."""
    words = _WORD_RE.findall(remark)
    return all(word in _table().harmless or word.isdigit() for word in words) and "%" not in words


@lru_cache(maxsize=4096)
def heading_keys(text: str, any_remark: bool = True) -> tuple[str, ...]:
    """The keys that a heading may match by: as it is, without its question number, without the
    bracketed remark at its end.

    Args:
        any_remark: whether to do without a remark that may change what the column holds, too.
    """  # noqa: D205 - one thought
    folded = fold(text)
    bare = _NUMBERING_RE.sub("", folded)
    remark = _REMARK_RE.search(folded)
    plain = remark and (any_remark or is_harmless(remark[1]))
    forms = (bare, *((without_remark(form) for form in (folded, bare)) if plain else ()))
    # Few texts have either, and every cell of the first rows may be a heading.
    keys = map(percent_key, (text, *(form for form in forms if form != folded)))
    return tuple(key for key in dict.fromkeys(keys) if key)


def percent_key(heading: str) -> str:
    """A heading's key: a percentage is another thing than what it is of."""
    return heading_key(heading.replace("%", " percent "))


def as_first_written(heading: str) -> str:
    """A heading without what a program adds to tell it from another that is the same."""
    return heading[:-4] + _AGAIN_RE.sub("", heading[-4:])  # it is no longer, and a text may be


def without_remark(heading: str) -> str:
    """A heading without the bracketed remark at its end."""
    return _REMARK_RE.sub("", heading)
