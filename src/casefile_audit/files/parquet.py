"""Parquet files as rows of cells."""

import datetime
import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from casefile_audit.errors import WorkbookError
from casefile_audit.files.limits import FileLimits
from casefile_audit.files.raw_sheets import CheckSize
from casefile_audit.files.zip_package import too_much_text

# Days from 1970 that every time zone has in the years 1 to 9999.
_FIRST_DAY, _LAST_DAY = -719_161, 2_932_895
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_UNITS_OF_A_SECOND = {"ms": 10**3, "us": 10**6, "ns": 10**9}


def read_parquet(
    name: str, data: bytes, limits: FileLimits, check: CheckSize
) -> tuple[list[list[Any]], list[str]]:
    """Read a Parquet file.

    Returns:
        The column names and under them the rows; and sentences on how they were read.

    Raises:
        WorkbookError: it holds more text than it may.
        PolarsError: it is damaged.
    """
    # Late, because most runs read other files.
    import polars

    with quietly():
        return _read(name, polars.scan_parquet(io.BytesIO(data)), limits, check)


def scanned(file: BufferedReader) -> Any:
    """An open Parquet file as a plan of Polars, which reads from where the file stands."""
    import polars

    file.seek(0)
    return polars.scan_parquet(file)


@contextmanager
def quietly() -> Iterator[None]:
    """Keep off the terminal what Polars prints of itself before it raises an error."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _read(
    name: str, plan: Any, limits: FileLimits, check: CheckSize
) -> tuple[list[list[Any]], list[str]]:
    import polars

    names = plan.collect_schema().names()
    check(name, plan.select(polars.len()).collect().item() + 1, len(names))
    notes, columns = [], []
    size = 0
    for index, heading in enumerate(names):
        # One after the other: a few bytes can stand for the same words many times over. And under
        # another name: one such as ^District$ would be taken for a pattern at every turn.
        series = plan.select(polars.nth(index)).collect().to_series().alias("column")
        size += _size(series)
        if size > limits.bytes:
            raise too_much_text(name, limits)
        # The rows are counted already; here, what lists hold beyond one value a row.
        check(name, _most_values(series) - len(series), 1)
        if zone := getattr(series.dtype, "time_zone", None):
            notes.append(f"times in column “{heading}” are on the clock of {zone}")
        series, strange = in_calendar(on_its_clock(name, heading, series))
        values = [plain_value(value) for value in series.to_list()]
        for place, words in strange.items():
            values[place] = words
        columns.append(values)
    return [names, *map(list, zip(*columns, strict=True))], notes


def _size(series: Any) -> int:
    """The bytes of a column, with repeated words counted each time."""
    import polars

    lengths = None
    if series.dtype == polars.String:
        lengths = series.str.len_bytes()
    elif series.dtype == polars.Binary:
        lengths = series.bin.size()
    elif series.dtype in (polars.Categorical, polars.Enum):
        lengths = series.cat.len_bytes()
    if lengths is not None:
        # They are of 32 bits, and their sum would be too.
        return int(lengths.cast(polars.Int64).sum() or 0)
    if isinstance(series.dtype, polars.List):
        return _size(series.explode())
    if isinstance(series.dtype, polars.Struct):
        return sum(map(_size, series.struct.unnest().get_columns()))
    return int(series.estimated_size())


def _most_values(series: Any) -> int:
    """How many values a column has, where a list in a row counts as many as it holds."""
    import polars

    while isinstance(series.dtype, polars.List):
        series = series.explode()
    return len(series)


def on_its_clock(name: str, heading: str, series: Any) -> Any:
    """A column of moments as its clock shows them, where that is so many hours from Greenwich.

    Polars knows the clocks that have a name.

    Raises:
        WorkbookError: nobody knows its clock.
    """
    import polars

    zone = getattr(series.dtype, "time_zone", None)
    if zone is None or _is_known(zone):
        return series
    if (offset := _OFFSET.fullmatch(zone)) is None:
        raise WorkbookError(
            f"{name}: the times in column “{heading}” are on a clock that isn't known, "
            f"`{zone}`, so their days can't be told",
            hint="Have the file made again with the time zone UTC or Europe/London, or with none",
        )
    sign, hours, minutes = offset.groups()
    away = polars.duration(hours=int(sign + hours), minutes=int(sign + minutes))
    moments = series.to_physical().cast(polars.Datetime(series.dtype.time_unit))
    return moments.to_frame().select(polars.col(series.name) + away).to_series()


def _is_known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def in_calendar(series: Any) -> tuple[Any, dict[int, str]]:
    """A column without the days and moments that no calendar has, and by place the years of those.

    A Parquet file can hold the year 5,881,580, at which Polars and Python give up.
    """
    import polars

    days = _days(series)
    if days is None:
        return series, {}
    inside = days.is_between(_FIRST_DAY, _LAST_DAY).fill_null(True)
    strange = {place: f"year {_year(days[place])}" for place in (~inside).arg_true().to_list()}
    if not strange:
        return series, {}
    held = polars.when(inside).then(polars.col(series.name))
    return series.to_frame().select(held.alias(series.name)).to_series(), strange


def _year(day: int) -> int:
    """The year of a day counted from 1970, in a calendar without end."""
    return 1970 + int(np.datetime64(day, "D").astype("datetime64[Y]").astype(int))


def _days(series: Any) -> Any:
    """The days from 1970 to a column's days or moments; None if it has neither."""
    import polars

    if series.dtype == polars.Date:
        return series.to_physical()
    if not isinstance(series.dtype, polars.Datetime):
        return None
    return series.to_physical() // (86_400 * _UNITS_OF_A_SECOND[series.dtype.time_unit])


def plain_value(value: object) -> Any:
    """A value as a cell; decimals and nested values as their text."""
    if value is None or value != value:
        return None
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, str | float | int | datetime.date | datetime.time | datetime.timedelta):
        return value
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
