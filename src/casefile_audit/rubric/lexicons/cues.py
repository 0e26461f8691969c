"""The words that tell how a term is meant, as patterns of folded text."""

import re
from functools import cache

from casefile_audit.rubric.lexicons.common_words import word_list

NAMED = r"(?:phrases?|terms?|terminology|words?|wording|language|expressions?|labels?|phrasing)"
SPOKEN = (
    rf"(?:{NAMED}|descriptions?|comments?|remarks?|statements?|entry|entries|lines?|sentences?|"
    r"rationale|narrative|writing|wrote|recording|describing|calling|labelling|saying|referring|"
    r"use of|using|reference to|references to|log|summary|report|record)"
)
REVIEWERS = (
    r"(?:sergeant|sgt|ds|di|dci|insp|inspector|superintendent|supt|supervisor|supervision|manager|"
    r"reviewer|review|auditor|audit|moderator|chair|iro|team leader|line manager|head of "
    r"service|qa|"
    r"peer reviewer|supervising officer|reviewing officer|detective sergeant|detective inspector)"
)
CHALLENGES = (
    r"(?:challeng(?:ed|es|ing)|question(?:ed|s|ing)|queried|picked (?:this |that |it )?up|"
    r"pulled (?:\w+ ){0,2}up|spotted|flagged|corrected|addressed|noticed|fed back|"
    r"(?:gave|given|giving|provided|offered|has had|received) (?:\w+ ){0,3}(?:feedback|advice|"
    r"guidance)|"
    r"feedback|words of advice|reflective conversation|spoke(?:n)? to the (?:officer|author|oic))"
)
WRONG = (
    r"(?:criticis\w+|object(?:ed|s|ing) to|disapprov\w+|took issue with|blaming language|"
    r"blames? (?:the )?(?:child|victim|her|him|girl|boy|young person)|inappropriate|"
    r"unacceptable|not (?:at all )?(?:appropriate|acceptable|professional|"
    r"helpful|ok)|"
    r"victim[- ]?blam\w+|blam(?:es|ing) (?:the )?(?:child|victim|her|him|girl|boy)|unhelpful|"
    r"judg(?:e)?mental|derogatory|unprofessional|outdated|offensive|pejorative|poor (?:use|"
    r"choice) of|"
    r"has no place|have no place|a poor|the wrong|is wrong|was wrong|isn't right|"
    r"(?:should|must|ought|could|can|shall|do|does|did|would)(?:n't| not| never|not)(?: to)?(?: "
    r"have)?(?: been)?"
    r"(?: be(?:en)?)?(?: \w+ly)? (?:use[ds]?|say|said|write|written|describe[ds]?|record(?:ed)?|"
    r"appear(?:ed)?|"
    r"put|call(?:ed)?|refer(?:red)?|stand|accept(?:ed|able)?|label(?:led)?|repeat(?:ed)?|there)|"
    r"be avoided|minimis(?:es|ed|ing)|blame on (?:the )?(?:child|victim|her|him|girl|boy)|"
    r"(?:hold|make|see)s? (?:the )?(?:child|victim|her|him|girl|boy) (?:as )?(?:responsible|to blame)|"
    r"(?:impl|suggest)\w+ (?:that )?(?:the )?(?:child|victim|she|he|girl|boy) (?:is|was|were) "
    r"(?:to blame|responsible|at fault)|better (?:phrased|worded|put|described)|"
    r"never (?:use|write|say|be used|acceptable|appropriate)|not (?:to be|be) used|"
    r"not (?:a |an )?(?:\w+ )?(?:phrase|term|word|words|language|wording|description)|"
    r"avoid (?:using|the|this|such|terms?|phrases?|words?)|stop using|refrain from|cease using|"
    r"(?:remov|delet|replac|reword|rephras|rewrit|rewrot|amend|chang|correct|struck|strik|tak)\w*"
    r"|preferred (?:term|wording)|alternative (?:term|wording)s?|instead of (?:using|writing|"
    r"saying)|"
    r"reminded|asked (?:\w+ ){1,4}to (?:use|find|avoid|think|choose)|returned (?:the|this|it)|"
    rf"{CHALLENGES})"
)
NOBODY = r"(?:not|n't|never|nobody|no[- ]one|none|neither|nor|without|failed to|fails to|missed)"
UNCHALLENGED_RE = re.compile(
    rf"{NOBODY} (?:(?!and\b|but\b|acceptable|appropriate|used?\b)\w+ ){{0,5}}{CHALLENGES}|"
    rf"\bunchallenged\b|\bunnoticed\b|"
    rf"\bno (?:\w+ ){{0,4}}(?:challenge[ds]?|feedback|correction)\b|"
    r"\b(?:has|have|had|was|were|did)(?:n't| not) (?:been )?(?:challenged?|corrected?|picked up|"
    r"spotted)"
)
STRONG_RE = re.compile(rf"\b{NAMED}\b")
WEAK_RE = re.compile(rf"\b{SPOKEN}\b")
WRONG_RE = re.compile(rf"(?<!\w)(?:{WRONG})(?!\w)")
WEAKLY_WRONG_RE = re.compile(
    r"(?:remov|delet|replac|chang|correct|tak|strik|struck|reminded|amend)"
)
# Challenged, but not for the words: the suspect, a decision, what a child was told to do.
OTHERWISE_RE = re.compile(
    r"\b(?:words of advice|advice|guidance) (?:(?:was|were|has been|have been) )?(?:given|provided|"
    r"offered) to (?:the |her |his |their )?(?:girl|boy|child|children|young \w+|victim|her|him|"
    r"them|mother|father|mum|dad|parents?|family|suspects?)\b|"
    r"\b(?:challeng|question|confront|correct|remind)\w* (?:the |her |his |their |this |that )?"
    r"(?:suspects?|offenders?|fathers?|mothers?|mum|dad|parents?|males?|man|men|boyfriend|"
    r"decisions?|"
    r"outcomes?|delay|finding|grade|rating|plan|closure|nfa|behaviour|girl|boy|child)\b|"
    r"\bfeedback (?:(?:given )?to (?:\w+ ){1,3})?(?:on|about|regarding|for) "
    r"(?!(?:the |their |this |that |his |her )?(?:language|wording|phrase|term|word|use|choice "
    r"of)|this\b|that\b|it\b)\w+"
)
THAT = r"(?:this|that|it|these|those|such)"
_THAT_IS = (
    rf"\b{THAT} (?:\w+ ){{0,2}}?(?:is|was|were|are|has been|have been|had been|has since been|"
    rf"needs to be) "
)
_THE_TERM = rf"\b(?:{THAT}|the|their|his|her|officer's) (?:\w+ ){{0,2}}{NAMED}\b"
AFTERWARDS_RE = re.compile(
    rf"\b{THAT} (?:has|have) no place\b|"
    rf"\b{THAT} (?:\w+ )?(?:blames|is blaming) (?:the )?(?:child|victim|her|him|girl|boy|young "
    r"person)\b|"
    r"\bplease (?:reword|rephrase|rewrite|(?:do not|don't) (?:use|write|say))\b|"
    rf"\bpicked {THAT} up\b|\b{CHALLENGES} (?:with )?{THAT}(?= *(?:[.,;:]|$|on|with|and|at|"
    rf"in|by|as|when|during|"
    rf"immediately|directly|straight|to|via|through))|"
    rf"\b{REVIEWERS}\b.{{0,40}}\b(?:fed back|feedback|words of advice|challenged)\b|"
    rf"\b(?:feedback|words of advice|advice) (?:was |were |has been |have been |had been "
    rf")?(?:given|provided|recorded)\b.{{0,40}}"
    rf"\b{REVIEWERS}\b|\bvictim[- ]?blam\w+ (?:language|phrase|term|comment)"
)
POINTS_BACK_RE = re.compile(rf"{_THAT_IS}|{_THE_TERM}")


