"""What wasn't read and may hold other answers, or more cases, than what was."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from casefile_audit.cases import State
from casefile_audit.files.tables import table_of
from casefile_audit.files.workbook import Sheet, address, text_of
from casefile_audit.intake.columns import Header, SheetColumn
from casefile_audit.intake.heading_words import as_first_written, remark_words
from casefile_audit.intake.layout import DataSheet
from casefile_audit.intake.row_answers import FieldsBySector, RowAnswers
from casefile_audit.issues import Issue, IssueCode
from casefile_audit.rubric.fields import FieldBase

# A remark in brackets with one of these says that somebody answered again, and may hold.
_AGAIN = {"moderated", "moderation", "moderator", "final", "revised", "corrected", "amended",
          "updated", "second", "agreed", "qa", "after", "panel", "consensus"}  # fmt: skip
_ROWS_LOOKED_AT = 5_000
# One row alone may be a line of a key.
_LEAST_ALIKE = 2


def rival_columns(
    file: str, sheet: Sheet, header: Header, fields: Mapping[str, FieldBase]
) -> Iterator[Issue]:
    """The columns in which somebody answered again, and otherwise than in the one that is read.

    Args:
        sheet: the sheet; of a long file the first rows.
    """
    first = header.rows[-1] + 1
    for other in header.columns:
        again = remark_words(other.heading) & _AGAIN
        if other.like is None or not (again or as_first_written(other.heading) != other.heading):
            continue
        own = next(iter(header.of_field(other.like)), None)
        if own is None or own.is_mapped or own.index in sheet.hidden_columns:
            continue
        field = fields[str(own.field)]
        is_copy = not field.takes_any_text and as_first_written(other.heading) == own.heading
        if not is_copy and not (again and field.is_judged):
            continue
        rows = _differing(sheet, first, (own, other), field)
        if rows:
            yield Issue.doubt(
                IssueCode.COLUMNS_DISAGREE,
                [address(row, other.index) for row in rows],
                file=file,
                sheet=sheet.name,
                field=str(own.field),
                facts={
                    "column": own.letter,
                    "heading": own.heading,
                    "beside": other.letter,
                    "its heading": other.heading,
                },
            )


def _differing(
    sheet: Sheet, first: int, columns: tuple[SheetColumn, SheetColumn], field: FieldBase
) -> list[int]:
    """The zero-based rows in which the second of two columns answers, and not as the first does."""
    table = table_of(sheet, first)
    states, values = [], []
    for column in columns:
        numbered = table.numbered[column.index]
        reading = field.read([text_of(cell) for cell in numbered.distinct], sheet.epoch)
        states.append(reading.states[numbered.codes])
        values.append(reading.values[numbered.codes])
    unlike = (values[0] != values[1]) | (states[0] == State.BLANK)
    told = (states[0] == State.VALUE) | (states[0] == State.BLANK)
    return (np.flatnonzero(unlike & told & (states[1] == State.VALUE)) + first).tolist()


def sheets_without_headings(
    file: str, sheets: Sequence[Sheet], read: Sequence[DataSheet], fields: FieldsBySector
) -> Iterator[Issue]:
    """The sheets that were not read and whose rows look like cases of one that was.

    Args:
        sheets: those of its sheets that have no headings of cases.
        read: those of its sheets that were read, as tables.
    """
    for sheet in sheets:
        for data in read:
            if rows := _like_cases(sheet, data, fields):
                code, beside = IssueCode.SHEET_WITHOUT_HEADINGS, {"beside": data.name}
                yield Issue.of_rows(code, rows, file=file, sheet=sheet.name, facts=beside)
                break


def _like_cases(sheet: Sheet, data: DataSheet, fields: FieldsBySector) -> list[int]:
    """The row numbers, from 1, of rows that have a case reference and right answers where a sheet
    that was read has them; none where most of the rows have not.
    """  # noqa: D205 - one thought
    look, identifier = data.rules.look, data.rules.identifier
    answers = RowAnswers(data.header, fields, look.numeric)
    if identifier is None or not answers.told:
        return []
    found, filled = [], 0
    for number, row in enumerate(sheet.rows[:_ROWS_LOOKED_AT], 1):
        texts = {index: text for index, cell in enumerate(row) if (text := text_of(cell))}
        filled += len(texts) > 1
        answered, wrong = answers.of_row(texts)
        if answered and not wrong and look.is_like(texts.get(identifier, "")):
            found.append(number)
    return found if len(found) >= max(_LEAST_ALIKE, filled / 2) else []
