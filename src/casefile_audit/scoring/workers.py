"""Other processes that do pieces of an audit: on this machine, or on a Dask cluster."""

import logging
import os
import pickle
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread, local
from typing import Any, cast

from casefile_audit import __version__
from casefile_audit.errors import UsageError
from casefile_audit.scoring.chunks import Piece, Task
from casefile_audit.scoring.partial import Portion

# A worker that dies, for want of memory perhaps, has its piece done by another so many times.
_MOST_TRIES = 3
# A cluster that has not answered for so many seconds is asked whether anybody is at work.
_PATIENCE = 30
_NO_SCHEDULER = "was restarted, or has lost its scheduler"

_task: Task | None = None


def _begin(task: Task) -> None:
    """What a worker process does first."""
    global _task
    _task = task
    # Whoever presses Ctrl-C has the whole run in mind, which ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_caller, daemon=True).start()


def _end_with_the_caller() -> None:
    if caller := parent_process():
        caller.join()
        os._exit(1)


def _do(piece: Piece) -> Portion:
    if _task is None:
        raise RuntimeError("a worker has its task before its pieces")
    return _task.read_portion(piece)


class Workers:
    """Worker processes on this machine. See Crew."""

    def __init__(self, task: Task, size: int) -> None:
        self.size = size
        self._task = task.portable()
        self._pool = self._new_pool()
        self._tries = 1

    def _new_pool(self) -> ProcessPoolExecutor:
        # Each worker is one thread of work: Polars would else start as many as there are
        # processors in every one of them.
        os.environ["POLARS_MAX_THREADS"] = "1"
        # When a run is stopped, Python's own helper clears up after the pool, and would say so.
        os.environ["PYTHONWARNINGS"] = "ignore:resource_tracker"
        return ProcessPoolExecutor(
            self.size, get_context("spawn"), initializer=_begin, initargs=(self._task,)
        )

    def submit(self, piece: Piece) -> "Attempt":
        """Have a piece done."""
        return Attempt(self, piece)

    def start(self, piece: Piece) -> "tuple[ProcessPoolExecutor, Future[Portion]]":
        """Hand a piece to the pool, and tell which pool that was."""
        try:
            return self._pool, self._pool.submit(_do, piece)
        except BrokenProcessPool:
            self.renew(self._pool)
            return self._pool, self._pool.submit(_do, piece)

    def renew(self, broken: ProcessPoolExecutor) -> None:
        """Replace a pool of which a worker died.

        Raises:
            UsageError: that has happened too often.
        """
        if broken is not self._pool:
            return
        if self._tries == _MOST_TRIES:
            raise UsageError(
                "worker processes were stopped again and again, perhaps for want of memory",
                hint="Use fewer --workers.",
            )
        self._tries += 1
        self._pool = self._new_pool()

    def stop(self) -> None:
        """End the workers without waiting for what they are doing."""
        processes = list((self._pool._processes or {}).values())
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()


class Attempt:
    """A piece that a pool of workers is doing, which is begun again if a worker dies."""

    def __init__(self, workers: Workers, piece: Piece) -> None:
        self._workers = workers
        self._piece = piece
        self._pool, self._future = workers.start(piece)

    def result(self) -> Portion:
        """What the piece came to, once it is done."""
        while True:
            try:
                return self._future.result()
            except BrokenProcessPool:
                self._workers.renew(self._pool)
                self._pool, self._future = self._workers.start(self._piece)


class _Kept(local):
    """The task that a thread of the cluster did last, with all that it has told of texts."""

    pickled = b""
    task: Task | None = None


_kept = _Kept()


def _do_on_cluster(pickled: bytes, piece: Piece) -> Portion:
    if _kept.task is None or _kept.pickled != pickled:
        _kept.pickled, _kept.task = pickled, pickle.loads(pickled)
    return _kept.task.read_portion(piece)


