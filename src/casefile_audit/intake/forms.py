"""Forms: pages that ask their questions down the side, or above the answers, of one case each.

Each form becomes a table of one row, whose headings are the form's labels and whose cells know
where their answers stand. So forms go down the same road as every other table.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from enum import Enum, auto
from typing import NamedTuple

from casefile_audit.cases import State
from casefile_audit.english import count, nearest
from casefile_audit.files.markup import EPOCH_1900
from casefile_audit.files.workbook import Cell, Sheet, text_of
from casefile_audit.files.xlsx import column_letters
from casefile_audit.intake.answers import answer_of, is_option, several
from casefile_audit.intake.columns import Header, SheetColumn
from casefile_audit.intake.document_marks import document_marks
from casefile_audit.intake.form_answers import FormAnswer, FormReader
from casefile_audit.intake.form_marks import (
    BESIDE_CELLS,
    CHOOSE,
    CHOOSE_A_DATE,
    TYPE_HERE,
    FormMarks,
    Mark,
    MarkKind,
    form_marks,
)
from casefile_audit.intake.form_page import FormLabel, FormPage
from casefile_audit.intake.headings import Matcher
from casefile_audit.rubric.fields import FieldBase
from casefile_audit.rubric.model import Rubric

_MOST_HEADINGS = 4
"""A row with more labels than this heads a table: boxes stand two or three abreast."""
_MOST_CELLS = 60_000
"""A page with more cells than this is a table: a form of one case has some hundred."""
_ROWS_LOOKED_AT = 60
_FEWEST_FIELDS = 3
_FEWEST_SENTENCES, _WORDS_OF_ONE = 2, 4


class FormState(Enum):
    """What there is on a form."""

    ANSWERED = auto()
    UNREAD = auto()
    """Nobody has answered a question of it yet, though it may say whose it is."""
    SET_APART = auto()
    """Nobody could read its file, or nobody has to: it is of a sample's reserve."""
    GUIDANCE = auto()
    """Where the answers would be there is text about them."""


@dataclass(frozen=True)
class Form:
    """One form.

    Attributes:
        table: its labels as a row of headings, and its answers as the row under them.
        part: which of several forms of its page it is: ``form 2`` or ``column D``; else empty.
        second_answers: columns that hold answers to so many of its questions and are not read.
        standing_out: of each answer that was read by how it looks, the words that stand out.
    """

    table: Sheet
    header: Header
    part: str
    state: FormState
    second_answers: Mapping[int, int] = dataclass_field(default_factory=dict)
    standing_out: Sequence[Sequence[str]] = ()

    def name_in(self, stem: str) -> str:
        """What it is called in a file: by its sheet; a document has none, and may have several."""
        if not self.part:
            return self.table.name
        return self.part if self.table.name == stem else f"{self.table.name}, {self.part}"

    def has_answer(self, field: str | None) -> bool:
        """Whether something stands where a field is asked for, such as a case reference."""
        asked = self.header.of_field(field or "")
        return any(text_of(self.table.rows[1][column.index]) for column in asked)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences on what was not read."""
        return tuple(
            f"column {column_letters(at + 1)} holds answers to {count(questions, 'question')} too, "
            "and was not read: the first column of answers was"
            for at, questions in self.second_answers.items()
        )


def says_more(
    tables: Sequence[tuple[Sheet, Header]], forms: Sequence[tuple[Sheet, Sequence[Form]]]
) -> bool:
    """Whether a workbook's tables say as much of a case as its forms: no case is read twice."""
    of_tables = max((len(header.fields) for _, header in tables), default=0)
    return of_tables >= max(len(form.header.fields) for _, its in forms for form in its)


