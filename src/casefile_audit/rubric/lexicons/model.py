"""A lexicon: its terms, as pydantic models of its YAML."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from casefile_audit.capped import no_items
from casefile_audit.rubric.lexicons.forms import (
    BETWEEN,
    GROUP_RE,
    Phrases,
    is_everywhere,
    with_groups,
)
from casefile_audit.rubric.lexicons.matching import Match, PhraseSearch
from casefile_audit.rubric.lexicons.usage import SaidOf, Usage
from casefile_audit.rubric.lexicons.written import cleaned, folded
from casefile_audit.rubric.parts import Name, RubricFile, RubricPart, Words

MOST_TERMS = 1_000
MOST_EXAMPLES = 100
NOT_FOUND = "not found"
_PHRASES = "phrases"


class TermExample(RubricPart):
    """A test inside a lexicon: a text, and what is expected of the term in it."""

    text: Annotated[str, Field(min_length=1)]
    expect: Literal["used", "quoted", "challenged", "negated", "not found"]


class LexiconSource(RubricPart):
    """Where terms come from."""

    title: str
    publisher: str = ""
    year: str = ""
    url: str = ""

    @property
    def says(self) -> str:
        """In one line."""
        return ", ".join(part for part in (self.title, self.publisher, self.year) if part)


class LexiconTerm(RubricPart):
    """A term to look for.

    Attributes:
        term: as people say it.
        forms: the forms that it takes.
        alternatives: what could be written instead, in our own words, hiding no risk.
        why: what is wrong with it.
        source: names of the lexicon's sources.
        said_of: of whom it counts: ``child`` (of no adult), ``victim`` (a parent may be one) or
            ``anyone``.
        not_in: longer phrases, such as the title of an offence, in which it is not what it seems.
        examples: tests of it.
    """

    term: str
    forms: Annotated[Phrases, Field(min_length=1)]
    alternatives: Words = Field(default_factory=no_items)
    why: str = ""
    source: Words = Field(default_factory=no_items)
    said_of: SaidOf = "child"
    not_in: Phrases = Field(default_factory=no_items)
    examples: list[TermExample] = Field(default_factory=no_items, max_length=MOST_EXAMPLES)

    @model_validator(mode="after")
    def _tells_something(self) -> "LexiconTerm":
        for form in self.forms:
            if is_everywhere(form):
                raise ValueError(
                    f"`{form}` is made of words that stand in nearly every text: it would find all"
                )
        return self


class Hit(NamedTuple):
    """A term in a text.

    Attributes:
        term: its name in the lexicon.
        because: the rule that says so, in words.
        start, end: where it stands in the cleaned text.
    """

    term: str
    usage: Usage
    because: str
    start: int
    end: int


class Lexicon(RubricFile):
    """Words to look for in what people wrote: ``terms``, with how each is meant, or ``phrases``.

    Whole words only, ignoring case, accents, dashes, quotation marks and line breaks.
    ``himself/herself`` in a phrase stands for either word, ``*`` at the end of a word for any
    ending, ``~`` for up to four words, and ``{self}`` for the words that ``words`` gives it.
    ``except`` lists longer phrases in which nothing counts.

    Attributes:
        lexicon: its name, in a file of its own.
        extends: the lexicon that it adds to.
        drop: terms of that lexicon that it leaves out.
        phrases: to be found however they are meant.
    """

    lexicon: Name | Literal[""] = ""
    title: str = ""
    version: str = ""
    description: str = ""
    extends: str | None = None
    drop: Words = Field(default_factory=no_items)
    source: str = ""
    sources: dict[Name, LexiconSource] = Field(default_factory=dict)
    words: dict[Name, Words] = Field(default_factory=dict)
    terms: Annotated[dict[Name, LexiconTerm], Field(max_length=MOST_TERMS)] = Field(
        default_factory=dict
    )
    phrases: Annotated[Phrases, Field(min_length=1)] = Field(default_factory=no_items)
    except_: Phrases = Field(default_factory=no_items, alias="except")

    @model_validator(mode="after")
    def _looks_for_something(self) -> "Lexicon":
        if bool(self.terms) == bool(self.phrases):
            raise ValueError(
                "a lexicon looks for `terms` or for `phrases`: it has "
                + ("both" if self.terms else "neither, and would find nothing")
            )
        for name, words in self.words.items():
            if any("/" in word for word in words):
                raise ValueError(f"under `words`, `{name}` has a `/`: give each word by itself")
        for phrase in self._every_phrase():
            for group in GROUP_RE.findall(phrase):
                if group not in self.words:
                    raise ValueError(f"`{{{group}}}` in `{phrase}` isn't under `words`")
        return self

    def _every_phrase(self) -> Iterator[str]:
        yield from (*self.phrases, *self.except_)
        for term in self.terms.values():
            yield from (*term.forms, *term.not_in)

    def spelt(self, phrases: Sequence[str]) -> list[str]:
        """Phrases with their groups of words written out."""
        return with_groups(phrases, self.words)

    @cached_property
    def search(self) -> PhraseSearch:
        """The search for its terms, or for its phrases as if they were one."""
        forms = {name: self.spelt(term.forms) for name, term in self.terms.items()}
        not_in = {name: self.spelt(term.not_in) for name, term in self.terms.items()}
        phrases = {_PHRASES: self.spelt(self.phrases)}
        return PhraseSearch(forms or phrases, {**not_in, "": self.spelt(self.except_)})

    def hits(self, text: str) -> list[Hit]:
        """Every term in a cleaned text, and how each is meant."""
        plain = folded(text)
        return [hit for match in self.search.matches(plain) if (hit := self._hit(plain, match))]

    def _hit(self, plain: str, match: Match) -> Hit | None:
        if not self.terms:  # phrases are found however they are meant
            return Hit(match.term, Usage.USED, "", match.start, match.end)
        # Late: their patterns take longer to make than most runs have hits to look at.
        from casefile_audit.rubric.lexicons.classes import usage_of
        from casefile_audit.rubric.lexicons.people import is_said_of

        if not is_said_of(self.terms[match.term].said_of, plain, match.start, match.end):
            return None
        return Hit(match.term, *usage_of(plain, match.start, match.end), match.start, match.end)

    def prefilter(self, texts: Any) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Which of many texts certainly have language of it, and which others may.

        Phrases are found however they are meant; how a term is meant is seen by reading it.
        """
        certain, unsure = self.search.prefilter(texts)
        return (np.zeros_like(certain), certain | unsure) if self.terms else (certain, unsure)

    def has(self, text: str) -> bool:
        """Whether a text, as it was written, has language of it: used, or used and challenged."""
        return any(hit.usage.counts for hit in self.hits(cleaned(text)))

    def has_term(self, text: str) -> bool:
        """Whether a text has any of it, however it is meant."""
        return bool(self.hits(cleaned(text)))

    def is_challenged(self, text: str) -> bool:
        """Whether somebody named it as wrong in the same text."""
        return any(hit.usage is Usage.CHALLENGED for hit in self.hits(cleaned(text)))

    @property
    def example(self) -> str:
        """A text that has its first term or phrase."""
        terms = list(self.terms.values())
        first = self.spelt(terms[0].forms if terms else self.phrases)[0].replace("*", "")
        return " ".join(word.split("/")[0] for word in first.split() if word != BETWEEN)
