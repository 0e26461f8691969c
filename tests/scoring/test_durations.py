"""How long it took: the figure beside a criterion that asks whether it was in time."""

import datetime as dt
import statistics
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile_audit import score
from casefile_audit.audit import open_audit
from casefile_audit.files import long_csv, sources
from casefile_audit.results import TookResult
from casefile_audit.rubric.calendars import working_days_after, working_days_between
from casefile_audit.scoring.durations import TookTally
from casefile_audit.scoring.partial import ScoreOptions
from workbooks import Audit, save_csv

DAY = dt.date(2024, 5, 31)
RUBRIC = """
rubric: took
title: Took
version: "1"
unanswered: nothing recorded
fields:
  ref: {type: identifier}
  district: {type: text}
  asked: {type: yes-no}
  opened: {type: date}
  seen: {type: date}
  visits: {type: dates, headings: ["Visit {n}"]}
criteria:
  seen:
    question: Was the child seen in time?
    title: Child seen
    missing: not seen in time
    applies: {yes: asked}
    met: {within: MET}
"""
HEADINGS = ["ref", "district", "asked", "opened", "seen", "Visit 1", "Visit 2"]


def rows(*cells: tuple[str, ...]) -> list[list[str]]:
    return [[f"C{n}", "NS"[n % 2], "Yes", *row] for n, row in enumerate(cells)]


def took(folder: Path, met: str, cases: list[list[str]], by: str = "") -> TookResult | None:
    (folder / "rubric.yaml").write_text(RUBRIC.replace("MET", met), "utf-8")
    table = save_csv(folder / "cases.csv", [HEADINGS, *cases])
    return score(table, folder / "rubric.yaml", as_of=DAY).criteria["seen"].took


EXAMPLES = [
    # in days, from the first date that counts; what isn't done, or isn't asked, has no length
    (
        "{days: 7, of: opened, date: seen}",
        [
            ("01/03/2024", "01/03/2024", "", ""),
            ("01/03/2024", "04/03/2024 23:00", "", ""),
            ("01/03/2024", "11/03/2024", "", ""),
            ("01/03/2024", "20/03/2024", "", ""),
            ("01/03/2024", "", "", ""),
            ("01/03/2024", "29/02/2024", "", ""),
            ("01/03/2024", "01/06/2024", "", ""),
            ("", "01/03/2024", "", ""),
            ("01/03/2024", "soon", "", ""),
        ],
        ("day", 4, 6.5, 0, 19, []),
    ),
    # the first of several dates after the opening
    (
        "{months: 1, of: opened, any: visits, also_within: [2]}",
        [
            ("31/01/2024", "", "29/02/2024", "02/02/2024"),
            ("31/01/2024", "", "30/01/2024", "01/03/2024"),
            ("20/04/2024", "", "", ""),
        ],
        ("day", 2, 16, 2, 30, [("1 month", 1, 3), ("2 months", 2, 2)]),
    ),
    # working days, as the limit counts them: Easter is none, and a Saturday is in time for Monday
    (
        "{working_days: 2, of: opened, date: seen, also_within: [0, 1]}",
        [
            ("28/03/2024", "02/04/2024", "", ""),
            ("28/03/2024", "30/03/2024", "", ""),
            ("30/03/2024", "30/03/2024", "", ""),
            ("28/03/2024", "03/04/2024", "", ""),
        ],
        (
            "working day",
            4,
            1,
            0,
            2,
            [("0 working days", 1, 4), ("1 working day", 3, 4), ("2 working days", 4, 4)],
        ),
    ),
    # hours, where both clock times are known
    (
        "{hours: 24, of: opened, date: seen, also_within: [1]}",
        [
            ("01/03/2024 09:00", "01/03/2024 09:59", "", ""),
            ("01/03/2024 09:00", "02/03/2024 11:30", "", ""),
            ("01/03/2024 09:00", "03/03/2024", "", ""),
        ],
        ("hour", 2, 13, 0, 26, [("1 hour", 1, 3), ("24 hours", 1, 3)]),
    ),
    ("{days: 7, of: opened, date: seen}", [("01/03/2024", "", "", "")], None),
]


