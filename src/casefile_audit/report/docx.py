"""A document as a Word file: real headings, tables that say what they are, pictures with words."""

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count, pairwise, product
from string import ascii_uppercase

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell as WordCell
from docx.table import _Row as WordRow
from docx.text.paragraph import Paragraph

from casefile_audit.english import sentence, without_controls
from casefile_audit.report.blocks import (
    Block,
    Cell,
    Chart,
    Definitions,
    Heading,
    Items,
    Rate,
    Section,
    Sentence,
    Table,
    Text,
    Tone,
)
from casefile_audit.report.charts import bars_png, line_png
from casefile_audit.report.reports import Report, chart_table, spans
from casefile_audit.report.word_templates import opened

_MARGIN, _SHORT, _LONG = Mm(20), Mm(210), Mm(297)
_TYPED_FONT = "Consolas"
_QUIET = RGBColor(0x50, 0x5A, 0x5F)
# More columns than these have no room on a page that stands upright.
_MOST_UPRIGHT = 7
# And more than these none on one that lies.
_MOST_ACROSS = 12
_WIDEST_PICTURE = Mm(170)
# A table of so few rows is not cut by the end of a page, nor is a section of so few, of which the
# next page wouldn't say what it is of; of a longer one the first rows are not.
_SHORT_TABLE, _SHORT_SECTION, _FIRST_ROWS = 8, 13, 3
_LONG_SERIES = 14  # rows of a chart's table: more stand in two halves
# What a letter takes in bold Arial of 10 points, with something to spare, and what is left empty
# at the sides of a cell.
_LETTER, _SIDES = Mm(2.6), Mm(4.2)
_SMALLER = 0.8  # of which letters are in a wide table
_FEWEST_LETTERS, _LONGEST_CELL = 5, 56  # what is longer takes another line
_SMALL_PRINT, _AFTER_A_TABLE = Pt(8), Pt(10)
_ABOVE_AND_BELOW = 20  # of what stands in a cell, in twentieths of a point
_LANGUAGE = "en-GB"
_LONGEST_PROPERTY = 255
_FOR_THE_MEETING = "For the meeting of: to be filled in, with its date"


def render(document: Report) -> bytes:
    """The document as .docx. Whatever a text holds is text: no field, link or macro is made of it.

    What a meeting reads comes first, then the annexes, each with a letter.
    """
    template = document.template
    word = docx.Document() if template is None else opened(template)
    writer = _Writer(word, document)
    if template is None:
        writer.lay_out()
    writer.write()
    held = io.BytesIO()
    word.save(held)
    return held.getvalue()


