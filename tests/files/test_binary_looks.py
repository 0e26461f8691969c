"""What .xls and .xlsb cells show, as those of .xlsx do: percentages, errors, formulas, lines."""

import datetime as dt
import zipfile
from pathlib import Path

import numpy as np
import pytest

from binary_files import (
    DATE,
    PADDED,
    PERCENT,
    STRUCK,
    BinaryBook,
    BinaryCell,
    Formula,
    Styled,
    Wrong,
    brt,
)
from casefile_audit.error_cells import NOT_CALCULATED
from casefile_audit.files.markup import EPOCH_1904
from casefile_audit.files.workbook import Span, open_workbook
from casefile_audit.intake.account import Intake
from workbooks import only_sheet, read, save_xlsx, texts

SUFFIXES = pytest.mark.parametrize("suffix", [".xls", ".xlsb"])
XLWT, POI = (0x0DBB, 0x07CC), (0x10D3, 0x07CC)


def saved(folder: Path, suffix: str, book: BinaryBook) -> Path:
    path = folder / f"cases{suffix}"
    path.write_bytes(book.made(suffix))
    return path


@SUFFIXES
@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (Styled(0.95, PERCENT), "95%"),
        (Styled(1, PERCENT), "100%"),
        (Formula(0.5, PERCENT), "50%"),
        (Styled(7, PADDED), "00007"),
        (Styled(45352, DATE), "2024-03-01"),
        (Styled("gone", STRUCK), "gone"),
        (0.95, "0.95"),
        (-3, "-3"),
        (Wrong("#N/A"), "#N/A"),
        (Wrong("#DIV/0!", formula=True), "#DIV/0!"),
        (Formula(None), ""),
        (Formula(0.0), "0"),
        (Formula("Yes"), "Yes"),
    ],
)
def test_a_cell_is_what_is_seen_in_it(
    cell: BinaryCell, shown: str, suffix: str, tmp_path: Path
) -> None:
    path = saved(tmp_path, suffix, BinaryBook([["Case ref", "Voice"], ["C1", cell], ["C2", "x"]]))
    assert texts(only_sheet(path)) == [["Case ref", "Voice"], ["C1", shown], ["C2", "x"]]


NOUGHT, NOTHING, ANSWER = Formula(0.0), Formula(None), Formula("Yes")


@SUFFIXES
@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ([NOUGHT, NOTHING], [NOT_CALCULATED] * 2),
        ([NOUGHT, ANSWER], ["0", "Yes"]),
        ([0, 0], ["0", "0"]),
    ],
)
def test_a_stand_in_for_a_result_is_none(
    cells: list[BinaryCell], shown: list[str], suffix: str, tmp_path: Path
) -> None:
    rows: list[list[BinaryCell]] = [[f"C{at}", cell] for at, cell in enumerate(cells)]
    path = saved(tmp_path, suffix, BinaryBook([["Case ref", "Voice"], *rows], uncalculated=True))
    assert [row[1] for row in texts(only_sheet(path))[1:]] == shown


@pytest.mark.parametrize("writer", [XLWT, POI])
def test_some_writers_never_calculate(writer: tuple[int, int], tmp_path: Path) -> None:
    book = BinaryBook([["Case ref", "Voice"], ["C1", NOUGHT], ["C2", NOTHING]], writer=writer)
    rows = texts(only_sheet(saved(tmp_path, ".xls", book)))
    assert [row[1] for row in rows[1:]] == [NOT_CALCULATED] * 2


