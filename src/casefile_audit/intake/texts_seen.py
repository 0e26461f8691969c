"""What the columns of a long file hold, seen piece by piece: each different text, and how often."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from casefile_audit.cases import Codes, Column
from casefile_audit.files.tables import CellTable
from casefile_audit.files.workbook import Cell
from casefile_audit.intake.columns import Header
from casefile_audit.issues import PLACES_NAMED
from casefile_audit.rubric.fields import FieldBase, IdentifierField, TextField

LONGEST_CODE = 20
"""A longer text is somebody's words, and no code."""
SPOILT = r"\d(?:\.\d+)?[eE]\+\d+"
"""A long number as a spreadsheet shows it, and saves it."""
# Of more different texts than this of one column nothing is told: they would take too much memory.
_MOST_TEXTS = 100_000
_SORTED_QUICKLY = 1 << 16
_LOOKED_AT_FIRST = 16_384
_SPOILT_RE = re.compile(SPOILT)
_DIGITS_RE = re.compile(r"\d")
_LEAST_SPACES, _CLOSING, _SAMPLED = 3, ".!?…:;)]\"'’”", 1_000


def is_short(cell: Cell) -> bool:
    """Whether a cell is no text of more letters than a code has."""
    return not isinstance(cell, str) or len(cell) <= LONGEST_CODE


@dataclass(frozen=True)
class LongestTexts:
    """The texts of a column that are as long as the longest.

    Attributes:
        length: in characters.
        unfinished: how many of these are words without an end, as far as a sample of them tells.
        total: how many rows hold one.
        rows: the zero-based rows of the first.
    """

    length: int = 0
    different: int = 0
    unfinished: int = 0
    total: int = 0
    rows: tuple[int, ...] = ()

    @classmethod
    def of(cls, different: Sequence[str], total: int, rows: Iterable[int]) -> Self:
        """The different texts that are the longest, how many rows hold one, and the first rows."""
        length = len(different[0]) if different else 0
        unfinished = _unfinished(different[:_SAMPLED])
        return cls(length, len(different), unfinished, total, tuple(rows))

    def __add__(self, other: "LongestTexts") -> "LongestTexts":
        if self.length != other.length:
            return max(self, other, key=lambda its: its.length)
        rows = (*self.rows, *other.rows)[:PLACES_NAMED]
        different, total = self.different + other.different, self.total + other.total
        unfinished = self.unfinished + other.unfinished
        return LongestTexts(self.length, different, unfinished, total, rows)


def _unfinished(texts: Iterable[str]) -> int:
    """How many different texts stop as no writer stops: texts that only have other numbers in them
    are filled in by a program.
    """  # noqa: D205 - one thought
    stopped = (t for t in texts if t.count(" ") >= _LEAST_SPACES and t[-1] not in _CLOSING)
    return len({_DIGITS_RE.sub("0", text) for text in stopped})


@dataclass
class TextsSeen:
    """The different texts of a column. Further pieces are added in their order.

    Attributes:
        counts: how many rows hold each; of a column of somebody's words only short ones are here,
            and of one of references only those that a spreadsheet spoilt.
        firsts: the zero-based rows of the first of those rows.
    """

    counts: dict[Cell, int] = field(default_factory=dict)
    firsts: dict[Cell, tuple[int, ...]] = field(default_factory=dict)
    longest: LongestTexts = LongestTexts()
    rows: int = 0

    @property
    def distinct(self) -> Set[Cell]:
        """The texts of which it is known how many rows hold them."""
        return self.counts.keys()

    @property
    def short(self) -> Iterable[Cell]:
        """Those of them that are no longer than a code."""
        return filter(is_short, self.counts)

    @property
    def are_too_many(self) -> bool:
        """Whether there are more than are kept."""
        return len(self.counts) > _MOST_TEXTS

    def add(self, other: "TextsSeen") -> None:
        """Those of the next piece."""
        self.longest += other.longest
        self.rows += other.rows
        if self.are_too_many:
            return
        for text, number in other.counts.items():
            self.counts[text] = self.counts.get(text, 0) + number
            before = self.firsts.get(text, ())
            if len(before) < PLACES_NAMED:
                self.firsts[text] = (*before, *other.firsts[text])[:PLACES_NAMED]

    def of(self, texts: Iterable[Cell]) -> "TextsSeen":
        """The same of some of the texts."""
        kept = set(texts)
        counts = {text: n for text, n in self.counts.items() if text in kept}
        return replace(self, counts=counts, firsts={text: self.firsts[text] for text in counts})

    def passing(self, test: Callable[[Cell], bool]) -> tuple[int, list[int]]:
        """How many cells pass a test, and the rows of the first."""
        passed = list(filter(test, self.counts))
        rows = sorted(row for text in passed for row in self.firsts[text])
        return sum(self.counts[text] for text in passed), rows[:PLACES_NAMED]


