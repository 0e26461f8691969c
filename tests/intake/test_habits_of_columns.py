"""What the cells of a column tell only together, found in short and long files alike."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casefile_audit.audit import ReadOptions, open_audit
from casefile_audit.files import sources
from casefile_audit.results import Result
from casefile_audit.scoring.partial import ScoreOptions
from workbooks import Audit, Row, opened, read, save_csv, save_text, save_xlsx, states

RUBRIC = """
rubric: probe
title: Probe
version: 1
fields:
  case_ref: {type: identifier, headings: [Case ref]}
  story: {type: text, headings: [Story]}
  age: {type: number, headings: [Age]}
  opened: {type: date, headings: [Opened]}
  seen: {type: dates, headings: ["Seen {n}"]}
  attended: {type: number, headings: [Attended]}
criteria:
  told: {question: Told?, missing: not told, met: {recorded: story}}
  young: {question: Young?, missing: not young, met: {at_most: {age: 17}}}
  soon:
    question: Soon?
    missing: not seen within 7 days
    met: {within: {days: 7, of: opened, any: seen}}
  there: {question: There?, missing: under 90%, met: {all: [{at_least: {attended: 90}}]}}
"""
FIELDS = ["case_ref", "story", "age", "opened", "seen", "attended"]
HEADINGS: list[object] = ["Case ref", "Story", "Age", "Opened", "Seen 1", "Attended"]
DAY = dt.date(2024, 4, 3)


def rows(**columns: Sequence[object]) -> list[list[object]]:
    """Good cases, but for the cells given, which stand in the first rows."""
    cells = [
        [f"AB/{n:03}", f"told at length {n}", 3 + n % 14, DAY, DAY + dt.timedelta(days=2), 95]
        for n in range(1, 31)
    ]
    for name, held in columns.items():
        for row, cell in zip(cells, held, strict=False):
            row[FIELDS.index(name)] = cell
    return [list(HEADINGS), *cells]


def result(
    folder: Path, cells: list[list[object]], mapping: str = "", kind: str = "xlsx"
) -> Result:
    save_text(folder / "rubric.yaml", RUBRIC)
    path = folder / f"cases.{kind}"
    (save_xlsx if kind == "xlsx" else save_csv)(path, cells)
    file = save_text(folder / "mapping.yaml", mapping) if mapping else None
    audit = open_audit([path], str(folder / "rubric.yaml"), ReadOptions(mapping=file))
    return audit.result(ScoreOptions(dt.date(2024, 12, 1)))


def told(its: Result) -> list[tuple[str, int]]:
    return [(str(issue.code), issue.total) for issue in its.issues]


def numbers(its: Result, name: str) -> tuple[int, int, int]:
    one = its.criteria[name]
    return one.met, one.missing, one.cannot_tell


ACCOUNTS = [f"She told her worker at length what she wants: {n}." for n in range(27)]
ALL = {"told": (30, 0, 0), "young": (30, 0, 0), "soon": (30, 0, 0), "there": (30, 0, 0)}


@pytest.mark.parametrize(
    ("columns", "mapping", "counts", "issues"),
    [
        ({}, "", {}, []),
        # Codes for a missing number, and numbers that only look like them.
        ({"age": [-9, -8, 999]}, "", {"young": (27, 0, 3)}, [("missing-codes", 3)]),
        ({"age": [99, 99]}, "", {"young": (28, 0, 2)}, [("missing-codes", 2)]),
        ({"age": [-9, 999]}, "words: {age: {value: [-9, 999]}}", {"young": (29, 1, 0)}, []),
        ({"age": [-9, 999]}, "value: [-9, 999]", {"young": (29, 1, 0)}, []),
        ({"age": [-9, 999]}, "words: {age: {blank: [-9, 999]}}", {"young": (28, 2, 0)}, []),
        ({"age": [-9, -4.5]}, "", {}, []),
        ({"age": [99, 80, 90]}, "", {"young": (27, 3, 0)}, []),
        ({"story": [0, 0]}, "", {"told": (28, 0, 2)}, [("missing-codes", 2)]),
        ({"story": [0, 12]}, "", {}, []),
        ({"seen": [dt.date(1900, 1, 1), "01/01/1900", dt.date(9999, 12, 31)]}, "",
         {"soon": (27, 0, 3)}, [("missing-codes", 3)]),
        ({"opened": [dt.date(1970, 1, 1)] * 2 + ["01/01/0001", "1753-01-01"]}, "",
         {"soon": (26, 0, 4)}, [("missing-codes", 2)]),
        ({"opened": ["1980-01-01 00:00:00"] * 3}, "", {"soon": (27, 0, 3)}, [("missing-codes", 3)]),
        ({"opened": ["01/01/2019"] * 3}, "", {"soon": (27, 3, 0)}, []),
        ({"opened": ["01/01/1980"] * 30}, "", {"soon": (0, 30, 0)}, []),
        ({"opened": ["01/01/1980"]}, "", {"soon": (29, 1, 0)}, []),
        ({"opened": ["01/01/1980"] * 3 + ["04/05/1985"]}, "", {"soon": (26, 4, 0)}, []),
        # One order of dates in a column.
        ({"seen": ["04/05/2024", "04/13/2024"], "opened": [DAY, dt.date(2024, 4, 12)]},
         "dates: month-first", {}, []),
        ({"seen": ["04/05/2024"] * 20 + ["04/13/2024"] * 10,
          "opened": ["04/04/2024"] * 20 + ["04/12/2024"] * 10}, "", {},
         [("dates-month-first", 30), ("dates-month-first", 10)]),
        ({"seen": ["04/05/2024"] * 10 + ["04/13/2024"] * 10 + ["13/04/2024"] * 10,
          "opened": [dt.date(2024, 5, 1)] * 10 + [dt.date(2024, 4, 12)] * 20}, "",
         {"soon": (10, 0, 20)}, [("dates-of-two-orders", 10)]),
        ({"seen": ["13/04/2024"] * 29 + ["04/13/2024"], "opened": [dt.date(2024, 4, 12)] * 30}, "",
         {"soon": (29, 0, 1)}, []),
        ({"seen": ["04/05/2024"] * 30}, "", {"soon": (0, 30, 0)}, []),
        ({"seen": ["04/13/2024"] * 10 + [dt.date(2024, 5, 4)] * 20,
          "opened": [dt.date(2024, 4, 12)] * 30}, "", {"soon": (10, 0, 20)},
         [("dates-month-first", 10), ("dates-turned", 20)]),
        ({"seen": ["14/04/2024"] * 10 + [dt.date(2024, 5, 4)] * 20,
          "opened": [dt.date(2024, 4, 12)] * 30}, "", {"soon": (10, 0, 20)},
         [("dates-turned", 20)]),
        ({"seen": ["14/04/2024"] * 10 + [dt.date(2024, 4, 15)] * 20,
          "opened": [dt.date(2024, 4, 12)] * 30}, "", {}, []),
        # Years that nobody has reached, and clocks elsewhere.
        ({"seen": ["05/04/3024"]}, "", {"soon": (29, 1, 0)}, [("dates-far-ahead", 1)]),
        ({"seen": ["2024-04-10T23:30:00Z"]}, "", {}, [("offsets-dropped", 1)]),
        ({"seen": ["2024-04-10T23:30:00Z"]}, "time zone: Europe/London", {"soon": (29, 1, 0)}, []),
        ({"seen": ["2024-04-11T00:30:00+01:00"]}, "time zone: UTC", {}, []),
        # Texts that were cut, and those that weren't.
        ({"story": ["a" * 255, "b" * 255]}, "", {}, [("texts-cut", 2)]),
        ({"story": ["a" * 120, "b" * 120, "c" * 120]}, "", {}, [("texts-cut", 3)]),
        ({"story": ["a" * 255, "b" * 255, "c" * 256, "d" * 300]}, "", {}, []),
        ({"story": ["a" * 120, "b" * 120]}, "", {}, []),
        ({"story": ["she was at home with her fathe", "he spoke of school and the bus",
                    "nobody asked what the boy thou"]}, "", {}, [("texts-cut", 3)]),
        ({"story": ["she was at home with her aunt.", "he spoke of school and a boat.",
                    "nobody asked what he thought.."]}, "", {}, []),
        ({"story": ["visit on 12/05/2024 at 10:30 by", "visit on 13/06/2024 at 11:45 by",
                    "visit on 14/07/2024 at 09:15 by"]}, "", {}, []),
        ({"story": ["Clear", "Vague", "Sound", "Brief"] * 7}, "", {}, []),
        ({"story": [f"{n:08}-1111-4222-8333-444455556666" for n in range(30)]}, "", {}, []),
        # References that a spreadsheet program changed.
        ({"case_ref": [DAY, DAY + dt.timedelta(days=1)]}, "", {}, [("references-as-dates", 2)]),
        ({"case_ref": [*("1-24", "2-24", "3-24"), "Jan-24", "03-Apr"]}, "", {},
         [("references-as-dates", 2)]),
        ({"case_ref": ["MAR-12", "JON-14", "MAY-24"]}, "", {}, []),
        ({"case_ref": ["Mar-24", "04-May"]}, "", {}, [("references-as-dates", 2)]),
        ({"case_ref": ["1.23E+15"]}, "", {}, [("references-cut", 1)]),
        ({"case_ref": ["AB/1E+2"]}, "", {}, []),
        ({"case_ref": ["AB/1", "ab-001", "AB 2"]}, "", {}, [("references-alike", 2)]),
        ({"case_ref": ["1/11", "11/1", "A/B"]}, "", {}, []),
        # Percentages, and fractions beside them.
        ({"age": ["5%", "7 %"]}, "", {}, []),
        ({"age": ["5%", 0.5]}, "", {}, [("fractions-unclear", 1)]),
        # Fractions where the rubric asks for more than 25, and no number between: no child's age.
        ({"attended": [0.95, ".97", 1]}, "", {"there": (27, 3, 0)}, [("fractions-unclear", 2)]),
        ({"attended": [0.95] * 30}, "", {"there": (0, 30, 0)}, [("fractions-unclear", 30)]),
        ({"attended": [0.5, 12]}, "", {"there": (28, 2, 0)}, []),
        ({"age": [0.5, 0.25]}, "", {}, []),
        ({"age": [0.5] * 30}, "", {}, []),
        # NA, where every case is asked.
        ({"story": ["NA", "NA"]}, "", {"told": (28, 0, 0)}, [("not-applicable-asked", 2)]),
        ({"story": ["NA", "NA"]}, "blank: [NA]", {"told": (28, 2, 0)}, []),
        ({"story": ["NA", "NA"]}, "not_applicable: [NA]", {"told": (28, 0, 0)}, []),
        ({"story": ["N/A", "N/A"]}, "", {"told": (28, 0, 0)}, []),
        # A word for nothing where the others are accounts; among short answers it is one.
        ({"story": ["None", "nil.", "Not stated", *ACCOUNTS]}, "", {}, [("nothing-written", 3)]),
        ({"story": ["None", "Unknown", "", *ACCOUNTS]}, "", {"told": (29, 1, 0)},
         [("nothing-written", 1)]),
        ({"story": ["None"] * 30}, "", {}, []),
        ({"story": ["None", "Autism", "Nil", "Asthma"]}, "", {}, []),
        ({"story": ["No change since", "Nothing was said by her", "Nora", *ACCOUNTS]}, "", {}, []),
        ({"story": ["None", *ACCOUNTS]}, "words: {story: {blank: [None]}}",
         {"told": (29, 1, 0)}, []),
        ({"story": ["None", *ACCOUNTS]}, "words: {story: {value: [None]}}", {}, []),
        ({"story": ["nil recorded", "Not documented", "N/A", *ACCOUNTS]}, "",
         {"told": (27, 2, 0)}, []),
        # Signs that nobody sees, and what programs write for nothing.
        ({"story": ["NULL", "\\N", "<div></div>"]}, "", {"told": (27, 3, 0)}, []),
    ],
)  # fmt: skip
def test_what_a_column_tells(
    tmp_path: Path,
    columns: dict[str, Sequence[object]],
    mapping: str,
    counts: dict[str, tuple[int, int, int]],
    issues: list[tuple[str, int]],
) -> None:
    its = result(tmp_path, rows(**columns), mapping)
    assert {name: numbers(its, name) for name in ALL} == ALL | counts
    assert told(its) == issues


@pytest.mark.parametrize(
    ("cells", "counts"),
    [
        ({"seen": ["04/05/2024"] * 20 + ["04/13/2024"] * 10,
          "opened": ["04/04/2024"] * 20 + ["04/12/2024"] * 10}, {}),
        ({"age": ["-9", "999"]}, {"young": (28, 0, 2)}),
        ({"story": ["None", "nil", "", *ACCOUNTS]}, {"told": (29, 1, 0)}),
    ],
)  # fmt: skip
def test_a_long_file_tells_the_same(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cells: dict[str, Sequence[object]],
    counts: dict[str, tuple[int, int, int]],
) -> None:
    short = result(tmp_path, rows(**cells), kind="csv")
    monkeypatch.setattr(sources, "LONG_BYTES", 10)
    its = result(tmp_path, rows(**cells), kind="csv")
    assert {name: numbers(its, name) for name in ALL} == ALL | counts
    assert its.model_dump(exclude={"made_at"}) == short.model_dump(exclude={"made_at"})


def test_a_comma_between_digits_is_unclear_where_semicolons_separate(tmp_path: Path) -> None:
    result(tmp_path, rows(age=["12,250", "1,5"]), kind="csv")
    path = tmp_path / "cases.csv"
    lines = (";".join(map(str, row)) for row in rows(age=["12,250", "5"]))
    path.write_text("\n".join(lines))
    audit = open_audit([path], str(tmp_path / "rubric.yaml"))
    its = audit.result(ScoreOptions(dt.date(2024, 12, 1)))
    assert told(its) == [("commas-unclear", 1)]
    assert numbers(its, "young") == (29, 0, 1)


def test_a_reference_as_a_formula_is_what_it_shows(tmp_path: Path) -> None:
    result(tmp_path, rows(case_ref=['="00123"']), kind="csv")
    audit = open_audit([tmp_path / "cases.csv"], str(tmp_path / "rubric.yaml"))
    its = audit.result(ScoreOptions(dt.date(2024, 12, 1)))
    assert its.each_case().references[0] == "00123"


def test_a_mapping_keeps_what_is_said_of_dates_and_refuses_what_is_no_zone(
    tmp_path: Path, audit: Audit
) -> None:
    result(tmp_path, rows())
    save_text(tmp_path / "wrong.yaml", "time zone: Europe/Londn\n")
    run = audit("score", tmp_path / "cases.xlsx", "--rubric", tmp_path / "rubric.yaml",
                "--mapping", tmp_path / "wrong.yaml")  # fmt: skip
    assert run.code == 2
    assert "Europe/London" in run.err


def test_a_day_years_ahead_is_asked_about(tmp_path: Path, audit: Audit) -> None:
    result(tmp_path, rows())
    run = audit("score", tmp_path / "cases.xlsx", "--rubric", tmp_path / "rubric.yaml",
                "--as-of", f"{dt.date.today().year + 11}-01-31")  # fmt: skip
    assert "years from today" in " ".join(run.out.split()[:60])


DATES = st.dates(dt.date(2023, 1, 1), dt.date(2024, 3, 1))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(DATES, min_size=30, max_size=30), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_no_date_is_read_as_another_in_silence(
    tmp_path: Path, days: list[dt.date], form: str
) -> None:
    """Whatever the order, each case is right or can't be told, where any cell tells the order."""
    opened = [f"{day:{form}}" for day in days]
    seen = [f"{day + dt.timedelta(days=3):{form}}" for day in days]
    its = result(tmp_path, rows(opened=opened, seen=seen))
    met, missing, unsure = numbers(its, "soon")
    told_apart = any(day.day > 12 or (day + dt.timedelta(days=3)).day > 12 for day in days)
    assert met + missing + unsure == 30
    if form == "%d/%m/%Y" or told_apart:
        assert missing == 0


