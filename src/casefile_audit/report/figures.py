"""The figures of an answer as one tidy table, a row a question and group, for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from casefile_audit.english import FEWEST_FOR_SHARES
from casefile_audit.output.writing import OutputTable, Written
from casefile_audit.report.findings import against_target, finding, met_share, met_span

# Each command needs the models of its own answer alone, and building them takes time.
if TYPE_CHECKING:
    from casefile_audit.agree.models import (
        Agreement,
        CategoryAgreement,
        ItemAgreement,
        Measure,
        PairResult,
    )
    from casefile_audit.agree.totals import TotalsAgreement
    from casefile_audit.compare.comparison import Comparison, GroupComparison
    from casefile_audit.compare.rates import CriterionComparison
    from casefile_audit.compare.splits import GradeComparison
    from casefile_audit.programme.rolling import Programme
    from casefile_audit.publishing.changes import PublishedComparison
    from casefile_audit.publishing.directions import PublishedTrend
    from casefile_audit.publishing.models import (
        Publication,
        PublishedCriterion,
        PublishedGroup,
        ShownCriterion,
    )
    from casefile_audit.publishing.programmes import PublishedProgramme
    from casefile_audit.results import (
        CriterionResult,
        GradeResult,
        GroupResult,
        Result,
        TookResult,
    )
    from casefile_audit.statistics.proportion import Interval
    from casefile_audit.trend.models import CriterionTrend, GapsResult, SplitTrend, Trend

Row = dict[str, Written]

_DIGITS = 4
_KINDS = {"recorded": "grade", "derived": "grade by the rubric"}


def _table(rows: Iterable[Row]) -> OutputTable:
    """Rows as a table of every column that one of them has; the columns stand as they first come.

    Rows of several kinds share their columns, so each kind gives its own in the order in which they
    are to be read.
    """
    listed = list(rows)
    headings = list(dict.fromkeys(heading for row in listed for heading in row))
    return OutputTable("Figures", headings, [[row.get(h) for h in headings] for row in listed])


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, _DIGITS)


def _percent_of(part: int, whole: int) -> float | None:
    """A percentage, where there are cases enough for one."""
    return _percent(part / whole) if whole >= FEWEST_FOR_SHARES else None


def _ends(interval: Interval | None) -> tuple[float | None, float | None]:
    return (None, None) if interval is None else (interval.low, interval.high)


def score_figures(result: Result) -> OutputTable:
    """Every count of a scored audit: of all its cases first, then of each group."""
    return _table(_scored(result))


def _scored(result: Result) -> Iterator[Row]:
    yield from _of_cases("", "", result)
    for field, groups in result.groups.items():
        for value, group in groups.items():
            yield from _of_cases(field, value, group)


def _of_cases(by: str, group: str, part: Result | GroupResult) -> Iterator[Row]:
    for name, criterion in part.criteria.items():
        yield {"By": by, "Group": group, "Kind": "question", **_question(name, criterion, not by)}
    for name, grade in part.grades.items():
        for kind in ("recorded", "derived"):
            for row in _split(name, grade, kind):
                yield {"By": by, "Group": group, "Kind": _KINDS[kind], **row}


def _question(name: str, criterion: CriterionResult, held: bool) -> Row:
    """A question's counts; only all the cases together are held to its target."""
    whole = criterion.applicable
    return {
        "Name": name,
        "Title": criterion.title,
        "Theme": criterion.theme,
        "Grade": None,
        "Finding": finding(criterion) if whole else None,
        "Count": criterion.missing,
        "Of": whole,
        "Met": criterion.met,
        "Partly met": criterion.partly_met,
        "Not met": criterion.not_met,
        "Not recorded": criterion.not_recorded,
        "Not applicable": criterion.not_applicable,
        "Cannot tell": criterion.cannot_tell,
        **_rate(criterion, held),
        **(_took(criterion.took) if criterion.took else {}),
    }


def _took(its: TookResult) -> Row:
    """How long it took, in the cases in which it was done."""
    return {
        "Done": its.done,
        "Median": its.median,
        "Shortest": its.shortest,
        "Longest": its.longest,
        "Took in": f"{its.unit}s",
    }