class Cluster:
    """The workers of a Dask cluster, which sees the files by the same paths. See Crew."""

    def __init__(self, task: Task, address: str) -> None:
        client = _client(address)
        self._client = client
        self._address = address
        threads = client.nthreads()
        if not threads:
            client.close()
            raise UsageError(f"the Dask cluster at {address} has no workers")
        self.size = sum(threads.values())
        self._check_versions()
        # It goes along with every piece: what was sent beforehand may be lost with a worker.
        self._task = pickle.dumps(task.portable())

    def _check_versions(self) -> None:
        try:
            versions = set(self._client.run(_version).values())
        except Exception as error:
            self._client.close()
            raise UsageError(
                f"a worker of the Dask cluster at {self._address} hasn't got casefile-audit",
                hint="Install casefile-audit[scale] on every worker.",
            ) from error
        if versions != {__version__}:
            self._client.close()
            raise UsageError(
                f"the workers of the Dask cluster at {self._address} have casefile-audit "
                f"{', '.join(sorted(versions))}, and this is {__version__}",
                hint="Install the same version everywhere.",
            )

    def submit(self, piece: Piece) -> "Sent":
        """Have a piece done; Dask gives it to another worker if one dies.

        Raises:
            UsageError: there is no scheduler.
        """
        if self._client.status == "closed":  # it has looked for the scheduler in vain
            raise self.lost(_NO_SCHEDULER)
        future = self._client.submit(
            _do_on_cluster, self._task, piece, retries=_MOST_TRIES, pure=False
        )
        return Sent(self, future)

    def wait_for_workers(self) -> None:
        """Wait until somebody is at work: who has ended may be started again.

        Raises:
            UsageError: nobody is, for long, or there is no scheduler.
        """
        try:
            self._client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise self.lost("has no workers left") from None
        except OSError:
            raise self.lost(_NO_SCHEDULER) from None

    def lost(self, what: str) -> UsageError:
        """The error of a cluster that can't go on."""
        return UsageError(
            f"the Dask cluster at {self._address} {what}",
            hint="See what its workers say, perhaps of too little memory, and run it again.",
        )

    def stop(self) -> None:
        """Let go of the cluster."""
        self._client.close()


class Sent:
    """A piece that a cluster is doing."""

    def __init__(self, cluster: Cluster, future: Any) -> None:
        self._cluster = cluster
        self._future = future

    def result(self) -> Portion:
        """What the piece came to, once it is done.

        Raises:
            UsageError: nobody is left to do it.
        """
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        patience = _PATIENCE
        while True:
            try:
                return cast("Portion", self._future.result(timeout=patience))
            except OSError:  # a time-out among them
                if self._future.status == "error":
                    return cast("Portion", self._future.result())
                # What was done may be lost with a worker, and then has to be done again; or it is
                # long on its way.
                self._cluster.wait_for_workers()
                patience *= 2
            except FutureCancelledError:
                raise self._cluster.lost(_NO_SCHEDULER) from None
            except KilledWorker:
                raise self._cluster.lost("loses worker after worker over the same piece") from None


def _version() -> str:
    return __version__


def _client(address: str) -> Any:
    # Late, and optional: most audits need no cluster.
    try:
        import distributed
    except ModuleNotFoundError:
        raise UsageError(
            "--dask needs Dask, which isn't installed",
            hint="pip install 'casefile-audit[scale]'",
        ) from None
    # What it logs of a connection that is lost says less than the message, in many more lines.
    logging.disable()
    try:
        return distributed.Client(address, timeout=10, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise UsageError(
            f"there is no Dask scheduler at {address}",
            hint="Start one with `dask scheduler`, and give its address, "
            "such as tcp://scheduler:8786.",
        ) from error


@contextmanager
def crew_of(task: Task, workers: int, dask: str | None) -> Iterator[Workers | Cluster | None]:
    """Whoever is to do the work; None for this process alone.

    Args:
        task: what to do.
        workers: how many worker processes on this machine; 0 for none.
        dask: the address of a Dask scheduler.

    Raises:
        UsageError: there is no such cluster, or it can't do it.
    """
    crew = Cluster(task, dask) if dask else Workers(task, workers) if workers else None
    try:
        yield crew
    finally:
        if crew is not None:
            crew.stop()
