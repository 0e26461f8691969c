import datetime as dt
from pathlib import Path

import pytest

from casefile_audit.errors import WorkbookError
from casefile_audit.files import sources
from workbooks import HEADINGS, NIGHT_DUTY, Row, Rows, case, read, save_csv, save_xlsx, states

WIDTH = len(HEADINGS)


def padded(*cells: object) -> list[object]:
    return [*cells, *[""] * (WIDTH - len(cells))]


@pytest.mark.parametrize(
    ("foot", "reason"),
    [
        (padded("Total"), "totals"),
        (padded("TOTALS 48"), "totals"),
        (padded("Grand total:", "", 12), "totals"),
        (padded("Sub-total", 3, 4), "totals"),
        (padded("", "", "Total", 12), "totals"),
        (padded("Average", "", 3.5), "totals"),
        (padded("Total cases", "", 2), "totals"),
        (padded("Total number of cases: 2"), "totals"),
        (padded("%", "", "25%"), "totals"),
        (padded("The figures leave out cases under appeal."), "a note under the table"),
        (padded("* excludes siblings"), "a note under the table"),
        (padded("Source: crime system"), "a note under the table"),
        (padded("Notes:"), "a note under the table"),
        (padded("", "Prepared by the audit team"), "only B4 is filled"),
        (list(HEADINGS), "the headings again"),
        (padded("MAY 2024"), "a dividing line (“MAY 2024”)"),
        (padded("Sept '24"), "a dividing line"),
        (padded(dt.datetime(2024, 5, 1)), "a dividing line (“2024-05-01”)"),
        (padded("North team"), "a dividing line (“North team”)"),
        ([heading.upper() for heading in HEADINGS], "the headings again"),
        ([*HEADINGS[:6], *[""] * 4], "the headings again"),
    ],
)
def test_a_row_that_is_no_case_is_left_out_with_its_reason(
    foot: list[object], reason: str, tmp_path: Path
) -> None:
    path = save_xlsx(tmp_path / "a.xlsx", [HEADINGS, case("C1"), case("C2"), foot])
    (sheet,) = read(path).account.sheets.values()
    assert (sheet.rows, sheet.cases) == (3, 2)
    assert [out.row for out in sheet.left_out] == [4]
    assert reason in sheet.left_out[0].reason


@pytest.mark.parametrize(
    "row",
    [
        padded("C3"),
        padded("Totnes 4", "North"),
        padded("C3", "", "", "", "No", "No"),
        padded("C3", "", "", "", "", "", "", "", "", "good"),
        padded("C3", "District"),
        padded("Case 3"),
        padded("MAY 2024", "North"),
        padded("NS/24"),
        padded("MAY24"),
        padded("Marple 24"),
        padded("Mar 2024 07"),
    ],
)
def test_a_row_that_may_be_a_case_is_one(row: list[object], tmp_path: Path) -> None:
    (sheet,) = read(
        save_xlsx(tmp_path / "a.xlsx", [HEADINGS, case("C1"), row])
    ).account.sheets.values()
    assert (sheet.rows, sheet.cases, sheet.left_out.total) == (2, 2, 0)


