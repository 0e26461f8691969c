"""Where the answers of a form stand: ticked under an option, beside their labels, or below."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from casefile_audit.cases import State
from casefile_audit.english import fold
from casefile_audit.files.markup import EPOCH_1900
from casefile_audit.files.workbook import Cell, Span, text_of
from casefile_audit.intake.answers import (
    answer_of,
    has_boxes,
    is_marked,
    is_option,
    is_tick,
    is_unmarked,
    option_in,
    several,
)
from casefile_audit.intake.form_page import ANSWERS, COMMENTS, FormLabel, FormPage, headed
from casefile_audit.rubric.fields import FieldBase

_WORDS_OF_A_HEADING = 3


class FormAnswer(NamedTuple):
    """An answer.

    Attributes:
        name: the name of the cell that it was read from.
        standing_out: the words that were taken for it because they stand out from others.
    """

    name: str
    cell: Cell
    standing_out: Sequence[str] = ()


class FormReader:
    """Reads the answers of one form, or of several whose cases stand side by side.

    Each label is looked at by itself, since one form has its answers in several ways; where its
    own cells leave that open, what most labels of the form say decides.
    """

    def __init__(
        self, page: FormPage, fields: Mapping[str, FieldBase], labels: Sequence[FormLabel], top: int
    ) -> None:
        """Args: the page; the fields; the form's labels; the first row that can belong to it."""
        self.page = page
        self.fields = fields
        self.labels = labels
        self.top = top
        self._found_options: dict[FormLabel, list[tuple[Span, str]]] = {}
        self._found_above: dict[tuple[int, str], list[int]] = {}

    def answers(self) -> list[FormAnswer]:
        """The answer of each label, in their order."""
        return [self._ticked(label) or self._written(label) for label in self.labels]

    # Ticks under the names of the answers

    def _ticked(self, label: FormLabel) -> FormAnswer | None:
        """The option that is ticked in the row of a label; None if its row has no such columns."""
        options = self._options(label)
        row = label.box.first_row
        boxes = [self.page.box(row, option.first_column) for option, _ in options]
        if len(set(boxes)) < 2 or any(
            box.last_column > option.last_column
            for box, (option, _) in zip(boxes, options, strict=True)
        ):
            return None
        marked, others = [], []
        for box, (_, word) in zip(boxes, options, strict=True):
            cell = self.page.cell(box)
            if is_marked(cell, word):
                marked.append((box, word))
            elif not is_unmarked(cell):
                others.append((box, self.page.text(box)))
        taken = [*marked, *others] or [(boxes[0], "")]
        return self._place(taken[0][0], several([word for _, word in taken]))

    def _options(self, label: FormLabel) -> list[tuple[Span, str]]:
        """The boxes over the row of a label, to its right, that name the answers it can have."""
        if label not in self._found_options:
            field = self.fields[label.field]
            rows = [] if field.takes_any_text else self._rows_above(label)
            each = (self._options_in(row, label, field) for row in rows)
            found = next(filter(None, each), [])
            # The answers above are of other questions where further questions stand under them.
            row, page = label.box.first_row, self.page
            under = (page.box(row, option.first_column) for option, _ in found)
            self._found_options[label] = [] if any(map(page.is_label, under)) else found
        return self._found_options[label]

    def _options_in(self, row: int, label: FormLabel, field: FieldBase) -> list[tuple[Span, str]]:
        beside = {fold(self.page.text(box)) for box in self.page.boxes(row)}
        found = [
            (box, word)
            for box in self.page.boxes(row)
            if box.first_column > label.box.last_column
            and isinstance(self.page.cell(box), str)
            and (word := option_in(field, self.page.text(box), beside))
        ]
        words = {fold(word) for _, word in found}
        is_heading = len(found) > 1 and len(words) == len(found) and "true" not in words
        return found if is_heading else []

    def _rows_above(self, label: FormLabel) -> list[int]:
        """Rows that may head the row of a label, the nearest first: no other label stands in them.

        What stands over the names of the grades may be a name of the grade.
        """
        row, page, field = label.box.first_row, self.page, label.field
        if (row, field) not in self._found_above:
            width = page.extent(row).last_column
            self._found_above[row, field] = [
                above
                for above in range(row - 1, self.top - 1, -1)
                if all(other.field == field for other in page.label_rows.get(above, ()))
                and page.extent(above).last_column == width
            ]
        return self._found_above[row, field]

    def _marked_apart(self, label: FormLabel) -> FormAnswer | None:
        """A mark under a heading that is no answer of the field: as unreadable as that heading."""
        if self.fields[label.field].takes_any_text:
            return None
        for box in self._row_of(label):
            if not is_tick(self.page.cell(box)):
                continue
            for row in self._rows_above(label):
                word = self.page.text(self.page.box(row, box.first_column))
                if word:
                    known = ANSWERS.fullmatch(fold(word)) or COMMENTS.fullmatch(fold(word))
                    return None if known else self._place(box, word)
        return None

    # Answers in words

    def _written(self, label: FormLabel) -> FormAnswer:
        field = self.fields[label.field]
        beside, below = self._beside(label), self._below(label)
        inline = answer_of(field, label.inline)
        if text_of(inline) and self._is_answer(label, beside or below):
            return self._place(label.box, inline)
        if beside is None and not self._may_be_below(label, below):
            return self._place(label.box, "")
        is_beside = below is None or (beside is not None and not self._answered_below(label))
        if is_beside:
            for found in (self._boxed(label), self._chosen(label), self._marked_apart(label)):
                if found is not None:
                    return found
        return self._answer_in(label, (beside if is_beside else below) or label.box)

    def _answer_in(self, label: FormLabel, box: Span) -> FormAnswer:
        """What a box answers: of choices of which none is taken, the one that stands out."""
        field, cell = self.fields[label.field], self.page.cell(box)
        answer = answer_of(field, cell)
        if text_of(answer) or not text_of(cell) or field.takes_any_text:
            return self._place(box, answer)
        stressed = (option_in(field, words) for words in self.page.stressed(box))
        return self._place_of_those([*dict.fromkeys(filter(None, stressed))], box)

    def _may_be_below(self, label: FormLabel, below: Span | None) -> bool:
        """Whether a label with nothing after it is answered below, where others are after theirs.

        What stands under the last of them may be a signature.
        """
        if below is None or not self._mostly_inline:
            return below is not None
        is_text = self.fields[label.field].takes_any_text
        return ":" not in self.page.text(below) if is_text else self._fit(label, below) > 0

    def _is_answer(self, label: FormLabel, other: Span | None) -> bool:
        """Whether what follows a label in its own cell is its answer, and not guidance.

        Args:
            other: the box in which its answer would stand otherwise.
        """
        field = self.fields[label.field]
        if other is None or self._mostly_inline:
            return True
        if not field.takes_any_text:
            return is_option(field, text_of(answer_of(field, label.inline)))
        return not (label.on_next_line or self.page.text(other))

    @cached_property
    def _mostly_inline(self) -> bool:
        """Whether most questions of the form are answered in the cells of their labels."""
        inline = others = 0
        for label in self.labels:
            field = self.fields[label.field]
            if is_option(field, text_of(answer_of(field, label.inline))):
                inline += 1
            else:
                boxes = (self._beside(label), self._below(label))
                others += any(self._fit(label, box) > 0 for box in boxes)
        return inline > others

    def _place(self, box: Span, cell: Cell) -> FormAnswer:
        return FormAnswer(self.page.sheet.place(box.first_row, box.first_column), cell)

    def _place_of_those(self, standing_out: Sequence[str], box: Span) -> FormAnswer:
        return self._place(box, several(standing_out))._replace(standing_out=standing_out)

    def _boxed(self, label: FormLabel) -> FormAnswer | None:
        """The answer where each choice has its box in a cell of its own."""
        page = self.page
        boxes = [b for b in self._row_of(label) if has_boxes(page.cell(b))]
        if len(boxes) < 2:
            return None
        field = self.fields[label.field]
        each = [(box, text_of(answer_of(field, page.cell(box)))) for box in boxes]
        taken = [(box, text) for box, text in each if text] or [(boxes[0], "")]
        return self._place(taken[0][0], several([text for _, text in taken]))

    def _chosen(self, label: FormLabel) -> FormAnswer | None:
        """The answer where its choices stand beside the label, each with a cell for its mark."""
        row, words = list(self._row_of(label)), self._words_of(label)
        marks = self._marks_in(row)
        if len(set(filter(None, words))) < 2 or not (marks or self._is_printed(label, words)):
            return None
        taken = _words_at(marks, words)
        first = row[marks[0]] if marks else row[0]
        if not taken and not self._prints_looks:
            stressed = self._stressed_in(row, words)
            if 0 < len(stressed) < len(list(filter(None, words))):
                return self._place_of_those([words[at] for at in stressed], row[stressed[0]])
        return self._place(first, several(taken) if all(taken) else self.page.text(first))

    def _marks_in(self, row: Sequence[Span]) -> list[int]:
        return [number for number, box in enumerate(row) if is_tick(self.page.cell(box))]

    def _stressed_in(self, row: Sequence[Span], words: Sequence[str]) -> list[int]:
        return [at for at, word in enumerate(words) if word in self.page.stressed(row[at])]

    @cached_property
    def _prints_looks(self) -> bool:
        """Whether other words stand out than are marked: so the form was printed."""
        for label in self.labels:
            row, words = list(self._row_of(label)), self._words_of(label)
            marked = set(_words_at(self._marks_in(row), words))
            stressed = {words[at] for at in self._stressed_in(row, words)}
            if any(marked) and stressed and marked != stressed:
                return True
        return False

    def _words_of(self, label: FormLabel) -> list[str]:
        """The answers that the boxes beside a label name, each empty where it names none."""
        field = self.fields[label.field]
        return [option_in(field, self.page.text(box)) for box in self._row_of(label)]

    def _is_printed(self, label: FormLabel, words: Sequence[str]) -> bool:
        """Whether these words stand beside every label of the kind: two readers' never do."""
        kind = type(self.fields[label.field])
        alike = [self._words_of(other) for other in self.labels
                 if isinstance(self.fields[other.field], kind)]  # fmt: skip
        return len(alike) > 1 and all(other == list(words) for other in alike)

    def _row_of(self, label: FormLabel) -> Iterator[Span]:
        """The boxes beside a label, up to the next label."""
        for box in self.page.beside(label.box):
            if self.page.is_label(box):
                return
            yield box

    def _beside(self, label: FormLabel) -> Span | None:
        """The box beside a label in which its answer stands, or would stand."""
        boxes = self._beside_boxes(label)
        rows = self._rows_above(label)
        meant = [box for box in boxes if headed(self.page, box, ANSWERS, rows)]
        if meant or not boxes:
            return meant[0] if meant else None
        found = boxes[min(self._gap.get(label.box.last_column, 0), len(boxes) - 1)]
        if self.page.text(found) or self._answered_in[found.first_column]:
            return found
        # Other questions have guidance between them and their answers, where it has nothing.
        further = (b for b in boxes if self.page.text(b) and self._answered_in[b.first_column] > 1)
        return next(further, found)

    @cached_property
    def _answered_in(self) -> Counter[int]:
        """How many questions that take set answers are answered in each column beside them."""
        found: Counter[int] = Counter()
        for label in self.labels:
            boxes = self._beside_boxes(label)
            found.update(box.first_column for box in boxes if self._fit(label, box) > 0)
        return found

    def _beside_boxes(self, label: FormLabel) -> list[Span]:
        """The boxes beside a label that are not for comments."""
        rows = self._rows_above(label)
        return [box for box in self._row_of(label) if not self._is_comment(box, rows)]

    def second_answers(self) -> dict[int, int]:
        """The columns that hold answers too and are not read: how many questions, by column."""
        found: Counter[int] = Counter()
        for label in self.labels:
            if self._options(label) or label.inline or self._chosen(label) or self._boxed(label):
                continue
            read = self._beside(label)
            boxes = (box for box in self._beside_boxes(label) if box != read)
            found.update(box.first_column for box in boxes if self._fit(label, box) > 0)
        return {column: number for column, number in sorted(found.items()) if number > 1}

    def _is_comment(self, box: Span, rows: Sequence[int]) -> bool:
        """Whether a box is for comments, or is the heading of such boxes."""
        word = fold(self.page.text(box))
        heading = len(word.split()) <= _WORDS_OF_A_HEADING and COMMENTS.fullmatch(word)
        return bool(heading) or headed(self.page, box, COMMENTS, rows)

    @cached_property
    def _gap(self) -> dict[int, int]:
        """How many columns are left empty between the labels of a column and their answers."""
        found: dict[int, int] = {}
        for column in dict.fromkeys(label.box.last_column for label in self.labels):
            scores: Counter[int] = Counter()
            for label in self.labels:
                if label.box.last_column == column and not self._options(label):
                    for number, box in enumerate(self._beside_boxes(label)):
                        scores[number] += self._fit(label, box)
            best = max(scores, key=lambda number: (scores[number], -number), default=0)
            found[column] = best if scores[best] > 1 and scores[0] <= 0 else 0
        return found

    def _below(self, label: FormLabel) -> Span | None:
        box = self.page.below(label.box)
        return None if box is None or self.page.is_label(box) else box

    def _answered_below(self, label: FormLabel) -> bool:
        """Whether answers stand below: as most labels of its row, or of the form, have them."""
        row = [other for other in self.labels if other.box.first_row == label.box.first_row]
        return self._stands_below(row) if len(row) > 1 else self._mostly_below

    @cached_property
    def _mostly_below(self) -> bool:
        return self._stands_below(self.labels)

    def _stands_below(self, labels: Sequence[FormLabel]) -> bool:
        """Whether what is below some labels answers them better than what is beside them."""
        return (
            sum(
                self._fit(label, self._below(label), of_text=1)
                - self._fit(label, self._beside(label), of_text=1)
                for label in labels
                if not (label.inline or self._beside(label) is None or self._below(label) is None)
                and not self._options(label)
            )
            > 0
        )

    def _fit(self, label: FormLabel, box: Span | None, of_text: int = 0) -> int:
        """How well what a box holds answers a label; ``of_text`` is how well any words do."""
        if box is None:
            return 0
        field = self.fields[label.field]
        text = text_of(answer_of(field, self.page.cell(box)))
        if field.takes_any_text or not text:
            return of_text if text else 0
        state = field.read([text], EPOCH_1900).states[0]
        return 0 if state == State.BLANK else -1 if state == State.UNREADABLE else 2

    # Cases side by side

    def cases_across(self, identifier: str | None) -> list[int]:
        """The columns that hold a case each; none where all the answers are one case's."""
        ((column, _),) = Counter(label.box.last_column for label in self.labels).most_common(1)
        below_each_other = [
            label for label in self.labels if label.box.last_column == column and not label.inline
        ]
        # The title of a section may be the name of a field.
        if len(below_each_other) * 4 < len(self.labels) * 3:
            return []
        if sum(bool(self._options(label)) for label in self.labels) * 2 > len(self.labels):
            return []
        last = self._last_column_of(below_each_other, column)
        fits = {
            at: self._fit_of_column(at)
            for at in range(column + 1, last + 1)
            if not self._says_what_it_holds(below_each_other[0], at)
        }
        named = [label for label in self.labels if label.field == identifier]
        typed = sum(not self.fields[label.field].takes_any_text for label in self.labels)
        if named:
            refs = [at for at in fits if fits[at] >= 0 and text_of(self._own_cell(named[0], at))]
            # Two readers of one case write the same reference.
            different = {fold(text_of(self._own_cell(named[0], at))) for at in refs}
            if len(different) < 2 or not self._are_cases(refs, fits, named[0]):
                return []
            return [at for at in fits if at in refs or fits[at] > 0]
        answered = [at for at, fit in fits.items() if fit >= typed]
        return answered if len(answered) > 1 else []

    def _last_column_of(self, labels: Sequence[FormLabel], column: int) -> int:
        """The last column before the labels of another form beside these, or of the page."""
        rows = {label.box.first_row for label in labels}
        others = (label.box for row in rows for label in self.page.label_rows[row])
        starts = [box.first_column - 1 for box in others if box.first_column > column]
        return min([self.page.extent(labels[0].box.first_row).last_column, *starts])

    def _says_what_it_holds(self, label: FormLabel, at: int) -> bool:
        """Whether a column is headed by such a word as ``Answer``, ``Score`` or ``Comments``."""
        words = (
            fold(self.page.text(self.page.box(row, at)))
            for row in range(label.box.first_row - 1, self.top - 1, -1)
        )
        word = next(filter(None, words), "")
        return bool(ANSWERS.fullmatch(word) or COMMENTS.fullmatch(word))

    def _are_cases(self, refs: Sequence[int], fits: Mapping[int, int], named: FormLabel) -> bool:
        """Whether columns with something in the row of the reference hold a case each."""
        if sum(fits[at] for at in refs[1:]) > 0:
            return True
        numbers = all(any(map(str.isdigit, text_of(self._own_cell(named, at)))) for at in refs)
        return numbers and not any(fits.values())

    def _fit_of_column(self, at: int) -> int:
        return sum(self._fit(label, self._own_box(label, at)) for label in self.labels)

    def _own_box(self, label: FormLabel, at: int) -> Span | None:
        """The box in the row of a label that is no wider than a column."""
        box = self.page.box(label.box.first_row, at)
        return box if box.first_column == box.last_column else None

    def _own_cell(self, label: FormLabel, at: int) -> Cell:
        box = self._own_box(label, at)
        return None if box is None else self.page.cell(box)

    def in_column(self, at: int) -> list[FormAnswer]:
        """The answers of the case that has a column to itself."""
        return [
            self._place(
                self.page.box(label.box.first_row, at),
                answer_of(self.fields[label.field], self._own_cell(label, at)),
            )
            for label in self.labels
        ]


def _words_at(marks: Sequence[int], words: Sequence[str]) -> list[str]:
    """The words of marks, which come after them where the row begins with a word."""
    step = -1 if words and words[0] else 1
    return [words[at + step] for at in marks if 0 <= at + step < len(words)]
