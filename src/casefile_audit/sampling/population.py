"""A list of cases as a population: which rows are its cases, and what tells its strata apart."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from casefile_audit.english import (
    count,
    did_you_mean,
    first_few,
    fold,
    heading_key,
    listing,
    quoted,
)
from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.files.sources import Source, digest_of, head_of, open_source
from casefile_audit.files.tables import CellTable
from casefile_audit.files.workbook import AS_STORED, OpenOptions, Workbook, text_of
from casefile_audit.intake.account import Account, Intake
from casefile_audit.intake.duplicates import marks_of
from casefile_audit.intake.headings import Matcher
from casefile_audit.intake.layout import Layout
from casefile_audit.intake.mapping import MappingFile, SheetMapping
from casefile_audit.intake.no_cases import NoCasesError
from casefile_audit.intake.sheets import lay_out
from casefile_audit.manifest import ManifestRow, PopulationFile
from casefile_audit.rubric.conditions.moments import fixed_day
from casefile_audit.rubric.conditions.values import is_number
from casefile_audit.rubric.fields import (
    AnyField,
    DateField,
    IdentifierField,
    NumberField,
    TextField,
)
from casefile_audit.rubric.library import shipped_library
from casefile_audit.rubric.model import Rubric
from casefile_audit.rubric.only import only_of, typed_parts
from casefile_audit.scoring.chunks import Piece, Task, run
from casefile_audit.scoring.partial import ReadPortion, ScoreOptions

_Column = TextField | DateField | NumberField

REFERENCE = "reference"
"""The field of the case reference. No column can be asked for by this name but that."""

# The plainest headings of a list, which are not worth a place in the library: a workbook of answers
# may have an ID of each row beside the reference of its case.
_PLAIN_HEADINGS = ("Ref", "Case", "Case ID", "Child ID", "Person ID", "ID")
_MOST_ROWS = 200
_COMPANIONS = 3
_COMPANION = "a column beside the others"
_ROWS_LOOKED_AT = 500
_MONTH_OR_YEAR_RE = re.compile(r"\d{4}(-\d{1,2})?")


@dataclass(frozen=True)
class PopulationOptions:
    """Which rows and columns of a list are meant.

    Attributes:
        reference: the heading of the column of case references; found where it is None.
        by: the headings of the columns that strata are made by, as typed.
        only: ``FIELD=VALUE``, as typed: leave out all other cases.
    """

    sheets: Sequence[str] = ()
    reference: str | None = None
    by: Sequence[str] = ()
    only: Sequence[str] = ()


@dataclass(frozen=True)
class PiecesOfCases:
    """Some cases of a population, with the rows that they are in."""

    intake: Intake
    table: CellTable


@dataclass
class Population:
    """A list of cases whose headings are known.

    Attributes:
        by: the headings of the columns that strata are made by, as typed.
    """

    source: Source
    layout: Layout
    by: Sequence[str] = ()
    _account: Account | None = field(default=None, repr=False)

    @property
    def path(self) -> Path:
        """Where the file is."""
        return head_of(self.source).path

    @property
    def account(self) -> Account:
        """How the cases were read, once they all were."""
        if self._account is None:
            raise ValueError("the cases haven't been gone through yet")
        return self._account

    @property
    def headings(self) -> list[str]:
        """Every column as the first sheet has it; one without a heading is called by its letter."""
        data = self.layout.sheets[0]
        sheet = head_of(self.source).sheets[data.at[1]]
        named = {column.index: column.heading for column in data.header.columns}
        return [named.get(index, "") for index in range(len(sheet.rows[0]))]

    @property
    def reference_index(self) -> int:
        """The index of the column of case references, on the first sheet."""
        return self.layout.sheets[0].rules.identifier or 0

    def pieces(self) -> Iterator[PiecesOfCases]:
        """All of its cases, some at a time, in the order of the file.

        Raises:
            AuditError: there are none, or the file can't be read.
        """
        task = Task(self.layout, (self.source,), ScoreOptions(dt.date.min, most_listed=_MOST_ROWS))
        read: list[tuple[Piece, ReadPortion]] = []
        for piece, table in task.tables():
            intake = task.intake(piece, table)
            marks = (marks_of(intake.cases, self.layout.rubric, piece.number),)
            read.append((piece, ReadPortion(account=intake.account, marks=marks)))
            yield PiecesOfCases(intake, table)
        self._account = run(task, iter(read)).account

    def refuse_unlike(self) -> None:
        """Refuse sheets with other columns than the first: rows would stand under its headings.

        Raises:
            UsageError: the sheets.
        """
        first, *others = self.layout.sheets
        columns = {column.index: heading_key(column.heading) for column in first.header.columns}
        for data in others:
            if {c.index: heading_key(c.heading) for c in data.header.columns} != columns:
                raise UsageError(
                    f"{data.file.name}: sheet {data.name} hasn't the columns of sheet "
                    f"{first.name} in the same order, so their cases can't stand in one list",
                    hint="Bring them into one order; or draw from one sheet: "
                    f'--sheet "{first.name}".',
                )

    def refuse_repeated(self) -> None:
        """Refuse a reference that is there twice: which of the rows is the case?

        Raises:
            WorkbookError: the references, and every row.
        """
        repeated = self.account.repeated
        if not repeated.total:
            return
        raise WorkbookError(
            f"{self.path.name}: {count(repeated.total, 'case')} "
            f"{'has' if repeated.total == 1 else 'have'} the reference of another, and which of "
            "them would be drawn can't be told",
            details=first_few(
                [f"{p.found}: {p.sheet}!{p.cell} and {p.other}" for p in repeated],
                20,
                "and {:,} more",
                repeated.total,
            ),
            hint="Remove the rows that are there twice; or, if each row is a case of its own, give "
            "it a reference of its own, or name another column with --reference.",
        )

    def as_file(self) -> PopulationFile:
        """What the manifest says of the file."""
        sheets = [*self.account.sheets.values()]
        data = self.layout.sheets[0]
        return PopulationFile(
            file=self.path.name,
            sha256=digest_of(self.source),
            sheets=[sheet.sheet for sheet in sheets],
            reference=self.headings[self.reference_index] or f"column {data.reference_at(0)[:-1]}",
            rows=sum(sheet.rows for sheet in sheets),
            cases=self.account.cases + sum(sheet.chosen.not_chosen for sheet in sheets),
            left_out=[
                ManifestRow(sheet=sheet.sheet, row=out.row, reason=out.reason)
                for sheet in sheets
                for out in sheet.left_out
            ],
        )


def open_population(
    path: Path, wanted: PopulationOptions, opening: OpenOptions = AS_STORED
) -> Population:
    """Open a list of cases, and find its headings.

    Raises:
        AuditError: it can't be read, or has no column for what is wanted.
    """
    source = open_source(path, opening)
    head = head_of(source)
    rubric = _rubric(wanted, head)
    only = only_of(wanted.only, rubric)
    fields = {REFERENCE: [wanted.reference]} if wanted.reference else {}
    try:
        layout = lay_out([head], rubric, wanted.sheets, MappingFile(fields=fields), only)
    except NoCasesError as error:
        _refuse_references(wanted)
        raise _no_reference(error.file, head, wanted) from None
    for data in layout.sheets:
        headings = [column.heading for column in data.header.columns]
        for name in rubric.fields:
            if name not in data.header.fields and rubric.fields[name].title != _COMPANION:
                _refuse_references(wanted)
                option = "--by" if name in wanted.by else "--only"
                raise UsageError(
                    f"{option}: {path.name}, sheet {data.name}, has no column `{name}`",
                    hint=did_you_mean(name, headings),
                )
    return Population(source, layout, wanted.by)


def _refuse_references(wanted: PopulationOptions) -> None:
    """Refuse strata of one case each, which the column of references would make.

    Raises:
        UsageError: it is among those that strata are to be made by.
    """
    matcher = Matcher([{REFERENCE: _reference_field()}], SheetMapping())
    for name in wanted.by:
        if name in (REFERENCE, wanted.reference) or matcher.match(name, 0) is not None:
            raise UsageError(
                f"--by: `{name}` is the column of case references, and each case would be a "
                "stratum of its own",
                hint="Give a column whose values several cases share, such as --by district.",
            )


def _no_reference(file: str, head: Workbook, wanted: PopulationOptions) -> WorkbookError:
    """What to say of a list without a column of references, to somebody who has no rubric."""
    if wanted.reference is None:
        what = f"{file} has no column that is known to hold case references"
        hint = 'Name it by its heading, such as --reference "Worker\'s file no".'
    else:
        what = f"{file} has no column `{wanted.reference}`"
        hint = "Give --reference one of its headings."
    details = [
        f"sheet {sheet.name}: its first row holds {listing(quoted(texts), most=12)}"
        for sheet in head.sheets
        if sheet.visible and (texts := [text for text in map(text_of, sheet.rows[0]) if text])
    ]
    return WorkbookError(what, details, hint)


def _companions(head: Workbook, fields: Mapping[str, AnyField], reference: str | None) -> list[str]:
    """The headings of the fullest other columns.

    A row that holds a case reference and nothing else may be a remark under the list, and is looked
    at singly; without them every row of a long list would be.
    """
    mapped = {REFERENCE: [reference]} if reference else {}
    matcher = Matcher([fields], SheetMapping(fields=mapped))
    filled: Counter[str] = Counter()
    for sheet in head.sheets:
        header = matcher.header(sheet) if sheet.rows else None
        rows = sheet.rows[header.rows[-1] + 1 :][:_ROWS_LOOKED_AT] if header else []
        for column in header.columns if header else ():
            if column.field is None and heading_key(column.heading):
                filled[column.heading] += sum(bool(text_of(row[column.index])) for row in rows)
    return [heading for heading, _ in filled.most_common(_COMPANIONS)]


def _reference_field() -> IdentifierField:
    references = shipped_library()["case-reference"]
    return IdentifierField(
        type="identifier",
        title="Case reference",
        headings=[*references["headings"], *_PLAIN_HEADINGS],
        beside=references["beside"],
    )


def _rubric(wanted: PopulationOptions, head: Workbook) -> Rubric:
    """What a population's columns hold, as a rubric that asks nothing of them."""
    fields: dict[str, AnyField] = {REFERENCE: _reference_field()}
    for name in wanted.by:
        fields[name] = _field(name)
    for text in wanted.only:
        name, sign, value = typed_parts(text)
        if name and (name not in fields or fields[name].type == "text"):
            fields[name] = _field(name, _kind_of(sign, value))
    for heading in _companions(head, fields, wanted.reference):
        fields[heading] = TextField(type="text", title=_COMPANION, headings=[heading])
    # It would refuse to be without a question.
    return Rubric.model_construct(
        rubric="population", title="Population", version="1", fields=fields
    )


def _field(name: str, kind: Literal["text", "date", "number"] = "text") -> _Column:
    """A column by its heading, or by what the shipped rubrics know it by."""
    known = shipped_library().get(heading_key(name).replace(" ", "-"), {})
    headings = [name, *(known.get("headings", ()) if fold(name) != REFERENCE else ())]
    if kind == "date":
        return DateField(type=kind, headings=headings)
    if kind == "number":
        return NumberField(type=kind, headings=headings)
    return TextField(type=kind, headings=headings)


def _kind_of(sign: str, value: str) -> Literal["text", "date", "number"]:
    """What kind of value something is compared with."""
    ordered = sign in (">", "<", ">=", "<=")
    if (not value.isdigit() and fixed_day(value)) or (
        _MONTH_OR_YEAR_RE.fullmatch(value) and ordered
    ):
        return "date"
    return "number" if ordered and is_number(value) else "text"
