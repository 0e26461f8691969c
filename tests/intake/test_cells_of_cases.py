import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from casefile_audit.issues import IssueCode
from libreoffice import converted, needs_libreoffice
from workbooks import HEADINGS, Row, Rows, case, read, save_csv, save_xlsx, states

RUBRIC = """
rubric: words
title: Words
version: 1
unanswered: nothing recorded
fields:
  case_ref: {type: identifier, headings: [Case ref]}
  told: {type: text, headings: [School told]}
  used: {type: yes-no, headings: [Power used]}
  sen: {type: code, codes: sen-provision, headings: [SEN]}
  born: {type: date, headings: [Date of birth]}
  age: {type: number, headings: [Age]}
criteria:
  told: {question: Told?, missing: not told, met: {recorded: told}}
  used: {question: Used?, missing: not used, met: {yes: used}}
"""
COLUMNS = ["Case ref", "School told", "Power used", "SEN", "Date of birth", "Age"]


def save_parquet(path: Path, rows: Rows) -> Path:
    names, *cells = rows
    columns = [pyarrow.array(map(str, column)) for column in zip(*cells, strict=True)]
    pyarrow.parquet.write_table(pyarrow.table(columns, names=list(map(str, names))), path)
    return path


def save_ods(path: Path, rows: Rows) -> Path:
    return converted("ods", path.parent, save_xlsx(path.with_suffix(".xlsx"), rows))


WORDS = ["None", "NA", "N/A", "NK", "nan", "null", "Not recorded", "No", "N", "-", "NaN", "#N/A"]
AS_TEXT = ["value", "not applicable", "not applicable", "unknown", "blank", "blank", "blank",
           "value", "value", "blank", "blank", "unreadable"]  # fmt: skip
AS_YES_NO = ["unreadable", "not applicable", "not applicable", "unknown", "blank",
             "blank", "blank", "value", "value", "blank",
             "blank", "unreadable"]  # fmt: skip


@pytest.mark.parametrize(
    ("suffix", "save"),
    [
        (".xlsx", save_xlsx),
        (".csv", save_csv),
        (".parquet", save_parquet),
        pytest.param(".ods", save_ods, marks=needs_libreoffice),
    ],
)
def test_words_come_through_every_format_as_they_were_written(
    suffix: str, save: Callable[[Path, Rows], Path], tmp_path: Path
) -> None:
    rows: list[Row] = [
        COLUMNS,
        *([f"C{i}", word, word, word, "", ""] for i, word in enumerate(WORDS)),
    ]
    intake = read(save(tmp_path / f"a{suffix}", rows), rubric=RUBRIC)
    assert states(intake, "told") == AS_TEXT
    assert states(intake, "used") == AS_YES_NO
    written = intake.cases.column("told")[0].rows().tolist()
    assert [written[i] for i in (0, 7, 8)] == ["None", "No", "N"]


@pytest.mark.parametrize(
    "word", ["NK", "N/A", "None", "Not recorded", "Nil", "Not known", "Not yet", "Never mind", ""]
)
def test_nothing_but_a_no_is_read_as_no(word: str, tmp_path: Path) -> None:
    intake = read(save_csv(tmp_path / "a.csv", [COLUMNS, ["C1", "", word, "", "", ""]]),
                  rubric=RUBRIC)  # fmt: skip
    values, _ = intake.cases.column("used")
    assert "no" not in values.rows()


def test_no_is_no_provision_in_the_code_set_that_says_so(tmp_path: Path) -> None:
    rows = [COLUMNS, ["C1", "", "N", "N", "", ""]]
    intake = read(save_csv(tmp_path / "a.csv", rows), rubric=RUBRIC)
    assert intake.cases.column("sen")[0].rows().tolist() == ["N"]
    assert intake.cases.column("used")[0].rows().tolist() == ["no"]


