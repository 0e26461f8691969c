"""``audit`` in a process that was forked for it and is held to limits: once, or time and again.

Nothing of the tests' own is imported here: it would be, again, for each run.
"""

import os
import resource
import signal
import sys
import tempfile
import time
from multiprocessing.connection import Connection

from casefile_audit.__main__ import main

SECONDS, BYTES = 20, 4 << 30
"""What runs away is ended by the system: this much processor time, and of address space."""
OWN = [sys.executable, "-P", "-m", "casefile_audit.files.sandbox"]
"""The one program that `audit` starts."""


def work(
    typed: list[str], first: str, folder: str, streams: list[str], variables: dict[str, str]
) -> None:
    """Be the command, after some Python of the test's own.

    Its standard input, output and error are the files that ``streams`` names.
    """
    for number, name in enumerate(streams):
        os.dup2(os.open(name, os.O_RDWR), number)
    _settle(folder, variables)
    _limit()
    sys.argv = ["audit", *typed]
    exec(first, {})
    main()


def _settle(folder: str, variables: dict[str, str]) -> None:
    sys.stdout, sys.stderr = (os.fdopen(number, "w", closefd=False) for number in (1, 2))
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)


def _limit() -> None:
    own = int(time.process_time()) + SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (own, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))


def serve(lines: Connection, folder: str, variables: dict[str, str]) -> None:
    """Be the command for one list of arguments after the other, and answer what each came to.

    The network and other programs are forbidden, and files that are opened to be written are told.
    """
    said = [tempfile.TemporaryFile() for _ in range(2)]  # noqa: SIM115
    for number, file in enumerate(said, 1):
        os.dup2(file.fileno(), number)
    _settle(folder, variables)
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

    sys.addaudithook(watch)
    while True:
        try:
            sys.argv = ["audit", *lines.recv()]
        except EOFError:
            return
        broken.clear()
        for number, file in enumerate(said, 1):
            file.seek(0)
            file.truncate()
            os.dup2(file.fileno(), number)  # which the run before may have dropped
        _limit()
        signal.alarm(6 * SECONDS)  # for what waits; nothing of the program's heeds it
        code: object = None
        try:
            main()
        except SystemExit as end:
            code = end.code
        sys.stdout.flush()
        sys.stderr.flush()
        lines.send((code, *(os.pread(file.fileno(), 10**7, 0).decode() for file in said), broken))
