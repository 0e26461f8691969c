"""What was collected as one workbook, which ``audit score`` and ``audit agree`` read."""

from collections.abc import Iterable, Sequence
from datetime import date

from casefile_audit.english import count, heading_key, long_day
from casefile_audit.forms.collection import Collection
from casefile_audit.forms.progress import ProgressLine
from casefile_audit.forms.returned import COLLECTED
from casefile_audit.forms.returned_rows import ORIGIN, ColumnKey, ReturnedRow
from casefile_audit.intake.form_marks import (
    CONFLICT,
    FIRST_SHEET,
    HEADINGS_BESIDE,
    OLDER,
    READING,
    RETYPED,
    Mark,
    MarkKind,
)
from casefile_audit.intake.form_stamp import DIGEST, RUBRIC, VERSION, stamp_of
from casefile_audit.intake.sample_sheet import add_sample_sheet
from casefile_audit.manifest import Manifest
from casefile_audit.output.form_books import FormBook
from casefile_audit.output.spreadsheets import height_of, sheet_name

CASES, TO_SETTLE, NOT_GIVEN, OLDER_SAVINGS = (
    "Cases",
    "To settle",
    "Not in the rota",
    "Older savings",
)
_READINGS = ("First", "Second", "Third", "Fourth", "Fifth")
_ORIGIN_HEADINGS = ("File", "Sheet", "Place", "Reader", "Version")
_MARKS, _HEADS, _FIRST = 1, 2, 3
_BESIDE_FIELDS = {heading_key(text): Mark(kind) for kind, text in HEADINGS_BESIDE.items()}


def reading_sheets(found: Collection) -> list[list[str]]:
    """The sheets of the first readings, the second ones and so on: for each sector, if any."""
    ranks = range(len(found.further) + 1) if found.further else range(0)
    sectors = dict.fromkeys(row.sector for row in found.firsts)
    return [[_title(found, _rank(place), sector) for place in ranks] for sector in sectors]


def collected_workbook(
    found: Collection,
    named: str,
    day: date,
    progress: Sequence[ProgressLine],
    sample: Manifest | None,
) -> bytes:
    """The workbook as a file."""
    book = FormBook(f"{found.rubric.title}{COLLECTED}", day)
    _add_about(book, found, named, day)
    readings = [found.firsts, *found.further] if found.further else []
    for title, aside, rows in (
        # Those that nobody has read stand among them, so that what is scored says so.
        (CASES, "", [*found.cases, *found.still_to_read]),
        *((_rank(place), READING, rows) for place, rows in enumerate(readings)),
        (TO_SETTLE, CONFLICT, [row for conflict in found.conflicts for row in conflict.rows]),
        (NOT_GIVEN, RETYPED, [odd.row for odd in found.retyped]),
        (OLDER_SAVINGS, OLDER, [row for row, _ in found.older]),
    ):
        for sector in dict.fromkeys(row.sector for row in rows):
            own = [row for row in rows if row.sector == sector]
            _add_rows(book, found, _title(found, title, sector), own, sector, aside)
    _add_progress(book, progress)
    _add_doubts(book, found)
    if sample is not None:
        add_sample_sheet(book, sample)
    return book.to_bytes()


def _rank(place: int) -> str:
    return f"{_READINGS[place]} readings" if place < len(_READINGS) else f"Readings {place + 1}"


def _title(found: Collection, title: str, sector: str) -> str:
    """What a sheet is called: of a sector by its name, so that it is read as that sector's."""
    if not sector:
        return title
    sector = found.rubric.title_of("sectors", sector)
    return sector if title == CASES else sheet_name(f"{title} {sector}", ())


def _add_about(book: FormBook, found: Collection, named: str, day: date) -> None:
    stamp = stamp_of(found.rubric, named)
    read = count(len(found.cases), "case")
    lines = (
        ("What this is", f"{read}, collected from {count(found.versions.total(), 'form')}."),
        ("Collected on", long_day(day)),
        (
            "To score it",
            "audit score THIS-FILE reads the sheets of cases; the others are set aside.",
        ),
        (RUBRIC, stamp.rubric),
        (VERSION, stamp.version),
        (DIGEST, stamp.digest),
    )
    sheet = book.add_sheet(FIRST_SHEET)
    sheet.fill(0, 0, f"{found.rubric.title}{COLLECTED}", "title")
    sheet.fill_labelled(lines, (20, 80), 2)


