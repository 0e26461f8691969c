"""`audit template`: what a form offers and refuses, and that a score of it reads what was meant."""

import re
from pathlib import Path

import openpyxl
import pytest
from filled import columns, fill, fill_pages, fill_word, marked_sheets, parts, rules
from openpyxl.worksheet.worksheet import Worksheet

from casefile_audit.files.workbook import open_workbook
from casefile_audit.intake.form_stamp import stamp_in
from workbooks import NIGHT_DUTY, Audit, save_csv, save_text, save_xlsx

ANSWERS = {
    ("ethnicity", 0): "W1 White British",
    ("disability", 0): "No",
    ("protected", 0): "Yes",
    ("reviewed", 0): "No",
    ("grade", 0): "requires improvement",
}


def made(audit: Audit, *options: str | Path, rubric: str = "rubric.yaml") -> Path:
    run = audit("template", rubric, "-o", "form.xlsx", "--force", *options)
    assert run.code == 0, run.err
    return Path("form.xlsx")


def with_criterion(text: str) -> str:
    return NIGHT_DUTY.replace("criteria:\n", f"criteria:\n{text}", 1)


def test_a_form_is_filled_in_and_scored_without_a_mapping(audit: Audit) -> None:
    form = made(audit, "--cases", save_csv(Path("s.csv"), [["URN"], ["CF-1"], ["007"], ["=A1"]]))
    fill(form, [ANSWERS, {**ANSWERS, ("reviewed", 0): "Yes"}])
    result = audit("score", form, "--json").json
    assert (result["cases"], result["not_read"]) == (2, 1)
    review = result["criteria"]["review-recorded"]
    assert (review["missing"], review["applicable"]) == (1, 2)
    assert result["rubric"]["name"] == "night-duty"


@pytest.mark.parametrize("unanswered", ["nothing recorded", "not read yet"])
def test_an_empty_form_has_no_case_that_failed(audit: Audit, unanswered: str) -> None:
    save_text(Path("rubric.yaml"), NIGHT_DUTY.replace("nothing recorded", unanswered))
    form = made(audit, "--cases", save_csv(Path("s.csv"), [["URN"], ["CF-1"], ["CF-2"]]))
    run = audit("score", form)
    assert (run.code, "none of the 2 cases has been read yet" in run.err) == (2, True)


def test_a_question_alone_and_unanswered_is_not_a_case_that_was_read(audit: Audit) -> None:
    rubric = (
        "rubric: one\ntitle: One\nversion: '1'\nfields:\n  ref: {type: identifier}\n"
        "  seen: {type: yes-no}\ncriteria:\n"
        "  seen: {question: Was the child seen?, missing: unseen, met: {yes: seen}}\n"
    )
    save_text(Path("one.yaml"), rubric)
    sample = save_csv(Path("s.csv"), [["Ref"], ["A1"], ["A2"], ["A3"]])
    form = made(audit, "--cases", sample, rubric="one.yaml")
    fill(form, [{("seen", 0): "No"}])
    result = audit("score", form, "--json").json
    assert (result["cases"], result["not_read"]) == (1, 2)


def test_what_a_sample_knows_is_filled_in_and_locked(audit: Audit) -> None:
    rows = [["URN", "District", "Date allocated"], ["7", "@x", "03/02/2026"], ["8", "", ""]]
    form = made(audit, "--cases", save_xlsx(Path("s.xlsx"), rows))
    ((name, marks),) = marked_sheets(form)
    sheet = openpyxl.load_workbook(form)[name]
    assert isinstance(sheet, Worksheet)
    at, row = columns(marks), (marks.row or 0) + 3
    first = [sheet.cell(row, at[field, 0]) for field in ("case_ref", "district", "allocated")]
    assert [str(cell.value) for cell in first] == ["7", "@x", "2026-02-03 00:00:00"]
    assert all(cell.protection.locked for cell in first)
    assert not sheet.cell(row + 1, at["district", 0]).protection.locked
    assert not sheet.cell(row, at["ethnicity", 0]).protection.locked
    assert not marks.to_answer & {
        at[field, 0] - 1 for field in ("case_ref", "district", "allocated")
    }


