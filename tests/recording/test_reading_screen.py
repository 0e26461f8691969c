"""The screen as it is seen: by Textual's own pilot, letter by letter, and by the pure page.

``UPDATE_GOLDEN=1 pytest tests/recording`` writes the screens again; read the difference first.
"""

import asyncio
import os
import shutil
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual.pilot import Pilot

from casefile_audit.recording.app import ReadingApp
from casefile_audit.recording.desk import Desk, View
from casefile_audit.recording.form import open_form
from casefile_audit.recording.page import LEAST_HEIGHT, LEAST_WIDTH, SIGNS, Look, page_lines
from casefile_audit.recording.session import Session
from forms_read import asked_of

HERE = Path(__file__).parent
Steps = Callable[[Pilot[None]], Coroutine[Any, Any, None]]


def seen(app: ReadingApp) -> str:
    """The letters on the screen."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


def run(session: Session, steps: Steps, size: tuple[int, int] = (80, 24)) -> str:
    """A reading on a screen, by keys; and the screen at its end, if it wasn't left."""

    async def read() -> str:
        async with ReadingApp(session).run_test(size=size) as pilot:
            await pilot.pause()
            await steps(pilot)
            return await settled(pilot) if pilot.app.is_running else ""

    return asyncio.run(read())


async def settled(pilot: Pilot[None]) -> str:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    assert isinstance(pilot.app, ReadingApp)
    return seen(pilot.app)


def go_to(session: Session, field: str, case: int = 0) -> None:
    """Begin at a question."""
    asked = session.form.cases[case].asked
    session.case, session.question = case, asked.index(asked_of(session, field, case))


def test_the_screens_are_what_was_looked_at(session: Session) -> None:
    screens: list[str] = []

    async def steps(pilot: Pilot[None]) -> None:
        screens.append(await settled(pilot))
        for keys in (
            ["tab", "down", "down", "enter"],
            ["tab", "tab", "1", "tab", *"allocated soon", "enter"],
            ["escape", "down"],
            ["5"],
            ["escape", "escape", "7"],
            ["x", "end", "pagedown"],
        ):
            await pilot.press(*keys)
            screens.append(await settled(pilot))

    run(session, steps)
    text = "\n".join(f"{screen}\n{'=' * 80}" for screen in screens) + "\n"
    golden = HERE / "reading.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_a_whole_case_by_letters_digits_arrows_tab_enter_and_escape_alone(
    form: Path, session: Session
) -> None:
    go_to(session, "ethnicity")

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("1", "enter", *"none", "tab", "y", "down", "down", "down", "enter")
        await pilot.press(*"1 mar 2024", "enter", *"4/3/24", "enter")
        for _ in range(5):
            await pilot.press("tab")
        await pilot.press("1", *"Two lines", "enter", *"y n 1 q", "tab")
        await pilot.press("8")

    assert run(session, steps) == ""
    session.close()
    again = Session(open_form(form, None))
    values = {its.question.field: again.value(its) for its in again.form.cases[0].asked}
    values["review 1"] = again.value(asked_of(again, "reviews", number=1))
    again.close()
    assert {field: value for field, value in values.items() if value} == {
        "ethnicity": "W1 White – British",
        "disability": "none",
        "protected": "Yes",
        "reviewed": "No",
        "allocated": "1 Mar 2024",
        "review 1": "4 Mar 2024",
        "grade": "good",
        "": "Two lines\ny n 1 q",
    }


def test_text_of_a_rubric_or_a_form_is_shown_letter_by_letter(session: Session) -> None:
    go_to(session, "reviewed", case=1)
    said = " ".join(run(session, lambda pilot: pilot.pause()).split())
    assert "Did [redacted] tell [b]mother[/b] [/]?" in said
    assert "C2 - [red]South[/]" in said


@pytest.mark.parametrize("text", ["[link=https://x]a", "[/]", "[b", "\\[x", "\x1b[31mred\x9b"])
def test_no_answer_ends_the_program_or_steers_the_terminal(session: Session, text: str) -> None:
    session.give(asked_of(session, "disability"), text)
    go_to(session, "disability")
    screen = run(session, lambda pilot: pilot.press("tab", "shift+tab"))
    assert "Disability" in screen
    assert not {"\x1b", "\x9b"} & set(screen)


def test_lines_that_are_pasted_stay_lines_of_one_answer(form: Path, session: Session) -> None:
    go_to(session, "disability")

    async def steps(pilot: Pilot[None]) -> None:
        pilot.app.post_message(events.Paste("one\ntwo\nthree"))
        await pilot.pause()
        await pilot.press("enter", *"four", "tab")

    run(session, steps)
    assert session.value(asked_of(session, "disability")) == "one\ntwo\nthree\nfour"
    assert asked_of(session, "disability", case=1).cell not in {
        cell for cell, value in session._values.items() if value
    }


def test_keys_that_come_at_once_are_taken_one_after_the_other(session: Session) -> None:
    go_to(session, "allocated")

    async def steps(pilot: Pilot[None]) -> None:
        for key in (
            *"12/1/27",
            "backspace",
            "6",
            "tab",
            *"3/2/26",
            "tab",
            "pagedown",
            "1",
            "enter",
        ):
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()

    run(session, steps)
    assert session.value(asked_of(session, "allocated")) == "12 Jan 2026"
    assert session.value(asked_of(session, "reviews", number=1)) == "3 Feb 2026"
    assert session.value(asked_of(session, "ethnicity", case=1)).startswith("W1")


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
def test_every_way_out_keeps_what_was_half_typed(session: Session, key: str) -> None:
    go_to(session, "disability")
    run(session, lambda pilot: pilot.press(*"half", key))
    assert session.value(asked_of(session, "disability")) == "half"


