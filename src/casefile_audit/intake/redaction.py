"""How much of a cell a message may show, when somebody has to look at it.

A name typed into the wrong column is a short text like any other. So a text is shown only where it
can hardly be one: digits, dates and codes, three letters or fewer, words that auditors leave in
place of an answer or grade with, slips of a word that the field knows, and what stands in many rows
of a column. Of any other its length is given, and the reader has its cell.
"""

import difflib
import re
from collections.abc import Iterable

from casefile_audit.english import fold
from casefile_audit.error_cells import is_error_word

# What somebody wrote at length is theirs and the child's, whatever its words are.
LONGEST_SHOWN = 24
# What stands in so many rows of a column is a word for something, and not a child's name.
MANY_ROWS = 10
_FEW_LETTERS = 3
# Longer numbers are telephones, and the numbers of patients and pupils.
_MOST_DIGITS = 8
_DAY_RE = re.compile(r"\d{1,4}([-/. ])\d{1,2}\1\d{1,4}([ t,]+[\d:.]+)?")
_CODE_RE = re.compile(r"\b[a-z]{1,3}-?\d{1,4}\b")
_LETTERS_RE = re.compile(r"[^\W\d_]+")
_LEAST_ALIKE, _LEAST_LETTERS = 0.8, 4

# The words of dates and times, of spreadsheets' errors, and those that stand where an answer
# should: none that is much of a name.
_PLAIN = frozenset(
    """
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri
    sat sun st nd rd th am pm h hr hrs hour hours min mins minutes d day days w wk week weeks month
    months y yr yrs year years today tomorrow yesterday morning afternoon evening night noon
    midnight early mid late later soon start end beginning date dates time times quarter q
    one two three four five six seven eight nine ten eleven
    twelve half first second third last next
    a c k n o p t x z na nk nr tbc tba nfa asap ref value div name null num getting data true false
    yes no not none nil never nothing non neither either both
    done undone due overdue outstanding pending awaiting awaited waiting ongoing open opened closed
    complete completed incomplete finished unfinished started progress partly partial partially
    some all any other others various multiple several many few more less than most
    see seen unseen file files filed record records recorded unrecorded log logged note notes noted
    comment comments
    above below as same ditto attached enclosed elsewhere system paper page sheet
    known unknown clear unclear sure unsure certain uncertain perhaps maybe possibly probably likely
    available unavailable required needed necessary applicable inapplicable relevant irrelevant
    asked stated given entered missing blank empty left lost found wrong right correct incorrect
    error check checked query confirm confirmed unconfirmed agreed arranged booked planned cancelled
    postponed missed declined refused withdrawn review reviewed reviews reviewing grade graded
    to be do does did is isn was wasn are has have had been being can could it this that there
    so if then by on in at of off for from with without and or but about around approx circa since
    until till before after during between within yet still already again ago over under only just
    the an don t s
    good adequate adequately inadequate inadequately outstanding excellent satisfactory
    unsatisfactory poor fair strong weak requires require improvement improvements improve improved
    improving met unmet meets meet achieved achieves unachieved pass passed fail fails failed fully
    mostly largely low medium high minor major standard enhanced special measures green amber red
    compliant compliance effective ineffective sufficient insufficient moderate moderated
    moderation
    """.split()  # noqa: SIM905 - as a list it is a page long
)


def redacted(text: str, near: str | None = None, own: Iterable[str] = ()) -> str:
    """A cell's text as a message may show it.

    Args:
        near: a word that is no secret, such as the field's own, to which the text may be near.
        own: words of the field, of which the text may be made, as ``Good/Adequate`` is.

    Returns:
        The text, or how long it is.
    """
    if len(text) <= LONGEST_SHOWN and (_is_plain(text, own) or _is_slip_of(near, text)):
        return text
    return f"a text of {len(text)} characters"


def _is_plain(text: str, own: Iterable[str]) -> bool:
    folded = fold(text)
    if is_error_word(folded) or len(folded) <= _FEW_LETTERS:
        return True
    if sum(map(str.isdigit, folded)) > _MOST_DIGITS and not _DAY_RE.fullmatch(folded):
        return False
    known = _PLAIN.union(*(_LETTERS_RE.findall(fold(word)) for word in own))
    return known.issuperset(_LETTERS_RE.findall(_CODE_RE.sub(" ", folded)))


def _is_slip_of(word: str | None, text: str) -> bool:
    if word is None:
        return False
    written, meant = fold(text), fold(word)
    if written == meant:
        return True
    if min(len(written), len(meant)) < _LEAST_LETTERS:
        return len(meant) > 2 and written[:-1] == meant
    alike = difflib.SequenceMatcher(None, written, meant).ratio() >= _LEAST_ALIKE
    return alike or meant.startswith(written)
