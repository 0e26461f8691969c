"""Where records end, as the csv module has it, whatever a writer of CSV writes."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casefile_audit.files import record_ends
from casefile_audit.files.ragged import TextShape
from casefile_audit.files.record_ends import RecordEnds

CELLS = st.text('a1 ,"\n', max_size=70)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_records_end_where_the_csv_module_ends_them(
    monkeypatch: pytest.MonkeyPatch, rows: list[list[str]], end: str, cut_off: bool
) -> None:
    monkeypatch.setattr(record_ends, "_AT_ONCE", 64)
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator=end).writerows(rows)
    data = written.getvalue().encode()
    data = data[: -len(end)] if cut_off else data
    ends = RecordEnds(data, ",")
    assert (ends.is_odd, ends.is_open) == (False, False)
    assert cut_off or ends.cut == len(data)
    places = ends.before(len(data)).tolist()
    starts = [0, *(place + 1 for place in places[:-1])]
    found = [data[start:stop] for start, stop in zip(starts, places, strict=True)]
    assert [next(csv.reader(io.StringIO(r.decode(), newline="")), []) for r in found] == rows
    for width in (1, 2, 3, 4):
        ragged = any(
            len(row) != width for row, text in zip(rows, found, strict=True) if text.strip(b"\r")
        )
        assert ends.is_ragged(TextShape(",", width), len(data), starts=False) == ragged


@pytest.mark.parametrize(
    ("text", "is_odd", "is_open", "cut"),
    [
        ("a,b\n", False, False, 4),
        ('a,"b\n', False, True, None),
        ('a\n"b""', False, True, 2),
        ('a\n"b"', False, False, 2),
        ('5" nail,b\n', True, True, None),
        ('"a"b,c\n', True, False, 7),
        ('a ,"b",c\n', False, False, 9),
        ('a, "b",c\n', True, False, 9),
        ("a\rb\n", True, False, 4),
        ("a\n\r", False, False, 2),
        ("a,b", False, False, None),
    ],
)
@pytest.mark.parametrize("before", ["", "x" * 59 + ",\n", "x" * 62 + ",\n", "x" * 63 + "\n"])
def test_marks_that_stand_where_they_should_not(
    monkeypatch: pytest.MonkeyPatch,
    before: str,
    text: str,
    is_odd: bool,
    is_open: bool,
    cut: int | None,
) -> None:
    monkeypatch.setattr(record_ends, "_AT_ONCE", 64)
    ends = RecordEnds((before + text).encode(), ",")
    assert (ends.is_odd, ends.is_open) == (is_odd, is_open)
    assert ends.cut == (len(before) + (cut or 0) or None)


@pytest.mark.parametrize(
    ("line", "swallows"),
    [("CF/2,x", True), ("cf/2,", True), ("CF/23,x", False), ("CF/2", False), (" CF/2,x", False)],
)
@pytest.mark.parametrize("separator", [",", "\t"])
@pytest.mark.parametrize("before", [1, 55, 56, 60, 63, 120])
def test_a_line_within_a_cell_that_starts_as_records_do(
    monkeypatch: pytest.MonkeyPatch, line: str, swallows: bool, separator: str, before: int
) -> None:
    monkeypatch.setattr(record_ends, "_AT_ONCE", 64)
    data = f'{"x" * before},"\n\n{line}"\n'.replace(",", separator).encode()
    shape = TextShape(separator, 2, firsts=frozenset(["AAAA", "AA/9"]))
    ends = RecordEnds(data, separator)
    assert ends.is_ragged(shape, len(data), starts=False) == swallows
