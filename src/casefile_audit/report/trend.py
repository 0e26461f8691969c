"""The screen of audits over time: what moved, what stands out, and what to do next."""

from collections.abc import Iterator, Sequence

from casefile_audit.english import count, first_few, listing, sentence_case
from casefile_audit.report.blocks import (
    Block,
    Columns,
    Dots,
    Heading,
    Items,
    Page,
    Sentence,
    Stack,
    Tone,
    figures,
    table,
)
from casefile_audit.report.findings import finding_of, met_in, standing
from casefile_audit.report.issues import doubts
from casefile_audit.report.reading import next_steps, to_know_before
from casefile_audit.report.screens import MOST_ROOM, AnswerPages
from casefile_audit.report.trend_full import (
    against_its_target,
    answer,
    by_sign,
    title,
    trend_figures,
    trend_full_page,
)
from casefile_audit.trend.models import (
    CriterionTrend,
    PeriodResult,
    PointResult,
    SeriesResult,
    Trend,
)

_MOVED = ("worsening", "improving", "changed")
_QUIET = ("no sign", "none", "all")
# Periods whose labels have no more letters stand side by side in a table.
_WIDEST_LABELS = 40


def trend_page(
    trend: Trend, details: bool = False, room: int = MOST_ROOM, *, chosen: bool = False
) -> Page:
    """Which way it is going, on one screen; each question is drawn where they were chosen."""
    signs = [criterion for found in by_sign(trend).values() for criterion in found]
    drawn = list(trend.criteria.values()) if chosen else signs
    others = [criterion for criterion in trend.criteria.values() if criterion not in drawn]
    return [
        Stack([*title(trend)]),
        *to_know_before(trend.warnings),
        *doubts(trend.doubts),
        Sentence(answer(trend), Tone.STRONG),
        *_shown(trend, drawn, room),
        *_rest(trend, others, room),
        *_grades(trend, room),
        Stack([*_closing(trend, details, room)]),
    ]


