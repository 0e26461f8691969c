import errno
import json
import os
import shutil
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from casefile_audit.errors import UsageError
from casefile_audit.output.writing import OutputTable, check_output, write_bytes, write_table
from processes import SAMPLE, command, environment, run

OLD, NEW = b"old" * 50_000, b"new" * 90_000
LONG = "a" * 300


def fails_with(code: int) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code), "the path")

    return fail


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "out.json"
    path.write_bytes(OLD)
    return path


def only(path: Path) -> bool:
    """Whether a file has its folder to itself."""
    return os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("os.open", errno.EACCES),
        ("os.open", errno.EROFS),
        ("os.open", errno.ENOSPC),
        ("os.fsync", errno.ENOSPC),
        ("os.fsync", errno.EIO),
        ("os.replace", errno.ENETUNREACH),
        ("os.replace", errno.EACCES),
    ],
)
def test_a_fault_leaves_the_old_file_whole_and_nothing_else(
    step: str, code: int, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step, fails_with(code))
    with pytest.raises(UsageError, match="can't be written") as caught:
        write_bytes(old, NEW, force=True)
    assert os.strerror(code) in caught.value.what
    assert ("another program" in caught.value.hint) == (code == errno.EACCES)
    assert old.read_bytes() == OLD
    assert only(old)


