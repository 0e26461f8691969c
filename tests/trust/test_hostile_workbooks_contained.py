import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hostile_runs import SCORE, Watched, is_one_message, run_lines

from casefile_audit.files import sandbox as contained
from casefile_audit.files.limits import FileLimits
from casefile_audit.files.raw_sheets import TooManyCellsError
from casefile_audit.files.sandbox import read_in_sandbox
from hostile_files import ole, text_record, xls
from workbooks import NIGHT_DUTY, refusal, save_text

# A process that reads what never comes.
WAITING = """
import os
from casefile_audit.files import sandbox
from casefile_audit.files.limits import FileLimits
os.mkfifo("never")
os.environ["PYTHONPATH"] = os.getcwd()
sandbox.__name__ = "waits"
sandbox.read_in_sandbox(b"", FileLimits())
"""
WAITS = """
from casefile_audit.files import sandbox
def wait(*_):
    open("begun", "w").close()
    return open("never", "rb")
sandbox.raw_sheets = wait
sandbox.main()
"""


def children(number: int) -> list[int]:
    listed = Path(f"/proc/{number}/task/{number}/children")
    return list(map(int, listed.read_text().split()))


def is_at_work(number: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{number}/status").read_text()
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="children are listed in /proc")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_at_work_when_the_program_is_ended(end: int, tmp_path: Path) -> None:
    save_text(tmp_path / "waits.py", WAITS)
    parent = subprocess.Popen(
        [sys.executable, "-c", WAITING], cwd=tmp_path, stderr=subprocess.DEVNULL
    )
    while not (tmp_path / "begun").exists():
        assert parent.poll() is None
        time.sleep(0.01)
    found = children(parent.pid)
    assert is_at_work(found[0])
    parent.send_signal(end)
    parent.wait(30)
    for _ in range(1000):
        if not is_at_work(found[0]):
            return
        time.sleep(0.01)
    raise AssertionError("the process that read the file is still at work")


def test_a_process_that_is_aborted_is_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.xls").write_bytes(xls())
    monkeypatch.setattr(contained, "__name__", "casefile_audit.no_such_module")
    assert refusal(tmp_path / "a.xls").what.endswith("it is damaged or unusual")


def test_what_a_process_answers_is_cells_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evil = tmp_path / "evil.py"
    save_text(
        evil,
        "import os, pickle, sys\n"
        "class Evil:\n"
        "    def __reduce__(self): return os.mkdir, ('made',)\n"
        "pickle.dump(Evil(), sys.stdout.buffer)\n",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(contained, "__name__", "evil")
    with pytest.raises(ValueError, match="aborted"):
        read_in_sandbox(xls(), FileLimits())
    assert not (tmp_path / "made").exists()


def test_a_module_beside_the_case_files_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pickle", "python_calamine", "datetime"):
        save_text(tmp_path / f"{name}.py", "import os; os.mkdir('run')")
    monkeypatch.chdir(tmp_path)
    assert len(read_in_sandbox(xls(), FileLimits()).sheets[0].rows) == 3
    assert not (tmp_path / "run").exists()


def test_too_many_cells_are_told_with_their_sheet() -> None:
    with pytest.raises(TooManyCellsError) as caught:
        read_in_sandbox(xls(text_record(999, 9, "far")), FileLimits(cells=9_999))
    assert caught.value.args == ("Cases", 1000, 10)


def test_after_a_run_that_ends_its_process_another_goes_on(tmp_path: Path) -> None:
    with Watched(tmp_path) as audit:
        audit.process.kill()
        assert audit("--version").code == -signal.SIGKILL
        assert audit("--version").code == 0


def test_memory_that_damage_asks_for_is_held_back(tmp_path: Path) -> None:
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
    circle = xls()[:-512] + bytes(512)  # every sector of it is followed by the first
    (tmp_path / "a.xls").write_bytes(circle)
    (tmp_path / "b.xls").write_bytes(ole({"Workbook": os.urandom(5000)}))
    runs = run_lines([[*SCORE, "a.xls"], [*SCORE, "b.xls"]], tmp_path)
    assert all(map(is_one_message, runs)), runs
