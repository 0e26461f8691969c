"""How much text the cells of an .xlsx package stand for: words are stored once and used often."""

import re
from functools import cached_property
from zipfile import ZipFile

_HEAD = 65_536
_SHORTEST_CELL = len('<c t="s"><v>0</v>')
_ROOT = re.compile(rb"<(?:[^<>\s/:]+:)?sst\b[^<>]*>")
_COUNT = re.compile(rb"ount\s*=\s*[\"']\s*\+?(\d+)")
_STRING_ENDS = re.compile(rb"</(?:[^<>\s/:]+:)?si\s*>|<(?:[^<>\s/:]+:)?si(?:\s[^<>]*)?/>")
_SHARED = re.compile(rb"\st\s*=\s*[\"']s[\"']")
_USED = re.compile(rb"\st\s*=\s*[\"']s[\"'].*?v(?:\s[^<>]*)?>\s*(\d+)", re.S)


class SharedStrings:
    """The strings that the cells of a workbook share, as bytes of markup.

    Args:
        package: the open .xlsx file, held to what it may unpack to.
    """

    def __init__(self, package: ZipFile) -> None:
        self._package = package
        names = package.namelist()
        self._parts = [n for n in names if n.lower().endswith("sharedstrings.xml")]

    def check_counts(self, most: int) -> None:
        """Refuse more strings than cells: memory is set aside for as many as are declared.

        Raises:
            ValueError: more are declared, or no number can be found.
            ZIP_ERRORS: a part is damaged.
        """
        for name in self._parts:
            with self._package.open(name) as stream:
                head = stream.read(_HEAD)
            text = self._package.read(name) if b"<!" in head else head
            roots = _ROOT.findall(text)
            if not roots or any(int(n) > most for root in roots for n in _COUNT.findall(root)):
                raise ValueError("too many strings are declared")

    def size_in(self, part: str, most: int) -> int:
        """How many bytes the strings of one sheet are at most, with repeats counted each time.

        Args:
            part: the sheet, which is as long as it declares to be.
            most: under this a rough answer will do.

        Raises:
            ZIP_ERRORS: a part is damaged.
        """
        values = self._package.getinfo(part).file_size // _SHORTEST_CELL
        stored = sum(self._package.getinfo(name).file_size for name in self._parts)
        if stored * values <= most:
            return stored * values
        longest = max(map(len, self._data.split(b"</si>")))
        return longest * values if longest * values <= most else self._exact_size(part, longest)

    def _exact_size(self, part: str, longest: int) -> int:
        sheet = self._package.read(part)
        used, cells = _USED.findall(sheet), len(_SHARED.findall(sheet))
        # Where markup is hidden from a search, every string counts as the longest.
        if len(used) < cells or b"<!" in self._data or len(self._parts) > 1:
            return longest * cells
        sizes = list(map(len, _STRING_ENDS.split(self._data)))
        return sum(sizes[int(number)] for number in used if int(number) < len(sizes))

    @cached_property
    def _data(self) -> bytes:
        return b"".join(map(self._package.read, self._parts))
