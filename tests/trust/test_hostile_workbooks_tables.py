import codecs
import io
import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from hostile_runs import SCORE, Made, Outcome, Runs, check_run, is_one_message, run_all, run_lines

from hostile_files import TWO_CASES, ods, sheet, xls, xlsx
from processes import run
from workbooks import HEADINGS, NIGHT_DUTY, case, save_text

CSV = "\r\n".join(",".join(map(str, row)) for row in TWO_CASES) + "\r\n"
NOTED = CSV.replace("grade\r", "grade,Notes\r").replace("good\r", "good,{}\r")

REST = b"," * 9 + b"\r\n"


def noted(text: str) -> bytes:
    """Two cases, the note of the first as given."""
    return NOTED.format(text, "").encode("utf-8", "surrogatepass")


def parquet(more: Mapping[str, Iterable[object]] | None = None, **types: Any) -> bytes:
    """Two cases, and more columns."""
    columns = dict(
        zip(map(str, HEADINGS), map(list, zip(*TWO_CASES[1:], strict=True)), strict=True)
    )
    table = pyarrow.table(columns)
    for name, values in (more or {}).items():
        table = table.append_column(name, pyarrow.array(values, types.get(name)))
    written = io.BytesIO()
    pyarrow.parquet.write_table(table, written)
    return written.getvalue()


def repeated(column: pyarrow.Array) -> bytes:
    """A column of the same long words over and over."""
    written = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"Case ref": column}), written)
    return written.getvalue()


def long_words(times: int) -> pyarrow.Array:
    indices = pyarrow.array([0] * times, pyarrow.int32())
    return pyarrow.DictionaryArray.from_arrays(indices, pyarrow.array(["long " * 200_000]))


def declared_twice() -> bytes:
    data = parquet()
    return data[:-8] + (2**31 - 1).to_bytes(4, "little") + data[-4:]


