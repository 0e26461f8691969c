import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from processes import environment, in_shell, run
from workbooks import (
    FIELDS,
    HEADINGS,
    NIGHT_DUTY,
    Audit,
    Rows,
    case,
    save_csv,
    save_text,
    save_xlsx,
)

WATCHED = Path(__file__).with_name("watched.py")
MARKER = "XMARKERX"
NARRATIVE = f"{MARKER} told her aunt what he had done, and the aunt rang the school on the Monday"
NAME = f"{MARKER} Smith"

LEXICAL = NIGHT_DUTY.replace(
    "criteria:\n",
    """  summary: {type: text, headings: [Summary]}
criteria:
  language:
    question: Is the summary free of blame?
    missing: with words that blame
    met: {free_of: {summary: [rang the school]}}
    target: 100
""",
)

EVERY_COMMAND = """
--help
--version
score cases.xlsx --rubric rubric.yaml
score cases.xlsx --rubric rubric.yaml --json --details --hold-to-targets
score cases.xlsx --rubric rubric.yaml -o result.json -o findings.xlsx -o findings.csv
score grades.xlsx --rubric rubric.yaml
score none.xlsx
score cases.xlsx --rubric rubric.yaml --by districts
score cases.xlsx --rubric rubric.yaml --map ethnicity=Colour
check cases.xlsx --rubric rubric.yaml --write-mapping mapping.yaml
check grades.xlsx --rubric rubric.yaml
score cases.xlsx --rubric rubric.yaml --mapping mapping.yaml --json
rubric list
rubric show rubric.yaml
rubric check rubric.yaml
rubric check cases.xlsx
rubric new new.yaml
rubric schema
compare cases.xlsx result.json --rubric rubric.yaml
compare cases.xlsx cases.xlsx --rubric rubric.yaml --paired --by protected --json
compare cases.xlsx grades.xlsx --rubric rubric.yaml
agree cases.xlsx second.xlsx --rubric rubric.yaml --consensus consensus.xlsx
agree cases.xlsx result.json --rubric rubric.yaml --json
trend cases.xlsx --period allocated --rubric rubric.yaml
trend cases.xlsx second.xlsx --period allocated --rubric rubric.yaml --json
trend result.json result.json
""".strip().splitlines()
ASKED_FOR = {
    *("result.json", "findings.xlsx", "findings.csv", "mapping.yaml", "new.yaml"),
    "consensus.xlsx",
}


def rows(*, grades: bool) -> list[list[object]]:
    """Cells that are wrong in every way, each with a narrative in it, beside narratives."""
    found: list[list[object]] = [[NARRATIVE], [*HEADINGS, "Summary", "Child's name"]]
    for number in range(6):
        dated = {"allocated": f"0{number + 1}/03/2024"}
        found.append([*case(f"C{number}", **dated), NARRATIVE, NAME])
    for field in FIELDS[2:9]:
        for kind, held in (("narrative", NARRATIVE), ("name", NAME)):
            wrong: dict[str, object] = {field: held}
            found.append([*case(f"W-{field}-{kind}", **wrong), NARRATIVE, NAME])
    if grades:
        found.append([*case("N-grade", grade=NAME), NARRATIVE, NAME])
        found.append([*case("W-grade", grade=NARRATIVE), NARRATIVE, NAME])
    width = len(HEADINGS)
    found.append(["Total", *[""] * (width - 1), NARRATIVE, NAME])
    found.append([*[""] * width, NARRATIVE, ""])
    found.append([f"Note: {NARRATIVE}"])
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_text(tmp_path / "rubric.yaml", LEXICAL)
    about: dict[str, Rows] = {"About": [["What this is"], [NARRATIVE]], "Hidden": [[NARRATIVE]]}
    for name in ("cases.xlsx", "second.xlsx"):
        sheets = {"Cases": rows(grades=False)[: 8 if name == "second.xlsx" else None], **about}
        save_xlsx(tmp_path / name, sheets, hide=["Hidden"])
    save_xlsx(tmp_path / "grades.xlsx", {"Cases": rows(grades=True)})
    return tmp_path


