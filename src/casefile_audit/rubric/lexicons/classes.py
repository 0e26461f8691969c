"""How a term is meant where it stands: used, quoted, challenged or negated, by stated rules.

The rules propose and a person decides. Where none of them holds the term is used.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from casefile_audit.rubric.lexicons import cues
from casefile_audit.rubric.lexicons.people import (
    Mention,
    Person,
    mentions,
    sentence_at,
    speech_verbs,
)
from casefile_audit.rubric.lexicons.usage import Usage


class _Place(NamedTuple):
    """A term in its sentence, with the sentences before and after."""

    before: str
    found: str
    after: str
    previous: str
    following: str
    quotes: str

    @property
    def sentence(self) -> str:
        return f"{self.before}{self.found}{self.after}"

    @property
    def around(self) -> str:
        """The sentence without the term, whose own words tell nothing of it."""
        return f"{self.before} # {self.after}"


_MOST_NAMES = 3
_OUTSIDERS = frozenset({Person.CHILD, Person.FAMILY, Person.ADULT, Person.SUSPECT, Person.PRONOUN})


def usage_of(text: str, start: int, end: int) -> tuple[Usage, str]:
    """How a term is meant, and the rule that says so."""
    place = _place(text, start, end)
    for usage, because, holds in _RULES:
        if holds(place):
            return usage, because
    return Usage.USED, "nothing says otherwise"


def _place(text: str, start: int, end: int) -> _Place:
    begin, stop = sentence_at(text, start, end)
    previous, _ = sentence_at(text, max(begin - 2, 0), max(begin - 2, 0)) if begin else (0, 0)
    following = stop
    for _ in range(2):
        following = (
            sentence_at(text, following, following)[1] if following < len(text) else following
        )
    return _Place(
        before=text[begin:start],
        found=text[start:end],
        after=text[end:stop],
        previous=text[previous:begin],
        following=text[stop:following],
        quotes=_quotes_around(text[begin:start], text[end:stop]),
    )


def _quotes_around(before: str, after: str) -> str:
    """The mark of the quotation that a term stands in, as far as its sentence tells."""
    if before.count('"') % 2 and '"' in after:
        return '"'
    opened = re.findall(r"(?<!\w)'(?=\w|$)", before)
    closed = re.findall(r"(?<=[\w.,!?])'(?!\w)", before)
    return "'" if len(opened) > len(closed) and re.search(r"[\w.,!?]?'(?!\w)", after) else ""


def _is_unchallenged(place: _Place) -> bool:
    return any(
        cues.UNCHALLENGED_RE.search(text)
        or any(
            not cues.AND_YET_RE.search(found[1])
            for found in cues.NOBODY_CHALLENGES_RE.finditer(text)
        )
        for text in (place.around, place.following)
    )


def _is_forbidden(place: _Place) -> bool:
    return cues.NAMED_TO_AVOID_RE.search(place.before) is not None or any(
        len(place.before[norm.end() :].split()) <= cues.MOST_BETWEEN
        for norm in cues.NORM_RE.finditer(place.before)
    )


def _is_avoided(place: _Place) -> bool:
    named = cues.AVOIDED_BEFORE_RE.search(place.before)
    return (
        named is not None
        and cues.NOT_DENIED_RE.search(place.before[named.end() :]) is None
        and not cues.TURN_RE.search(place.before, named.end())
    ) or cues.AVOIDED_AFTER_RE.search(place.after) is not None


def _is_named_as_wrong(place: _Place) -> bool:
    around = _of_the_words(place.around)
    if place.quotes and _speaker(place) is None:
        next_to_it = cues.WRONG_RE.finditer(_of_the_words(place.following))
        return cues.WRONG_RE.search(around) is not None or any(map(_is_strong, next_to_it))
    wrong = cues.WRONG_RE.search(around)
    if wrong is None:
        return False
    if cues.NAMED_RE.search(around):
        return _speaker(place) is None or cues.NAMED_RE.search(place.before[-40:]) is not None
    return (
        _is_strong(wrong) and cues.SPOKEN_RE.search(around) is not None and _speaker(place) is None
    )


def _is_strong(wrong: re.Match[str]) -> bool:
    return cues.WEAKLY_WRONG_RE.match(wrong[0]) is None


def _is_wrong_afterwards(place: _Place) -> bool:
    speaker = _speaker(place)
    if speaker and speaker.kind is not Person.PRONOUN:
        return False
    return any(
        cues.AFTERWARDS_RE.search(text)
        # Which is made of that, and takes longest to be made.
        or (cues.WRONG_RE.search(text) and cues.POINTS_BACK_RE.search(text))
        for text in map(_of_the_words, (place.following, place.after))
    )


def _of_the_words(text: str) -> str:
    """A text without what is challenged in it other than words."""
    return cues.OTHER_FEEDBACK_RE.sub(" ", cues.OTHERWISE_RE.blanked(text))


def _is_denied(place: _Place) -> bool:
    if cues.DENIED_AFTER_RE.search(place.after):
        return True
    for negator in cues.NEGATOR_RE.finditer(place.before):
        between = place.before[negator.end() :]
        if len(between.split()) > cues.MOST_BETWEEN or cues.DIVIDES_RE.search(between):
            continue
        # "With no phone she is": what is denied is the phone.
        of_a_thing = cues.NO_THING_RE.match(place.before, negator.start())
        if not of_a_thing and _denies(place.before[: negator.start()], between):
            return True
    return False


def _denies(before: str, between: str) -> bool:
    """Whether a word of denial is one of what follows it, and not of something else."""
    told = cues.TOLD_NOT_RE.search(before)
    if told and " that " not in before[told.start() :]:
        return False
    if cues.UNLESS_RE.search(before) or cues.NOT_DENIED_RE.search(between):
        return False
    # "She does not think that": whoever is spoken of denies nothing by not seeing it.
    return not (cues.THINKS_RE.search(between) and _is_outsider(_last(before)))


def _last(text: str) -> Mention | None:
    acting = [mention for mention in mentions(text) if mention.acts]
    return acting[-1] if acting else None


def _is_outsider(mention: Mention | None) -> bool:
    return mention is not None and mention.kind in _OUTSIDERS


def _is_somebodys(place: _Place) -> bool:
    if cues.OWN_WORDS_RE.search(place.found) or (
        place.quotes and cues.OWN_WORDS_RE.search(place.sentence)
    ):
        return True
    return _is_outsider(_speaker(place))


def _speaker(place: _Place) -> Mention | None:
    """Who of those outside the record says it; None where the record itself does."""
    return _speaker_before(place) or _speaker_after(place) or _speaker_earlier(place)


_SOMEBODY = Mention(Person.PRONOUN, "", 0, 0, acts=True, owns=False)


def _speaker_before(place: _Place) -> Mention | None:
    before = place.before
    own = [*cues.OWN_ACCOUNT_RE.finditer(before)]
    if own and not cues.TURN_RE.search(before, own[-1].end()):
        return _SOMEBODY
    people = list(mentions(before))
    for mention in reversed(people):
        rest = before[mention.end :]
        if mention.kind in _OUTSIDERS and not cues.TURN_RE.search(rest):
            said_by = cues.AS_SAID_BY_RE.search(before[: mention.start])
            if said_by and (cues.ACCORDING_TO_RE.match(said_by[0]) or cues.AS_SAID_RE.match(rest)):
                return mention
            theirs = cues.ACCOUNT_RE.match(rest.strip()) if mention.owns else None
            if theirs and not cues.OF_MONEY_RE.search(place.sentence):
                return mention
            if re.match(
                r"\s*(?:\([^)]*\) ?|,? in interview)?(?:comments?|accounts?|statement|reply|"
                r"interview)? ?:",
                rest,
            ):
                return mention
    verbs = speech_verbs(before)
    if not verbs or cues.TURN_RE.search(before, verbs[-1].end()):
        return None
    verb = verbs[-1]
    subjects = [m for m in people if m.acts and m.end <= verb.start()]
    if _is_a_name(before[: verb.start()], verb[0], before[verb.end() :], people):
        return _SOMEBODY
    return _resolved(subjects, place) if subjects else None


def _is_a_name(before: str, verb: str, rest: str, people: Sequence[Mention]) -> bool:
    """Whether who says something is called by a name alone, which no professional is."""
    found = cues.NAME_RE.search(before)
    if found is None or found[1] in cues.NO_NAME or not cues.PERSONAL_RE.match(verb):
        return False
    if cues.ENDS_RE.match(rest):
        return False  # "no offences disclosed, sex was": what follows isn't what is said
    nearest = [m for m in people if m.end <= found.end()]
    if not nearest:
        return True
    # "PC Sarah Smith", "the rationale for no action": what is said of whoever was named before.
    between = before[nearest[-1].end :]
    return len(between.split()) > _MOST_NAMES and cues.NEXT_RE.search(between) is not None


def _resolved(subjects: Sequence[Mention], place: _Place) -> Mention | None:
    """Who speaks, a pronoun being whom the text last named."""
    speaker = subjects[-1]
    if speaker.kind is not Person.PRONOUN:
        return speaker if speaker.kind in _OUTSIDERS else None
    named = [m for m in subjects[:-1] if m.kind is not Person.PRONOUN] or [
        m for m in mentions(place.previous) if m.acts and m.kind is not Person.PRONOUN
    ]
    if named and named[-1].kind in (Person.PROFESSIONAL, Person.RECORD):
        # "The officer saw the girl. She said": nobody else was named who could have.
        outsiders = [
            m
            for m in mentions(place.previous + place.before)
            if m.kind in _OUTSIDERS - {Person.PRONOUN}
        ]
        return speaker if outsiders else None
    return speaker


def _speaker_after(place: _Place) -> Mention | None:
    """``… , she told the officer``; ``… by her mother``; ``… was how the suspect put it``."""
    after = place.after
    for mention in mentions(after):
        if mention.kind not in _OUTSIDERS or mention.start > 90:
            continue
        before, rest = after[: mention.start], after[mention.end :]
        verbs = speech_verbs(rest)
        says = (verbs and cues.HELPS_RE.fullmatch(rest[: verbs[0].start()])) or re.match(
            r" ?(?:put it|had it)\b", rest
        )
        if says and ("," in before or '"' in before or cues.HOW_RE.search(before)):
            return mention
        if re.search(r"\baccording to (?:the |her |his |their |a )?$", before):
            return mention
        if re.search(r"\b(?:said|sa(?:ys)|claimed|stated) (?:the |her |his |their )?$", before):
            return mention
        described = cues.DESCRIBED_RE.search(place.before) is not None
        if described and re.search(r"\bby (?:the |her |his |their |a )?$", before):
            return mention
    if place.quotes and (said := cues.SAID_BY_NAME_RE.search(after)):
        by = mentions(after[said.start(1) : said.end()])
        return next((m if m.kind in _OUTSIDERS else None for m in by), _SOMEBODY)
    own = re.search(
        r"^[\w ,\"']{0,40}\b(?:were|was|in|are|-) (?:her|his|their|the \w+'s|mother's|dad's) "
        r"(?:own )?(?:exact )?words\b",
        after,
    )
    return _SOMEBODY if own else None


def _speaker_earlier(place: _Place) -> Mention | None:
    """In a quotation, or under an account's heading, whoever the sentence before had speak."""
    if not place.quotes and not place.previous.rstrip().endswith(":"):
        return None
    if speech_verbs(place.before):
        return None
    verbs = speech_verbs(place.previous)
    if not verbs and not cues.INTRODUCES_RE.search(place.previous):
        return None
    end = verbs[-1].start() if verbs else len(place.previous)
    subjects = [m for m in mentions(place.previous[:end]) if m.acts]
    return subjects[-1] if subjects and subjects[-1].kind in _OUTSIDERS else None


_RULES: Sequence[tuple[Usage, str, Callable[[_Place], bool]]] = (
    (Usage.CHALLENGED, "it is said not to be written", _is_forbidden),
    (Usage.NEGATED, "the record is said to avoid it", _is_avoided),
    (Usage.USED, "it is said that nobody challenged it", _is_unchallenged),
    (Usage.CHALLENGED, "its sentence names it as wrong", _is_named_as_wrong),
    (Usage.CHALLENGED, "what follows names it as wrong", _is_wrong_afterwards),
    (Usage.NEGATED, "it is denied", _is_denied),
    (Usage.QUOTED, "somebody outside the record says it", _is_somebodys),
)
