"""How far readers agree, on each grade and each criterion: counts, directions, coefficients."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Literal

from casefile_audit.agree import sentences
from casefile_audit.agree.categories import (
    FEWEST_FOR_COEFFICIENT,
    PREVAILS,
    commonest,
    measure,
    on_words,
)
from casefile_audit.agree.models import (
    Agreement,
    Caution,
    Direction,
    ItemAgreement,
    Measure,
    PairResult,
    ReaderResult,
)
from casefile_audit.agree.readings import Item, Matched, Reader, items_of, match_cases, words_of
from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.issues import Issue, IssueCode, merged
from casefile_audit.scoring.references import reworded
from casefile_audit.statistics.agreement import (
    Coefficient,
    PairAgreement,
    Readings,
    alpha_by_chance,
    gwet_ac,
    gwet_ac_by_chance,
    krippendorff_alpha,
    pair_agreement,
    weighted_kappa,
)
from casefile_audit.statistics.comparison import holm
from casefile_audit.statistics.proportion import wilson

_OF_A_WHOLE_SAMPLE = frozenset(
    {
        IssueCode.CASES_ABSENT,
        IssueCode.RESERVE_SKIPPED,
        IssueCode.RESERVE_UNEXPLAINED,
        IssueCode.STRATUM_NOT_READ,
    }
)

CLEAR = 0.05
POINTS_TOWARDS = 0.20


@dataclass(frozen=True)
class _Pair:
    """Two readers' readings of an item, before the tests of all the pairs are adjusted."""

    first: int
    second: int
    table: list[list[int]]
    counts: PairAgreement


def agree(
    readers: Sequence[Reader],
    significant: int | None = None,
    fields: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Agreement, Matched]:
    """How far readers agree, and the cases matched.

    Args:
        readers: two or more, each with a name of their own.
        significant: list the cases whose grades are so many steps apart, or more.
        fields: the titles of fields whose words are compared too, of which the readers' results
            hold each case's.

    Raises:
        UsageError: the scales differ, or no scale has so many steps.
        WorkbookError: the cases can't be matched, or nothing of them can be compared.
    """
    matched = match_cases(readers)
    found = list(items_of(matched))
    items = [item for item in found if item.read]
    if not items and not fields:
        raise WorkbookError(
            "the readers have cases in common, but no grade or question that two of them answered",
            details=[f"{item.title}: no case has two readings" for item in found],
            hint="See with `audit check` which columns are read.",
        )
    _check_significant(significant, items)
    pairs = [
        [_Pair(*readings, pair_agreement(readings[2])) for readings in item.tables(len(readers))]
        for item in items
    ]
    directions = [_direction_p(pair.counts) for own in pairs for pair in own]
    adjusted = iter(holm(directions))
    compared = [
        _compared(item, own, [next(adjusted) for _ in own], matched, significant)
        for item, own in zip(items, pairs, strict=True)
    ]
    by_kind = list(zip(items, compared, strict=True))
    return Agreement(
        made_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
        significant_steps=significant,
        readers=[_reader(reader, matched) for reader in readers],
        matched=len(matched.references),
        read_by_all=sum(None not in rows for rows in matched.rows),
        near_misses=[list(written) for written in matched.near_misses],
        warnings=list(_unlike(readers)),
        grades={item.name: one for item, one in by_kind if item.kind == "grade"},
        criteria={item.name: one for item, one in by_kind if item.kind == "criterion"},
        fields={name: on_words(words_of(matched, name, fields[name]), matched) for name in fields},
        not_compared=[item.title for item in found if item not in items],
        says=sentences.overall(sum(p is not None for p in directions)),
        doubts=list(merged(_doubts(readers))),
    ), matched


def _doubts(readers: Sequence[Reader]) -> Iterator[Issue]:
    """What stands in doubt; who reads with another needn't have read all that was drawn."""
    for reader in readers:
        yield from (its for its in reader.result.doubts if its.code not in _OF_A_WHOLE_SAMPLE)


def _check_significant(significant: int | None, items: Sequence[Item]) -> None:
    longest = max((len(item.scale) - 1 for item in items if item.kind == "grade"), default=0)
    if significant is not None and not 1 <= significant <= longest:
        raise UsageError(
            f"--significant {significant}: no grade that was compared can be so far apart",
            hint=f"Give the steps of the scale from 1 to {longest}."
            if longest
            else "No grade was recorded by two readers, so leave it out.",
        )


def _direction_p(counts: PairAgreement) -> float | None:
    return None if counts.same == counts.cases else counts.direction_p


def _compared(
    item: Item,
    pairs: Sequence[_Pair],
    adjusted: Sequence[float | None],
    matched: Matched,
    significant: int | None,
) -> ItemAgreement:
    names = [reader.name for reader in matched.readers]
    read = item.read
    spread = [item.steps(case) for case in read]
    none = _no_coefficient(read)
    results = [_pair_result(item, pair, p, names) for pair, p in zip(pairs, adjusted, strict=True)]
    if any(reader.result.doubts for reader in matched.readers):
        # Nothing is clear on readings that are in doubt.
        results = [
            result.model_copy(update={"direction": "points towards"})
            if result.direction == "clear"
            else result
            for result in results
        ]
    single = results[0] if len(names) == 2 else None
    differing = item.differing(matched)
    listed = item.kind == "grade" and significant is not None
    bare = ItemAgreement(
        title=item.title,
        scale=list(item.scale),
        cases=len(read),
        read_by_one=item.read_by_one(matched),
        same=spread.count(0),
        same_interval=wilson(spread.count(0), len(read)),
        within_one=sum(steps <= 1 for steps in spread),
        applies_to_some=list(item.applies_to_some),
        pairs=results,
        kappa=single.kappa if single else None,
        ac2=single.ac2 if single else _ac2(item.readings, item, none),
        alpha=_alpha(item, none),
        differing=differing,
        significant=[case.case for case in differing if case.steps >= (significant or 0)]
        if listed
        else None,
        cautions=list(_cautions(item, names, read, none)),
        says=[],
    )
    return bare.model_copy(
        update={"says": sentences.of_item(bare, item.kind == "grade", significant)}
    )


