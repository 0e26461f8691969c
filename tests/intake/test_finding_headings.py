from pathlib import Path

import openpyxl
import pytest

from casefile_audit.errors import WorkbookError
from workbooks import HEADINGS, Row, Rows, case, matched, read, save_csv, save_xlsx, states

CASES = [case("C1"), case("C2", ethnicity="")]
FORMS_QUESTION = (
    "3. Having read the whole of the case file, is there anything in it to show that the child's "
    "self-defined ethnicity was asked for and recorded?"
)


@pytest.mark.parametrize(
    "above",
    [
        pytest.param([], id="nothing"),
        pytest.param([["Case file audit, night duty", *[None] * 9]], id="a banner"),
        pytest.param([["OFFICIAL - SENSITIVE"], [], ["Auditor:", "DS 1"], [], []], id="an album"),
        pytest.param([[]] * 12, id="blank rows"),
        pytest.param([["District", "North"], ["Overall grade", "see below"]], id="its own words"),
        pytest.param([["Answer every question."]] * 44, id="a page of guidance"),
        pytest.param([["Case ref", "as on the system"], *[["Read me"]] * 99], id="its explanation"),
    ],
)
def test_headings_are_found_below(above: list[list[object]], tmp_path: Path) -> None:
    intake = read(save_xlsx(tmp_path / "a.xlsx", [*above, HEADINGS, *CASES]))
    assert intake.account.sheets[0].header.rows == (len(above),)
    assert len(matched(intake)) == 9
    assert list(intake.cases.references) == ["C1", "C2"]
    assert intake.account.sheets[0].rows == intake.account.sheets[0].cases == 2


def test_a_case_deep_down_that_reads_like_headings_is_none(tmp_path: Path) -> None:
    rows = [HEADINGS, *(case(f"C{n}") for n in range(60)), HEADINGS, case("C60")]
    intake = read(save_xlsx(tmp_path / "a.xlsx", rows))
    assert intake.account.sheets[0].header.rows == (0,)
    assert len(intake.cases) == 61


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        ([["", "Yes", "No"], ["C1", "Yes", ""], ["C2", "", "No"]], True),
        ([["", "Used", "Not used"], ["C1", "", "Not used"], ["C2", "", ""]], True),
        ([["", "Yes", "No"], ["C1", "x", ""], ["C2", "", "x"], ["C3", "", ""]], True),
        ([["C1", "Yes", "x"], ["C2", "", "x"], ["C3", "", ""]], False),
        ([["C1", "", "late"], ["C2", "No", ""], ["C3", "", "late"]], False),
        ([["C1", "Yes", ""], ["C2", "", "No"], ["C3", "Yes", "asked"]], False),
        ([["C1", "Yes", "asked"], ["C2", "No", "asked"], ["C3", "", "asked"]], False),
        ([["", "Yes/No", "Notes"], ["C1", "Yes", ""], ["C2", "", "No"]], False),
    ],
)
def test_a_question_spread_over_its_answers_is_refused(
    rows: Rows, refused: bool, tmp_path: Path
) -> None:
    path = save_csv(tmp_path / "a.csv", [["Case ref", "Review recorded", ""], *rows])
    if not refused:
        assert read(path).account.cases == sum(row[0] != "" for row in rows)
        return
    with pytest.raises(WorkbookError, match="is spread over columns B and C"):
        read(path)


def test_rows_that_stand_in_one_cell_each_are_refused_with_what_they_are(tmp_path: Path) -> None:
    rows = [[",".join(map(str, row))] for row in (HEADINGS, case("C1"), case("C2"))]
    with pytest.raises(WorkbookError) as caught:
        read(save_xlsx(tmp_path / "a.xlsx", rows))
    assert "each row is one cell, with commas in it" in caught.value.details[0]


def test_headings_further_down_than_is_looked_are_refused(tmp_path: Path) -> None:
    rows = [*[["Read me"]] * 260, HEADINGS, case("C1")]
    with pytest.raises(WorkbookError) as caught:
        read(save_xlsx(tmp_path / "a.xlsx", rows))
    assert "sheet Cases: no heading that the rubric knows in its first 250 rows" in (
        caught.value.details
    )


