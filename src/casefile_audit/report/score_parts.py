"""What the page of a scored audit and that of its publication have in common."""

from collections.abc import Iterator, Mapping, Sequence

from casefile_audit.english import FEWEST_FOR_SHARES, listing, long_day
from casefile_audit.report.blocks import (
    Block,
    Columns,
    Heading,
    Row,
    Sentence,
    Text,
    figures,
    table,
)
from casefile_audit.report.findings import Counted, met, target


def areas_for_improvement(missed: Sequence[Counted]) -> Iterator[Block]:
    """What fell below its target, the furthest below first; nothing where nothing did."""
    if not missed:
        return
    yield Heading("Areas for improvement", annex=True)
    columns: Columns = ["Area", *figures("figure", "met", "target"), "deadline"]
    rows: list[Row] = [
        [
            Text(f"{number}. {each.title}", note=each.question),
            f"{each.missing:,} of {each.applicable:,}",
            met(each),
            target(each),
            _deadline(each),
        ]
        for number, each in enumerate(missed, 1)
    ]
    yield table("What fell below its target, furthest below first", columns, rows)


def _deadline(criterion: Counted) -> str:
    if criterion.deadline is None:
        return "to be set"
    what = f" ({criterion.due_for})" if criterion.due_for else ""
    return f"{long_day(criterion.deadline)}{what}"


def too_few(sizes: Mapping[str, int | None]) -> Iterator[Block]:
    """Which groups have too few cases to be compared, by how many each has: None where hidden."""
    few = [name for name, size in sizes.items() if size is not None and size < FEWEST_FOR_SHARES]
    if few:
        has = "has" if len(few) == 1 else "have"
        which = "Each has" if len(few) == len(sizes) else f"{listing(few, most=6)} {has}"
        yield Sentence(
            f"{which} fewer than {FEWEST_FOR_SHARES} cases: too few to compare. Read the counts "
            "as places to look."
        )
