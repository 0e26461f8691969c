"""Who read what: the readers' cases matched on their references, and what each reader found."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, TypeVar

from casefile_audit.agree.models import DifferingCase
from casefile_audit.cases import Outcome, State
from casefile_audit.english import count, fold, listing, quoted
from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.results import CriterionResult, GradeResult, Result
from casefile_audit.scoring.references import (
    Key,
    check_named_alike,
    hint_of,
    near_misses,
    rows_by_reference,
)

_NO_WORD = (State.BLANK.as_group, State.UNREADABLE.as_group)
MET, PARTLY, MISSING = "met", "partly met", "missing"
_STEP_OF_OUTCOME = {
    Outcome.MET: MET,
    Outcome.PARTLY_MET: PARTLY,
    Outcome.NOT_MET: MISSING,
    Outcome.NOT_RECORDED: MISSING,
}


@dataclass(frozen=True)
class Reader:
    """One reader: a name to call them by, and their scored audit.

    Attributes:
        fields: where the readers share a sheet, the fields that each has a column of their own for.
    """

    name: str
    result: Result
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Matched:
    """The cases that two readers or more have read.

    Attributes:
        references: what names each case, as the first of its readers wrote it.
        sectors: each case's sector; empty where the rubric has none.
        rows: for each case, its place in each reader's result, None where that reader hasn't it.
        alone: by reader, the cases that nobody else has read.
        unnamed: by reader, the cases without a reference, which can't be matched.
        near_misses: references of several readers that are alike in letters and digits only.
    """

    readers: Sequence[Reader]
    references: Sequence[str]
    sectors: Sequence[str]
    rows: Sequence[Sequence[int | None]]
    alone: Mapping[str, list[str]]
    unnamed: Mapping[str, list[str]]
    near_misses: Sequence[Sequence[str]]

    @property
    def names(self) -> list[str]:
        """What to call each case: its reference, and its sector where there are some."""
        pairs = zip(self.references, self.sectors, strict=True)
        return [f"{reference} ({sector})" if sector else reference for reference, sector in pairs]

    @property
    def left_aside(self) -> int:
        """How many cases have not been matched with another reader's."""
        return sum(map(len, (*self.alone.values(), *self.unnamed.values())))


