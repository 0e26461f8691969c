"""The sentence that goes with each verdict on a rate: the rule's words, and no stronger ones.

None of them takes the want of evidence for the want of a change, or a p-value for more than it is.
"""

from dataclasses import dataclass

from casefile_audit.compare.verdicts import Direction, Thresholds, Verdict
from casefile_audit.english import (
    FEWEST_FOR_SHARES,
    counted,
    in_parts,
    in_points,
    one_in,
    points,
    points_of,
    rarer_than,
    sentence_case,
    share,
    whole_points,
)

_NAMES = {Direction.BETTER: "improvement", Direction.WORSE: "worsening"}
_OTHER_WAY = {Direction.BETTER: "A worsening", Direction.WORSE: "An improvement"}
_SMALL = 100

Counts = tuple[int, int]
"""How many fall short, of how many."""


@dataclass(frozen=True, slots=True)
class RateWording:
    """What a sentence on a rate is made of.

    Attributes:
        phrase: what completes "12 of 48 …".
        moved: of the same cases read twice, how many went better and worse; None otherwise.
        low, high: the range of the true change, above 0 where it is better; where the verdict is
            not clear, it holds no change.
        clear_at: the count after that would have been clear; None if none would.
        clear_moves: of the same cases read twice, the moves better and worse that would have been.
        needed: about how many cases a side would confirm a change of this size.
        census: whether both are every case there was, so that what changed has no range.
        shares: the shares of the populations, where strata of them are weighted.
    """

    phrase: str
    before: Counts
    after: Counts
    moved: Counts | None
    verdict: Verdict
    direction: Direction
    p: float
    low: float
    high: float
    tested: int
    clear_at: int | None
    clear_moves: Counts | None
    needed: int | None
    census: bool = False
    shares: tuple[float, float] | None = None


def sentence(told: RateWording, thresholds: Thresholds) -> str:
    """The finding and its verdict, as an officer may repeat them."""
    if told.verdict is Verdict.NOTHING_TO_COMPARE:
        (k, n), (_, m) = told.before, told.after
        if n == m:
            return f"{'All' if k else 'None of'} {n:,} fell short, both times."
        every = "all" if k else "none of"
        return f"{every.capitalize()} {n:,} fell short before, {every} {m:,} after."
    return f"{_counts(told)} {verdict_says(told, thresholds)}"


def verdict_says(told: RateWording, thresholds: Thresholds) -> str:
    """The verdict and what it rests on, without the counts."""
    return " ".join(filter(None, (_lead(told), explanation(told, thresholds))))


def _lead(told: RateWording) -> str:
    """The verdict alone, where its label says less than a sentence does."""
    match told.verdict:
        case Verdict.CLEAR:
            return f"The {_NAMES[told.direction]} is clear."
        case Verdict.POINTS_TOWARDS:
            return f"This points towards {_NAMES[told.direction]} but does not settle it."
        case _:
            return ""


def change(low: float, high: float, direction: Direction) -> str:
    """A range of the true change: ``from 4 points worse to 61 points better``.

    It ends on the side that these cases went to. Where all of it is within a point, it is in as
    many figures as it takes.
    """
    ends = (high, low) if direction is Direction.WORSE else (low, high)
    size = points_of(*ends)
    first, last = (
        f"{in_points(size(end))} {'worse' if end < 0 else 'better'}" if end else "none"
        for end in ends
    )
    return f"from {first} to {last}"


BY_CHANCE = (
    "Chance alone would often bring as much about. That is not the same as no change in what is "
    "done."
)
IN_DOUBT = (
    "If the counts stand, chance alone would hardly bring this about. But what is in doubt above "
    "could change them, so there is no verdict: put that right first, and compare again."
)


def label(verdict: Verdict, direction: Direction | None) -> str:
    """A verdict with its direction: ``points towards improvement``, ``clear worsening``."""
    if verdict in (Verdict.CLEAR, Verdict.POINTS_TOWARDS) and direction in _NAMES:
        return f"{verdict} {_NAMES[direction]}"
    return str(verdict)


