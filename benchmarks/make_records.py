"""Made-up case records, from a seed: as many as wanted, as csv, parquet or a workbook.

``python benchmarks/make_records.py OUT.csv --rows 1000000 --narrative``. They are made and written
a piece at a time, so that memory stays flat. `records.yaml` is the rubric that asks about them.
"""

import argparse
import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
import xlsxwriter

Indexes = npt.NDArray[np.int64]

Cell = str | int | dt.date | None

PIECE = 250_000
FIRST_DAY = dt.date(2023, 1, 1)
DAYS_OPENED = 731
DAYS_AFTER = 365
EARLIEST_SLIP = 5

# Of a thousand cells, how many hold each text.
ANSWERS = {"Yes": 720, "No": 120, "Y": 40, "N": 15, "yes": 10, "Partly": 30, "": 30, "-": 4,
           "N/K": 10, "Not known": 5, "N/A": 12, "see notes": 3, "Yes?": 1}  # fmt: skip
NEEDED = {"Yes": 380, "No": 560, "Partly": 10, "": 30, "N/K": 10, "N/A": 7, "tick": 3}
GENDERS = {"Female": 480, "Male": 460, "F": 15, "M": 12, "Non-binary": 5, "Unknown": 8,
           "Not recorded": 5, "": 13, "N/A": 2}  # fmt: skip
ETHNICITIES = {"W1": 560, "W2": 8, "W3": 12, "W9": 50, "M1": 20, "M2": 8, "M3": 12, "M9": 16,
               "A1": 20, "A2": 60, "A3": 20, "A4": 6, "A9": 16, "B1": 14, "B2": 36, "B9": 12,
               "O2": 8, "O9": 20, "NS": 12, "IC1": 8, "IC3": 4, "Not known": 10, "": 55, "-": 5,
               "N/A": 2, "see file": 4, "Z7": 2}  # fmt: skip
DISABILITIES = {"None known": 700, "Learning": 60, "Autism": 70, "Hearing": 10, "Mobility": 20,
                "Not known": 50, "TBC": 10, "": 70, "N/A": 10}  # fmt: skip
RESULTS = {"No further action": 330, "Child in need plan": 280, "Child protection plan": 120,
           "Early help": 150, "Care order": 30, "NFA": 20, "Closed": 20, "": 40,
           "Not known": 6, "N/A": 4}  # fmt: skip
# A word here stands for a date that isn't there; None for one that is.
NO_DATE: dict[str, dict[str | None, int]] = {
    "Opened": {None: 988, "": 6, "N/K": 2, "2024-13-05": 2, "N/A": 2},
    "First visit": {None: 930, "": 45, "N/K": 8, "N/A": 12, "see notes": 3, "2024-02-31": 2},
    "Review 1": {None: 900, "": 80, "N/K": 5, "N/A": 12, "booked": 3},
    "Review 2": {None: 640, "": 340, "N/A": 18, "booked": 2},
    "Closed": {None: 620, "": 360, "N/K": 8, "N/A": 10, "soon": 2},
}
# Days from the date before: the middle, and how far most are from it.
DAYS_TO = {"First visit": (6, 5), "Review 1": (32, 14), "Review 2": (60, 16), "Closed": (90, 50)}
AGES = {str(age): 52 for age in range(18)} | {"18": 10, "19": 4, "117": 1, "": 34, "N/K": 8,
        "teen": 4, "N/A": 3}  # fmt: skip

PEOPLE = ("the child", "his mother", "her mother", "the father", "Gran", "the school nurse",
          "DC Ahmed", "the social worker", "her older brother", "a neighbour")  # fmt: skip
DEEDS = ("said that", "reported, again, that", "was seen at home and", "rang to say",
         "told the officer", "did not attend;", "asked whether",
         "agreed with the plan, but")  # fmt: skip
MATTERS = ("things at home are \"fine\"", "nobody had visited since March",
           "the bedroom was clean, warm and tidy", "he feels safe at school",
           "she doesn’t want to go back", "the strategy meeting was put off",
           "there had been shouting, and a door was broken", "contact is twice a week",
           "they would \"rather not say\"",
           "the placement is going well – no concerns")  # fmt: skip
