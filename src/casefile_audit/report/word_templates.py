"""A force's own Word template: its styles, page, headers and footers, without its text."""

import copy
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn

from casefile_audit.errors import UsageError
from casefile_audit.inputs import open_input

STYLES = ("Normal", "Title", "Heading 1", "Heading 2", "List Bullet", "Table Grid")
"""The styles that a report is written in."""

_MOST_BYTES = 50_000_000
_CONTENT_TYPES = "[Content_Types].xml"
_DOCUMENT = "wordprocessingml.document.main+xml"
_TEMPLATE = "wordprocessingml.template.main+xml"
_MACROS = "macroEnabled"
_HINT = "Give a document or a template of Word without macros: .docx or .dotx."


@dataclass(frozen=True)
class WordTemplate:
    """A template that can be opened.

    Attributes:
        content: the file, as a document.
        missing: the styles that it hasn't, for which Word's plain ones are taken.
    """

    content: bytes
    missing: tuple[str, ...]


def read_template(path: Path) -> WordTemplate:
    """Read a template, which is an input from now on: nothing is written over it.

    Raises:
        UsageError: it can't be read, or isn't one, or has macros.
    """
    try:
        with open_input(path) as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        what = f"--template: `{path}` can't be read: {error.strerror}"
        raise UsageError(what, hint="Check its name, and that you may read it.") from None
    if len(data) > _MOST_BYTES:
        raise UsageError(f"--template: `{path}` is too long for a template", hint=_HINT)
    try:
        content = _as_document(data, path)
        word = docx.Document(io.BytesIO(content))
    except (BadZipFile, KeyError, ValueError, SyntaxError, NotImplementedError):
        raise UsageError(f"--template: `{path}` isn't a Word document", hint=_HINT) from None
    return WordTemplate(content, tuple(name for name in STYLES if name not in word.styles))


def _as_document(data: bytes, path: Path) -> bytes:
    """A template as the document that Word would make of it."""
    with ZipFile(io.BytesIO(data)) as package:
        types = package.read(_CONTENT_TYPES)
        if _MACROS.encode() in types:
            raise UsageError(f"--template: `{path}` has macros", hint=_HINT)
        if _TEMPLATE.encode() not in types:
            return data
        made = io.BytesIO()
        with ZipFile(made, "w", ZIP_DEFLATED) as document:
            for name in package.namelist():
                part = package.read(name)
                if name == _CONTENT_TYPES:
                    part = types.replace(_TEMPLATE.encode(), _DOCUMENT.encode())
                document.writestr(name, part)
    return made.getvalue()


def opened(template: WordTemplate) -> WordDocument:
    """The template as an empty document that has every style."""
    word = docx.Document(io.BytesIO(template.content))
    body = word.element.body
    sections = [*body.iter(qn("w:sectPr"))]
    last = copy.deepcopy(sections[-1]) if sections else None
    for element in [*body]:
        body.remove(element)
    if last is not None:
        for reference in _references(sections) if not [*_references([last])] else ():
            last.insert(0, copy.deepcopy(reference))
        body.append(last)
    else:  # so that there is a page to write on
        body.append(copy.deepcopy(docx.Document().element.body.sectPr))
    plain = docx.Document()
    for name in template.missing:
        style = copy.deepcopy(plain.styles[name].element)
        for tag in ("w:link", "w:numPr"):  # what they point to isn't there
            for element in [*style.iter(qn(tag))]:
                element.getparent().remove(element)
        word.styles.element.append(style)
    return word


def _references(sections: list[object]) -> Iterator[object]:
    """The headers and footers of the first section that has some."""
    for section in sections:
        found = [
            element
            for element in section  # type: ignore[attr-defined] # an element of lxml
            if element.tag in (qn("w:headerReference"), qn("w:footerReference"))
        ]
        if found:
            yield from found
            return
