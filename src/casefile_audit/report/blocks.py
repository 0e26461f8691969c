"""What a page is made of, whatever shows it: headings, sentences, tables and lists as data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import NamedTuple


class Tone(Enum):
    """How a text is meant. No meaning hangs on it alone: the words say it too."""

    PLAIN = "plain"
    STRONG = "strong"
    QUIET = "quiet"
    WARNING = "warning"


class Heading(NamedTuple):
    """A heading; level 1 is the page's title.

    Attributes:
        annex: of the second level, whether what stands under it is kept for those who look closer:
            it comes after what is read first.
    """

    text: str
    level: int = 2
    annex: bool = False


class Sentence(NamedTuple):
    """One or more sentences of running text."""

    text: str
    tone: Tone = Tone.PLAIN


class Items(NamedTuple):
    """A list."""

    items: Sequence[str]
    tone: Tone = Tone.PLAIN


class Text(NamedTuple):
    """Words in a cell of a table; a note stands under them.

    Attributes:
        told: whether they are the program's own, in which back-ticks enclose what is to be typed:
            of what a file holds a back-tick is a back-tick.
    """

    text: str
    tone: Tone = Tone.PLAIN
    note: str = ""
    told: bool = False


class Rate(NamedTuple):
    """A share that met a question, beside its range and its target, all between 0 and 1.

    Attributes:
        says: the same in words, for those who don't see it.
        met, part: the shares that met it, and that met it in part.
        low, high: the ends of the range; None where none is given.
        target: the target; None without one.
        is_few: whether it is of so few cases that no percentage of them is given.
    """

    says: str
    met: float
    part: float = 0
    low: float | None = None
    high: float | None = None
    target: float | None = None
    is_few: bool = False


class SplitBar(NamedTuple):
    """How a whole divides into named parts, such as cases into grades, in their order.

    Attributes:
        says: the same in words, for those who don't see it.
        parts: the name of each part, and its count.
    """

    says: str
    parts: Sequence[tuple[str, int]]


Cell = Text | Rate | SplitBar


class TableColumn(NamedTuple):
    """A column of a table: its heading, and whether it holds figures, to be aligned right."""

    heading: str
    figures: bool = False


class Section(NamedTuple):
    """A heading within a table, across its columns."""

    text: str


@dataclass(frozen=True)
class Table:
    """A table. What is too wide for its page may be shown in parts, the first column repeated.

    Attributes:
        caption: what it shows, for those who don't see it.
        columns: its columns.
        rows: a cell for each column; or the heading of a section.
        compact: on a screen, drawn without lines.
    """

    caption: str
    columns: Sequence[TableColumn]
    rows: Sequence[Sequence[Cell] | Section] = field(default_factory=list)
    compact: bool = False

    @property
    def lines(self) -> list[Sequence[Cell]]:
        """Its rows, but for the headings of sections."""
        return [row for row in self.rows if not isinstance(row, Section)]

    @property
    def sections(self) -> list[str]:
        """The headings of its sections."""
        return [row.text for row in self.rows if isinstance(row, Section)]

    def only(self, places: Iterable[int]) -> "Table":
        """The table with these of its columns, by place: a heading may be called as another."""
        kept = list(places)
        rows = [row if isinstance(row, Section) else [row[at] for at in kept] for row in self.rows]
        return replace(self, columns=[self.columns[place] for place in kept], rows=rows)

    def without(self, *places: int) -> "Table":
        """The table without these."""
        every = range(len(self.columns))
        return self.only(place for place in every if place not in {every[out] for out in places})

    def in_words(self) -> "Table":
        """The table without what is drawn, whose figures stand beside it."""
        lines = self.lines
        return self.only(
            place
            for place in range(len(self.columns))
            if all(isinstance(row[place], Text) for row in lines)
        )


Row = Sequence[Cell | str | int]
"""A row as pages write it: a bare text is words in a cell, and a bare number a count."""
Columns = Sequence[TableColumn | str]
"""Columns as pages write them: a bare heading is of a column of words."""


def figures(*headings: str) -> list[TableColumn]:
    """The headings of columns that hold figures."""
    return [TableColumn(heading, figures=True) for heading in headings]


def table(
    caption: str, columns: Columns, rows: Iterable[Row | Section], *, compact: bool = False
) -> Table:
    """A table of columns and rows as pages write them."""
    return Table(
        caption,
        [TableColumn(each) if isinstance(each, str) else each for each in columns],
        [row if isinstance(row, Section) else [*map(_cell, row)] for row in rows],
        compact,
    )


def _cell(cell: Cell | str | int) -> Cell:
    if isinstance(cell, str | int):
        return Text(f"{cell:,}" if isinstance(cell, int) else cell)
    return cell


class Definitions(NamedTuple):
    """Terms or facts, each with what is said of it."""

    pairs: Sequence[tuple[str, str]]


class Point(NamedTuple):
    """One row of a chart.

    Attributes:
        label: what it is of, such as ``March 2024``.
        text: its value in words, such as ``9 of 12``.
        value: where it lies on the chart's scale; None where there is nothing to draw.
        low, high: the ends of what chance alone would give; None without limits.
        centre: the line that it is judged by; None without one.
        remark: what is to be noticed, such as the rule that it broke.
        signal: whether it broke one.
    """

    label: str
    text: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    centre: float | None = None
    remark: str = ""
    signal: bool = False


class Chart(NamedTuple):
    """A control chart or run chart, in order of time.

    Attributes:
        caption: what it shows, for those who don't see it.
        ends: the two ends of the scale.
        end_labels: what they are called, such as ``0%`` and ``100%``.
        points: what is drawn.
    """

    caption: str
    ends: tuple[float, float]
    end_labels: tuple[str, str]
    points: Sequence[Point]


class Dots(NamedTuple):
    """Counts over time for a screen: a narrow column for each period, and dots where drawn.

    Attributes:
        caption: what it shows, for those who don't see it.
        heads: what each column is called, in a letter or so, and the year or so that it is in.
        rows: the counts beneath, each row with its name.
        heights: of the dots, 0 to 1, None where a period has none; empty to draw none.
        line: the height of a dotted line among them.
        headed: whether the names of the columns are shown: not where others stand above already.
    """

    caption: str
    heads: Sequence[tuple[str, str]]
    rows: Sequence[tuple[str, Sequence[str]]]
    heights: Sequence[float | None] = ()
    line: float | None = None
    headed: bool = True


class Stack(NamedTuple):
    """Blocks that stand close together, without a space between them."""

    blocks: "Sequence[Block]"


Block = Heading | Sentence | Items | Table | Definitions | Chart | Dots | Stack
Page = list[Block]
