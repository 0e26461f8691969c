"""A Dask cluster of two worker processes on this machine, for as long as one command takes.

``python benchmarks/on_cluster.py COMMAND …`` runs the command with ``--dask ADDRESS`` at its end.
"""

import os
import subprocess
import sys

from distributed import LocalCluster

WORKERS = 2


def main() -> int:
    """Start the cluster and run the command."""
    # A nanny sets what its workers are to use, and would have the command use it too.
    own = dict(os.environ)
    with LocalCluster(
        n_workers=WORKERS, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        command = [*sys.argv[1:], "--dask", cluster.scheduler_address]
        return subprocess.run(command, env=own).returncode


if __name__ == "__main__":
    sys.exit(main())
