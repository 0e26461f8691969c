"""The tables of what was published, read from the files as an outsider would, and attacked."""

import csv
import html.parser
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import docx
import numpy as np
import openpyxl
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from workbooks import HEADINGS, Audit, case, save_csv

RUBRIC = ("--rubric", "rubric.yaml")

GRADES = ("good", "adequate", "requires improvement", "inadequate")
FORMATS = (".html", ".docx", ".md", ".xlsx", ".csv")
DISTRICTS = ("East", "North", "South", "West")
MONTHS = ("January 2024", "February 2024", "March 2024", "April 2024")
SECOND = tuple(f"{grade} by the second" for grade in GRADES)

Rows = list[list[str]]
Key = tuple[str, str]
Known = dict[Key, int | None]
Sums = list[tuple[Key, list[Key]]]


# What is in a file, as whoever opens it sees it: its tables, each a list of rows of words.


class Tables(html.parser.HTMLParser):
    """The tables of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Rows] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.found.append([])
        elif tag == "tr":
            self.found[-1].append([])
        elif tag in ("th", "td"):
            self.found[-1][-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("th", "td")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found[-1][-1][-1] += data


def of_html(path: Path) -> list[Rows]:
    page = Tables()
    page.feed(path.read_text(encoding="utf-8"))
    return page.found


def of_markdown(path: Path) -> list[Rows]:
    blocks = path.read_text(encoding="utf-8").replace("\\", "").split("\n\n")
    tables = [block.splitlines() for block in blocks if block.startswith("|")]
    return [
        [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        for lines in tables
    ]


def of_word(path: Path) -> list[Rows]:
    return [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in docx.Document(str(path)).tables
    ]


def of_workbook(path: Path) -> list[Rows]:
    book = openpyxl.load_workbook(path)
    return [
        [["" if cell is None else str(cell) for cell in row] for row in sheet.values][3:]
        for sheet in book.worksheets
    ]


READERS: Mapping[str, Callable[[Path], list[Rows]]] = {
    ".html": of_html,
    ".md": of_markdown,
    ".docx": of_word,
    ".xlsx": of_workbook,
}


def starting(tables: Sequence[Rows], corner: str) -> Rows:
    """The table whose first heading is this."""
    (found,) = [table for table in tables if table and table[0] and table[0][0] == corner]
    return found


def number(cell: str) -> int | None:
    """A count, of ``3 of 12`` the 3; None where it is hidden."""
    return int(found[0]) if (found := re.match(r"\d+", cell)) else None


def cells(table: Rows, rows: Sequence[str], columns: Sequence[str]) -> Known:
    """The counts of a table by what stands before and above them."""
    (head, *_) = table
    by_name = {row[0]: row for row in table}
    return {
        (row, column): number(by_name[row][head.index(column)])
        for row, column in product(rows, columns)
    }


# The attack: which hidden counts can be one whole number only.


def _least(key: Key, known: Known) -> int:
    """The least that a hidden count can be: nought is hidden only where all of a group is."""
    row, column = key
    apart = "all" in key or known.get((row, "all"), 1) is None or known["all", column] is None
    return 0 if apart else 1


def worked_back(known: Known, sums: Sums) -> dict[Key, int]:
    """The hidden counts for which one number alone will do, with that number."""
    hidden = [key for key, n in known.items() if n is None]
    rows, wholes = [], []
    for whole, parts in sums:
        row = np.zeros(len(hidden))
        total = 0
        for key, factor in ((whole, -1), *((part, 1) for part in parts)):
            if known[key] is None:
                row[hidden.index(key)] += factor
            else:
                total += factor * (known[key] or 0)
        if row.any():
            rows.append(row)
            wholes.append(-total)
    found = {}
    for place, key in enumerate(hidden):
        ends = []
        for direction in (1, -1):
            price = np.zeros(len(hidden))
            price[place] = direction
            best = milp(
                price,
                integrality=np.ones(len(hidden), dtype=int),
                bounds=Bounds([_least(key, known) for key in hidden], 200),
                constraints=LinearConstraint(np.array(rows), wholes, wholes) if rows else None,
            )
            assert best.success
            ends.append(round(best.x[place]))
        if ends[0] == ends[1]:
            found[key] = ends[0]
    return found


# What was audited: how many cases have each grade (down) in each group (across).

GROUPED = ((9, 12, 8, 6), (6, 5, 8, 2), (3, 7, 8, 9), (2, 1, 6, 5))
BEFORE_AND_AFTER = ((6, 12), (3, 8), (9, 2), (22, 18))
READ_TWICE = ((9, 3, 2, 0), (1, 12, 6, 2), (0, 5, 8, 7), (0, 0, 3, 11))


def case_rows(table: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """The grade and the group of each case."""
    return [
        (grade, group)
        for grade, groups in enumerate(table)
        for group, n in enumerate(groups)
        for _ in range(n)
    ]


def save(
    name: str, cases: Sequence[tuple[int, int]], grade_of: Callable[[int, int], int], of: str = ""
) -> str:
    """A table of cases, in which each has its reference: ``of`` says of which others it is one."""
    rows = [
        case(
            f"URN-{of}{n:05}",
            district=DISTRICTS[group],
            allocated=f"01/{group + 1:02}/2024",
            grade=GRADES[grade_of(grade, group)],
        )
        for n, (grade, group) in enumerate(cases)
    ]
    save_csv(Path(name), [HEADINGS, *rows])
    return name


def score() -> list[str]:
    cases = save("cases.csv", case_rows(GROUPED), lambda grade, _: grade)
    return ["score", cases, *RUBRIC, "--by", "district"]


def trend() -> list[str]:
    cases = save("cases.csv", case_rows(GROUPED), lambda grade, _: grade)
    return ["trend", cases, *RUBRIC, "--period", "allocated"]


def compare() -> list[str]:
    both = case_rows(BEFORE_AND_AFTER)
    sides = [
        save(f"{side}.csv", [c for c in both if c[1] == at], lambda grade, _: grade, side)
        for at, side in enumerate(("before", "after"))
    ]
    return ["compare", *sides, *RUBRIC]


def agree() -> list[str]:
    cases = case_rows(READ_TWICE)
    first = save("first.csv", cases, lambda grade, _: grade)
    second = save("second.csv", cases, lambda _, group: group)
    return ["agree", first, second, *RUBRIC]


# How an outsider reads what each command publishes, and what adds up in it.


def adds_up(known: Known, groups: Sequence[str]) -> Sums:
    """Each grade is the sum of its groups, and each group the sum of its grades."""
    across: Sums = [((grade, "all"), [(grade, group) for group in groups]) for grade in GRADES]
    down: Sums = [
        (("all", group), [(grade, group) for grade in GRADES]) for group in (*groups, "all")
    ]
    return [(whole, parts) for whole, parts in across + down if whole in known]


def of_groups(tables: Sequence[Rows], groups: Sequence[str]) -> Known:
    """The grades of each group, the size of each, and the grades of all cases."""
    (table,) = [
        rows
        for rows in tables
        if rows and {*GRADES} <= {*rows[0]} and {*groups} <= {c for row in rows for c in row[:2]}
    ]
    if table[0][0] == "Section":  # as a workbook has it
        own = [row[1:] for row in table if row[0] in ("Section", "Overall")]
    else:
        names = [row[0].strip("*") for row in table]
        own = table[: names.index("Overall, proposed by the rubric")]
    known = {(grade, group): n for (group, grade), n in cells(own, groups, GRADES).items()}
    sizes = starting(tables, "Fall short, of those it applies to")
    for (_, group), n in cells(sizes, ["all case files"], groups).items():
        known["all", group] = n
    for (_, grade), n in cells(starting(tables, "Graded"), ["Overall"], [*GRADES, "all"]).items():
        known[(grade, "all") if grade != "all" else ("all", "all")] = n
    return known


def of_both_sides(tables: Sequence[Rows], groups: Sequence[str]) -> Known:
    known = cells(starting(tables, "Overall"), GRADES, groups)
    sizes = starting(tables, "Fall short, of those it applies to")
    return known | {("all", g): n for (_, g), n in cells(sizes, ["all case files"], groups).items()}


def of_two_readers(tables: Sequence[Rows], groups: Sequence[str]) -> Known:
    return cells(starting(tables, "Overall, by the first"), [*GRADES, "all"], [*groups, "all"])


def of_figures(path: Path, groups: Sequence[str]) -> Known:
    """The same from the figures, which have a row for each count."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["Kind"] == "grade"]
    known: Known = {}
    for row in rows:
        group = row.get("Audit") or row["Group"] or "all"
        if row["Title"] == "Overall" and group in (*groups, "all"):
            known[row["Grade"], group] = number(row["Count"])
            known["all", group] = number(row["Of"])
    return known