def test_lists_stand_on_a_sheet_and_end_at_their_last_word(audit: Audit) -> None:
    words = [f"answer of {chr(97 + n // 26)}{chr(97 + n % 26)} in, full" for n in range(30)]
    listed = ", ".join(f'"{word}"' for word in words)
    save_text(
        Path("rubric.yaml"),
        NIGHT_DUTY.replace("codes: police-ethnicity-18+1", f"codes: [{listed}]"),
    )
    form = made(audit)
    lists = [rule for rule in rules(form) if rule.get("type") == "list"]
    assert all(re.fullmatch(r"list_\d+", rule["formula1"]) for rule in lists)
    book = openpyxl.load_workbook(form)
    for rule in lists:
        area = book.defined_names[rule["formula1"]].attr_text
        sheet, cells = str(area).split("!")
        held = [cell[0].value for cell in book[sheet][cells.replace("$", "")]]
        assert all(held)
        below = book[sheet].cell(len(held) + 2, book[sheet][cells.replace("$", "")][0][0].column)
        assert below.value is None
        if words[0] in held:
            assert held[:30] == words


def test_dates_and_numbers_are_held_to_what_they_are(audit: Audit) -> None:
    form = made(audit)
    dates = [rule for rule in rules(form) if rule.get("type") == "date"]
    assert len(dates) == 7
    assert all(rule.get("errorStyle", "stop") == "stop" for rule in dates)
    assert all(1 < int(rule["formula1"]) < int(rule["formula2"]) < 59_000 for rule in dates)
    assert 'formatCode="dd mmm yyyy"' in parts(form)["xl/styles.xml"]


def test_long_guidance_is_cut_at_a_word_and_stands_in_full_on_a_sheet(audit: Audit) -> None:
    long = " ".join(f"wörd{n}" for n in range(100))
    save_text(
        Path("rubric.yaml"),
        NIGHT_DUTY.replace(
            "missing: missing disability\n", f"missing: missing disability\n    guidance: {long}\n"
        ),
    )
    form = made(audit)
    for rule in rules(form):
        assert len(rule.get("prompt", "")) <= 255
        assert len(rule.get("promptTitle", "")) <= 32
        assert len(rule.get("error", "")) <= 224
    (cut,) = [rule["prompt"] for rule in rules(form) if "wörd0" in rule.get("prompt", "")]
    assert re.search(r"wörd\d+ … More on the sheet Questions\.$", cut)
    sheets = {sheet.name: sheet for sheet in open_workbook(form).sheets}
    assert any(long in str(cell) for row in sheets["Questions"].rows for cell in row)


def test_text_is_text_and_nothing_is_a_formula_or_a_link(audit: Audit) -> None:
    criterion = (
        '  odd:\n    question: "=2+2"\n    missing: "@odd"\n    met: {recorded: disability}\n'
        '    guidance: "http://example.org"\n'
    )
    save_text(Path("rubric.yaml"), with_criterion(criterion))
    form = made(audit, "--cases", save_csv(Path("s.csv"), [["URN"], ["@x"], ["=1+1"], ["MAR1"]]))
    for name, markup in parts(form).items():
        assert not re.search(r"<f[ >]|<hyperlink", markup), name
    fill(form, [ANSWERS, ANSWERS, ANSWERS])
    assert "says no (3): @x, =1+1, MAR1" in audit("score", form, "--details").out


def test_a_paste_does_not_lock_and_locked_cells_say_so_themselves(audit: Audit) -> None:
    form = made(audit, "--cases", save_csv(Path("s.csv"), [["URN"], ["CF-1"]]))
    styles = parts(form)["xl/styles.xml"]
    for part in ("cellStyleXfs", "cellXfs"):
        assert re.search(rf'<{part} count="\d+"><xf [^>]*><protection locked="0"/>', styles)
    for name, markup in parts(form).items():
        if name.startswith("xl/worksheets/"):
            protection = re.search(r"<sheetProtection [^>]*>", markup)
            assert protection is not None
            assert "password" not in protection[0]
            assert "hash" not in protection[0]
    assert 'autoFilter="0"' in parts(form)["xl/worksheets/sheet2.xml"]
    assert 'formatColumns="0"' in parts(form)["xl/worksheets/sheet2.xml"]


