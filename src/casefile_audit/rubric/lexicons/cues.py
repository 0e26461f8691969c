"""The words that tell how a term is meant, as patterns of folded text, from a file of them."""

import re

from casefile_audit.rubric.lexicons.common_words import lists_of, word_list
from casefile_audit.rubric.lexicons.forms import FoldedPattern, phrase_source, with_groups

_LISTS = lists_of("cues")


def _any(name: str) -> str:
    """The source of what finds any phrase of one of the lists."""
    groups = {group: words.split("/") for group, words in _LISTS["words"].items()}
    return f"(?:{phrase_source(with_groups(_LISTS[name], groups))})"


NAMED, CHALLENGES, REVIEWERS, WRONG = map(_any, ("named", "challenges", "reviewers", "wrong"))
THAT = r"(?:this|that|it|these|those|such)"

NAMED_RE = FoldedPattern(NAMED)
SPOKEN_RE = FoldedPattern(_any("spoken"))
WRONG_RE = FoldedPattern(f"{CHALLENGES}|{WRONG}")
WEAKLY_WRONG_RE = FoldedPattern(f"{_any('weakly_wrong')}$")
UNCHALLENGED_RE = FoldedPattern(_any("unchallenged"))
NOBODY_CHALLENGES_RE = FoldedPattern(rf"{_any('nobody')}((?: \w+){{0,5}}?) {CHALLENGES}")
AND_YET_RE = FoldedPattern(_any("and_yet"))
# Challenged, but not for the words.
OTHERWISE_RE = FoldedPattern(_any("otherwise"))
OTHER_FEEDBACK_RE = re.compile(
    r"\bfeedback (?:(?:given )?to (?:\w+ ){1,3})?(?:on|about|regarding|for) "
    r"(?!(?:the |their |this |that |his |her )?(?:language|wording|phrase|term|word|use|choice "
    r"of)|this\b|that\b|it\b)\w+"
)
_THAT_IS = (
    rf"\b{THAT} (?:\w+ ){{0,2}}?(?:is|was|were|are|has been|have been|had been|has since been|"
    rf"needs to be) "
)
_THE_TERM = rf"\b(?:{THAT}|the|their|his|her|officer's) (?:\w+ ){{0,2}}{NAMED}"
AFTERWARDS_RE = FoldedPattern(
    rf"{_any('afterwards')}|(?:^|[.;] )(?:challenged|corrected|reworded|amended)\W|"
    rf"{CHALLENGES} (?:with )?{THAT} *(?:[.,;:]|$|\b(?:on|with|and|at|in|by|as|when|during|"
    rf"immediately|directly|straight|to|via|through)\b)|"
    rf"{REVIEWERS}.{{0,40}}\b(?:fed back|feedback|words of advice|challenged)\b|"
    rf"\b(?:feedback|words of advice|advice) (?:was |were |has been |have been |had been )?"
    rf"(?:given|provided|recorded)\b.{{0,40}}{REVIEWERS}"
)
POINTS_BACK_RE = FoldedPattern(
    rf"(?:{_THAT_IS}(?:\w+ ){{0,2}}?|{_THE_TERM}.{{0,60}})(?:{WRONG}|{CHALLENGES})|"
    rf"(?:{WRONG}|{CHALLENGES}).{{0,60}}{_THE_TERM}"
)
# "We do not use", "please never write": not "she does not say", which tells what somebody does.
NORM_RE = FoldedPattern(
    rf"(?:\b(?:we|please|to|should|must|be)\b|^|[-:.\"'(])\W*(?:do )?{_any('norms')}"
)
NAMED_TO_AVOID_RE = re.compile(
    r"^\W*not [\"'] ?$|"
    r"\b(?:avoid|drop|delete|remove|replace|lose|never|reword|rephrase|change)(?: \w+)? [\"'] ?$"
)
AVOIDED_BEFORE_RE = FoldedPattern(_any("avoided_before"))
AVOIDED_AFTER_RE = FoldedPattern(
    r"^\W*(?:\w+ ){0,3}?(?:is|was|were|are|has been|had been|have been) (?:\w+ ){0,2}?"
    r"(?:avoided|not used|absent|not found|nowhere (?:used|found))\b|"
    r"^\W*(?:\w+ ){0,2}?(?:does|did) not appear\b"
)
DENIED_AFTER_RE = FoldedPattern(
    r"^\W*(?:\w+ ){0,4}?(?:is|was|would be|are|were|has been) (?:\w+ly )?"
    r"(?:(?:found|proved|proven|shown) (?:to be )?)?"
    rf"{_any('denied_after')}|^\W*(?:is|was) wrong\b"
)
NEGATOR_RE = FoldedPattern(
    rf"{_any('negators')}|\b(?:did|does|done|has done|had done) nothing to\b"
)
NO_THING_RE = re.compile(
    r"no (?!evidence|suggestion|indication|sign|reason|information|intel|proof|way|one|longer|"
    r"truth)\w+ (?:she|he|they)\b"
)
MOST_BETWEEN = 8
DIVIDES_RE = re.compile(r"[;:]|, (?!or\b|nor\b)")
NOT_DENIED_RE = FoldedPattern(
    rf"^ ?{_any('not_denied_at_once')}|{_any('not_denied')}|\band (?:\w+ly )?\w+s\b"
)
THINKS_RE = FoldedPattern(_any("thinks"))
# Had she not: what follows was so.
UNLESS_RE = re.compile(r"\b(?:had (?:she|he|they|\w+)|if (?:she|he|they|\w+)(?: had)?) $")
TOLD_NOT_RE = FoldedPattern(rf"{_any('told_not')}(?: \w+){{0,5}} ?$")
OWN_WORDS_RE = FoldedPattern(rf"{_any('own_words')}|\bwe'(?:re|ve)\b")
AS_SAID_BY_RE = FoldedPattern(
    rf"{_any('as_said_by')} (?:the |her |his |their |a |an |one |child's |victim's )?"
    r"(?:former |old |new |own )?$"
)
AS_SAID_RE = re.compile(r"\W*(?:,|(?:of|as|to be)\b)")
# After these, no comma has to say that it goes on with what somebody says.
ACCORDING_TO_RE = re.compile(r"according to|in the (?:words|view|opinion|account) of|quoting")
ACCOUNT_RE = FoldedPattern(rf"^(?:own )?{_any('account')}")
OF_MONEY_RE = FoldedPattern(_any("of_money"))
OWN_ACCOUNT_RE = FoldedPattern(_any("own_account"))
TURN_RE = FoldedPattern(
    rf"{_any('turns')}|, and (?:the )?(?:officers?|police|oic|log|record|school|social workers?|"
    r"writer|report|staff)\b"
)
INTRODUCES_RE = re.compile(
    r"(?:said|says|stated|told \w+(?: \w+)?|account|words|statement|follows|wrote|quote|"
    r"disclosed)\W*:?\W*$"
)

