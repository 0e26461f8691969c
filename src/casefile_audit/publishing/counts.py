"""The counts of a result, and what adds up to what: all that somebody could reckon with."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

from casefile_audit.english import fold
from casefile_audit.publishing.models import NOT_ASKED, Figure, Publication, PublishedGroup
from casefile_audit.results import CriterionResult, GradeResult, GroupResult, Result

CASES: Final = "cases"
GRADED: Final = "graded"
WITHOUT: Final = "without"
KINDS: Final = (
    "applicable",
    "met",
    "partly_met",
    "missing",
    "not_met",
    "not_recorded",
    "not_applicable",
    "cannot_tell",
)
_GRADE: Final = "grade "

_Number = TypeVar("_Number", int, Figure)


class PublishedCount(NamedTuple):
    """What a count is of.

    Attributes:
        field, value: the group that its cases are in; both empty for all of them.
        part: a criterion, or a grade as recorded or derived; empty for the cases themselves.
        kind: an outcome, a word of the scale, or another name for some of the cases.
        source: the earlier publication, or the difference of some, that it is of; empty for what is
            to be published.
    """

    field: str
    value: str
    part: str
    kind: str
    source: str = ""

    @property
    def of_all(self) -> "PublishedCount":
        """The same of all the cases."""
        return self._replace(field="", value="")


class Row(NamedTuple):
    """Counts that tell of the same cases: if those are few, all of these are hidden."""

    whole: PublishedCount
    counts: tuple[PublishedCount, ...]


Relation = tuple[tuple[PublishedCount, int], ...]
"""Counts with a factor each, that come to nought whatever was found."""


def counts_of(result: Result) -> dict[PublishedCount, int]:
    """Every count of a result, the criteria left out that were asked of no case."""
    asked = {name for name, its in result.criteria.items() if is_asked(its)}
    return {
        count: n
        for (field, value), group in scopes_of(result)
        for count, n in _of_scope(
            PublishedCount(field, value, "", CASES),
            group.case_count,
            {name: its for name, its in group.criteria.items() if name in asked},
            {
                split_name(name, kind): (counts, sum(counts.values()), without)
                for name, grade in group.grades.items()
                for kind, counts, without in splits_of(grade)
            },
        )
    }


def scopes_of(result: Result) -> Iterator[tuple[tuple[str, str], GroupResult]]:
    """All the cases, then each group, by the field and the value that it is known by."""
    whole = GroupResult(
        case_count=result.case_count, criteria=result.criteria, grades=result.grades
    )
    yield ("", ""), whole
    for field, groups in result.groups.items():
        for value, group in groups.items():
            yield (field, value), group


def is_asked(criterion: CriterionResult) -> bool:
    """Whether a criterion was asked of any case: otherwise it has no figures at all."""
    return bool(criterion.applicable or criterion.cannot_tell or not criterion.not_asked)


def splits_of(grade: GradeResult) -> Iterator[tuple[str, dict[str, int], int]]:
    """The splits that a grade has: its kind, the counts, and the cases that have none."""
    if grade.recorded:
        yield "recorded", grade.recorded, grade.without_recorded
    if grade.derived:
        yield "derived", grade.derived, grade.without_derived


def split_name(grade: str, kind: str) -> str:
    """What counts of a split are called by."""
    return f"{grade} {kind}"


def graded(word: str) -> str:
    """The kind of count of the cases with one grade."""
    return f"{_GRADE}{word}"


def rows_of(counts: Iterable[PublishedCount]) -> Iterator[Row]:
    """The counts that tell of the same cases."""
    for (field, value), parts in _by_scope(counts).items():
        scope = PublishedCount(field, value, "", CASES)
        every = [PublishedCount(field, value, part, kind) for part in parts for kind in parts[part]]
        yield Row(scope, (scope, *every))
        for part, kinds in parts.items():
            whole = PublishedCount(field, value, part, GRADED if GRADED in kinds else KINDS[0])
            others = [WITHOUT, *KINDS[6:]]
            yield Row(whole, tuple(whole._replace(kind=k) for k in kinds if k not in others))


def _by_scope(counts: Iterable[PublishedCount]) -> dict[tuple[str, str], dict[str, list[str]]]:
    scopes: dict[tuple[str, str], dict[str, list[str]]] = {}
    for count in counts:
        parts = scopes.setdefault((count.field, count.value), {})
        if count.part:
            parts.setdefault(count.part, []).append(count.kind)
    return scopes


def relations_of(counts: Sequence[PublishedCount]) -> Iterator[Relation]:
    """What adds up to what, by what the counts are of alone."""
    values: dict[str, list[str]] = {}
    for (field, value), parts in _by_scope(counts).items():
        if field:
            values.setdefault(field, []).append(value)
        for part, kinds in parts.items():
            of = {kind: PublishedCount(field, value, part, kind) for kind in kinds}
            cases = PublishedCount(field, value, "", CASES)
            if GRADED in of:
                yield _sum(of[GRADED], [of[kind] for kind in kinds if kind.startswith(_GRADE)])
                yield _sum(cases, [of[GRADED], of[WITHOUT]])
            else:
                yield _sum(of["missing"], [of["not_met"], of["not_recorded"]])
                yield _sum(of["applicable"], [of["met"], of["partly_met"], of["missing"]])
                rest = [of["applicable"], of["not_applicable"], of["cannot_tell"]]
                yield _sum(cases, rest)
    for field, groups in values.items():
        for count in counts:
            if not count.field:
                yield _sum(count, [count._replace(field=field, value=value) for value in groups])


def _sum(whole: PublishedCount, parts: Sequence[PublishedCount]) -> Relation:
    """That parts add up to a whole."""
    return ((whole, -1), *((part, 1) for part in parts))


def refinements(result: Result, counts: Iterable[PublishedCount]) -> Iterator[Relation]:
    """That the groups of one field are made of another's, as districts make up a force."""
    facts = result.by_case.facts if result.by_case else {}
    fields = [field for field in result.groups if field in facts]
    of_group: dict[tuple[str, str], list[PublishedCount]] = defaultdict(list)
    for count in counts:
        of_group[count.field, count.value].append(count)
    for coarse in fields:
        for fine in fields:
            pairs = {*zip(facts[coarse], facts[fine], strict=True)}
            if coarse == fine or len({small for _, small in pairs}) < len(pairs):
                continue
            for large in result.groups[coarse]:
                smalls = sorted(small for whole, small in pairs if whole == large)
                for count in of_group[coarse, large]:
                    yield _sum(count, [count._replace(field=fine, value=s) for s in smalls])


