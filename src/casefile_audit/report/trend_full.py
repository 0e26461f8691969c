"""The page of audits over time in full: what a document holds, and ``--full`` prints."""

from collections.abc import Iterator, Sequence

from casefile_audit.english import count, listing
from casefile_audit.output.writing import OutputTable
from casefile_audit.report.blocks import (
    Block,
    Chart,
    Columns,
    Heading,
    Items,
    Page,
    Point,
    Row,
    Sentence,
    Stack,
    Table,
    Tone,
    figures,
    table,
)
from casefile_audit.report.figures import KINDS, FigureRow, figures_table, percent, percent_of
from casefile_audit.report.findings import met_in, standing
from casefile_audit.report.glossary import words_used
from casefile_audit.report.issues import doubts
from casefile_audit.report.reading import not_counted, to_know_before
from casefile_audit.report.reports import THE_ANSWER
from casefile_audit.results import only_says
from casefile_audit.trend.models import (
    CriterionTrend,
    GapsResult,
    GradeTrend,
    PointResult,
    SplitTrend,
    Trend,
    Verdict,
)

_GAP_SHOWN = 2
_SCALE_ENDS = (0.1, 0.2, 0.25, 0.5, 0.75)


def trend_full_page(trend: Trend) -> Page:
    """Everything there is to say: a chart of each question, its rare events, grades and notes."""
    heading, *read = title(trend)
    return [
        heading,
        Stack(read),
        *to_know_before(trend.warnings),
        *doubts(trend.doubts),
        THE_ANSWER,
        Sentence(answer(trend), Tone.STRONG),
        *_criteria(trend),
        *_grades(trend),
        *_notes(trend),
        *words_used("Falls short", "Long-run rate", "Run", "Stands out", "Limits", "Rare event"),
    ]


def title(trend: Trend) -> Iterator[Block]:
    """What was read, from when to when, and how the chart was asked for."""
    rubric = trend.rubric
    yield Heading(f"{rubric.title}: which way it is going", level=1)
    files = list(dict.fromkeys(sheet.file for sheet in trend.inputs))
    cases = sum(period.cases for period in trend.periods)
    first, last = trend.periods[0].label, trend.periods[-1].label
    ends = first if first == last else f"{first} to {last}"
    empty = [period.label for period in trend.periods if not period.cases]
    none = f" (none in {listing(empty, most=3)})" if empty else ""
    by = f" by {trend.unit} of {trend.field.replace('_', ' ')}" if trend.field else ""
    left = "; ".join(not_counted(trend.not_counted))
    yield Sentence(
        f"{count(cases, 'case')}{by}, {ends}{none}, from {listing(files, most=4)}"
        f"{only_says(trend.only)}{f' ({left})' if left else ''}. Rubric {rubric.name} "
        f"{rubric.version}."
    )
    said = []
    if trend.baseline:
        said.append(f"Baseline fixed by you: {trend.baseline[0]} to {trend.baseline[1]}.")
    said += [f"Re-based at {each.at}, because: {each.because}." for each in trend.rebaselined]
    said += [
        f"{each.at} is left out of the limits, because: {each.because}." for each in trend.left_out
    ]
    if trend.view == "nhs":
        said.append("Drawn as Making Data Count draws it: XmR limits, cut to 0% and 100%.")
    if said:
        yield Sentence(" ".join(said))


_SIGNS: tuple[tuple[Verdict, str], ...] = (
    ("worsening", "Worse than before"),
    ("improving", "Better than before"),
    ("changed", "Moved at some time"),
    ("stands out", "Stands out at some time"),
    ("varies", "Varies more than chance would have it"),
)


def by_sign(trend: Trend) -> dict[str, list[CriterionTrend]]:
    """The questions that show a sign of change, by what they show, the worst news first."""
    found = {
        says: [c for c in trend.criteria.values() if c.verdict == verdict]
        for verdict, says in _SIGNS
    }
    return {says: criteria for says, criteria in found.items() if criteria}