@pytest.mark.parametrize("suffix", ["xlsx", "docx"])
def test_a_form_made_from_a_form_has_one_stamp_and_its_cases(audit: Audit, suffix: str) -> None:
    listed = save_csv(Path("s.csv"), [["URN"], ["CF-1"], ["CF-2"]])
    first = Path(f"first.{suffix}")
    assert audit("template", "rubric.yaml", "--cases", listed, "-o", first).code == 0
    (fill if suffix == "xlsx" else fill_word)(first, [ANSWERS, ANSWERS])
    form = made(audit, "--cases", first)
    assert "no answer" in audit("template", "rubric.yaml", "--cases", first, "-o", "b.docx").err
    stamp = stamp_in(open_workbook(form).sheets)
    assert stamp == stamp_in(open_workbook(first).sheets)
    assert stamp is not None
    assert parts(form)["docProps/custom.xml"].count(stamp.text) == 1
    assert parts(form)["xl/sharedStrings.xml"].count(stamp.digest) == 1
    ((name, marks),) = marked_sheets(form)
    assert name == "Cases"
    assert [mark.text for mark in marks.marks.values()].count("audit:known:case_ref") == 1
    assert "2 cases has been read yet" in audit("score", form).err  # no answer of the first
    fill(form, [ANSWERS, ANSWERS])
    assert audit("score", form, "--json").json["cases"] == 2


@pytest.mark.parametrize("rubric", ["peer-review", "child-protection", "operation-encompass"])
def test_what_is_read_first_fits_on_one_legible_page(audit: Audit, rubric: str) -> None:
    listed = [["Case reference"], *([f"CF-{n}"] for n in range(9))]
    save_csv(Path("list.csv"), listed)
    asked = ("--size", 4, "--reserve", 2, "--rubric", rubric, "-o", "form.xlsx")
    assert audit("sample", "list.csv", *asked).code == 0
    sheet = openpyxl.load_workbook("form.xlsx")["Read first"]
    assert isinstance(sheet, Worksheet)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) in ((1, 1), (None, None))
    tall = sum(sheet.row_dimensions[n].height or 15 for n in range(1, sheet.max_row + 1))
    # What there is of A4 upright between usual margins, in points, at no less than 7 in 10.
    assert tall <= 734 / 0.7


def test_one_stamp_stands_in_a_property_and_in_sight(audit: Audit) -> None:
    form = made(audit)
    stamp = stamp_in(open_workbook(form).sheets)
    assert stamp is not None
    assert (stamp.rubric, stamp.version) == ("rubric.yaml", "2025.1")
    assert len(stamp.digest) == 64
    assert parts(form)["docProps/custom.xml"].count(stamp.text) == 1
    assert parts(form)["xl/sharedStrings.xml"].count(stamp.digest) == 1
    assert "<dc:language>en-GB</dc:language>" in parts(form)["docProps/core.xml"]


def test_choices_of_one_wording_are_refused(audit: Audit) -> None:
    save_text(
        Path("rubric.yaml"),
        NIGHT_DUTY.replace("codes: police-ethnicity-18+1", "codes: [Partly, partly]"),
    )
    run = audit("template", "rubric.yaml", "-o", "form.xlsx")
    assert (run.code, Path("form.xlsx").exists()) == (2, False)


def test_sectors_have_a_sheet_each_with_shared_questions_alike(audit: Audit) -> None:
    form = made(audit, rubric="peer-review")
    sheets = dict(marked_sheets(form))
    assert list(sheets) == ["Police", "Children's social care", "Health"]
    asked = [
        [mark.name for mark in marks.marks.values() if mark.kind == "ask"]
        for marks in sheets.values()
    ]
    shared = [name for name in asked[0] if all(name in its for its in asked)]
    assert all([name for name in its if name in shared] == shared for its in asked)
    assert [("disruption" in its, "health_needs" in its) for its in asked] == [
        (True, False),
        (False, False),
        (False, True),
    ]
    one = made(audit, "--sector", "health", rubric="peer-review")
    assert [name for name, _ in marked_sheets(one)] == ["Health"]


