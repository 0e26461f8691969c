"""Word forms: their controls, what is read of them, and what other programs make of them."""

import re
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import docx
from docx.oxml.ns import qn
from filled import fill, fill_word

from workbooks import Audit, save_csv

ANSWERS = {
    ("ethnicity", 0): "W1 White British",
    ("disability", 0): "No",
    ("protected", 0): "Yes",
    ("reviewed", 0): "No",
    ("reviews", 1): "12 Jan 2026",
    ("allocated", 0): "01 Jan 2026",
    ("grade", 0): "requires improvement",
}
READ = ("--rubric", "rubric.yaml", "--as-of", "2026-11-01", "--json")


def made(audit: Audit, references: int = 2, name: str = "form.docx") -> Path:
    sample = save_csv(Path("s.csv"), [["URN"], *([f"CF-{n}"] for n in range(1, references + 1))])
    run = audit("template", "rubric.yaml", "--cases", sample, "-o", name, "--force")
    assert run.code == 0, run.err
    return Path(name)


def rewritten(path: Path, change: dict[str, str]) -> Path:
    """The document with its markup changed by regular expressions."""
    with ZipFile(path) as package:
        held = {name: package.read(name) for name in package.namelist()}
    text = held["word/document.xml"].decode()
    for pattern, new in change.items():
        text, changed = re.subn(pattern, new, text)
        assert changed
    held["word/document.xml"] = text.encode()
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        for name, data in held.items():
            package.writestr(name, data)
    return path


def test_a_word_form_is_scored_as_the_workbook_is(audit: Audit) -> None:
    word = fill_word(made(audit), [ANSWERS, {**ANSWERS, ("reviewed", 0): "Yes"}])
    book = fill(made(audit, name="form.xlsx"), [ANSWERS, {**ANSWERS, ("reviewed", 0): "Yes"}])
    of_word, of_book = (audit("score", form, *READ).json for form in (word, book))
    assert of_word["criteria"] == of_book["criteria"]
    assert of_word["cases"] == 2
    assert of_word["grades"] == of_book["grades"]


def test_a_prompt_is_no_answer_in_whatever_words(audit: Audit) -> None:
    form = made(audit)
    rewritten(form, {"Choose an item\\.": "Dewiswch eitem."})
    fill_word(form, [ANSWERS])
    result = audit("score", form, *READ).json
    assert (result["cases"], [i["code"] for i in result["issues"]]) == (1, ["forms-unread"])


def test_tags_that_are_gone_are_made_up_for_by_numbers(audit: Audit) -> None:
    form = fill_word(made(audit), [ANSWERS])
    before = audit("score", form, *READ).json["criteria"]
    rewritten(form, {r'<w:tag w:val="[^"]*"/>': "", "Ethnicity<": "Ethnic origin now<"})
    result = audit("score", form, *READ).json
    assert result["criteria"] == before
    assert [i["code"] for i in result["issues"]] == ["forms-unread"]


def test_without_tags_and_numbers_no_answer_is_guessed(audit: Audit) -> None:
    form = fill_word(made(audit, references=1), [ANSWERS])
    change = {r'<w:tag w:val="[^"]*"/>': "", r"<w:t>\d+</w:t>": "<w:t></w:t>"}
    rewritten(form, {**change, "Ethnicity<": "Ethnic origin now<"})
    result = audit("score", form, *READ).json
    assert result["criteria"]["ethnicity-recorded"]["applicable"] == 0
    assert result["criteria"]["review-recorded"]["missing"] == 1
    said = audit("check", form, "--rubric", "rubric.yaml", "--full").out
    assert re.search(r"(?s)Fields without a label.*ethnicity", said)


def test_controls_are_read_wherever_they_stand(audit: Audit) -> None:
    form = fill_word(made(audit, references=1), [ANSWERS])
    before = audit("score", form, *READ).json["criteria"]
    document = docx.Document(str(form))
    controls = list(document.element.body.iter(qn("w:sdt")))
    block, cell, row = controls[2], controls[3], controls[4]
    for control, kind in ((block, "w:p"), (cell, "w:tc"), (row, "w:tr")):
        inside = control.find(qn("w:sdtContent"))
        around = next(control.iterancestors(qn(kind)))
        for child in list(inside):
            control.getparent().insert(control.getparent().index(control), child)
            assert child.tag == qn("w:r")
        control.getparent().remove(control)
        around.getparent().replace(around, control)
        inside.append(around)
    document.save(str(form))
    assert audit("score", form, *READ).json["criteria"] == before


def test_a_word_form_is_of_cases_each_with_pages_of_its_own(audit: Audit) -> None:
    run = audit("template", "rubric.yaml", "-o", "form.docx", "--one-case-a-sheet")
    assert (run.code, Path("form.docx").exists()) == (2, False)


def test_it_says_its_language_title_and_rubric(audit: Audit) -> None:
    document = docx.Document(str(made(audit)))
    properties = document.core_properties
    assert (properties.language, properties.author) == ("en-GB", "casefile-audit")
    assert properties.title == "Night duty case file check: form"
    assert re.search(r"rubric\.yaml 2025\.1 [0-9a-f]{64}$", properties.keywords)
    assert all(row.cells for row in document.tables[1].rows)
