"""A sample in each kind of form: its reserve, what couldn't be read, and what it speaks for."""

import io
import json
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from filled import UNAVAILABLE, Answers, fill, fill_pages, fill_word
from openpyxl.worksheet.worksheet import Worksheet

from casefile_audit.files.workbook import open_workbook
from casefile_audit.intake.sample_sheet import manifest_in
from casefile_audit.manifest import read_manifest
from casefile_audit.recording.desk import Desk
from casefile_audit.recording.form import open_form
from casefile_audit.recording.session import Session
from libreoffice import converted, needs_libreoffice
from workbooks import Audit, save_csv, save_xlsx

ANSWERS: Answers = {
    ("ethnicity", 0): "W1 White British",
    ("disability", 0): "No",
    ("protected", 0): "Yes",
    ("reviewed", 0): "No",
    ("grade", 0): "good",
}
GONE: Answers = {UNAVAILABLE: "sealed by the court"}
KINDS = {"rows": "form.xlsx", "pages": "form.xlsx", "word": "form.docx"}


def drawn(audit: Audit, *typed: object) -> None:
    listed = [[f"CF-{n}", "12"[n % 2]] for n in range(1, 31)]
    save_csv(Path("list.csv"), [["Case reference", "District"], *listed])
    run = audit("sample", "list.csv", "--seed", "s", "-o", "sample.xlsx", *typed)
    assert run.code == 0, run.err


def form_of(audit: Audit, kind: str, rows: list[Answers]) -> Path:
    """A form for the sample, filled in; a case of which a file is gone says only that."""
    path = Path(KINDS[kind])
    option = ["--one-case-a-sheet"] * (kind == "pages")
    made = audit("template", "rubric.yaml", "--cases", "sample.xlsx", *option, "-o", path)
    assert made.code == 0, made.err
    if kind == "word":
        return fill_word(path, rows)
    if kind == "pages":
        return fill_pages(path, rows)
    return fill(path, rows)


def scored(audit: Audit, path: Path) -> Mapping[str, object]:
    run = audit("score", path, "--rubric", "rubric.yaml", "--json")
    assert run.code == 0, run.err
    held = run.json
    population = held["population"]
    return {
        "cases": held["cases"],
        "not read": held["not_read"],
        "spare": sum(its["spare"] for its in held["inputs"]),
        "missing": sum(its["missing"] for its in held["criteria"].values()),
        "population": [population[key] for key in ("kind", "cases", "read", "unavailable")],
        "strata": [its["read"] for its in population["strata"]],
        "issues": [its["code"] for its in held["issues"]],
    }


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_sample_says_is_the_same_from_every_form(audit: Audit, kind: str) -> None:
    drawn(audit, "--by", "district", "--size", 4, "--reserve", 2)
    # The third could not be read, and the first of its stratum's reserve is read instead.
    manifest = json.loads(Path("sample.manifest.json").read_text())
    stratum = manifest["cases"][2]["stratum"]
    places = [n for n, its in enumerate(manifest["cases"]) if its["stratum"] == stratum]
    instead = next(n for n in places if manifest["cases"][n]["reserve"] == 1)
    rows: list[Answers] = [{} for _ in manifest["cases"]]
    rows[0] = rows[1] = rows[3] = rows[instead] = ANSWERS
    rows[2] = GONE
    found = scored(audit, form_of(audit, kind, rows))
    assert (found["cases"], found["not read"], found["spare"]) == (4, 0, 3)
    gone = {"case": manifest["cases"][2]["reference"], "reason": "sealed by the court"}
    assert found["population"] == ["drawn", 30, 4, [gone]]
    assert found["strata"] == [2, 2]
    assert found["issues"] == ["files-unavailable"]
    assert found["missing"] == 4 + 4  # of two questions, of each of the four


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_that_nobody_began_says_so(audit: Audit, kind: str) -> None:
    drawn(audit, "--size", 3, "--reserve", 2)
    run = audit("score", form_of(audit, kind, []), "--rubric", "rubric.yaml")
    assert run.code == 2
    assert "none of the" in run.err
    assert "read yet" in run.err or "filled in yet" in run.err


@pytest.mark.parametrize("kind", KINDS)
def test_a_case_that_is_not_read_yet_is_not_called_absent(audit: Audit, kind: str) -> None:
    drawn(audit, "--size", 3, "--reserve", 1)
    found = scored(audit, form_of(audit, kind, [ANSWERS, {}, ANSWERS]))
    assert found["cases"] == 2
    assert found["issues"] in (["cases-not-read"], ["forms-unread"])


def test_what_is_known_of_a_reserve_is_no_answer(audit: Audit) -> None:
    rows = [[f"CF-{n}", "W1 White British"] for n in range(1, 31)]
    save_csv(Path("list.csv"), [["Case reference", "Ethnicity"], *rows])
    asked = ("--size", 3, "--reserve", 2, "--seed", "s", "-o", "sample.xlsx")
    assert audit("sample", "list.csv", *asked).code == 0
    answers = {key: its for key, its in ANSWERS.items() if key[0] != "ethnicity"}
    for kind in KINDS:
        found = scored(audit, form_of(audit, kind, [answers] * 3))
        assert (found["cases"], found["spare"], found["issues"]) == (3, 2, []), kind
        Path(KINDS[kind]).unlink()


