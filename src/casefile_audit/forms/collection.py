"""Rows that came back, put together: each case once for each reader, and what is held back."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from casefile_audit.english import bare_reference, fold, nearest
from casefile_audit.forms.plan import KnownCell
from casefile_audit.forms.returned_rows import (
    NOT_ASKED,
    CellDoubt,
    ColumnKey,
    ReturnedRow,
    ReturnedSheets,
)
from casefile_audit.intake.form_marks import RETYPED
from casefile_audit.rubric.model import Rubric


@dataclass(frozen=True)
class Allotment:
    """A reading that a rota gave to somebody.

    Attributes:
        team, reviewer: whose it is; alike where teams are the reviewers.
    """

    reference: str
    team: str
    reviewer: str


@dataclass(frozen=True)
class Conflict:
    """A case that one reader recorded twice, and not alike.

    Attributes:
        rows: both, or all.
        differ: the cells in which they differ: their heading, and where each stands.
    """

    rows: tuple[ReturnedRow, ...]
    differ: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Retyped:
    """A case that nobody was given, perhaps by a slip in its reference.

    Attributes:
        near: the reference of the rota that is most like it, if one is.
    """

    row: ReturnedRow
    near: str | None


@dataclass
class Collection:
    """What came back, put together.

    Attributes:
        columns: every column of any form, by what it is for: what it is called.
        asked: the columns that the forms of each version have.
        known: those that were filled in when the forms were made.
        cases: one reading of each case.
        further: the second readings, the third ones, and so on.
        older: rows in whose place a later saving was taken, which has all their answers and more.
        alike: rows that say the same as another of the same reader: left out.
        conflicts: rows that are held back until somebody settles which is right.
        retyped: rows that are held back, as their case was given to nobody.
        unread: rows of forms in which nothing is answered.
        doubts: cells to look at.
        refused: sentences on forms of which nothing was read.
        remarks: sentences on how the forms were read.
        versions: how many forms there are of each version.
        listed: the references of the sample, where there is no rota.
    """

    rubric: Rubric
    columns: dict[ColumnKey, str] = field(default_factory=dict)
    asked: dict[str, set[ColumnKey]] = field(default_factory=lambda: defaultdict(set))
    known: set[ColumnKey] = field(default_factory=set)
    cases: list[ReturnedRow] = field(default_factory=list)
    further: list[list[ReturnedRow]] = field(default_factory=list)
    older: list[tuple[ReturnedRow, ReturnedRow]] = field(default_factory=list)
    alike: list[tuple[ReturnedRow, ReturnedRow]] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    retyped: list[Retyped] = field(default_factory=list)
    unread: list[ReturnedRow] = field(default_factory=list)
    doubts: list[CellDoubt] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    versions: Counter[str] = field(default_factory=Counter)
    allotted: Sequence[Allotment] = ()
    listed: Sequence[str] = ()

    @property
    def firsts(self) -> list[ReturnedRow]:
        """The first readings of the cases that were read more than once."""
        twice = {row.case for rows in self.further for row in rows}
        return [row for row in self.cases if row.case in twice]

    @property
    def still_to_read(self) -> list[ReturnedRow]:
        """A row of each case that is on a form, and that nobody answered."""
        back = {row.case for row in self.cases}
        back |= {row.case for conflict in self.conflicts for row in conflict.rows}
        unread: dict[tuple[str, str], ReturnedRow] = {}
        for row in self.unread:
            if row.case not in back:
                unread.setdefault(row.case, row)
        return list(unread.values())

    def is_answered(self, row: ReturnedRow) -> bool:
        """Whether a question is answered in it, beside what was filled in when it was made."""
        asked = {key for key in row.cells if key.field and key.field != self.rubric.identifier}
        return bool(asked - self.known)

    def cell(self, row: ReturnedRow, key: ColumnKey) -> KnownCell:
        """What stands in a cell: a question that a form of that version hadn't was not asked."""
        if key in row.cells or not key.field:
            return row.cells.get(key, "")
        asked = self.asked.get(row.origin.version)
        return "" if asked is None or key in asked else NOT_ASKED


