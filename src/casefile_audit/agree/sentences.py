"""What agreement comes to, in words that bear repeating."""

import datetime as dt
from collections.abc import Sequence

from casefile_audit.agree.models import CategoryAgreement, ItemAgreement, Measure, PairResult
from casefile_audit.english import FEWEST_FOR_SHARES, count, listing, long_day, range_ends, share

MANY_COMPARISONS = 5
FEW_FOR_A_RANGE = 100
"""Of fewer cases the ranges of coefficients hold the truth less often than they say: by
benchmarks/simulate_agreement.py."""
TOO_NARROW = "Of so few cases such a range holds the truth 8 or 9 times in 10, not 19 in 20."
UNEQUAL_STRATA = (
    "The strata were read unequally, and every case counts here for one: what the readers agree "
    "on, and its ranges, are told of cases mixed as those read are, and not of all cases."
)
_RARER_THAN = 1_000_000
_MOST_NAMED = 12
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def of_item(item: ItemAgreement, is_grade: bool, significant: int | None) -> list[str]:
    """The answer on one grade or criterion, in the order in which it should be read."""
    says = [same(item, is_grade)]
    says += [direction(pair, is_grade, len(item.pairs) > 1) for pair in item.pairs]
    says += filter(None, (better_than_guessing(item), same_range(item, is_grade)))
    if is_grade and significant is not None and item.significant is not None:
        says.append(_significant(item, item.significant, significant))
    if item.applies_to_some:
        cases = listing(item.applies_to_some, most=_MOST_NAMED)
        says.append(
            f"The readers differ on whether it applies in "
            f"{count(len(item.applies_to_some), 'case')}: {cases}."
        )
    return says


def same(item: ItemAgreement, is_grade: bool) -> str:
    """How many were given the same: ``The same grade in 13 of 30 (43%); within one grade in …``."""
    what = "grade" if is_grade else "finding"
    who = "The" if len(item.pairs) < 2 else "All who read a case gave it the"
    few = item.cases < FEWEST_FOR_SHARES
    says = f"{who} same {what} in {_of(item.same, item.cases)}"
    says += "" if few else f" ({share(item.same, item.cases)})"
    if len(item.scale) > 2:
        step = "grade" if is_grade else "step"
        says += f"; within one {step} in {_of(item.within_one, item.cases)}"
    return f"{says}."


def of_words(item: CategoryAgreement, prevailing: tuple[str, float] | None) -> list[str]:
    """The answer on a field whose words have no order, in the order in which it should be read.

    Args:
        prevailing: the word of nearly all readings and its share of them, where there is one.
    """
    few = item.cases < FEWEST_FOR_SHARES
    who = "The" if len(item.pairs) < 2 else "All who read a case gave it the"
    says = f"{who} same in {_of(item.same, item.cases)}"
    found = [f"{says}." if few else f"{says} ({share(item.same, item.cases)})."]
    first = item.kappa or item.fleiss
    if first is not None:
        lead = _scored(first, first.method)
        others = [
            f"{each.method} is {two_places(each.value)}, where guessing scores "
            f"{two_places(each.by_chance)}"
            for each in (item.alpha, item.ac1)
            if each is not None
        ]
        narrow = f" {TOO_NARROW}" if first.interval and item.cases < FEW_FOR_A_RANGE else ""
        found.append(f"{lead}{narrow} {'; '.join(others)}. Quote the counts first.")
        found += [prevails(*prevailing, "AC1")] if prevailing else []
    elif len(item.categories) == 1:
        found.append("Every reading is the same word, so no coefficient is defined.")
    else:
        found.append("Too few cases for any coefficient.")
    return found


def same_range(item: ItemAgreement, is_grade: bool) -> str:
    """Where the share given the same would probably lie; empty where there are few cases."""
    if item.cases < FEWEST_FOR_SHARES:
        return ""
    interval = item.same_interval
    low, high = range_ends(interval.low, interval.high)
    return (
        f"If the {item.cases:,} were drawn at random, they would probably give the same "
        f"{'grade' if is_grade else 'finding'} in between {low}% and {high}% of all such cases."
    )


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}" if part < whole or whole == 1 else f"all {whole:,}"


def direction(pair: PairResult, is_grade: bool, several: bool) -> str:
    """Who is the more generous, how often that would happen if neither leaned, and the verdict."""
    says = leaning(pair, is_grade, several)
    if pair.direction == "clear":
        return f"{says} {pair.more_generous} is the more generous reader."
    if pair.direction == "points towards" and pair.more_generous is not None:
        return f"{says} That points towards the more generous reader but does not settle it."
    return says


def leaning(pair: PairResult, is_grade: bool, several: bool) -> str:
    """Which of two readers gave the better more often, and how often chance would do it."""
    differ, what = pair.cases - pair.same, "grade" if is_grade else "finding"
    between = f"{pair.first} and {pair.second}" if several else ""
    if not differ:
        return f"{between or 'They'} gave every case the same {what}."
    where = f"Where {between or 'they'} differed, "
    most = max(pair.first_more_generous, pair.second_more_generous)
    if pair.more_generous is None:
        return (
            f"{where}each gave the better {what} as often as the other ({count(most, 'case')} "
            "each)."
        )
    of = "the only case" if differ == 1 else _of(most, differ)
    says = f"{where}{pair.more_generous} gave the better {what} in {of}"
    if pair.direction == "can't be told from chance":
        return f"{says}; chance could do that as well."
    return f"{says}. If neither leaned, that would happen {once_in(pair.direction_p or 0)} audits."


