"""How the data sheets of a workbook go together: copies, lists of cases, several rows a case."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from casefile_audit.english import count, fold, listing
from casefile_audit.errors import WorkbookError
from casefile_audit.files.workbook import Cell, Sheet, text_of
from casefile_audit.intake.columns import Header, SheetColumn
from casefile_audit.intake.row_rules import RowRules
from casefile_audit.rubric.fields import FieldBase
from casefile_audit.rubric.model import Rubric

# A sheet is told from its first rows.
_ROWS_LOOKED_AT = 5_000
# Sheets that share fewer case references may do so by a slip; they are named one by one.
_LEAST_SHARED = 3
_MOSTLY = 0.8
_LEAST_IN_A_LIST = 3
# What is known of a case before anybody reads its file.
_KNOWN_BEFOREHAND = ("date", "number")
_DIGITS_RE = re.compile(r"\d+")


_Row = tuple[int, Sequence[Cell]]


class SheetOfCases(NamedTuple):
    """What is known of a data sheet before its cases are read.

    Attributes:
        sector: whose records its name says that it holds; empty where that can't be told.
        rules: what tells its cases from its other rows.
    """

    file: str
    name: str
    sector: str
    sheet: Sheet
    header: Header
    rules: RowRules

    @property
    def rows(self) -> list[_Row]:
        """Rows that look like cases, by their numbers counted from 1."""
        first = self.header.rows[-1] + 1
        rows = self.sheet.rows[first : first + _ROWS_LOOKED_AT]
        return [row for row in enumerate(rows, first + 1) if self._is_one(row[1])]

    def _is_one(self, cells: Sequence[Cell]) -> bool:
        if self.rules.identifier is None:
            return any(map(text_of, cells))
        reference = text_of(cells[self.rules.identifier])
        return bool(reference) and self.rules.look.is_like(reference)


class _Known(NamedTuple):
    """A sheet with its rows by their references."""

    its: SheetOfCases
    by_reference: Mapping[str, list[_Row]]
    answered: frozenset[str]

    @classmethod
    def of(cls, its: SheetOfCases, rubric: Rubric, fields: Mapping[str, FieldBase]) -> "_Known":
        by_reference: dict[str, list[_Row]] = {}
        # Each sector has a file of its own on one child.
        sectors = its.header.of_field(rubric.sector) if rubric.sector else []
        for number, cells in its.rows:
            sector = (sectors and fold(text_of(cells[sectors[0].index]))) or its.sector
            key = f"{fold(text_of(cells[its.rules.identifier or 0]))}\n{sector}"
            by_reference.setdefault(key, []).append((number, cells))
        rows = [cells for group in by_reference.values() for _, cells in group]
        answered = frozenset(
            name
            for name, field in fields.items()
            if field.is_choice
            and name in rubric.asked_fields
            and any(text_of(cells[c.index]) for c in its.header.of_field(name) for cells in rows)
        )
        return cls(its, by_reference, answered)


def sheets_to_read(
    sheets: Sequence[SheetOfCases],
    rubric: Rubric,
    fields: Mapping[str, FieldBase],
    *,
    chooses: bool = False,
) -> dict[str, str]:
    """The sheets of one workbook that are no sheets of cases, and why.

    Args:
        chooses: whether something else than a row's reference says which rows are cases.

    Raises:
        WorkbookError: each case takes several rows, or stands on several sheets, so that a count
            of rows would be nobody's number.
    """
    if rubric.identifier is None:
        return dict(_lists(sheets, fields))
    known = [_Known.of(each, rubric, fields) for each in sheets]
    for each in known if not chooses else ():
        _refuse_several_rows(each, fields)
    passed: dict[str, str] = {}
    for place, one in enumerate(known):
        for other in known[place + 1 :]:
            shared = one.by_reference.keys() & other.by_reference.keys()
            smaller = min(len(one.by_reference), len(other.by_reference))
            if (
                len(shared) < max(_LEAST_SHARED, _MOSTLY * smaller)
                or one.its.name == other.its.name
                or _numbered_afresh(one, other, shared, fields)
            ):
                continue
            frame = next((s for s in (one, other) if not s.answered), None)
            if frame is None:
                raise _same_cases(one, other, len(shared))
            rest = other if frame is one else one
            if rest.answered:
                passed[frame.its.name] = (
                    f"a list of {count(len(frame.by_reference), 'reference')} without answers, "
                    f"{len(shared):,} of which stand on sheet {rest.its.name}: it is taken for the "
                    f'list that they come from; --sheet "{frame.its.name}" reads it'
                )
    return passed


def _numbered_afresh(
    one: _Known, other: _Known, shared: Set[str], fields: Mapping[str, FieldBase]
) -> bool:
    """Whether two sheets number their cases from 1, and mostly know different things of them.

    Two readings of a case give its dates and its age alike: not so the third case of March and the
    third of April. Answers may be alike by chance, so they say nothing.
    """
    for each in (one, other):
        references = [key.partition("\n")[0] for key in each.by_reference]
        numbers = [int(found[-1]) for key in references if (found := _DIGITS_RE.findall(key))]
        if numbers != list(range(1, len(each.by_reference) + 1)):
            return False
    kinds = {name for name, field in fields.items() if field.type in _KNOWN_BEFOREHAND}
    columns = [
        (mine.index, theirs.index)
        for mine in one.its.header.columns
        for theirs in other.its.header.columns
        if mine.field == theirs.field and mine.heading == theirs.heading and mine.field in kinds
    ]
    different = same = 0
    for key in shared:
        (_, here), (_, there) = one.by_reference[key][0], other.by_reference[key][0]
        both = ((text_of(here[a]), text_of(there[b])) for a, b in columns)
        pairs = [(mine, theirs) for mine, theirs in both if mine and theirs]
        alike = sum(fold(a) == fold(b) for a, b in pairs)
        different += alike * 2 < len(pairs)
        same += bool(pairs) and alike * 2 >= len(pairs)
    return different > same


def _same_cases(one: _Known, other: _Known, shared: int) -> WorkbookError:
    names = listing([one.its.name, other.its.name])
    apart = not one.answered & other.answered
    what = "the same cases stand on sheets" if not apart else "each case stands on two sheets,"
    return WorkbookError(
        f"{one.its.file}: {what} {names}",
        details=[
            f"{shared:,} of the {len(one.by_reference):,} case references of {one.its.name} are on "
            f"{other.its.name} too",
            *(
                [
                    f"{each.its.name} answers {listing(sorted(each.answered))}"
                    for each in (one, other)
                ]
                if apart
                else []
            ),
        ],
        hint="Put `a case is: several rows` into a mapping, and give it with --mapping: the rows "
        "of each case are brought together by its reference."
        if apart
        else f'If one is a copy, a summary or another reading, choose: --sheet "{one.its.name}". '
        "To count both, name both.",
    )


def _refuse_several_rows(known: _Known, fields: Mapping[str, FieldBase]) -> None:
    """Refuse a sheet on which each case seems to take several rows.

    Half of the references come again, the rows of each differ, and don't contradict each other.
    """
    groups = [rows for rows in known.by_reference.values() if len(rows) > 1]
    if len(groups) < max(2, len(known.by_reference) / 2):
        return
    if not sum(_is_one_case(rows, known.its.header, fields) for rows in groups) > (
        _MOSTLY * len(groups)
    ):
        return
    first = [number for number, _ in groups[0]]
    least, most = min(map(len, groups)), max(map(len, groups))
    sizes = f"{least} rows" if least == most else f"{least} to {most} rows"
    raise WorkbookError(
        f"{known.its.file}, sheet {known.its.name}: each case seems to take several rows",
        details=[
            f"{count(len(groups), 'case reference')} of {len(known.by_reference):,} "
            f"come in {sizes} each that add to one another, such as rows "
            f"{listing(map(str, first), most=6)}",
        ],
        hint="Rows are no cases then. Put `a case is: several rows` into a mapping, and give it "
        "with --mapping: the rows of each case are brought together by its reference, and dates "
        "collected. If the rows are cases all the same, name the sheet: "
        f'--sheet "{known.its.name}".',
    )


def _is_one_case(rows: Sequence[_Row], header: Header, fields: Mapping[str, FieldBase]) -> bool:
    """Whether rows with one reference add to each other: they differ, and don't contradict."""
    every = [[text_of(cell) for cell in cells] for _, cells in rows]
    if len(set(map(tuple, every))) < len(rows):
        return False
    stated = [column.index for column in _of_choices(header, fields)]
    return all(len({fold(texts[i]) for texts in every if texts[i]}) < 2 for i in stated)


def _of_choices(header: Header, fields: Mapping[str, FieldBase]) -> list[SheetColumn]:
    """The columns in which one answer contradicts another."""
    return header.of_fields({name for name, field in fields.items() if field.is_choice})


def _lists(
    sheets: Sequence[SheetOfCases], fields: Mapping[str, FieldBase]
) -> Iterator[tuple[str, str]]:
    """Sheets of the words to choose from: nothing in any column of theirs comes twice."""
    fullest = max((len(each.header.fields) for each in sheets), default=0)
    for each in sheets:
        columns = [column.index for column in _of_choices(each.header, fields)]
        rows = [cells for _, cells in each.rows]
        texts = [[text for row in rows if (text := text_of(row[i]))] for i in columns]
        if (
            len(each.header.fields) < fullest
            and max(map(len, texts), default=0) >= _LEAST_IN_A_LIST
            and all(len(set(map(fold, its))) == len(its) for its in texts)
        ):
            yield each.name, f'a list of words to choose from; --sheet "{each.name}" reads it'
