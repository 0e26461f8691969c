"""YAML read as text: every scalar stays the words that were written, with its line.

YAML's own idea of types would turn the answer ``No`` into false, the version ``2024.10`` into
2024.1 and the code ``00123`` into 83, so none of it is used: a rubric's models say what each
value means. Aliases, tags and merge keys are refused; they are how a small file becomes a huge one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from pydantic_core import ErrorDetails

from casefile_audit.errors import RubricError
from casefile_audit.inputs import open_input

MOST_BYTES = 2_000_000
DEEPEST = 24
LONGEST_TEXT = 32_767
"""As much as a cell of a workbook holds."""

_MOST_SHOWN = 100
_JOINTS = {"_": "an underscore", "-": "a hyphen"}

Location = tuple[str | int, ...]

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


# What should have stood where something of another type does, by the type of pydantic's error.
EXPECTED = {
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "keys with their values",
    "model_type": "keys with their values",
    "model_attributes_type": "keys with their values",
}
_SAID = {
    "int_parsing": "{shown} isn't a whole number",
    "int_type": "{shown} isn't a whole number",
    "int_from_float": "{shown} isn't a whole number",
    "float_parsing": "{shown} isn't a number",
    "float_type": "{shown} isn't a number",
    "finite_number": "{shown} isn't a number",
    "greater_than": "{shown} isn't more than {gt:g}",
    "greater_than_equal": "{shown} isn't {ge:g} or more",
    "less_than_equal": "{shown} isn't {le:g} or less",
    "too_short": "at least {min_length} should stand here",
    "too_long": "no more than {max_length:,} can stand here",
}


def as_list(given: Any) -> list[Any]:
    """One text or several as a list; None is none of them."""
    return list(given or ()) if isinstance(given, list | None) else [given]


def quoted(given: object) -> str:
    """What was given, as a message quotes it: no more than the start of a long text."""
    if not isinstance(given, str):
        return "this"
    return f"`{given[:_MOST_SHOWN]}…`" if len(given) > _MOST_SHOWN else f"`{given}`"


def said_of(problem: ErrorDetails) -> str:
    """What pydantic found wrong with a value, in plain words."""
    kind = problem["type"]
    if kind in EXPECTED:
        return f"{EXPECTED[kind]} should stand here"
    if kind == "string_pattern_mismatch":
        return _said_of_name(str(problem["input"]))
    if kind in _SAID:
        return _SAID[kind].format(shown=quoted(problem["input"]), **problem.get("ctx", {}))
    return f"{quoted(problem['input'])}: {problem['msg'][0].lower()}{problem['msg'][1:]}"


def _said_of_name(name: str) -> str:
    """Why a text can't be a name, and the nearest that can."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    if name.lower() != name:
        why = "a name has small letters only"
    elif name[-1:] in _JOINTS:
        why = f"a name may not end in {_JOINTS[name[-1]]}"
    elif name[:1] in _JOINTS:
        why = f"a name may not start with {_JOINTS[name[0]]}"
    elif re.search(r"[^a-z0-9_-]", name):
        why = "a name has letters from a to z, digits, and hyphens or underscores between them"
    else:
        why = "a name has no two hyphens or underscores in a row"
    return f"{quoted(name)} can't be a name: {why}" + (f"; write `{plain}`" if plain else "")


