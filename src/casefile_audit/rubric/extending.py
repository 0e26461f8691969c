"""The file that a rubric or a lexicon extends: found, and never one that extends it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from casefile_audit.errors import RubricError

MOST_EXTENDED = 10
"""How many files a rubric or a lexicon can extend, one through another."""


def extended_file(
    name: Any,
    path: Path,
    place: str,
    find: Callable[[str, Path], Path],
    above: Sequence[Path],
    kind: str,
) -> Path:
    """The file that another one names as what it extends.

    Args:
        name: what stands at ``extends``.
        path: the file that says so, beside which others are looked for.
        place: where it says so, as a message begins.
        find: finds the file of a name, or of a path that counts from a folder.
        above: the files that extend it, that one among them.
        kind: what they are: ``rubric`` or ``lexicon``.

    Raises:
        RubricError: it is no name, can't be found, extends itself, or there are too many of them.
    """
    if not isinstance(name, str):
        raise RubricError(f"{place}: `extends` has to be one name or path", hint=f"Name a {kind}.")
    try:
        found = find(name, path.parent)
    except RubricError as error:
        raise RubricError(f"{place}: {error.what}", hint=error.hint) from None
    if found.resolve() in above:
        raise RubricError(
            f"{place}: `{path}` extends itself", hint="Leave `extends` out of one of them."
        )
    if len(above) > MOST_EXTENDED:
        raise RubricError(
            f"{place}: more than {MOST_EXTENDED} {kind}s extend each other",
            hint="Write what they have in common in one of them.",
        )
    return found
