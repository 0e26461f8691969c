"""One answer in every format: the same words and the same figures, whoever opens which file."""

import csv
import html.parser
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from openpyxl.cell.cell import Cell, MergedCell

from processes import run

SAMPLES = Path(__file__).parents[2] / "samples"
DAY = ("--as-of", "2026-11-29")
FORMATS = (".html", ".docx", ".xlsx", ".md", ".csv", ".json")
COMMANDS = {
    "score": ["score", "case-reviews-2024.xlsx", "--by", "district"],
    "doubts": ["score", "dip-samples-2024.xlsx", "--by", "district"],
    "records": ["score", "victim-records-2025.xlsx"],
    "census": ["score", "case-reviews-2024.xlsx", "--census"],
    "population": ["score", "case-reviews-2024.xlsx", "--population", "60"],
    "published": ["score", "case-reviews-2024.xlsx", "--by", "district", "--publish"],
    "compare": ["compare", "encompass-before.xlsx", "encompass-after.xlsx"],
    "trend": ["trend", "encompass-monthly.xlsx", "--period", "incident"],
    "agree": ["agree", "self-assessment-2014.xlsx", "inspectors-2014.xlsx", "--significant", "2"],
    "three": [
        *("agree", "peer-reviewer-a-2025.xlsx", "peer-reviewer-b-2025.xlsx"),
        "peer-reviewer-c-2025.xlsx",
    ],
    "totals": [
        *("agree", "inspectors-2014.xlsx"),
        *("--totals", "good:19, adequate:9, requires improvement:2, inadequate:0"),
    ],
}
# A workbook has its cases on a sheet, and not in lists.
ONLY_IN_LISTS = "The cases behind each count"
WORD_RE = re.compile(r"[^\W_]+(?:[.,–/:'’-][^\W_]+)*%?|\[[cxz]\]")
# What a format says of itself alone.
OF_PAGE = ("Skip to the answer", "Contents", "Chart", "Made by casefile-audit without a network")
OF_WORD = ("For the meeting of",)
OF_WORKBOOK = ("This sheet has one table", "To the contents", "See the sheet")


def words(text: str) -> str:
    """The words and figures of a text, told apart by single spaces."""
    return f" {' '.join(WORD_RE.findall(text.lower()))} "


class Page(html.parser.HTMLParser):
    """What a page says, text by text, without its style, its pictures and the lists of cases."""

    def __init__(self, without: str = "") -> None:
        super().__init__()
        self.without = without
        self.silent: list[str] = []
        self.said: list[str] = []
        self.listing = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "svg", "nav", "title") or self.silent:
            self.silent += [tag] if tag in ("style", "svg", "nav", "title") else []

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()
        if tag == "section":
            self.listing = False

    def handle_data(self, data: str) -> None:
        if self.without and data == self.without:
            self.listing = True
        if not self.silent and not self.listing and data.strip():
            self.said.append(data)


def page_texts(path: Path, without: str = "") -> list[str]:
    page = Page(without)
    page.feed(path.read_text("utf-8"))
    return [text for text in page.said if not text.strip().startswith(OF_PAGE)]


def word_texts(path: Path) -> Iterator[str]:
    body = docx.Document(str(path)).element.body
    for paragraph in body.iter(qn("w:p")):
        text = "".join(
            "\n" if each.tag == qn("w:br") else each.text or ""
            for each in paragraph.iter(qn("w:t"), qn("w:br"))
        )
        text = re.sub(r"^Annex [A-Z]+\. ", "", text)
        if not text.startswith(OF_WORD):
            yield from text.split("\n")


def shown(cell: Cell | MergedCell) -> str:
    """What a reader sees in a cell."""
    value = cell.value
    if isinstance(value, int | float) and "%" in cell.number_format:
        decimals = len(cell.number_format.partition(".")[2].rstrip("%"))
        return f"{100 * value:.{decimals}f}%"
    if isinstance(value, int):
        return f"{value:,}"
    return "" if value in (None, "[z]") else str(value)


