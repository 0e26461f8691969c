"""Word documents as rows of cells: their tables, and the lines between them, in their order.

A document is read from its own XML. What libraries give for its tables leaves out every cell that
a content control surrounds, and moves the rest of the row to the left.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from casefile_audit.files.limits import DOCUMENT_DEPTH, DOCUMENT_MARKUP, TABLE_COLUMNS
from casefile_audit.files.markup import Range
from casefile_audit.files.symbols import UNREADABLE_CONTROL, box, in_symbol_font, struck
from casefile_audit.files.xlsx import office_part

# What surrounds paragraphs, rows, cells and runs without being one. Deleted text is in none.
_TRANSPARENT = frozenset(
    (
        *("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "hyperlink"),
        *("fldSimple", "dir", "bdo", "AlternateContent", "Choice", "Fallback"),
    )
)
_OFF = frozenset(("0", "false", "off", "none"))
_TEXTS = frozenset(("t", "tab", "br", "cr", "sym", "noBreakHyphen"))
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_CODE, _RESULT, _ENTERED = "code", "result", "entered"
# By these a choice is marked on paper, and by some on a screen.
_STRESS = frozenset(("b", "u", "highlight", "shd", "bdr", "color"))
_PLAIN = frozenset(("", "auto", "nil", "clear", "000000", "ffffff"))
_LONGEST_CHOICE = 40
_PROMPT_STYLE = "PlaceholderText"
# Within a line, what stands apart is in cells of its own, as in a table without lines.
_APART = re.compile(r"\t+|[ \u00a0]{4,}")


@dataclass
class DocumentRows:
    """A document as a page of cells.

    Attributes:
        rows: the rows of its tables and its lines, with a blank row round each table.
        tables: where its tables stand among the rows.
        merged: the ranges of cells that are one cell.
        tags: the tag of the content control in a cell, by its row and column.
        stressed: the words of a cell that stand out from the others, for each way in which they do.
    """

    rows: list[list[str]] = field(default_factory=list)
    tables: list[Range] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    tags: dict[tuple[int, int], str] = field(default_factory=dict)
    stressed: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)


def read_document(package: ZipFile) -> DocumentRows:
    """Read the body of a document.

    Content controls and form fields give what was entered: a prompt is blank, a check box is ☒ or
    ☐ by its state, and a symbol of a symbol font is the tick or box that it shows. Text that is
    struck through is marked as such; deleted and hidden text is left out.

    Raises:
        ZIP_ERRORS: it is damaged, or nested or long beyond what Word writes.
    """
    with package.open(office_part(package, "word/document.xml")) as stream:
        markup = stream.read(DOCUMENT_MARKUP + 1)
    if len(markup) > DOCUMENT_MARKUP:
        raise ValueError("the document is too long")
    root = _parsed(markup)
    _settle_alternatives(root)
    _settle_controls(root)
    body = next(root.iter("body"), None)
    if body is None:
        raise ValueError("the document has no body")
    page = _Page()
    page.add(body)
    return page.found


class _LocalNames(ElementTree.TreeBuilder):
    """Builds a tree without namespaces, which differ between the strict and the usual format."""

    depth = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        """Keep the last part of each name."""
        self.depth += 1
        if self.depth > DOCUMENT_DEPTH:
            raise ValueError("the document is nested too deeply")
        return super().start(
            tag.rpartition("}")[2], {key.rpartition("}")[2]: its for key, its in attrs.items()}
        )

    def end(self, tag: str) -> Element:
        """End the element that was started last."""
        self.depth -= 1
        return super().end(tag.rpartition("}")[2])

    def doctype(self, *_: str) -> None:
        """Refuse what could define entities: Word writes none."""
        raise ValueError("the document has a document type")


def _parsed(markup: bytes) -> Element:
    parser = ElementTree.XMLParser(target=_LocalNames())
    try:
        parser.feed(markup)
        root: Element = parser.close()
    except ElementTree.ParseError as error:
        raise ValueError("the document is not XML") from error
    return root


def _settle_alternatives(root: Element) -> None:
    """Keep one of the ways in which a thing is given for older and newer programs."""
    for alternative in root.iter("AlternateContent"):
        if alternative.find("Choice") is not None:
            for old in alternative.findall("Fallback"):
                alternative.remove(old)


def _settle_controls(root: Element) -> None:
    """Have each content control hold what was entered: no prompt, and its check box as text."""
    for control in root.iter("sdt"):
        properties, content = control.find("sdtPr"), control.find("sdtContent")
        if properties is None or content is None:
            continue
        ticked = next(properties.iter("checkbox"), None)
        if ticked is None and not _is_on(properties.find("showingPlcHdr")):
            continue
        for run in content.iter("r"):
            for child in [child for child in run if child.tag in _TEXTS]:
                run.remove(child)
        if ticked is not None:
            runs = [*content.iter("r")]
            run = runs[0] if runs else ElementTree.SubElement(next(content.iter("p"), content), "r")
            ElementTree.SubElement(run, "t").text = box(_is_on(ticked.find("checked")))


def _is_on(switch: Element | None) -> bool:
    """Whether a property is there and not switched off."""
    return switch is not None and switch.get("val", "1").lower() not in _OFF


def _children(parent: Element) -> Iterator[Element]:
    """The children of an element, those in content controls and the like among them."""
    for child in parent:
        if child.tag in _TRANSPARENT:
            yield from _children(child)
        else:
            yield child


class _Page:
    """Puts paragraph after paragraph and table after table on a page of cells."""

    def __init__(self) -> None:
        self.found = DocumentRows()
        self.words = _Words()
        self.boxes_done: set[int] = set()

    def add(self, parent: Element) -> None:
        """Everything in a body, a cell or a text box."""
        for child in _children(parent):
            if child.tag == "p":
                cells = [cell.strip() for cell in _APART.split(self.words.of(child))]
                if any(cells):
                    self.found.rows.append([cell for cell in cells if cell])
                self._add_boxes(child)
            elif child.tag == "tbl":
                self._add_table(child)

    def _add_boxes(self, within: Element) -> None:
        """The text boxes that are anchored in a paragraph or a cell."""
        for drawn in within.iter("txbxContent"):
            if id(drawn) not in self.boxes_done:
                self.boxes_done.add(id(drawn))
                self.add(drawn)

    def _add_table(self, table: Element) -> None:
        rows, inner = self.found.rows, []
        rows.append([])
        first = len(rows)
        merges: dict[int, Range] = {}  # the range that goes on downwards, by its first column
        for row in _children(table):
            if row.tag != "tr" or row.find("trPr/del") is not None:
                continue
            cells = [""] * _number(row.find("trPr/gridBefore"), 0)
            before, merges = merges, {}
            for cell in _children(row):
                if cell.tag != "tc" or len(cells) >= TABLE_COLUMNS:
                    continue
                self._add_cell(cell, cells, len(rows), before, merges)
                inner += [nested for nested in _children(cell) if nested.tag == "tbl"]
            self.found.merged += [
                range_ for at, range_ in before.items() if merges.get(at, (-1,))[0] != range_[0]
            ]
            rows.append(cells)
        self.found.merged += merges.values()
        width = max(map(len, rows[first:]), default=0)
        if width:
            self.found.tables.append((first, 0, len(rows) - 1, width - 1))
        rows.append([])
        for nested in inner:
            self._add_table(nested)
        self._add_boxes(table)

    def _add_cell(
        self,
        cell: Element,
        cells: list[str],
        row: int,
        above: dict[int, Range],
        merges: dict[int, Range],
    ) -> None:
        """One cell after the others of its row, and the range that it is merged into."""
        at = len(cells)
        for control in cell.iter("sdt"):
            if (tag := control.find("sdtPr/tag")) is not None:
                self.found.tags.setdefault((row, at), tag.get("val", ""))
        if found := tuple(_stressed(cell)):
            self.found.stressed[row, at] = found
        width = min(_number(cell.find("tcPr/gridSpan"), 1), TABLE_COLUMNS)
        down = cell.find("tcPr/vMerge")
        lines = [self.words.of(child) for child in _children(cell) if child.tag == "p"]
        text = "\n".join(line.strip() for line in lines if line.strip())
        if down is not None and down.get("val", "continue") == "continue" and at in above:
            start = above[at]
            merges[at] = (start[0], start[1], row, start[3])
            text = ""
        elif down is not None or width > 1:
            merges[at] = (row, at, row, at + width - 1)
        cells += [text] + [""] * (width - 1)


def _stressed(cell: Element) -> Iterator[str]:
    """The words of a cell that are bold, underlined, coloured or framed: those of each way."""
    ways: dict[str, str] = {}
    for run in cell.iter("r"):
        text = "".join(part.text or "" for part in run.iter("t"))
        for look in run.iterfind("rPr/*"):
            if look.tag in _STRESS and _is_seen(look):
                ways[look.tag] = ways.get(look.tag, "") + text
    if any(map(_is_seen, cell.iterfind("tcPr/shd"))):
        ways["cell"] = "".join(part.text or "" for part in cell.iter("t"))
    return (text for text in ways.values() if 0 < len(text) < _LONGEST_CHOICE)


def _is_seen(look: Element) -> bool:
    """Whether a look differs from black on white."""
    value = look.get("fill" if look.tag == "shd" else "val", "1").lower()
    return value not in _OFF and value not in _PLAIN


class _Words:
    """The words of paragraphs: a field may begin in one and end in another."""

    def __init__(self) -> None:
        self.fields: list[str] = []  # of each field that is open, what comes now

    def of(self, paragraph: Element) -> str:
        """What a reader of the page sees of a paragraph, with tabs and line breaks."""
        return "".join(self._of_run(run) for run in _children(paragraph) if run.tag == "r")

    def _of_run(self, run: Element) -> str:
        properties = run.find("rPr")
        font, is_struck = "", False
        if properties is not None:
            style = properties.find("rStyle")
            hidden = _is_on(properties.find("vanish")) or _is_on(properties.find("webHidden"))
            if hidden or (style is not None and style.get("val") == _PROMPT_STYLE):
                return ""
            fonts = properties.find("rFonts")
            font = "" if fonts is None else fonts.get("ascii") or fonts.get("hAnsi") or ""
            is_struck = any(_is_on(properties.find(name)) for name in ("strike", "dstrike"))
        text = "".join(self._of_child(child, font) for child in run)
        return struck(text) if is_struck else text

    def _of_child(self, child: Element, font: str) -> str:
        if child.tag == "fldChar":
            return self._of_field(child)
        if not self._is_shown():
            return ""
        if child.tag == "t":
            return in_symbol_font(child.text or "", font)
        if child.tag == "sym":
            return in_symbol_font(_symbol(child.get("char", "")), child.get("font", ""))
        if next(child.iter("control"), None) is not None:
            return UNREADABLE_CONTROL
        return _CHARACTERS.get(child.tag, "")

    def _is_shown(self) -> bool:
        return all(now == _RESULT for now in self.fields)

    def _of_field(self, mark: Element) -> str:
        """The start, the middle or the end of a field: what it shows, if that isn't its result."""
        kind = mark.get("fldCharType", "")
        if kind == "separate" and self.fields and self.fields[-1] == _CODE:
            self.fields[-1] = _RESULT
        elif kind == "end" and self.fields:
            self.fields.pop()
        elif kind == "begin":
            entered = _entered(mark.find("ffData"))
            shown = self._is_shown()
            self.fields.append(_CODE if entered is None else _ENTERED)
            return (entered or "") if shown else ""
        return ""


def _entered(data: Element | None) -> str | None:
    """What is entered in a form field of the old kind; None if its result says that."""
    if data is None:
        return None
    if (check := data.find("checkBox")) is not None:
        checked = check.find("checked")
        return box(_is_on(check.find("default") if checked is None else checked))
    if (choices := data.find("ddList")) is not None:
        chosen = choices.find("result")
        number = _number(choices.find("default") if chosen is None else chosen, 0)
        entries = [entry.get("val", "") for entry in choices.iter("listEntry")]
        return entries[number] if number < len(entries) else ""
    return None


def _number(element: Element | None, otherwise: int) -> int:
    """The number that an element holds, never below nought nor beyond any table."""
    text = "" if element is None else element.get("val", "")
    return min(int(text), TABLE_COLUMNS) if text.isascii() and text.isdigit() else otherwise


def _symbol(code: str) -> str:
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""


def filled_out(rows: Iterable[list[str]]) -> list[list[str]]:
    """Rows of one length."""
    every = list(rows)
    width = max(map(len, every), default=0)
    return [row + [""] * (width - len(row)) for row in every]
