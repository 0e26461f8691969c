"""Periods to the answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from casefile_audit.english import count, did_you_mean, heading_key, listing, nearest
from casefile_audit.errors import UsageError
from casefile_audit.issues import merged
from casefile_audit.results import NotCounted
from casefile_audit.trend.models import (
    CriterionTrend,
    GradeTrend,
    PeriodBecause,
    PeriodResult,
    Trend,
)
from casefile_audit.trend.periods import PeriodLength, Timeline
from casefile_audit.trend.phases import FEWEST_FOR_LIMITS, FEWEST_TO_JUDGE, Plan
from casefile_audit.trend.series import Maker

_FEWEST_EXPECTED = 5
# Up to so many periods, judged by a baseline of so many or more; by all, where none is fixed.
_FALSE_ALARMS = (
    (24, 24, "up to 1 in 10"),
    (24, 12, "up to 1 in 6"),
    (24, 7, "up to 1 in 4"),
    (36, 36, "up to 1 in 6"),
    (36, 24, "up to 1 in 4"),
    (36, 12, "up to 1 in 3"),
    (48, 24, "up to 1 in 3"),
    (48, 12, "up to 2 in 5"),
    (60, 24, "up to 2 in 5"),
)
_MORE_FALSE_ALARMS = "2 in 5 or more"
# From so many periods on it is said of a single series too.
_MANY_PERIODS = 36


@dataclass(frozen=True)
class TrendOptions:
    """What the user asks for.

    Attributes:
        criteria: the names of those wanted; empty for all, and for the grades.
        baseline: how many periods from the first on, or FROM:TO; empty for none.
        rebaseline: where to start limits afresh.
        because: why, for each.
        leave_out: ``PERIOD=WHY`` for each period that gives no limits.
        nhs: whether to draw the Making Data Count view.
    """

    criteria: Sequence[str] = ()
    baseline: str = ""
    rebaseline: Sequence[str] = ()
    because: Sequence[str] = ()
    leave_out: Sequence[str] = ()
    nhs: bool = False


def trend(timeline: Timeline, options: TrendOptions) -> Trend:
    """Which way each criterion and grade is going.

    Raises:
        UsageError: an option that these periods or their rubric can't fulfil.
    """
    left_out = _left_out(timeline, options.leave_out)
    plan = _plan(timeline, options, frozenset(left_out))
    maker = Maker(timeline, plan)
    criteria = {
        name: maker.criterion(name, timeline.criteria[name]) for name in _chosen(timeline, options)
    }
    grades, grade_notes = ({}, []) if options.criteria else _grades(maker)
    newest = timeline.audits[-1].result
    labels = maker.labels
    return Trend(
        rubric=newest.rubric,
        as_of=newest.as_of,
        inputs=[sheet for audit in timeline.audits for sheet in audit.result.inputs],
        only=[only.says for only in newest.only],
        unit=timeline.unit,
        field=timeline.field,
        view="nhs" if options.nhs else "exact",
        baseline=(labels[plan.baseline[0]], labels[plan.baseline[-1]]) if plan.baseline else None,
        rebaselined=[
            PeriodBecause(at=labels[start], because=because)
            for start, because in plan.reasons.items()
        ],
        left_out=[
            PeriodBecause(at=labels[at], because=because) for at, because in left_out.items()
        ],
        periods=[
            PeriodResult(label=period.label, first_day=period.first, cases=period.size)
            for period in timeline.periods
        ],
        without_period=list(timeline.undated),
        warnings=list(_warnings(timeline)),
        criteria=criteria,
        grades=grades,
        notes=[
            *timeline.notes,
            *_not_asked(timeline),
            *grade_notes,
            *_cautions(timeline, options, plan, criteria),
        ],
        doubts=list(merged(doubt for audit in timeline.audits for doubt in audit.result.doubts)),
        not_counted=_not_counted(timeline),
    )


def _not_counted(timeline: Timeline) -> NotCounted:
    """What could not be counted of all the audits; by their names, where there are several."""
    parts = [(audit.name, audit.result.not_counted) for audit in timeline.audits]
    if len(parts) == 1:
        return parts[0][1]
    return NotCounted(
        cells=[f"{name} {cell}" for name, part in parts for cell in part.cells],
        cells_total=sum(part.cells_total for _, part in parts),
        rows=[f"{name} {row}" for name, part in parts for row in part.rows],
        rows_total=sum(part.rows_total for _, part in parts),
    )


def _chosen(timeline: Timeline, options: TrendOptions) -> list[str]:
    known = list(timeline.criteria)
    wanted = [_criterion(timeline, named) for named in options.criteria]
    shared = [
        name
        for name in known
        if len(timeline.audits) == 1
        or sum(name in audit.result.criteria for audit in timeline.audits) > 1
    ]
    if known and not shared:
        raise UsageError(
            "the audits have no criterion in common",
            details=[f"{a.name}: rubric {a.result.rubric.name}" for a in timeline.audits],
            hint="A trend needs the same questions asked again.",
        )
    return list(dict.fromkeys(wanted)) or [n for n in shared if _is_asked(timeline, n)] or shared


def _is_asked(timeline: Timeline, name: str) -> bool:
    """Whether any audit has a column for what a criterion needs."""
    of_audits = (audit.result.criteria.get(name) for audit in timeline.audits)
    return any(each and (each.applicable or not each.not_asked) for each in of_audits)


def _not_asked(timeline: Timeline) -> Iterator[str]:
    blank = {name for audit in timeline.audits for name in audit.result.set_aside}
    reasons: dict[str, list[str]] = {}
    for name, criterion in timeline.criteria.items():
        if not _is_asked(timeline, name):
            why = "nothing is in its column" if name in blank else "there is no column for it"
            reasons.setdefault(why, []).append(criterion.title)
    for why, titles in reasons.items():
        yield f"Not asked, as {why}: {'; '.join(titles)}."


def _criterion(timeline: Timeline, named: str) -> str:
    """The name of the criterion that goes by this name or title, however it is written."""
    titles = {name: criterion.title for name, criterion in timeline.criteria.items()}
    called = {heading_key(title): name for name, title in titles.items()}
    called |= {heading_key(name): name for name in titles}
    if (name := called.get(heading_key(named))) is not None:
        return name
    near = nearest(named, [*titles, *titles.values()])
    raise UsageError(
        f"--criterion: the rubric has no criterion `{named}`",
        hint=f"did you mean `{near}`?" if near else did_you_mean(named, list(titles)),
    )


def _left_out(timeline: Timeline, typed: Sequence[str]) -> dict[int, str]:
    """The periods that give no limits, each with the reason."""
    found: dict[int, str] = {}
    for text in typed:
        period, _, because = text.partition("=")
        if not because.strip():
            raise UsageError(
                f"--leave-out: `{text}` gives no reason, and without one anybody may think that a "
                "bad month was hidden",
                hint='Write it after the period, such as --leave-out "2024-03=system was down".',
            )
        found[timeline.place_of(period.strip(), "--leave-out")] = because.strip()
    return dict(sorted(found.items()))


def _plan(timeline: Timeline, options: TrendOptions, left_out: frozenset[int]) -> Plan:
    if len(options.rebaseline) != len(options.because):
        raise UsageError(
            "--rebaseline needs a reason, so that nobody can think limits were moved to hide "
            "something",
            hint="Write it with --because, such as --rebaseline 2024-01 --because "
            '"new process". Each --rebaseline has its own.',
        )
    at = sorted(
        (timeline.place_of(text, "--rebaseline"), reason.strip())
        for text, reason in zip(options.rebaseline, options.because, strict=True)
    )
    starts = [0, *(place for place, _ in at)]
    if len(set(starts)) < len(starts):
        raise UsageError(
            f"--rebaseline: each has to be a {timeline.unit} after the first, named once"
        )
    if not all(reason for _, reason in at):
        raise UsageError("--because: the reason is empty")
    baseline = _baseline(timeline, options.baseline) if options.baseline else None
    if baseline and any(place in baseline for place in starts if place != baseline.start):
        raise UsageError("--baseline: it reaches over a --rebaseline")
    if left_out >= frozenset(baseline or range(len(timeline.periods))):
        raise UsageError("--leave-out: it leaves nothing to draw limits from")
    judged = timeline.same_cases is None
    return Plan(starts, baseline, left_out, options.nhs, judged, dict(at))


def _baseline(timeline: Timeline, text: str) -> range:
    periods = len(timeline.periods)
    if text.isdecimal() and len(text) < 4:
        if not 1 <= int(text) <= periods:
            raise UsageError(
                f"--baseline: there are {count(periods, timeline.unit)}, so it can't be {text}"
            )
        return range(int(text))
    first, colon, last = text.partition(":")
    if not colon:
        raise UsageError(
            f"--baseline: `{text}` is neither a number nor FROM:TO",
            hint=f"For example --baseline {FEWEST_FOR_LIMITS}, or --baseline 2023-01:2023-12.",
        )
    start, end = (timeline.place_of(part.strip(), "--baseline") for part in (first, last))
    if end < start:
        raise UsageError(f"--baseline: `{last}` is before `{first}`")
    return range(start, end + 1)


def _grades(maker: Maker) -> tuple[dict[str, GradeTrend], list[str]]:
    """The grades over the periods, and what could not be shown of them."""
    grades: dict[str, GradeTrend] = {}
    notes = []
    results = [audit.result for audit in maker.timeline.audits]
    for name in dict.fromkeys(name for result in results for name in result.grades):
        judged = [result.grades[name] for result in results if name in result.grades]
        if len({tuple(grade.scale) for grade in judged}) > 1:
            notes.append(
                f"{judged[-1].title} is not shown: its scale is not the same in all the audits."
            )
            continue
        kinds = (maker.split(name, judged[-1].scale, kind) for kind in ("recorded", "derived"))
        splits = [split for split in kinds if split is not None]
        if splits:
            grades[name] = GradeTrend(title=judged[-1].title, scale=judged[-1].scale, splits=splits)
    return grades, notes


def _warnings(timeline: Timeline) -> Iterator[str]:
    """What to know before reading any of it."""
    asked = {
        "; ".join(only.says for only in audit.result.only) or "all": audit.name
        for audit in timeline.audits
    }
    if len(asked) > 1:
        which = listing(f"{name} ({only})" for only, name in asked.items())
        yield (
            f"The audits are of different cases: {which}. What looks like a change may be the "
            "difference between those."
        )
    if timeline.weighted:
        yield (
            f"The strata were read unequally in {listing(timeline.weighted, most=4)}. The counts "
            "here are of the cases read, each for one, so they are not the shares of the "
            "population, and nothing is held against a target: each audit's own result has those."
        )
    if (same := timeline.same_cases) is not None:
        several = "audits" if len(timeline.audits) > 1 else "files"
        yield (
            f"{count(len(same.references), 'case is', 'cases are')} in several of the {several}, "
            f"{same.repeated:,} of {same.readings:,} readings being of a case read before: these "
            "are the same cases looked at again. Long runs come of that alone, so no limits are "
            "drawn and no verdict is given. Whether the same cases changed is asked with "
            "`audit compare FIRST LAST --paired`."
        )


def _cautions(
    timeline: Timeline, options: TrendOptions, plan: Plan, criteria: dict[str, CriterionTrend]
) -> Iterator[str]:
    """What to bear in mind, in sentences."""
    unit, judged = (
        timeline.unit,
        [c for c in criteria.values() if c.phases[-1].centre is not None],
    )
    of_baseline = " in the baseline" if plan.baseline is not None else ""
    if criteria and not judged and plan.judged:
        yield (
            f"Under {FEWEST_TO_JUDGE} {unit}s with cases{of_baseline} no run rule can show "
            "anything: the counts are shown without limits."
        )
    yield from _quarters(timeline, judged)
    wide = [c.title for c in judged if any(part.method == "p-prime" for part in c.phases)]
    if wide:
        yield (
            f"The {unit}s vary more than chance alone would have them for {listing(wide, most=4)}: "
            "the limits there are wider by as much (p-prime)."
        )
    if any(part.centre != part.drawn_from and part.baseline_fixed for c in judged
           for part in c.phases):  # fmt: skip
        yield (
            "Where none of a fixed baseline fell short, any later failure would be outside. So the "
            "limits there are drawn from the highest rate that such a baseline leaves open."
        )
    if plan.baseline is not None and any(c.gaps and c.gaps.median is not None for c in judged):
        yield "The limits of gaps between rare events come from all the gaps, not the baseline."
    if options.nhs and judged:
        yield (
            "The NHS rules are made for large numbers. Where nothing changes in an audit of 12 "
            "cases a month, at least one is broken within two years in 1 of 5 series at a rate of "
            "50%, and in 4 of 5 at 2%."
        )
    elif len(judged) > 1 or (
        judged and (plan.baseline is not None or len(timeline.periods) > _MANY_PERIODS)
    ):
        often = _false_alarms(len(timeline.periods), plan.baseline)
        yield (
            f"{count(len(judged), 'question was', 'questions were')} judged. Where nothing "
            f"changes, {often} such series still show a signal over so many {unit}s by chance alone"
            f"{', since a baseline is off by chance itself' if plan.baseline else ''}."
        )


def _false_alarms(periods: int, baseline: range | None) -> str:
    """How many stable series show a signal, at most, by benchmarks/trend_false_alarms.py."""
    judged_by = periods if baseline is None else len(baseline)
    found = (
        often
        for most, fewest, often in _FALSE_ALARMS
        if periods <= most and judged_by >= min(fewest, periods)
    )
    return next(found, _MORE_FALSE_ALARMS)


def _quarters(timeline: Timeline, judged: Sequence[CriterionTrend]) -> Iterator[str]:
    """Whether quarters would be better than months."""
    few = [
        criterion.title
        for criterion in judged
        if criterion.gaps is None
        and criterion.missing
        and (criterion.expected or 0) < _FEWEST_EXPECTED
    ]
    if timeline.unit != PeriodLength.MONTH.value or not few:
        return
    quarters = -(-len(timeline.periods) // PeriodLength.QUARTER.months)
    few_yet = f", but there are about {quarters} and it takes {FEWEST_FOR_LIMITS}"
    yield (
        f"Fewer than {_FEWEST_EXPECTED} failures are expected in a month for "
        f"{listing(few, most=4)}. Quarters (--every quarter) would be steadier"
        f"{few_yet if quarters < FEWEST_FOR_LIMITS else ''}."
    )