def _no_coefficient(read: Readings) -> Literal["not defined", "too few"] | None:
    if len({step for case in read for step in case if step is not None}) == 1:
        return "not defined"
    return "too few" if len(read) < FEWEST_FOR_COEFFICIENT else None


def _pair_result(
    item: Item, pair: _Pair, adjusted: float | None, names: Sequence[str]
) -> PairResult:
    counts = pair.counts
    first, second = names[pair.first], names[pair.second]
    readings = [(case[pair.first], case[pair.second]) for case in item.readings]
    both = [case for case in readings if None not in case]
    none = _no_coefficient(both)
    more = {True: first, False: second}[counts.first_better > counts.second_better]
    return PairResult(
        first=first,
        second=second,
        cases=counts.cases,
        table=pair.table,
        same=counts.same,
        within_one=counts.within_one,
        first_more_generous=counts.first_better,
        second_more_generous=counts.second_better,
        direction_p=_direction_p(counts),
        direction_p_adjusted=adjusted,
        direction=_verdict(_direction_p(counts), adjusted),
        more_generous=None if counts.first_better == counts.second_better else more,
        kappa=_kappa(pair.table, none),
        ac2=_ac2(both, item, none),
    )


def _verdict(p: float | None, adjusted: float | None) -> Direction:
    if p is None or adjusted is None:
        return "none differ"
    if adjusted < CLEAR:
        return "clear"
    return "points towards" if p < POINTS_TOWARDS else "can't be told from chance"


def _kappa(table: list[list[int]], none: str | None) -> Measure | None:
    # Exactly: dealt out at random, the table is on average the product of its totals.
    return None if none else measure(weighted_kappa(table), 0.0, "linear-weighted kappa")


def _ac2(readings: Readings, item: Item, none: str | None) -> Measure | None:
    grades = len(item.scale)
    ac2, chance = gwet_ac(readings, grades), gwet_ac_by_chance(readings, grades)
    return None if none else measure(ac2, chance, "Gwet's AC2, linear weights")


def _alpha(item: Item, none: str | None) -> Measure | None:
    grades = len(item.scale)
    value = krippendorff_alpha(item.readings, grades, "ordinal")
    alpha = None if none or value is None else Coefficient(value, None, None)
    chance = alpha_by_chance(item.readings, grades, "ordinal")
    return measure(alpha, chance, "Krippendorff's alpha, ordinal")


def _cautions(
    item: Item, names: Sequence[str], read: Readings, none: Literal["not defined", "too few"] | None
) -> Iterator[Caution]:
    step, share = commonest(read)
    if none is not None:
        says = sentences.no_coefficient(none, len(read), item.scale[step])
        yield Caution(kind=none, says=says)
        return
    for reader, name in enumerate(names):
        own = {case[reader] for case in read} - {None}
        if len(own) == 1:
            (only,) = own
            says = sentences.one_reading_only(name, item.scale[only or 0], len(names))
            yield Caution(kind="one reading only", says=says)
    if share >= PREVAILS:
        prevailing = item.scale[step]
        says = sentences.prevails(prevailing, share, "AC2")
        yield Caution(kind="prevails", step=prevailing, says=says)


def _reader(reader: Reader, matched: Matched) -> ReaderResult:
    result = reader.result
    alone, unnamed = matched.alone[reader.name], matched.unnamed[reader.name]
    return ReaderResult(
        name=reader.name,
        files=list(dict.fromkeys(sheet.file for sheet in result.inputs)),
        rubric=result.rubric,
        cases=result.case_count,
        matched=result.case_count - len(alone) - len(unnamed),
        alone=alone,
        unnamed=unnamed,
        not_counted=result.not_counted,
        only=[only.says for only in result.only],
    )


def _unlike(readers: Sequence[Reader]) -> Iterator[str]:
    """Where the readers' audits are not alike: read before what they come to."""
    yield from _same_content(readers)
    results = [reader.result for reader in readers]
    rubrics = [f"{result.rubric.name} {result.rubric.version}" for result in results]
    if len(set(rubrics)) > 1:
        yield sentences.rubrics_differ([reader.name for reader in readers], rubrics)
    if other := reworded(results):
        yield sentences.reworded(list(other.values()))
    if any(result.population is not None and result.population.weighted for result in results):
        yield sentences.UNEQUAL_STRATA
    if len({result.as_of for result in results}) > 1:
        yield sentences.days_differ([reader.name for reader in readers], [r.as_of for r in results])


def _same_content(readers: Sequence[Reader]) -> Iterator[str]:
    """Files that are alike to the last byte. Readers may agree in everything, so it is but said."""
    for one, other in combinations(readers, 2):
        first, second = one.result.inputs, other.result.inputs
        alike = [sheet.sha256 for sheet in first] == [sheet.sha256 for sheet in second]
        # Sheets of one workbook, and columns of one sheet, have its bytes in common.
        one_file = [sheet.file for sheet in first] == [sheet.file for sheet in second]
        several = [sheet.sheet for sheet in first] != [sheet.sheet for sheet in second]
        if first and alike and not (one_file and (several or one.fields)):
            yield sentences.same_content(one.name, other.name)
