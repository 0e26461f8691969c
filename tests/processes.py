"""The real command, in processes of their own."""

import os
import subprocess
import sys
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import forked
from workbooks import Run, save_text

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples" / "dip-samples-2024.xlsx"
WARM = get_context("forkserver")
WARM.set_forkserver_preload(["__main__", "warm"])
with mock.patch.dict(os.environ, PYTHONPATH=str(ROOT / "tests")):
    ensure_running()


def command(*arguments: str | Path, first: str = "") -> list[str]:
    """``audit``, after some Python of the test's own has run in its process."""
    program = f"import sys\n{first}\nfrom casefile_audit.__main__ import main\nmain()"
    return [sys.executable, "-c", program, *map(str, arguments)]


def environment(**more: str) -> dict[str, str]:
    own = ("FORCE_COLOR", "NO_COLOR", "LANG")
    kept = {name: value for name, value in os.environ.items() if name not in own}
    return {**kept, "COLUMNS": "100", **more}


def start(words: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        words, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def fork(
    *arguments: str | Path, folder: Path, streams: list[str], first: str = "", **more: str
) -> ForkServerProcess:
    """Start it at once, its standard input, output and error being the files of these names."""
    words = (list(map(str, arguments)), first, str(folder), streams, environment(**more))
    process = WARM.Process(target=forked.work, args=words)
    process.start()
    return process


def run(*arguments: str | Path, folder: Path, first: str = "", **more: str) -> Run:
    """Run it to its end, which comes for what hangs or grows too.

    What it prints is read as UTF-8, with � for what isn't.
    """
    with TemporaryDirectory() as said:
        streams = [str(save_text(Path(said) / name, "")) for name in ("in", "out", "err")]
        process = fork(*arguments, folder=folder, streams=streams, first=first, **more)
        process.join(6 * forked.SECONDS)  # one that waits takes no processor time
        process.kill()
        process.join()
        assert process.exitcode is not None
        out, err = (Path(stream).read_text("utf-8", "replace") for stream in streams[1:])
    return Run(process.exitcode, out, err)


def in_shell(line: str, folder: Path) -> Run:
    """Run a line of shell in which ``audit`` is the command."""
    script = f'audit() {{ "{sys.executable}" -m casefile_audit "$@"; }}\n{line}'
    ended = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment(), capture_output=True, check=False
    )
    return Run(ended.returncode, ended.stdout.decode(), ended.stderr.decode())