Found = TypeVar("Found")
Reading = tuple[int | None, ...]
"""What each reader made of a case: the place of a word, from 0; None where there is none."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """A field whose words have no order.

    Attributes:
        scale: the words that the readers used, the commonest first.
        readings: of each matched case.
    """

    name: str
    title: str
    scale: Sequence[str]
    readings: Sequence[Reading]

    @property
    def read(self) -> list[Reading]:
        """The cases that two readers or more have a reading of."""
        return [case for case in self.readings if _readings_of(case) > 1]

    def read_by_one(self, matched: Matched) -> list[str]:
        """The cases with one reading."""
        cases = zip(matched.names, self.readings, strict=True)
        return [name for name, case in cases if _readings_of(case) == 1]

    def tables(self, readers: int) -> Iterator[tuple[int, int, list[list[int]]]]:
        """The pairs of readers that have a case in common, by number, each with its cross-table."""
        for first, second in combinations(range(readers), 2):
            table = [[0] * len(self.scale) for _ in self.scale]
            for case in self.readings:
                one, other = case[first], case[second]
                if one is not None and other is not None:
                    table[one][other] += 1
            if any(map(any, table)):
                yield first, second, table

    def steps(self, case: Reading) -> int:
        """How far readings of a case are apart: of words without an order at most 1."""
        return int(len(set(case) - {None}) > 1)

    def differing(self, matched: Matched) -> list[DifferingCase]:
        """The cases about which readers differ."""
        return [
            DifferingCase(
                case=name,
                readings={
                    reader.name: None if place is None else self.scale[place]
                    for reader, place in zip(matched.readers, case, strict=True)
                },
                steps=self.steps(case),
            )
            for name, case in zip(matched.names, self.readings, strict=True)
            if self.steps(case)
        ]


@dataclass(frozen=True, kw_only=True)
class Item(Words):
    """One thing whose words are steps of a scale: a grade or a criterion.

    Attributes:
        scale: best first: the grades; or met, missing, and partly met where a reader used it.
        kind: which of the two it is.
        applies_to_some: cases that the criterion applies to by one reader and not by another.
    """

    kind: Literal["grade", "criterion"]
    applies_to_some: Sequence[str] = ()

    def steps(self, case: Reading) -> int:
        """How far readings of a case are apart."""
        given = [step for step in case if step is not None]
        return max(given) - min(given) if given else 0


def _readings_of(case: Reading) -> int:
    return sum(reading is not None for reading in case)


def words_of(matched: Matched, field: str, title: str) -> Words:
    """What each reader has in a field, of each matched case.

    A blank or unreadable cell is no reading; "not known" and "not applicable" are.
    """
    columns = [reader.result.each_case().facts[field] for reader in matched.readers]
    used = Counter(
        own[row]
        for rows in matched.rows
        for own, row in zip(columns, rows, strict=True)
        if row is not None and own[row] not in _NO_WORD
    )
    spelling: dict[str, str] = {}
    for word, _ in used.most_common():
        spelling.setdefault(fold(word), word)
    places = {key: place for place, key in enumerate(spelling)}
    steps = [[places.get(fold(word)) for word in own] for own in columns]
    scale, readings = list(spelling.values()), by_case(matched, steps, None)
    return Words(name=field, title=title, scale=scale, readings=readings)


def match_cases(readers: Sequence[Reader]) -> Matched:
    """Match the readers' cases on their references, in a rubric with sectors within a sector.

    Raises:
        WorkbookError: a reader has a reference twice, no references, or no case in common with
            any other.
    """
    check_named_alike([reader.result for reader in readers])
    places = [_places(reader) for reader in readers]
    keys = dict.fromkeys(key for own in places for key in own)
    shared = {key: None for key in keys if sum(key in own for own in places) > 1}
    _refuse_strangers(readers, places, shared)
    rows = [[own.get(key) for own in places] for key in shared]
    alone = {
        reader.name: [
            reader.result.each_case().references[row]
            for key, row in own.items()
            if key not in shared
        ]
        for reader, own in zip(readers, places, strict=True)
    }
    return Matched(
        readers=readers,
        references=[_written(readers, row) for row in rows],
        sectors=[sector for _, sector in shared],
        rows=rows,
        alone=alone,
        unnamed={reader.name: list(reader.result.each_case().unnamed) for reader in readers},
        near_misses=near_misses([reader.result for reader in readers]),
    )


def _written(readers: Sequence[Reader], rows: Sequence[int | None]) -> str:
    return next(
        reader.result.each_case().references[row]
        for reader, row in zip(readers, rows, strict=True)
        if row is not None
    )


def _places(reader: Reader) -> dict[Key, int]:
    """Each reference of a reader's, as it is compared, and where its case stands in the result."""
    places = rows_by_reference(reader.result)
    if not places:
        raise WorkbookError(
            f"{reader.name} has no case references, so its cases can't be matched with another's",
            hint="Fill in the column of case references; `audit check` shows which one is read.",
        )
    repeated = {key: rows for key, rows in places.items() if len(rows) > 1}
    if repeated:
        raise WorkbookError(
            f"{reader.name} has {count(len(repeated), 'case reference')} more than once, "
            "so nobody can tell which row to match",
            details=[_repeated(reader.result, rows) for rows in repeated.values()],
            hint="Leave one row for each case.",
        )
    return {key: rows[0] for key, rows in places.items()}


def _repeated(result: Result, rows: Sequence[int]) -> str:
    references = [result.each_case().references[row] for row in rows]
    cells = [
        f"{problem.sheet}!{problem.cell}: {problem.expected}"
        for problem in result.problems
        if problem.repeats and fold(problem.repeats) == fold(references[0])
    ]
    where = f" ({'; '.join(cells)})" if cells else ""
    names = listing(dict.fromkeys(quoted(references)))
    return f"{names}: {count(len(rows), 'row')}{where}"


