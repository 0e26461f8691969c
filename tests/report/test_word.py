"""Word documents: two pages for the meeting, a force's own template, long tables in parts."""

import datetime as dt
import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Mm, RGBColor
from screens_made import case_reviews_2025

from libreoffice import converted, needs_libreoffice
from processes import run
from workbooks import HEADINGS, NIGHT_DUTY, Audit, case, save_csv, save_text

RUBRIC = ("--rubric", "rubric.yaml")
SAMPLES = Path(__file__).parents[2] / "samples"
DAY = ("--as-of", "2026-11-29")
DOCUMENT, TEMPLATE = "document.main+xml", "template.main+xml"


def force_template(path: Path, missing: tuple[str, ...] = (), kind: str = DOCUMENT) -> Path:
    """A template with a header, a footer, a style and a page of its own, and some text."""
    word = docx.Document()
    word.add_paragraph("Text of the template")
    section = word.sections[0]
    section.header.paragraphs[0].text = "Northshire Police"
    section.footer.paragraphs[0].text = "Official"
    section.page_width, section.left_margin = Mm(200), Mm(33)
    word.styles["Heading 1"].font.color.rgb = RGBColor(0x80, 0x16, 0x50)
    for name in missing:
        element = word.styles[name].element
        element.getparent().remove(element)
    word.core_properties.author, word.core_properties.keywords = "A. Person", "of the template"
    made = io.BytesIO()
    word.save(made)
    with zipfile.ZipFile(made) as package, zipfile.ZipFile(path, "w") as written:
        for name in package.namelist():
            part = package.read(name)
            is_types = name == "[Content_Types].xml"
            written.writestr(
                name, part.replace(DOCUMENT.encode(), kind.encode()) if is_types else part
            )
    return path


def styles(word: Document) -> list[str]:
    return [str(paragraph.style.name) for paragraph in word.paragraphs if paragraph.style]


def written(audit: Audit, folder: Path, *more: str | Path) -> tuple[Document, str]:
    rows = [case(f"C{n}", ethnicity="" if n < 9 else "W1") for n in range(30)]
    save_csv(folder / "cases.csv", [HEADINGS, *rows])
    ended = audit("score", "cases.csv", *RUBRIC, "-o", "out.docx", *more)
    assert ended.code == 0, ended.err
    return docx.Document(str(folder / "out.docx")), ended.err


@pytest.mark.parametrize("kind", [DOCUMENT, TEMPLATE])
def test_a_template_gives_its_styles_page_header_and_footer_and_not_its_text(
    kind: str, audit: Audit, tmp_path: Path
) -> None:
    template = force_template(tmp_path / "force.dotx", kind=kind)
    word, said = written(audit, tmp_path, "--template", template)
    section = word.sections[0]
    assert section.header.paragraphs[0].text == "Northshire Police"
    assert section.footer.paragraphs[0].text == "Official"
    sizes = [round((size or 0) / Mm(1)) for size in (section.page_width, section.left_margin)]
    assert sizes == [200, 33]
    assert word.styles["Heading 1"].font.color.rgb == RGBColor(0x80, 0x16, 0x50)
    assert not any("Text of the template" in paragraph.text for paragraph in word.paragraphs)
    assert word.core_properties.author == "casefile-audit"
    assert word.core_properties.keywords == ""
    assert "has no style" not in said
    assert word.part.content_type.endswith(DOCUMENT)


def test_styles_that_a_template_has_not_are_named_and_taken_from_word(
    audit: Audit, tmp_path: Path
) -> None:
    missing = ("Title", "Heading 2", "List Bullet", "Table Grid")
    template = force_template(tmp_path / "force.docx", missing)
    word, said = written(audit, tmp_path, "--template", template)
    assert "has no style `Title`, `Heading 2`, `List Bullet` and `Table Grid`" in said
    assert {"Title", "Heading 1", "Heading 2", "List Bullet"} <= set(styles(word))
    assert any(paragraph.text.startswith("• ") for paragraph in word.paragraphs)
    assert all(table.style and table.style.name == "Table Grid" for table in word.tables)


