"""Two readers in one workbook, and two who agree in everything."""

import os
from pathlib import Path

import pytest

from workbooks import HEADINGS, NIGHT_DUTY, Audit, case, save_csv, save_text, save_xlsx

FIRST = ["good", "adequate", "good", "inadequate", "good", "adequate"] * 2
SECOND = ["good", "good", "good", "inadequate", "adequate", "adequate"] * 2
BOTH = ("--rubric", "rubric.yaml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
    return tmp_path


def rows(grades: list[str], silent: int = 0) -> list[list[object]]:
    """Cases of these grades, the first of them so many without ethnicity."""
    return [
        case(f"C{place}", grade=grade, ethnicity="" if place < silent else "W1")
        for place, grade in enumerate(grades)
    ]


def test_two_sheets_of_one_workbook_are_two_readers(audit: Audit, folder: Path) -> None:
    sheets = {"Anna": [HEADINGS, *rows(FIRST)], "Ben": [HEADINGS, *rows(SECOND, silent=5)]}
    save_xlsx(folder / "both.xlsx", sheets)
    run = audit("agree", "both.xlsx", "--sheet", "Anna", "--sheet", "Ben", *BOTH, "--json")
    assert run.code == 0, run.err
    found = run.json
    assert [reader["name"] for reader in found["readers"]] == ["Anna", "Ben"]
    assert found["warnings"] == []
    assert (found["matched"], found["grades"]["overall"]["same"]) == (12, 8)
    # What else the sheets hold is each reader's own too.
    assert found["criteria"]["ethnicity-recorded"]["same"] == 7


def test_two_columns_of_one_sheet_are_two_readers_of_what_rests_on_them(
    audit: Audit, folder: Path
) -> None:
    place = HEADINGS.index("Overall grade") if "Overall grade" in HEADINGS else -1
    headings = [*HEADINGS[:place], "Anna's grade", "Ben's grade"]
    table = [
        [*own[:place], own[place], other] for own, other in zip(rows(FIRST), SECOND, strict=True)
    ]
    save_xlsx(folder / "both.xlsx", {"Cases": [headings, *table]})
    maps = [f"--map=grade={name}'s grade" for name in ("Anna", "Ben")]
    run = audit("agree", "both.xlsx", *maps, *BOTH, "--json")
    assert run.code == 0, run.err
    found = run.json
    assert [reader["name"] for reader in found["readers"]] == ["Anna's grade", "Ben's grade"]
    assert found["grades"]["overall"]["same"] == 8
    # One column can't disagree with itself, so it is no agreement.
    assert found["criteria"] == {}
    assert found["warnings"] == []


@pytest.mark.parametrize("name", ["second.csv", "folder/first.csv"])
def test_readers_who_agree_in_everything_are_a_finding(
    audit: Audit, folder: Path, name: str
) -> None:
    (folder / "folder").mkdir()
    first, second = (
        save_csv(folder / own, [HEADINGS, *rows(FIRST)]) for own in ("first.csv", name)
    )
    found = audit("agree", first, second, *BOTH, "--json").json
    overall = found["grades"]["overall"]
    assert (overall["same"], overall["cases"]) == (12, 12)
    assert overall["kappa"]["value"] == 1
    (warning,) = found["warnings"]
    assert "are alike to the last byte" in warning


@pytest.mark.parametrize("linked", [False, True])
def test_the_very_same_file_is_refused(audit: Audit, folder: Path, linked: bool) -> None:
    first = save_csv(folder / "first.csv", [HEADINGS, *rows(FIRST)])
    other = first
    if linked:
        other = folder / "link.csv"
        os.link(first, other)
    run = audit("agree", first, other, *BOTH)
    assert (run.code, run.out) == (2, "")
    assert "is given twice" in run.err
    assert "--sheet A --sheet B" in run.err


def test_each_reader_has_a_column_for_each_field(audit: Audit, folder: Path) -> None:
    save_csv(folder / "both.csv", [HEADINGS, *rows(FIRST)])
    maps = ["--map=grade=A", "--map=grade=B", "--map=ethnicity=C", "--map=ethnicity=D"]
    run = audit("agree", "both.csv", *maps, "--map=ethnicity=E", *BOTH)
    assert run.code == 2
    assert "here is grade 2 times and ethnicity 3 times" in run.err
    assert "once for every reader" in run.err


def test_one_workbook_alone_is_told_how_it_can_hold_two(audit: Audit, folder: Path) -> None:
    save_csv(folder / "both.csv", [HEADINGS, *rows(FIRST)])
    run = audit("agree", "both.csv", *BOTH)
    assert run.code == 2
    for way in ("second workbook", "--totals", "--sheet A --sheet B", "--map FIELD=HEADING"):
        assert way in " ".join(run.err.split())
