"""Which sector's records a sheet holds: by its own mark, its name or its file's."""

import fnmatch
from pathlib import Path

from casefile_audit.english import fold
from casefile_audit.intake.headings import Header
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


def sector_of_sheet(rubric: Rubric, file: Path, sheet: str, header: Header) -> str:
    """The sector that a form says itself, else the one that its sheet's or file's name tells."""
    marked = header.marks.sector if header.marks is not None else ""
    return marked if marked in rubric.sectors else sector_of_name(rubric, file, sheet)
