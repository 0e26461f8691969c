"""Patterns of hidden counts: the least there are, and none that can be worked back."""

import itertools
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from scipy import optimize

from casefile_audit.publishing.attack import Reckoning, worked_out
from casefile_audit.publishing.patterns import EFFORT, CannotHideError, Puzzle, least_pattern

Counts = list[list[int]]
TERM = tuple[int, int]


def with_totals(table: Counts) -> Counts:
    rows = [[*row, sum(row)] for row in table]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


class Tables:
    """Tables with their totals as one puzzle, each apart from the others."""

    def __init__(self, tables: Sequence[Counts], up_to: int = 4) -> None:
        self.values: dict[int, int] = {}
        self.relations: list[list[TERM]] = []
        self.numbered = [self._add(with_totals(table)) for table in tables]
        small = {place for place, n in self.values.items() if 1 <= n <= up_to}
        may = {place for place, n in self.values.items() if n}
        self.puzzle = Puzzle(self.values, self.relations, frozenset(small), frozenset(may))

    def _add(self, table: Counts) -> Counts:
        start = len(self.values)
        width = len(table[0])
        numbered = [[start + r * width + c for c in range(width)] for r in range(len(table))]
        for places, row in zip(numbered, table, strict=True):
            self.values |= dict(zip(places, row, strict=True))
        for places in [*numbered, *map(list, zip(*numbered, strict=True))]:
            self.relations.append([(places[-1], -1), *((place, 1) for place in places[:-1])])
        return numbered

    def hidden(self) -> list[int]:
        pattern = least_pattern(self.puzzle, effort=10**9)
        assert pattern.is_least
        return sorted(pattern.hidden)


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([6, 3, 9, 22], [6, 3]),
        ([14, 1, 1], [14, 1, 1]),
        ([1, 1, 1, 27], [1, 1, 1, 27]),
        ([0, 0, 4, 0], [4, 4]),
        ([20, 2], [20, 2]),
        ([29, 33, 4, 18], [4, 18]),
        ([8, 16, 1, 5], [1, 5]),
        ([5, 1], [5, 1]),
        ([7, 5], []),
        ([138, 5, 4], [5, 4]),
        ([0, 7], []),
        ([2, 3], [2, 3]),
        ([1, 1], [1, 1, 2]),
    ],
)
def test_as_few_counts_of_a_line_are_hidden_as_will_do(
    counts: list[int], hidden: list[int]
) -> None:
    values = dict(enumerate([*counts, sum(counts)]))
    whole = len(counts)
    relation = [(whole, -1), *((place, 1) for place in range(whole))]
    small = frozenset(place for place, n in values.items() if 1 <= n <= 4)
    may = frozenset(place for place, n in values.items() if n)
    pattern = least_pattern(Puzzle(values, [relation], small, may))
    assert [values[place] for place in sorted(pattern.hidden)] == hidden


@pytest.mark.parametrize(
    ("table", "hidden"),
    [
        ([[6, 14], [3, 17]], [6, 14, 3, 17]),
        ([[12, 3, 15], [9, 20, 4], [8, 7, 16]], [3, 15, 20, 4]),
    ],
)
def test_rows_and_columns_are_hidden_both_ways(table: Counts, hidden: list[int]) -> None:
    tables = Tables([table])
    assert [tables.values[place] for place in tables.hidden()] == hidden


def may_change(table: Counts, hidden: list[list[bool]], row: int, column: int) -> bool:
    """Whether one more or one fewer of a hidden count can be made up for by other hidden counts.

    An attack that knows nothing of the program's: a way round the table, from the count's column
    to its row, that takes one off where it can and puts one on.
    """
    last_row, last_column = len(table) - 1, len(table[0]) - 1

    def can(r: int, c: int, step: int) -> bool:
        # A total stands on the other side of its sum: it grows where a part would shrink.
        is_total = (r == last_row) != (c == last_column)
        return hidden[r][c] and (table[r][c] > 1 or (step > 0) != is_total)

    for step in (1, -1):
        if not can(row, column, step):
            continue
        columns, reached = [column], {column}
        while columns:
            here = columns.pop()
            for r in range(last_row + 1):
                if (r, here) == (row, column) or not can(r, here, -step):
                    continue
                if r == row:
                    return True
                onward = [c for c in range(last_column + 1) if c not in reached and can(r, c, step)]
                reached.update(onward)
                columns += onward
    return False


def test_of_a_thousand_tables_no_hidden_count_is_worked_back() -> None:
    chance = random.Random(17)
    usual = [0, 1, 2, 3, 4, 5, 8, 13, 30]
    made: list[Counts] = []
    for _ in range(1000):
        width = chance.randint(1, 4)
        made.append(
            [
                [chance.choice([*usual, chance.randint(0, 60)]) for _ in range(width)]
                for _ in range(chance.randint(1, 4))
            ]
        )
    tables = Tables(made)
    hidden = set(tables.hidden())
    for table, places in zip(made, tables.numbered, strict=True):
        whole = with_totals(table)
        are_hidden = [[place in hidden for place in row] for row in places]
        for r, row in enumerate(are_hidden):
            for c, is_hidden in enumerate(row):
                assert is_hidden or not 1 <= whole[r][c] <= 4
                assert not is_hidden or may_change(whole, are_hidden, r, c), (table, are_hidden)


