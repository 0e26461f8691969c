"""Finding rubrics, reading them with what they extend, and saying what is wrong, by line."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from casefile_audit.english import (
    count,
    did_you_mean,
    first_few,
    listing,
    nearest,
    nearest_few,
)
from casefile_audit.english import quoted as quoted_all
from casefile_audit.errors import RubricError
from casefile_audit.rubric.checks import faults_of
from casefile_audit.rubric.conditions.base import Fault
from casefile_audit.rubric.conditions.dates import WithinTerm
from casefile_audit.rubric.conditions.repeated import EveryTerm
from casefile_audit.rubric.conditions.table import KINDS, CountTerm
from casefile_audit.rubric.fields import FIELD_TYPES, SectorWords
from casefile_audit.rubric.lexicons.model import Lexicon, LexiconSource, LexiconTerm, TermExample
from casefile_audit.rubric.lexicons.yaml_files import (
    find_lexicon,
    lexicons_named,
    over_parent,
    read_lexicon_text,
)
from casefile_audit.rubric.library import (
    Library,
    draw_on,
    read_library,
    shipped_library,
    shipped_sha256,
    uses_library,
)
from casefile_audit.rubric.model import (
    Criterion,
    Example,
    Grade,
    Rubric,
    Sector,
    Source,
    grades_by_name,
)
from casefile_audit.rubric.parts import RubricPart
from casefile_audit.rubric.yaml_files import RUBRICS_FOLDER, YamlData, YamlFiles, drop_from
from casefile_audit.rubric.yaml_text import (
    EXPECTED,
    Document,
    Location,
    quoted,
    read_document,
    said_of,
)

Part = TypeVar("Part", bound=RubricPart)

DEFAULT_RUBRIC = "child-protection"
MOST_MISTAKES_TOLD = 100
_MOST_NEAR = 5
_HOW = (
    "How a rubric is written: docs/rubric-language.md. `audit rubric new FILE --from "
    f"{DEFAULT_RUBRIC}` starts from one that has no mistakes."
)
# What other languages, and people, call a condition.
_MEANT_BY = {
    **dict.fromkeys(("equals", "equal", "eq", "in", "one_of", "word", "value"), "is"),
    **dict.fromkeys(("before", "by", "until", "no_later_than", "not_after"), "on_or_before"),
    **dict.fromkeys(("after", "since", "from", "no_earlier_than", "not_before"), "on_or_after"),
    **dict.fromkeys(("more_than", "greater_than", "min", "gte", "or_better"), "at_least"),
    **dict.fromkeys(("less_than", "max", "lte", "or_worse"), "at_most"),
    **dict.fromkeys(("contains", "includes", "has_phrase"), "mentions"),
    **dict.fromkeys(("exists", "present", "filled", "complete", "not_blank"), "recorded"),
    **dict.fromkeys(("regex", "pattern", "like"), "matches"),
    **dict.fromkeys(("and", "every_one"), "all"),
    **dict.fromkeys(("or", "either", "one"), "any"),
    **dict.fromkeys(("range",), "between"),
    **dict.fromkeys(("same", "equal_to", "matches_field"), "same_as"),
}
# The conditions that hold one field, and what it is compared with.
_OF_ONE_KEY = {
    (key,) for key in ("is", "only", "none_of", "mentions", "free_of", "between", "same_as")
}
# The keys whose lists in a line of braces are many keys to YAML where they have no brackets.
_OF_LISTS = frozenset(
    ("scale", "headings", "beside", "codes", "blank", "unknown", "not_applicable", "yes", "no",
     "partly", "sheets", "files", "words", "drop", "sectors", "phrases", "except")
)  # fmt: skip
# The parts whose entries have names, and how many each can have: far more than any audit needs, and
# few enough to be checked and scored in seconds.
_NAMED_PARTS = {
    **dict.fromkeys(("sectors", "scales", "lexicons", "grades"), 100),
    **dict.fromkeys(("fields", "criteria"), 1_000),
}
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
    "terms": LexiconTerm,
    "sources": LexiconSource,
    "examples": TermExample,
}


RUBRICS = YamlFiles(
    "rubric",
    RUBRICS_FOLDER,
    "audit rubric list",
    parts=tuple(_NAMED_PARTS),
    own=("extends", "drop", "library"),
)
shipped_rubrics, find_rubric = RUBRICS.shipped, RUBRICS.find


def called(name: str) -> str:
    """What files say of a rubric that was given by a shipped name or a path: the file's name."""
    return name if name in shipped_rubrics() else Path(name).name


