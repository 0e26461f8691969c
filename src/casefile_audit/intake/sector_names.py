"""Which sector's records a sheet holds: by its own mark, its name or its file's."""

import fnmatch
from collections.abc import Iterable, Sequence
from pathlib import Path

from casefile_audit.english import fold
from casefile_audit.files.workbook import Cell, text_of
from casefile_audit.intake.columns import Header
from casefile_audit.rubric.model import Rubric


def sector_of_name(rubric: Rubric, file: Path, sheet: str) -> str:
    """The sector that the sheet's or the file's name tells; empty if neither does."""
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
    words = words_of_sectors(rubric)
    texts = {fold(text_of(row[index])) for row in rows if len(row) > index} - {""}
    told = {words.get(text, "") for text in texts}
    return frozenset() if "" in told else frozenset(told or ([by_name] if by_name else []))


def words_of_sectors(rubric: Rubric) -> dict[str, str]:
    """The sector that each word of a sector's column stands for."""
    return {
        fold(word): name
        for name, sector in rubric.sectors.items()
        for word in (name, sector.title, *sector.words)
    }


def sector_of_sheet(rubric: Rubric, file: Path, sheet: str, header: Header) -> str:
    """The sector that a form says itself, else the one that its sheet's or file's name tells."""
    marked = header.marks.sector if header.marks is not None else ""
    return marked if marked in rubric.sectors else sector_of_name(rubric, file, sheet)
