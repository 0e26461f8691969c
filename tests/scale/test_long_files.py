import contextlib
import csv
import datetime as dt
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from casefile_audit.audit import Audit, Execution, ReadOptions, open_audit
from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.files import csv as delimited
from casefile_audit.files import long_csv as long_text
from casefile_audit.files import long_parquet, sources, tables
from casefile_audit.publishing.models import HidingRule
from casefile_audit.publishing.publication import publish
from casefile_audit.scoring.partial import ScoreOptions
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
        csv.writer(file).writerows([HEADINGS, *rows_of(1_500)])
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
    ("encoding", "changes"),
    [
        ("utf-8-sig", {}),
        ("cp1252", {}),
        ("cp1252", {"South": "Süd", "CR/000100,": '"=""CR/000100""",'}),
        ("utf-8", {'"ADHD, and “more”"': 'ADHD 5" nail'}),
        ("utf-8", {"\r\n": "\n"}),
        ("utf-8", {'"said ""no""\nand left"': '"said" no'}),
    ],
)
def test_odd_texts_are_read_alike(
    encoding: str, changes: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (folder / "cases.csv").read_bytes().decode()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "cases.csv").write_bytes(text.encode(encoding))
    whole = answer(audit())
    in_pieces(monkeypatch)
    pieces = answer(audit())
    for each in (whole, pieces):
        each["inputs"][0].pop("notes")
    assert pieces == whole


def test_what_is_published_of_a_long_file_names_no_case_either(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_pieces(monkeypatch, kept=False)
    chosen = ReadOptions(only=["case_ref=CR/000100"])
    result = open_audit([Path("cases.csv")], "rubric.yaml", chosen).result(ScoreOptions(DAY))
    with pytest.raises(UsageError, match="names no case"):
        publish(result, HidingRule(up_to=4, set_by="the rubric"))


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
    "a mark never closed near the end": (1_490, '"North'),
    "a heading that is long": (0, f'"{LONG_CELL}"'),
    "a heading longer than what is looked at": (0, f'"{LONG_CELL}"'),
}


@pytest.mark.parametrize("name", ODD_TEXTS)
def test_long_cells_and_odd_marks_are_read_alike(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name.endswith("looked at"):
        monkeypatch.setattr(long_text, "_HEAD", 100_000)
        monkeypatch.setattr(delimited, "_BYTES_SAMPLED", 100_000)
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
    monkeypatch.setattr(long_parquet, "BYTES", 5_000)
    of_parquet = audit("cases.parquet")
    (source,) = of_parquet.sources
    assert isinstance(source, long_parquet.LongParquet)
    assert len(list(source.pieces())) > 10
    pieces = of_parquet.result(ScoreOptions(DAY))
    whole = audit().result(ScoreOptions(DAY))
    assert pieces.case_count == whole.case_count
    assert {n: c.says for n, c in pieces.criteria.items()} == {
        n: c.says for n, c in whole.criteria.items()
    }


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
