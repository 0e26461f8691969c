"""How long things took: the median, the shortest and the longest, and the share within limits."""

from collections.abc import Iterable, Iterator, Mapping

from casefile_audit.english import FEWEST_FOR_SHARES, count, listing, share
from casefile_audit.report.blocks import (
    Block,
    Heading,
    Row,
    Section,
    Sentence,
    Text,
    figures,
    table,
)
from casefile_audit.results import CriterionResult, GroupResult, Result, TookResult, WithinResult


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


_COLUMNS = figures("done", "median", "shortest to longest")


def took_table(criteria: Iterable[CriterionResult]) -> Iterator[Block]:
    """A table of how long everything took that has a limit."""
    rows = [_row(each.title, each, each.took) for each in criteria if each.took is not None]
    if rows:
        yield Heading("How long it took", level=3)
        yield table("How long it took, where it was done", ["Question", *_COLUMNS], rows)


def took_by_group(
    criteria: Mapping[str, CriterionResult], groups: Mapping[str, GroupResult]
) -> Iterator[Block]:
    """How long it took in each group, of everything that has a limit."""
    rows: list[Row | Section] = []
    for name, criterion in criteria.items():
        own = {value: group.criteria[name] for value, group in groups.items()}
        took = [_row(value, its, its.took) for value, its in own.items() if its.took is not None]
        if took:
            rows += [Section(criterion.title), *took]
    if rows:
        caption = "How long it took, by group, where it was done"
        yield table(caption, ["How long it took", *_COLUMNS], rows)


def _row(name: str, criterion: CriterionResult, its: TookResult) -> Row:
    return [
        Text(name, note="; ".join(f"{each.limit}: {_kept(each)}" for each in its.within)),
        f"{its.done:,} of {criterion.applicable:,}",
        _length(its),
        _span(its),
    ]
