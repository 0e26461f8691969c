"""What the machine around the program may be like: its drives, names, clock, homes, terminals."""

import errno
import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from multiprocessing.connection import wait
from pathlib import Path

import openpyxl
import pytest

from processes import ROOT, command, environment, fork, in_shell, run
from workbooks import HEADINGS, NIGHT_DUTY, Audit, case, save_csv, save_text, save_xlsx

RUBRIC = ("--rubric", "rubric.yaml")
WATCHED = Path(__file__).with_name("watched.py")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    cases = [case("C1"), case("C2", ethnicity=""), case("C3", ethnicity="")]
    save_xlsx(tmp_path / "cases.xlsx", [HEADINGS, *cases, case("C4", protected="perhaps")])
    save_csv(tmp_path / "cases.csv", [HEADINGS, *cases])
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
    return tmp_path


Fault = Callable[[str, Callable[..., object]], None]


@pytest.fixture
def fault(monkeypatch: pytest.MonkeyPatch) -> Fault:
    """Has a step of the system do something else where it meets the output."""

    def put(step: str, does: Callable[..., object]) -> None:
        real = getattr(os, step.removeprefix("os."))

        def instead(*words: object, **more: object) -> object:
            if step == "os.open" and ".out." not in str(words[0]):
                return real(*words, **more)
            return does(*words)

        monkeypatch.setattr(step, instead)

    return put


def take_away(*_: object) -> None:
    shutil.rmtree("drive")


def put_a_file_there(*_: object) -> None:
    shutil.rmtree("drive")
    Path("drive").touch()


def put_another_drive_there(*_: object) -> None:
    shutil.rmtree("drive")
    Path("drive").mkdir()


@pytest.mark.parametrize("happens", [take_away, put_a_file_there, put_another_drive_there])
@pytest.mark.parametrize("name", ["out.json", "out.xlsx", "out.csv"])
@pytest.mark.parametrize("options", [["--force"], []])
def test_a_drive_that_goes_away_ends_in_one_message(
    happens: Callable[..., object],
    name: str,
    options: list[str],
    audit: Audit,
    folder: Path,
    fault: Fault,
) -> None:
    (folder / "drive").mkdir()
    fault("os.fsync", happens)
    ended = audit("score", "cases.csv", *RUBRIC, "-o", f"drive/{name}", *options)
    assert (ended.code, ended.out) == (2, "")
    assert re.fullmatch(f"error: `drive/{name}` can't be written: [A-Z][a-z ]+\n", ended.err)
    assert not (folder / "drive" / name).exists()


NETWORK = [errno.ESTALE, errno.EIO, errno.ENOTCONN, errno.EHOSTDOWN, errno.ETIMEDOUT]


def failing(code: int, reason: str = "") -> Callable[..., object]:
    def fail(*_: object) -> object:
        raise OSError(code, reason or os.strerror(code))

    return fail


@pytest.mark.parametrize("step", ["os.open", "os.fsync", "os.replace"])
@pytest.mark.parametrize("code", NETWORK, ids=lambda code: errno.errorcode[code])
def test_a_drive_that_stops_answering_leaves_the_old_file(
    code: int, step: str, audit: Audit, folder: Path, fault: Fault
) -> None:
    (folder / "out.json").write_bytes(b"old")
    before = sorted(os.listdir(folder))
    fault(step, failing(code))
    ended = audit("score", "cases.csv", *RUBRIC, "-o", "out.json", "--force")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"error: `out.json` can't be written: {os.strerror(code)}\n"
    assert (folder / "out.json").read_bytes() == b"old"
    assert sorted(os.listdir(folder)) == before


# As Windows says it of a file that is open in Excel.
IN_USE = "The process cannot access the file because it is being used by another process"


def test_an_output_that_is_open_in_excel_is_kept(audit: Audit, folder: Path, fault: Fault) -> None:
    (folder / "out.xlsx").write_bytes(b"old")
    fault("os.replace", failing(errno.EACCES, IN_USE))
    ended = audit("score", "cases.csv", *RUBRIC, "-o", "out.xlsx", "--force")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        f"error: `out.xlsx` can't be written: {IN_USE}\n\nhint: Is it open in another program?\n"
    )
    assert (folder / "out.xlsx").read_bytes() == b"old"