def texts_seen(
    table: CellTable, header: Header, fields: Mapping[str, FieldBase]
) -> dict[int, TextsSeen]:
    """What the columns of some rows hold, by their indexes."""
    return {
        column.index: _seen(table.column(column.index), table.first, its)
        for name, its in fields.items()
        for column in header.of_field(name)
    }


def _seen(column: Column, first: int, its: FieldBase) -> TextsSeen:
    """What a column holds, given the zero-based row that it starts with."""
    if column.is_unique:
        return _seen_of_own(column.values, first, its)
    codes = column.codes
    counts = np.bincount(codes)
    there = np.flatnonzero(counts)
    texts = column.values[there].tolist()
    if len(set(texts)) < len(texts):  # they were written with other spaces
        numbers = {text: number for number, text in enumerate(column.values)}
        same = np.array([numbers[text] for text in column.values], dtype=np.int64)
        return _seen(Column(same[codes], column.values), first, its)
    rows = (_first_rows(codes, counts) + first).tolist()
    counts = counts[there]
    named = np.minimum(counts, PLACES_NAMED)
    stops = np.cumsum(named)
    own = zip((stops - named).tolist(), stops.tolist(), strict=True)
    seen = TextsSeen(
        dict(zip(texts, counts.tolist(), strict=True)),
        {text: tuple(rows[start:stop]) for text, (start, stop) in zip(texts, own, strict=True)},
        rows=len(codes),
    )
    if isinstance(its, TextField):
        length = max(map(len, texts), default=0)
        total, at = seen.passing(lambda cell: len(str(cell)) == length)
        seen.longest = LongestTexts.of([t for t in texts if len(t) == length], total, at)
    if isinstance(its, TextField | IdentifierField):
        tells: Callable[[str], object] = (
            is_short if isinstance(its, TextField) else _SPOILT_RE.search
        )
        return seen.of(text for text in texts if tells(text))
    return seen


def _first_rows(codes: Codes, counts: Codes) -> Codes:
    """The places of the first rows of each text, text by text, given how many rows hold each."""
    # Most are among the first rows of all: only those with a text that comes late are sorted too.
    among = np.bincount(codes[:_LOOKED_AT_FIRST], minlength=len(counts))
    chosen = (among < np.minimum(counts, PLACES_NAMED))[codes]
    chosen[:_LOOKED_AT_FIRST] = True
    places = np.flatnonzero(chosen)
    own = codes[places]
    order = np.argsort(
        own.astype(np.uint16) if len(counts) < _SORTED_QUICKLY else own, kind="stable"
    )
    numbers = np.bincount(own)
    rank = np.arange(len(own)) - np.repeat(np.cumsum(numbers) - numbers, numbers)
    return places[order[rank < PLACES_NAMED]]


def _seen_of_own(texts: Any, first: int, its: FieldBase) -> TextsSeen:
    """The same of texts of which nearly all differ, in a Polars series."""
    seen, kept = TextsSeen(rows=len(texts)), np.arange(len(texts))
    if isinstance(its, TextField):
        lengths = texts.str.len_chars()
        at = np.flatnonzero((lengths == (lengths.max() or 0)).to_numpy())
        rows = (at[:PLACES_NAMED] + first).tolist()
        seen.longest = LongestTexts.of(texts[at].unique().to_list(), len(at), rows)
        kept = np.flatnonzero((lengths <= LONGEST_CODE).to_numpy())
    elif isinstance(its, IdentifierField):
        kept = np.flatnonzero(texts.str.contains(SPOILT).to_numpy())
    places = (kept + first).tolist()
    for row, text in zip(places, texts[kept].to_list(), strict=True):
        seen.counts[text] = seen.counts.get(text, 0) + 1
        before = seen.firsts.get(text, ())
        if len(before) < PLACES_NAMED:
            seen.firsts[text] = (*before, row)
    return seen