def book_texts(path: Path) -> Iterator[str]:
    """What a workbook says on the sheets that a page has too."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        if sheet.title in ("Contents", "Charts", "Figures", "Findings", "Rates drawn"):
            continue
        for number, row in enumerate(sheet.iter_rows(), 1):
            for column, cell in enumerate(row, 1):
                text = shown(cell)
                if not _is_own(sheet.title, number, column, text):
                    yield text


def _is_own(sheet: str, row: int, column: int, text: str) -> bool:
    """Whether a cell says what is of the workbook alone, such as the headings of its notes."""
    if sheet == "Series drawn":
        return column in (4, 5, 6, 7) or row < 4 or (row, column) == (4, 1)
    if sheet == "Notes":
        return column < 3 or row <= 4
    heading = row == 4 and (text.endswith((": note", "(2)")) or text in ("Section", "Value"))
    return heading or text.startswith(OF_WORKBOOK)


def markdown_texts(path: Path) -> Iterator[str]:
    for line in path.read_text("utf-8").splitlines():
        if re.fullmatch(r"[|: -]*", line):
            continue
        plain = re.sub(r"^#+ |^- |^\*\*|\*\*$", "", line)
        for cell in re.split(r"(?<!\\)\|", plain):
            yield re.sub(r"\\(.)", r"\1", cell.replace("**", ""))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answers")
    for name, arguments in COMMANDS.items():
        outputs = [word for suffix in FORMATS for word in ("-o", folder / f"{name}{suffix}")]
        ended = run(*arguments, *DAY, *outputs, folder=SAMPLES)
        assert ended.code == 0, ended.err
    return folder


def unsaid(texts: list[str], where: str) -> list[str]:
    """The texts of which the words don't stand in this order in what another format says."""
    return [text for text in texts if (said := words(text)).strip() and said not in where]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_page_a_document_and_markdown_say_the_same(name: str, folder: Path) -> None:
    page = page_texts(folder / f"{name}.html")
    document = list(word_texts(folder / f"{name}.docx"))
    markdown = list(markdown_texts(folder / f"{name}.md"))
    for texts in (page, document, markdown):
        assert len(texts) > 15
    whole = {id(texts): words(" ".join(texts)) for texts in (page, document, markdown)}
    for one in (page, document, markdown):
        for other in (page, document, markdown):
            assert unsaid(one, whole[id(other)]) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_workbook_says_what_the_page_does(name: str, folder: Path) -> None:
    book = list(book_texts(folder / f"{name}.xlsx"))
    page = page_texts(folder / f"{name}.html", without=ONLY_IN_LISTS)
    in_book = words(" ".join(book))
    headings = {words(title) for title in (folder / f"{name}.md").read_text("utf-8").splitlines()}
    left = [text for text in unsaid(page, in_book) if words(text) not in headings]
    # A heading above a table that stands with others of its kind on one sheet is a column's.
    assert not [text for text in left if not _is_of_tables(text, folder / f"{name}.html")]
    assert not unsaid(book, words(" ".join(page_texts(folder / f"{name}.html"))))


def _is_of_tables(text: str, path: Path) -> bool:
    """Whether it is a caption or a heading, which a workbook has once for tables that are alike."""
    source = path.read_text("utf-8")
    escaped = text.strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return any(f">{escaped}</{tag}>" in source for tag in ("caption", "h2", "h3"))


@pytest.mark.parametrize("name", COMMANDS)
def test_the_figures_of_the_workbook_are_those_of_the_csv(name: str, folder: Path) -> None:
    sheet = openpyxl.load_workbook(folder / f"{name}.xlsx")["Figures"]
    cells = sheet.iter_rows(min_row=4, values_only=True)
    rows = [["" if value == "[z]" else value for value in row] for row in cells]
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file))
    assert len(written) == len(rows) > 1
    for own, other in zip(rows, written, strict=True):
        for value, text in zip(own, other, strict=True):
            if isinstance(value, int | float):
                assert float(text) == pytest.approx(value)
            elif text != "[z]":
                assert str(value) == text.lstrip("'")


def figures(path: Path, **such: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if all(row[key] == value for key, value in such.items())]


