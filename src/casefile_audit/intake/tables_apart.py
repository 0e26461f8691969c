"""Tables that stand on one sheet with each other, and lists and tallies beside the cases.

Tables stand side by side with a blank column between them, or one above the other; each has
headings of its own, the case reference among them. A table with a blank column in its middle has
its case reference once, and is one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from casefile_audit.cases import Mask
from casefile_audit.english import count, fold, heading_key, listing
from casefile_audit.errors import WorkbookError
from casefile_audit.files.tables import NumberedCells, RowsTable, table_of
from casefile_audit.files.workbook import Cell, Sheet, address, text_of
from casefile_audit.files.xlsx import column_letters
from casefile_audit.intake import row_labels
from casefile_audit.intake.columns import Header, SheetColumn
from casefile_audit.intake.headings import DEEPEST_OF_ALL, Matcher
from casefile_audit.intake.row_rules import is_blank
from casefile_audit.rubric.fields import FieldBase
from casefile_audit.rubric.model import Rubric

_LEAST_SHARED, _MOSTLY = 3, 0.8
# From fewer rows that differ it is nothing to wonder at that they do.
_LEAST_IN_A_LIST = 3
_HEADS_A_LIST = {"count", "number", "no", "n", "total", "sum", "cases", "share", "percent"} | {
    "percentage",
    "meaning",
    "description",
    "definition",
}


class TableOfSheet(NamedTuple):
    """A table of cases.

    Attributes:
        sheet: its cells where they stand, without those of other tables.
        place: where it is on a sheet that has several, such as ``F1:I30``; else empty.
    """

    sheet: Sheet
    header: Header
    place: str = ""


class TablesFound(NamedTuple):
    """The tables of cases of one sheet.

    Attributes:
        tables: at least one.
        left_out: sentences on what stands beside them, and is no table of cases.
    """

    tables: Sequence[TableOfSheet]
    left_out: Sequence[str] = ()


def tables_of_sheet(
    place: str,
    sheet: Sheet,
    header: Header,
    matcher: Matcher,
    rubric: Rubric,
    fields: Mapping[str, FieldBase],
    *,
    joins: bool = False,
) -> TablesFound:
    """The tables of a sheet whose headings are known.

    Args:
        header: its likeliest headings.
        joins: whether the rows of a case may stand in several tables.

    Raises:
        WorkbookError: whether they are tables of cases can't be told, or they have the same cases.
    """
    if header.marks is not None or matcher.mapping.header_row is not None:
        return TablesFound([TableOfSheet(sheet, header)])
    strips = list(_strips(sheet, header))
    # A file that is too long to be held is read piece by piece, under one row of headings.
    if sheet.is_head:
        tables, left_out = [TableOfSheet(sheet, header)], list[str]()
    else:
        tables, left_out = _side_by_side(place, sheet, header, strips, matcher, rubric, fields)
        tables = [part for table in tables for part in _stacked(table, matcher)]
    if len(tables) > 1:
        if not joins:
            _refuse_same_cases(place, tables, matcher.identifier)
        tables = [table._replace(place=_range(table)) for table in tables]
        tables[1:] = [t._replace(sheet=replace(t.sheet, issues=())) for t in tables[1:]]
    elif not left_out:
        tables = [TableOfSheet(sheet, _without_lists(place, sheet, header, strips, fields))]
    return TablesFound(tables, left_out)


def _strips(sheet: Sheet, header: Header) -> Iterator[range]:
    """The columns between those that are blank from the headings on; all at once if none is."""
    table = table_of(sheet, header.rows[-1] + 1)
    headings = [sheet.rows[row] for row in header.rows]
    start = 0
    for index in range(table.width + 1):
        gap = index == table.width or (
            all(is_blank(row[index]) for row in headings) and _is_empty(table.numbered[index])
        )
        if gap and start < index:
            yield range(start, index)
        start = index + 1 if gap else start


def _is_empty(cells: NumberedCells) -> bool:
    return len(cells.distinct) < _LEAST_IN_A_LIST and all(map(is_blank, cells.distinct))


# Side by side


def _side_by_side(
    place: str,
    sheet: Sheet,
    header: Header,
    strips: Sequence[range],
    matcher: Matcher,
    rubric: Rubric,
    fields: Mapping[str, FieldBase],
) -> tuple[list[TableOfSheet], list[str]]:
    """The tables of cases among the strips of a sheet, and sentences on the others."""
    head = replace(sheet, rows=sheet.rows[:DEEPEST_OF_ALL])
    headers = [matcher.header(_only(head, strip)) for strip in strips if len(strips) > 1]
    starts = _starts(headers, header, matcher)
    if len(starts) < 2:
        return [TableOfSheet(sheet, header)], []
    groups, left_out = _groups(strips, headers, starts)
    whole = [_only(sheet, columns) for columns in groups]
    found = [TableOfSheet(own, matcher.header(own) or header) for own in whole]
    # That somebody read the case; a date or an age is known beforehand.
    fuller = [any(fields[name].is_choice for name in _asked(t, rubric)) for t in found]
    tables = [table for table, full in zip(found, fuller, strict=True) if full]
    tables = tables or [table for table in found if _asked(table, rubric)]
    for table in found:
        if any(table is each for each in tables):
            continue
        if _asked(table, rubric):
            raise _untold(place, found)
        rows = count(len(_references(table, matcher.identifier)), "row")
        left_out.append(f"{_range(table)}: a list of {rows} beside the cases, without an answer")
    if not tables:
        raise _untold(place, found)
    return tables, left_out


def _starts(headers: Sequence[Header | None], header: Header, matcher: Matcher) -> list[int]:
    """The strips that may be tables of cases of their own.

    Each names its cases by the same heading, or asks what another asks. A second number of the
    same cases has another heading.
    """
    starts: list[int] = []
    headings: set[str] = set()
    asked: set[str] = set()
    for at, own in enumerate(headers):
        fields = own.fields if own is not None else set()
        if own is None or (matcher.identifier is not None and matcher.identifier not in fields):
            continue
        if matcher.identifier is None:
            alike = len(fields & set(header.twice)) > 1
        else:
            keys = {heading_key(c.heading) for c in own.of_field(matcher.identifier)}
            fields = fields - {matcher.identifier}
            alike = not starts or bool(keys & headings or fields & asked)
            headings |= keys if alike else set()
        asked |= fields if alike else set()
        starts += [at] if alike else []
    return starts


def _groups(
    strips: Sequence[range], headers: Sequence[Header | None], starts: Sequence[int]
) -> tuple[list[list[int]], list[str]]:
    """The columns of each table: a strip without a case reference goes with the one before it.

    It does if it has its headings in the same row, and else it is a list or a tally.
    """
    groups: list[list[int]] = []
    left_out = []
    for at, (strip, own) in enumerate(zip(strips, headers, strict=True)):
        start = max((each for each in starts if each <= at), default=starts[0])
        if at == start:
            groups.append([*strip])
        elif own is not None and own.rows == getattr(headers[start], "rows", ()) and at > start:
            groups[-1] += strip
        else:
            left_out.append(f"{_columns(strip)}: it stands beside the cases, and has no reference")
    return groups, left_out


def _only(sheet: Sheet, columns: Sequence[int]) -> Sheet:
    """The sheet with some columns alone, where they stand."""
    first, last, kept = columns[0], columns[-1] + 1, frozenset(columns)
    blank: list[Cell] = [""] * first
    gaps = [index for index in range(first, last) if index not in kept]
    rows = []
    for cells in sheet.rows:
        row = [*blank, *cells[first:last], *([""] * (len(cells) - last))]
        for index in gaps:
            row[index] = ""
        rows.append(row)
    return replace(sheet, rows=rows)


def _asked(table: TableOfSheet, rubric: Rubric) -> set[str]:
    return table.header.fields & rubric.asked_fields


# One above the other


def _stacked(table: TableOfSheet, matcher: Matcher) -> Iterator[TableOfSheet]:
    """The tables that stand under each other: new ones begin where headings stand anew.

    The same headings in the same columns, on a second page, begin none.
    """
    sheet, header = table.sheet, table.header
    if matcher.identifier is None:
        yield table
        return
    last = header
    headings = _rows_of_headings(sheet, header, matcher)
    for row in headings:
        own = matcher.header_in(sheet, range(row, row + 1))
        if own is None or matcher.identifier not in own.fields or len(own.fields) < 2:
            continue
        # Without a case between them, they are further rows of the same headings.
        at = last.of_field(matcher.identifier)[0].index
        cases = (each for each in range(last.rows[-1] + 1, row) if each not in headings)
        if not any(not is_blank(sheet.rows[each][at]) for each in cases):
            continue
        if not _are_the_same(sheet.rows[row], own, last):
            yield TableOfSheet(replace(sheet, rows=sheet.rows[:row]), last)
            last = own
    yield TableOfSheet(sheet, last) if last is not header else table


def _rows_of_headings(sheet: Sheet, header: Header, matcher: Matcher) -> list[int]:
    """The zero-based rows under the headings in which a heading of the case reference stands."""
    table = table_of(sheet, header.rows[-1] + 1)
    headings = {
        *matcher.identifier_headings,
        *(
            text_of(sheet.rows[row][column.index])
            for column in header.of_field(matcher.identifier or "")
            for row in header.rows
        ),
    }
    headings |= {heading.upper() for heading in headings}
    found: set[int] = set()
    for numbered in table.numbered:
        distinct = numbered.distinct
        if any(heading in distinct for heading in headings):
            codes = [code for code, cell in enumerate(distinct) if cell in headings]
            found.update(np.flatnonzero(np.isin(numbered.codes, codes)).tolist())
    return sorted(row + table.first for row in found)


def _are_the_same(cells: Sequence[Cell], own: Header, header: Header) -> bool:
    """Whether a row has the headings again: where it has one, it is the one above."""
    fields = {column.index: column.field for column in own.columns}
    there = {column.index: column for column in header.columns}
    if any(field and (at not in there or there[at].field != field) for at, field in fields.items()):
        return False
    return all(
        column.field is None or fields.get(at) == column.field or is_blank(cells[at])
        for at, column in there.items()
    )


# What is said


def _range(table: TableOfSheet) -> str:
    """Where a table stands, such as ``F1:I30``."""
    columns = [column.index for column in table.header.columns]
    first = address(table.header.rows[0], min(columns))
    rows = table.sheet.rows
    # What stands alone in a row is a title, or a note.
    filled = (
        row
        for row in range(len(rows) - 1, table.header.rows[-1], -1)
        if sum(not is_blank(rows[row][index]) for index in columns) > 1
    )
    return f"{first}:{address(next(filled, table.header.rows[-1]), max(columns))}"


def _columns(strip: Sequence[int]) -> str:
    first, last = column_letters(strip[0] + 1), column_letters(strip[-1] + 1)
    return f"column {first}" if first == last else f"columns {first} to {last}"


def _references(table: TableOfSheet, identifier: str | None) -> list[str]:
    columns = table.header.of_field(identifier or "") or table.header.columns[:1]
    rows = table.sheet.rows[table.header.rows[-1] + 1 :]
    return [text for row in rows if (text := fold(text_of(row[columns[0].index])))]


def _refuse_same_cases(place: str, tables: Sequence[TableOfSheet], identifier: str | None) -> None:
    """Refuse two tables with the same case references: no case is counted twice."""
    if identifier is None:
        return
    known = [frozenset(_references(table, identifier)) for table in tables]
    for at, one in enumerate(known):
        for further, other in enumerate(known[at + 1 :], at + 1):
            shared = len(one & other)
            if shared < max(_LEAST_SHARED, _MOSTLY * min(len(one), len(other))):
                continue
            first, second = _range(tables[at]), _range(tables[further])
            raise WorkbookError(
                f"{place}: the same cases stand in two tables, in {first} and in {second}",
                details=[f"{count(shared, 'case reference')} stand in both"],
                hint="If one is a copy, a summary or another reading, give it a sheet of its own. "
                "If the two ask different things of each case, put `a case is: several rows` into "
                "a mapping, and give it with --mapping.",
            )


def _untold(place: str, tables: Sequence[TableOfSheet]) -> WorkbookError:
    places = listing([_range(table) for table in tables])
    return WorkbookError(
        f"{place}: tables stand side by side, in {places}, and it can't be told which of "
        "them are cases",
        details=["each has a case reference, and not all have an answer"],
        hint="Give each table a sheet of its own, or delete those that aren't cases.",
    )


# Lists and tallies


def _without_lists(
    place: str,
    sheet: Sheet,
    header: Header,
    strips: Sequence[range],
    fields: Mapping[str, FieldBase],
) -> Header:
    """The headings without those of a list or a tally beside the cases, which answer nothing.

    Raises:
        WorkbookError: it can't be told whether words beside the cases are their answers.
    """
    table = table_of(sheet, header.rows[-1] + 1)
    main = max(strips, key=lambda strip: _weight(strip, header, fields), default=range(0))
    for strip in strips if len(strips) > 1 else ():
        columns = [column for column in header.columns if column.index in strip]
        listed = [c for c in columns if (n := c.field or c.like) and _may_be_listed(fields[n])]
        if strip == main or not listed or any(c.is_mapped for c in listed):
            continue
        if _is_list(place, table, strip, main, columns, listed):
            why = "it stands beside the cases, apart from them, and is a list or a tally"
            listing_only = {
                c.index: SheetColumn(c.index, c.heading, unread=why, gave_way=True) for c in listed
            }
            header = _without_columns(header, listing_only)
    return header


def _may_be_listed(field: FieldBase) -> bool:
    """Whether a list of words to choose from may be one of a field's."""
    return field.is_choice or field.type == "text"


