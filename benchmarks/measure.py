"""Whole processes timed, start-up included, with the memory of all that they start.

Nothing large is imported here: a child's peak memory begins with that of the process it came from.
"""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PAUSE = 0.02
_MOST_SAID = 200
_PROCESSES = Path("/proc")
# As pip installs a program: compiled once, not at every start.
_ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True)
class Run:
    """One run of a command.

    Attributes:
        seconds: from its start to its end.
        processor: the processor's seconds, those of what it started and waited for among them.
        peak: bytes of memory at its most; of a command that starts others, the sum of the most
            that each of them had.
        output: what it printed.
    """

    seconds: float
    processor: float
    peak: int
    output: str


class CommandFailedError(Exception):
    """A command ended with something other than 0; the message says with what."""


def run(words: Sequence[str]) -> Run:
    """Run a command and wait for its end.

    Raises:
        CommandFailedError: it failed; with the end of what it said on standard error.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        process = subprocess.Popen(words, env=_ENVIRONMENT, stdout=output, stderr=errors)
        watch = _Watch(process.pid)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        children = watch.stop()
        if process.returncode:
            errors.seek(0)
            said = " ".join(errors.read().decode(errors="replace").split())
            raise CommandFailedError(f"ended with {process.returncode}: {said[-_MOST_SAID:]}")
        output.seek(0)
        processor = used.ru_utime + used.ru_stime
        return Run(seconds, processor, used.ru_maxrss * 1024 + children, output.read().decode())


class _Watch:
    """Looks now and then at the processes below one, and at the most memory that each has had."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peaks: dict[int, int] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """The sum of the peaks in bytes, without that of the process itself."""
        self._ended.set()
        self._thread.join()
        return sum(self._peaks.values())

    def _look(self) -> None:
        while not self._ended.wait(_PAUSE):
            for pid in _below(self._pid):
                self._peaks[pid] = max(self._peaks.get(pid, 0), _peak(pid))


def _below(pid: int) -> list[int]:
    found = [int(child) for child in _text(pid, f"task/{pid}/children").split()]
    return [*found, *(lower for child in found for lower in _below(child))]


def _peak(pid: int) -> int:
    lines = (line for line in _text(pid, "status").splitlines() if line.startswith("VmHWM:"))
    return 1024 * int(next(lines, "VmHWM: 0 kB").split()[1])


def _text(pid: int, name: str) -> str:
    try:
        return (_PROCESSES / str(pid) / name).read_text()
    except OSError:
        return ""  # it has ended