class _Writer:
    def __init__(self, word: WordDocument, document: Report) -> None:
        self.word = word
        self.document = document
        self.said: Paragraph | None = None
        # The bullets of a style that its template hadn't are not there either.
        self.in_annex = self.has_bars = False
        lacks = document.template is not None and "List Bullet" in document.template.missing
        self.bullet = "• " if lacks else ""
        sides = [side or 0 for side in (word.sections[0].page_width, word.sections[0].page_height)]
        self.short, self.long = Length(min(sides) or _SHORT), Length(max(sides) or _LONG)

    def lay_out(self) -> None:
        """A4 with margins of 20 mm, Arial, and headings that are not coloured by a theme."""
        section = self.word.sections[0]
        section.page_width, section.page_height = self.short, self.long = _SHORT, _LONG
        section.left_margin = section.right_margin = _MARGIN
        section.top_margin = section.bottom_margin = _MARGIN
        for name in ("Normal", "Title", "Subtitle", "Heading 1", "Heading 2", "List Bullet"):
            style = self.word.styles[name]
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for key in [key for key in fonts.attrib if key.endswith("Theme")]:
                del fonts.attrib[key]
            for which in ("ascii", "hAnsi", "cs", "eastAsia"):
                fonts.set(qn(f"w:{which}"), "Arial")
            if name not in ("Normal", "List Bullet"):
                style.font.color.rgb = RGBColor(0x1D, 0x1D, 0x1B)
        self.word.styles["Normal"].font.size = Pt(11)
        self.word.styles["Title"].font.size = Pt(26)

    def write(self) -> None:
        """The title, then every part under its heading."""
        document, word = self.document, self.word
        self.set_properties()
        self.set_language()
        marking = document.marking
        line = word.add_paragraph()
        line.add_run(f"{marking.word}. ").bold = True
        line.add_run(marking.meaning)
        word.add_paragraph(without_controls(document.title), style="Title")
        for block in document.opening:
            self.draw(block)
        word.add_paragraph(_FOR_THE_MEETING)
        letters = _letters()
        first = True
        for part in document.parts:
            lies = any(isinstance(b, Table) and _is_wide(b) for b in part.blocks)
            turned = self.turn(WD_ORIENT.LANDSCAPE if lies else WD_ORIENT.PORTRAIT)
            letter = next(letters) if part.annex else ""
            title = f"Annex {letter}. {part.title}" if letter else part.title
            heading = word.add_heading(without_controls(title), level=1)
            if not turned and (first or letter == "A"):
                heading.paragraph_format.page_break_before = True
            first = False
            self.in_annex = part.annex
            for block in part.blocks:
                self.draw(block)
        if document.template is None:
            self.footer(f"{sentence(document.title)} {marking.word}.")

    def set_properties(self) -> None:
        """What the file says of itself, whatever its template said."""
        properties, now = self.word.core_properties, dt.datetime.now(dt.UTC).replace(tzinfo=None)
        properties.title = without_controls(self.document.title)[:_LONGEST_PROPERTY]
        properties.author = properties.last_modified_by = "casefile-audit"
        properties.subject = self.document.marking.word
        properties.keywords = properties.category = ""
        properties.language, properties.comments, properties.revision = _LANGUAGE, "", 1
        properties.created = properties.modified = now

    def set_language(self) -> None:
        fonts = self.word.styles["Normal"].element.get_or_add_rPr()
        if fonts.find(qn("w:lang")) is None:
            fonts.append(OxmlElement("w:lang"))
        for language in self.word.styles.element.iter(qn("w:lang")):
            language.set(qn("w:val"), _LANGUAGE)

    def draw(self, block: Block) -> None:
        word, before = self.word, self.said
        self.said = None
        match block:
            case Heading(text):
                word.add_heading(without_controls(text), level=2)
            case Sentence(text, tone):
                self.said = word.add_paragraph()
                self.toned(self.said, text, tone)
            case Items(items, tone):
                for item in items:
                    said = f"{self.bullet}{item}"
                    self.toned(word.add_paragraph(style="List Bullet"), said, tone)
            case Definitions(pairs):
                for term, said in pairs:
                    paragraph = word.add_paragraph()
                    paragraph.add_run(f"{without_controls(term)}: ").bold = True
                    self.toned(paragraph, said, Tone.PLAIN)
            case Table():
                self.draw_table(block)
            case Chart():
                if before is not None:  # no page ends between a chart and what is said of it
                    before.paragraph_format.keep_with_next = True
                self.picture(line_png(block), f"{block.caption}. The table below has every figure.")
                self.draw_table(_halved(chart_table(block)))

    def toned(self, paragraph: Paragraph, text: str, tone: Tone) -> None:
        for part, typed in spans(text):
            run = paragraph.add_run(without_controls(part))
            run.bold = tone is Tone.STRONG or None
            if typed:
                run.font.name = _TYPED_FONT
            if tone is Tone.QUIET:
                run.font.color.rgb = _QUIET

    def picture(self, png: bytes, says: str) -> None:
        width = min(self.room(), _WIDEST_PICTURE)
        picture = self.word.add_paragraph().add_run().add_picture(io.BytesIO(png), width=width)
        picture._inline.docPr.set("descr", without_controls(says))

    def draw_table(self, table: Table) -> None:
        """A table, its drawn column as one picture above it; a wide one on pages turned over."""
        drawn = ((row, cell) for row in table.lines for cell in row if isinstance(cell, Rate))
        rates = [(row, cell) for row, cell in drawn if not cell.is_few]
        # What is drawn for those who read two pages isn't drawn again, theme by theme.
        if rates and not (self.in_annex and self.has_bars):
            self.has_bars = True
            labels = [row[0].text if isinstance(row[0], Text) else "" for row, _ in rates]
            says = " ".join(
                f"{label}: {cell.says}" for label, (_, cell) in zip(labels, rates, strict=True)
            )
            self.picture(bars_png(labels, [cell for _, cell in rates]), f"{table.caption}. {says}")
        self.fill(table.in_words(), _is_wide(table))

    def turn(self, orientation: WD_ORIENT) -> bool:
        """Start a page that stands upright or lies, unless this one does; whether it did."""
        if self.word.sections[-1].orientation == orientation:
            return False
        section = self.word.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = orientation
        short, long = self.short, self.long
        lying = orientation == WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = (long, short) if lying else (short, long)
        return True

    def room(self) -> Length:
        """How wide the page is between its margins."""
        section = self.word.sections[-1]
        margins = (section.left_margin or 0) + (section.right_margin or 0)
        return Length((section.page_width or self.short) - margins)

    def fill(self, table: Table, wide: bool) -> None:
        """A table; one that is too wide for a page that lies in parts, the first column in each."""
        others = range(1, len(table.columns))
        across = _MOST_ACROSS - 1
        parts = [others[at : at + across] for at in range(0, len(others), across)] or [others]
        for number, part in enumerate(parts, 1):
            of = f", part {number} of {len(parts)}" if len(parts) > 1 else ""
            self.fill_part(table.only([0, *part]), f"{table.caption}{of}", wide)

    def fill_part(self, table: Table, caption: str, wide: bool) -> None:
        said = self.word.add_paragraph()
        said.paragraph_format.keep_with_next, said.paragraph_format.space_after = True, Pt(2)
        run = said.add_run(without_controls(caption))
        run.bold, run.font.size = True, Pt(9)
        word_table = self.word.add_table(rows=1, cols=len(table.columns), style="Table Grid")
        describe(word_table, without_controls(caption))
        _leave_room(word_table)
        headings = [Text(column.heading, Tone.STRONG) for column in table.columns]
        self.put_row(word_table.rows[0], table, headings, wide)
        letters = [_letters_of(table, place) for place in range(len(table.columns))]
        self.share_out(word_table, letters, wide)
        _mark(word_table.rows[0]._tr, "w:tblHeader")
        _keep_with_next(word_table.rows[0])
        kept = {*_kept_together(table.rows)}
        for place, row in enumerate(table.rows):
            added = word_table.add_row()
            _mark(added._tr, "w:cantSplit")
            self.put_row(added, table, row, wide)
            if place in kept:
                _keep_with_next(added)
        after = self.word.add_paragraph().paragraph_format
        after.line_spacing, after.space_after = _AFTER_A_TABLE, Pt(0)

    def put_row(
        self, added: WordRow, table: Table, row: Sequence[Cell] | Section, wide: bool
    ) -> None:
        """A row of a table, or a heading across it."""
        cells = added.cells
        if isinstance(row, Section):
            self.put(cells[0].merge(cells[-1]), Text(row.text, Tone.STRONG), False, wide)
            return
        for cell, content, column in zip(cells, row, table.columns, strict=True):
            self.put(cell, content, column.figures, wide)

    def share_out(
        self, word_table: WordTable, letters: Sequence[tuple[int, int]], small: bool
    ) -> None:
        """Give each column room for its longest word, and of what is left as its texts want."""
        room = self.room()
        letter = _LETTER * (_SMALLER if small else 1)
        least = [shortest * letter + _SIDES for shortest, _ in letters]
        wanted = [(longest - shortest) * letter for shortest, longest in letters]
        left, all_wanted = max(room - sum(least), 0), sum(wanted)
        if all_wanted <= left:  # what nobody wants goes to the first, which says what a row is of
            widths = [have + want for have, want in zip(least, wanted, strict=True)]
            widths[0] += left - all_wanted
        else:
            share = left / all_wanted
            widths = [have + share * want for have, want in zip(least, wanted, strict=True)]
        fits = min(room / sum(widths), 1)
        word_table.autofit = False
        for column, width in zip(word_table.columns, widths, strict=True):
            column.width = Length(int(width * fits))

    def put(self, cell: WordCell, content: Cell, figures: bool, small: bool) -> None:
        if not isinstance(content, Text):
            raise TypeError(f"{type(content).__name__} is drawn, and has no words")
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        if figures:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for part, typed in spans(content.text) if content.told else [(content.text, False)]:
            run = paragraph.add_run(without_controls(part))
            run.bold = content.tone is Tone.STRONG or None
            run.font.size = Pt(8 if small else 10)
            if typed:
                run.font.name = _TYPED_FONT
        if content.note:
            paragraph.add_run().add_break(WD_BREAK.LINE)
            note = paragraph.add_run(without_controls(content.note))
            note.font.size, note.font.color.rgb = Pt(7 if small else 9), _QUIET

    def footer(self, text: str) -> None:
        paragraph = self.word.sections[0].footer.paragraphs[0]
        paragraph.add_run(f"{without_controls(text)} Page ").font.size = _SMALL_PRINT
        _field(paragraph, "PAGE")
        paragraph.add_run(" of ").font.size = _SMALL_PRINT
        _field(paragraph, "NUMPAGES")


