"""Lists to share reviews out by: forty cases of ten districts, and the pairs of a year before."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from sample_words import DISTRICTS, Chance

_EACH = 4
_FIRST_NAMES = ("Ade", "Beth", "Carys", "Dev", "Ewa", "Finn", "Gita", "Hana", "Imran", "Josie")
_SURNAMES = ("Ashby", "Birtles", "Chadha", "Duxbury", "Entwistle", "Farrow", "Grundy", "Hulme")


def write_lists(folder: Path) -> Iterator[Path]:
    """Write the lists into a folder."""
    yield _write(folder / "peer-review-list-2025.csv", _cases())
    yield _write(folder / "peer-review-rota-2024.csv", _last_year())


def _cases() -> list[Sequence[str]]:
    """Four cases of each district, in the order in which they came in, and who holds each."""
    chance = Chance("peer-review-list-2025")
    names = chance.shuffled([f"{first} {last}" for first in _FIRST_NAMES for last in _SURNAMES])
    districts = chance.shuffled([name for name in DISTRICTS for _ in range(_EACH)])
    references = chance.shuffled(range(100, 1000))
    rows = [
        (f"PR25/{reference}", district, name)
        for reference, district, name in zip(references, districts, names, strict=False)
    ]
    return [("Case ref", "District", "Social worker"), *rows]


def _last_year() -> list[Sequence[str]]:
    """The pairs of a year before: each district reviewed the next four."""
    pairs = [
        (reader, DISTRICTS[(place + step) % len(DISTRICTS)])
        for place, reader in enumerate(DISTRICTS)
        for step in range(1, _EACH + 1)
    ]
    return [("Reviewing team", "Team"), *pairs]


def _write(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path
