"""Parquet files whose columns are out of the ordinary, read whole and in pieces."""

import datetime as dt
from pathlib import Path
from typing import Any

import polars
import pyarrow
import pyarrow.parquet
import pytest

import processes
from casefile_audit.files import sources
from workbooks import HEADINGS, NIGHT_DUTY, Audit, case, save_text

ROWS = 120
DATE = HEADINGS.index("Date allocated")


def table() -> Any:
    rows = [case(f"C{number}", allocated="") for number in range(ROWS)]
    return polars.DataFrame(rows, schema=HEADINGS, orient="row").to_arrow()


def renamed(name: str) -> Any:
    return table().rename_columns([name if h == "District" else h for h in HEADINGS])


def on_clock(zone: str) -> Any:
    """Every case allocated at 23:30 of 29 February by Greenwich."""
    moment = dt.datetime(2024, 2, 29, 23, 30)
    moments = pyarrow.array([moment] * ROWS, type=pyarrow.timestamp("us", tz=zone))
    return table().set_column(DATE, "Date allocated", moments)


@pytest.mark.parametrize("most", [10**9, 50], ids=["whole", "in pieces"])
@pytest.mark.parametrize("name", ["^District$", "^.*$", "*", "0", "", "District\n", "[dD]istrict"])
def test_a_column_of_an_odd_name_is_no_pattern(
    name: str, most: int, audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "LONG_ROWS", most)
    pyarrow.parquet.write_table(renamed(name), tmp_path / "cases.parquet")
    line = ("score", "cases.parquet", "--rubric", "rubric.yaml", "--json")
    run = audit(*line, "--map", "district=column B", "--by", "district")
    assert run.code == 0, run.err
    assert run.json["cases"] == ROWS
    assert list(run.json["groups"]["district"]) == ["North"]


@pytest.mark.parametrize("most", [10**9, 50], ids=["whole", "in pieces"])
@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("UTC", "2024-02-29"),
        ("Europe/Paris", "2024-03-01"),
        ("+05:30", "2024-03-01"),
        ("-0200", "2024-02-29"),
        ("Mars/Phobos", None),
    ],
)
def test_a_moment_is_of_the_day_that_its_clock_shows(
    zone: str, day: str | None, most: int, tmp_path: Path
) -> None:
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
    pyarrow.parquet.write_table(on_clock(zone), tmp_path / "cases.parquet")
    # In a process of its own, for what Polars prints of itself.
    first = f"from casefile_audit.files import sources\nsources.LONG_ROWS = {most}"
    line = ("score", "cases.parquet", "--rubric", "rubric.yaml", "--json", "--by", "allocated")
    run = processes.run(*line, folder=tmp_path, first=first)
    assert "panicked" not in run.err
    if day is None:
        assert run.code == 2
        assert "on a clock that isn't known, `Mars/Phobos`" in run.err
    else:
        assert run.code == 0, run.err
        assert list(run.json["groups"]["allocated"]) == [day]


@pytest.mark.parametrize("most", [10**9, 50], ids=["whole", "in pieces"])
def test_a_name_that_is_not_text_is_no_reason_to_stop(
    most: int, audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "LONG_ROWS", most)
    name = b"caf\xe9.parquet".decode("utf-8", "surrogateescape")
    pyarrow.parquet.write_table(table(), tmp_path / "plain.parquet")
    try:
        (tmp_path / "plain.parquet").rename(tmp_path / name)
    except OSError:
        pytest.skip("this file system has text for names")
    run = audit("score", name, "--rubric", "rubric.yaml", "--json")
    assert (run.code, run.json["cases"]) == (0, ROWS)
