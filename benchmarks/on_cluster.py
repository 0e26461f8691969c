"""A Dask cluster of two worker processes on this machine, for as long as one command takes.

``python benchmarks/on_cluster.py COMMAND …`` runs the command with ``--dask ADDRESS`` at its end.
"""

import subprocess
import sys

from distributed import LocalCluster

WORKERS = 2


def main() -> int:
    """Start the cluster and run the command."""
    with LocalCluster(
        n_workers=WORKERS, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        return subprocess.run([*sys.argv[1:], "--dask", cluster.scheduler_address]).returncode


if __name__ == "__main__":
    sys.exit(main())
