"""The draw: the cases of a population in an order that a seed and their references alone decide.

No random generator has part in it, whose numbers may change with its version: the order is that of
the SHA-256 of the seed and the reference, so it is the same whatever the rows' own order is, on
any machine, and a larger sample contains the smaller.
"""

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from casefile_audit.cases import Mask, State
from casefile_audit.english import fold
from casefile_audit.files.workbook import Cell
from casefile_audit.intake.duplicates import keys_of
from casefile_audit.manifest import digest
from casefile_audit.sampling.population import PiecesOfCases, Population
from casefile_audit.scoring.groupings import labels_by
from casefile_audit.scoring.tallies import Label, names_of_groups

NOT_RECORDED = "not recorded"
HOW = (
    "For each case of the population work out the SHA-256 of the text `{seed}|reference` in UTF-8, "
    "the reference in small letters, with single spaces and no full stop or colon at its end. The "
    "cases with the smallest are drawn, those of each stratum by themselves; the next are its "
    "reserve."
)
_EASY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_SEED_LETTERS = 10
# So many bytes of a digest tell nearly all cases apart, and take little room.
_START = 8

Key = tuple[Label, ...]


def new_seed() -> str:
    """A seed that nobody chose, to be typed again easily."""
    return "".join(secrets.choice(_EASY_LETTERS) for _ in range(_SEED_LETTERS))


def _starts(seed: str, keys: Any) -> npt.NDArray[np.uint64]:
    """The first bytes of each case's digest, of a Polars series of folded references."""
    import polars

    begin = f"{seed}|".encode()
    every = keys.cast(polars.Binary).to_list()
    starts = b"".join([sha256(begin + key).digest()[:_START] for key in every])
    return np.frombuffer(starts, dtype=">u8")


@dataclass(frozen=True, order=True)
class DrawnCase:
    """A case that may be drawn, in the order of the draw.

    Attributes:
        digest: what puts it there.
    """

    digest: bytes
    reference: str = field(compare=False)
    cells: Sequence[Cell] = field(compare=False)


@dataclass(frozen=True)
class StratumOfCases:
    """A stratum, and the first of its cases in the order of the draw.

    Attributes:
        values: its value in each of the columns that strata are made by.
        first: as many of them as may be drawn.
    """

    values: tuple[str, ...]
    population: int
    first: Sequence[DrawnCase]

    @property
    def name(self) -> str:
        """Its values, one after the other."""
        return ", ".join(self.values)


@dataclass(frozen=True)
class OrderedPopulation:
    """A population, ready to be drawn from.

    Attributes:
        strata: in the order of their names.
        empty: the combinations of values that no case has.
        found: for each of several earlier audits, how many of its cases are in the population.
        left_out: how many of those it left out, that none before it did.
    """

    strata: Sequence[StratumOfCases]
    empty: Sequence[str]
    found: Sequence[int]
    left_out: Sequence[int]

    @property
    def cases(self) -> int:
        """How many cases can be drawn."""
        return sum(stratum.population for stratum in self.strata)


def in_order(
    population: Population,
    seed: str,
    most: int,
    earlier: Sequence[Set[str]] = (),
    chosen: Set[str] | None = None,
) -> OrderedPopulation:
    """Go through a population once, and keep of each stratum the first in the order of the draw.

    Args:
        earlier: for each of several earlier audits the folded references of its cases, which can't
            be drawn again.
        chosen: the folded references of the only cases to keep; all others are counted all the
            same.

    Raises:
        AuditError: as ``Population.pieces``, or several cases have one reference.
    """
    population.refuse_unlike()
    collected = _Collected(population, seed, most, earlier, chosen)
    for piece in population.pieces():
        collected.add(piece)
    population.refuse_repeated()
    sizes, first = collected.sizes, collected.first
    names = [_names(place, sizes) for place in range(len(population.by))]
    strata: dict[tuple[str, ...], tuple[int, list[DrawnCase]]] = {}
    for key, size in sizes.items():
        values = tuple(names[place][label] for place, label in enumerate(key))
        number, cases = strata.get(values, (0, []))
        strata[values] = number + size, [*cases, *first[key]]
    found = [
        StratumOfCases(values, number, sorted(cases)[:most])
        for values, (number, cases) in strata.items()
    ]
    every = product(*(dict.fromkeys(its.values()) for its in names)) if len(names) > 1 else ()
    empty = [", ".join(values) for values in every if values not in strata]
    return OrderedPopulation(
        sorted(found, key=lambda stratum: [fold(value) for value in stratum.values]),
        sorted(empty, key=fold),
        collected.again,
        collected.left_out,
    )


