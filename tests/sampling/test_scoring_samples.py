"""A finished sample scored: its population, its strata, and what isn't as it was drawn."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from workbooks import Audit, save_csv, save_text

SEED = "2026-01-review"
DRAWN = ["109", "110", "105", "102", "106"]
RUBRIC = """
rubric: trial
title: Trial
version: "1"
fields:
  ref: {type: identifier, headings: [Case reference]}
  district: {type: text, headings: [District]}
  seen: {type: yes-no, headings: [Child seen]}
  plan: {type: yes-no, headings: [Plan made]}
  grade: {type: grade, headings: [Grade]}
criteria:
  seen: {question: Was the child seen?, missing: not seen, met: {yes: seen}, target: 90}
  plan: {question: Was there a plan?, missing: without a plan, met: {yes: plan}, target: 80}
grades:
  scale: [good, fair, poor]
  recorded: grade
"""
ANSWERS = ("Child seen", "Plan made", "Grade")
Answers = Mapping[str, Sequence[str]]


def drawn_from(audit: Audit, path: Path, *typed: object) -> Path:
    book = path.with_name("sample.xlsx")
    assert audit("sample", path, *typed, "--seed", SEED, "-o", book).code == 0
    return book


def read_into(
    book: Path, answers: Answers, gone: Mapping[str, str] | None = None, more: Sequence[str] = ()
) -> Path:
    """A sample's workbook as its readers give it back."""
    workbook = load_workbook(book)
    for sheet in workbook.worksheets:
        if sheet.title not in ("Cases", "Reserve"):
            continue
        headings = {str(cell.value): place for place, cell in enumerate(sheet[1], 1)}
        for answer in ANSWERS:
            column = len(headings) + 1
            sheet.cell(1, column, answer)
            headings[answer] = column
        rows = list(sheet.iter_rows(min_row=2))
        for number, cells in enumerate(rows, 2):
            reference = str(cells[0].value)
            for answer, held in zip(ANSWERS, answers.get(reference, ()), strict=False):
                sheet.cell(number, headings[answer], held)
            if gone and reference in gone:
                sheet.cell(number, headings["Not available because"], gone[reference])
        for reference in more if sheet.title == "Cases" else ():
            number = sheet.max_row + 1
            sheet.cell(number, 1, reference)
            for answer in ANSWERS:
                sheet.cell(number, headings[answer], "good" if answer == "Grade" else "Yes")
    path = book.with_name("finished.xlsx")
    workbook.save(path)
    return path


def yes(references: Sequence[str]) -> dict[str, Sequence[str]]:
    return dict.fromkeys(references, ("Yes", "Yes", "good"))


@pytest.fixture
def twelve(tmp_path: Path) -> Path:
    save_text(tmp_path / "trial.yaml", RUBRIC)
    rows = [[f"{n}", "North"] for n in range(101, 113)]
    return save_csv(tmp_path / "list.csv", [["Case ref", "District"], *rows])


def scored(audit: Audit, path: Path, *typed: object) -> dict[str, Any]:
    run = audit("score", path, "--rubric", path.with_name("trial.yaml"), "--json", *typed)
    assert run.code == 0, run.err
    held: dict[str, Any] = json.loads(run.out)
    return held


def page(audit: Audit, path: Path, *typed: object) -> str:
    run = audit("score", path, "--rubric", path.with_name("trial.yaml"), *typed)
    assert run.code == 0, run.err
    return " ".join(run.out.split())


