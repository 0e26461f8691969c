"""Kills the program over and over, as children of one warm process, and prints what was left.

Arguments: the output's name; then, for kills after some work and not before each line, a workbook
and how many kills. Prints a JSON object for each kill.
"""

import gc
import json
import os
import random
import resource
import signal
import sys
import types
import zipfile
from collections.abc import Callable
from pathlib import Path

# What the command would import is here already, so that a child does nothing but its work.
import casefile_audit.cli
import casefile_audit.commands.score
import casefile_audit.output.workbooks
import casefile_audit.output.writing
from casefile_audit.__main__ import main

OLD = b"old" * 10_000
NEW = b"new" * 20_000


def start(work: Callable[[], None], seconds: float = 0) -> int:
    """Begin some work, which the system ends after so much processor time."""
    number = os.fork()
    if number == 0:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        try:
            work()
        except SystemExit as end:
            os._exit(int(end.code or 0))
        os._exit(0)
    return number


def ended(number: int) -> str:
    status = os.waitpid(number, 0)[1]
    return "killed" if os.WIFSIGNALED(status) else f"ended with {os.WEXITSTATUS(status)}"


def left_by(end: str, output: Path) -> dict[str, object]:
    """What is in the output's folder, which is made ready for the next kill."""
    content = output.read_bytes()
    others = [path for path in output.parent.iterdir() if path != output]
    left: dict[str, object] = {
        "end": end,
        "file": "old" if content == OLD else "new" if is_whole(output) else "broken",
        "others": [path.name for path in others],
        "open to others": [p.name for p in others if p.stat().st_mode & 0o177],
    }
    for path in others:
        path.unlink()
    output.write_bytes(OLD)
    return left


def is_whole(path: Path) -> bool:
    if path.read_bytes() == NEW:
        return True
    try:
        if path.suffix == ".json":
            return "findings" in json.loads(path.read_bytes())
        with zipfile.ZipFile(path) as package:
            return package.testzip() is None and "xl/workbook.xml" in package.namelist()
    except (ValueError, zipfile.BadZipFile):
        return False


def kill_after_some_work(output: Path, kills: int) -> None:
    """Kill the command at points spread over its run: every other one near its end."""
    assert ended(start(main)) == "ended with 0"
    taken = resource.getrusage(resource.RUSAGE_CHILDREN)
    lasts = taken.ru_utime + taken.ru_stime
    chosen = random.Random(output.name)
    for number in range(kills):
        child = start(main, lasts * chosen.uniform(0.75 if number % 2 else 0.01, 1.05))
        tell(left_by(ended(child), output))


def stop_at_every_line(output: Path, stop: signal.Signals) -> None:
    """Stop the writing of a file before its first line, its second, and so on to its end."""
    end, line = "", 0
    while end != "ended with 0":
        line += 1
        end = ended(start(lambda at=line: write_as_far_as(at, output, stop)))  # type: ignore[misc]
        tell(left_by(end, output) | {"stop": stop.name})


def write_as_far_as(line: int, output: Path, stop: signal.Signals) -> None:
    lines = 0

    def trace(frame: types.FrameType, event: str, _: object) -> object:
        nonlocal lines
        if frame.f_globals.get("__name__") != "casefile_audit.output.writing":
            return None
        lines += event == "line"
        if lines == line:
            os.kill(os.getpid(), stop)
        return trace

    def write() -> None:
        sys.settrace(trace)  # type: ignore[arg-type]
        casefile_audit.output.writing.write_bytes(output, NEW, force=True)

    casefile_audit.cli.main = write
    main()


def tell(left: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(left) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    gc.freeze()
    file, words = Path(sys.argv[1]), sys.argv[2:]
    file.write_bytes(OLD)
    if words:
        sys.argv = ["audit", "score", words[0], "-o", file.name, "--force"]
        kill_after_some_work(file, int(words[1]))
    else:
        for each in (signal.SIGKILL, signal.SIGINT, signal.SIGTERM):
            stop_at_every_line(file, each)