def among_all(
    sizes: tuple[int | None, int | None], ends: tuple[float, float], direction: Direction
) -> str:
    """What changed among all the cases there were, of which some were read.

    Args:
        sizes: how many there were, before and after; None where that isn't known.
    """
    before, after = sizes
    first = "the cases before" if before is None else f"the {before:,} cases there were before"
    second = "those after" if after is None else f"the {after:,} after"
    return f"Of {first} and {second}, the change was probably {change(*ends, direction)}."


def weighted_says(shares: tuple[float, float]) -> str:
    """The shares of two populations that fell short, where strata of them are weighted."""
    first, second = map(in_parts, shares)
    return f"Weighted by their strata, {first} fell short before and {second} after."


def so_much_by_chance(paired: bool, cases: int, census: bool = False) -> str:
    """What chance alone would do: ``samples this small would differ by this much or more``."""
    if paired:
        return "cases would move this one-sidedly or more so"
    size = "this small" if cases < _SMALL else "of this size"
    what = "numbers of cases" if census else "samples"
    return f"{what} {size} would differ by this much or more"


def often_by_chance(paired: bool, cases: int, census: bool, p: float) -> str:
    """How often chance alone would do so much."""
    so_much = so_much_by_chance(paired, cases, census)
    return f"If {_nothing_changed(census)}, {so_much} about 1 time in {one_in(p)}."


def hardly_by_chance(what: str, paired: bool, census: bool, p: float) -> str:
    """How seldom chance alone would do so much, such as ``a gap`` this large or larger."""
    so_much = "moves this one-sided" if paired else f"{what} this large or larger"
    such = "readings" if paired else "pairs of periods" if census else "pairs of samples"
    return (
        f"if {_nothing_changed(census)}, {so_much} would turn up in fewer than 1 in "
        f"{rarer_than(p)} such {such}."
    )


def _nothing_changed(census: bool) -> str:
    """What a verdict supposes; of every case there was, what changed in them is a fact."""
    return f"nothing had changed{' in what is done' if census else ''}"


def among(tested: int, what: str = "questions") -> str:
    """Why what would be clear alone is not."""
    return (
        f"On its own that would be clear; as one of {tested:,} {what} compared, it is not rare "
        "enough."
    )


def fact(before: Counts, after: Counts, direction: Direction) -> str:
    """What happened, where both samples are every case of their period."""
    if direction is Direction.SAME:
        return f"It was {_of(before)} and then {_of(after)}; that is a fact about these cases."
    verb = "fell" if direction is Direction.BETTER else "rose"
    first, then = (counted(*counts) for counts in (before, after))
    return f"The share {verb}: {first}, then {then}; that is a fact about these cases."


def doubt(direction: Direction) -> str:
    """What a fact about these cases doesn't say."""
    way = "different" if direction is Direction.SAME else str(direction)
    return f"Whether the process is {way}, they are too few to say."


def number(n: int) -> str:
    """A count, ``none`` for 0."""
    return f"{n:,}" if n else "none"


def explanation(told: RateWording, thresholds: Thresholds) -> str:
    """What the verdict on a rate rests on, and what it leaves open.

    Of every case there was, what changed is a fact: in the place of the range stands what chance
    would do if the process were the same.
    """
    could_be = f"the true change could be anything {change(told.low, told.high, told.direction)}"
    also = "" if told.census else f" {could_be.capitalize()}."
    ratio = f"by a factor of more than {thresholds.ratio:g}"
    match told.verdict:
        case Verdict.CLEAR:
            return _hardly_by_chance(told) if told.census else _clear(told)
        case Verdict.IN_DOUBT:
            return IN_DOUBT
        case Verdict.POINTS_TOWARDS:
            return _not_settled(told, thresholds, also.strip())
        case Verdict.NO_MATERIAL_CHANGE if told.census:
            return (
                "They are enough to rule out that what is done changed by more than "
                f"{thresholds.margin:g} points either way, or {ratio}."
            )
        case Verdict.NO_MATERIAL_CHANGE:
            return (
                f"These samples rule out a change of more than {thresholds.margin:g} points either "
                f"way, and one {ratio}: {could_be}."
            )
        case Verdict.NONE_COULD_BE_CLEAR:
            return f"{_neither(told)}{also}"
        case Verdict.NO_IMPROVEMENT_COULD_BE_CLEAR | Verdict.NO_WORSENING_COULD_BE_CLEAR:
            return f"{_not_even(told)} {_OTHER_WAY[told.direction]} could have been.{also}"
        case _ if told.census:
            return BY_CHANCE
        case _:
            return (
                f"These samples can't tell us whether anything changed: {could_be}. That is not "
                "the same as no change."
            )


