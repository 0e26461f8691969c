"""What fuzzing found, each as the smallest file that shows it."""

import datetime as dt
from pathlib import Path
from typing import Any

import polars
import pytest
from fuzz_seeds import ods

from casefile_audit.audit import open_audit
from casefile_audit.errors import WorkbookError
from casefile_audit.files import sources
from casefile_audit.files import workbook as module
from casefile_audit.files.limits import FileLimits
from casefile_audit.files.workbook import OpenOptions, open_workbook
from casefile_audit.scoring.partial import ScoreOptions
from workbooks import HEADINGS, NIGHT_DUTY, case, save_text

FEW = OpenOptions(limits=FileLimits(cells=1_000))


def test_repeated_rows_of_ods_are_counted_before_memory_is_set_aside_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cases.ods"
    row = '<table:table-row table:number-rows-repeated="400">'
    cell = '<table:table-cell table:number-columns-repeated="3" office:value-type="string">'
    path.write_bytes(ods(f"{row}{cell}<text:p>x</text:p></table:table-cell></table:table-row>"))

    def read_all_the_same(*_: object) -> None:
        pytest.fail("it was given to the library that sets memory aside")

    monkeypatch.setattr(module, "raw_sheets", read_all_the_same)
    with pytest.raises(WorkbookError, match=r"reaches from A1 to D401.*over 1,000 cells"):
        open_workbook(path, FEW)


@pytest.fixture
def parquet_of(tmp_path: Path) -> Any:
    """Writes a.parquet, in which the second case's day is as given, beside a rubric."""
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)

    def write(allocated: polars.Series) -> Path:
        rows = [case(f"C{number}", allocated="") for number in range(len(allocated))]
        frame = polars.DataFrame(rows, schema=HEADINGS, orient="row")
        path = tmp_path / "a.parquet"
        frame.with_columns(allocated.alias("Date allocated")).write_parquet(path)
        return path

    return write


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize(
    ("kind", "day", "found"),
    [
        (polars.Date, 2**31 - 1, "year 5881580"),
        (polars.Date, -(2**31), "year -5877641"),
        (polars.Date, 2_932_897, "year 10000"),
        (polars.Datetime("us"), 2**62, "year 148108"),
        (polars.Datetime("ms", "Europe/London"), -(2**60), "year -36532659"),
    ],
)
def test_a_day_that_no_calendar_has_is_a_cell_to_look_at(
    kind: Any,
    day: int,
    found: str,
    long: bool,
    parquet_of: Any,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    if long:
        monkeypatch.setattr(sources, "LONG_ROWS", 2)
    path = parquet_of(polars.Series([0, day, None]).cast(kind))
    result = open_audit([path], str(path.parent / "rubric.yaml")).result(
        ScoreOptions(dt.date(2024, 1, 1))
    )
    (problem,) = (problem for problem in result.problems if problem.field == "allocated")
    assert problem.found == found
    assert problem.cell.endswith("3")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("long", [False, True])
def test_such_a_day_within_a_list_is_one_message(
    long: bool, parquet_of: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    if long:
        monkeypatch.setattr(sources, "LONG_ROWS", 2)
    days = polars.Series([[0], [2**31 - 1], []]).cast(polars.List(polars.Int32))
    path = parquet_of(days.cast(polars.List(polars.Date)))
    with pytest.raises(WorkbookError, match="damaged or unusual"):
        open_audit([path], str(path.parent / "rubric.yaml")).result(
            ScoreOptions(dt.date(2024, 1, 1))
        )
    assert capfd.readouterr().err == ""
