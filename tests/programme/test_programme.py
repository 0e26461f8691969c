"""``audit report``: the rolling programme, and the workbook of its actions."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from casefile_audit.programme.actions import cases_to_settle
from casefile_audit.statistics.proportion import held_to
from workbooks import HEADINGS, NIGHT_DUTY, Audit, case, save_csv, save_text

RUBRIC = ("--rubric", "rubric.yaml")
MONTHS = ("2024-01-31", "2024-02-29", "2024-03-31")


def save_result(audit: Audit, day: str, missing: int, of: int = 20, rubric: str = "") -> None:
    """The saved result of an audit of other cases, so many of them without ethnicity."""
    save_text(Path("rubric.yaml"), rubric or NIGHT_DUTY)
    rows = [
        case(f"{day}-{n}", ethnicity="NR" if n < missing else "W1", allocated="01/01/2024")
        for n in range(of)
    ]
    save_csv(Path("cases.csv"), [HEADINGS, *rows])
    Path("results").mkdir(exist_ok=True)
    name = f"results/{day}{'-other' if rubric else ''}.json"
    audit("score", "cases.csv", *RUBRIC, "--as-of", day, "-o", name)


@pytest.fixture
def months(audit: Audit) -> None:
    for day, missing in zip(MONTHS, (12, 11, 2), strict=True):
        save_result(audit, day, missing)


def ethnicity(programme: Any) -> Any:
    return programme["audits"][0]["questions"]["ethnicity-recorded"]


@pytest.mark.usefixtures("months")
def test_only_results_of_one_key_are_taken_where_a_key_is_given(audit: Audit) -> None:
    Path("keyed").mkdir()
    keyed = ("score", "cases.csv", *RUBRIC, "--pseudonyms", "a.key", "--as-of", MONTHS[2])
    audit(*keyed, "-o", "keyed/latest.json")
    audit(*keyed[:4], "--pseudonyms", "b.key", "-o", "other.json")
    named = audit("report", "results", "--pseudonyms", "a.key", "-o", "out.json")
    assert (named.code, "by their references" in named.err) == (2, True)
    other = audit("report", "keyed", "other.json", "--pseudonyms", "a.key", "-o", "out.json")
    assert (other.code, "by pseudonyms of another key" in other.err) == (2, True)
    assert not Path("out.json").exists()
    assert audit("report", "keyed", "--pseudonyms", "a.key", "-o", "out.json").code == 0
    said = Path("out.json").read_text()
    assert MONTHS[2] + "-" not in said
    assert '"missing_cases"' in said
    absent = audit("report", "keyed", "--pseudonyms", "none.key")
    assert (absent.code, Path("none.key").exists()) == (2, False)


@pytest.mark.usefixtures("months")
def test_the_latest_stands_beside_the_time_before_and_all_before_it(audit: Audit) -> None:
    programme = audit("report", "results", "--json").json
    question = ethnicity(programme)
    assert [(p["as_of"], p["missing"], p["applicable"]) for p in question["past"]] == [
        (day, missing, 20) for day, missing in zip(MONTHS, (12, 11, 2), strict=True)
    ]
    assert question["change"] == "clear improvement"
    (found,) = programme["audits"]
    assert (found["times"], found["as_of"], found["before"]) == (3, MONTHS[2], MONTHS[1])
    page = " ".join(audit("report", "results").out.split())
    assert (
        "Ethnicity recorded (Night duty): clear improvement" in page or "clear improvement" in page
    )
    full = audit("report", "results", "--full")
    assert (full.code, "time by time" in full.out) == (0, True)


@pytest.mark.usefixtures("months")
def test_each_rubric_is_an_audit_of_its_own(audit: Audit) -> None:
    other = NIGHT_DUTY.replace("rubric: night-duty", "rubric: day-duty")
    save_result(audit, "2024-04-30", 3, rubric=other)
    programme = audit("report", "results", "--json").json
    assert [(a["name"], a["times"]) for a in programme["audits"]] == [
        ("day-duty", 1),
        ("night-duty", 3),
    ]
    assert audit("report", "results").code == 0


def test_questions_of_one_title_are_both_shown(audit: Audit) -> None:
    alike = NIGHT_DUTY.replace(
        "disability-recorded:", "disability-recorded:\n    title: Ethnicity recorded"
    )
    save_result(audit, "2024-04-30", 3, rubric=alike)
    full = audit("report", "results", "--full").out
    assert "3 of 20 missing ethnicity" in full
    assert "Ethnicity recorded: met in all 20" in full


TARGET = NIGHT_DUTY.replace("target: 95", "target: 90")


def rows_of(path: str) -> list[dict[str, Any]]:
    sheet = openpyxl.load_workbook(path)["Actions"]
    headings, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, headings), row, strict=True)) for row in rows if any(row)]


def edited(path: str) -> None:
    """The workbook as people leave it: filled in, columns moved, one added, and a sheet."""
    book = openpyxl.load_workbook(path)
    sheet = book["Actions"]
    places = {cell.value: cell.column or 0 for cell in sheet[1]}
    sheet.cell(2, places["Owner"]).value = "DI Khan"
    sheet.cell(2, places["State"]).value = "in progress"
    sheet.cell(2, places["Deadline"]).value = dt.datetime(2024, 2, 1)
    sheet.cell(2, places["Notes"]).value = "=SUM(1,2)"
    sheet.insert_cols(1)
    sheet.cell(1, 1).value = "Priority"
    sheet.cell(2, 1).value = "high"
    sheet.append([None, "another audit", "its-question", "Kept by hand"])
    book.create_sheet("Minutes")["A1"] = "Read by the board"
    book.save(path)


def test_actions_are_written_edited_and_read_back_with_nothing_lost(audit: Audit) -> None:
    save_result(audit, MONTHS[0], 12, rubric=TARGET)
    assert audit("report", "results", "--actions", "actions.xlsx").code == 0
    (row,) = [r for r in rows_of("actions.xlsx") if r["Question"] == "ethnicity-recorded"]
    assert (row["Figure then"], row["Target"], row["State"]) == ("12 of 20", "90%", "open")
    edited("actions.xlsx")
    save_result(audit, MONTHS[1], 1, of=20, rubric=TARGET)
    run = audit("report", "results", "--actions", "actions.xlsx", "--as-of", "2024-03-01")
    assert run.code == 0
    assert "overdue" in run.out
    rows = rows_of("actions.xlsx")
    (row,) = [r for r in rows if r["Question"] == "ethnicity-recorded"]
    assert (row["Figure then"], row["Latest figure"], row["Met"]) == ("12 of 20", "1 of 20", "95%")
    assert row["Whether it can be closed"].startswith("not yet: reached, but chance")
    assert [row[key] for key in ("Owner", "State", "Notes", "Priority")] == [
        "DI Khan", "in progress", "=SUM(1,2)", "high",
    ]  # fmt: skip
    assert row["Deadline"] == dt.datetime(2024, 2, 1)
    assert [r["Area for improvement"] for r in rows if r["Audit"] == "another audit"] == [
        "Kept by hand"
    ]
    assert openpyxl.load_workbook("actions.xlsx")["Minutes"]["A1"].value == "Read by the board"


@pytest.mark.parametrize(
    ("missing", "found", "then"),
    [
        ((12, 11, 10), MONTHS[0], "12 of 20"),  # below its target ever since
        ((12, 0, 11), MONTHS[2], "11 of 20"),  # found anew
        ((0, 11, 10), MONTHS[1], "11 of 20"),
    ],
)
def test_an_area_is_first_found_when_it_fell_below_its_target_for_good(
    missing: tuple[int, ...], found: str, then: str, audit: Audit
) -> None:
    source = "source: {title: Terms of reference, publisher: Northshire, year: 2025}"
    for day, short in zip(MONTHS, missing, strict=True):
        save_result(audit, day, short, rubric=f"{TARGET}{source}\n")
    assert audit("report", "results", "--actions", "actions.xlsx").code == 0
    (row,) = [r for r in rows_of("actions.xlsx") if r["Question"] == "ethnicity-recorded"]
    assert (f"{row['First found']:%Y-%m-%d}", row["Figure then"]) == (found, then)
    assert row["Source"] == "Terms of reference, Northshire, 2025"


def test_the_same_again_changes_nothing(audit: Audit) -> None:
    save_result(audit, MONTHS[0], 12, rubric=TARGET)
    audit("report", "results", "--actions", "actions.xlsx")
    first = rows_of("actions.xlsx")
    audit("report", "results", "--actions", "actions.xlsx")
    assert rows_of("actions.xlsx") == first


@pytest.mark.usefixtures("months")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("cases.csv",), "is no saved result"),
        (("empty",), "no saved result (.json) in the folder"),
        (("results", "--actions", "a.csv"), "can't hold actions"),
        (("results", "--actions", "other.xlsx"), "no sheet with the headings Audit and Question"),
        (("results", "--actions", "broken.xlsx"), "isn't a workbook of actions"),
        (("results", "--actions", "a.xlsx", "-o", "a.xlsx"), "to be written twice"),
        (("results", "results/2024-01-31-copy.json"), "on the same day"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_written(
    typed: tuple[str, ...], said: str, audit: Audit
) -> None:
    Path("empty").mkdir()
    book = openpyxl.Workbook()
    book.active["A1"] = "Something else"  # type: ignore[index]
    book.save("other.xlsx")
    Path("broken.xlsx").write_bytes(b"PK no workbook")
    before = Path("other.xlsx").read_bytes()
    if "copy" in typed[-1]:
        Path(typed[-1]).write_bytes(Path("results/2024-01-31.json").read_bytes())
    refused = audit("report", *typed)
    assert refused.code == 2
    assert said in refused.err
    assert Path("other.xlsx").read_bytes() == before


@pytest.mark.parametrize(("met", "of", "target"), [(19, 20, 90), (9, 10, 80), (96, 100, 95)])
def test_so_many_cases_settle_it_and_one_fewer_does_not(met: int, of: int, target: float) -> None:
    needed = cases_to_settle(met, of, target)
    assert needed is not None
    rate = met / of
    assert held_to(int(rate * needed + 1e-9), needed, target) == (True, True)
    assert held_to(int(rate * (needed - 1) + 1e-9), needed - 1, target) != (True, True)


def test_no_number_of_cases_settles_what_stands_at_its_target() -> None:
    assert cases_to_settle(18, 20, 90) is None


@pytest.mark.usefixtures("months")
@pytest.mark.parametrize("suffix", [".md", ".html", ".csv", ".json", ".xlsx", ".docx"])
def test_the_meetings_page_is_written_in_every_format(suffix: str, audit: Audit) -> None:
    assert audit("report", "results", "-o", f"meeting{suffix}").code == 0
    assert Path(f"meeting{suffix}").stat().st_size > 500


PUBLISHED = (".html", ".docx", ".md", ".json", ".xlsx", ".csv")


@pytest.mark.usefixtures("months")
def test_a_programme_is_published_without_a_small_number_in_any_format(audit: Audit) -> None:
    outputs = [f"out{suffix}" for suffix in PUBLISHED]
    more = [word for output in outputs for word in ("-o", output)]
    ended = audit("report", "results", "--publish", *more)
    assert ended.code == 0, ended.err
    page = " ".join(ended.out.split())
    assert "12 of 20 11 of 20 [c] of 20" in page
    assert "Ethnicity recorded" in page
    for output in outputs[:4]:
        its = Path(output).read_bytes().decode("utf-8", "ignore")
        assert "2 of 20" not in its.replace("12 of 20", "")
        assert "2024-03-31-" not in its
    (found,) = json.loads(Path("out.json").read_text(encoding="utf-8"))["audits"]
    counts = [each["criteria"]["ethnicity-recorded"]["missing"] for each in found["times"]]
    assert counts == [12, 11, "[c]"]
    assert found["not_compared"][0] == "Ethnicity recorded"


def test_one_case_more_of_the_same_cases_is_not_published(audit: Audit) -> None:
    """The difference of the two times would tell everything of that case."""
    for day, of in (("2024-01-31", 20), ("2024-02-29", 21)):
        rows = [case(f"C{n}", ethnicity="NR" if n < 9 else "W1") for n in range(of)]
        save_csv(Path("cases.csv"), [HEADINGS, *rows])
        audit("score", "cases.csv", *RUBRIC, "--as-of", day, "-o", f"{day}.json")
    ended = audit("report", "2024-01-31.json", "2024-02-29.json", "--publish", "-o", "out.html")
    assert (ended.code, ended.out) == (2, "")
    assert not Path("out.html").exists()


@pytest.mark.usefixtures("months")
def test_actions_are_not_published(audit: Audit) -> None:
    ended = audit("report", "results", "--publish", "--actions", "actions.xlsx")
    assert (ended.code, ended.out) == (2, "")
    assert "--publish would hide" in ended.err
    assert not Path("actions.xlsx").exists()
