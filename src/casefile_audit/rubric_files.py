"""Finding rubrics, reading them with what they extend, and saying what is wrong, by line."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from casefile_audit.conditions.base import Fault
from casefile_audit.conditions.dates import WithinTerm
from casefile_audit.conditions.repeated import EveryTerm
from casefile_audit.conditions.table import KINDS, CountTerm
from casefile_audit.errors import RubricError
from casefile_audit.fields import FIELD_TYPES, RubricPart, SectorWords
from casefile_audit.lexicons import Lexicon
from casefile_audit.rubric import Criterion, Example, Grade, Rubric, Sector, Source
from casefile_audit.rubric_faults import faults_of
from casefile_audit.words import count, did_you_mean
from casefile_audit.yaml_text import Document, Location, read_document

DEFAULT_RUBRIC = "child-protection"
_PACKAGE = Path(__file__).parent
_NAMED_PARTS = ("sectors", "scales", "fields", "lexicons", "criteria", "grades")
_PART_OF_KEY: Mapping[str, type[RubricPart]] = {
    "within": WithinTerm,
    "every": EveryTerm,
    "count_of": CountTerm,
    "source": Source,
}
_PART_OF_NAMED: Mapping[str, type[RubricPart]] = {
    "criteria": Criterion,
    "grades": Grade,
    "sectors": Sector,
    "lexicons": Lexicon,
    "by_sector": SectorWords,
    "tests": Example,
}


def rubrics_folder() -> Path:
    """Where the shipped rubrics are: in the wheel, or beside ``src`` in a checkout."""
    in_wheel = _PACKAGE / "shipped_rubrics"
    return in_wheel if in_wheel.is_dir() else _PACKAGE.parents[1] / "rubrics"


def shipped_rubrics() -> list[str]:
    """The names of the shipped rubrics, in order."""
    return sorted(path.stem for path in rubrics_folder().glob("*.yaml"))


def find_rubric(name: str, beside: Path | None = None) -> Path:
    """The file of a rubric, by a shipped name or a path; paths count from ``beside``.

    Raises:
        RubricError: there is none; the nearest names are offered.
    """
    if name in shipped_rubrics():
        return rubrics_folder() / f"{name}.yaml"
    path = (beside or Path()) / name
    if path.is_file():
        return path
    if path.is_dir():
        raise RubricError(f"`{name}` is a folder, not a rubric")
    raise RubricError(
        f"there is no rubric `{name}`",
        hint=f"{did_you_mean(name, shipped_rubrics())} A path to a YAML file will do too. "
        "`audit rubric list` shows those that are shipped.",
    )


@dataclass(frozen=True)
class RubricText:
    """The YAML of a rubric with what it extends merged in, before any of it is understood.

    Attributes:
        data: the merged data.
        documents: the files, the rubric's own first.
        sha256: of all the files' contents.
    """

    data: dict[str, Any]
    documents: tuple[Document, ...]
    sha256: str

    def place(self, location: Location) -> str:
        """The file and line of an entry, or of the nearest entry above it."""
        found = [(document, *document.find(location)) for document in self.documents]
        document, _, line = max(found, key=lambda where: len(where[1]))
        return f"{document.name}, line {line}"


def load_rubric(name: str) -> Rubric:
    """Read a rubric by name or path, and check it.

    Raises:
        RubricError: it can't be found or read, or has faults; all of them are named.
    """
    text, rubric, faults = read_rubric(name)
    errors = [fault for fault in faults if fault.is_error]
    if rubric is None or errors:
        raise rubric_error(text, errors)
    return rubric


def rubric_error(text: RubricText, errors: Iterable[Fault]) -> RubricError:
    """An error that names every fault with its line."""
    details = [describe(text, fault) for fault in errors]
    return RubricError(
        f"`{text.documents[0].name}` has {count(len(details), 'mistake')}",
        details=details,
        hint="`audit rubric show child-protection` shows how a rubric is written; "
        "`audit rubric schema` lets an editor check one as you type.",
    )


def describe(text: RubricText, fault: Fault) -> str:
    """One fault, with its place and what to do: what people read."""
    keys = " → ".join(str(p) if isinstance(p, str) else str(p + 1) for p in fault.location)
    hint = f"; {fault.hint}" if fault.hint else ""
    return f"{text.place(fault.location)}: {keys + ': ' if keys else ''}{fault.found}{hint}"


def read_rubric(name: str) -> tuple[RubricText, Rubric | None, list[Fault]]:
    """Read a rubric, and list its faults; it is None where they keep it from being understood.

    Raises:
        RubricError: it can't be found, or isn't YAML.
    """
    text = _read_text(find_rubric(name), ())
    drop_faults = list(_drop(text.data))
    try:
        rubric = Rubric.model_validate(text.data).with_sha256(text.sha256)
    except ValidationError as error:
        return text, None, [*drop_faults, *_faults_of_validation(error)]
    return text, rubric, [*drop_faults, *faults_of(rubric)]


def _read_text(path: Path, above: tuple[Path, ...]) -> RubricText:
    if path.resolve() in above:
        raise RubricError(f"`{path}` extends itself", hint="Leave `extends` out of one of them.")
    document = read_document(path)
    if not isinstance(document.data, dict):
        raise RubricError(
            f"`{path}` isn't a rubric: it has no keys",
            hint="`audit rubric new FILE` starts one.",
        )
    own = hashlib.sha256(path.read_bytes())
    if document.data.get("extends") is None:
        return RubricText(document.data, (document,), own.hexdigest())
    parent_path = find_rubric(str(document.data["extends"]), beside=path.parent)
    parent = _read_text(parent_path, (*above, path.resolve()))
    own.update(bytes.fromhex(parent.sha256))
    return RubricText(
        _merged(parent.data, document.data), (document, *parent.documents), own.hexdigest()
    )


def _merged(parent: dict[str, Any], child: dict[str, Any]) -> dict[str, Any]:
    """The parent's data with the child's over it: named parts key by key, the rest whole."""
    merged = {key: value for key, value in parent.items() if key not in ("extends", "drop")} | child
    for part in _NAMED_PARTS:
        theirs, ours = parent.get(part), child.get(part)
        if isinstance(theirs, dict) and isinstance(ours, dict):
            merged[part] = theirs | {name: _over(theirs.get(name), ours[name]) for name in ours}
    return merged


def _over(theirs: Any, ours: Any) -> Any:
    return theirs | ours if isinstance(theirs, dict) and isinstance(ours, dict) else ours


def _drop(data: dict[str, Any]) -> Iterator[Fault]:
    """Take the dropped criteria out; a name that isn't there is a fault."""
    dropped = data.get("drop") or []
    criteria = data.get("criteria")
    if not isinstance(criteria, dict):
        return
    for index, name in enumerate([dropped] if isinstance(dropped, str) else dropped):
        if name not in criteria:
            hint = did_you_mean(str(name), list(criteria))
            yield Fault(("drop", index), f"there is no criterion `{name}` to drop", hint)
    data["criteria"] = {name: value for name, value in criteria.items() if name not in dropped}


