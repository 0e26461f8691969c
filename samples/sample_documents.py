"""Writing forms as an auditor's Word documents, with the same bytes every time."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from sample_books import SYNTHETIC

_STAMP = (1980, 1, 1, 0, 0, 0)
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:color="BFBFBF"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_TICKED, _EMPTY = "\N{BALLOT BOX WITH X}", "\N{BALLOT BOX}"


def line(text: str, bold: bool = False) -> str:
    """A paragraph; tabs set its parts apart."""
    parts = "<w:r><w:tab/></w:r>".join(_run(part, bold) for part in text.split("\t"))
    return f"<w:p>{parts}</w:p>"


def table(rows: Sequence[Sequence[str]]) -> str:
    """A table of cells, whose first column is bold. What starts with ``<`` is markup of its own."""
    made = "".join(f"<w:tr>{''.join(_cells(row))}</w:tr>" for row in rows)
    width = max(map(len, rows))
    grid = '<w:gridCol w:w="3000"/>' * width
    return (
        f"<w:tbl><w:tblPr><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{made}</w:tbl><w:p/>"
    )


def entry(text: str) -> str:
    """A content control: what was entered, or its prompt where that is nothing."""
    if text:
        return _control(_run(text), "<w:text/>")
    return _control(_run("Click or tap here to enter text."), "<w:showingPlcHdr/><w:text/>")


def choice(answer: str, options: Sequence[str] = ("Yes", "No", "N/A")) -> str:
    """Check boxes before each option, the answer's ticked; none where it is no option."""
    return "".join(
        _control(
            _run(_TICKED if option == answer else _EMPTY),
            f'<w14:checkbox><w14:checked w14:val="{int(option == answer)}"/></w14:checkbox>',
        )
        + _run(f" {option}   ")
        for option in options
    )


def write_document(path: Path, title: str, blocks: Sequence[str]) -> Path:
    """Write a document under a title that says that it is synthetic."""
    body = "".join((line(title, bold=True), line(SYNTHETIC), *blocks))
    parts = {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship '
        f'Id="rId1" Type="{_OFFICE}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{_XML}<w:document xmlns:w="{_W}" xmlns:w14="{_W14}"><w:body>'
        f"{body}</w:body></w:document>",
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(path, "w", ZIP_STORED) as package:
        for name, content in parts.items():
            member = ZipInfo(name, _STAMP)
            member.create_system = 0
            package.writestr(member, content)
    return path


def _run(text: str, bold: bool = False) -> str:
    shown = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:r>{shown}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _control(content: str, properties: str) -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def _cells(row: Sequence[str]) -> Iterator[str]:
    for number, text in enumerate(row):
        runs = text if text.startswith("<") else _run(text, bold=number == 0)
        yield f"<w:tc><w:tcPr/><w:p>{runs}</w:p></w:tc>"
