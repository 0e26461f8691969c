"""Where the time of `audit score` goes in a long file, one stage after the other.

``python benchmarks/stages.py RECORDS.csv`` prints a Markdown table: the processor's seconds that
each stage takes for each million records, and its share. When the program runs, reading, telling
the texts apart and scoring go on side by side.
"""

import datetime as dt
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from plan import AS_OF, RUBRIC

from casefile_audit.audit import open_audit
from casefile_audit.files.sources import digest_of
from casefile_audit.intake.duplicates import marks_of
from casefile_audit.scoring.chunks import Task
from casefile_audit.scoring.partial import ScoreOptions, scored

Given = ParamSpec("Given")
Result = TypeVar("Result")

MILLION = 1_000_000
MOST_LISTED = 200


class Stages:
    """How long each stage took, summed over the pieces."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def time(
        self, stage: str, do: Callable[Given, Result], *given: Given.args, **named: Given.kwargs
    ) -> Result:
        """Do it, and add the processor's time that it takes to its stage."""
        began = time.process_time()
        result = do(*given, **named)
        self.seconds[stage] = self.seconds.get(stage, 0) + time.process_time() - began
        return result


def main(path: Path) -> None:
    """Score a file stage by stage, and print the table."""
    day, stages, cases = dt.date.fromisoformat(AS_OF), Stages(), 0
    audit = open_audit([path], str(RUBRIC))
    wanted = ScoreOptions(day, most_listed=MOST_LISTED)
    task = Task(audit.layout, audit.sources, wanted, looks=True)
    pieces = task.pieces()
    while piece := stages.time("finding where records end", next, pieces, None):
        table = stages.time("parsing, and numbering distinct texts", task.table, piece)
        intake = stages.time("telling what each cell is", task.intake, piece, table)
        found = stages.time("scoring", scored, intake, day)
        stages.time("counting and listing", found.portion, task.wanted)
        stages.time("seeing how columns are filled in", task.seen, piece, table)
        marks = "telling references that come again"
        stages.time(marks, marks_of, intake.cases, audit.rubric, piece.number)
        cases += len(intake.cases)
    stages.time("the file's digest", digest_of, audit.sources[0])
    whole = sum(stages.seconds.values())
    print("| stage | seconds a million records | share |")
    print("|---|---:|---:|")
    for stage, seconds in [*stages.seconds.items(), ("all", whole)]:
        print(f"| {stage} | {seconds * MILLION / cases:.2f} | {seconds / whole:.0%} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