def _faults_of_validation(error: ValidationError) -> Iterator[Fault]:
    for problem in error.errors(include_url=False):
        location = problem["loc"]
        given, context = problem["input"], problem.get("ctx", {})
        match problem["type"]:
            case "extra_forbidden":
                key = str(location[-1])
                yield Fault(location, f"unknown key `{key}`", did_you_mean(key, _keys_at(location)))
            case "missing":
                yield Fault(location[:-1], f"`{location[-1]}` is missing", "add it")
            case "union_tag_invalid":
                yield _wrong_kind(location, str(context["tag"]))
            case "union_tag_not_found":
                yield _no_kind(location, given)
            case "value_error":
                yield Fault(location, str(context["error"]))
            case "literal_error":
                options = [word.strip("'") for word in _words(context["expected"])]
                yield Fault(
                    location, f"`{given}` isn't one of them", did_you_mean(str(given), options)
                )
            case _:
                shown = f"`{given}`: " if isinstance(given, str) else ""
                yield Fault(location, shown + problem["msg"][0].lower() + problem["msg"][1:])


def _words(expected: str) -> list[str]:
    return expected.replace(" or ", ", ").split(", ")


def _wrong_kind(location: Location, tag: str) -> Fault:
    if location[0] == "fields":
        hint = did_you_mean(tag, list(FIELD_TYPES))
        return Fault((*location, "type"), f"there is no type of field `{tag}`", hint)
    hint = did_you_mean(tag, [kind.key for kind in KINDS])
    return Fault((*location, tag), f"there is no condition `{tag}`", hint)


def _no_kind(location: Location, given: object) -> Fault:
    if location[0] == "fields":
        return Fault(location, "`type` is missing", did_you_mean("", list(FIELD_TYPES)))
    if isinstance(given, dict) and given:
        hint = "put several under `all` or `any`"
        return Fault(location, f"a condition has one key, and this has {len(given)}", hint)
    return Fault(location, "this isn't a condition", "write one, such as `recorded: ethnicity`")


def _keys_at(location: Location) -> list[str]:
    """The keys that may stand where an unknown one was found."""
    part: type[RubricPart] | None = None
    if len(location) == 1:
        part = Rubric
    elif location[-2] in _PART_OF_KEY:
        part = _PART_OF_KEY[str(location[-2])]
    elif len(location) > 2 and location[-3] in _PART_OF_NAMED:
        part = _PART_OF_NAMED[str(location[-3])]
    elif location[0] == "fields" and location[-2] in FIELD_TYPES:
        part = FIELD_TYPES[str(location[-2])]
    fields = part.model_fields if part is not None else {}
    return [field.alias or name for name, field in fields.items()]
