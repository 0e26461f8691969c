"""The law of the screens: whatever the answer, it fits on one, and no doubt is ever cut."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile_audit import score
from casefile_audit.agree.agreement import agree
from casefile_audit.agree.models import Agreement
from casefile_audit.agree.readings import Reader
from casefile_audit.compare.comparison import compare
from casefile_audit.compare.verdicts import Thresholds
from casefile_audit.issues import Issue, IssueCode, Level
from casefile_audit.report.agree import agree_page
from casefile_audit.report.blocks import (
    Page,
    Row,
    Section,
    Table,
    TableColumn,
    Text,
    figures,
    table,
)
from casefile_audit.report.compare import compare_page
from casefile_audit.report.issues import doubts
from casefile_audit.report.score import score_lines
from casefile_audit.report.screens import COLUMNS, LINES, on_one_screen
from casefile_audit.report.terminal import drawn
from casefile_audit.report.trend import trend_page
from casefile_audit.results import CriterionResult, Result
from casefile_audit.trend.models import CriterionTrend, Trend
from casefile_audit.trend.periods import NamedResult, PeriodLength, by_date
from casefile_audit.trend.trends import TrendOptions, trend

SAMPLES = Path(__file__).parents[2] / "samples"
counts = st.tuples(st.integers(1, 14), st.floats(0, 1)).map(
    lambda two: (round(two[0] * two[1]), two[0])
)
phrases = st.text("abcdefgh ", min_size=3, max_size=90).map(lambda text: f"without {text.strip()}")


@pytest.fixture(autouse=True)
def screen_of_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(COLUMNS))
    monkeypatch.setenv("NO_COLOR", "1")


@st.composite
def questions(draw: st.DrawFn) -> list[tuple[str, tuple[int, int], tuple[int, int]]]:
    """So many questions: what falls short, and how many before and after."""
    return draw(st.lists(st.tuples(phrases, counts, counts), min_size=1, max_size=60))


def issues(number: int) -> list[Issue]:
    return [
        Issue(
            code=IssueCode.CELLS_OF_ERRORS,
            level=Level.DOUBT,
            file="cases.xlsx",
            sheet="Cases",
            field=f"field_{each}",
            total=each + 2,
            places=(f"B{each}", f"C{each}"),
        )
        for each in range(number)
    ]


def asked(bare: CriterionResult, phrase: str, missing: int, applicable: int) -> CriterionResult:
    return bare.model_copy(
        update={
            "title": phrase.removeprefix("without "),
            "phrase": phrase,
            "missing": missing,
            "met": applicable - missing,
            "applicable": applicable,
            "target": 90.0,
        }
    )


def held(page_of: Callable[[int], Page], found: list[Issue]) -> None:
    """Hold a page to the law: doubts apart it fits, and every doubt stands on it whole."""
    lines = on_one_screen(page_of)
    in_doubt = drawn([*doubts(found)]) if found else []
    assert len(lines) - len(in_doubt) <= LINES
    assert len(lines) <= LINES or lines == drawn(page_of(1))
    assert "\n".join(in_doubt) in "\n".join(lines)


@pytest.fixture(scope="module")
def two_audits() -> tuple[Result, Result]:
    return score(SAMPLES / "encompass-before.xlsx"), score(SAMPLES / "encompass-after.xlsx")


@settings(max_examples=15, deadline=None)
@given(questions(), st.integers(0, 12))
def test_a_comparison_of_any_number_of_questions_fits(
    two_audits: tuple[Result, Result],
    made: list[tuple[str, tuple[int, int], tuple[int, int]]],
    doubts_found: int,
) -> None:
    bare = two_audits[0].criteria["school-told"]
    sides = [
        each.model_copy(
            update={
                "criteria": {
                    f"q{n}": asked(bare, row[0], *row[side]) for n, row in enumerate(made)
                },
                "issues": issues(doubts_found) if side == 2 else [],
            }
        )
        for side, each in enumerate(two_audits, 1)
    ]
    found = compare(*sides, by=[], paired=False, census=False, thresholds=Thresholds())
    held(partial(compare_page, found, False), found.doubts)


@pytest.fixture(scope="module")
def reviewed() -> Result:
    return score(SAMPLES / "case-reviews-2024.xlsx")


@settings(max_examples=15, deadline=None)
@given(questions(), st.integers(0, 12), st.booleans())
def test_a_scored_audit_of_any_number_of_questions_fits(
    reviewed: Result,
    made: list[tuple[str, tuple[int, int], tuple[int, int]]],
    doubts_found: int,
    sure: bool,
) -> None:
    bare = reviewed.criteria["ethnicity-recorded"]
    asked_of = {
        f"q{n}": asked(bare, phrase, *of).model_copy(
            update={"target_reached": not of[0], "target_beyond_chance": sure}
        )
        for n, (phrase, of, _) in enumerate(made)
    }
    found = issues(doubts_found)
    lines = score_lines(reviewed.model_copy(update={"criteria": asked_of, "issues": found}))
    in_doubt = drawn([*doubts(found)]) if found else []
    assert len(lines) - len(in_doubt) <= LINES
    assert "\n".join(in_doubt) in "\n".join(lines)


def test_doubts_leave_room_for_the_answer(reviewed: Result) -> None:
    found = issues(3)
    lines = score_lines(reviewed.model_copy(update={"issues": found}))
    assert len(lines) <= LINES
    said = " ".join(" ".join(lines).split())
    assert "12 of 48 missing ethnicity" in said
    assert "chance could explain it: 5. Met: Risks recognised 39 of 48;" in said


@pytest.fixture(scope="module")
def monthly() -> Trend:
    """Two years of months, of which one question moved, one has a month that stands out."""
    result = score(SAMPLES / "encompass-monthly.xlsx", by="incident")
    timeline = by_date([NamedResult("monthly", result)], "incident", PeriodLength.MONTH)
    return trend(timeline, TrendOptions())


@st.composite
def of_months(draw: st.DrawFn) -> tuple[list[tuple[int, str]], int, int]:
    """Which of three questions each is like and what it says, how many months, how many doubts."""
    asked_of = draw(st.lists(st.tuples(st.integers(0, 2), phrases), min_size=1, max_size=60))
    return asked_of, draw(st.integers(1, 24)), draw(st.integers(0, 12))


@settings(max_examples=15, deadline=None)
@given(of_months(), st.booleans(), st.booleans())
def test_a_trend_of_any_number_of_questions_and_months_fits(
    monthly: Trend, made: tuple[list[tuple[int, str]], int, int], chosen: bool, longer: bool
) -> None:
    kinds, months, doubts_found = made
    every = slice(None) if longer else slice(months)
    copies = 3 if longer else 1  # six years of months, which no screen has columns for
    bare = list(monthly.criteria.values())

    def like(kind: int, phrase: str) -> CriterionTrend:
        points = [*bare[kind].points[every]] * copies
        return bare[kind].model_copy(
            update={"title": phrase.removeprefix("without "), "phrase": phrase, "points": points}
        )

    found = monthly.model_copy(
        update={
            "criteria": {f"q{n}": like(*each) for n, each in enumerate(kinds)},
            "periods": [*monthly.periods[every]] * copies,
            "doubts": issues(doubts_found),
        }
    )
    held(partial(trend_page, found, False, chosen=chosen), found.doubts)


@pytest.fixture(scope="module", params=[2, 3])
def readers(request: pytest.FixtureRequest) -> Agreement:
    """Two readers of the same cases, or three."""
    names = [f"peer-reviewer-{letter}-2025" for letter in "abc"[: request.param]]
    found, _ = agree([Reader(name, score(SAMPLES / f"{name}.xlsx")) for name in names], 1)
    return found


@settings(max_examples=10, deadline=None)
@given(st.lists(phrases, max_size=60), st.lists(phrases, max_size=12), st.integers(0, 12))
def test_an_agreement_on_any_number_of_questions_and_grades_fits(
    readers: Agreement, questions_asked: list[str], graded: list[str], doubts_found: int
) -> None:
    (grade,) = readers.grades.values()
    question = next(iter(readers.criteria.values()))
    found = readers.model_copy(
        update={
            "grades": {"overall": grade}
            | {f"g{n}": grade.model_copy(update={"title": t}) for n, t in enumerate(graded)},
            "criteria": {
                f"q{n}": question.model_copy(update={"title": t})
                for n, t in enumerate(questions_asked)
            },
            "doubts": issues(doubts_found),
        }
    )
    held(partial(agree_page, found, False), found.doubts)


words_of_cells = st.lists(st.text("abcdefghijk", min_size=1, max_size=14), max_size=5)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 9).flatmap(
        lambda n: st.lists(st.lists(words_of_cells, min_size=n, max_size=n), min_size=1, max_size=4)
    ),
    st.sampled_from([50, 60, 80, 120]),
    st.booleans(),
)
def test_no_word_of_a_table_is_cut_in_a_terminal_of_any_width(
    rows: list[list[list[str]]], columns: int, compact: bool
) -> None:
    heads = [
        TableColumn(f"column {place}", figures=place % 3 == 1) for place in range(len(rows[0]))
    ]
    cells = [[Text(" ".join(words)) for words in row] for row in rows]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        lines = drawn([Table("Made", heads, cells, compact=compact)])
    said = " ".join(lines).split()
    missing = {word for row in rows for words in row for word in words} - set(said)
    figures = {word for row in rows for words in row[1::3] for word in words}
    assert missing <= figures  # which stand on one line, and may fold where that is too long


@pytest.mark.parametrize(
    ("columns", "first"),
    [
        ("80", ["Overall, proposed by the rubric", "  Bury", "", "Investigating", "  Bury"]),
        ("50", ["Overall, proposed by", "the rubric", "  Bury", "", "Investigating", "  Bury"]),
    ],
)
def test_the_heading_of_a_section_breaks_only_where_there_is_no_room(
    columns: str, first: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    rows: list[Row | Section] = [
        Section("Overall, proposed by the rubric"),
        ["Bury", 1, 2, 0],
        Section("Investigating"),
        ["Bury", 3, 4, 0],
    ]
    lines = drawn([table("Grades", ["district", *figures("good", "adequate", "inadequate")], rows)])
    assert [re.split(r"  +\d", line)[0].rstrip() for line in lines[2:]] == first


@pytest.mark.parametrize(("columns", "times"), [("80", 1), ("120", 1), ("60", 2)])
def test_an_answer_that_fits_is_drawn_once(
    columns: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    result, pages = score(SAMPLES / "encompass-before.xlsx"), []

    def draw(page: Page, least_width: int = 0) -> list[str]:
        pages.append(page)
        return drawn(page, least_width)

    monkeypatch.setattr("casefile_audit.report.screens.drawn", draw)
    monkeypatch.setattr("casefile_audit.report.score.drawn", draw)
    lines = score_lines(result)
    assert len(pages) == times
    assert lines == drawn(pages[-1])
    score_lines(result, details=True)
    assert len(pages) == 2 * times + 1
