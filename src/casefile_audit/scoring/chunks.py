"""Long files piece by piece: each piece read, scored and added up, here or by a cluster.

Pieces are the same whoever reads them, and are added up in their order. So the result is the same,
to the last digit, for one process and for a cluster.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from casefile_audit.capped import Capped
from casefile_audit.files.sources import FilePart, Source
from casefile_audit.files.tables import CellTable
from casefile_audit.files.workbook import Workbook
from casefile_audit.intake.account import Intake
from casefile_audit.intake.duplicates import doubtful_pieces, keys_of, marks_of, numbers_of
from casefile_audit.intake.layout import DataSheet, Layout
from casefile_audit.intake.reading import read_table
from casefile_audit.intake.references import repeated_reference
from casefile_audit.intake.texts_seen import TextsSeen, texts_seen
from casefile_audit.results import CellProblem
from casefile_audit.scoring.partial import ReadPortion, ScoredCases, ScoreOptions, scored

Item = TypeVar("Item")


@dataclass(frozen=True)
class Piece:
    """Some rows of a data sheet.

    Attributes:
        number: its number among all the pieces.
        sheet: the index of the data sheet.
        part: the part of a long file; None for the whole of a sheet in memory.
    """

    number: int
    sheet: int
    part: FilePart | None

    @property
    def extent(self) -> int:
        """How much of its file it is, in the unit of the file's size; 0 for a sheet in memory."""
        return 0 if self.part is None else self.part.stop - self.part.start

    @property
    def travels(self) -> bool:
        """Whether it can be read by another process."""
        return self.part is not None and self.part.travels


@dataclass(frozen=True)
class EachCase:
    """What is made of every case while it is at hand: once its piece is scored it is let go.

    Attributes:
        made_of: what is made of some scored cases, by whoever scores them. It travels, as what it
            makes does.
        take: called here with what was made, in the order of the pieces, and with what the cases
            are to be called by.
        start_again: called where everything is read again: what was taken doesn't hold.
    """

    made_of: Callable[[ScoredCases], Any]
    take: Callable[[Any, Callable[[str], str] | None], None]
    start_again: Callable[[], None]


@dataclass(frozen=True)
class Task:
    """What is to be done with each piece. It travels to other processes.

    Attributes:
        layout: where the cases stand.
        sources: the files.
        wanted: what is wanted of the audit.
        scores: whether the cases are scored, or only read.
        made_of: what is made of the scored cases besides, as ``EachCase`` has it.
        looks: whether it is seen what the columns of long files hold.
    """

    layout: Layout
    sources: tuple[Source, ...]
    wanted: ScoreOptions
    scores: bool = True
    made_of: Callable[[ScoredCases], Any] | None = None
    looks: bool = False

    def portable(self) -> "Task":
        """The same without what only this process needs."""
        nothing: tuple[Any, ...] = ()
        long = (
            s._replace(sheets=nothing) if isinstance(s, Workbook) else s.without_head()
            for s in self.sources
        )
        return replace(self, sources=tuple(long))

    def pieces(self) -> Iterator[Piece]:
        """All the pieces.

        Raises:
            WorkbookError: a file can't be cut into pieces.
            OSError: a file can't be read.
        """
        number = 0
        for data in self.layout.sheets:
            source = self.sources[data.at[0]]
            for part in [None] if isinstance(source, Workbook) else source.pieces():
                yield Piece(number, data.index, part)
                number += 1

    def tables(self) -> Iterator[tuple[Piece, CellTable]]:
        """All the pieces as tables. Raises as ``pieces`` and ``table``."""
        for piece in self.pieces():
            yield piece, self.table(piece)

    def table(self, piece: Piece) -> CellTable:
        """A piece as a table.

        Raises:
            WorkbookError: a text isn't in one encoding throughout.
            OSError: a file can't be read.
        """
        data = self.layout.sheets[piece.sheet]
        source, part = self.sources[data.at[0]], piece.part
        if isinstance(source, Workbook):
            return data.table(source.sheets)
        return source.table(part, _columns(data), data.first_row)

    def intake(self, piece: Piece, table: CellTable) -> Intake:
        """The cases of a piece."""
        data = self.layout.sheets[piece.sheet]
        return read_table(self.layout, data, table, self.wanted.day, self.wanted.most_listed)

    def seen(self, piece: Piece, table: CellTable) -> dict[int, TextsSeen]:
        """What the columns of a piece hold, by their indexes; nothing of a sheet in memory."""
        if not self.looks or piece.part is None:
            return {}
        return texts_seen(table, self.layout.sheets[piece.sheet].header, self.layout.rubric.fields)

    def portion(self, piece: Piece, table: CellTable) -> ReadPortion:
        """What the cases of a piece came to; or only how they were read."""
        intake = self.intake(piece, table)
        portion = ReadPortion(account=intake.account)
        if self.scores:
            cases = scored(intake, self.wanted.day, self.wanted.set_aside)
            made = None if self.made_of is None else self.made_of(cases)
            portion = replace(cases.portion(self.wanted), made=made)
        portion = replace(portion, seen=self.seen(piece, table))
        if self.layout.rubric.identifier is None:
            return portion
        return replace(portion, marks=(marks_of(intake.cases, self.layout.rubric, piece.number),))

    def portions(self) -> Iterator[tuple[Piece, ReadPortion]]:
        """All the pieces and what they came to, in their order. Raises as ``tables``."""
        for piece, table in _ahead(self.tables()):
            yield piece, self.portion(piece, table)

    def read_portion(self, piece: Piece) -> ReadPortion:
        """The same for who has not read the piece yet. Raises as ``table``."""
        return self.portion(piece, self.table(piece))


