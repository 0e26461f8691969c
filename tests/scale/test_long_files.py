import contextlib
import csv
import datetime as dt
import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from casefile_audit.audit import Audit, Execution, open_audit
from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.files import long_csv as long_text
from casefile_audit.files import sources, tables
from casefile_audit.report.findings_table import findings_file
from casefile_audit.scoring import cluster as clusters
from casefile_audit.scoring.chunks import Task
from casefile_audit.scoring.partial import ScoreOptions
from processes import command
from workbooks import FIELDS, HEADINGS, NIGHT_DUTY

DAY = dt.date(2024, 12, 31)
WORDS = {
    "district": ["North", "north", "South", "", "NK"],
    "ethnicity": ["W1", "IC1", "NS", "", "Not known", "N/A", "wrong"],
    "disability": ["None", "ADHD, and “more”", "", 'said "no"\nand left', "N/A"],
    "protected": ["Yes", "No", "", "N/A", "perhaps"],
    "reviewed": ["Yes", "No", "Partly", "", "NK"],
    "allocated": ["01/03/2024", "", "13/13/2024", "25/12/2024"],
    "review_1": ["04/03/2024", "20/03/2024", "", "later"],
    "review_2": ["04/04/2024", ""],
    "grade": ["good", "RI", "inadequate", "", "N/A"],
}


