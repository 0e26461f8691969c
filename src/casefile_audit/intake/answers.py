"""What a form's boxes, ticks and struck-out words answer."""

import re
from collections.abc import Sequence, Set

from casefile_audit.cases import State
from casefile_audit.english import fold, on_one_line
from casefile_audit.files.markup import EPOCH_1900
from casefile_audit.files.symbols import EMPTY, STRUCK, TICKED
from casefile_audit.files.workbook import Cell, text_of
from casefile_audit.rubric.fields import FieldBase, GradeField, YesNoField
from casefile_audit.rubric.words import NO, PARTLY, YES

_BOX_TICKED = "☒☑🗹🗵⊠\uf0fe\uf0fd\uf052þý"
_BOX_EMPTY = "☐□❏❐❑❒◻⬜▢\uf0a8\uf06f\uf0a3¨"
_TICKS = "✓✔√\uf0fc\uf050ü"
# The patterns are compiled when they are first asked for: most workbooks have neither.
# Brackets that are typed for a box: [x], [ ], (X), ( ).
_TYPED_BOX = r"\[\s*([xX✓✔√]?)\s*\]|\(\s*([xX✓✔√]|\s)\s*\)"
_SOME_BOX = f"[{_BOX_TICKED}{_TICKS}{_BOX_EMPTY}]"
_MARK = rf"[x*{_BOX_TICKED}{_TICKS}✗✘\uf0fb\uf04fûp]+|true|1"
_TICK = rf"[x{_BOX_TICKED}{_TICKS}]+"
_REMARK = r"[(\[][^()\[\]]*[)\]]|[☐☑☒✓✔✗✘*]"
_NO_MARK = rf"[{_BOX_EMPTY}\s._–—-]*|false|0"
# "N/A" and "Y/N" hold the stroke that stands between choices.
_NOT_APPLICABLE = r"(?i)\b(n)/([ark])\b"
_BETWEEN = r"(?i)\s*[/|;\n]\s*|\s{2,}|,\s+|\s+or\s+"
_AFTER_CHOICE = r"\s+[-–—]\s+|[(:;,.\n]|\s{2,}"
_PROMPT = (
    r"[\[<(]?\s*((please )?(choose|select|pick)( (an?|one|from|the|your)\b.{0,40}|\W*)"
    r"|(click|tap)( or (click|tap))? (here|to)\b.{0,60}|enter (text|a date|date|here)\b.{0,30})"
    r"\s*[\]>)]?"
)
_STANDARD = r"(not |non[- ]|partly |partially )(.+)"
_STANDARDS = {"not": NO, "non": NO, "partly": PARTLY, "partially": PARTLY}
_UNGRADED = frozenset(("not graded", "not yet graded", "ungraded", "no grade", "not judged"))
_DOTS = r"^(?:\.{3,}|…+)\s*|\s*(?:\.{3,}|…+)$"
_FILLING = " \t\n\u00a0._…"


def is_marked(cell: Cell, option: str) -> bool:
    """Whether a cell in the column of an option says that the option is the answer."""
    text = fold(text_of(cell))
    return re.fullmatch(_MARK, text) is not None or (bool(text) and text == fold(option))


def is_tick(cell: Cell) -> bool:
    """Whether a cell holds nothing but a mark: not a word or a number, which may say more."""
    return isinstance(cell, str) and re.fullmatch(_TICK, fold(cell)) is not None


def is_unmarked(cell: Cell) -> bool:
    """Whether a cell in the column of an option says nothing, or that it isn't the answer."""
    return re.fullmatch(_NO_MARK, fold(text_of(cell))) is not None


def has_boxes(cell: Cell) -> bool:
    """Whether a cell holds check boxes or ticks."""
    return isinstance(cell, str) and re.search(_SOME_BOX, _with_boxes(cell)) is not None


def is_option(field: FieldBase, text: str) -> bool:
    """Whether a text is an answer that can stand over a column of ticks or beside a box."""
    if field.takes_any_text or not any(map(str.isalnum, text)):
        return False
    state = field.read([on_one_line(text)], EPOCH_1900).states[0]
    return bool(state in (State.VALUE, State.NOT_APPLICABLE, State.UNKNOWN))


def option_in(field: FieldBase, text: str, beside: Set[str] = frozenset()) -> str:
    """The answer that a heading over ticks names, as ``Yes (tick one)``; empty if it names none.

    Args:
        field: the field.
        text: the heading.
        beside: the headings beside it, folded: ``Achieved`` is yes where ``Not achieved`` is no.
    """
    bare = re.sub(_REMARK, "", text).strip(_FILLING)
    known = next((word for word in (text, bare) if is_option(field, word)), "")
    return known or (_standard(fold(bare), beside) if isinstance(field, YesNoField) else "")


