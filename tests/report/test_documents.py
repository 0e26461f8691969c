"""Reports to circulate: the same words and figures in every format, and nothing in a cell alive."""

import html.parser
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import docx
import pytest
from axe_playwright_python.sync_playwright import Axe
from docx.oxml.ns import qn
from playwright.sync_api import Browser, sync_playwright

from casefile_audit.output.writing import OutputTable
from casefile_audit.report.blocks import (
    Cell,
    Heading,
    Items,
    Page,
    Sentence,
    Table,
    TableColumn,
    Text,
)
from casefile_audit.report.reports import Report, rendered
from casefile_audit.report.terminal import drawn
from casefile_audit.results import Result
from libreoffice import converted, needs_libreoffice
from processes import run
from workbooks import Audit, save_csv

RUBRIC = ("--rubric", "rubric.yaml")

SAMPLES = Path(__file__).parents[2] / "samples"
CHROMIUM = shutil.which("chromium")
FORMATS = [".html", ".docx", ".md"]
DAY = ("--as-of", "2026-11-29")
COMMANDS = {
    "score": ["score", "case-reviews-2024.xlsx", "--by", "district", *DAY],
    "compare": ["compare", "encompass-before.xlsx", "encompass-after.xlsx", *DAY],
    "trend": ["trend", "encompass-monthly.xlsx", "--period", "incident", *DAY],
    "agree": ["agree", "self-assessment-2014.xlsx", "inspectors-2014.xlsx", *DAY],
}


class Words(html.parser.HTMLParser):
    """The words of a page, without its style."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self.silent = False

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)


def words(path: Path) -> str:
    """What a report says, in one line."""
    if path.suffix == ".html":
        reader = Words()
        reader.feed(path.read_text(encoding="utf-8"))
        said = reader.said
    elif path.suffix == ".docx":
        word = docx.Document(str(path))
        said = [element.text or "" for element in word.element.body.iter(qn("w:t"))]
    else:
        said = [re.sub(r"\\(.)", r"\1", path.read_text(encoding="utf-8"))]
    return " ".join(" ".join(said).split())


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder of the reports of each command, in every format."""
    folder = tmp_path_factory.mktemp("reports")
    for name, arguments in COMMANDS.items():
        outputs = [folder / f"{name}{suffix}" for suffix in (*FORMATS, ".json")]
        more = [word for path in outputs for word in ("-o", path)]
        ended = run(*arguments, *more, folder=SAMPLES)
        assert ended.code == 0, ended.err
    return dict.fromkeys(COMMANDS, folder)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_has_the_same_findings_and_figures(
    suffix: str, reports: dict[str, Path]
) -> None:
    folder = reports["score"]
    result = Result.model_validate_json((folder / "score.json").read_bytes())
    said = words(folder / f"score{suffix}")
    for criterion in result.criteria.values():
        if criterion.missing:
            assert f"{criterion.missing} of {criterion.applicable} {criterion.phrase}" in said
        assert criterion.title in said or not criterion.applicable
    for sheet in result.inputs:
        assert sheet.sha256 in said
    for group in result.groups["district"]:
        assert group in said


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_writes_every_format(
    name: str, suffix: str, reports: dict[str, Path]
) -> None:
    said = words(reports[name] / f"{name}{suffix}")
    assert "Contains small numbers" in said
    assert len(said) > 800


def test_a_page_weighs_little(reports: dict[str, Path]) -> None:
    assert (reports["score"] / "score.html").stat().st_size < 500_000


HOSTILE = [
    '<script>alert("1")</script>',
    '=HYPERLINK("http://198.51.100.1","x")',
    "javascript:alert(1)",
    "[click](javascript:alert(1))",
    "\x1b[31mred\x1b[0m",
    "]]><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "&lt;b&gt;",
    "\u202etxt.exe",
]


def test_what_a_cell_holds_is_text_in_every_format(audit: Audit, tmp_path: Path) -> None:
    cases = [[f"{text} {number}", text, ""] for number, text in enumerate(HOSTILE)]
    rows = [["Case ref", "District", "Ethnicity"], *cases]
    save_csv(tmp_path / "cases.csv", rows)
    outputs = [tmp_path / f"out{suffix}" for suffix in FORMATS]
    more = [word for path in outputs for word in ("-o", path)]
    ended = audit("score", "cases.csv", "--by", "district", *RUBRIC, *more)
    assert ended.code == 0, ended.err
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert not re.search(r"<(script|img|a href=\"(?!#))", page)
    assert "49" not in re.findall(r"\{\{.*?\}\}", page)
    assert "{{ 7 * 7 }}" in words(tmp_path / "out.html")
    markdown = (tmp_path / "out.md").read_text(encoding="utf-8")
    assert "](" not in markdown.replace("\\](", "").replace("\\]\\(", "")
    assert "<" not in markdown.replace("\\<", "")
    for path in outputs:
        assert "\x1b" not in words(path)
        assert "\u202e" not in words(path)
    codes = [e.text for e in docx.Document(str(outputs[1])).element.body.iter(qn("w:instrText"))]
    assert codes == []