def rows_of(count: int) -> list[list[str]]:
    rows = []
    for number in range(count):
        reference = "" if number % 97 == 5 else f"CR/{number % (count - 20):06}"
        cells = {"case_ref": reference}
        for place, (field, words) in enumerate(WORDS.items()):
            cells[field] = words[(number * (place + 3) + number // 7) % len(words)]
        rows.append([cells[field] for field in FIELDS])
        if number % 500 == 499:
            rows.append(["Total", "", "500", *[""] * (len(FIELDS) - 3)])
        if number % 700 == 699:
            rows.append([""] * len(FIELDS))
    return [*rows, list(HEADINGS)]


def fill(folder: Path) -> Path:
    (folder / "rubric.yaml").write_text(NIGHT_DUTY, encoding="utf-8")
    with open(folder / "cases.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADINGS, *rows_of(3_000)])
    return folder


LAST_ROW = "CR/999999,Zürich" + "," * (len(HEADINGS) - 2) + "\r\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return fill(tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the file comes to, read in one piece."""
    with contextlib.chdir(fill(tmp_path_factory.mktemp("whole"))):
        return answer(audit())


def audit(file: str = "cases.csv") -> Audit:
    return open_audit([Path(file)], "rubric.yaml")


def answer(of: Audit, execution: Execution | None = None) -> dict[str, Any]:
    wanted = ScoreOptions(DAY, ["district", "grade"])
    result = of.result(wanted, execution or Execution())
    return result.model_dump(exclude={"made_at"})


def in_pieces(monkeypatch: pytest.MonkeyPatch, size: int = 20_000, kept: bool = True) -> None:
    monkeypatch.setattr(sources, "LONG_BYTES", 1_000)
    monkeypatch.setattr(sources, "KEPT_BYTES", 10**9 if kept else 0)
    monkeypatch.setattr(long_text, "PIECE", size)


@pytest.mark.parametrize("size", [3_000, 20_000, 10**6])
def test_pieces_of_any_size_give_the_result_of_the_whole(
    size: int, folder: Path, whole: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    in_pieces(monkeypatch, size)
    assert answer(audit()) == whole


def test_many_rows_in_memory_give_the_result_of_few(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open("cases.csv", "a", newline="", encoding="utf-8") as file:
        untidy = [f" CR\u00a0/ x{number}\n" if number % 9 else "" for number in range(1_500)]
        wide = [[cell, *[""] * 3, "Yes", "No", *[""] * 4] for cell in untidy]
        csv.writer(file).writerows(wide)
    few = answer(audit())
    monkeypatch.setattr(tables, "_MANY", 500)
    assert answer(audit()) == few


@pytest.mark.parametrize(
    ("encoding", "old", "new"),
    [
        ("utf-8-sig", "", ""),
        ("cp1252", "", ""),
        ("utf-8", "ADHD, and", 'ADHD 5" and'),
        ("utf-8", "\r\n", "\n"),
        ("utf-8", '"said ""no""\nand left"', '"said" no'),
    ],
)
def test_odd_texts_are_read_alike(
    encoding: str, old: str, new: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (folder / "cases.csv").read_bytes().decode()
    if new.startswith("ADHD"):
        text = text.replace('"ADHD, and “more”"', 'ADHD 5" nail')
    elif old:
        text = text.replace(old, new)
    (folder / "cases.csv").write_bytes(text.encode(encoding))
    whole = answer(audit())
    in_pieces(monkeypatch)
    pieces = answer(audit())
    for each in (whole, pieces):
        each["inputs"][0].pop("notes")
    assert pieces == whole


def test_what_is_not_kept_is_counted_exactly_and_listed_up_to_a_limit(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = audit().result(ScoreOptions(DAY, ["district"]))
    in_pieces(monkeypatch, kept=False)
    counted = audit().result(ScoreOptions(DAY, ["district"]))
    assert counted.by_case is None
    assert counted.most_listed == 200
    assert counted.case_count == whole.case_count
    assert counted.repeated_references == whole.repeated_references > 0
    listed = len(counted.problems) + counted.problems_unlisted
    assert listed == len(whole.problems) > len(counted.problems)
    assert [sheet.rows for sheet in counted.inputs] == [sheet.rows for sheet in whole.inputs]
    for name, criterion in whole.criteria.items():
        found = counted.criteria[name]
        assert (found.says, found.interval) == (criterion.says, criterion.interval)
        assert found.missing_cases == criterion.missing_cases[:200]
    assert counted.grades["overall"].recorded == whole.grades["overall"].recorded
    assert list(counted.groups["district"]) == list(whole.groups["district"])
    with pytest.raises(UsageError, match="not kept one by one"):
        counted.each_case()


def test_a_quotation_mark_that_is_never_closed_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open(folder / "cases.csv", "a", encoding="utf-8") as file:
        file.write('CR/1,"North\n')
    in_pieces(monkeypatch)
    with pytest.raises(WorkbookError, match="never closed"):
        answer(audit())


def shorter(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def longer(path: Path) -> None:
    with open(path, "ab") as file:
        file.write(b"C/1,North\n")


def another(path: Path) -> None:
    """The same but for one letter, and of the same length, in its place."""
    other = path.with_suffix(".other")
    other.write_bytes(path.read_bytes().replace(b"North", b"South", 1))
    other.rename(path)


@pytest.mark.parametrize("after", [0, 2, "the last piece"])
@pytest.mark.parametrize("change", [shorter, longer, another])
def test_a_file_that_changes_meanwhile_is_one_message(
    change: Callable[[Path], None],
    after: int | str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_pieces(monkeypatch)
    opened, done = audit(), 0
    pieces = len(list(opened.sources[0].pieces()))  # type: ignore[union-attr]

    def advance(_: int) -> None:
        nonlocal done
        done += 1
        if done == after or (after == "the last piece" and done == pieces - 1):
            change(folder / "cases.csv")

    if after == 0:
        change(folder / "cases.csv")
    with pytest.raises(WorkbookError, match=r"cases\.csv changed while it was read"):
        answer(opened, Execution(advance=advance)) if after == 0 else opened.portion(
            ScoreOptions(DAY), Execution(advance=advance)
        )


def test_the_digest_of_a_file_whose_cases_are_not_kept_is_its_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_pieces(monkeypatch, kept=False)
    digest = hashlib.sha256((folder / "cases.csv").read_bytes()).hexdigest()
    assert answer(audit())["inputs"][0]["sha256"] == digest


LONG_CELL = "x" * 200_000
ODD_TEXTS: dict[str, tuple[int, str]] = {
    "a long cell": (3, f'"{LONG_CELL}"'),
    "a long cell after a stray mark": (3, f'North "5,{LONG_CELL}'),
    "a long cell, then a stray mark": (3, f'"{LONG_CELL}" 5" nail'),
    "a stray mark in a long cell": (3, f'"{LONG_CELL}" {LONG_CELL}'),
    "a mark never closed in the headings": (0, '"Case'),
    "a mark never closed in the first case": (1, '"North'),
    "a mark never closed near the top": (40, '"North'),
    "a mark never closed near the end": (2_990, '"North'),
    "a heading that is long": (0, f'"{LONG_CELL}"'),
    "a heading longer than what is looked at": (0, f'"{LONG_CELL * 6}"'),
}


@pytest.mark.parametrize("name", ODD_TEXTS)
def test_long_cells_and_odd_marks_are_read_alike(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, cell = ODD_TEXTS[name]
    with open("cases.csv", newline="", encoding="utf-8") as file:
        lines = file.read().split("\r\n")
    for at in (0, -2) if row == 0 else (row,):  # the headings stand at the end again
        lines[at] = f"{cell},{lines[at]}" if row == 0 else f"{lines[at]},{cell}"
    (folder / "cases.csv").write_bytes("\r\n".join(lines).encode())
    whole = answered()
    in_pieces(monkeypatch)
    assert answered() == whole


def test_white_space_is_no_part_of_a_reference_though_another_is_long(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open("cases.csv", newline="", encoding="utf-8") as file:
        lines = file.read().split("\r\n")
    lines[3] = f" {lines[3]}"
    lines[50] = f"{LONG_CELL[:300]}{lines[50]}"
    (folder / "cases.csv").write_bytes("\r\n".join(lines).encode())
    whole = answer(audit())
    in_pieces(monkeypatch)
    assert answer(audit()) == whole


def answered() -> object:
    """What comes of it, in numbers or in the message."""
    try:
        found = answer(audit())
    except WorkbookError as error:
        return error.what
    found["inputs"][0].pop("notes")
    return found


def test_parquet_in_pieces_gives_the_result_of_the_csv(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import polars

    polars.read_csv("cases.csv", infer_schema=False).write_parquet("cases.parquet")
    monkeypatch.setattr(sources, "LONG_ROWS", 100)
    pieces = audit("cases.parquet").result(ScoreOptions(DAY))
    whole = audit().result(ScoreOptions(DAY))
    assert pieces.case_count == whole.case_count
    assert {n: c.says for n, c in pieces.criteria.items()} == {
        n: c.says for n, c in whole.criteria.items()
    }


Started = tuple[str, list[subprocess.Popen[bytes]]]


@pytest.fixture
def cluster(folder: Path) -> Iterator[Started]:
    """The address of a scheduler, and its process and those of its two workers."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    address_file = folder / "scheduler.json"
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0",
                 "--no-dashboard", "--scheduler-file", str(address_file)]  # fmt: skip
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--no-nanny", "--nthreads",
              "1", "--no-dashboard", "--scheduler-file", str(address_file)]  # fmt: skip
    # All at once: a worker waits for the scheduler's file.
    processes = [subprocess.Popen(words, **quiet) for words in (scheduler, worker, worker)]  # type: ignore[call-overload]
    try:
        for _ in range(200):
            if address_file.exists():
                break
            time.sleep(0.1)
        import json

        address = json.loads(address_file.read_text())["address"]
        from distributed import Client

        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield address, processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same_result_though_a_worker_is_killed_half_way(
    folder: Path, whole: dict[str, Any], monkeypatch: pytest.MonkeyPatch, cluster: Started
) -> None:
    address, (_, worker, _) = cluster
    in_pieces(monkeypatch, 8_000)
    monkeypatch.setattr(clusters, "_PATIENCE", 3)  # what is lost with the worker is asked for again
    done: list[int] = []

    def advance(extent: int) -> None:
        done.append(extent)
        if len(done) == 5:
            time.sleep(3)  # by then a cluster has let go of what more than one worker holds
            os.kill(worker.pid, signal.SIGKILL)

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
    killed: slice, said: str, folder: Path, cluster: Started
) -> None:
    address, processes = cluster
    typed = ("score", "cases.csv", "--rubric", "rubric.yaml", "--json", "--dask", address)
    words, pipe = command(*typed, first=HALF_WAY), subprocess.PIPE
    with subprocess.Popen(words, cwd=folder, stdin=pipe, stdout=pipe, stderr=pipe) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"half way\n"
        for process in processes[killed]:
            process.kill()
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
    address, (_, worker, _) = request.getfixturevalue("cluster")
    in_pieces(monkeypatch, 8_000)
    with Client(address, set_as_default=False) as client:
        (name,) = (its for its, pid in client.run(os.getpid).items() if pid == worker.pid)

        def kill_with_a_piece() -> None:
            while not client.processing()[name]:
                time.sleep(0.05)
            worker.kill()

        killer = threading.Thread(target=kill_with_a_piece, daemon=True)

        def advance(_: int) -> None:
            if killer.ident is None:
                worker.send_signal(signal.SIGSTOP)  # so that it doesn't finish the next it is given
                killer.start()

        with pytest.raises(UsageError, match="loses worker after worker over the same piece"):
            answer(audit(), Execution(dask=address, advance=advance))
        killer.join()


@pytest.mark.filterwarnings("ignore")
def test_no_piece_is_sent_to_a_scheduler_that_is_gone(
    folder: Path, monkeypatch: pytest.MonkeyPatch, cluster: Started
) -> None:
    in_pieces(monkeypatch)
    asked = audit()
    task = Task(asked.layout, asked.sources, ScoreOptions(DAY))
    address, (scheduler, *_) = cluster
    asked_of = clusters.Cluster(task, address)
    asked_of._client._timeout = 1  # how long it looks for the scheduler
    scheduler.kill()
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


def test_a_text_that_goes_on_in_another_encoding_is_one_message(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (folder / "cases.csv").read_bytes().replace("“more”".encode(), b"more")
    (folder / "cases.csv").write_bytes(text + LAST_ROW.encode("cp1252"))
    in_pieces(monkeypatch)
    monkeypatch.setattr(long_text, "_BYTES_TOLD_FROM", 10_000)
    with pytest.raises(WorkbookError, match="goes on in another encoding"):
        answer(audit())


def test_an_encoding_is_told_from_all_of_a_text_that_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (folder / "cases.csv").read_bytes().decode().replace("“more”", "more")
    (folder / "cases.csv").write_bytes((text + LAST_ROW).encode("cp1252"))
    whole = answer(audit())
    in_pieces(monkeypatch)
    assert answer(audit()) == whole
