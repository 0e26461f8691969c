"""frictionless: a check of each row for every criterion, and a report of each that fails.

It goes row by row, as frictionless does.
"""

import datetime as dt
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import ClassVar

import record_words as rw
from frictionless import Check, Checklist, Dialect, Resource, Row, Schema, errors, fields, formats
from record_words import show

Texts = dict[str, str]
"""A row's cells as texts, by heading."""

NO_LIMIT = 1_000_000_000
BLAMING_RE = re.compile(rw.BLAMING)
WORDS = {rw.NOT_APPLICABLE, *rw.SILENT}


@cache
def day(text: str) -> dt.date | None:
    """A date as the records write it, or as a workbook gives it, with a clock time."""
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def one_of(text: str, met: list[str], missing: list[str]) -> bool | None:
    """Whether a criterion is met; None where it isn't asked."""
    return True if text in met else False if text in missing else None


def age(row: Texts) -> bool | None:
    """Whether it is a child's age."""
    if row["Age"] in rw.SILENT:
        return False
    return 0 <= int(row["Age"]) <= rw.OLDEST if row["Age"].isdecimal() else None


def details(row: Texts) -> bool | None:
    """Whether the worker, the gender and the disability are recorded."""
    texts = [row[column] for column in ("Worker", "Gender", "Disability")]
    if all(text == rw.NOT_APPLICABLE for text in texts):
        return None
    return not any(text in rw.BLANK for text in texts)


def within(row: Texts, columns: list[str], days: int) -> bool | None:
    """Whether one of the dates is within so many days of the opening."""
    opened, texts = day(row["Opened"]), [row[column] for column in columns]
    if opened is None:
        return False if row["Opened"] in rw.SILENT else None
    done = [day(text) for text in texts]
    if any(date is not None and 0 <= (date - opened).days <= days for date in done):
        return True
    unread = any(d is None and t not in WORDS for d, t in zip(done, texts, strict=True))
    return None if unread or all(text == rw.NOT_APPLICABLE for text in texts) else False


def closed(row: Texts) -> bool | None:
    """Whether it closed no earlier than it was opened."""
    start, end = day(row["Opened"]), day(row["Closed"])
    if end is None or (start is None and row["Opened"] not in rw.SILENT):
        return None
    return start is not None and end >= start


def answer(text: str) -> bool | None:
    """Whether it is a yes, or partly one."""
    return one_of(text, [*rw.YES, *rw.PARTLY], [*rw.NO, *rw.SILENT])


def listened(row: Texts) -> bool | None:
    """Whether the child was heard, or the case supervised."""
    texts = [row["Child heard"], row["Supervision"]]
    if any(text in rw.YES for text in texts):
        return True
    if any(text not in (*rw.ANSWERS, rw.NOT_APPLICABLE) for text in texts):
        return None
    answers = [found for text in texts if (found := answer(text)) is not None]
    return any(answers) if answers else None


def referral(row: Texts) -> bool | None:
    """Whether the referral was made where it was needed."""
    return answer(row["Referral made"]) if answer(row["Referral needed"]) else None


def narrative(row: Texts) -> bool | None:
    """Whether the narrative, if there is one, is free of words that blame."""
    return BLAMING_RE.search(row[rw.NARRATIVE]) is None if row[rw.NARRATIVE] else None


CRITERIA: dict[str, Callable[[Texts], bool | None]] = {
    "ethnicity-recorded": lambda row: one_of(
        row["Ethnicity"], [*rw.ETHNICITIES, *rw.UNKNOWN], rw.NO_ETHNICITY
    ),
    "gender-known": lambda row: (
        None if row["Gender"] == rw.NOT_APPLICABLE else row["Gender"] not in rw.SILENT
    ),
    "age-in-range": age,
    "details-complete": details,
    "visit-in-time": lambda row: within(row, ["First visit"], rw.DAYS_TO_VISIT),
    "review-in-time": lambda row: within(row, ["Review 1", "Review 2"], rw.DAYS_TO_REVIEW),
    "closed-after-opened": closed,
    "child-seen": lambda row: answer(row["Child seen"]),
    "listened-to": listened,
    "referral-made": referral,
    "result-listed": lambda row: (
        None if row["Result"] == rw.NOT_APPLICABLE else row["Result"] in rw.RESULTS
    ),
    "no-blaming-words": narrative,
}


class Criteria(Check):  # type: ignore[misc]  # it has no types
    """Every criterion of every row; how many rows each applied to is counted on the way."""

    type = "criteria"
    Errors: ClassVar = [errors.RowConstraintError]

    def validate_start(self) -> Iterator[errors.RowConstraintError]:
        """See what can be asked of this file."""
        there = rw.NARRATIVE in self.resource.schema.field_names
        self.asked = {n: c for n, c in CRITERIA.items() if there or c is not narrative}
        self.applicable: Counter[str] = Counter()
        yield from ()

    def validate_row(self, row: Row) -> Iterator[errors.RowConstraintError]:
        """Report each criterion that the row is missing."""
        texts = {column: text or "" for column, text in row.to_dict().items()}
        for name, met in self.asked.items():
            found = met(texts)
            self.applicable[name] += found is not None
            if found is False:
                yield errors.RowConstraintError.from_row(row, note=name)


def resource_of(path: Path) -> Resource:
    """The file, every cell of it a text."""
    # It takes a whole path for unsafe.
    resource = Resource(path=path.name, basepath=str(path.parent))
    if path.suffix == ".xlsx":
        resource.dialect = Dialect(controls=[formats.ExcelControl(stringified=True)])
    with resource:
        names = resource.schema.field_names
    resource.schema = Schema(fields=[fields.StringField(name=name) for name in names])
    return resource


def main(path: Path) -> None:
    """Count."""
    criteria = Criteria()
    (task,) = resource_of(path).validate(Checklist(checks=[criteria]), limit_errors=NO_LIMIT).tasks
    missing = Counter(error.note for error in task.errors if error.type == "row-constraint")
    show({name: (missing[name], criteria.applicable[name]) for name in criteria.asked})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
