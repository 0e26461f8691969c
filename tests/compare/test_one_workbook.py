"""Before and after in one workbook: two sides of a day, two sheets, two columns."""

from pathlib import Path
from typing import Any

import pytest

from workbooks import HEADINGS, NIGHT_DUTY, Audit, case, save_text, save_xlsx

NIGHT = ("--rubric", "rubric.yaml")
MISSING = "ethnicity-recorded"
ROWS = [
    HEADINGS,
    *(case(f"B{n}", allocated=f"0{n + 1}/04/2024", ethnicity="NR") for n in range(6)),
    *(case(f"A{n}", allocated=f"1{n + 1}/04/2024", ethnicity="W1") for n in range(6)),
]


def counts(comparison: Any, criterion: str = MISSING) -> tuple[list[int], list[int]]:
    found = comparison["criteria"][criterion]
    before, after = ([found[side][key] for key in ("missing", "applicable")]
                     for side in ("before", "after"))  # fmt: skip
    return before, after


@pytest.fixture(autouse=True)
def rubric(audit: Audit) -> None:
    save_text(Path("rubric.yaml"), NIGHT_DUTY)


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        ("2024-04-10", [6, 6], [0, 6]),
        ("10/04/2024", [6, 6], [0, 6]),
        ("2024-04-06", [5, 5], [1, 7]),
        ("2024-04-07", [6, 6], [0, 6]),
    ],
)
def test_a_day_parts_before_from_after(
    day: str, before: list[int], after: list[int], audit: Audit
) -> None:
    save_xlsx(Path("a.xlsx"), ROWS)
    typed = ("compare", "a.xlsx", "--by-date", "allocated", "--change", day, *NIGHT, "--json")
    comparison = audit(*typed).json
    assert counts(comparison) == (before, after)
    assert comparison["warnings"] == []
    assert comparison["before"]["only"] != comparison["after"]["only"]


def test_a_case_without_a_date_is_on_neither_side_and_no_change_is_clear(audit: Audit) -> None:
    save_xlsx(Path("a.xlsx"), [*ROWS, case("C1", allocated=None)])
    typed = ("compare", "a.xlsx", "--by-date", "allocated", "--change", "2024-04-10", *NIGHT)
    comparison = audit(*typed, "--json").json
    assert counts(comparison) == ([6, 6], [0, 6])
    # One row that both sides left out is one row.
    doubts = [(doubt["code"], doubt["total"]) for doubt in comparison["doubts"]]
    assert doubts == [("rows-untold", 1)]


def test_two_sheets_are_before_and_after_by_their_names(audit: Audit) -> None:
    sheets = {"March": ROWS[:7], "April": [HEADINGS, *ROWS[7:]]}
    save_xlsx(Path("a.xlsx"), sheets)
    typed = ("compare", "a.xlsx", "--sheet", "March", "--sheet", "April", *NIGHT)
    comparison = audit(*typed, "--json").json
    assert counts(comparison) == ([6, 6], [0, 6])
    assert [comparison[side]["name"] for side in ("before", "after")] == ["March", "April"]
    assert "Before (March): 6 cases" in audit(*typed).out
    for sheet in sheets:
        audit("score", "a.xlsx", "--sheet", sheet, *NIGHT, "-o", f"{sheet}.json")
    saved = audit("compare", "March.json", "April.json", "--json").json
    assert [saved[side]["name"] for side in ("before", "after")] == ["March", "April"]


def test_two_columns_are_before_and_after_and_the_same_cases(audit: Audit) -> None:
    rows = [
        ["Case ref", "First grade", "Second grade"],
        *([f"C{n}", "RI", "good"] for n in range(8)),
    ]
    save_xlsx(Path("a.xlsx"), rows)
    maps = ("--map", "grade=First grade", "--map", "grade=Second grade")
    comparison = audit("compare", "a.xlsx", *maps, "--paired", *NIGHT, "--json").json
    grade = comparison["grades"]["overall"][0]
    assert (grade["direction"], grade["verdict"]) == ("better", "clear")
    assert comparison["criteria"] == {}
    assert comparison["warnings"] == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("a.xlsx",), "a comparison takes two"),
        (("a.xlsx", "--by-date", "allocated"), "--change which day"),
        (("a.xlsx", "--change", "2024-04-10"), "--change which day"),
        (("a.xlsx", "b.xlsx", "--by-date", "allocated", "--change", "2024"), "here are two"),
        (("a.xlsx", "--by-date", "alocated", "--change", "2024"), "Did you mean `allocated`?"),
        (("a.xlsx", "--by-date", "ethnicity", "--change", "2024"), "holds no date in `ethnicity`"),
        (("a.xlsx", "--by-date", "allocated", "--change", "soon"), "--change: `soon` isn't a date"),
        (("a.xlsx", "--by-date", "allocated", "--change", "2034"), "is in or after 2034"),
        (("a.xlsx", "--by-date", "allocated", "--change", "2014"), "is before 2014"),
        (("a.json", "--by-date", "allocated", "--change", "2024"), "Give --by-date with the case"),
        (("a.xlsx", "--sheet", "A", "--sheet", "B", "--sheet", "C"), "given 3 times"),
    ],
)
def test_what_tells_them_apart_is_asked_for(
    typed: tuple[str, ...], said: str, audit: Audit
) -> None:
    save_xlsx(Path("a.xlsx"), ROWS)
    save_xlsx(Path("b.xlsx"), ROWS[:4])
    audit("score", "a.xlsx", *NIGHT, "-o", "a.json")
    refused = audit("compare", *typed, *NIGHT)
    assert refused.code == 2
    assert said in refused.err
    assert "--only" not in refused.err  # nobody typed it
