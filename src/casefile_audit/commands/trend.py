"""``audit trend``: which way it is going, over months, quarters or audits."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from casefile_audit.audit import ReadOptions, result_of
from casefile_audit.commands.options import (
    BOUNDS,
    AsOfOption,
    CountBlankOption,
    CountUnreadOption,
    ForceOption,
    FullOption,
    MapOption,
    MappingOption,
    MostCellsOption,
    MostMegabytesOption,
    OnlyOption,
    PasswordFileOption,
    PseudonymsOption,
    RubricOption,
    SheetOption,
    day_of,
    opening_of,
    print_json,
    pseudonyms_of,
)
from casefile_audit.commands.outputs import (
    ANSWER_SUFFIXES,
    OutputOption,
    TemplateOption,
    check_outputs,
    template_of,
    write_answer,
)
from casefile_audit.commands.publishing import (
    HideOption,
    PublishedOption,
    PublishOption,
    check_published,
    hidden_from,
    published_earlier,
    rule_of,
    write_published,
)
from casefile_audit.errors import UsageError
from casefile_audit.files.workbook import OpenOptions
from casefile_audit.publishing.directions import publish_trend
from casefile_audit.report.figures import published_trend_figures, trend_figures
from casefile_audit.report.published_trend import published_trend_page
from casefile_audit.report.reports import Marking, Report
from casefile_audit.report.screens import show_on_one_screen
from casefile_audit.report.terminal import show
from casefile_audit.report.trend import cases_of, trend_page
from casefile_audit.report.trend_full import trend_full_page
from casefile_audit.trend.counts import timeline_of_counts
from casefile_audit.trend.periods import NamedResult, PeriodLength, Timeline, by_audit, by_date
from casefile_audit.trend.trends import TrendOptions
from casefile_audit.trend.trends import trend as trend_of


def trend(
    audits: Annotated[
        list[Path],
        typer.Argument(
            metavar="RESULT…",
            help="Saved results, one a month; or workbooks, one an audit; or with --period the "
            "workbooks that hold all the cases.",
        ),
    ],
    period: Annotated[
        str | None,
        typer.Option("--period", metavar="FIELD", help="Tell the months apart by this date field."),
    ] = None,
    counts: Annotated[
        bool,
        typer.Option(
            "--counts",
            help="The file holds counts that are added up already: columns Month, Number (that "
            "fall short) and Of; Question and Target where there are any.",
        ),
    ] = False,
    every: Annotated[
        PeriodLength, typer.Option("--every", help="How long a period is.")
    ] = PeriodLength.MONTH,
    criterion: Annotated[
        list[str] | None,
        typer.Option("--criterion", metavar="NAME", help="Only this one. May be given again."),
    ] = None,
    baseline: Annotated[
        str,
        typer.Option(
            "--baseline",
            metavar="FROM:TO|N",
            help="Draw the limits from these periods alone, such as 2023-01:2023-12, or from the "
            "first N.",
        ),
    ] = "",
    rebaseline: Annotated[
        list[str] | None,
        typer.Option(
            "--rebaseline",
            "--rebase",
            metavar="DATE",
            help="Start the limits afresh at this period. Needs --because. May be given again.",
        ),
    ] = None,
    because: Annotated[
        list[str] | None,
        typer.Option("--because", metavar="TEXT", help="Why the limits start afresh."),
    ] = None,
    leave_out: Annotated[
        list[str] | None,
        typer.Option(
            "--leave-out",
            metavar="PERIOD=WHY",
            help="Draw the limits without a period that something else explains, and say what. "
            "May be given again.",
        ),
    ] = None,
    nhs: Annotated[
        bool, typer.Option("--nhs", help="The NHS view (Making Data Count): XmR, four rules.")
    ] = False,
    rubric: RubricOption = None,
    sheet: SheetOption = None,
    map_: MapOption = None,
    mapping: MappingOption = None,
    only: OnlyOption = None,
    count_unread: CountUnreadOption = False,
    count_blank: CountBlankOption = None,
    password_file: PasswordFileOption = None,
    pseudonyms: PseudonymsOption = None,
    most_cells: MostCellsOption = BOUNDS.cells,
    most_megabytes: MostMegabytesOption = BOUNDS.megabytes,
    as_of: AsOfOption = None,
    details: Annotated[
        bool,
        typer.Option("--details", help="Name the cases behind what happens rarely."),
    ] = False,
    full: FullOption = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print the answer as JSON, and nothing else.")
    ] = False,
    output: OutputOption = None,
    template: TemplateOption = None,
    publish: PublishOption = False,
    hide: HideOption = None,
    published: PublishedOption = None,
    force: ForceOption = False,
) -> None:
    """Say which way each criterion is going, month by month.

    For example: audit trend monthly.xlsx --period incident
    """
    if publish:
        check_published(False, details)
    up_to, earlier = hidden_from(hide, publish), published_earlier(published, publish)
    inputs = [*audits, *(published or []), *(path for path in (mapping, password_file) if path)]
    check_outputs(output or [], force, inputs, ANSWER_SUFFIXES)
    styled = template_of(template, output or [])
    headings = ReadOptions(
        sheet or [],
        map_ or [],
        mapping,
        count_unread,
        count_blank or [],
        only or [],
        pseudonyms=pseudonyms_of(pseudonyms, [*inputs, *(output or [])]),
    )
    opening = opening_of(password_file, most_cells, most_megabytes, audits)
    if counts:
        _check_counts(audits, period, publish)
        timeline = timeline_of_counts(audits[0], every, opening)
    else:
        timeline = _timeline(audits, period, every, rubric, as_of, headings, opening)
    options = TrendOptions(
        criterion or [], baseline, rebaseline or [], because or [], leave_out or [], nhs
    )
    if publish:
        rule = rule_of(up_to, [audit.result for audit in timeline.audits])
        hidden = publish_trend(timeline, options, rule, earlier)
        page, figures = published_trend_page(hidden), published_trend_figures(hidden)
        report = Report(page, figures, marking=Marking.PUBLISHABLE, template=styled)
        write_published(hidden, report, output or [], json, force)
        return
    answer = trend_of(timeline, options)
    if output:
        report = Report(trend_full_page(answer), trend_figures(answer), template=styled)
        for path in output:
            write_answer(path, report, answer.as_json(), force)
    if json:
        print_json(answer.as_json())
    elif full:
        show(trend_full_page(answer))
    else:
        show_on_one_screen(
            partial(trend_page, answer, bool(criterion), details),
            cases_of(answer) if details else [],
        )


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
    paths: Sequence[Path],
    period: str | None,
    every: PeriodLength,
    rubric: str | None,
    as_of: str | None,
    headings: ReadOptions,
    opening: OpenOptions,
) -> Timeline:
    saved = [path.suffix.lower() == ".json" for path in paths]
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
        NamedResult(
            group[0].name,
            result_of(group, day, rubric, period=period, headings=headings, opening=opening),
        )
        for group in ([[path] for path in paths] if one_by_one else [list(paths)])
    ]
    return by_date(found, period, every) if period else by_audit(found, every, dated=all(saved))
