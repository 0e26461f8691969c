"""Who is spoken of, and who speaks: the people that a record names, as far as words tell."""

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NamedTuple

from casefile_audit.rubric.lexicons.common_words import word_list
from casefile_audit.rubric.lexicons.usage import SaidOf


class Person(Enum):
    """What somebody is to the record."""

    CHILD = "child"
    FAMILY = "family"
    ADULT = "adult"
    SUSPECT = "suspect"
    PROFESSIONAL = "professional"
    RECORD = "record"
    PRONOUN = "pronoun"


def _either(words: Iterable[str]) -> str:
    """What finds any of some words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _listed(name: str) -> str:
    """What finds any word of one of the lists."""
    return _either(word_list(name, "people"))


# What is more than a list of words.
_AGED = ("CHILD", "ADULT", "FAMILY", "PRONOUN")
_KIND_OF = {
    word: kind
    for kind in Person
    if kind is not Person.PRONOUN
    for word in word_list(kind.value, "people")
}
# The longest first: a support worker is no worker, and a young man no man.
_WORDS = _either(_KIND_OF)
_PERSON_RE = re.compile(
    r"(?<![\w-])(?:ex-|co-)?(?:"
    r"(?P<CHILD>(?:\d|1[0-7])[- ]year[- ]old(?: (?:male|female|boy|girl))?|"
    r"(?:\d|1[0-7])[- ]?y\w?/?o|victims?(?![- ]blam))|"
    r"(?P<ADULT>(?:1[89]|[2-9]\d)[- ]year[- ]old(?: (?:male|female|man|woman))?|"
    r"(?:mr|mrs|ms)\.? (?!and\b)\w+)|"
    r"(?P<FAMILY>(?:maternal|paternal) \w+)|"
    rf"(?P<PRONOUN>she|he|they)|(?:(?P<word>{_WORDS})s?))(?P<possessive>'s|s')?(?![\w-])"
)
_THINGS = _listed("things")
# "The car went out of control": it stands at the start, and no mark divides it from the term.
_THING_RE = re.compile(
    rf"(?:^|[:;,] ?)(?:(?:the|a|an|this|that|our|your|some|\w+'s?) )?(?:\w+ )?(?:{_THINGS})s?\b"
    r"(?!['-])([^,;:()]*)$"
)
_SHOWS_RE = re.compile(
    r"\b(?:show|contain|captur|reveal|indicat|suggest|find|found|where|after|with|that\b)"
)
# Before a person's name, these make of it something else than who does it: with the men.
_OBJECT_RE = re.compile(rf"\b(?:{_listed('object_of')})(?: (?:{_listed('before_objects')}))* ?$")
_JOINED_RE = re.compile(r"\b(?:and|or)(?: (?:the|a|an|her|his|their|this|that))* ?$")
_FEMALE = word_list("female")
_MALE = word_list("male")
# What is said, written or thought is said of somebody else than who says it.
_FEELINGS = word_list("feelings", "people")
_SPEAKS_RE = re.compile(
    r"\b(?:(?:report(?:ed|s|ing)|(?<=to )report)(?! (?:\w+ ){0,3}missing)|"
    r"saw(?= (?:her|him|them|\w+ \w+) as)|"
    rf"{_either(word_list('speech', 'people') | _FEELINGS)})\b"
)
_PASSIVE_RE = re.compile(r"\b(?:is|was|been|being|were|are|it's)(?: \w+ly)? $")
_THOUGHT_TO_BE_RE = re.compile(
    r"(?:thought|said|believed|alleged|reported|considered|felt|stated) to (?:be|have)\b|"
    r"(?:described|regarded|viewed|labelled|referred to|recorded|reported|assessed)"
    r"(?: (?:in|on|by|throughout) (?:\w+ ){1,3})? ?as\b"
)
_SENTENCE_END_RE = re.compile(
    r"""(?<!\bdr)(?<!\bmr)(?<!\bmrs)(?<!\bms)(?<!\bsgt)(?<!\bst)(?<!\be\.g)(?<!\bi\.e)(?<!\betc)"""
    r"""(?<!\bdet)(?<!\binsp)(?<!\bno)(?<!\bvs)(?:[.!?]+["')\]]*\s+(?=["'(\[]?\w)|\s*;\s+|"
    r"\s+[\u2022*]\s+)"""
)
# Not "left her post": whose it is, is told, and nobody else is.
_OTHER_RE = re.compile(
    r"\b(?:him|them|(?:saw|let|lets|made|makes|watched|heard|found|asked|took|put|led|helped) her|"
    r"her(?=\W*$|[,.:]| (?:to|into|in|at|and|with|that|was|is|for|by|on|from|of|as|up|out|off|"
    r"about|because|when|while|who)\b))\b"
)
_SEEN_RE = re.compile(
    r"\b(?:saw|seen|observed|caught|found|heard|watched|noticed|filmed) (?:\w+ )?$"
)
# "Mother is upset as Josh is": a name, which no list has.
_CLAUSE_RE = re.compile(
    r"\b(?:as|that|because|since|while|whilst|when|if|but|where|until|and) (?!it\b|there\b|this\b|"
    r"that\b|who\b|which\b|what\b)[a-z'-]+ (?:is|was|has|had|keeps|kept|continues|will|would|does|"
    r"did|can)\b"
)
_NAMED_RE = re.compile(r"\"|\b(?:phrase|term|word|wording|label|expression|language)s?\b")
_OF_ANOTHER = (_OTHER_RE, _CLAUSE_RE, _NAMED_RE)
# What an officer does follows at once; else the officer is who writes of the child.
_AT_ONCE_RE = re.compile(rf"(?:\W+(?:{_listed('at_once')}|\w+ly|\w+n't|\w+n))*\W*")
_DOING_RE = re.compile(r"\w+ing\b")
_DEED_RE = re.compile(rf"\b(?:{_listed('deeds')})s?$")
# Said by staff to be such behaviour: it is no behaviour of theirs.
_SEEN_AS_RE = re.compile(r"\b(?:as|seen|found|judged|put down to)(?: \w+){0,2} $")
_THEIRS_IS_RE = re.compile(r" \w+ (?:is|was|has become|became|got|gets)(?: \w+ly)? ")
_DONE_BY_RE = re.compile(r" (?:by|from|of|on the part of)(?: \w+){0,2} ")
# The coach was charming and manipulative.
_BOTH_RE = re.compile(r" (?:is|was|are|were)(?: \w+)? \w+ and ")
_NO_VERB_BEFORE_RE = re.compile(rf"\b(?:{_listed('no_verb_after')}) $")
_LONGEST_SENTENCE = 600
# Before a sentence's subject, so many words stand at most: who comes later is no subject.
_LATEST_SUBJECT = 3


class Mention(NamedTuple):
    """Somebody who is named in a text.

    Attributes:
        start, end: where, from and to before.
        acts: whether they may be who does what follows: not with, by or to them.
        owns: whether something of theirs is named, as in the mother's view.
    """

    kind: Person
    word: str
    start: int
    end: int
    acts: bool
    owns: bool


def speech_verbs(text: str) -> list[re.Match[str]]:
    """The words of a folded text that say that somebody says, writes or thinks something.

    Not by whom it is done: "she was described as", "thought to be" are of whoever is described.
    """
    return [
        verb
        for verb in _SPEAKS_RE.finditer(text)
        if verb[0] in _FEELINGS
        or not (
            _NO_VERB_BEFORE_RE.search(text[: verb.start()])
            or _PASSIVE_RE.search(text[: verb.start()])
            or _THOUGHT_TO_BE_RE.match(text, verb.start())
        )
    ]


def mentions(text: str) -> Iterator[Mention]:
    """Everybody who is named in a folded text, in order."""
    acted = True
    for found in _PERSON_RE.finditer(text):
        aged = next((name for name in _AGED if found[name]), "")
        kind = Person[aged] if aged else _KIND_OF[found["word"]]
        before = text[max(0, found.start() - 60) : found.start()]
        # With the school and the mother: neither does anything.
        acted = acted if _JOINED_RE.search(before) else _OBJECT_RE.search(before) is None
        yield Mention(
            kind,
            found[0].removesuffix(found["possessive"] or ""),
            found.start(),
            found.end(),
            acts=acted,
            owns=bool(found["possessive"]),
        )


def sentence_at(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence begins and ends that a place of a folded text stands in.

    A semicolon divides sentences too. A very long one is cut, so that looking takes no longer.
    """
    first, last = max(0, start - _LONGEST_SENTENCE), min(len(text), end + _LONGEST_SENTENCE)
    begin = first
    for found in _SENTENCE_END_RE.finditer(text, first, start):
        begin = found.end()
    after = _SENTENCE_END_RE.search(text, max(end - 1, 0), last)
    return begin, after.end() if after else last


def is_said_of(whom: SaidOf, text: str, start: int, end: int) -> bool:
    """Whether what stands between two places of a folded text is said of whom its term is about.

    Nobody is blamed for what a suspect, or an officer, does; a child is not the parent. Where words
    don't tell, it is: a person judges.
    """
    if whom == "anyone":
        return True
    if _is_of_a_thing(text, start, end):
        return False
    person = _whose_deed(text, start, end) or _who_does(text, start, end)
    others = {Person.SUSPECT, Person.PROFESSIONAL, Person.ADULT}
    return person not in (others if whom == "victim" else {*others, Person.FAMILY})


def _is_of_a_thing(text: str, start: int, end: int) -> bool:
    begin, _ = sentence_at(text, start, start)
    thing = _THING_RE.search(text[begin:start])
    if thing is None or "sel" in text[start:end]:  # herself, themselves: somebody does it
        return False
    return not any(mentions(thing[1])) and _SHOWS_RE.search(thing[1]) is None


def _whose_deed(text: str, start: int, end: int) -> Person | None:
    """Of whom a deed is that is named with its doer after it: poor decisions by the duty team."""
    begin, stop = sentence_at(text, start, end)
    before = text[begin:start]
    if (
        _DEED_RE.search(text[start:end]) is None
        or speech_verbs(before)
        or _SEEN_AS_RE.search(before)
    ):
        return None
    doer = next(mentions(text[end:stop]), None)
    by = text[end : end + doer.start] if doer else ""
    is_chosen = by.startswith(" of ") and "choice" in text[start:end]  # a poor choice of friends
    return doer.kind if doer and not is_chosen and _DONE_BY_RE.fullmatch(by) else None


def _who_does(text: str, start: int, end: int) -> Person | None:
    begin, _ = sentence_at(text, start, start)
    before = text[begin:start]
    named = list(mentions(before))
    # "A teacher saw the pupil flirting": whoever is seen does it.
    if named and _SEEN_RE.search(before[: named[-1].start]) and not before[named[-1].end :].strip():
        return named[-1].kind if named[-1].kind is not Person.PRONOUN else None
    here = [m for m in named if m.acts and m.kind is not Person.RECORD and _does(m, before)]
    if not here:
        return None
    last = here[-1]
    if last.word == "we" and before.count('"') % 2:
        return None  # whoever is quoted speaks of themselves
    between = before[last.end :]
    # "The suspect said that she", "the man encouraged her": it is said of somebody else.
    if any(regex.search(between) for regex in _OF_ANOTHER):
        return None
    verbs = speech_verbs(between)
    # "The suspect admits sending": who says so does it.
    if verbs and (between[verbs[-1].end() :].strip() or not _DOING_RE.match(text, start, end)):
        return None
    if last.kind is Person.PROFESSIONAL and not (
        _AT_ONCE_RE.fullmatch(between) or _BOTH_RE.fullmatch(between)
    ):
        return None
    if last.kind is not Person.PRONOUN:
        return last.kind
    earlier = [m for m in here[:-1] if m.kind is not Person.PRONOUN]
    if not earlier:
        return _before(text, begin, last)
    noun = earlier[-1]
    since = before[noun.end : last.start]
    if noun.kind is Person.PROFESSIONAL or speech_verbs(since) or _OTHER_RE.search(since):
        return None
    return noun.kind if _may_be(noun, last) else None


def _does(mention: Mention, before: str) -> bool:
    """What is somebody's is theirs: the suspect's lifestyle choice, mum's drinking is out of
    control.
    """  # noqa: D205 - one thought
    rest = before[mention.end :]
    return not mention.owns or not rest.strip(" \"'") or _THEIRS_IS_RE.fullmatch(rest) is not None


def _before(text: str, begin: int, pronoun: Mention) -> Person | None:
    """Whom the sentence before is about, for a pronoun that starts the next."""
    if begin < 2:
        return None
    first, last = sentence_at(text, begin - 2, begin - 2)
    acting = [m for m in mentions(text[first:last]) if m.acts and not m.owns]
    named = [m for m in acting if m.kind not in (Person.PRONOUN, Person.RECORD)]
    if any(m.kind is Person.CHILD for m in mentions(text[first:last])):
        return None
    # "The couple adopted him. He is": whoever was named last.
    if not named or _OTHER_RE.search(text, first + named[0].end, last):
        return None
    starts = len(text[first : first + named[0].start].split()) <= _LATEST_SUBJECT
    return named[0].kind if starts and _may_be(named[0], pronoun) else None


def _may_be(noun: Mention, pronoun: Mention) -> bool:
    are_several = noun.word.endswith(("s", "men", "people", "family", "staff", "police", "couple"))
    if pronoun.word == "she":
        return not are_several and noun.word not in _MALE and noun.kind is not Person.SUSPECT
    if pronoun.word == "he":
        return not are_several and noun.word not in _FEMALE
    return are_several or noun.kind is Person.SUSPECT
