"""Headings that say the same twice, in two languages, or that all bear the name of their table."""

import re
from collections.abc import Callable, Mapping, Sequence

# "Enw / Name", "Name (Enw)", or one under the other in a cell.
_HALVES_RE = re.compile(r"([^\n/|()]+)(?:\n| / | \| |\()([^\n/|()]+)\)?")
_OF_TABLE_RE = re.compile(r"([^\[\]]+)\[([^\[\]]+)\]")
# Fewer headings may look alike by chance.
_LEAST, _SHARE = 4, 0.8
# A hint or a remark says something more, in the language of the heading.
_ENGLISH_RE = re.compile(
    r"\b(?:of|the|to|in|is|if|for|by|at|and|or|from|date|due|planned|not|no|only|with)\b", re.I
)


def halves_that_count(
    headings: Mapping[int, str], is_known: Callable[[str], bool]
) -> dict[int, str]:
    """What the headings of a row are for short, by the same keys; empty where they say it once.

    Args:
        headings: the texts of a row as they are typed, line breaks and all.
    """
    of_table = _parted(headings, _OF_TABLE_RE)
    if len(of_table) == len(headings) and len({table for table, _ in of_table.values()}) == 1:
        return {at: own for at, (_, own) in of_table.items()}
    twice = _parted(headings, _HALVES_RE)
    if len(twice) < max(_LEAST, _SHARE * len(headings)):
        return {}
    for own, other in ((0, 1), (1, 0)):
        others = [halves[other] for halves in twice.values()]
        if sum(is_known(halves[own]) for halves in twice.values()) >= _LEAST and _are_foreign(
            others, is_known
        ):
            return {at: halves[own] for at, halves in twice.items()}
    return {}


def _parted(headings: Mapping[int, str], by: re.Pattern[str]) -> dict[int, tuple[str, str]]:
    found = {at: by.fullmatch(text) for at, text in headings.items()}
    halves = {at: (its[1].strip(), its[2].strip()) for at, its in found.items() if its}
    return {at: pair for at, pair in halves.items() if all(pair)} if len(halves) >= _LEAST else {}


def _are_foreign(texts: Sequence[str], is_known: Callable[[str], bool]) -> bool:
    """Whether they may be the headings in another language: each its own, and none a remark."""
    return len({*texts}) == len(texts) and not any(
        is_known(text) or _ENGLISH_RE.search(text) for text in texts
    )