class _Collected:
    """The strata as they are gone through: how many cases each has, and those that may be drawn."""

    def __init__(
        self,
        population: Population,
        seed: str,
        most: int,
        earlier: Sequence[Set[str]],
        chosen: Set[str] | None,
    ) -> None:
        self.population, self.seed, self.most = population, seed, most
        self.earlier, self.chosen = earlier, chosen
        self.sizes: Counter[Key] = Counter()
        self.first: dict[Key, list[DrawnCase]] = {}
        self.again = [0] * len(earlier)
        self.left_out = [0] * len(earlier)

    def add(self, piece: PiecesOfCases) -> None:
        """Count the cases of a piece, and keep those that may be drawn."""
        folded = keys_of(piece.intake.cases, self.population.layout.rubric)
        keys = folded.to_list()
        there = self._not_in(keys)
        starts = _starts(self.seed, folded)
        codes, found = _strata(piece, self.population.by)
        numbers = np.bincount(codes[there], minlength=len(found))
        wanted = there if self.chosen is None else there & _among(keys, self.chosen)
        for code in np.flatnonzero(numbers).tolist():
            self.sizes[found[code]] += int(numbers[code])
            own = wanted & (codes == code) if len(found) > 1 else wanted
            places = _smallest(np.flatnonzero(own), starts, self.most)
            self._keep(found[code], piece, keys, places)

    def _not_in(self, keys: Sequence[str]) -> Mask:
        """Which cases weren't audited before; counts the others, each once."""
        there = np.ones(len(keys), dtype=bool)
        for number, audited in enumerate(self.earlier):
            again = _among(keys, audited)
            self.again[number] += int(np.count_nonzero(again))
            self.left_out[number] += int(np.count_nonzero(again & there))
            there &= ~again
        return there

    def _keep(
        self, key: Key, piece: PiecesOfCases, keys: Sequence[str], places: npt.NDArray[np.int64]
    ) -> None:
        """Keep those cases of a stratum that are among its first so far."""
        cases = piece.intake.cases
        own = self.first.setdefault(key, [])
        order = sorted((digest(self.seed, keys[place]), place) for place in places.tolist())
        if len(own) == self.most and own:
            order = [each for each in order if each[0] < own[-1].digest]
        rows = cases.row - piece.table.first - 1
        cells = piece.table.cells([int(rows[place]) for _, place in order])
        own += [
            DrawnCase(each, str(cases.references[place]), row)
            for (each, place), row in zip(order, cells, strict=True)
        ]
        own.sort()
        del own[self.most :]


def _among(keys: Sequence[str], some: Set[str]) -> Mask:
    return np.fromiter((key in some for key in keys), dtype=bool, count=len(keys))


def _smallest(
    places: npt.NDArray[np.int64], starts: npt.NDArray[np.uint64], most: int
) -> npt.NDArray[np.int64]:
    """Those of some places that may be among the first, and as few others as can be."""
    if len(places) <= most or most < 1:
        return places[:most] if most < 1 else places
    own = starts[places]
    among: Mask = own <= np.partition(own, most - 1)[most - 1]
    return places[among]


def _strata(piece: PiecesOfCases, by: Sequence[str]) -> tuple[npt.NDArray[np.int64], list[Key]]:
    """For each case of a piece the number of its stratum, and the strata."""
    cases = piece.intake.cases
    codes = np.zeros(len(cases), dtype=np.int64)
    found: list[Key] = [()]
    for field_name in by:
        own, labels = labels_by(cases, field_name)
        codes = codes * len(labels) + own
        found = [(*key, label) for key in found for label in labels]
    return codes, found


def _names(place: int, sizes: Mapping[Key, int]) -> dict[Label, str]:
    """What each value of one of the columns is called."""
    counts: Counter[Label] = Counter()
    for key, size in sizes.items():
        counts[key[place]] += size
    named = names_of_groups(counts)
    return {label: _called(label, name) for label, name in named.items()}


def _called(label: Label, name: str) -> str:
    """A value, or what is said of a case that has none."""
    if label.state is State.VALUE:
        return name
    return NOT_RECORDED if label.state is State.BLANK else label.state.label


def references_of(population: Population) -> Iterator[str]:
    """The references of a list of cases, as they are written."""
    for piece in population.pieces():
        yield from map(str, piece.intake.cases.references.tolist())