def test_true_and_one_in_one_column_are_both_yes(tmp_path: Path) -> None:
    used: list[object] = [True, 1, False, 0, 1.0, "TRUE", "0"]
    rows: list[Row] = [COLUMNS, *([f"C{i}", "", cell, "", "", ""] for i, cell in enumerate(used))]
    intake = read(save_xlsx(tmp_path / "a.xlsx", rows), rubric=RUBRIC)
    assert intake.cases.column("used")[0].rows().tolist() == [
        "yes",
        "yes",
        "no",
        "no",
        "yes",
        "yes",
        "no",
    ]


def test_leading_zeros_stay(tmp_path: Path) -> None:
    rows: list[Row] = [COLUMNS, ["00123", *[""] * 5], [123, *[""] * 5], ["123.0", *[""] * 5]]
    intake = read(save_xlsx(tmp_path / "a.xlsx", rows), rubric=RUBRIC)
    assert list(intake.cases.references) == ["00123", "123", "123.0"]
    assert not intake.account.problems


def test_dates_of_every_kind_in_one_column_are_read(tmp_path: Path) -> None:
    day = dt.datetime(2024, 3, 1)
    cells: list[object] = [
        *(day, day.date(), "01/03/2024", "2024-03-01", "1.3.24", "1 March 2024", 45352),
        *("45352", "Fri 1st Mar 2024 09:30", "2024-03-01T09:30:00Z", "01/03/24 09:30"),
    ]
    rows: list[Row] = [COLUMNS, *([f"C{i}", "", "", "", cell, ""] for i, cell in enumerate(cells))]
    intake = read(save_xlsx(tmp_path / "a.xlsx", rows), rubric=RUBRIC)
    values, found = intake.cases.column("born")
    assert set(found) == {0}
    assert {str(value)[:10] for value in values.rows()} == {"2024-03-01"}


