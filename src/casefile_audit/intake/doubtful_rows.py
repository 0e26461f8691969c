"""Why a row that may be no case is none, told of each by itself."""

import datetime
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain

from casefile_audit.english import fold, heading_key
from casefile_audit.files.workbook import Cell, address, text_of
from casefile_audit.intake import row_labels
from casefile_audit.intake.row_answers import RowAnswers, is_number
from casefile_audit.intake.row_rules import RowRules, is_blank
from casefile_audit.results import LeftOut
from casefile_audit.rubric.words import is_prompt

_LINE_RE = re.compile(r"\W*([-=_*~–—]{2,}|[–—])\W*")
# A row that starts with a total, and has a number where others have their reference, is a case if
# so many cells of it answer something in words: a total is graded at most.
_LEAST_OF_A_NUMBER = 2
# A longer number counts no rows of a sheet.
_DIGITS = 7
# What a template holds in each of its rows before anybody has filled one in.
_PREFILLED = frozenset(("false", "no", "n", "0", "☐", "□", "-", "n/a"))
NO_NAME = r"^[\s._?–—-]+$|^(?i:n/a|tbc|tba)$"
_NO_NAME_RE = re.compile(NO_NAME)


class DoubtfulRow:
    """A row that may be no case.

    Attributes:
        row: its zero-based number.
        texts: what its cells hold that aren't blank, by their columns.
        answered: whether it answers anything.
        no_answers: how many of its cells should answer something, and don't.
    """

    def __init__(
        self, rules: RowRules, row: int, cells: Sequence[Cell], answers: RowAnswers
    ) -> None:
        self.row = row
        self.texts = {i: text_of(cell) for i, cell in enumerate(cells) if not is_blank(cell)}
        self.answered, self.no_answers = answers.of_row(self.texts)
        self._rules, self._look, self._identifier = rules, rules.look, rules.identifier
        self._cells, self._answers = cells, answers

    def left_out(self, *, is_template: bool) -> LeftOut | None:
        """Why it is not a case; None if it is one."""
        if (found := next(self._reasons(), None)) is not None or not is_template:
            return found
        return LeftOut(self.row + 1, "it holds only what a template holds beforehand", True)

    @property
    def names_nothing(self) -> bool:
        """Whether a text stands where its case reference should, and is none."""
        return self._identifier in self.texts and names_nothing(self._reference)

    @property
    def reorders(self) -> bool:
        """Whether it has the headings again, some of them over other columns than theirs.

        A table of sums has the headings of what it counts, and not that of the case reference.
        """
        keys = {i: heading_key(self.texts.get(i, "")) for i in self._rules.headings}
        texts = (text for i, text in self.texts.items() if isinstance(self._cells[i], str))
        held = {heading_key(text) for text in texts} - {""}
        again = [index for index, own in self._rules.headings.items() if own & held]
        moved = any(keys[index] not in self._rules.headings[index] for index in again)
        has_reference = self._identifier is None or self._identifier in again
        is_headings = 1 < len(again) > len(self._rules.headings) // 2
        return moved and has_reference and is_headings and self.row + 1 not in self._rules.unwanted

    @property
    def _label(self) -> str:
        return next(iter(self.texts.values()))

    @property
    def _reference(self) -> str:
        return "" if self._identifier is None else self.texts.get(self._identifier, "")

    @cached_property
    def _names_case(self) -> bool:
        """Whether it has a case reference, so that its first cell is no label.

        Total loss is a category, Median Road a team, and Sum may be what somebody calls a case. A
        row of totals has no reference, or a number of cases where the references are.
        """
        if not self._reference or not self._look.is_like(self._reference):
            return False
        in_words = self._answers.in_words(self.texts)
        if next(iter(self.texts)) == self._identifier or is_number(self._reference):
            return in_words >= _LEAST_OF_A_NUMBER
        return in_words > 0 or (self._look.numbered and any(map(str.isalpha, self._reference)))

    @cached_property
    def _is_prefilled(self) -> bool:
        """Whether it holds nothing, beside its reference, but what a template has beforehand."""
        return all(is_prefilled(text) for at, text in self.texts.items() if at != self._identifier)

    @cached_property
    def _is_nameless(self) -> bool:
        if self._identifier is None or self._identifier not in self.texts:
            return self._identifier is not None
        return self._is_prefilled and names_nothing(self._reference)

    def _reasons(self) -> Iterator[LeftOut]:
        """Why it isn't a case: the first reason holds."""
        number, answered, reference = self.row + 1, self.answered, self._reference
        for reason in chain(self._certain(), self._shows_how()):
            yield LeftOut(number, reason)
        if self._is_label and (what := row_labels.says_what_it_is(self._label)):
            yield LeftOut(number, f"{what} (“{self._label}”)", self._may_be_counted)
        if self._identifier is None:
            # A row of a list or of a tally under the table holds what its columns can't hold.
            if not answered and self.no_answers:
                reason = "it answers nothing, and holds what isn't an answer"
                yield LeftOut(number, reason, True)
            return
        if self._is_nameless:
            may_be = answered and not self._is_prefilled
            yield LeftOut(number, "it has no case reference", may_be, True)
        unlike = not self._look.is_like(reference)
        if unlike and row_labels.heads_a_tally(reference):
            yield LeftOut(number, f"it heads another table (“{reference}”)", answered)
        if answered:
            return
        is_count = all(map(is_number, self.texts.values()))
        if is_count and may_count(self._rules, self.row, reference) and self.no_answers > 1:
            reason = "it holds only numbers, where others answer in words"
            yield LeftOut(number, reason, True)
        # Where no row answers anything, how case references look can't be told.
        in_words = not self._look.shapes and not any(map(str.isdigit, reference))
        guides = self._is_under_headings and self.no_answers > (0 if unlike else 1)
        if guides and (unlike or in_words):
            reason = "it guides how the columns are filled in, and answers nothing"
            yield LeftOut(number, reason, not unlike)
        if unlike:
            reason = "it answers nothing, and its case reference is unlike the others"
            yield LeftOut(number, reason, not self.no_answers)

    @property
    def _is_label(self) -> bool:
        """Whether its first cell may say what it is."""
        is_other = self._look.numbered and not self._look.is_like(self._label)
        is_one = self._is_nameless or not self.answered or (len(self.texts) <= 2 and is_other)
        return is_one and not self._names_case

    @property
    def _may_be_counted(self) -> bool:
        """Whether a number after its label may be the case's, or how many there are."""
        own = self._identifier if self._identifier != next(iter(self.texts)) else None
        return own in self.texts and self._look.is_like(self._reference) and not self.no_answers

    @property
    def _is_under_headings(self) -> bool:
        return self.row < self._rules.under_headings.stop

    def _shows_how(self) -> Iterator[str]:
        """It only shows how others are filled in, or numbers the columns under them."""
        reference = self._reference
        if not self._look.examples and row_labels.example(reference):
            yield f"an example (“{reference}”)"
        numbers = [*map(str, range(1, len(self.texts) + 1))]
        counted = [text.strip("().[] ") for text in self.texts.values()] == numbers
        # A case may be number 1, of a child of 2.
        is_answered = self.answered and not self.no_answers
        is_case = is_answered and bool(reference) and self._look.counted
        if self._is_under_headings and counted and len(numbers) > 2 and not is_case:
            yield "the numbers of the columns"

    def _certain(self) -> Iterator[str]:
        """What says for certain that it is no case."""
        label, rules = self._label, self._rules
        if self.row + 1 in rules.unwanted:
            yield "as the mapping says"
        if not self._names_case and row_labels.total(label):
            yield f"a row of totals (“{label}”)"
        if self._repeats_headings:
            yield "the headings again"
        if row_labels.names_of_an_export(label):
            yield "a row of an export's own names"
        if len(self.texts) > 1 and all(map(_LINE_RE.fullmatch, self.texts.values())):
            yield "a ruled line"
        is_one = self.row in rules.wide and len(set(self.texts.values())) == 1
        if len(self.texts) == 1 or is_one:
            yield from self._of_one_cell()

    @property
    def _repeats_headings(self) -> bool:
        headings = self._rules.headings
        held = {i: heading_key(self.texts.get(i, "")) for i in headings}
        same = sum(bool(key) and key in headings[i] for i, key in held.items())
        return same > 1 and same * 2 > len(headings)

    def _of_one_cell(self) -> Iterator[str]:
        """Why a row with a single filled cell is not a case: it is a note, or divides the cases."""
        ((index, label), *_) = self.texts.items()
        if self._identifier is not None and index != self._identifier:
            yield f"only {address(self.row, index)} is filled, and it isn't the case reference"
        elif row_labels.note(label):
            yield "a note under the table"
        is_day = isinstance(self._cells[index], datetime.date)
        is_no_reference = is_day or not any(map(str.isdigit, label))
        divides = row_labels.month(label) or (self._look.numbered and is_no_reference)
        if divides and len(label) < row_labels.LONGEST_LABEL:
            yield f"a dividing line (“{label}”)"


def is_prefilled(text: str) -> bool:
    """Whether a text is blank, or what a template has before anybody fills it in."""
    return not text or (word := fold(text)) in _PREFILLED or is_prompt(word)


def names_nothing(text: str) -> bool:
    """Whether a text stands where a case reference should, and is none: ``-``, or ``n/a``."""
    return _NO_NAME_RE.fullmatch(text) is not None


def may_count(rules: RowRules, row: int, reference: str) -> bool:
    """Whether a reference may be how many cases stand above its row, and no number of one."""
    above = row - rules.header.rows[-1] - 1
    return reference.isdecimal() and len(reference) <= _DIGITS and int(reference) <= above
