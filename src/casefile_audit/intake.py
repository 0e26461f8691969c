"""From workbooks and a rubric to Cases, with every problem listed and nothing lost."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from casefile_audit.cases import Cases, SheetOrigin, State
from casefile_audit.columns import Block, CellProblem, join_cases, read_block, shown
from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.headings import Header, Matcher, heading_keys, refuse_twins
from casefile_audit.mapping import MappingFile
from casefile_audit.rows import LeftOut, notes_on_mapping, notes_on_rows, rows_of
from casefile_audit.rubric import SECTOR, Rubric
from casefile_audit.sectors import sectors_of_rows, with_sector
from casefile_audit.words import count, did_you_mean, fold, heading_key, listing, nearest, quoted
from casefile_audit.workbook import Sheet, Workbook, text_of

_ROWS_SEARCHED_FOR_RUBRIC = 40
_NO_SECTOR = "no column, sheet or file name tells the sector of its cases"
_NOT_CASES = "none of its rows has the headings of cases"


@dataclass(frozen=True)
class SheetIntake:
    """What was read of one sheet. ``rows`` is always ``cases`` and those left out together.

    Attributes:
        file, sha256, sheet: where it is.
        header: its headings.
        rows: how many rows under the headings hold anything.
        cases: how many of them are cases.
        left_out: the others.
        without_column: the fields that it has no column for, each with the nearest heading.
        notes: sentences on what else was done.
    """

    file: str
    sha256: str
    sheet: str
    header: Header
    rows: int
    cases: int
    left_out: tuple[LeftOut, ...]
    without_column: tuple[tuple[str, str | None], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Intake:
    """The cases, and everything that there is to say about how they were read.

    Attributes:
        cases: the cases.
        sheets: what was read of each data sheet.
        passed_over: sentences on the sheets that were not read.
        problems: cells that somebody ought to look at.
        mapping: the mapping that was applied.
    """

    cases: Cases
    sheets: tuple[SheetIntake, ...]
    passed_over: tuple[str, ...]
    problems: tuple[CellProblem, ...]
    mapping: MappingFile

    def check_questions(self, rubric: Rubric) -> None:
        """Refuse to go on where there is a column for none of the rubric's questions or grades.

        Raises:
            WorkbookError: what the sheets have no column for, with the nearest headings.
        """
        recorded = {grade.recorded for grade in rubric.grades.values()}
        for sheet in self.sheets:
            fields = sheet.header.fields
            asked = (
                all(condition.answerable(fields) for condition in criterion.conditions)
                for criterion in rubric.criteria.values()
            )
            if recorded & fields or any(asked):
                return
        near = {
            field: near for sheet in self.sheets for field, near in sheet.without_column if near
        }
        field, heading = next(iter(near.items()), ("FIELD", "YOUR HEADING"))
        raise WorkbookError(
            f"there is no column for any question of the rubric `{rubric.name}`",
            details=[f"{field}: the nearest heading is `{near}`" for field, near in near.items()],
            hint=f'Name a column with --map {field}="{heading}", choose another rubric with '
            "--rubric, or see what was found with `audit check`.",
        )

    def check_grades(self) -> None:
        """Refuse to go on while a grade isn't on its scale.

        Raises:
            WorkbookError: every such cell, with what it should hold.
        """
        wrong: dict[tuple[str, str, str, str], list[str]] = {}
        for p in self.problems:
            if p.stops:
                wrong.setdefault((p.file, p.sheet, p.found, p.expected), []).append(p.cell)
        if wrong:
            raise WorkbookError(
                f"{count(sum(map(len, wrong.values())), 'grade')} can't be read",
                details=[
                    f"{file}, {sheet}!{listing(cells)}: `{found}`; expected {expected}"
                    for (file, sheet, found, expected), cells in wrong.items()
                ],
                hint="Correct the cells, or add the words to the field in the rubric: "
                "`also: {their word: the grade}`. To change a shipped rubric, start from a copy: "
                "`audit rubric new FILE --from NAME`.",
            )


class NoCasesError(WorkbookError):
    """None of a workbook's sheets can be read as cases.

    Attributes:
        file: the workbook's name.
        sheets: each sheet that was looked at, with its likeliest headings, if it has any.
        rubric: the rubric that was to be applied.
        mapping: the mapping that was applied.
        advice: what to do, for those who have seen the headings.
    """

    def __init__(
        self,
        what: str,
        details: Sequence[str],
        advice: str,
        file: str,
        sheets: Sequence[tuple[str, Header | None]],
        rubric: Rubric,
        mapping: MappingFile,
    ) -> None:
        super().__init__(
            what, details, f"{advice}. `audit check` lists the headings of each sheet."
        )
        self.file = file
        self.sheets = tuple(sheets)
        self.rubric = rubric
        self.mapping = mapping
        self.advice = f"{advice}."


def rubric_named_in(workbooks: Iterable[Workbook]) -> str | None:
    """The rubric that workbooks say they were made for; None if they don't say.

    A workbook says so in a row whose only two filled cells are ``Rubric`` and a name.

    Raises:
        UsageError: they name different rubrics.
    """
    named: dict[str, str] = {}
    for workbook in workbooks:
        for sheet in workbook.sheets:
            for row in sheet.rows[:_ROWS_SEARCHED_FOR_RUBRIC]:
                texts = [text for text in map(text_of, row) if text]
                if len(texts) == 2 and fold(texts[0]) == "rubric":
                    named.setdefault(texts[1], workbook.path.name)
    if len(named) > 1:
        raise UsageError(
            "the workbooks were made for different rubrics",
            details=[f"{file}: `{rubric}`" for rubric, file in named.items()],
            hint="Score them one at a time, or choose with --rubric.",
        )
    return next(iter(named), None)


def read_cases(
    workbooks: Sequence[Workbook],
    rubric: Rubric,
    sheets: Sequence[str] = (),
    mapping: MappingFile | None = None,
) -> Intake:
    """Read the cases of every data sheet.

    Args:
        workbooks: the open files.
        rubric: what their columns hold.
        sheets: names of the only sheets to read, hidden ones too; by default every visible sheet
            whose headings the rubric knows.
        mapping: headings of these workbooks, and words that their cells use.

    Raises:
        UsageError: a sheet isn't there, or a file is given twice.
        WorkbookError: no sheet can be read as cases, or there are none.
    """
    workbooks = [_printable(workbook) for workbook in workbooks]
    _check_files(workbooks, sheets)
    wanted = [fold(name) for name in sheets]
    reader = _Reader(rubric, mapping or MappingFile(), wanted, several_files=len(workbooks) > 1)
    for workbook in workbooks:
        reader.read(workbook)
    names = [sheet.name for workbook in workbooks for sheet in workbook.sheets]
    reader.passed_over += [
        f"the mapping names a sheet `{name}` that isn't there; {did_you_mean(name, names)}"
        for name in reader.mapping.sheets
        if fold(name) not in map(fold, names)
    ]
    return reader.intake()


def _printable(workbook: Workbook) -> Workbook:
    """A workbook whose name is text, which on some systems the name of a file needn't be."""

    def text(name: str) -> str:
        return name.encode("utf-8", "replace").decode()

    sheets = tuple(replace(sheet, name=text(sheet.name)) for sheet in workbook.sheets)
    return replace(workbook, path=Path(text(str(workbook.path))), sheets=sheets)


