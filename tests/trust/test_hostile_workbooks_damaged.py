import random
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO

import pytest
from hostile_runs import Made, Runs, is_one_message, run_all
from test_hostile_workbooks_tables import CSV, parquet

from hostile_files import Part, archive, ods, xls, xlsx

TIMES = 25
"""How often each kind of file is cut, and how often bytes of it are changed."""


def xlsb() -> bytes:
    """Most of an .xlsb file: its parts hold nothing that means anything."""
    types = (
        '<Types><Override PartName="/xl/workbook.bin" ContentType="application/'
        'vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
    )
    links = '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="sheet1.bin"/>'
    parts = {"[Content_Types].xml": types, "xl/_rels/workbook.bin.rels": f"{links}</Relationships>"}
    noise = random.Random(5).randbytes(3000)
    book = b"\x83\x01\x00\x8f\x01\x00\x9c\x01\x1a" + bytes(8) + b"\2\0\0\0r\x001\0\1\0\0\0a\0"
    return archive(
        [
            *(Part(name, text.encode()) for name, text in parts.items()),
            Part("xl/workbook.bin", book + b"\x90\x01\x00\x84\x01\x00"),
            Part("xl/sheet1.bin", noise),
        ]
    )


GOOD: dict[str, Made] = {
    "a.xlsx": xlsx,
    "a.ods": ods,
    "a.xls": xls,
    "a.xlsb": xlsb,
    "a.parquet": parquet,
    "a.csv": CSV.encode,
}


def changed(data: bytes, chosen: random.Random) -> bytes:
    """The bytes with a few of them changed."""
    found = bytearray(data)
    for _ in range(chosen.choice((1, 1, 3, 10))):
        found[chosen.randrange(len(found))] = chosen.choice((0, 255, 0x7F, chosen.randrange(256)))
    return bytes(found)


def changed_inside(data: bytes, chosen: random.Random) -> bytes:
    """The archive with a few bytes of one of its parts changed before they were packed."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        parts = [Part(name, package.read(name)) for name in package.namelist()]
    at = chosen.randrange(len(parts))
    parts[at] = Part(parts[at].name, changed(parts[at].data, chosen))
    return archive(parts)


def damaged() -> Iterator[tuple[str, tuple[str, Made]]]:
    for file, make in GOOD.items():
        data, chosen = make(), random.Random(file)
        for number in range(TIMES):
            at = chosen.randrange(len(data))
            yield f"{file} cut at {at}", (file, partial(bytes, data[:at]))
            harm: Callable[[bytes, random.Random], bytes] = changed
            if data.startswith(b"PK") and number % 4:
                harm = changed_inside
            yield f"{file} changed {number}", (file, partial(bytes, harm(data, chosen)))


DAMAGED = dict(damaged())


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return run_all(DAMAGED, tmp_path_factory.mktemp("damaged"))


@pytest.mark.parametrize("file", GOOD)
def test_a_damaged_file_gets_an_answer_or_one_message(file: str, runs: Runs) -> None:
    for name, run in runs.items():
        if name.startswith(file):
            assert run.broken == []
            assert run.code == 0 or is_one_message(run), (name, run)


@pytest.mark.parametrize("file", [file for file in GOOD if file not in ("a.csv", "a.xlsb")])
def test_most_damage_is_noticed(file: str, runs: Runs) -> None:
    ends = [run.code for name, run in runs.items() if name.startswith(f"{file} cut")]
    assert ends.count(2) > len(ends) * 0.9
