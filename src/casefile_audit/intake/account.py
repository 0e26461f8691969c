"""From the rows of data sheets to Cases, with every problem listed and nothing lost."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import add

import numpy as np
import numpy.typing as npt

from casefile_audit.capped import Capped
from casefile_audit.cases import Cases, State, States
from casefile_audit.english import cells_at, count, fold, listing
from casefile_audit.errors import WorkbookError
from casefile_audit.files.tables import CellTable
from casefile_audit.files.workbook import address, text_of
from casefile_audit.intake.case_rows import ClassifiedRows, note_on_rows
from casefile_audit.intake.cell_issues import issues_of_cells
from casefile_audit.intake.cells import Block, Doubts, join_cases, listed, read_block
from casefile_audit.intake.choice import RowsChosen, check_choice, choose
from casefile_audit.intake.duplicates import alike_references, double_entries, sectors_of_cases
from casefile_audit.intake.headings import Header
from casefile_audit.intake.layout import DataSheet, Layout
from casefile_audit.intake.not_read import holds_nothing, not_read
from casefile_audit.intake.redaction import redacted
from casefile_audit.intake.sectors import sectors_of_rows, with_sector
from casefile_audit.intake.set_apart import RowsSetApart, set_apart
from casefile_audit.issues import PLACES_NAMED, Issue, IssueCode, Level, merged, row_ranges
from casefile_audit.results import CellProblem, LeftOut
from casefile_audit.rubric.model import Rubric

# A field's figures are in doubt where so many of its cells can't be read, and such a share: ours.
_LEAST_UNREADABLE, _SHARE_UNREADABLE = 5, 0.2
_NO_SECTOR = "no column, sheet or file name tells the sector of its cases"


@dataclass(frozen=True)
class SheetIntake:
    """What was read of one data sheet, or of a part of it: parts of one sheet add up.

    Attributes:
        data: the sheet.
        rows: how many rows under the headings hold anything: always ``cases``, those that are not
            read yet, those that aren't chosen or are set apart, and those left out together.
        cases: how many of them are cases.
        not_read: row numbers, counted from 1, of those in which nobody has answered anything yet.
        left_out: the others.
        single_cell, hidden: row numbers, counted from 1, of cases that hold a single cell or are
            hidden.
        excluded: row numbers that were left out as the mapping says.
        empty: for the letter of each column that is read, whether no case has anything in it.
        states: for the letter of each column that is read, how many cells have each State.
        remarks: sentences on what else was done.
        issues: what could change a count, and what ought to be known.
        chosen: what became of the other rows that look like cases.
        apart: what became of those that couldn't be read, or didn't have to be.
    """

    data: DataSheet
    rows: int
    cases: int
    not_read: Capped[int]
    left_out: Capped[LeftOut]
    single_cell: Capped[int]
    hidden: Capped[int]
    excluded: frozenset[int]
    empty: Mapping[str, bool]
    states: Mapping[str, npt.NDArray[np.int64]]
    remarks: tuple[str, ...]
    issues: tuple[Issue, ...] = ()
    chosen: RowsChosen = field(default_factory=RowsChosen)
    apart: RowsSetApart = field(default_factory=RowsSetApart)

    def __add__(self, other: "SheetIntake") -> "SheetIntake":
        columns = dict.fromkeys((*self.states, *other.states))
        nothing = np.zeros(len(State), dtype=np.int64)
        return replace(
            self,
            rows=self.rows + other.rows,
            cases=self.cases + other.cases,
            not_read=self.not_read + other.not_read,
            left_out=self.left_out + other.left_out,
            single_cell=self.single_cell + other.single_cell,
            hidden=self.hidden + other.hidden,
            excluded=self.excluded | other.excluded,
            empty={
                letter: empty and other.empty.get(letter, True)
                for letter, empty in self.empty.items()
            },
            states={
                name: self.states.get(name, nothing) + other.states.get(name, nothing)
                for name in columns
            },
            remarks=tuple(dict.fromkeys((*self.remarks, *other.remarks))),
            issues=merged((*self.issues, *other.issues)),
            chosen=self.chosen + other.chosen,
            apart=self.apart + other.apart,
        )

    @property
    def file(self) -> str:
        """The file's name."""
        return self.data.file.name

    @property
    def sheet(self) -> str:
        """The sheet's name, and where on it the table stands if there are several."""
        return self.data.label

    @property
    def header(self) -> Header:
        """The sheet's headings."""
        return self.data.header

    @property
    def without_column(self) -> tuple[tuple[str, str | None], ...]:
        """The fields that it has no column for, each with the nearest heading."""
        return self.data.without_column

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on how it was read."""
        return (*self.remarks, *self._notes_on_places())

    def _notes_on_places(self) -> Iterator[str]:
        read = [column for column in self.header.columns if column.field is not None]
        if out := [c.letter for c in read if c.index in self.data.hidden_columns]:
            several = len(out) > 1
            columns = f"{'columns' if several else 'column'} {listing(out)}"
            are, they = ("are", "they were") if several else ("is", "it was")
            yield f"{columns} {are} hidden; {they} read and counted"
        yield from note_on_rows(self.hidden, "is hidden", "are hidden")
        # Numbered beforehand, perhaps, and never filled in.
        yield from note_on_rows(self.single_cell, "holds a single cell", "hold a single cell each")
        if absent := sorted(self.data.rules.unwanted - self.excluded):
            rows = f"{'row' if len(absent) == 1 else 'rows'} {listing(map(str, absent))}"
            yield f"the mapping leaves out {rows}, where there is nothing to leave out"


@dataclass(frozen=True)
class Account:
    """Everything that there is to say about how cases were read. Accounts of parts add up.

    Attributes:
        sheets: what was read of each data sheet, by its index.
        unnamed: cells where a case reference should be.
        unclear: other cells that somebody ought to look at.
        repeated: case references that another case has already.
        stops: those of the cells until which are put right nothing is scored.
        alike: what is to be said of references that may name one case in two ways.
    """

    sheets: Mapping[int, SheetIntake] = field(default_factory=dict)
    unnamed: Capped[CellProblem] = field(default_factory=Capped)
    unclear: Capped[CellProblem] = field(default_factory=Capped)
    repeated: Capped[CellProblem] = field(default_factory=Capped)
    stops: Capped[CellProblem] = field(default_factory=Capped)
    alike: tuple[Issue, ...] = ()

    def __add__(self, other: "Account") -> "Account":
        sheets = dict(self.sheets)
        for index, sheet in other.sheets.items():
            sheets[index] = sheets[index] + sheet if index in sheets else sheet
        return Account(
            dict(sorted(sheets.items())),
            self.unnamed + other.unnamed,
            self.unclear + other.unclear,
            self.repeated + other.repeated,
            self.stops + other.stops,
            (*self.alike, *other.alike),
        )

    @property
    def cases(self) -> int:
        """How many cases were read."""
        return sum(sheet.cases for sheet in self.sheets.values())

    @property
    def not_read(self) -> int:
        """How many cases nobody has read yet."""
        return sum(sheet.not_read.total for sheet in self.sheets.values())

    @property
    def problems(self) -> Capped[CellProblem]:
        """The cells to look at, those of case references first: they bear on every count."""
        return self.unnamed + self.repeated + self.unclear

    def check_cases(self, layout: Layout) -> None:
        """Refuse to go on without a case, or with a choice that names none.

        Raises:
            UsageError: what was asked for is nowhere.
            WorkbookError: the rows that were left out, and why.
        """
        sheets = self.sheets.values()
        chosen = reduce(add, (sheet.chosen for sheet in sheets), RowsChosen())
        check_choice(layout.only, chosen, self.cases + self.not_read)
        if self.cases:
            return
        if chosen.not_cases and layout.rubric.cases is not None and not self.not_read:
            says = layout.rubric.cases.says(layout.rubric.setting(dt.date.min))
            raise WorkbookError(
                f"none of the {count(chosen.not_cases, 'row')} is a case as the rubric "
                f"`{layout.rubric.name}` has it: cases are rows where {says}",
                hint="See what their columns hold with `audit check`, and put `cases` in the "
                "rubric right, or choose another with --rubric.",
            )
        if self.not_read:
            raise WorkbookError(
                f"none of the {count(self.not_read, 'case')} has been read yet: there is a "
                "reference in each, and no answer",
                hint="Score them once they are filled in; or add --count-unread if blank means "
                "that nothing is recorded.",
            )
        places = [f"{sheet.file}, sheet {sheet.sheet}" for sheet in sheets]
        raise WorkbookError(
            f"there are no case files under the headings of {listing(places)}",
            details=[
                *(f"row {out.row} left out: {out.reason}" for s in sheets for out in s.left_out),
                *layout.passed_over,
            ],
            hint="Give each case a reference, such as a number, or map the column that holds them."
            if any(out.nameless for s in sheets for out in s.left_out)
            else "If the headings stand in another row, name it by `header_row` in a mapping.",
        )

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What could change a count, and what ought to be known, of the cases that were read."""
        of_sheets = [issue for sheet in self.sheets.values() for issue in sheet.issues]
        unread = [
            Issue(
                IssueCode.CASES_NOT_READ,
                Level.DOUBT,
                file=sheet.file,
                sheet=sheet.sheet,
                total=sheet.not_read.total,
                places=tuple(row_ranges(list(sheet.not_read)))[:PLACES_NAMED],
                facts={"of": sheet.cases + sheet.not_read.total},
            )
            for sheet in self.sheets.values()
            if sheet.not_read.total
        ]
        of_sheets += [issue for sheet in self.sheets.values() for issue in _unreadable(sheet)]
        again = Issue(
            IssueCode.REFERENCE_REPEATED,
            Level.DOUBT,
            total=self.repeated.total,
            places=tuple(cells_at("", p.sheet, p.cell) for p in self.repeated[:PLACES_NAMED]),
        )
        return merged([*unread, *([again] if again.total else []), *self.alike, *of_sheets])

    def check_grades(self) -> None:
        """Refuse to go on while a grade isn't on its scale.

        Raises:
            WorkbookError: every such cell that is listed, with what it should hold.
        """
        if not self.stops.total:
            return
        wrong: dict[tuple[str, str, str, str], list[str]] = {}
        for p in self.stops:
            wrong.setdefault((p.file, p.sheet, p.found, p.expected), []).append(p.cell)
        unlisted = self.stops.total - len(self.stops)
        raise WorkbookError(
            f"{count(self.stops.total, 'grade')} can't be read",
            details=[
                *(
                    f"{cells_at(file, sheet, listing(cells))}: `{found}`; expected {expected}"
                    for (file, sheet, found, expected), cells in wrong.items()
                ),
                *([f"and {unlisted:,} more"] if unlisted else []),
            ],
            hint="Correct the cells, or add the words to the field in the rubric: "
            "`also: {their word: the grade}`. To change a shipped rubric, start from a copy: "
            "`audit rubric new FILE --from NAME`.",
        )