# Rows that no case is like, under three cases whose references look like C1.
NO_CASES: dict[str, tuple[list[object], str, bool]] = {
    "sign-off": (padded("Audited by:", "DI Example"), "a sign-off", False),
    "sign-off with a date": (padded("Date", "", "", "", "", "", "01/03/2024"), "a sign-off", False),
    "version": (padded("Version 2.1", "final"), "a sign-off", False),
    "key": (padded("Key", "Y", "yes"), "unlike the others", False),
    "tally": (padded("Asian", 5), "unlike the others", True),
    "tally in a column of answers": (padded("Good", "", "", "", 5, 3), "unlike the others", False),
    "subtotal by team": (padded("North Total", "", "", "", 1, 1), "totals", False),
    "total for all": (padded("Total for force", "", "", "", 1), "totals", False),
    "count without a reference": (padded("", "North Count", "", "", 3), "totals", False),
    "total yes": (padded("TOTAL YES", "", "", "", 1, 0), "totals", False),
    "cases audited": (padded("Cases audited", 4), "totals", False),
    "compliant": (padded("No. compliant", "", "", "", 4, 3), "totals", False),
    "total with n": (padded("Total (n=4)", "", "", "", 4, 4), "totals", False),
    "median": (padded("Median", "", "", "", 1), "totals", False),
    "mode in words": (case("Most common", disability="none"), "totals", False),
    "modal answers": (case("Modal answer"), "totals", False),
    "records": (padded("Records: 3"), "a note under the table", False),
    "who signed": (padded("Designation", "DI"), "a sign-off", False),
    "standard deviation": (padded("Std dev", "", "", "", 0), "totals", False),
    "unlabelled totals": (padded(4, "", "", "", 4, 1), "unlike the others", False),
    "rows affected": (padded("(3 rows affected)"), "a note under the table", False),
    "page": (padded("Page 1 of 3"), "a note under the table", False),
    "printed": (padded("Printed 01/02/2025 10:20", "Records"), "a footer", False),
    "ticked beforehand": (padded("", "", "", "", False, False), "no case reference", False),
    "numbered beforehand": (padded("-", "", "", "", "No", "No"), "no case reference", False),
    "a name to come": (padded("TBC", "", "", "", "No", ""), "no case reference", False),
    "answers without a reference": (case(""), "no case reference", True),
    "a district without a reference": (padded("", "North"), "only B5 is filled", False),
    "heads of a tally": (padded("Question", "Yes", "No", "", "N/A"), "heads another table", True),
    "heads over numbers": (padded("Grade", "Number", "", "", 5), "heads another table", False),
    "a name that answers nothing": (padded("Summers", "Mean Street"), "unlike the others", True),
}


@pytest.mark.parametrize("kind", NO_CASES)
def test_a_row_that_no_case_is_like_is_left_out_and_doubted_if_it_may_be_one(
    kind: str, tmp_path: Path
) -> None:
    row, reason, may_be = NO_CASES[kind]
    rows = [HEADINGS, *(case(f"C{n}") for n in range(1, 4)), row]
    intake = read(save_xlsx(tmp_path / "a.xlsx", rows))
    (sheet,) = intake.account.sheets.values()
    assert (sheet.rows, sheet.cases) == (4, 3)
    assert [out.row for out in sheet.left_out] == [5]
    assert reason in sheet.left_out[0].reason
    assert bool(sheet.issues) is may_be


@pytest.mark.parametrize(
    "row",
    [
        ["Our number", "area", "Code", "Any", "Yes/No", "Y/N", "dd/mm/yyyy", "", "", "Grade"],
        ["", "", "16+1", "", "Yes/No/NK", "Y/N", "dd/mm/yyyy", "", "", "see scale"],
        ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"],
        ["----"] * WIDTH,
        ['{"ImportId":"QID1"}', *['{"ImportId":"QID2"}'] * (WIDTH - 1)],
        ["case_ref", "district", "ethnicity", "disability", "protected", "reviewed", *[""] * 4],
        ['{"ImportId":"startDate"}', "", "", "", "No", "No", *[""] * 4],
        case("e.g. C0"),
        case("Example"),
        case("EXAMPLE: NS/24/0000"),
        case("TEST - please ignore"),
        case("Dummy record"),
    ],
)
def test_further_rows_of_headings_and_guidance_are_no_cases(
    row: list[object], tmp_path: Path
) -> None:
    rows = [HEADINGS, row, *(case(f"C{n}") for n in range(1, 4))]
    (sheet,) = read(save_xlsx(tmp_path / "a.xlsx", rows)).account.sheets.values()
    assert (sheet.rows, sheet.cases) == (4, 3)
    assert not sheet.issues


_NOES, _FULL = ["", "", "", "No", "No"], ["North", "W1", "none", "Yes", "No"]


@pytest.mark.parametrize(
    ("rows", "doubted"),
    [
        # Noes without a reference are the template's under all cases, and perhaps a case's above.
        ([["A1", *_FULL], ["A2", *_FULL], ["", *_NOES], ["TBC", *_NOES]], 0),
        ([["", *_NOES], ["A1", *_FULL], ["-", *_NOES], ["A2", *_FULL]], 2),
        ([["A1", *_FULL], ["", "", "", "", "", "\N{BALLOT BOX}"], ["A2", *_NOES]], 0),
        # Where no case has one, none is told from the template's rows by that.
        ([["-", *_FULL], ["-", *_NOES], ["-", *_FULL], ["-", *_NOES]], 2),
    ],
)
def test_noes_without_a_reference_among_the_cases_are_a_doubt(
    rows: Rows, doubted: int, tmp_path: Path
) -> None:
    book = save_xlsx(tmp_path / "a.xlsx", [HEADINGS[:6], *rows])
    (sheet,) = read(book, rubric=NIGHT_DUTY).account.sheets.values()
    assert sheet.cases == 2
    assert [(i.code, i.total) for i in sheet.issues] == [("row-without-reference", doubted)] * (
        doubted > 0
    )


