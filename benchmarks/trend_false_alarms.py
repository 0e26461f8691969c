"""How often `audit trend` sees a change where nothing changed, and where something did.

Run ``python benchmarks/trend_false_alarms.py [SERIES]``; it prints the tables of docs/trend.md.
"""

import sys
from random import Random

from casefile_audit.trend.gaps import gaps_between, is_rare
from casefile_audit.trend.stretches import Counts, Plan, stretches

SERIES = 2000
RATES = (0.02, 0.05, 0.1, 0.25, 0.5)


def counts(chance: Random, cases: int, rates: list[float]) -> Counts:
    """A series of months, each of so many cases, at these rates."""
    failed = [sum(chance.random() < rate for _ in range(cases)) for rate in rates]
    return Counts(failed, [cases] * len(rates))


def any_signal(chance: Random, months: int, cases: int, rate: float, nhs: bool) -> bool:
    """Whether anything is said of a series in which nothing changes."""
    series = counts(chance, cases, [rate] * months)
    if any(stretch.signals for stretch in stretches(series, Plan(nhs=nhs))):
        return True
    if nhs or not is_rare(sum(series.missing), sum(series.applicable), months):
        return False
    # Which of a month's cases failed is a matter of chance alone.
    failed = []
    for k in series.missing:
        month = [True] * k + [False] * (cases - k)
        chance.shuffle(month)
        failed += month
    return bool(gaps_between(failed).signals)


def seen(chance: Random, cases: int) -> bool:
    """Whether a fall from 50% to 17% is seen in the year after a baseline of a year."""
    series = counts(chance, cases, [0.5] * 12 + [2 / 12] * 12)
    (stretch,) = stretches(series, Plan(baseline=range(12)))
    return any(signal.better and signal.places[-1] >= 12 for signal in stretch.signals)


def main(series: int) -> None:
    """Print both tables."""
    chance = Random(1)
    print(
        "| stable series, any signal | cases a month | "
        + " | ".join(f"{r:.0%}" for r in RATES)
        + " |"
    )
    print("|---" * (2 + len(RATES)) + "|")
    for months, cases, nhs in (
        (8, 12, False),
        (11, 12, False),
        (24, 6, False),
        (24, 12, False),
        (24, 40, False),
        (24, 100, False),
        (24, 12, True),
    ):
        shares = [
            sum(any_signal(chance, months, cases, rate, nhs) for _ in range(series)) / series
            for rate in RATES
        ]
        view = ", NHS view" if nhs else ""
        print(
            f"| {months} months{view} | {cases} | " + " | ".join(f"{s:.1%}" for s in shares) + " |"
        )
    print()
    for cases in (6, 12, 20):
        found = sum(seen(chance, cases) for _ in range(series)) / series
        print(
            f"A fall from 50% to 17% at {cases} cases a month is seen within a year in {found:.0%}."
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SERIES)