def _without_columns(header: Header, others: Mapping[int, SheetColumn]) -> Header:
    """The headings with others in some columns: of two for one field, the other is left to it."""
    twice = {
        name: [column for column in columns if column.index not in others]
        for name, columns in header.twice.items()
    }
    left = {its[0].index: its[0] for its in twice.values() if len(its) == 1}
    return replace(
        header,
        columns=tuple({**left, **others}.get(c.index, c) for c in header.columns),
        twice={name: its for name, its in twice.items() if len(its) > 1},
    )


def _weight(strip: range, header: Header, fields: Mapping[str, FieldBase]) -> tuple[bool, int]:
    names = {c.field for c in header.columns if c.index in strip and c.field}
    return any(fields[name].type == "identifier" for name in names), len(names)


def _is_list(
    place: str,
    table: RowsTable,
    strip: range,
    main: range,
    columns: Sequence[SheetColumn],
    listed: Sequence[SheetColumn],
) -> bool:
    """Whether a strip is a list or a tally: no word comes twice, and its rows aren't the cases'.

    Raises:
        WorkbookError: it can't be told.
    """
    own, cases = _filled(table, strip), _filled(table, main)
    rows = int(own.sum())
    texts = [_texts(table, column) for column in listed]
    if rows < 2 or any(len(set(its)) < len(its) for its in texts) or (own & cases).all():
        return False
    if not own[:rows].all():
        return False
    if cases.any() and rows > int(np.flatnonzero(cases)[-1]) + 1:
        return True
    headings = {c.heading for c in columns if c.field is None}
    if any({*heading_key(heading).split()} & _HEADS_A_LIST for heading in headings):
        return True
    if any(row_labels.total(text) for its in texts for text in its):
        return True
    if rows < _LEAST_IN_A_LIST or (own & cases).sum() == cases.sum():
        return False
    raise WorkbookError(
        f"{place}: {_columns(strip)} stand{'s' if len(strip) == 1 else ''} apart from the cases in "
        f"{_columns(main)}, and it can't be told whether "
        f"{listing(f'`{c.heading}`' for c in listed)} answers them or is a list",
        details=[f"no word comes twice, and only the first {rows} rows have any"],
        hint=f"If it answers them, say --map {listed[0].field or listed[0].like}="
        f'"column {listed[0].letter}"; if not, give the list a sheet of its own.',
    )


def _filled(table: RowsTable, columns: Sequence[int]) -> Mask:
    """The rows in which any of some columns holds something."""
    filled = np.zeros(len(table), dtype=bool)
    for index in columns:
        numbered = table.numbered[index]
        holds = np.array([not is_blank(cell) for cell in numbered.distinct], dtype=bool)
        filled |= holds[numbered.codes]
    return filled


def _texts(table: RowsTable, column: SheetColumn) -> list[str]:
    numbered = table.numbered[column.index]
    cells = [text_of(cell) for cell in numbered.distinct]
    return [fold(cells[code]) for code in numbered.codes.tolist() if cells[code]]