def test_merged_banner_leaves_the_headings_as_they_are(tmp_path: Path) -> None:
    rows: list[Row] = [["List 1: Contacts"], HEADINGS, *CASES]
    intake = read(save_xlsx(tmp_path / "a.xlsx", rows, merge={"Cases": "A1:J1"}))
    assert intake.account.sheets[0].header.rows == (1,)
    assert matched(intake)["case_ref"] == "Case ref"


@pytest.mark.parametrize("merge", [True, False])
def test_two_rows_of_headings_are_read_together(merge: bool, tmp_path: Path) -> None:
    rows = [["Case ref", "Police protection", ""], ["", "used", "Ethnicity"], ["C1", "No", "W1"]]
    path = save_xlsx(tmp_path / "a.xlsx", rows, merge={"Cases": "A1:A2"} if merge else {})
    intake = read(path)
    assert matched(intake) == {
        "case_ref": "Case ref",
        "protected": "Police protection used",
        "ethnicity": "Ethnicity",
    }
    assert intake.account.sheets[0].header.rows == (0, 1)
    assert intake.cases.row.tolist() == [3]


def test_a_second_row_that_says_more_under_a_merged_reference_begins_no_table(
    tmp_path: Path,
) -> None:
    rows = [
        ["Case ref", "Ethnicity", "Police protection used", "Date reviewed"],
        ["", "Self-defined 16+1", "Yes/No/NK", "of review"],
        *([f"C{n}", "W1", "No", "01/03/2024"] for n in range(1, 5)),
    ]
    intake = read(save_xlsx(tmp_path / "a.xlsx", rows, merge={"Cases": "A1:A2"}))
    (sheet,) = intake.account.sheets.values()
    assert (sheet.cases, {"ethnicity", "protected"} - sheet.header.fields) == (4, set())


def test_group_headings_tell_two_columns_of_one_name_apart(tmp_path: Path) -> None:
    rubric = """
        rubric: groups
        title: Groups
        version: 1
        fields:
          case_ref: {type: identifier, headings: [Case ref]}
          ethnicity: {type: yes-no, headings: [Ethnicity recorded]}
          disability: {type: yes-no, headings: [Disability recorded]}
        criteria:
          ethnicity: {question: Is it?, missing: missing, met: {yes: ethnicity}}
    """
    rows = [
        ["", "Ethnicity", "", "Disability", ""],
        ["Case ref", "Recorded?", "Comment", "Recorded?", "Comment"],
        ["C1", "Yes", "", "No", "asked"],
    ]
    sheet = save_xlsx(tmp_path / "a.xlsx", rows)
    book = openpyxl.load_workbook(sheet)
    for area in ("B1:C1", "D1:E1"):
        book["Cases"].merge_cells(area)
    book.save(sheet)
    intake = read(sheet, rubric=rubric)
    assert matched(intake) == {
        "case_ref": "Case ref",
        "ethnicity": "Ethnicity Recorded?",
        "disability": "Disability Recorded?",
    }


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("CASE REF", "case_ref"),
        ("case\u00a0ref ", "case_ref"),
        ("Case-ref.", "case_ref"),
        ("Case ref\n(from the system)", "case_ref"),
        ("1. Case ref", "case_ref"),
        ("Q1) Case ref:", "case_ref"),
        ("Q4a) Case ref", "case_ref"),
        ("2.1 Case ref", "case_ref"),
        ("(3b) Case ref", "case_ref"),
        ("Case ref (see guidance p.4)", "case_ref"),
        ("Case ref (UK format)", "case_ref"),
        ("Case ref (4 months)", None),
        ("case_ref", "case_ref"),
        ("\u200bCase ref", "case_ref"),
        ("Supervisor review 3", "reviews"),
        ("SUPERVISOR REVIEW  12", "reviews"),
        ("12. Supervisor review 3", "reviews"),
        ("Question 7. Ethnicity?", "ethnicity"),
        ("Ethnicity [drop-down]", "ethnicity"),
        ("Supervisor review", "reviews"),
        ("SupervisorReview2", "reviews"),
        ("Case", None),
    ],
)
def test_a_heading_is_recognised_however_it_is_typed(
    heading: str, field: str | None, tmp_path: Path
) -> None:
    others = ["District", "Overall grade"] + (["URN"] if field != "case_ref" else [])
    rows = [[*others, heading], [*["good"] * len(others), "x"]]
    intake = read(save_csv(tmp_path / "a.csv", rows))
    assert intake.account.sheets[0].header.columns[-1].field == field