@needs_libreoffice
def test_a_word_form_keeps_its_sample_in_libreoffice(audit: Audit, tmp_path: Path) -> None:
    drawn(audit, "--by", "district", "--size", 4, "--reserve", 1)  # strata named by numbers
    form = form_of(audit, "word", [ANSWERS, GONE, ANSWERS])
    saved = converted("docx", Path("saved"), form)
    assert scored(audit, saved) == scored(audit, form)
    before, after = (manifest_in([open_workbook(its)]) for its in (form, saved))
    assert before is not None
    assert before == after


@pytest.mark.parametrize("kind", ["rows", "pages"])
def test_a_reading_passes_over_the_reserve_until_a_file_is_gone(audit: Audit, kind: str) -> None:
    drawn(audit, "--size", 2, "--reserve", 2)
    session = Session(open_form(form_of(audit, kind, []), None))
    desk = Desk(session)
    first = desk.current
    named = [session.form.number_of(case) for case in session.form.cases]
    assert named == ["case 1 of 2", "case 2 of 2", "reserve 1 of 2", "reserve 2 of 2"]
    desk.move_case(1)
    desk.move_case(1)
    assert (desk.case, desk.message) == (
        1,
        "There is no further case. The reserve is only for files that can't be read.",
    )
    assert first.unavailable is not None
    session.give(first.unavailable, "sealed")
    assert session.missing(first) == []
    assert [session.is_needed(case) for case in session.form.cases] == [True, True, True, False]
    desk.move_case(1)
    assert session.form.number_of(desk.current) == "reserve 1 of 2"
    assert desk.current.unavailable is not None
    session.give(desk.current.unavailable, "lost")
    desk.move_case(1)
    assert session.form.number_of(desk.current) == "reserve 2 of 2"
    session.close()
    assert not session.unsaved


def test_how_far_a_reading_is_counts_no_reserve(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn(audit, "--size", 2, "--reserve", 2)
    path = form_of(audit, "rows", [ANSWERS, GONE])
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    run = audit("read", path, "--plain")
    assert "2 cases, 1 begun, 1 of them complete, 1 more not available" in run.err


def test_a_case_of_the_reserve_is_marked_where_it_is_printed(audit: Audit) -> None:
    drawn(audit, "--size", 2, "--reserve", 1, "--by", "district")
    form_of(audit, "pages", [])
    book = openpyxl.load_workbook("form.xlsx")
    assert [name.startswith("Reserve") for name in book.sheetnames[1:5]] == [False] * 2 + [True] * 2
    sheet = book[book.sheetnames[3]]
    assert isinstance(sheet, Worksheet)
    labels = {str(row[1].value): row[2].value for row in sheet.iter_rows()}
    assert labels["Reserve number"] == "1 of 1"
    first = " ".join(str(cell.value) for row in book["Read first"].iter_rows() for cell in row)
    assert "only in place of a file that can't be read" in first


def test_a_sample_is_drawn_into_a_form_at_once(audit: Audit) -> None:
    drawn(audit, "--size", 3, "--reserve", 1)
    audit("template", "rubric.yaml", "--cases", "sample.xlsx", "-o", "two.xlsx")
    for name in ("one.xlsx", "one.docx"):
        asked = ("--size", 3, "--reserve", 1, "--seed", "s", "--rubric", "rubric.yaml")
        run = audit("sample", "list.csv", *asked, "-o", name, "--force")
        assert run.code == 0, run.err
        assert f"audit score {name}" in run.out
    at_once, in_two = (open_workbook(Path(name)).sheets for name in ("one.xlsx", "two.xlsx"))
    assert [its.name for its in at_once] == [its.name for its in in_two]
    assert at_once[1].rows == in_two[1].rows
    manifests = [manifest_in([open_workbook(Path(its))]) for its in ("one.xlsx", "one.docx")]
    assert [its.drawn for its in manifests if its] == [
        its.drawn for its in [manifest_in([open_workbook(Path("two.xlsx"))])] * 2 if its
    ]
    fill(Path("one.xlsx"), [ANSWERS] * 3)
    assert scored(audit, Path("one.xlsx"))["population"] == ["drawn", 30, 3, []]


@pytest.mark.parametrize("kind", [*KINDS, "collected"])
def test_what_was_read_on_a_form_is_not_drawn_again_and_what_was_not_may_be(
    audit: Audit, kind: str
) -> None:
    drawn(audit, "--size", 5)
    rows = [ANSWERS, ANSWERS, GONE]
    path = form_of(audit, "rows" if kind == "collected" else kind, rows)
    if kind == "collected":
        assert audit("collect", path, "-o", "all.xlsx").code == 0
        path = Path("all.xlsx")
    read = [case.reference for case in read_manifest(Path("sample.manifest.json")).drawn][:2]
    run = audit("sample", "list.csv", "--size", 28, "--seed", "s", "--not-in", path, "--json")
    assert run.code == 0, run.err
    left = {case["reference"] for case in run.json["cases"]}
    assert left == {f"CF-{n}" for n in range(1, 31)} - set(read)


@pytest.mark.parametrize("kind", KINDS)
def test_forms_that_are_not_read_yet_are_no_census(audit: Audit, kind: str) -> None:
    save_xlsx(Path("sample.xlsx"), {"L": [["Case reference"], ["A"], ["B"], ["C"]]})
    path = form_of(audit, kind, [ANSWERS, ANSWERS])
    run = audit("score", path, "--rubric", "rubric.yaml", "--census")
    assert run.code == 2
    assert "--census: 1 case is not read yet" in run.err
    assert "--population 3" in run.err
