"""What the checks of real workbooks cost, as a share of the run of `audit score` they are part of.

``python benchmarks/checks.py RECORDS.xlsx RECORDS.csv`` prints a Markdown table: of each file the
processor's time that each check takes in one run, and its share of all the time of that run, its
start included. Numbering the cells, telling their texts apart and reading what each says is no
part of a check: whoever counts has to do it too, and it is done once.
"""

import inspect
import io
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from functools import wraps
from pathlib import Path
from typing import Any

from plan import AS_OF, RUBRIC

from casefile_audit.__main__ import main as audit
from casefile_audit.commands import score
from casefile_audit.files.tables import NumberedCells, RowsTable
from casefile_audit.intake.cell_issues import issues_of_cells
from casefile_audit.intake.cells import read_once
from casefile_audit.intake.duplicates import alike_references, are_plainly_apart, double_entries
from casefile_audit.intake.forms import find_forms
from casefile_audit.intake.habits import habits_of
from casefile_audit.intake.not_read import not_read
from casefile_audit.intake.related_sheets import sheets_to_read
from casefile_audit.intake.row_rules import with_looks
from casefile_audit.intake.tables_apart import tables_of_sheet
from casefile_audit.scoring.set_aside import blank_columns

CHECKS: dict[str, Callable[..., Any]] = {
    "several tables on a sheet": tables_of_sheet,
    "forms": find_forms,
    "how case references look": with_looks,
    "sheets that don't hold cases": sheets_to_read,
    "orders of dates, codes for nothing, texts cut": habits_of,
    "references that are apart": are_plainly_apart,
    "references that are alike": alike_references,
    "double entries": double_entries,
    "cells that show an error": issues_of_cells,
    "cases not read yet": not_read,
    "columns in which nothing is filled": blank_columns,
}
_PACKAGE = score.__name__.partition(".")[0]


class Stopwatch:
    """The processor's time that functions take, each without those below it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._below = [0.0]

    def watch(self, name: str, function: Callable[..., Any]) -> None:
        """Take the time of a function from now on, wherever a module calls it by its name."""
        timed = self.timed(name, function)
        modules = [module for own, module in sys.modules.items() if own.startswith(_PACKAGE)]
        for module in modules:
            for called, its in [*vars(module).items()]:
                if its is function:
                    setattr(module, called, timed)

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function whose time is taken."""

        @wraps(function)
        def in_time(*args: Any, **kwargs: Any) -> Any:
            began = time.thread_time()
            self._below.append(0.0)
            try:
                found = function(*args, **kwargs)
                return iter([*found]) if inspect.isgenerator(found) else found
            finally:
                taken = time.thread_time() - began
                self.seconds[name] += taken - self._below.pop()
                self._below[-1] += taken

        return in_time


def measure(path: Path) -> None:
    """Score a file in this process, and print a line for each check, and for all."""
    watch = Stopwatch()
    for name, function in CHECKS.items():
        watch.watch(name, function)
    watch.watch("", read_once)
    numbered = vars(RowsTable)["numbered"]
    numbered.func = watch.timed("", numbered.func)
    for kind, name in ((NumberedCells, "add"), (RowsTable, "column")):
        setattr(kind, name, watch.timed("", getattr(kind, name)))
    sys.argv = ["audit", "score", str(path), "--as-of", AS_OF, "--rubric", str(RUBRIC)]
    with redirect_stdout(io.StringIO()), suppress(SystemExit):
        audit()
    whole = time.process_time()
    del watch.seconds[""]
    for name, seconds in [*watch.seconds.items(), ("all of them", sum(watch.seconds.values()))]:
        print(f"| {path.name} | {name} | {seconds:.3f} | {seconds / whole:.1%} |")


def main(paths: list[str]) -> None:
    """Print the table, each file in a process of its own."""
    if len(paths) == 1:
        measure(Path(paths[0]))
        return
    print("| file | check | processor's seconds | share of the run |")
    print("|---|---|---:|---:|", flush=True)
    for path in paths:
        subprocess.run([sys.executable, __file__, path], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
