"""What people read on the screen, whole: the golden files beside this one.

``UPDATE_GOLDEN=1 pytest tests/report`` writes them again; read the difference before it is kept.
"""

import datetime as dt
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from screens_made import case_reviews_2025

from processes import environment, run

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "samples"
WATCHED = HERE.parent / "trust" / "watched.py"
DAY = ("--as-of", "2026-11-29")

SCREENS = {
    "score": ["score", "case-reviews-2024.xlsx", *DAY],
    "check": ["check", "case-reviews-2024.xlsx"],
    "check-full": ["check", "case-reviews-2024.xlsx", "--full"],
    "score-full": ["score", "case-reviews-2024.xlsx", "--full", *DAY],
    "score-small": ["score", "police-protection-2024.xlsx", *DAY],
    "score-grades": ["score", "judgements-2024.xlsx", *DAY],
    "score-by": ["score", "dip-samples-2024.xlsx", "--by", "district", *DAY],
}
# What changed, leans or moves, each also on a wide screen. The later reviews are made for the test.
LATER = "case-reviews-2025.xlsx"
ANSWERS = {
    "compare": ["compare", "encompass-before.xlsx", "encompass-after.xlsx", *DAY],
    "trend": ["trend", "encompass-monthly.xlsx", "--period", "incident", *DAY],
    "agree": [
        *("agree", "self-assessment-2014.xlsx", "inspectors-2014.xlsx"),
        *("--significant", "3", *DAY),
    ],
    "agree-three": [
        *("agree", *(f"peer-reviewer-{letter}-2025.xlsx" for letter in "abc")),
        *("--significant", "2", *DAY),
    ],
    "compare-many": ["compare", "case-reviews-2024.xlsx", LATER, *DAY],
}


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return case_reviews_2025(tmp_path_factory.mktemp("later"))


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_fits_on_one_screen(name: str, columns: int, later: Path) -> None:
    arguments = [str(later) if word == LATER else word for word in ANSWERS[name]]
    printed = screen(*arguments, columns=columns)
    golden = HERE / f"{name}{'' if columns == 80 else f'-{columns}'}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(printed, encoding="utf-8")
    assert printed == golden.read_text(encoding="utf-8")
    lines = printed.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= columns


@cache
def screen(*arguments: str, columns: int = 80) -> str:
    done = run(*arguments, folder=SAMPLES, COLUMNS=str(columns), NO_COLOR="1")
    assert (done.code, done.err) == (0, "")
    # The day on which the result was made is of no matter here.
    today = dt.date.today()
    return done.out.replace(f"{today.day} {today:%B %Y}", "29 November 2026")


@pytest.mark.parametrize("name", SCREENS)
def test_the_screen_is_what_was_read_and_agreed(name: str) -> None:
    today = f"{dt.date.today():%d %B %Y}".lstrip("0")  # which the last line of the page says
    printed = screen(*SCREENS[name]).replace(f", {today}\n", ", 29 November 2026\n")
    golden = HERE / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(printed, encoding="utf-8")
    assert undated(printed) == undated(golden.read_text(encoding="utf-8"))


def undated(page: str) -> str:
    """Without the day on which it was made."""
    return re.sub(r"(?<=audit )(\d+\.\d+\.\d+,\s+)\d+\s+\w+\s+\d{4}", r"\1a day", page)


def test_the_answer_of_the_default_rubric_fits_on_one_screen() -> None:
    assert len(screen(*SCREENS["score"]).splitlines()) <= 40


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("name", SCREENS)
def test_nothing_runs_over_the_edge(name: str, columns: int) -> None:
    assert max(map(len, screen(*SCREENS[name], columns=columns).splitlines())) <= columns


SAID_IN_ORDER = """
check case-reviews-2024.xlsx --rubric operation-encompass
score missing-children-2024.xlsx --rubric operation-encompass
compare case-reviews-2024.xlsx dip-samples-2024.xlsx
"""


def test_the_order_of_what_is_said_never_hangs_on_the_run() -> None:
    """Of sets, which each process goes through in an order of its own."""
    runs = [
        subprocess.run(
            [sys.executable, str(WATCHED)],
            cwd=SAMPLES, env=environment(PYTHONHASHSEED=seed, COLUMNS="80"), text=True,
            input=SAID_IN_ORDER.strip(), capture_output=True, check=True,
        )
        for seed in ("0", "1")
    ]  # fmt: skip
    first, second = ((run.stdout, run.stderr) for run in runs)
    assert first == second
    assert first[0].splitlines()[-3:] == ["[0, 2, 0]", "[]", "[]"]
