"""The page of what would be read from case files, in full: every column, row and cell."""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import add

from casefile_audit.capped import Capped
from casefile_audit.cases import State
from casefile_audit.english import cells_at, count, first_few, listing, nearest
from casefile_audit.intake.account import Account, SheetIntake
from casefile_audit.intake.columns import Header, MatchedBy, SheetColumn
from casefile_audit.intake.layout import Layout
from casefile_audit.intake.no_cases import NoCasesError
from casefile_audit.issues import merged
from casefile_audit.report.blocks import (
    Block,
    Heading,
    Items,
    Page,
    Row,
    Sentence,
    Table,
    Text,
    Tone,
    table,
)
from casefile_audit.report.issues import doubts, notes
from casefile_audit.report.reading import rows_passed
from casefile_audit.results import CellProblem
from casefile_audit.rubric.model import Rubric

_MOST_FORMS_NAMED = 8
_MOST_PLACES = 3
_MATCHED_BY = {
    MatchedBy.MAPPING: "mapped",
    MatchedBy.HEADING: "a heading of the field",
    MatchedBy.NAME: "the field's name",
    MatchedBy.NUMBER: "number {} of the field",
    MatchedBy.OTHER_WORDS: "`{}` in other words",
    MatchedBy.MARK: "the form's own mark",
}
_WHY = "field, and why"


def check_full_page(account: Account, layout: Layout) -> Page:
    """What was found in each sheet, before anything is scored."""
    rubric = layout.rubric
    issues = merged((*layout.issues, *account.issues))
    page: Page = [Heading(f"What would be read by {rubric.name} {rubric.version}", level=1)]
    page += doubts(issues)
    its = account.sheets.values()
    forms = [s for s in its if s.data.is_form and not s.chosen.passed]
    for sheet in account.sheets.values():
        if not sheet.data.is_form:
            page += _sheet(sheet, rubric)
    page += forms_read(forms, rubric)
    if layout.passed_over:
        page += [Heading("Passed over"), Items(layout.passed_over)]
    if said := notes(issues):
        page += [Heading("Notes on the files"), Items(said)]
    page += _problems(account.problems)
    return page


def unread_page(error: NoCasesError) -> Page:
    """The likeliest headings of each sheet, where none could be read as cases."""
    rubric = error.rubric
    page: Page = [Heading(f"What {rubric.name} {rubric.version} knows of {error.file}", level=1)]
    for name, header in error.sheets:
        page.append(Heading(f"Sheet {name}"))
        if header is None:
            page.append(Sentence("No row of it looks like headings."))
            continue
        page.append(Sentence(f"The headings are most likely in {_rows(header)}."))
        free = [field for field in rubric.fields if field not in header.fields]
        read = [f"{c.letter} {c.heading}: {c.field}" for c in header.columns if c.field]
        spare = [spare_heading(c, rubric, free) for c in header.columns if not c.field]
        page += [Items([*read, *spare])]
    return page


def _rows(header: Header) -> str:
    numbers = [str(row + 1) for row in header.rows]
    return f"row {numbers[0]}" if len(numbers) == 1 else f"rows {listing(numbers)}"


def _sheet(sheet: SheetIntake, rubric: Rubric) -> Iterator[Block]:
    yield Heading(f"{sheet.file}, sheet {sheet.sheet}")
    left = [f"{count(sheet.left_out.total, 'row')} left out"] if sheet.left_out else []
    yield Sentence(
        f"The headings are in {_rows(sheet.header)}. Under them {count(sheet.rows, 'row')}: "
        f"{'; '.join([*cases_and_passed(sheet), *left])}."
    )
    yield _column_table(sheet, [sheet.header.columns])
    if besides := [*other_readings(sheet.header)]:
        yield Items(besides)
    yield from _left_over(sheet, rubric)
    if sheet.left_out:
        yield Heading("Rows left out", level=3)
        rows = [f"row {out.row}: {out.reason}" for out in sheet.left_out]
        yield Items(first_few(rows, 0, "and {:,} more", sheet.left_out.total))
    if sheet.notes:
        yield Heading("Notes", level=3)
        yield Items(sheet.notes)


def cases_and_passed(sheet: SheetIntake) -> list[str]:
    """How many cases a sheet has, and how many rows that are in no count."""
    chosen, apart = sheet.chosen, sheet.apart
    passed = (sheet.not_read.total, chosen.not_chosen, apart.unavailable.total, apart.spare)
    return [count(sheet.cases, "case"), *rows_passed(*passed, chosen.not_cases)]


