"""A sample as a workbook: its cases to be read, the reserve, and how they were drawn."""

import datetime as dt
from collections.abc import Sequence

from casefile_audit.english import fold, heading_key
from casefile_audit.files.workbook import Cell, text_of
from casefile_audit.intake.sample_sheet import CASES, RESERVE, add_sample_sheet
from casefile_audit.manifest import RESERVE_HEADING, UNAVAILABLE_HEADING, SampledCase
from casefile_audit.output.form_books import FormBook, FormSheet
from casefile_audit.sampling.samples import Sample

REFERENCE_HEADING = "Case reference"
_STRATUM_HEADING = "Takes the place of a case in"
_NARROWEST, _WIDEST = 10, 40
_FIRST_YEAR = 1900  # that a spreadsheet has dates of
_MIDNIGHT = dt.time()


def sample_bytes(sample: Sample) -> bytes:
    """The workbook as a file."""
    manifest = sample.manifest
    book = FormBook("A sample to be read", manifest.made_at.date())
    cases = _Cases(sample, book)
    cases.write(CASES, manifest.drawn)
    if manifest.reserves:
        cases.write(RESERVE, manifest.reserves)
    add_sample_sheet(book, manifest)
    return book.to_bytes()


class _Cases:
    """Sheets of cases: the columns of the population, the reference first and as text."""

    def __init__(self, sample: Sample, book: FormBook) -> None:
        self.sample, self.book, self.headings = sample, book, sample.population.headings
        self.columns = [
            index
            for index, name in enumerate(self.headings)
            if index != sample.population.reference_index and (name or self._holds(index))
        ]

    def _holds(self, index: int) -> bool:
        return any(text_of(row[index]) for row in self.sample.rows.values())

    def write(self, name: str, cases: Sequence[SampledCase]) -> None:
        """Write a sheet of cases that are all to be read, or all in reserve."""
        sheet = self.book.add_sheet(name)
        reserve = name == RESERVE
        headings = [REFERENCE_HEADING]
        if reserve:
            headings.append(RESERVE_HEADING)
            headings += [_STRATUM_HEADING] if self.sample.manifest.by else []
        headings += [_apart(self.headings[index]) for index in self.columns]
        headings.append(UNAVAILABLE_HEADING)
        rows = [self._row(case, reserve) for case in cases]
        for column, heading in enumerate(headings):
            sheet.fill(0, column, heading, "heading")
            longest = max(len(text_of(row[column])) for row in rows) if rows else 0
            width = max(longest, len(heading) // 2) + 2
            sheet.set_column(column, column, min(max(width, _NARROWEST), _WIDEST))
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                self._write(sheet, number, column, cell)
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def _row(self, case: SampledCase, reserve: bool) -> list[Cell]:
        cells = self.sample.rows[fold(case.reference)]
        row: list[Cell] = [case.reference]
        if reserve:
            row.append(case.reserve)
            stratum = self.sample.manifest.strata[case.stratum]
            row += [stratum.name] if self.sample.manifest.by else []
        return [*row, *(cells[index] for index in self.columns), None]

    def _write(self, sheet: FormSheet, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            sheet.fill(row, column, cell, "open number")
        elif isinstance(cell, dt.date) and cell.year >= _FIRST_YEAR:
            moment = isinstance(cell, dt.datetime) and cell.time() != _MIDNIGHT
            sheet.fill(row, column, cell, "open moment" if moment else "open date")
        else:
            sheet.fill(row, column, text_of(cell), "open")


def _apart(heading: str) -> str:
    """A heading of the population's that can't be taken for those that are added."""
    added = {heading_key(text) for text in (REFERENCE_HEADING, UNAVAILABLE_HEADING)}
    return f"{heading} (as listed)" if heading_key(heading) in added else heading
