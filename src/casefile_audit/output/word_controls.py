"""Content controls of Word: cells that take a word of a list, a date, or text."""

import datetime as dt
from collections.abc import Sequence

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.table import _Cell as WordCell

from casefile_audit.english import without_controls

_PROMPT_STYLE = "PlaceholderText"


def add_choice(cell: WordCell, tag: str, title: str, choices: Sequence[str], prompt: str) -> None:
    """A control that takes one of some words."""
    kind = OxmlElement("w:dropDownList")
    for choice in choices:
        kind.append(_element("w:listItem", displayText=choice, value=choice))
    _add(cell, tag, title, kind, "", prompt)


def add_date(cell: WordCell, tag: str, title: str, prompt: str, *, with_time: bool) -> None:
    """A control that takes a date, with the month in letters."""
    kind = OxmlElement("w:date")
    kind.append(_element("w:dateFormat", val="dd MMM yyyy HH:mm" if with_time else "dd MMM yyyy"))
    kind.append(_element("w:lid", val="en-GB"))
    kind.append(_element("w:storeMappedDataAs", val="dateTime"))
    kind.append(_element("w:calendar", val="gregorian"))
    _add(cell, tag, title, kind, "", prompt)


def add_text(cell: WordCell, tag: str, title: str, prompt: str) -> None:
    """A control that takes text of several lines."""
    _add(cell, tag, title, _element("w:text", multiLine="1"), "", prompt)


def add_locked(cell: WordCell, tag: str, title: str, content: str | dt.date) -> None:
    """A control whose content is there already, and stays."""
    text = f"{content:%d %b %Y}" if isinstance(content, dt.date) else content
    _add(cell, tag, title, OxmlElement("w:text"), text, "")


def _add(
    cell: WordCell, tag: str, title: str, kind: BaseOxmlElement, content: str, prompt: str
) -> None:
    control, properties = OxmlElement("w:sdt"), OxmlElement("w:sdtPr")
    properties.append(_element("w:alias", val=title[:60]))
    properties.append(_element("w:tag", val=tag))
    # The control itself can't be deleted; what is known can't be changed either.
    properties.append(_element("w:lock", val="sdtContentLocked" if content else "sdtLocked"))
    if not content:
        properties.append(OxmlElement("w:showingPlcHdr"))
    properties.append(kind)
    control.append(properties)
    inside, run = OxmlElement("w:sdtContent"), OxmlElement("w:r")
    if not content:
        style = OxmlElement("w:rPr")
        style.append(_element("w:rStyle", val=_PROMPT_STYLE))
        run.append(style)
    text = OxmlElement("w:t")
    text.text = without_controls(content or prompt)
    text.set(qn("xml:space"), "preserve")
    run.append(text)
    inside.append(run)
    control.append(inside)
    cell.paragraphs[0]._p.append(control)


def _element(name: str, **attributes: str) -> BaseOxmlElement:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), without_controls(value))
    return element
