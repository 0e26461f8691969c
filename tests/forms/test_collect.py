"""`audit collect`: what comes back is put together, and what is in doubt is held back and said."""

import shlex
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
from filled import Answers, columns, fill, fill_word, marked_sheets
from openpyxl.worksheet.worksheet import Worksheet

from binary_files import BinaryBook
from casefile_audit.files.workbook import open_workbook, text_of
from casefile_audit.intake.form_marks import form_marks
from workbooks import NIGHT_DUTY, Audit, Run, save_csv, save_text

ANSWERS: Answers = {
    ("ethnicity", 0): "W1 White British",
    ("disability", 0): "No",
    ("protected", 0): "Yes",
    ("reviewed", 0): "No",
    ("reviews", 1): "12 Jan 2026",
    ("grade", 0): "requires improvement",
}
YES: Answers = {**ANSWERS, ("reviewed", 0): "Yes"}


def form(
    audit: Audit,
    name: str,
    cases: Mapping[str, Answers],
    reader: str = "",
    rubric: str = "rubric.yaml",
) -> Path:
    """A form that a reader filled in, in the folder ``back``."""
    Path("back").mkdir(exist_ok=True)
    path = Path("back", name)
    sample = save_csv(Path("s.csv"), [["URN"], *([reference] for reference in cases)])
    run = audit("template", rubric, "--cases", sample, "-o", path, "--reader", reader)
    assert run.code == 0, run.err
    (fill_word if path.suffix == ".docx" else fill)(path, list(cases.values()))
    return path


def collected(audit: Audit, *arguments: str | Path, to: str = "all.xlsx") -> Run:
    run = audit("collect", *(arguments or ("back",)), "-o", to, "--force", "--full")
    assert run.code == 0, run.err
    return run


def rows(sheet: str = "Cases", file: str = "all.xlsx") -> list[dict[str, str]]:
    """The rows of a sheet of a collection, by heading."""
    (found,) = (its for its in open_workbook(Path(file)).sheets if its.name == sheet)
    marks = form_marks(found)
    assert marks is not None
    assert marks.row is not None
    head = [text_of(cell) for cell in found.rows[marks.row + 1]]
    return [dict(zip(head, map(text_of, row), strict=True)) for row in found.rows[marks.row + 2 :]]


def sheets(file: str = "all.xlsx") -> list[str]:
    return [sheet.name for sheet in open_workbook(Path(file)).sheets]


def words(run: Run) -> str:
    return " ".join(run.out.split())


def cases_of(path: Path) -> tuple[openpyxl.Workbook, Worksheet, int]:
    """A form open to be changed: its sheet of cases, and the row of its headings from 1."""
    ((name, marks),) = marked_sheets(path)
    book = openpyxl.load_workbook(path)
    sheet = book[name]
    assert isinstance(sheet, Worksheet)
    return book, sheet, (marks.row or 0) + 2


def rota(*given: Sequence[str]) -> Path:
    head = ("Case reference", "Team", "Reviewing team", "Reviewer")
    return save_csv(Path("rota.csv"), [head, *((case, "T", who, who) for case, who in given)])


