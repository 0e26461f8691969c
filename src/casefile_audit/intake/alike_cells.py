"""Cells in doubt, those together that hold the same and should hold the same."""

from collections.abc import Iterable
from typing import NamedTuple

from casefile_audit.english import cells_at, listing
from casefile_audit.results import CellProblem


class AlikeCells(NamedTuple):
    """Cells that hold the same and should hold the same.

    Attributes:
        found: what they hold; empty if nothing.
        cells: what each is called, with its sheet where cells of several are in doubt.
    """

    found: str
    expected: str
    problems: list[CellProblem]
    cells: list[str]

    @property
    def word(self) -> str:
        """What they hold, as it is quoted."""
        return f"“{self.found}”" if self.found else "blank"

    @property
    def uncounted(self) -> bool:
        """Whether they count in neither direction."""
        return all(each.uncounted for each in self.problems)

    @property
    def fields(self) -> str:
        """The fields that they are of, in words."""
        return listing(dict.fromkeys(each.field.replace("_", " ") for each in self.problems))

    def places(self, *, files: bool, most: int) -> str:
        """The cells under the name of each sheet, and of its file if several were read."""
        by_sheet: dict[tuple[str, str], list[str]] = {}
        for each in self.problems:
            key = (each.file if files else "", each.sheet)
            by_sheet.setdefault(key, []).append(each.cell)
        return "; ".join(
            cells_at(file, sheet, listing(cells, most=most))
            for (file, sheet), cells in by_sheet.items()
        )


def alike_cells(problems: Iterable[CellProblem]) -> list[AlikeCells]:
    """Cells that are alike together, in the order in which the first of them come."""
    listed = list(problems)
    on_one = len({(each.file, each.sheet) for each in listed}) == 1
    found: dict[tuple[str, str], AlikeCells] = {}
    for each in listed:
        key = (each.found, each.expected)
        alike = found.setdefault(key, AlikeCells(*key, [], []))
        alike.problems.append(each)
        alike.cells.append(each.cell if on_one else cells_at("", each.sheet, each.cell))
    return list(found.values())
