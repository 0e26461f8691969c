"""``--by`` the month, quarter or year of a date, by sheet and by file."""

from pathlib import Path

import pytest

from casefile_audit.report.blocks import Sentence
from casefile_audit.report.score_parts import too_few
from workbooks import HEADINGS, NIGHT_DUTY, Audit, case, save_csv, save_text, save_xlsx

RUBRIC = ("--rubric", "rubric.yaml")
DAYS = ["30/11/2023", "01/03/2024", "31/03/2024", "01/04/2024", "02/04/2024", "31/12/2024", None]


@pytest.fixture(autouse=True)
def cases(audit: Audit) -> None:
    save_text(Path("rubric.yaml"), NIGHT_DUTY)
    save_csv(Path("a.csv"), [HEADINGS, *(case(f"C{n}", allocated=d) for n, d in enumerate(DAYS))])


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        (
            "month of allocated",
            {"2023-11": 1, "2024-03": 2, "2024-04": 2, "2024-12": 1, "(blank)": 1},
        ),
        (
            "quarter of allocated",
            {"2023 Q4": 1, "2024 Q1": 2, "2024 Q2": 2, "2024 Q4": 1, "(blank)": 1},
        ),
        ("year of allocated", {"2023": 1, "2024": 5, "(blank)": 1}),
        ("financial year of allocated", {"2023/24": 3, "2024/25": 3, "(blank)": 1}),
    ],
)
def test_groups_of_a_date_stand_in_order_of_time(
    by: str, groups: dict[str, int], audit: Audit
) -> None:
    result = audit("score", "a.csv", *RUBRIC, "--by", by, "--json").json
    found = {value: group["cases"] for value, group in result["groups"][by].items()}
    assert list(found.items()) == list(groups.items())
    assert audit("score", "a.csv", *RUBRIC, "--by", by, "--full").code == 0


def test_groups_of_sheets_and_files_stand_in_their_order(audit: Audit) -> None:
    sheets = {"May": [HEADINGS, case("M1")], "April": [HEADINGS, case("A1"), case("A2")]}
    save_xlsx(Path("b.xlsx"), sheets)
    result = audit("score", "b.xlsx", *RUBRIC, "--by", "sheet", "--by", "file", "--json").json
    counts = {by: {v: g["cases"] for v, g in its.items()} for by, its in result["groups"].items()}
    assert counts == {"sheet": {"May": 1, "April": 2}, "file": {"b.xlsx": 3}}
    assert list(counts["sheet"]) == ["May", "April"]


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("month", '--by "month of allocated"'),
        ("month of district", "no date field `district`"),
        ("month of alocated", "Did you mean `allocated`?"),
        ("week of allocated", "no field `week of allocated`"),
        ("reviews", "no field `reviews` to group by"),
    ],
)
def test_what_cannot_group_cases_is_refused(by: str, said: str, audit: Audit) -> None:
    refused = audit("score", "a.csv", *RUBRIC, "--by", by)
    assert refused.code == 2
    assert said in refused.err


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ({"North": 4, "South": 12}, "North has fewer than 10 cases"),
        ({"North": 4, "South": 9, "West": 12}, "North and South have fewer than 10 cases"),
        ({"North": 4, "South": 9}, "Each has fewer than 10 cases"),
        ({"North": "[c]", "South": 12}, ""),
    ],
)
def test_groups_of_few_cases_are_named(sizes: dict[str, int | str], said: str) -> None:
    told = " ".join(block.text for block in too_few(sizes) if isinstance(block, Sentence))
    assert told.partition(":")[0] == said
