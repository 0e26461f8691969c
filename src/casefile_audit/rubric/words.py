"""Words that mean the same in most workbooks: nothing, unknown, not applicable."""

import re
from collections.abc import Mapping

from casefile_audit.cases import State
from casefile_audit.english import fold
from casefile_audit.error_cells import is_error_word

LONGEST_WORD = 120
"""Longer text can only be what somebody wrote, never a word with a set meaning."""
NOT_READ_YET = (
    *("not started", "not yet started", "not audited", "not yet audited", "not yet read"),
    *("not answered", "not yet answered", "unanswered"),
)
"""What says that nobody has read the case yet, or not as far as this question."""

DEFAULT_WORDS: Mapping[State, tuple[str, ...]] = {
    State.BLANK: (
        *("", "-", "?", "tbc", "tba", "to be confirmed", "to follow"),
        *("not recorded", "not yet recorded", "not entered", "no entry", "none recorded"),
        *("nothing recorded", "not completed", "left blank", "blank", "nr", "n/r"),
        *("nil recorded", "not documented", "none documented", "nothing documented"),
        *("no record", "nothing on record", "no information", "no info"),
        *NOT_READ_YET,
        # What databases, pivot tables and statistics programs write for nothing.
        *("null", "(null)", "[null]", "<null>", "{null}", "\\n", "<na>", "nat", "undefined"),
        "[object object]",
        *("#empty", "(not set)", "not set", "no value", "(no value)", "[no value]", "no data"),
        *("no data available", "not provided", "not supplied"),
        *("(blank)", "[blank]", "(empty)", "[empty]", "(none)", "{}", "[]"),
    ),
    State.UNKNOWN: (
        *("nk", "n/k", "n.k", "not known", "unknown", "isn't known", "is not known", "don't know"),
        *("dont know", "dk", "d/k", "not sure", "unsure", "unclear", "not clear", "can't tell"),
        *("cannot tell", "unable to tell"),
    ),
    # The last is what `audit collect` writes for a question that a form of another version hadn't.
    State.NOT_APPLICABLE: (
        *("n/a", "na", "n.a", "not applicable", "not relevant", "does not apply"),
        *("doesn't apply", "[not asked]"),
    ),
}
USUAL_WORDS: Mapping[str, tuple[State, str]] = {
    fold(word): (state, "") for state, words in DEFAULT_WORDS.items() for word in words
}
YES, PARTLY, NO = "yes", "partly", "no"
USUAL_ANSWERS = {
    fold(word): answer
    for answer, words in {
        YES: ("yes", "y", "true", "1", "1.0", "✓", "✔", "fully", "in full", "met", "fully met"),
        PARTLY: (
            *("partly", "partial", "partially", "in part", "part", "some", "somewhat", "mostly"),
            *("to some extent", "partly met", "partially met"),
        ),
        NO: ("no", "n", "false", "0", "0.0", "✗", "✘", "not met"),
    }.items()
    for word in words
}
# Dashes, dots and question marks, however many, say nothing.
_FILLERS = "-.?_ "
# Nor do they where a program read their bytes in the wrong way, and wrote that.
_RUINED = ("\u00e2\u20ac\u201c", "\u00e2\u20ac\u201d", "\u00e2\u20ac\u2019", "\u00e2\u20ac\u00a6")
_RUINED_WORDS = frozenset(map(fold, _RUINED))
# What a form or a list shows until somebody has answered; and Stata's own signs for nothing.
_PROMPT_RE = re.compile(
    r"[-\[(<{ ]*(?:please )?(?:"
    r"(?:click|tap)(?: or tap)?(?: here)? to (?:enter|add|choose|select|type)"
    r"|(?:enter|type)(?= (?:text|here|date|your|a ))|select|choose|pick|-*select-*"
    r")(?: (?:an?|one|your|here|text|date|item|option|answer|value|response|number))*[-\])>} .]*"
)
_PROMPTS_START = frozenset("-[(<{pcest")
_STATA_RE = re.compile(r"\.[a-z]")
# Markup without a letter of text, and the marks that lists leave for a choice that nobody made.
_MARKUP_RE = re.compile(r"(?:\s|<(?!img)/?[a-z!][^<>]*>|&(?:nbsp|zwnj|#160|#8203|#xa0|#x200b);?)+")
_MARKS_RE = re.compile(r"(?:[a-z]{4,8})?(?:;#)+")


def usual_state(word: str) -> tuple[State, str] | None:
    """State and value of a folded text that no field has a word for; None if it is anybody's."""
    if is_error_word(word):  # there is something, and it is not what anybody wrote
        return State.UNREADABLE, ""
    if word.endswith(";#") and _MARKS_RE.fullmatch(word):
        return State.BLANK, ""
    if word in _RUINED_WORDS or is_prompt(word) or _STATA_RE.fullmatch(word):
        return State.BLANK, ""
    return None if word.strip(_FILLERS) else (State.BLANK, "")


def is_prompt(word: str) -> bool:
    """Whether a word, folded, is what a form shows where nobody has answered yet."""
    return word[:1] in _PROMPTS_START and _PROMPT_RE.fullmatch(word) is not None


def is_written_for_nothing(text: str) -> bool:
    """Whether a program wrote a text for nothing: markup alone, such as ``<div></div>``, or ``NaN``
    in its own spelling, since Nan is somebody's grandmother.
    """  # noqa: D205 - one thought
    if text[:1] not in "<&nN":
        return False
    return text in ("nan", "NaN") or _MARKUP_RE.fullmatch(text.lower()) is not None
