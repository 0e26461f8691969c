from pathlib import Path

from workbooks import HEADINGS, Audit, Rows, case, save_csv, save_text, save_xlsx

RUBRIC = ("--rubric", "rubric.yaml")


def words(text: str) -> str:
    return " ".join(text.split())


def test_check_says_what_would_be_read(audit: Audit, tmp_path: Path) -> None:
    headings = ["1. Case ref", "Distrct", "Ethnicity", "Review recorded", "Auditor"]
    sheets: dict[str, Rows] = {
        "Guidance": [["Read this first"]],
        "Cases": [
            ["Banner"], headings, ["C1", "North", "W1", "Yes", "DS 1"],
            ["C2", "North", "", "NK", "DS 1"], ["C3", "North", "N/A", "perhaps", "DS 2"],
            ["Total", "", 3],
        ],
    }  # fmt: skip
    path = save_xlsx(tmp_path / "a.xlsx", sheets)
    brief = audit("check", path, *RUBRIC)
    assert (brief.code, brief.err) == (0, "")
    for expected in (
        "a.xlsx, sheet Cases, headings in row 2: 3 cases. Left out: row 6, a row of totals",
        "“perhaps”:",
        "(D5)",
        "Distrct (nearest field: district)",
        "1 of 3 blank",
    ):
        assert expected in words(brief.out), expected
    said = words(audit("check", path, *RUBRIC, "--full").out)
    for expected in (
        "a.xlsx, sheet Cases",
        "The headings are in row 2. Under them 4 rows: 3 cases; 1 row left out.",
        "1 value, 1 unknown, 1 unreadable",
        "Distrct (nearest field: district)",
        "E Auditor",
        '--map district="Distrct"',
        "row 6: a row of totals (“Total”)",
        "sheet Guidance (no headings of cases)",
        "Cases!D5",
        "perhaps",
    ):
        assert expected in said, expected


def test_check_scores_nothing_and_writes_nothing(audit: Audit, tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [HEADINGS, case("C1")])
    before = sorted(tmp_path.iterdir())
    run = audit("check", path, *RUBRIC)
    assert run.code == 0
    assert "of 1 missing" not in run.out
    assert sorted(tmp_path.iterdir()) == before


def test_check_shows_a_wrong_grade_and_ends_with_2(audit: Audit, tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [HEADINGS, case("C1", grade="goood")])
    run = audit("check", path, *RUBRIC)
    assert run.code == 2
    assert "did you mean `good`?" in words(run.out)
    assert "nothing is scored till then" in words(run.out)


def test_check_shows_a_sheet_that_has_no_column_for_any_question(
    audit: Audit, tmp_path: Path
) -> None:
    path = save_csv(tmp_path / "a.csv", [["Case ref", "Ethnicty"], ["C1", "W1"]])
    run = audit("check", path, *RUBRIC)
    assert run.code == 0
    assert "B Ethnicty (nearest field: ethnicity)" in words(run.out)


def test_check_shows_the_likeliest_headings_where_there_are_no_cases(
    audit: Audit, tmp_path: Path
) -> None:
    sheets: dict[str, Rows] = {
        "Guidance": [["Read this first"]],
        "Cases": [
            ["Audit of May"], ["No.", "Distrct", "Disability or SEN"], ["Z99", "Zed", "Zzz"],
        ],
        "Other": [["Audit of June"], ["Colour", "Shape", "Size"], ["Zred", "Zround", "Zbig"]],
    }  # fmt: skip
    path = save_xlsx(tmp_path / "a.xlsx", sheets)
    run = audit("check", path, *RUBRIC, "--write-mapping", "m.yaml")
    assert run.code == 2
    said = words(run.out)
    for expected in (
        "Sheet Guidance No row of it looks like headings.",
        "Sheet Cases The headings are most likely in row 2.",
        "A No.",
        "B Distrct (nearest field: district)",
        "C Disability or SEN: disability",
        "B Shape",
    ):
        assert expected in said, expected
    assert "Z" not in run.out
    assert "audit check" not in run.err
    assert run.err.count("error: ") == 1
    mapping = (tmp_path / "m.yaml").read_text("utf-8")
    filled = mapping.replace("case_ref: ''", "case_ref: No.", 1)
    save_text(tmp_path / "m.yaml", filled)
    again = audit("check", path, *RUBRIC, "--mapping", "m.yaml")
    assert again.code == 0, again.err
    assert "1 case" in again.out


def test_a_mapping_is_never_written_over_what_is_read(audit: Audit, tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [HEADINGS, case("C1")])
    before = (tmp_path / "rubric.yaml").read_bytes()
    run = audit("check", path, *RUBRIC, "--write-mapping", "rubric.yaml", "--force")
    assert run.code == 2
    assert (tmp_path / "rubric.yaml").read_bytes() == before


def test_a_mapping_in_use_can_be_written_anew(audit: Audit, tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [["Ref", *HEADINGS[1:]], case("C1")])
    save_text(tmp_path / "m.yaml", "fields: {case_ref: Ref}\n")
    options = ("--mapping", "m.yaml", "--write-mapping", "m.yaml", "--force")
    assert audit("check", path, *RUBRIC, *options).code == 0
    assert "ethnicity: Ethnicity" in (tmp_path / "m.yaml").read_text("utf-8")
