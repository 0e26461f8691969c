"""Which rows are cases as the rubric says, and which are asked for with ``--only``."""

import datetime as dt
import json
import pickle
import re
from pathlib import Path
from typing import Any

import pytest

from casefile_audit import score
from casefile_audit.audit import ReadOptions, open_audit
from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.files import long_csv, sources
from casefile_audit.rubric.yaml_text import parse_document
from casefile_audit.scoring.partial import ScoreOptions
from workbooks import GOOD_CASE, HEADINGS, NIGHT_DUTY, Audit, case, save_csv, save_xlsx

DAY = dt.date(2024, 12, 31)
RUBRIC = """
rubric: choosing
title: Choosing
version: "1"
unanswered: nothing recorded
CASES
fields:
  case_ref: {type: identifier}
  district: {type: text}
  event: {type: text}
  incident: {type: date, headings: [Date of incident]}
  age: {type: number}
  seen: {type: yes-no}
  reviews: {type: dates, headings: ["Review {n}"]}
  grade: {type: grade, also: {RI: requires improvement}}
criteria:
  seen: {question: Was the child seen?, missing: not seen, met: {yes: seen}}
grades: {scale: [good, adequate, requires improvement, inadequate], recorded: grade}
"""
_SECTION_RE = re.compile(
    r"^## (.+)\n\n.+\n\n```yaml\n((?s:.+?))```\n\n(\|.+\n)\|[-|]+\|\n((?:\|.+\n)+)", re.M
)


def examples() -> list[Any]:
    """Each row of the tables, and the first of each once more, read piece by piece."""
    found = []
    text = Path(__file__).with_name("choosing.md").read_text("utf-8")
    for heading, yaml, _, rows in _SECTION_RE.findall(text):
        for place, line in enumerate(rows.splitlines()):
            example = [cell.strip() for cell in line.strip("|").split("|")]
            for in_pieces in (False, True) if place == 0 else (False,):
                how = " in pieces" if in_pieces else ""
                name = f"{heading}: {example[0]}{how}"
                found.append(pytest.param(yaml, *example, in_pieces, id=name))
    return found


def files(folder: Path, columns: dict[str, Any]) -> tuple[Path, Path]:
    """A rubric and a table of the columns, which may be the rubric's own among others."""
    condition = columns.pop("cases", None)
    said = f"cases: {json.dumps(condition)}" if condition else ""
    rubric = folder / "rubric.yaml"
    rubric.write_text(RUBRIC.replace("CASES", said), "utf-8")
    filled = {"seen": ["Yes"] * len(columns["case_ref"]), **columns}
    rows = zip(*filled.values(), strict=True)
    return save_csv(folder / "cases.csv", [list(filled), *map(list, rows)]), rubric


