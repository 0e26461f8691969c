"""``--findings`` of files that are too long to keep: in one reading, and whole or not at all."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from casefile_audit.files import long_csv, sources
from casefile_audit.intake import pseudonyms
from workbooks import HEADINGS, Audit, case, save_csv

PIECE = 2_000
ROWS = 200
TYPED = ("score", "cases.csv", "--rubric", "rubric.yaml", "--by", "district", "--findings")


def fill(folder: Path, **cells: str) -> None:
    words = ("W1", "IC1", "", "wrong"), ("Yes", "No", "", "N/A"), ("good", "RI", "inadequate", "")
    rows = [
        case(
            f"CR/{n:04}" if n % 50 else "not known",
            **{
                "ethnicity": words[0][n % 4],
                "reviewed": words[1][n // 4 % 4],
                "grade": words[2][n // 3 % 4],
                **cells,
            },
        )
        for n in range(ROWS)
    ]
    save_csv(folder / "cases.csv", [HEADINGS, *rows])


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read piece by piece from now on, each time that they are."""
    made: list[str] = []
    pieces = long_csv.LongText.pieces

    def counted(text: long_csv.LongText) -> Iterator[Any]:
        made.append(text.path.name)
        return pieces(text)

    monkeypatch.setattr(long_csv.LongText, "pieces", counted)
    return made


def shorten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every text a long one whose cases aren't kept."""
    monkeypatch.setattr(sources, "LONG_BYTES", 100)
    monkeypatch.setattr(sources, "KEPT_BYTES", 0)
    monkeypatch.setattr(long_csv, "PIECE", PIECE)


def rows_of(path: Path) -> list[tuple[str, ...]]:
    if path.suffix == ".csv":
        with open(path, newline="", encoding="utf-8-sig") as file:
            return list(map(tuple, csv.reader(file)))
    (sheet,) = openpyxl.load_workbook(path).worksheets
    return [
        tuple("" if cell is None else str(cell) for cell in row)
        for row in sheet.iter_rows(values_only=True)
    ]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize(("cells", "times"), [({}, 1), ({"reviewed": ""}, 2)])
def test_findings_are_written_while_the_file_is_read_once(
    suffix: str,
    cells: dict[str, str],
    times: int,
    audit: Audit,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    readings: list[str],
) -> None:
    fill(tmp_path, **cells)
    assert audit(*TYPED, f"whole{suffix}").code == 0
    assert not readings
    shorten(monkeypatch)
    run = audit(*TYPED, f"pieces{suffix}")
    assert (run.code, run.err) == (0, f"Wrote pieces{suffix}.\n")
    whole, pieces = (rows_of(tmp_path / f"{name}{suffix}") for name in ("whole", "pieces"))
    assert len(whole) == ROWS + 1
    assert pieces == whole
    # A question to which no case has an answer is set aside, and everything read again without it.
    assert len(readings) == times


def test_a_run_that_fails_after_many_cases_leaves_no_findings(
    audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path)
    with open(tmp_path / "cases.csv", "a", encoding="utf-8") as file:
        file.write(",".join(map(str, case("CR/9999", grade="nonsense"))) + "\n")
    shorten(monkeypatch)
    before = sorted(tmp_path.iterdir())
    run = audit(*TYPED, "out.csv")
    assert run.code == 2
    assert "1 grade can't be read" in run.err
    assert sorted(tmp_path.iterdir()) == before


def test_a_group_is_spelt_alike_all_through_the_findings(
    audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [case(f"CR/{n:04}", district="North" if n < ROWS / 2 else "NORTH") for n in range(ROWS)]
    save_csv(tmp_path / "cases.csv", [HEADINGS, *rows])
    shorten(monkeypatch)
    assert audit(*TYPED, "out.csv").code == 0
    assert {row[4] for row in rows_of(tmp_path / "out.csv")[1:]} == {"North"}


def test_findings_of_a_long_file_name_cases_by_their_pseudonyms(
    audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path)
    shorten(monkeypatch)
    assert audit(*TYPED, "plain.csv").code == 0
    assert audit(*TYPED, "called.csv", "--pseudonyms", "month.key").code == 0
    of = pseudonyms.read_key(tmp_path / "month.key").of
    plain, called = (rows_of(tmp_path / f"{name}.csv")[1:] for name in ("plain", "called"))
    expected = [row[0] if " row " in row[0] else of(row[0]) for row in plain]
    assert [row[0] for row in called] == expected
    assert [row[1:] for row in called] == [row[1:] for row in plain]