BLAMING = ("promiscuous", "Streetwise", "attention-seeking", "a lifestyle choice",
           "put herself at\nrisk", "attention seeking", "PROMISCUOUS")  # fmt: skip
HARMLESS = ("quiet", "streetwiseness aside", "at no risk", "paying attention", "settled", "upset")
ENDINGS = (". ", ".\n", "; ", ". ", ".\n\n", ", and ")
OPENINGS_OF_NARRATIVE = 3_000
PARTS_OF_NARRATIVE = 4
ONE_BLAMING_IN = 120
NO_NARRATIVE = 0.02


class Maker:
    """Makes records piece by piece; the same seed makes the same records.

    Args:
        seed: of the random numbers.
        narrative: whether there is a narrative column.
        districts: how many districts there are.
        repeated: the share of records that have the reference of an earlier one.
    """

    def __init__(self, seed: int, narrative: bool, districts: int, repeated: float) -> None:
        self.chance = np.random.default_rng(seed)
        self.narrative = narrative
        self.districts = pa.array([f"District {n:04}" for n in range(1, districts + 1)])
        self.workers = pa.array([*(f"Worker {n:03}" for n in range(1, 401)), "", "TBC", "N/A"])
        self.repeated = repeated
        self.days = _days()
        self.parts = [self._narrative_parts(place) for place in range(PARTS_OF_NARRATIVE)]

    def pieces(self, rows: int) -> Iterator[pa.Table]:
        """All the records, at most PIECE at a time, every cell a text or nothing."""
        for start in range(0, rows, PIECE):
            yield self._piece(start, min(PIECE, rows - start))

    def _piece(self, start: int, n: int) -> pa.Table:
        columns = {
            "Case reference": self._references(start, n),
            "District": self.districts.take(pa.array(self._skewed(len(self.districts), n))),
            "Worker": self.workers.take(pa.array(self.chance.integers(len(self.workers), size=n))),
            "Gender": self._words(GENDERS, n),
            "Age": self._words(AGES, n),
            "Ethnicity": self._words(ETHNICITIES, n),
            "Disability": self._words(DISABILITIES, n),
            **self._dates(n),
            "Child seen": self._words(ANSWERS, n),
            "Child heard": self._words(ANSWERS, n),
            "Referral needed": self._words(NEEDED, n),
            "Referral made": self._words(ANSWERS, n),
            "Supervision": self._words(ANSWERS, n),
            "Result": self._words(RESULTS, n),
        }
        if self.narrative:
            columns["Narrative"] = self._narratives(n)
        return pa.table({name: _without_blanks(column) for name, column in columns.items()})

    def _words(self, rates: dict[str, int], n: int) -> pa.Array:
        return pa.array(list(rates)).take(pa.array(self._drawn(list(rates.values()), n)))

    def _drawn(self, weights: Sequence[int], n: int) -> Indexes:
        bounds = np.cumsum(weights)
        return np.searchsorted(bounds, self.chance.integers(bounds[-1], size=n), side="right")

    def _skewed(self, many: int, n: int) -> Indexes:
        """Some groups are several times as large as others."""
        return (many * self.chance.random(n) ** 1.5).astype(np.int64)

    def _references(self, start: int, n: int) -> pa.Array:
        numbers = np.arange(start, start + n)
        again = self.chance.random(n) < self.repeated
        numbers[again] = self.chance.integers(start + 1, size=int(again.sum()))
        digits = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), 8, "0")
        return pc.binary_join_element_wise("CF", digits, "/")

    def _dates(self, n: int) -> dict[str, pa.Array]:
        opened = self.chance.integers(DAYS_OPENED, size=n)
        columns = {}
        for name, rates in NO_DATE.items():
            middle, spread = DAYS_TO.get(name, (0, 0))
            after = np.rint(self.chance.normal(middle, spread, size=n)) if spread else np.zeros(n)
            day = opened + after.clip(-EARLIEST_SLIP, DAYS_AFTER).astype(np.int64) + EARLIEST_SLIP
            words = pa.array(list(rates), pa.string()).take(
                pa.array(self._drawn(list(rates.values()), n))
            )
            columns[name] = pc.coalesce(words, self.days.take(pa.array(day)))
        return columns

    def _narratives(self, n: int) -> pa.Array:
        parts = [
            part.take(pa.array(self.chance.integers(len(part), size=n))) for part in self.parts
        ]
        text = pc.binary_join_element_wise(*parts, "")
        return pc.if_else(pa.array(self.chance.random(n) < NO_NARRATIVE), "", text)

    def _narrative_parts(self, place: int) -> pa.Array:
        """About a quarter of a narrative each; the first dated, a few with words that blame."""
        return pa.array([self._part(place) for _ in range(OPENINGS_OF_NARRATIVE)])

    def _part(self, place: int) -> str:
        pick = self.chance.choice
        opening = f"{self.days[int(self.chance.integers(DAYS_OPENED))]}: " if place == 0 else ""
        sentence = f"{pick(PEOPLE)} {pick(DEEDS)} {pick(MATTERS)}"
        remarks = BLAMING if self.chance.integers(ONE_BLAMING_IN) == 0 else HARMLESS
        remark = f"{pick(PEOPLE)} {pick(DEEDS)} {pick(PEOPLE)} was {pick(remarks)}"
        return f"{opening}{sentence}{pick(ENDINGS)}{remark}{pick(ENDINGS)}"


