"""One criterion or grade over the periods."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from casefile_audit.english import fold
from casefile_audit.results import CriterionResult
from casefile_audit.statistics.control import Limits
from casefile_audit.statistics.proportion import held_to
from casefile_audit.trend.gaps import gaps_between, is_rare
from casefile_audit.trend.models import (
    Assurance,
    CriterionTrend,
    GapsResult,
    HeldToTarget,
    Phase,
    PointResult,
    SeriesResult,
    SplitTrend,
)
from casefile_audit.trend.periods import Timeline
from casefile_audit.trend.phases import FEWEST_FOR_LIMITS, Counts, Plan, phases
from casefile_audit.trend.sentences import (
    SeriesWording,
    finding_says,
    signs_say,
    verdict_of,
)

_MISSING = "NR"
_APPLICABLE = "MP" + _MISSING
_GOOD = "good"
# A rate that arithmetic leaves a hair above what a target allows has kept to it.
_HAIR = 1e-9


@dataclass(frozen=True)
class Maker:
    """Makes the series of a timeline, by what the user says of the chart."""

    timeline: Timeline
    plan: Plan

    @property
    def labels(self) -> list[str]:
        """Of the periods."""
        return [period.label for period in self.timeline.periods]

    def criterion(self, name: str, asked: CriterionResult) -> CriterionTrend:
        """One criterion over the periods."""
        counts, unmet = self._counts(name)
        told = self._told(counts, asked.phrase)
        parts = phases(counts, self.plan)
        gaps = self._gaps(name, counts)
        periods = sum(n > 0 for n in counts.applicable)
        # Of strata that were read unequally a target is of the population, and counts are not.
        target = None if self.timeline.weighted else asked.target
        return CriterionTrend(
            question=asked.question,
            title=asked.title,
            theme=asked.theme,
            phrase=asked.phrase,
            expected=sum(counts.missing) / periods if periods else None,
            gaps=gaps,
            target=asked.target,
            target_word=_target_word(target, unmet, self.plan, parts[-1]),
            held=self._held(target, unmet, parts[-1]),
            **self._series(told, parts, gaps),
        )

    def _counts(self, name: str) -> tuple[Counts, Counts]:
        """How many fall short in each period, and how many don't wholly meet it."""
        if self.timeline.counted is not None:
            missing, applicable = zip(*self.timeline.counted[name], strict=True)
            counts = Counts(missing, applicable, self.labels)
            return counts, counts
        letters = [
            [case.outcome(name) for case in period.cases] for period in self.timeline.periods
        ]
        return self._short(letters, _MISSING), self._short(letters, _MISSING + "P")

    def _short(self, letters: Sequence[Sequence[str]], short: str) -> Counts:
        return Counts(
            [sum(letter in short for letter in period) for period in letters],
            [sum(letter in _APPLICABLE for letter in period) for period in letters],
            self.labels,
        )

    def _held(self, target: float | None, unmet: Counts, latest: Phase) -> HeldToTarget | None:
        """The cases since the level last moved, if it did and has stayed, against the target."""
        moved = [
            signal.places[0] for signal in latest.signals if signal.rule == "run" and signal.now
        ]
        start = max([latest.span.start, *moved])
        applicable = sum(unmet.applicable[start:])
        if target is None or not applicable:
            return None
        met = applicable - sum(unmet.missing[start:])
        reached, beyond = held_to(met, applicable, target)
        return HeldToTarget(
            since=self.labels[start],
            met=met,
            applicable=applicable,
            reached=reached,
            beyond_chance=beyond,
        )

    def split(self, name: str, scale: Sequence[str], kind: str) -> SplitTrend | None:
        """How the grades of one kind split over the periods; None where there are none."""
        words = [
            [getattr(graded, kind) for case in period.cases if (graded := case.graded(name))]
            for period in self.timeline.periods
        ]
        if not any(word for period in words for word in period):
            return None
        splits = [{grade: period.count(grade) for grade in scale} for period in words]
        good = next((place for place, word in enumerate(scale) if fold(word) == _GOOD), None)
        below = None
        if good is not None:
            counts = Counts(
                [sum(split[grade] for grade in scale[good + 1 :]) for split in splits],
                [sum(split.values()) for split in splits],
                self.labels,
            )
            told = self._told(counts, "graded below good")
            below = SeriesResult(**self._series(told, phases(counts, self.plan), None))
        return SplitTrend(
            kind="recorded" if kind == "recorded" else "derived",
            splits=splits,
            without=[period.count(None) for period in words],
            good_or_better=below,
        )

    def _told(self, counts: Counts, phrase: str) -> SeriesWording:
        return SeriesWording(
            counts, self.timeline.unit, phrase, self.plan.nhs,
            same_cases=not self.plan.judged,
        )  # fmt: skip

    def _series(
        self, told: SeriesWording, parts: Sequence[Phase], gaps: GapsResult | None
    ) -> dict[str, Any]:
        """The fields of a SeriesResult."""
        counts = told.counts
        missing, applicable = sum(counts.missing), sum(counts.applicable)
        verdict = verdict_of(told, parts[-1], gaps)
        signs = signs_say(told, parts, verdict)
        return {
            "missing": missing,
            "applicable": applicable,
            "rate": missing / applicable if applicable else None,
            "verdict": verdict,
            "signs": signs,
            "says": f"{finding_says(told, verdict)} {signs}".strip(),
            "phases": parts,
            "points": [
                self._point(place, counts, phase) for phase in parts for place in phase.span
            ],
            "signals": [signal for phase in parts for signal in phase.signals],
        }

    def _point(self, place: int, counts: Counts, phase: Phase) -> PointResult:
        limits = phase.limits.get(place)
        return PointResult(
            period=self.labels[place],
            applicable=counts.applicable[place],
            missing=counts.missing[place],
            rate=counts.rate(place) if counts.applicable[place] else None,
            centre=phase.drawn_from if limits else None,
            low=limits.low if limits else None,
            high=limits.high if limits else None,
            rules=list(dict.fromkeys(s.rule for s in phase.signals if place in s.places)),
        )

    def _gaps(self, name: str, counts: Counts) -> GapsResult | None:
        """The gaps between failures since the last re-basing, where they are rare."""
        if not self.plan.judged or self.timeline.counted is not None:
            return None
        start = self.plan.starts[-1]
        asked = [
            (period.label, case.reference if letter in _MISSING else None)
            for period in self.timeline.periods[start:]
            for case in period.cases
            if (letter := case.outcome(name)) in _APPLICABLE
        ]
        periods = sum(n > 0 for n in counts.applicable)
        is_any = any(case is not None for _, case in asked)
        if not is_any or not is_rare(sum(counts.missing), sum(counts.applicable), periods):
            return None
        return gaps_between(asked, self.labels[start])


def _target_word(target: float | None, unmet: Counts, plan: Plan, shown: Phase) -> Assurance | None:
    """How the latest limits stand to a target for the share that meets the criterion.

    Args:
        target: a percentage.
        unmet: cases that do not wholly meet it, which is what a target counts.
        shown: the latest phase of the chart.
    """
    if target is None:
        return None
    phase = phases(unmet, plan)[-1]
    base = [p for p in phase.places if p in phase.base and p not in plan.left_out]
    if phase.centre is None or len(base) < FEWEST_FOR_LIMITS:
        return None
    # Where the rate moved, its limits describe neither the old rate nor the new.
    if any(signal.rule != "outside" for signal in (*phase.signals, *shown.signals)):
        return None
    allowed = 1 - target / 100 + _HAIR
    word = _word(list(phase.limits.values()), allowed)
    reached = {unmet.rate(place) <= allowed for place in phase.places}
    return word if word != "hit and miss" or len(reached) > 1 else None


def _word(limits: Sequence[Limits], allowed: float) -> Assurance:
    if max(limit.high for limit in limits) <= allowed:
        return "consistently achieves"
    if min(limit.low for limit in limits) > allowed:
        return "consistently misses"
    return "hit and miss"