WELSH = ["Cyfeirnod", "Ardal", "Ethnigrwydd", "Anabledd", "Gwarchod", "Adolygiad", "Dyddiad"]
ENGLISH = [*HEADINGS[:6], "Notes"]
REMARKS = ["planned", "due", "mother", "moderated", "last year", "target", "by whom"]


@pytest.mark.parametrize(
    ("headings", "is_read"),
    [
        ([f"{a} / {b}" for a, b in zip(WELSH, ENGLISH, strict=True)], True),
        ([f"{b} | {a}" for a, b in zip(WELSH, ENGLISH, strict=True)], True),
        ([f"{a}\n{b}" for a, b in zip(WELSH, ENGLISH, strict=True)], True),
        ([f"{b} ({a})" for a, b in zip(WELSH, ENGLISH, strict=True)], True),
        ([f"Cases[{b}]" for b in ENGLISH], True),
        ([f"'Cases 2024'[{b}]" for b in ENGLISH], True),
        # Each says something more, or something else.
        ([f"{b} ({more})" for b, more in zip(ENGLISH, REMARKS, strict=True)], False),
        ([f"{b} (mother)" for b in ENGLISH], False),
        ([f"{b} / {ENGLISH[at - 1]}" for at, b in enumerate(ENGLISH)], False),
        ([f"T{at}[{b}]" for at, b in enumerate(ENGLISH)], False),
        ([f"{ENGLISH[0]} / {WELSH[0]}", *ENGLISH[1:]], False),
    ],
)
def test_headings_in_two_languages_or_with_their_tables_name_are_read(
    headings: list[str], is_read: bool, tmp_path: Path
) -> None:
    book = save_xlsx(tmp_path / "a.xlsx", [headings, ["C1", "North", "W1", "No", "Yes", "Yes", ""]])
    if not is_read:
        with pytest.raises(WorkbookError):
            read(book)
        return
    intake = read(book)
    assert list(matched(intake)) == [
        "case_ref", "district", "ethnicity", "disability", "protected", "reviewed"
    ]  # fmt: skip
    assert list(intake.cases.references) == ["C1"]


def test_a_forms_export_is_read_by_its_questions(tmp_path: Path) -> None:
    rubric = f"""
        rubric: forms
        title: Forms
        version: 1
        fields:
          asked:
            type: yes-no
            headings: ["{FORMS_QUESTION.removeprefix("3. ")}"]
          email: {{type: text, headings: [Email]}}
        criteria:
          asked: {{question: Asked?, missing: not asked, met: {{yes: asked}}}}
    """
    rows: list[Row] = [
        ["ID", "Start time", "Completion time", "Email", "Name", FORMS_QUESTION],
        [1, "2024-03-01 09:00", "2024-03-01 09:20", "anonymous", "", "Yes"],
        [2, "2024-03-01 10:00", "2024-03-01 10:20", "anonymous", "", "No"],
    ]
    intake = read(save_xlsx(tmp_path / "a.xlsx", rows), rubric=rubric)
    assert matched(intake)["asked"] == FORMS_QUESTION
    assert states(intake, "asked") == ["value", "value"]
    assert list(intake.cases.references) == ["Cases row 2", "Cases row 3"]


