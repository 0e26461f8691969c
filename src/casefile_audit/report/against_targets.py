"""Findings beside their targets, as tables with a bar for each rate."""

from collections.abc import Sequence

from casefile_audit.english import FEWEST_FOR_SHARES
from casefile_audit.report.blocks import Columns, Rate, Row, Table, Text, figures, table
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

FINDING_COLUMNS: Columns = ("Finding", "", *figures("met", "range", "target"))
"""What a finding, its rate and its target stand under."""
RANGE = 3
"""The place of the range among them."""


def findings_table(
    theme: str, criteria: Sequence[CriterionResult], cases: int, has_ranges: bool
) -> Table:
    """Criteria against their targets, a row each; with what else there is to know of each count."""
    rows: list[Row] = [
        [
            Text(finding(each), note=out_of(each, cases)),
            *in_figures(each),
            against_target(each).in_short,
        ]
        for each in criteria
    ]
    named = f"{theme}: each question" if theme else "Each question"
    found = table(
        f"{named} against its target, furthest below first",
        [*FINDING_COLUMNS, "against target"],
        rows,
    )
    return found if has_ranges else found.without(RANGE)


def in_figures(criterion: Counted) -> Row:
    """A criterion's rate, drawn and in words, its range and its target."""
    return [rate_of(criterion), met(criterion), met_range(criterion), target(criterion)]


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
