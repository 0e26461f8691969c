import json
import os
import pty
import signal
import subprocess
import termios
import time
from contextlib import suppress
from pathlib import Path

import msoffcrypto
import pytest

from processes import SAMPLE, command, environment, start

LINE = b"Interrupted: nothing more was written.\n"
# Little by little: a signal that comes just before a sleep begins is heeded after it.
WAIT = "import time; [time.sleep(0.01) for _ in range(2000)]"
SAY = "sys.stderr.write('listening\\n'); sys.stderr.flush()"
# What each moment is told apart by: the first import after the signals are heeded, a library in
# the middle of its own import, a file being written, and a clean-up out of which nothing is raised.
AT_ITS_FIRST_IMPORT = f"""
class Finder:
    def find_spec(name, path=None, target=None):
        if name == "casefile_audit.cli":
            {SAY}
            sys.meta_path.remove(Finder)
sys.meta_path.insert(0, Finder)
"""
IN_AN_IMPORT = f"""
class Finder:
    def find_spec(name, path=None, target=None):
        if name == "numpy":
            {SAY}
            try:
                {WAIT}
            except BaseException:
                raise ImportError("numpy") from None
sys.meta_path.insert(0, Finder)
"""
AT_ITS_FILE = f"""
import os
def slow(handle):
    {SAY}
    {WAIT}
os.fsync = slow
"""
IN_A_CLEAN_UP = f"""
import os
class Slow:
    def __del__(self):
        {SAY}
        {WAIT}
is_file = os.path.isfile
def slow(path):
    Slow()
    return is_file(path)
os.path.isfile = slow
"""
# A file that is read in pieces, stopped while other pieces are still to be done.
BETWEEN_PIECES = f"""
from casefile_audit.files import long_csv as long_text
from casefile_audit.scoring import chunks
from casefile_audit.files import sources
sources.LONG_BYTES, sources.KEPT_BYTES, long_text.PIECE = 0, 0, 2_000
def slow(piece, *others):
    portion = done(piece, *others)
    {SAY}
    {WAIT}
done, chunks.Task.portion = chunks.Task.portion, slow
"""
PLACES = {
    "import": IN_AN_IMPORT,
    "file": AT_ITS_FILE,
    "clean-up": IN_A_CLEAN_UP,
}
STOPS = {signal.SIGINT: (130, LINE), signal.SIGTERM: (143, b""), signal.SIGHUP: (129, b"")}


def begun(folder: Path, first: str) -> subprocess.Popen[bytes]:
    """A run that has just said that it is listening."""
    (folder / "out.json").write_bytes(b"old")
    process = start(command("score", SAMPLE, "-o", "out.json", "--force", first=first), folder)
    assert process.stderr is not None
    assert process.stderr.readline() == b"listening\n"
    return process


def left_in(folder: Path) -> str:
    assert os.listdir(folder) == ["out.json"]
    content = (folder / "out.json").read_bytes()
    return "old" if content == b"old" else "new" if "findings" in json.loads(content) else "broken"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.name)
def test_wherever_it_is_stopped_it_leaves_the_old_file(
    stop: signal.Signals, place: str, tmp_path: Path
) -> None:
    process = begun(tmp_path, PLACES[place])
    process.send_signal(stop)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (STOPS[stop][0], b"", STOPS[stop][1])
    assert left_in(tmp_path) == "old"