def _check_files(workbooks: Sequence[Workbook], sheets: Sequence[str]) -> None:
    names = [sheet.name for workbook in workbooks for sheet in workbook.sheets]
    for name in sheets:
        if fold(name) not in map(fold, names):
            raise UsageError(f"there is no sheet `{name}`", hint=did_you_mean(name, names))
    seen: dict[str, str] = {}
    for workbook in workbooks:
        first = seen.setdefault(workbook.sha256, workbook.path.name)
        if len(seen) < len(workbooks) and first != workbook.path.name:
            raise UsageError(
                f"{first} and {workbook.path.name} are the same file",
                hint="Its cases would be counted twice: leave one out.",
            )
    if len(seen) < len(workbooks):
        raise UsageError("the same file is given twice", hint="Leave one out.")


class _Reader:
    """Reads workbook after workbook into blocks."""

    def __init__(
        self, rubric: Rubric, mapping: MappingFile, wanted: Sequence[str], several_files: bool
    ) -> None:
        self.rubric = rubric
        self.mapping = mapping
        self.wanted = wanted
        self.several_files = several_files
        self.sheets: list[SheetIntake] = []
        self.blocks: list[Cases] = []
        self.passed_over: list[str] = []
        self.problems: list[CellProblem] = []

    def read(self, workbook: Workbook) -> None:
        """Read every data sheet of a workbook."""
        found: list[tuple[Sheet, Header]] = []
        refused: list[tuple[Sheet, Header | None]] = []
        hidden: list[str] = []
        for sheet in workbook.sheets:
            if self.wanted and fold(sheet.name) not in self.wanted:
                continue
            if not self.wanted and not sheet.visible:
                hidden.append(f'sheet {sheet.name}: it is hidden; --sheet "{sheet.name}" reads it')
                continue
            header = self._matcher(sheet).header(sheet)
            if header is not None and self._serves(header):
                found.append((sheet, header))
            else:
                refused.append((sheet, header))
        if not found or (self.wanted and refused):
            raise self._no_cases_error(workbook, refused, hidden)
        # A page of guidance may name the case reference, as one heading among its sentences.
        fullest = max(len(header.fields) for _, header in found)
        refused += [(s, h) for s, h in found if len(h.fields) == 1 < fullest and not self.wanted]
        others = dict.fromkeys(sheet.name for sheet, _ in refused)
        self.passed_over += [
            f"{workbook.path.name}, {line}"
            for line in (*hidden, *(f"sheet {name}: {_NOT_CASES}" for name in others))
        ]
        for sheet, header in found:
            if sheet.name not in others:
                self._read_sheet(workbook, sheet, header)

    def _matcher(self, sheet: Sheet) -> Matcher:
        variants = [self.rubric.fields_of(sector) for sector in ("", *self.rubric.sectors)]
        return Matcher(variants, self.mapping.of_sheet(sheet.name))

    def _serves(self, header: Header) -> bool:
        if self.rubric.identifier is not None:
            return self.rubric.identifier in header.fields
        return len(header.fields) >= min(2, len(self.rubric.fields))

    def _no_cases_error(
        self,
        workbook: Workbook,
        refused: Sequence[tuple[Sheet, Header | None]],
        hidden: Sequence[str],
    ) -> NoCasesError:
        identifier = self.rubric.identifier
        details: list[str] = []
        example = ""
        for sheet, header in refused:
            if header is None:
                details.append(f"sheet {sheet.name}: no heading that the rubric knows")
                continue
            at = f"sheet {sheet.name}, row {header.rows[0] + 1}"
            known = f"it knows {count(len(header.fields), 'heading')}"
            if identifier is None:
                details.append(f"{at}: {known}")
                continue
            mapped = self.mapping.of_sheet(sheet.name).fields.get(identifier, [])
            wanted = f", which is mapped to {listing(quoted(mapped), 'or')}" if mapped else ""
            near = self._nearest(header, identifier)
            example = near or example
            details.append(
                f"{at}: {known}, but none for `{identifier}`{wanted}"
                + (f"; nearest: `{near}`" if near else "")
            )
        field = identifier or next(iter(self.rubric.fields))
        what = "column for the case reference" if identifier else "row of headings"
        return NoCasesError(
            f"{workbook.path.name} has no {what} that the rubric `{self.rubric.name}` knows",
            [*details, *hidden],
            f'Name the heading with --map {field}="{example or "YOUR HEADING"}", or choose '
            "another rubric with --rubric",
            workbook.path.name,
            [(sheet.name, self._matcher(sheet).likeliest(sheet)) for sheet, _ in refused],
            self.rubric,
            self.mapping,
        )

    def _nearest(self, header: Header, field: str) -> str | None:
        names = [name for s in ("", *self.rubric.sectors)
                 for name in self.rubric.fields_of(s)[field].headings]  # fmt: skip
        return header.nearest_heading(field, names)

    def _read_sheet(self, workbook: Workbook, sheet: Sheet, header: Header) -> None:
        refuse_twins(f"{workbook.path.name}, sheet {sheet.name}", header)
        identifier = header.of_field(self.rubric.identifier) if self.rubric.identifier else []
        unwanted = self.mapping.of_sheet(sheet.name).leave_out
        found = list(rows_of(sheet, header, identifier[0].index if identifier else None, unwanted))
        rows = np.array([row for row in found if isinstance(row, int)], dtype=np.int64)
        left_out = tuple(row for row in found if isinstance(row, LeftOut))
        missing = [name for name in self.rubric.fields if name not in header.fields]
        sectors, problems = sectors_of_rows(self.rubric, workbook.path, sheet, header, rows)
        untold = [_NO_SECTOR] if self.rubric.sectors and not (problems or all(sectors)) else []
        self.sheets.append(
            SheetIntake(
                file=workbook.path.name,
                sha256=workbook.sha256,
                sheet=sheet.name,
                header=header,
                rows=len(found),
                cases=len(rows),
                left_out=left_out,
                without_column=tuple((name, self._nearest(header, name)) for name in missing),
                notes=(
                    *workbook.notes,
                    *header.notes,
                    *notes_on_rows(sheet, rows),
                    *notes_on_mapping(self.mapping.of_sheet(sheet.name), header, left_out),
                    *untold,
                ),
            )
        )
        self.problems += problems
        for sector in dict.fromkeys(sectors):
            block = Block(
                file=workbook.path.name,
                sheet=sheet,
                header=header,
                fields={
                    name: self.mapping.words_of(name, field)
                    for name, field in self.rubric.fields_of(sector).items()
                },
                rows=rows[sectors == sector],
            )
            cases, problems = read_block(block, len(self.sheets) - 1)
            self.problems += problems
            self.blocks.append(self._named(cases, sector, block))

    def _place(self, origin: SheetOrigin) -> str:
        """A sheet's name, with its file's where there are several; a table has only the latter."""
        if not self.several_files:
            return origin.sheet
        is_table = Path(origin.file).stem == origin.sheet
        return origin.file if is_table else f"{origin.file}, {origin.sheet}"

    def _named(self, cases: Cases, sector: str, block: Block) -> Cases:
        """The cases with their references, and with their sector where the rubric has some."""
        origin = cases.sheets[0]
        place = self._place(origin)
        references = np.array([f"{place} row {row}" for row in cases.row], dtype=object)
        if self.rubric.identifier is not None:
            values, states = cases.column(self.rubric.identifier)
            given = states == State.VALUE
            references[given] = values.astype(object).to_numpy()[given]
            column = block.header.of_field(self.rubric.identifier)[0]
            for case in np.flatnonzero(~given):
                held = text_of(block.sheet.rows[cases.row[case] - 1][column.index])
                self.problems.append(
                    CellProblem(
                        *(origin.file, origin.sheet, f"{column.letter}{cases.row[case]}"),
                        *(self.rubric.identifier, shown(held)),
                        expected=f"a case reference; the case is called {references[case]}",
                    )
                )
        return with_sector(replace(cases, references=references), self.rubric, sector)

    def intake(self) -> Intake:
        """All that was read."""
        if not any(len(block) for block in self.blocks):
            places = [f"{sheet.file}, sheet {sheet.sheet}" for sheet in self.sheets]
            raise WorkbookError(
                f"there are no case files under the headings of {listing(places)}",
                details=[
                    f"row {out.row} left out: {out.reason}"
                    for s in self.sheets
                    for out in s.left_out
                ],
                hint="If the headings stand in another row, name it by `header_row` in a mapping.",
            )
        self._check_mapping()
        self._note_unused_headings()
        filled = [block for block in self.blocks if len(block)]
        cases = join_cases(filled, self.rubric.fields_of())
        problems = [*self.problems, *_repeated_references(cases, self.rubric)]
        return Intake(
            cases, tuple(self.sheets), tuple(self.passed_over), tuple(problems), self.mapping
        )

    def _check_mapping(self) -> None:
        """Refuse a mapping whose heading is in none of the sheets: it would map nothing."""
        mapped = [self.mapping, *self.mapping.sheets.values()]
        wanted = {f: headings for part in mapped for f, headings in part.fields.items() if headings}
        columns = (column for sheet in self.sheets for column in sheet.header.columns)
        headings = list(dict.fromkeys(column.heading for column in columns))
        absent = {
            field: names
            for field, names in wanted.items()
            if not any(field in sheet.header.fields for sheet in self.sheets)
        }
        if absent:
            files = listing(dict.fromkeys(sheet.file for sheet in self.sheets))
            raise UsageError(
                f"{files}: the mapping names headings that aren't there",
                details=[
                    f"{field}: {listing(quoted(names), 'or')}; "
                    f"{self._nearest_mapped(field, names[0], headings)}"
                    for field, names in absent.items()
                ],
                hint="Without the mapping, `audit check CASES` lists the headings that are there. "
                "Where two files name a field differently, map both headings to it.",
            )

    def _note_unused_headings(self) -> None:
        """Say which of a field's mapped headings are in none of the sheets."""
        columns = [column for sheet in self.sheets for column in sheet.header.columns]
        headings = list(dict.fromkeys(column.heading for column in columns))
        there = {key for heading in headings for key in heading_keys(heading)}
        there |= {f"column {column.letter.lower()}" for column in columns}
        absent = dict.fromkeys(
            (field, name)
            for part in (self.mapping, *self.mapping.sheets.values())
            for field, names in part.fields.items()
            for name in names
            if len(names) > 1 and "{n}" not in name and heading_key(name) not in there
        )
        for field, name in absent:
            tail = f"; did you mean `{near}`?" if (near := nearest(name, headings)) else ""
            self.passed_over.append(f"`{name}`, mapped to `{field}`, isn't a heading here{tail}")

    def _nearest_mapped(self, field: str, name: str, headings: Sequence[str]) -> str:
        """The nearest heading; one with ``{n}`` for a field that several numbered ones hold."""
        if self.rubric.fields[field].several_columns:
            patterns = [re.sub(r"\d{1,3}(?=\D*$)", "{n}", heading) for heading in headings]
            several = [p for p in dict.fromkeys(patterns) if "{n}" in p and patterns.count(p) > 1]
            if near := nearest(name, several):
                return f"did you mean `{near}`, where {{n}} stands for each number?"
        return did_you_mean(name, headings)


def _repeated_references(cases: Cases, rubric: Rubric) -> Iterator[CellProblem]:
    """Cases whose reference another has already; sectors may each have a file on a child."""
    identifier = rubric.identifier
    if identifier is None:
        return
    keys = pd.Series(cases.references).map(fold)
    if rubric.sectors:
        keys = keys + "\n" + cases.frame[SECTOR].astype(object).fillna("").astype(str)
    firsts = keys.drop_duplicates()
    first_of = dict(zip(firsts, firsts.index, strict=True))
    for case in np.flatnonzero(keys.duplicated()):
        first = first_of[keys[case]]
        origin, first_origin = cases.sheets[cases.sheet[case]], cases.sheets[cases.sheet[first]]
        same_file = origin.file == first_origin.file
        where = f"{'' if same_file else first_origin.file + ', '}{first_origin.sheet}!"
        yield CellProblem(
            *(origin.file, origin.sheet, cases.address(int(case), identifier), identifier),
            found=shown(str(cases.references[case])),
            expected=f"a reference of its own; {where}{cases.address(int(first), identifier)} "
            "has it too, and both are counted",
        )