def _rate(criterion: CriterionResult | ShownCriterion, held: bool) -> Row:
    is_share = criterion.applicable >= FEWEST_FOR_SHARES
    span = met_span(criterion)
    return {
        "Met, %": _percent(met_share(criterion) if is_share else None),
        "Met from, %": _percent(span.low if span else None),
        "Met to, %": _percent(span.high if span else None),
        "Target, %": criterion.target,
        "Against target": (against_target(criterion).in_short or None) if held else None,
    }


def _split(name: str, grade: GradeResult, kind: str) -> Iterator[Row]:
    counts: dict[str, int] = getattr(grade, kind)
    whole = sum(counts.values())
    for word in grade.scale if whole else ():
        yield {
            "Name": name,
            "Title": grade.title,
            "Grade": word,
            "Count": counts[word],
            "Of": whole,
        }


def published_figures(its: Publication) -> OutputTable:
    """The same of what may be published, with a mark for what is hidden or isn't there."""
    return _table(_all_published(its))


def published_compare_figures(comparison: PublishedComparison) -> OutputTable:
    """What may be published of a comparison: the counts of each audit, and what changed."""
    shown = comparison.shown
    verdicts = {name: c.label for name, c in shown.criteria.items()} if shown else {}
    return _table(
        {"Audit": audit, **row, **_if_question(row, "Change", verdicts)}
        for audit, its in (("before", comparison.before), ("after", comparison.after))
        for row in _all_published(its)
    )


def published_trend_figures(trend: PublishedTrend) -> OutputTable:
    """What may be published of a trend: the counts of each period, and which way they go."""
    verdicts: dict[str, str] = {name: each.verdict for name, each in trend.directions.items()}
    return _table(
        {**row, **_if_question(row, "Verdict", verdicts)}
        for row in _all_published(trend.publication)
    )


def published_programme_figures(programme: PublishedProgramme) -> OutputTable:
    """What may be published of a programme: the counts of each audit each time."""
    return _table(
        {"Audit": its.rubric.name, "As of": its.as_of.isoformat(), **row}
        for audit in programme.audits
        for its in audit.times
        for row in _all_published(its)
    )


def _if_question(row: Row, heading: str, verdicts: Mapping[str, str]) -> Row:
    """What is said of a question over all its cases."""
    if row["Kind"] != "question" or row["By"]:
        return {}
    from casefile_audit.publishing.models import HIDDEN

    return {heading: verdicts.get(str(row["Name"]), HIDDEN)}


def _all_published(its: Publication) -> Iterator[Row]:
    parts: list[tuple[str, str, Publication | PublishedGroup]] = [("", "", its)]
    parts += [
        (field, value, group)
        for field, groups in its.groups.items()
        for value, group in groups.items()
    ]
    for by, group, part in parts:
        for row in _published(part, not by):
            yield {"By": by, "Group": group, **row}


def _published(part: Publication | PublishedGroup, held: bool) -> Iterator[Row]:
    for name, criterion in part.criteria.items():
        yield {"Kind": "question", "Name": name, **_published_question(criterion, held)}
    for name, grade in part.grades.items():
        for kind, split in grade.splits.items():
            for word in grade.scale:
                yield {
                    "Kind": _KINDS[kind],
                    "Name": name,
                    "Title": grade.title,
                    "Grade": word,
                    "Count": split.counts[word],
                    "Of": split.graded,
                }


def _published_question(criterion: PublishedCriterion, held: bool) -> Row:
    shown = criterion.shown
    mark = None if shown else str(criterion.rate)
    hidden: Row = {"Met, %": mark, "Met from, %": mark, "Met to, %": mark}
    hidden |= {"Target, %": criterion.target}
    hidden |= {"Against target": mark if held and criterion.target is not None else None}
    return {
        "Title": criterion.title,
        "Theme": criterion.theme,
        "Grade": None,
        "Finding": finding(shown) if shown else mark,
        "Count": criterion.missing,
        "Of": criterion.applicable,
        "Met": criterion.met,
        "Partly met": criterion.partly_met,
        "Not met": criterion.not_met,
        "Not recorded": criterion.not_recorded,
        "Not applicable": criterion.not_applicable,
        "Cannot tell": criterion.cannot_tell,
        **(_rate(shown, held) if shown else hidden),
    }


