"""The sentence that goes with each verdict on a rate. The rule's words, and no stronger ones.

None of them calls a change significant, proved or a trend, or takes the want of evidence for the
want of a change.
"""

from dataclasses import dataclass

from casefile_audit.compare.verdicts import Direction, Thresholds, Verdict
from casefile_audit.words import one_in, points, share

_NAMES = {Direction.BETTER: "improvement", Direction.WORSE: "worsening"}
_SMALL = 100


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence on a rate is made of. Counts are of cases that fall short.

    Attributes:
        phrase: what completes "12 of 48 …".
        moved: in the same cases read twice, how many went better and worse; None otherwise.
        low, high: the range of the true change, above 0 where it is better.
        tested: how many questions were compared.
        clear_at: the count after, or the moves all one way, that would have been clear; None if
            none.
        needed: about how many cases a side would confirm a change of this size.
    """

    phrase: str
    before: tuple[int, int]
    after: tuple[int, int]
    moved: tuple[int, int] | None
    verdict: Verdict
    direction: Direction
    p: float
    adjusted_p: float | None
    low: float
    high: float
    tested: int
    clear_at: int | None
    needed: int | None


def sentence(told: Told, thresholds: Thresholds) -> str:
    """The finding and its verdict, as an officer may repeat them."""
    if told.verdict is Verdict.NOTHING_TO_COMPARE:
        counts = f"({_of(told.before)}, {_of(told.after)})"
        if told.before[0]:
            return f"All {told.phrase} in both samples {counts}."
        return f"None {told.phrase} in either sample {counts}."
    return " ".join([_counts(told), *_says(told, thresholds)])


def change(low: float, high: float, direction: Direction) -> str:
    """A range of the true change: ``from 4 points worse to 61 points better``.

    It ends on the side that these cases went to.
    """
    ends = (high, low) if direction is Direction.WORSE else (low, high)
    return "from {} to {}".format(
        *(f"{points(end)} {'worse' if end < 0 else 'better'}" for end in ends)
    )


def label(verdict: Verdict, direction: Direction | None) -> str:
    """A verdict with its direction: ``points towards improvement``."""
    if verdict in (Verdict.CLEAR, Verdict.POINTS_TOWARDS) and direction in _NAMES:
        return f"{verdict} {_NAMES[direction]}"
    return str(verdict)


def _says(told: Told, thresholds: Thresholds) -> list[str]:
    anything = f"anything {change(told.low, told.high, told.direction)}"
    match told.verdict:
        case Verdict.CLEAR:
            return _clear(told)
        case Verdict.POINTS_TOWARDS:
            return [
                f"This points towards {_NAMES[told.direction]} but does not settle it: if nothing "
                f"had changed, {_so_much(told)} about 1 time in {one_in(told.p)}.",
                *_among(told, thresholds),
                f"The true change could be {anything}.",
                *_what_would_be_clear(told),
            ]
        case Verdict.NO_MATERIAL_CHANGE:
            return [
                f"These samples show no change of more than {thresholds.margin:g} points either "
                f"way: the true change could be {anything}."
            ]
        case Verdict.NONE_COULD_BE_CLEAR:
            return [_not_even(told), f"The true change could be {anything}."]
        case _:
            return [
                f"These samples can't tell us whether anything changed: the true change could be "
                f"{anything}. That is not the same as no change."
            ]


def _clear(told: Told) -> list[str]:
    name = _NAMES[told.direction]
    so_much = (
        "a gap this large would turn up in fewer than 1 in {} such pairs of samples"
        if told.moved is None
        else "moves this one-sided would turn up in fewer than 1 in {} such readings"
    )
    low, high = (told.low, told.high) if told.direction is Direction.BETTER else (
        -told.high, -told.low)  # fmt: skip
    least, most = points(low), points(high)
    if low <= 0:
        size = f"up to {most}"
    elif least == most:
        size = f"about {most}"
    else:
        size = f"between {least.removesuffix(' points')} and {most}"
    return [
        f"The {name} is clear: if nothing had changed, {so_much.format(one_in(told.p))}.",
        f"The {name} is {size}.",
    ]


def _so_much(told: Told) -> str:
    if told.moved is not None:
        return "cases would move so one-sidedly"
    small = min(told.before[1], told.after[1]) < _SMALL
    return f"samples {'this small' if small else 'of this size'} would differ by this much"


def _among(told: Told, thresholds: Thresholds) -> list[str]:
    """Why what would be clear alone is not."""
    if told.adjusted_p is None or told.p >= thresholds.alpha:
        return []
    return [
        f"On its own that would be clear; as one of {told.tested:,} questions compared, it is not "
        "rare enough."
    ]


def _what_would_be_clear(told: Told) -> list[str]:
    if told.clear_at is None:
        return [_not_even(told)]
    among = f"With {told.tested:,} questions compared, " if told.tested > 1 else ""
    if told.moved is not None:
        one, other = (
            ("better", "worse") if told.direction is Direction.BETTER else ("worse", "better")
        )
        return [f"{among}{told.clear_at:,} {one} and none {other} would have been clear."]
    edge = 0 if told.direction is Direction.BETTER else told.after[1]
    beyond = "or fewer" if told.direction is Direction.BETTER else "or more"
    reach = _of((told.clear_at, told.after[1]))
    clear = f"{among}{reach}{'' if told.clear_at == edge else f' {beyond}'} would have been clear"
    if told.needed is None:
        return [f"{clear}."]
    move = "fall" if told.direction is Direction.BETTER else "rise"
    return [
        f"{clear}; about {_about(told.needed)} cases a side would be needed to be reasonably sure "
        f"of confirming a {move} of this size."
    ]


def _not_even(told: Told) -> str:
    """That the first sample leaves no room, whatever the second shows."""
    among = f" and {told.tested:,} questions compared" if told.tested > 1 else ""
    start, n = f"With {_of(told.before)} before{among}", told.after[1]
    if told.direction is Direction.SAME:
        return (
            f"{start}, neither 0 of {n:,} nor {_of((n, n))} after could have been a clear change."
        )
    k = 0 if told.direction is Direction.BETTER else n
    return (
        f"{start}, not even {_of((k, n))} after could have shown a clear {_NAMES[told.direction]}."
    )


def _counts(told: Told) -> str:
    shares = f"({share(*told.before)} → {share(*told.after)})"
    counts = f"{_of(told.before)} before, {_of(told.after)} after {shares}"
    if told.moved is None:
        return f"{counts}."
    better, worse = told.moved
    same = told.before[1] - better - worse
    return f"{counts}: {_number(better)} better, {_number(worse)} worse, {_number(same)} the same."


def _of(counts: tuple[int, int]) -> str:
    return f"{counts[0]:,} of {counts[1]:,}"


def _number(n: int) -> str:
    return f"{n:,}" if n else "none"


def _about(n: int) -> str:
    """A number of cases, no more exact than it is: 32, 120, 1,100."""
    step = 10 ** max(0, len(str(n)) - 2)
    return f"{round(n / step) * step:,}"


def fact(before: tuple[int, int], after: tuple[int, int], direction: Direction) -> str:
    """What happened, where both samples are every case of their period."""
    if direction is Direction.SAME:
        return f"It was {_of(before)} and then {_of(after)}; that is a fact about these cases."
    verb = "fell" if direction is Direction.BETTER else "rose"
    return f"It {verb} from {_of(before)} to {_of(after)}; that is a fact about these cases."


def doubt(direction: Direction) -> str:
    """What a fact about these cases doesn't say."""
    way = "different" if direction is Direction.SAME else str(direction)
    return f"Whether the process is {way}, they are too few to say."
