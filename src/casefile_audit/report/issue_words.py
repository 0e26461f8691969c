"""Sentences about issues, filled in: a word for one and a word for several, counts and places."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import add

from casefile_audit.english import count, first_few, listing, quoted, sentence_case
from casefile_audit.issues import PLACES_NAMED, Issue, IssueCode

Wording = str | Callable[[Issue], str]
"""A sentence that is filled in, or what makes it of an issue."""

Sentences = Mapping[IssueCode, Wording]


def filled(wording: Wording, alike: Sequence[Issue]) -> str:
    """A sentence about an issue, or about several that are alike but for their fields: what stands
    in it between braces is put in.

    ``{n case}`` is how many cases there are, ``{is|are}`` a word for one and one for several;
    ``{fields}`` is each field with its part of the total; ``{field}``, ``{file}``, ``{total}`` and
    the facts go by their names, and what is put together of several places by those of
    ``_TOGETHER``.
    """  # noqa: D205 - one thought
    issue = reduce(add, alike)
    words = _Words(issue, fields=_fields(alike))
    return (wording if isinstance(wording, str) else wording(issue)).format_map(words)


def alike_but_for_fields(sentences: Sentences, issues: Iterable[Issue]) -> list[list[Issue]]:
    """Issues, those together that one sentence can be about."""
    found: dict[object, list[Issue]] = {}
    for number, each in enumerate(issues):
        wording = sentences[each.code]
        told = wording if isinstance(wording, str) else ""
        of_several = "{fields}" in told and "{field}" not in told
        facts = tuple(sorted(each.facts.items()))
        key = (each.code, each.file, each.sheet, facts) if of_several else number
        found.setdefault(key, []).append(each)
    return [*found.values()]


class _Words(dict[str, object]):
    def __init__(self, issue: Issue, fields: str) -> None:
        self.issue = issue
        own = {"field": issue.field, "fields": fields, "file": issue.file, "total": issue.total}
        super().__init__(**issue.facts, **own)

    def __missing__(self, key: str) -> str:
        if key.startswith("n "):
            return count(self.issue.total, key.removeprefix("n "))
        if key in _TOGETHER:
            return _TOGETHER[key](self.issue)
        one, several = key.split("|")
        return one if self.issue.total == 1 else several


def _fields(alike: Sequence[Issue]) -> str:
    """Each field, and where there are several how many of the cells are its own."""
    if len(alike) == 1:
        return f"`{alike[0].field}`"
    return listing(f"`{each.field}` ({each.total:,})" for each in alike)


def _at(issue: Issue) -> str:
    """The first places in brackets; empty where none is named."""
    where = f"{issue.sheet}!" if issue.sheet else ""
    return f" ({where}{listing(_named(issue, issue.places))})" if issue.places else ""


def _in_rows(issue: Issue) -> str:
    """The file, the sheet and the rows in brackets."""
    more = ["others"] if len(issue.places) == PLACES_NAMED else []
    return f" ({issue.file}, {issue.sheet}: {listing([*issue.places, *more])})"


def _rows(issue: Issue) -> str:
    """``Row 7 of cases.csv``, or the first of several."""
    if issue.total == 1:
        return f"{issue.places[0].capitalize()} of {issue.file}"
    numbers = [place.removeprefix("row ") for place in issue.places]
    return f"Rows {listing(_named(issue, numbers))} of {issue.file}"


def _references(issue: Issue) -> str:
    return listing(_named(issue, [*quoted(issue.places)]))


def _named(issue: Issue, places: Sequence[str]) -> list[str]:
    return first_few(places, 0, "{:,} more", issue.total)


_TOGETHER: Mapping[str, Callable[[Issue], str]] = {
    "at": _at,
    "in rows": _in_rows,
    "Rows": _rows,
    "place": lambda issue: issue.places[0],
    "Places": lambda issue: sentence_case(listing(issue.places)),
    "references": _references,
    "both references": lambda issue: listing(quoted(issue.places[:2])),
    "first code": lambda issue: str(issue.facts["codes"]).split(", ")[0],
}