def _add_rows(
    book: FormBook,
    found: Collection,
    title: str,
    rows: Sequence[ReturnedRow],
    sector: str,
    aside: str,
) -> None:
    sheet = book.add_sheet(title)
    held = "These are set aside, and in no count. " if aside else ""
    sheet.fill(0, 0, f"{held}{title}: {count(len(rows), 'case')}.", "small")
    columns = [
        *((_mark_of(key, found), heading) for key, heading in found.columns.items()),
        *(
            (Mark(MarkKind.FROM, name), text)
            for name, text in zip(ORIGIN, _ORIGIN_HEADINGS, strict=True)
        ),
    ]
    for column, (mark, heading) in enumerate(columns):
        sheet.fill(_MARKS, column, mark.text if mark else "", "mark")
        sheet.fill(_HEADS, column, heading, "heading")
        sheet.set_column(column, column, 18)
    extra = [Mark(MarkKind.SECTOR, sector)] if sector else []
    extra += [Mark(MarkKind.ASIDE, aside)] if aside else []
    for column, mark in enumerate(extra, len(columns)):
        sheet.fill(_MARKS, column, mark.text, "mark")
    for number, row in enumerate(rows, _FIRST):
        for column, key in enumerate(found.columns):
            content = found.cell(row, key)
            sheet.fill(
                number, column, content, "open date" if isinstance(content, date) else "open"
            )
        for column, name in enumerate(ORIGIN, len(found.columns)):
            sheet.fill(number, column, getattr(row.origin, name), "open")
    sheet.set_row(_MARKS, None, None, {"hidden": True})
    sheet.set_row(_HEADS, height_of((heading, 18) for heading in found.columns.values()))
    sheet.freeze_panes(_FIRST, 1)
    sheet.set_landscape()
    sheet.repeat_rows(_HEADS)
    sheet.repeat_columns(0)
    sheet.autofilter(_HEADS, 0, _FIRST + max(len(rows), 1) - 1, len(columns) - 1)


def _mark_of(key: ColumnKey, found: Collection) -> Mark | None:
    if key.field:
        is_known = key in found.known or key.field == found.rubric.identifier
        return Mark(MarkKind.KNOWN if is_known else MarkKind.ASK, key.field, key.number)
    return _BESIDE_FIELDS.get(key.heading)


def _add_progress(book: FormBook, progress: Sequence[ProgressLine]) -> None:
    rows = [
        (its.reader, str(its.back), str(its.given), ", ".join(its.asked), ", ".join(its.missing))
        for its in progress
    ]
    headings = ("Reviewer", "Back", "Given", "Reference to be asked about", "Not back")
    _add_table(book, "Progress", headings, (24, 10, 10, 30, 60), rows)


def _add_doubts(book: FormBook, found: Collection) -> None:
    rows = [(doubt.where, doubt.found, f"expected {doubt.expected}") for doubt in found.doubts]
    for conflict in found.conflicts:
        for heading, places in conflict.differ:
            rows.append(("; ".join(places), heading, "the same reader recorded it differently"))
    for its in found.retyped:
        near = f"did you mean {its.near}?" if its.near else "nothing in the rota is like it"
        rows.append((its.row.origin.said, its.row.reference, near))
    rows += (
        (row.origin.said, row.reference, f"{kept.origin.said} has more answers, and was taken")
        for row, kept in found.older
    )
    rows += (("", "", remark) for remark in (*found.refused, *found.remarks))
    headings = ("Where", "What", "What to look at")
    _add_table(book, "To look at", headings, (50, 40, 70), rows)


def _add_table(
    book: FormBook,
    title: str,
    headings: Sequence[str],
    widths: Sequence[int],
    rows: Iterable[Sequence[str]],
) -> None:
    sheet = book.add_sheet(title)
    sheet.fill_table(headings, widths, rows)
    sheet.freeze_panes(1, 0)
