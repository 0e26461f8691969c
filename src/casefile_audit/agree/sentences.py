"""What agreement comes to, in words that bear repeating."""

import datetime as dt
from collections.abc import Sequence

from casefile_audit.agree.models import ItemAgreement, Measure, PairResult
from casefile_audit.english import count, listing, share, share_range

MANY_COMPARISONS = 5
_RARER_THAN = 1_000_000
_MOST_NAMED = 12
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def of_item(item: ItemAgreement, is_grade: bool, significant: int | None) -> list[str]:
    """The answer on one grade or criterion, in the order in which it should be read."""
    says = [same(item, is_grade)]
    says += [direction(pair, is_grade, len(item.pairs) > 1) for pair in item.pairs]
    if (coefficients := beyond_chance(item)) is not None:
        says.append(coefficients)
    if is_grade:
        says.append(_significant(item, significant))
    if item.applies_to_some:
        cases = listing(item.applies_to_some, most=_MOST_NAMED)
        says.append(
            f"The readers differ on whether it applies in "
            f"{count(len(item.applies_to_some), 'case')}: {cases}."
        )
    return says


def same(item: ItemAgreement, is_grade: bool) -> str:
    """How many were given the same: ``Same grade in 13 of 30``, with its range, and within one."""
    what = "grade" if is_grade else "finding"
    several = "" if len(item.pairs) < 2 else "All who read a case gave it the "
    first = "same" if several else "Same"
    interval = item.same_interval
    says = (
        f"{several}{first} {what} in {_of(item.same, item.cases)} "
        f"({share(item.same, item.cases)}, 95% range {share_range(interval.low, interval.high)})"
    )
    if len(item.scale) > 2:
        step = "grade" if is_grade else "step"
        says += f"; within one {step} in {_of(item.within_one, item.cases)}"
    return f"{says}."


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}" if part < whole or whole == 1 else f"all {whole:,}"


def direction(pair: PairResult, is_grade: bool, several: bool) -> str:
    """Who is the more generous, and how often chance would do the same."""
    differ = pair.cases - pair.same
    between = f"{pair.first} and {pair.second}" if several else ""
    if not differ:
        whom = between or "They"
        return f"{whom} gave every case the same {'grade' if is_grade else 'finding'}."
    where = f"Where {between or 'they'} differed, "
    most = max(pair.first_more_generous, pair.second_more_generous)
    if pair.more_generous is None:
        return (
            f"{where}each was the more generous as often as the other ({count(most, 'case')} each)."
        )
    of = "the only case" if differ == 1 else _of(most, differ)
    says = f"{where}{pair.more_generous} was the more generous in {of}"
    if pair.direction == "can't be told from chance":
        return f"{says}; chance could do that as well."
    chance = f"{says}, which chance would do {once_in(pair.direction_p or 0.0)}"
    if pair.direction == "clear":
        return f"{chance}: {pair.more_generous} is the more generous reader."
    return f"{chance}. That points towards the more generous reader but does not settle it."


def once_in(p: float) -> str:
    """A small p as ``about once in 3,600``, to two figures and never further than a million."""
    if p * _RARER_THAN < 1:
        return "less than once in a million"
    times = round(1 / p)
    digits = len(str(times))
    return f"about once in {round(times, min(0, 2 - digits)):,}"


def beyond_chance(item: ItemAgreement) -> str | None:
    """The coefficients in a sentence: the lowest and the highest; None where there are none."""
    names = (("kappa", item.kappa), ("AC2", item.ac2), ("alpha", item.alpha))
    two = item.kappa is not None
    found = [(n, m) for n, m in names if m is not None and not (two and n == "alpha")]
    if not found:
        return None
    values = sorted({two_places(measure.value) for _, measure in found}, key=float)
    which = listing(name for name, _ in found)
    if len(found) == 1:
        how = f"by {which}"
    elif len(values) == 1:
        how = f"by {which} alike"
    else:
        how = f"depending on how it is measured ({which})"
    return (
        f"Agreement beyond chance: {' to '.join((values[0], values[-1])[: len(values)])} {how}; "
        f"1 is perfect. {_at_random(found)}"
    )


def _at_random(found: Sequence[tuple[str, Measure]]) -> str:
    """What each coefficient is where nobody looks at the cases, which is 0 by kappa alone."""
    by_value: dict[str, list[str]] = {}
    for name, measure in found:
        by_value.setdefault(two_places(measure.by_chance), []).append(name)
    averages = listing(f"{value} by {listing(names)}" for value, names in by_value.items())
    return f"Readers who gave each step as often as these, but at random, would average {averages}."


def two_places(value: float) -> str:
    """A coefficient or an end of its range as people read it: ``0.53``, never ``-0.00``."""
    return f"{round(value, 2) + 0.0:.2f}"


def _significant(item: ItemAgreement, steps: int | None) -> str:
    if steps is None or item.significant is None:
        return (
            "How many steps make a difference significant is for you to say: "
            "--significant N lists those cases."
        )
    apart = steps_in_words(steps, len(item.scale))
    if not item.significant:
        return f"No case is {apart} apart."
    are = "case is" if len(item.significant) == 1 else "cases are"
    ends = ", at opposite ends of the scale" if steps == len(item.scale) - 1 else ""
    return (
        f"{len(item.significant):,} {are} {apart} apart{ends}: "
        f"{listing(item.significant, most=_MOST_NAMED)}."
    )


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


def prevails(step: str, part: float) -> str:
    """Kappa is low where nearly all readings are on one step of the scale."""
    return (
        f"{share(round(1000 * part), 1000)} of all readings are “{step}”. That pulls kappa and "
        "alpha down however well the readers agree, and AC2 up though they answer at random: go by "
        "the counts."
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
        f"{reader} as of {day.day} {day:%B %Y}" for reader, day in zip(readers, days, strict=True)
    )
    return f"The days differ: {named}. What fell due in between counts for one only."
