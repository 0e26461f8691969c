"""From the rows of a data sheet to its cases, and the account of what became of every row."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import reduce
from operator import add

import numpy as np
import numpy.typing as npt

from casefile_audit.capped import Capped
from casefile_audit.cases import Cases, Mask, State, States
from casefile_audit.errors import WorkbookError
from casefile_audit.files.tables import CellTable
from casefile_audit.intake.account import Account, Intake, SheetIntake
from casefile_audit.intake.case_rows import ClassifiedRows
from casefile_audit.intake.cell_issues import issues_of_cells
from casefile_audit.intake.cells import Block, Doubts, join_cases, listed, read_block
from casefile_audit.intake.choice import RowsChosen, choose
from casefile_audit.intake.duplicates import alike_references, are_plainly_apart, double_entries
from casefile_audit.intake.layout import DataSheet, Layout
from casefile_audit.intake.not_read import holds_nothing, not_read
from casefile_audit.intake.references import named, repeated_references
from casefile_audit.intake.sectors import sectors_of_rows, with_sector
from casefile_audit.intake.set_apart import RowsSetApart, set_apart
from casefile_audit.intake.sheet_issues import issues_of_rows
from casefile_audit.issues import merged
from casefile_audit.results import CellProblem
from casefile_audit.rubric.conditions.base import Setting

_NO_SECTOR = "no column, sheet or file name tells the sector of its cases"
Sectors = npt.NDArray[np.object_]


def read_table(
    layout: Layout,
    data: DataSheet,
    table: CellTable,
    day: dt.date,
    most_listed: int | None = None,
) -> Intake:
    """Read the cases among the rows of a table.

    Args:
        most_listed: how many problems and rows left out are listed at most; None for all.

    Raises:
        WorkbookError: a second row of headings has them in another order.
    """
    rubric = layout.rubric
    rows = data.classify(table, layout.fields_in(data))
    if rows.reordered:
        raise _reordered(data, rows.reordered)
    rows, chosen, apart = _asked_for(layout, data, table, rows, day, most_listed)
    rows, unread = _answered(layout, data, table, rows)
    sectors, untold = sectors_of_rows(rubric, data, table, rows.cases)
    remarks = (_NO_SECTOR,) if rubric.sectors and not (untold or all(sectors)) else ()
    cases, unnamed, doubts = _read(layout, data, table, rows.cases, sectors)
    hidden = cases.row[np.isin(cases.row, list(data.hidden_rows))].tolist()
    sheet = SheetIntake(
        data=data,
        rows=len(rows.cases) + len(rows.left_out) + len(unread) + chosen.passed + apart.passed,
        cases=len(cases),
        not_read=Capped.of(unread, most_listed),
        left_out=Capped.of(rows.left_out, most_listed),
        single_cell=Capped.of(rows.single_cell, most_listed),
        hidden=Capped.of(hidden, most_listed),
        excluded=frozenset(o.row for o in rows.left_out if o.row in data.rules.unwanted),
        empty={
            column.letter: _are_all(holds_nothing(table.column(column.index)), rows.cases)
            for column in data.header.columns
            if column.field is not None
        },
        states={
            letter: _counts(cases.states[name]) for name, letter in cases.sheets[-1].letters.items()
        },
        remarks=(*data.remarks, *remarks),
        issues=merged(
            [
                *table.issues,
                *issues_of_rows(data, rows, cases, chosen),
                *issues_of_cells(doubts),
            ]
        ),
        chosen=chosen,
        apart=apart,
    )
    account = Account(
        {data.index: sheet},
        Capped.of(_in_order(unnamed), most_listed),
        _with_further(untold, listed(doubts, most_listed)),
        Capped((), 0, most_listed),
        listed([each for each in doubts if each.stops], most_listed),
    )
    return Intake(layout, account, cases)


def _asked_for(
    layout: Layout,
    data: DataSheet,
    table: CellTable,
    rows: ClassifiedRows,
    day: dt.date,
    most_listed: int | None,
) -> tuple[ClassifiedRows, RowsChosen, RowsSetApart]:
    """The rows of the cases that are to be read, and what became of the others."""
    rubric, setting = layout.rubric, layout.rubric.setting(day)
    # Neither a reserve that nobody had to read nor a file that nobody could read is asked for more.
    kept, apart = set_apart(data, table, rows.cases, rubric, layout.manifest)
    if not layout.chooses:
        return _only(rows, kept, table), RowsChosen(), apart
    unread: Mask = np.zeros(len(kept), dtype=bool)
    if layout.passes_unread(data):
        unread = not_read(table, data.header, rubric)[kept]
    read, chosen = choose(layout, data, table, kept[~unread], setting, most_listed)
    # Whether they are asked for is told when they are read.
    waiting, of_unread = choose(layout, data, table, kept[unread], setting, untold_too=True)
    apart, of_unavailable = _unavailable_asked_for(apart, layout, data, table, setting)
    places = np.sort(np.concatenate([read, waiting]))
    return _only(rows, places, table), chosen + of_unread + of_unavailable, apart


def _unavailable_asked_for(
    apart: RowsSetApart, layout: Layout, data: DataSheet, table: CellTable, setting: Setting
) -> tuple[RowsSetApart, RowsChosen]:
    """Of the cases that couldn't be read those that are asked for; what became of the others."""
    rows = np.array([case.row for case in apart.unavailable], dtype=np.int64)
    places, chosen = choose(layout, data, table, rows - table.first - 1, setting)
    asked = set((places + table.first + 1).tolist())
    kept = Capped.of([case for case in apart.unavailable if case.row in asked])
    return replace(apart, unavailable=kept), replace(chosen, unsure=Capped())


