"""Where ``audit`` begins, as a command and as ``python -m casefile_audit``.

Nothing but what stopping needs is imported at the top, so that Ctrl-C ends the program in one line
at any moment, the long first moment of imports among them.
"""

import os
import signal
import sys
from types import FrameType

_INTERRUPTED = b"Interrupted: nothing more was written.\n"
_IMPORTING = "<frozen importlib._bootstrap>"


def main() -> None:
    """Run ``audit``. Ctrl-C, and being told to end or hung up on, leave no file half written."""
    stops = [signal.SIGINT, signal.SIGTERM]
    if sys.platform != "win32":
        stops.append(signal.SIGHUP)
    # What is ignored already, as under `nohup`, stays so.
    heeded = [number for number in stops if signal.getsignal(number) is not signal.SIG_IGN]
    for number in heeded:
        signal.signal(number, _stop)
    sys.unraisablehook = _stop_all_the_same
    try:
        from casefile_audit.cli import main as run

        run()
    except KeyboardInterrupt:
        _leave(signal.SIGINT)
    finally:
        for number in heeded:
            signal.signal(number, signal.SIG_IGN)  # the end that was come to stands


def _stop(number: int, frame: FrameType | None) -> None:
    """Unwind, so that temporary files and other processes go too; but not where that may fail.

    An import may swallow an exception, or show it, and before and after the run nobody catches it.
    Nothing is being written then.
    """
    if frame is not None and frame.f_code is main.__code__:
        _leave(number)
    while frame is not None:
        if frame.f_code.co_filename == _IMPORTING:
            _leave(number)
        frame = frame.f_back
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + number)


def _stop_all_the_same(lost: "sys.UnraisableHookArgs") -> None:
    """Leave where the exception was raised in a clean-up, out of which none can come."""
    if isinstance(lost.exc_value, KeyboardInterrupt):
        _leave(signal.SIGINT)
    if isinstance(lost.exc_value, SystemExit):
        _leave(int(lost.exc_value.code or 0) - 128)
    sys.__unraisablehook__(lost)


def _leave(number: int) -> None:
    if number == signal.SIGINT:
        try:  # noqa: SIM105 - contextlib would be an import
            os.write(2, _INTERRUPTED)
        except OSError:  # there is nobody left to tell, but the exit code
            pass
    os._exit(128 + number)


if __name__ == "__main__":
    main()
