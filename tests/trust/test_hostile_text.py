import csv
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from casefile_audit.output.writing import OutputTable, write_table
from casefile_audit.report.terminal import safe
from workbooks import HEADINGS, NIGHT_DUTY, Audit, case, save_csv, save_text, save_xlsx

HOSTILE = (
    "\x1b[31mred\x1b]8;;http://example.org\x07link\x1b]8;;\x07\x9b2J\x07\x08\x7f"
    "\u202egnp.exe\u2066\u061c\u200f\u2028[bold]b[/bold][link=x]:smile:\r\nerror: all is well\n"
)
IN_XML = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", HOSTILE)
STEERS = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
RUBRIC = ("--rubric", "rubric.yaml")
COMMANDS = [
    ["score", "{cases}", *RUBRIC, "--details", "--by", "district", "--hold-to-targets"],
    ["score", "{cases}", *RUBRIC, "--json"],
    ["score", "{cases}", *RUBRIC, "--sheet", HOSTILE],
    ["score", "{cases}", *RUBRIC, "--map", f"ethnicity={HOSTILE}"],
    ["score", "{cases}", *RUBRIC, "--by", HOSTILE],
    ["score", "{cases}", *RUBRIC, "--as-of", HOSTILE],
    ["score", "{cases}", *RUBRIC, "--hold-to-targets", "-o", f"{HOSTILE}.json"],
    ["score", "{cases}", *RUBRIC, f"--{HOSTILE}"],
    ["score", "grades.csv", *RUBRIC],
    ["score", HOSTILE],
    ["check", "{cases}", *RUBRIC],
    ["check", "{cases}", *RUBRIC, "--write-mapping", f"{HOSTILE}.yaml"],
    ["check", "grades.csv", *RUBRIC],
    ["rubric", "show", "rubric.yaml"],
    ["rubric", "check", "rubric.yaml"],
    ["rubric", "check", f"{HOSTILE}.yaml"],
    ["rubric", "show", HOSTILE],
    ["rubric", "new", f"{HOSTILE}.yaml"],
    ["rubric", HOSTILE],
    ["compare", "{cases}", "{cases}", *RUBRIC, "--by", "district"],
    ["compare", "{cases}", "{cases}", *RUBRIC, "--json"],
    ["agree", "{cases}", "second.csv", *RUBRIC, "--significant", "1"],
    ["agree", "{cases}", "second.csv", *RUBRIC, "--json"],
    ["agree", "{cases}", "second.csv", *RUBRIC, "--consensus", f"{HOSTILE[:-20]}.xlsx"],
    ["trend", "{cases}", "second.csv", *RUBRIC, "--period", "allocated"],
    ["trend", "{cases}", "second.csv", *RUBRIC, "--period", "allocated", "--json"],
    ["trend", "{cases}", *RUBRIC, "--period", HOSTILE],
    [HOSTILE],
]


def in_yaml(text: str) -> str:
    """Text as a YAML writer of ill will would escape it."""
    return '"' + "".join(c if c.isalnum() else f"\\u{ord(c):04x}" for c in text) + '"'


@pytest.fixture
def folder(audit: Audit, tmp_path: Path) -> Path:
    text = NIGHT_DUTY.replace("Night duty case file check", in_yaml(HOSTILE))
    for words in ("missing ethnicity", "Assessing risk", "Designated officer review"):
        text = text.replace(f": {words}\n", f": {in_yaml(words + HOSTILE)}\n")
    save_text(tmp_path / "rubric.yaml", text)
    save_text(tmp_path / f"{HOSTILE.replace('/', '')}.yaml", "rubric: [")
    months = [case(f"C{n}{HOSTILE}", allocated=f"01/{n + 1:02}/2024") for n in range(12)]
    wrong = case("C13", ethnicity=HOSTILE, protected=HOSTILE, district=HOSTILE, reviewed=HOSTILE)
    headings: list[object] = [*HEADINGS, HOSTILE, f"Ethnicty {HOSTILE}"]
    rows: list[list[object]] = [headings, *([*row, "x", ""] for row in (*months, wrong))]
    save_csv(tmp_path / "grades.csv", [HEADINGS, case(HOSTILE, grade=HOSTILE)])
    other = [case(f"C{n}{HOSTILE}", grade="inadequate", ethnicity="") for n in range(12)]
    save_csv(tmp_path / "second.csv", [HEADINGS, *other])
    save_csv(tmp_path / f"{HOSTILE.replace('/', '')}.csv", rows)
    clean = [[re.sub(STEERS, "", str(cell)) for cell in row] for row in rows]
    save_xlsx(tmp_path / "cases.xlsx", {re.sub(r"[\\/*?:\[\]]", "", IN_XML)[:31]: clean})
    return tmp_path


@pytest.mark.parametrize("cases", [f"{HOSTILE.replace('/', '')}.csv", "cases.xlsx"])
def test_no_text_steers_the_terminal_or_passes_for_a_message(
    cases: str, audit: Audit, folder: Path
) -> None:
    codes = set()
    for typed in COMMANDS:
        ended = audit(*(cases if word == "{cases}" else word.replace("/", "") for word in typed))
        codes.add(ended.code)
        assert not STEERS.search(ended.out + ended.err), typed
        assert not re.search("^error: all is well", ended.err, re.M), typed
        if "--json" in typed and ended.code != 2:
            assert ended.json["schema"], typed
    assert codes == {0, 2}


