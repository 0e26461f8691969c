"""Answers as documents: what a meeting reads first, then all the rest as annexes."""

from collections.abc import Iterable

from casefile_audit.report.blocks import Block, Heading, Items, Page, Sentence
from casefile_audit.report.reports import THE_ANSWER, flat

IN_ANNEXES = "see the annexes"


def with_front(page: Page, front: Iterable[Block]) -> Page:
    """A page with what is read first after its answer; what it has besides becomes annexes."""
    first = [*front]
    answered = page.index(THE_ANSWER) + 2
    said = [*flat(first)]
    texts = {block.text for block in said if isinstance(block, Sentence)}
    rest = [_without(texts, block) for block in page[answered:] if block not in said]
    annexes = [
        block._replace(annex=True) if isinstance(block, Heading) and block.level == 2 else block
        for block in rest
        if block is not None
    ]
    return [*page[:answered], *first, *annexes]


def _without(texts: set[str], block: Block) -> Block | None:
    """A block without what is said already; nothing where that was all."""
    if not isinstance(block, Items):
        return block
    items = [item for item in block.items if item not in texts]
    return block._replace(items=items) if items else None