@pytest.mark.parametrize("odd", ["", "ab 000017", "AB/17"])
def test_references_of_many_cases_are_compared_too(tmp_path: Path, odd: str) -> None:
    cells = [[f"AB/{n:06}", "told", 5, DAY, DAY, 95] for n in range(6_000)]
    if odd:
        cells[40][0] = odd
    its = result(tmp_path, [list(HEADINGS), *cells], kind="csv")
    assert told(its) == ([("references-alike", 2)] if odd else [])


ASKED = """
rubric: probe
title: Probe
version: 1
fields:
  case_ref: {type: identifier, headings: [Case ref]}
  needs: {type: text, headings: [Disability], beside: [recorded]}
  origin: {type: code, codes: nhs-ethnic-category, headings: [Ethnicity], beside: [recorded]}
criteria:
  needs: {question: Needs?, missing: without needs, met: {known: needs}}
  origin: {question: Origin?, missing: without origin, met: {known: origin}}
"""


@pytest.mark.parametrize(
    ("heading", "cells", "expected"),
    [
        # Asked whether it is there, no says that it isn't, though N is a code and "No" a text.
        ("Disability recorded?", ["Yes", "No", "N", "", "NK"], "value blank blank blank unknown"),
        ("Ethnicity recorded (Y/N)", ["Y", "N", "Y", "N/A"], "value blank value not applicable"),
        ("Ethnicity evidenced", ["1", "0", "1"], "value blank value"),
        # Other answers tell that the column holds what is recorded.
        ("Disability recorded", ["Autism", "No", "Yes"], "value value value"),
        ("Ethnicity recorded", ["N", "A", "Z"], "value value value"),
        ("Disability", ["Yes", "No", "N"], "value value value"),
        ("Ethnicity", ["N", "Y"], "value unreadable"),
    ],
)
def test_a_column_that_asks_whether_something_is_recorded(
    heading: str, cells: list[str], expected: str, tmp_path: Path
) -> None:
    rows = [["Case ref", heading], *([f"C{n}", cell] for n, cell in enumerate(cells))]
    field = "origin" if "Ethnicity" in heading else "needs"
    audit = opened(save_csv(tmp_path / "a.csv", rows), rubric=ASKED)
    assert " ".join(states(audit.intake(DAY), field)) == expected
    # Of an ethnicity nobody says no; of a need they may, so it is said how it was read.
    told = [issue.total for issue in audit.layout.issues]
    assert told == ([2] if heading == "Disability recorded?" else [])


def test_who_says_what_a_no_is_has_it_so(tmp_path: Path) -> None:
    rows: list[Row] = [["Case ref", "Disability recorded"], ["C1", "Yes"], ["C2", "No"]]
    mapping = "words: {needs: {value: [No]}}"
    intake = read(save_csv(tmp_path / "a.csv", rows), rubric=ASKED, mapping=mapping)
    assert states(intake, "needs") == ["value", "value"]
