"""Two scored audits compared: the stable model that is printed as JSON."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import Field

from casefile_audit.capped import no_items
from casefile_audit.compare.comparability import ComparabilityWarning, comparability
from casefile_audit.compare.paired_rates import PairStrata, paired_rate
from casefile_audit.compare.pairs import Pairs, match, samples_alike
from casefile_audit.compare.rates import (
    CriterionComparison,
    RatePair,
    VerdictRule,
    compare_rate,
)
from casefile_audit.compare.split_pairs import paired_split, split_of_samples
from casefile_audit.compare.splits import (
    KINDS,
    GradeComparison,
    SplitPair,
    compare_split,
)
from casefile_audit.compare.verdicts import Family, Thresholds
from casefile_audit.compare.weighted_rates import rate_of_samples
from casefile_audit.english import fold, listing
from casefile_audit.errors import UsageError
from casefile_audit.issues import Issue, merged
from casefile_audit.results import GroupResult, NotCounted, PrintedAnswer, Result, ResultModel
from casefile_audit.scoring.populations import Group
from casefile_audit.scoring.references import check_named_alike

SCHEMA = "casefile-audit/comparison/1"


class SampleResult(ResultModel):
    """One of the two audits.

    Attributes:
        name: where both are of one file, the sheets or the column that this one is.
        only: in words, what the cases asked for have in common.
        not_counted: its cells in doubt and the rows left out.
    """

    files: list[str]
    name: str = ""
    cases: int
    rubric: str
    version: str
    as_of: dt.date
    only: list[str] = Field(default_factory=no_items)
    not_counted: NotCounted


class GroupComparison(ResultModel):
    """The comparison within the cases that share a field's value.

    Attributes:
        cases_before, cases_after: how many cases there are; pairs, for the same cases read twice.
    """

    cases_before: int
    cases_after: int
    criteria: dict[str, CriterionComparison]
    grades: dict[str, list[GradeComparison]]


class Comparison(PrintedAnswer):
    """Whether it changed, as far as two audits can tell.

    Attributes:
        paired: whether the same cases were read twice.
        census: whether both audits are of every case of their period.
        warnings: where the two are not alike; to be read first.
        tested: how many questions could be tested, each group's counted; their p-values are
            adjusted for as many.
        by_chance: how many of them would at most point one way or the other by chance alone.
        grades_tested: the same for the grades.
        criteria: by name, those that both audits have.
        grades: by name, as recorded and as derived.
        groups: by field and value.
        changed_group: by field, how many pairs are in none of its groups, for their value changed.
        only_before, only_after: titles of the criteria and grades that one audit has.
        doubts: what could change a count of either audit: no verdict of clear rests on it.
    """

    schema_: str = Field(SCHEMA, alias="schema")
    title: str
    before: SampleResult
    after: SampleResult
    paired: bool
    census: bool
    thresholds: Thresholds
    warnings: list[ComparabilityWarning]
    pairing: Pairs | None
    tested: int
    by_chance: int
    grades_tested: int
    criteria: dict[str, CriterionComparison]
    grades: dict[str, list[GradeComparison]]
    groups: dict[str, dict[str, GroupComparison]]
    changed_group: dict[str, int]
    only_before: list[str]
    only_after: list[str]
    doubts: list[Issue] = Field(default_factory=no_items)


@dataclass(frozen=True)
class _Scope:
    """Some of the cases of both audits: all, or those that share a field's value."""

    cases: tuple[int, int]
    rates: dict[str, RatePair]
    splits: dict[str, list[SplitPair]]


@dataclass(frozen=True)
class _Rules:
    """What questions and grades are judged by, each a family of their own."""

    rates: VerdictRule
    splits: VerdictRule


