"""What a list of cases says of each before anybody reads it, such as a sample that was drawn."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from casefile_audit.cases import State
from casefile_audit.english import count, fold, listing
from casefile_audit.errors import WorkbookError
from casefile_audit.files.workbook import Cell, Workbook, text_of
from casefile_audit.forms.plan import KnownCase, KnownCell
from casefile_audit.intake.case_rows import classified
from casefile_audit.intake.columns import SheetColumn
from casefile_audit.intake.form_marks import MarkKind
from casefile_audit.intake.layout import DataSheet
from casefile_audit.intake.sectors import sectors_of_rows
from casefile_audit.intake.sheets import lay_out
from casefile_audit.rubric.fields import DateField, DatesField, FieldBase
from casefile_audit.rubric.model import Rubric

_MOST_NAMED = 8


def known_cases(workbooks: Sequence[Workbook], rubric: Rubric) -> tuple[list[KnownCase], list[str]]:
    """The cases of a list, with all that stands in columns of the rubric's fields.

    Returns:
        The cases, and sentences on rows that hold something and are none, and on hidden ones.

    Raises:
        WorkbookError: the files have no cases, or a reference twice.
    """
    layout = lay_out(workbooks, rubric)
    rows: list[tuple[str, KnownCase]] = []
    left_out: list[str] = []
    hidden = 0
    for data in layout.sheets:
        fields = layout.fields_in(data)
        table = data.table(workbooks[data.at[0]].sheets)
        found = classified(data.rules.whatever_its_look(), table, fields)
        places = found.cases
        left_out += (f"{data.place}, row {out.row}: {out.reason}" for out in found.left_out)
        sectors, _ = sectors_of_rows(rubric, data, table, places)
        cells = table.cells(places.tolist())
        for place, sector, own in zip(places.tolist(), sectors.tolist(), cells, strict=True):
            hidden += table.first + place + 1 in data.hidden_rows
            known = _known(own, data, fields[sector], rubric, table.epoch)
            rows.append((data.name_of(table.first + place + 1), KnownCase(dict(known), sector)))
    _check_references(rows, rubric.identifier)
    if not rows:
        raise WorkbookError(
            f"{listing(book.path.name for book in workbooks)}: there are no cases to read",
            details=left_out[:_MOST_NAMED],
            hint="Give a table with a case in each row, and its reference.",
        )
    return [case for _, case in rows], [*_notes(left_out, hidden)]


def _notes(left_out: Sequence[str], hidden: int) -> Iterator[str]:
    if left_out:
        named = listing(left_out, most=_MOST_NAMED)
        yield f"{count(len(left_out), 'row')} left out of the form: {named}"
    if hidden:
        yield f"{count(hidden, 'row is', 'rows are')} hidden, and in the form like the others"


def _known(
    cells: Sequence[Cell],
    data: DataSheet,
    fields: Mapping[str, FieldBase],
    rubric: Rubric,
    epoch: dt.datetime,
) -> Iterator[tuple[tuple[str, int], KnownCell]]:
    numbers: dict[str, int] = {}
    for column in sorted(data.header.columns, key=_in_order):
        name = column.field
        if name is None or name == rubric.sector:
            continue
        if _is_answer(column) and name != rubric.identifier:
            continue  # whoever is given the form reads for themselves
        field = fields[name]
        if field.several_columns:
            numbers[name] = numbers.get(name, 0) + 1
        known = _content(cells[column.index], field, epoch)
        if known is not None:
            yield (name, numbers.get(name, 0)), known


def _is_answer(column: SheetColumn) -> bool:
    """Whether a column of a form holds what its reader answered, and nobody knew beforehand."""
    return column.mark is not None and column.mark.kind is MarkKind.ASK


def _in_order(column: SheetColumn) -> tuple[int, int]:
    return column.rank, column.index


def _content(cell: Cell, field: FieldBase, epoch: dt.datetime) -> KnownCell | None:
    """What a cell tells; None where it is blank, or can't be read and is left to the reader."""
    state = field.read([text_of(cell)], epoch).states[0]
    return None if state in (State.BLANK, State.UNREADABLE) else content_of(cell, field, epoch)


def content_of(cell: Cell, field: FieldBase, epoch: dt.datetime) -> KnownCell:
    """What a cell holds, the same from every kind of file: a day as a date, all else as text."""
    text = text_of(cell)
    if isinstance(field, DateField | DatesField):
        value = field.read([text], epoch).values[0]
        if not np.isnat(value):
            moment: dt.datetime = value.astype("datetime64[s]").item()
            return moment.date() if moment.time() == dt.time() else f"{moment:%Y-%m-%d %H:%M}"
    return text


def _check_references(rows: Sequence[tuple[str, KnownCase]], identifier: str | None) -> None:
    places: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for place, case in rows:
        reference = str(case.cells.get((identifier or "", 0), ""))
        if reference:
            places.setdefault((fold(reference), case.sector), []).append((reference, place))
    twice = [its for its in places.values() if len(its) > 1]
    if twice:
        raise WorkbookError(
            f"{count(len(twice), 'case reference')} stand{'s' * (len(twice) == 1)} in several rows",
            details=[f"{its[0][0]}: {listing(at for _, at in its)}" for its in twice[:_MOST_NAMED]],
            hint="Each case is read once: leave a row of each.",
        )
