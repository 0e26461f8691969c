"""Lists of phrases to look for in what people wrote."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import re2
from pydantic import AfterValidator, Field

from casefile_audit.english import fold
from casefile_audit.rubric.fields import RubricPart, Words

_DROPPED_RE = re.compile(r"(?<=\w)(?=[ts]$)")
# What folding makes a space, a dash or a quotation mark of, as far as it is common.
_WRITTEN_APOSTROPHE = "['\u2018\u2019]"
_WRITTEN_GAP = r"""[\s\x1c-\x1f\-"'\u2018\u2019\u201c\u201d\u2010-\u2015]+"""
# Characters beyond ASCII that end a word, folded or not: how many bytes more than one each takes.
_USUAL_MARKS = {"[\u2018\u2019\u201c\u201d\u2013\u2014\u2026€]": 2, "£": 1}
_EDGES_RE = re.compile(r"^[^\w*]+|[^\w*]+$")

# In letters. More phrases have so many beginnings in common that searching for all of them
# at once takes longer than searching for a part of each, and then through what has one.
_MOST_SEARCHED_TOGETHER = 4_000
MOST_PHRASES = 2_000
LONGEST_PHRASE = 200
# In bytes: enough for as many phrases of an ordinary length to be searched for quickly.
_MOST_MEMORY = 1 << 26


def _are_phrases(phrases: list[str]) -> list[str]:
    for phrase in phrases:
        if len(phrase) > LONGEST_PHRASE:
            raise ValueError(f"a phrase is longer than {LONGEST_PHRASE} characters")
        alternatives = [word for words in _words_of(phrase) for word in words]
        if not alternatives or any(not word.removesuffix("*") for word in alternatives):
            raise ValueError(f"`{phrase}` has a place without a word: everything would match")
        if any("*" in word[:-1] for word in alternatives):
            raise ValueError(f"in `{phrase}` a `*` stands elsewhere than at the end of a word")
    return phrases


Phrases = Annotated[Words, Field(max_length=MOST_PHRASES), AfterValidator(_are_phrases)]


class Lexicon(RubricPart):
    """Phrases to look for, whole words only, ignoring case, accents, dashes and line breaks.

    ``himself/herself`` in a phrase stands for either word, and ``*`` at the end of a word for any
    ending. ``except`` lists longer phrases in which a phrase doesn't count, such as its denial.
    """

    title: str = ""
    source: str = ""
    phrases: Phrases = Field(min_length=1)
    except_: Phrases = Field(default_factory=list, alias="except")

    @cached_property
    def _phrases(self) -> Any:
        return phrase_pattern(self.phrases)

    @cached_property
    def _exceptions(self) -> Any:
        return phrase_pattern(self.except_) if self.except_ else None

    def first_phrase(self, text: str) -> str | None:
        """The first phrase found in a text, as it was written there but folded; None if none is."""
        plain = _plain(text)
        inside = [] if self._exceptions is None else [*_spans(self._exceptions, plain)]
        for start, end in _spans(self._phrases, plain):
            if not any(first <= start and end <= last for first, last in inside):
                return plain[start:end]
        return None


def phrase_pattern(phrases: Sequence[str]) -> Any:
    """A pattern, in linear time, that finds any of the phrases in folded text without accents."""
    sources = (_source(phrase, r"""[\s\-"']+""", "'") for phrase in phrases)
    return linear_pattern("|".join(rf"\b(?:{source})\b" for source in sources))


def linear_pattern(source: str) -> Any:
    """A compiled pattern whose time grows with the text alone, whatever the pattern.

    Raises:
        re2.error: it isn't a pattern, or it is too large.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MOST_MEMORY
    return re2.compile(source, options)


def with_phrase(
    texts: Any, lexicons: Sequence[Lexicon]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which of many texts have a phrase of some lexicons in them, and which others may: quickly.

    The texts are searched as they are written. That settles it, unless a text has letters that
    folding changes, or a phrase doesn't count within some other.

    Args:
        texts: the texts, in a list or as a Polars series.
        lexicons: the phrases to look for.
    """
    # Late, because a short list of texts is searched one by one.
    import polars

    series = polars.Series(texts, dtype=polars.String).fill_null("")
    phrases = [phrase for lexicon in lexicons for phrase in lexicon.phrases]
    settles = not any(lexicon.except_ for lexicon in lexicons)
    if sum(map(len, phrases)) > _MOST_SEARCHED_TOGETHER:
        parts = sorted({part for phrase in phrases for part in _telling_parts(phrase)})
        hits = series.str.contains_any(parts, ascii_case_insensitive=True).to_numpy()
        settles = False
    else:
        sources = (_source(phrase, _WRITTEN_GAP, _WRITTEN_APOSTROPHE) for phrase in phrases)
        pattern = "(?i)" + "|".join(rf"(?-u:\b)(?:{s})(?-u:\b)" for s in sources)
        hits = series.str.contains(pattern).to_numpy()
    odd = _with_odd_letters(series)
    return (hits & ~odd, odd) if settles else (np.zeros_like(odd), hits | odd)


def _with_odd_letters(series: Any) -> npt.NDArray[np.bool_]:
    """Which of many texts have characters beyond ASCII other than the usual marks."""
    count = len(series)
    odd = np.arange(count)
    further = series.str.len_bytes() - series.str.len_chars()
    for marks, bytes_more in _USUAL_MARKS.items():
        further -= series.str.count_matches(marks) * bytes_more
        left = np.flatnonzero(further.to_numpy())
        odd, series, further = odd[left], series.gather(left), further.gather(left)
    is_odd = np.zeros(count, dtype=bool)
    is_odd[odd] = True
    return is_odd


def _spans(pattern: Any, text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in pattern.finditer(text))


def _plain(text: str) -> str:
    """Folded text without accents: a word ends at a space or a mark, never within a name."""
    folded = fold(text)
    if folded.isascii():
        return folded
    letters = unicodedata.normalize("NFKD", folded)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _words_of(phrase: str) -> list[list[str]]:
    """The words of a phrase in order, each with its alternatives."""
    words = _plain(phrase).replace("-", " ").split()
    return [[_EDGES_RE.sub("", either) for either in word.split("/")] for word in words]


def _source(phrase: str, gap: str, apostrophe: str) -> str:
    """The pattern of a phrase, given those of what may stand between words and within them."""
    alternatives = (
        "|".join(_word_source(word, apostrophe) for word in words) for words in _words_of(phrase)
    )
    return gap.join(f"(?:{words})" for words in alternatives)


def _word_source(word: str, apostrophe: str) -> str:
    ending = r"\w*" if word.endswith("*") else ""
    return f"{apostrophe}?".join(map(re2.escape, _pieces(word))) + ending


def _pieces(word: str) -> list[str]:
    """A word between its apostrophes, which come and go: won't and wont, parents and parent's."""
    return _DROPPED_RE.sub("'", word.removesuffix("*")).split("'")


def _telling_parts(phrase: str) -> list[str]:
    """Of which one at least is in any text that has the phrase: as long as there are."""
    words = [[max(_pieces(word), key=len) for word in words] for words in _words_of(phrase)]
    return max(words, key=lambda parts: min(map(len, parts)))