def test_serial_dates_of_a_1904_workbook_count_from_1904(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.worksheets[0]
    for row in (COLUMNS, ["C1", "", "", "", 43890, ""], ["C2", "", "", "", "43890", ""]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    values, _ = read(tmp_path / "a.xlsx", rubric=RUBRIC).cases.column("born")
    assert {str(value)[:10] for value in values.rows()} == {"2024-03-01"}


@pytest.mark.parametrize(
    ("field", "column", "word", "expected"),
    [
        ("used", "C", "Yess", "did you mean `yes`?"),
        ("used", "C", "see comments", "yes, partly or no"),
        ("used", "C", "not there", "yes, partly or no"),
        ("born", "E", "31/02/2024", "a date such as 03/04/2024"),
        ("born", "E", "9 April", "a date such as 03/04/2024: day, month, year"),
        ("born", "E", "not done", "words: {born: {blank: not done}}"),
        ("born", "E", "#REF!", "a date"),
        ("age", "F", "twelve", "a number"),
        ("age", "F", "#DIV/0!", "a number"),
        ("sen", "D", "see EHC1", "Special educational needs"),
    ],
)
def test_an_unreadable_cell_is_listed_with_its_address(
    field: str, column: str, word: str, expected: str, tmp_path: Path
) -> None:
    last = ["C2", *(word if letter == column else "" for letter in "BCDEF")]
    rows: list[Row] = [["Banner"], COLUMNS, ["C1", *[""] * 5], last]
    intake = read(save_csv(tmp_path / "a.csv", rows), rubric=RUBRIC)
    (problem,) = intake.account.problems
    assert (problem.file, problem.sheet, problem.cell) == ("a.csv", "a", f"{column}4")
    assert (problem.field, problem.found) == (field, word)
    assert expected in problem.expected
    assert states(intake, field) == ["blank", "unreadable"]


@pytest.mark.parametrize("word", ["NR", "np", "ye", "Y?"])
def test_an_abbreviation_is_never_taken_nearly_for_an_answer(word: str, tmp_path: Path) -> None:
    rows = [COLUMNS, ["C1", "", word, "", "", ""]]
    intake = read(save_csv(tmp_path / "a.csv", rows), rubric=RUBRIC)
    assert "did you mean" not in " ".join(problem.expected for problem in intake.account.problems)


@pytest.mark.parametrize(
    ("word", "state"),
    [("NR", "blank"), ("n/r", "blank"), ("DK", "unknown"), ("D/K", "unknown"), ("dk.", "unknown")],
)
def test_usual_abbreviations_are_understood(word: str, state: str, tmp_path: Path) -> None:
    rows = [COLUMNS, ["C1", word, word, "", word, ""]]
    intake = read(save_csv(tmp_path / "a.csv", rows), rubric=RUBRIC)
    assert {*states(intake, "told"), *states(intake, "used"), *states(intake, "born")} == {state}
    assert not intake.account.problems


@pytest.mark.parametrize(
    ("column", "word", "expected"),
    [
        ("C", "Noah", "did you mean `no`?"),
        ("C", "Robert", "yes, partly or no"),
        ("C", "O'Neil-Smith", "yes, partly or no"),
        ("C", "Мария", "yes, partly or no"),
        ("C", "07700 900123", "yes, partly or no"),
        ("C", "943 476 5919", "yes, partly or no"),
        ("C", "QQ123456C", "yes, partly or no"),
        ("C", "AB1 2CD", "yes, partly or no"),
        ("E", "R. Smith", "a date"),
        ("E", "see Robert", "words: {born: {blank: …}}"),
        ("E", "9 April Smith", "a date"),
        ("F", "Robert 12", "a number"),
        ("D", "EHCP please", "Special educational needs"),
    ],
)
def test_what_may_be_a_name_is_not_shown(
    column: str, word: str, expected: str, tmp_path: Path
) -> None:
    row = ["C1", *(word if letter == column else "" for letter in "BCDEF")]
    intake = read(save_csv(tmp_path / "a.csv", [COLUMNS, row]), rubric=RUBRIC)
    (problem,) = intake.account.problems
    assert (problem.cell, problem.found) == (f"{column}2", f"a text of {len(word)} characters")
    assert expected in problem.expected
    assert word not in repr(intake.account.problems)


@pytest.mark.parametrize(
    ("column", "word"),
    [
        *(("C", word) for word in ("Yess", "partley", "Parts", "perhaps", "not yet", "W10", "?!")),
        *(("E", word) for word in ("31/02/2024", "2024-13-01 10:30:00", "w/c 14/03", "May 2024")),
        *(("F", word) for word in ("12 yrs", "ten", "5 and a half", "1,5", "7-8")),
    ],
)
def test_what_can_hardly_be_a_name_is_shown(column: str, word: str, tmp_path: Path) -> None:
    row = ["C1", *(word if letter == column else "" for letter in "BCDEF")]
    intake = read(save_csv(tmp_path / "a.csv", [COLUMNS, row]), rubric=RUBRIC)
    assert [problem.found for problem in intake.account.problems] == [word]


def test_what_somebody_wrote_at_length_is_not_shown(tmp_path: Path) -> None:
    narrative = "The child said that her uncle Robert Smith had hurt her"
    intake = read(save_csv(tmp_path / "a.csv", [COLUMNS, ["C1", "", narrative, "", "", ""]]),
                  rubric=RUBRIC)  # fmt: skip
    assert intake.account.problems[0].found == f"a text of {len(narrative)} characters"
    assert "Robert" not in repr(intake.account.problems)


def test_a_case_reference_that_comes_twice_is_listed_and_counted(tmp_path: Path) -> None:
    rows = [HEADINGS, case("C1"), case("c1 "), case("C2")]
    other = save_xlsx(tmp_path / "b.xlsx", {"More": [HEADINGS, case("C2", district="East")]})
    intake = read(save_xlsx(tmp_path / "a.xlsx", rows), other)
    assert len(intake.cases) == 4
    assert [(p.file, p.cell, p.found) for p in intake.account.problems] == [
        ("a.xlsx", "A3", "c1"),
        ("b.xlsx", "A2", "C2"),
    ]
    assert "Cases!A2 has it too" in intake.account.problems[0].expected
    assert "a.xlsx, Cases!A4 has it too" in intake.account.problems[1].expected


@pytest.mark.parametrize("blank", ["-", "TBC", "N/A"])
def test_a_case_without_a_reference_is_named_by_sheet_and_row(blank: str, tmp_path: Path) -> None:
    rows = [HEADINGS, case("C1"), case(blank), case(blank, district="East")]
    intake = read(save_xlsx(tmp_path / "a.xlsx", rows))
    assert list(intake.cases.references) == ["C1", "Cases row 3", "Cases row 4"]
    assert [problem.cell for problem in intake.account.problems] == ["A3", "A4"]
    assert {problem.found for problem in intake.account.problems} == {blank}
    assert all("case reference" in problem.expected for problem in intake.account.problems)


def test_a_reference_that_is_none_is_listed_in_every_sheet(tmp_path: Path) -> None:
    sheets = {"March": [HEADINGS, case("TBC")], "April": [HEADINGS, case("C1"), case("-")]}
    intake = read(save_xlsx(tmp_path / "a.xlsx", sheets))
    assert [(p.sheet, p.cell) for p in intake.account.problems] == [
        ("March", "A2"),
        ("April", "A3"),
    ]


@pytest.mark.parametrize(
    ("word", "offered"),
    [("adequete", "did you mean `adequate`?"), ("outstanding", "or `inadequate`"), ("3", "`good`")],
)
def test_a_wrong_grade_stops_the_audit(word: str, offered: str, tmp_path: Path) -> None:
    rows = [HEADINGS, case("C1"), case("C2", grade=word), case("C3"), case("C4", grade=word)]
    intake = read(save_xlsx(tmp_path / "a.xlsx", rows))
    assert [p.cell for p in intake.account.problems if p.stops] == ["J3", "J5"]
    assert all(offered in problem.expected for problem in intake.account.problems)


@pytest.mark.parametrize("word", ["RI", "R.I.", "Requires Improvement", " GOOD.", "ri", ""])
def test_a_grade_is_recognised_by_its_other_words(word: str, tmp_path: Path) -> None:
    intake = read(save_xlsx(tmp_path / "a.xlsx", [HEADINGS, case("C1", grade=word)]))
    assert not intake.account.problems


def test_an_officers_observation_is_no_answer_and_is_listed(tmp_path: Path) -> None:
    intake = read(save_xlsx(tmp_path / "a.xlsx", [HEADINGS, case("C1", ethnicity="IC1")]))
    assert states(intake, "ethnicity") == ["blank"]
    assert "it counts as missing" in intake.account.problems[0].expected


def test_the_input_is_never_written_to(tmp_path: Path) -> None:
    path = save_xlsx(tmp_path / "a.xlsx", [HEADINGS, case("C1")])
    before, times = path.read_bytes(), path.stat().st_mtime_ns
    read(path)
    assert path.read_bytes() == before
    assert path.stat().st_mtime_ns == times


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_text_of_any_encoding_and_delimiter_is_read(
    encoding: str, delimiter: str, tmp_path: Path
) -> None:
    rows = [COLUMNS, ["C1", "École Saint-André", "Yes", "K", "01/03/2024", "9"]]
    text = "\r\n".join(delimiter.join(map(str, row)) for row in rows)
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    intake = read(path, rubric=RUBRIC)
    assert intake.cases.column("told")[0].rows().tolist() == ["École Saint-André"]


@pytest.mark.parametrize(
    ("references", "cases"),
    [
        (["17--1", "17--2", "18--1", "18--2"], 2),
        (["17--1", "17--2", "18--1"], 1),
        (["17--1", "18--1"], 0),
        (["17-1", "17-2"], 0),
    ],
)
def test_both_entries_of_a_case_are_said_to_be_counted(
    references: list[str], cases: int, tmp_path: Path
) -> None:
    intake = read(save_xlsx(tmp_path / "a.xlsx", [HEADINGS, *map(case, references)]))
    found = [e for e in intake.account.issues if e.code is IssueCode.CASES_ENTERED_TWICE]
    assert sum(each.total for each in found) == cases


@pytest.mark.parametrize("sign", ["\u00ad", "\u3164", "\uffa0", "\u115f", "\U000e0041", "\u206a"])
def test_a_sign_that_nobody_sees_makes_no_other_reference(sign: str, tmp_path: Path) -> None:
    rows = [HEADINGS, case("NS/24/1"), case(f"N{sign}S/24/1"), case("NS/24/2")]
    intake = read(save_xlsx(tmp_path / "a.xlsx", rows))
    assert intake.account.repeated.total == 1


STRUCK = (IssueCode.ROWS_STRUCK_OUT, IssueCode.CELLS_STRUCK_OUT)


def struck_out(path: Path, cells: dict[int, str]) -> Path:
    """A workbook of five cases, in some rows of which some columns are struck out."""
    save_xlsx(path, [HEADINGS, *(case(f"C{n}") for n in range(1, 6))])
    book = openpyxl.load_workbook(path)
    for row, columns in cells.items():
        for letter in columns:
            book["Cases"][f"{letter}{row}"].font = Font(strike=True)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("cells", "places", "suffix"),
    [
        ({3: "ABCDEFGHIJ", 5: "ABCDEFGHIJ"}, ["row 3", "row 5"], ".xlsx"),
        ({3: "ABCDEFG"}, ["row 3"], ".xlsx"),
        ({3: "B", 5: "BC"}, ["B3", "B5", "C5"], ".xlsx"),
        ({1: "B"}, [], ".xlsx"),
        ({}, [], ".xlsx"),
        pytest.param({2: "B", 3: "ABCDEFGHIJ"}, ["row 3", "B2"], ".ods", marks=needs_libreoffice),
    ],
)
def test_cases_that_are_struck_out_are_named_and_counted(
    cells: dict[int, str], places: list[str], suffix: str, tmp_path: Path
) -> None:
    path = struck_out(tmp_path / "a.xlsx", cells)
    intake = read(converted("ods", tmp_path, path) if suffix == ".ods" else path)
    assert len(intake.cases) == 5
    found = [e for e in intake.account.issues if e.code in STRUCK]
    assert [place for each in found for place in each.places] == places


def moved(cells: Row, at: int, *put: object) -> list[object]:
    """A row in which cells were put in, or one was deleted where none is."""
    return [*cells[:at], *put, *cells[at if put else at + 1 :], *([] if put else [""])][:WIDTH]


OTHER = {"review_1": "01/04/2024", "review_2": "", "reviewed": "No", "grade": "adequate"}
WIDTH = len(HEADINGS)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([moved(case("C2"), 1)], [("left", 1, "row 3")]),
        ([moved(case("C2", **OTHER), 3)], [("left", 1, "row 3")]),
        ([moved(case("C2", review_2="09/05/2024"), 2, "")], [("right", 1, "row 3")]),
        ([moved(case("C2"), 1), moved(case("C3"), 3)], [("left", 2, "rows 3 to 4")]),
        # Slips of their own, and a sheet in which every row is so.
        ([case("C2", protected="W1", reviewed="perhaps")], []),
        ([case("C2", protected="perhaps", reviewed="perhaps", allocated="soon")], []),
        ([case("C2", ethnicity="Yes", allocated="No")], []),
        ([moved(case(f"C{n}"), 1) for n in range(2, 9)], []),
    ],
)
def test_a_row_that_moved_a_cell_is_named(
    rows: Rows, found: list[tuple[str, int, str]], tmp_path: Path
) -> None:
    intake = read(save_xlsx(tmp_path / "a.xlsx", [HEADINGS, case("C1"), *rows, case("C99")]))
    issues = [i for i in intake.account.issues if i.code is IssueCode.ROWS_MOVED]
    assert [(i.facts["way"], i.total, *i.places) for i in issues] == found