NO_REFERENCE = NIGHT_DUTY.replace("  case_ref: {type: identifier, headings: [Case ref, URN]}\n", "")


@pytest.mark.parametrize(
    ("rows", "cases"),
    [
        ([["", "", "", False, False]] * 5, 3),
        ([["", "", "", "No", "☐"]], 3),
        # Somebody said where, or the others have no more.
        ([["North", "", "", False, False]] * 5, 8),
        ([["", "", "", False, True]], 4),
    ],
)
def test_rows_of_noes_that_a_template_holds_are_no_cases_without_a_reference_either(
    rows: Rows, cases: int, tmp_path: Path
) -> None:
    full = [["North", "W1", "none", "Yes", "No"], ["South", "B1", "none", "No", "No"]]
    book = save_xlsx(tmp_path / "a.xlsx", [HEADINGS[1:6], *full, full[0], *rows])
    (sheet,) = read(book, rubric=NO_REFERENCE).account.sheets.values()
    assert sheet.cases == cases
    assert [i.code for i in sheet.issues] == ["row-unlike-cases"] * (cases == 3)
    # Where nothing else is asked, all noes are a case's answers.
    noes = save_xlsx(tmp_path / "b.xlsx", [HEADINGS[4:6], ["Yes", "No"], ["No", "No"], ["No", ""]])
    (sheet,) = read(noes, rubric=NO_REFERENCE).account.sheets.values()
    assert (sheet.cases, sheet.issues) == (3, ())


@pytest.mark.parametrize("name", ["TEST - please ignore", "Test", "Example"])
def test_an_example_is_no_case_wherever_it_stands(name: str, tmp_path: Path) -> None:
    rows = [HEADINGS, *(case(f"C{n}") for n in range(1, 6)), case(name), case("C7")]
    (sheet,) = read(save_xlsx(tmp_path / "a.xlsx", rows)).account.sheets.values()
    assert (sheet.cases, [out.row for out in sheet.left_out]) == (6, [7])


def test_what_may_be_called_a_test_is_a_case_where_several_are(tmp_path: Path) -> None:
    named = ["Test", "Test case", "Testing/1", "Dummy Road 4"]
    rows = [HEADINGS, *map(case, named)]
    (sheet,) = read(save_xlsx(tmp_path / "a.xlsx", rows)).account.sheets.values()
    assert (sheet.rows, sheet.cases) == (4, 4)


def test_a_sheet_of_guidance_under_the_same_headings_has_no_case(tmp_path: Path) -> None:
    guide = ["Our number", "", "", "", "Yes/No", "Yes/No", "", "", "", ""]
    sheets: dict[str, list[Row]] = {
        "Cases": [HEADINGS, case("C1"), case("C2")],
        "Guide": [HEADINGS, guide],
    }
    first, second = read(save_xlsx(tmp_path / "a.xlsx", sheets)).account.sheets.values()
    assert (first.cases, second.cases) == (2, 0)


@pytest.mark.parametrize(
    "references",
    [
        ["Total Wellbeing", "Mean Street", "Max", "Page", "North Count"],
        ["1", "2", "3", "4", "5"],
        ["NS/24/0001", "C2", "7", "AB-12", "Cases 5"],
        ["2024-05-01", "2024-05-02", "May 2024", "X1", "Case 4"],
        ["Example 1", "Example 2", "Example 3", "Example 4", "Example 5"],
        ["EG/24/1", "EG/24/2", "EG/24/3", "Egan", "E. Gale"],
        ["Sum", "Oak", "Elm", "Ash", "Grade"],
        ["Total 1", "Alpha 2", "Beta 3", "Gamma 4", "Question 5"],
    ],
)
def test_rows_that_answer_for_themselves_are_cases_whatever_they_are_called(
    references: list[str], tmp_path: Path
) -> None:
    rows = [HEADINGS, *map(case, references)]
    (sheet,) = read(save_xlsx(tmp_path / "a.xlsx", rows)).account.sheets.values()
    assert (sheet.cases, sheet.left_out.total, sheet.issues) == (5, 0, ())


