"""The criteria as pandas masks, for the rivals that run on pandas, and the files' reading."""

from collections.abc import Callable, Iterator
from functools import reduce
from operator import and_, or_
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from record_words import (
    ANSWERS,
    BLAMING,
    BLANK,
    COLUMNS,
    DATES,
    DAYS_TO_REVIEW,
    DAYS_TO_VISIT,
    ETHNICITIES,
    NARRATIVE,
    NO,
    NO_ETHNICITY,
    NOT_APPLICABLE,
    OLDEST,
    PARTLY,
    RESULTS,
    SILENT,
    UNKNOWN,
    WORDS_OF_COLUMNS,
    YES,
)

Masks = tuple[pd.Series, pd.Series]
"""The cases that a criterion applies to, and of them those that are missing it."""

ROWS_AT_A_TIME = 100_000
BYTES_AT_A_TIME = 2**24


def read_pieces(path: Path) -> Iterator[pd.DataFrame]:
    """The columns that the criteria need, some rows at a time, an empty cell being "".

    Text is read by pyarrow, which is several times as quick as pandas alone; pandas' own way to
    have it do so doesn't read line breaks inside a cell.
    """
    if path.suffix == ".csv":
        yield from _csv_pieces(path)
    elif path.suffix == ".parquet":
        yield from _parquet_pieces(path)
    else:
        frame = pd.read_excel(
            path,
            engine="calamine",
            usecols=lambda column: column in COLUMNS,
            dtype=str,
            keep_default_na=False,
        )
        # Cells that hold a date come with a clock time.
        yield frame.assign(**{column: frame[column].str.slice(0, 10) for column in DATES})


def _csv_pieces(path: Path) -> Iterator[pd.DataFrame]:
    there = [column for column in COLUMNS if column in pd.read_csv(path, nrows=0)]
    kinds = dict.fromkeys(there, pa.dictionary(pa.int32(), pa.string())) | {NARRATIVE: pa.string()}
    with pyarrow.csv.open_csv(
        path,
        read_options=pyarrow.csv.ReadOptions(block_size=BYTES_AT_A_TIME),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(include_columns=there, column_types=kinds),
    ) as reader:
        for batch in reader:
            yield batch.to_pandas()


def _parquet_pieces(path: Path) -> Iterator[pd.DataFrame]:
    words = [*WORDS_OF_COLUMNS, *DATES]
    with pyarrow.parquet.ParquetFile(path, read_dictionary=words) as file:
        there = [column for column in COLUMNS if column in file.schema_arrow.names]
        for batch in file.iter_batches(ROWS_AT_A_TIME, columns=there):
            frame = batch.to_pandas()
            for column in words:
                frame[column] = frame[column].cat.add_categories("")
            yield frame.fillna("")


def read_whole(path: Path) -> pd.DataFrame:
    """The same in one piece, for rivals that take nothing less."""
    return pd.concat([piece.astype("str") for piece in read_pieces(path)], ignore_index=True)


