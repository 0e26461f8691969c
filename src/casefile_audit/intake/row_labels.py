"""What the first words of a row say that it is, if it is no case: a total, a note, a sign-off."""

import re
from functools import lru_cache

from casefile_audit.english import fold

LONGEST_LABEL = 40
"""What is longer names no total and no part of the table: it is something that somebody wrote."""

# The patterns below are compiled when they are first asked for: most tables have no such row.

# A remark under the table is a sentence, or says that it is one; a case reference does neither.
_WORDS_OF_A_NOTE = 4

_TOTAL = (
    r"((grand |overall |sub ?-?)?totals?"
    r"( (number )?(of )?(cases?( files)?|files|children|records))?"
    r"|averages?|mean|count|sum|percentage|%"
    # What stands under it is in the words of answers.
    r"|(mode|modal|most (common|frequent|usual))( (answers?|values?|grades?|responses?))?)[: \d]*"
)
_STATISTIC = (
    r"(sub-?)?totals?|counts?|averages?|avg|means?|medians?|modes?|sums?|min(imum)?|max(imum)?"
    r"|most (common|frequent)|highest|lowest|ranges?|percentages?|percent|std|st ?dev|stdev"
    r"|variance|quartiles?|tall(y|ies)"
)
_STATISTICS = (
    rf"((?:\S+ ){{0,4}}(?:{_STATISTIC})|(?:grand |all |% ?)?(?:{_STATISTIC})\b.*"
    r"|(no|number|num|nos|count|%|n|sum|share|rate)\b\.? ?(of )?"
    r"(cases?|files?|records?|rows|children|yes|no|met|compliant|audited|complete[d]?|missing|=).*"
    r"|(cases?|files|records|rows|children) (audited|read|reviewed|sampled|counted|in total|seen)"
    r"|n ?= ?\d+|%.*|.*%|all (cases|districts|areas|teams|forces)|compliance( rate)?|overall)"
)
_SIGN_OFF = (
    r"(audit(ed|or)?|complet(ed|ion)|review(ed|er)|check(ed|er)|sign(ed|ature)|prepar(ed|er)"
    r"|approv(ed|er)|moderat(ed|or)|authoris(ed|er)|compil(ed|er)|sampl(ed|er)|verifi(ed|er)"
    r"|produc(ed)|print(ed)|export(ed)|generat(ed)|creat(ed)|updat(ed)|run|extract(ed)"
    r"|report(ed)?|read|led|owner|version|date|name|role|rank|period|status|as at|as of"
    r"|designation|position|job title|e-?mail|tel(ephone)?|phone|last updated"
    r"|data (as )?(at|to|from))"
    r"( (by|on|at|date|name|off|of|in|for|to|time|number|no|audit|report|period|v?\d[\d.]*))*"
    r"( ?:.*)?"
)
_NOTE = r"(?i)[*†‡].*|(notes?|source|sources|key|end|legend|codes?|applied filters?|filters?)\b.*"
_FOOTER = (
    r"(?i)\(?\d[\d,]* (rows?|records?|results?|cases?|items?|lines?)( \w+){0,2}\)?"
    r"|((number|no\.?|count) of )?(rows?|records?|results?|cases?|items?|lines?)( \w+)?"
    r" ?[:=] ?\d[\d,]*"
    r"|page \d+( (of|/) \d+)?|\d+ of \d+|-+ ?end.*|\(?end of .*|"
    r"(printed|generated|exported|produced|created|run|extracted|downloaded|report run) .*"
)
_IMPORT = r'(?i)\{"?ImportId"?\b.*'
_EXAMPLE = (
    r"(?i)(for )?(an )?(worked )?example\b.*|e\.? ?g\b[.:, ].*"
    r"|(test|dummy)( (case|record|entry|data|row|file|only))?( *[-–:,(].*)?"
)
_TALLY = (
    r"(?i)(questions?|criteri(on|a)|standards?|measures?|items?|answers?|responses?|grades?|ratings?"
    r"|indicators?)[ ?:]*"
)
_MONTH = (
    r"(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?"
    r"|oct(ober)?|nov(ember)?|dec(ember)?)"
    r"([ ,./'-]*(19|20)\d\d|[ ,./'-]+\d\d)"
)
# Whatever is none of these is quickly told from it by its having none of their words. That a word
# ends is said without \b, over which a search of texts beyond ASCII takes sixty times as long.
MAYBE_LABEL = (
    r"(?i)total|count|average|avg|mean|median|mode|sum|min|max|range|percent|std|dev|variance"
    r"|quartile|tall|most|highest|lowest|%|numb|num|nos?(?:\W|$)|^n(?:\W|$)|share|rate|cases|files"
    r"|records|rows|children|compliance|overall|audit|complet|review|check|sign|prepar|approv|moderat|authoris|compil"
    r"|sampl|verif|produc|print|export|generat|creat|updat|run|extract|report|read|led(?:\W|$)|owner"
    r"|modal|designat|position|job title|e-?mail|tel(?:\W|$)|telephone|phone"
    r"|question|criteri|standard|measure|item|answer|respon|grade|rating|indicator"
    r"|example|^test|^dummy|version|date|name|role|rank|period|status|as at|as of|last|data"
    r"|importid|[^\x00-\x7f]"
)


def total(text: str) -> bool:
    """Whether a text can only name a total, whatever else stands in its row."""
    return len(text) < LONGEST_LABEL and re.fullmatch(_TOTAL, fold(text)) is not None


@lru_cache(maxsize=4096)
def says_what_it_is(text: str) -> str:
    """What a row is by its first words, if it answers nothing: ``a row of totals``; else empty."""
    folded = fold(text)
    if len(text) >= LONGEST_LABEL:
        return ""
    if re.fullmatch(_STATISTICS, folded):
        return "a row of totals"
    if re.fullmatch(_SIGN_OFF, folded):
        return "a sign-off"
    return "a footer" if re.fullmatch(_FOOTER, text) else ""


def names_of_an_export(text: str) -> bool:
    """Whether a text is a name that an export gives its own columns."""
    return re.match(_IMPORT, text) is not None


def example(text: str) -> bool:
    """Whether a case reference says that it is an example."""
    return len(text) < LONGEST_LABEL and re.fullmatch(_EXAMPLE, text) is not None


def heads_a_tally(text: str) -> bool:
    """Whether a text is what stands over the labels of a tally, beside the answers it counts."""
    return re.fullmatch(_TALLY, text) is not None


def note(text: str) -> bool:
    """Whether a text that is alone in its row is a remark on the table."""
    return (
        len(text.split()) >= _WORDS_OF_A_NOTE
        or re.fullmatch(_NOTE, text) is not None
        or re.fullmatch(_FOOTER, text) is not None
    )


def month(text: str) -> bool:
    """Whether a text is a month and its year, such as ``MAY 2024``."""
    return re.fullmatch(_MONTH, fold(text)) is not None
