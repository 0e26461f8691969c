"""No verdict is clear on data in doubt: compare and agree say first what to put right."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from workbooks import HEADINGS, NIGHT_DUTY, Audit, Row, case, save_csv, save_text

RUBRIC = ("--rubric", "rubric.yaml")
MISSING = "ethnicity-recorded"


def cases(missing: int, of: int) -> list[Row]:
    return [case(f"C{n}", ethnicity="NR" if n < missing else "W1") for n in range(of)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
    save_csv(tmp_path / "before.csv", [HEADINGS, *cases(12, 12)])
    return tmp_path


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([*cases(0, 12), *cases(0, 12)], "reference-repeated"),
        ([*cases(0, 12), case(""), case("")], "row-without-reference"),
    ],
)
def test_a_comparison_on_doubted_rows_is_never_clear(
    rows: Sequence[Row], code: str, audit: Audit, folder: Path
) -> None:
    after = save_csv(folder / "after.csv", [HEADINGS, *rows])
    before = folder / "before.csv"
    found = audit("compare", before, after, *RUBRIC, "--json").json
    assert [doubt["code"] for doubt in found["doubts"]] == [code]
    assert found["criteria"][MISSING]["verdict"] == "in doubt"
    assert found["criteria"][MISSING]["p"] < 0.05
    page = audit("compare", before, after, *RUBRIC).out
    assert "lear improvement" not in page
    assert page.index("In doubt, and it matters") < page.index("missing ethnicity")


def test_a_comparison_of_good_workbooks_is_as_clear_as_ever(audit: Audit, folder: Path) -> None:
    after = save_csv(folder / "after.csv", [HEADINGS, *cases(0, 12)])
    found = audit("compare", folder / "before.csv", after, *RUBRIC, "--json").json
    assert (found["doubts"], found["criteria"][MISSING]["verdict"]) == ([], "clear")


@pytest.mark.parametrize(("extra", "verdict"), [([], "clear"), ([case("")], "points towards")])
def test_nobody_is_clearly_the_more_generous_on_doubted_rows(
    extra: Sequence[Row], verdict: str, audit: Audit, folder: Path
) -> None:
    paths = [
        save_csv(
            folder / f"{name}.csv", [HEADINGS, *(case(f"C{n}", grade=grade) for n in range(15))]
        )
        for name, grade in (("a", "good"), ("b", "inadequate"))
    ]
    save_csv(paths[0], [HEADINGS, *(case(f"C{n}", grade="good") for n in range(15)), *extra])
    found = audit("agree", *paths, *RUBRIC, "--json").json
    assert found["grades"]["overall"]["pairs"][0]["direction"] == verdict
    assert len(found["doubts"]) == len(extra)


@pytest.mark.parametrize(
    ("unreadable", "of", "doubted"),
    [
        *((5, 25, True), (4, 20, False), (5, 26, False), (40, 48, True)),
        *((3, 6, True), (3, 7, False), (2, 3, False)),
    ],
)
def test_a_field_of_which_many_cells_cannot_be_read_is_said_first(
    unreadable: int, of: int, doubted: bool, audit: Audit, tmp_path: Path
) -> None:
    rows = [case(f"C{n}", protected="see log" if n < unreadable else "Yes") for n in range(of)]
    save_csv(tmp_path / "a.csv", [HEADINGS, *rows])
    result = audit("score", "a.csv", "--rubric", "rubric.yaml", "--json").json
    said = [each for each in result["issues"] if each["code"] == "cells-unreadable"]
    assert [(each["field"], each["total"]) for each in said] == (
        [("protected", unreadable)] if doubted else []
    )
