"""The screen of a reading as lines of letters: the line in focus is always among them.

Everything is said in words and signs that every terminal has, and nothing by colour alone.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from unicodedata import east_asian_width

from casefile_audit.english import without_controls
from casefile_audit.recording.desk import MENU, Desk, View
from casefile_audit.recording.form import AskedCell, RecordedCase

LEAST_WIDTH, LEAST_HEIGHT = 60, 11
BOX_HEIGHT = 5
"""The lines of the box under the page in which words are typed."""
SIGNS = "[]()*>!-.:"
"""The signs of our own that stand on the screen."""


class Look(Enum):
    """How a line looks, beside what it says."""

    PLAIN = "plain"
    STRONG = "strong"
    FOCUS = "focus"


@dataclass(frozen=True)
class Line:
    """A line of the screen."""

    text: str
    look: Look = Look.PLAIN


_HELP = (
    "One case is on the screen, with its questions under their themes.",
    "",
    "  up, down          stand on another answer",
    "  Enter             give the answer marked with >, and go on",
    "  1, 2, 3 ...       give the answer of that number, and go on",
    "  a letter          the same, if one answer alone begins with it",
    "  Tab, Shift+Tab    next question, question before (also right, left)",
    "  Delete            take the answer back: it is blank again, not read",
    "  Page Down, Up     next case, case before",
    "  Esc               the menu: other cases, what is missing, leave",
    "",
    "Dates: 12 Jan 2026. Notes take several lines; Tab goes on.",
    "An answer is in the workbook as soon as it is given. Nothing is lost",
    "if the window is closed. Any key goes back.",
)
_KEYS = {
    View.QUESTIONS: "1-9 or Enter answers | up down | Tab next | Esc menu",
    View.MENU: "up down, Enter, or the number | Esc back",
    View.CASES: "up down, Enter | Esc back",
    View.HELP: "any key goes back",
    View.NOTICE: "any key goes on",
}
_TYPED = "type the answer | Tab next | Shift+Tab before | Esc menu"


def page_lines(desk: Desk, width: int, height: int) -> list[Line]:
    """The screen, line by line: as many as it has."""
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        lines = LEAST_HEIGHT + BOX_HEIGHT
        said = f"This needs {LEAST_WIDTH} columns and {lines} lines: make the window larger."
        return [Line(text) for text in textwrap.wrap(said, max(width, 1))][:height]
    head = [*_head(desk, width), Line("-" * width)]
    said = desk.message or desk.session.trouble
    foot = [Line("-" * width), Line(_cut(said, width)), Line(_cut(_keys(desk), width))]
    if desk.view is View.QUESTIONS and desk.is_typed:
        foot.append(Line("Your answer:", Look.STRONG))
    body, focus, start = _BODIES[desk.view](desk, width)
    room = height - len(head) - len(foot)
    return [*head, *_window(body, focus, start, room), *foot]


def _keys(desk: Desk) -> str:
    return _TYPED if desk.view is View.QUESTIONS and desk.is_typed else _KEYS[desk.view]


def _head(desk: Desk, width: int) -> Iterator[Line]:
    session, case = desk.session, desk.current
    known = [text for _, text in case.known if text != case.reference]
    named = " - ".join([session.reference(case), *known])
    yield Line(_both_ends(named, session.form.number_of(case), width), Look.STRONG)
    yield Line(_both_ends(_place(desk), _progress(desk, case), width))


def _place(desk: Desk) -> str:
    return f"{desk.asked.theme}: question {desk.question + 1} of {len(desk.current.asked)}"


def _progress(desk: Desk, case: RecordedCase) -> str:
    """How far a case is read, in words."""
    if desk.session.unavailable(case):
        return "not available"
    if not desk.session.is_needed(case):
        return "in reserve"
    if not desk.session.is_begun(case):
        return "not yet read"
    missing = len(desk.session.missing(case))
    return f"{missing} required missing" if missing else "complete"


def _questions(desk: Desk, width: int) -> tuple[list[Line], int, int]:
    """The questions under their themes, the current one in full."""
    lines: list[Line] = []
    focus = start = 0
    theme = ""
    for number, asked in enumerate(desk.current.asked):
        if asked.theme != theme:
            theme = asked.theme
            lines.append(Line(_cut(theme, width), Look.STRONG))
        if number != desk.question:
            lines.append(Line(_brief(desk, asked, width)))
            continue
        start = len(lines)
        lines.append(Line(_cut("> " + _brief(desk, asked, width)[2:], width), Look.FOCUS))
        lines += [Line(text) for text in _wrapped(_said(asked), width, 6)]
        focus = len(lines) - 1
        for place, choice in enumerate(asked.question.choices):
            if place == desk.marked:
                focus = len(lines)
            lines.append(_choice(desk, place, choice, width))
    return lines, focus, start


def _said(asked: AskedCell) -> str:
    need = asked.question.need.value
    several = "Space adds one or takes it away." if asked.question.several else ""
    return " ".join(filter(None, (asked.question.said, f"({need}.)", several)))


def _brief(desk: Desk, asked: AskedCell, width: int) -> str:
    """A question in a line: whether it is answered, and how."""
    said = desk.session.said(asked)
    is_wanted = asked.required or said
    sign = "[x]" if desk.session.is_answered(asked) else "[!]" if is_wanted else "[ ]"
    return _cut(f"  {sign} {asked.question.heading}: {said or 'not answered'}", width)


def _choice(desk: Desk, place: int, choice: str, width: int) -> Line:
    given = desk.session.value(desk.asked)
    chosen = given == choice or (desk.asked.question.several and choice in given.split(", "))
    mark = ">" if place == desk.marked else " "
    text = f"    {mark} {place + 1:>2} {'(*)' if chosen else '( )'} {choice}"
    return Line(_cut(text, width), Look.FOCUS if place == desk.marked else Look.PLAIN)


def _menu(desk: Desk, width: int) -> tuple[list[Line], int, int]:
    lines = [Line("What next?", Look.STRONG)]
    for place, choice in enumerate(MENU):
        lines.append(_marked(desk, place, f"{place + 1} {choice.value}", width))
    return lines, desk.marked + 1, 0


def _cases(desk: Desk, width: int) -> tuple[list[Line], int, int]:
    session = desk.session
    lines = [
        _marked(
            desk,
            place,
            _both_ends(session.reference(case), _progress(desk, case), width - 4),
            width,
        )
        for place, case in enumerate(session.form.cases)
    ]
    return lines, desk.marked, desk.marked


def _help(desk: Desk, width: int) -> tuple[list[Line], int, int]:
    return [Line(_cut(text, width)) for text in _HELP], 0, 0


def _notice(desk: Desk, width: int) -> tuple[list[Line], int, int]:
    said = (
        "The workbook was changed since you last read here. In these cells its answer was kept, "
        "and yours was not put in. Write them down, and put right what should be otherwise:"
    )
    lines = [Line(text) for text in _wrapped(said, width, 0)]
    for its in desk.session.differences:
        text = f"{its.place}: yours was {its.journal or 'blank'}; there is {its.workbook or 'none'}"
        lines += [Line(part) for part in _wrapped(text, width, 2)]
    return lines, 0, 0


_BODIES = {
    View.QUESTIONS: _questions,
    View.MENU: _menu,
    View.CASES: _cases,
    View.HELP: _help,
    View.NOTICE: _notice,
}


def _marked(desk: Desk, place: int, text: str, width: int) -> Line:
    here = place == desk.marked
    return Line(_cut(f"{'>' if here else ' '} {text}", width), Look.FOCUS if here else Look.PLAIN)


def _window(lines: Sequence[Line], focus: int, start: int, room: int) -> list[Line]:
    """So many of the lines that the focus is among them, and the whole of its block if it fits."""
    top = max(0, min(start - 2, len(lines) - room))
    if focus >= top + room - 1:
        top = max(min(start, focus - room + 2), focus - room + 2)
    shown = list(lines[top : top + room])
    return shown + [Line("")] * (room - len(shown))


def _wrapped(text: str, width: int, indent: int) -> list[str]:
    plain = without_controls(" ".join(text.split()))
    room = max(width - indent - 1, 10)
    lines: list[str] = []
    for line in textwrap.wrap(plain, room):
        # A letter of East Asia takes two columns.
        lines += [line] if _columns(line) <= room else textwrap.wrap(line, max(room // 2, 5))
    return [" " * indent + line for line in lines]


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _cut(text: str, width: int) -> str:
    """A text on one line of so many columns, with ``...`` where it is cut."""
    plain = without_controls(text.replace("\n", " ").replace("\t", " "))
    if _columns(plain) <= width:
        return plain
    while _columns(plain) > width - 3:
        plain = plain[:-1]
    return f"{plain}..."


def _both_ends(left: str, right: str, width: int) -> str:
    left = _cut(left, max(width - len(right) - 2, 10))
    return f"{left}{' ' * max(width - _columns(left) - len(right), 1)}{right}"
