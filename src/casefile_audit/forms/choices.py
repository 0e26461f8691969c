"""The words that a form offers for a field: each is read back as what it says, or isn't offered."""

from collections.abc import Iterator

from casefile_audit.cases import State
from casefile_audit.english import fold
from casefile_audit.errors import RubricError
from casefile_audit.files.markup import EPOCH_1900
from casefile_audit.rubric.code_sets import CodeStatus
from casefile_audit.rubric.fields import CodeField, FieldBase, GradeField, YesNoField
from casefile_audit.rubric.words import NO, PARTLY, YES

NOT_RECORDED, NOT_KNOWN, NOT_APPLICABLE = "Not recorded", "Not known", "Not applicable"
_SILENT = {
    NOT_RECORDED: State.BLANK,
    NOT_KNOWN: State.UNKNOWN,
    NOT_APPLICABLE: State.NOT_APPLICABLE,
}


def choices_of(field: FieldBase, title: str) -> tuple[str, ...]:
    """The words that a drop-down offers for a field; none where anything may be written.

    Raises:
        RubricError: two of the answers have the same wording.
    """
    answers = list(_answers(field))
    folded = [fold(answer) for answer in answers]
    if twice := [answer for answer in answers if folded.count(fold(answer)) > 1]:
        raise RubricError(
            f"“{title}” has two choices of the wording “{twice[0]}”",
            hint="On a form nobody could tell which of them was chosen: give each its own words.",
        )
    if not answers or isinstance(field, GradeField):
        return tuple(answers)
    states = {_read(field, answer)[0] for answer in answers}
    silent = (
        word
        for word, state in _SILENT.items()
        if fold(word) not in folded and state not in states and _read(field, word)[0] == state
    )
    return (*answers, *silent)


def _answers(field: FieldBase) -> Iterator[str]:
    if isinstance(field, YesNoField):
        for answer, word in ((YES, "Yes"), (PARTLY, "Partly"), (NO, "No")):
            if _read(field, word) == (State.VALUE, answer):
                yield word
    elif isinstance(field, GradeField):
        yield from field.scale
    elif isinstance(field, CodeField):
        yield from _codes(field)


def _codes(field: CodeField) -> Iterator[str]:
    """Each code with its meaning, as far as the two are read back as that code."""
    for code in field.code_set.codes:
        if code.standing is CodeStatus.OTHER_CODE_SET:
            continue
        both = f"{code.code} {code.meaning}"
        for text in (
            (code.code, both) if fold(code.code) == fold(code.meaning) else (both, code.code)
        ):
            found = field.code_set.find(text)
            if found is not None and found.code == code.code:
                yield text
                break


def _read(field: FieldBase, text: str) -> tuple[State, object]:
    reading = field.read([text], EPOCH_1900)
    return State(int(reading.states[0])), reading.values[0]
