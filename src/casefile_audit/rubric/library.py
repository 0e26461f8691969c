"""The library of fields that rubrics draw on, and a force's own over it."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from casefile_audit.english import did_you_mean
from casefile_audit.errors import RubricError
from casefile_audit.rubric.conditions.base import Fault
from casefile_audit.rubric.yaml_text import as_list, read_document, read_yaml

_SHIPPED = Path(__file__).with_name("library.yaml")
# What a rubric says of a field comes before what the library says; these are added to it instead.
_ADDED = ("headings", "beside", "blank", "unknown", "not_applicable")


Library = Mapping[str, Mapping[str, Any]]


@cache
def shipped_library() -> Library:
    """The fields of the shipped library by name, as YAML has them."""
    return _with_systems(read_yaml(_SHIPPED))


@cache
def shipped_sha256() -> str:
    """The SHA-256 of the shipped library's file."""
    return hashlib.sha256(_SHIPPED.read_bytes()).hexdigest()


def read_library(path: Path, theirs: Library) -> Library:
    """A force's own library over another: what it says of a field is added, or comes first.

    Raises:
        RubricError: it can't be read, or isn't a library.
    """
    document = read_document(path)
    data = document.data
    fields = data.get("fields") if isinstance(data, dict) else None
    if not isinstance(fields, dict) or not all(isinstance(f, dict) for f in fields.values()):
        raise RubricError(
            f"`{document.name}` isn't a library of fields",
            hint="It has `fields`, each with what your force calls it, such as "
            "`case-reference: {headings: [Foxtrot log]}`, and `systems`, if you like.",
        )
    systems = data.get("systems", "")
    if not isinstance(systems, str):
        raise RubricError(
            f"`{document.name}`: `systems` has to be words with spaces between",
            hint="Such as `systems: foxtrot oscar`.",
        )
    merged = {**theirs, **{name: _over(theirs.get(name, {}), own) for name, own in fields.items()}}
    return _with_systems({"fields": merged, "systems": systems})


def _with_systems(library: Mapping[str, Any]) -> Library:
    systems = library.get("systems", "").split()
    return {
        name: {**field, "beside": [*as_list(field.get("beside", [])), *systems]}
        for name, field in library["fields"].items()
    }


def uses_library(fields: Any) -> bool:
    """Whether any of a rubric's fields, as YAML has them, draws on a library."""
    given = fields.values() if isinstance(fields, dict) else ()
    return any(isinstance(field, dict) and "use" in field for field in given)


def draw_on(library: Library, fields: Any) -> list[Fault]:
    """Fill in what a rubric's fields draw on a library for, where they name a field of it.

    Args:
        fields: the YAML under the rubric's ``fields``, changed in place.

    Returns:
        A fault for each name that the library doesn't have.
    """
    faults = []
    for name, field in fields.items() if isinstance(fields, dict) else ():
        used = field.get("use") if isinstance(field, dict) else None
        if isinstance(used, str) and used in library:
            fields[name] = _over(library[used], field)
        elif used is not None:
            hint = did_you_mean(str(used), list(library))
            found = f"there is no field `{used}` in the library"
            faults.append(Fault(("fields", name, "use"), found, hint))
    return faults


def _over(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> dict[str, Any]:
    """A field of the library with what the rubric says of it; its own headings are the best."""
    merged = {**theirs, **ours}
    for key in _ADDED:
        given = ours.get(key) or []
        if not isinstance(given, str | list):
            continue  # it is a mistake, and said to be one when the field is read
        own, further = as_list(given), as_list(theirs.get(key))
        if own or further:
            merged[key] = [*own, *(word for word in further if word not in own)]
    if ours.get("codes", theirs.get("codes")) != theirs.get("codes"):
        # Other words stand for codes of the library's set.
        merged["also"] = ours.get("also", {})
    elif "also" in theirs:
        words = [its.get("also") or {} for its in (theirs, ours)]
        if all(isinstance(its, dict) for its in words):
            merged["also"] = words[0] | words[1]
    return merged
