"""What the tests of hostile input rest on: whatever becomes of one run, the next is well."""

import signal
from pathlib import Path

import pytest

from processes import run

HANGS = "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass"


@pytest.mark.parametrize(
    ("first", "code", "said"),
    [
        ("import os\nos.abort()", -signal.SIGABRT, ""),
        (HANGS, -signal.SIGKILL, ""),
        ("bytearray(5 << 30)", 1, "MemoryError"),
        ("", 0, ""),
    ],
)
def test_a_run_that_is_aborted_hangs_or_grows_ends_alone(
    first: str, code: int, said: str, tmp_path: Path
) -> None:
    ended = run("--version", folder=tmp_path, first=first)
    assert (ended.code, ended.out != "") == (code, code == 0)
    assert said in ended.err
