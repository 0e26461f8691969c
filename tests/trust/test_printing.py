import json
import subprocess
import time
from pathlib import Path

import pytest

from processes import SAMPLE, command, environment, in_shell
from workbooks import HEADINGS, NIGHT_DUTY, Audit, case, save_csv, save_text

PIPED = ["--help", "rubric schema", "score cases.csv --rubric rubric.yaml --json"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_csv(tmp_path / "cases.csv", [HEADINGS, case("C1"), case("C2", ethnicity="")])
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
    return tmp_path


@pytest.mark.parametrize("typed", PIPED)
def test_a_reader_that_stops_early_is_no_reason_for_a_word(typed: str, folder: Path) -> None:
    ended = in_shell(f"audit {typed} | true; exit ${{PIPESTATUS[0]}}", folder)
    assert (ended.code, ended.out, ended.err) == (141, "", "")


def test_a_target_missed_is_not_taken_for_a_pipe_that_closed(folder: Path) -> None:
    line = "audit score cases.csv --rubric rubric.yaml --hold-to-targets | cat; exit ${PIPESTATUS}"
    assert in_shell(line, folder).code == 1


@pytest.mark.parametrize("typed", PIPED)
@pytest.mark.parametrize(
    ("where", "said"),
    [(">/dev/full", "can't print: No space left on device"), (">&-", "standard output is closed")],
)
def test_an_answer_that_cannot_be_printed_is_an_error(
    typed: str, where: str, said: str, folder: Path
) -> None:
    ended = in_shell(f"audit {typed} {where}", folder)
    assert ended.code == 2
    assert ended.err.startswith(f"error: {said}")
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize("where", ["2>&-", "2>/dev/full", "2> >(true)", "2>&- <&-"])
def test_where_nobody_can_be_told_the_exit_code_tells(where: str, folder: Path) -> None:
    ended = in_shell(f"audit score none.csv {where}", folder)
    assert (ended.code, ended.out, ended.err) == (2, "", "")


def test_no_library_prints_into_a_file_when_the_streams_are_closed(folder: Path) -> None:
    line = "audit score cases.csv --rubric rubric.yaml -o out.json 2>&- <&- >/dev/null"
    assert in_shell(line, folder).code == 0
    assert json.loads((folder / "out.json").read_bytes())["rubric"]["name"] == "night-duty"


@pytest.mark.parametrize(
    ("variables", "bar"),
    [
        ({"PYTHONIOENCODING": "ascii"}, "#"),
        ({"PYTHONIOENCODING": "cp1252"}, "#"),
        ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, "#"),
        ({"LC_ALL": "tr_TR.UTF-8", "PYTHONUTF8": "1"}, "█"),
    ],
)
def test_any_locale_prints_the_same_numbers(
    variables: dict[str, str], bar: str, tmp_path: Path
) -> None:
    # Python heeds some of these from its first moment on, so it is started anew.
    ended = subprocess.run(
        command("score", SAMPLE, "--full"), cwd=tmp_path,
        env=environment(COLUMNS="120", **variables),
        capture_output=True, encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "1 of 67 with victim-blaming" in ended.stdout
    assert bar in ended.stdout
    assert "?" not in ended.stdout.replace("language?", "")  # the only question asked


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/St_Johns", "nonsense"])
def test_a_time_zone_changes_no_outcome(
    zone: str, audit: Audit, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("score", "cases.csv", "--rubric", "rubric.yaml", "--as-of", "2024-06-01", "--json")
    results = []
    for name in ("UTC", zone):
        monkeypatch.setenv("TZ", name)
        time.tzset()
        results.append(audit(*arguments).json)
    monkeypatch.delenv("TZ")
    time.tzset()
    here, there = ({k: v for k, v in result.items() if k != "made_at"} for result in results)
    assert here == there
