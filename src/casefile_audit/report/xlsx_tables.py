"""The tables of a document as a workbook has them: one a sheet, its figures numbers."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from casefile_audit.english import without_controls
from casefile_audit.output.writing import OutputTable, Written
from casefile_audit.report.blocks import (
    Block,
    Cell,
    Definitions,
    Heading,
    Items,
    Rate,
    Section,
    Sentence,
    SplitBar,
    Table,
    Text,
)
from casefile_audit.report.reports import Part, Report, spans

NOTHING = "[z]"
"""What stands in a cell in which there is nothing to say: none is left blank."""

_NOTHING_TO_SAY = ("", "–")
_COUNT_RE = re.compile(r"\d{1,3}(?:,\d{3})*")
_PERCENTAGE_RE = re.compile(r"(\d{1,3})(?:\.(\d{1,3}))?%")
_SECTION = "Section"
_LONGEST_HEADING = 200  # Excel has room for 255, and some are made unlike the others


@dataclass(frozen=True)
class Share:
    """A percentage as it is printed: the share, and its decimals."""

    value: float
    decimals: int

    def __str__(self) -> str:
        """As it is printed."""
        return f"{100 * self.value:.{self.decimals}f}%"


Value = Written | Share


@dataclass(frozen=True)
class SheetTable:
    """A table on a sheet of its own.

    Attributes:
        name: what the sheet is called, before it is made unlike the others.
        title: what the table shows.
        headings, rows: the table. Every row has as many values as there are headings.
        figures: the places of the columns that hold figures.
        part: the part of the document that it stands in.
        filterable: whether people look things up in it: it has filters, and its headings stay.
        rates: the rates that are drawn of it, each with its label.
        splits: the headings of the columns that are parts of a whole, where they are drawn as such.
    """

    name: str
    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Value]]
    figures: frozenset[int] = frozenset()
    part: str = ""
    filterable: bool = False
    rates: Sequence[tuple[str, Rate]] = ()
    splits: Sequence[str] = ()


def tables_of(document: Report) -> Iterator[SheetTable]:
    """The document's own tables, in its order; those of a part that are alike are one."""
    opening = Part("opening", Heading(document.title), document.opening)
    for part in (opening, *document.parts):
        yield from _joined(part.title, _tables(part))


def words_of(part: Part) -> Iterator[tuple[str, str]]:
    """What a part says outside its tables, each beside the heading that it stands under."""
    under = part.title
    for block in part.blocks:
        if isinstance(block, Heading):
            under = f"{part.title}: {block.text}"
        yield from ((under, line) for line in lines_of(block))


def lines_of(block: Block) -> Iterator[str]:
    """What a block says, if it is no table, heading or chart, line by line."""
    match block:
        case Sentence(text):
            yield _bare(text)
        case Items(items):
            yield from map(_bare, items)
        case Definitions(pairs):
            yield from (f"{term}: {_bare(said)}" for term, said in pairs)


def _bare(text: str) -> str:
    """Running text without its mark-up, which a cell can't show."""
    return "".join(part for part, _ in spans(text))


def of_output(table: OutputTable, name: str, title: str) -> SheetTable:
    """A table of figures or findings, to look things up in."""
    headings = _unlike_each_other(table.headings)
    rows: list[list[Value]] = [
        [NOTHING if value in (None, "") else value for value in row] for row in table.rows
    ]
    figures = frozenset(
        place
        for place in range(len(headings))
        if any(isinstance(row[place], int | float) for row in rows)
    )
    return SheetTable(name, title, headings, rows, figures, filterable=True)


def _tables(part: Part) -> Iterator[tuple[str, Table]]:
    """A part's tables, each with the heading of the third level that it stands under."""
    under = ""
    for block in part.blocks:
        if isinstance(block, Heading):
            under = block.text
        elif isinstance(block, Table) and block.rows:
            yield under, block


def _joined(part: str, tables: Iterable[tuple[str, Table]]) -> Iterator[SheetTable]:
    alike: dict[tuple[str, ...], list[tuple[str, Table]]] = {}
    for under, table in tables:
        alike.setdefault(tuple(c.heading for c in table.columns), []).append((under, table))
    for several in alike.values():
        # Beside others of its part a single table is called after what it shows.
        is_one_of_several = len(several) == 1 < len(alike)
        yield _sheet_table(part, several[0][1].caption if is_one_of_several else part, several)


def _sheet_table(part: str, name: str, tables: Sequence[tuple[str, Table]]) -> SheetTable:
    """Tables with the same columns as one, in which the first column tells them apart."""
    first = tables[0][1]
    rows = [row for _, table in tables for row in table.lines]
    words = replace(first, rows=rows).in_words()
    columns = [(its.heading or "Value", its.figures) for its in words.columns]
    noted = [
        any(_text(row[place], note=True) for row in words.lines) for place in range(len(columns))
    ]
    sections = [*_sections(tables)]
    has_sections = any(sections)
    headings = [_SECTION] if has_sections else []
    figures: set[int] = set()
    for (heading, is_figures), has_note in zip(columns, noted, strict=True):
        figures |= {len(headings)} if is_figures else set()
        headings += [heading, f"{heading}: note"] if has_note else [heading]
    values: list[list[Value]] = []
    for section, row in zip(sections, words.lines, strict=True):
        line: list[Value] = [section or NOTHING] if has_sections else []
        for cell, (_, is_figures), has_note in zip(row, columns, noted, strict=True):
            line.append(_value(_text(cell), is_figures))
            line += [_text(cell, note=True) or NOTHING] if has_note else []
        values.append(line)
    return SheetTable(
        name,
        first.caption if len(tables) == 1 else name,
        _unlike_each_other(headings),
        values,
        frozenset(figures),
        part=part,
        rates=[(_text(row[0]), cell) for row in rows for cell in row if isinstance(cell, Rate)],
        splits=_parts(rows),
    )


def _parts(rows: Sequence[Sequence[Cell]]) -> Sequence[str]:
    """The names of the parts that every row is drawn as; none where a part of one isn't shown."""
    bars = [next((cell for cell in row if isinstance(cell, SplitBar)), None) for row in rows]
    if None in bars or not bars or bars[0] is None:
        return ()
    return [name for name, _ in bars[0].parts]


def _sections(tables: Iterable[tuple[str, Table]]) -> Iterator[str]:
    """For each row the headings that it stands under."""
    for under, table in tables:
        section = ""
        for row in table.rows:
            if isinstance(row, Section):
                section = row.text
            else:
                yield ": ".join(filter(None, (under, section)))


def _text(cell: Cell, note: bool = False) -> str:
    if not isinstance(cell, Text):
        return ""
    text = _bare(cell.text) if cell.told else cell.text
    return cell.note if note else text


def _value(text: str, figures: bool) -> Value:
    """What stands in a cell: a number where the page has one, so that it can be sorted by."""
    if text in _NOTHING_TO_SAY:
        return NOTHING
    if figures and _COUNT_RE.fullmatch(text):
        return int(text.replace(",", ""))
    if figures and (found := _PERCENTAGE_RE.fullmatch(text)):
        return Share(float(text[:-1]) / 100, len(found[2] or ""))
    return text


def _unlike_each_other(headings: Sequence[str]) -> list[str]:
    """Headings of which no two are alike, as the columns of a marked table have to be."""
    seen: dict[str, int] = {}
    made = []
    for heading in headings:
        plain = " ".join(without_controls(heading).split())[:_LONGEST_HEADING]
        key = plain.casefold()
        seen[key] = seen.get(key, 0) + 1
        made.append(plain if seen[key] == 1 else f"{plain} ({seen[key]})")
    return made
