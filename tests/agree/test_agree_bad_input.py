from pathlib import Path

import pytest

from workbooks import HEADINGS, NIGHT_DUTY, Audit, case, save_text, save_xlsx

Cases = list[list[object]]

THREE: Cases = [case(f"C{number}", grade="good") for number in (1, 2, 3)]
OTHER_SCALE = (
    NIGHT_DUTY.replace(
        "[good, adequate, requires improvement, inadequate]",
        "[outstanding, good, adequate, inadequate]",
    )
    .replace("bands: {good: 85, adequate: 65, requires improvement: 50}", "")
    .replace("    limits: requires improvement\n", "")
    .replace(", also: {RI: requires improvement}", "")
)


def book(folder: Path, name: str, cases: Cases, rubric: str = "rubric.yaml") -> Path:
    about = [["Rubric", rubric], ["Reader", name]]
    return save_xlsx(folder / f"{name}.xlsx", {"About": about, "Cases": [HEADINGS, *cases]})


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (THREE, [case("X1"), case("X2")], "first and second have no case reference in common"),
        (THREE, [case("C1"), case("c1 "), case("C2")],
         "second has 1 case reference more than once"),
        (THREE, [case("TBC"), case("TBC")], "second has no case references"),
    ],
)  # fmt: skip
def test_cases_that_cannot_be_matched_are_refused(
    audit: Audit, tmp_path: Path, first: Cases, second: Cases, message: str
) -> None:
    run = audit("agree", book(tmp_path, "first", first), book(tmp_path, "second", second))
    assert (run.code, run.out) == (2, "")
    assert message in run.err


def test_repeated_references_are_named_with_their_cells(audit: Audit, tmp_path: Path) -> None:
    # A cell of another column that holds the same words is another matter.
    rows = [case("C1"), case("C2", reviewed="C1"), case("C1")]
    run = audit("agree", book(tmp_path, "first", THREE), book(tmp_path, "second", rows))
    assert "`C1`: 2 rows (Cases!A4: a reference of its own; Cases!A2 has it too" in run.err
    assert "Cases!F3" not in run.err


def test_a_saved_result_knows_its_repeated_references_by_themselves(
    audit: Audit, tmp_path: Path
) -> None:
    # So long a reference stands nowhere in what is said of it.
    long = "C" * 300
    second = book(tmp_path, "second", [case(long), case("C2"), case(long)])
    saved = audit("score", second, "--rubric", "rubric.yaml", "-o", "second.json")
    assert saved.code == 0
    run = audit("agree", book(tmp_path, "first", THREE), "second.json")
    assert "2 rows (Cases!A4: a reference of its own" in run.err


def test_scales_that_differ_are_refused(audit: Audit, tmp_path: Path) -> None:
    save_text(tmp_path / "other.yaml", OTHER_SCALE)
    first = book(tmp_path, "first", THREE)
    second = book(tmp_path, "second", THREE, "other.yaml")
    run = audit("agree", first, second)
    assert run.code == 2
    assert "graded on different scales" in run.err
    assert "second: outstanding, good" in run.err


def test_rubrics_that_differ_in_version_and_words_are_warned_of(
    audit: Audit, tmp_path: Path
) -> None:
    newer = NIGHT_DUTY.replace("2025.1", "2026.1").replace(
        "Is ethnicity recorded?", "Is their ethnicity on file?"
    )
    save_text(tmp_path / "newer.yaml", newer)
    second = book(tmp_path, "second", THREE, "newer.yaml")
    run = audit("agree", book(tmp_path, "first", THREE), second, "--json")
    versions, words = run.json["warnings"]
    assert "first by night-duty 2025.1 and second by night-duty 2026.1" in versions
    assert "Ethnicity recorded" in words


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["first.xlsx"], "two readers or more"),
        (["first.xlsx", "first.xlsx"], "`first.xlsx` is given twice"),
        (["first.xlsx", "second.xlsx", "--significant", "4"], "--significant 4"),
        (["first.xlsx", "second.xlsx", "--significant", "0"], "--significant 0"),
        (["first.xlsx", "second.xlsx", "--totals", "good:3"], "goes with one workbook"),
        (["first.xlsx", "second.xlsx", "--known-apart", "3:2"], "--known-apart goes with"),
        (["first.xlsx", "--totals", "good:3", "--consensus", "c.xlsx"], "no cases to list"),
        (["first.xlsx", "--totals", "good:4"], "they come to 4 cases, and first has 3 cases"),
        (["first.xlsx", "--totals", "godo:3"], "isn't on the scale"),
        (["first.xlsx", "--totals", "good"], "isn't a grade and a number"),
        (["first.xlsx", "--totals", "good:" + "9" * 5000], "isn't a grade and a number"),
        (["first.xlsx", "--totals", "good:1,good:2"], "given twice"),
        (["first.xlsx", "--totals", "other=good:3"], "no grade `other` is recorded"),
        (["first.xlsx", "--totals", "good:3", "--known-apart", "4:1"], "isn't steps"),
        (["first.xlsx", "--totals", "good:3", "--known-apart", "3:1"], "can differ so"),
        (
            ["first.xlsx", "--totals", "good:3", "--known-apart", "3:1", "--known-apart", "3:0"],
            "3 steps apart is given twice",
        ),
        (["first.xlsx", "second.xlsx", "--consensus", "c.csv"], "can't be written"),
        (
            ["first.xlsx", "second.xlsx", "--consensus", "second.xlsx"],
            "is what is read, and is never written to",
        ),
    ],
)
def test_what_cannot_be_done_is_refused(
    audit: Audit, tmp_path: Path, arguments: list[str], message: str
) -> None:
    book(tmp_path, "first", THREE)
    book(tmp_path, "second", [*THREE[:2], case("C4")])
    run = audit("agree", *arguments)
    assert (run.code, run.out) == (2, "")
    assert message in run.err


