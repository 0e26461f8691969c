"""Which sheets of the files hold cases, and which of their columns hold which field."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from casefile_audit.english import did_you_mean, fold, listing
from casefile_audit.errors import UsageError
from casefile_audit.files.workbook import Sheet, Workbook
from casefile_audit.intake.columns import Header
from casefile_audit.intake.form_marks import (
    FIRST_SHEET,
    LISTS_SHEET,
    QUESTIONS_SHEET,
    SAMPLE_SHEET,
    form_marks,
)
from casefile_audit.intake.form_stamp import other_version
from casefile_audit.intake.forms import Form, FormState, find_forms, says_more
from casefile_audit.intake.habits import habits_of
from casefile_audit.intake.heading_checks import (
    check_mapped,
    refuse_spread,
    refuse_twins,
    unread_headings,
    unused_headings,
)
from casefile_audit.intake.headings import Matcher, matcher_of
from casefile_audit.intake.joined_rows import joined_rows
from casefile_audit.intake.layout import DataSheet, Layout, fields_by_sector
from casefile_audit.intake.mapping import MappingFile
from casefile_audit.intake.no_cases import NoCasesError, nearest_heading, serves
from casefile_audit.intake.passed_by import rival_columns, sheets_without_headings
from casefile_audit.intake.related_sheets import SheetOfCases, sheets_to_read
from casefile_audit.intake.row_rules import row_rules, with_looks
from casefile_audit.intake.sectors import sector_of_sheet, sectors_of_sheet
from casefile_audit.intake.tables_apart import tables_of_sheet
from casefile_audit.intake.unread_forms import UnreadForms
from casefile_audit.issues import Issue
from casefile_audit.manifest import Manifest
from casefile_audit.rubric.model import Rubric
from casefile_audit.rubric.only import Only

_BESIDE_FORM = "none of this form's sheets of cases"
_ASIDE = "its cases are set aside, and are in no count"
_OF_FORMS = frozenset((FIRST_SHEET, QUESTIONS_SHEET, LISTS_SHEET, SAMPLE_SHEET))
_NOT_CASES = "no headings of cases"


def lay_out(
    workbooks: Sequence[Workbook],
    rubric: Rubric,
    sheets: Sequence[str] = (),
    mapping: MappingFile | None = None,
    only: Sequence[Only] = (),
    called: Callable[[str], str] | None = None,
    manifest: Manifest | None = None,
) -> Layout:
    """Find the data sheets, and the fields of their columns.

    Args:
        workbooks: the open files; of a long one the first rows will do.
        sheets: names of the only sheets to read, hidden ones too; by default every visible sheet
            whose headings the rubric knows.
        called: what documents and the sheets of forms are called by instead of their names, which
            often are those of their cases.
        manifest: how the cases were drawn, where that is known: the sheet that says it is no other
            sheet that might have been read.

    Raises:
        UsageError: a sheet isn't there, or a file is given twice; no heading that the mapping
            names for a field is in any of the sheets.
        WorkbookError: no sheet can be read as cases.
    """
    workbooks = [_printable(workbook) for workbook in workbooks]
    if called is not None:
        workbooks = [_document_called(workbook, called) for workbook in workbooks]
    _check_files(workbooks, sheets)
    mapping, wanted, several = mapping or MappingFile(), [*map(fold, sheets)], len(workbooks) > 1
    finder = _Finder(rubric, mapping, wanted, tuple(only), several, called, manifest)
    for number, workbook in enumerate(workbooks):
        finder.look_through(number, workbook)
    names = [sheet.name for workbook in workbooks for sheet in workbook.sheets]
    finder.passed_over += [
        f"the mapping names a sheet `{name}` that isn't there; {did_you_mean(name, names)}"
        for name in mapping.sheets
        if fold(name) not in map(fold, names)
    ]
    return finder.layout()


def _printable(workbook: Workbook) -> Workbook:
    """A workbook whose name is text, which on some systems the name of a file needn't be."""

    def text(name: str) -> str:
        return name.encode("utf-8", "replace").decode()

    # The same sheet stays one, as what is made of its rows is kept with it.
    sheets = tuple(
        sheet if sheet.name == text(sheet.name) else replace(sheet, name=text(sheet.name))
        for sheet in workbook.sheets
    )
    return workbook._replace(path=Path(text(str(workbook.path))), sheets=sheets)


