"""Scores hostile files in one process that is held to bounds, and judges what became of each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import forked
from processes import WARM, environment
from workbooks import NIGHT_DUTY, Run, save_text

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


def run_lines(lines: Iterable[list[str]], folder: Path) -> list[WatchedRun]:
    """What became of each run of ``audit``."""
    with Watched(folder) as audit:
        return [audit(*line) for line in lines]


class Watched:
    """Runs ``audit`` in one process under watch; after a run that ends it, in another."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._begin()

    def _begin(self) -> None:
        self._lines, theirs = WARM.Pipe()
        words = (theirs, str(self._folder), environment())
        self.process = WARM.Process(target=forked.serve, args=words)
        self.process.start()
        theirs.close()

    def __call__(self, *arguments: str) -> WatchedRun:
        """What became of one run."""
        try:
            self._lines.send(arguments)
            return WatchedRun(*self._lines.recv())
        except (EOFError, OSError):
            self._end()
            code = self.process.exitcode
            assert code is not None
            self._begin()
            return WatchedRun(code, "", "", [])

    def _end(self) -> None:
        self._lines.close()
        self.process.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()


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
