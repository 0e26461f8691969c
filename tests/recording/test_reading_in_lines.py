"""The reading in lines, for screen readers: a case by standard input gives the same workbook."""

import io
import sys
from pathlib import Path

import openpyxl
import pytest

from casefile_audit.recording.form import open_form
from casefile_audit.recording.session import Session
from forms_read import asked_of
from workbooks import Audit, Run


def typed(audit: Audit, monkeypatch: pytest.MonkeyPatch, form: Path, *lines: str) -> Run:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    return audit("read", form, "--plain", "--rubric", form.with_name("rubric.yaml"))


CASE = ("1", "[none] =1", "yes", "6", "1/3/24", "4 Mar 2024", "", "", "", "", "", "good", "A note")


def test_a_case_by_standard_input_gives_the_same_workbook(
    audit: Audit, monkeypatch: pytest.MonkeyPatch, form: Path
) -> None:
    made = form.read_bytes()
    run = typed(audit, monkeypatch, form, *CASE, ".")
    assert run.code == 0
    assert "Case 1 of 3: C1. District North" in run.out
    assert "Question 3 of 13: Protected. Required." in run.out
    assert "The end of this case; required and missing: 0." in run.out
    assert "Case 2 of 3: C2" in run.out
    assert "3 cases, 1 begun, 1 of them complete" in run.err
    by_lines = form.read_bytes()
    form.write_bytes(made)
    session = Session(open_form(form, None))
    words = ("W1 White – British", "[none] =1", "Yes", "Not applicable", "1 Mar 2024", "4 Mar 2024")
    for asked, answer in zip(session.form.cases[0].asked, words, strict=False):
        session.give(asked, answer)
    session.give(asked_of(session, "grade"), "good")
    session.give(session.form.cases[0].asked[-1], "A note")
    session.close()
    assert form.read_bytes() == by_lines


def test_what_is_no_answer_is_said_and_asked_again(
    audit: Audit, monkeypatch: pytest.MonkeyPatch, form: Path
) -> None:
    run = typed(audit, monkeypatch, form, "=007", "99", "?", "", "", "perhaps", "2", "<", "-", ".")
    assert "Case 3 of 3: 007" in run.out
    assert "“99” is none of the choices." in run.out
    assert "“perhaps” is none of the choices." in run.out
    assert "Answered: Partly" in run.out
    assert "Taken back: not answered." in run.out
    assert "3 cases, 0 begun" in run.err


def test_what_is_there_and_no_answer_is_said_to_be_none(
    audit: Audit, monkeypatch: pytest.MonkeyPatch, form: Path
) -> None:
    book = openpyxl.load_workbook(form)
    cell = next(i for i in open_form(form, None).cases[0].asked if i.question.field == "protected")
    book["Cases"].cell(cell.cell.row + 1, cell.cell.column + 1, "Maybe")
    book.save(form)
    run = typed(audit, monkeypatch, form, "=C1", "", "", ".")
    assert "There stands: Maybe, which can't be read" in run.out


def test_the_end_of_the_input_is_an_end_and_control_characters_are_not_said(
    audit: Audit, monkeypatch: pytest.MonkeyPatch, form: Path
) -> None:
    run = typed(audit, monkeypatch, form, "", "a\x1b[31mb", "<", "=C9", "+")
    assert run.code == 0
    assert "\x1b" not in run.out
    assert "There is no case C9." in run.out
