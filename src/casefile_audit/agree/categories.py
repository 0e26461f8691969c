"""How far readers agree on a field whose words have no order, such as a case type."""

from collections import Counter
from collections.abc import Iterator, Sequence

from casefile_audit.agree import sentences
from casefile_audit.agree.models import CategoryAgreement, CategoryPair, Measure
from casefile_audit.agree.readings import Matched, Words
from casefile_audit.errors import WorkbookError
from casefile_audit.statistics.agreement import (
    Coefficient,
    CrossTable,
    Readings,
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

PREVAILS = 0.8
"""Where one step of the scale has this share of all readings, kappa falls however well readers
agree. The share is ours; the effect is that of Feinstein and Cicchetti 1990, Journal of Clinical
Epidemiology 43:543."""


def commonest(read: Sequence[Sequence[int | None]]) -> tuple[int, float]:
    """The step of the scale, or the word, of most readings, and its share of them."""
    steps = Counter(step for case in read for step in case if step is not None)
    ((step, n),) = steps.most_common(1)
    return step, n / steps.total()


def on_words(words: Words, matched: Matched) -> CategoryAgreement:
    """The agreement on one field.

    Raises:
        WorkbookError: no case has two readings.
    """
    read = words.read
    if not read:
        raise WorkbookError(
            f"{words.title}: no case has two readings",
            hint="See with `audit check` whether each reader's workbook has a column for it.",
        )
    pairs = list(_pairs(words, [reader.name for reader in matched.readers]))
    same = sum(not words.steps(case) for case in read)
    word, part = commonest(read)
    found: dict[str, Measure | None] = dict.fromkeys(("kappa", "fleiss", "ac1", "alpha"))
    if len(read) >= FEWEST_FOR_COEFFICIENT and len(words.scale) > 1:
        # Of several readers' skewed words the ranges hold the truth in as few as 46 of 100.
        has_range = len(read) >= sentences.FEW_FOR_A_RANGE or part < PREVAILS
        table = pairs[0].table if len(matched.readers) == 2 else None
        found |= _coefficients(words.readings, len(words.scale), table, has_range)
    bare = CategoryAgreement(
        title=words.title,
        categories=list(words.scale),
        cases=len(read),
        read_by_one=words.read_by_one(matched),
        same=same,
        same_interval=wilson(same, len(read)),
        pairs=pairs,
        **found,
        differing=words.differing(matched),
        says=[],
    )
    prevailing = (words.scale[word], part) if part >= PREVAILS else None
    return bare.model_copy(update={"says": sentences.of_words(bare, prevailing)})


def _coefficients(
    readings: Readings, k: int, table: CrossTable | None, has_range: bool
) -> dict[str, Measure | None]:
    """Those of two readers, by their cross-table, or of several."""
    ac1 = gwet_ac(readings, k, "identity"), gwet_ac_by_chance(readings, k, "identity")
    found = {"ac1": measure(*ac1, "Gwet's AC1")}
    if table is not None:
        kappa = weighted_kappa(table, "identity")
        return {**found, "kappa": measure(kappa, 0.0, "Cohen's kappa")}
    fleiss = fleiss_kappa(readings, k), fleiss_by_chance(readings, k)
    alpha = nominal_alpha(readings, k), alpha_by_chance(readings, k, "nominal")
    return {
        **found,
        "fleiss": measure(*fleiss, "Fleiss' kappa", has_range),
        "alpha": measure(*alpha, "Krippendorff's nominal alpha", has_range),
    }


def _pairs(words: Words, names: Sequence[str]) -> Iterator[CategoryPair]:
    for first, second, table in words.tables(len(names)):
        yield CategoryPair(
            first=names[first],
            second=names[second],
            cases=sum(map(sum, table)),
            table=table,
            same=sum(line[place] for place, line in enumerate(table)),
        )


def measure(
    found: Coefficient | None, by_chance: float | None, method: str, has_range: bool = True
) -> Measure | None:
    """A coefficient as it is printed; None where it isn't defined."""
    if found is None or by_chance is None:
        return None
    interval = found.interval if has_range else None
    return Measure(value=found.value, by_chance=by_chance, interval=interval, method=method)
