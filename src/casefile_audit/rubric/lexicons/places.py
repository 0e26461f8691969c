"""Where terms stand in cases: the words around each, and what tells it from others."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from casefile_audit.rubric.lexicons.model import Hit, Lexicon
from casefile_audit.rubric.lexicons.written import folded

_AROUND = 70


@dataclass(frozen=True)
class KeyedHit:
    """A term in a case.

    Attributes:
        key: what tells it from others for as long as the case and the words around it stay: a
            person's decision on it holds for so long.
        before, found, after: the words around it.
    """

    key: str
    hit: Hit
    before: str
    found: str
    after: str


class KeyedSearch:
    """The terms of a lexicon in one field, case after case."""

    def __init__(self, lexicon: Lexicon, field: str) -> None:
        self._lexicon, self._field = lexicon, field
        self._seen: Counter[tuple[str, str]] = Counter()

    def hits(self, reference: str, text: str) -> Iterator[KeyedHit]:
        """Every term in the cleaned text of a case."""
        for hit in self._lexicon.hits(text):
            before, found, after = snippet(text, hit)
            words = folded(f"{before}{found}{after}")
            self._seen[reference, words] += 1
            times = self._seen[reference, words]
            key = _key(reference, self._field, hit.term, words, times)
            yield KeyedHit(key, hit, before, found, after)


def _key(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:12]


def snippet(text: str, hit: Hit) -> tuple[str, str, str]:
    """The words around a term, cut between words, with a ``…`` where they go on."""
    begin, end = max(0, hit.start - _AROUND), min(len(text), hit.end + _AROUND)
    before, after = text[begin : hit.start], text[hit.end : end]
    if begin:
        before = f"…{before[before.find(' ') + 1 :]}"
    if end < len(text):
        after = f"{after[: after.rfind(' ') + 1].rstrip()}…"
    return before, text[hit.start : hit.end], after