@pytest.mark.parametrize(
    "command",
    [
        ["score", "cases.csv", *RUBRIC],
        ["compare", "cases.csv", "cases.csv", *RUBRIC],
        ["agree", "cases.csv", "cases.csv", *RUBRIC],
        ["trend", "cases.csv", "--period", "incident", *RUBRIC],
        ["language", "cases.csv", "--in", "log", *RUBRIC],
        ["report", "saved.json"],
    ],
)
def test_a_template_is_never_written_over(command: list[str], audit: Audit, tmp_path: Path) -> None:
    template = force_template(tmp_path / "force.docx")
    before = template.read_bytes()
    refused = audit(*command, "-o", "force.docx", "--template", "force.docx", "--force")
    assert (refused.code, template.read_bytes()) == (2, before)
    assert "`force.docx` is what is read" in refused.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "isn't a Word document"),
        (b"PK\x03\x04 and no more", "isn't a Word document"),
        (b"<html></html>", "isn't a Word document"),
        (None, "No such file"),
    ],
)
def test_what_is_no_template_is_refused_before_any_work(
    content: bytes | None, said: str, audit: Audit, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "force.docx").write_bytes(content)
    refused = audit("score", "none.csv", *RUBRIC, "-o", "out.docx", "--template", "force.docx")
    assert refused.code == 2
    assert said in refused.err


def test_a_template_with_macros_or_without_a_document_is_refused(
    audit: Audit, tmp_path: Path
) -> None:
    force_template(tmp_path / "force.docm", kind="macroEnabled.main+xml")
    refused = audit("score", "none.csv", "-o", "out.docx", "--template", "force.docm")
    assert refused.code == 2
    assert "has macros" in refused.err
    force_template(tmp_path / "force.docx")
    refused = audit("score", "none.csv", "-o", "out.html", "--template", "force.docx")
    assert refused.code == 2
    assert "none is to be written" in refused.err
    before = (tmp_path / "force.docx").read_bytes()
    refused = audit("score", "none.csv", "-o", "force.docx", "--template", "force.docx", "--force")
    assert refused.code == 2
    assert (tmp_path / "force.docx").read_bytes() == before


def test_the_file_says_who_wrote_it_when_and_in_which_language(
    audit: Audit, tmp_path: Path
) -> None:
    title = "A & B <C> ]]> “=1+1”"
    text = NIGHT_DUTY.replace("title: Night duty case file check", f"title: '{title}'")
    save_text(tmp_path / "rubric.yaml", text)
    word, _ = written(audit, tmp_path)
    its = word.core_properties
    assert (its.title, its.author, its.last_modified_by) == (title, *["casefile-audit"] * 2)
    assert (its.language, its.comments) == ("en-GB", "")
    assert its.created
    assert abs(its.created - dt.datetime.now(dt.UTC)) < dt.timedelta(hours=1)
    said = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == "Title"]  # type: ignore[union-attr]
    assert said == [title]
    languages = {each.get(qn("w:val")) for each in word.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}


def test_annexes_have_letters_and_come_after_what_is_for_the_meeting(
    audit: Audit, tmp_path: Path
) -> None:
    word, _ = written(audit, tmp_path)
    parts = [p.text for p in word.paragraphs if p.style and p.style.name == "Heading 1"]
    assert parts[:3] == ["The answer", "Against the targets", "What is asked of this meeting"]
    annexes = [text for text in parts if text.startswith("Annex ")]
    assert parts[3:] == annexes
    assert [text[:8] for text in annexes] == [f"Annex {n}." for n in "ABCDEFGHIJ"[: len(annexes)]]


