"""``matches``, ``mentions`` and ``free_of``: what the words are."""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any

import numpy as np
import re2
from pydantic import Field

from casefile_audit.cases import Cases, Mask, Outcome, Outcomes, State, Values
from casefile_audit.english import listing, nearest
from casefile_audit.rubric.conditions.base import OPPOSITE, Fault, OfField, Setting, answered
from casefile_audit.rubric.lexicons.foreign import is_foreign, prefilter_foreign
from casefile_audit.rubric.lexicons.forms import Phrases, linear_pattern
from casefile_audit.rubric.lexicons.model import Lexicon
from casefile_audit.rubric.lexicons.places import KeyedSearch
from casefile_audit.rubric.lexicons.usage import Usage
from casefile_audit.rubric.lexicons.written import cleaned

OnText = Annotated[dict[str, str], Field(min_length=1, max_length=1)]
OnPhrases = Annotated[
    dict[str, Annotated[Phrases, Field(min_length=1)]], Field(min_length=1, max_length=1)
]


_COUNTS = {usage.value for usage in Usage if usage.counts}


class Matches(OfField):
    """The whole cell matches a regular expression (RE2's: no back-references, always quick)."""

    key = "matches"
    types = ("text", "identifier")
    matches: OnText

    @cached_property
    def _pattern(self) -> Any:
        return linear_pattern(self.matches[self.field])

    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        """Compared once for each distinct value."""
        matched = cases.where(self.field, lambda text: self._pattern.fullmatch(text) is not None)
        return answered(cases.states[self.field], matched)

    def says(self, setting: Setting) -> str:
        return f"{setting.title(self.field)} matches the pattern {self.matches[self.field]}"

    def examples(self, setting: Setting) -> Mapping[str, list[str]]:
        """None can be made up from a pattern: the rubric's own tests serve."""
        return {}

    def faults(self, setting: Setting) -> Iterator[Fault]:
        """A pattern that can't be read is a fault."""
        yield from super().faults(setting)
        try:
            _ = self._pattern
        except re2.error as error:
            why = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
            yield Fault((self.key, self.field), f"the pattern can't be read: {why}")


class _Phrases(OfField):
    """A search of what was written for phrases, or for those of the rubric's lexicons."""

    types = ("text",)

    @property
    def _words(self) -> list[str]:
        return list(self.given[self.field])

    def lexicons(self, setting: Setting) -> list[Lexicon]:
        """The lexicons that are named, and one made of the phrases that are not names."""
        own = [word for word in self._words if word not in setting.lexicons]
        named = [setting.lexicons[word] for word in self._words if word in setting.lexicons]
        return [*named, *([Lexicon(phrases=own)] if own else [])]

    def found(self, cases: Cases, setting: Setting) -> Outcomes:
        """Met where a phrase was found, by the usual rule.

        Where none was, in a language that the lexicon's terms are not of, nothing was looked for.
        """
        lexicons = self.lexicons(setting)
        hits = (
            self._decided(cases, setting, _COUNTS)
            if setting.decisions
            else self._where(cases, lexicons, Lexicon.has)
        )
        outcomes = answered(cases.states[self.field], hits)
        if any(lexicon.terms for lexicon in lexicons):
            foreign = cases.where(self.field, is_foreign, prefilter_foreign)
            unsure = foreign & (outcomes == Outcome.NOT_MET)
            outcomes = np.where(unsure, np.int8(Outcome.CANNOT_TELL), outcomes)
        return outcomes

    def _decided(self, cases: Cases, setting: Setting, usages: Collection[str]) -> Mask:
        """The cases that have a term so meant, where people decided what they could."""
        lexicons = self.lexicons(setting)
        searches = [KeyedSearch(lexicon, self.field) for lexicon in lexicons]
        column, _ = cases.column(self.field)
        decided = np.zeros(len(cases), dtype=bool)
        for case in np.flatnonzero(self._where(cases, lexicons, Lexicon.has_term)).tolist():
            reference = str(cases.references[case])
            text = cleaned(column.at(case))
            found = [its for search in searches for its in search.hits(reference, text)]
            meant = {setting.decisions.get(its.key, its.hit.usage.value) for its in found}
            decided[case] = not meant.isdisjoint(usages)
        return decided

    def _where(
        self, cases: Cases, lexicons: list[Lexicon], test: Callable[[Lexicon, str], bool]
    ) -> Mask:
        def prefilter(texts: Values) -> tuple[Mask, Mask]:
            told = [lexicon.prefilter(texts) for lexicon in lexicons]
            certain, unsure = map(np.logical_or.reduce, zip(*told, strict=True))
            return certain, unsure & ~certain

        return cases.where(
            self.field, lambda text: any(test(lexicon, text) for lexicon in lexicons), prefilter
        )

    def _what(self, setting: Setting) -> str:
        titles = (
            setting.lexicons[word].title or word if word in setting.lexicons else f'"{word}"'
            for word in self._words
        )
        return listing(titles, "or", most=6)

    def examples(self, setting: Setting) -> Mapping[str, list[str]]:
        """A phrase, something harmless, and nothing."""
        examples = [lexicon.example for lexicon in self.lexicons(setting)]
        return {self.field: [*examples, "0", ""]}

    def faults(self, setting: Setting) -> Iterator[Fault]:
        """What is nearly a lexicon's name, and looks like a name, is taken for a slip."""
        yield from super().faults(setting)
        for word in self._words:
            close = nearest(word, list(setting.lexicons), cutoff=0.75)
            like_a_name = " " not in word and ("-" in word or len(self._words) == 1)
            if close not in (None, word) and like_a_name:
                found = f"there is no lexicon `{word}`"
                hint = f"did you mean `{close}`?"
                yield Fault((self.key, self.field), found, hint, is_error="-" in word)


class Mentions(_Phrases):
    """At least one of the phrases is there."""

    key = "mentions"
    mentions: OnPhrases

    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        """A blank text mentions nothing: not recorded."""
        return self.found(cases, setting)

    def says(self, setting: Setting) -> str:
        return f"{setting.title(self.field)} mentions {self._what(setting)}"


class FreeOf(_Phrases):
    """None of the phrases is there. Where nothing was written there is nothing to search."""

    key = "free_of"
    free_of: OnPhrases

    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        """A phrase that was found is not met; silence is not applicable, never met.

        Of a lexicon's terms those are found that are used, be it challenged or not.
        """
        found = self.found(cases, setting)
        states = cases.states[self.field]
        silent = np.where(
            states == State.UNREADABLE,
            np.int8(Outcome.CANNOT_TELL),
            np.int8(Outcome.NOT_APPLICABLE),
        )
        return np.where(states == State.VALUE, OPPOSITE[found], silent)

    def can_be_challenged(self, setting: Setting) -> bool:
        """Language that goes by terms can: phrases are found however they are meant."""
        return any(lexicon.terms for lexicon in self.lexicons(setting))

    def challenged(self, cases: Cases, setting: Setting) -> Mask:
        """The cases in which somebody has named such language as wrong."""
        lexicons = [lexicon for lexicon in self.lexicons(setting) if lexicon.terms]
        if not lexicons:
            return np.zeros(len(cases), dtype=bool)
        if setting.decisions:
            return self._decided(cases, setting, {Usage.CHALLENGED.value})
        return self._where(cases, lexicons, Lexicon.is_challenged)

    def says(self, setting: Setting) -> str:
        return f"{setting.title(self.field)} is free of {self._what(setting)}"
