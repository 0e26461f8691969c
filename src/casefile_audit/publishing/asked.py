"""Whom a question or a grade is for, where the counts of another tell it.

Whoever knows the rubric knows that two questions are for the very same cases, or that the outcome
of a discussion is asked for where one was held: then 33 cases that needed one, and 31 whose outcome
was asked for, tell that 2 went without. What the rubric says isn't looked at: where cases are the
same ones, they are taken to be so by its rules.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from casefile_audit.publishing.counts import (
    GRADED,
    KINDS,
    WITHOUT,
    PublishedCount,
    Relation,
    graded,
    is_asked,
    scopes_of,
    split_name,
    splits_of,
)
from casefile_audit.results import LETTER_OF_COUNT, Result

Cases = int
"""Some cases as a number: that of several outcomes together is the sum of theirs."""

_APPLICABLE, _NOT_APPLICABLE, _CANNOT_TELL = KINDS[0], *KINDS[6:]
_MORE_THAN_ANY: Final = 10**12


def asked_of(result: Result, counts: Iterable[PublishedCount]) -> Iterator[Relation]:
    """That a count is of the same cases as others together, in each scope that has it."""
    scopes: dict[tuple[str, str], list[PublishedCount]] = defaultdict(list)
    for count in counts:
        scopes[count.part, count.kind].append(count)
    for (part, kind), others in _told({**_of_outcomes(result), **_of_grades(result)}):
        for count in scopes[part, kind]:
            same = (count._replace(part=other, kind=its) for other, its in others)
            yield ((count, -1), *((each, 1) for each in same))


def _told(
    parts: Mapping[str, Mapping[str, Cases]],
) -> Iterator[tuple[tuple[str, str], list[tuple[str, str]]]]:
    first: dict[Cases, tuple[str, str]] = {}
    for part, its in parts.items():
        for kind, cases in _whom(its):
            if cases in first:  # whatever else tells of these is told by now
                yield (part, kind), [first[cases]]
                continue
            first[cases] = part, kind
            for other in parts:
                if other != part and (kinds := _making_up(cases, parts[other])):
                    yield (part, kind), [(other, each) for each in kinds]


def _whom(its: Mapping[str, Cases]) -> Iterator[tuple[str, Cases]]:
    """The cases that a question is for, or isn't, or that have a grade: some, and not all."""
    asked = {
        kind: n for kind, n in its.items() if kind not in (_NOT_APPLICABLE, _CANNOT_TELL, WITHOUT)
    }
    found = {GRADED if WITHOUT in its else _APPLICABLE: sum(asked.values())}
    if _NOT_APPLICABLE in its:
        found[_NOT_APPLICABLE] = its[_NOT_APPLICABLE]
    yield from ((kind, cases) for kind, cases in found.items() if 0 < cases < sum(its.values()))


def _making_up(cases: Cases, its: Mapping[str, Cases]) -> tuple[str, ...]:
    """The outcomes that are those of just these cases."""
    some = [kind for kind, n in its.items() if n]
    for number in range(1, len(some)):
        for kinds in combinations(some, number):
            if sum(its[kind] for kind in kinds) == cases:
                return kinds
    return ()


def _of_outcomes(result: Result) -> dict[str, dict[str, Cases]]:
    """The cases of each outcome of each question."""
    asked = {name: its for name, its in result.criteria.items() if is_asked(its)}
    if (found := result.by_case) is not None:
        return {
            name: {
                kind: _these(found.outcomes[name], letter)
                for kind, letter in LETTER_OF_COUNT.items()
            }
            for name in asked
        }
    # Too many cases to look at one by one: as many in all and in each group are taken for the same.
    groups = [group.criteria for _, group in scopes_of(result)]
    return {
        name: {
            kind: _as_one(getattr(each[name], kind) for each in groups) for kind in LETTER_OF_COUNT
        }
        for name in asked
    }


def _of_grades(result: Result) -> dict[str, dict[str, Cases]]:
    """The cases of each word of each grade, where they are listed."""
    return {
        split_name(name, kind): {
            **{graded(word): _these(words, word) for word in counts},
            WITHOUT: _these(words, None),
        }
        for name, grade in result.grades.items()
        if len(grade.cases) == result.case_count
        for kind, counts, _ in splits_of(grade)
        for words in [[getattr(case, kind) for case in grade.cases]]
    }


def _these(found: Sequence[str | None], wanted: str | None) -> Cases:
    return sum(1 << place for place, each in enumerate(found) if each == wanted)


def _as_one(counts: Iterable[int]) -> Cases:
    return sum(n * _MORE_THAN_ANY**place for place, n in enumerate(counts))