def codes(held: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {issue["code"]: issue for issue in held["issues"]}


def test_a_sample_knows_its_population(audit: Audit, twelve: Path) -> None:
    path = read_into(drawn_from(audit, twelve, "--size", 5, "--reserve", 3), yes(DRAWN))
    held = scored(audit, path)
    population = held["population"]
    assert (population["kind"], population["cases"], population["read"]) == ("drawn", 12, 5)
    assert (population["file"], population["weighted"]) == ("list.csv", False)
    assert (held["cases"], held["not_read"], held["issues"]) == (5, 0, [])
    assert held["inputs"][1]["spare"] == 3
    assert held["criteria"]["seen"]["at_most"] == 4
    assert "of which these 5 were drawn by lot" in page(audit, path)


def test_only_is_a_population_of_its_own(audit: Audit, tmp_path: Path) -> None:
    save_text(tmp_path / "trial.yaml", RUBRIC)
    rows = [[f"C{n}", "North", "S47" if n % 3 == 0 else "CIN"] for n in range(120)]
    path = save_csv(tmp_path / "list.csv", [["Case ref", "District", "Type"], *rows])
    book = drawn_from(audit, path, "--size", 10, "--only", "type=S47")
    answers = yes([f"C{n}" for n in range(0, 120, 3)])
    held = scored(audit, read_into(book, answers))
    assert (held["population"]["cases"], held["population"]["read"]) == (40, 10)


def test_strata_that_were_read_unequally_are_weighted(audit: Audit, tmp_path: Path) -> None:
    save_text(tmp_path / "trial.yaml", RUBRIC)
    names = [f"C{n:03d}" for n in range(100)]
    rows = [[name, "Large" if name < "C090" else "Small"] for name in names]
    path = save_csv(tmp_path / "list.csv", [["Case ref", "District"], *rows])
    book = drawn_from(audit, path, "--size", 19, "--by", "district", "--quota", "Small=10")
    answers = yes(names[:95]) | dict.fromkeys(names[95:], ("No", "Yes", "poor"))
    finished = read_into(book, answers)
    held = scored(audit, finished, "--by", "district")
    seen = held["criteria"]["seen"]
    assert held["population"]["weighted"]
    assert (seen["missing"], seen["applicable"], seen["rate"]) == (5, 19, 5 / 19)
    assert seen["rate_in_population"] == pytest.approx(0.05)
    assert (seen["met_interval"]["low"], seen["met_interval"]["high"]) == pytest.approx(
        (0.69, 0.95)
    )
    # Of the cases read 74% were seen, of the population 95%: the target of 90% is reached.
    assert (seen["target_reached"], seen["target_beyond_chance"]) == (True, False)
    shares = held["grades"]["overall"]["recorded_in_population"]
    assert shares == pytest.approx({"good": 0.95, "fair": 0, "poor": 0.05})
    small = held["groups"]["district"]["Small"]["criteria"]["seen"]
    assert (small["rate_in_population"], small["interval"]["low"]) == pytest.approx((0.5, 0.5))
    said = page(audit, finished)
    assert "Large 9 of 90 and Small 10 of 10" in said
    assert "5 of 19 not seen 95%" in said
    saved = tmp_path / "result.json"
    assert audit("score", finished, "--rubric", tmp_path / "trial.yaml", "-o", saved).code == 0
    assert json.loads(audit("score", saved, "--json").out) == json.loads(saved.read_text())


def test_weighted_shares_are_not_published_and_a_comparison_says_that_it_weighs(
    audit: Audit, tmp_path: Path
) -> None:
    save_text(tmp_path / "trial.yaml", RUBRIC)
    names = [f"C{n:03d}" for n in range(100)]
    rows = [[name, "Large" if name < "C090" else "Small"] for name in names]
    path = save_csv(tmp_path / "list.csv", [["Case ref", "District"], *rows])
    book = drawn_from(audit, path, "--size", 19, "--by", "district", "--quota", "Small=10")
    finished = read_into(book, yes(names))
    rubric = ("--rubric", tmp_path / "trial.yaml")
    run = audit("score", finished, *rubric, "--publish")
    assert run.code == 2
    assert "the shares are weighted" in run.err
    # As it says then, each stratum can be published by itself, which speaks for it alone.
    for name, kind, cases, read in (("Large", "drawn", 90, 9), ("Small", "census", 10, 10)):
        only = (*rubric, "--only", f"district={name}")
        its = json.loads(audit("score", finished, *only, "--json").out)["population"]
        assert (its["kind"], its["cases"], its["read"]) == (kind, cases, read)
        assert (its["weighted"], its["stratum_of"]) == (False, [])
        said = " ".join(audit("score", finished, *only).out.split())
        assert f"{name} in list.csv" in said
        assert "read unequally" not in said
        assert audit("score", finished, *only, "--publish").code == 0
    some = audit("score", finished, *rubric, "--only", "district!=Other", "--json")
    assert json.loads(some.out)["population"]["weighted"]
    other = save_csv(
        tmp_path / "other.csv",
        [["Case reference", *ANSWERS], *([f"X{n}", "Yes", "Yes", "good"] for n in range(20))],
    )
    said = " ".join(audit("compare", finished, other, *rubric, "--full").out.split())
    assert "The strata were read unequally before. So each case counts for as many" in said


def test_a_workbook_of_figures_has_the_shares_and_ranges_of_the_population(
    audit: Audit, tmp_path: Path
) -> None:
    save_text(tmp_path / "trial.yaml", RUBRIC)
    answers = [["Yes" if n else "No", "Yes", "good"] for n in range(20)]
    cases = [[f"C{n}", *answer] for n, answer in enumerate(answers)]
    path = save_csv(tmp_path / "cases.csv", [["Case reference", *ANSWERS], *cases])
    for typed, low in (((), 76.39), (("--population", 22), 90.91), (("--census",), None)):
        figures = tmp_path / "figures.csv"
        run = audit("score", path, "--rubric", tmp_path / "trial.yaml", *typed, "-o", figures,
                    "--force")  # fmt: skip
        assert run.code == 0, run.err
        with figures.open(encoding="utf-8-sig", newline="") as file:
            seen = next(row for row in csv.DictReader(file) if row["Name"] == "seen")
        assert float(seen["Met, %"]) == 95
        assert (
            seen["Met from, %"] == ""
            if low is None
            else float(seen["Met from, %"]) == (pytest.approx(low, abs=0.01))
        )


def test_a_reserve_that_was_not_read_is_no_case_that_was_not_asked_for(
    audit: Audit, tmp_path: Path
) -> None:
    save_text(tmp_path / "trial.yaml", RUBRIC)
    names = [f"C{n:02d}" for n in range(40)]
    rows = [[name, "North" if n % 2 else "South"] for n, name in enumerate(names)]
    path = save_csv(tmp_path / "list.csv", [["Case ref", "District"], *rows])
    book = drawn_from(audit, path, "--size", 10, "--by", "district", "--reserve", 2)
    manifest = json.loads((tmp_path / "sample.manifest.json").read_text())
    read = [case["reference"] for case in manifest["cases"] if not case["reserve"]]
    held = scored(audit, read_into(book, yes(read)), "--only", "district=North")
    sheets = held["inputs"]
    assert sum(sheet["not_chosen"] for sheet in sheets) == 5
    assert sum(sheet["spare"] for sheet in sheets) == 4
    # All are of North, so they speak for its 20 cases.
    its = held["population"]
    assert (held["cases"], its["read"], its["cases"]) == (5, 5, 20)


def test_nobody_is_asked_for_the_date_of_what_was_not_read(audit: Audit, tmp_path: Path) -> None:
    dated = RUBRIC.replace("fields:\n", "fields:\n  seen_on: {type: date, headings: [Seen on]}\n")
    save_text(tmp_path / "trial.yaml", dated)
    path = save_csv(tmp_path / "list.csv", [["Case ref"], *([f"C{n:02d}"] for n in range(40))])
    book = drawn_from(audit, path, "--size", 6, "--reserve", 2)
    manifest = json.loads((tmp_path / "sample.manifest.json").read_text())
    names = [case["reference"] for case in manifest["cases"]]
    finished = read_into(book, yes(names[:5]), {names[4]: "lost", names[5]: "sealed"})
    workbook = load_workbook(finished)
    for name in ("Cases", "Reserve"):
        sheet = workbook[name]
        column = sheet.max_column + 1
        sheet.cell(1, column, "Seen on")
        for row in range(2, 6 if name == "Cases" else 2):
            sheet.cell(row, column, f"2026-0{row}-01")
    workbook.save(finished)
    asked = ("--rubric", tmp_path / "trial.yaml", "--json")
    held = audit("score", finished, *asked, "--only", "seen_on<2026-04-01").json
    # The fifth was read, with no date; the sixth and the reserve were not.
    untold = [its for its in held["issues"] if its["code"] == "rows-untold"]
    assert [(its["sheet"], its["places"]) for its in untold] == [("Cases", ["row 6"])]
    assert held["cases"] == 2
    sides = ("--by-date", "seen_on", "--change", "2026-04-01")
    both = audit("compare", finished, *sides, *asked)
    assert both.code == 0, both.err
    assert both.json["before"]["cases"] == both.json["after"]["cases"] == 2


def test_strata_in_proportion_are_not_weighted(audit: Audit, tmp_path: Path) -> None:
    save_text(tmp_path / "trial.yaml", RUBRIC)
    names = [f"C{n:03d}" for n in range(90)]
    rows = [[name, "AB"[name >= "C060"]] for name in names]
    path = save_csv(tmp_path / "list.csv", [["Case ref", "District"], *rows])
    book = drawn_from(audit, path, "--size", 16, "--by", "district")
    held = scored(audit, read_into(book, yes(names)))
    assert not held["population"]["weighted"]
    assert [stratum["read"] for stratum in held["population"]["strata"]] == [11, 5]
    assert held["criteria"]["seen"]["rate_in_population"] is None


def test_an_unavailable_file_is_counted_both_ways(audit: Audit, twelve: Path) -> None:
    book = drawn_from(audit, twelve, "--size", 5, "--reserve", 3)
    read = ["109", "110", "102", "106", "107"]
    path = read_into(book, yes(read), {"105": "sealed by the court"})
    held = scored(audit, path)
    assert (held["cases"], held["not_read"]) == (5, 0)
    unavailable = [{"case": "105", "reason": "sealed by the court"}]
    assert held["population"]["unavailable"] == unavailable
    found = codes(held)
    assert list(found) == ["files-unavailable"]
    assert found["files-unavailable"]["level"] == "doubt"  # more than a tenth
    said = page(audit, path)
    for expected in ("1 of the 6 cases taken up", "sealed by the court", "1 of 6", "0 of 5"):
        assert expected in said
    assert said.index("not available") < said.index("targets were reached")


def test_few_unavailable_files_do_not_lead(audit: Audit, tmp_path: Path) -> None:
    save_text(tmp_path / "trial.yaml", RUBRIC)
    path = save_csv(tmp_path / "list.csv", [["Case ref"], *([f"C{n}"] for n in range(40))])
    book = drawn_from(audit, path, "--size", 20, "--reserve", 1)
    manifest = json.loads((tmp_path / "sample.manifest.json").read_text())
    names = [case["reference"] for case in manifest["cases"]]
    path = read_into(book, yes(names[1:]), {names[0]: "lost"})
    found = codes(scored(audit, path))
    assert {code: issue["level"] for code, issue in found.items()} == {"files-unavailable": "note"}


def test_what_is_not_as_drawn_is_said(audit: Audit, twelve: Path) -> None:
    book = drawn_from(audit, twelve, "--size", 5, "--reserve", 3)
    path = read_into(book, yes(["109", "110", "102", "106", "101"]), more=["999"])
    found = codes(scored(audit, path))
    assert found["cases-not-drawn"]["places"] == ["999"]
    assert found["reserve-skipped"]["places"] == ["reserve 1"]
    assert found["reserve-unexplained"]["places"] == ["101"]
    said = page(audit, path)
    for expected in ("(999)", "Reserve 1 was passed over", "why the drawn case that each stands"):
        assert expected in said
    both = read_into(book, yes(DRAWN), {"105": "sealed"})
    assert codes(scored(audit, both))["unavailable-answered"]["places"] == ["row 4"]
    workbook = load_workbook(read_into(book, yes(DRAWN)))
    workbook["Cases"].delete_rows(3)
    workbook.save(path)
    assert codes(scored(audit, path))["cases-absent"]["places"] == ["110"]


def test_a_reserve_stands_for_no_file_of_another_stratum(audit: Audit, twelve: Path) -> None:
    rows = [[f"{n}", "NS"[n % 2]] for n in range(101, 113)]
    save_csv(twelve, [["Case ref", "District"], *rows])
    book = drawn_from(audit, twelve, "--size", 4, "--by", "district", "--reserve", 1)
    cases = json.loads(book.with_suffix(".manifest.json").read_text())["cases"]
    north, south = ([its for its in cases if its["stratum"] == place] for place in (0, 1))
    gone, *read = [its["reference"] for its in (*north, *south) if not its["reserve"]]
    (spare,) = (its["reference"] for its in south if its["reserve"])
    path = read_into(book, yes([*read, spare]), {gone: "sealed"})
    found = codes(scored(audit, path))
    assert found["reserve-unexplained"]["places"] == [f"{spare} of S"]


def test_a_list_that_changed_is_said(audit: Audit, twelve: Path) -> None:
    path = read_into(drawn_from(audit, twelve, "--size", 5), yes(DRAWN))
    assert codes(scored(audit, path)) == {}
    twelve.write_text(twelve.read_text() + "113,North\n")
    assert list(codes(scored(audit, path))) == ["population-changed"]
    twelve.unlink()
    assert codes(scored(audit, path)) == {}


def test_chosen_cases_have_no_range(audit: Audit, twelve: Path) -> None:
    chosen = save_csv(twelve.with_name("chosen.csv"), [["Case ref"], *([r] for r in DRAWN)])
    book = twelve.with_name("sample.xlsx")
    assert audit("sample", twelve, "--chosen", chosen, "-o", book).code == 0
    path = read_into(book, yes(DRAWN))
    held = scored(audit, path)
    seen = held["criteria"]["seen"]
    assert held["population"]["kind"] == "chosen"
    assert (seen["interval"], seen["target_reached"], seen["target_beyond_chance"]) == (
        None,
        True,
        None,
    )
    assert "chosen, not drawn by lot" in page(audit, path)


def test_a_sample_of_all_is_a_census(audit: Audit, twelve: Path) -> None:
    names = [f"{n}" for n in range(101, 113)]
    held = scored(audit, read_into(drawn_from(audit, twelve, "--all"), yes(names)))
    assert held["population"]["kind"] == "census"
    assert held["criteria"]["seen"]["interval"] is None


def test_references_go_through_the_workbook_and_back(audit: Audit, tmp_path: Path) -> None:
    save_text(tmp_path / "trial.yaml", RUBRIC)
    hard = ["007", "1-4", "MAR1", "1E5", "=A1"]
    path = save_csv(tmp_path / "list.csv", [["Case ref"], *([reference] for reference in hard)])
    held = scored(audit, read_into(drawn_from(audit, path, "--all"), yes(hard)))
    assert sorted(held["findings"]["references"]) == sorted(hard)
    assert held["issues"] == []


def test_a_manifest_can_be_given_and_one_that_was_changed_is_refused(
    audit: Audit, twelve: Path
) -> None:
    book = drawn_from(audit, twelve, "--size", 5)
    path = read_into(book, yes(DRAWN))
    workbook = load_workbook(path)
    sheet = workbook["Sample"]
    rows = [row[1] for row in sheet.iter_rows() if str(row[1].value).startswith('{"schema"')]
    rows[0].value = str(rows[0].value).replace('"cases_left":12', '"cases_left":13')
    workbook.save(path)
    run = audit("score", path, "--rubric", twelve.with_name("trial.yaml"))
    assert run.code == 2
    assert "the manifest of the sample was changed" in run.err
    del workbook["Sample"]
    workbook.save(path)
    assert scored(audit, path)["population"] is None
    manifest = twelve.with_name("sample.manifest.json")
    assert scored(audit, path, "--sample", manifest)["population"]["cases"] == 12
    run = audit("score", path, "--rubric", twelve.with_name("trial.yaml"), "--sample", twelve)
    assert run.code == 2
    assert "is not the manifest of a sample" in run.err


@pytest.mark.parametrize("typed", [("--population", 99), ("--census",)])
def test_an_option_does_not_contradict_the_manifest(
    audit: Audit, twelve: Path, typed: tuple[object, ...]
) -> None:
    path = read_into(drawn_from(audit, twelve, "--size", 5), yes(DRAWN))
    run = audit("score", path, "--rubric", twelve.with_name("trial.yaml"), *typed)
    assert run.code == 2
    assert "5 of 12 cases of list.csv" in run.err


def test_the_form_of_a_sample_carries_it(audit: Audit, twelve: Path) -> None:
    book = drawn_from(audit, twelve, "--size", 5, "--reserve", 3)
    form = twelve.with_name("form.xlsx")
    rubric = twelve.with_name("trial.yaml")
    assert audit("template", rubric, "--cases", book, "-o", form).code == 0
    workbook = load_workbook(form)
    sheet = workbook["Cases"]
    headings = {str(cell.value): place for place, cell in enumerate(sheet[5], 1)}
    assert sheet.cell(11, headings["Reserve number"]).value == "1"
    for number in range(6, 14):
        reference = str(sheet.cell(number, 1).value)
        if reference == "105":
            sheet.cell(number, headings["Not available because"], "sealed")
        elif reference in (*DRAWN, "107"):
            for heading, answer in (("Seen", "Yes"), ("Plan", "No"), ("Grade", "fair")):
                sheet.cell(number, headings[heading], answer)
    workbook.save(form)
    held = scored(audit, form)
    assert (held["cases"], held["not_read"], held["population"]["cases"]) == (5, 0, 12)
    assert list(codes(held)) == ["files-unavailable"]


def test_pseudonyms_reach_the_sample_too(audit: Audit, twelve: Path) -> None:
    book = drawn_from(audit, twelve, "--size", 5, "--reserve", 3)
    read = ["109", "110", "102", "106", "107"]
    path = read_into(book, yes(read), {"105": "sealed"})
    key = twelve.with_name("key.txt")
    run = audit("score", path, "--rubric", twelve.with_name("trial.yaml"), "--json",
                "--pseudonyms", key)  # fmt: skip
    assert run.code == 0, run.err
    held = json.loads(run.out)
    assert held["population"]["read"] == 5
    assert list(codes(held)) == ["files-unavailable"]
    assert "105" not in [case["case"] for case in held["population"]["unavailable"]]
