"""Answers given, taken back, kept and written into the form, which is otherwise as it was."""

import threading
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from casefile_audit.errors import UsageError
from casefile_audit.files.cell_changes import with_cells
from casefile_audit.output import writing
from casefile_audit.recording import session as session_module
from casefile_audit.recording.desk import Desk
from casefile_audit.recording.form import open_form
from casefile_audit.recording.page import page_lines
from casefile_audit.recording.session import Session
from forms_read import asked_of
from workbooks import Audit, save_csv, save_text


def parts(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def journal_of(form: Path) -> Path:
    return form.with_name(f".{form.name}.answers")


def reopened(form: Path) -> Session:
    return Session(open_form(form, None))


def killed(session: Session) -> None:
    """What is left of a reading whose process was killed."""
    session._journal._file.close()


ANSWERS = {
    "ethnicity": ("W1 White – British", "W1 White – British"),
    "disability": ("=Autism\nand [more]", "=Autism\nand [more]"),
    "protected": ("yes", "Yes"),
    "allocated": ("1/3/24", "1 Mar 2024"),
    "grade": ("GOOD", "good"),
}


def test_answers_are_in_the_form_and_score_reads_them(
    form: Path, session: Session, audit: Audit
) -> None:
    before = parts(form)
    for field, (typed, shown) in ANSWERS.items():
        asked = asked_of(session, field)
        assert session.give(asked, typed)
        assert session.value(asked) == shown
        session.save()
        assert (session.trouble, session.unsaved) == ("", False)
    session.close()
    after = parts(form)
    assert list(after) == list(before)
    assert [name for name in after if after[name] != before[name]] == ["xl/worksheets/sheet2.xml"]
    rule = b"<dataValidation "
    assert after["xl/worksheets/sheet2.xml"].count(rule) == before[
        "xl/worksheets/sheet2.xml"
    ].count(rule)
    run = audit("score", form, "--rubric", form.with_name("rubric.yaml"), "--json")
    assert run.code == 0
    (sheet,) = run.json["inputs"]
    assert (sheet["cases"], sheet["not_read"], run.json["problems"]) == (1, 2, [])
    assert not journal_of(form).exists()


def test_an_answer_that_is_taken_back_is_blank_and_missing_again(
    form: Path, session: Session
) -> None:
    case = session.form.cases[0]
    all_missing = len(session.missing(case))
    session.give(asked_of(session, "protected"), "No")
    session.save()
    assert len(session.missing(case)) == all_missing - 1
    session.give(asked_of(session, "protected"), "")
    session.save()
    assert len(session.missing(case)) == all_missing
    assert not session.is_begun(case)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("protected", "perhaps", "none of the choices"),
        ("allocated", "soon", "a date, such as"),
        ("allocated", "1/1/2062", "is no day"),
        ("allocated", "12/13/2024", "a date, such as"),
        ("grade", "very good", "none of the choices"),
        ("disability", "x" * 40_000, "too long"),
    ],
)
def test_what_is_no_answer_is_refused_in_a_sentence(
    session: Session, field: str, typed: str, said: str
) -> None:
    asked = asked_of(session, field)
    with pytest.raises(ValueError, match=said):
        session.give(asked, typed)
    assert (session.value(asked), session.unsaved) == ("", False)


def test_what_was_pasted_over_a_list_is_no_answer_until_it_is_put_right(form: Path) -> None:
    book = openpyxl.load_workbook(form)
    asked = {its.question.field: its for its in open_form(form, None).cases[0].asked}
    for name, text in (("protected", "Maybe"), ("reviewed", "yes"), ("allocated", "31/02/2024")):
        cell = asked[name].cell
        book[cell.sheet].cell(cell.row + 1, cell.column + 1, text)
    book.save(form)
    session = reopened(form)
    case = session.form.cases[0]
    protected = asked_of(session, "protected")
    assert case.asked.index(protected) in session.missing(case)
    desk = Desk(session)
    desk.question = case.asked.index(protected)
    lines = [line.text for line in page_lines(desk, 80, 24)]
    assert any(": Maybe, which can't be read" in line for line in lines), lines
    assert not session.is_answered(asked_of(session, "allocated"))
    assert session.is_answered(asked_of(session, "reviewed"))
    session.give(protected, "No")
    assert case.asked.index(protected) not in session.missing(case)
    session.close()


def test_a_cell_with_a_formula_takes_no_answer_and_bars_no_other(form: Path) -> None:
    book = openpyxl.load_workbook(form)
    first = open_form(form, None).cases[0]
    protected = next(its for its in first.asked if its.question.field == "protected").cell
    book[protected.sheet].cell(protected.row + 1, protected.column + 1, '="Ye"&"s"')
    book.save(form)
    session = reopened(form)
    with pytest.raises(ValueError, match="A formula stands there"):
        session.give(asked_of(session, "protected"), "No")
    session.give(asked_of(session, "grade"), "good")
    session.save()
    assert (session.trouble, session.unsaved) == ("", False)
    session.close()


