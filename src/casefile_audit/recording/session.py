"""A reading of a form: what is answered, what is missing, and all of it kept at once."""

import hashlib
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from casefile_audit.cases import State
from casefile_audit.english import cells_at
from casefile_audit.errors import AuditError, UsageError, WorkbookError
from casefile_audit.files.cell_changes import CellContent, Place, formula_cells, with_cells
from casefile_audit.files.workbook import address
from casefile_audit.inputs import let_go, open_input
from casefile_audit.output.writing import check_place, write_bytes
from casefile_audit.recording.answers import cell_content, shown, understood
from casefile_audit.recording.form import AnswerCell, AskedCell, RecordedCase, RecordingForm
from casefile_audit.recording.journal import Journal
from casefile_audit.rubric.fields import FieldBase

_TRIES, _PAUSE = 8, 0.2


@dataclass(frozen=True)
class Difference:
    """An answer of the journal that isn't put into the workbook, which holds another by now."""

    place: str
    journal: str
    workbook: str


class Session:
    """The reading of one form.

    Attributes:
        differences: answers of an earlier reading that the workbook has others for by now.
        restored: how many answers of an earlier reading were put back.
        case, question: the place to begin at, by number.
        trouble: why the last answers aren't in the workbook yet, in a sentence; empty if they are.
    """

    def __init__(self, form: RecordingForm) -> None:
        """Begin, or go on where an earlier reading was broken off.

        Raises:
            UsageError: the workbook is open elsewhere, or can't be written to.
        """
        self.form = form
        let_go(form.path)
        check_place(form.path, force=True)
        if not os.access(form.path, os.W_OK):
            raise UsageError(f"`{form.path}` may not be written to")
        self._package = _bytes_of(form.path)
        if hashlib.sha256(self._package).hexdigest() != form.workbook.sha256:
            raise WorkbookError(f"{form.path.name} changed while it was opened", hint="Try again.")
        self._asked = {asked.cell: asked for case in form.cases for asked in case.asked}
        self._formulas = formula_cells(self._package)
        self._of = {
            asked.cell: f"{case.reference} {asked.question.field} {asked.question.number}"
            for case in form.cases
            for asked in case.asked
        }
        self._values = {cell: shown(content) for cell, content in form.contents.items()}
        self._unsaved: dict[AnswerCell, str] = {}
        self._stopped = False
        self._saving = threading.Lock()
        self.trouble = ""
        self.differences: list[Difference] = []
        self.restored = 0
        self._journal = Journal(form.path)
        self._restore()
        self._unreadable = self._not_answers()
        self.case, self.question = self._first_place()

    def _not_answers(self) -> set[AnswerCell]:
        """The cells that hold what is no answer to their question, such as a paste over a list."""
        held: dict[int, tuple[FieldBase, list[AskedCell]]] = {}
        for asked in self._asked.values():
            if asked.field is not None and self.value(asked):
                held.setdefault(id(asked.field), (asked.field, []))[1].append(asked)
        states = [
            (asked.cell, state)
            for field, own in held.values()
            for reading in [field.read([self.value(its) for its in own], self.form.epoch)]
            for asked, state in zip(own, reading.states.tolist(), strict=True)
        ]
        return {cell for cell, state in states if state == State.UNREADABLE}

    def _first_place(self) -> tuple[int, int]:
        """Where an earlier reading stopped: by its journal, or at what is begun and not done."""
        cases = self.form.cases
        if (place := self._journal.recovered.place) is not None:
            case = min(place[0], len(cases) - 1)
            return case, min(place[1], len(cases[case].asked) - 1)
        begun = (n for n, its in enumerate(cases) if self.is_begun(its) and self.missing(its))
        unread = (
            n for n, its in enumerate(cases) if not self.is_begun(its) and self.is_needed(its)
        )
        return next(begun, next(unread, 0)), 0

    def _restore(self) -> None:
        for cell, held in self._journal.recovered.answers.items():
            there = self._values.get(cell)
            is_same = self._of.get(cell) == self._journal.recovered.of[cell]
            if is_same and there == held[-1]:
                continue
            if is_same and there in held:
                self._values[cell] = self._unsaved[cell] = held[-1]
                self.restored += 1
            else:
                place = cells_at("", cell.sheet, address(cell.row, cell.column))
                of = self._journal.recovered.of[cell].strip()
                named = place if is_same else f"{place}, which was of {of}"
                self.differences.append(Difference(named, held[-1], there or ""))

    def value(self, asked: AskedCell) -> str:
        """The answer as it is shown; empty where there is none yet."""
        return self._values[asked.cell]

    def said(self, asked: AskedCell) -> str:
        """The answer in one line, and whether it is none; empty where nothing stands there."""
        doubt = ", which can't be read" if asked.cell in self._unreadable else ""
        return " ".join(self.value(asked).split()) + doubt

    def is_answered(self, asked: AskedCell) -> bool:
        """Whether what stands there, if anything, is an answer."""
        return bool(self.value(asked)) and asked.cell not in self._unreadable

    def reference(self, case: RecordedCase) -> str:
        """What names a case: its reference, or where it stands."""
        filled = self._values.get(case.reference_cell, "") if case.reference_cell else ""
        return " ".join((case.reference or filled or case.place).split())

    def missing(self, case: RecordedCase) -> list[int]:
        """The questions that are required and have no answer, by number."""
        if self.unavailable(case):
            return []
        return [n for n, its in enumerate(case.asked) if its.required and not self.is_answered(its)]

    def unavailable(self, case: RecordedCase) -> str:
        """Why its file couldn't be read; empty of all others."""
        return self.value(case.unavailable) if case.unavailable is not None else ""

    def is_needed(self, case: RecordedCase) -> bool:
        """Whether it is to be read: one in reserve only in place of a file that can't be."""
        if not case.reserve or self.is_begun(case):
            return True
        alike = (its for its in self.form.cases if its.pool == case.pool)
        return case.reserve <= sum(bool(self.unavailable(its)) for its in alike)

    def is_begun(self, case: RecordedCase) -> bool:
        """Whether anything is answered: otherwise it is not yet read."""
        return any(map(self.value, case.asked))

    def give(self, asked: AskedCell, typed: str) -> bool:
        """Give an answer, or take it back with none; it is in the journal when this returns.

        Returns:
            Whether it is another than before.

        Raises:
            ValueError: it isn't an answer to this question; says what is.
        """
        was, now = self.value(asked), understood(asked, typed, self.form.epoch)
        if was == now:
            return False
        if (asked.cell.row, asked.cell.column) in self._formulas.get(asked.cell.sheet, ()):
            raise ValueError("A formula stands there: change it in a spreadsheet program.")
        self._journal.answer(asked.cell, self._of[asked.cell], was, now)
        self._values[asked.cell] = self._unsaved[asked.cell] = now
        self._unreadable.discard(asked.cell)
        return True

    def at(self, case: int, question: int) -> None:
        """Keep the place on the screen."""
        self._journal.place(case, question)

    @property
    def unsaved(self) -> bool:
        """Whether an answer isn't in the workbook yet."""
        return bool(self._unsaved)

    @property
    def can_save(self) -> bool:
        """Whether there is any use in trying: not once somebody else changed the workbook."""
        return not self._stopped

    def save(self) -> None:
        """Write the answers into the workbook; if that can't be, say so in ``trouble``."""
        with self._saving:
            self._save()

    def _save(self) -> None:
        if self._stopped or not self._unsaved:
            return
        pending = dict(self._unsaved)
        for attempt in range(_TRIES):
            try:
                self._write(pending)
            except UsageError as error:
                self.trouble = f"Not in the workbook yet: {error.what}. It is kept beside it."
                time.sleep(_PAUSE if attempt < _TRIES - 1 else 0)
                continue
            except AuditError as error:
                self.trouble = f"{error.what}: leave and start again. Your answers are kept."
                self._stopped = True
                return
            self.trouble = ""
            for cell, now in pending.items():
                if self._unsaved.get(cell) == now:
                    del self._unsaved[cell]
            return

    def _write(self, pending: dict[AnswerCell, str]) -> None:
        path = self.form.path
        try:
            current = _bytes_of(path)
        except OSError as error:
            raise UsageError(f"{path.name} can't be read: {error.strerror}") from None
        if current != self._package:
            raise WorkbookError(f"{path.name} was changed by another program meanwhile")
        changes: dict[str, dict[Place, CellContent]] = {}
        for cell, now in pending.items():
            content = cell_content(self._asked[cell], now, self.form.epoch)
            changes.setdefault(cell.sheet, {})[cell.row, cell.column] = content
        package = with_cells(path.name, current, changes)
        let_go(path)
        write_bytes(path, package, force=True)
        self._package = package

    def close(self) -> None:
        """End the reading; the journal stays if anything isn't in the workbook."""
        self.save()
        self._journal.close(done=not self._unsaved)


def _bytes_of(path: Path) -> bytes:
    with open_input(path) as file:
        return file.read()
