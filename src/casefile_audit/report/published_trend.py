"""The page of a trend that may be published: the counts of each period, and what they all show."""

from collections.abc import Iterator

from casefile_audit.english import listing
from casefile_audit.publishing.directions import PublishedTrend
from casefile_audit.report.blocks import Block, Definitions, Heading, Items, Page, Sentence, Tone
from casefile_audit.report.published import published_findings
from casefile_audit.report.published_parts import (
    groups_of_published,
    marks_explained,
    notices,
    small_numbers,
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
    explained = [small_numbers(its.hides), *marks_explained(page)]
    return [*page, Heading("What is hidden", annex=True), Definitions(explained)]


def _directions(trend: PublishedTrend) -> Iterator[Block]:
    yield Heading("The answer")
    if trend.directions:
        yield Items([f"{each.title}: {each.says}" for each in trend.directions.values()])
    else:
        yield Sentence(
            "No question is judged here: of each, counts of some periods are hidden.", Tone.STRONG
        )
    if trend.not_judged:
        yield Sentence(f"Not judged, as counts of it are hidden: {listing(trend.not_judged)}.")
