"""How often `audit trend` sees a change where nothing changed, and where something did.

Run ``python benchmarks/trend_false_alarms.py [SERIES]``; it prints the tables of docs/trend.md.
"""

import sys
from random import Random

from casefile_audit.trend.gaps import gaps_between, is_rare
from casefile_audit.trend.phases import Counts, Plan, phases

SERIES = 400
RATES = (0.02, 0.05, 0.1, 0.25, 0.5)


def counts(chance: Random, cases: int, rates: list[float]) -> Counts:
    """A series of months, each of so many cases, at these rates."""
    return months_of([sum(chance.random() < rate for _ in range(cases)) for rate in rates], cases)


def months_of(failed: list[int], cases: int) -> Counts:
    """As many cases in each month, of which so many failed."""
    return Counts(failed, [cases] * len(failed), [str(month) for month in range(len(failed))])


def any_signal(chance: Random, months: int, cases: int, rate: float, plan: Plan) -> bool:
    """Whether anything is said of a series in which nothing changes."""
    series = counts(chance, cases, [rate] * months)
    if any(phase.signals for phase in phases(series, plan)):
        return True
    if plan.nhs or not is_rare(sum(series.missing), sum(series.applicable), months):
        return False
    # Which of a month's cases failed is a matter of chance alone.
    failed: list[tuple[str, str | None]] = []
    for k in series.missing:
        month = ["a case"] * k + [None] * (cases - k)
        chance.shuffle(month)
        failed += (("", case) for case in month)
    return bool(gaps_between(failed, "").signals)


def seen(chance: Random, cases: int) -> bool:
    """Whether a fall from 50% to 17% is seen in the year after a baseline of a year."""
    series = counts(chance, cases, [0.5] * 12 + [2 / 12] * 12)
    (phase,) = phases(series, Plan(baseline=range(12)))
    return any(signal.better and signal.places[-1] >= 12 for signal in phase.signals)


def same_cases(chance: Random, cases: int, rate: float, stay: float) -> bool:
    """Whether anything is said of 24 audits, in each of which some of the cases are the same."""
    now = [chance.random() < rate for _ in range(cases)]
    failed = []
    for _ in range(24):
        now = [own if chance.random() < stay else chance.random() < rate for own in now]
        failed.append(sum(now))
    (phase,) = phases(months_of(failed, cases), Plan())
    return bool(phase.signals)


def _shares(shares: list[float]) -> str:
    return " | ".join(f"{share:.1%}" for share in shares)


def main(series: int) -> None:
    """Print both tables."""
    chance = Random(1)
    print(
        "| stable series, any signal | cases a month | "
        + " | ".join(f"{r:.0%}" for r in RATES)
        + " |"
    )
    print("|---" * (2 + len(RATES)) + "|")
    nhs = Plan(nhs=True)
    for months, cases, plan, what in (
        (8, 12, Plan(), ""),
        (11, 12, Plan(), ""),
        (24, 6, Plan(), ""),
        (24, 12, Plan(), ""),
        (24, 40, Plan(), ""),
        (24, 100, Plan(), ""),
        (36, 12, Plan(), ""),
        (36, 100, Plan(), ""),
        (48, 40, Plan(), ""),
        (60, 12, Plan(), ""),
        (60, 40, Plan(), ""),
        (60, 100, Plan(), ""),
        (84, 40, Plan(), ""),
        (24, 12, Plan(baseline=range(12)), ", the first 12 a fixed baseline"),
        (24, 100, Plan(baseline=range(12)), ", the first 12 a fixed baseline"),
        (24, 12, Plan(baseline=range(7)), ", the first 7 a fixed baseline"),
        (24, 100, Plan(baseline=range(7)), ", the first 7 a fixed baseline"),
        (36, 100, Plan(baseline=range(24)), ", the first 24 a fixed baseline"),
        (36, 100, Plan(baseline=range(12)), ", the first 12 a fixed baseline"),
        (24, 12, nhs, ", NHS view"),
    ):
        shares = [
            sum(any_signal(chance, months, cases, rate, plan) for _ in range(series)) / series
            for rate in RATES
        ]
        print(f"| {months} months{what} | {cases} | {_shares(shares)} |")
    for stay in (0.1, 0.2, 0.5, 0.8):
        shares = [
            sum(same_cases(chance, 12, rate, stay) for _ in range(series)) / series
            for rate in RATES
        ]
        print(f"| 24 months, {stay:.0%} of the cases the same as before | 12 | {_shares(shares)} |")
    print()
    for cases in (6, 12, 20):
        found = sum(seen(chance, cases) for _ in range(series)) / series
        print(
            f"A fall from 50% to 17% at {cases} cases a month is seen within a year in {found:.0%}."
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SERIES)