def compare_figures(comparison: Comparison) -> OutputTable:
    """Every count before and after: of all the cases first, then of each group."""
    return _table(_compared(comparison))


def _compared(comparison: Comparison) -> Iterator[Row]:
    yield from _of_both("", "", comparison)
    for field, groups in comparison.groups.items():
        for value, group in groups.items():
            yield from _of_both(field, value, group)


def _of_both(by: str, group: str, part: Comparison | GroupComparison) -> Iterator[Row]:
    of: Row = {"By": by, "Group": group}
    for name, criterion in part.criteria.items():
        yield {**of, "Kind": "question", "Name": name, **_change(criterion)}
    for name, several in part.grades.items():
        for grade in several:
            for row in _shift(grade):
                yield {**of, "Kind": _KINDS[grade.kind], "Name": name, **row}


def _change(criterion: CriterionComparison) -> Row:
    before, after = criterion.before, criterion.after
    low, high = _ends(criterion.interval)
    return {
        "Title": criterion.title,
        "Theme": criterion.theme,
        "Grade": None,
        "Count before": before.missing,
        "Of before": before.applicable,
        "Count after": after.missing,
        "Of after": after.applicable,
        "Missing before, %": _percent_of(before.missing, before.applicable),
        "Missing after, %": _percent_of(after.missing, after.applicable),
        "Better by, points": _percent(criterion.difference),
        "Better from, points": _percent(low),
        "Better to, points": _percent(high),
        **_verdict(criterion),
    }


def _verdict(part: CriterionComparison | GradeComparison) -> Row:
    return {"p": part.p, "Adjusted p": part.adjusted_p, "Verdict": part.label}


def _shift(grade: GradeComparison) -> Iterator[Row]:
    n_before, n_after = sum(grade.before.values()), sum(grade.after.values())
    for word in grade.scale:
        yield {
            "Title": grade.title,
            "Grade": word,
            "Count before": grade.before[word],
            "Of before": n_before,
            "Count after": grade.after[word],
            "Of after": n_after,
            **_verdict(grade),
        }


def agree_figures(found: Agreement) -> OutputTable:
    """How far readers agree: a row a question or grade and pair of readers."""
    parts = (("grade", found.grades), ("question", found.criteria))
    rows: list[Row] = [
        {"Kind": kind, "Name": name, "Title": item.title, **row}
        for kind, items in parts
        for name, item in items.items()
        for row in _readings(item)
    ]
    rows += [
        {"Kind": "field", "Name": name, "Title": item.title, **row}
        for name, item in found.fields.items()
        for row in _words(item)
    ]
    return _table(rows)


def _words(item: CategoryAgreement) -> Iterator[Row]:
    """What readers found of a field whose words have no order."""
    several = len(item.pairs) > 1
    for pair in item.pairs:
        counts = {"Cases": pair.cases, "Same": pair.same}
        own = {} if several else {**_measure("Kappa", item.kappa), **_measure("AC1", item.ac1)}
        yield {"Readers": f"{pair.first} and {pair.second}", **counts, **own}
    if several:
        yield {
            "Readers": "all",
            "Cases": item.cases,
            "Same": item.same,
            **_measure("Fleiss' kappa", item.fleiss),
            **_measure("AC1", item.ac1),
            "Alpha": item.alpha.value if item.alpha else None,
        }


def _readings(item: ItemAgreement) -> Iterator[Row]:
    for pair in item.pairs:
        yield {**_of_pair(pair), **_measure("Kappa", pair.kappa), **_measure("AC2", pair.ac2)}
    if len(item.pairs) > 1:
        yield {
            "Readers": "all",
            "Cases": item.cases,
            "Same": item.same,
            "Within one": item.within_one,
            **_measure("AC2", item.ac2),
            "Alpha": item.alpha.value if item.alpha else None,
        }


