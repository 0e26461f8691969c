"""Lexicons as YAML: where they are, and what one comes to with what it extends merged in."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casefile_audit.errors import RubricError
from casefile_audit.rubric.yaml_files import LEXICONS_FOLDER, YamlData, YamlFiles, drop_from
from casefile_audit.rubric.yaml_text import as_list, read_document

DEFAULT_LEXICON = "victim-blaming"

_SEARCHES = ("free_of", "mentions")


LEXICONS = YamlFiles(
    "lexicon",
    LEXICONS_FOLDER,
    "audit language list",
    parts=("sources", "words", "terms"),
    own=("extends", "drop"),
)
find_lexicon = LEXICONS.find


@dataclass(frozen=True)
class LexiconText(YamlData):
    """The YAML of a lexicon with what it extends merged in, before any of it is understood.

    Attributes:
        not_there: terms to be dropped, by their places, that what is extended doesn't have.
    """

    not_there: dict[int, str] = field(default_factory=dict)


def shipped_lexicons() -> list[str]:
    """The names of the shipped lexicons, the one that is used by default first."""
    return sorted(LEXICONS.shipped(), key=lambda name: name != DEFAULT_LEXICON)


def read_lexicon_text(path: Path, above: Sequence[Path] = ()) -> LexiconText:
    """Read a lexicon's file, and those that it extends.

    Raises:
        RubricError: one can't be found, isn't YAML, or extends itself.
    """
    document = read_document(path)
    if not isinstance(document.data, dict):
        raise RubricError(
            f"`{path}` isn't a lexicon: it has no keys",
            hint="A lexicon has `lexicon`, its name, and `terms`. docs/language.md has one to "
            "start from.",
        )
    merged = over_parent(document.data, path, (*above, path.resolve()))
    sha256 = hashlib.sha256(document.content + merged.sha256.encode()).hexdigest()
    return LexiconText(merged.data, (document, *merged.documents), sha256, merged.not_there)


def over_parent(data: dict[str, Any], path: Path, above: Sequence[Path] = ()) -> LexiconText:
    """What a lexicon says, in its own file or in a rubric, over the one that it extends.

    Args:
        path: the file that says so, beside which others are looked for.

    Raises:
        RubricError: what it extends can't be found or read, or extends it.
    """
    name = data.get("extends")
    if name is None:
        return LexiconText(data, (), "")
    parent = read_lexicon_text(LEXICONS.extended(name, path, f"`{path.name}`", above), above)
    not_there = drop_from(parent.data, "terms", data.get("drop"))
    merged = LEXICONS.merged(parent.data, data)
    return LexiconText(merged, parent.documents, parent.sha256, not_there)


def lexicons_named(data: Any) -> Iterator[str]:
    """The shipped lexicons that a rubric's conditions name, wherever they stand in its YAML."""
    if isinstance(data, list):
        for entry in data:
            yield from lexicons_named(entry)
    for key, value in data.items() if isinstance(data, dict) else ():
        if key in _SEARCHES and isinstance(value, dict):
            for words in value.values():
                yield from (name for name in as_list(words) if name in shipped_lexicons())
        else:
            yield from lexicons_named(value)
