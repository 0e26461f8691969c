"""How the columns of a long file are filled in is told by all of its rows, not by the first."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefile_audit.audit import Execution, open_audit
from casefile_audit.cases import Column
from casefile_audit.files import long_csv, long_parquet, sources
from casefile_audit.files.tables import RowsTable
from casefile_audit.intake import texts_seen
from casefile_audit.intake.texts_seen import TextsSeen
from casefile_audit.results import Result
from casefile_audit.rubric.fields import NumberField, TextField
from casefile_audit.scoring.partial import ScoreOptions
from workbooks import save_csv, save_text

RUBRIC = """
rubric: late
title: Late
version: 1
unanswered: nothing recorded
fields:
  ref: {type: identifier, headings: [Ref]}
  age: {type: number, headings: [Age]}
  opened: {type: date, headings: [Opened]}
  seen: {type: date, headings: [Seen]}
  note: {type: text, headings: [Note]}
criteria:
  child: {question: A child?, missing: without a child, met: {between: {age: ["0", "17"]}}}
  in-time: {question: In time?, missing: late, met: {within: {days: 40, of: opened, date: seen}}}
  noted: {question: Noted?, missing: without a note, met: {recorded: note}}
"""
HEADINGS = ["Ref", "Age", "Opened", "Seen", "Note"]
ROWS, DAY = 600, dt.date(2025, 6, 30)
LATE: dict[str, dict[str, str]] = {
    "nothing odd": {},
    "a code for no value": {"Age": "-99"},
    "dates that can only be month first": {"Opened": "01/28/2024"},
    "dates with the time of another place": {"Seen": "2024-02-03T10:00:00+01:00"},
    "a year far ahead": {"Seen": "03/02/3024"},
    "a code among texts": {"Note": "999"},
    "NA": {"Age": "NA"},
}


def rows_with(late: dict[str, str], *, own: bool) -> list[list[str]]:
    """Rows of which only the last have something odd."""
    rows = []
    for n in range(ROWS):
        note = f"what was said of child {n}, at some length" if own else "fine"
        row = {"Ref": f"C{n}", "Age": str(n % 20), "Opened": "03/02/2024", "Seen": "12/02/2024"}
        odd = late if n > ROWS - 20 else {}
        rows.append([{**row, "Note": note, **odd}[heading] for heading in HEADINGS])
    return rows


def in_pieces(monkeypatch: pytest.MonkeyPatch, *, kept: bool) -> None:
    monkeypatch.setattr(sources, "LONG_BYTES", 100)
    monkeypatch.setattr(sources, "LONG_ROWS", 10)
    monkeypatch.setattr(sources, "KEPT_BYTES", 10**9 if kept else 0)
    monkeypatch.setattr(sources, "KEPT_ROWS", 10**9 if kept else 0)
    monkeypatch.setattr(long_csv, "PIECE", 4_000)
    monkeypatch.setattr(long_csv, "_MOST_HEAD_ROWS", 50)
    monkeypatch.setattr(long_parquet, "ROWS", 100)
    monkeypatch.setattr(long_parquet, "_HEAD_ROWS", 49)


def result_of(path: Path, execution: Execution | None = None) -> Result:
    audit = open_audit([path], str(path.with_name("rubric.yaml")))
    return audit.result(ScoreOptions(DAY), execution or Execution())


def told(result: Result) -> dict[str, Any]:
    """What is counted, and the issues but for the one that only long files have."""
    issues = [its for its in result.issues if its.code != "first-rows-looked-at"]
    counts = {
        name: (its.met, its.not_met, its.not_recorded, its.not_applicable, its.cannot_tell)
        for name, its in result.criteria.items()
    }
    return {"counts": counts, "issues": issues}


@pytest.mark.parametrize("own", [False, True], ids=["few texts", "a text each"])
@pytest.mark.parametrize("kept", [False, True], ids=["counted", "kept"])
@pytest.mark.parametrize("late", LATE)
def test_what_only_late_rows_tell_counts_as_in_a_short_file(
    late: str, kept: bool, own: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_text(tmp_path / "rubric.yaml", RUBRIC)
    path = save_csv(tmp_path / "cases.csv", [HEADINGS, *rows_with(LATE[late], own=own)])
    whole = result_of(path)
    in_pieces(monkeypatch, kept=kept)
    assert told(result_of(path)) == told(whole)


def test_a_long_parquet_file_is_looked_through_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import polars

    save_text(tmp_path / "rubric.yaml", RUBRIC)
    rows = rows_with(LATE["a code for no value"], own=True)
    path = tmp_path / "cases.parquet"
    polars.DataFrame(rows, schema=HEADINGS, orient="row").write_parquet(path)
    whole = result_of(path)
    in_pieces(monkeypatch, kept=False)
    assert told(result_of(path))["counts"] == told(whole)["counts"]


@pytest.mark.parametrize(
    ("late", "times"), [("nothing odd", 1), ("NA", 1), ("a code for no value", 2)]
)
def test_a_file_is_read_again_only_where_its_cells_are_to_be_read_otherwise(
    late: str, times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_text(tmp_path / "rubric.yaml", RUBRIC)
    path = save_csv(tmp_path / "cases.csv", [HEADINGS, *rows_with(LATE[late], own=True)])
    in_pieces(monkeypatch, kept=False)
    readings: list[Path] = []
    pieces = long_csv.LongText.pieces

    def counted(text: long_csv.LongText) -> Iterator[Any]:
        readings.append(text.path)
        return pieces(text)

    monkeypatch.setattr(long_csv.LongText, "pieces", counted)
    result_of(path)
    assert len(readings) == times


@pytest.mark.parametrize(("most", "fields"), [(100_000, [""]), (100, ["", "ref", "age"])])
def test_what_was_told_by_the_first_rows_alone_is_said(
    most: int, fields: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_text(tmp_path / "rubric.yaml", RUBRIC)
    rows = rows_with({}, own=True)
    for n, row in enumerate(rows):
        row[0], row[1] = f"C{n}e+7", str(n)
    path = save_csv(tmp_path / "cases.csv", [HEADINGS, *rows])
    monkeypatch.setattr(texts_seen, "_MOST_TEXTS", most)
    in_pieces(monkeypatch, kept=False)
    said = [its for its in result_of(path).issues if its.code == "first-rows-looked-at"]
    assert [its.field for its in said] == fields
    assert {its.total for its in said} == {49}


@given(
    cells=st.lists(st.sampled_from(["", "a", "-99", "03/04/2024", "x" * 30]), max_size=60),
    cuts=st.lists(st.integers(0, 60), max_size=4),
)
def test_pieces_of_a_column_add_up_to_the_whole(cells: list[str], cuts: list[int]) -> None:
    seen, last = TextsSeen(), 0
    field = TextField(type="text")
    for cut in [*sorted(cuts), len(cells)]:
        part = cells[last:cut]
        last = max(last, min(cut, len(cells)))
        column = (
            RowsTable([[cell] for cell in part], 0, 1).column(0)
            if part
            else Column(np.empty(0, dtype=np.int64), np.empty(0, dtype=object))
        )
        seen.add(texts_seen._seen(column, last - len(part), field))
    assert seen.rows == len(cells)
    for text in {cell for cell in cells if len(cell) <= texts_seen.LONGEST_CODE}:
        rows = [row for row, cell in enumerate(cells) if cell == text]
        assert seen.passing(text.__eq__) == (len(rows), rows[:8])
    lengths = list(map(len, cells))
    longest = max(lengths, default=0)
    rows = [row for row, length in enumerate(lengths) if length == longest]
    assert (seen.longest.length, seen.longest.total, [*seen.longest.rows]) == (
        *(longest, len(rows)),
        rows[:8],
    )


def test_a_text_that_is_written_with_further_spaces_counts_as_the_same() -> None:
    rows = [[text] for text in ("-99", "-99 ", "7", " -99")]
    table = RowsTable([["Age"], *rows], 0, 1)
    field = NumberField(type="number", headings=["Age"])
    seen = texts_seen._seen(table.column(0), 0, field)
    assert (seen.counts["-99"], seen.firsts["-99"]) == (3, (1, 2, 4))
