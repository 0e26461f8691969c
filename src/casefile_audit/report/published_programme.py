"""The page of a programme that may be published: each audit's latest, and its counts each time."""

from collections.abc import Iterator

from casefile_audit.english import count, listing, long_day
from casefile_audit.output.writing import OutputTable
from casefile_audit.programme.rolling import PastFigure
from casefile_audit.publishing.models import HIDDEN, NOT_APPLICABLE, NOT_ASKED
from casefile_audit.publishing.programmes import PublishedAudit, PublishedProgramme
from casefile_audit.report.blocks import (
    Block,
    Chart,
    Heading,
    Page,
    Row,
    Sentence,
    Table,
    figures,
    table,
)
from casefile_audit.report.figures import figures_table
from casefile_audit.report.findings import against_target
from casefile_audit.report.programme import BELOW, FEWEST_TO_DRAW, chart_of
from casefile_audit.report.published import all_published, judged
from casefile_audit.report.published_parts import explained, notices, of_group, said
from casefile_audit.report.score_parts import OF_THOSE


def published_programme_page(programme: PublishedProgramme) -> Page:
    """What may be published of a programme."""
    times = sum(len(audit.times) for audit in programme.audits)
    audits = count(len(programme.audits), "audit")
    page: Page = [
        Heading("The audit programme", level=1),
        Sentence(f"{audits} from {count(times, 'saved result')}."),
        *notices(*(publication for audit in programme.audits for publication in audit.times)),
    ]
    for audit in programme.audits:
        page += _audit(audit)
    return explained(page, programme.hides)


def _audit(audit: PublishedAudit) -> Iterator[Block]:
    latest = audit.latest
    yield Heading(audit.title)
    done = {1: "once", 2: "twice"}.get(len(audit.times), f"{len(audit.times):,} times")
    yield Sentence(
        f"The latest: {said(latest.case_count)} case files, as of {long_day(latest.as_of)}, by the "
        f"rubric {latest.rubric.name} {latest.rubric.version}. Done {done}."
    )
    yield from judged(latest)
    if audit.not_compared:
        yield Sentence(
            f"Not compared with the time before, as counts are hidden: "
            f"{listing(audit.not_compared)}."
        )
    yield _each_time(audit)
    yield from _charts(audit)


def _each_time(audit: PublishedAudit) -> Table:
    """How many fell short each time, a column a time; what the last two show, in words."""
    changes = {name: c.label for name, c in audit.shown.criteria.items()} if audit.shown else {}
    since = "since the time before"
    days = figures(*(long_day(each.as_of) for each in audit.times))
    rows: list[Row] = [["all case files", *(each.case_count for each in audit.times), ""]]
    for name, criterion in audit.latest.criteria.items():
        each_time = [publication.criteria.get(name) for publication in audit.times]
        counts = [NOT_ASKED if its is None else of_group(its) for its in each_time]
        if {*counts} <= {NOT_ASKED, NOT_APPLICABLE}:
            continue
        unsaid = HIDDEN if criterion.title in audit.not_compared else ""
        rows.append([criterion.title, *counts, changes.get(name, unsaid)])
    caption = f"{audit.title}: cases that fall short, each time"
    found = table(caption, [OF_THOSE, *days, since], rows)
    return found if changes else found.without(-1)


def _charts(audit: PublishedAudit) -> Iterator[Chart]:
    """The questions below their target that show every count, where they were asked three times."""
    for name, latest in audit.latest.criteria.items():
        its = [publication.criteria.get(name) for publication in audit.times]
        shown = [each.shown for each in its if each is not None]
        past = [
            PastFigure(
                as_of=publication.as_of,
                missing=each.missing,
                met=each.met,
                applicable=each.applicable,
            )
            for publication, each in zip(audit.times, shown, strict=False)
            if each is not None and each.applicable
        ]
        now = latest.shown
        is_whole = len(past) == len(audit.times) >= FEWEST_TO_DRAW
        if is_whole and now is not None and against_target(now) in BELOW:
            yield chart_of(latest.title, past)


def published_programme_figures(programme: PublishedProgramme) -> OutputTable:
    """What may be published of a programme: the counts of each audit each time."""
    return figures_table(
        {"Audit": its.rubric.name, "As of": its.as_of.isoformat(), **row}
        for audit in programme.audits
        for its in audit.times
        for row in all_published(its)
    )