def _of_pair(pair: PairResult) -> Row:
    return {
        "Readers": f"{pair.first} and {pair.second}",
        "Cases": pair.cases,
        "Same": pair.same,
        "Within one": pair.within_one,
        "First more generous": pair.first_more_generous,
        "Second more generous": pair.second_more_generous,
        "Direction": pair.direction,
        "p": pair.direction_p,
        "Adjusted p": pair.direction_p_adjusted,
    }


def _measure(name: str, measure: Measure | None) -> Row:
    low, high = _ends(measure.interval if measure else None)
    return {
        name: measure.value if measure else None,
        f"{name} from": low,
        f"{name} to": high,
        f"{name} at random": measure.by_chance if measure else None,
    }


def totals_figures(found: TotalsAgreement) -> OutputTable:
    """What totals allow: the two splits, then the fewest and most cases so many steps apart."""
    rows: list[Row] = [
        {
            "Kind": "grade",
            "Title": found.title,
            "Grade": word,
            "Other reader's totals": found.of_totals[word],
            found.reader: found.of_reader[word],
        }
        for word in found.scale
    ]
    proved = [("same grade", 0, found.same)]
    proved += [("steps apart, or more", each.steps, each) for each in found.apart]
    rows += [
        {
            "Kind": kind,
            "Title": found.title,
            "Steps": steps,
            "At least": cases.at_least,
            "At most": cases.at_most,
        }
        for kind, steps, cases in proved
    ]
    return _table(rows)


def trend_figures(trend: Trend) -> OutputTable:
    """Every count over time: a row a question or grade and period, then the rare events."""
    return _table(_over_time(trend))


def _over_time(trend: Trend) -> Iterator[Row]:
    for name, criterion in trend.criteria.items():
        of: Row = {"Name": name, "Title": criterion.title}
        yield from ({"Kind": "question", **of, **row} for row in _periods(criterion))
    for name, grade in trend.grades.items():
        for split in grade.splits:
            of = {"Kind": _KINDS[split.kind], "Name": name, "Title": grade.title}
            yield from ({**of, **row} for row in _grades_over_time(trend, grade.scale, split))
    for name, criterion in trend.criteria.items():
        if criterion.gaps:
            of = {"Kind": "rare event", "Name": name, "Title": criterion.title}
            yield from ({**of, **row} for row in _events(criterion.gaps))


def _periods(criterion: CriterionTrend) -> Iterator[Row]:
    for point in criterion.points:
        yield {
            "Theme": criterion.theme,
            "Grade": None,
            "Period": point.period,
            "Count": point.missing,
            "Of": point.applicable,
            "Missing, %": _percent_of(point.missing, point.applicable),
            "Centre, %": _percent(point.centre),
            "Lower limit, %": _percent(point.low),
            "Upper limit, %": _percent(point.high),
            "Signals": ", ".join(point.rules) or None,
        }


def _grades_over_time(trend: Trend, scale: Sequence[str], split: SplitTrend) -> Iterator[Row]:
    for period, counts in zip(trend.periods, split.splits, strict=True):
        for word in scale:
            yield {
                "Grade": word,
                "Period": period.label,
                "Count": counts[word],
                "Of": sum(counts.values()),
            }


def _events(gaps: GapsResult) -> Iterator[Row]:
    for event in gaps.events:
        yield {"Period": event.period, "Case": event.case, "Cases before": event.cases_before}


def programme_figures(programme: Programme) -> OutputTable:
    """Where the audits of a programme stand: a row a question and time."""
    return _table(
        {
            "Audit": audit.name,
            "Name": name,
            "Title": question.now.title,
            "As of": past.as_of.isoformat(),
            "Count": past.missing,
            "Of": past.applicable,
            "Met": past.met,
            "Target, %": question.now.target,
            "Change since the time before": question.change if past is question.past[-1] else "",
        }
        for audit in programme.audits
        for name, question in audit.questions.items()
        for past in question.past
    )
