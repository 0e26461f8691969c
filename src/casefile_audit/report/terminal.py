"""Blocks shown in a terminal, a pipe, or a file of text."""

import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence

import typer
from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text as RichText

from casefile_audit.report.blocks import (
    Block,
    Cell,
    Chart,
    Definitions,
    Dots,
    Heading,
    Items,
    Page,
    Point,
    Rate,
    Section,
    Sentence,
    SplitBar,
    Stack,
    Table,
    Text,
    Tone,
)
from casefile_audit.report.dots import dot_lines
from casefile_audit.report.reports import spans

# Each stands out from white and from black alike: 4.5 to 1 or better from both.
_GREY, _ORANGE, _BLUE = "#757575", "#b45f06", "#2a75d3"
_STYLES = {Tone.PLAIN: "", Tone.STRONG: "bold", Tone.QUIET: _GREY, Tone.WARNING: f"bold {_ORANGE}"}
_BAR_WIDTH = 10
_CHART_WIDTHS = (16, 60)
_REMARK_WIDTH = 18
_TERM_WIDTH, _MOST_TERM_WIDTH = 14, 26
_GAPS = (2, 1)
# Escapes, line breaks, other control characters, and those that reverse or hide text: what a cell
# holds must not move the cursor, pass for the program's words, or read otherwise than it is.
_CONTROLS_RE = re.compile(
    r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)
# In fewer columns a table has no room for its numbers: a narrower terminal breaks the lines itself.
_LEAST_WIDTH, _MOST_WIDTH = 50, 120
_WIDTH_TO_DRAW = 100
_MARKS = ("value", "signal", "inside", "low", "high", "centre", "line")


def safe(text: str) -> str:
    """A line without what could steer a terminal; each such character shows as ``�``."""
    return _CONTROLS_RE.sub("\N{REPLACEMENT CHARACTER}", text)


def safe_json(text: str) -> str:
    """JSON that means the same, without what could steer a terminal: each such is escaped."""

    def escaped(line: str) -> str:
        # Nothing that steers a terminal is printable, and of most lines that is told sooner.
        if line.isprintable():
            return line
        return _CONTROLS_RE.sub(lambda found: f"\\u{ord(found[0]):04x}", line)

    # Of a long result to be told all at once: it has a line for each case.
    if text.replace("\n", "").isprintable():
        return text
    return "\n".join(map(escaped, text.split("\n")))


def say(text: str) -> None:
    """Print a line on standard error: on a terminal one that is too long is broken between words.

    Its further lines begin where it begins.
    """
    typer.echo(on_standard_error(text), err=True)


def on_standard_error(text: str) -> str:
    """A line as it is printed there, without its end."""
    line = safe(text)
    if sys.stderr is None or not sys.stderr.isatty():  # closed, as under a scheduler
        return line
    return textwrap.fill(
        line,
        Console(stderr=True).width,
        subsequent_indent=" " * (len(line) - len(line.lstrip())),
        break_long_words=False,
        break_on_hyphens=False,
    )


def show(page: Page) -> None:
    """Print a page on standard output."""
    show_lines(drawn(page))


def show_lines(lines: Iterable[str]) -> None:
    """Print lines that are drawn already."""
    sys.stdout.writelines(f"{line}\n" for line in lines)


def drawn(page: Page, least_width: int = 0) -> list[str]:
    """A page as the lines that a terminal shows, or one of so many columns if it has fewer."""
    console = _console()
    console.width = max(console.width, least_width)
    with console.capture() as captured:
        _Terminal(console).show(page)
    # Tables are padded to their full width, which is nothing but noise in a file or a pipe.
    return [line.rstrip() for line in captured.get().removesuffix("\n").split("\n")]


def screen_width() -> int:
    """How many columns a page is drawn in."""
    return _console().width


def _console() -> Console:
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=False)
    console.width = max(_LEAST_WIDTH, min(console.width, _MOST_WIDTH))
    return console


