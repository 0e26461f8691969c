"""Changes to files that keep enough of their structure to get past the first check.

Each change is a pure function of the bytes and of a random generator, so an input can be made
again from its seed and number.
"""

import datetime as dt
import decimal
import io
import re
import warnings
import zipfile
from collections.abc import Callable
from random import Random

import pyarrow
import pyarrow.parquet
from fuzz_words import ATTRIBUTES, CELLS, KEYS, SCALARS

_TAG = re.compile(r"<[^<>]*>")
_ATTRIBUTE = re.compile(r'="([^"]*)"')
_TEXT = re.compile(r">([^<>]+)<")
_ELEMENT = re.compile(
    r"<((?:\w+:)?(?:c|row|table-cell|table-row|sheet|Relationship|mergeCell))\b[^<>]*"
    r"(?:/>|>.*?</\1>)",
    re.DOTALL,
)
_SCALAR = re.compile(r"(?<=[:\[,-] )[^\s\[\]{},#][^\[\]{},#\n]*")
_KEY = re.compile(r"[\w-]+(?=:)")
_ROUNDS = (1, 1, 1, 2, 2, 3, 5)

_DAY = dt.datetime(2024, 2, 29, 12, 30, 1, 5)
_ARRAYS = (
    pyarrow.array([None, None]),
    pyarrow.array([float("nan"), float("inf")]),
    pyarrow.array([1.5, None], pyarrow.float16()),
    pyarrow.array([2**63 - 1, -(2**63)]),
    pyarrow.array([2**64 - 1, 0], pyarrow.uint64()),
    pyarrow.array([True, None]),
    pyarrow.array([b"\xff\x00", None]),
    pyarrow.array([decimal.Decimal("1.10"), None]),
    pyarrow.array([_DAY, None], pyarrow.timestamp("ns", "Europe/London")),
    pyarrow.array([2**62, -(2**62)], pyarrow.timestamp("s")),
    pyarrow.array([2**62, None], pyarrow.timestamp("us", "+14:00")),
    pyarrow.array([2**31 - 1, -(2**31)], pyarrow.date32()),
    pyarrow.array([_DAY.date(), None], pyarrow.date64()),
    pyarrow.array([86_399_999_999_999, None], pyarrow.time64("ns")),
    pyarrow.array([2**62, -(2**62)], pyarrow.duration("s")),
    pyarrow.array([1, None], pyarrow.duration("ns")),
    pyarrow.array([["a", None], []]),
    pyarrow.array([{"a": 1}, None]),
    pyarrow.array(["Yes", "No"]).dictionary_encode(),
    pyarrow.array(["a", None], pyarrow.large_string()),
)


def mutated_workbook(data: bytes, random: Random) -> bytes:
    """A spreadsheet of any kind, changed in one place or several."""
    for _ in range(random.choice(_ROUNDS)):
        change = _change_for(data) if random.random() < 0.92 else _bytes
        try:
            data = change(data, random)
        except Exception:  # too damaged already to be taken apart
            data = _bytes(data, random)
    return data


def mutated_rubric(data: bytes, random: Random) -> bytes:
    """A rubric's YAML, changed in one place or several."""
    for _ in range(random.choice(_ROUNDS)):
        if random.random() < 0.05:
            data = _bytes(data, random)
        else:
            text = data.decode("utf-8", "replace")
            data = random.choice(_YAML)(text, random).encode("utf-8", "surrogatepass")
    return data


def suffix_of(data: bytes) -> str:
    """The ending of the name under which a file's bytes are read as what they are."""
    if data.startswith(b"PK"):
        return ".ods" if data[30:38] == b"mimetype" else ".xlsx"
    return ".parquet" if data.startswith(b"PAR1") else ".csv"


def _change_for(data: bytes) -> Callable[[bytes, Random], bytes]:
    kinds = {".csv": _table, ".parquet": _parquet}
    return kinds.get(suffix_of(data), _zip)


def _bytes(data: bytes, random: Random) -> bytes:
    """Bytes flipped, cut out, put in, or the end cut off."""
    if not data:
        return random.randbytes(8)
    first = random.randrange(len(data))
    last = min(len(data), first + random.choice((1, 1, 2, 8, 100)))
    middle = random.choice(
        (b"", b"\x00", b"\xff", random.randbytes(last - first), data[first:last] * 2)
    )
    return data[:first] if random.random() < 0.1 else data[:first] + middle + data[last:]