def find_forms(
    sheet: Sheet,
    header: Header | None,
    matcher: Matcher,
    fields: Mapping[str, FieldBase],
    rubric: Rubric,
) -> list[Form]:
    """The forms of a sheet or a document; none where it is a table, or anything else.

    Args:
        header: its likeliest row of headings, if it has one.
    """
    if (marks := form_marks(sheet) or document_marks(sheet, rubric)) is not None:
        return [] if marks.column is None else _marked_forms(sheet, marks, matcher)
    is_table = header is not None and len(header.fields) > _MOST_HEADINGS
    if is_table or matcher.mapping.header_row is not None:
        return []
    if not sheet.rows or len(sheet.rows) * len(sheet.rows[0]) > _MOST_CELLS:
        return []
    page = FormPage(sheet, matcher)
    # A table of thousands of rows is told from a form by the first of them.
    head = page.labels_in(range(min(len(sheet.rows), _ROWS_LOOKED_AT)))
    if not (_is_form(head, len(fields)) and _is_form(page.labels, len(fields))):
        return []
    builder = _Builder(page, fields, rubric)
    groups = _of_one_case(_groups(page.labels, rubric.identifier), page, fields, rubric.identifier)
    return [
        form
        for number, group in enumerate(groups, 1)
        for form in builder.forms(group, _top(groups, number - 1), number, several=len(groups) > 1)
    ]


def _marked_forms(sheet: Sheet, marks: FormMarks, matcher: Matcher) -> list[Form]:
    """The forms whose marks stand one after the other: where one comes again, the next begins."""
    groups: list[dict[int, Mark]] = [{}]
    for row, mark in marks.marks.items():
        if mark in groups[-1].values():
            groups.append({})
        groups[-1][row] = mark
    several = len(groups) > 1
    return [
        _marked_form(sheet, marks._replace(marks=group), matcher, f"form {n}" if several else "")
        for n, group in enumerate(groups, 1)
    ]


def _marked_form(sheet: Sheet, marks: FormMarks, matcher: Matcher, part: str) -> Form:
    """A form that this program made: a mark, the question, and the answer beside each other."""
    columns: list[SheetColumn] = []
    cells: list[Cell] = []
    filled: set[MarkKind] = set()
    for row, mark in marks.marks.items():
        label, answer = (marks.column or 0) + 1, (marks.column or 0) + 2
        if mark.kind not in BESIDE_CELLS or answer >= len(sheet.rows[row]):
            continue
        cell = sheet.rows[row][answer]
        cells.append("" if cell in (CHOOSE, CHOOSE_A_DATE, TYPE_HERE) else cell)
        if any(map(str.isalnum, text_of(cells[-1]))):
            filled.add(mark.kind)
        heading = text_of(sheet.rows[row][label]) or mark.name
        place = sheet.place(row, answer)
        columns.append(matcher.marked_column(len(columns), heading, mark, place))
    header = Header((0,), tuple(columns), {}, marks)
    table = Sheet(sheet.name, [[c.heading for c in columns], cells], epoch=sheet.epoch)
    state = FormState.ANSWERED if MarkKind.ASK in filled else FormState.UNREAD
    if state is FormState.UNREAD and filled & {MarkKind.UNAVAILABLE, MarkKind.RESERVE}:
        state = FormState.SET_APART
    return Form(table, header, part, state)


def _is_form(labels: Sequence[FormLabel], fields: int) -> bool:
    """Whether labels stand one under the other, where headings of a table stand side by side."""
    rows: dict[int, set[str]] = {}
    for label in labels:
        rows.setdefault(label.box.first_row, set()).add(label.field)
    asked = set[str]().union(*rows.values())
    widest = max(map(len, rows.values()), default=0)
    enough = max(2 * widest, min(_FEWEST_FIELDS, fields), 2)
    return widest <= _MOST_HEADINGS and len(asked) >= enough


def _groups(labels: Sequence[FormLabel], identifier: str | None) -> list[list[FormLabel]]:
    """The labels of each form: the next begins where what the first begins with comes again."""
    asked = Counter(label.field for label in labels)
    start = labels[0].field
    if identifier is not None and asked[identifier] not in (0, asked[start]):
        start = identifier
    places = [label.box for label in labels if label.field == start]
    abreast = [at.first_column for at in places if at.first_row == places[0].first_row]
    groups: list[list[FormLabel]] = []
    for begins, ends in zip(abreast, [*abreast[1:], None], strict=True):
        band = [
            label
            for label in labels
            if (label.box.first_column >= begins or begins == abreast[0])
            and (ends is None or label.box.first_column < ends)
        ]
        groups += _one_after_the_other(band, start)
    return groups


