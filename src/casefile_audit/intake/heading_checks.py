"""Headings that can't be read as they stand, and those that a mapping names in vain."""

import re
from collections.abc import Iterator, Sequence, Set

from casefile_audit.english import did_you_mean, heading_key, listing, nearest, quoted
from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.files.workbook import Sheet, text_of
from casefile_audit.files.xlsx import column_letters
from casefile_audit.intake.columns import Header, SheetColumn
from casefile_audit.intake.heading_words import heading_keys
from casefile_audit.intake.layout import DataSheet
from casefile_audit.intake.mapping import MappingFile, SheetMapping
from casefile_audit.rubric.fields import FieldBase
from casefile_audit.rubric.model import Rubric

_LONGEST_MARK = 5


def refuse_spread(
    place: str, sheet: Sheet, header: Header, identifier: Sequence[SheetColumn]
) -> None:
    """Refuse a question that is spread over a column for each answer, the second without a heading.

    The row under the headings names the two answers; no other row holds both, and neither column
    holds anything else than its answer or a mark.

    Raises:
        WorkbookError: the columns of the first such question.
    """
    headed = {column.index for column in header.columns}
    names, *rows = sheet.rows[header.rows[-1] + 1 :] or [[]]
    if any(any(map(str.isdigit, text_of(names[column.index]))) for column in identifier if names):
        return  # it is a case
    for column in header.columns:
        index, beside = column.index, column.index + 1
        if column.field is None or beside in headed or beside >= len(names):
            continue
        answers = (text_of(names[index]), text_of(names[beside]))
        pairs = {(text_of(row[index]), text_of(row[beside])) for row in rows}
        first, second = ({pair[at] for pair in pairs if pair[at]} for at in (0, 1))
        is_either = second and not any(map(all, pairs))
        if all(answers) and is_either and _are_marks(first, second, answers):
            raise WorkbookError(
                f"{place}: `{column.heading}` is spread over columns {column.letter} and "
                f"{column_letters(beside + 1)}, one for each answer",
                hint="Bring the answers into one column, or export the answers as words or codes "
                "in one column for each question.",
            )


def _are_marks(first: Set[str], second: Set[str], answers: Sequence[str]) -> bool:
    """Whether two columns hold the answer that each is for, or one short mark in both."""
    if first <= {answers[0]} and second <= {answers[1]}:
        return True
    return first == second and len(first) == 1 and len(next(iter(first))) <= _LONGEST_MARK


def unread_headings(mapping: SheetMapping, header: Header) -> Iterator[str]:
    """Sentences on headings that are mapped, and are not read all the same."""
    keys = {heading_key(heading) for names in mapping.fields.values() for heading in names}
    for column in header.columns:
        if column.field is None and column.unread and heading_key(column.heading) in keys:
            yield f"`{column.heading}` is mapped and isn't read: {column.unread}"


def refuse_twins(place: str, header: Header) -> None:
    """Refuse headings that match a field which can have only one column.

    Raises:
        WorkbookError: the columns of each such field.
    """
    if not header.twice:
        return
    raise WorkbookError(
        f"{place}: two columns claim the same field",
        details=[
            f"`{field}`: {listing(f'column {c.letter} (`{c.heading}`)' for c in columns)}"
            for field, columns in header.twice.items()
        ],
        hint=f'Choose one with --map {next(iter(header.twice))}="column '
        f'{next(iter(header.twice.values()))[0].letter}".',
    )


def check_mapped(mapping: MappingFile, sheets: Sequence[DataSheet], rubric: Rubric) -> None:
    """Refuse a mapping whose heading is in none of the sheets: it would map nothing.

    Raises:
        UsageError: the headings, and the nearest.
    """
    mapped = [mapping, *mapping.sheets.values()]
    wanted = {f: headings for part in mapped for f, headings in part.fields.items() if headings}
    columns = (column for sheet in sheets for column in sheet.header.columns)
    headings = list(dict.fromkeys(column.heading for column in columns))
    absent = {
        field: names
        for field, names in wanted.items()
        if not any(field in sheet.header.fields for sheet in sheets)
    }
    if absent:
        files = listing(dict.fromkeys(sheet.file.name for sheet in sheets))
        raise UsageError(
            f"{files}: the mapping names headings that aren't there",
            details=[
                f"{field}: {listing(quoted(names), 'or')}; "
                f"{_nearest_mapped(rubric.fields[field], names[0], headings)}"
                for field, names in absent.items()
            ],
            hint="Without the mapping, `audit check CASES` lists the headings that are there. "
            "Where two files name a field differently, map both headings to it.",
        )


def unused_headings(mapping: MappingFile, sheets: Sequence[DataSheet]) -> Iterator[str]:
    """Sentences on which of a field's mapped headings are in none of the sheets."""
    columns = [column for sheet in sheets for column in sheet.header.columns]
    headings = list(dict.fromkeys(column.heading for column in columns))
    there = {key for heading in headings for key in heading_keys(heading)}
    there |= {f"column {column.letter.lower()}" for column in columns}
    absent = dict.fromkeys(
        (field, name)
        for part in (mapping, *mapping.sheets.values())
        for field, names in part.fields.items()
        for name in names
        if len(names) > 1 and "{n}" not in name and heading_key(name) not in there
    )
    for field, name in absent:
        tail = f"; did you mean `{near}`?" if (near := nearest(name, headings)) else ""
        yield (f"`{name}`, mapped to `{field}`, isn't a heading here{tail}")


def _nearest_mapped(field: FieldBase, name: str, headings: Sequence[str]) -> str:
    """The nearest heading; one with ``{n}`` for a field that several numbered ones hold."""
    if field.several_columns:
        patterns = [re.sub(r"\d{1,3}(?=\D*$)", "{n}", heading) for heading in headings]
        several = [p for p in dict.fromkeys(patterns) if "{n}" in p and patterns.count(p) > 1]
        if near := nearest(name, several):
            return f"did you mean `{near}`, where {{n}} stands for each number?"
    return did_you_mean(name, headings)
