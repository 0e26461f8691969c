"""What the markup of a sheet says is the same whether it is searched or parsed."""

import io
from dataclasses import replace
from xml.parsers import expat
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefile_audit.files import zip_package
from casefile_audit.files.markup import Markup
from casefile_audit.files.sheet_markup import scan_sheet

SHEET = "xl/worksheets/sheet1.xml"
WIDTHS = ["A", "Y", "Z", "AB", "AZ", "BZ", "ZZ"]
VALUE = "<v>1</v>"
ODD_ROWS = {
    "a hidden row": '<row r="20" hidden="1"/>',
    "a row that says it isn't hidden": '<row r="20" hidden = "0"/>',
    "a row without height": '<row r="20" ht="0" customHeight="1"/>',
    "a row whose height is left out": '<row r="20" customHeight="1"/>',
    "a row without a number": "<row><c><v>1</v></c></row>",
    "a row whose number comes later": '<row spans="1:3" r="20"><c r="A20"><v>1</v></c></row>',
    "a row from further down": '<row r="9000"><c r="A9000"><v>1</v></c></row>',
    "a blank row from further down": '<row r="9000"><c r="A9000" s="1"/></row>',
    "a row from further up": '<row r="3"><c r="A3"><v>1</v></c></row>',
    "blank cells": '<row r="20"><c r="A20"/><c r="B20" s="3"/></row>',
    "a text": '<row r="20"><c r="A20"><is><t>a row</t></is></c></row>',
    "words of markup": '<row r="20"><c r="A20"><is><t>row, hidden = 1</t></is></c></row>',
}
ODD_CELLS = {
    "an error": '<c r="A20" t="e"><v>#N/A</v></c>',
    "an error in other marks": "<c r='A20' t = 'e'><v>#N/A</v></c>",
    "no reference": "<c><v>1</v></c>",
    "no reference, a style": '<c s="1"><v>1</v></c>',
    "a row alone": '<c r="20"><v>1</v></c>',
    "a row alone in other marks": "<c r='20'><v>1</v></c>",
    "a column alone": '<c r="D"><v>1</v></c>',
    "another attribute": '<c ref="D20"><v>1</v></c>',
    "far down": '<c r="A123456"><v>1</v></c>',
    "far to the right": '<c r="ABC20"><v>1</v></c>',
    "far down, blank": '<c r="A123456" s="1"/>',
}
STYLES = [
    "",
    ' s="3"',
    " s='3'",
    ' s="x"',
    ' s=""',
    ' spans="1"',
    '  s="3"',
    ' t="n"',
    ' s="1" t="n"',
]


def column_after(letters: str) -> str:
    """The next column, told in another way than by the program."""
    head, last = letters[:-1], letters[-1]
    if last < "Z":
        return head + chr(ord(last) + 1)
    return (column_after(head) if head else "A") + "A"


def plain_row(number: int, width: str) -> str:
    return f'<row r="{number}"><c r="A{number}">{VALUE}</c><c r="{width}{number}">{VALUE}</c></row>'


def sheet(*rows: str) -> str:
    """With something after the rows that looks like a value."""
    return f"<worksheet><sheetData>{''.join(rows)}</sheetData><ext><v>1</v></ext></worksheet>"


def check_with(odd: str, width: str) -> None:
    """A search notices in a row what a parser finds in it, whatever stands around it.

    The rows below hold values, or no value.
    """
    above = [plain_row(number, width) for number in range(1, 20)]
    below = [plain_row(number, width) for number in range(21, 40)]
    check(sheet(*above, odd, *below))
    check(sheet(*above, odd, *(row.replace(VALUE, "") for row in below)))


def packed(markup: str) -> ZipFile:
    held = io.BytesIO()
    with ZipFile(held, "w") as package:
        package.writestr(SHEET, markup)
    return ZipFile(held)


def scanned(package: ZipFile, *, exactly: bool = False) -> Markup:
    found = scan_sheet(package, SHEET, exactly=exactly)
    assert found is not None
    return found


def check(markup: str) -> None:
    """A search says what a parser says; of how far down the values reach, no less."""
    parsed, package = scanned(packed(f"<!-- strange -->{markup}")), packed(markup)
    for a_row_or_several in (60, 300):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(zip_package, "_PIECE", a_row_or_several)
            found = scanned(package)
            assert scanned(package, exactly=True) == parsed
            assert parsed.last_row <= found.last_row
            assert replace(found, last_row=parsed.last_row) == parsed


@pytest.mark.parametrize("odd", ODD_ROWS.values(), ids=ODD_ROWS)
def test_an_odd_row_is_noticed(odd: str) -> None:
    check_with(odd, "C")


@pytest.mark.parametrize("odd", ODD_CELLS.values(), ids=ODD_CELLS)
def test_an_odd_cell_is_noticed(odd: str) -> None:
    check_with(f'<row r="20">{odd * 5}</row>', "C")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("content", [f">{VALUE}</c>", "/>", "></c>", " />"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_cell_further_to_the_right_is_noticed(width: str, content: str, style: str) -> None:
    for column in (column_after(width), column_after(width).lower(), column_after(width) + "A"):
        check_with(f'<row r="20"><c r="{column}20"{style}{content}</row>', width)


@pytest.mark.parametrize("tag", ["x:row", "y.z:row"])
def test_rows_of_another_namespace_are_refused(tag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_package, "_PIECE", 300)
    rows = [plain_row(number, "C") for number in range(1, 40)]
    rows[20] = f'<{tag} r="20"></{tag}>'
    with pytest.raises(ValueError, match="several namespaces"):
        scanned(packed(sheet(*rows)))


@given(st.permutations([*ODD_ROWS.values(), *(plain_row(n, "C") for n in range(21, 60))]))
def test_odd_rows_are_noticed_wherever_they_stand(rows: list[str]) -> None:
    check(sheet(*rows))


@pytest.mark.parametrize("markup", ["<row r='x'></row>", "<row><c r='A1'><v>1</v></row>"])
def test_a_strange_sheet_that_no_parser_follows_is_refused(markup: str) -> None:
    with pytest.raises(ValueError, match=r"invalid literal|is not XML"):
        scanned(packed(sheet(markup)))


@pytest.mark.parametrize("blank", ["", '<c r="C{}"/>', '<c r="AB{}" s="12"/>'])
def test_a_sheet_with_nothing_strange_in_it_is_not_parsed(
    blank: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f'<row r="{n}"><c r="A{n}">{VALUE}</c>{blank.format(n)}</row>' for n in range(1, 99)]
    monkeypatch.delattr(expat, "ParserCreate")
    assert scanned(packed(sheet(*rows)), exactly=True).last_row == 98
    assert 98 <= scanned(packed(sheet(*rows))).last_row < 200
    with pytest.raises(AttributeError):
        scanned(packed(sheet(*rows, "<row/>")))
