import csv
import io
import string
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from casefile_audit.files.workbook import Cell, open_workbook
from workbooks import only_sheet, refusal, save_text


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", "read as UTF-16 text, not UTF-8"),
        ("utf-32", "read as UTF-32 text, not UTF-8"),
        ("utf-16-le", "read as UTF-16 text, not UTF-8"),
        ("utf-16-be", "read as UTF-16 text, not UTF-8"),
        ("cp1252", "read as Windows-1252 text, not UTF-8"),
    ],
)
def test_text_is_read_in_its_encoding(tmp_path: Path, encoding: str, note: str | None) -> None:
    path = save_text(tmp_path / "cases.csv", "ref,name\r\n1,Zoë – “café”\r\n", encoding)
    read = open_workbook(path)
    assert read.sheets[0].rows == [["ref", "name"], ["1", "Zoë – “café”"]]
    assert read.notes == ((note,) if note else ())


@pytest.mark.parametrize(
    ("text", "rows", "note"),
    [
        ("a;b\n1,5;x\n2,5;y\n", [["a", "b"], ["1,5", "x"], ["2,5", "y"]], "semicolons"),
        (
            "a\tb\n1, 2, 3\tx\n1, 2, 3\ty\n",
            [["a", "b"], ["1, 2, 3", "x"], ["1, 2, 3", "y"]],
            "tabs",
        ),
        ("a|b\n1|2\n", [["a", "b"], ["1", "2"]], "vertical bars"),
        ('"a;b","c"\n"1;2","3"\n', [["a;b", "c"], ["1;2", "3"]], None),
        ("a,b\n\n1\n", [["a", "b"], ["", ""], ["1", ""]], None),
        ("one column\nof words\n", [["one column"], ["of words"]], None),
        ('a,b\n"two\nlines",x\n', [["a", "b"], ["two\nlines", "x"]], None),
        ("a,b\r1,2\r", [["a", "b"], ["1", "2"]], None),
    ],
)
def test_separator_is_found(
    tmp_path: Path, text: str, rows: list[list[Cell]], note: str | None
) -> None:
    read = open_workbook(save_text(tmp_path / "cases.txt", text))
    assert read.sheets[0].name == "cases"
    assert read.sheets[0].rows == rows
    assert read.notes == ((f"fields are separated by {note}",) if note else ())


@given(
    table=st.integers(2, 4).flatmap(
        lambda width: st.lists(
            st.lists(
                st.text(string.ascii_letters + ' \n",;|\t’', min_size=1).filter(str.strip),
                min_size=width,
                max_size=width,
            ),
            min_size=2,
            max_size=6,
        )
    ),
    separator=st.sampled_from(",;|\t"),
)
def test_quoted_fields_come_back_whatever_the_separator(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], separator: str
) -> None:
    # A text with a line that looks like a row of the table is doubted, as it should be.
    assume(not any(separator in cell.partition("\n")[2].lstrip() for row in table for cell in row))
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(table)
    path = tmp_path_factory.mktemp("csv") / "cases.csv"
    assert only_sheet(save_text(path, written.getvalue())).rows == table


def test_stray_quotation_marks_are_kept_and_noted(tmp_path: Path) -> None:
    read = open_workbook(save_text(tmp_path / "cases.csv", 'a,b\n"x"y,2\n3,4\n'))
    assert read.sheets[0].rows[2] == ["3", "4"]
    assert any("quotation marks" in note for note in read.notes)
    # Nor do they hide what stands between the cells.
    read = open_workbook(save_text(tmp_path / "cases.csv", 'a,b\n1,x; y\n"said "no" to",2\n'))
    assert read.sheets[0].rows[1] == ["1", "x; y"]


def test_unclosed_quotation_mark_is_refused_with_its_row(tmp_path: Path) -> None:
    error = refusal(save_text(tmp_path / "cases.csv", 'a,b\n1,2\n3,"four\n5,6\n'))
    assert error.what == "cases.csv has a quotation mark that is never closed, in row 3"
    error = refusal(save_text(tmp_path / "cases.csv", 'a,b\nx; y,2\n3,"four\n5,6\n'))
    assert error.what == "cases.csv has a quotation mark that is never closed, in row 3"
