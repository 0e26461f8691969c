"""Clusters of Dask, whose processes are forked from one that has imported it.

Nothing of the tests' own is imported here: it would be, again, by that process.
"""

import os
import sys
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess

FORK = get_context("fork")


def serve(asked: Connection) -> None:
    """Start the parts of a cluster, all at once, and end those of the one before."""
    from distributed.cli import dask_scheduler, dask_worker  # noqa: F401 - for all that it forks

    processes: list[ForkProcess] = []
    while True:
        try:
            folder, lines, variables = asked.recv()
        except EOFError:
            return
        for process in processes:
            process.kill()
            process.join()
        processes = [
            FORK.Process(target=_be, args=(folder, line, variables), daemon=True) for line in lines
        ]
        for process in processes:
            process.start()
        asked.send([process.pid for process in processes])


def _be(folder: str, line: list[str], variables: Mapping[str, str]) -> None:
    """Be a part of a cluster."""
    import dask.config
    from distributed.cli import dask_scheduler, dask_worker

    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    dask.config.refresh()
    part, *options = line
    sys.argv = [part]
    {"scheduler": dask_scheduler, "worker": dask_worker}[part].main(options)
