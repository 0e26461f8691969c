"""What the signals come to, in words that may be repeated."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from casefile_audit.english import (
    FEWEST_FOR_SHARES,
    count,
    counted,
    in_parts,
    listing,
    sentence_case,
    share,
)
from casefile_audit.results import finding
from casefile_audit.trend.models import GapsResult, Phase, Rule, Signal, Verdict
from casefile_audit.trend.phases import FEWEST_FOR_HALVES, Counts

# The table beneath has them all.
_MOST_NAMED = 6
_RARE = "which would be rare if nothing had changed"
_SELDOM = "Chance would seldom give that: ask what happened."
# Rules about several periods together: the rate has moved, not one period alone.
_MOVES: tuple[Rule, ...] = ("run", "rising or falling", "two of three", "run chart", "gap run")
_LEADS = {
    (True, False): "Improving",
    (False, False): "Worsening",
    (True, True): "Special cause, improvement",
    (False, True): "Special cause, concern",
}


@dataclass(frozen=True)
class SeriesWording:
    """What every sentence about a series needs.

    Attributes:
        same_cases: whether the periods are of the same cases.
        phrase: completes "12 of 48 …".
    """

    counts: Counts
    unit: str
    phrase: str
    nhs: bool
    same_cases: bool


def verdict_of(told: SeriesWording, latest: Phase, gaps: GapsResult | None) -> Verdict:
    """The one word for a series, from its latest phase."""
    missing, applicable = sum(told.counts.missing), sum(told.counts.applicable)
    if not applicable:
        return "not asked"
    if told.same_cases:
        return "same cases"
    signals: list[Signal] = [*latest.signals, *(gaps.signals if gaps else ())]
    if latest.centre is None and not signals:
        return "too few"
    if missing in (0, applicable):
        return "all" if missing else "none"
    moves = [signal for signal in signals if signal.rule in _MOVES or _still_open(signal, gaps)]
    ways = {signal.better for signal in moves if signal.now}
    if ways == {True}:
        return "improving"
    if ways == {False}:
        return "worsening"
    if moves:
        return "changed"
    if signals:
        return "stands out"
    if _cannot_show_a_move(latest):
        return "too few"
    return "varies" if latest.method == "p-prime" else "no sign"


def _still_open(signal: Signal, gaps: GapsResult | None) -> bool:
    return signal.rule == "gap" and gaps is not None and len(gaps.events) in signal.places


def finding_says(told: SeriesWording, verdict: Verdict) -> str:
    """The finding over all periods, such as ``96 of 273 not shared with the school (35%)``."""
    missing, applicable = sum(told.counts.missing), sum(told.counts.applicable)
    if verdict == "not asked":
        return "It did not apply to any case."
    periods = count(sum(n > 0 for n in told.counts.applicable), told.unit)
    if not missing:
        return f"None of the {applicable:,} fell short, in any of the {periods}."
    found = sentence_case(finding(missing, applicable, applicable, told.phrase))
    if verdict == "all":
        return f"{found}, in every one of the {periods}."
    part = "" if applicable < FEWEST_FOR_SHARES else f" ({share(missing, applicable)})"
    return f"{found}{part}."


def signs_say(told: SeriesWording, parts: Sequence[Phase], verdict: Verdict) -> str:
    """What each phase shows of change; nothing where there is nothing to judge."""
    if verdict in ("not asked", "none", "all"):
        return ""
    if verdict == "same cases":
        return f"No verdict: the {told.unit}s are of the same cases."
    said: list[str] = []
    for number, phase in enumerate(parts):
        if number == len(parts) - 1:
            said += _before_and_since(told, phase)
            said += _phase(told, phase, first=number == 0)
        elif phase.signals:
            end = told.counts.labels[parts[number + 1].span.start]
            said += [f"Before the re-basing of {end}:", *_phase(told, phase, first=True)]
    return " ".join(said)


def _before_and_since(told: SeriesWording, latest: Phase) -> Iterator[str]:
    """The counts on either side of the last re-basing, without a claim about them."""
    start = latest.span.start
    sides = _sides(told, 0, start, len(told.counts.labels))
    if start and all(n for _, n in sides):
        before, since = (counted(*side) for side in sides)
        label = told.counts.labels[start]
        yield f"It was {before} before the re-basing of {label}, and {since} since."


def _sides(told: SeriesWording, start: int, middle: int, stop: int) -> list[tuple[int, int]]:
    """How many fell short, of how many, before a period and from it on."""
    return [
        (sum(told.counts.missing[part]), sum(told.counts.applicable[part]))
        for part in (slice(start, middle), slice(middle, stop))
    ]


def _phase(told: SeriesWording, phase: Phase, *, first: bool) -> Iterator[str]:
    since = "" if first else f" since the re-basing of {told.counts.labels[phase.span.start]}"
    if phase.centre is None:
        base = sum(place in phase.base for place in phase.places)
        if phase.baseline_fixed and base < len(phase.places):
            yield f"Too few {told.unit}s in the baseline ({base}) to judge{since}."
        else:
            yield f"Too few {told.unit}s ({len(phase.places)}) to judge{since}."
        return
    moved = sorted(
        (signal for signal in phase.signals if signal.rule != "outside"),
        key=lambda signal: (not signal.now, signal.places),
    )
    one_change = _one_change(moved, phase)
    if one_change and one_change[0].now and not told.nhs:
        yield _changed_once(told, phase, *one_change)
        moved = [signal for signal in moved if signal not in one_change]
    for number, signal in enumerate(moved):
        if signal.rule == "run" and number and moved[0].rule == "run":
            yield f"{sentence_case(_span(told, signal))} are all {_side(signal)} it."
        else:
            yield _move(told, phase, signal)
    alone = [signal.places[0] for signal in phase.signals if signal.rule == "outside"]
    if alone:
        yield _stands_out(told, alone)
    if not phase.signals:
        yield _no_sign(told, phase, since)
    if phase.trial:
        few = sum(place in phase.base for place in phase.places)
        yield f"From {count(few, told.unit)} these are trial limits."


def _no_sign(told: SeriesWording, phase: Phase, since: str) -> str:
    n = len(phase.places)
    if _cannot_show_a_move(phase):
        return (
            f"No {told.unit} stands out{since}. {count(n, told.unit)} are too few to show whether "
            "the rate has moved."
        )
    if phase.method == "p-prime":
        return (
            f"No {told.unit} stands out{since} from how much the {told.unit}s vary, but they vary "
            f"{phase.spread:.1f} times as much as chance alone would have them: ask what differs "
            "between them."
        )
    common = "Common cause: no sign" if told.nhs else "No sign"
    return f"{common} of change beyond {told.unit}-to-{told.unit} chance{since}."


def _cannot_show_a_move(phase: Phase) -> bool:
    return len(phase.places) < FEWEST_FOR_HALVES and not phase.baseline_fixed


def _move(told: SeriesWording, phase: Phase, signal: Signal) -> str:
    if signal.rule == "run" and signal.now and not told.nhs:
        # The level has moved once, which is no direction.
        return f"{_since(told, phase, signal)} {sentence_case(_run(told, phase, signal))}."
    lead = ""
    if signal.now:
        lead = f"{_LEADS[signal.better, told.nhs]}: "
    elif told.nhs:
        lead = "Special cause: "
    match signal.rule:
        case "run":
            text = _run(told, phase, signal)
        case "rising or falling":
            way = "lower" if signal.better else "higher"
            text = f"{_span(told, signal)} each have a {way} rate than the one before"
        case "two of three":
            edge = "lower" if signal.better else "upper"
            at = listing((told.counts.labels[place] for place in signal.places), most=_MOST_NAMED)
            text = f"{at} are close to the {edge} limit, two of three in a row"
        case _:
            text = _run_chart(told, phase, signal)
    return f"{lead}{text if lead else sentence_case(text)}."


def _run(told: SeriesWording, phase: Phase, signal: Signal) -> str:
    return f"{_span(told, signal)} are all {_side(signal)} {_line(told, phase)}, {_RARE}"


def _since(told: SeriesWording, phase: Phase, signal: Signal) -> str:
    start = signal.places[0]
    before, since = _sides(told, phase.span.start, start, phase.span.stop)
    was = f"{counted(*before)} before, " if before[1] else ""
    way = "Lower" if signal.better else "Higher"
    return f"{way} since {told.counts.labels[start]}: {was}{counted(*since)} since."


def _one_change(moved: Sequence[Signal], phase: Phase) -> tuple[Signal, Signal] | None:
    """The two runs, where one ends as another begins and every period is in one: the last first."""
    runs = [signal for signal in moved if signal.rule == "run"]
    earlier_first = sorted(runs, key=lambda signal: signal.places)
    places = [place for signal in earlier_first for place in signal.places]
    if len(runs) == 2 and places == sorted(phase.places):
        return earlier_first[1], earlier_first[0]
    return None


def _changed_once(told: SeriesWording, phase: Phase, latest: Signal, before: Signal) -> str:
    """Why every period is marked: the centre line is of both runs, and lies between them."""
    last, first = told.counts.labels[before.places[-1]], told.counts.labels[latest.places[0]]
    earlier = count(len(before.places), told.unit)
    return (
        f"{_since(told, phase, latest)} All {earlier} before are {_side(before)} "
        f"{_line(told, phase)} and all {len(latest.places)} since are {_side(latest)} it, {_RARE}. "
        f"Both may come from one change, between {last} and {first}: ask what was done then."
    )


def _side(signal: Signal) -> str:
    return "below" if signal.better else "above"


def _span(told: SeriesWording, signal: Signal) -> str:
    """The periods of a signal: ``the last 9 months``, or where they begin and end."""
    first, last = signal.places[0], signal.places[-1]
    gaps = any(not told.counts.applicable[place] for place in range(first, last + 1))
    periods = count(len(signal.places), told.unit) + (" with cases" if gaps else "")
    if signal.now:
        return f"the last {periods}"
    return f"the {periods} from {told.counts.labels[first]} to {told.counts.labels[last]}"


def _line(told: SeriesWording, phase: Phase) -> str:
    """The centre of a phase, in words."""
    centre, drawn_from = phase.centre or 0.0, phase.drawn_from or 0.0
    if centre != drawn_from:
        n = sum(told.counts.applicable[place] for place in phase.base)
        none = "none" if not centre else "all"
        far = "highest" if not centre else "lowest"
        return f"{in_parts(drawn_from)}, the {far} rate that {none} of {n:,} leaves open"
    if phase.baseline_fixed:
        return f"the baseline rate ({in_parts(centre)})"
    return f"the long-run rate ({in_parts(centre)})"


def _run_chart(told: SeriesWording, phase: Phase, signal: Signal) -> str:
    periods = count(len(phase.places), told.unit)
    way = "from above to below" if signal.better else "from below to above"
    return f"the rate crosses its median only once in {periods}, {way}, {_RARE}"


def _stands_out(told: SeriesWording, places: Sequence[int]) -> str:
    lead = "Special cause: " if told.nhs else ""
    named = [f"{told.counts.missing[p]:,} of {told.counts.applicable[p]:,}" for p in places]
    others = [
        k
        for place, (k, n) in enumerate(
            zip(told.counts.missing, told.counts.applicable, strict=True)
        )
        if n and place not in places
    ]
    every = f", where every other {told.unit} had {_from_to(others)}" if others else ""
    if len(places) == 1:
        return f"{lead}{told.counts.labels[places[0]]} stands out: {named[0]}{every}. {_SELDOM}"
    each = (f"{told.counts.labels[p]} ({of})" for p, of in zip(places, named, strict=True))
    stand = listing(each, most=_MOST_NAMED)
    return f"{lead}{stand} stand out{every}. {_SELDOM}"


def _from_to(numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def gaps_say(gaps: GapsResult, applicable: int) -> str:
    """What the gaps between rare events come to, in so many cases that were looked at."""
    before, *between = [event.cases_before for event in gaps.events]
    events = len(gaps.events)
    n, since = count(applicable, "case"), f"{gaps.cases_since:,} since"
    if not between:
        return f"1 in {n}: {before:,} came before it, {since}. 1 is too few for limits."
    if gaps.median is None:
        lie = listing(f"{gap:,}" for gap in between)
        which = "the two" if len(between) == 1 else "one and the next"
        return (
            f"{events:,} in {n}: {before:,} came before the first, {lie} between "
            f"{which}, {since} the last. {events:,} are too few for limits."
        )
    said = [
        f"{events:,} in {n}. Half of the gaps between them would be of "
        f"{count(gaps.median, 'case')} or fewer."
    ]
    said += [_gap_signal(signal, gaps) for signal in gaps.signals]
    if not gaps.signals:
        said.append("No sign of change in the gaps beyond chance.")
    if gaps.trial:
        said.append(f"From {count(len(between), 'gap')} these are trial limits.")
    return " ".join(said)


def _gap_signal(signal: Signal, gaps: GapsResult) -> str:
    way = "long" if signal.better else "short"
    if signal.rule == "gap run":
        lead = ("Improving: " if signal.better else "Worsening: ") if signal.now else ""
        last = "the last " if signal.now else "the "
        text = f"{last}{count(len(signal.places), 'gap')} before {signal.at[0]} to {signal.at[-1]}"
        side = "longer" if signal.better else "shorter"
        said = f"{lead}{text} are all {side} than half of all gaps would be, {_RARE}."
        return said if lead else sentence_case(said)
    (event,) = signal.places
    if event == len(gaps.events):
        return f"Improving: none in the last {gaps.cases_since:,} cases, a long gap. {_SELDOM}"
    cases = count(gaps.events[event].cases_before, "case")
    return f"The gap before {signal.at[0]} stands out: {cases}, a {way} one. {_SELDOM}"
