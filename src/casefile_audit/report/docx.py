"""A document as a Word file: real headings, tables that say what they are, pictures with words."""

import io
from collections.abc import Sequence

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell as WordCell
from docx.text.paragraph import Paragraph

from casefile_audit.english import without_controls
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
    Verbatim,
)
from casefile_audit.report.charts import bars_png, line_png
from casefile_audit.report.reports import Report, chart_table, spans

_MARGIN, _SHORT, _LONG = Mm(20), Mm(210), Mm(297)
_TYPED_FONT = "Consolas"
_QUIET = RGBColor(0x50, 0x5A, 0x5F)
# More columns than these have no room on a page that stands upright.
_MOST_UPRIGHT = 7
# Longer figures and words above them, such as "improvement", would be broken in the least room.
_SHORT_FIGURE = 9
_LANGUAGE = "en-GB"


def render(document: Report) -> bytes:
    """The document as .docx. Whatever a text holds is text: no field, link or macro is made of it.

    Raises:
        ValueError: its template is no Word document.
    """
    word = docx.Document(str(document.template) if document.template else None)
    writer = _Writer(word, document)
    if document.template is None:
        writer.lay_out()
    writer.write()
    held = io.BytesIO()
    word.save(held)
    return held.getvalue()


class _Writer:
    def __init__(self, word: WordDocument, document: Report) -> None:
        self.word = word
        self.document = document

    def lay_out(self) -> None:
        """A4 with margins of 20 mm, Arial, and headings that are not coloured by a theme."""
        section = self.word.sections[0]
        section.page_width, section.page_height = _SHORT, _LONG
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
        properties = word.core_properties
        properties.title, properties.author = self.clean(document.title), "casefile-audit"
        properties.language, properties.comments = _LANGUAGE, ""
        self.set_language()
        marking = document.marking
        line = word.add_paragraph()
        line.add_run(f"{marking.word}. ").bold = True
        line.add_run(marking.meaning)
        word.add_paragraph(self.clean(document.title), style="Title")
        for block in document.opening:
            self.draw(block)
        for part in document.parts:
            lies = any(isinstance(b, Table) and _is_wide(b) for b in part.blocks)
            self.turn(WD_ORIENT.LANDSCAPE if lies else WD_ORIENT.PORTRAIT)
            word.add_heading(self.clean(part.title), level=1)
            for block in part.blocks:
                self.draw(block)
        self.footer(f"{document.title}. {marking.word}.")

    def clean(self, text: str) -> str:
        """A text as XML can hold it."""
        return without_controls(text)

    def set_language(self) -> None:
        fonts = self.word.styles["Normal"].element.get_or_add_rPr()
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), _LANGUAGE)
        fonts.append(language)

    def draw(self, block: Block) -> None:
        word = self.word
        match block:
            case Heading(text):
                word.add_heading(self.clean(text), level=2)
            case Sentence(text, tone):
                self.toned(word.add_paragraph(), text, tone)
            case Items(items, tone):
                for item in items:
                    self.toned(word.add_paragraph(style="List Bullet"), item, tone)
            case Definitions(pairs):
                for term, said in pairs:
                    paragraph = word.add_paragraph()
                    paragraph.add_run(f"{self.clean(term)}: ").bold = True
                    self.toned(paragraph, said, Tone.PLAIN)
            case Verbatim(text):
                word.add_paragraph(self.clean(text))
            case Table():
                self.draw_table(block)
            case Chart():
                self.picture(line_png(block), f"{block.caption}. The table below has every figure.")
                self.draw_table(chart_table(block))

    def toned(self, paragraph: Paragraph, text: str, tone: Tone) -> None:
        for part, typed in spans(text):
            run = paragraph.add_run(self.clean(part))
            run.bold = tone is Tone.STRONG or None
            if typed:
                run.font.name = _TYPED_FONT
            if tone is Tone.QUIET:
                run.font.color.rgb = _QUIET

    def picture(self, png: bytes, says: str) -> None:
        self.word.add_picture(io.BytesIO(png), width=_SHORT - 2 * _MARGIN)
        drawing = self.word.inline_shapes[-1]._inline.docPr
        drawing.set("descr", self.clean(says))

    def draw_table(self, table: Table) -> None:
        """A table, its drawn column as one picture above it; a wide one on pages turned over."""
        rows = [row for row in table.rows if not isinstance(row, Section)]
        rates = [(row, cell) for row in rows for cell in row if isinstance(cell, Rate)]
        if rates:
            labels = [row[0].text if isinstance(row[0], Text) else "" for row, _ in rates]
            says = " ".join(
                f"{label}: {cell.says}" for label, (_, cell) in zip(labels, rates, strict=True)
            )
            self.picture(bars_png(labels, [cell for _, cell in rates]), f"{table.caption}. {says}")
        kept = [
            place
            for place in range(len(table.columns))
            if all(isinstance(row[place], Text) for row in rows)
        ]
        self.fill(table, kept)

    def turn(self, orientation: WD_ORIENT) -> None:
        """Start a page that stands upright or lies, unless this one does."""
        if self.word.sections[-1].orientation == orientation:
            return
        section = self.word.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = orientation
        lying = orientation == WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = (_LONG, _SHORT) if lying else (_SHORT, _LONG)

    def fill(self, table: Table, kept: Sequence[int]) -> None:
        wide = _is_wide(table)
        word_table = self.word.add_table(rows=1, cols=len(kept), style="Table Grid")
        describe(word_table, self.clean(table.caption))
        for cell, place in zip(word_table.rows[0].cells, kept, strict=True):
            column = table.columns[place]
            self.put(cell, Text(column.heading, Tone.STRONG), column.figures, wide)
        self.share_out(word_table, [_weight(table, place) for place in kept])
        _mark(word_table.rows[0]._tr, "w:tblHeader")
        for row in table.rows:
            cells = word_table.add_row().cells
            _mark(word_table.rows[-1]._tr, "w:cantSplit")
            if isinstance(row, Section):
                self.put(cells[0].merge(cells[-1]), Text(row.text, Tone.STRONG), False, wide)
                continue
            for cell, place in zip(cells, kept, strict=True):
                self.put(cell, row[place], table.columns[place].figures, wide)
        self.word.add_paragraph()

    def share_out(self, word_table: WordTable, weights: Sequence[int]) -> None:
        """Give each column its share of the page: words need more of it than figures."""
        section = self.word.sections[-1]
        margins = (section.left_margin or 0) + (section.right_margin or 0)
        unit = ((section.page_width or _SHORT) - margins) / sum(weights)
        word_table.autofit = False
        for column, weight in zip(word_table.columns, weights, strict=True):
            column.width = Length(int(unit * weight))

    def put(self, cell: WordCell, content: Cell, figures: bool, small: bool) -> None:
        if not isinstance(content, Text):
            raise TypeError(f"{type(content).__name__} is drawn, and has no words")
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(2)
        if figures:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = paragraph.add_run(self.clean(content.text))
        run.bold = content.tone is Tone.STRONG or None
        run.font.size = Pt(8 if small else 10)
        if content.note:
            run.add_break(WD_BREAK.LINE)
            note = paragraph.add_run(self.clean(content.note))
            note.font.size, note.font.color.rgb = Pt(7 if small else 9), _QUIET

    def footer(self, text: str) -> None:
        paragraph = self.word.sections[0].footer.paragraphs[0]
        paragraph.add_run(f"{self.clean(text)} Page ").font.size = Pt(8)
        _field(paragraph, "PAGE")
        paragraph.add_run(" of ").font.size = Pt(8)
        _field(paragraph, "NUMPAGES")