FORMULAS = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    '=HYPERLINK("http://example.org","x")',
    "＝1+1",
    "<script>alert(1)</script>",
    "&lt;b&gt; ]]> <!--",
    "a_x001B_b",
    "{{7*7}} ${7*7} %n",
]


def cells_in_csv(path: Path) -> list[str]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return [cell for row in csv.reader(file) for cell in row]


def test_no_file_holds_text_that_steers_or_is_a_formula(audit: Audit, folder: Path) -> None:
    payloads = [*FORMULAS, HOSTILE]
    named = [f"C{n} {text}" for n, text in enumerate(payloads)]
    first = [
        case(text, district=text, disability=text, protected=text, ethnicity="", allocated="")
        for text in (*payloads, *named)
    ]
    second = [case(text, grade="inadequate", reviewed="No") for text in (*payloads, *named)]
    for name, rows in (("a.csv", first), ("b.csv", second)):
        save_csv(folder / name, [[*HEADINGS, *payloads], *([*row, *payloads] for row in rows)])
    made = ["r.json", "t.csv"]
    writing = [word for name in made for word in ("-o", name)]
    for typed in (
        ["score", "a.csv", *RUBRIC, "--by", "district", "--by", "disability", *writing],
        ["score", "a.csv", *RUBRIC, "--by", "district", "--findings", "f.csv"],
        ["score", "a.csv", *RUBRIC, "--by", "district", "--findings", "f.xlsx"],
        ["check", "a.csv", *RUBRIC, "--write-mapping", "m.yaml"],
        ["score", "a.csv", *RUBRIC, "--mapping", "m.yaml"],
        ["agree", "a.csv", "b.csv", *RUBRIC, "--consensus", "c.xlsx"],
        ["rubric", "new", "mine.yaml", "--from", "rubric.yaml"],
    ):
        ended = audit(*typed)
        assert ended.code == 0, (typed, ended.err)
    for name in ("r.json", "f.csv", "t.csv", "m.yaml", "mine.yaml"):
        held = (folder / name).read_text("utf-8-sig").replace("\r\n", "\n")
        assert not STEERS.search(held), name
    for name in ("f.csv", "t.csv"):
        cells = cells_in_csv(folder / name)
        assert any("cmd|" in cell for cell in cells)
        assert not any(cell.startswith(tuple("=+-@＝＋－＠\t\r\n")) for cell in cells)
    for name in ("f.xlsx", "c.xlsx"):
        with zipfile.ZipFile(folder / name) as package:
            parts = {part: package.read(part).decode() for part in package.namelist()}
        assert not any(STEERS.search(text.replace("\n", "")) for text in parts.values()), name
        assert not any("externalLink" in part or "vba" in part.lower() for part in parts)
        sheets = [text for part, text in parts.items() if "/sheet" in part]
        assert not any(re.search(r"<f\b|<hyperlink|<script", text) for text in sheets), name
        book = openpyxl.load_workbook(folder / name)
        held_cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert any("cmd|" in str(cell.value) for cell in held_cells)
        assert {cell.data_type for cell in held_cells} <= {"s", "n", "inlineStr"}
    assert json.loads((folder / "r.json").read_bytes())["cases"] == len(first)


@pytest.mark.parametrize("character", list("\x1b\x9b\r\n\0\u202e\u2069\u061c"))
def test_a_character_that_steers_is_shown_as_one_that_is_lost(character: str) -> None:
    assert safe(f"a{character}b") == "a\N{REPLACEMENT CHARACTER}b"


@pytest.mark.parametrize("text", ["\udce9", "a\ud800b"])
def test_half_a_character_is_no_reason_to_stop(text: str, audit: Audit, folder: Path) -> None:
    for option in ("--sheet", "--by", "--as-of", "--mapping", "--rubric", "-o"):
        assert audit("score", "second.csv", *RUBRIC, option, text).code == 2, option
    ended = audit("score", "second.csv", *RUBRIC, "--map", f"district={text}", "--json")
    assert ended.code in (0, 2), ended.err


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("-5", "-5"),
        ("+44 7700 900123", "+44 7700 900123"),
        ("-2.5%", "-2.5%"),
        ("-5+cmd|' /C calc'!A0", "'-5+cmd|' /C calc'!A0"),
        ("+1 -1", "'+1 -1"),
        ("-1-1", "'-1-1"),
        ("-5\n=1", "'-5\n=1"),
        ("=1", "'=1"),
    ],
)
def test_a_plain_number_is_not_altered_in_a_csv(cell: str, written: str, tmp_path: Path) -> None:
    write_table(tmp_path / "a.csv", OutputTable("A", ["Cell"], [[cell]]))
    with open(tmp_path / "a.csv", newline="", encoding="utf-8-sig") as file:
        assert list(csv.reader(file))[1] == [written]
