"""Words within a cell of an .xlsx sheet that are struck through or stand out, as choices do.

python-calamine gives the words of a cell without how they look. Only workbooks that may be forms
are searched: what is long is a table, or somebody's account.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from zipfile import ZipFile

from casefile_audit.files.symbols import in_symbol_font, struck
from casefile_audit.files.xlsx import WorkbookFacts, place_of

_MOST_BYTES = 4_000_000
# Nearly every workbook has cells that are filled in or bold; forms have no longer sheets.
_MOST_BYTES_OF_A_FORM = 200_000
_LONGEST_CHOICE = 120
_ANY = rb"(?:[\w.-]+:)?"
_STRING = re.compile(rb"<" + _ANY + rb"si(?:\s[^<>]*)?(?:/>|>(.*?)</" + _ANY + rb"si\s*>)", re.S)
_RUN = re.compile(rb"<" + _ANY + rb"r>(.*?)</" + _ANY + rb"r>", re.S)
_TEXT = re.compile(rb"<" + _ANY + rb"t(?:\s[^<>]*)?>([^<]*)<")
_STRIKE = re.compile(rb"<" + _ANY + rb"strike(?:\s+val=[\"'](?:1|true)[\"'])?\s*/>")
_CELL = re.compile(
    rb"<" + _ANY + rb"c(\s[^<>]*)>\s*"
    rb"(?:<" + _ANY + rb"v>(\d+)</|<" + _ANY + rb"is>(.*?)</" + _ANY + rb"is>)",
    re.S,
)
# As programs write it; what is written as off, or black, is not.
_STRESS = tuple(
    re.compile(rb"<" + _ANY + look + rb"\s*/>")
    for look in (
        rb"b(?:\s+val=[\"'](?:1|true)[\"'])?",
        rb"u(?:\s+val=[\"'](?!none)\w+[\"'])?",
        rb"color\s+(?!rgb=[\"'](?:FF|00)000000|theme=[\"']1[\"'])[^<>]*?",
    )
)
_STYLE = re.compile(rb"\ss\s*=\s*[\"'](\d+)[\"']")
_SHARED = re.compile(rb"\st\s*=\s*[\"']s[\"']")


class WordsOfCell(NamedTuple):
    """Words of one cell some of which look otherwise than the others.

    Attributes:
        place: the zero-based row and column.
        shown: all of them, those that are struck through marked as such; empty where none are.
        stressed: those that are bold, underlined or coloured, for each of these ways.
    """

    place: tuple[int, int]
    shown: str
    stressed: tuple[str, ...]


def words_that_differ(package: ZipFile, part: str, facts: WorkbookFacts) -> Iterator[WordsOfCell]:
    """The cells of a sheet whose words could be choices, and look otherwise than others, or signs.

    Raises:
        ZIP_ERRORS: a part is damaged.
    """
    names = [name for name in package.namelist() if name.lower().endswith("sharedstrings.xml")]
    if sum(package.getinfo(name).file_size for name in (part, *names)) > _MOST_BYTES:
        return
    styles = facts.stressed if package.getinfo(part).file_size <= _MOST_BYTES_OF_A_FORM else set()
    styles = styles | facts.symbols.keys()
    shared: dict[bytes, bytes] = {}
    for data in map(package.read, names):
        if styles or b"rPr" in data:
            found = enumerate(_STRING.findall(data))
            shared |= {b"%d" % at: item for at, item in found if styles or b"rPr" in item}
    sheet = package.read(part)
    if not styles and not shared and b"rPr" not in sheet:
        return
    for attributes, number, inline in _CELL.findall(sheet):
        is_shared = number and _SHARED.search(attributes)
        item = shared.get(number, b"") if is_shared else inline
        style = _STYLE.search(attributes)
        is_styled = style is not None and style[1] in styles
        place = place_of(attributes) if is_styled or b"rPr" in item else None
        if place is None:
            continue
        if style is not None and is_styled and b"rPr" not in item:
            yield from _of_style(place, item, style[1], facts)
        elif runs := _runs_of_choice(item):
            kept = any(text.strip() for look, text in runs if not _STRIKE.search(look))
            is_struck = kept and any(_STRIKE.search(look) for look, _ in runs)
            shown = "".join(struck(t) if _STRIKE.search(look) else t for look, t in runs)
            yield WordsOfCell(place, shown if is_struck else "", tuple(_stressed(runs)))


def _of_style(
    place: tuple[int, int], item: bytes, style: bytes, facts: WorkbookFacts
) -> Iterator[WordsOfCell]:
    """A cell that looks otherwise as a whole."""
    text = _plain(item)
    if text and len(text) <= _LONGEST_CHOICE:
        shown = in_symbol_font(text, facts.symbols.get(style, ""))
        stressed = (text.strip(),) if style in facts.stressed else ()
        yield WordsOfCell(place, shown if shown != text else "", stressed)


def _plain(markup: bytes) -> str:
    text = b"".join(_TEXT.findall(markup)).decode("utf-8", "replace")
    if "&" not in text:
        return text
    from html import unescape  # late: it knows 2,231 entities, and few texts have one

    return unescape(text)


def _runs_of_choice(item: bytes) -> list[tuple[bytes, str]]:
    """The runs of a text, each with how it looks; none where the text can be no choice of words."""
    runs = [(run, _plain(run)) for run in _RUN.findall(item)]
    whole = "".join(text for _, text in runs)
    # A reference or a date is no choice between words.
    return [] if len(whole) > _LONGEST_CHOICE or any(map(str.isdigit, whole)) else runs


def _stressed(runs: Sequence[tuple[bytes, str]]) -> Iterator[str]:
    """The words that stand out, for each way in which some do and others don't."""
    for look in _STRESS:
        texts = [text for its, text in runs if look.search(its)]
        if texts and len(texts) < len(runs):
            yield "".join(texts)
