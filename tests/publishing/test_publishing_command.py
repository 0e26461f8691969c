"""`audit score --publish`: one hidden model in every format, and what it refuses."""

import html
import json
import re
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest

from workbooks import NIGHT_DUTY, Audit, save_csv, save_text

RUBRIC = ("--rubric", "rubric.yaml")
FORMATS = (".html", ".docx", ".md", ".json", ".xlsx", ".csv")
GRADES = ("good", "adequate", "requires improvement", "inadequate")


def cases(folder: Path) -> Path:
    """40 cases: graded 6, 3, 9 and 22; ethnicity missing in 2, which are in the North."""
    grades = [word for word, n in zip(GRADES, (6, 3, 9, 22), strict=True) for _ in range(n)]
    rows = [
        [f"URN-{n:05}", "North" if n < 18 else "South", "" if n < 2 else "W1", "No", grade]
        for n, grade in enumerate(grades)
    ]
    headings = ["Case ref", "District", "Ethnicity", "Disability or SEN", "Overall grade"]
    return save_csv(folder / "cases.csv", [headings, *rows])


def text(path: Path) -> str:
    """All that a file holds, its pictures' words and what isn't seen too."""
    if path.suffix == ".docx":
        return "".join(part.blob.decode(errors="ignore") for part in
                       docx.Document(str(path)).part.package.iter_parts())  # fmt: skip
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as package:
            return "".join(package.read(part).decode() for part in package.namelist())
    return path.read_text(encoding="utf-8").replace("\\", "")


def test_no_format_has_a_small_number_or_a_case(audit: Audit, tmp_path: Path) -> None:
    outputs = [tmp_path / f"out{suffix}" for suffix in FORMATS]
    more = [word for path in outputs for word in ("-o", path)]
    ended = audit("score", cases(tmp_path), *RUBRIC, "--by", "district", "--publish", *more)
    assert ended.code == 0, ended.err
    for said in (ended.out, *map(text, outputs)):
        assert "[c]" in said
        assert not re.search(r"URN-|cases\.csv|2 of 40|38 of 40|95%.{0,40}83", said)
        assert "Contains small numbers" not in said
    its = json.loads(text(outputs[3]))
    assert its["schema"] == "casefile-audit/publication/1"
    recorded = its["grades"]["overall"]["splits"]["recorded"]["counts"]
    assert recorded == dict(zip(GRADES, ("[c]", "[c]", 9, 22), strict=True))
    ethnicity = its["criteria"]["ethnicity-recorded"]
    hidden = ("met", "missing", "not_recorded", "rate", "interval", "target_reached")
    assert {ethnicity[key] for key in hidden} == {"[c]"}


def test_a_saved_publication_is_shown_again_in_any_format(audit: Audit, tmp_path: Path) -> None:
    first = audit("score", cases(tmp_path), *RUBRIC, "--publish", "-o", "out.json")
    again = audit("score", "out.json", "-o", "out.html")
    assert again.code == 0, again.err
    assert again.out == first.out
    assert "For publication" in text(tmp_path / "out.html")


@pytest.mark.parametrize(
    "asked",
    [("--details",), ("--full",), ("--by", "district"), ("--hold-to-targets",), ("--publish",)],
)
def test_a_saved_publication_holds_no_more(
    asked: tuple[str, ...], audit: Audit, tmp_path: Path
) -> None:
    audit("score", cases(tmp_path), *RUBRIC, "--publish", "-o", "out.json")
    ended = audit("score", "out.json", *asked)
    assert (ended.code, ended.out) == (2, "")
    assert "internal result" in ended.err or "case references" in ended.err


@pytest.mark.parametrize("command", ["compare", "trend"])
def test_nothing_is_reckoned_with_a_publication(command: str, audit: Audit, tmp_path: Path) -> None:
    audit("score", cases(tmp_path), *RUBRIC, "--publish", "-o", "out.json")
    ended = audit(command, "out.json", "out.json")
    assert ended.code == 2
    assert "was saved with --publish" in ended.err


def test_a_changed_publication_is_refused(audit: Audit, tmp_path: Path) -> None:
    audit("score", cases(tmp_path), *RUBRIC, "--publish", "-o", "out.json")
    path = tmp_path / "out.json"
    save_text(path, text(path).replace('"met"', '"mat"'))
    ended = audit("score", "out.json")
    assert ended.code == 2
    assert "not a publication" in ended.err


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--publish", "--details"), "--details lists case references"),
        (("--publish", "--findings", "findings.csv"), "findings case by case"),
        (("--publish", "--findings", "findings.xlsx"), "findings case by case"),
        (("--publish", "--only", "case_ref=URN-00001"), "names no case"),
        (("--publish", "--by", "file"), "names no file"),
        (("--hide", "1 to 4"), "goes with --publish"),
        (("--publish", "--hide", "0 to 9"), "nought is always shown"),
        (("--publish", "--hide", "few"), "--hide '1 to 4'"),
    ],
)
def test_what_can_not_be_published_is_refused(
    asked: tuple[str, ...], said: str, audit: Audit, tmp_path: Path
) -> None:
    ended = audit("score", cases(tmp_path), *RUBRIC, *asked)
    assert (ended.code, ended.out) == (2, "")
    assert said in " ".join(ended.err.split())
    assert not (tmp_path / asked[-1]).exists()


