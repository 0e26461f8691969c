"""Finding the forms of a lexicon's terms in a text: the only place that says what matches."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from casefile_audit.rubric.lexicons.forms import (
    AS_WRITTEN,
    BETWEEN,
    FoldedPattern,
    phrase_source,
    telling_parts,
    words_of,
)
from casefile_audit.rubric.lexicons.written import WRITTEN_FOR_PROGRAMS

# Of forms in which any words may stand between, so many are searched for at once: of more, what may
# come next grows faster than what is saved.
_OPEN_TOGETHER = 30
_PRONOUNS = ("she", "he", "they", "him", "his", "hers", "her", "them", "theirs", "their")
_PRONOUN = f"(?:{'|'.join(_PRONOUNS)})"
# Of two pronouns that stand for one person the second is read: him/herself, his or her, s/he; and
# "her self" as one word.
_EITHER_RE = re.compile(
    rf"\b(?:s|{_PRONOUN}(?:self|selves)?)/(?={_PRONOUN}(?:self|selves)?\b)|"
    rf"\b{_PRONOUN}(?:self|selves)? or (?={_PRONOUN}(?:self|selves)?\b)|"
    r"\b(?:him|her|them) (?=(?:self|selves)\b)"
)
# Up to five words between commas: "putting herself, and her sister, at risk".
_ASIDE_RE = re.compile(r",(?: +[^\s,.;:!?]+){1,5} *,")
_ASIDE_WRITTEN = r",(?:\s+[^\s,.;:!?\u2026]+){1,5}\s*,"
# What an aside divides has as many words at least: two words may be two of a list.
_LONG_ENOUGH = 3
_EITHER_WRITTEN = (
    r"(?i)(?:/|(?-u:\b)or\s+)(?:s?he|they|him|his|her|them|their)"
    r"|(?-u:\b)(?:him|her|them)\s+sel[fv]"
)
# Characters beyond ASCII that are no part of a word, folded or not, and the bytes that each takes
# beyond one. A text with others has to be folded before anything can be said of it.
_USUAL_MARKS = {"[\u2018\u2019\u201c\u201d\u2013\u2014\u2026€]": 2, "£": 1}
# In so many texts with a word of a term those of its phrases alone are searched for whose words are
# all there: to make a pattern of few takes a quarter of the time. In more, one of all is quicker.
_TEXTS_OF_FEW = 60
# Patterns of all forms take as long to make, and to warm up, as looking through so many texts
# without them.
_WORTH_PATTERNS_OF_ALL = 300


class Match(NamedTuple):
    """A form of a term in a folded text: from where, and to before where."""

    term: str
    start: int
    end: int

    def within(self, other: "Match") -> bool:
        """Whether it lies wholly inside another."""
        return other.start <= self.start and self.end <= other.end


class PhraseSearch:
    """A search for the forms of many terms at once, in linear time.

    A text has a term only where it has the words that a form of it can't do without; then the
    pattern of the term tells where. Once it has been through many texts, a few patterns of all
    forms tell beforehand whether a text has any, which is seldom. All are made of the same sources,
    and each when it is first asked for.
    """

    def __init__(
        self, forms: Mapping[str, Sequence[str]], not_in: Mapping[str, Sequence[str]]
    ) -> None:
        """A search.

        Args:
            not_in: for some terms, and under ``""`` for all, longer phrases in which none counts.
        """
        self._terms = {term: _Phrases(own) for term, own in forms.items()}
        self._not_in = {term: _Phrases(own) for term, own in not_in.items() if own}
        self._looked_through = 0

    @cached_property
    def _divisible(self) -> str:
        """A pattern of words of which one at least is in any text that has a form which an aside or
        a pair of pronouns divides.
        """  # noqa: D205 - one thought
        forms = (form for own in self._terms.values() for form in own.phrases)
        parts = {part for form in forms if _is_divisible(form) for part in telling_parts(form)[0]}
        return f"(?i){'|'.join(map(re.escape, sorted(parts)))}" if parts else ""

    @cached_property
    def _together(self) -> list[list[str]]:
        """The forms as few patterns have them: of one pattern for all, what may come next is more
        than a search remembers.
        """  # noqa: D205 - one thought
        every = [form for own in self._terms.values() for form in own.phrases]
        is_open = [form for form in every if BETWEEN in form]
        groups = [
            [form for form in every if BETWEEN not in form],
            *(is_open[n : n + _OPEN_TOGETHER] for n in range(0, len(is_open), _OPEN_TOGETHER)),
        ]
        return [own for own in groups if own]

    @cached_property
    def _folded(self) -> list[FoldedPattern]:
        return [FoldedPattern(phrase_source(own)) for own in self._together]

    @cached_property
    def _written(self) -> list[str]:
        return [f"(?i){phrase_source(own, AS_WRITTEN)}" for own in self._together]

    def matches(self, text: str) -> list[Match]:
        """Every match in a folded text, in order; where some overlap, the longest."""
        if "/" in text or " or " in text or " sel" in text:
            text = _EITHER_RE.sub(_blank, text)
        found = self._found(text)
        asides = [aside.span() for aside in _ASIDE_RE.finditer(text)]
        if asides:
            found += (
                match
                for match in self._found(_ASIDE_RE.sub(_blank, text))
                if any(match.start < start and end < match.end for start, end in asides)
                and len(_ASIDE_RE.sub(" ", text[match.start : match.end]).split()) >= _LONG_ENOUGH
            )
        found.sort(key=lambda match: (match.start - match.end, match.start))
        kept: list[Match] = []
        for match in found:
            if all(match.end <= other.start or other.end <= match.start for other in kept):
                kept.append(match)
        return sorted(kept, key=lambda match: match.start)

    def _found(self, text: str) -> list[Match]:
        """Every match of each term by itself."""
        self._looked_through += 1
        if self._looked_through > _WORTH_PATTERNS_OF_ALL and not any(
            pattern.search(text) for pattern in self._folded
        ):
            return []
        found: list[Match] = []
        for term, phrases in self._terms.items():
            if own := [Match(term, *span) for span in phrases.spans(text)]:
                without = (self._not_in[name] for name in (term, "") if name in self._not_in)
                outer = [Match("", *span) for its in without for span in its.spans(text)]
                found += (match for match in own if not any(map(match.within, outer)))
        return found

    def prefilter(self, texts: Any) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Which of many texts certainly have a match, as they are written, and which others may.

        That is told of all of them together, which takes a hundredth of the time; no other has one.
        A text with letters that folding changes has to be folded before anything is known of it.

        Args:
            texts: in a list or as a Polars series.
        """
        # Late, because a short list of texts is searched one by one.
        import polars

        series = polars.Series(texts, dtype=polars.String).fill_null("")
        odd = _with_odd_letters(series)
        try:
            found = [series.str.contains(pattern).to_numpy() for pattern in self._written]
            having, settled = np.logical_or.reduce(found), not self._not_in
        except polars.exceptions.ComputeError:  # a pattern is too large: a word of each form then
            parts = sorted({part for own in self._terms.values() for part in own.telling})
            some = series.str.contains_any(parts, ascii_case_insensitive=True)
            having, settled = some.to_numpy(), False
        odd |= series.str.contains(f"{WRITTEN_FOR_PROGRAMS}|_").to_numpy()
        left = having.copy()
        if self._divisible:
            left |= series.str.contains(self._divisible).to_numpy()
        places = np.flatnonzero(left & ~odd)
        odd[places] = self._are_divided(series.gather(places), having[places])
        return (having & ~odd, odd) if settled else (np.zeros_like(odd), having | odd)

    def _are_divided(self, texts: Any, having: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Which of some texts, as they are written, hold two pronouns for one person, or
        have no form but where an aside divides one.
        """  # noqa: D205 - one thought
        import polars

        divided: npt.NDArray[np.bool_] = texts.str.contains(_EITHER_WRITTEN).to_numpy().copy()
        asides = np.flatnonzero(texts.str.contains(_ASIDE_WRITTEN).to_numpy() & ~having & ~divided)
        closed = texts.gather(asides).str.replace_all(_ASIDE_WRITTEN, " ")
        with suppress(polars.exceptions.ComputeError):
            again = [closed.str.contains(pattern).to_numpy() for pattern in self._written]
            divided[asides] = np.logical_or.reduce(again)
        return divided


def _is_divisible(form: str) -> bool:
    """Whether an aside or a pair of pronouns may stand between the words of a form."""
    words = words_of(form)
    stems = tuple(either.removesuffix("*") for word in words[1:] for either in word)
    pronouns = (f"{pronoun}{ending}" for pronoun in _PRONOUNS for ending in ("self", "selves"))
    return len(words) >= _LONG_ENOUGH or any(each.startswith(stems) for each in pronouns)


def _blank(found: re.Match[str]) -> str:
    """As many spaces, so that every place stays what it is."""
    return " " * len(found[0])


class _Phrases:
    """Phrases, and what finds them: it is made for the first text that has all words of one."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self.phrases = tuple(phrases)
        self._words = [telling_parts(phrase) for phrase in phrases]
        self.telling: defaultdict[str, list[int]] = defaultdict(list)
        for number, (first, *_) in enumerate(self._words):
            for part in first:
                self.telling[part].append(number)
        self._patterns: dict[tuple[str, ...], FoldedPattern] = {}
        self._looked_through = 0

    def _among(self, text: str) -> tuple[str, ...]:
        """The phrases that a folded text may have: no other is in it."""
        has = text.__contains__
        if self._looked_through >= _TEXTS_OF_FEW:
            return self.phrases if any(map(has, self.telling)) else ()
        told = {number for part in filter(has, self.telling) for number in self.telling[part]}
        self._looked_through += bool(told)
        return tuple(
            self.phrases[number]
            for number in sorted(told)
            if all(any(map(has, word)) for word in self._words[number][1:])
        )

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where any of them stands in a folded text."""
        among = self._among(text)
        if not among:
            return
        if among not in self._patterns:
            self._patterns[among] = FoldedPattern(phrase_source(among))
        pattern = self._patterns[among]
        for found in pattern.finditer(text):
            start, end = found.span()
            # The words between may hold the start of a shorter one: "had not had sex with".
            while (shorter := pattern.search(text, start + 1, end)) and shorter.end() == end:
                start = shorter.start()
            # RE2 takes letters beyond ASCII for the end of a word.
            if not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum():
                yield start, end


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
