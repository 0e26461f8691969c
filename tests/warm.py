"""What a process has ready that forks others: all that commands import, and the models made.

Read by that process alone, as its preload.
"""

import gc
import os
import sys
from contextlib import redirect_stdout, suppress
from importlib import import_module
from pathlib import Path

import forked  # noqa: F401 - nor has a forked process to look for it
from casefile_audit.cli import COMMANDS, main
from casefile_audit.results import Result
from casefile_audit.rubric.model import Rubric

# What few commands import, and late, takes longer than all the rest.
SELDOM = ("statistics.boschloo", "report.docx", "report.html", "report.xlsx")

for name in (*(f"commands.{name}" for name in COMMANDS), *SELDOM):
    import_module(f"casefile_audit.{name}")
for model in (Rubric, Result):
    model.model_rebuild()
# What is made once and kept, such as patterns, is made by a run.
SAMPLE = Path(__file__).parents[1] / "samples" / "case-reviews-2024.xlsx"
with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), suppress(SystemExit):
    sys.argv = ["audit", "score", str(SAMPLE)]
    main()
gc.freeze()  # or the first look for rubbish would copy every page