def test_every_row_is_traced_and_scored(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-1": ANSWERS, "CF-2": YES, "CF-3": {}}, "Bury")
    form(audit, "Oldham.xlsx", {"CF-4": YES}, "Oldham")
    run = collected(audit)
    assert [(r["Case ref"], r["File"], r["Sheet"], r["Place"]) for r in rows()] == [
        ("CF-1", "Bury.xlsx", "Cases", "row 6"),
        ("CF-2", "Bury.xlsx", "Cases", "row 7"),
        ("CF-4", "Oldham.xlsx", "Cases", "row 6"),
        ("CF-3", "Bury.xlsx", "Cases", "row 8"),  # nobody has read it yet
    ]
    assert "3 of 4 read" in words(run)
    result = audit("score", "all.xlsx", "--json").json
    assert (result["cases"], result["criteria"]["review-recorded"]["missing"]) == (3, 1)
    assert (result["not_read"], [its["code"] for its in result["issues"]]) == (
        1,
        ["cases-not-read"],
    )
    assert "3 of 4 read" in words(collected(audit, "all.xlsx", to="again.xlsx"))


def test_a_case_that_another_reader_read_is_not_waited_for(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-1": ANSWERS, "CF-2": {}}, "Bury")
    form(audit, "Oldham.xlsx", {"CF-1": {}, "CF-2": YES}, "Oldham")
    collected(audit)
    assert [row["Case ref"] for row in rows()] == ["CF-1", "CF-2"]
    assert audit("score", "all.xlsx", "--json").json["not_read"] == 0


def test_what_one_form_leaves_unread_is_named_and_alike_doubts_are_one_line(audit: Audit) -> None:
    odd: Answers = {**YES, ("protected", 0): "Martian"}
    form(audit, "Bury.xlsx", {"CF-1": odd, "CF-2": odd, "CF-3": odd, "CF-4": {}}, "Bury")
    said = words(audit("collect", "back", "-o", "all.xlsx"))
    assert "3 of 4 read; not yet: CF-4." in said
    assert "Bury.xlsx, Cases, E6 and 2 other cells: `a text of 7 characters`" in said
    assert "Bury.xlsx, Cases, E8: `a text of 7 characters`" in words(collected(audit))  # in full


def test_columns_that_moved_are_known_and_one_that_was_put_in_is_said(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-1": ANSWERS}, "Bury")
    before = (collected(audit), rows())[1]
    path = Path("back/Bury.xlsx")
    book, sheet, head = cases_of(path)
    sheet.insert_cols(3)
    sheet.cell(head, 3).value = "My own thoughts"
    sheet.cell(head + 1, 3).value = "odd"
    for row in range(1, head + 2):
        one, other = sheet.cell(row, 4), sheet.cell(row, 5)
        one.value, other.value = other.value, one.value
    book.save(path)
    run = collected(audit)
    assert [{k: v for k, v in row.items() if k != "My own thoughts"} for row in rows()] == before
    assert "column C “My own thoughts” is no question of the form" in words(run)


def test_a_heading_that_was_changed_is_named_and_its_answers_are_kept(audit: Audit) -> None:
    path = form(audit, "Bury.xlsx", {"CF-1": ANSWERS}, "Bury")
    book, sheet, head = cases_of(path)
    ((_, marks),) = marked_sheets(path)
    sheet.cell(head, columns(marks)["ethnicity", 0]).value = "Ethnic origin"
    book.save(path)
    run = collected(audit)
    assert rows()[0]["Ethnicity"] == "W1 White British"
    assert "Bury.xlsx, Cases, cell C5: the heading was changed to “Ethnic origin”" in words(run)


def test_a_column_that_comes_twice_is_named_by_its_letter(audit: Audit) -> None:
    table = [["URN", "Review recorded", " Remarks", "Remarks"], ["CF-1", "Yes", "a", "b"]]
    save_csv(Path("one.csv"), table)
    collected(audit, "one.csv", "--rubric", "rubric.yaml")
    (row,) = rows()
    assert (row["Remarks"], row["Remarks (column D)"]) == ("a", "b")


def test_what_a_version_does_not_ask_is_not_missing(audit: Audit) -> None:
    form(audit, "one.xlsx", {"CF-1": ANSWERS}, "Bury")
    newer = NIGHT_DUTY.replace("2025.1", "2025.2").replace("disability", "plan")
    save_text(Path("rubric.yaml"), newer.replace("Disability or SEN", "Plan"))
    new = {("plan", 0): "made", **{k: v for k, v in YES.items() if k[0] != "disability"}}
    form(audit, "two.xlsx", {"CF-2": new}, "Oldham")
    run = collected(audit)
    assert [(r["Disability"], r["Plan"]) for r in rows()] == [
        ("No", "[not asked]"),
        ("[not asked]", "made"),
    ]
    assert "1 form of version 2025.1" in words(run)
    plan = audit("score", "all.xlsx", "--json").json["criteria"]["plan-recorded"]
    assert (plan["missing"], plan["applicable"]) == (0, 1)
    collected(audit, "all.xlsx", to="again.xlsx")
    assert rows(file="again.xlsx") == rows()


def test_a_case_that_comes_back_twice_and_alike_is_kept_once(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-1": ANSWERS}, "Bury")
    form(audit, "Bury again.xlsx", {"CF-1": ANSWERS, "CF-2": YES}, "Bury")
    run = collected(audit)
    assert [row["Case ref"] for row in rows()] == ["CF-1", "CF-2"]
    assert "kept once" in words(run)


def test_a_case_that_differs_is_held_back_with_every_cell(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-3": ANSWERS, "CF-4": YES}, "Bury")
    other = {**ANSWERS, ("disability", 0): "Yes", ("reviewed", 0): "Yes"}
    form(audit, "Bury late.xlsx", {"CF-3": other}, "Bury")
    run = collected(audit)
    assert [row["Case ref"] for row in rows()] == ["CF-4"]
    assert [row["Case ref"] for row in rows("To settle")] == ["CF-3", "CF-3"]
    said = words(run)
    for address in ("Bury.xlsx, Cases, D6", "Bury.xlsx, Cases, F6", "Bury late.xlsx, Cases, D6",
                    "Bury late.xlsx, Cases, F6"):  # fmt: skip
        assert address in said
    assert audit("score", "all.xlsx", "--json").json["cases"] == 1


def test_a_later_saving_with_more_answers_is_taken_and_both_are_kept(audit: Audit) -> None:
    form(
        audit, "Bury.xlsx", {"CF-1": {k: v for k, v in ANSWERS.items() if k[0] != "grade"}}, "Bury"
    )
    form(audit, "recovered.xlsx", {"CF-1": ANSWERS}, "Bury")
    run = collected(audit)
    assert [row["File"] for row in rows()] == ["recovered.xlsx"]
    assert [row["File"] for row in rows("Older savings")] == ["Bury.xlsx"]
    assert "is proposed; both are kept" in words(run)


def test_two_readers_of_a_case_go_to_agreement(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-5": ANSWERS, "CF-6": YES}, "Bury")
    form(audit, "Oldham.xlsx", {"CF-5": YES}, "Oldham")
    collected(audit)
    assert [row["Case ref"] for row in rows()] == ["CF-5", "CF-6"]
    found = audit(
        "agree", "all.xlsx", "--sheet", "First readings", "--sheet", "Second readings", "--json"
    ).json
    assert found["cases"] if "cases" in found else found["criteria"]
    assert audit("score", "all.xlsx", "--json").json["cases"] == 2


def test_who_is_missing_is_told_from_the_rota(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-1": ANSWERS, "CF-2": {}}, "Bury")
    given = rota(("CF-1", "Bury"), ("CF-2", "Bury"), ("CF-3", "Oldham"), ("CF-4", "Oldham"))
    run = collected(audit, "back", "--rota", given)
    assert "1 of 4 back; Oldham 0 of 2" in words(run)
    progress = next(s for s in open_workbook(Path("all.xlsx")).sheets if s.name == "Progress")
    assert [[text_of(cell) for cell in row] for row in progress.rows[1:]] == [
        ["Bury", "1", "2", "", "CF-2"],
        ["Oldham", "0", "2", "", "CF-3, CF-4"],
    ]


def test_a_reference_that_was_retyped_is_neither_back_nor_lost(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-O12": ANSWERS, "cf 013": YES}, "Bury")
    run = collected(audit, "back", "--rota", rota(("CF-012", "Bury"), ("CF-013", "Bury")))
    assert "CF-O12 (Bury.xlsx, Cases, row 6) was given to nobody: did you mean CF-012?" in words(
        run
    )
    assert "1 of 2 back" in words(run)
    assert "CF-012?" in run.out
    assert [row["Case ref"] for row in rows()] == ["cf 013"]


def test_locks_and_copies_are_passed_over_and_said(audit: Audit) -> None:
    path = form(audit, "Bury.xlsx", {"CF-1": ANSWERS})
    shutil.copy(path, "back/Bury (1).xlsx")
    save_text(Path("back/~$Bury.xlsx"), "lock")
    run = collected(audit)
    assert [(row["File"], row["Reader"]) for row in rows()] == [("Bury.xlsx", "Bury")]
    assert "Bury (1).xlsx is the very same file as Bury.xlsx" in words(run)
    assert "~$Bury.xlsx is what a program keeps" in words(run)


def test_what_came_back_is_never_written_over(audit: Audit) -> None:
    path = form(audit, "Bury.xlsx", {"CF-1": ANSWERS})
    form(audit, "Oldham.xlsx", {"CF-2": YES})
    before = path.read_bytes()
    run = audit("collect", "back", "-o", "back/Bury.xlsx", "--force")
    assert (run.code, "is one of the files that came back" in run.err) == (2, True)
    assert path.read_bytes() == before
    collected(audit, "back", to="back/all.xlsx")
    assert audit("collect", "back", "-o", "back/all.xlsx", "--force").code == 0
    assert [row["Case ref"] for row in rows("Cases", "back/all.xlsx")] == ["CF-1", "CF-2"]


def test_collecting_what_was_collected_changes_nothing(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-1": ANSWERS, "CF-2": YES, "CF-9": ANSWERS}, "Bury")
    form(audit, "late.xlsx", {"CF-2": {**YES, ("disability", 0): "Other"}}, "Bury")
    form(audit, "Oldham.docx", {"CF-1": YES}, "Oldham")
    collected(audit, "back", "--rota", rota(("CF-1", "Bury"), ("CF-1", "Oldham"), ("CF-2", "Bury")))
    collected(audit, "all.xlsx", to="again.xlsx")
    for sheet in ("Cases", "First readings", "Second readings", "To settle", "Not in the rota"):
        assert rows(sheet, "again.xlsx") == rows(sheet), sheet


def test_word_and_workbook_say_the_same(audit: Audit) -> None:
    form(audit, "one.xlsx", {"CF-1": ANSWERS}, "Bury")
    form(audit, "two.docx", {"CF-1": ANSWERS}, "Oldham")
    collected(audit)
    book, word = rows("First readings")[0], rows("Second readings")[0]
    came = {"File", "Sheet", "Place", "Reader"}
    assert {k: v for k, v in book.items() if k not in came} == {
        k: v for k, v in word.items() if k not in came
    }


def test_what_is_hidden_is_read_and_said(audit: Audit) -> None:
    path = form(audit, "Bury.xlsx", {"CF-1": ANSWERS, "CF-2": YES, "CF-3": YES}, "Bury")
    book, sheet, head = cases_of(path)
    for row in (head + 1, head + 2):
        sheet.row_dimensions[row].hidden = True
    sheet.sheet_state = "hidden"
    book.save(path)
    run = collected(audit)
    assert len(rows()) == 3
    assert "2 hidden rows were read" in words(run)
    assert "the sheet Cases was hidden, and was read" in words(run)


def test_a_cell_outside_its_list_is_reported_and_never_a_no(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-1": {**ANSWERS, ("reviewed", 0): "Maybe"}}, "Bury")
    run = collected(audit)
    assert "Bury.xlsx, Cases, F6: `Maybe`; expected yes, partly or no." in words(run)
    review = audit("score", "all.xlsx", "--json").json["criteria"]["review-recorded"]
    assert (review["missing"], review["cannot_tell"]) == (0, 1)


def test_a_date_before_the_birth_is_asked_about(audit: Audit) -> None:
    born = NIGHT_DUTY.replace("  allocated:", "  born: {type: date, headings: [DOB]}\n  allocated:")
    save_text(Path("rubric.yaml"), born)
    answers = {**ANSWERS, ("born", 0): "12 Jan 2020", ("reviews", 1): "12 Jan 2016"}
    form(audit, "Bury.xlsx", {"CF-1": answers}, "Bury")
    assert "expected a date after the date of birth" in words(collected(audit))


def test_sectors_are_kept_apart(audit: Audit) -> None:
    sample = save_csv(Path("s.csv"), [["Case ref"], ["PR-1"]])
    for reader, shared in (("Bury", "Yes"), ("Leigh", "No")):
        path = Path(f"{reader}.xlsx")
        audit("template", "peer-review", "--cases", sample, "-o", path, "--reader", reader)
        book = openpyxl.load_workbook(path)
        for name, marks in marked_sheets(path):
            sheet = book[name]
            assert isinstance(sheet, Worksheet)
            at = columns(marks)["shared", 0]
            sheet.cell((marks.row or 0) + 3, at).value = shared
        book.save(path)
    run = collected(audit, "Bury.xlsx", "Leigh.xlsx")
    assert {"Police", "Health", "First readings Police", "Second readings Health"} < {*sheets()}
    assert "1 case read by more than one reader" in words(run)
    result = audit("score", "all.xlsx", "--by", "sector", "--json").json
    assert {name: group["cases"] for name, group in result["groups"]["sector"].items()} == {
        "police": 1,
        "social-care": 1,
        "health": 1,
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("empty",), "there is no form among these files"),
        (("absent.xlsx",), "there is no file absent.xlsx"),
        (("back", "--rota", "s.csv"), "is no rota"),
        (("back", "--rubric", "nothing"), "there is no rubric `nothing`"),
        (("damaged.xlsx",), "damaged.xlsx"),
        (("damaged.xlsx", "damaged.docx"), "there is no form among these files"),
    ],
)
def test_mistakes_are_said_and_nothing_is_written(
    audit: Audit, arguments: tuple[str, ...], said: str
) -> None:
    form(audit, "Bury.xlsx", {"CF-1": ANSWERS})
    Path("empty").mkdir()
    for name in ("damaged.xlsx", "damaged.docx"):
        save_text(Path(name), f"PK\x03\x04 and no more {name}")
    run = audit("collect", *arguments, "-o", "all.xlsx")
    assert (run.code, said in run.err, Path("all.xlsx").exists()) == (2, True, False), run.err


def test_forms_of_different_rubrics_are_not_mixed(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-1": ANSWERS})
    sample = save_csv(Path("s.csv"), [["Case ref"], ["PR-1"]])
    audit("template", "peer-review", "--cases", sample, "-o", "back/other.xlsx")
    run = audit("collect", "back", "-o", "all.xlsx")
    assert (run.code, "different rubrics" in run.err) == (2, True)


def test_a_sample_comes_along_with_the_files_that_could_not_be_read(audit: Audit) -> None:
    listed = [["Case reference", "District"], *([f"CF-{n}", "North"] for n in range(1, 31))]
    save_csv(Path("population.csv"), listed)
    drawn = audit("sample", "population.csv", "--size", "4", "--seed", "s", "-o", "sample.xlsx")
    assert drawn.code == 0, drawn.err
    audit(
        "template", "rubric.yaml", "--cases", "sample.xlsx", "-o", "form.xlsx", "--reader", "Bury"
    )
    fill(Path("form.xlsx"), [ANSWERS, YES])
    book, sheet, head = cases_of(Path("form.xlsx"))
    (unavailable,) = [cell.column for cell in sheet[head] if cell.value == "Not available because"]
    sheet.cell(head + 3, unavailable).value = "sealed"
    book.save("form.xlsx")
    run = collected(audit, "form.xlsx", "--cases", "sample.xlsx")
    assert len(rows()) == 4
    assert "couldn't be read" in words(run)
    assert "1 of the 4 cases of the list came back from nobody" in words(run)
    result = audit("score", "all.xlsx", "--json").json
    assert (result["cases"], result["not_read"]) == (2, 1)
    assert sum(sheet["unavailable"] for sheet in result["inputs"]) == 1
    samples = [
        [list(row) for row in its.rows]
        for file in ("sample.xlsx", "form.xlsx", "all.xlsx")
        for its in open_workbook(Path(file)).sheets
        if its.name == "Sample"
    ]
    assert len(samples) == 3
    assert samples[0] == samples[1] == samples[2]
    sheet.cell(head + 1, unavailable).value = "sealed"  # and it is answered all the same
    book.save("form.xlsx")
    again = words(collected(audit, "form.xlsx"))
    assert "there is a reason why the file couldn't be read, and there are answers" in again
    assert "1 case couldn't be read" in again


def test_nobody_waits_for_a_reserve_nor_are_second_readings_the_whole_sample(audit: Audit) -> None:
    listed = [["Case reference", "District"], *([f"CF-{n}", "North"] for n in range(1, 31))]
    save_csv(Path("population.csv"), listed)
    drawn = ("--size", "4", "--reserve", "2", "--seed", "s", "-o", "sample.xlsx")
    assert audit("sample", "population.csv", *drawn).code == 0
    Path("back").mkdir()
    for reader, read in (("Bury", 4), ("Leigh", 2)):
        path = f"back/{reader}.xlsx"
        asked = ("--cases", "sample.xlsx", "--reader", reader, "-o", path)
        assert "4 cases and 2 in reserve" in audit("template", "rubric.yaml", *asked).err
        fill(Path(path), [ANSWERS] * read)
    run = collected(audit, "back", "--cases", "sample.xlsx")
    assert "Bury 4 of 4" in words(run)
    assert "Leigh 2 of 4" in words(run)
    assert "from nobody" not in words(run)
    assert "Reserve number" not in words(run)
    sheets = ("--sheet", "First readings", "--sheet", "Second readings")
    found = audit("agree", "all.xlsx", *sheets, "--json").json
    assert [its["code"] for its in found["doubts"]] == []


def test_one_reader_under_two_names_is_asked_about(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-1": ANSWERS})
    form(audit, "Bury_v2.xlsx", {"CF-1": YES})
    run = collected(audit, "back", "--rota", rota(("CF-1", "Bury")))
    assert "CF-1 was given to 1 reader, and came back from Bury and Bury_v2" in words(run)


def test_a_file_that_is_no_form_is_said_first(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-1": ANSWERS})
    save_csv(Path("back/minutes.csv"), [["Agenda"], ["Tea"]])
    run = collected(audit)
    assert "To be settled - minutes.csv: nothing was read" in words(run)
    assert "1 case from 1 form" in words(run)


def test_nothing_in_a_folder_goes_without_a_word_and_a_list_is_no_form(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-1": ANSWERS})
    form(audit, "Leigh.xlsx", {"CF-2": ANSWERS})
    Path("back/North").mkdir()
    shutil.move("back/Leigh.xlsx", "back/North/Leigh.xlsx")
    old = [["URN", "Ethnicity", "Review recorded"], ["CF-3", "W1", "Yes"]]
    Path("back/Oldham.xls").write_bytes(BinaryBook(old).xls())
    for name in ("Wigan.doc", "scan.pdf", "Thumbs.db", ".DS_Store"):
        save_text(Path("back", name), "no form")
    shutil.move(rota(("CF-1", "Bury"), ("CF-2", "Leigh"), ("CF-3", "Oldham")), "back/rota.csv")
    run = collected(audit, "back", "--rota", "back/rota.csv")
    assert "3 of 3 back" in words(run)
    assert [row["File"] for row in rows()] == ["Bury.xlsx", "Leigh.xlsx", "Oldham.xls"]
    for name in ("Wigan.doc", "scan.pdf"):
        assert f"{name}: nothing was read: {name} is not a kind of file that is read" in words(run)
    assert not {"Thumbs.db", ".DS_Store", "rota.csv"} & set(words(run).replace(":", " ").split())


def test_a_table_that_answers_no_question_is_no_form(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-1": ANSWERS})
    save_csv(Path("back/given.csv"), [["Case ref", "District", "Reviewer"], ["CF-1", "T", "Bury"]])
    run = collected(audit)
    assert "given.csv: nothing was read: it has no column for any question" in words(run)
    assert "1 of 1 read" in words(run)


def test_what_somebody_read_for_another_is_said(audit: Audit) -> None:
    form(audit, "Smith.xlsx", {"CF-1": ANSWERS, "CF-2": YES, "CF-3": YES}, "Jo Smith")
    form(audit, "guest.xlsx", {"CF-4": YES}, "a guest")
    given = [("CF-1", "Kim Jones"), ("CF-2", "Kim Jones"), ("CF-3", "Jo Smith"), ("CF-4", "Bury")]
    said = words(collected(audit, "back", "--rota", rota(*given)))
    assert "4 of 4 back" in said
    assert "given to Kim Jones, and came back from Jo Smith: CF-1 and CF-2" in said
    assert said.count("and came back from") == 1


def test_what_the_only_reviewer_has_not_sent_back_is_named(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-1": ANSWERS})
    run = collected(audit, "back", "--rota", rota(("CF-1", "Bury"), ("CF-2", "Bury")))
    assert "1 of 2 back; not yet: CF-2." in words(run)


def test_a_damaged_form_is_said_first_and_the_others_are_brought_together(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-1": ANSWERS})
    whole = form(audit, "Leigh.docx", {"CF-2": ANSWERS})
    Path("back/Oldham.docx").write_bytes(whole.read_bytes()[:-400])
    run = collected(audit)
    assert "To be settled - Oldham.docx: nothing was read" in words(run)
    assert [row["Case ref"] for row in rows()] == ["CF-1", "CF-2"]


def test_what_was_collected_is_there_as_json_without_an_answer(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-1": ANSWERS, "CF-2": YES, "CF-3": {}})
    form(audit, "Leigh.xlsx", {"CF-1": YES, "CF-O4": YES})
    form(audit, "Leigh_2.xlsx", {"CF-1": ANSWERS}, "Leigh")
    save_text(Path("back/damaged.xlsx"), "PK\x03\x04 and no more")
    given = [(f"CF-{n}", "Bury") for n in (1, 2, 3)] + [(f"CF-{n}", "Leigh") for n in (1, 4)]
    run = audit("collect", "back", "--rota", rota(*given), "-o", "all.xlsx", "--json")
    held = run.json
    assert held["schema"] == "casefile-audit/collection/1"
    standing = [(its["standing"], its["case"], its["reader"], its["near"]) for its in held["rows"]]
    assert standing == [
        ("case", "CF-1", "Bury", None),
        ("case", "CF-2", "Bury", None),
        ("to settle", "CF-1", "Leigh", None),
        ("to settle", "CF-1", "Leigh", None),
        ("not in the rota", "CF-O4", "Leigh", "CF-4"),
    ]
    parts = [(its["reader"], its["given"], its["back"]) for its in held["progress"]]
    assert parts == [("Bury", 3, 2), ("Leigh", 2, 1)]
    assert [its["missing"] for its in held["progress"]] == [["CF-3"], []]
    assert [its["asked"] for its in held["progress"]] == [[], ["CF-4"]]
    assert [(its["case"], len(its["cells"])) for its in held["differ"]] == [("CF-1", 2)]
    assert (held["cases"], sum(held["forms"].values())) == (2, 3)
    assert [its.partition(":")[0] for its in held["refused"]] == ["damaged.xlsx"]
    assert "White British" not in run.out
    assert [row["Case ref"] for row in rows()] == ["CF-1", "CF-2", "CF-3"]


@pytest.mark.parametrize(
    ("heading", "kept"), [("Q2. ethnicity?", "Ethnicity"), ("Background", "Background")]
)
def test_a_changed_heading_without_its_mark_is_known_by_its_words_or_named(
    audit: Audit, heading: str, kept: str
) -> None:
    form(audit, "Bury.xlsx", {"CF-1": ANSWERS})
    path = form(audit, "Leigh.xlsx", {"CF-2": ANSWERS})
    book, sheet, head = cases_of(path)
    (column,) = [cell.column for cell in sheet[head] if cell.value == "Ethnicity"]
    sheet.cell(head, column).value = heading
    sheet.delete_rows(head - 1)  # the marks
    book.save(path)
    run = collected(audit)
    said = words(run)
    if heading == kept:
        assert f"Leigh.xlsx, Cases: column C “{heading}” is no question of the form" in said
    (row,) = (its for its in rows() if its["Case ref"] == "CF-2")
    assert row[kept] == "W1 White British"
    assert row["Protected"] == "Yes"


@pytest.mark.parametrize("suffix", ["xlsx", "docx"])
def test_pages_that_nobody_answered_are_not_back(audit: Audit, suffix: str) -> None:
    form(audit, f"Bury.{suffix}", {"CF-1": ANSWERS, "CF-2": {}, "CF-3": {}})
    form(audit, f"Leigh.{suffix}", {"CF-4": {}})
    run = audit("collect", "back", "-o", "all.xlsx", "--json")
    assert [(its["reader"], its["back"], its["missing"]) for its in run.json["progress"]] == [
        ("Bury", 1, ["CF-2", "CF-3"]),
        ("Leigh", 0, ["CF-4"]),
    ]


def test_second_readings_are_suggested_to_agreement(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-1": ANSWERS})
    form(audit, "Leigh.xlsx", {"CF-1": YES})
    collected(audit)
    run = audit("agree", "all.xlsx")
    assert run.code == 2
    assert 'hint: Add --sheet "First readings" --sheet "Second readings".' in run.err
    typed = run.err.partition("Add ")[2].strip().removesuffix(".")
    assert audit("agree", "all.xlsx", *shlex.split(typed)).code == 0


def test_a_sample_tells_what_was_retyped_where_there_is_no_rota(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-O12": ANSWERS})
    listed = save_csv(Path("sample.csv"), [["Case ref"], ["CF-012"], ["CF-013"]])
    run = collected(audit, "back", "--cases", listed)
    assert "did you mean CF-012?" in words(run)
    assert "2 of the 2 cases of the list came back from nobody" in words(run)


def test_forms_of_one_name_in_two_folders_are_told_apart(audit: Audit) -> None:
    form(audit, "Bury.xlsx", {"CF-1": ANSWERS, "CF-2": {}}, "Bury")
    Path("back").rename("early")
    form(audit, "Bury.xlsx", {"CF-1": YES, "CF-2": YES}, "Bury")
    run = collected(audit, "early", "back")
    assert "(early/Bury.xlsx, Cases, F6 and back/Bury.xlsx, Cases, F6)" in words(run)
    assert [row["File"] for row in rows()] == ["back/Bury.xlsx"]
    assert "2 of 2 read" in words(run)