def _unreadable(sheet: SheetIntake) -> Iterator[Issue]:
    """The fields of which so many cells can't be read that their figures are of the few others.

    Where it is known what is the matter with a column, that is said instead.
    """
    known = {issue.field for issue in sheet.issues} | sheet.data.habits.keys()
    for column in sheet.header.columns:
        counts = sheet.states.get(column.letter)
        if column.field is None or column.field in known or counts is None:
            continue
        unreadable = int(counts[State.UNREADABLE])
        if unreadable >= max(_LEAST_UNREADABLE, _SHARE_UNREADABLE * int(counts.sum())):
            yield Issue(
                IssueCode.CELLS_UNREADABLE,
                Level.DOUBT,
                file=sheet.file,
                sheet=sheet.sheet,
                field=column.field,
                total=unreadable,
            )


@dataclass(frozen=True)
class Intake:
    """Cases, where they stand, and the account of how they were read."""

    layout: Layout
    account: Account
    cases: Cases


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
    again = Capped.of(_repeated_references(cases, layout))
    alike = (*alike_references(cases, layout.rubric), *double_entries(cases, layout.rubric))
    return Intake(layout, replace(account, repeated=again, alike=alike), cases)


def read_table(
    layout: Layout,
    data: DataSheet,
    table: CellTable,
    day: dt.date,
    most_listed: int | None = None,
) -> Intake:
    """Read the cases among the rows of a table.

    Args:
        layout: where the cases stand.
        data: the data sheet that the rows are from.
        table: the rows.
        day: the audit's day.
        most_listed: how many problems and rows left out are listed at most; None for all.

    Raises:
        WorkbookError: a second row of headings has them in another order.
    """
    rubric = layout.rubric
    fields = layout.fields_in(data)
    rows = data.classify(table, fields)
    if rows.reordered:
        raise _reordered(data, rows.reordered)
    setting = layout.rubric.setting(day)
    places, chosen = choose(layout, data, table, rows.cases, setting, most_listed)
    if chosen.not_chosen:
        # A reserve that wasn't read is no case that wasn't asked for.
        others = np.setdiff1d(rows.cases, places)
        _, unasked = set_apart(data, table, others, rubric, layout.manifest)
        spare = min(unasked.spare, chosen.not_chosen)
        chosen = replace(chosen, not_chosen=chosen.not_chosen - spare)
    else:
        spare = 0
    places, apart = set_apart(data, table, places, rubric, layout.manifest)
    apart = replace(apart, spare=apart.spare + spare)
    rows = replace(rows, cases=places, single_cell=_those(rows.single_cell, places, table))
    unread = np.zeros(len(table), dtype=bool)
    if layout.passes_unread(data):
        unread[rows.cases] = not_read(table, data.header, rubric)[rows.cases]
        read = rows.cases[~unread[rows.cases]]
        rows = replace(rows, cases=read, single_cell=_those(rows.single_cell, read, table))
    sectors, untold = sectors_of_rows(rubric, data, table, rows.cases)
    remarks = (_NO_SECTOR,) if rubric.sectors and not (untold or all(sectors)) else ()
    unnamed: list[CellProblem] = []
    doubts: list[Doubts] = []
    blocks: list[Cases] = []
    for sector in dict.fromkeys(sectors) or [""]:
        block = Block(
            file=data.file.name,
            sheet=data.name,
            table=table,
            header=data.header,
            fields=fields[sector],
            places=rows.cases[sectors == sector],
            moved=data.moved,
        )
        cases, doubts_of_block = read_block(block, data.index)
        doubts += doubts_of_block
        cases, nameless = _named(cases, data, block, rubric)
        unnamed += nameless
        blocks.append(with_sector(cases, rubric, sector))
    cases = join_cases(blocks, rubric.fields_of()) if len(blocks) > 1 else blocks[0]
    sheet = _sheet_intake(data, rows, cases, (*data.remarks, *remarks), most_listed)
    numbers = (np.flatnonzero(unread) + table.first + 1).tolist()
    sheet = replace(
        sheet,
        rows=sheet.rows + len(numbers) + chosen.passed + apart.passed,
        chosen=chosen,
        apart=apart,
        not_read=Capped.of(numbers, most_listed),
        empty={
            column.letter: bool(holds_nothing(table.column(column.index))[rows.cases].all())
            for column in data.header.columns
            if column.field is not None
        },
    )
    untold_rows = _rows_untold(data, chosen)
    issues = [*table.issues, *sheet.issues, *untold_rows, *issues_of_cells(doubts)]
    account = Account(
        {data.index: replace(sheet, issues=merged(issues))},
        _in_order([Capped.of(unnamed, most_listed)], most_listed),
        _in_order([Capped.of(untold, most_listed), listed(doubts, most_listed)], most_listed),
        Capped((), 0, most_listed),
        listed([each for each in doubts if each.stops], most_listed),
    )
    return Intake(layout, account, cases)


