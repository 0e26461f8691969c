"""What would be read from case files, in brief: is it ready, and what is to be settled first."""

from collections import Counter
from collections.abc import Iterator, Sequence
from operator import itemgetter

from casefile_audit.cases import State
from casefile_audit.english import count, first_few, listing
from casefile_audit.intake.account import Account, SheetIntake
from casefile_audit.intake.alike_cells import AlikeCells, alike_cells
from casefile_audit.intake.layout import Layout
from casefile_audit.issues import merged
from casefile_audit.report.blocks import (
    Block,
    Definitions,
    Heading,
    Items,
    Page,
    Sentence,
    Stack,
    Tone,
    figures,
    table,
)
from casefile_audit.report.check_full import (
    cases_and_passed,
    forms_read,
    other_readings,
    remark_on_spare,
    spare_heading,
)
from casefile_audit.report.issues import doubts, notes
from casefile_audit.report.reading import next_steps
from casefile_audit.results import only_says
from casefile_audit.rubric.model import Rubric

_MOST_ROWS_NAMED = 4
_MOST_KINDS = 10
_MOST_CELLS = 6
_MOST_BLANK = 7
_MOST_SPARE = 8
_MORE = "and {:,} more: --full"
_MAPPING = "--write-mapping mapping.yaml"
# The types of field as a reader thinks of their columns, in the order of the page.
_KINDS = {
    "identifier": "Case",
    "text": "Case",
    "number": "Case",
    "yes-no": "Yes or no",
    "code": "Words, codes",
    "date": "Dates",
    "dates": "Dates",
    "grade": "Grades",
}


def check_page(account: Account, layout: Layout) -> Page:
    """Whether the files can be scored, what is to be settled first, and what was found where."""
    rubric = layout.rubric
    issues = merged((*layout.issues, *account.issues))
    sheets = [*account.sheets.values()]
    tables = [sheet for sheet in sheets if not sheet.data.is_form]
    forms = [s for s in sheets if s.data.is_form and not s.chosen.passed]
    files = [*dict.fromkeys(sheet.file for sheet in sheets)]
    asked = only_says([only.says for only in layout.only])
    by = f"Rubric {rubric.name} {rubric.version}."
    title = f"What audit score would read from {listing(files, most=4)}{asked}"
    return [
        Stack([Heading(title, level=1), *map(_sheet, tables), Sentence(by)]),
        *doubts(issues),
        Stack([*_ready(account, layout), *_to_settle(account, rubric)]),
        *_spare_headings(tables, rubric),
        *(block for sheet in tables for block in _blank_cells(sheet, rubric)),
        *(block for sheet in tables for block in _columns(sheet, rubric, len(tables))),
        *forms_read(forms, rubric),
        Stack([*_closing(layout, sheets, [*notes(issues)], bool(account.stops.total))]),
    ]


def _sheet(sheet: SheetIntake) -> Sentence:
    rows = [row + 1 for row in sheet.header.rows]
    where = f"row {rows[0]}" if len(rows) == 1 else f"rows {rows[0]} and {rows[-1]}"
    left = [f"row {out.row}, {out.reason}" for out in sheet.left_out]
    named = listing(first_few(left, _MOST_ROWS_NAMED, total=sheet.left_out.total))
    out = f" Left out: {named}." if left else ""
    return Sentence(
        f"{sheet.file}, sheet {sheet.sheet}, headings in {where}: "
        f"{', '.join(cases_and_passed(sheet))}.{out}"
    )


def _ready(account: Account, layout: Layout) -> Iterator[Block]:
    rubric = layout.rubric
    # A question to another sector than those whose records are here isn't asked of anybody.
    known = [sheet.sectors for sheet in layout.sheets]
    here = frozenset().union(*known) if all(known) else frozenset()
    asked = {
        rubric.title_of("criteria", name): criterion
        for name, criterion in rubric.criteria.items()
        if not (here and criterion.sectors) or here & {*criterion.sectors}
    }
    without = [
        title
        for title, criterion in asked.items()
        if not any(
            all(condition.answerable(sheet.header.fields) for condition in criterion.conditions)
            for sheet in layout.sheets
        )
    ]
    if account.stops.total:
        grades = count(account.stops.total, "grade")
        yield Sentence(
            f"Not ready: {grades} can't be read, and nothing is scored till then.", Tone.WARNING
        )
    elif without:
        yield Sentence(
            f"Ready to score, but {len(without)} of {len(asked)} questions have no column: "
            f"{'; '.join(first_few(without, _MOST_KINDS))}.",
            Tone.STRONG,
        )
    else:
        have = "The one question has its column"
        if len(asked) != 1:
            have = f"All {len(asked)} questions have their columns"
        yield Sentence(f"Ready to score. {have}.", Tone.STRONG)