@dataclass(frozen=True)
class RubricText(YamlData):
    """The YAML of a rubric with what it extends merged in, before any of it is understood."""

    library: Library


class Read(NamedTuple, Generic[Part]):
    """A rubric or a lexicon as it was read.

    Attributes:
        found: what that says; None where faults keep it from being understood.
        hint: how such are written.
    """

    text: YamlData
    found: Part | None
    faults: list[Fault]
    hint: str

    def whole(self) -> Part:
        """What it says.

        Raises:
            RubricError: there are faults; all of them are named.
        """
        errors = [fault for fault in self.faults if fault.is_error]
        if self.found is None or errors:
            raise _mistakes(self.text, errors, self.hint)
        return self.found


def load_rubric(name: str) -> Rubric:
    """Read a rubric by name or path, and check it.

    Raises:
        RubricError: it can't be found or read, or has faults; all of them are named.
    """
    return read_rubric(name).whole()


def _mistakes(text: YamlData, errors: Sequence[Fault], hint: str) -> RubricError:
    """An error that names every fault of a file with its line, and says how such are written."""
    told = [describe(text, fault) for fault in errors[:MOST_MISTAKES_TOLD]]
    return RubricError(
        f"`{text.documents[0].name}` has {count(len(errors), 'mistake')}",
        details=first_few(told, 0, "and {:,} more", len(errors)),
        hint=hint,
    )


def describe(text: YamlData, fault: Fault) -> str:
    """One fault, with its place and what to do: what people read."""
    keys = " → ".join(str(p) if isinstance(p, str) else str(p + 1) for p in fault.location)
    hint = f"; {fault.hint}" if fault.hint else ""
    return f"{_place(text, fault.location)}: {keys + ': ' if keys else ''}{fault.found}{hint}"


def _place(text: YamlData, location: Location) -> str:
    """The file and line of an entry, or of the nearest entry above it."""
    found = [(document, *document.find(location)) for document in text.documents]
    document, _, line = max(found, key=lambda where: len(where[1]))
    return f"{document.name}, line {line}"


def read_rubric(name: str) -> Read[Rubric]:
    """Read a rubric, and list its faults.

    Raises:
        RubricError: it can't be found, or isn't YAML.
    """
    text = _with_shipped_lexicons(_read_text(find_rubric(name), ()))
    if too_many := list(_too_many(text.data)):
        return Read(text, None, too_many, _HOW)
    faults = [*_drop(text.data), *draw_on(text.library, text.data.get("fields"))]
    try:
        rubric = Rubric.model_validate(text.data).with_sha256(text.sha256)
    except ValidationError as error:
        return Read(text, None, [*faults, *faults_of_validation(error, text.data)], _HOW)
    return Read(text, rubric, [*faults, *faults_of(rubric)], _HOW)


def _read_text(path: Path, above: tuple[Path, ...]) -> RubricText:
    document = read_document(path)
    if _is_mapping(document.data):
        raise RubricError(
            f"`{path}` is a mapping of headings to fields, not a rubric",
            hint=f"Give it as --mapping {path}; --rubric takes the rubric whose fields it maps.",
        )
    if not isinstance(document.data, dict):
        raise RubricError(
            f"`{path}` isn't a rubric: it has no keys", hint="`audit rubric new FILE` starts one."
        )
    own = hashlib.sha256(document.content)
    own.update(_extend_lexicons(document.data, path))
    if document.data.get("extends") is None:
        if uses_library(document.data.get("fields")):
            own.update(bytes.fromhex(shipped_sha256()))
        data, library = document.data, shipped_library()
        documents: tuple[Document, ...] = (document,)
    else:
        parent = _read_parent(document, path, (*above, path.resolve()))
        own.update(bytes.fromhex(parent.sha256))
        data = RUBRICS.merged(parent.data, document.data, _named)
        library = parent.library
        documents = (document, *parent.documents)
    if isinstance(name := document.data.get("library"), str):
        library = read_library(path.parent / name, library)
        own.update((path.parent / name).read_bytes())
    return RubricText(data, documents, own.hexdigest(), library)


