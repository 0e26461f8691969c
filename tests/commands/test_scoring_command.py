import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from processes import run
from workbooks import HEADINGS, NIGHT_DUTY, Audit, Rows, case, save_csv, save_text, save_xlsx

RUBRIC = ("--rubric", "rubric.yaml")
SECTORS = f"""{NIGHT_DUTY}
sectors: {{police: {{title: Police, words: [GMP]}}, health: {{title: Health}}}}
sector: disability
"""
CRITERION_KEYS = {
    *("applicable", "met", "partly_met", "not_met", "not_recorded", "not_applicable"),
    *("cannot_tell", "missing", "says", "rate", "interval", "target", "missing_cases"),
}


def book(folder: Path) -> Path:
    rows = [
        *([HEADINGS, case("C1"), case("C2", ethnicity="", district="South", reviewed="No")]),
        *(case("C3", protected="No", review_1="later"), case("C4", grade="RI", disability="")),
        ["Total", *[""] * 9],
    ]
    return save_xlsx(folder / "cases.xlsx", rows)


def test_the_json_has_every_key_that_other_programs_rely_on(audit: Audit, tmp_path: Path) -> None:
    run = audit("score", book(tmp_path), *RUBRIC, "--json", "--by", "district")
    assert (run.code, run.err) == (0, "")
    result = run.json
    assert result.keys() >= {
        *("schema", "program", "rubric", "inputs", "cases", "criteria", "grades", "groups"),
        "problems",
    }
    for criterion in result["criteria"].values():
        assert criterion.keys() >= CRITERION_KEYS
        assert criterion["interval"].keys() == {"low", "high", "level", "method"}
        assert criterion["missing"] == criterion["not_met"] + criterion["not_recorded"]
        assert criterion["applicable"] == (
            criterion["met"] + criterion["partly_met"] + criterion["missing"]
        )
        assert criterion["rate"] == criterion["missing"] / criterion["applicable"]
        assert len(criterion["missing_cases"]) == criterion["missing"]
    grade = result["grades"]["overall"]
    assert grade["scale"] == ["good", "adequate", "requires improvement", "inadequate"]
    assert list(grade["recorded"]) == list(grade["derived"]) == grade["scale"]
    assert sum(grade["recorded"].values()) == result["cases"] == 4
    groups = result["groups"]["district"]
    assert {name: group["cases"] for name, group in groups.items()} == {"North": 3, "South": 1}
    assert groups["South"].keys() >= {"criteria", "grades"}
    (sheet,) = result["inputs"]
    assert sheet.keys() >= {"file", "sha256", "sheet", "rows", "cases", "left_out"}
    assert sheet["rows"] == sheet["cases"] + len(sheet["left_out"]) == 5
    assert sheet["left_out"][0].keys() == {"row", "reason"}
    (problem,) = result["problems"]
    assert problem.keys() == {"file", "sheet", "cell", "field", "found", "expected", "uncounted"}
    assert (problem["cell"], problem["found"]) == ("H4", "later")
    assert result["rubric"].keys() >= {"name", "version", "sha256"}


def test_the_page_says_what_was_found(audit: Audit, tmp_path: Path) -> None:
    run = audit("score", book(tmp_path), *RUBRIC, "--details", "--by", "district")
    assert (run.code, run.err) == (0, "")
    words = " ".join(run.out.split())
    for said in (
        *("4 cases from", "1 of 4 missing ethnicity", "1 of 3 missing designated-officer review"),
        *("South", "H4", "later", "row 6, a row of totals", "Below target"),
    ):
        assert said in words


def test_a_saved_result_is_what_is_printed(audit: Audit, tmp_path: Path) -> None:
    run = audit("score", book(tmp_path), *RUBRIC, "--json", "-o", "result.json")
    assert json.loads((tmp_path / "result.json").read_text("utf-8")) == run.json


def test_a_saved_result_is_shown_and_reported_as_its_case_files_were(
    audit: Audit, tmp_path: Path
) -> None:
    first = audit("score", book(tmp_path), *RUBRIC, "--by", "district", "-o", "result.json")
    again = audit("score", "result.json", "-o", "again.md")
    assert (again.code, again.out) == (0, first.out)
    assert "1 of 4 missing ethnicity" in (tmp_path / "again.md").read_text("utf-8")
    refused = audit("score", "result.json", "-o", "findings.pdf")
    assert refused.code == 2
    assert "`.docx`" in refused.err


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("cases.xlsx", "`audit score cases.xlsx`"),
        ("my cases.xlsx", '`audit score "my cases.xlsx"`'),
        ("scor", "`score`"),
        ("comparison", "`compare`"),
    ],
)
def test_a_word_that_is_no_command_is_met_with_what_was_meant(
    word: str, meant: str, audit: Audit
) -> None:
    run = audit(word)
    assert (run.code, run.out) == (2, "")
    assert meant in run.err


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 0),
        (["--hold-to-targets"], 1),
        (["--hold-to-targets", "--json"], 1),
        (["--hold-to-targets", "--map", "ethnicity=District"], 0),
    ],
)
def test_held_to_targets_a_missed_one_ends_with_1(
    options: list[str], code: int, audit: Audit, tmp_path: Path
) -> None:
    text = NIGHT_DUTY.replace("code, codes: police-ethnicity-18+1", "text")
    save_text(tmp_path / "rubric.yaml", text)
    run = audit("score", book(tmp_path), *RUBRIC, *options)
    assert (run.code, run.err) == (code, "")
    assert run.out


