"""Scores hostile files in one process that is held to bounds, and judges what became of each."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from processes import environment
from workbooks import NIGHT_DUTY, Run, save_text

BOUNDED = Path(__file__).with_name("bounded.py")
Made = Callable[[], bytes]
Outcome = int | str
"""How many cases are scored, or what the message says."""
SCORE = ("score", "--rubric", "rubric.yaml", "--json")


@dataclass(frozen=True)
class WatchedRun(Run):
    """What a run came to, and the rules that it broke."""

    broken: list[str]


Runs = dict[str, WatchedRun]


def run_all(files: Mapping[str, tuple[str, Made]], folder: Path, *more: str) -> Runs:
    """What became of each file, in a folder of its own; ``more`` are further options."""
    save_text(folder / "rubric.yaml", NIGHT_DUTY)
    lines = []
    for number, (file, make) in enumerate(files.values()):
        (folder / str(number)).mkdir()
        (folder / str(number) / file).write_bytes(make())
        lines.append([*SCORE, f"{number}/{file}", *more])
    return dict(zip(files, run_lines(lines, folder), strict=True))


def run_lines(lines: Sequence[list[str]], folder: Path) -> list[WatchedRun]:
    """What became of each run of ``audit``; after one that ends the process a new one goes on."""
    runs: list[WatchedRun] = []
    while len(runs) < len(lines):
        ended = subprocess.run(
            [sys.executable, str(BOUNDED)],
            cwd=folder,
            input="\n".join(map(json.dumps, lines[len(runs) :])),
            env=environment(),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        runs += [WatchedRun(**json.loads(line)) for line in ended.stdout.splitlines()]
        if len(runs) < len(lines):
            runs.append(WatchedRun(ended.returncode, "", ended.stderr, []))
    return runs


def check_run(name: str, runs: Runs, outcome: Outcome) -> None:
    """Hold a run to the right answer, or one message and exit code 2."""
    run = runs[name]
    assert run.broken == []
    if isinstance(outcome, int):
        assert run.code == 0, run.err
        assert sum(its["cases"] for its in run.json["inputs"]) == outcome
    else:
        assert is_one_message(run), run
        assert outcome in run.err.splitlines()[0]


def is_one_message(run: Run) -> bool:
    """Whether a run ended with an error, perhaps where it is, a hint, and nothing else."""
    lines = [line for line in run.err.splitlines() if not line.startswith("  ")]
    starts = [line.partition(": ")[0] for line in lines]
    return (run.code, run.out, starts) == (2, "", ["error", "", "hint"])