@cache
def points_back_as_wrong() -> re.Pattern[str]:
    """What names as wrong whatever it points back to.

    Made only for a text that points back: it takes a third of the time that all of these take.
    """
    return re.compile(
        rf"(?:{_THAT_IS}(?:\w+ ){{0,2}}?|{_THE_TERM}.{{0,60}}){WRONG}|{WRONG}.{{0,60}}{_THE_TERM}"
    )


AVOIDED_BEFORE_RE = re.compile(
    r"\b(?:avoid(?:s|ed)|free (?:of|from)|absence of|no (?:use|mention|trace|examples?|"
    r"instances?) of|"
    r"steers? clear of|moved away from|(?:no longer|never|doesn't|does not|did not|didn't|"
    r"nobody|no one)"
    r" (?:\w+ )?(?:uses?|used|writes?|wrote|describe[ds]?|says?|said|refer(?:s|red)? to)|"
    r"\bno (?:\w+[- ]){0,3}(?:language|phrases?|terms?|words?|wording|descriptions?)\b"
    r"(?! (?:was|were|is) challenged))"
)
AVOIDED_AFTER_RE = re.compile(
    r"^\W*(?:\w+ ){0,3}?(?:is|was|were|are|has been|had been|have been) (?:\w+ ){0,2}?"
    r"(?:avoided|not used|absent|not found|nowhere (?:used|found))\b|"
    r"^\W*(?:\w+ ){0,2}?(?:does|did) not appear\b"
)
DENIED_AFTER_RE = re.compile(
    r"^\W*(?:\w+ ){0,4}?(?:is|was|would be|are|were|has been) (?:\w+ly )?(?:not (?:true|"
    r"accurate|correct|right|fair|"
    r"the case|what|how|supported|borne out|a fair|an accurate|something)|untrue|inaccurate|"
    r"incorrect|unfounded|"
    r"ruled out|disproved|a myth|a misreading|misleading|unfair|discounted|rejected|mistaken|"
    r"false)\b|"
    r"^\W*(?:is|was) wrong\b"
)
NEGATOR_RE = re.compile(
    r"(?<!\w)(?:not|never|neither|nor|cannot|can't|isn't|isnt|wasn't|wasnt|aren't|arent|weren't|"
    r"werent|"
    r"nobody|no[- ]one|(?:did|does|done|has done|had done) nothing to|doesn't|doesnt|don't|dont|"
    r"didn't|didnt|hasn't|hasnt|haven't|hadn't|won't|wouldn't|couldn't|"
    r"shouldn't|no longer|rather than|instead of|far from|as opposed to|nothing (?:\w+ )?to "
    r"(?:suggest|"
    r"indicate|show|"
    r"support)|nothing (?:suggests|indicates|shows)|without|anything but|"
    r"(?:wrong|incorrect|inaccurate|unfair|misleading|untrue) to (?:say|suggest|describe|regard|"
    r"call|think|write|"
    r"see|state|treat)|den(?:y|ies|ied|ying)|disput(?:e|es|ed|ing)|refut(?:e|es|ed|ing)|"
    r"reject(?:s|ed|ing)?|"
    r"rul(?:ed|es|ing) out|dispel(?:s|led)?|no)(?!\w)"
)
MOST_BETWEEN = 8
DIVIDES_RE = re.compile(r"[;:]|, (?!or\b|nor\b)")
# After these words of denial, what follows is asserted: not only, no doubt, does not see that.
NOT_DENIED_RE = re.compile(
    r"^ ?(?:only|just|merely|simply|solely|doubt|question|wonder|surpris\w+|unusual|unlikely|"
    r"uncommon|"
    r"the first|for the first|least|unreasonable|longer (?:able|willing)|less|more than|other|"
    r"one|matter)\b|"
    r"\b(?:but|because|why|how|until|unless|so that|although|despite|and (?:is|was|she|he|they|"
    r"keeps?|has|continues?)|"
    r"stop\w*|keep\w*|prevent\w*|help|clear|sure|certain|known?|realis\w+|understand\w*|understood|"
    r"recognis\w+|appreciate\w*|see|sees|aware|care|learn\w*|surprising|seen since|coping|safe|"
    r"attend\w*|home|school|return\w*|due to|owing to|since|as (?:she|he|they)|when|while|where|"
    r"who|"
    r"want\w*|wish|matter)\b"
)
THINKS_RE = re.compile(
    r"\b(?:think|thinks|believe|believes|believed|accept|accepts|accepted|consider|feel|feels|"
    r"agree|agrees)\b"
)
TOLD_NOT_RE = re.compile(
    r"\b(?:told|tell|advised?|advising|warned?|asked|reminded|urged|instructed|agreed?|agrees|"
    r"promised?|"
    r"encouraged?|needs?|wants?|learn|how|ought|expected|begged|spoken to about)\b(?: \w+){0,5} ?$"
)
OWN_WORDS_RE = re.compile(r"\b(?:myself|ourselves|yourself|yourselves|my|i'm|i am|i've|i was)\b")
AS_SAID_BY_RE = re.compile(
    r"\b(?:according to|in the (?:words|view|opinion|account) of|quoting|by|from|per|from the "
    r"account of)"
    r" (?:the |her |his |their |a |an |one |child's |victim's )?$"
)
# After these, no comma has to say that it goes on with what somebody says.
ACCORDING_TO_RE = re.compile(r"according to|in the (?:words|view|opinion|account) of|quoting")
ACCOUNT_RE = re.compile(
    r"^(?:'s|s')? ?(?:own )?(?:accounts?|words?|view|version|statement|opinion|description|"
    r"interview|"
    r"prepared statement|evidence|letter|messages?|texts?|posts?|complaint|call|report|position|"
    r"explanation|"
    r"perspective|comments?|allegations?|response|reply|diary|email)\b"
)
OWN_ACCOUNT_RE = re.compile(
    r"\bin (?:her|his|their) (?:own )?(?:words|view|opinion|account|interview|statement|version|"
    r"letter|"
    r"diary|evidence|abe)\b|\bby (?:her|his|their) own (?:account|admission|description)\b|"
    r"\b(?:her|his|their) (?:own )?(?:words|words were|diary|diary says)\b|\bin interview,? "
    r"(?:she|he|they)\b|"
    r"\b(?:self-described|calls (?:herself|himself|themselves)|describes (?:herself|himself|"
    r"themselves)|"
    r"described (?:herself|himself|themselves)|sees (?:herself|himself|themselves))\b"
)
TURN_RE = re.compile(
    r"\b(?:but|however|whereas|although|though|yet|nevertheless|officers? (?:note|notes|believe|"
    r"assess|consider)"
    r"|police (?:note|believe|assess|consider))\b|"
    r", and (?:the )?(?:officer|police|oic|log|record|school|social worker|writer|report)\b"
)
INTRODUCES_RE = re.compile(
    r"(?:said|says|stated|told \w+(?: \w+)?|account|words|statement|follows|wrote|quote|"
    r"disclosed)\W*:?\W*$"
)