def _at_caret(text: str, line: int, column: int) -> list[str]:
    """A line of a text, counted from nought, with a caret under one of its columns."""
    written = text.splitlines()[line : line + 1]
    if not written or not written[0].strip():
        return []
    start = max(0, column - _MOST_SHOWN // 2)
    shown = "".join(" " if c.isspace() else c for c in written[0][start : start + _MOST_SHOWN])
    before = f"{line + 1} | "
    return [f"{before}{shown.rstrip()}", f"{' ' * (len(before) + column - start)}^"]


@dataclass(frozen=True)
class Document:
    """The data of one YAML file, and the line on which each key or item stands.

    Attributes:
        data: dictionaries, lists, text, and None where nothing was written.
        lines: line numbers, counted from 1, by the path of keys and indexes to each entry.
    """

    name: str
    data: Any
    lines: dict[Location, int] = field(default_factory=dict)
    content: bytes = field(default=b"", repr=False)

    def find(self, location: Location) -> tuple[Location, int]:
        """The deepest entry on the way to a location that is in the file, and its line.

        Parts that are not keys of the file (pydantic adds some) are stepped over.
        """
        found: Location = ()
        for part in location:
            if (*found, part) in self.lines:
                found = (*found, part)
        return found, self.lines.get(found, 1)


def read_document(path: Path) -> Document:
    """Read a YAML file as text with lines.

    Raises:
        RubricError: the file can't be read, is too large or nested too deeply, is not YAML, or
            uses a key twice, an alias or a tag.
    """
    try:
        with open_input(path) as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise RubricError(f"`{path}` can't be read: {error.strerror}") from None
    if len(content) > MOST_BYTES:
        raise RubricError(f"`{path}` is larger than {MOST_BYTES // 1_000_000} MB")
    return replace(parse_document(content, str(path)), content=content)


def parse_document(content: bytes | str, name: str) -> Document:
    """Read YAML as text with lines; ``name`` is what messages call it. Raises as read_document."""
    document = Document(name, None)
    try:
        events = _Events(content, document)
        return Document(name, events.document(), document.lines)
    except (yaml.reader.ReaderError, UnicodeDecodeError):
        raise RubricError(
            f"`{name}` is not UTF-8 text", hint="Save it as plain text, encoded as UTF-8."
        ) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said, where = getattr(error, "problem", None) or "", getattr(error, "context", None) or ""
        if "end of stream" in said or "flow" in where:
            mark = getattr(error, "context_mark", None) or mark  # where it was opened
        line = f", line {mark.line + 1}" if mark else ""
        text = content.decode(errors="replace") if isinstance(content, bytes) else content
        problem = _fault_of_line(text.splitlines()[mark.line : mark.line + 1] if mark else [])
        problem = problem or _in_plain_words(said, where) or "it can't be read"
        raise RubricError(
            f"`{name}`{line} is not YAML: {problem}",
            _at_caret(text, mark.line, mark.column) if mark else (),
            hint="Indent with spaces, put a space after each colon, and quote text that holds "
            "`: ` or starts with one of [ { * & ! % @ `.",
        ) from None


def _in_plain_words(said: str, where: str) -> str:
    """What the reader of YAML says is wrong, as far as it can be said better."""
    if "flow" in where:
        bracket, other = ("{", "}") if "mapping" in where else ("[", "]")
        return (
            f"the `{bracket}` here isn't closed by a `{other}`, or after it a comma is missing or "
            "a text that holds `: ` isn't quoted"
        )
    if "mapping values are not allowed" in said:
        return "a second `: ` stands in the line, or it is indented otherwise than those above it"
    if "expected key" in said or "block end" in said or "'-' indicator" in said:
        return "the line is indented otherwise than those that it goes with"
    return said


def _fault_of_line(lines: list[str]) -> str:
    """What usually is wrong with the line that can't be read; empty if it is something else."""
    line = lines[0] if lines else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "a tab stands at the start of the line, where only spaces can"
    if line.count("'") % 2:
        return 'an apostrophe is taken for a quotation mark; put the text between " and "'
    if line.count('"') % 2:
        return 'a " is without its other half'
    if any(mark in line for mark in "“”‘’"):
        return "curly quotation marks are letters to YAML; write straight ones"
    return ""


def read_yaml(path: Path) -> Any:
    """The data of a YAML file, every scalar as text. Raises as read_document."""
    return read_document(path).data


class _Events:
    """Builds the data from the parser's events, noting lines."""

    def __init__(self, content: bytes | str, document: Document) -> None:
        self.name = document.name
        self.text = content.decode(errors="replace") if isinstance(content, bytes) else content
        self.lines = document.lines
        self.next: Callable[[], Any] = _Loader(content).get_event

    def document(self) -> Any:
        self.next()  # the start of the stream
        if isinstance(self.next(), yaml.StreamEndEvent):
            return None
        data = self.entry(self.next(), ())
        self.next()  # the end of the document
        following = self.next()
        if not isinstance(following, yaml.StreamEndEvent):
            self.refuse(following, "a second document starts here", "keep one in each file")
        return data

    def entry(self, event: Any, location: Location) -> Any:
        self.lines.setdefault(location, event.start_mark.line + 1)
        self.refuse_shorthand(event)
        if len(location) > DEEPEST:
            self.refuse(event, f"it is nested more than {DEEPEST} deep", "make it flatter")
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(location)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(location)
        self.refuse_long(event)
        written = event.value or event.style in {"'", '"', "|", ">"}
        return event.value if written else None

    def mapping(self, location: Location) -> dict[str, Any]:
        data: dict[str, Any] = {}
        while not isinstance(key := self.next(), yaml.MappingEndEvent):
            self.refuse_shorthand(key)
            if not isinstance(key, yaml.ScalarEvent):
                self.refuse(key, "a key has to be plain text", "write `key: value`")
            self.refuse_long(key)
            if key.value in data:
                self.refuse(key, f"`{key.value}` is there twice", "keep one of the two")
            self.lines[(*location, key.value)] = key.start_mark.line + 1
            data[key.value] = self.entry(self.next(), (*location, key.value))
        return data

    def sequence(self, location: Location) -> list[Any]:
        data: list[Any] = []
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            data.append(self.entry(event, (*location, len(data))))
        return data

    def refuse_shorthand(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            self.refuse(event, "anchors and aliases (& and *) aren't read", "write it out")
        if event.tag and event.tag != "!":
            self.refuse(event, f"the tag `{event.tag}` isn't read", "leave it out")

    def refuse_long(self, event: Any) -> None:
        if len(event.value) > LONGEST_TEXT:
            found = f"a text of {len(event.value):,} characters stands here"
            self.refuse(event, found, f"no more than {LONGEST_TEXT:,} can: shorten it")

    def refuse(self, event: Any, found: str, hint: str) -> None:
        mark = event.start_mark
        raise RubricError(
            f"`{self.name}`, line {mark.line + 1}: {found}",
            _at_caret(self.text, mark.line, mark.column),
            hint=f"{hint[0].upper()}{hint[1:]}.",
        )
