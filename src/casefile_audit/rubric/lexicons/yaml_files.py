"""Lexicons as YAML: where they are, and what one comes to with what it extends merged in."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casefile_audit.english import did_you_mean, sentence
from casefile_audit.errors import RubricError
from casefile_audit.rubric.extending import extended_file
from casefile_audit.rubric.shipped import lexicons_folder
from casefile_audit.rubric.yaml_text import Document, read_document

DEFAULT_LEXICON = "victim-blaming"

_NAMED_PARTS = ("sources", "words", "terms")
# What a lexicon says of itself alone, and hands on to none.
_OWN_KEYS = ("extends", "drop")
_SEARCHES = ("free_of", "mentions")


@dataclass(frozen=True)
class LexiconText:
    """The YAML of a lexicon with what it extends merged in, before any of it is understood.

    Attributes:
        data: the merged data.
        documents: the files, the lexicon's own first.
        sha256: of all the files' contents.
        not_there: terms to be dropped, by their places, that what is extended doesn't have.
    """

    data: dict[str, Any]
    documents: tuple[Document, ...]
    sha256: str
    not_there: dict[int, str] = field(default_factory=dict)


def shipped_lexicons() -> list[str]:
    """The names of the shipped lexicons, the one that is used by default first."""
    names = sorted(path.stem for path in lexicons_folder().glob("*.yaml"))
    return sorted(names, key=lambda name: name != DEFAULT_LEXICON)


def find_lexicon(name: str, beside: Path | None = None) -> Path:
    """The file of a lexicon, by a shipped name or a path; paths count from ``beside``.

    Raises:
        RubricError: there is none; the nearest names are offered.
    """
    if name in shipped_lexicons():
        return lexicons_folder() / f"{name}.yaml"
    path = (beside or Path()) / name
    if os.path.isfile(path):  # what Path.is_file can't look at, it raises
        return path
    if name and os.path.isdir(path):
        raise RubricError(f"`{name}` is a folder, not a lexicon", hint="Name the file inside it.")
    offered = did_you_mean(path.stem if path.suffix else name, shipped_lexicons())
    raise RubricError(
        f"there is no lexicon `{name}`",
        hint=f"{sentence(offered)} Or give the path of a YAML file. `audit language list` shows "
        "those that are shipped.",
    )


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
        data: what it says.
        path: the file that says so, beside which others are looked for.
        above: the files that extend it.

    Raises:
        RubricError: what it extends can't be found or read, or extends it.
    """
    name = data.get("extends")
    if name is None:
        return LexiconText(data, (), "")
    parent_path = extended_file(name, path, f"`{path.name}`", find_lexicon, above, "lexicon")
    parent = read_lexicon_text(parent_path, above)
    theirs = {key: value for key, value in parent.data.items() if key not in _OWN_KEYS}
    not_there = _drop(theirs, data)
    return LexiconText(_merged(theirs, data), parent.documents, parent.sha256, not_there)


def _drop(theirs: dict[str, Any], ours: dict[str, Any]) -> dict[int, str]:
    """Take the dropped terms out; those that aren't there are returned."""
    drop, terms = ours.get("drop") or [], theirs.get("terms")
    dropped = [drop] if isinstance(drop, str) else drop
    if not isinstance(dropped, list) or not isinstance(terms, dict):
        return {}
    theirs["terms"] = {name: term for name, term in terms.items() if name not in dropped}
    return {place: name for place, name in enumerate(dropped) if name not in terms}


def _merged(theirs: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    merged = theirs | ours
    for part in _NAMED_PARTS:
        first, second = theirs.get(part), ours.get(part)
        if isinstance(first, dict) and isinstance(second, dict):
            merged[part] = first | {name: _over(first.get(name), second[name]) for name in second}
    return merged


def _over(theirs: Any, ours: Any) -> Any:
    return theirs | ours if isinstance(theirs, dict) and isinstance(ours, dict) else ours


def lexicons_named(data: Any) -> Iterator[str]:
    """The shipped lexicons that a rubric's conditions name, wherever they stand in its YAML."""
    if isinstance(data, list):
        for entry in data:
            yield from lexicons_named(entry)
    for key, value in data.items() if isinstance(data, dict) else ():
        if key in _SEARCHES and isinstance(value, dict):
            for words in value.values():
                named = words if isinstance(words, list) else [words]
                yield from (name for name in named if name in shipped_lexicons())
        else:
            yield from lexicons_named(value)