def _zip(data: bytes, random: Random) -> bytes:
    """The package with a part changed, taken out, swapped, renamed or there twice."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [(name, package.read(name)) for name in package.namelist()]
    place = random.choices(range(len(parts)), [3 + 30 * _is_central(n) for n, _ in parts])[0]
    name, content = parts[place]
    match random.randrange(20):
        case 0:
            del parts[place]
        case 1:
            parts.append((name, random.choice(parts)[1]))
        case 2:
            parts[place] = (name.swapcase(), content)
        case 3:
            parts[place] = (name, random.choice(parts)[1])
        case _:
            changed = _xml(content.decode(errors="surrogateescape"), random)
            parts[place] = (name, changed.encode(errors="surrogateescape"))
    stream = io.BytesIO()
    packing = random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", packing) as package:
        warnings.simplefilter("ignore")  # a name that is there twice is meant
        for name, content in parts:
            package.writestr(zipfile.ZipInfo(name), content, packing)
    return stream.getvalue()


def _is_central(name: str) -> bool:
    return "sheet" in name or name in ("content.xml", "xl/sharedStrings.xml", "xl/workbook.xml")


def _xml(text: str, random: Random) -> str:
    """Markup with an attribute, a text or an element changed."""
    match random.randrange(7):
        case 0 | 1:
            return _replaced(text, _ATTRIBUTE, random, lambda: f'="{random.choice(ATTRIBUTES)}"')
        case 2 | 3:
            return _replaced(text, _TEXT, random, lambda: f">{random.choice(CELLS)}<", 20)
        case 4:
            return _replaced(text, _ELEMENT, random, lambda: "")
        case 5:
            another = random.choice([m[0] for m in _ELEMENT.finditer(text)] or [""])
            return _replaced(text, _ELEMENT, random, lambda: another + another)
        case _:
            return _replaced(text, _TAG, random, lambda: random.choice(("", "<a>", "</a>", "<!--")))


def _replaced(
    text: str, what: re.Pattern[str], random: Random, by: Callable[[], str], most: int = 1
) -> str:
    """The text with something else in place of one match of a pattern, or of up to ``most``."""
    found = list(what.finditer(text))
    chosen = random.sample(found, min(len(found), random.randint(1, most)))
    for match in sorted(chosen, key=re.Match.start, reverse=True):
        text = text[: match.start()] + by() + text[match.end() :]
    return text


def _table(data: bytes, random: Random) -> bytes:
    """Delimited text with a cell or a row changed, or written in another encoding."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    lines = data.decode(encoding, errors="replace").splitlines(keepends=True) or [""]
    separator = max(",;\t|", key=data.decode("latin-1").count)
    row = random.randrange(len(lines))
    cells = lines[row].split(separator)
    column = random.randrange(len(cells))
    match random.randrange(9):
        case 0 | 1 | 2:
            cells = [random.choice(CELLS) if random.random() < 0.3 else cell for cell in cells]
        case 3:
            cells[column] = random.choice(('"', '"a"b', '""', '"\n"', "\r", "\x0b", separator * 3))
        case 4:
            cells.insert(column, cells[random.randrange(len(cells))])
        case 5:
            del cells[column]
        case 6:
            cells = [random.choice(lines)]
        case 7:
            lines.insert(random.randrange(len(lines)), random.choice(lines))
        case _:
            encoding = random.choice(
                ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252", "utf-7")
            )
    lines[row] = separator.join(cells)
    return "".join(lines).encode(encoding, errors="replace")


def _parquet(data: bytes, random: Random) -> bytes:
    """A table with a column of another type, of another name, or of no rows."""
    table = pyarrow.parquet.read_table(io.BytesIO(data))
    place = random.randrange(table.num_columns)
    match random.randrange(4):
        case 0:
            names = table.column_names
            names[place] = random.choice([*names, *(c for c in CELLS if c.isprintable())])
            table = table.rename_columns(names)
        case 1:
            table = table.slice(0, random.randrange(table.num_rows + 1))
        case _:
            values = random.choice(_ARRAYS)
            taken = pyarrow.array([n % 2 for n in range(table.num_rows)], pyarrow.int64())
            table = table.set_column(place, table.column_names[place], values.take(taken))
    sink = io.BytesIO()
    pyarrow.parquet.write_table(table, sink)
    return sink.getvalue()


def _scalar(text: str, random: Random) -> str:
    return _replaced(text, _SCALAR, random, lambda: random.choice(SCALARS))


def _scalar_from_elsewhere(text: str, random: Random) -> str:
    others = _SCALAR.findall(text) or [""]
    return _replaced(text, _SCALAR, random, lambda: random.choice(others))


def _key(text: str, random: Random) -> str:
    return _replaced(text, _KEY, random, lambda: random.choice(KEYS))


def _line(text: str, random: Random) -> str:
    """A line taken out, there twice, moved, or indented otherwise."""
    lines = text.split("\n")
    row = random.randrange(len(lines))
    line = lines.pop(row)
    match random.randrange(4):
        case 0:
            pass
        case 1:
            lines[row:row] = [line, line]
        case 2:
            lines.insert(random.randrange(len(lines) + 1), line)
        case _:
            lines.insert(row, random.choice(("  ", "    ", " ", "\t", "- ", "")) + line.lstrip())
    return "\n".join(lines)


def _block(text: str, random: Random) -> str:
    """Some lines taken out, or put in again elsewhere."""
    lines = text.split("\n")
    first = random.randrange(len(lines))
    block = lines[first : first + random.choice((2, 5, 20))]
    if random.random() < 0.5:
        del lines[first : first + len(block)]
    else:
        place = random.randrange(len(lines))
        lines[place:place] = block
    return "\n".join(lines)


_YAML = (_scalar, _scalar, _scalar_from_elsewhere, _key, _line, _block)
