"""The workers of a Dask cluster, which do pieces of an audit."""

import logging
import pickle
from collections import deque
from collections.abc import Iterator
from threading import local
from typing import Any, cast

from casefile_audit.errors import UsageError
from casefile_audit.scoring.chunks import Piece, Task
from casefile_audit.scoring.partial import ReadPortion
from casefile_audit.version import __version__

# A worker that dies, for want of memory perhaps, has its piece done by another so many times.
_MOST_TRIES = 3
# A cluster that has not answered for so many seconds is asked whether anybody is at work.
_PATIENCE = 30
_NO_SCHEDULER = "was restarted, or has lost its scheduler"


class _Kept(local):
    """The task that a thread of the cluster did last, with all that it has told of texts."""

    pickled = b""
    task: Task | None = None


_kept = _Kept()


def _do_on_cluster(pickled: bytes, piece: Piece) -> ReadPortion:
    if _kept.task is None or _kept.pickled != pickled:
        _kept.pickled, _kept.task = pickled, pickle.loads(pickled)
    return _kept.task.read_portion(piece)


class Cluster:
    """The workers of a Dask cluster, which sees the files by the same paths.

    Raises:
        UsageError: there is no such cluster, or it can't do it.
    """

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

    def result(self) -> ReadPortion:
        """What the piece came to, once it is done.

        Raises:
            UsageError: nobody is left to do it.
        """
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        patience = _PATIENCE
        while True:
            try:
                return cast("ReadPortion", self._future.result(timeout=patience))
            except OSError:  # a time-out among them
                if self._future.status == "error":
                    return cast("ReadPortion", self._future.result())
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
            "--dask needs Dask, which isn't installed", hint="pip install 'casefile-audit[scale]'"
        ) from None
    # What it logs of a connection that is lost says less than the message, in many more lines.
    logging.disable()
    try:
        known = distributed.Security().get_connection_args("client")["ssl_context"]
        if address.startswith("tls://") and known is None:  # Dask would try for 20 seconds
            raise UsageError(
                f"{address} needs certificates, and Dask knows of none",
                hint="Name them in the environment: DASK_DISTRIBUTED__COMM__TLS__CA_FILE, and "
                "…__CLIENT__CERT and …__CLIENT__KEY.",
            )
        return distributed.Client(address, timeout=10, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise UsageError(
            f"there is no Dask scheduler at {address}",
            hint="Start one with `dask scheduler`, and give its address, "
            "such as tcp://scheduler:8786.",
        ) from error


def portions_by_cluster(task: Task, address: str) -> Iterator[tuple[Piece, ReadPortion]]:
    """All the pieces and what they came to, in their order, done by a Dask cluster.

    Raises:
        AuditError: there is no such cluster, it can't do it, or is lost; or as ``Task.portions``.
        OSError: a file can't be read.
    """
    cluster = Cluster(task, address)
    under_way: deque[tuple[Piece, Sent | ReadPortion]] = deque()
    try:
        for piece in task.pieces():
            done = cluster.submit(piece) if piece.travels else task.read_portion(piece)
            under_way.append((piece, done))
            if len(under_way) > 2 * cluster.size:
                yield _settled(*under_way.popleft())
        while under_way:
            yield _settled(*under_way.popleft())
    finally:
        cluster.stop()


def _settled(piece: Piece, done: Sent | ReadPortion) -> tuple[Piece, ReadPortion]:
    return piece, done if isinstance(done, ReadPortion) else done.result()