class _Terminal:
    def __init__(self, console: Console) -> None:
        self.console = console
        try:
            "█▌░●◆─├┤┼│·".encode(console.encoding)
            self.filled, self.half, self.empty = "█▌░"
            self.dotted = "·"
            self.marks = dict(zip(_MARKS, "●◆─├┤┼│", strict=True))
        except (UnicodeEncodeError, LookupError):
            self.filled, self.half, self.empty = "#+."
            self.dotted = "."
            self.marks = dict(zip(_MARKS, "o@-|||:", strict=True))

    def show(self, page: Page) -> None:
        parts: list[RenderableType] = []
        for index, block in enumerate(page):
            follows_heading = index > 0 and isinstance(page[index - 1], Heading)
            if index > 0 and not follows_heading:
                parts.append("")
            parts += self.draw(block)
        self.console.print(Group(*parts))

    def definitions(self, pairs: Sequence[tuple[str, str]]) -> RenderableType:
        longest = max((len(term) for term, _ in pairs), default=0)
        grid = RichTable.grid(padding=(0, 2, 0, 0))
        grid.add_column(width=min(max(longest, _TERM_WIDTH), _MOST_TERM_WIDTH))
        grid.add_column(overflow="fold")  # a digest is one long word, and of use only whole
        for term, said in pairs:
            grid.add_row(RichText(safe(term), style="bold"), self.words(said))
        return grid

    def words(self, text: str, style: str = "") -> RichText:
        """Running text. What is to be typed is bold, or between back-ticks where nothing is."""
        line = safe(text)
        if not self.console.is_terminal or self.console.is_dumb_terminal:
            return RichText(line, style=style)
        parts = (RichText(part, style="bold" if typed else "") for part, typed in spans(line))
        return RichText(style=style).join(parts)

    def draw(self, block: Block) -> Iterator[RenderableType]:
        match block:
            case Heading(text, level):
                yield RichText(safe(text), style="bold" if level > 1 else "bold underline")
            case Sentence(text, tone):
                yield self.words(text, _STYLES[tone])
            case Items(items, tone):
                for item in items:
                    grid = RichTable.grid(padding=(0, 1))
                    grid.add_row("-", self.words(item, _STYLES[tone]))
                    yield Padding(grid, (0, 0, 0, 2))
            case Definitions(pairs):
                yield self.definitions(pairs)
            case Stack(blocks):
                for inner in blocks:
                    yield from self.draw(inner)
            case Table():
                yield from self.tables(block)
            case Dots():
                marks = self.marks
                for line in dot_lines(block, self.console.width, marks["value"], self.dotted):
                    yield RichText(safe(line))
            case Chart():
                yield self.chart(block)
                if any(point.low is not None for point in block.points):
                    yield RichText(self.chart_key(), style=_GREY)

    def tables(self, table: Table) -> Iterator[RenderableType]:
        """The table, in parts if it is too wide: the first column is in each."""
        if self.console.width < _WIDTH_TO_DRAW:
            table = table.in_words()
        parts = [*self.parts(table)]
        if table.compact and len(parts) == 1 and (drawn := [*self.compact(table)]):
            yield from drawn
            return
        for number, part in enumerate(parts):
            if number:
                yield ""
            yield self.table(part)

    def compact(self, table: Table) -> Iterator[RenderableType]:
        """A table without lines; the headings of its columns stand beside those of its sections.

        Nothing where its cells have no room beside each other.
        """
        headings = [safe(column.heading) for column in table.columns]
        wide = next(place for place, column in enumerate(table.columns) if not column.figures)
        lines = table.lines
        widths = [
            max([len(heading), *(self.cell(row[place]).cell_len for row in lines)])
            for place, heading in enumerate(headings)
        ]
        between = len(widths) - 1
        titles = [len(safe(title)) for title in table.sections]
        lead = max([sum(widths[: wide + 1]), *titles])
        roomy = lead + sum(widths[wide + 1 :]) + _GAPS[0] * between <= self.console.width
        gap = _GAPS[0] if roomy else _GAPS[1]
        widths[wide] = self.console.width - sum(widths) + widths[wide] - gap * between
        if widths[wide] < self.least_width(table, wide):
            return
        lead = sum(widths[: wide + 1]) + gap * wide
        heads = [RichText(heading, style=_GREY) for heading in headings[wide + 1 :]]
        if not titles:
            title = RichText(headings[wide], style="bold")
            yield self.in_columns([lead, *widths[wide + 1 :]], [title, *heads], gap)
        for row in table.rows:
            if isinstance(row, Section):
                title = RichText(safe(row.text), style="bold")
                yield self.in_columns([lead, *widths[wide + 1 :]], [title, *heads], gap)
            else:
                cells = [self.cell(cell) for cell in row]
                yield self.in_columns(widths, cells, gap, wide)

    def in_columns(
        self, widths: Sequence[int], cells: Sequence[RichText], gap: int, wide: int = 0
    ) -> RichText:
        """Cells side by side: the wide one from the left, the figures from the right.

        A grid for each row took three times as long, which was a fortieth of a short run.
        """
        columns = [
            cell.wrap(
                self.console,
                width,
                justify="left" if place == wide else "right",
                overflow="ellipsis",
            )
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        blank = [RichText(" " * width) for width in widths]
        between = RichText(" " * gap)
        lines = (
            between.join(
                column[number] if number < len(column) else space
                for column, space in zip(columns, blank, strict=True)
            )
            for number in range(max(map(len, columns)))
        )
        return RichText("\n", no_wrap=True, overflow="ignore").join(lines)

    def parts(self, table: Table) -> Iterator[Table]:
        """What of a table stands side by side: the first column, and as many as have room."""
        widths = [self.least_width(table, index) for index in range(len(table.columns))]
        available = self.console.width - widths[0] - 2
        part: list[int] = []
        for index in range(1, len(widths)):
            used = sum(widths[i] + 2 for i in part)
            if part and used + widths[index] + 2 > available:
                yield table.only([0, *part])
                part = []
            part.append(index)
        yield table.only([0, *part])

    def least_width(self, table: Table, index: int) -> int:
        """How narrow a column can be: its longest word, or for figures its longest cell.

        The headings of sections stand in the first column, as no cell here reaches over others.
        """
        column = table.columns[index]
        cells = [row[index] for row in table.lines]
        sections = () if index or column.figures else table.sections
        widths = [len(word) for word in column.heading.split()]
        widths += [min(len(word), 24) for title in sections for word in title.split()]
        for cell in cells:
            if not isinstance(cell, Text):
                widths.append(_BAR_WIDTH)
            elif column.figures:
                widths.append(len(cell.text))
            else:
                longest = max((len(word) for word in cell.text.split()), default=0)
                widths.append(min(longest, 24))
        if index == 0 and not column.figures:
            widths.append(
                min(24, max((len(c.text) for c in cells if isinstance(c, Text)), default=0))
            )
        return max(widths, default=1)

    def widths(self, table: Table, indent: int) -> list[int]:
        """How wide the columns are: no narrower than their words, and else as what they hold."""
        least = [self.least_width(table, index) for index in range(len(table.columns))]
        lines = table.lines
        most = [
            max([len(column.heading), *(self.cell_width(row[index]) for row in lines)])
            for index, column in enumerate(table.columns)
        ]
        least[0] += indent
        most[0] = max([most[0] + indent, *(len(safe(title)) for title in table.sections)])
        widths = [max(pair) for pair in zip(least, most, strict=True)]
        over = sum(widths) + 2 * len(widths) - 1 - self.console.width
        # The widest give way first, a character at a time: as far as their words let them, and
        # where that is not enough, further, for a word that is folded is better than one cut off.
        for _ in range(over):
            may = [place for place, width in enumerate(widths) if width > least[place]]
            widths[max(may or range(len(widths)), key=lambda place: widths[place])] -= 1
        return widths

    def cell_width(self, cell: Cell) -> int:
        """The longest line of a cell."""
        return max((len(line) for line in self.cell(cell).plain.split("\n")), default=0)

    def table(self, table: Table) -> RenderableType:
        rich_table = RichTable(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
        indent = 2 if table.sections else 0
        for column, width in zip(table.columns, self.widths(table, indent), strict=True):
            rich_table.add_column(
                safe(column.heading),
                justify="right" if column.figures else "left",
                header_style=_GREY,
                vertical="top",
                width=width,
                overflow="fold",
            )
        for number, row in enumerate(table.rows):
            if isinstance(row, Section):
                if number:
                    rich_table.add_row()
                rich_table.add_row(RichText(safe(row.text), style="bold"))
            else:
                first, *rest = map(self.cell, row)
                rich_table.add_row(Padding(first, (0, 0, 0, indent)), *rest)
        return rich_table

    def cell(self, cell: Cell) -> RichText:
        if isinstance(cell, Rate):
            return self.bar(cell.met)
        if isinstance(cell, SplitBar):
            return RichText(safe(" · ".join(f"{n:,}" for _, n in cell.parts)))
        style = _STYLES[cell.tone]
        drawn = self.words(cell.text, style) if cell.told else RichText(safe(cell.text), style)
        if cell.note:
            drawn.append(f"\n{safe(cell.note)}", style=_GREY)
        return drawn

    def bar(self, share: float) -> RichText:
        # Something is never drawn as nothing, nor nearly all as all.
        halves = min(max(round(share * 2 * _BAR_WIDTH), share > 0), 2 * _BAR_WIDTH)
        halves -= share < 1 and halves == 2 * _BAR_WIDTH
        filled = self.filled * (halves // 2) + self.half * (halves % 2)
        drawn = RichText(filled, style=_BLUE)
        return drawn.append(self.empty * (_BAR_WIDTH - len(filled)), style=_GREY)

    def chart(self, chart: Chart) -> RenderableType:
        """A row for each point: label, value in words, drawing, remark."""
        points = chart.points
        label, text = (
            max((len(getattr(point, name)) for point in points), default=0)
            for name in ("label", "text")
        )
        label = min(label, 24)
        remark = min(max((len(point.remark) for point in points), default=0), _REMARK_WIDTH)
        least, most = _CHART_WIDTHS
        free = self.console.width - label - text - remark - 3 * 2
        width = min(max(free, least), most)
        grid = RichTable.grid(padding=(0, 2, 0, 0))
        grid.add_column(width=label, overflow="fold")
        grid.add_column(width=text, justify="right", no_wrap=True)
        grid.add_column(width=width, no_wrap=True)
        grid.add_column(width=remark)
        left, right = (safe(end) for end in chart.end_labels)
        scale = left + right.rjust(width - len(left))
        grid.add_row("", "", RichText(scale, style=_GREY), "")
        for point in points:
            tone = Tone.WARNING if point.signal else Tone.QUIET
            grid.add_row(
                RichText(safe(point.label)),
                RichText(safe(point.text), style="" if point.value is not None else _GREY),
                self.point(point, chart.ends, width),
                RichText(safe(point.remark), style=_STYLES[tone]),
            )
        return grid

    def point(self, point: Point, ends: tuple[float, float], width: int) -> RichText:
        low, high = ends

        def column(value: float) -> int:
            return round(min(max((value - low) / (high - low), 0.0), 1.0) * (width - 1))

        cells = [" "] * width
        if point.low is not None and point.high is not None:
            first, last = column(point.low), column(point.high)
            cells[first : last + 1] = self.marks["inside"] * (last + 1 - first)
            cells[first], cells[last] = self.marks["low"], self.marks["high"]
        if point.centre is not None:
            with_limits = point.low is not None
            cells[column(point.centre)] = self.marks["centre" if with_limits else "line"]
        drawn = RichText("".join(cells), style=_GREY)
        if point.value is not None:
            at = column(point.value)
            mark = self.marks["signal" if point.signal else "value"]
            style = _STYLES[Tone.WARNING if point.signal else Tone.STRONG]
            drawn = RichText.assemble(drawn[:at], (mark, style), drawn[at + 1 :])
        return drawn

    def chart_key(self) -> str:
        marks = self.marks
        limits = f"{marks['low']}{marks['inside']}{marks['centre']}{marks['inside']}{marks['high']}"
        return (
            f"{limits} what chance alone would give about the centre   {marks['value']} no signal"
            f"   {marks['signal']} signal"
        )
