"""Lists of phrases to look for in what people wrote."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import re2
from pydantic import Field

from casefile_audit.fields import RubricPart, Words
from casefile_audit.words import fold


class Lexicon(RubricPart):
    """Phrases to look for, whole words only, ignoring case, dashes and line breaks.

    ``himself/herself`` in a phrase stands for either word, and ``*`` at the end of a word for any
    ending. ``except`` lists longer phrases in which a phrase doesn't count, such as its denial.
    """

    title: str = ""
    source: str = ""
    phrases: Words = Field(min_length=1)
    except_: Words = Field(default_factory=list, alias="except")

    @cached_property
    def _phrases(self) -> Any:
        return phrase_pattern(self.phrases)

    @cached_property
    def _exceptions(self) -> Any:
        return phrase_pattern(self.except_) if self.except_ else None

    def first_phrase(self, text: str) -> str | None:
        """The first phrase found in a text, as it was written there but folded; None if none is."""
        plain = fold(text)
        if self._exceptions is not None:
            plain = self._exceptions.sub(" ", plain)
        found = self._phrases.search(plain)
        return found.group() if found else None


def phrase_pattern(phrases: Sequence[str]) -> Any:
    """A pattern, in linear time, that finds any of the phrases in folded text."""
    return re2.compile("|".join(rf"\b(?:{_phrase_source(fold(p))})\b" for p in phrases))


def _phrase_source(phrase: str) -> str:
    words = (
        "|".join(map(_word_source, word.split("/"))) for word in phrase.replace("-", " ").split()
    )
    return r"[\s\-]+".join(f"(?:{word})" for word in words)


def _word_source(word: str) -> str:
    ending = r"\w*" if word.endswith("*") else ""
    # Apostrophes come and go as people type.
    return "'?".join(map(re2.escape, word.removesuffix("*").split("'"))) + ending