def _refuse_strangers(
    readers: Sequence[Reader], places: Sequence[Mapping[Key, int]], shared: Mapping[Key, None]
) -> None:
    strangers = [
        reader
        for reader, own in zip(readers, places, strict=True)
        if not any(key in own for key in shared)
    ]
    if not strangers:
        return
    named = [reader.name for reader in strangers]
    near = near_misses([reader.result for reader in readers])
    everyone = len(strangers) == len(readers)
    what = (
        f"{listing(named)} have no case reference in common"
        if everyone
        else f"{listing(named)} has no case reference in common with any other reader"
    )
    raise WorkbookError(
        what,
        details=[
            f"{reader.name}: {count(len(reader.result.each_case().references), 'case')}, such as "
            f"{listing(quoted(reader.result.each_case().references[:3]))}"
            for reader in readers
        ]
        + ([hint_of(near)] if near else []),
        hint="Readers agree or differ about the same cases: give files that share their "
        "references.",
    )


def items_of(matched: Matched) -> Iterator[Item]:
    """Every grade and criterion that two readers or more have, grades first.

    Raises:
        UsageError: two readers have a grade of the same name on different scales.
    """
    for name in _names(matched, "grades"):
        yield _grade_item(matched, name)
    for name in _names(matched, "criteria"):
        yield _criterion_item(matched, name)


def _names(matched: Matched, part: Literal["grades", "criteria"]) -> list[str]:
    results = [getattr(reader.result, part) for reader in matched.readers]
    names = dict.fromkeys(name for result in results for name in result)
    return [name for name in names if sum(name in result for result in results) > 1]


def _grade_item(matched: Matched, name: str) -> Item:
    grades = {
        reader.name: reader.result.grades[name]
        for reader in matched.readers
        if name in reader.result.grades
    }
    first = next(iter(grades.values()))
    if any(list(map(fold, grade.scale)) != list(map(fold, first.scale))
           for grade in grades.values()):  # fmt: skip
        raise UsageError(
            f"{first.title}: the readers graded on different scales",
            details=[f"{reader}: {', '.join(grade.scale)}" for reader, grade in grades.items()],
            hint="Scales are never mapped onto one another. Read both with one rubric, by "
            "--rubric, if it fits both.",
        )
    columns = [_grade_steps(grades.get(reader.name)) for reader in matched.readers]
    readings = by_case(matched, columns, None)
    return Item(kind="grade", name=name, title=first.title, scale=first.scale, readings=readings)


def _grade_steps(grade: GradeResult | None) -> list[int | None]:
    if grade is None:
        return []
    steps = {fold(word): step for step, word in enumerate(grade.scale)}
    return [steps[fold(case.recorded)] if case.recorded else None for case in grade.cases]


def _criterion_item(matched: Matched, name: str) -> Item:
    outcomes = [
        reader.result.each_case().of(name) if asked(reader.result.criteria.get(name)) else []
        for reader in matched.readers
    ]
    words = [[_STEP_OF_OUTCOME.get(outcome) for outcome in own] for own in outcomes]
    scale = [MET, PARTLY, MISSING]
    if not any(PARTLY in own for own in words):
        scale.remove(PARTLY)
    columns = [[scale.index(word) if word else None for word in own] for own in words]
    first = next(r.result.criteria[name] for r in matched.readers if name in r.result.criteria)
    return Item(
        kind="criterion",
        name=name,
        title=first.title,
        scale=scale,
        readings=by_case(matched, columns, None),
        applies_to_some=_applies_to_some(matched, outcomes),
    )


def asked(criterion: CriterionResult | None) -> bool:
    """Whether a reader's workbook could be asked: a column that isn't there disagrees with none."""
    return criterion is not None and (criterion.applicable > 0 or not criterion.not_asked)


def _applies_to_some(matched: Matched, outcomes: Sequence[Sequence[Outcome]]) -> list[str]:
    some = []
    for name, rows in zip(matched.names, matched.rows, strict=True):
        found = {
            own[row] is not Outcome.NOT_APPLICABLE
            for own, row in zip(outcomes, rows, strict=True)
            if row is not None and own and own[row] is not Outcome.CANNOT_TELL
        }
        if len(found) > 1:
            some.append(name)
    return some


def by_case(
    matched: Matched, columns: Sequence[Sequence[Found]], nothing: Found
) -> list[tuple[Found, ...]]:
    """What each reader has of each matched case, from each reader's of all of theirs."""
    return [
        tuple(
            own[row] if own and row is not None else nothing
            for own, row in zip(columns, rows, strict=True)
        )
        for rows in matched.rows
    ]
