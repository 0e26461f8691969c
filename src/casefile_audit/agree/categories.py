"""How far readers agree on a field whose words have no order, such as a case type."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from casefile_audit.agree import sentences
from casefile_audit.agree.models import CategoryAgreement, CategoryPair, DifferingCase, Measure
from casefile_audit.agree.readings import Matched, Words
from casefile_audit.errors import WorkbookError
from casefile_audit.statistics.agreement import (
    Coefficient,
    alpha_by_chance,
    gwet_ac,
    gwet_ac_by_chance,
    weighted_kappa,
)
from casefile_audit.statistics.categories import fleiss_by_chance, fleiss_kappa, nominal_alpha
from casefile_audit.statistics.proportion import wilson

FEWEST_FOR_COEFFICIENT = 10
"""Below so many cases a coefficient says more about which cases they were than about the readers.
The number is ours."""


def on_words(words: Words, matched: Matched) -> CategoryAgreement:
    """The agreement on one field.

    Raises:
        WorkbookError: no case has two readings.
    """
    read = [case for case in words.readings if _given(case) > 1]
    if not read:
        raise WorkbookError(
            f"{words.title}: no case has two readings",
            hint="See with `audit check` whether each reader's workbook has a column for it.",
        )
    pairs = list(_pairs(words, [reader.name for reader in matched.readers]))
    same = sum(len(set(case) - {None}) == 1 for case in read)
    several = len(matched.readers) > 2
    enough = len(read) >= FEWEST_FOR_COEFFICIENT and len(words.categories) > 1
    k = len(words.categories)
    bare = CategoryAgreement(
        title=words.title,
        categories=list(words.categories),
        cases=len(read),
        read_by_one=[
            name
            for name, case in zip(matched.names, words.readings, strict=True)
            if _given(case) == 1
        ],
        same=same,
        same_interval=wilson(same, len(read)),
        pairs=pairs,
        kappa=None
        if several or not enough
        else _measure(weighted_kappa(pairs[0].table, "identity"), 0.0, "Cohen's kappa"),
        fleiss=_measure(
            fleiss_kappa(words.readings, k),
            fleiss_by_chance(words.readings, k),
            "Fleiss' kappa",
        )
        if several and enough
        else None,
        ac1=_measure(
            gwet_ac(words.readings, k, "identity"),
            gwet_ac_by_chance(words.readings, k, "identity"),
            "Gwet's AC1",
        )
        if enough
        else None,
        alpha=_measure(
            nominal_alpha(words.readings, k),
            alpha_by_chance(words.readings, k, "nominal"),
            "Krippendorff's nominal alpha",
        )
        if several and enough
        else None,
        differing=list(_differing(words, matched)),
        says=[],
    )
    return bare.model_copy(update={"says": sentences.of_words(bare)})


def _given(case: Sequence[int | None]) -> int:
    return sum(place is not None for place in case)


def _pairs(words: Words, names: Sequence[str]) -> Iterator[CategoryPair]:
    for first, second in combinations(range(len(names)), 2):
        table = [[0] * len(words.categories) for _ in words.categories]
        for case in words.readings:
            one, other = case[first], case[second]
            if one is not None and other is not None:
                table[one][other] += 1
        if any(map(any, table)):
            yield CategoryPair(
                first=names[first],
                second=names[second],
                cases=sum(map(sum, table)),
                table=table,
                same=sum(line[place] for place, line in enumerate(table)),
            )


def _measure(found: Coefficient | None, by_chance: float | None, method: str) -> Measure | None:
    if found is None or by_chance is None:
        return None
    return Measure(value=found.value, by_chance=by_chance, interval=found.interval, method=method)


def _differing(words: Words, matched: Matched) -> Iterator[DifferingCase]:
    for name, case in zip(matched.names, words.readings, strict=True):
        if len(set(case) - {None}) > 1:
            readings = {
                reader.name: None if place is None else words.categories[place]
                for reader, place in zip(matched.readers, case, strict=True)
            }
            yield DifferingCase(case=name, readings=readings, steps=1)