def test_sheets_have_legal_names_and_are_known_as_their_sectors(audit: Audit) -> None:
    long = "Multi-agency safeguarding hub / front door"
    save_text(
        Path("rubric.yaml"),
        NIGHT_DUTY.replace(
            "fields:\n",
            f"sectors:\n  one: {{title: {long} north}}\n  two: {{title: {long} south}}\nfields:\n",
            1,
        ),
    )
    form = made(audit, "--cases", save_csv(Path("s.csv"), [["URN"], ["CF-1"]]))
    names = [name for name, _ in marked_sheets(form)]
    assert len({name.casefold() for name in names}) == 2
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
    book = openpyxl.load_workbook(form)
    assert [f"{long} north" in str(book[name]["A1"].value) for name in names] == [True, False]
    for name, marks in marked_sheets(form):
        sheet = book[name]
        assert isinstance(sheet, Worksheet)
        for (field, number), answer in ANSWERS.items():
            sheet.cell((marks.row or 0) + 3, columns(marks)[field, number]).value = answer
    book.save(form)
    result = audit("score", form, "--by", "sector", "--json").json
    assert {name: group["cases"] for name, group in result["groups"]["sector"].items()} == {
        "one": 1,
        "two": 1,
    }


def test_a_form_has_a_sheet_for_each_case_where_that_is_wanted(audit: Audit) -> None:
    sample = save_csv(Path("s.csv"), [["URN"], ["CF/1"], ["CF:2"], ["CF-3"]])
    form = made(audit, "--cases", sample, "--one-case-a-sheet")
    fill_pages(form, [ANSWERS, ANSWERS, {}])
    result = audit("score", form, "--json").json
    assert (result["cases"], result["criteria"]["review-recorded"]["missing"]) == (2, 2)
    assert [issue["code"] for issue in result["issues"]] == ["forms-unread"]


def test_headings_may_change_and_columns_move(audit: Audit) -> None:
    form = made(audit, "--cases", save_csv(Path("s.csv"), [["URN"], ["CF-1"]]))
    fill(form, [ANSWERS])
    before = audit("score", form, "--json").json["criteria"]
    ((name, marks),) = marked_sheets(form)
    rows = [
        list(row)
        for sheet in open_workbook(form).sheets
        if sheet.name == name
        for row in sheet.rows
    ]
    head = (marks.row or 0) + 1
    rows[head] = [f"Changed {n}" for n, _ in enumerate(rows[head])]
    moved = save_xlsx(
        Path("moved.xlsx"), {name: [[*row[3:5], "", *row[:3], *row[5:]] for row in rows]}
    )
    after = audit("score", moved, "--rubric", "rubric.yaml", "--json").json["criteria"]
    assert after == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--sector", "police"), "has no sector"),
        (("--cases", "twice.csv"), "stands in several rows"),
        (("--cases", "none.csv"), "no"),
        (("--cases", "absent.csv"), "there is no file absent.csv"),
        (("-o", "form.docm"), "`.xlsx`"),
        (("-o", "there.xlsx"), "--force"),
    ],
)
def test_mistakes_are_said_and_nothing_is_written(
    audit: Audit, options: tuple[str, ...], said: str
) -> None:
    save_csv(Path("twice.csv"), [["URN"], ["A1"], ["A2"], ["a1 "]])
    save_csv(Path("none.csv"), [["URN"]])
    save_text(Path("there.xlsx"), "before")
    run = audit("template", "rubric.yaml", *options)
    assert (run.code, said in run.err) == (2, True), run.err
    assert {path.name for path in Path().glob("*.xlsx")} == {"there.xlsx"}
    assert Path("there.xlsx").read_text() == "before"


def test_hidden_rows_of_a_list_are_in_the_form_and_it_is_said(audit: Audit) -> None:
    save_xlsx(Path("list.xlsx"), {"List": [["URN"], ["A1"], ["A2"], ["A3"], ["Total"]]})
    book = openpyxl.load_workbook("list.xlsx")
    book["List"].row_dimensions[3].hidden = True
    book.save("list.xlsx")
    run = audit("template", "rubric.yaml", "--cases", "list.xlsx", "-o", "form.xlsx")
    assert "note: 1 row left out of the form: List, row 5: a row of totals" in run.err
    assert "note: 1 row is hidden, and in the form like the others" in run.err
    assert "3 cases" in run.err


