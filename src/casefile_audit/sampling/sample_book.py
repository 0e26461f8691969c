"""A sample as a workbook: its cases to be read, the reserve, and how they were drawn."""

import datetime as dt
from collections.abc import Iterator, Sequence
from textwrap import wrap

from xlsxwriter.worksheet import Worksheet

from casefile_audit.english import count, fold, heading_key, listing
from casefile_audit.files.workbook import Cell, text_of
from casefile_audit.manifest import UNAVAILABLE_HEADING, Manifest, SampledCase, in_cells
from casefile_audit.output.form_books import FormBook
from casefile_audit.sampling.samples import CASES, RESERVE, Sample

SAMPLE = "Sample"
"""The sheet that says how the cases were drawn, and holds the manifest."""

REFERENCE_HEADING = "Case reference"
_RESERVE_HEADING, _STRATUM_HEADING = "Reserve number", "Takes the place of a case in"
_NARROWEST, _WIDEST = 10, 40
_LABELS, _TEXTS, _LINE = 22, 100, 15
_FIRST_YEAR = 1900  # that a spreadsheet has dates of
_MIDNIGHT = dt.time()
_FOR_THE_PROGRAM = (
    "What follows is for the program: audit score knows by it what the cases speak for. Leave it "
    "as it is."
)


def sample_bytes(sample: Sample) -> bytes:
    """The workbook as a file."""
    manifest = sample.manifest
    book = FormBook("A sample to be read", manifest.made_at.date())
    cases = _Cases(sample, book)
    cases.write(CASES, manifest.drawn)
    if manifest.reserves:
        cases.write(RESERVE, manifest.reserves)
    _write_facts(manifest, book)
    return book.to_bytes()


class _Cases:
    """Sheets of cases: the columns of the population, the reference first and as text."""

    def __init__(self, sample: Sample, book: FormBook) -> None:
        self.sample, self.book = sample, book
        self.columns = [
            index
            for index, name in enumerate(sample.headings)
            if index != sample.reference_index and (name or self._holds(index))
        ]

    def _holds(self, index: int) -> bool:
        return any(text_of(row[index]) for row in self.sample.rows.values())

    def write(self, name: str, cases: Sequence[SampledCase]) -> None:
        """Write a sheet of cases that are all to be read, or all in reserve."""
        sheet = self.book.add_sheet(name)
        reserve = name == RESERVE
        headings = [REFERENCE_HEADING]
        if reserve:
            headings.append(_RESERVE_HEADING)
            headings += [_STRATUM_HEADING] if self.sample.manifest.by else []
        headings += [_apart(self.sample.headings[index]) for index in self.columns]
        headings.append(UNAVAILABLE_HEADING)
        rows = [self._row(case, reserve) for case in cases]
        for column, heading in enumerate(headings):
            self.book.write(sheet, 0, column, heading, "heading")
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

    def _write(self, sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            self.book.write(sheet, row, column, cell, "open number")
        elif isinstance(cell, dt.date) and cell.year >= _FIRST_YEAR:
            moment = isinstance(cell, dt.datetime) and cell.time() != _MIDNIGHT
            self.book.write(sheet, row, column, cell, "open moment" if moment else "open date")
        else:
            self.book.write(sheet, row, column, text_of(cell), "open")


def _apart(heading: str) -> str:
    """A heading of the population's that can't be taken for those that are added."""
    added = {heading_key(text) for text in (REFERENCE_HEADING, UNAVAILABLE_HEADING)}
    return f"{heading} (as listed)" if heading_key(heading) in added else heading


def facts(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """How a sample was taken, for people: labels, and what is said under each."""
    population = manifest.population
    drawn = manifest.selection == "drawn"
    yield (
        "What this is",
        f"{count(len(manifest.drawn), 'case')} {manifest.selection} from the "
        f"{manifest.cases_left:,} of a population"
        + ("" if drawn else ". They were chosen, not drawn by lot: counts of them say nothing of "
           "the others"),
    )  # fmt: skip
    yield "Population", f"{population.file}, {listing(population.sheets, most=6)}"
    yield "Its SHA-256", population.sha256
    if population.rows > population.cases:
        left = population.rows - population.cases
        named = [f"row {out.row} ({out.reason})" for out in population.left_out]
        yield "Rows left out", f"{count(left, 'row')}: {listing(named, most=20)}"
    if manifest.only_says:
        yield (
            "Only",
            f"{listing(manifest.only_says)}: {manifest.cases_left + _audited(manifest):,} of the "
            f"{population.cases:,} cases of the list",
        )
    for earlier in manifest.not_in:
        yield (
            "Audited before",
            f"{earlier.file}: {earlier.left_out:,} of its {earlier.references:,} references were "
            f"left out. SHA-256 {earlier.sha256}",
        )
    yield "Asked for", manifest.wanted
    if manifest.by:
        yield "Strata by", listing(manifest.by)
        for stratum in manifest.strata:
            of = f"{stratum.drawn:,} of {stratum.population:,}"
            more = f", and {stratum.reserve:,} in reserve" if stratum.reserve else ""
            yield f"  {stratum.name}", f"{of}{more}"
    if manifest.empty_strata:
        yield "Without a case", listing(manifest.empty_strata, most=20)
    if drawn:
        yield "Seed", manifest.seed
        yield "To draw it again", manifest.how
    if manifest.reserves:
        where = (
            "of the same stratum, in the order of its numbers" if manifest.by else "in its order"
        )
        yield (
            "If a file can't be read",
            f"Say why in the column “{UNAVAILABLE_HEADING}”, and read the next case of the reserve "
            f"{where}: copy its row to the sheet {CASES}. Skip none, or what is found will not be "
            "by lot any more.",
        )
    yield "Made by", f"{manifest.program}, {manifest.made_at:%d %B %Y %H:%M} UTC"


def _audited(manifest: Manifest) -> int:
    return sum(earlier.left_out for earlier in manifest.not_in)


def _write_facts(manifest: Manifest, book: FormBook) -> None:
    sheet = book.add_sheet(SAMPLE)
    sheet.set_column(0, 0, _LABELS)
    sheet.set_column(1, 1, _TEXTS)
    rows = [*facts(manifest), ("Manifest", _FOR_THE_PROGRAM)]
    for number, (label, said) in enumerate(rows):
        book.write(sheet, number, 0, label, "label")
        book.write(sheet, number, 1, said)
        sheet.set_row(number, _LINE * max(1, len(wrap(said, _TEXTS)), len(wrap(label, _LABELS))))
    sheet.print_area(0, 0, len(rows) - 1, 1)
    sheet.fit_to_pages(1, 0)
    for number, part in enumerate(in_cells(manifest), len(rows)):
        book.write(sheet, number, 1, part, "mark")
        sheet.set_row(number, _LINE)
