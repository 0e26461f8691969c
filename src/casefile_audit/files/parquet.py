"""Parquet files as rows of cells."""

import datetime
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from casefile_audit.files.limits import FileLimits
from casefile_audit.files.sandbox import CheckSize
from casefile_audit.files.zip_package import too_much_text

# Days from 1970 that every time zone has in the years 1 to 9999.
_FIRST_DAY, _LAST_DAY = -719_161, 2_932_895
_UNITS_OF_A_SECOND = {"ms": 10**3, "us": 10**6, "ns": 10**9}


def read_parquet(
    name: str, data: bytes, limits: FileLimits, check: CheckSize
) -> tuple[list[list[Any]], list[str]]:
    """Read a Parquet file.

    Args:
        name: the file's name, for messages.
        data: the whole file.
        limits: what it may hold.
        check: called before the cells are taken.

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
    for heading in names:
        # One after the other: a few bytes can stand for the same words many times over.
        series = plan.select(heading).collect()[heading]
        size += _size(series)
        if size > limits.bytes:
            raise too_much_text(name, limits)
        # The rows are counted already; here, what lists hold beyond one value a row.
        check(name, _most_values(series) - len(series), 1)
        if zone := getattr(series.dtype, "time_zone", None):
            notes.append(f"times in column “{heading}” are on the clock of {zone}")
        series, strange = in_calendar(series)
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
