"""The reading question by question, in lines: for screen readers, and for terminals that can't."""

from collections.abc import Callable, Iterator

from casefile_audit.english import on_one_line, sentence_case, without_controls
from casefile_audit.recording.desk import Desk
from casefile_audit.recording.form import AskedCell
from casefile_audit.recording.session import Session

HELP = (
    "Type the number or the words of an answer. Enter alone goes on without one. Besides:",
    "< the question before, - take the answer back, + the next case, = a case by its reference,",
    "? this help, . leave. In answers in words, begin with a full stop and a space to mean it.",
)


def read_in_lines(
    session: Session, say: Callable[[str], None], listen: Callable[[str], str | None]
) -> None:
    """Ask one question after the other, until the reader leaves or all are asked."""
    desk = Desk(session)
    for its in session.differences:
        there = its.workbook or "nothing"
        say(f"{its.place}: yours was {its.journal or 'blank'}; it has {there}, and keeps that.")
    for line in HELP:
        say(line)
    case = -1
    while not desk.left:
        if case != desk.case:
            case = desk.case
            for line in _case(desk):
                say(line)
        for line in _question(desk, desk.asked):
            say(line)
        typed = listen("Answer: ")
        if typed is None:
            return
        at_end = desk.question == len(desk.current.asked) - 1
        said = _take(desk, typed.strip())
        session.save()
        for line in filter(None, (said, session.trouble)):
            say(line)
        if not said and at_end and desk.question == len(desk.current.asked) - 1:
            _next_case(desk, say)


def _case(desk: Desk) -> Iterator[str]:
    case = desk.current
    known = [f"{heading} {text}" for heading, text in case.known if text != case.reference]
    yield ""
    yield (
        f"{sentence_case(desk.session.form.number_of(case))}: "
        f"{desk.session.reference(case)}. {'; '.join(known)}"
    )


def _question(desk: Desk, asked: AskedCell) -> Iterator[str]:
    yield ""
    yield (
        f"{asked.theme}. Question {desk.question + 1} of {len(desk.current.asked)}: "
        f"{asked.question.heading}. {asked.question.need.value}."
    )
    if asked.question.said:
        yield without_controls(on_one_line(asked.question.said))
    for number, choice in enumerate(asked.question.choices, 1):
        yield f"{number} {choice}"
    if given := desk.session.said(asked):
        yield f"{'Answered' if desk.session.is_answered(asked) else 'There stands'}: {given}"


def _take(desk: Desk, typed: str) -> str:
    """Do what a line says; and what is to be said of it."""
    match typed:
        case "":
            desk.move(1)
        case "?":
            return " ".join(HELP)
        case ".":
            desk.left = True
        case "<":
            desk.move(-1)
        case "+":
            desk.move_case(1)
            return desk.message
        case "-":
            desk.answer("")
            return desk.message
        case _ if typed.startswith("="):
            return _find(desk, typed[1:].strip())
        case _:
            return _answer(desk, typed.removeprefix(". "))
    return ""


def _answer(desk: Desk, typed: str) -> str:
    choices = desk.asked.question.choices
    if choices and typed.isdecimal() and 0 < int(typed) <= len(choices):
        typed = choices[int(typed) - 1]
    if desk.answer(typed):
        desk.move(1)
        return ""
    return desk.message


def _find(desk: Desk, wanted: str) -> str:
    for number, case in enumerate(desk.session.form.cases):
        if desk.session.reference(case).casefold() == wanted.casefold():
            desk.to_case(number)
            return ""
    return f"There is no case {wanted}."


def _next_case(desk: Desk, say: Callable[[str], None]) -> None:
    missing = len(desk.session.missing(desk.current))
    say(f"The end of this case; required and missing: {missing}.")
    if desk.further(1) is None:
        desk.left = True
        return
    desk.move_case(1)