@pytest.mark.parametrize(("yaml", "typed", "left", "may_be", "in_pieces"), examples())
def test_the_cases_that_are_left_are_these(
    yaml: str,
    typed: str,
    left: str,
    may_be: str,
    in_pieces: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table, rubric = files(tmp_path, dict(parse_document(yaml, "choosing").data))
    if in_pieces:
        monkeypatch.setattr(sources, "LONG_BYTES", 10)
        monkeypatch.setattr(sources, "KEPT_BYTES", 0)
        monkeypatch.setattr(long_csv, "PIECE", 40)
    only = [part.strip() for part in typed.split(";") if part.strip()]
    audit = open_audit([table], str(rubric), ReadOptions(only=only))
    result = audit.result(ScoreOptions(DAY))
    references = [reference for each in audit.intakes(DAY) for reference in each.cases.references]
    assert references == left.split()
    assert result.case_count == len(references)
    (sheet,) = result.inputs
    assert sheet.rows_left_out == 0
    untold = [issue.total for issue in result.issues if issue.code == "rows-untold"]
    assert untold == ([len(may_be.split())] if may_be else [])


def test_a_layout_with_a_choice_travels_to_other_machines(tmp_path: Path) -> None:
    columns = {"cases": {"is": {"event": "A"}}, "case_ref": ["1"], "event": ["A"]}
    table, rubric = files(tmp_path, columns)
    layout = open_audit([table], str(rubric), ReadOptions(only=["event=A"])).layout
    assert pickle.loads(pickle.dumps(layout)).only == layout.only


def test_what_isnt_asked_for_is_not_looked_at(audit: Audit) -> None:
    """A grade off the scale stops the run, but not in a row that nobody asked for."""
    rows = [HEADINGS, case("C1"), case("C2", district="South", grade="goood", ethnicity="wrong")]
    save_xlsx(Path("cases.xlsx"), rows)
    assert audit("score", "cases.xlsx", "--rubric", "rubric.yaml").code == 2
    found = audit(
        "score", "cases.xlsx", "--rubric", "rubric.yaml", "--only", "district=North", "--json"
    )
    assert found.code == 0
    assert found.json["problems"] == []
    assert found.json["only"] == [{"given": ["district=North"], "says": "district is North"}]
    assert [found.json["inputs"][0][key] for key in ("rows", "cases", "not_chosen")] == [2, 1, 1]


def test_every_command_that_reads_cases_says_which(audit: Audit) -> None:
    cases = [
        case(f"C{n}", district=("North", "South")[n % 2], allocated=f"0{n % 9 + 1}/03/2024")
        for n in range(24)
    ]
    for name in ("a.xlsx", "b.xlsx"):
        save_xlsx(Path(name), [HEADINGS, *cases, case(name)])
    rubric = ("--rubric", "rubric.yaml", "--only", "district=South")
    for run in (
        audit("score", "a.xlsx", *rubric),
        audit("score", "a.xlsx", "--full", *rubric),
        audit("check", "a.xlsx", *rubric),
        audit("check", "a.xlsx", "--full", *rubric),
        audit("compare", "a.xlsx", "b.xlsx", "--paired", *rubric),
        audit("agree", "a.xlsx", "b.xlsx", *rubric),
        audit("agree", "a.xlsx", "--totals", "good:12", *rubric),
        audit("trend", "a.xlsx", "--period", "allocated", *rubric),
    ):
        assert run.code == 0, run.err
        said = " ".join(run.out.split())
        assert "only where district is South" in said or "12 cases; 13 not asked for" in said
    for arguments in (
        ("compare", "a.xlsx", "b.xlsx", "--paired"),
        ("agree", "a.xlsx", "b.xlsx"),
        ("agree", "a.xlsx", "--totals", "good:12"),
        ("trend", "a.xlsx", "--period", "allocated"),
    ):
        assert "district is South" in audit(*arguments, *rubric, "--json").out


def test_the_rubrics_cases_are_said_with_their_number(audit: Audit) -> None:
    text = NIGHT_DUTY.replace("fields:", "cases: {is: {district: North}}\nfields:", 1)
    Path("own.yaml").write_text(text, "utf-8")
    rows = [
        HEADINGS,
        case("C1"),
        case("C1", district="South"),
        case("C2"),
        case("C2", district="West"),
    ]
    save_xlsx(Path("cases.xlsx"), rows)
    run = audit("score", "cases.xlsx", "--rubric", "own.yaml")
    assert "Cases are rows where district is North: 2 of 4 rows." in run.out
    assert (
        "2 that the rubric counts as no case"
        in audit("check", "cases.xlsx", "--rubric", "own.yaml").out
    )
    assert "Cases are the rows where district is North" in audit("rubric", "show", "own.yaml").out
    result = score("cases.xlsx", "own.yaml", only="district=North")
    assert (result.rubric.cases, result.case_count, result.repeated_references) == (
        "district is North",
        2,
        0,
    )


WRONG = [
    ("district", "isn't a field, a sign and a value", "--only district=North"),
    ("=North", "isn't a field, a sign and a value", "--only district=North"),
    ("distrct=North", "no field `distrct`", "did you mean `district`?"),
    ("reviews=2024", "several dates for `reviews`", "it can be"),
    ("district>North", "neither a date, a number nor a grade", "district=North"),
    ("incident=12", "`12` isn't a date", "incident=2024-04"),
    ("incident>=2024-02-30", "`2024-02-30` isn't a date", "incident>=2024-04"),
    ("age<old", "`old` isn't a number", "holds numbers"),
    ("grade=god", "never holds `god`", "did you mean `good`?"),
    ("seen=maybe", "never holds `maybe`", "yes, partly or no"),
    ("district=Nrth", "no case has `Nrth` as district", "did you mean `North`?"),
    ("age>=90", "no case is left by --only age>=90", "a value that is there"),
]


@pytest.mark.parametrize(("typed", "what", "hint"), WRONG)
def test_a_slip_in_what_is_typed_is_said(typed: str, what: str, hint: str, tmp_path: Path) -> None:
    columns = {"case_ref": ["1", "2"], "district": ["North", "North"], "age": ["3", "4"]}
    columns |= {"incident": ["01/04/2024"] * 2, "grade": ["good"] * 2, "event": ["x"] * 2}
    table, rubric = files(tmp_path, columns)
    with pytest.raises(UsageError) as error:
        open_audit([table], str(rubric), ReadOptions(only=[typed])).result(ScoreOptions(DAY))
    assert what in error.value.what
    assert hint in error.value.hint


def test_a_second_value_that_no_case_has_is_a_slip_though_others_are_left(tmp_path: Path) -> None:
    table, rubric = files(tmp_path, {"case_ref": ["1", "2"], "district": ["North", "North"]})
    with pytest.raises(UsageError, match="no case has `South`"):
        score(table, rubric, only=["district=North", "district=South"])


def test_values_that_may_be_names_of_people_are_not_listed(tmp_path: Path) -> None:
    table, rubric = files(tmp_path, {"case_ref": ["1", "2"], "district": ["Ann Oakes", "Bo Reed"]})
    with pytest.raises(UsageError) as error:
        score(table, rubric, only="district=North")
    assert error.value.details == ()


def test_rows_arent_chosen_by_a_column_that_isnt_there(tmp_path: Path) -> None:
    table, rubric = files(tmp_path, {"case_ref": ["1"], "Districts": ["North"]})
    with pytest.raises(WorkbookError, match="no column for `district`") as error:
        score(table, rubric, only="district=North")
    assert '--map district="Districts"' in error.value.hint
    columns = {"cases": {"is": {"event": "A"}}, "case_ref": ["1"]}
    with pytest.raises(WorkbookError, match="by which the rubric tells which rows are cases"):
        score(*files(tmp_path, columns))


def test_sheets_that_name_the_column_otherwise_are_said_and_read_with_a_mapping(
    tmp_path: Path, audit: Audit
) -> None:
    rows = [["1", "North", "W1"], ["2", "South", "W1"]]
    sheets = {
        "One": [["Case ref", "District", "Ethnicity"], *rows],
        "Two": [["Case ref", "Patch of the case", "Ethnicity"], ["3", "North", "W1"]],
        "Three": [["Case ref", "Ethnicity"], ["4", "W1"]],
    }
    save_xlsx(tmp_path / "a.xlsx", sheets)
    asked = ("--only", "district=North", "--rubric", "rubric.yaml", "--json")
    typed = ("score", str(tmp_path / "a.xlsx"), *asked)
    refused = audit(*typed)
    for said in ("sheet Two", "sheet Three", "sheet One, has it", '--map district="District" '):
        assert said in refused.err
    maps = ("--map", "district=District", "--map", "district=Patch of the case")
    assert audit(*typed, *maps, "--sheet", "One", "--sheet", "Two").json["cases"] == 2


def test_a_rubric_by_which_no_row_is_a_case_is_refused(tmp_path: Path) -> None:
    columns = {"cases": {"is": {"event": "A"}}, "case_ref": ["1", "2"], "event": ["B", "B"]}
    with pytest.raises(WorkbookError, match="none of the 2 rows is a case as the rubric"):
        score(*files(tmp_path, columns))


def test_a_saved_result_has_no_cells_to_choose_by(audit: Audit) -> None:
    save_xlsx(Path("cases.xlsx"), [HEADINGS, case("C1")])
    audit("score", "cases.xlsx", "--rubric", "rubric.yaml", "-o", "r.json")
    for arguments in (("score", "r.json"), ("compare", "r.json", "r.json")):
        run = audit(*arguments, "--only", "district=North")
        assert (run.code, "saved result, which has no cells" in run.err) == (2, True)


def test_a_sector_can_be_asked_for(tmp_path: Path) -> None:
    text = RUBRIC.replace("CASES", "sectors: {police: {}, health: {}}\nsector: event")
    rubric = tmp_path / "rubric.yaml"
    rubric.write_text(text, "utf-8")
    rows = [["case_ref", "event", "seen"], ["1", "Police", "Yes"], ["2", "Health", "No"]]
    table = save_csv(tmp_path / "cases.csv", rows)
    result = score(table, rubric, only="sector=health")
    assert (result.case_count, result.criteria["seen"].missing) == (1, 1)
    with pytest.raises(UsageError, match="no sector `helth`"):
        score(table, rubric, only="sector=helth")


def test_cases_without_an_answer_are_chosen_like_others(tmp_path: Path) -> None:
    columns = {"case_ref": ["1", "2", "3"], "district": ["North", "South", "North"]}
    columns |= {"seen": ["Yes", "", ""], "grade": ["good", "", ""]}
    table, rubric = files(tmp_path, columns)
    text = rubric.read_text("utf-8").replace("unanswered: nothing recorded", "")
    rubric.write_text(text, "utf-8")
    result = score(table, rubric, only="district=North")
    assert (result.case_count, result.not_read, result.inputs[0].not_chosen) == (1, 1, 1)
    assert GOOD_CASE["district"] == "North"
