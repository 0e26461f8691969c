"""The real command on a real terminal, killed at any time: nothing answered is lost by it."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from casefile_audit.recording.form import open_form
from casefile_audit.recording.session import Session
from forms_read import asked_of
from processes import command, environment

if sys.platform == "win32":
    pytest.skip("there are no such terminals", allow_module_level=True)

_LONGEST = 60


class Terminal:
    """A terminal of 80 columns and 24 lines, and the command in it."""

    def __init__(self, form: Path) -> None:
        self.screen, inside = pty.openpty()
        import fcntl
        import struct
        import termios

        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            command("read", form),
            cwd=form.parent,
            env=environment(TERM="xterm-256color", NO_COLOR="1", TEXTUAL_ANIMATIONS="none"),
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
        )
        os.close(inside)
        self.sent = b""

    def read(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            ready, _, _ = select.select([self.screen], [], [], left)
            if not ready:
                return
            try:
                data = os.read(self.screen, 65_536)
            except OSError:  # nobody is inside any more
                return
            if not data:
                return
            self.sent += data

    def until(self, text: str) -> None:
        end = time.monotonic() + _LONGEST
        while text.encode() not in self.sent:
            assert time.monotonic() < end, self.sent[-3000:]
            self.read(0.1)

    def type(self, text: str) -> None:
        os.write(self.screen, text.encode())

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        code = self.process.wait(_LONGEST)
        self.read(0.2)
        os.close(self.screen)
        return code


def answered(journal: Path, text: str) -> None:
    """Wait until the journal has it."""
    end = time.monotonic() + _LONGEST
    while not journal.exists() or text not in journal.read_text():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_killed_in_the_middle_of_a_note_it_goes_on_there(form: Path) -> None:
    journal = form.with_name(".form.xlsx.answers")
    terminal = Terminal(form)
    terminal.until("question 1 of 13")
    terminal.type("3\r")
    terminal.until("question 2 of 13")
    terminal.type("half a note")
    answered(journal, "half a note")
    code = terminal.end(signal.SIGKILL)
    assert code == -signal.SIGKILL
    for mode in (b"?1000h", b"?1002h", b"?1003h", b"?1006h", b"?1015h", b"?1016h", b"?1004h"):
        assert mode not in terminal.sent, mode
    assert b"\x1b[>1u" not in terminal.sent
    names = sorted(path.name for path in form.parent.iterdir() if path.name[0] != ".")
    assert names == ["form.xlsx", "rubric.yaml"]
    again = Session(open_form(form, None))
    assert (again.case, again.question) == (0, 1)
    assert again.value(asked_of(again, "ethnicity")).startswith("W3")
    assert again.value(asked_of(again, "disability")) == "half a note"
    again.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_told_to_end_it_gives_the_terminal_back(form: Path, number: signal.Signals) -> None:
    terminal = Terminal(form)
    terminal.until("question 1 of 13")
    terminal.type("3\r")
    terminal.until("question 2 of 13")
    assert terminal.end(number) == 128 + number
    assert terminal.sent.rstrip().endswith(b"\x1b[?2004l\x1b[?1049l\x1b[?25h")
    again = Session(open_form(form, None))
    assert again.value(asked_of(again, "ethnicity")).startswith("W3")
    again.close()