@pytest.mark.parametrize("first", ["Total loss", "Total", "Completed", "Median Road", "Overall"])
@pytest.mark.parametrize("references", [("C1", "C2", "C3", "C4"), (101, 102, 103, 104)])
def test_a_category_before_the_case_reference_is_no_label_of_its_row(
    first: str, references: list[object], tmp_path: Path
) -> None:
    rows: list[Row] = [
        ["Category", *HEADINGS],
        *([first, *case(reference)] for reference in references),
        ["Total", 4, "", "", "", 4, 4],
        ["Average", 3, "", "", "", "", "", "", "", "", "good"],
    ]
    (sheet,) = read(save_xlsx(tmp_path / "a.xlsx", rows)).account.sheets.values()
    assert (sheet.cases, [out.row for out in sheet.left_out]) == (4, [6, 7])


@pytest.mark.parametrize("reference", ["Sum", "Total 1", "Average", "Question 7"])
def test_a_single_case_is_one_whatever_it_is_called(reference: str, tmp_path: Path) -> None:
    rows = [HEADINGS, case(reference), padded("Total", "", "", "", 1, 1)]
    (sheet,) = read(save_xlsx(tmp_path / "a.xlsx", rows)).account.sheets.values()
    assert (sheet.cases, [out.row for out in sheet.left_out]) == (1, [3])


@pytest.mark.parametrize(
    ("foot", "cases", "doubted"),
    [
        (padded(3, "", "", "", 3, 0), 3, True),
        (padded(2, "", "", "", 2, 1), 3, True),
        (padded(3, "", "", "", "Yes", "No"), 4, True),  # the same reference again
        (padded(4, "", "", "", 1, 0), 4, False),  # answers in numbers, and the next reference
        (padded(3, "North", "", "", 3, 0), 4, True),
    ],
)
def test_a_row_of_numbers_that_may_count_the_cases_is_doubted(
    foot: list[object], cases: int, doubted: bool, tmp_path: Path
) -> None:
    rows = [HEADINGS, *map(case, (1, 2, 3)), foot]
    intake = read(save_xlsx(tmp_path / "a.xlsx", rows))
    assert (len(intake.cases), bool(intake.account.issues)) == (cases, doubted)


def test_the_first_case_may_hold_the_numbers_of_the_columns(tmp_path: Path) -> None:
    rubric = """
        rubric: ages
        title: Ages
        version: 1
        fields:
          case_ref: {type: identifier, headings: [Case ref]}
          age: {type: number, headings: [Age]}
          beat: {type: text, headings: [Beat]}
        criteria:
          young: {question: Young?, missing: not young, met: {at_most: {age: 17}}}
    """
    heads, numbers = ["Case ref", "Age", "Beat"], [1, 2, 3]
    for others, cases in (([[2, 14, 5], [3, 16, 5]], 3), ([["NS/1", 14, 5], ["NS/2", 9, 5]], 2)):
        path = save_xlsx(tmp_path / "a.xlsx", [heads, numbers, *others, [f"{others[0][0]}0", 9, 9]])
        assert len(read(path, rubric=rubric).cases) == cases + 1


@pytest.mark.parametrize("first", ["Completed", "Total loss", "Median Road"])
def test_a_case_that_nobody_has_read_yet_is_one_whatever_stands_before_it(
    first: str, tmp_path: Path
) -> None:
    answered = [[first, *case(f"C{n}")] for n in range(1, 4)]
    unread = [first, *padded("C4", "North")]
    rows: list[Row] = [["Status", *HEADINGS], *answered, unread, [first, *padded(3, "North", 3)]]
    (sheet,) = read(save_xlsx(tmp_path / "a.xlsx", rows)).account.sheets.values()
    assert (sheet.cases, [out.row for out in sheet.left_out]) == (4, [6])


@pytest.mark.parametrize(("more", "doubted"), [(["North"], True), (["North", 3, "", 3], False)])
def test_a_number_after_a_label_is_said_where_it_may_be_the_reference_of_a_case(
    more: list[object], doubted: bool, tmp_path: Path
) -> None:
    rows: list[Row] = [
        ["Status", *HEADINGS],
        *(["Completed", *case(n)] for n in range(1, 4)),
        ["Completed", *padded(4, *more)],
    ]
    (sheet,) = read(save_xlsx(tmp_path / "a.xlsx", rows)).account.sheets.values()
    assert (sheet.cases, bool(sheet.issues)) == (3, doubted)