def test_no_command_uses_the_network_or_writes_what_was_not_asked_for(folder: Path) -> None:
    home, temporary, work = folder / "home", folder / "temporary", folder / "work"
    work.mkdir()
    for path in [*folder.glob("*.*")]:
        shutil.move(path, work)
    home.mkdir()
    temporary.mkdir()
    # Where the system allows it, the network is cut off too.
    cut = in_shell("unshare -rn true", work).code == 0
    before = set(os.listdir(work))
    ended = subprocess.run(
        [*(["unshare", "-rn"] if cut else []), sys.executable, str(WATCHED)],
        cwd=work,
        input="\n".join(EVERY_COMMAND),
        env=environment(HOME=str(home), TMPDIR=str(temporary), PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    codes, tried, written = map(json.loads, ended.stdout.splitlines()[-3:])
    assert tried == []
    assert 3 not in codes
    assert codes.count(0) > 12
    assert codes.count(2) > 6
    assert set(os.listdir(work)) - before == ASKED_FOR
    assert not list(home.iterdir())
    assert not list(temporary.iterdir())
    outputs = {Path(path).name.removeprefix(".").rsplit(".", 1)[0] for path in written}
    assert outputs == ASKED_FOR


def test_no_message_or_file_holds_a_narrative_or_a_name(audit: Audit, folder: Path) -> None:
    for typed in EVERY_COMMAND:
        ended = audit(*typed.split())
        assert ended.code != 3, ended.err
        assert MARKER not in ended.out + ended.err, typed
    inputs = {"cases.xlsx", "second.xlsx", "grades.xlsx"}
    for path in folder.iterdir():
        if path.name not in inputs:
            assert MARKER not in text_in(path), path.name


def text_in(path: Path) -> str:
    if path.suffix != ".xlsx":
        return path.read_text("utf-8-sig")
    shutil.unpack_archive(path, path.with_suffix(""), "zip")
    parts = path.with_suffix("").rglob("*.xml")
    return "".join(part.read_text("utf-8") for part in parts)


CRASH = f"""
import warnings
import casefile_audit.commands.check as check
def fail(intake, rubric):
    warnings.warn("{MARKER} in a warning")
    try:
        raise KeyError("{MARKER} in a cause")
    except KeyError as cause:
        raise type("Panic", (BaseException,), {{}})("{MARKER} in a message") from cause
check.check_page = fail
"""


def test_a_bug_report_and_a_warning_hold_nothing_of_the_files(folder: Path) -> None:
    arguments = ("check", "cases.xlsx", "--rubric", "rubric.yaml")
    ended = run(*arguments, folder=folder, first=CRASH)
    assert (ended.code, ended.out) == (3, "")
    assert "this is a bug in casefile-audit" in ended.err
    assert "casefile_audit.commands.check:" in ended.err
    assert MARKER not in ended.err
    assert "cases.xlsx" not in ended.err
    assert str(Path(__file__).parents[2]) not in ended.err


@pytest.mark.parametrize(
    ("raised", "says"),
    [
        (MemoryError(), "error: there isn't enough memory"),
        (OSError(MARKER), "error: the system refuses something that this needs: no reason"),
        (type("PanicException", (BaseException,), {})(MARKER), "error: there isn't enough memory"),
    ],
    ids=["the interpreter says it", "a library says it without a number", "Polars panics"],
)
def test_a_workbook_too_big_for_memory_is_not_called_a_bug(
    raised: BaseException, says: str, audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_much(*_: object) -> None:
        raise raised

    save_csv(tmp_path / "cases.csv", [HEADINGS, case("C1")])
    monkeypatch.setattr("casefile_audit.commands.check.check_page", too_much)
    monkeypatch.setattr("casefile_audit.cli.memory_allowed", lambda: 2e9)
    ended = audit("check", "cases.csv", "--rubric", "rubric.yaml")
    assert ended.code == 2
    assert ended.err.startswith(says)
    assert MARKER not in ended.err
    assert "\nhint: Split the files" in ended.err
