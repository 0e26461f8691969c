"""The page of an audit programme: where each audit stands, what changed, and what is due."""

import datetime as dt
from collections.abc import Iterator, Sequence

from casefile_audit.compare.verdicts import Verdict
from casefile_audit.english import FEWEST_FOR_SHARES, count, listing, long_day, short_day
from casefile_audit.output.writing import OutputTable
from casefile_audit.programme.actions import Action, in_order
from casefile_audit.programme.rolling import AuditNow, PastFigure, Programme, QuestionNow
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
    Text,
    Tone,
    figures,
    table,
)
from casefile_audit.report.compare_answer import CHANGED
from casefile_audit.report.figures import figures_table
from casefile_audit.report.findings import (
    AgainstTarget,
    against_target,
    finding,
    met,
    missed_of,
    target,
    worst_first,
)
from casefile_audit.report.issues import doubts
from casefile_audit.report.reading import and_more, next_steps

_MOST_ROWS = 8
FEWEST_TO_DRAW = 3
BELOW = (AgainstTarget.BELOW, AgainstTarget.BELOW_PERHAPS, AgainstTarget.BELOW_IN_FACT)


def programme_page(
    programme: Programme, actions: Sequence[Action] | None, day: dt.date, full: bool = True
) -> Page:
    """Where each audit stands, and the actions where a workbook of them is kept, as of a day.

    In full, that is every question, with charts; else what matters most.
    """
    audits = programme.audits
    page: Page = [Heading("The audit programme", level=1), Stack([*_opening(programme)])]
    if len(audits) > 1:
        page.append(_overview(audits))
    if actions is not None:
        page += _actions(actions, day, full)
    for audit in audits:
        page += _audit(audit, full)
    if not full:
        page.append(next_steps("--full (every question, charts)", "-o meeting.docx"))
    return page


def _opening(programme: Programme) -> Iterator[Block]:
    audits = programme.audits
    times = sum(audit.times for audit in audits)
    last = max(audit.as_of for audit in audits)
    yield Sentence(
        f"{count(len(audits), 'audit')} from {count(times, 'saved result')}, the last of "
        f"{long_day(last)}."
    )
    again = [audit for audit in audits if audit.before is not None]
    changed = [
        f"{question.now.title} ({audit.title}): {question.change}"
        for audit in again
        for question in audit.questions.values()
        if question.verdict is Verdict.CLEAR
    ]
    if changed:
        yield Sentence(f"Changed since last time: {'; '.join(changed)}.", Tone.STRONG)
    elif again:
        yield Sentence("Nothing changed clearly since last time.", Tone.STRONG)


def _overview(audits: Sequence[AuditNow]) -> Table:
    return table(
        "Where each audit stands",
        ["Audit", "latest", *figures("cases", "targets missed", "times")],
        [
            [its.title, long_day(its.as_of), its.case_count, _missed(its), its.times]
            for its in audits
        ],
        compact=True,
    )


def _missed(audit: AuditNow) -> str:
    missed = sum(now.target_reached is False for now in audit.held)
    return f"{missed:,} of {len(audit.held):,}" if audit.held else "no targets"


def _actions(actions: Sequence[Action], day: dt.date, full: bool) -> Iterator[Block]:
    yield Heading("Actions due")
    waiting = in_order(actions)
    late = [action for action in waiting if action.is_overdue(day)]
    closable = [action for action in waiting if action.can_close]
    said = f"{count(len(waiting), 'area')} of {len(actions):,} open"
    said += f", {len(late):,} overdue" if late else ""
    said += f"; {len(closable):,} can be closed" if closable else ""
    yield Sentence(f"{said}.")
    shown = waiting if full else waiting[:_MOST_ROWS]
    if shown:
        columns: Columns = ["Area", *figures("latest"), "deadline", "owner", "state"]
        rows: list[Row] = [
            [
                Text(each.area, note=f"Can it be closed? {each.closing}" if full else ""),
                each.figure,
                _deadline(each, day),
                each.owner or "nobody yet",
                each.state,
            ]
            for each in shown
        ]
        yield table("Areas for improvement, the earliest deadline first", columns, rows)
    yield from and_more(len(waiting) - len(shown))


def _deadline(action: Action, day: dt.date) -> str:
    if not isinstance(action.deadline, dt.date):
        return action.deadline or "to be set"
    return f"{long_day(action.deadline)}{' (overdue)' if action.is_overdue(day) else ''}"