def _shown(trend: Trend, criteria: Sequence[CriterionTrend], room: int) -> Iterator[Block]:
    """Each question that shows something: in words, drawn while there is room, in counts."""
    charts, strips = max((room - 10) // 4, 0), max((room - 6) // 2, 0)
    for number, criterion in enumerate(criteria[:room]):
        moved = criterion.verdict in _MOVED
        said = f"{criterion.signs} {against_its_target(trend, criterion)}".strip()
        head = Sentence(f"{criterion.title}: {_found(criterion)}", Tone.STRONG)
        blocks: list[Block] = [head, *([Sentence(said)] if said else [])]
        if number < strips and criterion.applicable:
            blocks.append(_dots(trend, criterion, moved and number < charts, headed=not number))
        yield Stack(blocks)
    if left := criteria[room:]:
        named = listing((c.title for c in left), most=room)
        yield Sentence(
            f"and {len(left):,} more with a sign of change: {named} (--full)", Tone.WARNING
        )


def _found(series: CriterionTrend) -> str:
    if not series.applicable:
        return "it did not apply to any case"
    return finding_of(series.missing, series.applicable, series.phrase)


def _dots(trend: Trend, series: SeriesResult, drawn: bool, headed: bool) -> Dots:
    points = series.points
    heads = [_head(trend.unit, number, period) for number, period in enumerate(trend.periods, 1)]
    return Dots(
        f"Cases that fall short, {trend.unit} by {trend.unit}",
        heads,
        [
            ("missing", [f"{p.missing:,}" if p.applicable else "–" for p in points]),
            ("of", [f"{p.applicable:,}" if p.applicable else "–" for p in points]),
        ],
        [point.rate for point in points] if drawn else (),
        series.phases[-1].drawn_from if drawn else None,
        headed or drawn,
    )


def _head(unit: str, number: int, period: PeriodResult) -> tuple[str, str]:
    """What a column is called: a month by its first letter, an audit by its place."""
    if period.first_day is None:
        return str(number), ""
    if unit == "year":
        return str(period.first_day.year), ""
    if unit == "quarter":
        return f"Q{(period.first_day.month + 2) // 3}", str(period.first_day.year)
    return f"{period.first_day:%B}"[0], str(period.first_day.year)


def _rest(trend: Trend, criteria: Sequence[CriterionTrend], room: int) -> Iterator[Block]:
    """The questions without a sign of change, then those that nothing can be said of."""
    quiet = [criterion for criterion in criteria if criterion.verdict in _QUIET]
    few = [criterion for criterion in criteria if criterion.verdict == "too few"]
    heads = (
        (quiet, f"No sign of change: {len(quiet)} (which is not the same as no change)"),
        (few, f"Too few {trend.unit}s, or cases, to say: {len(few)}"),
    )
    for alike, head in heads:
        if alike:
            # Where all are alike the answer has said so.
            only = len(alike) == len(trend.criteria)
            heading = [] if only else [Sentence(head, Tone.STRONG)]
            yield Stack([*heading, *_in_lines(trend, alike, room)])
    lines = [
        Sentence(f"{why}: {_named(found, room)}.")
        for verdict, why in (
            ("not asked", "Did not apply to any case"),
            ("same cases", "No verdict, as these are the same cases again"),
        )
        if (found := [criterion for criterion in criteria if criterion.verdict == verdict])
    ]
    if lines:
        yield Stack(lines)


def _in_lines(trend: Trend, criteria: Sequence[CriterionTrend], room: int) -> Iterator[Block]:
    """A row or a line for each while there is room, then the names of the rest."""
    labels = [period.label for period in trend.periods]
    asked = [criterion for criterion in criteria if criterion.applicable]
    if asked and len(" ".join(labels)) <= _WIDEST_LABELS:
        most = room
        # Of counts that were given, all questions have one phrase.
        tells = len({c.phrase for c in asked}) == len(asked)
        rows = [[c.phrase if tells else c.title, *map(_count, c.points)] for c in asked[:most]]
        columns: Columns = ["Cases that fall short", *figures(*labels)]
        yield table("Cases that fall short, each time", columns, rows, compact=True)
    else:
        most = max(room - MOST_ROOM // 2, 0)
        yield from (Sentence(_in_a_line(criterion)) for criterion in asked[:most])
    if left := asked[most:]:
        more = f"And {len(left):,} more: " if most else ""
        yield Sentence(f"{more}{_named(left, room)}.")


def _count(point: PointResult) -> str:
    return f"{point.missing:,} of {point.applicable:,}" if point.applicable else "–"


def _in_a_line(criterion: CriterionTrend) -> str:
    """``Abuse report: 9 of 273 without one. Met in 97%, target 95%: reached, may be chance.``."""
    held, said = criterion.held, f"{criterion.title}: {_found(criterion)}."
    if held is None or criterion.target is None:
        return said
    share = met_in(held.met, held.applicable, criterion.target)
    verdict = standing(held.reached, held.beyond_chance).in_short
    return f"{said} Met in {share}, target {criterion.target:g}%: {verdict}."


def _named(criteria: Sequence[CriterionTrend], room: int) -> str:
    most = max(room - 4, 1)
    return "; ".join(first_few([criterion.title for criterion in criteria], most))


def _grades(trend: Trend, room: int) -> Iterator[Block]:
    """The grades whose share of good or better moved; the others are named."""
    quiet = []
    blocks: list[Block] = []
    for grade in trend.grades.values():
        for split in grade.splits:
            name = grade.title if split.kind == "recorded" else f"{grade.title}, by the rubric"
            below = split.good_or_better
            if below is not None and below.signals and len(blocks) < room:
                blocks.append(Sentence(f"{name}: {below.says}"))
            else:
                quiet.append(name)
    if quiet:
        most = max(room - 4, 1)
        blocks.append(Sentence(f"Grades, each time: {listing(quiet, most=most)} (--full)."))
    if blocks:
        yield Stack(blocks)


def cases_of(trend: Trend) -> Page:
    """The cases behind what happens rarely, and those that are in no period."""
    lines = [
        f"{sentence_case(criterion.phrase)}: "
        + ", ".join(f"{event.case} ({event.period})" for event in criterion.gaps.events)
        for criterion in trend.criteria.values()
        if criterion.gaps
    ]
    if trend.without_period:
        lines.append(f"Without a date, so in no {trend.unit}: {', '.join(trend.without_period)}")
    nothing = ["Nothing is rare enough to be told case by case."]
    return [Heading("Which cases"), Items(lines or nothing)]


def _closing(trend: Trend, details: bool, room: int) -> Iterator[Block]:
    most = max(room - 13, 1)
    notes = [*trend.notes[:most]]
    if len(trend.notes) > most:
        notes.append(f"And {count(len(trend.notes) - most, 'more note')}: --full.")
    notes.append("The people, the questions or the recording may have changed too.")
    yield Sentence(" ".join(notes), Tone.QUIET)
    quarters = "--every quarter" if trend.unit == "month" and trend.field else ""
    rare = any(criterion.gaps for criterion in trend.criteria.values())
    which = "--details" if rare and not details else ""
    yield next_steps("--full (charts, limits)", quarters, which, "-o trend.docx")


DIRECTIONS = AnswerPages(trend_page, cases_of, trend_full_page, trend_full_page, trend_figures)
"""How a trend is read."""
