"""Which questions nobody has answered at all: set aside until the user says that they count."""

from collections.abc import Iterator
from typing import NamedTuple

from casefile_audit.cases import Outcome
from casefile_audit.intake.account import Account
from casefile_audit.intake.layout import Layout
from casefile_audit.scoring.partial import Portion

# In fewer cases a column may well be blank throughout.
_LEAST_CASES = 5


class BlankColumn(NamedTuple):
    """A column in which no case has anything, and the question that it was to answer.

    Attributes:
        place: the column as the first sheet has it: its heading and letter.
    """

    criterion: str
    field: str
    place: str
    cases: int


def blank_columns(portion: Portion, layout: Layout) -> Iterator[BlankColumn]:
    """The questions to set aside: of no case recorded, for want of anything in a column."""
    blank = dict(_blank_fields(portion.account))
    for index, (name, criterion) in enumerate(layout.rubric.criteria.items()):
        outcomes = portion.whole.tally.outcomes[index]
        silent = int(outcomes[Outcome.NOT_RECORDED])
        recorded = outcomes.sum() - silent - outcomes[Outcome.NOT_APPLICABLE]
        # Of a portion that was read without it, it was asked of no case though it has a column.
        aside = not portion.whole.tally.asked[index] and any(
            all(condition.answerable(sheet.header.fields) for condition in criterion.conditions)
            for sheet in layout.sheets
        )
        if not aside and (silent < _LEAST_CASES or recorded):
            continue
        for field, _ in criterion.met.uses():
            if field in blank and field not in layout.mapping.count_blank:
                yield BlankColumn(name, field, blank[field], portion.account.cases)
                break


def _blank_fields(account: Account) -> Iterator[tuple[str, str]]:
    """The fields whose every column is blank in every case, and the first of the columns."""
    sheets = [sheet for sheet in account.sheets.values() if sheet.cases]
    for field in {field: None for sheet in sheets for field in sorted(sheet.header.fields)}:
        columns = [
            (column, sheet.empty) for sheet in sheets for column in sheet.header.of_field(field)
        ]
        # A question with a column for each answer has none of its own.
        if columns and all(empty[column.letter] for column, empty in columns):
            column, _ = columns[0]
            where = column.place or f"column {column.letter}"
            yield field, f"`{column.heading}` ({where})"