def _document_called(workbook: Workbook, called: Callable[[str], str]) -> Workbook:
    """A document by another name than its file's, and so its one sheet."""
    if any(sheet.tables is None for sheet in workbook.sheets):
        return workbook
    name = called(workbook.path.stem)
    sheets = tuple(replace(sheet, name=name) for sheet in workbook.sheets)
    path = workbook.path.with_name(f"{name}{workbook.path.suffix}")
    return workbook._replace(path=path, sheets=sheets)


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


@dataclass
class _Seen:
    """The sheets of one workbook.

    Attributes:
        tables: those with the headings of cases.
        forms: those that hold forms.
        others: those with neither, with what is most like headings.
        hidden: the names of those that are hidden.
        left: the names of those that aren't looked at, by why not.
    """

    tables: list[tuple[Sheet, Header]] = field(default_factory=list)
    forms: list[tuple[Sheet, list[Form]]] = field(default_factory=list)
    others: list[tuple[Sheet, Header | None]] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    left: dict[str, list[str]] = field(default_factory=dict)

    @property
    def not_read(self) -> dict[str, list[str]]:
        """The names of those of which nothing is read, by why not."""
        others = [*dict.fromkeys(sheet.name for sheet, _ in self.others)]
        return {**self.left, **({_NOT_CASES: others} if others else {})}

    def leave(self, sheet: Sheet, why: str) -> None:
        """Look at a sheet no further."""
        self.left.setdefault(why, []).append(sheet.name)

    def keep_one_kind(self) -> None:
        """Keep forms or tables, whichever say more, and of the tables those of cases."""
        if self.forms and says_more(self.tables, self.forms):
            self.others += ((sheet, None) for sheet, _ in self.forms)
            self.forms = []
        elif self.forms:
            self.others += self.tables
            self.tables = []
        # A page of guidance may name the case reference, as one heading among its sentences.
        fullest = max((len(header.fields) for _, header in self.tables), default=0)
        self.others += [its for its in self.tables if len(its[1].fields) == 1 < fullest]
        self.tables = [its for its in self.tables if not len(its[1].fields) == 1 < fullest]


