"""Which field a heading is in other words than the rubric's: as strict as a person would be.

Every word of the heading has to be the field's. What is left over is either one of the words that
may stand beside any of its headings (``victim`` of a child's age), or says that it is a date where
the field holds dates. So "Ethnicity of mother" and "Date review due" are nobody's.
"""

import re
from collections import defaultdict
from typing import NamedTuple

from casefile_audit.intake.heading_words import (
    DATE,
    NUMBER,
    RECORDED,
    REFERENCE,
    alternatives,
    heading_words,
    people,
    remark_words,
    spellings,
)
from casefile_audit.rubric.fields import (
    CodeField,
    DateField,
    DatesField,
    FieldBase,
    TextField,
    YesNoField,
)

# "ID" or "No" alone numbers the rows of an export as often as it names the cases; with a system's
# name it names them.
_TOO_LITTLE = frozenset((frozenset((REFERENCE,)), frozenset((DATE,))))
# "Closed" tells when as well as "Date closed" does, and "Outcome" is another thing than its date.
_HAPPENED_RE = re.compile(r".*ed|found|taken|start|end|given|went")
# To say that it was done, by an officer or on file, asks nothing else of what is answered yes or
# no; and under "Ethnicity recorded" stands which, or else whether.
_DONE = {
    YesNoField: heading_words("completed recorded by officer"),
    DateField: heading_words("completed"),
    DatesField: heading_words("completed"),
    TextField: frozenset((RECORDED,)),
    CodeField: frozenset((RECORDED,)),
}


class FoundHeading(NamedTuple):
    """What a heading was found to be.

    Attributes:
        heading: the heading of the field that it is, in other words.
        rank: the place of that heading among the field's: the best is the first.
        beside: how many words stand beside it.
        number: of a column of several, where it has one.
    """

    field: str
    heading: str
    rank: int
    beside: int = 0
    number: int | None = None


class HeadingKinds:
    """The headings of a rubric's fields, by their words."""

    def __init__(self) -> None:
        """Knows no field yet."""
        self._headings: dict[str, dict[frozenset[str], FoundHeading]] = defaultdict(dict)
        self._beside: dict[str, frozenset[str]] = {}
        self._known: set[str] = set()
        # The fields that have a word in a heading: no other can be meant where the word stands.
        self._fields_of_word: dict[str, set[str]] = defaultdict(set)

    def learn(self, name: str, field: FieldBase) -> None:
        """Learn a field's headings; its title and name come last."""
        beside = {word for text in field.beside for word in heading_words(text)}
        if isinstance(field, DateField | DatesField):
            beside.add(DATE)
        beside |= _DONE.get(type(field), frozenset())
        self._beside[name] = self._beside.get(name, frozenset()) | beside
        own = self._headings[name]
        texts = (*field.headings, field.title, name.replace("_", " "))
        for rank, text in enumerate(texts):
            words = heading_words(text)
            # "Risk" alone is not what a field named `at_risk` is for.
            if rank == len(texts) - 1 and len(words) == 1 < len(text.split()):
                continue
            unnumbered = words - {NUMBER}
            forms = [words]
            if DATE in beside and any(map(_HAPPENED_RE.fullmatch, words)):
                forms.append(words - {DATE})
            # "Supervision {n}" without its number is a person's name.
            forms += [unnumbered] if len(unnumbered) > 1 else []
            for form in filter(None, forms):
                own.setdefault(form, FoundHeading(name, text, rank))
        self._known |= beside.union(*own, (NUMBER,))
        for form in own:
            for word in sorted(form):
                self._fields_of_word[word].add(name)

    def find(self, text: str) -> FoundHeading | None:
        """The field of a heading; None if it is nobody's, or could be two fields'."""
        for spelling in spellings(text):
            if found := self._find(spelling):
                return found
        for parts in alternatives(text):
            several = [self.find(part) for part in parts]
            if len({kind.field if kind else "" for kind in several}) == 1:
                return several[0]
        return None

    def _find(self, text: str) -> FoundHeading | None:
        words, remark = heading_words(text), remark_words(text)
        numbers = {word for word in words | remark if word.isdigit()}
        if not words or not words | remark <= self._known | numbers:
            return None
        if any(word.isdigit() for word in remark):  # "(7 day)" is part of the name
            words, remark = words | remark, frozenset()
        names = set().union(*(self._fields_of_word.get(word, ()) for word in (*words, NUMBER)))
        found = [
            kind
            for name, beside in self._beside.items()
            if name in names
            # What stands in brackets may change the meaning, unless it is the field's anyway, or
            # says the same again: "Victim needs assessment (VNA)".
            and remark - words <= beside
            and (kind := self._kind(name, words, numbers))
        ]
        fewest = min((kind.beside for kind in found), default=0)
        best = [kind for kind in found if kind.beside == fewest]
        return best[0] if len(best) == 1 else None

    def _kind(self, name: str, words: frozenset[str], numbers: set[str]) -> FoundHeading | None:
        number = int(next(iter(numbers))) if len(numbers) == 1 else None
        own = self._fitting(name, words, None)
        if number is not None and not own:
            own = self._fitting(name, words - numbers | {NUMBER}, number)
        return min(own, key=lambda kind: (kind.beside, kind.rank), default=None)

    def _fitting(self, name: str, words: frozenset[str], number: int | None) -> list[FoundHeading]:
        """The headings of a field that are all in the words, with nothing else but what may be."""
        return [
            kind._replace(beside=len(words - form), number=number)
            for form, kind in self._headings[name].items()
            if form <= words
            and words - form <= self._beside[name]
            and not (form in _TOO_LITTLE and form == words)
            # "Date allocated to officer" is a day, and "Allocated officer" a person.
            and (DATE in words or DATE not in self._beside[name] or not people(words))
        ]