def test_the_order_of_columns_and_columns_of_others_make_no_difference(tmp_path: Path) -> None:
    straight = read(save_xlsx(tmp_path / "a.xlsx", [HEADINGS, *CASES]))
    turned: list[Row] = [
        [*HEADINGS[::-1], "Auditor's notes"],
        *([*row[::-1], "a note"] for row in CASES),
    ]
    other = read(save_xlsx(tmp_path / "b.xlsx", turned))
    fields = [field for field in straight.cases.parts if field != "reviews"]
    for field in fields:
        assert (
            straight.cases.column(field)[0].rows().tolist()
            == other.cases.column(field)[0].rows().tolist()
        )
    assert straight.cases.address(0, "case_ref") == "A2"
    assert other.cases.address(0, "case_ref") == "J2"
    spare = [column for column in other.account.sheets[0].header.columns if column.field is None]
    assert [column.heading for column in spare] == ["Auditor's notes"]


def test_a_field_twice_with_both_columns_filled_is_refused(tmp_path: Path) -> None:
    rows = [["Case ref", "Ethnicity", "District", "ethnicity"], ["C1", "W1", "North", "B2"]]
    path = save_csv(tmp_path / "a.csv", rows)
    with pytest.raises(WorkbookError) as caught:
        read(path)
    assert "column B (`Ethnicity`) and column D (`ethnicity`)" in caught.value.details[0]
    assert '--map ethnicity="column B"' in caught.value.hint
    chosen = read(path, pairs=["ethnicity=column D"])
    assert chosen.cases.column("ethnicity")[0].rows().tolist() == ["B2"]


@pytest.mark.parametrize("blank", ["", "  ", "\u00a0"])
def test_of_a_field_twice_the_filled_column_is_chosen(blank: str, tmp_path: Path) -> None:
    rows = [["Case ref", "Ethnicity", "District", "Ethnicity"], ["C1", blank, "North", "B2"]]
    intake = read(save_csv(tmp_path / "a.csv", rows))
    assert intake.cases.column("ethnicity")[0].rows().tolist() == ["B2"]
    left = [column for column in intake.account.sheets[0].header.columns if column.letter == "B"]
    assert left[0].field is None
    assert "column D" in left[0].unread


def test_of_two_headings_of_a_field_the_first_named_is_chosen(tmp_path: Path) -> None:
    rows = [["URN", "Case ref", "District"], ["06AA/1", "C1", "North"]]
    intake = read(save_csv(tmp_path / "a.csv", rows))
    assert list(intake.cases.references) == ["C1"]


@pytest.mark.parametrize(
    ("headings", "chosen"),
    [
        (["Ethnicity", "Ethnicity (if known)"], "B"),
        (["Ethnicity (if known)", "Ethnicity"], "C"),
        (["Ethnicity (if known)", "2. Ethnicity"], ""),
        (["Date of birth", "Ethnicity (if known)"], "C"),
        (["Ethnicity (officer observed)", "2. Ethnicity"], "C"),
    ],
)
def test_a_heading_with_a_remark_gives_way_to_the_plain_one_even_if_that_is_blank(
    headings: list[str], chosen: str, tmp_path: Path
) -> None:
    codes = ("IC1", "IC2")
    cells = ["" if h == "Ethnicity" else c for h, c in zip(headings, codes, strict=True)]
    path = save_csv(tmp_path / "a.csv", [["Case ref", *headings], ["C1", *cells]])
    if not chosen:
        with pytest.raises(WorkbookError, match="two columns claim the same field"):
            read(path)
    else:
        (column,) = read(path).account.sheets[0].header.of_field("ethnicity")
        assert column.letter == chosen


def test_cells_that_are_merged_over_two_columns_are_one(tmp_path: Path) -> None:
    table = [HEADINGS, *(case(f"C{n}") for n in range(1, 4))]
    rows = [[cell for each in row for cell in (each, None)] for row in table]
    path = save_xlsx(tmp_path / "a.xlsx", rows)
    book = openpyxl.load_workbook(path)
    for row in range(1, 5):
        for column in range(1, 2 * len(HEADINGS), 2):
            book["Cases"].merge_cells(
                start_row=row, end_row=row, start_column=column, end_column=column + 1
            )
    book.save(path)
    intake = read(path)
    assert states(intake, "grade") == ["value"] * 3
    assert list(intake.cases.references) == ["C1", "C2", "C3"]


