"""A Dask cluster whose connections are encrypted, and which lets in who has a certificate."""

import datetime as dt
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from processes import command, environment
from workbooks import HEADINGS, NIGHT_DUTY, case, save_csv, save_text

TLS = "DASK_DISTRIBUTED__COMM__TLS__"
IN_PIECES = """
from casefile_audit.files import long_csv, sources
sources.LONG_BYTES, long_csv.PIECE = 1_000, 8_000
"""


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


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a scheduler with one worker, and what the environment has to name."""
    known = certificates(tmp_path)
    address_file = tmp_path / "scheduler.json"
    own = {**os.environ, **known}
    quiet = subprocess.DEVNULL
    parts = (
        ["dask_scheduler", "--protocol", "tls", "--port", "0"],
        ["dask_worker", "--protocol", "tls", "--no-nanny", "--nthreads", "1"],
    )
    processes = []
    try:
        for name, *more in parts:
            words = [sys.executable, "-m", f"distributed.cli.{name}", *more, "--no-dashboard",
                     "--scheduler-file", str(address_file)]  # fmt: skip
            processes.append(subprocess.Popen(words, env=own, stdout=quiet, stderr=quiet))
            for _ in range(300):
                if address_file.exists():
                    break
                time.sleep(0.1)
        yield json.loads(address_file.read_text())["address"], known
    finally:
        for process in processes:
            process.kill()
            process.wait()


def test_a_cluster_over_tls_gives_the_same_result_to_who_has_a_certificate(
    cluster: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    address, known = cluster
    assert address.startswith("tls://")
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
    save_csv(tmp_path / "cases.csv", [HEADINGS, *(case(f"C{n}") for n in range(2_000))])
    typed = (
        "score",
        str(tmp_path / "cases.csv"),
        "--rubric",
        "rubric.yaml",
        "--json",
        "--as-of",
        "2024-12-31",
    )

    def run(*more: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(*typed, *more, first=IN_PIECES), cwd=tmp_path, env=environment(**variables),
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    alone, shared, stranger = run(), run("--dask", address, **known), run("--dask", address)
    assert shared.returncode == 0, shared.stderr
    first, second = (json.loads(ended.stdout) for ended in (alone, shared))
    assert {**first, "made_at": ""} == {**second, "made_at": ""}
    assert (stranger.returncode, stranger.stdout) == (2, "")
    assert stranger.stderr.startswith(f"error: {address} needs certificates")
