"""Code sets that a field can use: the shipped ones in ``code_sets`` and a rubric's own lists."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from pathlib import Path
from typing import NamedTuple

from casefile_audit.english import did_you_mean, fold, nearest, sentence_case, without_list_prefix
from casefile_audit.errors import RubricError
from casefile_audit.rubric.yaml_text import as_list, read_yaml

_FOLDER = Path(__file__).parent
# Words of a group's name that say nothing of which group it is, so that "Any other Asian ethnic
# background" and "Other Asian" are one.
_EMPTY_WORDS = frozenset(
    (*("any", "and", "or", "of", "the", "ethnic", "ethnicity", "group", "groups", "background"),
     *("backgrounds", "origin", "heritage"))
)  # fmt: skip
# What stands between the answers of one cell, the surest first: SharePoint's, Microsoft Forms'.
_BETWEEN = (";#", "\n", ";", "|")
# "a)" with nothing behind it numbers an answer that isn't there.
_PREFIX_ALONE_RE = re.compile(r"[a-z0-9]{1,2}\)")
# Longer texts hold remarks, not codes.
_MOST_WORDS = 60


class CodeStatus(Enum):
    """What a code says of the record.

    Asked and declined is an answer: the question was put. Not asked is none, and neither is a code
    of another set (an officer-observed code where the person's own answer belongs).
    """

    VALUE = "value"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    NOT_ASKED = "not asked"
    OTHER_CODE_SET = "other code set"


class Code(NamedTuple):
    """One code, what it means, and what it says of the record.

    Attributes:
        alone: whether it contradicts any other code in the same cell, as "no disability" does.
    """

    code: str
    meaning: str
    standing: CodeStatus
    alone: bool = False


@dataclass(frozen=True)
class CodeSet:
    """A named code set.

    Attributes:
        source: whose code set it is.
        dated: of which year or edition it is.
        codes: in the order of the source.
        several: whether a cell may hold several of the codes.
        spellings: the words that each code is known by, beside itself and its meaning.
        index: the code of each spelling, as ``find`` looks it up.
        by_words: the code of each group's words in any order.
        peoples: the words of which an answer is made that is none of the codes.
    """

    name: str
    title: str
    source: str
    dated: str
    codes: tuple[Code, ...]
    several: bool
    spellings: Mapping[str, Sequence[str]] = field(repr=False, compare=False)
    index: Mapping[str, Code] = field(repr=False, compare=False)
    by_words: Mapping[tuple[str, ...], Code] = field(repr=False, compare=False)
    peoples: frozenset[str] = field(repr=False, compare=False)

    def find(self, text: str) -> Code | None:
        """The code that a cell's text stands for; None if there is none, or it could be two.

        Case, space, punctuation and a list prefix (``a) WBRI``) don't matter. The code, its
        meaning, any other spelling of it, or the code with one of them (``W1 - White British``) do.
        Where a cell may hold several codes, all of them together are one value. An answer in words
        that is none of the codes (``Somali``) is a value that means itself.
        """
        if self.several and any(mark in text for mark in _BETWEEN):
            return self._together(self._parts(text))
        folded = fold(text)
        if self.several and "," in folded and folded not in self.index:
            each = self._parts(folded)
            if all(code in self.codes for code in each):
                return self._together(each)
        unprefixed = without_list_prefix(folded)
        # What stands before may be a code itself. Two that contradict each other, such as `1) IC3`
        # or `01. Hearing`, are not a prefix and a code.
        prefix = self.index.get(_bare(folded.removesuffix(unprefixed)))
        found = self._one(folded) or (self._many(folded) if prefix is None else None)
        if found is None and unprefixed != folded:
            found = self._one(unprefixed)
            if prefix is not None and prefix is not found:
                return None
        return self._described(unprefixed) if found is None and prefix is None else found

    def _one(self, folded: str) -> Code | None:
        if folded in self.index:
            return self.index[folded]
        if _PREFIX_ALONE_RE.fullmatch(folded):
            return None
        bare = _bare(folded)
        return self.index.get(bare) or self._with_meaning(bare) or self._by_words(bare)

    def _with_meaning(self, bare: str) -> Code | None:
        """The code of ``w1 white british``, whichever comes first, if the two agree.

        What is said beside a code in words of its own (``b2 somali``) doesn't contradict it.
        """
        first, _, behind = bare.partition(" ")
        before, _, last = bare.rpartition(" ")
        for code, meaning in ((first, behind), (last, before)):
            found = self.index.get(code)
            meant = self.index.get(meaning) or self._by_words(meaning)
            if found is not None and (meant is found or (not meant and self._described(meaning))):
                return found
        return None

    def _by_words(self, bare: str) -> Code | None:
        return self.by_words.get(_sorted_words(bare)) if self.by_words else None

    def _many(self, folded: str) -> Code | None:
        """Several codes in a cell as one value."""
        words = _bare(folded).split()
        if not self.several or len(words) > _MOST_WORDS:
            return None
        # A code and its meaning, side by side, are one.
        return self._together(list(dict.fromkeys(self._runs(words))))

    def contradiction(self, text: str) -> tuple[Code, Code] | None:
        """Two codes of a cell of which the first leaves no room for another; None if none does.

        Nor where anything else stands in the cell: nobody knows what it says of the two.
        """
        folded = fold(text)
        if not self.several or len(folded.split()) > _MOST_WORDS:
            return None
        each = self._parts(text) or [*self._runs(_bare(folded).split())]
        found = [code for code in dict.fromkeys(each) if code is not None]
        if any(code not in self.codes for code in each):
            return None
        sole = [code for code in found if code.alone or code.standing is not CodeStatus.VALUE]
        others = [code for code in found if code not in sole[:1]]
        return (sole[0], others[0]) if sole and others else None

    def _parts(self, text: str) -> list[Code | None]:
        """The codes between the marks of a cell; none where there is no mark."""
        mark = next((mark for mark in (*_BETWEEN, ",") if mark in text), None)
        return [] if mark is None else [*self._each(_listed(text, mark))]

    def _each(self, parts: Sequence[str]) -> Iterator[Code | None]:
        """The codes of the parts of a cell, each of which may again hold several."""
        own = {code.code: code for code in self.codes}
        for part in parts:
            found = self.find(part)
            names = found.code.split(", ") if found is not None else [""]
            yield from (own.get(name, found) for name in names)

    def _together(self, found: Sequence[Code | None]) -> Code | None:
        """Several codes as one, in the order of the set; None if one of them is none of it.

        One that stands there again is kept: that it does is a finding.
        """
        if not found or any(code not in self.codes for code in found):
            return None
        codes = [code for code in self.codes for _ in range(found.count(code))]
        if len(codes) == 1:
            return codes[0]
        if any(code.alone or code.standing is not CodeStatus.VALUE for code in codes):
            return None
        names, meanings = (", ".join(c.code for c in codes), "; ".join(c.meaning for c in codes))
        return Code(names, meanings, CodeStatus.VALUE)

    def _runs(self, words: Sequence[str]) -> Iterator[Code | None]:
        """The code of each run of words, the longest that is one first; None for what is none.

        The longest, because "learning" may be a code and "learning disability" another.
        """
        at = 0
        while at < len(words):
            # What numbers the codes in a cell, or joins them.
            word = words[at]
            joins = word == "and" or (len(word) == 1 and word.isalpha())
            if joins and (word not in self.index or fold(self.index[word].code) != word):
                at += 1
                continue
            ends = range(len(words), at, -1)
            end = next((end for end in ends if " ".join(words[at:end]) in self.index), None)
            yield self.index[" ".join(words[at:end])] if end else None
            at = end or len(words)

    def _described(self, folded: str) -> Code | None:
        """An answer in words of peoples and places, of which no code is one."""
        bare = _bare(folded)
        words = {*bare.split()} - _EMPTY_WORDS
        if not words & self.peoples or words - self.peoples - {"other"}:
            return None
        answer = " ".join(word.capitalize() for word in bare.split())
        return Code(answer, answer, CodeStatus.VALUE)

    def nearest(self, text: str) -> str | None:
        """The code or meaning most like a text, for messages; None if none is like it."""
        own = [code for code in self.codes if code.standing is not CodeStatus.OTHER_CODE_SET]
        return nearest(text, [word for code in own for word in (code.code, code.meaning)])


def _listed(text: str, mark: str) -> list[str]:
    """The answers of a cell between marks, without the numbers that SharePoint puts before them."""
    parts = [part.strip() for part in text.split(mark)]
    answers = [part for part in parts if part]
    if mark == ";#" and len(answers) % 2 == 0 and all(map(str.isdigit, answers[::2])):
        return answers[1::2]
    return answers


def code_set_names() -> list[str]:
    """The names of the shipped code sets, in order of the alphabet."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