def test_one_case_has_counts_and_no_coefficient(audit: Audit, tmp_path: Path) -> None:
    first = book(tmp_path, "first", [case("C1", grade="good")])
    second = book(tmp_path, "second", [case("C1", grade="inadequate")])
    run = audit("agree", first, second)
    assert run.code == 0
    assert "The same grade in 0 of 1;" in run.out
    assert "too few for any coefficient" in run.out


def test_one_grade_throughout_is_not_defined(audit: Audit, tmp_path: Path) -> None:
    run = audit("agree", book(tmp_path, "first", THREE), book(tmp_path, "second", THREE))
    assert run.code == 0
    assert "not defined" in run.out
    assert "nan" not in run.out


def test_cases_on_one_side_are_listed(audit: Audit, tmp_path: Path) -> None:
    first = book(tmp_path, "first", [*THREE, case("TBC")])
    second = book(tmp_path, "second", [*THREE[1:], case("C4")])
    found = audit("agree", first, second, "--json").json
    assert [reader["alone"] for reader in found["readers"]] == [["C1"], ["C4"]]
    assert [reader["unnamed"] for reader in found["readers"]] == [["Cases row 5"], []]
    run = audit("agree", first, second)
    said = " ".join(run.out.split())
    assert "Read by first alone: 1 and by second alone: 1. 1 without a reference" in said
    run = audit("agree", first, second, "--details")
    assert "Only first has 1 case: C1" in run.out
    assert "Only second has 1 case: C4" in run.out


def test_readers_in_two_folders_are_told_apart(audit: Audit, tmp_path: Path) -> None:
    for folder, grade in (("north", "good"), ("south", "adequate")):
        (tmp_path / folder).mkdir()
        book(tmp_path / folder, "cases", [case("C1", grade=grade)], "../rubric.yaml")
    names = [tmp_path / folder / "cases.xlsx" for folder in ("north", "south")]
    found = audit("agree", *names, "--rubric", "rubric.yaml", "--json").json
    assert [reader["name"] for reader in found["readers"]] == [
        "north/cases.xlsx", "south/cases.xlsx"
    ]  # fmt: skip


def test_totals_of_several_judgements_need_a_name(audit: Audit, tmp_path: Path) -> None:
    rubric = NIGHT_DUTY.replace(
        "grades:\n  overall:",
        "grades:\n  care:\n    scale: [good, poor]\n    recorded: care\n  overall:",
    ).replace("  grade: {", "  care: {type: grade, headings: [Care]}\n  grade: {")
    save_text(tmp_path / "rubric.yaml", rubric)
    path = save_xlsx(
        tmp_path / "one.xlsx",
        [[*HEADINGS, "Care"], [*case("C1"), "good"], [*case("C2"), "poor"]],
    )
    run = audit("agree", path, "--rubric", "rubric.yaml", "--totals", "good:2")
    assert "several grades are recorded: `care` and `overall`" in run.err
    named = ("--totals", "care=good:2", "--json")
    found = audit("agree", path, "--rubric", "rubric.yaml", *named).json
    assert found["same"] == {"at_least": 1, "at_most": 1}
