"""A page as a document to circulate: its marking, and the table of formats to write it in."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from casefile_audit.output.writing import OutputTable
from casefile_audit.report.blocks import (
    Block,
    Chart,
    Dots,
    Heading,
    Page,
    Stack,
    Table,
    figures,
    table,
)

if TYPE_CHECKING:
    from casefile_audit.report.word_templates import WordTemplate


THE_ANSWER = Heading("The answer")
"""The heading of a page's answer, which is the block after it."""


class Marking(Enum):
    """Who may see a document, as it says at its top."""

    INTERNAL = (
        "Internal",
        "Contains small numbers and may contain case references: not for publication.",
    )
    PUBLISHABLE = ("For publication", "Small numbers are suppressed.")

    @property
    def word(self) -> str:
        """The marking itself."""
        return self.value[0]

    @property
    def meaning(self) -> str:
        """What it says of the document."""
        return self.value[1]


class Part(NamedTuple):
    """A heading of the second level with what stands under it."""

    id: str
    heading: Heading
    blocks: Sequence[Block]

    @property
    def title(self) -> str:
        """The heading's words."""
        return self.heading.text

    @property
    def annex(self) -> bool:
        """Whether it comes after what is read first."""
        return self.heading.annex


class Report(NamedTuple):
    """A page to circulate. Its first block is the title.

    Attributes:
        page: the blocks.
        figures: the same in figures, a row a question and group.
        findings: for a workbook, what was found in each case and in which cells.
        marking: who may see it.
        template: a Word document whose styles, page, headers and footers are to be used.
    """

    page: Page
    figures: OutputTable
    findings: OutputTable | None = None
    marking: Marking = Marking.INTERNAL
    template: "WordTemplate | None" = None

    @property
    def title(self) -> str:
        """The title."""
        first = self.page[0]
        return first.text if isinstance(first, Heading) else ""

    @property
    def opening(self) -> list[Block]:
        """What stands between the title and the first heading."""
        return self._divided()[0]

    @property
    def parts(self) -> list[Part]:
        """The rest, by its headings of the second level: the annexes after the others."""
        return self._divided()[1]

    def _divided(self) -> tuple[list[Block], list[Part]]:
        opening: list[Block] = []
        parts: list[tuple[Heading, list[Block]]] = []
        for block in flat(self.page[1:]):
            if isinstance(block, Heading) and block.level == 2:
                parts.append((block, []))
            else:
                (parts[-1][1] if parts else opening).append(block)
        parts.sort(key=lambda part: part[0].annex)  # what is read first stands first
        return opening, [
            Part(f"part-{number}", heading, blocks)
            for number, (heading, blocks) in enumerate(parts, 1)
        ]


def flat(blocks: Sequence[Block]) -> Iterator[Block]:
    """Blocks, with those of stacks one by one, and what is drawn for screens in figures."""
    for block in blocks:
        if isinstance(block, Stack):
            yield from flat(block.blocks)
        elif isinstance(block, Dots):
            yield _counts_table(block)
        else:
            yield block


_TYPED_RE = re.compile(r"`([^`]+)`")


def spans(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of a running text, and whether each is something to type, between back-ticks.

    Every format marks these in its own way, and none shows the back-ticks.
    """
    for place, part in enumerate(_TYPED_RE.split(text)):
        if part:
            yield part, place % 2 == 1


def chart_table(chart: Chart) -> Table:
    """What a chart shows, in figures."""
    rows = [[point.label, point.text, point.remark] for point in chart.points]
    found = table(chart.caption, ["when", *figures("figure"), "to notice"], rows)
    return found if any(point.remark for point in chart.points) else found.without(-1)


def _counts_table(dots: Dots) -> Table:
    names = figures(*(name for name, _ in dots.rows))
    counts = zip(*(cells for _, cells in dots.rows), strict=True)
    rows = [[" ".join(head), *own] for head, own in zip(dots.heads, counts, strict=True)]
    return table(dots.caption, ["when", *names], rows)


# A renderer is a module of its own, imported when its format is asked for: some are heavy.
_RENDERERS: Mapping[str, str] = {
    ".html": "html",
    ".docx": "docx",
    ".xlsx": "xlsx",
    ".md": "markdown",
    ".csv": "tidy",
}
DOCUMENT_SUFFIXES = tuple(_RENDERERS)


def rendered(document: Report, suffix: str) -> bytes:
    """A document in the format of a suffix of ``DOCUMENT_SUFFIXES``."""
    render: Callable[[Report], bytes] = import_module(
        f"casefile_audit.report.{_RENDERERS[suffix]}"
    ).render
    return render(document)