def answer(trend: Trend) -> str:
    """The trend in a line: what moved, what stands out, and of how many there is no sign."""
    signs = by_sign(trend)
    said = [
        f"{says}: {listing((c.title for c in found), most=3)}." for says, found in signs.items()
    ]
    quiet = [c for c in trend.criteria.values() if c.verdict in ("no sign", "none", "all")]
    few = sum(c.verdict == "too few" for c in trend.criteria.values())
    if not trend.criteria:
        return "No question was asked: the grades are the answer."
    if any(c.verdict == "same cases" for c in trend.criteria.values()):
        return "No verdict: these are the same cases looked at again."
    if quiet:
        said.append(f"No sign of change in {count(len(quiet), 'question')}.")
    if few:
        said.append(f"Too few {trend.unit}s, or cases, to say of {count(few, 'question')}.")
    return " ".join(said) or "No question applied to any case."


def against_its_target(trend: Trend, criterion: CriterionTrend) -> str:
    """``Since January 2024 met in 83%, target 100%: below target, by more than chance …``."""
    held = criterion.held
    if held is None or criterion.target is None:
        return ""
    first = trend.periods[0].label
    over = f"Since {held.since}"
    if held.since == first:
        over = f"Over the {count(len(trend.periods), trend.unit)}"
    share = met_in(held.met, held.applicable, criterion.target)
    verdict = standing(held.reached, held.beyond_chance).value
    return (
        f"{over} met in {share}, target {criterion.target:g}%: {verdict[0].lower()}{verdict[1:]}."
    )


# So that what is for the meeting has room on two pages, with a chart and its table for each.
_MOST_FOR_MEETING, _LONG = 2, 36


def _criteria(trend: Trend) -> Iterator[Block]:
    """Each question, those first that show a sign of change: of these the first for the meeting."""
    signs = [criterion for found in by_sign(trend).values() for criterion in found]
    most = _MOST_FOR_MEETING if len(trend.periods) <= _LONG else 1
    if left := [criterion.title for criterion in signs[most:]]:
        yield Sentence(f"Further on: {listing(left)}.")
    others = [criterion for criterion in trend.criteria.values() if criterion not in signs]
    for place, criterion in enumerate([*signs, *others]):
        yield Heading(criterion.title, annex=place >= min(most, len(signs)))
        yield Sentence(f"{criterion.says} {against_its_target(trend, criterion)}".strip())
        if criterion.applicable:
            yield _chart(criterion, trend.unit)
        if criterion.gaps:
            yield Sentence(f"A rare event. {criterion.gaps.says}")
            yield _gap_chart(criterion.gaps)


def _chart(criterion: CriterionTrend, unit: str) -> Chart:
    values = [v for point in criterion.points for v in (point.rate, point.high) if v is not None]
    top = next((end for end in _SCALE_ENDS if max(values) <= end), 1.0)
    return Chart(
        f"{criterion.title}: share missing, {unit} by {unit}",
        (0.0, top),
        ("0%", f"{100 * top:.0f}%"),
        list(_points(criterion, unit)),
    )


def _points(criterion: CriterionTrend, unit: str) -> Iterator[Point]:
    """A row for each period; many together without a case take one row."""
    empty: list[PointResult] = []
    sides = _sides(criterion)
    for point in criterion.points:
        if not point.applicable:
            empty.append(point)
            continue
        yield from _empty(empty, unit)
        empty = []
        yield Point(
            label=point.period,
            text=f"{point.missing:,} of {point.applicable:,}",
            value=point.rate,
            low=point.low,
            high=point.high,
            centre=point.centre,
            remark=", ".join(sides.get(point.period, ())),
            signal=bool(point.rules),
        )
    yield from _empty(empty, unit)


def _empty(points: Sequence[PointResult], unit: str) -> Iterator[Point]:
    if len(points) > _GAP_SHOWN:
        yield Point(f"({count(len(points), unit)})", "no cases")
    else:
        yield from (Point(point.period, "no cases") for point in points)


def _sides(criterion: CriterionTrend) -> dict[str, list[str]]:
    """The rules that each period broke, in two words."""
    found = {part.first: ["re-based"] for part in criterion.phases[1:]}
    for signal in criterion.signals:
        remark = {
            "outside": "outside limits",
            "run": "run below" if signal.better else "run above",
            "rising or falling": "falling" if signal.better else "rising",
            "two of three": "close to a limit",
        }.get(signal.rule)
        for label in signal.at:
            if remark and remark not in found.setdefault(label, []):
                found[label].append(remark)
    return found


