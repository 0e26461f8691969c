"""Word documents made for one test, from the markup that Word writes."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
Block = str | Sequence[Sequence[str]]
"""A line, or a table of cells. What starts with ``<`` is markup."""

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
    'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>'
)


def run(text: str, properties: str = "") -> str:
    """Some words with properties of their own."""
    shown = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{shown}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def struck(text: str) -> str:
    """Some words that are struck through."""
    return run(text, "<w:strike/>")


def paragraph(text: str) -> str:
    """A paragraph of words, or of runs."""
    return f"<w:p>{text if text.startswith('<') else run(text)}</w:p>"


def control(content: str, properties: str = "") -> str:
    """A content control around runs, paragraphs or a cell."""
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def check_box(value: str, glyph: str = "\N{BALLOT BOX}") -> str:
    """A check box control in some state, whatever it shows."""
    state = f'<w14:checkbox><w14:checked w14:val="{value}"/></w14:checkbox>'
    return control(run(glyph), state)


def prompt(text: str = "Choose an item.") -> str:
    """A content control that nobody has filled in."""
    return control(run(text), "<w:showingPlcHdr/><w:dropDownList/>")


def form_field(kind: str, result: str | None = None) -> str:
    """A form field of the old kind: its own markup, and the result of a text field."""
    marks = [f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{kind}</w:ffData></w:fldChar></w:r>']
    marks.append("<w:r><w:instrText> FORM </w:instrText></w:r>")
    if result is not None:
        marks += ['<w:r><w:fldChar w:fldCharType="separate"/></w:r>', run(result)]
    return "".join([*marks, '<w:r><w:fldChar w:fldCharType="end"/></w:r>'])


def symbol(code: str, font: str = "Wingdings") -> str:
    """A character of a symbol font."""
    return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'


def cell(content: str, properties: str = "") -> str:
    """A cell of words, or of runs."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(content)}</w:tc>"


def table(rows: Sequence[Sequence[str]]) -> str:
    """A table; a cell that starts with ``<w:tc`` or ``<w:sdt><`` is markup of its own."""
    own = ("<w:tc>", "<w:sdt><w:sdtPr></w:sdtPr><w:sdtContent><w:tc>")
    made = ("".join(c if c.startswith(own) else cell(c) for c in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in made)}</w:tbl>"


def save_docx(path: Path, *blocks: Block) -> Path:
    """A document of lines and tables."""
    body = "".join(paragraph(b) if isinstance(b, str) else table(b) for b in blocks)
    return save_body(path, body)


def save_body(path: Path, body: str, before: str = "") -> Path:
    """A document whose body is this markup."""
    document = (
        f'{before}<w:document xmlns:w="{W}" xmlns:w14="{W14}"><w:body>{body}</w:body></w:document>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _LINKS)
        package.writestr("word/document.xml", document)
    return path