def _is_mapping(data: Any) -> bool:
    """Whether a file is what ``audit check --write-mapping`` writes."""
    if not isinstance(data, dict) or data.keys() & {"rubric", "extends", "criteria", "grades"}:
        return False
    fields = data.get("fields")
    to_headings = isinstance(fields, dict) and not any(isinstance(f, dict) for f in fields.values())
    of_sheets = isinstance(data.get("sheets"), dict) or data.keys() & {"header_row", "leave_out"}
    return (to_headings and bool(fields)) or bool(of_sheets)


def _extend_lexicons(data: dict[str, Any], path: Path) -> bytes:
    """Merge into a rubric's own lexicons what they extend, and return what tells those files."""
    given = data.get("lexicons")
    lexicons: dict[str, Any] = given if isinstance(given, dict) else {}
    told = ""
    for name, lexicon in lexicons.items():
        if isinstance(lexicon, dict) and "extends" in lexicon:
            merged = over_parent(lexicon, path)
            if merged.not_there:
                absent = listing(quoted(term) for term in merged.not_there.values())
                raise RubricError(
                    f"`{path.name}`: lexicons → {name} → drop: there is no term {absent} to drop",
                    hint=f"`audit language list {lexicon['extends']}` shows its terms.",
                )
            lexicons[name] = merged.data
            told += merged.sha256
    return told.encode()


def _with_shipped_lexicons(text: RubricText) -> RubricText:
    """The same with the shipped lexicons that its conditions name and that it has none of."""
    own = text.data.get("lexicons") or {}
    if not isinstance(own, dict):
        return text
    named = sorted({*lexicons_named(text.data)} - own.keys())
    found = {name: read_lexicon_text(find_lexicon(name)) for name in named}
    if not found:
        return text
    sha256 = hashlib.sha256(text.sha256.encode())
    for lexicon in found.values():
        sha256.update(lexicon.sha256.encode())
    lexicons = {**own, **{name: lexicon.data for name, lexicon in found.items()}}
    return replace(text, data={**text.data, "lexicons": lexicons}, sha256=sha256.hexdigest())


def _read_parent(document: Document, path: Path, above: tuple[Path, ...]) -> RubricText:
    """What a rubric extends, without what that one drops."""
    place = f"`{document.name}`, line {document.lines[('extends',)]}"
    parent = _read_text(RUBRICS.extended(document.data["extends"], path, place, above), above)
    if faults := list(_drop(parent.data)):
        raise _mistakes(parent, faults, _HOW)
    return parent


def _named(part: str, entries: Any) -> Any:
    return grades_by_name(entries) if part == "grades" else entries


def _too_many(data: dict[str, Any]) -> Iterator[Fault]:
    for part, most in _NAMED_PARTS.items():
        entries = data.get(part)
        if isinstance(entries, dict) and len(entries) > most:
            found = f"{len(entries):,} stand here, and no more than {most:,} can"
            yield Fault((part,), found, "divide the rubric")


def _drop(data: dict[str, Any]) -> Iterator[Fault]:
    """Take the dropped criteria out; a name that isn't there is a fault."""
    known = list(data.get("criteria") or ())
    for index, name in drop_from(data, "criteria", data.get("drop")).items():
        hint = did_you_mean(name, known)
        yield Fault(("drop", index), f"there is no criterion `{name}` to drop", hint)


def faults_of_validation(
    error: ValidationError, data: dict[str, Any], whole: type[RubricPart] = Rubric
) -> list[Fault]:
    """What pydantic found, each in its place in the YAML.

    Where several types were possible and none fits, only what came nearest is told.
    """
    faults: list[Fault] = []
    expected: dict[Location, list[str]] = {}
    for problem in error.errors(include_url=False):
        place = _in_data(problem["loc"], data)
        unknown = str(problem["loc"][-1]) if problem["type"] == "extra_forbidden" else ""
        if without_brackets := _list_without_brackets(place, data, unknown):
            faults += [without_brackets] if without_brackets not in faults else []
        elif problem["type"] in EXPECTED:
            expected.setdefault(place, []).append(EXPECTED[problem["type"]])
        else:
            fault = _fault_of(problem, whole)
            faults.append(fault._replace(location=_in_data(fault.location, data)))
    places = {fault.location[:n] for fault in faults for n in range(len(fault.location) + 1)}
    places |= {place[:n] for place in expected for n in range(len(place))}
    wrong = (place for place in expected if place not in places)
    faults += [Fault(p, f"{listing(expected[p], 'or')} should stand here") for p in wrong]
    return faults


