"""The criteria as Polars expressions, for the rivals that run on Polars, and the files' reading."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl
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
    YES,
)


@dataclass(frozen=True)
class Rule:
    """A criterion: the cases that it applies to, and of them those that are missing it."""

    applicable: pl.Expr
    missing: pl.Expr


def scan(path: Path) -> pl.LazyFrame:
    """The columns that the criteria need, every cell a text, an empty one being ""."""
    if path.suffix == ".csv":
        frame = pl.scan_csv(path, infer_schema=False)
    elif path.suffix == ".parquet":
        frame = pl.scan_parquet(path)
    else:
        frame = pl.read_excel(path, infer_schema_length=0).lazy()
        # Cells that hold a date come with a clock time.
        frame = frame.with_columns(pl.col(DATES).str.slice(0, 10))
    there = frame.collect_schema().names()
    return frame.select(pl.col(column).fill_null("") for column in COLUMNS if column in there)


def rules(frame: pl.LazyFrame) -> dict[str, Rule]:
    """The criteria that a file can be asked."""
    asked = {
        "ethnicity-recorded": _ethnicity(),
        "gender-known": _known("Gender"),
        "age-in-range": _age(),
        "details-complete": _details(),
        "visit-in-time": _visit(),
        "review-in-time": _review(),
        "closed-after-opened": _closed(),
        "child-seen": _yes("Child seen"),
        "listened-to": _listened(),
        "referral-made": _referral(),
        "result-listed": _result(),
    }
    if NARRATIVE in frame.collect_schema().names():
        narrative = pl.col(NARRATIVE)
        asked["no-blaming-words"] = Rule(narrative != "", narrative.str.contains(BLAMING))
    return asked


def _is(column: str, words: list[str]) -> pl.Expr:
    return pl.col(column).is_in(words)


def _not_applicable(column: str) -> pl.Expr:
    return pl.col(column) == NOT_APPLICABLE


def _date(column: str) -> pl.Expr:
    return pl.col(column).str.to_date("%Y-%m-%d", strict=False)


def _unreadable_date(column: str) -> pl.Expr:
    return _date(column).is_null() & ~_is(column, [*SILENT, NOT_APPLICABLE])


def _days_to(column: str) -> pl.Expr:
    return (_date(column) - _date("Opened")).dt.total_days()


def _ethnicity() -> Rule:
    missing = _is("Ethnicity", NO_ETHNICITY)
    return Rule(missing | _is("Ethnicity", [*ETHNICITIES, *UNKNOWN]), missing)


def _known(column: str) -> Rule:
    return Rule(~_not_applicable(column), _is(column, SILENT))


def _age() -> Rule:
    number = pl.col("Age").cast(pl.Int64, strict=False)
    silent = _is("Age", SILENT)
    outside = (~number.is_between(0, OLDEST)).fill_null(False)
    return Rule(number.is_not_null() | silent, outside | silent)


def _details() -> Rule:
    details = ["Worker", "Gender", "Disability"]
    return Rule(
        ~pl.all_horizontal(map(_not_applicable, details)),
        pl.any_horizontal(_is(column, BLANK) for column in details),
    )


def _visit() -> Rule:
    in_time = _days_to("First visit").is_between(0, DAYS_TO_VISIT).fill_null(False)
    unasked = _not_applicable("First visit") | _unreadable_date("First visit")
    applicable = _is("Opened", SILENT) | (_date("Opened").is_not_null() & ~unasked)
    return Rule(applicable, applicable & ~in_time)


def _review() -> Rule:
    reviews = ["Review 1", "Review 2"]
    in_time = pl.any_horizontal(
        _days_to(review).is_between(0, DAYS_TO_REVIEW).fill_null(False) for review in reviews
    )
    unasked = pl.any_horizontal(map(_unreadable_date, reviews)) | pl.all_horizontal(
        map(_not_applicable, reviews)
    )
    opened = _date("Opened").is_not_null() & (in_time | ~unasked)
    applicable = _is("Opened", SILENT) | opened
    return Rule(applicable, applicable & ~in_time)


def _closed() -> Rule:
    started = _date("Opened").is_not_null() | _is("Opened", SILENT)
    applicable = _date("Closed").is_not_null() & started
    in_order = (_date("Closed") >= _date("Opened")).fill_null(False)
    return Rule(applicable, applicable & ~in_order)


def _yes(column: str) -> Rule:
    return Rule(_is(column, ANSWERS), _is(column, [*NO, *SILENT]))


def _listened() -> Rule:
    both = ["Child heard", "Supervision"]
    yes = pl.any_horizontal(_is(column, YES) for column in both)
    partly = pl.any_horizontal(_is(column, PARTLY) for column in both)
    unread = pl.any_horizontal(~_is(column, [*ANSWERS, NOT_APPLICABLE]) for column in both)
    unasked = unread | pl.all_horizontal(map(_not_applicable, both))
    return Rule(yes | ~unasked, ~yes & ~partly & ~unasked)


def _referral() -> Rule:
    needed, made = _is("Referral needed", [*YES, *PARTLY]), _yes("Referral made")
    return Rule(needed & made.applicable, needed & made.missing)


def _result() -> Rule:
    applicable = ~_not_applicable("Result")
    return Rule(applicable, applicable & ~_is("Result", RESULTS))