def test_references_drawn_by_lot_have_no_look_that_an_unread_case_lacks(tmp_path: Path) -> None:
    drawn = ["1c3b0e", "a0db71", "77fe0a", "9b9b9b", "d9cc3e", "3f00aa"]
    rows = [HEADINGS, *map(case, drawn[:4]), *(padded(r, "North") for r in drawn[4:])]
    (sheet,) = read(
        save_xlsx(tmp_path / "a.xlsx", [*rows, padded("North Total", 6)])
    ).account.sheets.values()
    assert (sheet.cases, [out.row for out in sheet.left_out]) == (6, [8])


def test_rows_in_doubt_are_added_up_and_their_places_named(tmp_path: Path) -> None:
    rows = [HEADINGS, case("C1"), *[case("")] * 3, case("C2"), case("")]
    (issue,) = read(save_xlsx(tmp_path / "a.xlsx", rows)).account.issues
    assert (issue.code, issue.level) == ("row-without-reference", "doubt")
    assert (issue.total, issue.places) == (4, ("rows 3 to 5", "row 7"))


SWAPPED = [*HEADINGS[:4], HEADINGS[5], HEADINGS[4], *HEADINGS[6:]]


@pytest.mark.parametrize(
    "again",
    [
        SWAPPED,
        [heading.upper() for heading in SWAPPED],
        [*HEADINGS[1:], HEADINGS[0]],
        ["", *HEADINGS],
        [*[""] * len(HEADINGS), *HEADINGS],
    ],
)
def test_headings_again_in_another_order_begin_a_table_and_in_a_long_file_are_refused(
    again: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    width = max(len(HEADINGS) + 1, len(again))
    rows = [[*c, *[""] * (width - len(c))] for c in (HEADINGS, case("C1"), case("C2"))]
    under = [*again, ""][:width]
    of_last = dict(zip(map(str.upper, HEADINGS), case("C3"), strict=True))
    last = [of_last.get(str(heading).upper(), "") for heading in under]
    text = save_csv(tmp_path / "a.csv", [*rows, under, last])
    intake = read(text)
    assert [*intake.cases.references] == ["C1", "C2", "C3"]
    assert states(intake, "grade") == ["value"] * 3
    monkeypatch.setattr(sources, "LONG_BYTES", 10)
    with pytest.raises(WorkbookError, match=r"row 4 has the headings again.* than row 1"):
        read(text)


@pytest.mark.parametrize(
    "under",
    [
        list(HEADINGS),
        padded("District", "Overall grade", "Cases"),
        padded("Case ref", "Overall grade"),
        padded("North", "District", "Case ref"),
    ],
)
def test_a_table_of_sums_is_no_second_order(under: Row, tmp_path: Path) -> None:
    rows = [HEADINGS, case("C1"), case("C2"), case("C3"), under]
    assert len(read(save_csv(tmp_path / "a.csv", rows)).cases) == 3


def test_a_word_alone_is_a_case_where_references_are_words(tmp_path: Path) -> None:
    rows = [HEADINGS, case("Ash"), case("Birch"), padded("Cedar")]
    assert list(read(save_xlsx(tmp_path / "a.xlsx", rows)).cases.references)[-1] == "Cedar"


def test_a_mapping_leaves_rows_out_of_the_sheets_that_it_names(tmp_path: Path) -> None:
    rows: list[Row] = [HEADINGS, case("C1"), case("C2"), case("C3"), case("C4")]
    more = [HEADINGS, *map(case, ("D1", "D2", "D3", "D4"))]
    path = save_xlsx(tmp_path / "a.xlsx", {"Cases": rows, "More": more})
    mapping = "leave_out: 2\nsheets: {More: {leave_out: [4, 9]}}"
    first, second = read(path, mapping=mapping).account.sheets.values()
    assert [(out.row, out.reason) for out in first.left_out] == [(2, "as the mapping says")]
    assert [out.row for out in second.left_out] == [2, 4]
    assert (second.rows, second.cases) == (4, 2)
    assert "the mapping leaves out row 9, where there is nothing to leave out" in second.notes
    assert first.notes == ()


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        ([["C1"]], "row 2 holds a single cell; it was read and counted"),
        ([["C1"], ["C2"]], "rows 2 and 3 hold a single cell each; they were read and counted"),
    ],
)
def test_rows_that_were_numbered_and_never_filled_in_are_said(
    rows: list[list[object]], note: str, tmp_path: Path
) -> None:
    filled = [HEADINGS, *(padded(*row) for row in rows), case("C9")]
    (sheet,) = read(save_csv(tmp_path / "a.csv", filled)).account.sheets.values()
    assert sheet.cases == len(rows) + 1
    assert sheet.notes == (note,)