def _standard(word: str, beside: Set[str]) -> str:
    """What ``Achieved``, ``Partly achieved`` and ``Not achieved`` answer where they stand together;
    empty of a word that has no such other.
    """  # noqa: D205 - one thought
    found = re.fullmatch(_STANDARD, word)
    met = found[2] if found else word
    if not {f"{no}{met}" for no in ("not ", "non-", "non ")} & beside or met not in beside:
        return ""
    return _STANDARDS[found[1].strip("- ")] if found else YES


def answer_of(field: FieldBase, cell: Cell) -> Cell:
    """What a cell of a form answers.

    Where several boxes are ticked, or several choices are left, it is all of them: a text that no
    field reads as one answer.

    Args:
        field: the field that it answers.
        cell: what the cell holds: boxes with words, choices of which some are struck through,
            choices of which none is taken, a prompt, or just the answer.
    """
    if not isinstance(cell, str):
        return cell
    if STRUCK in cell:
        return _left_over(field, cell)
    boxed = _with_boxes(cell)
    if re.search(_SOME_BOX, boxed) and not _is_written(field, boxed):
        return _ticked(field, boxed)
    text = cell.strip(_FILLING)
    if text and field.takes_any_text:
        text = re.sub(_DOTS, "", cell.strip(" \t\n_"))
    if re.fullmatch(_PROMPT, fold(text)) or (
        isinstance(field, GradeField) and fold(text) in _UNGRADED
    ):
        return ""
    return "" if _is_untouched(field, _choices(field, text)) else text


def several(answers: Sequence[str]) -> str:
    """Answers of which only one can be right, as a text that is none of them."""
    return " and ".join(answers)


def _is_written(field: FieldBase, text: str) -> bool:
    """Whether a text that holds a tick or a box is read as it is: ``✓``, or a narrative."""
    if field.takes_any_text:
        return not any(letter in text for letter in _BOX_TICKED + _BOX_EMPTY)
    return field.state_of_word(on_one_line(text)) is not None


def _with_boxes(text: str) -> str:
    """A text in which brackets that are typed for a box are one."""

    def box(found: re.Match[str]) -> str:
        return TICKED if (found[1] or found[2] or "").strip() else EMPTY

    return re.sub(_TYPED_BOX, box, text)


def _ticked(field: FieldBase, text: str) -> str:
    """The words beside the boxes that are ticked: after each, or before it."""
    places = [found.start() for found in re.finditer(_SOME_BOX, text)]
    is_ticked = [text[place] not in _BOX_EMPTY for place in places]
    after = [text[a + 1 : b] for a, b in zip(places, [*places[1:], len(text)], strict=True)]
    before = [text[a:b] for a, b in zip([0, *(p + 1 for p in places)], places, strict=False)]
    words = before if before[0].strip(_FILLING) and not after[-1].strip(_FILLING) else after
    if words is after and is_option(field, before[0].strip(_FILLING)):
        # Whose the boxes are can't be told.
        return several([_choice(field, word) for word in (before[0], after[-1])])
    taken = [_choice(field, word) for word, ticked in zip(words, is_ticked, strict=True) if ticked]
    if taken == [""]:
        return "yes"  # a box alone, after its question
    return several(list(dict.fromkeys(taken)))


def _choice(field: FieldBase, words: str) -> str:
    """The words of one choice, without a remark after it."""
    text = words.strip(_FILLING + "/|,;")
    if field.takes_any_text or is_option(field, text):
        return text
    first = re.split(_AFTER_CHOICE, text, maxsplit=1)[0].strip()
    return first if is_option(field, first) else text


def _left_over(field: FieldBase, text: str) -> str:
    """What isn't struck through."""
    kept = re.sub(f"[^{STRUCK}]{STRUCK}", "\n", text).replace(STRUCK, "")
    if field.takes_any_text:
        return on_one_line(kept.replace("\n", ""))
    choices = _choices(field, kept)
    return several(choices) if choices else kept.strip(_FILLING + "/|,;\\")


def _is_untouched(field: FieldBase, choices: Sequence[str]) -> bool:
    """Whether choices are all there are, so that none was taken: ``Yes / No / N/A``."""
    if isinstance(field, YesNoField):
        answers = field.read(choices, EPOCH_1900).values.tolist()
        return YES in answers and NO in answers
    return len(choices) >= (len(field.scale) if isinstance(field, GradeField) else 2)


def _choices(field: FieldBase, text: str) -> list[str]:
    """The choices that a text offers, if it is nothing else: ``Yes / No / N/A``."""
    if field.takes_any_text or field.state_of_word(on_one_line(text)) is not None:
        return []
    parts = re.split(_BETWEEN, re.sub(_NOT_APPLICABLE, "\\1\x00\\2", text))
    choices = [part for each in parts if (part := each.replace("\x00", "/").strip(_FILLING + "/"))]
    return list(dict.fromkeys(choices)) if all(is_option(field, c) for c in choices) else []
