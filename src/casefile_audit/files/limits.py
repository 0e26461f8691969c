"""How much a file may hold before it is refused, all in one place.

A file of a few kilobytes can ask for more memory than any machine has. Nothing that an honest
spreadsheet holds comes near these limits but by its cells or its size, and those two can be raised.
"""

import math
import sys
from importlib.abc import MetaPathFinder
from typing import Any, NamedTuple

from casefile_audit.errors import too_little_memory

if sys.platform != "win32":
    import resource

MEGABYTE = 1_000_000
RAISE_CELLS, RAISE_MEGABYTES = "--most-cells", "--most-megabytes"

SMALL_PART = 16_777_216
"""Bytes of a part of a package that only says what the other parts are."""
ROW_MARKUP = 33_554_432
"""Bytes of markup in one row of a sheet."""
SHEET_ROWS, SHEET_COLUMNS = 1_048_576, 16_384
"""How far a cell of an .ods file that stands for many is followed: as far as a sheet goes."""
COUNTED_SPACE = 20
"""How many letters a space of an .ods file weighs that is counted instead of written: an honest
document has few in a row, and a few bytes can ask for billions."""
DOCUMENT_MARKUP = 67_108_864
"""Bytes of markup in a Word document: its words, without pictures."""
DOCUMENT_DEPTH = 250
"""How deeply its markup may be nested: a table in a table in a table comes to about 40."""
TABLE_COLUMNS = 64
"""Columns of a table in a Word document, which has 63 at most."""
PARTS = 20_000
"""Parts in a package: a workbook has a few dozen, or a few for each picture in it."""
PASSWORD_BYTES = 1024
"""Bytes of a password file: Excel takes passwords of 255 letters."""
BINARY_MEMORY = 200
"""Bytes of memory that reading .xls or .xlsb may take for each of the file, over ``megabytes``."""
BINARY_SECONDS = 60
"""Time on the processor that it may take, and as much more for each megabyte of the file."""
POLARS_MEMORY = 2_000 * MEGABYTE
"""Memory that has to be allowed to Polars, most of which it never takes: with less, it ends the
program without a message of ours."""


class PolarsWithinMemory(MetaPathFinder):
    """Refuses to import Polars where the system allows this program little memory.

    Raises:
        WorkbookError: it does.
    """

    def find_spec(self, name: str, path: Any, target: Any = None) -> None:
        """Nothing, unless it raises: others find it."""
        if name == "polars" and memory_allowed() < POLARS_MEMORY:
            raise too_little_memory()


def memory_allowed() -> float:
    """Bytes of memory that the system allows this program; infinity where it sets no limit."""
    if sys.platform == "win32":
        return math.inf
    allowed, _ = resource.getrlimit(resource.RLIMIT_AS)
    return math.inf if allowed == resource.RLIM_INFINITY else allowed


class FileLimits(NamedTuple):
    """What a file may hold.

    Attributes:
        cells: the most cells of all its sheets together, blank ones counted: the default is about
            what 8 GB of memory can hold.
        megabytes: the most million bytes, of the file as it stands, unpacked, and of its cells'
            text with repeated words counted each time.
    """

    cells: int = 50_000_000
    megabytes: int = 2_000

    @property
    def bytes(self) -> int:
        """``megabytes`` in bytes."""
        return self.megabytes * MEGABYTE
