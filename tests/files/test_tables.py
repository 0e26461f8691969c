import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefile_audit.cases import Column
from casefile_audit.files import tables
from casefile_audit.files.tables import RowsTable
from casefile_audit.files.workbook import Cell, text_of

WORDS = st.text(st.sampled_from("ab \u00a0\n7–"), max_size=3)
OTHERS: list[Cell] = [1.0, 1.5, True, False, dt.date(2024, 3, 1), dt.time(9), "\ud800"]


@given(st.lists(st.one_of(st.none(), WORDS)), st.lists(st.sampled_from(OTHERS), max_size=2))
def test_many_cells_are_told_apart_as_few_are(texts: list[Cell], others: list[Cell]) -> None:
    cells = [*texts, *others]
    few = column_of(cells)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "_MANY", -1)
        many = column_of(cells)
    for column in (few, many):
        assert [text_of(column.values[code]) for code in column.codes] == list(map(text_of, cells))
        assert sorted(set(column.codes)) == list(range(len(column.values)))


def column_of(cells: list[Cell]) -> Column:
    return RowsTable([[cell] for cell in cells], 0, 1).column(0)


ALL_DIFFER: list[Cell] = [f"text {number}" for number in range(300)]


@pytest.mark.parametrize(
    ("cells", "is_unique"),
    [
        (ALL_DIFFER, True),
        ([*ALL_DIFFER, None], True),
        ([*ALL_DIFFER, 1.0], False),  # not all texts
        ([*ALL_DIFFER, "\ud800"], False),  # in no encoding
        (["a", "b", None] * 100, False),
    ],
)
def test_texts_that_nearly_all_differ_are_not_looked_for_again(
    cells: list[Cell], is_unique: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "_MANY", -1)
    assert column_of(cells).is_unique is is_unique
