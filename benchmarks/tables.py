"""What was timed, as Markdown: ratios of ours to the other's, turn by turn, and memory."""

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

START, END = "<!-- figures -->", "<!-- end of figures -->"
OF_OURS = ("casefile-audit", "google-re2", "numpy", "openpyxl", "pandas", "polars",
           "pyarrow", "pydantic", "python-calamine", "dask", "distributed")  # fmt: skip
OF_RIVALS = ("dataframely", "duckdb", "fastexcel", "frictionless", "great_expectations", "pandas",
             "pandera", "pointblank", "polars", "pyarrow", "python-calamine")  # fmt: skip

Turn = Sequence[float]
"""The seconds that a command took, and its peak memory in bytes."""


@dataclass(frozen=True)
class Timed:
    """A pair of commands that was timed.

    Attributes:
        part: the part of the benchmark.
        file, suffix: the file, as it is named in a table, and what kind of file it is.
        against: what ours was timed against, or how it was run.
        ours, theirs: each turn of the two.
        trouble: why there is nothing to show, if there isn't.
    """

    part: str
    file: str
    suffix: str
    against: str
    ours: Sequence[Turn]
    theirs: Sequence[Turn]
    trouble: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is known by."""
        return self.part, self.file, self.suffix, self.against

    @property
    def ratios(self) -> list[float]:
        """Our seconds to theirs, of each turn."""
        return [a[0] / b[0] for a, b in zip(self.ours, self.theirs, strict=True)]


def tables(results: Sequence[Timed], python: Path) -> str:
    """Everything that was timed, and on what machine."""
    parts: list[str] = [machine(python)]
    for suffix, title in ((".xlsx", "Workbooks"), (".csv", "csv"), (".parquet", "parquet")):
        chosen = [t for t in results if t.part == "comparison" and t.suffix == suffix]
        if chosen:
            parts += [f"### {title}: time, `audit score` ÷ the other", _comparison(chosen, _ratio)]
            parts += [f"### {title}: peak memory, MB", _comparison(chosen, _memory)]
    for part, title, heading, cell in (
        ("rows", "As rows grow", "`audit score` ÷ bare pyarrow read", _ratio),
        ("criteria", "As criteria grow", "÷ 12 criteria", _ratio),
        ("groups", "As groups grow", "÷ without `--by`", _ratio),
        ("cluster", "A cluster", "times as fast", _speed_up),
    ):
        chosen = [t for t in results if t.part == part]
        if chosen:
            parts += [f"### {title}", _growth(chosen, heading, cell)]
    return "\n\n".join(parts)


def _comparison(chosen: Sequence[Timed], cell: Callable[[Timed], str]) -> str:
    files = list(dict.fromkeys(timed.file for timed in chosen))
    found = {(timed.against, timed.file): timed for timed in chosen}
    ours = [_ours([timed for timed in chosen if timed.file == file], cell) for file in files]
    rows = [["**`audit score`**", *ours]]
    for against in dict.fromkeys(timed.against for timed in chosen):
        cells = (found.get((against, file)) for file in files)
        rows.append([against, *("" if timed is None else _shown(timed, cell) for timed in cells)])
    return _table(["", *files], rows) + _troubles(chosen)


def _ours(of_file: Sequence[Timed], cell: Callable[[Timed], str]) -> str:
    turns = [turn for timed in of_file for turn in timed.ours]
    if not turns:
        return ""
    if cell is _memory:
        return _megabytes(turns)
    return f"{median(turn[0] for turn in turns):.2f} s"


def _growth(chosen: Sequence[Timed], heading: str, cell: Callable[[Timed], str]) -> str:
    rows = []
    for timed in chosen:
        seconds = f"{median(turn[0] for turn in timed.ours):.2f}" if timed.ours else ""
        peak = _megabytes(timed.ours) if timed.ours else ""
        rows.append([timed.against, timed.file, seconds, _shown(timed, cell), peak])
    return _table(["", "file", "seconds", heading, "peak memory, MB"], rows) + _troubles(chosen)


def _shown(timed: Timed, cell: Callable[[Timed], str]) -> str:
    return "none" if timed.trouble else cell(timed)


def _troubles(chosen: Sequence[Timed]) -> str:
    """Why there is nothing to show, for those of which there isn't."""
    lines = [f"- {t.against}, {t.file}: {t.trouble}" for t in chosen if t.trouble]
    return "\n\nNone, because:\n\n" + "\n".join(lines) if lines else ""


def _ratio(timed: Timed) -> str:
    return _spread(timed.ratios)


def _speed_up(timed: Timed) -> str:
    return _spread([1 / ratio for ratio in timed.ratios])


def _memory(timed: Timed) -> str:
    return _megabytes(timed.theirs)


def _spread(ratios: Sequence[float]) -> str:
    if len(ratios) == 1:
        return f"{ratios[0]:.2f}"
    return f"{median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def _megabytes(turns: Sequence[Turn]) -> str:
    return f"{median(turn[1] for turn in turns) / 1e6:,.0f}"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def machine(python: Path) -> str:
    """The machine and the versions, in a paragraph."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    cores = os.cpu_count() or 1
    return (
        f"Timed on {platform.system()} with {cores} {'core' if cores == 1 else 'cores'} "
        f"({_processor()}) and {memory:.0f} GB of memory, Python {platform.python_version()}. "
        f"The program: {_versions(Path(sys.executable), OF_OURS)}. "
        f"The others: {_versions(python, OF_RIVALS)}."
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _versions(python: Path, names: Iterable[str]) -> str:
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format=freeze"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    versions = dict(line.split("==") for line in listed.split() if "==" in line)
    return ", ".join(f"{name} {versions[name]}" for name in names if name in versions)


def write_into(page: Path, text: str) -> None:
    """Put the tables between the marks of a page."""
    before, start, rest = page.read_text(encoding="utf-8").partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise SystemExit(f"{page} has no place for them: {START} … {END}")
    page.write_text(f"{before}{START}\n\n{text}\n\n{END}{after}", encoding="utf-8")
