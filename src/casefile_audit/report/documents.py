"""Comparisons and agreement as documents: what a meeting reads first, then all the rest."""

from collections.abc import Iterator, Sequence

from casefile_audit.agree.models import Agreement
from casefile_audit.compare.comparison import Comparison
from casefile_audit.english import count
from casefile_audit.report.agree import beyond_chance, cases_differing, least_agreed, same_grades
from casefile_audit.report.agree_full import agree_full_page
from casefile_audit.report.blocks import Block, Heading, Items, Page, Sentence
from casefile_audit.report.compare import (
    against_targets,
    changes_table,
    split_tables,
    weighted_shares,
)
from casefile_audit.report.compare_answer import CHANGED, all_grades
from casefile_audit.report.compare_full import compare_full_page
from casefile_audit.report.reports import THE_ANSWER, flat

# So that what is for the meeting has room on two pages, whatever was compared.
_MOST_CHANGES, _MOST_SPLITS, _MOST_ITEMS = 18, 3, 16
_IN_ANNEXES = "see the annexes"


def compare_document_page(comparison: Comparison) -> Page:
    """The answer and what changed, in figures; then, as annexes, everything."""
    return _with_front(compare_full_page(comparison), [*_changes(comparison)])


def _changes(comparison: Comparison) -> Iterator[Block]:
    changed = [c for c in comparison.criteria.values() if c.verdict in CHANGED]
    table, left = changes_table(changed, _MOST_CHANGES)
    if table is not None:
        yield table
    if left:
        yield Sentence(f"And {left:,} more that changed or may have: {_IN_ANNEXES}.")
    yield from weighted_shares(changed)
    yield from against_targets(changed)
    yield from split_tables(
        [g for g in all_grades(comparison.grades) if g.verdict in CHANGED][:_MOST_SPLITS]
    )


def agree_document_page(found: Agreement) -> Page:
    """The answer, who leans, and where readers agree least; then, as annexes, everything."""
    return _with_front(agree_full_page(found), [*_agreement(found)])


def _agreement(found: Agreement) -> Iterator[Block]:
    grades = [*found.grades.values()]
    for first in grades[:1]:
        yield from same_grades(first, _MOST_ITEMS)
        yield from beyond_chance(first)
    items = sorted([*grades[1:], *found.criteria.values()], key=lambda item: item.same / item.cases)
    differ = [item for item in items if item.same < item.cases]
    yield from least_agreed(found, differ[:_MOST_ITEMS])
    if len(differ) > _MOST_ITEMS:
        yield Sentence(f"And {len(differ) - _MOST_ITEMS:,} more that differ: {_IN_ANNEXES}.")
    if cases := cases_differing(found):
        yield Heading("What is asked of this meeting")
        yield Items([f"Have the readers settle the {count(cases, 'case')} on which they differ."])


def _with_front(page: Page, front: Sequence[Block]) -> Page:
    """A page with what is read first after its answer; what it has besides becomes annexes."""
    answered = page.index(THE_ANSWER) + 2
    said = [*flat(front)]
    texts = {block.text for block in said if isinstance(block, Sentence)}
    rest = [_without(texts, block) for block in page[answered:] if block not in said]
    annexes = [
        block._replace(annex=True) if isinstance(block, Heading) and block.level == 2 else block
        for block in rest
        if block is not None
    ]
    return [*page[:answered], *front, *annexes]


def _without(texts: set[str], block: Block) -> Block | None:
    """A block without what is said already; nothing where that was all."""
    if not isinstance(block, Items):
        return block
    items = [item for item in block.items if item not in texts]
    return block._replace(items=items) if items else None
