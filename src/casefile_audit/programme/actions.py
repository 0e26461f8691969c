"""Areas for improvement in a workbook that people edit: written, read back, and nothing lost.

Every area has a row, known by the audit and the question in its first columns. What the program
knows stands in the columns under its own headings, wherever those stand now; all else on the sheet
and in the workbook is somebody's, and stays.
"""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from casefile_audit.english import FEWEST_FOR_SHARES, count, did_you_mean, heading_key, share_beside
from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.output.spreadsheets import cell_text, new_workbook
from casefile_audit.programme.rolling import AuditNow, PastFigure, Programme, QuestionNow
from casefile_audit.results import CriterionResult
from casefile_audit.statistics.proportion import held_to

SHEET = "Actions"
OPEN, CLOSED = "open", "closed"
STATES = (OPEN, "in progress", "done", CLOSED)
_OURS = ("Audit", "Question", "Area for improvement", "Source", "First found", "Figure then",
         "Latest", "Latest figure", "Met", "Target", "Whether it can be closed")  # fmt: skip
_THEIRS = ("Deadline", "Owner", "State", "Notes")
_KEYS = _OURS[:2]
_WIDTHS = (22, 22, 44, 30, 13, 13, 13, 13, 9, 9, 44, 13, 18, 14, 40)
_MOST_CASES = 100_000
_ROWS_TO_FILL = 500


@dataclass(frozen=True)
class Action:
    """One area for improvement, as the workbook has it.

    Attributes:
        question: the name that it is known by in its audit.
        area: what is to be improved, in words.
        figure: the latest count that falls short.
        closing: whether it can be closed, in words.
        can_close: the same, by the latest figures; not where these are of other audits.
        deadline: the day by which it is to be done, or what somebody wrote there.
        owner, state: what people wrote.
    """

    question: str
    area: str
    figure: str
    closing: str
    can_close: bool
    deadline: dt.date | str
    owner: str
    state: str

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return heading_key(self.state) not in ("closed", "done")

    def is_overdue(self, day: dt.date) -> bool:
        """Whether its day has passed."""
        return self.is_open and isinstance(self.deadline, dt.date) and self.deadline < day


def updated(path: Path, programme: Programme) -> tuple[bytes, list[Action]]:
    """The workbook with the latest figures, and what it lists.

    It is made new where there is none; areas of other audits stay as they are.

    Raises:
        WorkbookError: the file is no workbook, or has no sheet of actions with their names.
    """
    if not path.exists():
        content = _made(programme)
        return content, _listed(_opened(path, content), programme)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WorkbookError(f"`{path}` can't be read: {error.strerror}") from None
    book = _opened(path, content)
    _update(path, book, programme)
    # Here because a run without actions need not wait for openpyxl.
    from casefile_audit.output.workbooks import workbook_bytes

    return workbook_bytes(book), _listed(book, programme)


def closing(criterion: CriterionResult) -> str:
    """Whether an area can be closed, and how many cases would settle it."""
    if not criterion.applicable or criterion.target is None:
        return "not asked this time, so nothing can be said"
    if not criterion.target_reached:
        return "no: below its target"
    if _can_close(criterion):
        return "yes: its target is reached" + (
            ", by more than chance could explain" if criterion.target_beyond_chance else ""
        )
    needed = cases_to_settle(criterion.met, criterion.applicable, criterion.target)
    settle = (
        f"about {count(needed, 'case')} like these would settle it"
        if needed
        else "more cases like these would not settle it"
    )
    return f"not yet: reached, but chance could explain that; {settle}"


def _can_close(criterion: CriterionResult) -> bool:
    """Whether its target is reached, and not perhaps by chance."""
    return criterion.target_reached is True and criterion.target_beyond_chance in (True, None)


def cases_to_settle(met: int, applicable: int, target: float) -> int | None:
    """How many cases would show a target reached by more than chance, were as many of them met.

    The least number of which that is so; None where there is none, up to 100,000.
    """
    rate = met / applicable
    low, high = applicable, applicable
    while not _settles(rate, high, target):
        low, high = high, high * 2
        if high > _MOST_CASES:
            return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _settles(rate, middle, target) else (middle + 1, high)
    return high