def _in_data(location: Location, data: Any) -> Location:
    """A location without the parts that pydantic adds to it."""
    found: Location = ()
    for part in location:
        entries = data if isinstance(data, dict) else dict(enumerate(data or ()))
        if part in entries:
            found, data = (*found, part), entries[part]
    return found


def _fault_of(problem: ErrorDetails, whole: type[RubricPart]) -> Fault:
    location, context, kind = problem["loc"], problem.get("ctx", {}), problem["type"]
    if kind == "extra_forbidden":
        key = str(location[-1])
        return Fault(location, f"unknown key `{key}`", did_you_mean(key, _keys_at(location, whole)))
    if kind == "missing":
        return Fault(location[:-1], f"`{location[-1]}` is missing", "add it")
    if kind == "union_tag_invalid":
        return _wrong_kind(location, str(context["tag"]))
    if kind == "union_tag_not_found":
        return _no_kind(location, problem["input"])
    if kind == "value_error":
        return Fault(location, str(context["error"]))
    if kind == "literal_error":
        expected = context["expected"].replace(" or ", ", ").split(", ")
        options = [word.strip("'") for word in expected]
        hint = did_you_mean(str(problem["input"]), options)
        return Fault(location, f"{quoted(problem['input'])} can't stand here", hint)
    return Fault(location, said_of(problem))


def _list_without_brackets(location: Location, data: Any, unknown: str) -> Fault | None:
    """The fault of ``{is: {district: North, South}}``, which to YAML is two keys."""
    above, given = None, data
    for part in location:
        above, given = given, given[part]
    keys, held = (location, given) if isinstance(given, dict) else (location[:-1], above)
    if not isinstance(held, dict) or len(held) < 2:
        return None
    if keys[-1:] not in _OF_ONE_KEY and held.get(unknown, "") is not None:
        return None  # as most are, of which there may be very many
    entries = list(held.items())
    for at, (first, value) in enumerate(entries):
        empty = [key for key, _ in takewhile(lambda entry: entry[1] is None, entries[at + 1 :])]
        is_all = keys[-1:] in _OF_ONE_KEY and len(empty) == len(entries) - 1
        if value is not None and empty and (is_all or (first in _OF_LISTS and unknown in empty)):
            words = ", ".join(map(str, (value, *empty)))
            found = f"`{words}` is no list without its brackets"
            return Fault(keys, found, f"write `{first}: [{words}]`")
    return None


def _wrong_kind(location: Location, tag: str) -> Fault:
    if location[0] == "fields":
        hint = did_you_mean(tag, list(FIELD_TYPES))
        return Fault((*location, "type"), f"there is no type of field `{tag}`", hint)
    near = nearest_few(_MEANT_BY.get(tag, tag), [kind.key for kind in KINDS], _MOST_NEAR)
    hint = f"the nearest are {listing(quoted_all(near))}"
    if tag in _MEANT_BY or nearest(tag, near):
        hint = f"did you mean `{near[0]}`? near it are {listing(quoted_all(near[1:]))} too"
    return Fault((*location, tag), f"there is no condition `{tag}`", hint)


def _no_kind(location: Location, given: object) -> Fault:
    if location[0] == "fields":
        return Fault(location, "`type` is missing", did_you_mean("", list(FIELD_TYPES)))
    if isinstance(given, dict) and given:
        hint = "put several under `all` or `any`"
        return Fault(location, f"a condition has one key, and this has {len(given)}", hint)
    return Fault(location, "this isn't a condition", "write one, such as `recorded: ethnicity`")


def _keys_at(location: Location, whole: type[RubricPart]) -> list[str]:
    """The keys that may stand where an unknown one was found."""
    part: type[RubricPart] | None = None
    if len(location) == 1:
        part = whole
    elif location[-2] in _PART_OF_KEY:
        part = _PART_OF_KEY[str(location[-2])]
    elif len(location) > 2 and location[-3] in _PART_OF_NAMED:
        part = _PART_OF_NAMED[str(location[-3])]
    elif location[0] == "fields" and location[-2] in FIELD_TYPES:
        part = FIELD_TYPES[str(location[-2])]
    fields = part.model_fields if part is not None else {}
    return [field.alias or name for name, field in fields.items()]
