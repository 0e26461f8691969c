import subprocess
import sys
from pathlib import Path

import pytest

from casefile_audit.cli import COMMANDS, load_command

SAMPLE = Path(__file__).parents[2] / "samples" / "police-protection-2024.xlsx"


def modules_after(*arguments: str) -> set[str]:
    """The modules that a run of ``audit`` imports."""
    script = """
import sys
from casefile_audit.cli import main
try:
    main()
except SystemExit:
    print(*sys.modules, file=sys.stderr)
"""
    command = [sys.executable, "-c", script, *arguments]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    return set(run.stderr.split())


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_comes_without_waiting_for_the_heavy_libraries(option: str) -> None:
    loaded = modules_after(option)
    assert "casefile_audit.cli" in loaded
    assert not {"pandas", "numpy", "pydantic", "scipy", "pyarrow", "openpyxl"} & loaded


def test_scoring_does_not_wait_for_what_only_other_commands_need() -> None:
    loaded = modules_after("score", str(SAMPLE))
    assert "pandas" in loaded
    assert not {"scipy", "openpyxl", "holidays"} & loaded


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_says_of_itself_what_the_list_of_commands_says(name: str) -> None:
    assert load_command(name).help.split("\n")[0] == COMMANDS[name]
