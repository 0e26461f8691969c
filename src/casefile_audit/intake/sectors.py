"""Which sector's records a row belongs to: by its column, its sheet or its file."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from casefile_audit.cases import Cases, Column, State
from casefile_audit.english import did_you_mean, fold, nearest
from casefile_audit.files.tables import CellTable
from casefile_audit.files.workbook import address
from casefile_audit.intake.layout import DataSheet
from casefile_audit.intake.redaction import redacted
from casefile_audit.intake.sector_names import sector_of_sheet, words_of_sectors
from casefile_audit.results import CellProblem
from casefile_audit.rubric.model import SECTOR, Rubric


def sectors_of_rows(
    rubric: Rubric, data: DataSheet, table: CellTable, places: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.object_], list[CellProblem]]:
    """The sector of some rows, empty where it can't be told, and the cells behind that."""
    by_name = sector_of_sheet(rubric, data.file, data.name, data.header)
    column = data.header.of_field(rubric.sector) if rubric.sector else []
    if not column:
        return np.full(len(places), by_name, dtype=object), []
    index = column[0].index
    words = words_of_sectors(rubric)
    texts = list(table.column(index).values)
    codes = table.column(index).codes[places]
    field = rubric.fields_of()[column[0].field or ""]
    blank = [field.state_of_word(text) == (State.BLANK, "") for text in texts]
    told = [words.get(fold(text), by_name if blank[i] else "") for i, text in enumerate(texts)]
    sectors = np.array(told, dtype=object)[codes]
    problems = [
        CellProblem(
            file=data.file.name,
            sheet=data.name,
            cell=column[0].place or address(row, index),
            field=rubric.sector or "",
            found=redacted(texts[codes[place]], nearest(texts[codes[place]], list(rubric.sectors))),
            expected=f"a sector; {did_you_mean(texts[codes[place]], list(rubric.sectors))}",
            row=row,
            column=index,
        )
        for place in np.flatnonzero(sectors == "")
        for row in [table.first + int(places[place])]
    ]
    return sectors, problems


def with_sector(cases: Cases, rubric: Rubric, sector: str) -> Cases:
    """Cases of one sector, knowing it; an empty name means that it can't be told."""
    if not rubric.sectors:
        return cases
    state = State.VALUE if sector else State.UNREADABLE
    label = Column(np.zeros(len(cases), dtype=np.int64), np.array([sector or None], dtype=object))
    return replace(
        cases,
        columns={**cases.columns, SECTOR: label},
        states={**cases.states, SECTOR: np.full(len(cases), state, dtype=np.int8)},
        parts={**cases.parts, SECTOR: [SECTOR]},
    )
