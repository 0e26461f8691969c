"""Runs ``audit`` for every line of standard input, a JSON list of arguments, held to bounds.

Time and the address space are limited, sockets and other programs are forbidden, and files that
are opened to be written are told. Prints a JSON object for each run, or nothing if that ends the
process.
"""

import json
import os
import resource
import signal
import sys
import tempfile

SECONDS, MEMORY = 120, 6 * 2**30
REAL_STDOUT = os.dup(1)
SAID = [tempfile.TemporaryFile() for _ in range(2)]  # noqa: SIM115
OWN = [sys.executable, "-P", "-m", "casefile_audit.files.sandbox"]

broken: list[str] = []


def watch(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(("socket.", "os.system", "os.exec", "os.posix_spawn")):
        broken.append(event)
        raise RuntimeError(f"forbidden: {event}")
    if event == "subprocess.Popen" and arguments[1] != OWN:
        broken.append(f"{event} {arguments[1]}")
    if event == "open":
        path, _, flags = arguments
        writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)
        if writes and isinstance(path, str) and path != os.devnull:  # a number is a pipe
            broken.append(f"wrote {path}")


def run(arguments: list[str]) -> dict[str, object]:
    """What a run said, its exit code, and the rules it broke."""
    from casefile_audit.cli import main

    broken.clear()
    for number, file in enumerate(SAID, 1):
        file.seek(0)
        file.truncate()
        os.dup2(file.fileno(), number)
    sys.argv = ["audit", *arguments]
    signal.alarm(SECONDS)  # which nothing of the program's heeds, so it ends the process
    code: object = None
    try:
        main()
    except SystemExit as end:
        code = end.code
    sys.stdout.flush()
    sys.stderr.flush()
    out, err = (os.pread(file.fileno(), 10_000_000, 0).decode() for file in SAID)
    return {"code": code, "out": out, "err": err, "broken": broken}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.addaudithook(watch)
    for line in sys.stdin:
        os.write(REAL_STDOUT, json.dumps(run(json.loads(line))).encode() + b"\n")