def test_a_target_of_a_question_that_was_never_asked_does_not_pass_in_silence(
    audit: Audit, tmp_path: Path
) -> None:
    run = audit("score", book(tmp_path), *RUBRIC, "--hold-to-targets", "--map", "ethnicity=")
    assert run.code == 2
    assert "Ethnicity recorded was not asked: there is no column for it" in run.err


def test_what_some_sheets_or_all_have_no_column_for_is_said_with_the_nearest_heading(
    audit: Audit, tmp_path: Path
) -> None:
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
    other = ["Ethnicity - mother's" if head == "Ethnicity" else head for head in HEADINGS]
    cases: dict[str, Rows] = {
        "North": [HEADINGS, case("C1")],
        "South": [other, case("C2")],
    }
    one_lacks = audit("score", save_xlsx(tmp_path / "a.xlsx", cases), *RUBRIC)
    both_lack = audit("score", save_xlsx(tmp_path / "b.xlsx", [other, case("C2")]), *RUBRIC)
    said = " ".join(one_lacks.out.split())
    assert "Not asked of all cases: Ethnicity recorded. a.xlsx (sheet South): no column" in said
    said = " ".join(both_lack.out.split())
    assert "no column for it: Ethnicity recorded. Nearest: “Ethnicity - mother's” for" in said


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-03-05", dt.date(2024, 3, 5)),
        ("5/3/2024", dt.date(2024, 3, 5)),
        (None, dt.date.today()),
    ],
)
def test_the_day_of_the_audit_is_given_or_today(
    written: str | None, day: dt.date, audit: Audit, tmp_path: Path
) -> None:
    options = ["--as-of", written] if written else []
    result = audit("score", book(tmp_path), *RUBRIC, "--json", *options).json
    assert result["as_of"] == day.isoformat()


def test_results_by_sector_are_given(audit: Audit, tmp_path: Path) -> None:
    save_text(tmp_path / "rubric.yaml", SECTORS)
    rows = [HEADINGS, case("C1", disability="GMP"), case("C2", disability="Health")]
    path = save_csv(tmp_path / "a.csv", rows)
    result = audit("score", path, *RUBRIC, "--by", "sector", "--json").json
    assert {k: v["cases"] for k, v in result["groups"]["sector"].items()} == {
        "health": 1,
        "police": 1,
    }


def test_a_workbook_says_which_rubric_it_was_made_for(audit: Audit, tmp_path: Path) -> None:
    save_text(tmp_path / "own.yaml", NIGHT_DUTY)
    rows = [["Rubric", "own.yaml"], [], HEADINGS, case("C1")]
    path = save_xlsx(tmp_path / "a.xlsx", rows)
    result = audit("score", path, "--json").json
    assert (result["rubric"]["name"], result["rubric"]["is_default"]) == ("night-duty", False)


def test_nothing_is_written_where_the_input_is_wrong(audit: Audit, tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [HEADINGS, case("C1", grade="splendid")])
    run = audit("score", path, *RUBRIC, "-o", "out.json", "-o", "out.xlsx")
    assert (run.code, run.out) == (2, "")
    assert not list(tmp_path.glob("*out*"))


def test_the_inputs_are_left_as_they_were(audit: Audit, tmp_path: Path) -> None:
    files = [book(tmp_path), tmp_path / "rubric.yaml"]
    before = [(file.read_bytes(), file.stat().st_mtime_ns) for file in files]
    audit("score", files[0], *RUBRIC, "-o", "a.xlsx", "-o", "a.csv", "-o", "a.json")
    audit("check", files[0], *RUBRIC, "--write-mapping", "m.yaml")
    assert [(file.read_bytes(), file.stat().st_mtime_ns) for file in files] == before


@pytest.mark.parametrize("options", [[], ["--json"], ["--details"]])
@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}, {"COLUMNS": "40"}])
def test_what_is_no_terminal_gets_no_escape_codes(
    options: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    path = book(tmp_path)
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
    ended = run("score", path, *RUBRIC, *options, folder=tmp_path, **environment)
    assert (ended.code, ended.err) == (0, "")
    assert "\x1b" not in ended.out


def test_json_is_whole_whatever_the_pipe_can_encode(tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [HEADINGS, case("Łódź–1", ethnicity="")])
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
    command = [sys.executable, "-m", "casefile_audit", "score", str(path), *RUBRIC, "--json"]
    environment = os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True)
    found = json.loads(ended.stdout)["criteria"]["ethnicity-recorded"]["missing_cases"]
    assert found == ["Łódź–1"]


HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "[bold red]x[/bold red]",
    "[/]",
    "\u202etxt.exe",
    "a\x08\x08b",
    "=1+1",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "../../etc/passwd",
    "C1\r\nError: none",
    "\x9b31m",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("command", ["score", "check"])
def test_what_a_cell_holds_never_steers_the_terminal(
    text: str, command: str, audit: Audit, tmp_path: Path
) -> None:
    heading = f"Notes {text}"
    row = case(text, district=text, ethnicity="", reviewed=text[:39])
    path = save_csv(tmp_path / "a.csv", [[*HEADINGS, heading], [*row, text], [*case("C2"), ""]])
    options = ["--by", "district", "--details"] if command == "score" else []
    run = audit(command, path, *RUBRIC, *options)
    assert run.code == 0, run.err
    for steering in "\x1b\x07\x08\x9b\u202e\r":
        assert steering not in run.out + run.err
    if text.isprintable():
        assert text in run.out


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_cell_holds_never_steers_an_error(text: str, audit: Audit, tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [HEADINGS, case("C1", grade=text)])
    run = audit("score", path, *RUBRIC)
    assert (run.code, run.out) == (2, "")
    for steering in "\x1b\x07\x08\x9b\u202e\r":
        assert steering not in run.err
