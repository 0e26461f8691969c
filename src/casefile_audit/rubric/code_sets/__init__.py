"""Code sets that a field can use: the shipped ones in ``code_sets`` and a rubric's own lists."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from itertools import permutations
from pathlib import Path

from casefile_audit.english import did_you_mean, fold, nearest, sentence_case, without_list_prefix
from casefile_audit.errors import RubricError
from casefile_audit.rubric.yaml_text import read_yaml

_FOLDER = Path(__file__).parent


class CodeStatus(Enum):
    """What a code says of the record.

    Asked and declined is a value: the question was put. A code of another set (an
    officer-observed code where the person's own answer belongs) leaves the question unanswered.
    """

    VALUE = "value"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"
    OTHER_CODE_SET = "other code set"


@dataclass(frozen=True)
class Code:
    """One code, what it means, and what it says of the record."""

    code: str
    meaning: str
    standing: CodeStatus


@dataclass(frozen=True)
class CodeSet:
    """A named code set.

    Attributes:
        name: what a rubric calls it.
        title: what people call it.
        source: whose code set it is.
        codes: in the order of the source.
        index: the code of each spelling, as ``find`` looks it up.
    """

    name: str
    title: str
    source: str
    codes: tuple[Code, ...]
    index: Mapping[str, Code] = field(repr=False, compare=False)

    def find(self, text: str) -> Code | None:
        """The code that a cell's text stands for; None if there is none, or it could be two.

        Case, space, punctuation and a list prefix (``a) WBRI``) don't matter. The code, its
        meaning, any other spelling of it, or two of them together (``W1 - White British``) do.
        """
        folded = fold(text)
        found = self.index.get(folded) or self.index.get(_bare(folded))
        unprefixed = without_list_prefix(folded)
        if found is not None or unprefixed == folded:
            return found
        found = self.index.get(unprefixed) or self.index.get(_bare(unprefixed))
        # Two codes that contradict each other, such as `1) IC3`, are not a prefix and a code.
        prefix = self.index.get(_bare(folded.removesuffix(unprefixed)), found)
        return found if prefix is found else None

    def nearest(self, text: str) -> str | None:
        """The code or meaning most like a text, for messages; None if none is like it."""
        own = [code for code in self.codes if code.standing is not CodeStatus.OTHER_CODE_SET]
        return nearest(text, [word for code in own for word in (code.code, code.meaning)])


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
    if name not in names:
        raise RubricError(
            f"there is no code set called `{name}`",
            hint=sentence_case(did_you_mean(name, names)),
        )
    data = read_yaml(_FOLDER / f"{name}.yaml")
    spellings = {}
    for code, entry in data["codes"].items():
        standing = CodeStatus(entry.get("standing", CodeStatus.VALUE.value))
        spellings[Code(code, entry["meaning"], standing)] = entry.get("also", [])
    return _code_set(name, data["title"], data["source"], spellings)


def own_code_set(name: str, words: Sequence[str] | Mapping[str, str]) -> CodeSet:
    """A rubric's own code set: words, or codes with their meanings. Each of them is a value.

    Raises:
        RubricError: a word is blank, or two of them can't be told apart.
    """
    meanings = words if isinstance(words, Mapping) else {word: word for word in words}
    codes = [Code(code, meaning, CodeStatus.VALUE) for code, meaning in meanings.items()]
    return _code_set(name, name, "the rubric", dict.fromkeys(codes, ()))


def _code_set(name: str, title: str, source: str, also: Mapping[Code, Iterable[str]]) -> CodeSet:
    spellings = {
        code: list(dict.fromkeys((code.code, code.meaning, *others)))
        for code, others in also.items()
    }
    exact = _exact_index(name, spellings)
    return CodeSet(name, title, source, tuple(also), _loose_index(spellings) | exact)


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
    """Spellings without their punctuation, and pairs of them; one that fits two codes is out."""
    claims: dict[str, set[Code]] = defaultdict(set)
    for code, texts in spellings.items():
        bare = dict.fromkeys(_bare(fold(text)) for text in texts)
        for key in (*bare, *map(" ".join, permutations(bare, 2))):
            claims[key].add(code)
    return {key: next(iter(codes)) for key, codes in claims.items() if key and len(codes) == 1}


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