def test_a_form_that_is_open_is_not_written_over(audit: Audit) -> None:
    made(audit)
    before = Path("form.xlsx").read_bytes()
    save_text(Path("~$form.xlsx"), "")
    run = audit("template", "rubric.yaml", "-o", "form.xlsx", "--force")
    assert (run.code, "is open" in run.err, Path("form.xlsx").read_bytes() == before) == (
        2,
        True,
        True,
    )


def test_a_form_of_another_version_is_said(audit: Audit) -> None:
    form = made(audit, "--cases", save_csv(Path("s.csv"), [["URN"], ["CF-1"]]))
    fill(form, [ANSWERS])
    assert audit("score", form, "--json").json["issues"] == []
    save_text(Path("rubric.yaml"), NIGHT_DUTY.replace("2025.1", "2025.2"))
    (issue,) = audit("score", form, "--json").json["issues"]
    assert (issue["code"], issue["level"]) == ("form-of-another-version", "note")
    assert "made from rubric.yaml 2025.1" in " ".join(audit("score", form, "--full").out.split())


def test_a_time_of_day_is_asked_for_where_a_limit_is_in_hours(audit: Audit) -> None:
    form = made(audit, rubric="police-protection")
    assert 'formatCode="dd mmm yyyy hh:mm"' in parts(form)["xl/styles.xml"]
    prompts = [rule.get("prompt", "") for rule in rules(form) if rule.get("type") == "date"]
    assert any("the time of day" in prompt for prompt in prompts)


def test_without_its_marks_a_form_is_read_by_its_headings(audit: Audit) -> None:
    form = made(audit, "--cases", save_csv(Path("s.csv"), [["URN"], ["CF-1"], ["CF-2"]]))
    fill(form, [ANSWERS, ANSWERS])
    before = audit("score", form, "--json").json
    ((name, marks),) = marked_sheets(form)
    book = openpyxl.load_workbook(form)
    sheet = book[name]
    assert isinstance(sheet, Worksheet)
    sheet.delete_rows((marks.row or 0) + 1)
    book.save(form)
    after = audit("score", form, "--json").json
    assert (after["cases"], after["criteria"]) == (2, before["criteria"])


def test_endless_marks_are_no_marks(audit: Audit) -> None:
    rows = [[f"audit:ask:{'x' * 9}:{'9' * 5000}", "audit:ask:case_ref"], ["Case ref", "District"]]
    save_csv(Path("odd.csv"), [*rows, ["A1", "North"]])
    assert audit("score", "odd.csv", "--rubric", "rubric.yaml").code == 2
    assert audit("check", "odd.csv", "--rubric", "rubric.yaml").code in (0, 2)


def test_more_cases_than_sheets_are_refused(audit: Audit) -> None:
    sample = save_csv(Path("s.csv"), [["URN"], *([f"CF-{n}"] for n in range(251))])
    run = audit("template", "rubric.yaml", "--cases", sample, "--one-case-a-sheet")
    assert (run.code, "can't have a sheet each" in run.err) == (2, True)


def test_what_is_known_of_some_cases_is_asked_of_the_others(audit: Audit) -> None:
    rows = [["URN", "Ethnicity"], ["CF-1", "W1"], ["CF-2", ""], ["CF-3", ""]]
    form = made(audit, "--cases", save_csv(Path("s.csv"), rows))
    ((name, marks),) = marked_sheets(form)
    sheet = openpyxl.load_workbook(form)[name]
    assert isinstance(sheet, Worksheet)
    at, first = columns(marks)["ethnicity", 0], (marks.row or 0) + 3
    assert sheet.cell((marks.row or 0), at).value == "Required"
    assert [sheet.cell(row, at).protection.locked for row in (first, first + 1)] == [True, False]
    fill(form, [ANSWERS | {("ethnicity", 0): "W1"}, {("ethnicity", 0): "W2"}])
    result = audit("score", form, "--json").json
    assert (result["cases"], result["not_read"]) == (1, 2)