def _of_one_case(
    groups: Sequence[Sequence[FormLabel]],
    page: FormPage,
    fields: Mapping[str, FieldBase],
    identifier: str | None,
) -> list[list[FormLabel]]:
    """The same, the pages of one form together: each has the reference, and asks something else."""
    found: list[list[FormLabel]] = []
    before = ""
    for number, group in enumerate(groups):
        named = [label for label in group if label.field == identifier]
        reader = FormReader(page, fields, named, _top(groups, number))
        reference = "".join(text_of(its.cell) for its in reader.answers()) if named else ""
        judged = _judged(group, fields)
        asks_more = bool(judged and found) and not judged & _judged(found[-1], fields)
        if asks_more and reference and reference == before:
            found[-1] += group
        else:
            found.append([*group])
        before = reference
    return found


def _judged(labels: Sequence[FormLabel], fields: Mapping[str, FieldBase]) -> set[str]:
    """The fields of labels that are judged: what names a case may stand on each of its pages."""
    return {label.field for label in labels if not fields[label.field].takes_any_text}


def _one_after_the_other(labels: Sequence[FormLabel], start: str) -> list[list[FormLabel]]:
    groups: list[list[FormLabel]] = [[]]
    for label in labels:
        if label.field == start and any(before.field == start for before in groups[-1]):
            groups.append([])
        groups[-1].append(label)
    found: list[list[FormLabel]] = []
    for group in groups:
        asked = {label.field for label in group} - {start}
        # A reference that stands again over an action plan begins no other form.
        if found and asked.isdisjoint(label.field for label in found[-1]):
            found[-1] += group
        else:
            found.append(group)
    return found


def _asked_twice(
    group: Sequence[FormLabel], identifier: str | None
) -> Iterator[tuple[Sequence[FormLabel], Sequence[FormLabel]]]:
    """The labels of a form, and those above or under it that ask some of the same again."""
    names = [label.field for label in group]
    start = names.index(identifier) if identifier in names else 0
    if start > 1 and set(names[:start]) <= set(names[start:]):
        yield group[start:], group[:start]
    for place in range(start + 1, len(names)):
        asked, rest = set(names[start:place]), set(names[place:])
        if names[place] in asked and rest <= asked and len(rest) > 1:
            yield group[:place], group[place:]
            return


def _top(groups: Sequence[Sequence[FormLabel]], number: int) -> int:
    """The first row that can belong to a form: after the last label of the one above it."""
    first = groups[number][0].box.first_row
    above = [group[-1].box.last_row + 1 for group in groups if group[-1].box.last_row < first]
    return max(above, default=0)


