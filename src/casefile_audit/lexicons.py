"""Lists of phrases to look for in what people wrote."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Annotated, Any

import re2
from pydantic import AfterValidator, Field

from casefile_audit.fields import RubricPart, Words
from casefile_audit.words import fold

_DROPPED_RE = re.compile(r"(?<=\w)(?=[ts]$)")
_EDGES_RE = re.compile(r"^[^\w*]+|[^\w*]+$")


def _are_phrases(phrases: list[str]) -> list[str]:
    for phrase in phrases:
        alternatives = [word for words in _words_of(phrase) for word in words]
        if not alternatives or any(not word.removesuffix("*") for word in alternatives):
            raise ValueError(f"`{phrase}` has a place without a word: everything would match")
        if any("*" in word[:-1] for word in alternatives):
            raise ValueError(f"in `{phrase}` a `*` stands elsewhere than at the end of a word")
    return phrases


Phrases = Annotated[Words, AfterValidator(_are_phrases)]


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
    sources = (
        r"""[\s\-"']+""".join(
            f"(?:{'|'.join(map(_word_source, words))})" for words in _words_of(phrase)
        )
        for phrase in phrases
    )
    return re2.compile("|".join(rf"\b(?:{source})\b" for source in sources))


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


def _word_source(word: str) -> str:
    ending = r"\w*" if word.endswith("*") else ""
    # Apostrophes come and go as people type: won't and wont, parents and parent's.
    pieces = _DROPPED_RE.sub("'", word.removesuffix("*")).split("'")
    return "'?".join(map(re2.escape, pieces)) + ending