def _reordered(data: DataSheet, row: int) -> WorkbookError:
    return WorkbookError(
        f"{data.file.name}, sheet {data.name}: row {row} has the headings again, in another order "
        f"than row {data.header.rows[0] + 1}",
        details=["the answers under it would be read under the wrong headings"],
        hint="Give the rows from there on a file or a sheet of their own, or bring their columns "
        "into the order of the first ones.",
    )


def _in_order(
    listings: Sequence[Capped[CellProblem]], most_listed: int | None
) -> Capped[CellProblem]:
    """Several listings of cells as one, in the order of the rows."""
    items = [problem for each in listings for problem in each]
    items.sort(key=lambda problem: (problem.row, problem.column))
    number = sum(each.total for each in listings)
    return Capped(tuple(items[:most_listed]), number, most_listed)


def _sheet_intake(
    data: DataSheet,
    rows: ClassifiedRows,
    cases: Cases,
    remarks: tuple[str, ...],
    most_listed: int | None,
) -> SheetIntake:
    unwanted = data.rules.unwanted
    hidden = (
        [row for row in cases.row.tolist() if row in data.hidden_rows] if data.hidden_rows else []
    )
    return SheetIntake(
        data=data,
        rows=len(rows.cases) + len(rows.left_out),
        cases=len(cases),
        not_read=Capped((), 0, most_listed),
        left_out=Capped.of(rows.left_out, most_listed),
        single_cell=Capped.of(rows.single_cell, most_listed),
        hidden=Capped.of(hidden, most_listed),
        excluded=frozenset(out.row for out in rows.left_out if out.row in unwanted),
        empty={},
        states={
            letter: _counts(cases.states[name]) for name, letter in cases.sheets[-1].letters.items()
        },
        remarks=remarks,
        issues=(
            *_rows_in_doubt(data, rows.left_out),
            *_struck_out(data, cases),
            *_columns_in_doubt(data),
            *_superseded(data),
        ),
    )


