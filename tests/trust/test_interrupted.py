import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from processes import SAMPLE, command, environment, start

LINE = b"Interrupted: nothing more was written.\n"
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
        if name == "pandas":
            {SAY}
            import time
            try:
                time.sleep(30)
            except BaseException:
                raise ImportError("pandas") from None
sys.meta_path.insert(0, Finder)
"""
AT_ITS_FILE = f"""
import os, time
def slow(handle):
    {SAY}
    time.sleep(30)
os.fsync = slow
"""
IN_A_CLEAN_UP = f"""
import os, time
class Slow:
    def __del__(self):
        {SAY}
        time.sleep(30)
is_file = os.path.isfile
def slow(path):
    Slow()
    return is_file(path)
os.path.isfile = slow
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
    ("stop", "moments"), [(signal.SIGINT, 24), (signal.SIGTERM, 6), (signal.SIGHUP, 6)]
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
        if process.returncode:
            assert (process.returncode, err) == STOPS[stop]
        else:
            assert err.startswith(b"Wrote out.json")
            assert left_in(tmp_path) == "new"
        assert left_in(tmp_path) in ("old", "new")
        ends.add(process.returncode)
    assert STOPS[stop][0] in ends


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