def test_what_is_to_be_typed_is_marked_in_every_format_and_nothing_in_it_is_markup() -> None:
    text = "Type `audit score <b> & \u202e*x*`, not `a, or ``."
    cells: list[list[Cell]] = [[Text("`held`"), Text("Write `good`.", told=True)]]
    table = Table("Cells", [TableColumn("found"), TableColumn("expected")], cells)
    page = Report(
        [Heading("Title", level=1), Sentence(text), Items([text]), table], OutputTable("", [], [])
    )
    html = rendered(page, ".html").decode()
    assert (
        "Type <code>audit score &lt;b&gt; &amp; \ufffd*x*</code>, not <code>a, or </code>`." in html
    )
    assert ">`held`</th>" in html
    assert "Write <code>good</code>." in html
    markdown = rendered(page, ".md").decode()
    assert r"| \`held\` | Write `good`. |" in markdown
    assert "Type `audit score <b> & \ufffd*x*`, not `a, or `\\`." in markdown
    word = docx.Document(io.BytesIO(rendered(page, ".docx")))
    runs = [run for paragraph in word.paragraphs for run in paragraph.runs]
    typed = [run.text for run in runs if run.font.name == "Consolas"]
    assert typed == ["audit score <b> & \ufffd*x*", "a, or "] * 2
    assert "audit score" not in "".join(run.text for run in runs if run.text not in typed)
    (held,) = [row.cells for row in word.tables[0].rows][1:]
    assert [cell.text for cell in held] == ["`held`", "Write good."]


def test_a_terminal_marks_what_is_to_be_typed_and_a_pipe_has_its_back_ticks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page: Page = [
        Sentence("Type `audit score`."),
        Table("T", [TableColumn("a")], [[Text("`held`")]]),
    ]
    assert "Type `audit score`." in "\n".join(drawn(page))
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    lines = "\n".join(drawn(page))
    assert "Type \x1b[1maudit score\x1b[0m." in lines
    assert "`held`" in lines


def test_a_report_in_no_known_format_says_which_there_are(audit: Audit, tmp_path: Path) -> None:
    save_csv(tmp_path / "cases.csv", [["Case ref", "Ethnicity"], ["C1", "W1"]])
    ended = audit("score", "cases.csv", *RUBRIC, "-o", "report.pdf")
    assert ended.code == 2
    assert "`.html`" in ended.err
    assert "`.docx`" in ended.err


def test_the_word_report_is_made_of_headings_tables_and_pictures_that_say_what_they_are(
    reports: dict[str, Path],
) -> None:
    word = docx.Document(str(reports["score"] / "score.docx"))
    styles = [paragraph.style.name for paragraph in word.paragraphs if paragraph.style]
    assert styles.count("Title") == 1
    assert styles.count("Heading 1") > 5
    assert word.core_properties.title == "Child protection case file review"
    for table in word.tables:
        assert table._tbl.tblPr.find(qn("w:tblDescription")).get(qn("w:val"))
        marked = table.rows[0]._tr.trPr
        assert marked is not None
        assert marked.find(qn("w:tblHeader")) is not None
    why = next(table for table in word.tables if table.cell(0, 2).text == "by the rubric, and why")
    case, recorded, reason = [column.width or 0 for column in why.columns]
    assert reason > max(case, recorded)
    pictures = [*word.element.body.iter(qn("wp:docPr"))]
    assert pictures
    assert all(picture.get("descr") for picture in pictures)


@needs_libreoffice
def test_the_word_report_opens_and_its_first_page_has_the_answer(
    reports: dict[str, Path], tmp_path: Path
) -> None:
    text = converted("txt:Text", tmp_path, reports["score"] / "score.docx")
    assert "targets were missed" in text.read_text(encoding="utf-8")[:1500]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium draws the page")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


CHECKED = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],  # or most of its time goes into listing what is well
}


# What is by the width of the page and what is by its colours know nothing of each other.
@pytest.mark.parametrize(("width", "colours"), [(320, "light"), (1280, "dark")])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_page_has_no_violation_of_accessibility_and_fetches_nothing(
    name: str,
    width: int,
    colours: Literal["light", "dark"],
    reports: dict[str, Path],
    browser: Browser,
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=colours, bypass_csp=True
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((reports[name] / f"{name}.html").as_uri())
    found = Axe().run(page, options=CHECKED)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    captions = page.evaluate("[...document.querySelectorAll('caption')].map(c => c.offsetWidth)")
    assert min(captions, default=width) > 200  # not a word a line
    assert len(asked) == 1
    context.close()


def test_a_page_is_printed_whole_on_a4(reports: dict[str, Path], browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((reports["score"] / "score.html").as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    assert 3 <= printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") <= 20
    context.close()