def put_together(
    sheets: Sequence[ReturnedSheets],
    rubric: Rubric,
    headings: Mapping[ColumnKey, str],
    allotted: Sequence[Allotment],
    listed: Sequence[str] = (),
) -> Collection:
    """Put together what came back.

    Args:
        headings: what the columns of the rubric's fields are called, in their order.
        allotted: what a rota gave to whom.
        listed: the references of the sample, where there is no rota.
    """
    found = Collection(rubric, allotted=allotted, listed=listed)
    for held in sheets:
        if held.refused:
            found.refused.append(held.refused)
            continue
        found.versions[held.version] += 1
        found.asked[held.version] |= held.asked
        found.known |= held.known
        found.remarks += held.remarks
        found.unread += held.unread
    found.columns = _columns(sheets, headings)
    rows = [row for held in sheets for row in held.rows]
    found.doubts = [doubt for row in rows for doubt in row.doubts]
    rows = _of_the_rota(rows, found, [its.reference for its in allotted] or listed)
    _sort(rows, found)
    return found


def _columns(
    sheets: Sequence[ReturnedSheets], headings: Mapping[ColumnKey, str]
) -> dict[ColumnKey, str]:
    """The columns of any of the forms: the rubric's first, then other versions', then others."""
    asked = {key for held in sheets for key in held.asked}
    others = {key: text for held in sheets for key, text in held.headings.items()}
    return {
        **{key: text for key, text in headings.items() if key in asked},
        **{key: text for key, text in others.items() if key.field and key not in headings},
        **{key: text for key, text in others.items() if not key.field},
    }


def _of_the_rota(
    rows: Sequence[ReturnedRow], found: Collection, references: Sequence[str]
) -> list[ReturnedRow]:
    """The rows whose case was given to somebody; the others are held back with the nearest."""
    if not references:
        found.retyped += (Retyped(row, None) for row in rows if row.aside == RETYPED)
        return [row for row in rows if row.aside != RETYPED]
    given = {fold(reference): reference for reference in references}
    bare: dict[str, set[str]] = defaultdict(set)
    for reference in given.values():
        bare[bare_reference(reference)].add(fold(reference))
    kept = []
    for row in rows:
        alike = bare.get(bare_reference(row.reference), set())
        if fold(row.reference) in given or len(alike) == 1:
            kept.append(row)
        else:
            near = nearest(row.reference, list(given.values()))
            found.retyped.append(Retyped(row, near))
    return kept


def _sort(rows: Iterable[ReturnedRow], found: Collection) -> None:
    """Tell apart what a reader returned twice from what was read twice."""
    by_case: dict[tuple[str, str], dict[str, list[ReturnedRow]]] = {}
    for row in rows:
        case = (bare_reference(row.reference) or row.origin.said, row.sector)
        by_case.setdefault(case, {}).setdefault(_reader(row), []).append(row)
    for readers in by_case.values():
        found_ones = (_one_of(own, found) for own in readers.values())
        settled = [row for row in found_ones if row is not None]
        if not settled:
            continue
        found.cases.append(settled[0])
        for place, row in enumerate(settled[1:]):
            while len(found.further) <= place:
                found.further.append([])
            found.further[place].append(row)


def _reader(row: ReturnedRow) -> str:
    return fold(row.origin.reader)


def _one_of(rows: Sequence[ReturnedRow], found: Collection) -> ReturnedRow | None:
    """The one row of a reader for a case; None where they differ, and all are held back."""
    kept: list[ReturnedRow] = []
    for row in rows:
        same = next((other for other in kept if _answers(other) == _answers(row)), None)
        if same is None:
            kept.append(row)
        elif row.origin != same.origin:  # a row that was collected before is here again
            found.alike.append((row, same))
    fullest = max(kept, key=lambda row: len(_answers(row)))
    if all(_answers(row).items() <= _answers(fullest).items() for row in kept):
        found.older += ((row, fullest) for row in kept if row is not fullest)
        return fullest
    found.conflicts.append(Conflict(tuple(kept), tuple(_differences(kept, found))))
    return None


def _answers(row: ReturnedRow) -> dict[ColumnKey, str]:
    """What a row says, as it is compared."""
    return {key: fold(str(content)) for key, content in row.cells.items() if content != NOT_ASKED}


def _differences(
    rows: Sequence[ReturnedRow], found: Collection
) -> Iterable[tuple[str, tuple[str, ...]]]:
    for key, heading in found.columns.items():
        if len({_answers(row).get(key, "") for row in rows}) > 1:
            yield heading, tuple(row.where(key) or row.origin.said for row in rows)
