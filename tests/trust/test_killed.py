import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from processes import SAMPLE, command, environment, start

KILLING = Path(__file__).with_name("killing.py")


def kills(name: str, *words: str, folder: Path) -> list[dict[str, Any]]:
    """What each kill left, which is never half a file, nor one that others may read."""
    ended = subprocess.run(
        [sys.executable, str(KILLING), name, *words],
        cwd=folder, env=environment(), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    left = [json.loads(line) for line in ended.stdout.splitlines()]
    for kill in left:
        assert kill["file"] in ("old", "new")
        assert all(other.startswith(f".{name}.") for other in kill["others"])
        assert not kill["open to others"]
    return left


@pytest.mark.parametrize("name", ["result.json", "findings.xlsx"])
def test_killed_after_any_work_the_file_is_the_old_one_or_the_new_one(
    name: str, tmp_path: Path
) -> None:
    left = kills(name, str(SAMPLE), "8", folder=tmp_path)
    assert sum(kill["end"] == "killed" for kill in left) > len(left) / 2


def test_stopped_before_any_line_of_its_writing_the_file_is_the_old_one_or_the_new_one(
    tmp_path: Path,
) -> None:
    left = kills("result.json", folder=tmp_path)
    assert {kill["file"] for kill in left} == {"old", "new"}
    assert sum(kill["end"] == "killed" for kill in left) > 15
    asked = [kill for kill in left if kill["stop"] in ("SIGINT", "SIGTERM")]
    assert {kill["end"] for kill in asked} == {"ended with 0", "ended with 130", "ended with 143"}
    assert not any(kill["others"] for kill in asked)
    assert any(kill["others"] for kill in left)


@pytest.mark.parametrize("delay", [0.3, 0.9])
def test_the_program_itself_killed_leaves_the_old_file(delay: float, tmp_path: Path) -> None:
    output = tmp_path / "result.json"
    output.write_bytes(b"old")
    process = start(command("score", SAMPLE, "-o", "result.json", "--force"), tmp_path)
    time.sleep(delay)
    process.kill()
    process.communicate()
    content = output.read_bytes()
    assert content == b"old" or "findings" in json.loads(content)
