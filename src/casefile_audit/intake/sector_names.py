"""Which sector's records a sheet holds, by its name or its file's."""

import fnmatch
from pathlib import Path

from casefile_audit.english import fold
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