class Rules:
    """The criteria over one piece; each date is read once."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self.dates = {column: _dates(frame[column]) for column in DATES}
        self.read = {column: date.notna() for column, date in self.dates.items()}

    def masks(self) -> dict[str, Masks]:
        """The criteria that a file can be asked."""
        asked = {
            "ethnicity-recorded": self._ethnicity(),
            "gender-known": (~self._not_applicable("Gender"), self._is("Gender", SILENT)),
            "age-in-range": self._age(),
            "details-complete": self._details(),
            "visit-in-time": self._visit(),
            "review-in-time": self._review(),
            "closed-after-opened": self._closed(),
            "child-seen": self._yes("Child seen"),
            "listened-to": self._listened(),
            "referral-made": self._referral(),
            "result-listed": self._result(),
        }
        if NARRATIVE in self.frame:
            narrative = self.frame[NARRATIVE]
            asked["no-blaming-words"] = (narrative != "", _mentions(narrative))
        return asked

    def _is(self, column: str, words: list[str]) -> pd.Series:
        return self.frame[column].isin(words)

    def _not_applicable(self, column: str) -> pd.Series:
        return self._is(column, [NOT_APPLICABLE])

    def _unreadable_date(self, column: str) -> pd.Series:
        return ~self.read[column] & ~self._is(column, [*SILENT, NOT_APPLICABLE])

    def _in_time(self, column: str, days: int) -> pd.Series:
        return (self.dates[column] - self.dates["Opened"]).dt.days.between(0, days)

    def _ethnicity(self) -> Masks:
        missing = self._is("Ethnicity", NO_ETHNICITY)
        return missing | self._is("Ethnicity", [*ETHNICITIES, *UNKNOWN]), missing

    def _age(self) -> Masks:
        number = _by_distinct(self.frame["Age"], lambda texts: pd.to_numeric(texts, "coerce"))
        silent = self._is("Age", SILENT)
        outside = number.notna() & ~number.between(0, OLDEST)
        return number.notna() | silent, outside | silent

    def _details(self) -> Masks:
        details = ["Worker", "Gender", "Disability"]
        unasked = reduce(and_, map(self._not_applicable, details))
        return ~unasked, reduce(or_, (self._is(column, BLANK) for column in details))

    def _visit(self) -> Masks:
        unasked = self._not_applicable("First visit") | self._unreadable_date("First visit")
        applicable = self._is("Opened", SILENT) | (self.read["Opened"] & ~unasked)
        return applicable, applicable & ~self._in_time("First visit", DAYS_TO_VISIT)

    def _review(self) -> Masks:
        reviews = ["Review 1", "Review 2"]
        in_time = reduce(or_, (self._in_time(review, DAYS_TO_REVIEW) for review in reviews))
        unasked = reduce(or_, map(self._unreadable_date, reviews))
        unasked |= reduce(and_, map(self._not_applicable, reviews))
        applicable = self._is("Opened", SILENT) | (self.read["Opened"] & (in_time | ~unasked))
        return applicable, applicable & ~in_time

    def _closed(self) -> Masks:
        started = self.read["Opened"] | self._is("Opened", SILENT)
        applicable = self.read["Closed"] & started
        return applicable, applicable & ~(self.dates["Closed"] >= self.dates["Opened"])

    def _yes(self, column: str) -> Masks:
        return self._is(column, ANSWERS), self._is(column, [*NO, *SILENT])

    def _listened(self) -> Masks:
        both = ["Child heard", "Supervision"]
        yes = reduce(or_, (self._is(column, YES) for column in both))
        partly = reduce(or_, (self._is(column, PARTLY) for column in both))
        unasked = reduce(or_, (~self._is(column, [*ANSWERS, NOT_APPLICABLE]) for column in both))
        unasked |= reduce(and_, map(self._not_applicable, both))
        return yes | ~unasked, ~yes & ~partly & ~unasked

    def _referral(self) -> Masks:
        needed = self._is("Referral needed", [*YES, *PARTLY])
        applicable, missing = self._yes("Referral made")
        return needed & applicable, needed & missing

    def _result(self) -> Masks:
        applicable = ~self._not_applicable("Result")
        return applicable, applicable & ~self._is("Result", RESULTS)


def _mentions(column: pd.Series) -> pd.Series:
    """By pyarrow, many times as quick as Python's own search, to which pandas turns for this."""
    found = pc.match_substring_regex(pa.array(column), BLAMING)
    return pd.Series(found.to_numpy(zero_copy_only=False), index=column.index)


def _dates(column: pd.Series) -> pd.Series:
    return _by_distinct(
        column, lambda texts: pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce")
    )


def _by_distinct(column: pd.Series, read: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """Read each distinct text once."""
    codes, texts = pd.factorize(column)
    return pd.Series(read(pd.Series(texts)).to_numpy()[codes], index=column.index)
