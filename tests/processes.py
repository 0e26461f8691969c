"""The real command, in processes of their own."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from workbooks import Run

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples" / "dip-samples-2024.xlsx"


def command(*arguments: str | Path, first: str = "") -> list[str]:
    """``audit``, after some Python of the test's own has run in its process."""
    program = f"import sys\n{first}\nfrom casefile_audit.__main__ import main\nmain()"
    return [sys.executable, "-c", program, *map(str, arguments)]


def environment(**more: str) -> dict[str, str]:
    own = ("FORCE_COLOR", "NO_COLOR", "LANG")
    kept = {name: value for name, value in os.environ.items() if name not in own}
    return {**kept, "COLUMNS": "100", **more}


def start(words: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        words, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def run(*arguments: str | Path, folder: Path, first: str = "", **more: str) -> Run:
    """Run it to its end; what it prints is read as UTF-8, with � for what isn't."""
    ended = subprocess.run(
        command(*arguments, first=first),
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        check=False,
        timeout=60,
    )
    out, err = (data.decode(errors="replace") for data in (ended.stdout, ended.stderr))
    return Run(ended.returncode, out, err)


def in_shell(line: str, folder: Path) -> Run:
    """Run a line of shell in which ``audit`` is the command."""
    script = f'audit() {{ "{sys.executable}" -m casefile_audit "$@"; }}\n{line}'
    ended = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment(), capture_output=True, check=False
    )
    return Run(ended.returncode, ended.stdout.decode(), ended.stderr.decode())
