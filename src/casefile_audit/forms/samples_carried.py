"""How the cases of a form were drawn, carried along: what they speak for is asked in the end."""

from collections.abc import Iterable, Sequence

from casefile_audit.english import fold
from casefile_audit.files.workbook import Sheet, Workbook
from casefile_audit.intake.form_marks import SAMPLE_SHEET
from casefile_audit.manifest import UNAVAILABLE_HEADING, from_columns
from casefile_audit.output.form_books import FormBook

UNAVAILABLE = UNAVAILABLE_HEADING

SampleRows = tuple[tuple[str, ...], ...]


def sample_rows(workbooks: Iterable[Workbook]) -> list[SampleRows]:
    """The sheets of workbooks that say how their cases were drawn, each once."""
    found = (
        tuple(tuple(cell if isinstance(cell, str) else "" for cell in row) for row in sheet.rows)
        for workbook in workbooks
        for sheet in workbook.sheets
        if _says_how(sheet)
    )
    return list(dict.fromkeys(found))


def reserve_numbers(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """By its folded reference, which of the reserve each of its cases is: ``2``, ``2 of North``."""
    try:
        manifest = from_columns(zip(*rows, strict=True)) if rows else None
    except ValueError:
        return {}
    found = {}
    for case in manifest.reserves if manifest else ():
        stratum = manifest.strata[case.stratum].name if manifest else ""
        found[fold(case.reference)] = f"{case.reserve}{f' of {stratum}' if stratum else ''}"
    return found


def _says_how(sheet: Sheet) -> bool:
    try:
        return from_columns(zip(*sheet.rows, strict=True)) is not None
    except ValueError:  # it was changed, which is said where it is used
        return True


def add_sample_sheet(book: FormBook, rows: Sequence[Sequence[str]]) -> None:
    """Add such a sheet as it was."""
    if not rows:
        return
    sheet = book.add_sheet(SAMPLE_SHEET)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 100)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            book.write(sheet, number, column, text, "label" if column == 0 else "text")
        if any(len(text) > 1000 for text in row):
            sheet.set_row(number, 15)
    sheet.fit_to_pages(1, 0)