def _letters() -> Iterator[str]:
    """The letters of annexes: A to Z, then AA to AZ and on."""
    for length in count(1):
        yield from map("".join, product(ascii_uppercase, repeat=length))


def _is_wide(table: Table) -> bool:
    return len(table.columns) > _MOST_UPRIGHT


def _kept_together(rows: Sequence[Sequence[Cell] | Section]) -> Iterator[int]:
    """The rows that no page ends after, by place."""
    sections = [place for place, row in enumerate(rows) if isinstance(row, Section)]
    is_short = len(rows) <= _SHORT_TABLE
    for start, end in pairwise([0, *([] if is_short else sections), len(rows)]):
        together = end - start if is_short or end - start <= _SHORT_SECTION else _FIRST_ROWS
        yield from range(start, start + together - 1)


def _halved(table: Table) -> Table:
    """A long narrow table with its second half beside its first, to take half as much of a page."""
    rows = table.lines
    if len(rows) <= _LONG_SERIES:
        return table
    half = -(-len(rows) // 2)
    nothing = [Text("")] * len(table.columns)
    second = [*rows[half:], nothing][:half]
    both = [[*left, *right] for left, right in zip(rows[:half], second, strict=True)]
    return replace(table, columns=[*table.columns, *table.columns], rows=both)


def _letters_of(table: Table, place: int) -> tuple[int, int]:
    """The letters of a column's longest word and of its longest text; figures are never parted."""
    column = table.columns[place]
    cells = [row[place] for row in table.lines]
    texts = [part for c in cells if isinstance(c, Text) for part in (c.text, c.note)]
    heading = column.heading.split()
    words = [*heading, *(texts if column.figures else (w for text in texts for w in text.split()))]
    shortest = min(max([_FEWEST_LETTERS, *map(len, words)]), _LONGEST_CELL)
    return shortest, min(max([shortest, *map(len, texts)]), _LONGEST_CELL)


def describe(table: WordTable, caption: str) -> None:
    """Give a table its alternative text."""
    properties = table._tbl.tblPr
    for name in ("w:tblCaption", "w:tblDescription"):
        element = OxmlElement(name)
        element.set(qn("w:val"), caption)
        properties.append(element)


def _keep_with_next(row: WordRow) -> None:
    """Let no page end between a row and the next."""
    row.cells[0].paragraphs[0].paragraph_format.keep_with_next = True


def _mark(row: object, name: str) -> None:
    """Say of a row that it is repeated on each page, or never cut by one."""
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    row.get_or_add_trPr().append(element)  # type: ignore[attr-defined] # an element of python-docx


def _leave_room(table: WordTable) -> None:
    """Leave a little room above and below what stands in a cell."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "bottom"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(_ABOVE_AND_BELOW))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is None:
        table._tbl.tblPr.append(margins)
    else:
        look.addprevious(margins)


def _field(paragraph: Paragraph, name: str) -> None:
    """A field of our own, such as the number of the page; nothing of a text comes into it."""
    for kind, text in (("begin", ""), ("", name), ("separate", ""), ("", "1"), ("end", "")):
        run = paragraph.add_run()  # each of its own, for what shows is drawn as its own run is
        run.font.size = _SMALL_PRINT
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
            run._r.append(element)
        elif text == name:
            element = OxmlElement("w:instrText")
            element.text = text
            run._r.append(element)
        else:
            run.text = text
