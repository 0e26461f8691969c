"""Where a reader is on the screen, and what each key does there: knows no terminal."""

from dataclasses import dataclass
from enum import Enum, auto

from casefile_audit.english import fold
from casefile_audit.forms.questions import AnswerKind
from casefile_audit.recording.form import AskedCell, RecordedCase
from casefile_audit.recording.session import Session

_BY_ONE_KEY = 9
_SPARE = "The reserve is only for files that can't be read."


class View(Enum):
    """What the screen shows."""

    QUESTIONS = auto()
    MENU = auto()
    CASES = auto()
    HELP = auto()
    NOTICE = auto()


class Choice(Enum):
    """What the menu offers."""

    GO_ON = "Go on here"
    MISSING = "Next required question without an answer"
    NEXT = "Next case"
    BEFORE = "The case before"
    CASES = "All cases"
    TAKE_BACK = "Take this answer back"
    HELP = "Help"
    LEAVE = "Leave: all answers are kept"


MENU = tuple(Choice)


@dataclass
class Desk:
    """The state of the screen.

    Attributes:
        case, question: what is read, by number.
        marked: the choice, line of the menu or case that the arrows stand on; -1 for none, so
            that a stray Enter answers nothing.
        typed: the figures of a choice's number, where it takes two.
        message: what is to be said of the last key.
    """

    session: Session
    case: int = 0
    question: int = 0
    view: View = View.QUESTIONS
    marked: int = 0
    typed: str = ""
    message: str = ""
    left: bool = False

    def __post_init__(self) -> None:
        """Begin at the place of the session."""
        self.case, self.question = self.session.case, self.session.question
        self._mark_answer()
        if self.session.differences:
            self.view = View.NOTICE
        elif self.session.restored:
            self.message = f"Put back from the last time: {self.session.restored}."

    @property
    def current(self) -> RecordedCase:
        """The case that is read."""
        return self.session.form.cases[self.case]

    @property
    def asked(self) -> AskedCell:
        """The question that is asked."""
        return self.current.asked[self.question]

    @property
    def is_typed(self) -> bool:
        """Whether the answer is typed, and not chosen."""
        return self.asked.question.kind is not AnswerKind.CHOICE

    def press(self, key: str, character: str = "") -> None:
        """Do what a key does.

        Args:
            key: its name, such as ``up`` or ``enter``.
            character: what it types, if anything.
        """
        self.message = ""
        if self.view in (View.HELP, View.NOTICE):
            self._back()
        elif self.view is View.MENU:
            self._in_menu(key, character)
        elif self.view is View.CASES:
            self._in_cases(key)
        else:
            self._in_questions(key, character)

    def _in_menu(self, key: str, character: str) -> None:
        if key == "escape":
            self._back()
        elif character.isdecimal() and 0 < int(character) <= len(MENU):
            self._choose(MENU[int(character) - 1])
        elif key == "enter":
            self._choose(MENU[self.marked])
        else:
            self._move_mark(key, len(MENU))

    def _back(self) -> None:
        """To the questions, where the mark stands on what is answered and not where it was last."""
        self.view = View.QUESTIONS
        self._mark_answer()

    def _choose(self, choice: Choice) -> None:
        self._back()
        if choice is Choice.MISSING:
            self.next_missing()
        elif choice is Choice.NEXT:
            self.move_case(1)
        elif choice is Choice.BEFORE:
            self.move_case(-1)
        elif choice is Choice.CASES:
            self.view, self.marked = View.CASES, self.case
        elif choice is Choice.TAKE_BACK:
            self.answer("")
        elif choice is Choice.HELP:
            self.view = View.HELP
        elif choice is Choice.LEAVE:
            self.left = True

    def _in_cases(self, key: str) -> None:
        if key == "escape":
            self._back()
        elif key == "enter":
            to = self.marked
            self._back()
            self.to_case(to)
        else:
            self._move_mark(key, len(self.session.form.cases))

    def _move_mark(self, key: str, of: int) -> None:
        step = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10, "home": -of, "end": of}
        self.marked = min(max(self.marked + step.get(key, 0), 0), of - 1)

    def _in_questions(self, key: str, character: str) -> None:
        if key == "escape":
            self.view, self.marked = View.MENU, 0
        elif key in ("tab", "right"):
            self.move(1)
        elif key in ("shift+tab", "left"):
            self.move(-1)
        elif key == "pagedown":
            self.move_case(1)
        elif key == "pageup":
            self.move_case(-1)
        elif key in ("delete", "backspace"):
            self.answer("")
        elif not self.is_typed:
            self._in_choices(key, character)
        elif key in ("up", "down"):
            self.move(1 if key == "down" else -1)

    def _in_choices(self, key: str, character: str) -> None:
        choices = self.asked.question.choices
        if key in ("up", "down", "home", "end"):
            self.typed = ""
            self._move_mark(key, len(choices))
        elif key == "enter":
            self._enter()
        elif key == "space" and self.asked.question.several and self.marked >= 0:
            self._add_or_remove(choices[self.marked])
        elif character.isdecimal():
            self._number(character)
        elif character.isalpha():
            begun = [n for n, its in enumerate(choices) if fold(its).startswith(fold(character))]
            if len(begun) == 1:
                self.answer(choices[begun[0]], go_on=True)
            elif begun:
                self.message = f"{len(begun)} answers begin with {character}: type the number."

    def _enter(self) -> None:
        """Give the answer that the mark stands on; or go on, where one is given already."""
        self.typed = ""
        if self.marked >= 0 and not (self.asked.question.several and self._given):
            self.answer(self.asked.question.choices[self.marked], go_on=True)
        elif self._given:
            self.move(1)
        else:
            self.message = "Choose an answer first: its number, or up and down."

    @property
    def _given(self) -> str:
        return self.session.value(self.asked)

    def _number(self, figure: str) -> None:
        """A choice by its number: at once, unless it may have two figures."""
        choices = self.asked.question.choices
        if len(choices) <= _BY_ONE_KEY:
            if 0 < int(figure) <= len(choices):
                self.answer(choices[int(figure) - 1], go_on=True)
            return
        wanted = self.typed + figure
        if not 0 < int(wanted) <= len(choices):
            wanted = figure
        if 0 < int(wanted) <= len(choices):
            self.typed, self.marked = wanted, int(wanted) - 1
            self.message = "Enter takes the answer that is marked."

    def _add_or_remove(self, choice: str) -> None:
        parts = [part for part in self._given.split(", ") if part]
        parts = [p for p in parts if p != choice] if choice in parts else [*parts, choice]
        self.answer(", ".join(parts))

    def answer(self, typed: str, go_on: bool = False) -> bool:
        """Give an answer, or take it back; says what is wrong with it, if it is none.

        Returns:
            Whether it was one.
        """
        try:
            changed = self.session.give(self.asked, typed)
        except ValueError as error:
            self.message = str(error)
            return False
        if not typed:
            self._mark_answer()
            self.message = "Taken back: not answered." if changed else ""
        if go_on:
            self.move(1)
        return True

    def move(self, by: int) -> None:
        """Go to another question of the case; behind the last one stands the menu."""
        to = self.question + by
        if to >= len(self.current.asked):
            missing = len(self.session.missing(self.current))
            self.message = f"The end of this case; required and missing: {missing}."
            self.view, self.marked = View.MENU, MENU.index(Choice.NEXT)
        else:
            self._go(self.case, max(to, 0))

    def further(self, by: int) -> int | None:
        """The next case that is to be read, or with -1 the one before; None if there is none."""
        cases = self.session.form.cases
        order = range(self.case + 1, len(cases)) if by > 0 else range(self.case - 1, -1, -1)
        return next((n for n in order if self.session.is_needed(cases[n])), None)

    def move_case(self, by: int) -> None:
        """Go to the next case that is to be read, or with -1 to the one before."""
        to = self.further(by)
        if to is not None:
            self.to_case(to)
        elif by < 0:
            self.message = "This is the first case."
        else:
            spare = self.case + 1 < len(self.session.form.cases)
            self.message = f"There is no further case.{f' {_SPARE}' if spare else ''}"

    def to_case(self, to: int) -> None:
        """Go to a case, to its first question without an answer."""
        case = self.session.form.cases[to]
        missing = self.session.missing(case)
        self._go(to, missing[0] if missing and self.session.is_begun(case) else 0)

    def next_missing(self) -> None:
        """Go to the next required question without an answer: of this case, or of one begun."""
        cases = self.session.form.cases
        later = [n for n in self.session.missing(self.current) if n > self.question]
        if later or self.session.missing(self.current):
            self._go(self.case, (later or self.session.missing(self.current))[0])
            return
        order = [*range(self.case + 1, len(cases)), *range(self.case)]
        for number in order:
            if self.session.is_begun(cases[number]) and self.session.missing(cases[number]):
                self._go(number, self.session.missing(cases[number])[0])
                return
        self.message = "Nothing that is required is missing in the cases that are begun."

    def _go(self, case: int, question: int) -> None:
        self.case, self.question, self.typed = case, question, ""
        self._mark_answer()
        self.session.at(case, question)

    def _mark_answer(self) -> None:
        choices = self.asked.question.choices
        self.marked = choices.index(self._given) if self._given in choices else -1