@pytest.mark.parametrize("owner", ["~$out.xlsx", ".~lock.out.xlsx#"])
@pytest.mark.parametrize(
    "typed",
    [
        f"score cases.csv {' '.join(RUBRIC)} -o out.xlsx --force",
        f"agree cases.csv cases.xlsx {' '.join(RUBRIC)} --consensus out.xlsx --force",
    ],
)
def test_an_output_open_on_a_shared_drive_is_refused_before_any_work(
    typed: str, owner: str, audit: Audit, folder: Path
) -> None:
    for name in ("out.xlsx", owner):
        (folder / name).write_bytes(b"old")
    ended = audit(*typed.split())
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: `out.xlsx` is open in a spreadsheet program\n")
    assert f"delete `{owner}`" in ended.err
    assert (folder / "out.xlsx").read_bytes() == b"old"
    (folder / "out.xlsx").unlink()
    assert audit(*typed.split()).code == 0, "what is not there can't be open"


def test_the_file_that_excel_keeps_beside_an_open_workbook_is_named_as_that(
    audit: Audit, folder: Path
) -> None:
    (folder / "~$cases.xlsx").write_bytes(b"\x05Auditor".ljust(165, b" "))
    ended = audit("score", "~$cases.xlsx", *RUBRIC)
    assert ended.code == 2
    assert "Excel keeps it beside one that is open" in ended.err
    assert "Give cases.xlsx itself" in ended.err
    shutil.copy(folder / "cases.xlsx", folder / "~$cases.xlsx")
    assert audit("score", "~$cases.xlsx", *RUBRIC).code == 0


