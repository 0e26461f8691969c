"""Whatever a cell or a rubric holds, it is text in every format that a report is written in."""

import csv
import html.parser
import json
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from workbooks import HEADINGS, NIGHT_DUTY, Audit, case, save_csv, save_text

RUBRIC = ("--rubric", "rubric.yaml")
FORMATS = (".html", ".docx", ".xlsx", ".md", ".csv", ".json")
HOSTILE = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", '=HYPERLINK("http://198.51.100.1","x")',
    "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "javascript:alert(1)", "[click](javascript:alert(1))", "![x](http://198.51.100.1/x.png)",
    "<http://198.51.100.1>", "http://198.51.100.1", "https://example.org/?a=1&b=2",
    "\x1b[31mred\x1b[0m", "\x1b]8;;http://198.51.100.1\x07link\x1b]8;;\x07", "a\u202eb",
    "]]><b>", "&lt;b&gt;", "{{ 7 * 7 }}", "{% raw %}", "${7*7}", "$\\frac{1}{2}$", "_x000D_",
    "{INCLUDETEXT C:\\\\secret}", "| a | b |", "# heading", "- item", "`code`",
    "'quoted", '"quoted"', "#REF!", "x" * 300,
]  # fmt: skip
COMMANDS = {
    "score": "score a.csv --by district --by disability",
    "compare": "compare a.csv b.csv --by district",
    "paired": "compare a.csv b.csv --paired",
    "agree": "agree a.csv b.csv --significant 1",
    "trend": "trend a.csv --period allocated",
    "publish": "score a.csv --by district --publish --hide 1",
}
IN_RUBRIC = {
    "title: Night duty case file check": "title: '=1+1 <script>alert(1)</script>'",
    "question: Is ethnicity recorded?": "question: '=2+2 [x](javascript:alert(1))'",
    "missing: missing ethnicity": "missing: '@SUM(A1) <img src=x onerror=alert(1)>'",
    "theme: Assessing risk": "theme: '=3+3 | <b>'",
}
STEERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Tags(html.parser.HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def hostile_case(text: str, number: int, reader: int) -> list[object]:
    """A case that is called by a text, and answered in one way or another."""
    return case(
        f"{text} {number}",
        district=text,
        disability=text,
        allocated=f"{number % 28 + 1}/0{number % 3 + 1}/2024",
        ethnicity="" if number % (3 + reader) else "W1",
        protected="No" if number % 2 else "Yes",
        reviewed="No" if number % 5 == reader else "Yes",
        grade="good" if number % 7 else "inadequate",
    )


@pytest.fixture(scope="module", params=COMMANDS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def folder(name: str, audit: Audit, tmp_path: Path) -> Path:
    """A report in every format, of cells, headings and a rubric that are hostile."""
    text = NIGHT_DUTY
    for old, new in IN_RUBRIC.items():
        text = text.replace(old, new)
    save_text(tmp_path / "rubric.yaml", text)
    for number, file in enumerate(("a.csv", "b.csv")):
        rows = [hostile_case(text, n, number) for n, text in enumerate(HOSTILE)]
        save_csv(tmp_path / file, [HEADINGS, *rows])
    outputs = [word for suffix in FORMATS for word in ("-o", f"out{suffix}")]
    ended = audit(*COMMANDS[name].split(), *RUBRIC, *outputs)
    assert ended.code == 0, ended.err
    assert not STEERS.search(ended.out.replace("\n", ""))
    return tmp_path


def test_it_is_text_in_every_format(name: str, folder: Path) -> None:
    page_is_inert((folder / "out.html").read_text("utf-8"))
    package_is_inert(folder / "out.docx")
    package_is_inert(folder / "out.xlsx")
    book_is_inert(folder / "out.xlsx")
    markdown_is_inert((folder / "out.md").read_text("utf-8"))
    with (folder / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    odd = [cell for cell in cells if cell.startswith(tuple("=+-@\t\r"))]
    assert all(re.fullmatch(r"-[\d.e-]+", cell) for cell in odd)  # a number below nought
    assert json.loads((folder / "out.json").read_bytes())["schema"]
    for path in folder.glob("out.*"):
        if path.suffix in (".html", ".md", ".csv", ".json"):
            assert not STEERS.search(path.read_text("utf-8-sig")), path.suffix


def page_is_inert(text: str) -> None:
    page = Tags()
    page.feed(text)
    assert not page.tags & {"script", "img", "iframe", "object", "embed", "form", "base", "b"}
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    leading = ("href", "src", "action", "xlink:href")
    leads = [value for name, value in page.attributes if name in leading]
    assert all(value.startswith("#") for value in leads)


def package_is_inert(path: Path) -> None:
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        parts = {name: package.read(name) for name in names if name.endswith((".xml", ".rels"))}
    assert not [name for name in names if re.search(r"vba|embed|activeX|externalLink", name)]
    for name, content in parts.items():
        root = ElementTree.fromstring(content)
        assert not STEERS.search(content.decode()), name
        if name.endswith(".rels"):
            assert not [each for each in root if each.get("TargetMode") == "External"], name
        codes = {e.text for e in root.iter() if e.tag.endswith(("}instrText", "}fldSimple"))}
        assert codes <= {"PAGE", "NUMPAGES"}, name


def book_is_inert(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.hyperlink.location for cell in cells if cell.hyperlink)
    assert not book.defined_names
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in package.read(name)


def markdown_is_inert(text: str) -> None:
    plain = re.sub(r"`[^`]*`|\\.", "", text)  # what stands between back-ticks is shown as it is
    assert not re.search(r"[<`!\[\]]|\]\(|javascript:.*\)", plain.replace("**", ""))
    for line in plain.splitlines():
        if line.startswith("|"):
            continue
        assert not re.match(r"\s*(#{7,}|>|\d+\.\s)", line)


def test_every_hostile_text_is_still_there_to_be_read(audit: Audit, tmp_path: Path) -> None:
    """Nothing is lost by being made harmless, but for what steers a screen."""
    rows = [case(text, ethnicity="") for text in HOSTILE]
    save_csv(tmp_path / "a.csv", [HEADINGS, *rows])
    assert audit("score", "a.csv", *RUBRIC, "-o", "out.xlsx", "--findings", "f.csv").code == 0
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    held = [str(row[0]) for row in book["Findings"].iter_rows(min_row=5, values_only=True)]
    with (tmp_path / "f.csv").open(encoding="utf-8-sig", newline="") as file:
        written = [row[0] for row in csv.reader(file)][1:]
    assert len(held) == len(written) == len(HOSTILE)
    for text, own, other in zip(HOSTILE, held, written, strict=True):
        if not (STEERS.search(text) or own.startswith("a row ")):
            assert own == text
            assert other.removeprefix("'") == text.removeprefix("'")
