"""Finding the forms of a lexicon's terms in a text: the only place that says what matches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from casefile_audit.rubric.lexicons.forms import (
    linear_pattern,
    phrase_source,
    telling_parts,
)

# Characters beyond ASCII that are no part of a word, folded or not, and the bytes that each takes
# beyond one. A text with others has to be folded before anything can be said of it.
_USUAL_MARKS = {"[\u2018\u2019\u201c\u201d\u2013\u2014\u2026€]": 2, "£": 1}


@dataclass(frozen=True)
class Match:
    """A form of a term in a folded text: from where, and to before where."""

    term: str
    start: int
    end: int

    def within(self, other: "Match") -> bool:
        """Whether it lies wholly inside another."""
        return other.start <= self.start and self.end <= other.end


class PhraseSearch:
    """A search for the forms of many terms at once, in linear time.

    One pattern of all the forms tells whether a text has any. Where it has, which is seldom, the
    pattern of each term tells where. Both are made of the same sources.
    """

    def __init__(
        self, forms: Mapping[str, Sequence[str]], not_in: Mapping[str, Sequence[str]]
    ) -> None:
        """A search.

        Args:
            forms: the forms of each term.
            not_in: for some terms, and under ``""`` for all, longer phrases in which none counts.
        """
        sources = {term: phrase_source(own) for term, own in forms.items()}
        # Of which one at least is in any text that has the term.
        self._parts = {
            term: sorted({part for form in own for part in telling_parts(form)})
            for term, own in forms.items()
        }
        self._any = linear_pattern("|".join(sources.values()))
        self._terms = {term: linear_pattern(source) for term, source in sources.items()}
        self._not_in = {
            term: linear_pattern(phrase_source(own)) for term, own in not_in.items() if own
        }

    def matches(self, text: str) -> list[Match]:
        """Every match in a folded text, in order; where some overlap, the longest."""
        if self._any.search(text) is None:
            return []
        found: list[Match] = []
        everywhere = [*_spans("", self._not_in.get(""), text)]
        for term, pattern in self._terms.items():
            if not any(part in text for part in self._parts[term]):
                continue
            own = list(_spans(term, pattern, text))
            outer = [*everywhere, *_spans("", self._not_in.get(term), text)] if own else []
            found += (match for match in own if not any(map(match.within, outer)))
        found.sort(key=lambda match: (match.start - match.end, match.start))
        kept: list[Match] = []
        for match in found:
            if all(match.end <= other.start or other.end <= match.start for other in kept):
                kept.append(match)
        return sorted(kept, key=lambda match: match.start)

    def candidates(self, texts: Any) -> npt.NDArray[np.bool_]:
        """Which of many texts may have a match, as they are written: quickly, and no other has one.

        A text without any of the words that its terms can't do without has none of them, unless it
        holds letters that folding changes.

        Args:
            texts: in a list or as a Polars series.
        """
        # Late, because a short list of texts is searched one by one.
        import polars

        parts = sorted({part for own in self._parts.values() for part in own})
        series = polars.Series(texts, dtype=polars.String).fill_null("")
        hits = series.str.contains_any(parts, ascii_case_insensitive=True).to_numpy()
        return np.asarray(hits | _with_odd_letters(series))


def _spans(term: str, pattern: Any, text: str) -> Iterator[Match]:
    for found in () if pattern is None else pattern.finditer(text):
        start, end = found.span()
        # The words between may hold the start of a shorter one: "had not had sex with".
        while (shorter := pattern.search(text, start + 1, end)) and shorter.end() == end:
            start = shorter.start()
        # RE2 takes letters beyond ASCII for the end of a word.
        if not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum():
            yield Match(term, start, end)


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
