"""How long workbooks take to read: by this program, by python-calamine alone, and by openpyxl.

``python benchmarks/reading.py`` prints a Markdown table of ratios. Each row's readings are taken
in turn, so that a change in the machine's speed falls on all alike; the ratios are of medians.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook

from casefile_audit.files.workbook import open_workbook

ROUNDS = 7
SAMPLES = Path(__file__).parents[1] / "samples"


def by_calamine(path: Path) -> None:
    """Every sheet's cells, by python-calamine alone."""
    with CalamineWorkbook.from_path(path) as book:
        for index in range(len(book.sheet_names)):
            book.get_sheet_by_index(index).to_python(skip_empty_area=False)


def by_openpyxl(path: Path) -> None:
    """Every sheet's values, by openpyxl in its quick, read-only way."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    for sheet in book.worksheets:
        for _ in sheet.iter_rows(values_only=True):
            pass
    book.close()


def generated(folder: Path, rows: int, columns: int) -> Path:
    """A workbook of seeded words, dates and numbers."""
    source = random.Random(2024)
    words = ["Yes", "No", "N/A", "White British", "Not known", "Bolton", "Bury"]
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Cases")
    sheet.append([f"Heading {column}" for column in range(columns)])
    for row in range(rows):
        sheet.append([f"REF/{row:06}", *(source.choice(words) for _ in range(columns - 1))])
    path = folder / f"{rows}x{columns}.xlsx"
    book.save(path)
    return path


def medians(path: Path, readers: list[Callable[[Path], object]]) -> list[float]:
    """The median time in seconds of each reader, taken in turn."""
    times: list[list[float]] = [[] for _ in readers]
    for _ in range(ROUNDS):
        for reader, taken in zip(readers, times, strict=True):
            start = time.perf_counter()
            reader(path)
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


def main() -> None:
    """Print the table."""
    print("| workbook | of python-calamine alone | openpyxl, of this program |")
    print("|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        paths = [*sorted(SAMPLES.glob("*.xlsx")), generated(Path(folder), 10_000, 20)]
        for path in paths:
            ours, calamine, theirs = medians(path, [open_workbook, by_calamine, by_openpyxl])
            print(f"| {path.name} | {ours / calamine:.1f} | {theirs / ours:.1f} |")


if __name__ == "__main__":
    main()
