"""Files whose pieces are read by the workers of a Dask cluster, which may be lost half way."""

import datetime as dt
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, chdir, contextmanager
from pathlib import Path
from typing import Any

import cluster_parts
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from test_long_files import DAY, answer, audit, fill, in_pieces

from casefile_audit.audit import Execution
from casefile_audit.errors import UsageError
from casefile_audit.report.findings_table import findings_file
from casefile_audit.scoring import cluster
from casefile_audit.scoring.chunks import Task
from casefile_audit.scoring.partial import ScoreOptions
from processes import WARM, command, environment, run
from workbooks import HEADINGS, NIGHT_DUTY, Run, case, save_csv, save_text

Started = tuple[str, list[int]]
"""The address of a scheduler, and the numbers of its process and of its workers'."""
Dask = Callable[..., AbstractContextManager[Started]]
TLS = "DASK_DISTRIBUTED__COMM__TLS__"
LETS_GO_EVERY = "DASK_DISTRIBUTED__SCHEDULER__ACTIVE_MEMORY_MANAGER__INTERVAL"
IN_PIECES = """
from casefile_audit.files import long_csv, sources
sources.LONG_BYTES, long_csv.PIECE = 1_000, 8_000
"""


@pytest.fixture(scope="module")
def dask() -> Iterator[Dask]:
    """Begins one cluster after the other."""
    asked, theirs = WARM.Pipe()
    process = WARM.Process(target=cluster_parts.serve, args=(theirs,))
    process.start()
    theirs.close()

    @contextmanager
    def begun(folder: Path, workers: int, *options: str, **more: str) -> Iterator[Started]:
        file = folder / "scheduler.json"
        usual = (*options, "--no-dashboard", "--scheduler-file", str(file))
        scheduler = ["scheduler", "--port", "0", *usual]
        worker = ["worker", "--no-nanny", "--nthreads", "1", *usual]
        asked.send((str(folder), [scheduler, *[worker] * workers], environment(**more)))
        numbers = asked.recv()
        try:
            for _ in range(3_000):
                if file.exists() and file.stat().st_size:
                    break
                time.sleep(0.02)
            yield json.loads(file.read_bytes())["address"], numbers
        finally:
            asked.send(("", [], {}))
            asked.recv()

    yield begun
    asked.close()
    process.join()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return fill(tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the file comes to, read in one piece."""
    with chdir(fill(tmp_path_factory.mktemp("whole"))):
        return answer(audit())


@pytest.fixture
def begun(folder: Path, dask: Dask) -> Iterator[Started]:
    """A scheduler and two workers that it knows."""
    from distributed import Client

    with dask(folder, 2, **{LETS_GO_EVERY: "100ms"}) as (address, numbers):
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield address, numbers


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same_result_though_a_worker_is_killed_half_way(
    folder: Path, whole: dict[str, Any], monkeypatch: pytest.MonkeyPatch, begun: Started
) -> None:
    address, (_, worker, _) = begun
    in_pieces(monkeypatch, 8_000)
    # What is lost with the worker is asked for again.
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    done: list[int] = []

    def advance(extent: int) -> None:
        done.append(extent)
        if len(done) == 5:
            time.sleep(0.5)  # by then a cluster has let go of what more than one worker holds
            os.kill(worker, signal.SIGKILL)

    with findings_file(Path("here.csv"), [], force=False) as each:
        answer(audit(), Execution(each=each))
    with findings_file(Path("there.csv"), [], force=False) as each:
        assert answer(audit(), Execution(address, advance, each)) == whole
    assert len(done) > 10
    assert Path("there.csv").read_bytes() == Path("here.csv").read_bytes()


HALF_WAY = """
from casefile_audit.scoring import cluster as clusters
from casefile_audit.files import long_csv as long_text
from casefile_audit.files import sources
sources.LONG_BYTES, long_text.PIECE, clusters._PATIENCE = 1_000, 8_000, 1
result = clusters.Sent.result
def told(sent):
    portion = result(sent)
    print("half way", flush=True)
    sys.stdin.readline()
    return portion
clusters.Sent.result = told
client = clusters._client
def impatient(address):
    found = client(address)
    found._timeout = 1  # how long it looks for the scheduler
    return found
clusters._client = impatient
"""


@pytest.mark.parametrize(
    ("killed", "said"),
    [
        (slice(1, 3), "has no workers left"),
        (slice(0, 1), "was restarted, or has lost its scheduler"),
    ],
)
def test_a_cluster_that_is_lost_half_way_is_one_message(
    killed: slice, said: str, folder: Path, begun: Started
) -> None:
    address, numbers = begun
    typed = ("score", "cases.csv", "--rubric", "rubric.yaml", "--json", "--dask", address)
    words, pipe = command(*typed, first=HALF_WAY), subprocess.PIPE
    with subprocess.Popen(words, cwd=folder, stdin=pipe, stdout=pipe, stderr=pipe) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"half way\n"
        for number in numbers[killed]:
            os.kill(number, signal.SIGKILL)
        out, err = run.communicate(b"\n" * 1_000, timeout=120)
    said = f"error: the Dask cluster at {address} {said}"
    assert (run.returncode, out.replace(b"half way\n", b"")) == (2, b"")
    assert err.decode().splitlines()[:2] == [said, ""]
    assert len(err.splitlines()) == 3


@pytest.mark.filterwarnings("ignore")
def test_a_piece_that_kills_its_workers_is_one_message(
    folder: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    from distributed import Client

    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")
    address, (_, worker, _) = request.getfixturevalue("begun")
    in_pieces(monkeypatch, 8_000)
    with Client(address, set_as_default=False) as client:
        (name,) = (its for its, pid in client.run(os.getpid).items() if pid == worker)

        def kill_with_a_piece() -> None:
            while not client.processing()[name]:
                time.sleep(0.05)
            os.kill(worker, signal.SIGKILL)

        killer = threading.Thread(target=kill_with_a_piece, daemon=True)

        def advance(_: int) -> None:
            if killer.ident is None:
                os.kill(worker, signal.SIGSTOP)  # so that it doesn't finish the next it is given
                killer.start()

        with pytest.raises(UsageError, match="loses worker after worker over the same piece"):
            answer(audit(), Execution(dask=address, advance=advance))
        killer.join()


@pytest.mark.filterwarnings("ignore")
def test_no_piece_is_sent_to_a_scheduler_that_is_gone(
    folder: Path, monkeypatch: pytest.MonkeyPatch, begun: Started
) -> None:
    in_pieces(monkeypatch)
    asked = audit()
    task = Task(asked.layout, asked.sources, ScoreOptions(DAY))
    address, (scheduler, *_) = begun
    asked_of = cluster.Cluster(task, address)
    asked_of._client._timeout = 1  # how long it looks for the scheduler
    os.kill(scheduler, signal.SIGKILL)
    for _ in range(600):
        if asked_of._client.status == "closed":
            break
        time.sleep(0.1)
    with pytest.raises(UsageError, match="has lost its scheduler"):
        asked_of.submit(next(task.pieces()))
    asked_of.stop()


def test_an_address_without_a_scheduler_is_one_message(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_pieces(monkeypatch)
    with pytest.raises(UsageError, match="no Dask scheduler at nonsense"):
        answer(audit(), Execution(dask="nonsense"))


def certificates(folder: Path) -> dict[str, str]:
    """A certificate of its own authority, by the names that Dask has for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    today = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return {
        f"{TLS}CA_FILE": str(cert),
        **{
            f"{TLS}{who}__{what}": str(path)
            for who in ("SCHEDULER", "WORKER", "CLIENT")
            for what, path in (("CERT", cert), ("KEY", secret))
        },
    }


def test_a_cluster_over_tls_gives_the_same_result_to_who_has_a_certificate(
    dask: Dask, tmp_path: Path
) -> None:
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
    save_csv(tmp_path / "cases.csv", [HEADINGS, *(case(f"C{n}") for n in range(2_000))])
    known = certificates(tmp_path)
    typed = ("score", "cases.csv", "--rubric", "rubric.yaml", "--json", "--as-of", "2024-12-31")

    def scored(*more: str, **variables: str) -> Run:
        return run(*typed, *more, folder=tmp_path, first=IN_PIECES, **variables)

    alone = scored()
    with dask(tmp_path, 1, "--protocol", "tls", **known) as (address, _):
        assert address.startswith("tls://")
        shared, stranger = scored("--dask", address, **known), scored("--dask", address)
    assert shared.code == 0, shared.err
    first, second = (ended.json for ended in (alone, shared))
    assert {**first, "made_at": ""} == {**second, "made_at": ""}
    assert (stranger.code, stranger.out) == (2, "")
    assert stranger.err.startswith(f"error: {address} needs certificates")