def compare(
    before: Result,
    after: Result,
    *,
    by: Sequence[str],
    paired: bool,
    census: bool,
    thresholds: Thresholds,
    names: tuple[str, str] = ("", ""),
) -> Comparison:
    """Compare two audits, criterion by criterion and grade by grade.

    Args:
        by: fields to compare within each value of; both audits have groups for each.
        paired: match the cases on their references: the same cases were read twice.
        census: both audits are of every case of their period.
        names: what each is called, where one workbook was given.

    Raises:
        UsageError: the audits have nothing in common, or their cases can't be matched.
    """
    _refuse_strangers(before, after)
    check_named_alike([before, after])
    census = _is_census(before, after, census)
    names = names if any(names) else _sheets_apart(before, after)
    pairs = match(before, after) if paired else None
    whole = _scope(before, after, before, after, pairs)
    groups = {field: _groups(before, after, field, pairs) for field in by}
    scopes = [whole, *(scope for values in groups.values() for scope in values.values())]
    alike = [] if paired else list(samples_alike(before, after))
    doubts = list(merged([*alike, *_doubts(before, after)]))
    rules = _rules(scopes, thresholds, census, bool(doubts))
    tested = rules.rates.family.tested
    return Comparison(
        title=before.rubric.title,
        before=_sample(before, names[0]),
        after=_sample(after, names[1]),
        paired=paired,
        census=census,
        thresholds=thresholds,
        warnings=comparability(before, after, paired, by, same_file=names == ("", "")),
        pairing=pairs,
        tested=tested,
        by_chance=round(thresholds.points_towards * tested),
        grades_tested=rules.splits.family.tested,
        criteria=_criteria(before, after, whole, rules.rates),
        grades=_grades(whole, rules.splits),
        groups={
            field: {value: _group(before, after, scope, rules) for value, scope in scopes.items()}
            for field, scopes in groups.items()
        },
        changed_group={
            field: len(pairs.matched) - sum(scope.cases[0] for scope in scopes.values())
            for field, scopes in groups.items()
        }
        if pairs
        else {},
        only_before=_alone(before, after, by),
        only_after=_alone(after, before, by),
        doubts=doubts,
    )


def _doubts(before: Result, after: Result) -> Iterator[Issue]:
    """What stands in doubt at either time: where both are of one file, its cells and rows once."""
    digests = {sheet.sha256 for sheet in before.inputs}
    shared = {sheet.file for sheet in after.inputs if sheet.sha256 in digests}
    yield from before.doubts
    for issue in after.doubts:
        if not (issue.file in shared and issue.places and issue in before.doubts):
            yield issue


def _sheets_apart(before: Result, after: Result) -> tuple[str, str]:
    """The sheets of each, where both are of the same files and that tells them apart."""
    files = [{(sheet.file, sheet.sha256) for sheet in result.inputs} for result in (before, after)]
    first, second = (
        listing(dict.fromkeys(sheet.sheet for sheet in result.inputs)) for result in (before, after)
    )
    return (first, second) if files[0] == files[1] and first != second else ("", "")


def _is_census(before: Result, after: Result, typed: bool) -> bool:
    """Whether both are every case there was, as is typed or as both say themselves.

    Raises:
        UsageError: it is typed, and one of them is a sample by what it says itself.
    """
    kinds = []
    for side, result in (("before", before), ("after", after)):
        its = result.population
        if typed and its is not None and its.kind != "census":
            raise UsageError(
                f"--census: the audit {side} is of {its.read:,} of {its.cases:,} cases, as "
                f"{'its manifest' if its.said_by == 'manifest' else its.said_by} says",
                hint="Leave --census out: what it is of is gone by.",
            )
        kinds.append(its.kind if its is not None else "")
    return typed or kinds == ["census", "census"]


def _refuse_strangers(before: Result, after: Result) -> None:
    if not (before.criteria.keys() & after.criteria.keys()) | (
        before.grades.keys() & after.grades.keys()
    ):
        raise UsageError(
            f"the two have nothing in common to compare: the rubric was {before.rubric.name} "
            f"before and {after.rubric.name} after",
            hint="Score both with one rubric: --rubric NAME.",
        )


def _scope(
    before: Result,
    after: Result,
    first: Result | GroupResult,
    second: Result | GroupResult,
    pairs: Pairs | None,
    groups: tuple[Group, Group] | None = None,
) -> _Scope:
    """What to compare: the counts of two samples, or of the pairs."""
    names = [name for name in before.criteria if name in after.criteria]
    grades = [(name, kind) for name in before.grades if name in after.grades for kind in KINDS]
    unlike = _asked(before) != _asked(after)
    if pairs is None:
        cases = first.case_count, second.case_count
        rates = {
            name: rate_of_samples(
                (before, after), name, (first.criteria[name], second.criteria[name]), groups
            )
            for name in names
        }
        splits = [
            (
                n,
                split_of_samples(
                    (before, after), (first.grades[n], second.grades[n]), k, unlike, groups
                ),
            )
            for n, k in grades
        ]
    else:
        cases = len(pairs.matched), len(pairs.matched)
        strata = PairStrata.of_pairs(before, after, pairs, is_whole=groups is None)
        rates = {name: paired_rate(before, after, name, pairs, strata) for name in names}
        splits = [
            (n, paired_split(before.grades[n], after.grades[n], k, pairs, unlike, strata))
            for n, k in grades
        ]
    of_grade: dict[str, list[SplitPair]] = {name: [] for name, _ in grades}
    for name, split in splits:
        of_grade[name] += [split] if split is not None else []
    return _Scope(cases, rates, of_grade)


