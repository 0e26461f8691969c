"""How many cases are drawn, in all and of each stratum: as asked for, or as many as are enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from casefile_audit.english import count, did_you_mean, fold, listing, nearest
from casefile_audit.errors import UsageError
from casefile_audit.sampling.draw import OrderedPopulation, StratumOfCases
from casefile_audit.statistics.power import cases_needed
from casefile_audit.statistics.sample_size import failing_at, for_margin, to_find
from casefile_audit.statistics.strata import in_equal_parts, in_proportion

# So many of each stratum where nobody says how many: of one nothing can be said.
FEWEST_OF_A_STRATUM = 2
_ENDLESS = 10**9
SURE = Fraction(19, 20)
"""How sure to be, where nobody says."""

Purpose = Literal["size", "margin", "find", "change", "each", "all"]


@dataclass(frozen=True)
class Size:
    """How many cases are wanted, and what for.

    Attributes:
        cases: of ``size`` how many in all, of ``each`` how many of each stratum.
        share: of ``margin`` and ``find``, the margin or the share that fails, from 0 to 1.
        allowed: of ``find``, how many failures would still be taken for none.
        change: of ``change``, the rates before and after, from 0 to 1.
        sure: of ``margin`` and ``find``, how sure to be, from 0 to 1.
    """

    purpose: Purpose
    cases: int = 0
    share: Fraction = Fraction(0)
    allowed: int = 0
    change: tuple[Fraction, Fraction] = (Fraction(0), Fraction(0))
    sure: Fraction = SURE

    def of(self, population: int) -> int:
        """How many that is in a population. It is the more, the larger the population.

        Raises:
            UsageError: what is to be found isn't there to be found.
        """
        if self.purpose == "margin":
            return for_margin(self.share, population, float(self.sure))
        if self.purpose == "find":
            failing = failing_at(self.share, population)
            if failing <= self.allowed:
                raise UsageError(
                    f"--allow {self.allowed}: {_percent(self.share)} of {population:,} files are "
                    f"{failing:,}, so more than {self.allowed} can't be found",
                    hint="Allow fewer, or look for a larger share.",
                )
            return to_find(self.share, population, self.allowed, self.sure)
        if self.purpose == "change":
            before, after = map(float, self.change)
            return min(cases_needed(before, after) or 0, population)
        return population if self.purpose == "all" else self.cases

    @property
    def most(self) -> int:
        """More than this it is of no population, however large."""
        return _ENDLESS if self.purpose == "all" else self.of(_ENDLESS)

    def says(self, population: int) -> str:
        """Why so many are enough, as a sentence without its full stop; empty if asked for."""
        cases = self.of(population)
        files = f"{cases:,} of the {count(population, 'file')}"
        if self.purpose == "margin":
            within = f"{100 * float(self.share):g} points"
            if cases == population:
                return (
                    f"To know a rate to within {within} takes {_every(population)}: that is a "
                    "census"
                )
            return (
                f"{files} are enough to know a rate to within {within} either way, "
                f"{100 * float(self.sure):g} times in 100, whatever the rate is; rates of parts of "
                "them are known less well"
            )
        if self.purpose == "find":
            failing = failing_at(self.share, population)
            sure = f"{_percent(self.sure)} sure"
            more = f"more than {self.allowed} failing" if self.allowed else "one failing"
            if cases == population:
                return (
                    f"To be {sure} to see {more}, if {_percent(self.share)} fail ({failing:,} of "
                    f"{population:,}), takes {_every(population)}: that is a census"
                )
            clean = f"{self.allowed} or fewer do" if self.allowed else "none does"
            return (
                f"{files} make it {sure} to see {more}, if {_percent(self.share)} fail "
                f"({failing:,} of {population:,}). If {clean} then, it is {sure} that no "
                f"more than {failing - 1:,} of the {population:,} do"
            )
        if self.purpose == "change":
            before, after = map(_percent, self.change)
            enough = cases_needed(*map(float, self.change)) or 0
            if enough > population:
                return (
                    f"To have 4 chances in 5 of confirming a change from {before} to {after} takes "
                    f"about {enough:,} files before and as many after; there are {population:,}, "
                    "and all are taken"
                )
            return (
                f"{files} now, and as many at the other time, have 4 chances in 5 of confirming a "
                f"change from {before} to {after}"
            )
        return ""


def _every(population: int) -> str:
    return "the one file that there is" if population == 1 else f"all {population:,} files"


def _percent(share: Fraction) -> str:
    return f"{100 * float(share):g}%"


@dataclass(frozen=True)
class Division:
    """How the cases are divided among the strata.

    Attributes:
        least: how many of each at the least; None where nobody says.
        quotas: how many of some strata, by their names as typed.
        reserve: how many more of each, to take the place of those that are unavailable.
    """

    equal: bool = False
    least: int | None = None
    quotas: Mapping[str, int] = field(default_factory=dict)
    reserve: int = 0


@dataclass(frozen=True)
class Allocation:
    """How many cases of each stratum are drawn.

    Attributes:
        drawn, reserve: of each stratum, in their order.
        remarks: sentences on what couldn't be had as asked.
    """

    drawn: Sequence[int]
    reserve: Sequence[int]
    remarks: Sequence[str]


def allocate(population: OrderedPopulation, size: Size, wanted: Division) -> Allocation:
    """Divide what is wanted among the strata.

    Raises:
        UsageError: there are not so many cases, or so few can't be of every stratum; a quota is of
            a stratum that isn't there.
    """
    strata = population.strata
    remarks: list[str] = []
    quotas = _quotas(strata, wanted.quotas)
    drawn = [min(quotas.get(place, 0), own.population) for place, own in enumerate(strata)]
    if size.purpose == "each":
        quotas = {place: quotas.get(place, size.cases) for place in range(len(strata))}
        drawn = [min(quotas[place], own.population) for place, own in enumerate(strata)]
    else:
        others = [place for place in range(len(strata)) if place not in quotas]
        left = size.of(population.cases) - sum(drawn)
        sizes = [strata[place].population for place in others]
        for place, own in zip(others, _divided(sizes, left, wanted, remarks), strict=True):
            drawn[place] = own
    remarks += [
        f"{_named(strata[place])} has only {count(strata[place].population, 'case')}: "
        f"{'it is' if strata[place].population == 1 else 'all are'} taken"
        for place, quota in quotas.items()
        if quota > strata[place].population
    ]
    reserve = [
        min(wanted.reserve, own.population - n) for own, n in zip(strata, drawn, strict=True)
    ]
    short = [
        f"{_named(own)} ({n})" if len(strata) > 1 else f"{n}"
        for own, n in zip(strata, reserve, strict=True)
        if n < wanted.reserve
    ]
    if short:
        remarks.append(
            f"There are fewer than {wanted.reserve} left for the reserve"
            + (f" of {listing(short, most=6)}" if len(strata) > 1 else f": {short[0]}")
        )
    return Allocation(drawn, reserve, remarks)


def _divided(
    sizes: Sequence[int], cases: int, wanted: Division, remarks: list[str]
) -> Sequence[int]:
    """So many cases of strata of these sizes; adds what has to be said of it."""
    if cases > sum(sizes):
        raise UsageError(
            f"{count(cases, 'case')} can't be drawn: there are {count(sum(sizes), 'case')}",
            hint="Ask for fewer; --all takes every case, as a census.",
        )
    if cases < 0:
        raise UsageError(
            "the quotas are more cases than there are to be in all",
            hint="Make --size larger, or the quotas smaller.",
        )
    if not sizes:
        if cases:
            raise UsageError(
                f"every stratum has a quota, and {count(cases, 'case')} would be left",
                hint="Leave a stratum without a quota, or use --each in place of --size.",
            )
        return []
    least = FEWEST_OF_A_STRATUM if wanted.least is None else wanted.least
    if len(sizes) == 1:
        least = 0
    enough = sum(min(least, size) for size in sizes)
    if enough > cases and wanted.least is None and not wanted.equal:
        least, enough = 1, len(sizes)
    if least == 1 < FEWEST_OF_A_STRATUM and wanted.least is None and enough <= cases:
        remarks.append(
            f"{count(cases, 'case')} are too few for {FEWEST_OF_A_STRATUM} of each stratum: each "
            "has one at the least"
        )
    if enough > cases or len(sizes) > max(cases, 1):
        need = max(enough, len(sizes))
        raise UsageError(
            f"{count(cases, 'case')} can't be of all {len(sizes):,} strata"
            + (f", {least} of each at the least" if least > 1 else ""),
            hint=f"It takes {need:,}. Draw more, or make fewer strata with --by.",
        )
    if wanted.equal:
        return in_equal_parts(sizes, cases)
    return in_proportion(sizes, cases, least) if cases else [0] * len(sizes)


def _quotas(strata: Sequence[StratumOfCases], typed: Mapping[str, int]) -> dict[int, int]:
    """The quotas by the places of their strata."""
    names = {fold(stratum.name): place for place, stratum in enumerate(strata)}
    quotas = {}
    for name, number in typed.items():
        if fold(name) not in names:
            known = [stratum.name for stratum in strata]
            hint = did_you_mean(name, known)
            if nearest(name, known) is None:
                hint = f"The strata are {listing(known, most=12)}."
            raise UsageError(f"--quota: there is no stratum `{name}`", hint=hint)
        quotas[names[fold(name)]] = number
    return quotas


def _named(stratum: StratumOfCases) -> str:
    return stratum.name or "the population"