def _days() -> pa.Array:
    first = FIRST_DAY - dt.timedelta(days=EARLIEST_SLIP)
    count = DAYS_OPENED + DAYS_AFTER + EARLIEST_SLIP
    return pa.array([str(first + dt.timedelta(days=n)) for n in range(count + 1)])


def _without_blanks(column: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, column.type), column)


def write_csv(path: Path, pieces: Iterator[pa.Table]) -> None:
    """Write comma-separated text, with quotation marks only where they are needed."""
    with path.open("wb") as file:
        for number, piece in enumerate(pieces):
            polars.DataFrame(piece).write_csv(file, include_header=not number)


def write_parquet(path: Path, pieces: Iterator[pa.Table]) -> None:
    """Write parquet, a row group for each piece."""
    first = next(pieces)
    with pyarrow.parquet.ParquetWriter(path, first.schema) as writer:
        for piece in chain([first], pieces):
            writer.write_table(piece)


def write_workbook(path: Path, pieces: Iterator[pa.Table]) -> None:
    """Write a workbook in which dates are dates and ages numbers, as Excel keeps them."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Cases")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    row = 0
    for piece in pieces:
        names = piece.column_names
        if not row:
            sheet.write_row(0, 0, names)
        typed = [_typed(name, column) for name, column in zip(names, piece.columns, strict=True)]
        for cells in zip(*typed, strict=True):
            row += 1
            for column, cell in enumerate(cells):
                if isinstance(cell, dt.date):
                    sheet.write_datetime(row, column, cell, day)
                elif isinstance(cell, int):
                    sheet.write_number(row, column, cell)
                elif cell:
                    sheet.write_string(row, column, cell)
    book.close()


def _typed(name: str, column: pa.ChunkedArray) -> list[Cell]:
    texts: list[Cell] = column.to_pylist()
    if name not in NO_DATE and name != "Age":
        return texts
    of = {text: _cell(text) for text in set(texts)}
    return [of[text] for text in texts]


def _cell(text: Cell) -> Cell:
    if not isinstance(text, str):
        return text
    for read in (int, dt.date.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    return text


WRITERS = {".csv": write_csv, ".parquet": write_parquet, ".xlsx": write_workbook}


def make(
    path: Path,
    rows: int,
    *,
    narrative: bool = False,
    districts: int = 40,
    repeated: float = 0.0,
    seed: int = 2024,
) -> None:
    """Make a file of so many records; what kind of file, its name says."""
    WRITERS[path.suffix](path, Maker(seed, narrative, districts, repeated).pieces(rows))


def main() -> None:
    """Read the command line and make the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--narrative", action="store_true")
    parser.add_argument("--districts", type=int, default=40)
    parser.add_argument("--repeated", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=2024)
    make(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