def _columns(data: DataSheet) -> list[int]:
    """The columns that are read: the mapped ones, and those before the case reference."""
    mapped = {column.index for column in data.header.read_for(data.header.fields)}
    last = data.rules.identifier if data.rules.identifier is not None else min(mapped)
    return sorted(mapped | set(range(last + 1)))


def run(
    task: Task,
    portions: Iterator[tuple[Piece, ReadPortion]],
    advance: Callable[[int], None] | None = None,
    take: Callable[[Any], None] | None = None,
    look: Callable[[int, Mapping[int, TextsSeen]], None] | None = None,
) -> ReadPortion:
    """What every piece came to, added up in their order.

    Args:
        portions: the pieces in their order, and what they came to, whoever did them.
        advance: called with the extent of each piece that is done.
        take: called with what was made of each piece's cases, which isn't kept.
        look: called with the index of each piece's sheet and what its columns hold, likewise.

    Raises:
        AuditError: as the pieces' intake.
        OSError: a file can't be read.
    """
    whole: ReadPortion | None = None
    for piece, portion in portions:
        if take is not None:
            take(portion.made)
        if look is not None:
            look(piece.sheet, portion.seen)
        portion = replace(portion, made=None, seen={})
        whole = portion if whole is None else whole + portion
        if advance is not None:
            advance(piece.extent)
    if whole is None:
        raise ValueError("an audit has a data sheet at least, and that a piece")
    whole.account.check_cases(task.layout)
    account = replace(whole.account, repeated=_repeated(task, whole))
    return replace(whole, account=account, marks=())


def _ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same, the next one being made while one is worked on."""
    # Late, because most files are short.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=1) as maker:
        coming = maker.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = maker.submit(next, items, None)
            yield item


def _repeated(task: Task, whole: ReadPortion) -> Capped[CellProblem]:
    """The cases whose reference another has already: read again where marks say that some may be.

    The first case with each such reference is kept in memory until the end.
    """
    again, doubtful = doubtful_pieces(whole.marks)
    most, number = task.wanted.most_listed, 0
    items: list[CellProblem] = []
    firsts: dict[str, tuple[int, int]] = {}
    for piece in task.pieces() if doubtful else ():
        if piece.number not in doubtful:
            continue
        cases = task.intake(piece, task.table(piece)).cases
        keys = keys_of(cases, task.layout.rubric)
        for case in np.flatnonzero(np.isin(numbers_of(keys), again)).tolist():
            place = (piece.sheet, int(cases.row[case]))
            first = firsts.setdefault(keys[case], place)
            if first == place:
                continue
            number += 1
            if most is None or len(items) < most:
                reference = str(cases.references[case])
                items.append(repeated_reference(task.layout, reference, place, first))
    return Capped(tuple(items), number, most)
