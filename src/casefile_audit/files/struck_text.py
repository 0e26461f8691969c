"""Words within a cell of an .xlsx sheet that are struck through, as a form's choices are by hand.

python-calamine gives the words of a cell without how they look. Only workbooks that may be forms
are searched: what is long is a table, or somebody's account.
"""

import re
from collections.abc import Iterator
from zipfile import ZipFile

from casefile_audit.files.markup import Range
from casefile_audit.files.symbols import struck
from casefile_audit.files.xlsx import place_of

_MOST_BYTES = 4_000_000
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
_SHARED = re.compile(rb"\st\s*=\s*[\"']s[\"']")


def struck_texts(package: ZipFile, part: str) -> Iterator[tuple[Range, str]]:
    """The cells of a sheet of whose words some are struck through, with those marked as such.

    Args:
        package: the open .xlsx file, held to what it may unpack to.
        part: the sheet.

    Raises:
        ZIP_ERRORS: a part is damaged.
    """
    names = [name for name in package.namelist() if name.lower().endswith("sharedstrings.xml")]
    if sum(package.getinfo(name).file_size for name in (part, *names)) > _MOST_BYTES:
        return
    shared: dict[bytes, str] = {}
    for data in map(package.read, names):
        if b"strike" in data:
            found = enumerate(_STRING.findall(data))
            shared |= {b"%d" % at: text for at, item in found if (text := _marked(item))}
    sheet = package.read(part)
    if not shared and b"strike" not in sheet:
        return
    for attributes, number, inline in _CELL.findall(sheet):
        is_shared = number and _SHARED.search(attributes)
        text = shared.get(number, "") if is_shared else _marked(inline)
        place = place_of(attributes)
        if text and place is not None:
            yield (*place, *place), text


def _marked(item: bytes) -> str:
    """A text of several runs some of which are struck through; empty if it is none."""
    if b"strike" not in item:
        return ""
    from html import unescape  # late: it knows 2,231 entities, and few texts are struck through

    runs = [(_STRIKE.search(run) is not None, b"".join(_TEXT.findall(run))) for run in
            _RUN.findall(item)]  # fmt: skip
    texts = [(is_struck, unescape(text.decode("utf-8", "replace"))) for is_struck, text in runs]
    whole = "".join(text for _, text in texts)
    kept = any(text.strip() for is_struck, text in texts if not is_struck)
    # A reference or a date is no choice between words.
    if not kept or len(whole) > _LONGEST_CHOICE or any(map(str.isdigit, whole)):
        return ""
    return "".join(struck(text) if is_struck else text for is_struck, text in texts)
