"""Rubrics and lexicons as YAML files: where they are, and each over the one that it extends."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from casefile_audit.english import did_you_mean, sentence
from casefile_audit.errors import RubricError
from casefile_audit.rubric.yaml_text import Document, as_list

MOST_EXTENDED = 10
"""How many files a rubric or a lexicon can extend, one through another."""

_PACKAGE = Path(__file__).parents[1]
_IN_WHEEL = _PACKAGE / "shipped_rubrics"
# In the wheel, or beside ``src`` in a checkout.
RUBRICS_FOLDER = _IN_WHEEL if _IN_WHEEL.is_dir() else _PACKAGE.parents[1] / "rubrics"
LEXICONS_FOLDER = RUBRICS_FOLDER / "lexicons"


@dataclass(frozen=True)
class YamlData:
    """The YAML of a file with what it extends merged in, before any of it is understood.

    Attributes:
        documents: the files, its own first.
        sha256: of all the files' contents.
    """

    data: dict[str, Any]
    documents: tuple[Document, ...]
    sha256: str


class YamlFiles(NamedTuple):
    """The files of rubrics, or those of lexicons.

    Attributes:
        kind: what they are: ``rubric`` or ``lexicon``.
        lists: the command that lists those.
        parts: the keys whose entries have names.
        own: the keys that are of a file alone, and handed on to none that extends it.
    """

    kind: str
    folder: Path
    lists: str
    parts: Sequence[str]
    own: Sequence[str]

    def shipped(self) -> list[str]:
        """The names of the shipped ones, in order."""
        return sorted(path.stem for path in self.folder.glob("*.yaml"))

    def find(self, name: str, beside: Path | None = None) -> Path:
        """The file of a shipped name or a path; paths count from ``beside``.

        Raises:
            RubricError: there is none; the nearest names are offered.
        """
        shipped = self.shipped()
        if name in shipped:
            return self.folder / f"{name}.yaml"
        path = (beside or Path()) / name
        if os.path.isfile(path):  # what Path.is_file can't look at, it raises
            return path
        if name and os.path.isdir(path):
            what = f"`{name}` is a folder, not a {self.kind}"
            raise RubricError(what, hint="Name the file inside it.")
        if name and os.path.exists(path):  # a pipe, say, as a shell makes of <(…)
            hint = "Save what it gives as a file, and name that."
            raise RubricError(f"`{name}` is not an ordinary file", hint=hint)
        if path.suffix.lower() in (".yaml", ".yml"):
            raise RubricError(
                f"there is no file `{path}`",
                hint=f"Give the path of a YAML file, or the name of a shipped {self.kind}: "
                f"{did_you_mean(path.stem, shipped)}",
            )
        raise RubricError(
            f"there is no {self.kind} `{name}`",
            hint=f"{sentence(did_you_mean(name, shipped))} Or give the path of a YAML file. "
            f"`{self.lists}` shows those that are shipped.",
        )

    def extended(self, name: Any, path: Path, place: str, above: Sequence[Path]) -> Path:
        """The file that another one names as what it extends.

        Args:
            path: the file that says so, beside which others are looked for.
            place: where it says so, as a message begins.

        Raises:
            RubricError: it is no name, can't be found, extends itself, or there are too many.
        """
        if not isinstance(name, str):
            what = f"{place}: `extends` has to be one name or path"
            raise RubricError(what, hint=f"Name a {self.kind}.")
        try:
            found = self.find(name, path.parent)
        except RubricError as error:
            raise RubricError(f"{place}: {error.what}", hint=error.hint) from None
        if found.resolve() in above:
            raise RubricError(
                f"{place}: `{path}` extends itself", hint="Leave `extends` out of one of them."
            )
        if len(above) > MOST_EXTENDED:
            raise RubricError(
                f"{place}: more than {MOST_EXTENDED} {self.kind}s extend each other",
                hint="Write what they have in common in one of them.",
            )
        return found

    def merged(
        self,
        theirs: Mapping[str, Any],
        ours: Mapping[str, Any],
        named: Callable[[str, Any], Any] = lambda _, entries: entries,
    ) -> dict[str, Any]:
        """The data of a file over that of the one it extends: named parts by key, the rest whole.

        Args:
            named: gives the entries of a part their names, where they may have none.
        """
        merged = {key: value for key, value in theirs.items() if key not in self.own} | dict(ours)
        for part in self.parts:
            first, second = named(part, theirs.get(part)), named(part, ours.get(part))
            if isinstance(first, dict) and isinstance(second, dict):
                merged[part] = first | {key: _over(first.get(key), second[key]) for key in second}
        return merged


def drop_from(data: dict[str, Any], part: str, drop: Any) -> dict[int, str]:
    """Take what is dropped out of a part of some data; what isn't there is returned, by its place.

    What is no list of names is said to be none when the data is understood.
    """
    names, entries = as_list(drop), data.get(part)
    if not isinstance(entries, dict) or not all(isinstance(name, str) for name in names):
        return {}
    data[part] = {name: entry for name, entry in entries.items() if name not in names}
    return {place: name for place, name in enumerate(names) if name not in entries}


def _over(theirs: Any, ours: Any) -> Any:
    return theirs | ours if isinstance(theirs, dict) and isinstance(ours, dict) else ours