@dataclass
class _Finder:
    """Looks through workbook after workbook for data sheets.

    Attributes:
        found: each data sheet, with the cells that its rows are read from.
        headless: the sheets without headings of cases.
        is_any_read: whether anything but forms that nobody filled in was found.
    """

    rubric: Rubric
    mapping: MappingFile
    wanted: Sequence[str]
    only: tuple[Only, ...]
    several_files: bool
    called: Callable[[str], str] | None
    manifest: Manifest | None
    found: list[tuple[DataSheet, Sheet]] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    unread: UnreadForms = field(default_factory=UnreadForms)
    is_any_read: bool = False
    headless: list[tuple[Path, Sheet]] = field(default_factory=list)
    _matchers: list[Matcher] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Know the fields as these workbooks' cells hold them."""
        self.fields = fields_by_sector(self.rubric, self.mapping)

    def look_through(self, number: int, workbook: Workbook) -> None:
        """Find every data sheet of a workbook, which is so many-th of the files from nought."""
        self.issues += other_version(workbook, self.rubric)
        self._matchers = []  # they know the texts that they have seen, and there may be many files
        seen = self._sorted(workbook)
        if not (seen.tables or seen.forms) or (self.wanted and seen.others):
            error = NoCasesError(workbook, seen.others, seen.hidden, self.rubric, self.mapping)
            if self.several_files and all(sheet.tables is not None for sheet, _ in seen.others):
                self.unread.documents.append((workbook.path.name, error))
                return
            raise error
        if not self.wanted:
            seen.keep_one_kind()
        workbook = self._called_as_its_form(workbook, seen.forms)
        self.headless += [
            (workbook.path, sheet)
            for sheet, its in seen.others
            if its is None or not serves(its, self.rubric)
        ]
        of = f" of {workbook.path.name}" if self.several_files else ""
        self.passed_over += [
            f"{'sheet' if len(names) == 1 else 'sheets'} {listing(names)}{of} ({why})"
            for why, names in seen.not_read.items()
        ]
        for sheet, header in seen.tables:
            self.is_any_read = True
            self._take_tables((number, workbook.sheets.index(sheet)), workbook, sheet, header)
        for sheet, its in seen.forms:
            self._take_forms((number, workbook.sheets.index(sheet)), workbook, its)

    def _sorted(self, workbook: Workbook) -> "_Seen":
        """The sheets of a workbook by what they seem to be."""
        seen = _Seen()
        is_form = any(form_marks(sheet) is not None for sheet in workbook.sheets)
        for sheet in workbook.sheets:
            marks = form_marks(sheet)
            if self.wanted:
                if fold(sheet.name) in self.wanted:
                    self._sort(sheet, seen)
            elif self.manifest is not None and sheet.name == SAMPLE_SHEET:
                continue
            elif marks is not None and marks.aside:
                seen.leave(sheet, f'{_ASIDE}; --sheet "{sheet.name}" reads it')
            elif is_form and marks is None:
                if sheet.name not in _OF_FORMS:
                    seen.leave(sheet, _BESIDE_FORM)
            elif not sheet.visible:
                seen.hidden.append(sheet.name)
                seen.leave(sheet, f'hidden; --sheet "{sheet.name}" reads it')
            else:
                self._sort(sheet, seen)
        return seen

    def _sort(self, sheet: Sheet, seen: "_Seen") -> None:
        matcher = self._matcher_of(sheet)
        header = matcher.header(sheet)
        if its := find_forms(sheet, header, matcher, self.fields[""], self.rubric):
            seen.forms.append((sheet, its))
        elif header is not None and serves(header, self.rubric) and sheet.tables is None:
            seen.tables.append((sheet, header))
        else:
            seen.others.append((sheet, header))

    def _matcher_of(self, sheet: Sheet) -> Matcher:
        """What knows the headings of a sheet: one for all sheets that are mapped alike."""
        own = self.mapping.of_sheet(sheet.name)
        known = next((its for its in self._matchers if its.mapping == own), None)
        if known is None:
            known = matcher_of(self.rubric, own)
            self._matchers.append(known)
        return known

    def _called_as_its_form(
        self, workbook: Workbook, forms: Sequence[tuple[Sheet, Sequence[Form]]]
    ) -> Workbook:
        """A workbook of one form by another name than its file's, which may be its case's."""
        if self.called is None or [len(its) for _, its in forms] != [1]:
            return workbook
        if forms[0][1][0].table.name == workbook.path.stem:  # as a document is called already
            return workbook
        name = f"{self.called(workbook.path.stem)}{workbook.path.suffix}"
        return workbook._replace(path=workbook.path.with_name(name))

    def _take_tables(
        self, at: tuple[int, int], workbook: Workbook, sheet: Sheet, header: Header
    ) -> None:
        """Take the table of a sheet, or each of several."""
        place = f"{workbook.path.name}, sheet {sheet.name}"
        found = tables_of_sheet(
            place,
            sheet,
            header,
            self._matcher_of(sheet),
            self.rubric,
            self.fields[""],
            joins=self.mapping.a_case_is == "several rows",
        )
        self.passed_over += [f"{place}: {line}" for line in found.left_out]
        for table in found.tables:
            self._take(at, workbook, table.sheet, table.header, part=table.place)

    def _take_forms(self, at: tuple[int, int], workbook: Workbook, forms: Sequence[Form]) -> None:
        """Take the forms that are answered, and remember the others."""
        # That blank means nothing is recorded takes more than a rubric to say, which may be made
        # for extracts: nobody fills those in.
        is_counted = self.mapping.unanswered == "nothing recorded"
        self.unread.beyond |= dict.fromkeys((workbook.path.name, its) for its in workbook.notes)
        if self.called is not None and forms[0].table.name != workbook.path.stem:
            forms = [self._form_called(form, self.called) for form in forms]
        for form in forms:
            name = form.name_in(workbook.path.stem)
            if form.state is FormState.GUIDANCE:
                place = name if name == workbook.path.stem else f"{workbook.path.name}, {name}"
                self.passed_over.append(self.unread.is_guidance(place))
            elif form.state in (FormState.ANSWERED, FormState.SET_APART) or (
                is_counted and form.has_answer(self.rubric.identifier)
            ):
                self.is_any_read |= form.state is not FormState.SET_APART
                self.unread.standing_out += (
                    (workbook.path.name, words) for words in form.standing_out
                )
                self._take(at, workbook, form.table, form.header, name, form.remarks)
            else:
                self.unread.forms.append((workbook.path.name, name))

    def _form_called(self, form: Form, called: Callable[[str], str]) -> Form:
        """A form by another name than its sheet's, to which the mapping of that sheet applies."""
        name, own = called(form.table.name), self.mapping.sheets
        if form.table.name in own:
            sheets = {**own, name: own[form.table.name]}
            self.mapping = self.mapping.model_copy(update={"sheets": sheets})
        return replace(form, table=replace(form.table, name=name))

    def _take(
        self,
        at: tuple[int, int],
        workbook: Workbook,
        sheet: Sheet,
        header: Header,
        form: str = "",
        remarks: Sequence[str] = (),
        part: str = "",
    ) -> None:
        """Take a table whose rows are cases, of a form of some name or of a part of its sheet."""
        place = f"{workbook.path.name}, sheet {sheet.name}"
        mapped = self.mapping.of_sheet(sheet.name)
        refuse_twins(place, header)
        header = header.sharing(self.rubric.fields, mapped)
        identifier = header.of_field(self.rubric.identifier or "")
        if not form:
            refuse_spread(place, sheet, header, identifier)
        index = identifier[0].index if identifier else None
        rows, name = sheet.rows[header.rows[-1] + 1 :], form or sheet.name
        sectors = sectors_of_sheet(self.rubric, workbook.path, name, header, rows)
        others = header.fields | self.rubric.not_asked_of(sectors)
        missing = [field for field in self.rubric.fields if field not in others]
        notes = () if form else workbook.notes
        data = DataSheet(
            index=len(self.found),
            at=at,
            file=workbook.path,
            sha256=workbook.sha256,
            name=name,
            place=self._place(workbook.path, name) + (part and f" ({part})"),
            header=header,
            rules=row_rules(sheet, header, index, mapped.leave_out, self.fields),
            hidden_rows=sheet.hidden_rows,
            hidden_columns=sheet.hidden_columns,
            struck_rows=sheet.struck_rows,
            struck_cells=sheet.struck_cells,
            without_column=tuple((n, nearest_heading(header, n, self.rubric)) for n in missing),
            remarks=(*notes, *header.notes, *unread_headings(mapped, header), *remarks),
            part=part,
            is_form=bool(form),
            made=None if sheet is workbook.sheets[at[1]] else sheet,
            sectors=sectors,
        )
        self.found.append((data, sheet))

    def _place(self, file: Path, sheet: str) -> str:
        """A sheet's name, with its file's where there are several; a table has only the latter."""
        if not self.several_files:
            return sheet
        return file.name if file.stem == sheet else f"{file.name}, {sheet}"

    def _tell_looks(self) -> None:
        """Let each data sheet know how the references of all of them look."""
        rules = with_looks(
            [data.rules for data, _ in self.found], [sheet for _, sheet in self.found], self.fields
        )
        pairs = zip(self.found, rules, strict=True)
        self.found = [(replace(data, rules=own), sheet) for (data, sheet), own in pairs]

    def _tables_by_file(self) -> dict[Path, list[tuple[DataSheet, Sheet]]]:
        by_file: dict[Path, list[tuple[DataSheet, Sheet]]] = {}
        for data, sheet in self.found:
            if not data.is_form:
                by_file.setdefault(data.file, []).append((data, sheet))
        return by_file

    def _join_rows(self) -> list[Issue]:
        """Bring the rows of each case together, file by file; the issues that there were.

        Raises:
            UsageError: the rubric has no case reference to bring them together by.
        """
        if self.rubric.identifier is None:
            raise UsageError(
                f"the rubric `{self.rubric.name}` has no case reference, and without one the rows "
                "of a case can't be brought together",
                hint="Leave `a case is` out of the mapping, or add a field of type identifier to "
                "the rubric.",
            )
        made = {data.index: data for data, _ in self.found if data.is_form}
        issues: list[Issue] = []
        for file, sheets in self._tables_by_file().items():
            joined = joined_rows(sheets, self.rubric, self.fields)
            made |= {data.index: data for data in joined.sheets}
            issues += joined.issues
            self.passed_over += [
                f"{file.name}, sheet {name}: its rows are further rows of the cases before it"
                for name in joined.emptied
            ]
        kept = [(made[data.index], sheet) for data, sheet in self.found if data.index in made]
        self.found = [(data, data.made or sheet) for data, sheet in kept]
        self._tell_looks()
        return issues

    def _look_back(self) -> None:
        """Leave out the sheets that are no sheets of cases, now that all have been seen.

        Raises:
            WorkbookError: each case takes several rows, or stands on several sheets.
        """
        chooses = self.rubric.cases is not None or bool(self.only)
        passed: set[tuple[Path, str]] = set()
        for file, tables in self._tables_by_file().items():
            sheets = [
                SheetOfCases(
                    file.name,
                    data.label,
                    sector_of_sheet(self.rubric, file, data.name, data.header),
                    sheet,
                    data.header,
                    data.rules,
                )
                for data, sheet in tables
            ]
            left = sheets_to_read(sheets, self.rubric, self.fields[""], chooses=chooses)
            self.passed_over += [f"{file.name}, sheet {name}: {why}" for name, why in left.items()]
            passed |= {(file, name) for name in left}
        if passed:
            self.found = [its for its in self.found if (its[0].file, its[0].label) not in passed]
            self._tell_looks()

    def layout(self) -> Layout:
        """All that was found."""
        if not self.found or (self.unread.forms and not self.is_any_read):
            self.unread.check()
        there = [data for data, _ in self.found]
        check_mapped(self.mapping, there, self.rubric)
        self.passed_over += unused_headings(self.mapping, there)
        self._tell_looks()
        sheets, issues = [], list[Issue]()
        if self.mapping.a_case_is == "several rows":
            issues += self._join_rows()
        elif not self.wanted:
            self._look_back()
        for index, (data, sheet) in enumerate(self.found):
            habits, found = habits_of(data.file.name, sheet, data.header, self.rubric, self.mapping)
            found += rival_columns(data.file.name, sheet, data.header, self.fields[""])
            sheets.append(replace(data, index=index, habits=habits))
            issues += [] if data.is_form else found
        for file in dict.fromkeys(file for file, _ in self.headless):
            apart = [sheet for its, sheet in self.headless if its == file]
            read = [each for each in sheets if each.file == file and not each.is_form]
            issues += sheets_without_headings(file.name, apart, read, self.fields)
        answered = sum(sheet.is_form for sheet in sheets)
        return Layout(
            self.rubric,
            self.mapping,
            self.fields,
            tuple(sheets),
            tuple(self.passed_over),
            (*issues, *self.issues, *self.unread.issues(answered)),
            self.only,
            self.manifest,
        )