def _asked(result: Result) -> set[str]:
    """The criteria that there was a column for, which is what derived grades are made of."""
    return {name for name, criterion in result.criteria.items() if not criterion.not_asked}


def _groups(before: Result, after: Result, field: str, pairs: Pairs | None) -> dict[str, _Scope]:
    """The values that cases of both audits have, with their cases."""
    scopes = {}
    others = {fold(value): value for value in after.groups[field]}
    for value, first in before.groups[field].items():
        other = others.get(fold(value))
        own = pairs.within(before, after, field, value) if pairs else None
        if other is not None and (own is None or own.matched):
            second, groups = after.groups[field][other], ((field, value), (field, other))
            scopes[value] = _scope(before, after, first, second, own, groups)
    return scopes


def _rules(scopes: Sequence[_Scope], thresholds: Thresholds, census: bool, doubted: bool) -> _Rules:
    """The questions of all scopes are one family, the grades another."""
    rates = [rate.test.value for s in scopes for rate in s.rates.values() if rate.varies]
    splits = [
        split.test.value
        for scope in scopes
        for several in scope.splits.values()
        for split in several
        if split.varies
    ]
    return _Rules(
        rates=VerdictRule(Family.of(rates, thresholds.alpha), thresholds, census, doubted),
        splits=VerdictRule(Family.of(splits, thresholds.alpha), thresholds, census, doubted),
    )


def _group(before: Result, after: Result, scope: _Scope, rules: _Rules) -> GroupComparison:
    return GroupComparison(
        cases_before=scope.cases[0],
        cases_after=scope.cases[1],
        criteria=_criteria(before, after, scope, rules.rates),
        grades=_grades(scope, rules.splits),
    )


def _criteria(
    before: Result, after: Result, scope: _Scope, rule: VerdictRule
) -> dict[str, CriterionComparison]:
    return {
        name: compare_rate(
            rate,
            before.criteria[name],
            rule,
            _why_not(before, after, name, rate),
            after.criteria[name].target,
        )
        for name, rate in scope.rates.items()
    }


def _why_not(before: Result, after: Result, name: str, rate: RatePair) -> str:
    """Why a criterion can't be compared."""
    criteria = {"before": before.criteria[name], "after": after.criteria[name]}
    sides = (("before", before), ("after", after))
    if blank := [side for side, result in sides if name in result.set_aside]:
        return f"nothing in its column {listing(blank, 'or')}"
    if not_asked := [side for side, criterion in criteria.items() if criterion.not_asked]:
        return f"no column for it {listing(not_asked, 'or')}"
    if rate.moved is not None:
        return "it applied to none of the matched cases both times"
    counts = {"before": rate.before, "after": rate.after}
    return f"it applied to no case {listing(side for side, (_, n) in counts.items() if not n)}"


def _grades(scope: _Scope, rule: VerdictRule) -> dict[str, list[GradeComparison]]:
    return {
        name: [compare_split(split, rule) for split in several]
        for name, several in scope.splits.items()
    }


def _sample(result: Result, name: str) -> SampleResult:
    return SampleResult(
        files=list(dict.fromkeys(sheet.file for sheet in result.inputs)),
        name=name,
        cases=result.case_count,
        rubric=result.rubric.name,
        version=result.rubric.version,
        as_of=result.as_of,
        only=[only.says for only in result.only],
        not_counted=result.not_counted,
    )


def _alone(one: Result, other: Result, by: Sequence[str]) -> list[str]:
    """What one audit has and the other hasn't: criteria, grades, and values of the groups."""
    criteria = [c.title for name, c in one.criteria.items() if name not in other.criteria]
    grades = [g.title for name, g in one.grades.items() if name not in other.grades]
    values = [
        f"{field.replace('_', ' ')} {value}"
        for field in by
        for value in one.groups[field]
        if fold(value) not in map(fold, other.groups[field])
    ]
    return [*criteria, *grades, *values]
