"""Where no sheet of a file can be read as cases: what is enough for one, and what to say."""

from collections.abc import Iterator, Sequence

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


class NoCasesError(WorkbookError):
    """None of a workbook's sheets can be read as cases: what was there instead, and how to go on.

    Attributes:
        sheets: each sheet that was looked at, with its likeliest headings, if it has any.
        advice: what to do, for those who have seen the headings.
    """

    def __init__(
        self,
        workbook: Workbook,
        refused: Sequence[tuple[Sheet, Header | None]],
        hidden: Sequence[str],
        rubric: Rubric,
        mapping: MappingFile,
    ) -> None:
        """Args: the sheets that were looked at, with what is most like headings; the names of those
        that weren't, as they are hidden.
        """  # noqa: D205 - one thought
        self.file, self.rubric, self.mapping = workbook.path.name, rubric, mapping
        self.sheets = [
            (sheet.name, matcher_of(rubric, mapping.of_sheet(sheet.name)).likeliest(sheet))
            for sheet, _ in refused
        ]
        field = rubric.identifier or next(iter(rubric.fields))
        near = [
            near
            for _, header in refused
            if header is not None and rubric.identifier and not serves(header, rubric)
            if (near := nearest_heading(header, rubric.identifier, rubric))
        ]
        heading = near[-1] if near else "YOUR HEADING"
        self.advice = (
            f'Name the heading with --map {field}="{heading}", or choose another rubric with '
            "--rubric."
        )
        what = "column for the case reference" if rubric.identifier else "row of headings"
        if all(sheet.tables is not None for sheet, _ in refused):
            what = "form"
        super().__init__(
            f"{self.file} has no {what} that the rubric `{rubric.name}` knows",
            [
                *(line for its in refused for line in _what_is_there(*its, rubric, mapping)),
                *(f'sheet {name} is hidden; --sheet "{name}" reads it' for name in hidden),
            ],
            f"{self.advice} `audit check` lists the headings of each sheet.",
        )


def _what_is_there(
    sheet: Sheet, header: Header | None, rubric: Rubric, mapping: MappingFile
) -> Iterator[str]:
    """What a sheet has in place of the headings of cases."""
    if any(NOT_CALCULATED in row for row in sheet.rows[:_ROWS_SEARCHED]):
        yield (
            f"sheet {sheet.name} holds formulas that were never calculated: open the workbook in "
            "Excel or LibreOffice and save it"
        )
    if header is None:
        far = f" in its first {DEEPEST_OF_ALL} rows" * (len(sheet.rows) > DEEPEST_OF_ALL)
        yield f"sheet {sheet.name}: no heading that the rubric knows{far}{_in_one_cell(sheet)}"
        return
    if sheet.tables is not None and serves(header, rubric):
        at = sheet.place(header.rows[0], header.columns[0].index)
        yield f"{at}: {_ROWS_OF_A_DOCUMENT}"
        return
    at = f"sheet {sheet.name}, row {header.rows[0] + 1}"
    known = f"it knows {count(len(header.fields), 'heading')}"
    if rubric.identifier is None:
        yield f"{at}: {known}"
        return
    mapped = mapping.of_sheet(sheet.name).fields.get(rubric.identifier, [])
    wanted = f", which is mapped to {listing(quoted(mapped), 'or')}" if mapped else ""
    near = nearest_heading(header, rubric.identifier, rubric)
    nearest = f"; nearest: `{near}`" if near else ""
    yield f"{at}: {known}, but none for `{rubric.identifier}`{wanted}{nearest}"