def test_a_drive_that_goes_away_is_one_message(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", fails_with(errno.EIO))
    monkeypatch.setattr("os.unlink", fails_with(errno.ENODEV))
    with pytest.raises(UsageError, match="Input/output error"):
        write_bytes(old, NEW, force=True)


@pytest.mark.parametrize("linked", [True, False])
def test_a_file_that_came_meanwhile_is_not_written_over(
    linked: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, sync = tmp_path / "out.json", os.fsync

    def another_program_writes(handle: int) -> None:
        sync(handle)
        path.write_bytes(OLD)

    monkeypatch.setattr("os.fsync", another_program_writes if linked else sync)
    if not linked:
        monkeypatch.setattr("os.link", fails_with(errno.EPERM))
        write_bytes(path, NEW)
    else:
        with pytest.raises(UsageError, match="is there already"):
            write_bytes(path, NEW)
    assert path.read_bytes() == (OLD if linked else NEW)
    assert only(path)


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("step", ["os.fsync", "os.link", "os.replace"])
def test_an_interruption_leaves_no_temporary_file(
    step: str, error: type[BaseException], old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(step, interrupted)
    path = old.with_name("new.json") if step == "os.link" else old
    with pytest.raises(error):
        write_bytes(path, NEW, force=path == old)
    assert old.read_bytes() == OLD
    assert only(old)


def make_folder(path: Path) -> None:
    path.mkdir()


def make_dangling(path: Path) -> None:
    path.symlink_to("nowhere.json")


def make_circle(path: Path) -> None:
    path.symlink_to(path.name)


def make_device(path: Path) -> None:
    path.symlink_to(os.devnull)


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (make_folder, "is a folder"),
        (make_dangling, "is a link to .*nowhere.json`, which isn't there"),
        (make_circle, "can't be written|is a link"),
        (make_device, "not an ordinary file"),
        (make_pipe, "not an ordinary file"),
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_what_is_no_file_is_not_written_to(
    make: Callable[[Path], None], said: str, force: bool, tmp_path: Path
) -> None:
    path = tmp_path / "out.json"
    make(path)
    kind = path.lstat().st_mode
    with pytest.raises(UsageError, match=said):
        check_output(path, force, (".json",))
    with pytest.raises(UsageError, match=said):
        write_bytes(path, NEW, force)
    assert path.lstat().st_mode == kind
    assert only(path)


def test_a_link_is_followed_and_stays(old: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    link = tmp_path / "folder" / "link.json"
    link.symlink_to(old)
    write_bytes(link, NEW, force=True)
    assert link.is_symlink()
    assert old.read_bytes() == NEW


@pytest.mark.parametrize(
    "name", ["a b.json", "audit 📋 “März”.json", "📋" * 60 + ".json", "-x.json"]
)
def test_an_unusual_name_is_a_name(name: str, tmp_path: Path) -> None:
    write_bytes(tmp_path / name, NEW)
    assert (tmp_path / name).read_bytes() == NEW


@pytest.mark.parametrize("name", [f"{LONG}.json", f"{LONG}/out.json", "📋" * 90 + ".json"])
def test_a_name_that_is_too_long_is_refused_before_any_work(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't be written"):
        check_output(tmp_path / name, False, (".json",))
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
@pytest.mark.parametrize("name", ["out.json", "out.csv", "out.xlsx"])
def test_a_new_file_is_for_its_owner_alone(umask: int, name: str, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        write_table(tmp_path / name, OutputTable("Findings", ["Case"], [["C1"]]))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_written_over_a_file_keeps_its_permissions(mode: int, old: Path) -> None:
    old.chmod(mode)
    write_bytes(old, NEW, force=True)
    assert stat.S_IMODE(old.stat().st_mode) == mode


def test_two_at_once_leave_one_whole_file(old: Path) -> None:
    contents = [bytes([number]) * 300_000 for number in range(8)]
    threads = [threading.Thread(target=write_bytes, args=(old, c, True)) for c in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert old.read_bytes() in contents
    assert only(old)


def test_two_runs_at_once_both_finish_and_leave_one_whole_file(tmp_path: Path) -> None:
    words = command("score", SAMPLE, "-o", "out.json", "--force")
    runs = [
        subprocess.Popen(words, cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL)
        for _ in range(2)
    ]
    assert [process.wait(60) for process in runs] == [0, 0]
    assert only(tmp_path / "out.json")
    assert "findings" in json.loads((tmp_path / "out.json").read_bytes())


@pytest.mark.parametrize("name", ["out.json", "out.xlsx"])
def test_a_disk_that_fills_up_ends_in_one_message(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(OLD)
    # A limit on the size of files fails as a full disk does, and needs no privilege.
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))"
    ended = run("score", SAMPLE, "-o", name, "--force", folder=tmp_path, first=limit)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"error: `{name}` can't be written: File too large\n"
    assert (tmp_path / name).read_bytes() == OLD
    assert only(tmp_path / name)


def on_a_small_disk(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder that is a disk of 16 KiB, all its own."""
    script = 'mount -t tmpfs -o size=16k small "$0" && cd "$0" && "$@"; code=$?; ls -A; exit $code'
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, *words],
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip


# In some containers nobody may make a disk: there the limit above has to do.
if on_a_small_disk([tempfile.gettempdir(), "true"]).returncode == 0:

    def test_a_full_disk_ends_in_one_message(tmp_path: Path) -> None:
        ended = on_a_small_disk([str(tmp_path), *command("score", SAMPLE, "-o", "out.json")])
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr == "error: `out.json` can't be written: No space left on device\n"


def without_privilege(words: list[str]) -> list[str]:
    """The command as somebody whom permissions hold, even where tests are run by root."""
    if os.geteuid() != 0:
        return words
    setpriv = shutil.which("setpriv")
    assert setpriv, "root is held by no permissions, and setpriv (util-linux) is not there"
    dropped = "-dac_override,-dac_read_search"
    return [setpriv, f"--inh-caps={dropped}", f"--bounding-set={dropped}", *words]


def test_a_read_only_folder_gets_one_message_and_a_read_only_input_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "signed off"
    folder.mkdir()
    shutil.copy(SAMPLE, folder / "cases.xlsx")
    (folder / "cases.xlsx").chmod(0o400)
    folder.chmod(0o500)
    before = (folder / "cases.xlsx").stat()
    words = without_privilege(command("score", "cases.xlsx", "-o", "out.json"))
    ended = subprocess.run(words, cwd=folder, env=environment(), capture_output=True, check=False)
    folder.chmod(0o700)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr.startswith(b"error: `out.json` can't be written: Permission denied")
    assert b"Traceback" not in ended.stderr
    assert only(folder / "cases.xlsx")
    after = (folder / "cases.xlsx").stat()
    assert (after.st_mtime_ns, after.st_mode) == (before.st_mtime_ns, before.st_mode)


def test_a_clock_before_1980_stops_no_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 3.0e8)
    write_table(tmp_path / "out.xlsx", OutputTable("Findings", ["Case"], [["C1"]]))
    assert (tmp_path / "out.xlsx").read_bytes().startswith(b"PK")
