"""The forms that a term takes: how they are written in a lexicon, and the pattern of each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Annotated, Any, NamedTuple

import re2
from pydantic import AfterValidator, Field

from casefile_audit.rubric.lexicons.common_words import word_list
from casefile_audit.rubric.lexicons.written import cleaned, folded
from casefile_audit.rubric.parts import Words

MOST_PHRASES = 2_000
LONGEST_PHRASE = 200
BETWEEN = "~"
"""In a form: up to four words of any kind, which commas may divide, and full stops may not."""
APART = ","
"""In a form, after a word: a comma, colon or bracket may stand there, which else ends a form."""
_NO_WORDS = ([BETWEEN], [APART])


class Spelling(NamedTuple):
    """How a text is written that is searched, as parts of a pattern.

    Attributes:
        between: what may stand between two words of a form. Everything else divides them.
        apostrophe: what may stand where a form has an apostrophe.
        letter: what a word goes on with where a form leaves its ending open.
        word: what any word is made of.
        edge: where a word starts or ends.
    """

    between: str
    apostrophe: str
    letter: str
    word: str
    edge: str


FOLDED = Spelling(
    between=r"""[\s\-"']""", apostrophe="'", letter=r"[\pL\pN_]", word=r"[\w']", edge=r"\b"
)
"""Folded texts, for RE2."""
AS_WRITTEN = Spelling(
    between="[\\t-\\r\\x1c-\\x20\\-\"'`\u2018\u2019\u201c\u201d\u2013\u2014]",
    apostrophe="['`\u2018\u2019]",
    letter="[0-9A-Za-z_]",
    word="[0-9A-Za-z_'`\u2018\u2019]",
    edge=r"(?-u:\b)",
)
"""Texts without letters that folding changes, for Polars, which knows case: of each class only what
such texts can hold, or else the pattern of a whole lexicon is too large."""
GROUP_RE = re.compile(r"\{([\w-]+)\}")
"""In a form: a group of words, one of which stands there."""
_EDGES_RE = re.compile(r"^[^\w*]+|[^\w*]+$")
# In bytes: enough for as many phrases of an ordinary length to be searched for quickly.
_MOST_MEMORY = 1 << 26
# Words that stand in nearly every text, in any language of the lexicon's: none tells anything.
_EVERYWHERE = word_list("everywhere")


def _are_phrases(phrases: list[str]) -> list[str]:
    for phrase in phrases:
        if len(phrase) > LONGEST_PHRASE:
            raise ValueError(f"a phrase is longer than {LONGEST_PHRASE} characters")
        words = words_of(phrase)
        alternatives = [either for word in words for either in word]
        if not alternatives or any(not word.removesuffix("*") for word in alternatives):
            raise ValueError(f"`{phrase}` has a place without a word: everything would match")
        if any("*" in word[:-1] for word in alternatives):
            raise ValueError(f"in `{phrase}` a `*` stands elsewhere than at the end of a word")
        if [BETWEEN] in (words[0], words[-1]):
            raise ValueError(f"in `{phrase}` a `{BETWEEN}` stands where nothing ends it")
    return phrases


Phrases = Annotated[Words, Field(max_length=MOST_PHRASES), AfterValidator(_are_phrases)]


def with_groups(phrases: Sequence[str], groups: Mapping[str, Sequence[str]]) -> list[str]:
    """Phrases with their groups of words written out: ``{self}``, as one of several words."""
    return [GROUP_RE.sub(lambda group: "/".join(groups[group[1]]), p) for p in phrases]


def is_everywhere(phrase: str) -> bool:
    """Whether nearly every text has the phrase: it is made of such words as ``the`` alone."""
    return all(_EVERYWHERE & {*word} for word in words_of(phrase) if word not in _NO_WORDS)


@lru_cache(maxsize=2 * MOST_PHRASES)
def words_of(phrase: str) -> list[list[str]]:
    """The words of a phrase in order, each with its alternatives, and its marks."""
    plain = folded(cleaned(phrase)).strip(f"{APART} ")
    words = plain.replace("-", " ").replace(APART, f" {APART} ").split()
    return [
        [word]
        if word in (BETWEEN, APART)
        else [w if w.isalnum() else _EDGES_RE.sub("", w) for w in word.split("/")]
        for word in words
    ]