@cache
def shipped_code_set(name: str) -> CodeSet:
    """A code set that comes with the program.

    Raises:
        RubricError: there is none of that name.
    """
    names = code_set_names()
    if "," in name:
        raise RubricError(
            f"`{name}` is one text, and codes are a list",
            hint=f"Write it between brackets: [{name}]",
        )
    if name not in names:
        raise RubricError(
            f"there is no code set called `{name}`", hint=sentence_case(did_you_mean(name, names))
        )
    data = read_yaml(_FOLDER / f"{name}.yaml")
    spellings = {
        Code(
            code,
            entry["meaning"],
            CodeStatus(entry.get("status", CodeStatus.VALUE.value)),
            alone="alone" in entry,
        ): entry.get("also", [])
        for code, entry in data["codes"].items()
    }
    if "observed" in data:
        spellings |= _observed(data["observed"])
    groups, peoples = _shared_words(data["words"]) if "words" in data else ({}, frozenset[str]())
    by_words: dict[tuple[str, ...], Code] = {}
    own = {code.code: code for code in spellings}
    for name_of_code, entry in data["codes"].items():
        for group in as_list(entry.get("like")):
            by_words |= dict.fromkeys(groups[group], own[name_of_code])
    made = _code_set(name, data["title"], data["source"], spellings)
    return replace(
        made, dated=data["dated"], several="several" in data, by_words=by_words, peoples=peoples
    )


