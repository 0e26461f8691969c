"""The page of an agreement that may be published: a table for each grade and question."""

from collections.abc import Iterator

from casefile_audit.english import count, listing
from casefile_audit.publishing.models import Publication, PublishedGroup
from casefile_audit.publishing.readers import PublishedAgreement, PublishedItem, field_of
from casefile_audit.report.blocks import (
    Block,
    Heading,
    Page,
    Row,
    Sentence,
    figures,
    table,
)
from casefile_audit.report.published_parts import answer_in_lines, explained, notices, who


def published_agree_page(agreement: PublishedAgreement) -> Page:
    """What may be published of how far two readers agree."""
    its = agreement.publication
    page: Page = [
        Heading(f"{its.rubric.title}: how far two readers agree", level=1),
        Sentence(f"{who(its)}."),
        *notices(its),
        *_answer(agreement),
        *_tables(agreement),
    ]
    return explained(page, its.hides)


def _answer(agreement: PublishedAgreement) -> Iterator[Block]:
    return answer_in_lines(
        [_in_words(item) for item in agreement.agreed.values()],
        "Of no grade or question is every count shown, so how far the readers agree isn't said "
        "here.",
        "Not said, as counts are hidden",
        agreement.not_told,
    )


def _in_words(item: PublishedItem) -> str:
    coefficients = [
        f"{name} {measure.value:.2f}"
        for name, measure in (("weighted kappa", item.kappa), ("Gwet's AC2", item.ac2))
        if measure
    ]
    more = f"; {listing(coefficients)}" if coefficients else ""
    return (
        f"{item.title}: the same in {item.same:,} of {count(item.cases, 'case')}, within one step "
        f"in {item.within_one:,}{more}."
    )


def _tables(agreement: PublishedAgreement) -> Iterator[Block]:
    yield Heading("What each made of the same cases", annex=True)
    its = agreement.publication
    for name, grade in its.grades.items():
        groups = its.groups[field_of(name)]
        parts: list[Publication | PublishedGroup] = [*groups.values(), its]
        splits = [part.grades[name].splits["recorded"].counts for part in parts]
        rows: list[Row] = [[word, *(counts[word] for counts in splits)] for word in grade.scale]
        rows.append(["all", *(part.case_count for part in parts)])
        yield table(
            f"{grade.title}: cases by what both readers made of them",
            [f"{grade.title}, by the first", *figures(*groups, "all")],
            rows,
        )
