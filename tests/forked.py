"""One run of ``audit`` in a process that was forked for it, held to limits.

Nothing of the tests' own is imported here: it would be, again, for each run.
"""

import os
import resource
import sys

from casefile_audit.__main__ import main

SECONDS, BYTES = 20, 4 << 30
"""What runs away is ended by the system: this much processor time, and of address space."""


def work(
    typed: list[str], first: str, folder: str, streams: list[str], variables: dict[str, str]
) -> None:
    """Be the command, after some Python of the test's own.

    Its standard input, output and error are the files that ``streams`` names.
    """
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    for number, name in enumerate(streams):
        os.dup2(os.open(name, os.O_RDWR), number)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", closefd=False) for number in (1, 2))
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    sys.argv = ["audit", *typed]
    exec(first, {})
    main()