def _gap_chart(gaps: GapsResult) -> Chart:
    broken = {
        case: "outside limits" if signal.rule == "gap" else "run of gaps"
        for signal in gaps.signals
        for case in signal.at
    }
    open_too_long = any(not signal.at for signal in gaps.signals)
    points = [
        _gap(gaps, event.case, event.cases_before, broken.get(event.case, ""))
        for event in gaps.events
    ]
    # What was seen before the first event is no gap, and no limits apply to it.
    points[0] = Point(points[0].label, points[0].text, points[0].value, remark="before the first")
    points.append(
        _gap(gaps, "(none since)", gaps.cases_since, "still open")._replace(signal=open_too_long)
    )
    most = max(v for point in points for v in (point.value, point.high, 1) if v is not None)
    return Chart(
        "Cases between one event and the next", (0, most), ("0 cases", f"{most:,.0f}"), points
    )


def _gap(gaps: GapsResult, label: str, cases: int, remark: str) -> Point:
    text = count(cases, "case")
    return Point(label, text, cases, gaps.low, gaps.high, gaps.median, remark, bool(remark))


def _grades(trend: Trend) -> Iterator[Block]:
    for grade in trend.grades.values():
        for split in grade.splits:
            yield Heading(f"{grade.title}, {split.kind}", annex=True)
            if split.good_or_better:
                yield Sentence(split.good_or_better.says)
            yield _split_table(trend, grade, split)


def _split_table(trend: Trend, grade: GradeTrend, split: SplitTrend) -> Table:
    below = split.good_or_better
    rows: list[Row] = []
    for place, period in enumerate(trend.periods):
        point = below.points[place] if below else None
        good = "–"
        if point and point.applicable:
            good = f"{point.applicable - point.missing:,} of {point.applicable:,}"
        rows.append([period.label, *(split.splits[place][word] for word in grade.scale), good])
    columns: Columns = [trend.unit, *figures(*grade.scale, "good or better")]
    found = table(f"{grade.title}, {split.kind}, over time", columns, rows)
    return found if below else found.without(-1)


def _notes(trend: Trend) -> Iterator[Block]:
    yield Heading("To bear in mind", annex=True)
    yield Items(
        [
            *trend.notes,
            "The limits allow for chance only. The people, the questions or the recording may have "
            "changed as well.",
            "No sign of change is not the same as no change.",
        ]
    )


def trend_figures(trend: Trend) -> OutputTable:
    """Every count over time: a row a question or grade and period, then the rare events."""
    return figures_table(_over_time(trend))


def _over_time(trend: Trend) -> Iterator[FigureRow]:
    for name, criterion in trend.criteria.items():
        of: FigureRow = {"Name": name, "Title": criterion.title}
        yield from ({"Kind": "question", **of, **row} for row in _periods(criterion))
    for name, grade in trend.grades.items():
        for split in grade.splits:
            of = {"Kind": KINDS[split.kind], "Name": name, "Title": grade.title}
            yield from ({**of, **row} for row in _grades_over_time(trend, grade.scale, split))
    for name, criterion in trend.criteria.items():
        if criterion.gaps:
            of = {"Kind": "rare event", "Name": name, "Title": criterion.title}
            yield from ({**of, **row} for row in _events(criterion.gaps))


def _periods(criterion: CriterionTrend) -> Iterator[FigureRow]:
    for point in criterion.points:
        yield {
            "Theme": criterion.theme,
            "Grade": None,
            "Period": point.period,
            "Count": point.missing,
            "Of": point.applicable,
            "Missing, %": percent_of(point.missing, point.applicable),
            "Centre, %": percent(point.centre),
            "Lower limit, %": percent(point.low),
            "Upper limit, %": percent(point.high),
            "Signals": ", ".join(point.rules) or None,
        }


def _grades_over_time(trend: Trend, scale: Sequence[str], split: SplitTrend) -> Iterator[FigureRow]:
    for period, counts in zip(trend.periods, split.splits, strict=True):
        for word in scale:
            yield {
                "Grade": word,
                "Period": period.label,
                "Count": counts[word],
                "Of": sum(counts.values()),
            }


def _events(gaps: GapsResult) -> Iterator[FigureRow]:
    for event in gaps.events:
        yield {"Period": event.period, "Case": event.case, "Cases before": event.cases_before}