def phrase_source(phrases: Sequence[str], spelling: Spelling = FOLDED) -> str:
    """The source of a pattern that finds any of some phrases in text that is so written."""
    return "|".join(_source(words_of(phrase), spelling) for phrase in phrases)


def _source(words: list[list[str]], spelling: Spelling) -> str:
    sources = []
    for place, word in enumerate(words):
        if word == [BETWEEN]:
            # "at serious, repeated risk": a comma divides what stands between, not from the end.
            any_word, apart = f"{spelling.word}+", f"{spelling.between}+"
            sources.append(f"(?:(?:{any_word},?{apart}){{0,3}}{any_word}{apart})?")
            continue
        if word == [APART]:
            continue
        gap = f"{spelling.between}+" if place + 1 < len(words) else ""
        if words[place + 1 : place + 2] == [[APART]]:
            gap = f"(?:{spelling.between}|[,:(])+"
        sources.append(f"(?:{'|'.join(_word_source(each, spelling) for each in word)}){gap}")
    return f"{_edge(words[0], spelling)}{''.join(sources)}{_edge(words[-1], spelling)}"


def _edge(alternatives: list[str], spelling: Spelling) -> str:
    """The edge of a word, as far as RE2 knows letters: the search looks at the others itself."""
    return spelling.edge if all(word.isascii() for word in alternatives) else ""


def _word_source(word: str, spelling: Spelling) -> str:
    if _is_plain(word):
        return word
    ending = f"{spelling.letter}*" if word.endswith("*") else ""
    pieces = [piece if piece.isalnum() else re2.escape(piece) for piece in _pieces(word)]
    return f"{spelling.apostrophe}?".join(pieces) + ending


def _is_plain(word: str) -> bool:
    """Whether nothing in a word comes and goes, as with most."""
    return word.isalnum() and word[-1] not in "ts"


def _pieces(word: str) -> list[str]:
    """A word between its apostrophes, which come and go: won't and wont, parents and parent's."""
    stem = word.removesuffix("*")
    if stem.endswith(("t", "s")) and stem[-2:-1].isalnum():
        return [*stem[:-1].split("'"), stem[-1]]
    return stem.split("'")


def telling_parts(phrase: str) -> list[list[str]]:
    """For each word of a phrase what one at least is of in any text that has the phrase.

    The longest come first: they tell most.
    """
    parts = [[*map(_part, words)] for words in words_of(phrase) if words not in _NO_WORDS]
    return sorted(parts, key=lambda own: -min(map(len, own)))


@lru_cache(maxsize=2 * MOST_PHRASES)
def _part(word: str) -> str:
    """What a word of a form can't do without: most words come again and again."""
    return word if _is_plain(word) else max(_pieces(word), key=len)


def linear_pattern(source: str | bytes) -> Any:
    """A compiled pattern whose time grows with the text alone, whatever the pattern.

    Args:
        source: what it is; as bytes, of texts of ASCII alone.

    Raises:
        re2.error: it isn't a pattern, or it is too large.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MOST_MEMORY
    if isinstance(source, bytes):
        options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(source, options)


class FoldedPattern:
    """A pattern of folded texts, compiled when it is first searched for.

    Nearly all texts are of ASCII alone once they are folded. What finds it in those is compiled in
    a third of the time, which for all the patterns of a lexicon is a tenth of a short run.
    """

    def __init__(self, source: str) -> None:
        self._source = source

    @cached_property
    def _in_ascii(self) -> Any:
        # The letters of all scripts, of which none are there, take longest to compile.
        return linear_pattern(self._source.replace(FOLDED.letter, r"\w").encode())

    @cached_property
    def _in_any(self) -> Any:
        return linear_pattern(self._source)

    def _of(self, text: str) -> Any:
        return self._in_ascii if text.isascii() else self._in_any

    def search(self, text: str, start: int = 0, end: int | None = None) -> Any:
        """The first place in a text, or in a part of it."""
        return self._of(text).search(text, start, end)

    def match(self, text: str) -> Any:
        """The place at the start of a text."""
        return self._of(text).match(text)

    def finditer(self, text: str) -> Iterator[Any]:
        """Every place in a text."""
        found: Iterator[Any] = self._of(text).finditer(text)
        return found

    def blanked(self, text: str) -> str:
        """A text with a space for each place."""
        return str(self._of(text).sub(" ", text))
