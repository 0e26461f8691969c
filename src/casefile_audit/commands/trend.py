"""``audit trend``: which way it is going, over months, quarters or audits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from casefile_audit.audit import result_of
from casefile_audit.commands.bundles import argument, flag, option, several, with_bundles
from casefile_audit.commands.case_options import CaseOptions
from casefile_audit.commands.options import AsOfOption, FileOptions, ForceOption, FullOption, day_of
from casefile_audit.commands.outputs import AnswerOptions
from casefile_audit.commands.publishing import PublishOptions
from casefile_audit.errors import UsageError
from casefile_audit.publishing.directions import publish_trend
from casefile_audit.report.published_trend import published_trend_figures, published_trend_page
from casefile_audit.report.trend import DIRECTIONS, trend_page
from casefile_audit.results import Result
from casefile_audit.scoring.saved import is_saved
from casefile_audit.trend.counts import timeline_of_counts
from casefile_audit.trend.periods import NamedResult, PeriodLength, Timeline, by_audit, by_date
from casefile_audit.trend.trends import TrendOptions
from casefile_audit.trend.trends import trend as trend_of


@dataclass(frozen=True)
class PeriodOptions:
    """What tells the periods apart."""

    period: str | None = option("Tell the months apart by this date field.", "FIELD")
    counts: bool = flag(
        "The file holds counts that are added up already: columns Month, Number (that "
        "fall short) and Of; Question and Target where there are any."
    )
    every: PeriodLength = option("How long a period is.", default=PeriodLength.MONTH)


@dataclass(frozen=True)
class ChartOptions(TrendOptions):
    """Which charts are drawn, and from which periods their limits."""

    criteria: list[str] = several(
        "Only this one. May be given again.", "NAME", names=("--criterion",)
    )
    baseline: str = option(
        "Draw the limits from these periods alone, such as 2023-01:2023-12, or from the first N.",
        "FROM:TO|N",
        default="",
    )
    rebaseline: list[str] = several(
        "Start the limits afresh at this period. Needs --because. May be given again.",
        "DATE",
        names=("--rebaseline", "--rebase"),
    )
    because: list[str] = several("Why the limits start afresh.", "TEXT")
    leave_out: list[str] = several(
        "Draw the limits without a period that something else explains, and say what. "
        "May be given again.",
        "PERIOD=WHY",
    )
    nhs: bool = flag("The NHS view (Making Data Count): XmR, four rules.")


@with_bundles
def trend(
    audits: list[Path] = argument(
        "RESULT…",
        "Saved results, one a month; or workbooks, one an audit; or with --period the workbooks "
        "that hold all the cases.",
    ),
    *,
    periods: PeriodOptions,
    chart: ChartOptions,
    reading: CaseOptions,
    files: FileOptions,
    as_of: AsOfOption = None,
    details: bool = flag("Name the cases behind what happens rarely."),
    full: FullOption = False,
    answer: AnswerOptions,
    publishing: PublishOptions,
    force: ForceOption = False,
) -> None:
    """Say which way each criterion is going, month by month.

    For example: audit trend monthly.xlsx --period incident
    """
    hiding = publishing.checked(details)
    inputs = [*audits, *publishing.published, *answer.files, *reading.files, *files.files]
    outputs = answer.checked(inputs, force)
    read = reading.reading([*inputs, *outputs.paths])
    opening = files.opening(audits)
    if periods.counts:
        _check_counts(audits, periods.period, hiding is not None)
        timeline = timeline_of_counts(audits[0], periods.every, opening)
    else:
        scored = partial(result_of, rubric_name=reading.rubric, headings=read, opening=opening)
        timeline = _timeline(audits, periods, as_of, scored)
    if hiding is not None:
        rule = hiding.rule([audit.result for audit in timeline.audits])
        hidden = publish_trend(timeline, chart, rule, hiding.earlier)
        outputs.publish(hidden, published_trend_page(hidden), published_trend_figures(hidden))
        return
    drawn = partial(trend_page, chosen=bool(chart.criteria))
    pages = DIRECTIONS._replace(screen=drawn)
    outputs.answer(trend_of(timeline, chart), pages, details=details, full=full)


def _check_counts(paths: Sequence[Path], period: str | None, publish: bool) -> None:
    """Refuse what can't be asked of counts."""
    if len(paths) > 1:
        raise UsageError("--counts takes one table", hint="Put the rows of all into one.")
    if period is not None:
        raise UsageError(
            "--counts: the table says which month each count is of", hint="Leave out --period."
        )
    if publish:
        raise UsageError(
            "--publish hides counts by the cases behind them, and of counts there are none",
            hint="Give the case files, or leave out --publish.",
        )


def _timeline(
    paths: Sequence[Path], periods: PeriodOptions, as_of: str | None, scored: Callable[..., Result]
) -> Timeline:
    period, every = periods.period, periods.every
    saved = [is_saved([path]) for path in paths]
    if any(saved) and not all(saved):
        raise UsageError(
            "give saved results or workbooks, not both",
            hint="Save a workbook's result with `audit score CASES --as-of DAY -o FILE.json`.",
        )
    if period is None and len(paths) == 1:
        raise UsageError(
            f"{paths[0].name} alone is one audit, and a trend needs several",
            hint="Give --period and the date field that tells its months apart, or give the other "
            "audits too.",
        )
    day = day_of(as_of)
    one_by_one = period is None or all(saved)
    found = [
        NamedResult(group[0].name, scored(group, day, period=period))
        for group in ([[path] for path in paths] if one_by_one else [list(paths)])
    ]
    return by_date(found, period, every) if period else by_audit(found, every, dated=all(saved))