class _Builder(NamedTuple):
    """Makes tables of the answers of forms."""

    page: FormPage
    fields: Mapping[str, FieldBase]
    rubric: Rubric

    def forms(
        self, group: Sequence[FormLabel], top: int, number: int, *, several: bool
    ) -> Iterator[Form]:
        """The form of some labels, or one for each case that has a column, and its guidance."""
        identifier = self.rubric.identifier
        for own, again in _asked_twice(group, identifier):
            answers = FormReader(self.page, self.fields, again, top).answers()
            guide = self.form(answers, again, f"guidance {number}")
            if guide.state is FormState.GUIDANCE:
                yield guide
                group = own
                break
        reader = FormReader(self.page, self.fields, group, top)
        columns = reader.cases_across(identifier)
        for at in columns:
            yield self.form(reader.in_column(at), group, f"column {column_letters(at + 1)}")
        if not columns:
            form = self.form(reader.answers(), group, f"form {number}" if several else "")
            yield replace(form, second_answers=reader.second_answers())

    def form(self, answers: Sequence[FormAnswer], group: Sequence[FormLabel], part: str) -> Form:
        """The form whose labels, in their order, have these answers."""
        asked = self._one_each(list(zip(group, answers, strict=True)))
        asked += self._unknown(group, {label.field for label, _ in asked if label.field}, answers)
        columns = tuple(
            SheetColumn(index, label.heading, label.match, place=its.name)
            for index, (label, its) in enumerate(asked)
        )
        sheet = self.page.sheet
        rows: list[list[Cell]] = [[c.heading for c in columns], [its.cell for _, its in asked]]
        table = Sheet(sheet.name, rows, epoch=sheet.epoch)
        standing_out = [its.standing_out for _, its in asked if its.standing_out]
        header, state = Header((0,), columns, {}), self._state(asked)
        return Form(table, header, part, state, standing_out=standing_out)

    def _one_each(
        self, asked: Sequence[tuple[FormLabel, FormAnswer]]
    ) -> list[tuple[FormLabel, FormAnswer]]:
        """One label for each field that has one answer: the best, and of those one answered."""
        by_field: dict[str, list[tuple[FormLabel, FormAnswer]]] = {}
        for label, its in asked:
            field = self.fields[label.field]
            # The field's own name, such as “Plan”, may be the title of a section.
            named = bool(field.headings) and label.rank == len(field.headings)
            if not named or text_of(its.cell):
                key = label.heading if field.several_columns else label.field
                by_field.setdefault(key, []).append((label, its))
        return [self._best(twins) for twins in by_field.values()]

    def _best(self, twins: Sequence[tuple[FormLabel, FormAnswer]]) -> tuple[FormLabel, FormAnswer]:
        least = min(label.rank for label, _ in twins)
        best = [(label, its) for label, its in twins if label.rank == least]
        best = [(label, its) for label, its in best if text_of(its.cell)] or best
        texts = list(dict.fromkeys(text_of(its.cell) for _, its in best))
        label, its = best[0]
        if len(texts) > 1 and not self.fields[label.field].takes_any_text:
            its = FormAnswer(its.name, several(texts))
        return label, its

    def _unknown(
        self, group: Sequence[FormLabel], known: set[str], answers: Sequence[FormAnswer]
    ) -> list[tuple[FormLabel, FormAnswer]]:
        """Questions that the rubric doesn't know, among those that it does."""
        page, columns = self.page, {label.box.first_column for label in group}
        free = [
            heading
            for name, field in self.fields.items()
            if name not in known
            for heading in field.headings
        ]
        found = []
        for row in range(group[0].box.first_row, group[-1].box.last_row + 1):
            for box in page.boxes(row):
                text = page.text(box)
                if box.first_column not in columns or page.is_label(box) or len(text) < 5:
                    continue
                beside = next(page.beside(box), None)
                if beside is None or page.is_label(beside):
                    continue
                if self._answers(page.cell(beside)) or nearest(text, free, cutoff=0.63):
                    place = FormAnswer(page.sheet.place(beside.first_row, beside.first_column), "")
                    found.append((FormLabel(box, text), place))
        return found

    def _answers(self, cell: Cell) -> bool:
        """Whether a cell holds the answer of a question, whatever that is."""
        kinds = [field for field in self.fields.values() if field.is_judged]
        return any(is_option(field, text_of(answer_of(field, cell))) for field in kinds)

    def _state(self, asked: Sequence[tuple[FormLabel, FormAnswer]]) -> FormState:
        answered, readable, sentences = False, 0, 0
        of_answers = self._fields_of_answers()
        for label, its in asked:
            text = text_of(its.cell)
            if not label.field or not text:
                continue
            field = self.fields[label.field]
            state = field.read([text], EPOCH_1900).states[0]
            answered |= label.field in of_answers and state != State.BLANK
            if not field.takes_any_text:
                readable += state in (State.VALUE, State.NOT_APPLICABLE, State.UNKNOWN)
                sentences += state == State.UNREADABLE and len(text.split()) >= _WORDS_OF_ONE
        if not readable and sentences >= _FEWEST_SENTENCES:
            return FormState.GUIDANCE
        return FormState.ANSWERED if answered else FormState.UNREAD

    def _fields_of_answers(self) -> set[str]:
        """The fields that a reader fills in; a date may have been known beforehand."""
        asked = {grade.recorded for grade in self.rubric.grades.values() if grade.recorded}
        asked |= {
            field
            for criterion in self.rubric.criteria.values()
            for condition in criterion.conditions
            for field, _ in condition.uses()
        } - {self.rubric.identifier}
        judged = {name for name in asked if self.fields[name].is_judged}
        return {n for n in asked if self.fields[n].takes_any_text} | judged if judged else asked