DESCRIBED_RE = FoldedPattern(rf"\b(?:is|was|been|being|were|are)(?: \w+ly)? {_any('described')}")
# A word before who says something that may be somebody's name: "Leah says".
NAME_RE = re.compile(
    r"([a-z][a-z'-]+) (?:(?:also|then|later|again|himself|herself|themselves|had|has|\w+ly) )*$"
)
ENDS_RE = re.compile(r"\s*[.;]|,(?! ?[\"'])")
SAID_BY_NAME_RE = re.compile(
    r"[\"'] ?(?:(?:said|says|replied|added|explained) (?!(?:of|in|at|by|to|on)\b)|"
    r"(?=[a-z]+ (?:said|says|told|replied|added|explained)\b))((?:the |her |his )?[a-z]+)"
)
# Between who says something and the word for it: all that she would tell us.
HELPS_RE = re.compile(r"(?: (?:would|will|could|had|has|have|also|then|later|\w+ly))* ?")
HOW_RE = re.compile(r"\b(?:as|(?:is|was) (?:how|what))(?: (?:the|her|his|their|one))? ?$")
NEXT_RE = re.compile(r"[,;:]|\b(?:and|but|then|while|when|that)\b")
NO_NAME = word_list("no_names")
PERSONAL_RE = FoldedPattern(_any("personal"))
