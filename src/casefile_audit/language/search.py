"""Searching the cases of an audit for the terms of a lexicon."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from casefile_audit.cases import Cases, Mask, State
from casefile_audit.rubric.lexicons.foreign import is_foreign, prefilter_foreign
from casefile_audit.rubric.lexicons.model import Lexicon
from casefile_audit.rubric.lexicons.places import KeyedHit, KeyedSearch
from casefile_audit.rubric.lexicons.written import cleaned, folded
from casefile_audit.scoring.groupings import labels_by
from casefile_audit.scoring.tallies import Label

FULL_CELL = 32_767
"""As many characters as a cell of a workbook holds: a text of so many may go on elsewhere."""


@dataclass(frozen=True)
class Place(KeyedHit):
    """Where a term stands in a case.

    Attributes:
        number: the case's number among all that were searched.
        origin: its file, sheet and cell.
    """

    case: str
    number: int
    origin: tuple[str, str, str]
    field: str


@dataclass(frozen=True)
class CaseStates:
    """What there was to search in some cases.

    Attributes:
        searched, blank, unreadable, foreign, without_column: how many cases of each kind; every
            case is of one.
        cut_off: how many of those searched have a text that fills its cell.
    """

    searched: int = 0
    blank: int = 0
    unreadable: int = 0
    foreign: int = 0
    without_column: int = 0
    cut_off: int = 0

    def __add__(self, other: "CaseStates") -> "CaseStates":
        pairs = ((getattr(self, n), getattr(other, n)) for n in self.__dataclass_fields__)
        return CaseStates(*(mine + theirs for mine, theirs in pairs))

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return self.searched + self.blank + self.unreadable + self.foreign + self.without_column


@dataclass(frozen=True)
class Search:
    """What a search of some cases came to. Searches of different cases add up.

    Attributes:
        places: every place where a term stands, in the order of the rows.
        groups: for each field that groups the cases, how many with each label were searched.
        labels: for each such field, the label of each case that has a place, by its number.
    """

    states: CaseStates = CaseStates()
    places: tuple[Place, ...] = ()
    groups: Mapping[str, Counter[Label]] = field(default_factory=dict)
    labels: Mapping[str, Mapping[int, Label]] = field(default_factory=dict)

    def __add__(self, other: "Search") -> "Search":
        # The cases of the other come after these.
        later = self.states.cases
        moved = (replace(place, number=place.number + later) for place in other.places)
        names = dict.fromkeys((*self.groups, *other.groups))
        return Search(
            self.states + other.states,
            (*self.places, *moved),
            {n: self.groups.get(n, Counter()) + other.groups.get(n, Counter()) for n in names},
            {
                n: {
                    **self.labels.get(n, {}),
                    **{case + later: its for case, its in other.labels.get(n, {}).items()},
                }
                for n in names
            },
        )

    def called(self, name: Callable[[str], str]) -> "Search":
        """The same, its cases called by other names; what was decided of them still holds."""
        places = tuple(replace(place, case=name(place.case)) for place in self.places)
        return replace(self, places=places)


def search(cases: Cases, lexicon: Lexicon, fields: Sequence[str], by: Sequence[str]) -> Search:
    """Search cases for a lexicon's terms: a pure function of the cases it is given.

    Args:
        by: fields whose values group the cases.
    """
    searchers = [_FieldSearch(cases, lexicon, name) for name in fields]
    places = [place for searcher in searchers for place in searcher.places()]
    places.sort(key=lambda place: place.number)
    states, searched = _states(cases, searchers)
    groups: dict[str, Counter[Label]] = {}
    of_cases: dict[str, dict[int, Label]] = {}
    for name in by:
        codes, labels = labels_by(cases, name)
        counts = np.bincount(codes[searched], minlength=len(labels)).tolist()
        groups[name] = Counter(dict(zip(labels, counts, strict=True)))
        of_cases[name] = {place.number: labels[codes[place.number]] for place in places}
    return Search(states, tuple(places), groups, of_cases)


def _states(cases: Cases, searchers: Sequence["_FieldSearch"]) -> tuple[CaseStates, Mask]:
    """What there was to search; a case is of the first of these kinds that any field makes it."""
    left = np.ones(len(cases), dtype=bool)
    counts: dict[str, int] = {}
    searched = np.zeros(len(cases), dtype=bool)
    for kind in ("searched", "foreign", "unreadable", "blank"):
        of_kind = left & np.logical_or.reduce([getattr(s, kind) for s in searchers])
        counts[kind] = int(np.count_nonzero(of_kind))
        left = left & ~of_kind
        if kind == "searched":
            searched = of_kind
    cut_off = searched & np.logical_or.reduce([s.cut_off for s in searchers])
    return (
        CaseStates(
            **counts,
            without_column=int(np.count_nonzero(left)),
            cut_off=int(np.count_nonzero(cut_off)),
        ),
        searched,
    )


class _FieldSearch:
    """The search of one field of some cases."""

    def __init__(self, cases: Cases, lexicon: Lexicon, name: str) -> None:
        self.cases, self.lexicon, self.name = cases, lexicon, name
        (self.part,) = cases.parts[name]
        self.column, states = cases.column(name)
        with_column = np.array([self.part in sheet.letters for sheet in cases.sheets], dtype=bool)
        with_column |= np.array([self.part in s.places for s in cases.sheets], dtype=bool)
        there = with_column[cases.sheet]
        matches = lexicon.search.matches
        self.found = cases.where(
            name, lambda text: bool(matches(folded(cleaned(text)))), lexicon.search.prefilter
        )
        foreign = cases.where(name, is_foreign, prefilter_foreign)
        value = states == State.VALUE
        self.foreign = there & value & foreign & ~self.found
        self.searched = there & value & ~self.foreign
        self.unreadable = there & (states == State.UNREADABLE)
        self.blank = there & ~value & ~self.unreadable
        self.cut_off = self._full()

    def _full(self) -> Mask:
        texts = self.column.values
        if self.column.is_unique and not isinstance(texts, np.ndarray):
            return np.asarray((texts.str.len_chars().fill_null(0) >= FULL_CELL).to_numpy())
        full = [isinstance(text, str) and len(text) >= FULL_CELL for text in texts]
        return np.asarray(np.array(full, dtype=bool)[self.column.codes])

    def places(self) -> Iterator[Place]:
        """Every place, in the order of the rows."""
        keyed = KeyedSearch(self.lexicon, self.name)
        for case in np.flatnonzero(self.found & self.searched).tolist():
            text = cleaned(self.column.at(case))
            reference = str(self.cases.references[case])
            origin = self.cases.sheets[self.cases.sheet[case]]
            cell = self.cases.address(case, self.part)
            for its in keyed.hits(reference, text):
                at = origin.file, origin.sheet, cell
                yield Place(**vars(its), case=reference, number=case, origin=at, field=self.name)