@pytest.mark.parametrize(("met", "cases", "expected"), EXAMPLES)
def test_how_long_it_took(
    met: str, cases: list[tuple[str, ...]], expected: object, tmp_path: Path
) -> None:
    its = took(tmp_path, met, rows(*cases))
    found = its and (
        its.unit,
        its.done,
        its.median,
        its.shortest,
        its.longest,
        [(each.limit, each.met, each.applicable) for each in its.within],
    )
    assert found == expected


def test_a_case_that_isnt_asked_has_no_length(tmp_path: Path) -> None:
    cases = rows(("01/03/2024", "02/03/2024", "", ""), ("01/03/2024", "09/03/2024", "", ""))
    cases[1][2] = "No"
    its = took(tmp_path, "{days: 7, of: opened, date: seen, also_within: [9]}", cases)
    assert its is not None
    assert (its.done, its.longest, [w.applicable for w in its.within]) == (1, 1, [1, 1])


def test_the_limit_of_the_criterion_is_among_the_others(tmp_path: Path) -> None:
    dates = [f"{day:02}/03/2024" for day in range(1, 29)]
    cases = rows(*(("01/03/2024", date, "", "") for date in dates))
    (tmp_path / "rubric.yaml").write_text(
        RUBRIC.replace("MET", "{days: 7, of: opened, date: seen, also_within: [14, 3]}"), "utf-8"
    )
    table = save_csv(tmp_path / "cases.csv", [HEADINGS, *cases])
    criterion = score(table, tmp_path / "rubric.yaml", as_of=DAY).criteria["seen"]
    assert criterion.took is not None
    assert [each.limit for each in criterion.took.within] == ["3 days", "7 days", "14 days"]
    assert criterion.took.within[1].met == criterion.met == 8


def test_pieces_add_up_and_groups_have_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = rows(*(("01/03/2024", f"{n % 28 + 1:02}/03/2024", "", "") for n in range(200)))
    met = "{days: 7, of: opened, date: seen, also_within: [14]}"
    whole = took(tmp_path, met, cases)
    monkeypatch.setattr(sources, "LONG_BYTES", 10)
    monkeypatch.setattr(sources, "KEPT_BYTES", 0)
    monkeypatch.setattr(long_csv, "PIECE", 700)
    audit = open_audit([tmp_path / "cases.csv"], str(tmp_path / "rubric.yaml"))
    result = audit.result(ScoreOptions(DAY, ["district"]))
    assert result.criteria["seen"].took == whole
    groups = [group.criteria["seen"].took for group in result.groups["district"].values()]
    assert sum(its.done for its in groups if its) == 200
    assert [its.shortest for its in groups if its] in ([0, 1], [1, 0])


def test_it_is_said_on_the_screen_and_in_full(audit: Audit) -> None:
    met = "{days: 7, of: opened, date: seen, also_within: [14]}"
    Path("own.yaml").write_text(RUBRIC.replace("MET", met), "utf-8")
    dates = [f"{day:02}/03/2024" for day in (1, 2, 5, 8, 9, 10, 11, 20, 21, 22)]
    save_csv(Path("c.csv"), [HEADINGS, *rows(*(("01/03/2024", d, "", "") for d in dates))])
    arguments = ("score", "c.csv", "--rubric", "own.yaml", "--as-of", "2024-05-31")
    said = " ".join(audit(*arguments).out.split())
    assert (
        "How long it took, Child seen: median 8.5 days, 0 to 21 days, in the 10 of 10 in which it "
        "was done; within 7 days 4 of 10 (40%) and within 14 days 7 of 10 (70%)." in said
    )
    assert "How long it took" in audit(*arguments, "--full").out


@given(lengths=st.lists(st.integers(0, 40), min_size=1, max_size=60))
@settings(max_examples=50)
def test_the_median_is_the_one_that_everybody_knows(lengths: list[int]) -> None:
    assert TookTally(Counter(lengths), {}).median == statistics.median(lengths)


@given(start=st.dates(dt.date(2023, 11, 1), dt.date(2024, 2, 1)), later=st.integers(0, 70))
@settings(max_examples=100)
def test_working_days_between_are_the_fewest_that_are_in_time(start: dt.date, later: int) -> None:
    first = np.array([start], dtype="datetime64[D]")
    end = np.array([start + dt.timedelta(days=later)], dtype="datetime64[D]")
    days = int(working_days_between(first, end, "england-and-wales")[0])
    assert working_days_after(first, days, "england-and-wales")[0] >= end[0]
    if days:
        assert working_days_after(first, days - 1, "england-and-wales")[0] < end[0]