def _audit(audit: AuditNow, full: bool) -> Iterator[Block]:
    yield Heading(audit.title)
    before = ""
    if audit.before is not None:
        cases = count(audit.cases_before or 0, "case")
        before = f" The time before: {long_day(audit.before)}, {cases}."
    yield Stack(
        [
            Sentence(
                f"Latest: {long_day(audit.as_of)}, {count(audit.case_count, 'case')}.{before} "
                f"Rubric {audit.name} {audit.version}."
            ),
            *([Sentence(missed_of(audit.held), Tone.STRONG)] if audit.held else []),
        ]
    )
    yield from doubts(audit.doubts)
    if full and audit.warnings:
        yield Items(audit.warnings, Tone.WARNING)
    yield from _questions(audit, full)
    splits = {
        title: ", ".join(f"{grade} {cases:,}" for grade, cases in split.items())
        for title, split in audit.splits.items()
    }
    if splits:
        yield Stack([Sentence(f"{title}: {said}.") for title, said in splits.items()])
    changes = [f"{q.now.title}: {q.explains}" for q in audit.questions.values() if _changed(q)]
    if full and changes:
        yield Heading(f"{audit.title}, what changed", annex=True)
        yield Items(changes)
    charts = list(_charts(audit)) if full else []
    if charts:
        yield Heading(f"{audit.title}, time by time", annex=True)
        yield from charts


def _questions(audit: AuditNow, full: bool) -> Iterator[Block]:
    each = {id(question.now): question for question in audit.questions.values()}
    ordered = [each[id(now)] for now in worst_first(its.now for its in each.values())]
    telling = [q for q in ordered if against_target(q.now) in BELOW or _changed(q)]
    chosen = ordered if full else telling[:_MOST_ROWS]
    columns: Columns = ["Finding", *figures("met", "target", "last time"), "change"]
    rows: list[Row] = [
        [finding(its.now), met(its.now), target(its.now), _last_time(its), its.change]
        for its in chosen
    ]
    if rows:
        caption = f"{audit.title}: the furthest below target first"
        found = table(caption, columns, rows, compact=not full)
        again = audit.before is not None
        yield found if again else found.without(-2, -1)
    if not full and (left := len(ordered) - len(chosen)):
        hidden = len(telling) - len(chosen)
        below = f", {hidden:,} of them below target or changed" if hidden > 0 else ""
        yield Sentence(f"{count(left, 'more question')}{below}: --full", Tone.QUIET)
    not_asked = [q.now.title for q in audit.questions.values() if not q.now.applicable]
    if full and not_asked:
        yield Sentence(f"Applied to no case, or was not asked: {listing(not_asked)}.", Tone.QUIET)


def _changed(question: QuestionNow) -> bool:
    return question.verdict in CHANGED


def _last_time(question: QuestionNow) -> str:
    earlier = question.past[:-1] if question.now.applicable else question.past
    return f"{earlier[-1].missing:,} of {earlier[-1].applicable:,}" if earlier else "–"


def _charts(audit: AuditNow) -> Iterator[Block]:
    """How an audit went where it was done three times, and its questions that tell of something."""
    if len(audit.missed) >= FEWEST_TO_DRAW:
        points = [
            Point(short_day(its.as_of), f"{its.missed:,} of {its.held:,}", its.missed / its.held)
            for its in audit.missed
        ]
        yield Chart(
            f"{audit.title}: share of its targets missed, audit by audit",
            (0.0, 1.0),
            ("0%", "100%"),
            points,
        )
    for question in audit.questions.values():
        tells = against_target(question.now) in BELOW or _changed(question)
        if len(question.past) < FEWEST_TO_DRAW or not tells:
            continue
        yield Heading(question.now.title, level=3)
        yield chart_of(question.now.title, question.past)
        if min(past.applicable for past in question.past) < FEWEST_FOR_SHARES:
            yield Sentence("Few cases each time: read the counts.", Tone.QUIET)


def chart_of(title: str, past: Sequence[PastFigure]) -> Chart:
    """How a question went, each time that it was asked."""
    points = [
        Point(
            short_day(each.as_of),
            f"{each.missing:,} of {each.applicable:,}",
            each.missing / each.applicable,
        )
        for each in past
    ]
    top = 1.0 if max(p.value or 0 for p in points) > 0.5 else 0.5
    says = f"{title}: share that falls short, audit by audit"
    return Chart(says, (0.0, top), ("0%", f"{100 * top:.0f}%"), points)


def programme_figures(programme: Programme) -> OutputTable:
    """Where the audits of a programme stand: a row a question and time."""
    return figures_table(
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
