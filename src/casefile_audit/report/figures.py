"""Figures as one tidy table for other programs: how they are put together, and a scored audit's."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from casefile_audit.english import FEWEST_FOR_SHARES
from casefile_audit.output.writing import OutputTable, Written
from casefile_audit.publishing.models import PublishedCriterion, PublishedGrade, ShownCriterion
from casefile_audit.report.findings import against_target, finding, met_share, met_span
from casefile_audit.results import CriterionResult, GradeResult, GroupResult, Result, TookResult
from casefile_audit.statistics.proportion import Interval

_Whole = TypeVar("_Whole")
_Group = TypeVar("_Group")
FigureRow = dict[str, Written]
"""A row of figures, by the headings of its columns."""

_DIGITS = 4
KINDS = {"recorded": "grade", "derived": "grade by the rubric"}
"""What a row of each kind of grades is called."""


def figures_table(rows: Iterable[FigureRow]) -> OutputTable:
    """Rows as a table of every column that one of them has; the columns stand as they first come.

    Rows of several kinds share their columns, so each kind gives its own in the order in which they
    are to be read.
    """
    listed = list(rows)
    headings = list(dict.fromkeys(heading for row in listed for heading in row))
    return OutputTable("Figures", headings, [[row.get(h) for h in headings] for row in listed])


def of_each_part(
    whole: _Whole,
    groups: Mapping[str, Mapping[str, _Group]],
    rows_of: Callable[[_Whole | _Group, bool], Iterable[FigureRow]],
) -> Iterator[FigureRow]:
    """The rows of all the cases first, then of each group, each saying of which it is.

    ``rows_of`` is told whether what it makes rows of is all the cases.
    """
    parts: list[tuple[str, str, _Whole | _Group]] = [("", "", whole)]
    parts += [(by, group, its) for by, values in groups.items() for group, its in values.items()]
    for by, group, part in parts:
        for row in rows_of(part, not by):
            yield {"By": by, "Group": group, **row}


def percent(share: float | None) -> float | None:
    """A share from 0 to 1 as a percentage."""
    return None if share is None else round(100 * share, _DIGITS)


def percent_of(part: int, whole: int) -> float | None:
    """A percentage, where there are cases enough for one."""
    return percent(part / whole) if whole >= FEWEST_FOR_SHARES else None


def ends(interval: Interval | None) -> tuple[float | None, float | None]:
    """The ends of a range, where there is one."""
    return (None, None) if interval is None else (interval.low, interval.high)


def score_figures(result: Result) -> OutputTable:
    """Every count of a scored audit: of all its cases first, then of each group."""
    return figures_table(of_each_part(result, result.groups, _of_cases))


def _of_cases(part: Result | GroupResult, held: bool) -> Iterator[FigureRow]:
    for name, criterion in part.criteria.items():
        yield {"Kind": "question", "Name": name, **_question(criterion, held)}
    for name, grade in part.grades.items():
        for kind in KINDS:
            counts: dict[str, int] = getattr(grade, kind)
            if whole := sum(counts.values()):
                yield from split_figures(name, grade, kind, counts, whole)


def _question(criterion: CriterionResult, held: bool) -> FigureRow:
    """A question's counts; only all the cases together are held to its target."""
    return {
        **count_figures(criterion, finding(criterion) if criterion.applicable else None),
        **rate_figures(criterion, held),
        **(_took(criterion.took) if criterion.took else {}),
    }


def count_figures(criterion: CriterionResult | PublishedCriterion, said: str | None) -> FigureRow:
    """What a question is called, its finding, and how many cases have each outcome."""
    return {
        "Title": criterion.title,
        "Theme": criterion.theme,
        "Grade": None,
        "Finding": said,
        "Count": criterion.missing,
        "Of": criterion.applicable,
        "Met": criterion.met,
        "Partly met": criterion.partly_met,
        "Not met": criterion.not_met,
        "Not recorded": criterion.not_recorded,
        "Not applicable": criterion.not_applicable,
        "Cannot tell": criterion.cannot_tell,
    }


def _took(its: TookResult) -> FigureRow:
    """How long it took, in the cases in which it was done."""
    return {
        "Done": its.done,
        "Median": its.median,
        "Shortest": its.shortest,
        "Longest": its.longest,
        "Took in": f"{its.unit}s",
    }


def rate_figures(criterion: CriterionResult | ShownCriterion, held: bool) -> FigureRow:
    """The share that met a question, its range, and how it stands to its target if it is held."""
    is_share = criterion.applicable >= FEWEST_FOR_SHARES
    span = met_span(criterion)
    return {
        "Met, %": percent(met_share(criterion) if is_share else None),
        "Met from, %": percent(span.low if span else None),
        "Met to, %": percent(span.high if span else None),
        "Target, %": criterion.target,
        "Against target": (against_target(criterion).in_short or None) if held else None,
    }


def split_figures(
    name: str,
    grade: GradeResult | PublishedGrade,
    kind: str,
    counts: Mapping[str, int | str],
    whole: int | str,
) -> Iterator[FigureRow]:
    """How many cases have each grade, of how many."""
    of: FigureRow = {"Kind": KINDS[kind], "Name": name, "Title": grade.title}
    yield from ({**of, "Grade": word, "Count": counts[word], "Of": whole} for word in grade.scale)