COMMANDS: Mapping[str, tuple[Callable[[], list[str]], Any, Sequence[str], Any]] = {
    "score": (score, of_groups, DISTRICTS, GROUPED),
    "trend": (trend, of_groups, MONTHS, GROUPED),
    "compare": (compare, of_both_sides, ("before", "after"), BEFORE_AND_AFTER),
    "agree": (agree, of_two_readers, SECOND, READ_TWICE),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_no_hidden_count_is_worked_back_from_the_tables_of_any_file(
    name: str, audit: Audit, tmp_path: Path
) -> None:
    made, read, groups, truth = COMMANDS[name]
    outputs = [f"out{suffix}" for suffix in FORMATS]
    ended = audit(*made(), "--publish", *(word for each in outputs for word in ("-o", each)))
    assert ended.code == 0, ended.err
    true = {(g, group): truth[i][j] for i, g in enumerate(GRADES) for j, group in enumerate(groups)}
    seen = [
        of_figures(Path(each), groups)
        if each.endswith(".csv")
        else read(READERS[Path(each).suffix](Path(each)), groups)
        for each in outputs
    ]
    for known in seen:
        hidden = [key for key in true if known[key] is None]
        assert hidden
        assert all(n == true[key] for key, n in known.items() if key in true and n is not None)
        assert not worked_back(known, adds_up(known, groups))
        # Were fewer hidden, the attack would work others back, and rightly.
        for key in hidden:
            known[key] = true[key]
            if found := worked_back(known, adds_up(known, groups)):
                assert all(true[key] == n for key, n in found.items() if key in true)
                break
        else:
            pytest.fail("the attack works nothing back, however much it is told")
