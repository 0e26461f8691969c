"""The review workbook: a person decides how each term is meant, and it is read back."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from casefile_audit.english import count, fold, listing, quoted
from casefile_audit.errors import UsageError
from casefile_audit.files.workbook import Cell, OpenOptions, Sheet, open_workbook, text_of
from casefile_audit.language.answers import WAIVED
from casefile_audit.language.models import Decision, LanguageAnswer
from casefile_audit.language.search import Place
from casefile_audit.output.form_books import CellArea, FormBook, FormSheet, Prompt, Style
from casefile_audit.rubric.conditions.moments import fixed_day

SHEET = "Review"
CHOICES: tuple[str, ...] = get_args(Decision.model_fields["usage"].annotation)
_MOST_REASON = 500
_ABOUT = {
    "What this is": "A row for each place where a term of the lexicon stands, and how it seems to "
    "be meant. The rules propose; you decide.",
    "Decision": "Choose how it is meant, where the proposal is wrong: used, challenged, quoted or "
    "negated. Leave it blank to accept the proposal.",
    "Waived": "Choose waived where it isn't to count for another reason, and give the reason, who "
    "says so and when. A waiver without them is refused.",
    "Reading it back": "audit language CASES --in FIELD --reviewed THIS-FILE",
    "How long it holds": "A decision goes with the case and the words around the term. While those "
    "stay as they are it holds, next month too.",
    "Confidential": "It holds words of case files. Keep it as you keep them.",
}
_OPEN = ("Decision", "Reason", "Who", "When")
_HEADINGS = {
    "Case": 16,
    "File": 20,
    "Sheet": 14,
    "Cell": 7,
    "Term": 24,
    "Words around it": 70,
    "Proposed": 12,
    "Why": 28,
    "Decision": 13,
    "Reason": 30,
    "Who": 16,
    "When": 13,
    "Key": 14,
}


def review_bytes(answer: LanguageAnswer, places: Sequence[Place], day: dt.date) -> bytes:
    """The workbook as a file, with the decisions that were made before."""
    book = FormBook(f"Review of {answer.lexicon.title}", day)
    about = book.add_sheet("About")
    about.fill(0, 0, f"Review of {answer.lexicon.title}", "title")
    about.fill_labelled(_ABOUT.items(), (20, 90), 2)
    sheet = book.add_sheet(SHEET)
    for column, (heading, width) in enumerate(_HEADINGS.items()):
        sheet.fill(0, column, heading, "heading")
        sheet.set_column(column, column, width)
    for row, (place, hit) in enumerate(zip(places, answer.hits, strict=True), 1):
        decided = hit.decision
        cells = [
            *(place.case, *place.origin, answer.terms[hit.term].title),
            f"{place.before}{place.found}{place.after}",
            *(place.hit.usage.value, hit.because),
            *((decided.usage, decided.reason, decided.who) if decided else ("", "", "")),
            fixed_day(decided.when) if decided and decided.when else None,
            hit.key,
        ]
        for column, (heading, cell) in enumerate(zip(_HEADINGS, cells, strict=True)):
            sheet.fill(row, column, cell, _style(heading))
    _ask(sheet, len(places), day)
    sheet.freeze_panes(1, 1)
    for each in (about, sheet):
        each.lock()
    return book.to_bytes()


def _style(heading: str) -> Style:
    if heading == "When":
        return "open date"
    return "open" if heading in _OPEN else "locked"


def _ask(sheet: FormSheet, rows: int, day: dt.date) -> None:
    """What the open cells take."""
    if not rows:
        return
    columns = list(_HEADINGS)

    def area(heading: str) -> CellArea:
        return CellArea(1, columns.index(heading), rows, columns.index(heading))

    decide = Prompt("Decision", "Blank accepts the proposal. Waived needs a reason, who and when.")
    sheet.offer(area("Decision"), CHOICES, decide, only=True)
    first, last = dt.date(2000, 1, 1), day + dt.timedelta(days=3650)
    sheet.ask_date(area("When"), first, last, Prompt("When", "The day of the decision."))


def read_reviews(paths: Sequence[Path], opening: OpenOptions) -> dict[str, Decision]:
    """The decisions of review workbooks, by the keys of their places; the later file's hold.

    Raises:
        UsageError: one isn't a review, or has decisions that can't be read; all are named.
        AuditError: one can't be opened.
    """
    decisions: dict[str, Decision] = {}
    for path in paths:
        decisions |= _Reader(path, _review_sheet(path, opening)).decisions()
    return decisions


def _review_sheet(path: Path, opening: OpenOptions) -> Sheet:
    sheets = open_workbook(path, opening).sheets
    for sheet in sheets:
        heads = {fold(text_of(cell)) for cell in (sheet.rows[0] if sheet.rows else ())}
        if {"key", "decision"} <= heads:
            return sheet
    raise UsageError(
        f"`{path}` isn't a review: no sheet has the headings Key and Decision in its first row",
        hint="Make one with `audit language CASES --in FIELD --review FILE.xlsx`.",
    )


@dataclass
class _Row:
    number: int
    cells: Mapping[str, Cell]

    def text(self, heading: str) -> str:
        return text_of(self.cells.get(fold(heading)))


class _Reader:
    def __init__(self, path: Path, sheet: Sheet) -> None:
        self.path, self.sheet = path, sheet
        self.heads = [fold(text_of(cell)) for cell in sheet.rows[0]]
        self.faults: list[str] = []

    def decisions(self) -> dict[str, Decision]:
        found: dict[str, Decision] = {}
        for row in self._rows():
            if not row.text("Decision"):
                if row.text("Reason") or row.text("Who"):
                    self._fault(row, "Decision", "is blank beside a reason or a name")
                continue
            key, decision = row.text("Key"), self._decision(row)
            if not key:
                self._fault(row, "Key", "is blank, so nobody knows what was decided")
            elif decision is not None and found.setdefault(key, decision) != decision:
                self._fault(row, "Decision", "differs from another row's of the same key")
        if self.faults:
            raise UsageError(
                f"`{self.path}` has {count(len(self.faults), 'decision')} that can't be read",
                details=self.faults[:100],
                hint="Put the cells right, and read it again.",
            )
        return found

    def _rows(self) -> Iterator[_Row]:
        for number, cells in enumerate(self.sheet.rows[1:], 2):
            if any(text_of(cell) for cell in cells):
                yield _Row(number, dict(zip(self.heads, cells, strict=False)))

    def _decision(self, row: _Row) -> Decision | None:
        usage = fold(row.text("Decision"))
        if usage not in CHOICES:
            said = f"is `{row.text('Decision')[:40]}`, and can be {listing(quoted(CHOICES), 'or')}"
            self._fault(row, "Decision", said)
            return None
        day = fixed_day(row.text("When"))
        if row.text("When") and day is None:
            self._fault(row, "When", f"is `{row.text('When')[:40]}`, which isn't a date")
        if usage == WAIVED:
            for heading in ("Reason", "Who", "When"):
                if not row.text(heading):
                    self._fault(row, heading, "is blank: a waiver says why, who and when")
        return Decision.model_validate(
            {
                "usage": usage,
                "reason": row.text("Reason")[:_MOST_REASON],
                "who": row.text("Who"),
                "when": "" if day is None else day.isoformat(),
            }
        )

    def _fault(self, row: _Row, heading: str, what: str) -> None:
        column = self.heads.index(fold(heading)) if fold(heading) in self.heads else 0
        place = self.sheet.place(row.number - 1, column)
        self.faults.append(f"{self.sheet.name}!{place}: {heading} {what}")
