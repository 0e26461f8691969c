"""Where the records of a delimited text end, and whether all are as wide as they should be.

What stands where is kept as bits, one for each byte and 64 to a word, which takes a fraction of the
time that lists of places do.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from casefile_audit.files.ragged import TextShape, like

Bits = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

# Of so many bytes at a time all that is made is still in the processor's cache.
_AT_ONCE = 524_288
_NONE, _ONE, _LAST = np.uint64(0), np.uint64(1), np.uint64(63)
# What each byte is like in the first cells of a shape: a digit, a letter, or itself.
_LIKE = np.array([ord(like(chr(byte)) or " ") for byte in range(256)], dtype=np.uint8)


@dataclass
class _Before:
    """What the bytes before some others leave to them, each as one bit.

    Attributes:
        inside: whether they end within quotation marks.
        returned, closed: whether the last is a return, or closes a cell.
        starts: whether a cell starts after them.
    """

    inside: np.uint64 = _NONE
    returned: np.uint64 = _NONE
    closed: np.uint64 = _NONE
    starts: np.uint64 = _ONE


class RecordEnds:
    """Some bytes that start with a record, and where records end in them.

    Attributes:
        is_odd: whether a quotation mark or the end of a line stands where CSV doesn't have it.
        is_open: whether they end within quotation marks.
        cut: where the last record that is whole ends; None if none is.
    """

    def __init__(self, data: bytes, separator: str) -> None:
        self.data = data
        self._bytes = np.frombuffer(data, dtype=np.uint8)
        words = len(data) // 64 + 1
        # The ends of records and what divides cells; within cells, ends of lines and separators.
        self._ends, self._dividing = np.zeros(words, np.uint64), np.zeros(words, np.uint64)
        self._lines, self._divided = np.zeros(words, np.uint64), np.zeros(words, np.uint64)
        before = _Before()
        marks = f'"\n{separator}' + "\r" * (b"\r" in data)
        self.is_odd = False
        for start in range(0, len(data), _AT_ONCE):
            part = self._bytes[start : start + _AT_ONCE]
            self.is_odd |= self._mark(start // 64, [_bits(part, mark) for mark in marks], before)
        self.is_open = bool(before.inside)
        self.cut = int(ends[-1]) + 1 if len(ends := _places(self._ends)) else None
        self._places_of_ends = ends

    def __len__(self) -> int:
        """How many bytes."""
        return len(self._bytes)

    def _mark(self, word: int, marks: list[Bits], before: _Before) -> bool:
        """Tell what stands where from a word on, and whether something stands where it shouldn't.

        A quotation mark opens a cell where one starts, and closes it where it ends; two within a
        cell stand for one: they close it and open it again. A line ends with a return alone on old
        machines only.
        """
        quotes, newlines, separators, *returns = marks
        inside = _odd_so_far(quotes, before.inside)
        opening, closing = quotes & inside, quotes & ~inside
        own = slice(word, word + len(quotes))
        self._lines[own], self._divided[own] = newlines & inside, separators & inside
        self._ends[own], self._dividing[own] = newlines & ~inside, separators & ~inside
        before.inside = inside[-1] >> _LAST
        dividing = separators | newlines
        starts, before.starts = _previous(dividing | closing, before.starts)
        closed, before.closed = _previous(closing, before.closed)
        wrong, ends = opening & ~starts, dividing | quotes
        for each in returns:
            ends |= each
            returned, before.returned = _previous(each, before.returned)
            wrong |= returned & ~newlines
        wrong |= closed & ~ends
        # What comes after the last byte nobody knows yet.
        if self._ends[own].size * 64 > (left := len(self) - word * 64):
            wrong[-1] &= (_ONE << np.uint64(left % 64)) - _ONE
        return bool(wrong.any())

    def before(self, stop: int) -> Places:
        """Where the records end that end before a place, and the one that ends there."""
        ends = self._places_of_ends[: np.searchsorted(self._places_of_ends, stop)]
        return ends if self.data.endswith(b"\n", 0, stop) else np.append(ends, stop)

    def is_ragged(self, shape: TextShape, stop: int, *, starts: bool) -> bool:
        """Whether a record up to a place may not be as wide as it should be, or swallow others.

        Args:
            stop: where a record ends.
            starts: whether what stands before the first record of all the cells is no record.
        """
        ends = self.before(stop)
        cells = np.diff(_counts_before(self._dividing, ends), prepend=0) + 1
        length = np.diff(ends, prepend=-1) - 1
        is_blank = (length == 0) | ((length == 1) & (self._bytes[ends - 1] == ord("\r")))
        wrong = (cells != shape.width) & ~is_blank
        if not shape.keeps_blanks:
            wrong &= cells > shape.width
        if starts:
            wrong[: int(np.argmax(cells >= shape.width))] = False
        return bool(wrong.any()) or self._may_swallow(shape, stop)

    def _may_swallow(self, shape: TextShape, stop: int) -> bool:
        """Whether a line within a cell starts as records do."""
        for first in shape.firsts:
            start = (first + shape.separator).encode()
            # Few lines have a separator where one that starts as a record does would have it.
            last = _places(_moved(self._lines, len(start)) & self._divided)
            left = last[last < stop] - len(start) + 1
            for place, byte in enumerate(start[:-1]):
                left = left[_LIKE[self._bytes[left + place]] == byte]
            if len(left):
                return True
        return False


def _bits(data: npt.NDArray[np.uint8], mark: str) -> Bits:
    """Which bytes are a mark."""
    packed = np.packbits(data == ord(mark), bitorder="little")
    return np.append(packed, np.zeros(-len(packed) % 8, dtype=np.uint8)).view("<u8")


def _previous(bits: Bits, before: np.uint64) -> tuple[Bits, np.uint64]:
    """Which bytes have a mark before them, and whether the next one has."""
    moved = bits << _ONE
    moved[1:] |= bits[:-1] >> _LAST
    moved[0] |= before
    return moved, bits[-1] >> _LAST


def _moved(bits: Bits, by: int) -> Bits:
    """The same marks so many bytes further on."""
    words, left = divmod(by, 64)
    padded = np.concatenate([np.zeros(words + 1, np.uint64), bits])
    nearer, further = padded[1:][: len(bits)], padded[: len(bits)]
    return nearer << np.uint64(left) | further >> np.uint64(64 - left)


def _odd_so_far(bits: Bits, before: np.uint64) -> Bits:
    """Up to and with which bytes there is an odd number of marks."""
    odd = bits.copy()
    for step in (1, 2, 4, 8, 16, 32):
        odd ^= odd << np.uint64(step)
    ends = np.bitwise_xor.accumulate(odd >> _LAST) ^ before
    odd ^= _NONE - np.append(before, ends[:-1])
    return odd


def _places(bits: Bits) -> Places:
    """The places of the bytes that have a mark, in order."""
    words = np.flatnonzero(bits)
    left, first, found = bits[words], words * 64, [words[:0]]
    while len(left):
        lowest = left & (_NONE - left)
        found.append(first + np.bitwise_count(lowest - _ONE))
        left ^= lowest
        more = left != 0
        left, first = left[more], first[more]
    return np.sort(np.concatenate(found))


def _counts_before(bits: Bits, places: Places) -> Places:
    """How many bytes before each of some places have a mark."""
    counts = np.bitwise_count(bits)
    before = np.cumsum(counts, dtype=np.int64) - counts
    words, below = places >> 6, (_ONE << (places & 63).astype(np.uint64)) - _ONE
    counted: Places = before[words] + np.bitwise_count(bits[words] & below)
    return counted