def _settles(rate: float, cases: int, target: float) -> bool:
    return held_to(int(rate * cases + 1e-9), cases, target) == (True, True)


def _areas(programme: Programme) -> Iterator[tuple[AuditNow, str, CriterionResult]]:
    """What fell below its target, the furthest below first within an audit."""
    for audit in programme.audits:
        missed = [
            (name, question.now)
            for name, question in audit.questions.items()
            if question.now.target_reached is False
        ]
        missed.sort(key=lambda each: 100 * each[1].met / each[1].applicable - (each[1].target or 0))
        yield from ((audit, name, now) for name, now in missed)


def _figures(audit: AuditNow, criterion: CriterionResult) -> dict[str, Any]:
    """What the program knows of an area now."""
    asked = criterion.applicable
    return {
        "Latest": audit.as_of,
        "Latest figure": f"{criterion.missing:,} of {asked:,}" if asked else "not asked",
        "Met": _met(criterion),
        "Target": f"{criterion.target:g}%" if criterion.target is not None else "",
        "Whether it can be closed": closing(criterion),
    }


def _met(criterion: CriterionResult) -> str:
    if criterion.applicable < FEWEST_FOR_SHARES:
        return f"{criterion.met:,} of {criterion.applicable:,}" if criterion.applicable else ""
    return share_beside(criterion.met, criterion.applicable, criterion.target or 0)


def _new_row(audit: AuditNow, name: str, criterion: CriterionResult) -> dict[str, Any]:
    figures, first = _figures(audit, criterion), _first_found(audit.questions[name])
    return {
        "Audit": audit.name,
        "Question": name,
        "Area for improvement": f"{criterion.title}: {criterion.phrase}",
        "Source": audit.source,
        "First found": first.as_of,
        "Figure then": f"{first.missing:,} of {first.applicable:,}",
        **figures,
        "Deadline": criterion.deadline or "",
        "State": OPEN,
    }


def _first_found(question: QuestionNow) -> PastFigure:
    """What it came to the first time of those at which it has been below its target ever since."""
    target = question.now.target or 0
    below = takewhile(lambda past: 100 * past.met < target * past.applicable, question.past[::-1])
    return [question.past[-1], *below][-1]


def _made(programme: Programme) -> bytes:
    """A new workbook of actions."""
    into = io.BytesIO()
    headings = (*_OURS, *_THEIRS)
    rows = [_new_row(*area) for area in _areas(programme)]
    with new_workbook("Areas for improvement", "Actions of an audit programme", into) as book:
        sheet = book.add_worksheet(SHEET)
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "dd mmm yyyy", "align": "left", "valign": "top"})
        for place, (heading, width) in enumerate(zip(headings, _WIDTHS, strict=True)):
            sheet.set_column(place, place, width, day if heading == "Deadline" else plain)
            sheet.write_string(0, place, heading, bold)
        for number, row in enumerate(rows, 1):
            for place, heading in enumerate(headings):
                value = row.get(heading, "")
                if isinstance(value, dt.date):
                    sheet.write_datetime(
                        number, place, dt.datetime.combine(value, dt.time.min), day
                    )
                elif value:
                    sheet.write_string(number, place, cell_text(str(value)), plain)
        last = max(len(rows), 1)
        sheet.autofilter(0, 0, last, len(headings) - 1)
        sheet.freeze_panes(1, 3)
        state = headings.index("State")
        choices = {"validate": "list", "source": list(STATES), "error_title": "State"}
        sheet.data_validation(1, state, _ROWS_TO_FILL, state, choices)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
    return into.getvalue()


def _opened(path: Path, content: bytes) -> Any:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        return openpyxl.load_workbook(io.BytesIO(content))
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
        raise WorkbookError(
            f"`{path}` isn't a workbook of actions",
            hint="Give an .xlsx file that `audit report --actions` wrote, or a new name.",
        ) from None