def once_in(p: float) -> str:
    """A small p as ``about once in 3,600``, to two figures and never further than a million."""
    if p * _RARER_THAN < 1:
        return "less than once in a million"
    times = round(1 / p)
    digits = len(str(times))
    return f"about once in {round(times, min(0, 2 - digits)):,}"


def better_than_guessing(item: ItemAgreement) -> str:
    """One coefficient with its range, and what the others are; empty where there are none."""
    if item.kappa is not None:
        lead = _scored(item.kappa, "weighted kappa")
    elif item.alpha is not None:
        lead = _scored(item.alpha, "Krippendorff's alpha")
    else:
        return ""
    few = item.cases < FEW_FOR_A_RANGE and item.kappa is not None and item.kappa.interval
    narrow = f" {TOO_NARROW}" if few else ""
    if item.ac2 is None:
        return f"{lead}{narrow} Quote the counts first."
    guessing = two_places(item.ac2.by_chance)
    scores = f"guessing scores {guessing}, not 0" if guessing != "0.00" else "guessing scores 0 too"
    return (
        f"{lead}{narrow} Gwet's AC2 is {two_places(item.ac2.value)}; on that scale {scores}. Quote "
        "the counts first."
    )


def _scored(measure: Measure, name: str) -> str:
    value, interval = two_places(measure.value), measure.interval
    how = "No better than guessing" if float(value) <= 0 else "Better than guessing would do"
    if interval is None:
        return f"{how}: {value} by {name} (0 is guessing, 1 is perfect)."
    low, high = two_places(interval.low), two_places(interval.high)
    if float(value) > 0 >= float(low):
        how = "Perhaps better than guessing would do"
    return (
        f"{how}: {value} by {name}, probably between {low} and {high} (0 is guessing, 1 is "
        "perfect)."
    )


def two_places(value: float) -> str:
    """A coefficient or an end of its range as people read it: ``0.53``, never ``-0.00``."""
    return f"{round(value, 2) + 0.0:.2f}"


def _significant(item: ItemAgreement, cases: Sequence[str], steps: int) -> str:
    apart = steps_in_words(steps, len(item.scale))
    if not cases:
        return f"No case is {apart} apart."
    are = "case is" if len(cases) == 1 else "cases are"
    ends = ", at opposite ends of the scale" if steps == len(item.scale) - 1 else ""
    return f"{len(cases):,} {are} {apart} apart{ends}: {listing(cases, most=_MOST_NAMED)}."


def steps_in_words(steps: int, grades: int) -> str:
    """``two steps or more``; where no two grades are further apart, ``three steps``."""
    noun = "step" if steps == 1 else "steps"
    return f"{in_words(steps)} {noun}" + ("" if steps == grades - 1 else " or more")


def in_words(n: int) -> str:
    """A small number as a word, for where another number stands beside it."""
    return _NUMBERS[n] if n < len(_NUMBERS) else f"{n:,}"


def overall(comparisons: int) -> list[str]:
    """What to know of many comparisons at once."""
    if comparisons < MANY_COMPARISONS:
        return []
    by_chance = max(1, round(0.2 * comparisons))
    return [
        f"Who is the more generous was asked {comparisons:,} times. Chance alone would point "
        f"towards somebody in up to about {in_words(by_chance)} of them. Where it says “is the "
        "more generous reader”, that is allowed for."
    ]


def no_coefficient(reason: str, cases: int, step: str) -> str:
    """Why there is no coefficient."""
    if reason == "not defined":
        return (
            f"Agreement beyond chance is not defined: everyone gave the same ({step}), so "
            "nothing shows whether they would tell cases apart."
        )
    return (
        f"{count(cases, 'case')} read by two or more: too few for any coefficient. "
        "Go by the counts and look at the cases."
    )


def one_reading_only(reader: str, step: str, readers: int) -> str:
    """A reader who never told one case from another."""
    so = (
        "so kappa comes out as 0 however often they agree"
        if readers == 2
        else "so nothing shows whether this reader tells cases apart"
    )
    return f"{reader} gave every case the same ({step}), {so}."


def prevails(step: str, part: float, gwet: str) -> str:
    """Kappa is low where nearly all readings are one; and Gwet's coefficient, AC1 or AC2, high."""
    return (
        f"{share(round(1000 * part), 1000)} of all readings are “{step}”. That pulls kappa and "
        f"alpha down however well the readers agree, and {gwet} up though they answer at random: "
        "go by the counts."
    )


def same_content(first: str, second: str) -> str:
    """Two files that are the same."""
    return (
        f"{first} and {second} are alike to the last byte: two readers who agree in everything, or "
        "one file under two names."
    )


def rubrics_differ(readers: Sequence[str], rubrics: Sequence[str]) -> str:
    """The readers were asked by different rubrics."""
    named = listing(
        f"{reader} by {rubric}" for reader, rubric in zip(readers, rubrics, strict=True)
    )
    return f"The rubrics differ: {named}. Only what has the same name in both is compared."


def reworded(titles: Sequence[str]) -> str:
    """Questions that the readers were not asked in the same words."""
    return f"Asked in other words of one reader than of another: {listing(titles, most=6)}."


def days_differ(readers: Sequence[str], days: Sequence[dt.date]) -> str:
    """The audits speak of different days."""
    named = listing(
        f"{reader} as of {long_day(day)}" for reader, day in zip(readers, days, strict=True)
    )
    return f"The days differ: {named}. What fell due in between counts for one only."
