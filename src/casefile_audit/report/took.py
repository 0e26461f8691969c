"""How long things took: the median, the shortest and the longest, and the share within limits."""

from collections.abc import Iterable, Iterator

from casefile_audit.english import FEWEST_FOR_SHARES, count, listing, share
from casefile_audit.report.blocks import Block, Cell, Heading, Sentence, Table, TableColumn, Text
from casefile_audit.results import CriterionResult, Result, TookResult, WithinResult


def took_in_short(result: Result) -> Iterator[Block]:
    """A sentence on each question for which the rubric has several limits."""
    for criterion in result.criteria.values():
        if criterion.took and criterion.took.within:
            yield Sentence(f"How long it took, {criterion.title}: {took_says(criterion)}.")


def took_says(criterion: CriterionResult) -> str:
    """How long it took in one question, in words; empty where that isn't known."""
    its = criterion.took
    if its is None:
        return ""
    span = count(its.longest, its.unit)
    said = f"median {_length(its)}" if its.shortest < its.longest else f"{span} each"
    said += f", {its.shortest:,} to {span}" if its.shortest < its.longest else ""
    said += f", in the {its.done:,} of {criterion.applicable:,} in which it was done"
    within = [f"within {each.limit} {_kept(each)}" for each in its.within]
    return f"{said}; {listing(within)}" if within else said


def _length(its: TookResult) -> str:
    if its.median.is_integer():
        return count(int(its.median), its.unit)
    return f"{its.median:,g} {its.unit}s"


def _span(its: TookResult) -> str:
    first = f"{its.shortest:,} to " if its.shortest < its.longest else ""
    return f"{first}{count(its.longest, its.unit)}"


def _kept(each: WithinResult) -> str:
    said = f"{each.met:,} of {each.applicable:,}"
    if each.applicable < FEWEST_FOR_SHARES:
        return said
    return f"{said} ({share(each.met, each.applicable)})"


def took_table(criteria: Iterable[CriterionResult]) -> Iterator[Block]:
    """A table of how long everything took that has a limit."""
    rows: list[list[Cell]] = [
        [
            Text(criterion.title, note="; ".join(f"{e.limit}: {_kept(e)}" for e in its.within)),
            Text(f"{its.done:,} of {criterion.applicable:,}"),
            Text(_length(its)),
            Text(_span(its)),
        ]
        for criterion in criteria
        if (its := criterion.took) is not None
    ]
    if rows:
        yield Heading("How long it took", level=3)
        columns = [TableColumn("Question"), TableColumn("done", figures=True)]
        columns += [TableColumn("median", figures=True), TableColumn("range", figures=True)]
        yield Table("How long it took, where it was done", columns, rows)