def _places(path: Path | None, book: Any) -> tuple[Any, int, dict[str, int]]:
    """The sheet of actions, the row of its headings, and the column of each heading of ours."""
    known = {heading_key(heading): heading for heading in (*_OURS, *_THEIRS)}
    for sheet in book.worksheets:
        for row in sheet.iter_rows(max_row=20):
            found = {
                known[heading_key(str(cell.value))]: cell.column
                for cell in reversed(row)
                if cell.value is not None and heading_key(str(cell.value)) in known
            }
            if set(_KEYS) <= set(found):
                return sheet, row[0].row, found
    headings = [str(c.value) for s in book.worksheets for row in s.iter_rows(max_row=1) for c in row
                if c.value]  # fmt: skip
    raise WorkbookError(
        f"`{path}` has no sheet with the headings Audit and Question, by which an area is known",
        hint=did_you_mean("Question", headings) if headings else "Is it another workbook?",
    )


def _update(path: Path, book: Any, programme: Programme) -> None:
    """Put the latest figures beside the areas that are there, and new areas under them."""
    sheet, top, places = _places(path, book)
    audits = {heading_key(audit.name): audit for audit in programme.audits}
    there: set[tuple[str, str]] = set()
    last = top
    for number in range(top + 1, sheet.max_row + 1):
        if any(cell.value not in (None, "") for cell in sheet[number]):
            last = number
        key = tuple(heading_key(_text(sheet, number, places[name])) for name in _KEYS)
        audit = audits.get(key[0])
        named = {heading_key(name): each for name, each in audit.questions.items()} if audit else {}
        if audit is not None and key[1] in named:
            there.add((key[0], key[1]))
            _write(sheet, number, places, _figures(audit, named[key[1]].now))
        elif audit is not None and key[1]:
            gone = {"Whether it can be closed": "its question is no longer asked"}
            _write(sheet, number, places, gone)
    for audit, name, criterion in _areas(programme):
        if (heading_key(audit.name), heading_key(name)) not in there:
            last += 1
            _write(sheet, last, places, _new_row(audit, name, criterion))


def _write(sheet: Any, row: int, places: Mapping[str, int], values: Mapping[str, Any]) -> None:
    for heading, value in values.items():
        if heading in places:
            cell = sheet.cell(row, places[heading])
            if isinstance(value, dt.date):
                cell.value = value
                cell.number_format = "dd mmm yyyy"
            else:
                cell.value = cell_text(str(value))
                cell.data_type = "s"  # whatever it looks like


def _text(sheet: Any, row: int, column: int | None) -> str:
    value = sheet.cell(row, column).value if column else None
    return "" if value is None else str(value).strip()


def _listed(book: Any, programme: Programme) -> list[Action]:
    """Every area that the workbook lists; nothing is known now of those of other audits."""
    now = {
        (audit.name, name): question.now
        for audit in programme.audits
        for name, question in audit.questions.items()
    }
    sheet, top, places = _places(None, book)
    found = []
    for row in range(top + 1, sheet.max_row + 1):
        of = {name: _text(sheet, row, places.get(name)) for name in (*_OURS, *_THEIRS)}
        if not of["Question"]:
            continue
        asked = now.get((of["Audit"], of["Question"]))
        deadline = sheet.cell(row, places["Deadline"]).value if "Deadline" in places else None
        found.append(
            Action(
                question=of["Question"],
                area=of["Area for improvement"] or of["Question"],
                figure=of["Latest figure"],
                closing=of["Whether it can be closed"],
                can_close=asked is not None and _can_close(asked),
                deadline=deadline.date() if isinstance(deadline, dt.datetime) else of["Deadline"],
                owner=of["Owner"],
                state=of["State"] or OPEN,
            )
        )
    return found


def in_order(actions: Sequence[Action]) -> list[Action]:
    """Those with something to do, the earliest deadline first, then those without one."""
    return sorted(
        (action for action in actions if action.is_open),
        key=lambda a: a.deadline if isinstance(a.deadline, dt.date) else dt.date.max,
    )


def check_actions(path: Path) -> None:
    """Refuse a name that no workbook of actions can have.

    Raises:
        UsageError: it doesn't end in .xlsx.
    """
    if path.suffix.lower() != ".xlsx":
        raise UsageError(
            f"--actions: `{path}` can't hold actions", hint="Give it a name that ends in .xlsx."
        )
