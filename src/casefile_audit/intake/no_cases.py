"""Where no sheet of a file can be read as cases: what is enough for one, and what to say."""

from collections.abc import Sequence

from casefile_audit.english import count, listing, quoted
from casefile_audit.error_cells import NOT_CALCULATED
from casefile_audit.errors import WorkbookError
from casefile_audit.files.workbook import Sheet, Workbook, text_of
from casefile_audit.intake.columns import Header
from casefile_audit.intake.headings import DEEPEST_OF_ALL, matcher_of
from casefile_audit.intake.mapping import MappingFile
from casefile_audit.rubric.model import Rubric

_ROWS_SEARCHED = 40
_ROWS_OF_A_DOCUMENT = (
    "the headings of a table with a case in each row; of a document only forms are read, so copy "
    "the table into a workbook, and give that"
)


class NoCasesError(WorkbookError):
    """None of a workbook's sheets can be read as cases.

    Attributes:
        sheets: each sheet that was looked at, with its likeliest headings, if it has any.
        advice: what to do, for those who have seen the headings.
    """

    def __init__(
        self,
        what: str,
        details: Sequence[str],
        advice: str,
        file: str,
        sheets: Sequence[tuple[str, Header | None]],
        rubric: Rubric,
        mapping: MappingFile,
    ) -> None:
        super().__init__(
            what, details, f"{advice}. `audit check` lists the headings of each sheet."
        )
        self.file = file
        self.sheets = tuple(sheets)
        self.rubric = rubric
        self.mapping = mapping
        self.advice = f"{advice}."


def serves(header: Header, rubric: Rubric) -> bool:
    """Whether headings are enough for a sheet to be one of cases."""
    if rubric.identifier is not None:
        return rubric.identifier in header.fields
    return len(header.fields) >= min(2, len(rubric.fields))


def nearest_heading(header: Header, field: str, rubric: Rubric) -> str | None:
    """The heading that is the nearest to those of a field in any sector."""
    names = [
        name
        for sector in ("", *rubric.sectors)
        for name in rubric.fields_of(sector)[field].headings
    ]
    return header.nearest_heading(field, names)


def _in_one_cell(sheet: Sheet) -> str:
    """What to do where each row stands in one cell, as Excel opens a text of other separators."""
    rows = [[*filter(None, map(text_of, row))] for row in sheet.rows[:_ROWS_SEARCHED]]
    alone = [texts[0] for texts in rows if len(texts) == 1]
    if len(alone) < 2 or any(len(texts) > 1 for texts in rows):
        return ""
    from casefile_audit.files.ragged import SEPARATORS  # late: a workbook waits for no text

    for separator, name in SEPARATORS.items():
        least = alone[0].count(separator)
        if least > 1 and all(text.count(separator) >= least for text in alone):
            return f"; each row is one cell, with {name} in it: give the text that it was made of"
    return ""


def no_cases_error(
    workbook: Workbook,
    refused: Sequence[tuple[Sheet, Header | None]],
    hidden: Sequence[str],
    rubric: Rubric,
    mapping: MappingFile,
) -> NoCasesError:
    """What was there instead, sheet by sheet, and how to go on.

    Args:
        refused: its sheets that were looked at, with their headings as far as there are some.
        hidden: the names of those that weren't, as they are hidden.
    """
    identifier = rubric.identifier
    details: list[str] = []
    example = ""
    for sheet, header in refused:
        if any(NOT_CALCULATED in row for row in sheet.rows[:_ROWS_SEARCHED]):
            details.append(
                f"sheet {sheet.name} holds formulas that were never calculated: open the "
                "workbook in Excel or LibreOffice and save it"
            )
        if sheet.tables is not None and header is not None and serves(header, rubric):
            at = sheet.place(header.rows[0], header.columns[0].index)
            details.append(f"{at}: {_ROWS_OF_A_DOCUMENT}")
            continue
        if header is None:
            far = f" in its first {DEEPEST_OF_ALL} rows" * (len(sheet.rows) > DEEPEST_OF_ALL)
            details.append(
                f"sheet {sheet.name}: no heading that the rubric knows{far}{_in_one_cell(sheet)}"
            )
            continue
        at = f"sheet {sheet.name}, row {header.rows[0] + 1}"
        known = f"it knows {count(len(header.fields), 'heading')}"
        if identifier is None:
            details.append(f"{at}: {known}")
            continue
        mapped = mapping.of_sheet(sheet.name).fields.get(identifier, [])
        wanted = f", which is mapped to {listing(quoted(mapped), 'or')}" if mapped else ""
        near = nearest_heading(header, identifier, rubric)
        example = near or example
        details.append(
            f"{at}: {known}, but none for `{identifier}`{wanted}"
            + (f"; nearest: `{near}`" if near else "")
        )
    field = identifier or next(iter(rubric.fields))
    what = "column for the case reference" if identifier else "row of headings"
    if all(sheet.tables is not None for sheet, _ in refused):
        what = "form"
    return NoCasesError(
        f"{workbook.path.name} has no {what} that the rubric `{rubric.name}` knows",
        [*details, *(f'sheet {name} is hidden; --sheet "{name}" reads it' for name in hidden)],
        f'Name the heading with --map {field}="{example or "YOUR HEADING"}", or choose '
        "another rubric with --rubric",
        workbook.path.name,
        [
            (sheet.name, matcher_of(rubric, mapping.of_sheet(sheet.name)).likeliest(sheet))
            for sheet, _ in refused
        ],
        rubric,
        mapping,
    )