def test_what_was_answered_before_a_kill_is_there_at_the_next_start(form: Path) -> None:
    first = reopened(form)
    first.at(1, 3)
    first.give(asked_of(first, "protected"), "Yes")
    first.save()
    first.give(asked_of(first, "protected"), "No")  # and the workbook was never written
    killed(first)
    assert journal_of(form).stat().st_mode & 0o777 == 0o600
    again = reopened(form)
    assert (again.case, again.question, again.restored, again.differences) == (1, 3, 1, [])
    assert again.value(asked_of(again, "protected")) == "No"
    again.close()
    assert not journal_of(form).exists()
    last = reopened(form)
    assert last.value(asked_of(last, "protected")) == "No"
    last.close()


def test_a_journal_that_breaks_off_in_a_line_is_read_to_there(form: Path) -> None:
    first = reopened(form)
    first.give(asked_of(first, "protected"), "Yes")
    killed(first)
    with journal_of(form).open("ab") as file:
        file.write(b'{"cell": ["Cases", 5, 4], "of": "C1 x 0", "was": "", "no')
    again = reopened(form)
    assert again.restored == 1
    again.close()


def test_an_answer_goes_to_no_other_case_whose_row_took_its_place(form: Path) -> None:
    first = reopened(form)
    first.give(asked_of(first, "protected"), "Yes")
    killed(first)
    # The rows were sorted meanwhile: the cell is another case's, and as blank as it was.
    sheet = first.form.cases[0].asked[0].cell.sheet
    at = first.form.cases[0].asked[0].cell.row
    moved = with_cells(form.name, form.read_bytes(), {sheet: {(at, 0): "C2", (at + 1, 0): "C1"}})
    form.write_bytes(moved)
    again = reopened(form)
    (difference,) = again.differences
    assert "which was of C1 protected" in difference.place
    assert difference.journal == "Yes"
    assert not any(again.is_begun(case) for case in again.form.cases)
    again.close()


def changed_elsewhere(form: Path, answer: str) -> None:
    """The workbook as another program leaves it, with an answer of its own."""
    journal = journal_of(form)
    aside = journal.rename(journal.with_name("aside")) if journal.exists() else None
    other = reopened(form)
    other.give(asked_of(other, "protected"), answer)
    other.close()
    if aside:
        aside.rename(journal)


def test_a_workbook_that_was_changed_meanwhile_is_not_written_over(
    form: Path, session: Session
) -> None:
    session.give(asked_of(session, "grade"), "good")
    session.save()
    changed_elsewhere(form, "Partly")
    before = form.read_bytes()
    session.give(asked_of(session, "protected"), "Yes")
    session.give(asked_of(session, "reviewed"), "No")
    session.save()
    assert "was changed by another program" in session.trouble
    assert not session.can_save
    assert form.read_bytes() == before
    session.close()
    again = reopened(form)
    (difference,) = again.differences
    assert (difference.journal, difference.workbook) == ("Yes", "Partly")
    assert difference.place.startswith("Cases!")
    assert again.value(asked_of(again, "protected")) == "Partly"
    assert again.value(asked_of(again, "reviewed")) == "No"
    again.close()


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "_PAUSE", 0.02)