@pytest.mark.parametrize(
    ("stop", "moments"), [(signal.SIGINT, 8), (signal.SIGTERM, 4), (signal.SIGHUP, 4)]
)
def test_at_whatever_moment_it_is_stopped_the_file_is_old_or_new_and_nothing_else_is_left(
    stop: signal.Signals, moments: int, tmp_path: Path
) -> None:
    process = begun(tmp_path, AT_ITS_FIRST_IMPORT)
    began = time.monotonic()
    process.communicate(timeout=60)
    lasts = time.monotonic() - began
    assert left_in(tmp_path) == "new"
    ends = set()
    for moment in range(moments):
        process = begun(tmp_path, AT_ITS_FIRST_IMPORT)
        time.sleep(lasts * moment / moments)
        process.send_signal(stop)
        _, err = process.communicate(timeout=60)
        code, last_words = STOPS[stop] if process.returncode else (0, b"")
        # It may have come to the end of its work, and not yet of its process.
        wrote = b"Wrote out.json.\n" if err.startswith(b"Wrote") else b""
        assert (process.returncode, err) == (code, wrote + last_words)
        assert left_in(tmp_path) in ("old", "new")
        assert left_in(tmp_path) == "new" or (process.returncode and not wrote)
        ends.add(process.returncode)
    assert STOPS[stop][0] in ends


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """A folder with a file of cases in many pieces."""
    rows = "".join(f"C{number},W1\n" for number in range(2_000))
    (tmp_path / "cases.csv").write_text(f"Case reference,Ethnicity\n{rows}")
    return tmp_path


def read_to_the_end(terminal: int) -> bytes:
    seen = b""
    while True:
        try:
            seen += os.read(terminal, 65536)
        except OSError:  # the other end was closed
            os.close(terminal)
            return seen


def test_a_ctrl_c_leaves_the_bar_of_a_long_run_cleared_and_the_cursor_shown(long: Path) -> None:
    ours, theirs = pty.openpty()
    words = command("score", "cases.csv", first=BETWEEN_PIECES)
    terminal = environment(TERM="xterm-256color")
    with subprocess.Popen(words, cwd=long, env=terminal, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        seen = b""
        while b"listening" not in seen:
            seen += os.read(ours, 65536)
        process.send_signal(signal.SIGINT)
        seen += read_to_the_end(ours)
    assert process.returncode == 130
    hidden, shown = b"\x1b[?25l", b"\x1b[?25h"
    assert hidden in seen
    assert seen.endswith(b"\r\x1b[2K" + shown + LINE.replace(b"\n", b"\r\n"))


def test_a_ctrl_c_at_the_password_shows_what_is_typed_again(tmp_path: Path) -> None:
    with open(SAMPLE, "rb") as plain, open(tmp_path / "cases.xlsx", "wb") as shut:
        msoffcrypto.OfficeFile(plain).encrypt("password", shut)
    ours, theirs = pty.openpty()

    def is_shown() -> bool:
        return bool(termios.tcgetattr(theirs)[3] & termios.ECHO)

    words = command("score", "cases.xlsx")
    with subprocess.Popen(
        words, cwd=tmp_path, env=environment(), stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,  # without the terminal that the tests may run in
    ) as process:  # fmt: skip
        seen = b""
        while b"Password of cases.xlsx" not in seen:
            seen += os.read(ours, 65536)
        assert not is_shown()
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        # Python sees a Ctrl-C that comes just before it waits for input when the next one does.
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
    assert is_shown()
    os.close(theirs)
    assert read_to_the_end(ours).endswith(b"nothing more was written.\r\n")


def test_a_second_ctrl_c_is_no_louder(tmp_path: Path) -> None:
    process = begun(tmp_path, AT_ITS_FILE)
    for _ in range(20):
        process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, b"")
    assert set(err.splitlines(keepends=True)) == {LINE}


def test_hanging_up_on_a_run_that_is_to_outlive_its_terminal_does_nothing(tmp_path: Path) -> None:
    process = begun(
        tmp_path,
        "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n" + AT_ITS_FIRST_IMPORT,
    )
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert left_in(tmp_path) == "new"


def test_without_standard_error_a_ctrl_c_still_ends_it(tmp_path: Path) -> None:
    first = f"{AT_ITS_FIRST_IMPORT}".replace(
        SAY, "sys.stdout.write('listening\\n'); sys.stdout.flush()"
    )
    words = command("score", SAMPLE, first=first)
    line = ["sh", "-c", 'exec "$@" 2>&-', "sh", *words]
    process = subprocess.Popen(line, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"listening\n"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130