def _observed(name: str) -> dict[Code, list[str]]:
    """The codes of what an officer saw, as they turn up where a person's own answer belongs.

    Their numbers and words are left out: ``Asian`` may well be what the person said.
    """
    codes = shipped_code_set(name)
    return {
        Code(code.code, f"{code.meaning} (officer-observed 6+1)", CodeStatus.OTHER_CODE_SET): [
            words if words.startswith("IC") else f"{code.code} {words}"
            for words in codes.spellings[code.code]
        ]
        for code in codes.codes
        if code.code.startswith("IC")
    }


@cache
def _shared_words(name: str) -> tuple[Mapping[str, set[tuple[str, ...]]], frozenset[str]]:
    """The words of each group in any order, and those of which other answers are made.

    Words that two groups could claim are nobody's.
    """
    data = read_yaml(_FOLDER / "shared" / f"{name}.yaml")
    claims: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for group, entry in data["groups"].items():
        above = data["under"][entry["under"]] if "under" in entry else []
        texts = [*entry["names"], *(f"{head} {n}" for head in above for n in entry["names"])]
        texts += [f"{head} {below}" for head in above for below in entry.get("below", [])]
        for text in texts:
            claims[_sorted_words(_bare(fold(text)))].add(group)
    groups: dict[str, set[tuple[str, ...]]] = {group: set() for group in data["groups"]}
    for words, claimed in claims.items():
        if len(claimed) == 1:
            groups[claimed.pop()].add(words)
    return groups, frozenset(data["peoples"].split())


def own_code_set(name: str, words: Sequence[str] | Mapping[str, str]) -> CodeSet:
    """A rubric's own code set: words, or codes with their meanings. Each of them is a value.

    Raises:
        RubricError: a word is blank, or two of them can't be told apart.
    """
    meanings = words if isinstance(words, Mapping) else {word: word for word in words}
    codes = [Code(code, meaning, CodeStatus.VALUE) for code, meaning in meanings.items()]
    return _code_set(name, name, "the rubric", dict.fromkeys(codes, ()))


def with_other_words(codes: CodeSet, also: Mapping[str, str]) -> CodeSet:
    """A code set that reads further words, each as one of its codes.

    Raises:
        RubricError: a word stands for none of the codes, or for another code already.
    """
    spellings = {code: [*codes.spellings[code.code]] for code in codes.codes}
    for word, meant in also.items():
        found = codes.find(meant)
        if found not in codes.codes:
            options = [code.code for code in codes.codes]
            raise RubricError(
                f"`{meant}`, for which `{word}` stands, isn't a code of `{codes.name}`",
                hint=sentence_case(did_you_mean(meant, options)),
            )
        spellings[found].append(word)
    learnt = _code_set(codes.name, codes.title, codes.source, spellings)
    return replace(codes, spellings=learnt.spellings, index=learnt.index)


def _code_set(name: str, title: str, source: str, also: Mapping[Code, Iterable[str]]) -> CodeSet:
    spellings = {
        code: list(dict.fromkeys((code.code, code.meaning, *others)))
        for code, others in also.items()
    }
    index = _loose_index(spellings) | _exact_index(name, spellings)
    known = {code.code: texts for code, texts in spellings.items()}
    return CodeSet(name, title, source, "", tuple(also), False, known, index, {}, frozenset())


def _exact_index(name: str, spellings: Mapping[Code, Sequence[str]]) -> dict[str, Code]:
    index: dict[str, Code] = {}
    for code, texts in spellings.items():
        for text in texts:
            if not fold(text):
                raise RubricError(f"`{name}` has a blank among its codes", hint="Take it out.")
            other = index.setdefault(fold(text), code)
            if other is not code:
                raise RubricError(
                    f"`{text}` in `{name}` could be `{other.code}` or `{code.code}`",
                    hint="Make them differ by more than capitals, spaces and a full stop.",
                )
    return index


def _loose_index(spellings: Mapping[Code, Sequence[str]]) -> dict[str, Code]:
    """Spellings without their punctuation; one that fits two codes is out."""
    claims: dict[str, set[Code]] = defaultdict(set)
    for code, texts in spellings.items():
        for text in texts:
            claims[_bare(fold(text))].add(code)
    return {key: next(iter(codes)) for key, codes in claims.items() if key and len(codes) == 1}


def _sorted_words(bare: str) -> tuple[str, ...]:
    """The words that tell a group, in an order of their own."""
    return tuple(sorted(word for word in bare.split() if word not in _EMPTY_WORDS))


def _bare(folded: str) -> str:
    """Folded text without punctuation. Symbols stay: ``<5`` and ``>5`` are two answers."""
    text = folded.replace("&", " and ")
    if text.isascii():
        return " ".join(text.translate(_ASCII_PUNCTUATION).split())
    spaced = (" " if _is_punctuation(letter) else letter for letter in text)
    return " ".join("".join(spaced).split())


def _is_punctuation(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "PZC"


_ASCII_PUNCTUATION = {code: " " for code in range(128) if _is_punctuation(chr(code))}