def forms_read(forms: Sequence[SheetIntake], rubric: Rubric) -> Iterator[Block]:
    """The forms, those of one layout together."""
    layouts: dict[object, list[SheetIntake]] = {}
    for form in forms:
        key = tuple((c.heading, c.field) for c in form.header.columns)
        layouts.setdefault(key, []).append(form)
    if forms:
        several = f", of {len(layouts)} layouts" if len(layouts) > 1 else ""
        yield Sentence(f"{count(len(forms), 'form')}, one case each{several}.")
    for alike in layouts.values():
        yield Heading(listing((form.data.place for form in alike), most=_MOST_FORMS_NAMED))
        whole = reduce(add, alike)
        yield _column_table(whole, [form.header.columns for form in alike])
        yield from _left_over(whole, rubric)
        if whole.notes:
            yield Heading("Notes", level=3)
            yield Items(whole.notes)


def other_readings(header: Header) -> Iterator[str]:
    """The fields that have no column to themselves: one for each answer, or another field's."""
    for name, its in header.by_option.items():
        yield f"{listing(column.letter for column, _ in its)}: {name}, a column for each answer"
    for name, (other, _) in header.shared.items():
        letters = listing(column.letter for column in header.of_field(name))
        if letters:
            yield f"{letters}: {name}, in the same column as {other}"


def _column_table(sheet: SheetIntake, alike: Sequence[Sequence[SheetColumn]]) -> Table:
    """The columns of a sheet that are read, or the answers of forms that have the same labels."""
    is_form = sheet.data.is_form
    rows: list[Row] = [
        [
            listing(dict.fromkeys(c.place or c.letter for c in its), "or", _MOST_PLACES),
            column.heading,
            Text(column.field, note=_matched(column)),
            _states(sheet, column),
        ]
        for column, *its in zip(sheet.header.columns, *alike, strict=True)
        if column.field is not None
    ]
    if is_form:
        return table("Answers that are read", ["Answer in", "label", _WHY, "answers"], rows)
    return table("Columns that are read", ["Col", "heading", _WHY, "its cells"], rows)


def _matched(column: SheetColumn) -> str:
    """How it was told that a column holds its field."""
    match = column.match
    if match is None:
        return ""
    said = _MATCHED_BY[match.by].format(match.like)
    return f"{said}, but for a number or a remark beside it" if match.nearly else said


def _states(sheet: SheetIntake, column: SheetColumn) -> str:
    """How many cells of a column are what: ``36 values, 12 blank``."""
    counts = sheet.states.get(column.letter, ())
    words = [
        count(int(n), "value") if state is State.VALUE else f"{n:,} {state.label}"
        for state, n in zip(State, counts, strict=False)
        if n
    ]
    return ", ".join(words)


def _left_over(sheet: SheetIntake, rubric: Rubric) -> Iterator[Block]:
    """Headings that are nobody's, and fields without a column, each with the nearest."""
    is_form = sheet.data.is_form
    heads, column = ("Labels", "label") if is_form else ("Headings", "column")
    spare = sheet.header.unmatched
    if spare:
        yield Heading(f"{heads} that matched no field", level=3)
        free = [field for field, _ in sheet.without_column]
        yield Items([spare_heading(each, rubric, free) for each in spare])
    if sheet.without_column:
        yield Heading(f"Fields without a {column}", level=3)
        near_ones = [
            f'{field}; nearest heading: "{near}"' for field, near in sheet.without_column if near
        ]
        others = ", ".join(field for field, near in sheet.without_column if not near)
        yield Items([*near_ones, *([others] if others else [])])
        field, near = next((pair for pair in sheet.without_column if pair[1]), ("", ""))
        if near:
            yield Sentence(f'To read one from another {column}: --map {field}="{near}"', Tone.QUIET)


def spare_heading(column: SheetColumn, rubric: Rubric, free: Sequence[str]) -> str:
    """A heading that no field has, with what there is to say of it."""
    remark = remark_on_spare(column, rubric, free)
    return f"{column.place or column.letter} {column.heading}" + (f" ({remark})" if remark else "")


def remark_on_spare(column: SheetColumn, rubric: Rubric, free: Sequence[str]) -> str:
    """Why no field has a heading, or the nearest of the fields that have no column."""
    names = {name: field for field in free for name in (*rubric.fields[field].headings, field)}
    near = nearest(column.heading, list(names))
    return column.unread or (f"nearest field: {names[near]}" if near else "")


def _problems(problems: Capped[CellProblem]) -> Iterator[Block]:
    if not problems.total:
        yield Sentence("No cell is unreadable, and no case reference comes twice.")
        return
    yield Heading(f"{count(problems.total, 'cell')} to look at")
    rows: list[Row] = [
        [
            cells_at(p.file, p.sheet, p.cell),
            p.field,
            p.found or "(blank)",
            Text(p.expected, note="nothing is scored until this is put right" if p.stops else ""),
        ]
        for p in problems
    ]
    yield table("Cells to look at", ["Cell", "field", "found", "expected"], rows)
    if problems.total > len(problems):
        yield Sentence(f"These are the first {len(problems):,}.", Tone.QUIET)
