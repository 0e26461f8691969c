"""Which rows are cases as the rubric says, and which of those are asked for: no others are read."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from casefile_audit.capped import Capped
from casefile_audit.cases import Cases, Mask, Outcome, Outcomes, State
from casefile_audit.english import did_you_mean, listing, nearest
from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.files.tables import CellTable
from casefile_audit.intake.cells import Block, read_block
from casefile_audit.intake.layout import DataSheet, Layout
from casefile_audit.intake.sectors import sectors_of_rows, with_sector
from casefile_audit.rubric.conditions.base import Setting
from casefile_audit.rubric.model import SECTOR
from casefile_audit.rubric.only import BY_DATE, Only

# Where more values than these are there, or they are longer, they are no names of groups.
_MOST_NAMED, _LONGEST_NAMED = 20, 40
_MOST_SEEN = 200
_UNSURE = (Outcome.NOT_RECORDED, Outcome.CANNOT_TELL)

Seen = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class RowsChosen:
    """What became of the rows that look like cases. Those of parts of a sheet add up.

    Attributes:
        not_cases: how many the rubric says are none.
        not_chosen: how many more weren't asked for.
        unsure: row numbers, counted from 1, of those among both that can't be told.
        found: for each ``--only`` as typed, how many of the cases it lets through.
        seen: how many of the cases hold each value of the fields that it compares.
    """

    not_cases: int = 0
    not_chosen: int = 0
    unsure: Capped[int] = field(default_factory=Capped)
    found: Mapping[str, int] = field(default_factory=dict)
    seen: Seen = field(default_factory=dict)

    def __add__(self, other: "RowsChosen") -> "RowsChosen":
        return RowsChosen(
            self.not_cases + other.not_cases,
            self.not_chosen + other.not_chosen,
            self.unsure + other.unsure,
            dict(Counter(self.found) + Counter(other.found)),
            added([self.seen, other.seen]),
        )

    @property
    def passed(self) -> int:
        """How many rows are neither counted nor said to be anything else."""
        return self.not_cases + self.not_chosen


def added(several: Sequence[Seen]) -> Seen:
    """What was seen in several parts; of many values the most frequent."""
    total: dict[str, Counter[str]] = {}
    for seen in several:
        for name, values in seen.items():
            total.setdefault(name, Counter()).update(values)
    return {name: dict(values.most_common(_MOST_SEEN)) for name, values in total.items()}


def check_columns(layout: Layout) -> None:
    """Refuse to choose rows by a column that a sheet doesn't have.

    Raises:
        WorkbookError: the sheet, the field and the nearest heading.
    """
    by_rubric = layout.rubric.cases
    for data in layout.sheets:
        there = data.header.fields | {SECTOR}
        wanted = {only.field: only.option for only in layout.only}
        if by_rubric is not None and not by_rubric.answerable(there):
            wanted = {name: "the rubric" for name, _ in by_rubric.uses()} | wanted
        for name, who in wanted.items():
            if name not in there:
                raise _no_column(layout, name, who)


def _no_column(layout: Layout, name: str, who: str) -> WorkbookError:
    """Which sheets have no column for a field that rows are chosen by, and which have one."""
    without = [data for data in layout.sheets if name not in data.header.fields]
    having = [data for data in layout.sheets if name in data.header.fields]
    near = next((near for data in without if (near := dict(data.without_column).get(name))), None)
    # A heading that is mapped is read instead of all others, so those that are known go with it.
    known = [column.heading for data in having for column in data.header.of_field(name)]
    maps = [f'--map {name}="{text}"' for text in (*dict.fromkeys(known), near or "YOUR HEADING")]
    hint = f"Name its column with {' '.join(maps)}."
    if having:
        sheets = " ".join(f'--sheet "{data.name}"' for data in having)
        hint += f" If it has none, leave it out: {sheets}."
    return WorkbookError(
        f"{listing(f'{data.file.name}, sheet {data.name}' for data in without)}: no column for "
        f"`{name}`, by which {who} tells which rows are cases",
        [f"{data.file.name}, sheet {data.name}, has it" for data in having],
        hint=hint,
    )


def _fields(layout: Layout) -> list[str]:
    by_rubric = layout.rubric.cases.uses() if layout.rubric.cases is not None else ()
    names = [name for name, _ in by_rubric] + [only.field for only in layout.only]
    return list(dict.fromkeys(names))


def choose(
    layout: Layout,
    data: DataSheet,
    table: CellTable,
    places: npt.NDArray[np.int64],
    setting: Setting,
    most_listed: int | None = None,
    *,
    untold_too: bool = False,
) -> tuple[npt.NDArray[np.int64], RowsChosen]:
    """The places of the rows that are cases and asked for, and what became of the others.

    With ``untold_too`` those of which nobody knows are among the former. Nothing but the columns
    that it takes is read: what stands in the others of a row that isn't asked for is nobody's
    concern.
    """
    if not layout.chooses or not len(places):
        return places, RowsChosen()
    names = {*_fields(layout)}
    header = replace(data.header, columns=tuple(data.header.read_for(names)))
    sectors, _ = sectors_of_rows(layout.rubric, data, table, places)
    is_case = np.zeros(len(places), dtype=bool)
    is_chosen, unsure = is_case.copy(), is_case.copy()
    seen: list[Seen] = []
    found: Counter[str] = Counter()
    for sector in dict.fromkeys(sectors):
        own = np.flatnonzero(sectors == sector)
        fields = layout.fields_in(data)[sector]
        block = Block(data.file.name, data.name, table, header, fields, places[own])
        cases = with_sector(read_block(block, data.index)[0], layout.rubric, sector)
        by_rubric = np.full(len(cases), Outcome.MET, dtype=np.int8)
        if layout.rubric.cases is not None:
            by_rubric = layout.rubric.cases.holds(cases, setting)
        its = by_rubric == Outcome.MET
        wanted = []
        for only in layout.only:
            each = [only.outcomes(value, cases, setting) for value in only.given]
            for typed, outcomes in zip(only.given.values(), each, strict=True):
                found[typed] += int(np.count_nonzero(its & (outcomes == Outcome.MET)))
            wanted.append(_any_of(each))
        is_case[own] = its
        is_chosen[own] = np.logical_and.reduce([its, *(each == Outcome.MET for each in wanted)])
        unsure[own] = _perhaps([by_rubric, *wanted])
        if untold_too:
            is_case |= unsure
            is_chosen |= unsure
            unsure[:] = False
        seen.append({only.field: _values(cases, only.field, its) for only in layout.only})
    return places[is_chosen], RowsChosen(
        not_cases=int(np.count_nonzero(~is_case)),
        not_chosen=int(np.count_nonzero(is_case & ~is_chosen)),
        unsure=Capped.of((places[unsure] + table.first + 1).tolist(), most_listed),
        found=found,
        seen=added(seen),
    )


def _any_of(outcomes: Sequence[Outcomes]) -> Outcomes:
    """Met by one value; or nobody knows; or met by none."""
    met = np.logical_or.reduce([each == Outcome.MET for each in outcomes])
    unsure = np.logical_or.reduce([np.isin(each, _UNSURE) for each in outcomes])
    unmet = np.where(unsure, np.int8(Outcome.CANNOT_TELL), np.int8(Outcome.NOT_MET))
    return np.where(met, np.int8(Outcome.MET), unmet)


def _perhaps(outcomes: Sequence[Outcomes]) -> Mask:
    """Which rows would be chosen if only somebody knew."""
    possible = [np.isin(each, (Outcome.MET, *_UNSURE)) for each in outcomes]
    doubtful = [np.isin(each, _UNSURE) for each in outcomes]
    perhaps: Mask = np.logical_and.reduce(possible) & np.logical_or.reduce(doubtful)
    return perhaps


def _values(cases: Cases, name: str, those: Mask) -> Mapping[str, int]:
    """How many cases have each value: of dates the month."""
    column, states = cases.columns[name], cases.states[name]
    counted = Counter(
        {
            state.as_group: int(np.count_nonzero(states[those] == state))
            for state in State
            if state is not State.VALUE
        }
    )
    numbers = np.bincount(column.codes[those & (states == State.VALUE)])
    codes = np.flatnonzero(numbers)
    values = np.asarray(column.values)[codes]
    for value, number in zip(values.tolist(), numbers[codes].tolist(), strict=True):
        counted[_named(value)] += number
    return {value: number for value, number in counted.most_common(_MOST_SEEN) if number}


def _named(value: Any) -> str:
    if hasattr(value, "strftime"):
        return f"{value:%Y-%m}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def check_choice(only: Sequence[Only], chosen: RowsChosen, cases: int) -> None:
    """Refuse a choice that leaves no case, or has a word in it that none of the cases holds.

    Raises:
        UsageError: what was typed, what there is, and the nearest to it.
    """
    slips = [
        (each.field, value)
        for each in only
        for value, typed in each.given.items()
        if each.words and not chosen.found.get(typed)
    ]
    for field_name, value in slips:
        raise UsageError(
            f"--only: no case has `{value}` as {field_name}",
            details=_held(only, chosen.seen),
            hint=did_you_mean(value, list(chosen.seen.get(field_name, {})))
            if nearest(value, list(chosen.seen.get(field_name, {})))
            else "Give a value that is there, as it is written.",
        )
    if only and not cases:
        sides = [each.says for each in only if each.option == BY_DATE]
        raise UsageError(
            f"no case is left by {' '.join(each.typed for each in only)}"
            + (f": none of which {sides[0]}" if sides else ""),
            details=_held(only, chosen.seen),
            hint="Give a day that has cases on both sides."
            if sides
            else "Leave one out, or give a value that is there.",
        )


def _held(only: Sequence[Only], seen: Seen) -> list[str]:
    """What the compared fields hold, as far as it can be what cases have in common."""
    said = []
    for each in only:
        values = seen.get(each.field, {})
        named = [value for value in values if len(value) <= _LONGEST_NAMED]
        few = len(named) == len(values) <= min(_MOST_NAMED, sum(values.values()) / 2)
        months = sorted(value for value in values if value[0].isdigit())
        if each.kind == "date" and months:
            said.append(f"{each.field} goes from {months[0]} to {months[-1]}")
        elif values and few:
            held = listing((f"{value} ({n:,})" for value, n in values.items()), most=12)
            said.append(f"{each.field} holds {held}")
    return list(dict.fromkeys(said))