@SUFFIXES
def test_what_is_hidden_struck_out_or_merged_is_known(suffix: str, tmp_path: Path) -> None:
    struck: list[BinaryCell] = [Styled("C2", STRUCK), Styled("No", STRUCK), ""]
    rows: list[list[BinaryCell]] = [
        ["Case ref", "Voice", "Plan"],
        ["C1", "Yes", Styled("No", STRUCK)],
        struck,
    ]
    book = BinaryBook(
        [*rows, ["C3", "Yes", "Yes"]],
        hidden_rows=[3],
        hidden_columns=[1],
        no_width=2,
        merged=[(1, 1, 1, 2)],
        is_1904=True,
    )
    sheet = only_sheet(saved(tmp_path, suffix, book))
    assert [*sheet.hidden_rows, *sheet.struck_rows] == [4, 3]
    assert [*sheet.struck_cells] == [(1, 2)]
    assert sorted(sheet.hidden_columns) == [1, 2]
    assert sheet.merged == (Span(1, 1, 1, 2),)
    assert texts(sheet)[1] == ["C1", "Yes", "Yes"]
    assert sheet.epoch == EPOCH_1904


@SUFFIXES
def test_a_day_of_the_calendar_of_1904_is_the_day_that_is_seen(suffix: str, tmp_path: Path) -> None:
    day = (dt.date(2024, 3, 1) - EPOCH_1904.date()).days
    book = BinaryBook([["Case ref", "Day"], ["C1", Styled(day, DATE)]], is_1904=True)
    assert texts(only_sheet(saved(tmp_path, suffix, book)))[1] == ["C1", "2024-03-01"]


RUBRIC = """
rubric: probe
title: Probe
version: 1
fields:
  case_ref: {type: identifier, headings: [Case ref]}
  voice: {type: yes-no, headings: [Voice]}
  score: {type: number, headings: [Score]}
criteria:
  voice: {question: Heard?, missing: not heard, met: {yes: voice}}
  score: {question: Ninety?, missing: under ninety, met: {at_least: {score: 90}}}
"""


def values(intake: Intake, name: str) -> list[object]:
    column = intake.cases.columns[name]
    return [*np.asarray(column.values)[column.codes]]


@SUFFIXES
def test_what_is_counted_is_what_is_counted_of_the_same_xlsx(suffix: str, tmp_path: Path) -> None:
    rows = [[f"C{n}", ("Yes", "No", "")[n % 3], f"{n * 5}%"] for n in range(20)]
    cells: list[list[BinaryCell]] = [
        [reference, voice, Styled(int(score[:-1]) / 100, PERCENT)]
        for reference, voice, score in rows
    ]
    headings: list[BinaryCell] = ["Case ref", "Voice", "Score"]
    path = saved(tmp_path, suffix, BinaryBook([headings, *cells], hidden_rows=[4]))
    found = read(path, rubric=RUBRIC)
    twin = read(save_xlsx(tmp_path / "twin.xlsx", [headings, *rows], hide_rows=[5]), rubric=RUBRIC)
    assert found.cases.states.keys() == twin.cases.states.keys()
    for name, states in twin.cases.states.items():
        assert found.cases.states[name].tolist() == states.tolist()
        assert values(found, name) == values(twin, name)
    (sheet,), (other,) = found.account.sheets.values(), twin.account.sheets.values()
    assert sheet.notes == other.notes


@pytest.mark.parametrize(
    ("number", "data"),
    [(0, b"\0" * 4), (3, b"\0" * 8), (153, b"")],
    ids=["a row", "an error", "the calendar"],
)
def test_of_records_that_no_program_writes_nothing_can_be_told_and_that_is_said(
    number: int, data: bytes, tmp_path: Path
) -> None:
    book = BinaryBook([["Case ref", "Voice"], ["C1", Styled(0.5, PERCENT)]])
    path = saved(tmp_path, ".xlsb", book)
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    part = "xl/workbook.bin" if number == 153 else "xl/worksheets/sheet1.bin"
    end = brt(132) if number == 153 else brt(130)
    parts[part] = parts[part].removesuffix(end) + brt(number, data)
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    workbook = open_workbook(path)
    assert texts(workbook.sheets[0])[1] == ["C1", "0.5"]
    assert [note.partition(" can't")[0] for note in workbook.notes] == [
        "hidden rows and columns, merged cells and number formats"
    ]