@pytest.mark.parametrize(
    ("publish", "asked", "up_to", "set_by"),
    [
        ("", (), 4, "the program's default"),
        ("publish: {hide: 1 to 9}", (), 9, "the rubric"),
        ("publish: {hide: 7}", (), 7, "the rubric"),
        ("publish: {hide: 1 to 9}", ("--hide", "1-5"), 5, "whoever published it"),
    ],
)
def test_who_says_which_counts_are_small(
    publish: str, asked: tuple[str, ...], up_to: int, set_by: str, audit: Audit, tmp_path: Path
) -> None:
    save_text(tmp_path / "rubric.yaml", f"{NIGHT_DUTY}\n{publish}\n")
    ended = audit("score", cases(tmp_path), *RUBRIC, "--publish", "--json", *asked)
    assert json.loads(ended.out)["hides"] == {"up_to": up_to, "set_by": set_by}
    again = audit("score", cases(tmp_path), *RUBRIC, "-o", "result.json", "--force")
    assert again.code == 0
    saved = audit("score", "result.json", "--publish", "--json", *asked)
    assert json.loads(saved.out)["hides"] == {"up_to": up_to, "set_by": set_by}


def test_a_rubric_that_would_hide_nought_is_refused(audit: Audit, tmp_path: Path) -> None:
    save_text(tmp_path / "rubric.yaml", f"{NIGHT_DUTY}\npublish: {{hide: 0 to 4}}\n")
    ended = audit("score", cases(tmp_path), *RUBRIC)
    assert ended.code == 2
    assert "nought is always shown" in " ".join(ended.err.split())


def test_an_internal_report_says_that_it_has_small_numbers(audit: Audit, tmp_path: Path) -> None:
    audit("score", cases(tmp_path), *RUBRIC, "-o", "out.html")
    assert "Contains small numbers" in text(tmp_path / "out.html")


@pytest.mark.parametrize("by", [(), ("--by", "district")])
def test_a_hidden_count_of_1_and_of_4_leave_the_same_words_in_every_format(
    by: tuple[str, ...], audit: Audit, tmp_path: Path
) -> None:
    """With one case of 40 missing the target of 95% is reached, with four it is missed."""
    outputs = [f"out{suffix}" for suffix in FORMATS]
    said = []
    for missing, grades in ((1, (6, 3, 9, 22)), (4, (5, 4, 9, 22))):
        words = [word for word, n in zip(GRADES, grades, strict=True) for _ in range(n)]
        rows = [
            [f"URN-{n:05}", "North" if n < 18 else "South", "" if n < missing else "W1", "No", word]
            for n, word in enumerate(words)
        ]
        headings = ["Case ref", "District", "Ethnicity", "Disability or SEN", "Overall grade"]
        save_csv(tmp_path / "cases.csv", [headings, *rows])
        more = [word for output in outputs for word in ("-o", output)]
        ended = audit("score", "cases.csv", *RUBRIC, *by, "--publish", *more, "--force")
        assert ended.code == 0, ended.err
        files = [re.sub(r"\d\d:\d\d:\d\d", "", text(tmp_path / name)) for name in outputs]
        said.append([ended.out, *files])
    for one, four in zip(*said, strict=True):
        assert one == four
    assert "missed" not in said[0][0]


def test_a_published_workbook_hides_no_sheet_and_has_no_figure_that_is_not_in_sight(
    audit: Audit, tmp_path: Path
) -> None:
    """Neither among its words, nor in what a chart remembers or says to those who don't see it."""
    audit("score", cases(tmp_path), *RUBRIC, "--by", "district", "--publish", "-o", "out.xlsx")
    book = openpyxl.load_workbook("out.xlsx")
    seen = [cell.value for sheet in book for row in sheet.rows for cell in row]
    assert {sheet.sheet_state for sheet in book} == {"visible"}
    with zipfile.ZipFile("out.xlsx") as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    assert not [name for name in parts if re.search("pivot|external|custom", name, re.IGNORECASE)]
    assert not re.search(r'hidden="(1|true)"', "".join(parts.values()))
    words = re.findall(r"<t(?: [^>]*)?>([^<]*)</t>", parts["xl/sharedStrings.xml"])
    assert {html.unescape(word) for word in words} <= {str(value) for value in seen}
    charts = [part for name, part in parts.items() if name.startswith("xl/charts/chart")]
    assert charts
    remembered = {float(n) for chart in charts for n in re.findall(r"<c:v>([\d.]+)</c:v>", chart)}
    assert remembered <= {float(value) for value in seen if isinstance(value, int | float)}
    drawn = "".join(part for name, part in parts.items() if name.startswith("xl/drawings/drawing"))
    in_sight = " ".join(str(value) for value in seen)
    shares = {f"{100 * value:.4g}%" for value in seen if isinstance(value, float)}
    for said in re.findall(r'descr="([^"]*)"', drawn):
        for figure in re.findall(r"\d[\d,.]*\d%?|\d%?", said):
            assert figure in shares or figure in in_sight


def test_each_grouping_stands_under_its_own_heading(audit: Audit, tmp_path: Path) -> None:
    by = ("--by", "district", "--by", "disability")
    page = audit("score", cases(tmp_path), *RUBRIC, *by, "--publish").out
    headings = [line for line in page.splitlines() if line.startswith("By ")]
    assert headings[:2] == ["By district", "By disability"]