def _is_wide(table: Table) -> bool:
    return len(table.columns) > _MOST_UPRIGHT


def _weight(table: Table, place: int) -> int:
    """A column's share of the page, by its longest text.

    No share is too small for a word, and none leaves the others too little; the first column, which
    says what a row is of, never has the least.
    """
    cells = [row[place] for row in table.rows if not isinstance(row, Section)]
    texts = [text for cell in cells if isinstance(cell, Text) for text in (cell.text, cell.note)]
    column = table.columns[place]
    if column.figures:
        longest = max(map(len, [*column.heading.split(), *texts]), default=0)
        return 3 if longest > _SHORT_FIGURE else 2
    return min(max(5 if place == 0 else 3, *(len(text) // 8 for text in texts)), 8)


def describe(table: WordTable, caption: str) -> None:
    """Give a table its alternative text."""
    properties = table._tbl.tblPr
    for name in ("w:tblCaption", "w:tblDescription"):
        element = OxmlElement(name)
        element.set(qn("w:val"), caption)
        properties.append(element)


def _mark(row: object, name: str) -> None:
    """Say of a row that it is repeated on each page, or never cut by one."""
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    row.get_or_add_trPr().append(element)  # type: ignore[attr-defined] # an element of python-docx


def _field(paragraph: Paragraph, name: str) -> None:
    """A field of our own, such as the number of the page; nothing of a text comes into it."""
    run = paragraph.add_run()
    run.font.size = Pt(8)
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)
