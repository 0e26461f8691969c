"""Damages files whose answer is known, and says how many come to another answer in silence.

By hand, for much longer than the tests do: ``python tests/trust/damage.py 2000``.
"""

import io
import random
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

if __name__ == "__main__":  # the tests' own helpers
    sys.path.insert(0, str(Path(__file__).parents[1]))

import polars

from binary_files import BinaryBook
from casefile_audit.audit import open_audit
from casefile_audit.errors import AuditError
from casefile_audit.scoring.partial import ScoreOptions
from hostile_files import ods, ods_cell, text_record, xls
from results_made import DAY
from workbooks import HEADINGS, NIGHT_DUTY, case, save_csv, save_text, save_xlsx

WORDS = {
    "ethnicity": ["W1", "", "NS", "B1"],
    "disability": ["None", "ADHD", "", "N/A"],
    "protected": ["Yes", "No", ""],
    "grade": ["good", "requires improvement", ""],
}
ROWS = [
    [str(cell) for cell in case(
        f"C{n:03}", allocated="01/03/2024",
        **{field: words[n % len(words)] for field, words in WORDS.items()},
    )]
    for n in range(40)
]  # fmt: skip


def _xlsx(path: Path) -> None:
    save_xlsx(path, [HEADINGS, *ROWS])


def _ods(path: Path) -> None:
    rows = (f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in ROWS)
    path.write_bytes(ods("".join(rows)))


def _xls(path: Path) -> None:
    cells = (
        text_record(row, at, cell)
        for row, cells in enumerate(ROWS, 3)
        for at, cell in enumerate(cells)
    )
    path.write_bytes(xls(b"".join(cells)))


def _xlsb(path: Path) -> None:
    path.write_bytes(BinaryBook([HEADINGS, *ROWS]).xlsb())


def _csv(path: Path) -> None:
    save_csv(path, [HEADINGS, *ROWS])


def _parquet(path: Path) -> None:
    polars.DataFrame(ROWS, schema=HEADINGS, orient="row").write_parquet(path)


MAKERS: Mapping[str, Callable[[Path], None]] = {
    ".xlsx": _xlsx, ".ods": _ods, ".xls": _xls, ".xlsb": _xlsb, ".csv": _csv, ".parquet": _parquet,
}  # fmt: skip


def _flipped(data: bytes, chance: random.Random) -> bytes:
    place, bit = chance.randrange(len(data)), chance.randrange(8)
    return data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _blanked(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data) - 16)
    return data[:place] + bytes(16) + data[place + 16 :]


def _part_cut(data: bytes, chance: random.Random) -> bytes:
    """A package with a part cut short before it was packed, so that its checksum is right."""
    if not data.startswith(b"PK"):
        return _cut(data, chance)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(made, "w") as copy:
        cut = chance.choice(
            [name for name in package.namelist() if package.getinfo(name).file_size]
        )
        for name in package.namelist():
            part = package.read(name)
            copy.writestr(name, _cut(part, chance) if name == cut else part)
    return made.getvalue()


DAMAGES: Mapping[str, Callable[[bytes, random.Random], bytes]] = {
    "a flipped bit": _flipped,
    "cut short": _cut,
    "sixteen bytes lost": _blanked,
    "a part cut short": _part_cut,
}


def answer(path: Path) -> Any:
    """What is counted in a file, or that there is a message."""
    try:
        result = open_audit([path], str(path.with_name("rubric.yaml"))).result(ScoreOptions(DAY))
    except AuditError:
        return None
    data = result.model_dump(mode="json")
    return data["case_count"], data["criteria"], data["grades"]


def tried(suffix: str, damage: str, number: int, folder: Path) -> Counter[str]:
    """What became of so many damaged files: the same answer, a message, or another answer."""
    save_text(folder / "rubric.yaml", NIGHT_DUTY)
    good, bad = folder / f"good{suffix}", folder / f"bad{suffix}"
    MAKERS[suffix](good)
    data, expected = good.read_bytes(), answer(good)
    assert expected is not None
    ends: Counter[str] = Counter()
    for seed in range(number):
        bad.write_bytes(DAMAGES[damage](data, random.Random(seed)))
        found = answer(bad)
        ends["a message" if found is None else "the same" if found == expected else "another"] += 1
    return ends


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        for suffix in MAKERS:
            for damage in DAMAGES:
                ends = tried(suffix, damage, int(sys.argv[1]), Path(place))
                sys.stdout.write(f"{suffix}, {damage}: {dict(ends)}\n")