def test_answers_that_stand_in_a_heading_are_not_the_headings_again(tmp_path: Path) -> None:
    rows = [
        ["Case ref", "Police protection used (yes/no)", "Review recorded (yes/no/partly)"],
        ["C1", "No", "No"],
        ["C2", "Yes", "Partly"],
    ]
    (sheet,) = read(save_csv(tmp_path / "a.csv", rows)).account.sheets.values()
    assert (sheet.cases, sheet.left_out.total) == (2, 0)


def test_headings_repeated_on_every_page_are_left_out(tmp_path: Path) -> None:
    rows = [HEADINGS, case("C1"), [], HEADINGS, case("C2"), HEADINGS, case("C3")]
    (sheet,) = read(save_xlsx(tmp_path / "a.xlsx", rows)).account.sheets.values()
    assert [(out.row, out.reason) for out in sheet.left_out] == [
        (4, "the headings again"),
        (6, "the headings again"),
    ]
    assert (sheet.rows, sheet.cases) == (5, 3)


def test_a_two_row_header_repeated_is_left_out_whole(tmp_path: Path) -> None:
    header = [["Case ref", "Police protection", "Ethnicity"], ["", "used", ""]]
    rows = [*header, ["C1", "No", "W1"], *header, ["C2", "No", "W1"]]
    (sheet,) = read(save_xlsx(tmp_path / "a.xlsx", rows)).account.sheets.values()
    assert [out.row for out in sheet.left_out] == [4, 5]
    assert sheet.cases == 2


def test_a_merged_note_is_left_out_once_for_each_of_its_rows(tmp_path: Path) -> None:
    rows = [HEADINGS, case("C1"), ["Read by two auditors in March"]]
    path = save_xlsx(tmp_path / "a.xlsx", rows, merge={"Cases": "A3:J4"})
    (sheet,) = read(path).account.sheets.values()
    assert sheet.rows == sheet.cases + len(sheet.left_out)
    assert sheet.cases == 1


def test_a_cell_merged_down_holds_for_each_of_its_rows(tmp_path: Path) -> None:
    rows = [HEADINGS, case("C1"), case("C2", district=None), case("C3", district="South")]
    intake = read(save_xlsx(tmp_path / "a.xlsx", rows, merge={"Cases": "B2:B3"}))
    assert intake.cases.column("district")[0].rows().tolist() == ["North", "North", "South"]


@pytest.mark.parametrize("below", [[], [padded("Total", 0)], [list(HEADINGS)]])
def test_without_a_case_there_is_nothing_to_score(
    below: list[list[object]], tmp_path: Path
) -> None:
    path = save_xlsx(tmp_path / "a.xlsx", [HEADINGS, *below])
    with pytest.raises(WorkbookError, match="no case files under the headings") as caught:
        read(path)
    assert len(caught.value.details) == len(below)


def test_a_rubric_without_an_identifier_names_cases_by_sheet_and_row(tmp_path: Path) -> None:
    rubric = """
        rubric: nameless
        title: Nameless
        version: 1
        fields:
          ethnicity: {type: text, headings: [Ethnicity]}
          district: {type: text, headings: [District]}
        criteria:
          ethnicity: {question: Is it?, missing: missing ethnicity, met: {recorded: ethnicity}}
    """
    rows: list[Row] = [["District", "Ethnicity"], ["North", ""], ["South", "W1"], ["Total", 2]]
    sheets = {"March": rows, "April": rows}
    one = save_xlsx(tmp_path / "one.xlsx", sheets)
    two = save_xlsx(tmp_path / "two.xlsx", {"April": [*rows, ["East", ""]], "May": rows})
    table = save_csv(tmp_path / "three.csv", rows)
    assert list(read(one, rubric=rubric).cases.references) == [
        *("March row 2", "March row 3", "April row 2", "April row 3")
    ]
    references = list(read(one, two, table, rubric=rubric).cases.references)
    assert len(set(references)) == len(references) == 11
    assert "one.xlsx, April row 2" in references
    assert "two.xlsx, April row 2" in references
    assert "three.csv row 2" in references