def _struck_out(data: DataSheet, cases: Cases) -> Iterator[Issue]:
    """The cases that somebody struck out, and perhaps took back."""
    struck = [row for row in cases.row.tolist() if row in data.struck_rows]
    if struck:
        yield Issue(
            IssueCode.ROWS_STRUCK_OUT,
            Level.DOUBT,
            file=data.file.name,
            sheet=data.name,
            total=len(struck),
            places=tuple(row_ranges(struck))[:PLACES_NAMED],
        )


def _rows_in_doubt(data: DataSheet, left_out: Sequence[LeftOut]) -> Iterator[Issue]:
    """The rows that were left out and may be cases all the same."""
    for nameless in (True, False):
        rows = [out.row for out in left_out if out.may_be and out.nameless is nameless]
        code = IssueCode.ROW_WITHOUT_REFERENCE if nameless else IssueCode.ROW_UNLIKE_CASES
        if rows:
            yield Issue(
                code,
                Level.DOUBT,
                file=data.file.name,
                sheet=data.name,
                total=len(rows),
                places=tuple(row_ranges(rows))[:PLACES_NAMED],
            )


def _those(rows: Sequence[int], places: npt.NDArray[np.int64], table: CellTable) -> tuple[int, ...]:
    """Of some row numbers those at some places of a table."""
    chosen = set((places + table.first + 1).tolist()) if rows else set()
    return tuple(row for row in rows if row in chosen)


