"""What to do about a word that a field doesn't know: which of the rubric's keys it fits."""

import re

from casefile_audit.english import fold
from casefile_audit.intake.redaction import LONGEST_SHOWN
from casefile_audit.rubric.fields import (
    CodeField,
    DateField,
    DatesField,
    FieldBase,
    GradeField,
    NumberField,
    YesNoField,
)

# The types of field whose cells hold no words, unless they say that there is nothing to hold.
_WITHOUT_WORDS = (DateField, DatesField, NumberField)
# What people write where the question isn't asked of the case, and where it isn't answered yet.
_NOT_ASKED_RE = re.compile(
    r"(not|isn't|wasn't|no longer) (needed|required|due|eligible|relevant|appropriate|necessary)"
    r"|no need|exempt|out of scope|(does not|doesn't|did not|didn't) apply|not for .+|nr?/?a .+"
)
_NOT_YET_RE = re.compile(
    r"(pending|await|outstanding|in progress|ongoing|to be |to do|to follow|to check|to come|later"
    r"|not (yet|done|completed?|entered|started|available|found|given|stated|provided|seen)"
    r"|missing|unanswered|left|nothing|nil|none|incomplete|unfinished|overdue|see )\b.*"
    r"|(pending|await\w*) .*"
)
_NOT_KNOWN_RE = re.compile(
    r"(maybe|perhaps|possibly|probably|unclear|unsure|uncertain|nobody knows|illegible"
    r"|can't (say|tell)|cannot (say|tell))\b.*"
)
_MEANS = {
    "not_applicable": "that the question isn't asked of the case",
    "blank": "that there is none yet",
    "unknown": "that it isn't known",
}


def offer(name: str, field: FieldBase, text: str, shown: str) -> str:
    """What to write, and where, if a word that can't be read is to be; empty if that can't be said.

    Args:
        shown: as much of it as may be shown.
    """
    if not _is_wording(text) or (shown != text and not isinstance(field, _WITHOUT_WORDS)):
        return ""  # a name in the wrong column, perhaps
    word = text if shown == text else "…"
    if key := _key_of(field, fold(text)):
        return f"; if it means {_MEANS[key]}, map it: words: {{{name}: {{{key}: {word}}}}}"
    if isinstance(field, CodeField | GradeField):
        return f"; if it is another word for one, write in the rubric `also: {{{word}: …}}`"
    if isinstance(field, YesNoField):
        return f"; if it is one of these, write in the rubric `yes: {word}`, or `no` or `partly`"
    return ""


def _key_of(field: FieldBase, word: str) -> str:
    """Which state a word is for, as far as that shows."""
    for key, pattern in (
        ("not_applicable", _NOT_ASKED_RE),
        ("unknown", _NOT_KNOWN_RE),
        ("blank", _NOT_YET_RE),
    ):
        if pattern.fullmatch(word):
            return key
    return "blank" if isinstance(field, _WITHOUT_WORDS) else ""


def _is_wording(text: str) -> bool:
    """Whether a text is a word or a few, such as ``not done``."""
    plain = re.sub(r"[ '’./-]", "", text)
    return len(text) <= LONGEST_SHOWN and plain.isalpha()