@pytest.mark.parametrize(("second", "refused"), [("good", False), ("adequate", True)])
def test_a_column_that_is_there_twice_is_one_where_both_say_the_same(
    second: str, refused: bool, tmp_path: Path
) -> None:
    rows: list[Row] = [[*HEADINGS, "Overall grade"], [*case("C1"), "good"], [*case("C2"), second]]
    path = save_csv(tmp_path / "a.csv", rows)
    if refused:
        with pytest.raises(WorkbookError, match="two columns claim the same field"):
            read(path)
    else:
        assert states(read(path), "grade") == ["value"] * 2


def test_a_column_without_a_heading_is_read_by_its_letter(tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [["Case ref", "", "District"], ["C1", "W1", "North"]])
    intake = read(path, pairs=["ethnicity=column B"])
    assert intake.cases.column("ethnicity")[0].rows().tolist() == ["W1"]


def test_several_columns_of_dates_are_read_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    rows = [
        ["Case ref", "Supervisor review 10", "Supervisor review 2", "District"],
        ["C1", "10/10/2024", "02/02/2024", "North"],
    ]
    intake = read(save_csv(tmp_path / "a.csv", rows))
    dates, _ = intake.cases.dates("reviews")
    assert dates.astype(str).tolist() == [["2024-02-02T00:00:00", "2024-10-10T00:00:00"]]
    assert intake.cases.address(0, "reviews 1") == "C2"


def test_a_heading_that_matched_nothing_is_offered_for_the_field_it_is_nearest_to(
    tmp_path: Path,
) -> None:
    rows = [["Case ref", "District", "Childs ethnicty"], ["C1", "North", "W1"]]
    intake = read(save_csv(tmp_path / "a.csv", rows))
    assert ("ethnicity", "Childs ethnicty") in intake.account.sheets[0].without_column
    assert set(intake.cases.column("ethnicity")[1]) == {3}


@pytest.mark.parametrize(
    "heading",
    ["Ethnicity - of mother", "Ethnicity: forecast %", "Ethnicity (mother)", "Reason no ethnicity"],
)
def test_a_heading_with_a_fields_words_and_others_is_offered(heading: str, tmp_path: Path) -> None:
    rows = [["Case ref", "District", "Ethnicities", heading], ["C1", "North", "x", "W1"]]
    (sheet,) = read(save_csv(tmp_path / "a.csv", rows)).account.sheets.values()
    assert dict(sheet.without_column)["ethnicity"] == heading


def test_without_any_heading_of_the_rubric_every_sheet_is_named(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "One": [["Colour"], ["red"]],
        "Two": [["Name of case", "Size"], ["x", 1]],
    }
    with pytest.raises(WorkbookError) as caught:
        read(save_xlsx(tmp_path / "a.xlsx", sheets))
    assert "One" in " ".join(caught.value.details)
    assert "Two" in " ".join(caught.value.details)
    assert "--map case_ref=" in caught.value.hint


def test_the_nearest_heading_is_offered_for_the_case_reference(tmp_path: Path) -> None:
    rows = [["Case reff", "District", "Ethnicity"], ["C1", "North", "W1"]]
    with pytest.raises(WorkbookError) as caught:
        read(save_csv(tmp_path / "a.csv", rows))
    assert '--map case_ref="Case reff"' in caught.value.hint
    assert "none for `case_ref`; nearest: `Case reff`" in caught.value.details[0]


def test_a_column_that_gave_way_to_another_is_said(tmp_path: Path) -> None:
    rows = [["Case ref", "Ethnicity", "Self-defined ethnicity"], ["C1", "W1", "B1"]]
    rubric = (
        "rubric: r\ntitle: R\nversion: 1\nfields:\n  case_ref: {type: identifier}\n"
        "  ethnicity: {type: text, headings: [Self-defined ethnicity]}\n"
        "criteria:\n  a: {question: A?, missing: missing a, met: {recorded: ethnicity}}\n"
    )
    (sheet,) = read(save_csv(tmp_path / "a.csv", rows), rubric=rubric).account.sheets.values()
    assert sheet.notes == (
        "column B `Ethnicity` was not read: `Self-defined ethnicity` (column C) was taken for "
        "`ethnicity`",
    )