def _rows_untold(data: DataSheet, chosen: RowsChosen) -> Iterator[Issue]:
    """The rows that may be cases, or cases asked for, if only it were recorded."""
    if chosen.unsure.total:
        yield Issue(
            IssueCode.ROWS_UNTOLD,
            Level.DOUBT,
            file=data.file.name,
            sheet=data.name,
            total=chosen.unsure.total,
            places=tuple(row_ranges(list(chosen.unsure)))[:PLACES_NAMED],
        )


def _columns_in_doubt(data: DataSheet) -> Iterator[Issue]:
    """The columns that are left to the reader for the sake of a remark, and none other serves."""
    for column in data.header.columns:
        if column.like is not None and column.like not in data.header.fields:
            yield Issue(
                IssueCode.COLUMN_WITH_REMARK,
                Level.DOUBT,
                file=data.file.name,
                sheet=data.name,
                field=column.like,
                total=1,
                facts={"column": f"Column {column.letter}", "heading": column.heading},
            )


def _superseded(data: DataSheet) -> Iterator[Issue]:
    """The hidden columns that were read where another, which is seen, may be the one that holds."""
    for column in data.header.columns:
        if column.index not in data.hidden_columns or column.why == "mapped":
            continue
        for other in data.header.columns:
            seen = other.index not in data.hidden_columns
            if seen and column.field is not None and other.like == column.field:
                yield Issue(
                    IssueCode.COLUMN_HIDDEN,
                    Level.DOUBT,
                    file=data.file.name,
                    sheet=data.name,
                    field=column.field,
                    total=1,
                    facts={
                        "column": column.letter,
                        "heading": column.heading,
                        "beside": other.letter,
                        "its heading": other.heading,
                    },
                )
                break


