"""Stopping at Ctrl-C, or when told to end or hung up on: at once, with nothing left half done.

Nothing is raised: an exception out of a signal's handler comes wherever the program happens to be,
and a library may take it for a failure of its own, or swallow it.
"""

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

_INTERRUPTED = b"Interrupted: nothing more was written.\n"

_undoings: list[Callable[[], None]] = []


class Undone:
    """What is to be undone if the program is stopped within a ``with`` block."""

    def __init__(self, undo: Callable[[], None]) -> None:
        self._undo = undo

    def __enter__(self) -> None:
        _undoings.append(self._undo)

    def __exit__(self, *_: object) -> None:
        _undoings.remove(self._undo)


def run(work: Callable[[], None]) -> None:
    """Do the work of the program; once it has come to its end, that end stands."""
    stops = [signal.SIGINT, signal.SIGTERM]
    if sys.platform != "win32":
        stops.append(signal.SIGHUP)
    # What is ignored already, as under `nohup`, stays so.
    heeded = [number for number in stops if signal.getsignal(number) is not signal.SIG_IGN]
    for number in heeded:
        signal.signal(number, _stop)
    try:
        work()
    finally:
        _heed_no_more(heeded)


def _heed_no_more(numbers: list[signal.Signals]) -> None:
    for number in numbers:
        signal.signal(number, signal.SIG_IGN)


def _stop(number: int, _: FrameType | None) -> None:
    _heed_no_more([each for each in signal.Signals if signal.getsignal(each) is _stop])
    try:
        for undo in reversed(_undoings):
            undo()
        if number == signal.SIGINT:
            os.write(2, _INTERRUPTED)
    except OSError:  # there is nobody left to tell, but the exit code
        pass
    finally:
        os._exit(128 + number)
