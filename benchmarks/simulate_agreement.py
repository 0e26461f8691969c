"""What `audit agree` makes of readers who don't look at the cases, and of readers who do.

Run ``python benchmarks/simulate_agreement.py [RUNS]``; it prints the tables of docs/agree.md, the
same ones every time. Readers at random give each step as often as the scale's shares say. Readers
who do look give a case its true step in four cases of five, and any step at random in the others.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from random import Random
from statistics import fmean

from casefile_audit.agree.agreement import CLEAR
from casefile_audit.statistics.agreement import (
    Coefficient,
    gwet_ac,
    gwet_ac_by_chance,
    krippendorff_alpha,
    pair_agreement,
    weighted_kappa,
)
from casefile_audit.statistics.categories import fleiss_kappa, nominal_alpha

RUNS = 400
SEED = 20241213
SCALES = ((25, 25, 25, 25), (40, 35, 15, 10), (80, 15, 4, 1), (92, 8, 0, 0))
CASES = (12, 30, 100)
LOOKS = 0.8
MANY = 20_000
MANY_OF_WORDS = 8_000
"""So many cases stand for all there could be: their coefficient is the true one."""

Reading = tuple[int, ...]


def readings(
    chance: Random, shares: Sequence[int], cases: int, looks: float, readers: int = 2
) -> list[Reading]:
    """What readers find, each looking at a case with this probability."""
    steps = range(len(shares))

    def guess() -> int:
        return chance.choices(steps, shares)[0]

    truths = [guess() for _ in range(cases)]
    return [
        tuple(truth if chance.random() < looks else guess() for _ in range(readers))
        for truth in truths
    ]


def table_of(pairs: Sequence[Reading], grades: int) -> list[list[int]]:
    """The cross-table."""
    return [[pairs.count((i, j)) for j in range(grades)] for i in range(grades)]


def kappa_of(pairs: Sequence[Reading], grades: int) -> Coefficient | None:
    """Linear-weighted kappa of readings."""
    return weighted_kappa(table_of(pairs, grades))


def random_rows(runs: int) -> Iterator[list[str]]:
    """Readers who don't look: what each coefficient averages, and what is printed beside it."""
    chance = Random(SEED)
    for shares in SCALES:
        for cases in CASES:
            found = [readings(chance, shares, cases, looks=0) for _ in range(runs)]
            tables = [table_of(pairs, len(shares)) for pairs in found]
            yield [
                _scale(shares),
                str(cases),
                _mean(kappa.value for t in tables if (kappa := weighted_kappa(t))),
                _mean(ac.value for pairs in found if (ac := gwet_ac(pairs, len(shares)))),
                _mean(
                    by_chance
                    for pairs in found
                    if (by_chance := gwet_ac_by_chance(pairs, len(shares))) is not None
                ),
                _mean(
                    alpha
                    for pairs in found
                    if (alpha := krippendorff_alpha(pairs, len(shares), "ordinal")) is not None
                ),
                f"{fmean(pair_agreement(t).direction_p < CLEAR for t in tables):.1%}",
            ]


def looking_rows(runs: int) -> Iterator[list[str]]:
    """Readers who look: how often the printed ranges hold the true coefficient."""
    chance = Random(SEED)
    for shares in SCALES:
        many = readings(chance, shares, MANY, LOOKS)
        for cases in CASES:
            found = [readings(chance, shares, cases, LOOKS) for _ in range(runs)]
            row = [_scale(shares), str(cases)]
            for measure in (kappa_of, gwet_ac):
                row += _held(measure, many, found, len(shares))
            yield row


def rows_of_words(runs: int) -> Iterator[list[str]]:
    """The same of words without an order: two readers, and three."""
    chance = Random(SEED)
    for shares in SCALES:
        many = [readings(chance, shares, MANY_OF_WORDS, LOOKS, readers) for readers in (2, 3)]
        for cases in CASES:
            two, three = (
                [readings(chance, shares, cases, LOOKS, readers) for _ in range(runs)]
                for readers in (2, 3)
            )
            row = [_scale(shares), str(cases)]
            for measure in (cohen, ac1):
                row += _held(measure, many[0], two, len(shares))
            for of_three in (fleiss_kappa, nominal_alpha):
                row += _held(of_three, many[1], three, len(shares))
            yield row


def cohen(pairs: Sequence[Reading], words: int) -> Coefficient | None:
    """Cohen's kappa of two readers."""
    return weighted_kappa(table_of(pairs, words), "identity")


def ac1(pairs: Sequence[Reading], words: int) -> Coefficient | None:
    """Gwet's AC1."""
    return gwet_ac(pairs, words, "identity")


def _held(
    measure: Callable[[Sequence[Reading], int], Coefficient | None],
    many: Sequence[Reading],
    found: Sequence[Sequence[Reading]],
    grades: int,
) -> list[str]:
    true = measure(many, grades)
    assert true is not None
    ranges = [own.interval for pairs in found if (own := measure(pairs, grades)) and own.interval]
    return [f"{true.value:.2f}", f"{fmean(r.low <= true.value <= r.high for r in ranges):.1%}"]


def _mean(values: Iterator[float]) -> str:
    return f"{round(fmean(values), 2) + 0.0:.2f}"


def _scale(shares: Sequence[int]) -> str:
    return "/".join(map(str, shares))


def print_table(headings: Sequence[str], rows: Iterator[list[str]]) -> None:
    """Print a Markdown table."""
    print("| " + " | ".join(headings) + " |")
    print("|" + "---|" * len(headings))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def main(runs: int) -> None:
    """Print the tables."""
    headings = ["scale used", "cases", "kappa", "AC2", "AC2 at random, as printed", "alpha"]
    print_table([*headings, "one called more generous"], random_rows(runs))
    headings = ["scale used", "cases", "true kappa", "its range holds it"]
    print_table([*headings, "true AC2", "its range holds it"], looking_rows(runs))
    holds = "its range holds it"
    headings = ["words used", "cases", "Cohen's kappa", holds, "AC1", holds]
    print_table([*headings, "Fleiss' kappa of three", holds, "alpha", holds], rows_of_words(runs))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
