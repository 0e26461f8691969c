"""Text tables whose rows aren't as wide as their headings, read whole and in pieces alike."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casefile_audit.audit import open_audit
from casefile_audit.errors import WorkbookError
from casefile_audit.files import long_csv, sources
from casefile_audit.results import Result
from casefile_audit.scoring.partial import ScoreOptions
from workbooks import save_text

RUBRIC = """
rubric: probe
title: Probe
version: 1
fields:
  case_ref: {type: identifier, headings: [Case ref]}
  story: {type: text, headings: [Story]}
  voice: {type: yes-no, headings: [Voice]}
  plan: {type: yes-no, headings: [Plan]}
criteria:
  voice: {question: Heard?, missing: not heard, met: {yes: voice}}
  plan: {question: Planned?, missing: not planned, met: {yes: plan}}
  story: {question: Told?, missing: not told, met: {recorded: story}}
"""
HEAD = "Case ref,Story,Voice,Plan"
GOOD = [f"C/{number:03},told,Yes,Yes" for number in range(1, 41)]
SHORT_AND_LONG = pytest.mark.parametrize("long", [False, True])


def result(
    folder: Path, data: str | bytes, monkeypatch: pytest.MonkeyPatch, *, long: bool
) -> Result:
    save_text(folder / "rubric.yaml", RUBRIC)
    (folder / "cases.csv").write_bytes(data if isinstance(data, bytes) else data.encode())
    if long:
        monkeypatch.setattr(sources, "LONG_BYTES", 10)
        monkeypatch.setattr(long_csv, "PIECE", 600)
    audit = open_audit([folder / "cases.csv"], str(folder / "rubric.yaml"))
    return audit.result(ScoreOptions(dt.date(2026, 1, 1)))


def told(its: Result) -> tuple[int, list[int], list[str]]:
    """Cases, how many met each criterion and couldn't be told, and the codes of issues."""
    counts = [(c.met, c.cannot_tell) for c in its.criteria.values()]
    return its.case_count, [n for pair in counts for n in pair], [str(i.code) for i in its.issues]


def text(*rows: str, head: str = HEAD, end: str = "\n") -> str:
    return end.join([head, *rows]) + end


ALL = [40, 0, 40, 0, 40, 0]
ONE_OUT = [39, 1, 39, 1, 39, 1]


@SHORT_AND_LONG
@pytest.mark.parametrize(
    ("data", "cases", "counts", "codes"),
    [
        (text(*GOOD), 40, ALL, []),
        (text(*GOOD, end="\r\n"), 40, ALL, []),
        # Blank cells at the end, and rows without them in a file that leaves them out throughout.
        (text(*(f"{row},," for row in GOOD)), 40, ALL, []),
        (text(*GOOD, head=f"{HEAD},Notes"), 40, ALL, []),
        (text(*(f"{row}," for row in GOOD[:30]), *GOOD[30:33], *(f"{row}," for row in GOOD[33:]),
              head=f"{HEAD},Notes"), 40, [37, 3, 37, 3, 37, 3], ["rows-out-of-place"]),
        ("Report of the year\n\n" + text(*GOOD), 40, ALL, []),
        # A comma too many, a comma too few, a row cut off.
        (text(*GOOD[:20], "C/021,told, and more,Yes,Yes", *GOOD[21:]), 40, ONE_OUT,
         ["rows-out-of-place"]),
        (text(*GOOD[:20], "C/021,told Yes,Yes", *GOOD[21:]), 40, ONE_OUT, ["rows-out-of-place"]),
        (text(*GOOD[:39], "C/040,tol").rstrip(), 40, ONE_OUT, ["rows-out-of-place"]),
        (text(*GOOD[:20], ",", *GOOD[20:]), 40, ALL, ["rows-out-of-place"]),
        # A row of another width that is no case: what else it holds makes it none.
        (text(*GOOD[:10], "Carried forward,20", *GOOD[10:20], "C/021,told Yes,Yes", *GOOD[21:]),
         40, ONE_OUT, ["rows-out-of-place", "row-unlike-cases"]),
        # A line break that stands between no quotation marks, and one that does.
        (text(*GOOD[:20], "C/021,to", "ld,Yes,Yes", *GOOD[21:]), 40, ONE_OUT, ["rows-broken"]),
        (text(*GOOD[:20], "C/021,to", "o", "ld,Yes,Yes", *GOOD[21:]), 40, ONE_OUT,
         ["rows-broken"]),
        (text(*GOOD[:20], '"C/021","told\nover, two, lines, of it",Yes,Yes', *GOOD[21:]), 40, ALL,
         []),
        # A quotation mark that swallows two rows.
        (text(*GOOD[:20], 'C/021,"told,Yes,Yes', "C/022,told,Yes,Yes", 'C/023,told",Yes,Yes',
              *GOOD[23:]), 38, [37, 1, 37, 1, 37, 1], ["rows-swallowed"]),
        # One row quoted whole, and quotation marks after a backslash.
        (text(*GOOD[:20], '"C/021,told,Yes,Yes"', *GOOD[21:]), 40, ALL, []),
        (text(*GOOD[:20], '"C/021,to\rld,Yes,Yes"', *GOOD[21:]), 39, [39, 0, 39, 0, 39, 0],
         ["row-unlike-cases"]),
        (text(*GOOD[:20], r'"C/021","he said \"no, never\", and left",Yes,Yes', *GOOD[21:]), 40,
         ALL, []),
        # Row names as R writes them; headings between other separators.
        (text(*(f'"{n}",{row}' for n, row in enumerate(GOOD, 1))), 40, ALL, []),
        (text(*(row.replace(",", ";") for row in GOOD)), 40, ALL, []),
        (text(*(row.replace(",", "\t") for row in GOOD), head=HEAD.replace(",", ";")), 40, ALL, []),
        # Bytes that are no text.
        (text(*GOOD).replace("C/007,told", "C/007,to\0ld"), 40, ALL, ["nul-bytes"]),
        (text(*GOOD[:39]).replace("told", "t–d").encode() + "C/040,naïf,Yes,Yes".encode("cp1252"),
         40, ALL, ["odd-bytes"]),
    ],
)  # fmt: skip
def test_what_a_text_table_comes_to(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    data: str | bytes,
    cases: int,
    counts: list[int],
    codes: list[str],
    long: bool,
) -> None:
    read, found, said = told(result(tmp_path, data, monkeypatch, long=long))
    assert (read, found) == (cases, counts)
    assert said == codes