THOUGHT_TO_BE_RE = re.compile(
    r"(?:thought|said|believed|alleged|reported|considered|felt|stated) to (?:be|have)\b"
)
PASSIVE_RE = re.compile(r"\b(?:is|was|been|being|were|are)(?: \w+ly)? $")
DESCRIBED_RE = re.compile(
    r"\b(?:is|was|been|being|were|are)(?: \w+ly)? (?:described|called|labelled|seen|viewed|"
    r"regarded|"
    r"referred|reported|said|dismissed|considered|thought|accused|alleged)\b"
)
# A word before who says something that may be somebody's name: "Leah says".
NAME_RE = re.compile(
    r"([a-z][a-z'-]+) (?:(?:also|then|later|again|himself|herself|themselves|had|has|\w+ly) )*$"
)
ENDS_RE = re.compile(r"\s*[.;]|,(?! ?[\"'])")
HOW_RE = re.compile(r"\b(?:as|(?:is|was) (?:how|what))(?: (?:the|her|his|their|one))? ?$")
NEXT_RE = re.compile(r"[,;:]|\b(?:and|but|then|while|when|that)\b")
NO_NAME = word_list("no_names")
# What people say and think; records describe, list and suggest as well.
PERSONAL_RE = re.compile(
    r"(?:sa|told|tell|stat|claim|alleg|think|thought|believ|feel|felt|insist|maintain|disclos|"
    r"admit|"
    r"complain|repl|answer|shout|argu|explain|describ|call|accus|blam|add|text|messag|post|joke)"
)