@pytest.mark.parametrize("groups", [6, 7, 12, 45])
def test_a_table_of_many_groups_is_in_parts_that_a_page_has_room_for(
    groups: int, audit: Audit, tmp_path: Path
) -> None:
    rows = [case(f"C{n}", district=f"District {n:02}") for n in range(groups)]
    save_csv(tmp_path / "cases.csv", [HEADINGS, *rows])
    ended = audit("score", "cases.csv", *RUBRIC, "--by", "district", "-o", "out.docx")
    assert ended.code == 0, ended.err
    word = docx.Document(str(tmp_path / "out.docx"))
    tables = [t for t in word.tables if t.cell(0, 0).text == "Fall short, of those it applies to"]
    named = [cell.text for table in tables for cell in table.rows[0].cells[1:]]
    assert named == [f"District {n:02}" for n in range(groups)]
    assert all(len(table.columns) <= 12 for table in tables)
    captions = [t._tbl.tblPr.find(qn("w:tblDescription")).get(qn("w:val")) for t in tables]
    assert len(set(captions)) == len(captions)


def test_a_chart_stays_on_the_page_of_what_is_said_of_it(audit: Audit, tmp_path: Path) -> None:
    book = str(SAMPLES / "encompass-monthly.xlsx")
    assert audit("trend", book, "--period", "incident", "-o", "out.docx").code == 0
    paragraphs = docx.Document(str(tmp_path / "out.docx")).paragraphs
    drawn = [n for n, its in enumerate(paragraphs) if its._p.findall(f".//{qn('w:drawing')}")]
    assert drawn
    assert all(paragraphs[n - 1].paragraph_format.keep_with_next for n in drawn)


def test_a_page_ends_between_sections_of_a_table_and_not_within_one(
    audit: Audit, tmp_path: Path
) -> None:
    book = str(SAMPLES / "case-reviews-2024.xlsx")
    assert audit("score", book, "--by", "district", "-o", "out.docx").code == 0
    word = docx.Document(str(tmp_path / "out.docx"))
    (grades,) = (t for t in word.tables if t.cell(0, 0).text == "district")
    rows = [row.cells[0] for row in grades.rows[1:]]
    ends = [cell.text for cell in rows if not cell.paragraphs[0].paragraph_format.keep_with_next]
    assert ends == ["Wigan"] * 5
    (long,) = (t for t in word.tables if t.cell(0, 0).text.startswith("Fall short, of those"))
    assert not long.rows[-2].cells[0].paragraphs[0].paragraph_format.keep_with_next


MEETINGS: dict[str, list[str]] = {
    "reviews": ["score", "case-reviews-2024.xlsx"],
    "peers": ["score", "peer-review-2025.xlsx"],
    "records": ["score", "victim-records-2025.xlsx"],
    "change": ["compare", "case-reviews-2024.xlsx", "later.xlsx"],
    "readers": ["agree", "self-assessment-2014.xlsx", "inspectors-2014.xlsx"],
    "three": ["agree", *(f"peer-reviewer-{letter}-2025.xlsx" for letter in "abc")],
    "months": ["trend", "encompass-monthly.xlsx", "--period", "incident"],
}


@needs_libreoffice
@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext isn't installed")
def test_what_is_for_the_meeting_has_room_on_two_pages(tmp_path: Path) -> None:
    """The title page, two pages, and then Annex A, whatever the audit."""
    later = case_reviews_2025(tmp_path)
    for name, command in MEETINGS.items():
        words = [str(later) if word == "later.xlsx" else word for word in command]
        ended = run(*words, *DAY, "-o", tmp_path / f"{name}.docx", folder=SAMPLES)
        assert ended.code == 0, ended.err
    converted("pdf", tmp_path, *tmp_path.glob("*.docx"))
    for name in MEETINGS:
        text = subprocess.run(
            ["pdftotext", str(tmp_path / f"{name}.pdf"), "-"], check=True, capture_output=True
        ).stdout.decode()
        pages = text.split("\f")
        assert "The answer" in pages[1], name
        assert next(n for n, page in enumerate(pages) if page.startswith("Annex A")) <= 3, name