def test_an_input_that_another_program_holds_is_one_message(
    audit: Audit, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("casefile_audit.inputs._at_once", failing(errno.EACCES, IN_USE))
        ended = audit("score", "cases.xlsx", "--rubric", "child-protection")
    assert (ended.code, ended.out) == (2, "")
    assert re.search("hint: .*Close it in other programs", ended.err)


@pytest.mark.parametrize("name", ["a b", "audit 📋 “März”", "-x", "é" * 60, "deep"])
def test_any_name_of_the_files_and_folders_will_do(name: str, audit: Audit, folder: Path) -> None:
    home = folder / name / ("b" * 150) / ("c" * 100) if name == "deep" else folder / name
    home.mkdir(parents=True)
    for suffix in ("xlsx", "csv"):
        shutil.copy(folder / f"cases.{suffix}", home / f"{name}.{suffix}")
    shutil.copy(folder / "rubric.yaml", home / "the rubric 📋.yaml")
    rubric = ["--rubric", home / "the rubric 📋.yaml"]
    made = [home / f"out {name}.{suffix}" for suffix in ("json", "csv", "xlsx")]
    writing = [word for path in made for word in ("-o", path)]
    cases, other = home / f"{name}.xlsx", home / f"{name}.csv"
    for typed in (
        ["score", cases, *rubric, *writing],
        ["check", other, *rubric, "--write-mapping", home / "map of it.yaml"],
        ["score", other, *rubric, "--mapping", home / "map of it.yaml"],
        ["compare", cases, made[0], *rubric],
        ["agree", cases, other, *rubric, "--consensus", home / "settle it.xlsx"],
    ):
        ended = audit(*typed)
        assert ended.code == 0, ended.err
    assert name != "deep" or len(str(cases)) > 300
    assert all(path.stat().st_size for path in made)


def test_a_name_that_is_not_in_utf_8_is_a_name(audit: Audit, folder: Path) -> None:
    def odd(name: str) -> Path:
        return folder / os.fsdecode(b"caf\xe9 " + name.encode())

    for suffix in ("csv", "xlsx"):
        shutil.copy(folder / f"cases.{suffix}", odd(f"cases.{suffix}"))
    made = [odd(f"out.{suffix}") for suffix in ("json", "csv", "xlsx")]
    writing = [word for path in made for word in ("-o", path)]
    cases, other = odd("cases.xlsx"), odd("cases.csv")
    for typed in (
        ["score", cases, *RUBRIC, *writing],
        ["check", other, *RUBRIC, "--write-mapping", odd("map.yaml")],
        ["score", cases, *RUBRIC, "--mapping", odd("map.yaml"), "--json"],
        ["compare", cases, made[0], *RUBRIC],
        ["agree", cases, other, *RUBRIC, "--consensus", odd("settle.xlsx")],
    ):
        ended = audit(*typed)
        assert ended.code == 0, ended.err
    assert all(path.stat().st_size for path in made)


def test_of_two_runs_without_force_one_writes_and_the_other_says_so(folder: Path) -> None:
    words = command("score", "cases.csv", *RUBRIC, "-o", "out.json")
    runs = [
        subprocess.Popen(words, cwd=folder, env=environment(), stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = {process.communicate(timeout=60)[1]: process.returncode for process in runs}
    assert sorted(said.values()) == [0, 2]
    assert any(text.startswith("error: `out.json` is there already") for text in said)
    assert json.loads((folder / "out.json").read_bytes())["cases"] == 3


# In a machine without it, the test of the writing of a workbook alone has to do.
if shutil.which("faketime"):

    @pytest.mark.parametrize("day", ["1969-12-31", "1975-03-01", "2040-02-03"])
    def test_a_clock_that_is_wrong_stops_nothing(day: str, folder: Path) -> None:
        typed = [
            "score cases.csv --rubric rubric.yaml -o out.json -o out.xlsx",
            "agree cases.csv cases.xlsx --rubric rubric.yaml --consensus settle.xlsx",
        ]
        ended = subprocess.run(
            ["faketime", f"{day} 12:00:00", sys.executable, str(WATCHED)],
            cwd=folder, env=environment(), input="\n".join(typed), text=True,
            capture_output=True, check=True,
        )  # fmt: skip
        assert ended.stdout.splitlines()[-3] == "[0, 0]", ended.stderr
        assert "rror" not in ended.stderr
        assert json.loads((folder / "out.json").read_bytes())["made_at"].startswith(day)
        for name in ("out.xlsx", "settle.xlsx"):
            assert openpyxl.load_workbook(folder / name).sheetnames


EVERYTHING = """
score cases.csv --rubric rubric.yaml -o result.json -o findings.xlsx -o findings.csv
check cases.xlsx --rubric rubric.yaml --write-mapping mapping.yaml
compare cases.csv cases.xlsx --rubric rubric.yaml
agree cases.csv cases.xlsx --rubric rubric.yaml --consensus settle.xlsx
trend cases.csv --period allocated --rubric rubric.yaml
rubric new new.yaml
rubric check new.yaml
rubric list
""".strip().splitlines()
MADE = {"result.json", "findings.xlsx", "findings.csv", "mapping.yaml", "settle.xlsx", "new.yaml"}


@pytest.mark.parametrize(
    "machine",
    [
        "unset HOME USER LOGNAME PATH TMPDIR TEMP TMP",
        "export HOME=/proc/none TMPDIR=/proc/none XDG_CACHE_HOME=/proc/none TEMP= TMP=",
        'export HOME="$PWD/read-only" TMPDIR="$PWD/read-only" XDG_CACHE_HOME="$PWD/read-only"',
        'export HOME="$PWD/empty" XDG_CACHE_HOME="$PWD/empty" XDG_CONFIG_HOME="$PWD/empty"',
    ],
)
def test_no_home_and_no_temporary_folder_is_needed_or_used(machine: str, folder: Path) -> None:
    for name, mode in (("empty", 0o700), ("read-only", 0o500)):
        (folder / name).mkdir(mode)
    save_text(folder / "typed.txt", "\n".join(EVERYTHING))
    before = set(os.listdir(folder))
    watched = f'"{sys.executable}" "{WATCHED}" < typed.txt'
    ended = in_shell(f"export PYTHONDONTWRITEBYTECODE=1; {machine}; {watched}", folder)
    codes, tried, written = map(json.loads, ended.out.splitlines()[-3:])
    assert (codes, tried) == ([0] * len(EVERYTHING), []), ended.err
    assert {(folder / path).parent for path in written} == {folder}
    assert set(os.listdir(folder)) - before == MADE
    assert not os.listdir(folder / "empty")
    assert not os.listdir(folder / "read-only")


def in_terminal(*arguments: str | Path, folder: Path, **more: str) -> str:
    """What a person sees who runs it in a terminal."""
    ours, theirs = pty.openpty()
    process = fork(*arguments, folder=folder, streams=[os.ttyname(theirs)] * 3, **more)
    seen = b""
    while ours in wait([ours, process.sentinel]):
        seen += os.read(ours, 65536)
    os.close(ours)
    os.close(theirs)
    process.join()
    assert process.exitcode == 0, seen
    return seen.decode()


COLOUR = re.compile(r"\x1b\[(\d+;)*(3|4|9|10)[0-8](;\d+)*m")


def test_colours_are_for_terminals_that_want_them(folder: Path) -> None:
    save_csv(folder / "few.csv", [HEADINGS[:4], ["C1", "North", "W1", "No"]])  # gets a warning
    typed = ("score", "few.csv", *RUBRIC)
    seen = {
        name: in_terminal(*typed, folder=folder, **variables)
        for name, variables in {
            "plain": {"TERM": "xterm-256color"},
            "no colour": {"TERM": "xterm-256color", "NO_COLOR": "1"},
            "dumb": {"TERM": "dumb"},
        }.items()
    }
    assert COLOUR.search(seen["plain"])
    assert not COLOUR.search(seen["no colour"])
    assert "\x1b" not in seen["dumb"]
    piped = run(*typed, folder=folder, TERM="xterm-256color")
    assert "\x1b" not in piped.out + piped.err
    words = {re.sub(r"\x1b\[[0-9;]*m|\s+", "", text) for text in [*seen.values(), piped.out]}
    assert len(words) == 1


WIDTHS, NO_WIDTHS = ("1", "20", "50", "100000"), ("0", "-3", "none", "")


@pytest.mark.parametrize(
    ("typed", "widths"),
    [
        ("score SAMPLE --details", WIDTHS),
        ("compare SAMPLE SAMPLE", WIDTHS),
        ("check SAMPLE", (*WIDTHS, *NO_WIDTHS)),
    ],
)
def test_a_page_of_any_width_has_every_number(
    typed: str, widths: tuple[str, ...], audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = str(ROOT / "samples" / "case-reviews-2024.xlsx")
    words = typed.replace("SAMPLE", sample).split()
    monkeypatch.setenv("COLUMNS", "120")
    numbers = set(re.findall(r"\d+%?", audit(*words).out))
    for columns in widths:
        monkeypatch.setenv("COLUMNS", columns)
        narrow = audit(*words)
        assert narrow.code == 0, columns
        assert numbers <= set(re.findall(r"\d+%?", narrow.out)), columns
        assert max(map(len, narrow.out.splitlines())) <= 120, columns


ALLOWED = "import resource; resource.setrlimit(resource.RLIMIT_AS, ({0} << 20, {0} << 20))"


def test_a_small_workbook_takes_little_memory(folder: Path) -> None:
    words = command("score", "cases.xlsx", *RUBRIC, "--json", first=ALLOWED.format(500))
    ended = subprocess.run(words, cwd=folder, env=environment(), capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.parametrize(
    "typed",
    [
        "score long.csv --rubric RUBRIC",
        "sample long.csv --size 10",
        "score short.parquet --rubric RUBRIC",
        "template RUBRIC --cases short.parquet -o form.xlsx",
    ],
)
def test_what_needs_polars_under_too_little_memory_ends_in_one_message(
    typed: str, folder: Path
) -> None:
    import polars

    polars.DataFrame({heading: ["Yes"] for heading in HEADINGS}).write_parquet(
        folder / "short.parquet"
    )
    with (folder / "long.csv").open("w") as file:
        file.write(",".join(HEADINGS) + "\n")
        blanks = "," * (len(HEADINGS) - 2)
        file.writelines(f"C{number},{'x' * 3_000}{blanks}\n" for number in range(3_000))
    words = typed.replace("RUBRIC", RUBRIC[1]).split()
    ended = run(*words, folder=folder, first=ALLOWED.format(1_000))
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.splitlines()[0] == "error: there isn't enough memory"
    assert len(ended.err.splitlines()) == 3