def _answered(
    layout: Layout, data: DataSheet, table: CellTable, rows: ClassifiedRows
) -> tuple[ClassifiedRows, list[int]]:
    """The rows in which somebody has answered something, and the numbers of the others."""
    if not layout.passes_unread(data):
        return rows, []
    unread: Mask = not_read(table, data.header, layout.rubric)[rows.cases]
    numbers = (rows.cases[unread] + table.first + 1).tolist()
    return _only(rows, rows.cases[~unread], table), numbers


def _only(rows: ClassifiedRows, places: npt.NDArray[np.int64], table: CellTable) -> ClassifiedRows:
    """Some of the cases that were told apart."""
    chosen = set((places + table.first + 1).tolist()) if rows.single_cell else set()
    single_cell = tuple(row for row in rows.single_cell if row in chosen)
    return rows._replace(cases=places, single_cell=single_cell)


def _read(
    layout: Layout,
    data: DataSheet,
    table: CellTable,
    places: npt.NDArray[np.int64],
    sectors: Sectors,
) -> tuple[Cases, list[CellProblem], list[Doubts]]:
    """The cells of some rows, sector by sector: the cases, those without a name, and the doubts."""
    fields = layout.fields_in(data)
    unnamed: list[CellProblem] = []
    doubts: list[Doubts] = []
    blocks: list[Cases] = []
    every = dict.fromkeys(sectors) or [""]
    for sector in every:
        block = Block(
            file=data.file.name,
            sheet=data.name,
            table=table,
            header=data.header,
            fields=fields[sector],
            places=places if len(every) == 1 else places[sectors == sector],
            moved=data.moved,
        )
        cases, doubts_of_block = read_block(block, data.index)
        doubts += doubts_of_block
        cases, nameless = named(cases, data, block, layout.rubric)
        unnamed += nameless
        blocks.append(with_sector(cases, layout.rubric, sector))
    cases = join_cases(blocks, layout.rubric.fields_of()) if len(blocks) > 1 else blocks[0]
    return cases, unnamed, doubts


def joined(layout: Layout, parts: Iterable[Intake]) -> Intake:
    """Several intakes of one layout as one, which names the cases that share a reference.

    Raises:
        WorkbookError: there are no cases.
    """
    every = list(parts)
    account = reduce(add, (part.account for part in every))
    account.check_cases(layout)
    filled = [part.cases for part in every if len(part.cases)]
    cases = join_cases(filled, layout.rubric.fields_of())
    apart, rubric = are_plainly_apart(cases), layout.rubric
    again = Capped.of(() if apart else repeated_references(cases, layout))
    alike = (*(() if apart else alike_references(cases, rubric)), *double_entries(cases, rubric))
    return Intake(layout, replace(account, repeated=again, alike=alike), cases)


def _reordered(data: DataSheet, row: int) -> WorkbookError:
    return WorkbookError(
        f"{data.file.name}, sheet {data.name}: row {row} has the headings again, in another order "
        f"than row {data.header.rows[0] + 1}",
        details=["the answers under it would be read under the wrong headings"],
        hint="Give the rows from there on a file or a sheet of their own, or bring their columns "
        "into the order of the first ones.",
    )


def _in_order(problems: Iterable[CellProblem]) -> list[CellProblem]:
    """Cells in the order of the rows."""
    return sorted(problems, key=lambda problem: (problem.row, problem.column))


def _with_further(
    problems: Sequence[CellProblem], listing: Capped[CellProblem]
) -> Capped[CellProblem]:
    """A listing of cells with further ones among them."""
    items = _in_order((*problems, *listing))[: listing.limit]
    return replace(listing, items=tuple(items), total=len(problems) + listing.total)


def _are_all(mask: Mask, places: npt.NDArray[np.int64]) -> bool:
    """Whether a mask has all of some rows; that it hasn't is mostly told by how many it has."""
    return int(np.count_nonzero(mask)) >= len(places) and bool(mask[places].all())


def _counts(states: States) -> npt.NDArray[np.int64]:
    """How many cells have each state; by far quicker than counting them by their numbers."""
    return np.array([np.count_nonzero(states == state) for state in State], dtype=np.int64)