def own_noughts(result: Result) -> Iterator[PublishedCount]:
    """The counts that are nought by what their group is: those graded good have no other grade."""
    for field, groups in result.groups.items():
        named = {fold(value) for value in groups if not value.startswith("(")}
        for name, grade in result.grades.items():
            if not named <= {fold(word) for word in grade.scale}:
                continue
            other = [(v, w) for v in groups for w in grade.recorded if fold(v) != fold(w)]
            if not any(groups[value].grades[name].recorded.get(word) for value, word in other):
                part = split_name(name, "recorded")
                yield from (
                    PublishedCount(field, value, part, graded(word)) for value, word in other
                )


def is_shown_nought(
    count: PublishedCount,
    values: Mapping[PublishedCount, int],
    few: set[PublishedCount],
    own: set[PublishedCount],
) -> bool:
    """Whether a nought of few cases is told by what is shown of all the cases anyway."""
    if values[count] or not count.field:
        return False
    return count in own or (values[count.of_all] == 0 and count.of_all not in few)


def numbered(
    relations: Iterable[Relation], number: Mapping[PublishedCount, int]
) -> list[list[tuple[int, int]]]:
    """Relations between numbered counts, those left out that hold others."""
    return [
        [(number[count], factor) for count, factor in terms]
        for terms in relations
        if all(count in number for count, _ in terms)
    ]


def figures_of(publication: Publication) -> dict[PublishedCount, Figure]:
    """Every count as a publication has it: what somebody could read back from it."""
    scopes: list[tuple[str, str, Publication | PublishedGroup]] = [("", "", publication)]
    scopes += [(field, *each) for field, its in publication.groups.items() for each in its.items()]
    return {
        count: n
        for field, value, group in scopes
        for count, n in _of_scope(
            PublishedCount(field, value, "", CASES),
            group.case_count,
            {n: its for n, its in group.criteria.items() if its.applicable != NOT_ASKED},
            {
                split_name(name, kind): (split.counts, split.graded, split.without)
                for name, grade in group.grades.items()
                for kind, split in grade.splits.items()
            },
        )
    }


def _of_scope(
    cases: PublishedCount,
    size: _Number,
    criteria: Mapping[str, object],
    splits: Mapping[str, tuple[Mapping[str, _Number], _Number, _Number]],
) -> Iterator[tuple[PublishedCount, _Number]]:
    """The counts of some cases: of each criterion, and of each split its words, whole and rest."""
    yield cases, size
    for name, its in criteria.items():
        yield from ((cases._replace(part=name, kind=kind), getattr(its, kind)) for kind in KINDS)
    for part, (counts, whole, without) in splits.items():
        kinds = {GRADED: whole, WITHOUT: without, **{graded(word): n for word, n in counts.items()}}
        yield from ((cases._replace(part=part, kind=kind), n) for kind, n in kinds.items())