def test_a_note_is_kept_at_each_pause_in_typing(form: Path, session: Session) -> None:
    go_to(session, "disability")

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press(*"half")
        while "half" not in form.with_name(".form.xlsx.answers").read_text():
            await pilot.pause(0.05)

    run(session, steps)


def test_no_key_takes_a_picture_or_writes_a_file(form: Path, session: Session) -> None:
    before = sorted(path.name for path in form.parent.iterdir())
    keys = [f"ctrl+{letter}" for letter in "pswo\\"] + [f"f{n}" for n in range(1, 13)]
    run(session, lambda pilot: pilot.press(*keys))
    session.close()
    assert sorted(path.name for path in form.parent.iterdir()) == [
        name for name in before if not name.endswith(".answers")
    ]


def test_what_is_wrong_is_said_and_escape_is_never_barred(session: Session) -> None:
    go_to(session, "allocated")
    screens: list[str] = []

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press(*"soon", "tab")
        screens.append(await settled(pilot))
        await pilot.press("escape")
        screens.append(await settled(pilot))

    run(session, steps)
    assert "“soon” is not a date" in screens[0]
    assert "What next?" in screens[1]
    assert "It is not kept." in screens[1]


def test_a_window_that_is_too_small_says_so(session: Session) -> None:
    screen = run(session, lambda pilot: pilot.pause(), size=(40, 12))
    assert "This needs 60 columns and 16 lines" in " ".join(screen.split())


def test_a_stray_enter_answers_nothing(session: Session) -> None:
    go_to(session, "protected")
    desk = Desk(session)
    desk.press("enter")
    assert not session.value(asked_of(session, "protected"))
    assert "Choose an answer first" in desk.message


@pytest.mark.parametrize("keys", [["escape", "escape"], ["2", "shift+tab", "delete"]])
def test_the_mark_of_a_menu_or_of_an_answer_taken_back_answers_nothing(
    session: Session, keys: list[str]
) -> None:
    go_to(session, "protected")
    desk = Desk(session)
    for key in (*keys, "enter"):
        desk.press(key, key if len(key) == 1 else "")
    assert not session.value(asked_of(session, "protected"))


def test_the_menu_goes_where_it_says(session: Session) -> None:
    desk = Desk(session)
    went = []
    for keys in (["5", "down", "down", "enter"], ["4"], ["3"], ["2"], ["6"], ["8"]):
        for key in ("escape", *keys):
            desk.press(key, key if len(key) == 1 else "")
        went.append((desk.case, desk.question, desk.view))
    at = View.QUESTIONS
    assert went == [(2, 0, at), (1, 0, at), (2, 0, at), (2, 1, at), (2, 1, at), (2, 1, at)]
    assert desk.left


def test_the_end_of_a_case_offers_the_next(session: Session) -> None:
    go_to(session, "grade")
    desk = Desk(session)
    for key in ("1", "tab", "enter"):
        desk.press(key, key if len(key) == 1 else "")
    assert (desk.case, desk.view) == (1, View.QUESTIONS)
    desk.press("escape")
    desk.press("2", "2")
    assert (desk.case, desk.message) == (1, "")  # what is missing here comes before what was begun


def test_answers_that_begin_alike_are_given_by_number(session: Session) -> None:
    go_to(session, "protected")
    desk = Desk(session)
    desk.press("n", "n")
    assert "type the number" in desk.message
    assert not session.value(asked_of(session, "protected"))
    desk.press("3", "3")
    assert session.value(asked_of(session, "protected")) == "No"


def test_the_differences_are_shown_first(session: Session) -> None:
    from casefile_audit.recording.session import Difference

    session.differences.append(Difference("Cases!E7", "Yes", "Partly"))
    lines = [line.text for line in page_lines(Desk(session), 80, 24)]
    assert any("Cases!E7: yours was Yes; there is Partly" in line for line in lines)


KEYS = (
    *("up", "down", "tab", "shift+tab", "left", "right", "enter", "escape", "pageup", "pagedown"),
    *("delete", "home", "end", "1", "3", "6", "9", "y", "n", "space"),
)


@pytest.fixture(scope="module")
def long_session(made_form: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A reading that many keys are pressed in, of a form that no other test reads."""
    own = shutil.copytree(made_form.parent, tmp_path_factory.mktemp("long") / "form")
    found = Session(open_form(own / made_form.name, str(own / "rubric.yaml")))
    yield found
    found.close()


@settings(max_examples=15)
@given(
    st.lists(st.sampled_from(KEYS), max_size=25),
    st.integers(LEAST_WIDTH, 120),
    st.integers(LEAST_HEIGHT, 40),
)
def test_whatever_is_pressed_the_line_in_focus_is_on_the_screen(
    long_session: Session, keys: list[str], width: int, height: int
) -> None:
    desk = Desk(long_session)
    for key in keys:
        desk.press(key, key if len(key) == 1 else "")
        lines = page_lines(desk, width, height)
        assert len(lines) == height
        assert all(len(line.text) <= width for line in lines)
        if desk.view in (View.MENU, View.CASES):
            assert any(line.look is Look.FOCUS and line.text.startswith("> ") for line in lines)
        elif desk.view is View.QUESTIONS and desk.marked >= 0:
            assert any(line.look is Look.FOCUS and "    > " in line.text for line in lines)


def test_our_own_signs_are_in_every_font(session: Session) -> None:
    own = set(SIGNS) | set("|,;+=/?'")
    for view in View:
        desk = Desk(session, view=view)
        desk.view = view
        shown = "".join(line.text for line in page_lines(desk, 80, 24))
        strange = {c for c in shown if not (c.isascii() and c.isalnum()) and c not in own | {" "}}
        assert strange <= set("“”–"), strange
