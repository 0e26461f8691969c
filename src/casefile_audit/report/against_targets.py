"""Findings beside their targets, as tables with a bar for each rate."""

from collections.abc import Sequence

from casefile_audit.english import FEWEST_FOR_SHARES
from casefile_audit.report.blocks import Cell, Rate, Section, Table, TableColumn, Text
from casefile_audit.report.findings import (
    Counted,
    against_target,
    finding,
    met,
    met_range,
    met_share,
    met_span,
    out_of,
    target,
)
from casefile_audit.results import CriterionResult

FINDING_COLUMNS = (
    TableColumn("Finding"),
    TableColumn(""),
    TableColumn("met", figures=True),
    TableColumn("range", figures=True),
    TableColumn("target", figures=True),
)
"""What a finding, its rate and its target stand under."""
_RANGE = 3


def findings_table(
    theme: str, criteria: Sequence[CriterionResult], cases: int, has_ranges: bool
) -> Table:
    """Criteria against their targets, a row each; with what else there is to know of each count."""
    columns = [*FINDING_COLUMNS, TableColumn("against target")]
    rows: list[Sequence[Cell] | Section] = [
        [
            Text(finding(each), note=out_of(each, cases)),
            rate_of(each),
            Text(met(each)),
            Text(met_range(each)),
            Text(target(each)),
            Text(against_target(each).in_short),
        ]
        for each in criteria
    ]
    named = f"{theme}: each question" if theme else "Each question"
    caption = f"{named} against its target, furthest below first"
    return with_ranges(caption, columns, rows, has_ranges)


def with_ranges(
    caption: str,
    columns: Sequence[TableColumn],
    rows: Sequence[Sequence[Cell] | Section],
    has_ranges: bool,
) -> Table:
    """A table of findings; without the column of ranges where a page has none, as of few cases."""
    kept = [place for place in range(len(columns)) if has_ranges or place != _RANGE]
    return Table(
        caption,
        [columns[place] for place in kept],
        [row if isinstance(row, Section) else [row[place] for place in kept] for row in rows],
    )


def rate_of(criterion: Counted) -> Rate:
    """A criterion's rate, to be drawn."""
    whole = criterion.applicable
    span = met_span(criterion)
    said = [f"Met in {met(criterion)}"]
    said += [f"in part in {criterion.partly_met:,} of {whole:,}"] if criterion.partly_met else []
    said += [f"range {met_range(criterion)}"] if span else []
    said += [f"target {target(criterion)}"] if criterion.target is not None else []
    return Rate(
        says=f"{'; '.join(said)}.",
        met=met_share(criterion),
        part=criterion.partly_met / whole,
        low=span.low if span else None,
        high=span.high if span else None,
        target=None if criterion.target is None else criterion.target / 100,
        is_few=whole < FEWEST_FOR_SHARES,
    )