def test_lines_that_are_all_quoted_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = text(*(f'"{row}"' for row in GOOD), head=f'"{HEAD}"')
    assert told(result(tmp_path, data, monkeypatch, long=False)) == (40, ALL, [])


@SHORT_AND_LONG
@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([*GOOD[:30], *(f"C/{n},a, b,Yes,Yes" for n in range(100, 106))], "haven't 4 cells"),
        ([f"name {n},{row}" for n, row in enumerate(GOOD)], "4 headings, and 5 cells"),
    ],
)
def test_a_file_of_many_such_rows_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: Sequence[str], said: str, long: bool
) -> None:
    with pytest.raises(WorkbookError) as caught:
        result(tmp_path, text(*rows), monkeypatch, long=long)
    assert said in caught.value.what
    assert "32: 5 cells" in " ".join(caught.value.details) or not caught.value.details


@SHORT_AND_LONG
def test_a_reference_kept_as_a_formula_is_itself_where_backslashes_escape(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, long: bool
) -> None:
    rows = [rf'"=\"{n:05d}\"","he said \"no, never\"",Yes,Yes' for n in range(40)]
    found = result(tmp_path, text(*rows), monkeypatch, long=long).each_case().references
    assert list(found) == [f"{n:05d}" for n in range(40)]


def test_the_places_of_rows_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [*GOOD[:20], "C/021,told, and more,Yes,Yes", *GOOD[21:]]
    (issue,) = result(tmp_path, text(*rows), monkeypatch, long=True).issues
    assert (issue.level, issue.total, list(issue.places)) == ("doubt", 1, ["row 22"])


STORIES = st.text("told, yes\"'\n;\\", max_size=12)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Of a column in which nobody wrote a word it is asked whether it was exported.
@given(
    st.lists(STORIES, min_size=1, max_size=20).filter(
        lambda told: set("toldyes") & {*"".join(told)}
    ),
    st.booleans(),
)
def test_whatever_a_csv_writer_writes_is_read_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stories: list[str], long: bool
) -> None:
    """What is quoted as it should be is never taken for a row that isn't."""
    rows = ['C/{:03},"{}",Yes,No'.format(n, s.replace('"', '""')) for n, s in enumerate(stories)]
    read, found, said = told(result(tmp_path, text(*rows), monkeypatch, long=long))
    assert (read, found[:4], said) == (len(stories), [len(stories), 0, 0, 0], [])