PARQUET = parquet()
KINDS: Mapping[str, Made] = {"xlsx": xlsx, "xls": xls, "ods": ods, "parquet": parquet}
FILES: Mapping[str, tuple[str, Made, Outcome]] = {
    # Encodings
    "utf-16 without a mark": ("a.csv", lambda: CSV.encode("utf-16-le"), 2),
    "utf-16, the other way round": ("a.csv", lambda: CSV.encode("utf-16-be"), 2),
    "utf-16 cut in the middle of a letter": ("a.csv", lambda: CSV.encode("utf-16")[:-1], 2),
    "utf-32": ("a.csv", lambda: CSV.encode("utf-32"), 2),
    "latin-1": ("a.csv", lambda: NOTED.format("caf\xe9", "").encode("latin-1"), 2),
    "utf-8 and latin-1 mixed": ("a.csv", lambda: noted("café") + b"C3,caf\xe9" + REST, 3),
    "a lone surrogate": ("a.csv", lambda: noted("\ud83d"), 2),
    "bytes that mean nothing": ("a.csv", lambda: noted("") + b"C3,\x81\x8d\xff\xfe" + REST, 3),
    "a mark twice": ("a.csv", lambda: codecs.BOM_UTF8 * 2 + CSV.encode(), 2),
    "a NUL": ("a.csv", lambda: noted("a\0b"), 2),
    "a NUL far down": ("a.csv", lambda: noted("x" * 70_000 + "\0"), 2),
    "nothing but NULs": ("a.csv", lambda: bytes(100_000), "no kind of file that is known"),
    # Delimited text
    "a quotation mark that is never closed": (
        "a.csv",
        lambda: CSV.encode() + b'C3,"' + b"a,b\r\n" * 200_000,
        "quotation mark that is never closed, in row 4",
    ),
    "one enormous line": ("a.csv", lambda: b"x" * 20_000_000, "no column for the case reference"),
    "one line of too many cells": ("a.csv", lambda: b"," * 3_000_000, "over 2,000,000 cells"),
    "too many lines": ("a.csv", lambda: b"a,b\n" + b"\n" * 3_000_000, "over 2,000,000 cells"),
    "one wide line and many narrow": (
        "a.csv",
        lambda: b"," * 2_000 + b"\n" + b"x\n" * 2_000,
        "over 2,000,000 cells",
    ),
    "quotation marks and nothing else": ("a.csv", lambda: b'"' * 3_000_001, "a.csv"),
    "a million letters in a cell": ("a.csv", lambda: noted("word " * 200_000), 2),
    "a heading of 32,000 letters": (
        "a.csv",
        lambda: noted("").replace(b"Notes", b"Notes " * 6_000),
        2,
    ),
    "returns alone end the lines": ("a.csv", lambda: CSV.replace("\r\n", "\r").encode(), 2),
    # Parquet
    "parquet": ("a.parquet", parquet, 2),
    "nested columns": (
        "a.parquet",
        lambda: parquet({"List": [[1, 2], None], "Parts": [{"a": 1}, {"a": None}]}),
        2,
    ),
    "a map and a list of texts": (
        "a.parquet",
        lambda: parquet(
            {"Map": [[("a", "x")], []], "Texts": [["a", "b"], None]},
            Map=pyarrow.map_(pyarrow.string(), pyarrow.string()),
        ),
        2,
    ),
    "decimals, bytes and a dictionary": (
        "a.parquet",
        lambda: parquet(
            {"Decimal": [1, 2], "Bytes": [b"\xff", b""], "Word": ["a", "b"], "Number": [1, None]},
            Decimal=pyarrow.decimal128(10, 2),
            Word=pyarrow.dictionary(pyarrow.int8(), pyarrow.string()),
        ),
        2,
    ),
    "long words in too many rows": (
        "a.parquet",
        lambda: repeated(long_words(5_000)),
        "megabytes of text",
    ),
    "long words in a list": (
        "a.parquet",
        lambda: repeated(pyarrow.ListArray.from_arrays([0, 5_000], long_words(5_000))),
        "megabytes of text",
    ),
    # Read piece by piece, so that no number of rows is too many.
    "as many rows as there are": (
        "a.parquet",
        lambda: repeated(pyarrow.nulls(3_000_000, pyarrow.int8())),
        "no column for any question",
    ),
    "too long a list": (
        "a.parquet",
        lambda: repeated(pyarrow.ListArray.from_arrays([0, 3_000_000], pyarrow.nulls(3_000_000))),
        "over 2,000,000 cells",
    ),
    "parquet whose end is elsewhere": ("a.parquet", declared_twice, "damaged or unusual"),
    **{
        f"parquet cut after {at} bytes": ("a.parquet", partial(bytes, PARQUET[:at]), "a.parquet")
        for at in (4, 12, len(PARQUET) // 2, len(PARQUET) - 1)
    },
    # Names that don't fit
    **{
        f"{kind} called {name}": (name, make, f"{name} is not")
        for kind, make in KINDS.items()
        for name in ("a.xlsx", "a.xlsb", "a.xls", "a.ods", "a.csv", "a.parquet")
        if name != f"a.{kind}"
    },
    **{
        f"text called {name}": (name, partial(bytes, CSV, "utf-8"), f"{name} is not")
        for name in ("a.xlsx", "a.xlsb", "a.xls", "a.ods", "a.parquet")
    },
    "xlsx called xlsm": ("a.xlsm", xlsx, 2),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    files = {name: (file, make) for name, (file, make, _) in FILES.items()}
    return run_all(files, tmp_path_factory.mktemp("hostile"), "--most-cells", "2000000")


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_table_gets_the_right_answer_or_one_message(name: str, runs: Runs) -> None:
    check_run(name, runs, FILES[name][2])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (Path.mkdir, "is a folder"),
        (os.mkfifo, "is not an ordinary file"),
        (lambda path: path.symlink_to("/dev/zero"), "is not an ordinary file"),
        (lambda path: path.symlink_to("/dev/tty"), "is not an ordinary file"),
        (lambda path: path.symlink_to(path.name), "can't be opened"),
        (lambda path: path.symlink_to("nowhere.csv"), "there is no file"),
        (lambda path: path.write_bytes(b""), "is empty"),
    ],
)
def test_what_is_no_file_is_not_waited_for(
    make: Callable[[Path], object], said: str, tmp_path: Path
) -> None:
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
    make(tmp_path / "a.csv")
    ended = run(*SCORE, "a.csv", folder=tmp_path)
    assert is_one_message(ended), ended
    assert said in ended.err


@pytest.mark.parametrize("option", ["--most-cells", "--most-megabytes"])
def test_an_honest_file_that_is_too_large_is_read_with_the_option_that_the_hint_names(
    option: str, tmp_path: Path
) -> None:
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
    rows: list[list[object]] = [[*HEADINGS, "Notes"], [*case("C1"), "word " * 400_000]]
    (tmp_path / "a.xlsx").write_bytes(xlsx(sheet(rows)))
    small, large = run_lines([[*SCORE, "a.xlsx", option, most] for most in ("1", "100")], tmp_path)
    assert is_one_message(small)
    assert option in small.err
    assert large.code == 0, large.err