@pytest.mark.usefixtures("_impatient")
def test_a_workbook_that_is_held_for_a_moment_is_written_after_it(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, tries = writing._put, []

    def held(*arguments: Any) -> None:
        tries.append(arguments)
        if len(tries) < 4:
            raise PermissionError(13, "Permission denied")
        real(*arguments)

    monkeypatch.setattr(writing, "_put", held)
    session.give(asked_of(session, "protected"), "Yes")
    session.save()
    assert (len(tries), session.trouble, session.unsaved) == (4, "", False)


@pytest.mark.usefixtures("_impatient")
def test_a_workbook_that_is_held_for_good_is_said_and_the_answers_come_back(
    form: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    first = reopened(form)
    with monkeypatch.context() as patch:
        patch.setattr(writing, "_put", held)
        first.give(asked_of(first, "protected"), "Yes")
        first.save()
        assert "Not in the workbook yet" in first.trouble
        first.close()
    assert sorted(path.name for path in form.parent.iterdir()) == [
        ".form.xlsx.answers",
        "form.xlsx",
        "rubric.yaml",
    ]
    again = reopened(form)
    assert (again.restored, again.value(asked_of(again, "protected"))) == (1, "Yes")
    again.close()


@pytest.mark.usefixtures("_impatient")
def test_a_workbook_that_is_open_in_a_spreadsheet_is_not_begun_nor_written(
    form: Path, session: Session
) -> None:
    before = form.read_bytes()
    lock = save_text(form.with_name("~$form.xlsx"), "")
    session.give(asked_of(session, "protected"), "Yes")
    session.save()
    assert "is open in a spreadsheet program" in session.trouble
    assert form.read_bytes() == before
    lock.unlink()
    session.save()
    assert session.trouble == ""
    session.close()
    save_text(form.with_name("~$form.xlsx"), "")
    with pytest.raises(UsageError, match="open in a spreadsheet"):
        reopened(form)


def test_two_windows_do_not_read_one_form(form: Path, session: Session) -> None:
    with pytest.raises(UsageError, match="in another window"):
        reopened(form)


def test_answers_from_two_threads_are_all_written(form: Path, session: Session) -> None:
    workers = [threading.Thread(target=session.save) for _ in range(4)]
    for field in ("protected", "reviewed"):
        session.give(asked_of(session, field), "Yes")
        workers[0 if field == "protected" else 1].start()
    for worker in workers[2:]:
        worker.start()
    for worker in workers:
        worker.join()
    session.save()
    assert (session.trouble, session.unsaved) == ("", False)


def test_it_begins_at_what_is_begun_and_not_done(form: Path) -> None:
    first = reopened(form)
    assert first.case == 0
    first.give(asked_of(first, "grade", case=1), "good")
    first.close()
    again = reopened(form)
    assert again.case == 1
    again.close()


@pytest.mark.parametrize("option", [(), ("--one-case-a-sheet",)])
@pytest.mark.parametrize("cases", [True, False])
def test_every_kind_of_form_is_read(
    audit: Audit, tmp_path: Path, option: tuple[str, ...], cases: bool
) -> None:
    listed = save_csv(tmp_path / "cases.csv", [["Case ref", "District"], ["C1", "North"]])
    given = ("--cases", listed) if cases else ()
    assert audit("template", "rubric.yaml", *given, *option, "-o", "form.xlsx").code == 0
    session = reopened(tmp_path / "form.xlsx")
    if not cases:
        session.give(asked_of(session, "case_ref"), "C9")
    assert session.reference(session.form.cases[0]) == ("C1" if cases else "C9")
    for field, answer in (("protected", "Yes"), ("grade", "good"), ("allocated", "1 Mar 2024")):
        session.give(asked_of(session, field), answer)
    session.close()
    scored = audit("score", "form.xlsx", "--json").json
    assert (sum(its["cases"] for its in scored["inputs"]), scored["problems"]) == (1, [])


def test_a_form_of_several_sectors_is_read_sheet_by_sheet(audit: Audit, tmp_path: Path) -> None:
    listed = save_csv(tmp_path / "cases.csv", [["Case ref", "District"], ["C1", "North"]])
    audit("template", "peer-review", "--cases", listed, "-o", "form.xlsx")
    form = open_form(tmp_path / "form.xlsx", None)
    assert len(form.cases) == 3
    assert len({case.place for case in form.cases}) == 3


def test_what_is_no_form_is_said(audit: Audit, tmp_path: Path) -> None:
    save_csv(tmp_path / "a.csv", [["Case ref"], ["C1"]])
    for path, said in (("a.csv", "isn't an .xlsx workbook"), ("none.xlsx", "none.xlsx")):
        run = audit("read", path, "--plain")
        assert run.code == 2
        assert said in run.err
    save_text(tmp_path / "rubric.yaml", (tmp_path / "rubric.yaml").read_text())
    audit("template", "rubric.yaml", "-o", "form.xlsx")
    rubric = (tmp_path / "rubric.yaml").read_text()
    for old, new, said in (
        ("target: 95", "target: 90", ""),
        ("inadequate]", "poor]", "Grade: asked in other words, or other choices"),
        ("a review?", "any review?", "Reviewed: asked in other words"),
        ("ethnicity: {type", "origin: {type", "ethnicity: not asked any more"),
    ):
        changed = rubric.replace(old, new).replace("recorded: ethnicity", "recorded: origin")
        save_text(
            tmp_path / "rubric.yaml", changed if "origin" in new else rubric.replace(old, new)
        )
        if not said:
            assert open_form(tmp_path / "form.xlsx", None).cases
            continue
        run = audit("read", "form.xlsx", "--plain")
        assert run.code == 2
        assert said in run.err


def test_without_a_terminal_the_other_way_is_named(audit: Audit, form: Path) -> None:
    run = audit("read", form)
    assert run.code == 2
    assert "--plain" in run.err
