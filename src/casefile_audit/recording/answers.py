"""Answers as they are typed, as a workbook holds them, and as they are shown."""

import datetime as dt

from casefile_audit.cases import State
from casefile_audit.english import fold, on_one_line, short_day, without_controls
from casefile_audit.files.cell_changes import CellContent
from casefile_audit.files.workbook import Cell, text_of
from casefile_audit.forms.questions import AnswerKind
from casefile_audit.recording.form import AskedCell

LONGEST = 32_767
"""The characters that a cell holds."""
_MIDNIGHT = dt.time()
_FIRST_DAY = dt.date(1950, 1, 1)


def shown(cell: Cell) -> str:
    """What a cell holds, as people read it: dates with the month in letters, lines kept."""
    if isinstance(cell, str):
        return without_controls(cell.replace("\r\n", "\n")).strip()
    if isinstance(cell, dt.datetime):
        time = "" if cell.time() == _MIDNIGHT else f" {cell:%H:%M}"
        return f"{short_day(cell)}{time}"
    if isinstance(cell, dt.date):
        return short_day(cell)
    return text_of(cell)


def understood(asked: AskedCell, typed: str, epoch: dt.datetime) -> str:
    """An answer as it is shown once it is given.

    Raises:
        ValueError: it isn't an answer; the error says what is, in a sentence.
    """
    kind = asked.question.kind
    text = without_controls(typed.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > LONGEST:
        raise ValueError(f"That is too long: a cell holds {LONGEST:,} characters.")
    if not text or kind is AnswerKind.TEXT:
        return text
    if kind is AnswerKind.CHOICE:
        return _choice(asked, text)
    line = on_one_line(text)
    content = cell_content(asked, line, epoch)
    if isinstance(content, str):
        wanted = kind.value
        raise ValueError(f"“{line}” is not {wanted}.")
    if kind is AnswerKind.NUMBER:
        return line
    moment = epoch + dt.timedelta(days=float(content or 0))
    if not _FIRST_DAY <= moment.date() <= dt.date(dt.date.today().year + 1, 12, 31):
        raise ValueError(f"{shown(moment)} is no day that this form takes.")
    return shown(moment.replace(microsecond=0))


def _choice(asked: AskedCell, text: str) -> str:
    by_fold = {fold(choice): choice for choice in asked.question.choices}
    if fold(text) in by_fold:
        return by_fold[fold(text)]
    parts = [part.strip() for part in text.split(",")]
    if asked.question.several and all(fold(part) in by_fold for part in parts):
        return ", ".join(by_fold[fold(part)] for part in parts)
    raise ValueError(f"“{on_one_line(text)}” is none of the choices.")


def cell_content(asked: AskedCell, text: str, epoch: dt.datetime) -> CellContent:
    """What the workbook holds for an answer as it is shown: dates and numbers as such."""
    kind = asked.question.kind
    if not text:
        return None
    if kind in (AnswerKind.TEXT, AnswerKind.CHOICE) or asked.field is None:
        return text
    reading = asked.field.read([text], epoch)
    if reading.states[0] != State.VALUE:
        return text
    value = reading.values[0]
    if kind is AnswerKind.NUMBER:
        number = float(value)
        return int(number) if number.is_integer() else number
    moment: dt.datetime = value.astype("datetime64[s]").item()
    days = (moment - epoch) / dt.timedelta(days=1)
    return int(days) if days.is_integer() else days