@pytest.mark.parametrize("name", ["score", "doubts", "records", "census", "published"])
def test_the_csv_counts_what_the_json_does(name: str, folder: Path) -> None:
    result = json.loads((folder / f"{name}.json").read_bytes())
    page = words(" ".join(page_texts(folder / f"{name}.html")))
    parts = {("", ""): result}
    for field, groups in result["groups"].items():
        parts |= {(field, value): group for value, group in groups.items()}
    for (field, value), part in parts.items():
        rows = figures(folder / f"{name}.csv", By=field, Group=value, Kind="question")
        assert [row["Name"] for row in rows] == list(part["criteria"])
        for row, criterion in zip(rows, part["criteria"].values(), strict=True):
            for heading, key in (
                ("Count", "missing"), ("Of", "applicable"), ("Met", "met"),
                ("Partly met", "partly_met"), ("Not met", "not_met"),
                ("Not recorded", "not_recorded"), ("Cannot tell", "cannot_tell"),
            ):  # fmt: skip
                assert row[heading] == str(criterion[key])
            if criterion.get("took"):
                took = [row[key] for key in ("Done", "Median", "Shortest", "Longest")]
                its = [criterion["took"][key] for key in ("done", "median", "shortest", "longest")]
                assert [float(figure) for figure in took] == its
            if not field and row["Finding"] not in ("", "[c]", "[x]", "[z]"):
                assert words(row["Finding"]) in page
        for grade, its in part["grades"].items():
            recorded = (
                its["splits"].get("recorded", {}).get("counts")
                if "splits" in its
                else its["recorded"]
            )
            rows = figures(folder / f"{name}.csv", By=field, Group=value, Kind="grade", Name=grade)
            if rows:
                assert {row["Grade"]: row["Count"] for row in rows} == {
                    word: str(count) for word, count in recorded.items()
                }


@pytest.mark.parametrize("name", ["score", "census", "population"])
def test_a_range_in_the_csv_is_the_one_that_the_page_prints(name: str, folder: Path) -> None:
    """Of a census there is none; of a population with an end it is narrower."""
    sheet = openpyxl.load_workbook(folder / f"{name}.xlsx")["Findings by theme"]
    headings, *rows = sheet.iter_rows(min_row=4, values_only=True)
    assert ("range" in headings) == (name != "census")
    of_rows = [dict(zip(headings, row, strict=True)) for row in rows]
    printed = {str(row["Finding"]): str(row.get("range", "[z]")).rstrip("%") for row in of_rows}
    for row in figures(folder / f"{name}.csv", By="", Kind="question"):
        ends = [row["Met from, %"], row["Met to, %"]]
        said = printed.get(row["Finding"], "[z]")
        if "" in ends:
            assert (ends, said) == (["", ""], "[z]")
        else:
            for end, text in zip(ends, said.split("–"), strict=True):
                assert float(end) == pytest.approx(float(text), abs=0.51)
    has_ranges = any(row["Met from, %"] for row in figures(folder / f"{name}.csv", By=""))
    assert has_ranges == (name != "census")


def test_what_was_compared_is_counted_alike(folder: Path) -> None:
    result = json.loads((folder / "compare.json").read_bytes())
    for row in figures(folder / "compare.csv", Kind="question"):
        its = result["criteria"][row["Name"]]
        for side in ("before", "after"):
            assert row[f"Count {side}"] == str(its[side]["missing"])
            assert row[f"Of {side}"] == str(its[side]["applicable"])
        assert row["Verdict"] == its["label"]


def test_what_was_followed_is_counted_alike(folder: Path) -> None:
    result = json.loads((folder / "trend.json").read_bytes())
    for name, its in result["criteria"].items():
        rows = figures(folder / "trend.csv", Kind="question", Name=name)
        assert [(row["Period"], row["Count"], row["Of"]) for row in rows] == [
            (point["period"], str(point["missing"]), str(point["applicable"]))
            for point in its["points"]
        ]


def test_what_readers_agree_on_is_counted_alike(folder: Path) -> None:
    result = json.loads((folder / "three.json").read_bytes())
    for kind, part in (("grade", "grades"), ("question", "criteria")):
        for name, its in result[part].items():
            rows = figures(folder / "three.csv", Kind=kind, Name=name)
            assert [(row["Cases"], row["Same"]) for row in rows[: len(its["pairs"])]] == [
                (str(pair["cases"]), str(pair["same"])) for pair in its["pairs"]
            ]


def test_a_format_is_written_the_same_each_time(folder: Path, tmp_path: Path) -> None:
    """But for the moment at which it was made."""
    for suffix in (".html", ".md", ".csv"):
        again = tmp_path / f"again{suffix}"
        assert run(*COMMANDS["trend"], *DAY, "-o", again, folder=SAMPLES).code == 0
        assert again.read_bytes() == (folder / f"trend{suffix}").read_bytes()
    again = tmp_path / "again.xlsx"
    assert run(*COMMANDS["score"], *DAY, "-o", again, folder=SAMPLES).code == 0
    with zipfile.ZipFile(again) as one, zipfile.ZipFile(folder / "score.xlsx") as other:
        assert one.namelist() == other.namelist()
        for part in one.namelist():
            assert one.read(part) == other.read(part) or part == "docProps/core.xml"
