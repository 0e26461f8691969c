"""The page of a trend that may be published: the counts of each period, and what they all show."""

from collections.abc import Iterator

from casefile_audit.output.writing import OutputTable
from casefile_audit.publishing.directions import PublishedTrend
from casefile_audit.report.blocks import Block, Heading, Page, Sentence
from casefile_audit.report.figures import figures_table
from casefile_audit.report.published import all_published, if_question, published_findings
from casefile_audit.report.published_parts import (
    answer_in_lines,
    explained,
    groups_of_published,
    notices,
    who,
)


def published_trend_page(trend: PublishedTrend) -> Page:
    """What may be published of a trend."""
    its = trend.publication
    page: Page = [
        Heading(f"{its.rubric.title}, {trend.unit} by {trend.unit}", level=1),
        Sentence(f"{who(its)}."),
        *notices(its),
        *_directions(trend),
        *published_findings(its),
        *groups_of_published(its),
    ]
    return explained(page, its.hides)


def _directions(trend: PublishedTrend) -> Iterator[Block]:
    return answer_in_lines(
        [f"{each.title}: {each.says}" for each in trend.directions.values()],
        "No question is judged here: of each, counts of some periods are hidden.",
        "Not judged, as counts of it are hidden",
        trend.not_judged,
    )


def published_trend_figures(trend: PublishedTrend) -> OutputTable:
    """What may be published of a trend: the counts of each period, and which way they go."""
    verdicts: dict[str, str] = {name: each.verdict for name, each in trend.directions.items()}
    return figures_table(
        {**row, **if_question(row, "Verdict", verdicts)} for row in all_published(trend.publication)
    )