def _not_settled(told: RateWording, thresholds: Thresholds, could_be: str) -> str:
    """How often chance alone would do so much, and what would have been clear."""
    smaller = min(told.before[1], told.after[1])
    parts = [
        often_by_chance(told.moved is not None, smaller, told.census, told.p),
        among(told.tested) if told.p < thresholds.alpha else "",
        could_be,
        _what_would_be_clear(told),
    ]
    return " ".join(filter(None, parts))


def _hardly_by_chance(told: RateWording) -> str:
    paired = told.moved is not None
    return sentence_case(hardly_by_chance("a gap", paired, told.census, told.p))


def _clear(told: RateWording) -> str:
    name = _NAMES[told.direction]
    better = told.direction is Direction.BETTER
    low, high = (told.low, told.high) if better else (-told.high, -told.low)
    size = points_of(low, high)
    least, most = size(low), size(high)
    is_under_one = size is points and not whole_points(low)
    says = f"{_hardly_by_chance(told)} The {name} is "
    if least == most:
        return f"{says}{'' if is_under_one else 'about '}{in_points(most)}."
    # The test and the range are two methods, and the range may reach a little past none.
    if low <= 0 or is_under_one:
        return f"{says}probably at most {in_points(most)}."
    return f"{says}probably between {least} and {in_points(most)}."


def _what_would_be_clear(told: RateWording) -> str:
    if told.shares is not None:  # it hangs on the strata that the counts are in
        return ""
    better = told.direction is Direction.BETTER
    among_them = f"With {told.tested:,} questions compared, " if told.tested > 1 else ""
    if told.clear_moves is not None:
        moves = (told.clear_moves, ("better", "worse"))
        (this, way), (other, against) = sorted(zip(*moves, strict=True), reverse=True)
        return f"{among_them}{this:,} {way} and {number(other)} {against} would have been clear."
    if told.clear_at is None:
        return _not_even(told)
    edge = 0 if better else told.after[1]
    beyond = "" if told.clear_at == edge else " or fewer" if better else " or more"
    clear = (
        f"{among_them}{_of((told.clear_at, told.after[1]))}{beyond} after would have been clear."
    )
    if told.needed is None:
        return clear
    return (
        f"{clear} To have 4 chances in 5 of confirming such a {'fall' if better else 'rise'} takes "
        f"about {_about(told.needed)} cases a side."
    )


def _not_even(told: RateWording) -> str:
    """That the first sample leaves no room on the side that these cases went to."""
    n = told.after[1]
    end = _of((0 if told.direction is Direction.BETTER else n, n))
    return (
        f"{_given(told)}, not even {end} after could have shown a clear {_NAMES[told.direction]}."
    )


def _neither(told: RateWording) -> str:
    """That the first sample leaves no room, whatever the second shows."""
    none, every = _of((0, told.after[1])), _of((told.after[1], told.after[1]))
    return f"{_given(told)}, neither {none} nor {every} after could have shown a clear change."


def _given(told: RateWording) -> str:
    start = f"With {_of(told.before)} before"
    return start + (f" and {told.tested:,} questions compared" if told.tested > 1 else "")


def _counts(told: RateWording) -> str:
    counts = f"{_of(told.before)} before, {_of(told.after)} after"
    if told.shares is not None:
        counts += ", of the cases read"
    elif min(told.before[1], told.after[1]) >= FEWEST_FOR_SHARES:
        counts += f" ({share(*told.before)} → {share(*told.after)})"
    if told.moved is not None:
        better, worse = told.moved
        same = number(told.before[1] - better - worse)
        counts += f": {number(better)} better, {number(worse)} worse, {same} the same"
    return f"{counts}." + (f" {weighted_says(told.shares)}" if told.shares else "")


def _of(counts: Counts) -> str:
    return f"{counts[0]:,} of {counts[1]:,}"


def _about(n: int) -> str:
    """A number of cases, no more exact than it is: 32, 120, 1,100."""
    step = 10 ** max(0, len(str(n)) - 2)
    return f"{round(n / step) * step:,}"
