"""What every page says first and last: what was read and not counted, what to know, what next."""

from collections.abc import Iterator, Sequence

from casefile_audit.english import count, first_few, listing
from casefile_audit.report.blocks import Block, Heading, Items, Sentence, Tone
from casefile_audit.results import NotCounted, only_says

_MOST_NAMED = 3
_PASSED = (
    "not read yet",
    "not asked for",
    "not available",
    "in reserve",
    "that the rubric counts as no case",
)


def read_files(cases: int, files: Sequence[str], only: Sequence[str], left: NotCounted) -> str:
    """``48 cases, reviews.xlsx (2 cells in doubt: AA5 and E41; left out: row 53, a total)``."""
    beside = "; ".join(not_counted(left))
    read = f"{count(cases, 'case')}, {listing(files, most=4)}{only_says(only)}"
    return f"{read} ({beside})" if beside else read


def rows_passed(*counts: int) -> list[str]:
    """How many rows are in no count, by why, in the order of ``_PASSED``."""
    return [f"{n:,} {why}" for n, why in zip(counts, _PASSED, strict=True) if n]


def not_counted(left: NotCounted) -> Iterator[str]:
    """The cells in doubt and the rows left out, the first of them by name."""
    if left.cells_total:
        named = listing(first_few(left.cells, _MOST_NAMED, "{:,} more", left.cells_total))
        yield f"{count(left.cells_total, 'cell')} in doubt: {named}"
    if left.rows_total == 1:
        yield f"left out: {left.rows[0]}"
    elif left.rows_total:
        named = listing(first_few(left.rows, _MOST_NAMED, "others"))
        yield f"left out: {count(left.rows_total, 'row')} ({named})"


def to_know_before(warnings: Sequence[str]) -> Iterator[Block]:
    """What is to be read before the answer, such as where two audits are not alike."""
    if warnings:
        yield Heading("Before you read the answer")
        yield Items(warnings, Tone.WARNING)


def and_more(left: int, what: str = "more", where: str = "--full") -> list[Block]:
    """How many there was no room for, and where they are; nothing where all are shown."""
    return [Sentence(f"and {left:,} {what}: {where}", Tone.WARNING)] if left > 0 else []


def next_steps(*steps: str) -> Sentence:
    """What can be typed next, but for steps that are empty."""
    return Sentence(f"Next: {' · '.join(filter(None, steps))}", Tone.QUIET)
