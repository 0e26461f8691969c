"""What could change a count, or ought to be known of the files: facts with a code and a level."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from enum import StrEnum
from itertools import islice, pairwise

PLACES_NAMED = 8
"""So many places are named with an issue; ``total`` counts all of them."""


class Level(StrEnum):
    """How much an issue matters.

    A *doubt* could change a count: it is said before any finding, and no verdict of a clear change
    rests on cases that carry one. A *note* is said where the reading of the files is described.
    """

    DOUBT = "doubt"
    NOTE = "note"


class IssueCode(StrEnum):
    """What kind of issue it is: what tests and other programs ask for."""

    LANGUAGE_REVIEWED = "language-reviewed"
    ROWS_JOINED = "rows-joined"
    ROWS_CONTRADICT = "rows-contradict"
    REFERENCE_REPEATED = "reference-repeated"
    CASES_NOT_READ = "cases-not-read"
    ROWS_UNTOLD = "rows-untold"
    FILES_UNAVAILABLE = "files-unavailable"
    UNAVAILABLE_ANSWERED = "unavailable-answered"
    POPULATION_CHANGED = "population-changed"
    CASES_NOT_DRAWN = "cases-not-drawn"
    CASES_ABSENT = "cases-absent"
    RESERVE_SKIPPED = "reserve-skipped"
    RESERVE_UNEXPLAINED = "reserve-unexplained"
    STRATUM_NOT_READ = "stratum-not-read"
    COLUMN_BLANK = "column-blank"
    COLUMN_WITH_REMARK = "column-with-remark"
    COLUMN_HIDDEN = "column-hidden"
    COLUMNS_DISAGREE = "columns-disagree"
    SHEET_WITHOUT_HEADINGS = "sheet-without-headings"
    ROW_WITHOUT_REFERENCE = "row-without-reference"
    ROWS_STRUCK_OUT = "rows-struck-out"
    CELLS_STRUCK_OUT = "cells-struck-out"
    ROW_UNLIKE_CASES = "row-unlike-cases"
    FORMULA_NOT_CALCULATED = "formula-not-calculated"
    CELLS_UNREADABLE = "cells-unreadable"
    CELLS_OF_ERRORS = "cells-of-errors"
    FORMS_UNREAD = "forms-unread"
    FORM_OF_ANOTHER_VERSION = "form-of-another-version"
    FORM_BEYOND_READING = "form-beyond-reading"
    FORMS_PRINTED_SO = "forms-printed-so"
    FILES_WITHOUT_FORM = "files-without-form"
    ROWS_OUT_OF_PLACE = "rows-out-of-place"
    ROWS_MOVED = "rows-moved"
    ROWS_BROKEN = "rows-broken"
    ROWS_SWALLOWED = "rows-swallowed"
    ODD_BYTES = "odd-bytes"
    NUL_BYTES = "nul-bytes"
    MISSING_CODES = "missing-codes"
    DATES_MONTH_FIRST = "dates-month-first"
    DATES_OF_TWO_ORDERS = "dates-of-two-orders"
    DATES_TURNED = "dates-turned"
    DATES_FAR_AHEAD = "dates-far-ahead"
    DAY_FAR_AWAY = "day-far-away"
    OFFSETS_DROPPED = "offsets-dropped"
    REFERENCES_AS_DATES = "references-as-dates"
    REFERENCES_CUT = "references-cut"
    CASES_ENTERED_TWICE = "cases-entered-twice"
    REFERENCES_ALIKE = "references-alike"
    SAMPLES_ALIKE = "samples-alike"
    FRACTIONS_UNCLEAR = "fractions-unclear"
    COMMAS_UNCLEAR = "commas-unclear"
    TEXTS_CUT = "texts-cut"
    NOT_APPLICABLE_ASKED = "not-applicable-asked"
    ASKED_WHETHER = "asked-whether"
    NOTHING_WRITTEN = "nothing-written"
    FIRST_ROWS_LOOKED_AT = "first-rows-looked-at"


OF_HABITS = frozenset(
    (
        IssueCode.MISSING_CODES,
        IssueCode.DATES_MONTH_FIRST,
        IssueCode.DATES_OF_TWO_ORDERS,
        IssueCode.DATES_TURNED,
        IssueCode.DATES_FAR_AHEAD,
        IssueCode.OFFSETS_DROPPED,
        IssueCode.REFERENCES_AS_DATES,
        IssueCode.REFERENCES_CUT,
        IssueCode.FRACTIONS_UNCLEAR,
        IssueCode.COMMAS_UNCLEAR,
        IssueCode.TEXTS_CUT,
        IssueCode.NOT_APPLICABLE_ASKED,
        IssueCode.ASKED_WHETHER,
        IssueCode.NOTHING_WRITTEN,
        IssueCode.FIRST_ROWS_LOOKED_AT,
    )
)
"""What is told by all the cells of a column together."""


@dataclass(frozen=True)
class Issue:
    """One issue. The sentence about it is made where it is shown, in ``report.issues``.

    Attributes:
        code: what kind it is.
        level: whether it could change a count.
        file, sheet: where; empty for all of them.
        field: the rubric's field that it bears on, if there is one.
        total: how many places (cells, rows, sheets) it was found in.
        places: the first of them, as a reader finds them: ``E41``, ``row 25``, ``rows 25 to 54``.
        facts: what else its sentence needs, by name.
    """

    code: IssueCode
    level: Level
    file: str = ""
    sheet: str = ""
    field: str = ""
    total: int = 0
    places: tuple[str, ...] = ()
    facts: Mapping[str, str | int] = made_by(default_factory=dict)

    @classmethod
    def doubt(
        cls,
        code: IssueCode,
        places: Sequence[str] = (),
        *,
        file: str = "",
        sheet: str = "",
        field: str = "",
        total: int | None = None,
        facts: Mapping[str, str | int] | None = None,
    ) -> "Issue":
        """A doubt about places, of which the first are kept; ``total`` where not all are given."""
        total, named = len(places) if total is None else total, tuple(places[:PLACES_NAMED])
        return cls(code, Level.DOUBT, file, sheet, field, total, named, facts or {})

    @classmethod
    def of_rows(
        cls,
        code: IssueCode,
        rows: Sequence[int],
        *,
        file: str,
        sheet: str,
        total: int | None = None,
        facts: Mapping[str, str | int] | None = None,
    ) -> "Issue":
        """A doubt about rows of a sheet; ``total`` where not all of them are at hand."""
        total = len(rows) if total is None else total
        ranges = [*islice(row_ranges(rows), PLACES_NAMED)]
        return cls.doubt(code, ranges, file=file, sheet=sheet, total=total, facts=facts)

    def __add__(self, other: "Issue") -> "Issue":
        places = dict.fromkeys((*self.places, *other.places))
        return replace(self, total=self.total + other.total, places=tuple(places)[:PLACES_NAMED])


def merged(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Issues, those that say the same of one sheet added up: doubts first, else as they came."""
    found: dict[object, Issue] = {}
    for each in issues:
        key = (
            each.code,
            each.level,
            each.file,
            each.sheet,
            each.field,
            *sorted(each.facts.items()),
        )
        found[key] = found[key] + each if key in found else each
    return tuple(sorted(found.values(), key=lambda issue: issue.level is not Level.DOUBT))


def row_ranges(rows: Sequence[int]) -> Iterator[str]:
    """Row numbers in their order as places: ``row 12``, ``rows 25 to 54``."""
    if not rows:
        return
    starts = [0, *(n for n in range(1, len(rows)) if rows[n] != rows[n - 1] + 1), len(rows)]
    for start, stop in pairwise(starts):
        first, last = rows[start], rows[stop - 1]
        yield f"row {first}" if first == last else f"rows {first} to {last}"
