"""Runs ``audit`` for every line of standard input, in one process that is watched.

The network and other programs are forbidden. Prints a JSON list of exit codes, then one of what was
tried, then one of the files that were opened to be written.
"""

import json
import os
import sys

tried: list[str] = []
written: list[str] = []


def watch(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn")):
        tried.append(event)
        raise RuntimeError(f"forbidden: {event}")
    if event == "open":
        path, _, flags = arguments
        if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR) and path != os.devnull:
            written.append(str(path))


def code_of(typed: list[str]) -> int:
    sys.argv = ["audit", *typed]
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    raise AssertionError("main exits")


if __name__ == "__main__":
    lines = [line.split() for line in sys.stdin]
    sys.addaudithook(watch)
    from casefile_audit.cli import main

    codes = [code_of(line) for line in lines]
    sys.stdout.write(f"\n{json.dumps(codes)}\n{json.dumps(tried)}\n{json.dumps(written)}\n")