def test_the_attack_finds_what_a_careless_pattern_gives_away() -> None:
    tables = Tables([[[12, 3, 15], [9, 20, 4], [8, 7, 16]]])
    for careless in ([1], [1, 6], [1, 2, 6]):
        found = worked_out(tables.puzzle.reckoning(careless))
        assert found == set(careless)


def test_two_ones_are_worked_out_from_their_sum() -> None:
    relation = [(0, 1), (1, 1), (2, 1), (3, -1)]
    known = Reckoning([relation], {0: 14, 3: 16}, {1: 1, 2: 1})
    assert worked_out(known) == {1, 2}


def test_a_count_that_only_whole_numbers_tell_is_worked_out() -> None:
    # 2a + 2b = 3c, where a and b are 1 to 2 and so c is 2: thirds would do, whole numbers do once.
    relation = [(0, 3), (1, -3), (2, 2), (3, -1)]
    known = Reckoning([relation], {1: 2, 3: 2}, {0: 1, 2: 0})
    assert worked_out(known) == {0, 2}


def test_what_is_worked_out_whatever_is_hidden_is_refused() -> None:
    puzzle = Puzzle({0: 3, 1: 0}, [[(0, -1), (1, 1)]], frozenset({0}), frozenset({0}))
    with pytest.raises(CannotHideError):
        least_pattern(puzzle)


def test_without_effort_a_pattern_is_still_safe() -> None:
    tables = Tables([[[12, 3, 15], [9, 20, 4], [8, 7, 16]]])
    pattern = least_pattern(tables.puzzle, effort=0)
    assert not worked_out(tables.puzzle.reckoning(pattern.hidden))


def test_no_clock_decides_which_counts_are_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    # Tables of which one proposal is not enough, so that a clock that ran away would end it.
    chance = random.Random(15)
    rows = [[chance.choice([0, 1, 1, 2, 3, 6, 9]) for _ in range(5)] for _ in range(5)]
    tables = Tables([rows])
    clock = itertools.count(step=1_000)
    for name in ("monotonic", "perf_counter", "process_time", "time"):
        monkeypatch.setattr(time, name, lambda: next(clock))
    assert len(tables.hidden()) == 18
    assert len(least_pattern(tables.puzzle).hidden) == 18
    assert not least_pattern(tables.puzzle, effort=1).is_least


def test_without_effort_what_was_published_before_is_not_hidden_for_ever() -> None:
    # 0 is small, 0 + 1 = 2, and 3, shown long ago, is the same as 1: only 2 can still hide it.
    relations = [((0, 1), (1, 1), (2, -1)), ((1, 1), (3, -1))]
    puzzle = Puzzle({0: 3, 1: 20, 2: 23, 3: 20}, relations, frozenset({0}), frozenset({0, 1, 2}))
    for effort in (0, EFFORT):
        assert least_pattern(puzzle, effort).hidden == {0, 2}
    with pytest.raises(CannotHideError):
        least_pattern(replace(puzzle, may=frozenset({0, 1})), effort=0)


def test_no_fewer_counts_and_no_smaller_ones_would_do() -> None:
    """Held against every pattern there is, each attacked by what knows nothing of the program."""
    chance = random.Random(23)
    for _ in range(25):
        made = [[chance.choice([0, 1, 3, 5, 6, 9, 20]) for _ in range(2)] for _ in range(2)]
        whole = with_totals(made)
        cells = [(r, c) for r in range(3) for c in range(3)]
        small = {(r, c) for r, c in cells if 1 <= whole[r][c] <= 4}
        others = [(r, c) for r, c in cells if whole[r][c] > 4]
        costs = []
        for number in range(2 ** len(others)):
            more = {cell for bit, cell in enumerate(others) if number >> bit & 1}
            hidden = [[(r, c) in small | more for c in range(3)] for r in range(3)]
            if all(may_change(whole, hidden, r, c) for r, c in small | more):
                costs.append((len(more), sum(whole[r][c] for r, c in more)))
        tables = Tables([made])
        chosen = [place for place in tables.hidden() if tables.values[place] > 4]
        assert (len(chosen), sum(tables.values[place] for place in chosen)) == min(costs)


def test_the_solver_is_given_places_of_32_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    # The oldest scipy that is allowed crashes on others.
    solve = optimize.milp
    kinds: list[str] = []

    def spied(*arguments: Any, constraints: Any, **more: Any) -> object:
        kinds.extend(part.dtype.name for part in (constraints.A.indices, constraints.A.indptr))
        return solve(*arguments, constraints=constraints, **more)

    monkeypatch.setattr(optimize, "milp", spied)
    assert worked_out(Reckoning([[(0, 3), (1, -3), (2, 2), (3, -1)]], {1: 2, 3: 2}, {0: 1, 2: 0}))
    of_attack = len(kinds)
    assert Tables([[[12, 3, 15], [9, 20, 4], [8, 7, 16]]]).hidden()
    assert 0 < of_attack < len(kinds)
    assert set(kinds) == {"int32"}