def _counts(states: States) -> npt.NDArray[np.int64]:
    """How many cells have each state; by far quicker than counting them by their numbers."""
    return np.array([np.count_nonzero(states == state) for state in State], dtype=np.int64)


def _named(
    cases: Cases, data: DataSheet, block: Block, rubric: Rubric
) -> tuple[Cases, list[CellProblem]]:
    """The cases with their references, and the cells where one should be and isn't."""
    columns = block.header.of_field(rubric.identifier) if rubric.identifier else []
    if not columns or rubric.identifier is None:
        references = np.array([data.name_of(row) for row in cases.row], dtype=object)
        return replace(cases, references=references), []
    named, states = cases.column(rubric.identifier)
    references = named.rows().copy()
    column = columns[0]
    texts = block.table.column(column.index)
    problems = []
    for case in np.flatnonzero(states != State.VALUE).tolist():
        row = int(cases.row[case]) - 1
        references[case] = data.name_of(row + 1)
        held = text_of(texts.values[int(texts.codes[block.places[case]])])
        problems.append(
            CellProblem(
                file=data.file.name,
                sheet=data.name,
                cell=column.place or address(row, column.index),
                field=rubric.identifier,
                found=redacted(held),
                expected=f"a case reference; the case is called {references[case]}",
                row=row,
                column=column.index,
            )
        )
    return replace(cases, references=references), problems


def _repeated_references(cases: Cases, layout: Layout) -> Iterator[CellProblem]:
    """Cases whose reference another has already."""
    if layout.rubric.identifier is None:
        return
    keys: Iterable[object] = map(fold, cases.references)
    if layout.rubric.sectors:
        keys = zip(keys, sectors_of_cases(cases), strict=True)
    first_of: dict[object, int] = {}
    for case, key in enumerate(keys):
        first = first_of.setdefault(key, case)
        if first != case:
            places = ((int(cases.sheet[i]), int(cases.row[i])) for i in (case, first))
            yield repeated_reference(layout, str(cases.references[case]), *places)


def repeated_reference(
    layout: Layout, reference: str, again: tuple[int, int], first: tuple[int, int]
) -> CellProblem:
    """The problem of a case that has the reference of another.

    Args:
        layout: where the cases stand.
        reference: the reference.
        again: the case's data sheet, and its row counted from 1.
        first: those of the other.
    """
    data, first_data = layout.sheets[again[0]], layout.sheets[first[0]]
    file = "" if data.file == first_data.file else first_data.file.name
    at = cells_at(file, first_data.name, first_data.reference_at(first[1] - 1))
    row, column = again[1] - 1, data.rules.identifier or 0
    return CellProblem(
        file=data.file.name,
        sheet=data.name,
        cell=data.reference_at(row) if data.is_form else address(row, column),
        field=layout.rubric.identifier or "",
        found=redacted(reference, reference),
        expected=f"a reference of its own; {at} has it too, and both are counted",
        repeats=reference,
        row=row,
        column=column,
    )
