"""Which sector's records a sheet or a row is of: by its column, a form's mark, or its name."""

import fnmatch
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from casefile_audit.cases import Cases, Column, State
from casefile_audit.english import did_you_mean, fold, nearest
from casefile_audit.files.tables import CellTable
from casefile_audit.files.workbook import Cell, address, text_of
from casefile_audit.intake.columns import Header
from casefile_audit.intake.layout import DataSheet
from casefile_audit.intake.redaction import redacted
from casefile_audit.results import CellProblem
from casefile_audit.rubric.model import SECTOR, Rubric


def sector_of_sheet(rubric: Rubric, file: Path, sheet: str, header: Header) -> str:
    """The sector that a form says itself, else the one that its sheet's or file's name tells."""
    if header.marks is not None and header.marks.sector in rubric.sectors:
        return header.marks.sector
    for name, sector in rubric.sectors.items():
        patterns = (name, sector.title, *sector.sheets)
        if any(fnmatch.fnmatch(fold(sheet), fold(pattern)) for pattern in patterns):
            return name
    for name, sector in rubric.sectors.items():
        if any(fnmatch.fnmatch(fold(file.stem), fold(pattern)) for pattern in sector.files):
            return name
    return ""


def sectors_of_sheet(
    rubric: Rubric, file: Path, name: str, header: Header, rows: Iterable[Sequence[Cell]]
) -> frozenset[str]:
    """All the sectors whose records the rows of a sheet hold; none where that can't be told."""
    by_name = sector_of_sheet(rubric, file, name, header)
    columns = header.of_field(rubric.sector) if rubric.sector else []
    if not columns:
        return frozenset([by_name] if by_name else [])
    index = columns[0].index
    words = _words_of_sectors(rubric)
    texts = {fold(text_of(row[index])) for row in rows if len(row) > index} - {""}
    told = {words.get(text, "") for text in texts}
    return frozenset() if "" in told else frozenset(told or ([by_name] if by_name else []))


def _words_of_sectors(rubric: Rubric) -> dict[str, str]:
    """The sector that each word of a sector's column stands for."""
    return {
        fold(word): name
        for name, sector in rubric.sectors.items()
        for word in (name, sector.title, *sector.words)
    }


def sectors_of_rows(
    rubric: Rubric, data: DataSheet, table: CellTable, places: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.object_], list[CellProblem]]:
    """The sector of some rows, empty where it can't be told, and the cells behind that."""
    by_name = sector_of_sheet(rubric, data.file, data.name, data.header)
    column = data.header.of_field(rubric.sector) if rubric.sector else []
    if not column:
        return np.full(len(places), by_name, dtype=object), []
    index = column[0].index
    words = _words_of_sectors(rubric)
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
