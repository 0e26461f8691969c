"""The sheet of a workbook that says how its cases were drawn: written, and found again."""

from collections.abc import Iterable, Iterator
from operator import itemgetter
from textwrap import wrap
from typing import TYPE_CHECKING

from casefile_audit.english import count, listing
from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.files.workbook import Workbook
from casefile_audit.manifest import UNAVAILABLE_HEADING, Manifest, from_columns, in_cells

if TYPE_CHECKING:
    from casefile_audit.output.form_books import FormBook

CASES, RESERVE, SAMPLE = "Cases", "Reserve", "Sample"
"""The sheets of a sample's workbook."""

_LABELS, _TEXTS, _LINE = 22, 100, 15
FOR_THE_PROGRAM = (
    "What follows is for the program: audit score knows by it what the cases speak for. Leave it "
    "as it is."
)
# The manifest stands in one of the first columns, wherever a program puts it.
_COLUMNS_SEARCHED = 4
# A sheet with more rows is no account of a sample, which has one for each stratum and a few more.
_ROWS_SEARCHED = 20_000


def manifest_in(workbooks: Iterable[Workbook]) -> Manifest | None:
    """The manifest that workbooks hold; None if none does.

    Raises:
        WorkbookError: one was changed.
        UsageError: they hold those of different samples.
    """
    found: list[tuple[str, Manifest]] = []
    for workbook in workbooks:
        for sheet in workbook.sheets:
            is_account = 0 < len(sheet.rows) <= _ROWS_SEARCHED
            width = min(len(sheet.rows[0]), _COLUMNS_SEARCHED) if is_account else 0
            columns = (list(map(itemgetter(index), sheet.rows)) for index in range(width))
            try:
                manifest = from_columns(columns)
            except ValueError:
                raise WorkbookError(
                    f"{workbook.path.name}, sheet {sheet.name}: the manifest of the sample was "
                    "changed",
                    hint="Put the sheet back as it was written; or delete it, and give the "
                    "manifest that was written beside the workbook with --sample.",
                ) from None
            if manifest is not None and all(manifest != other for _, other in found):
                found.append((workbook.path.name, manifest))
    if len(found) > 1:
        raise UsageError(
            "the workbooks hold the cases of different samples",
            details=[
                f"{file}: {len(manifest.drawn)} of {manifest.population.file}, seed {manifest.seed}"
                for file, manifest in found
            ],
            hint="Score them one at a time.",
        )
    return found[0][1] if found else None


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
            f"{where}. Its row is filled in where it stands, or copied to the other cases. Skip "
            "none, or what is found will not be by lot any more.",
        )
    yield "Made by", f"{manifest.program}, {manifest.made_at:%d %B %Y %H:%M} UTC"


def _audited(manifest: Manifest) -> int:
    return sum(earlier.left_out for earlier in manifest.not_in)


def add_sample_sheet(book: "FormBook", manifest: Manifest) -> None:
    """A sheet that says how the cases were drawn, and holds the manifest."""
    sheet = book.add_sheet(SAMPLE)
    sheet.set_column(0, 0, _LABELS)
    sheet.set_column(1, 1, _TEXTS)
    rows = [*facts(manifest), ("Manifest", FOR_THE_PROGRAM)]
    for number, (label, said) in enumerate(rows):
        sheet.fill(number, 0, label, "label")
        sheet.fill(number, 1, said)
        sheet.set_row(number, _LINE * max(1, len(wrap(said, _TEXTS)), len(wrap(label, _LABELS))))
    sheet.print_area(0, 0, len(rows) - 1, 1)
    sheet.fit_to_pages(1, 0)
    for number, part in enumerate(in_cells(manifest), len(rows)):
        sheet.fill(number, 1, part, "mark")
        sheet.set_row(number, _LINE)
