"""Trying a rubric out: its own tests, and whether each criterion could be met at all."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod

import numpy as np

from casefile_audit.cases import Cases, Outcome
from casefile_audit.files.tables import RowsTable
from casefile_audit.files.workbook import Cell
from casefile_audit.intake.cells import Block, read_block
from casefile_audit.intake.columns import Header, HeadingMatch, MatchedBy, SheetColumn
from casefile_audit.intake.sectors import with_sector
from casefile_audit.rubric.conditions.base import Fault
from casefile_audit.rubric.conditions.moments import fixed_day
from casefile_audit.rubric.model import SECTOR, Criterion, Example, Rubric
from casefile_audit.rubric.yaml_text import as_list
from casefile_audit.scoring.findings import outcomes_of

# Unless a test says, its day is so late that everything has fallen due.
LATE = dt.date(2099, 12, 31)
# More combinations of example cells than this are not tried.
_MOST_CASES = 20_000

Cells = Mapping[str, str | Sequence[str]]


def trial_cases(rubric: Rubric, given: Sequence[Cells], sector: str) -> Cases:
    """Cases of one sector whose cells are given by field; a field that isn't is blank."""
    fields = rubric.fields_of(sector)
    columns: list[SheetColumn] = []
    for name, field in fields.items():
        width = max([1, *(len(as_list(cells.get(name, ""))) for cells in given)])
        several = width if field.several_columns else 1
        matches = (HeadingMatch(name, MatchedBy.NAME, number) for number in range(several))
        columns += [SheetColumn(at, name, match) for at, match in enumerate(matches, len(columns))]
    rows: list[list[Cell]] = [_row(columns, cells) for cells in given]
    table = RowsTable(rows, first=0, width=len(columns))
    block = Block("", "", table, Header((), tuple(columns), {}), fields, np.arange(len(rows)))
    cases, _ = read_block(block, 0)
    return with_sector(cases, rubric, sector)


def _row(columns: Sequence[SheetColumn], cells: Cells) -> list[Cell]:
    row: list[Cell] = []
    for column in columns:
        texts = as_list(cells.get(str(column.field), ""))
        row.append(texts[column.rank] if column.rank < len(texts) else "")
    return row


def outcome_of_example(rubric: Rubric, criterion: Criterion, example: Example) -> Outcome:
    """What a test's case comes to."""
    sector = str(example.given.get(SECTOR, "")) if rubric.sectors else ""
    cases = trial_cases(rubric, [example.given], sector)
    day = fixed_day(example.as_of) if example.as_of else None
    return Outcome(outcomes_of(criterion, cases, rubric.setting(day or LATE))[0])


def trial_faults(rubric: Rubric) -> Iterator[Fault]:
    """Tests that fail, and criteria that no case could ever meet.

    The rubric must be free of the faults that ``rubric_faults`` finds.
    """
    for name, criterion in rubric.criteria.items():
        for index, example in enumerate(criterion.tests):
            outcome = outcome_of_example(rubric, criterion, example)
            if outcome is not example.outcome:
                found = f"this case comes to {outcome.label}, and {example.expect} was expected"
                hint = "correct the test, or the criterion"
                yield Fault(("criteria", name, "tests", index), found, hint)
        if not _can_be_met(rubric, criterion):
            found = "no case could ever meet it"
            hint = "look for conditions that exclude each other"
            yield Fault(("criteria", name, "met"), found, hint, is_error=False)


def _can_be_met(rubric: Rubric, criterion: Criterion) -> bool:
    """Whether any combination of example cells meets a criterion; True where it can't be tried."""
    setting = rubric.setting(LATE)
    options: dict[str, list[str | Sequence[str]]] = {}
    for condition in criterion.conditions:
        for field, texts in condition.examples(setting).items():
            options.setdefault(field, []).extend(texts)
        for field, _ in condition.uses():
            options.setdefault(field, [])
    for example in criterion.tests:
        for field, cell in example.given.items():
            if field in options and cell not in options[field]:
                options[field].append(cell)
    if prod(map(len, options.values())) > _MOST_CASES or not all(options.values()):
        return True
    given = [dict(zip(options, cells, strict=True)) for cells in product(*options.values())]
    for sector in criterion.sectors or ("", *rubric.sectors):
        cases = trial_cases(rubric, given, sector)
        if (outcomes_of(criterion, cases, setting) == Outcome.MET).any():
            return True
    return False
