"""Cases that nobody could read, and those of a reserve that nobody had to: set apart, uncounted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from casefile_audit.capped import Capped
from casefile_audit.english import fold, heading_key
from casefile_audit.files.tables import CellTable
from casefile_audit.files.workbook import text_of
from casefile_audit.intake.layout import DataSheet
from casefile_audit.intake.not_read import holds_nothing, not_read, unanswered
from casefile_audit.manifest import RESERVE_HEADING, UNAVAILABLE_HEADING, Manifest
from casefile_audit.results import UnavailableCase
from casefile_audit.rubric.model import Rubric

_LONGEST_REASON = 60


@dataclass(frozen=True)
class RowsSetApart:
    """Rows that are cases, and aren't counted. Those of parts of a sheet add up.

    Attributes:
        spare: how many are of a reserve, and weren't read as they didn't have to be.
        answered: row numbers, counted from 1, of those that were read all the same.
    """

    unavailable: Capped[UnavailableCase] = field(default_factory=Capped)
    spare: int = 0
    answered: Capped[int] = field(default_factory=Capped)

    def __add__(self, other: "RowsSetApart") -> "RowsSetApart":
        return RowsSetApart(
            self.unavailable + other.unavailable,
            self.spare + other.spare,
            self.answered + other.answered,
        )

    @property
    def passed(self) -> int:
        """How many rows are in no count."""
        return self.unavailable.total + self.spare


def set_apart(
    data: DataSheet,
    table: CellTable,
    places: npt.NDArray[np.int64],
    rubric: Rubric,
    manifest: Manifest | None,
) -> tuple[npt.NDArray[np.int64], RowsSetApart]:
    """The places of the rows to be counted, if they are read, and what became of the others.

    Args:
        places: the places of those that are cases.
    """
    reasons = _filled(data, table, UNAVAILABLE_HEADING)
    reserve = _filled(data, table, RESERVE_HEADING)
    if not len(places) or not (reasons or reserve or manifest):
        return places, RowsSetApart()
    blank = not_read(table, data.header, rubric) | unanswered(table, data.header, rubric)
    references = _references(data, table, places)
    unavailable: list[UnavailableCase] = []
    answered: list[int] = []
    kept: list[int] = []
    spare = 0
    for place, reference in zip(places.tolist(), references, strict=True):
        reason, row = _short(reasons.get(place, "")), table.first + place + 1
        case = manifest.by_reference.get(fold(reference)) if manifest else None
        if reason and blank[place]:
            unavailable.append(UnavailableCase(reference, reason, row))
            continue
        if reason:
            answered.append(row)
        if blank[place] and (place in reserve or (case is not None and case.reserve)):
            spare += 1
            continue
        kept.append(place)
    apart = RowsSetApart(Capped.of(unavailable), spare, Capped.of(answered))
    return np.array(kept, dtype=np.int64), apart


def _filled(data: DataSheet, table: CellTable, heading: str) -> dict[int, str]:
    """By the place of each row that has something there, what stands under a heading."""
    wanted = heading_key(heading)
    for column in data.header.columns:
        if column.field is None and heading_key(column.heading) == wanted:
            if column.index not in table.known:
                return {}
            texts = table.column(column.index)
            nothing = holds_nothing(texts)
            return {place: text_of(texts.at(place)) for place in np.flatnonzero(~nothing).tolist()}
    return {}


def _short(reason: str) -> str:
    """A reason as it is shown: what is longer tells more than why."""
    return (
        reason if len(reason) <= _LONGEST_REASON else f"{reason[: _LONGEST_REASON - 1].rstrip()}…"
    )


def _references(data: DataSheet, table: CellTable, places: npt.NDArray[np.int64]) -> Sequence[str]:
    if data.rules.identifier is None:
        return [data.name_of(table.first + place + 1) for place in places.tolist()]
    texts = table.column(data.rules.identifier)
    return [text_of(texts.at(place)) for place in places.tolist()]