def _to_settle(account: Account, rubric: Rubric) -> Iterator[Block]:
    """The cells to look at, those that hold the same word together."""
    problems = account.problems
    if not problems.total:
        yield Sentence("No cell is unreadable, and no case reference comes twice.")
        return
    alike = alike_cells(problems)
    yield Sentence(f"{count(problems.total, 'cell')} to look at:")
    lines = [_kind(its, rubric) for its in alike[:_MOST_KINDS]]
    more = len(alike) - _MOST_KINDS
    yield Items([*lines, *([f"and {count(more, 'more kind')}: --full"] if more > 0 else [])])


def _kind(alike: AlikeCells, rubric: Rubric) -> str:
    fields = Counter(rubric.title_of("fields", problem.field) for problem in alike.problems)
    several = f" {count(len(alike.cells), 'cell')}," if len(alike.cells) > 1 else ""
    by_field = listing((f"{n:,} in {field}" for field, n in fields.items()), most=_MOST_CELLS)
    where = by_field if len(fields) > 1 else next(iter(fields))
    cells = listing(alike.cells, most=_MOST_CELLS)
    return f"{alike.word}:{several} {where} ({cells}). Expected {alike.expected}"


def _spare_headings(sheets: Sequence[SheetIntake], rubric: Rubric) -> Iterator[Block]:
    """Headings that no field has: those first that a field is near to."""
    found: list[tuple[bool, str]] = []
    for sheet in sheets:
        free = [field for field, _ in sheet.without_column]
        # A form's room for notes is no heading that anybody would look for.
        spare = [column for column in sheet.header.unmatched if not column.is_for_notes]
        found += [
            (not remark_on_spare(column, rubric, free), spare_heading(column, rubric, free))
            for column in spare
        ]
    if found:
        # Those that a field is near to are the ones to settle.
        lines = [line for _, line in sorted(found, key=itemgetter(0))]
        yield Heading(f"{count(len(lines), 'heading')} that no field has")
        yield Items(first_few(lines, _MOST_SPARE, _MORE))


def _blank_cells(sheet: SheetIntake, rubric: Rubric) -> Iterator[Block]:
    # Of several columns of dates the later ones are blank in a good workbook too.
    blank = [
        (int(sheet.states[column.letter][State.BLANK]), column)
        for column in sheet.header.columns
        if column.field is not None
        and column.letter in sheet.states
        and not rubric.fields[column.field].several_columns
    ]
    some = sorted((pair for pair in blank if pair[0]), key=lambda pair: -pair[0])
    if not some:
        return
    rows = [
        [column.letter, column.heading, f"{number:,} of {sheet.cases:,} blank"]
        for number, column in some[:_MOST_BLANK]
    ]
    title = "Blank cells: found to be missing, or not filled in?"
    yield table(title, [*figures(""), title, *figures("")], rows, compact=True)
    others = len(some) - len(rows)
    if others > 0:
        yield Sentence(f"{count(others, 'other column')} with blanks: --full")


def _columns(sheet: SheetIntake, rubric: Rubric, sheets: int) -> Iterator[Block]:
    read = [column for column in sheet.header.columns if column.field is not None]
    by_kind: dict[str, list[str]] = {}
    for column in read:
        kind = _KINDS.get(rubric.fields[column.field or ""].type, "Other")
        by_kind.setdefault(kind, []).append(f"{column.letter} {column.heading}")
    of = f" of {sheet.sheet}" if sheets > 1 else ""
    yield Heading(f"{count(len(read), 'column')}{of} read, by the headings that the rubric knows")
    for line in other_readings(sheet.header):
        by_kind.setdefault("Besides", []).append(line)
    order = [
        kind for kind in dict.fromkeys((*_KINDS.values(), "Other", "Besides")) if kind in by_kind
    ]
    yield Definitions([(kind, "; ".join(by_kind[kind])) for kind in order])


def _closing(
    layout: Layout, sheets: Sequence[SheetIntake], said: list[str], not_ready: bool
) -> Iterator[Block]:
    lines = [*layout.passed_over, *said]
    lines += [f"{sheet.sheet}: {note}" for sheet in sheets for note in sheet.notes]
    if lines:
        yield Heading("Not read, and to know")
        yield Items(first_few(lines, _MOST_KINDS, _MORE))
    if not_ready:
        yield next_steps(f"correct these cells, or say what they mean: {_MAPPING}", "--full")
    else:
        yield next_steps("audit score", "--full (column by column)", _MAPPING)
