"""The mapping file: which of a workbook's headings is which field, saved, edited and re-applied."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

import yaml
from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, ValidationError
from pydantic_core import ErrorDetails

from casefile_audit.capped import no_items
from casefile_audit.english import did_you_mean, fold, heading_key
from casefile_audit.errors import RubricError, UsageError
from casefile_audit.rubric.fields import FieldBase
from casefile_audit.rubric.model import Unanswered
from casefile_audit.rubric.parts import RubricPart, Words
from casefile_audit.rubric.yaml_text import Document, read_document, said_of


def _as_list(value: Any) -> Any:
    """Nothing, one, or several, as a list."""
    if value is None or value == "":
        return []
    return [value] if isinstance(value, str) else value


def _as_one(headings: list[str]) -> str | list[str]:
    """One heading, or none, as it is typed."""
    return headings if len(headings) > 1 else "".join(headings)


def _is_zone(name: str) -> str:
    if name and name not in available_timezones():
        near = did_you_mean(name, sorted(available_timezones())) if len(name) < 40 else ""
        raise ValueError(f"there is no time zone `{name}`; {near}")
    return name


WORD_KEYS = ("blank", "unknown", "not_applicable")
HeadingTexts = Annotated[list[str], BeforeValidator(_as_list)]
RowNumber = Annotated[int, Field(ge=1)]


class FieldWords(RubricPart):
    """Words that one field's cells use for blank, unknown and not applicable.

    Attributes:
        value: what is a value, though it looks like a code for one that is missing: ``999``.
    """

    blank: Words = Field(default_factory=no_items)
    unknown: Words = Field(default_factory=no_items)
    not_applicable: Words = Field(default_factory=no_items)
    value: Words = Field(default_factory=no_items)


class SheetMapping(RubricPart):
    """What is different for one sheet.

    Attributes:
        header_row: the sheet's row number of the headings, counted from 1.
        fields: headings by field, one as itself; an empty one says that there is no column for it.
        leave_out: row numbers of rows that are not cases, counted from 1.
    """

    header_row: RowNumber | None = None
    fields: dict[str, Annotated[HeadingTexts, PlainSerializer(_as_one)]] = Field(
        default_factory=dict
    )
    leave_out: Annotated[list[RowNumber], BeforeValidator(_as_list)] = Field(
        default_factory=no_items
    )


class MappingFile(FieldWords, SheetMapping):
    """A mapping for all sheets, with what is different for some.

    Attributes:
        blank, unknown, not_applicable: words that these workbooks use in any column for those
            states, such as the ``NA`` that a statistics program writes for an empty cell.
        dates: which comes first in dates of figures alone; by default told from each column.
        time_zone: the time zone by whose clock moments with an offset are read.
        words: the same by field; they come before what any other list says of them.
        a_case_is: whether each case may have several rows, which its reference brings together.
        unanswered: what a case without any answer is; by default as the rubric says.
        count_blank: fields whose question counts though no case has anything in their column.
    """

    dates: Literal["", "day-first", "month-first"] = ""
    time_zone: Annotated[str, AfterValidator(_is_zone)] = Field(default="", alias="time zone")
    words: dict[str, FieldWords] = Field(default_factory=dict)
    sheets: dict[str, SheetMapping] = Field(default_factory=dict)
    a_case_is: Literal["", "several rows"] = Field(default="", alias="a case is")
    unanswered: Unanswered | None = None
    count_blank: HeadingTexts = Field(default_factory=no_items)

    def of_sheet(self, sheet: str) -> SheetMapping:
        """The mapping of one sheet: its own entries over the general ones."""
        own = self.own_part(sheet)
        return SheetMapping.model_construct(
            header_row=own.header_row or self.header_row,
            fields=self.fields | own.fields,
            leave_out=[*self.leave_out, *own.leave_out],
        )

    def own_part(self, sheet: str) -> SheetMapping:
        """What the mapping says of one sheet alone."""
        named = (part for name, part in self.sheets.items() if fold(name) == fold(sheet))
        return next(named, SheetMapping.model_construct())

    def words_of(self, name: str, field: FieldBase) -> FieldBase:
        """A field that knows these workbooks' words for blank, unknown and not applicable."""
        named = self.words.get(name)
        own = {key: getattr(named, key) if named else [] for key in WORD_KEYS}
        claimed = {fold(word) for words in own.values() for word in words}
        changed: dict[str, list[str]] = {}
        for key in WORD_KEYS:
            general = (word for word in (*getattr(field, key), *getattr(self, key)))
            words = [*(word for word in general if fold(word) not in claimed), *own[key]]
            if words != getattr(field, key):
                changed[key] = words
        return field.with_words(changed) if changed else field

    def values_of(self, name: str) -> frozenset[str]:
        """The texts, folded, that are values of a field whatever they look like."""
        own = self.words.get(name, FieldWords.model_construct())
        return frozenset(map(fold, (*self.value, *own.value)))


def read_mapping(path: Path | None, pairs: Iterable[str], fields: Sequence[str]) -> MappingFile:
    """The mapping of a file and of ``FIELD=HEADING`` pairs, which come before the file's.

    Args:
        pairs: as typed on the command line; a field that is named twice has both headings.

    Raises:
        RubricError: the file has mistakes.
        UsageError: a pair is not one, or names no field; or two fields have one heading.
    """
    mapping = _read_file(path, fields) if path is not None else MappingFile.model_construct()
    mapping = _with_pairs(mapping, pairs, fields)
    for part in (mapping, *map(mapping.of_sheet, mapping.sheets)):
        _refuse_shared(part)
    return mapping


def _refuse_shared(mapping: SheetMapping) -> None:
    """Refuse one heading for two fields: each cell is one field's."""
    claimed: dict[str, str] = {}
    for field, headings in mapping.fields.items():
        for heading in headings:
            first = claimed.setdefault(heading_key(heading), field)
            if first != field and heading_key(heading):
                raise UsageError(
                    f"`{heading}` is mapped to `{first}` and to `{field}`, and one column can't "
                    "be two fields",
                    hint="Leave it to one of them.",
                )


def _with_pairs(mapping: MappingFile, pairs: Iterable[str], fields: Sequence[str]) -> MappingFile:
    given: dict[str, list[str]] = {}
    for pair in pairs:
        field, equals, heading = pair.partition("=")
        if not equals:
            hint = "Write --map FIELD=HEADING, such as --map ethnicity='Ethnic origin'."
            raise UsageError(f"`{pair}` isn't a mapping", hint=hint)
        if field.strip() not in fields:
            hint = did_you_mean(field, fields)
            raise UsageError(f"--map: the rubric has no field `{field.strip()}`", hint=hint)
        given.setdefault(field.strip(), []).extend(_as_list(heading.strip()))
    sheets = {
        name: sheet.model_copy(update={"fields": sheet.fields | given})
        for name, sheet in mapping.sheets.items()
    }
    return mapping.model_copy(update={"fields": mapping.fields | given, "sheets": sheets})


def _read_file(path: Path, fields: Sequence[str]) -> MappingFile:
    document = read_document(path)
    if isinstance(document.data, dict) and document.data.keys() & _KEYS_OF_RUBRICS:
        raise RubricError(
            f"`{path}` is a rubric, not a mapping of headings to fields",
            hint=f"Give it as --rubric {path}. {_HINT}",
        )
    try:
        mapping = MappingFile.model_validate(document.data or {})
    except ValidationError as error:
        problems = error.errors(include_url=False)
        details = [f"{_line(document, p['loc'])}: {_said(p)}" for p in problems]
        raise RubricError(f"`{path}` isn't a mapping", details=details, hint=_HINT) from None
    places = [((), mapping), *((("sheets", name), s) for name, s in mapping.sheets.items())]
    named = [(*place, "fields", field) for place, part in places for field in part.fields]
    named += [("words", field) for field in mapping.words]
    named += [("count_blank", field) for field in mapping.count_blank]
    unknown = [
        f"{_line(document, place)}: the rubric has no field `{place[-1]}`; "
        f"{did_you_mean(place[-1], fields)}"
        for place in named
        if place[-1] not in fields
    ]
    if unknown:
        raise RubricError(f"`{path}` doesn't fit the rubric", details=unknown, hint=_HINT)
    return mapping


_KEYS_OF_RUBRICS = {"rubric", "criteria", "grades", "extends", "version"}
_HINT = "`audit check CASES --write-mapping FILE` writes one to start from."


def _said(problem: ErrorDetails) -> str:
    """What is wrong at one place of a mapping, and what to write instead."""
    location = problem["loc"] or ("",)
    if problem["type"] == "extra_forbidden":
        part: type[RubricPart] = MappingFile
        if len(location) > 1:
            part = SheetMapping if location[0] == "sheets" else FieldWords
        return f"there is no such key; {did_you_mean(str(location[-1]), list(part.model_fields))}"
    if "fields" in location[:-1]:
        return "a heading should stand here, or a list of headings such as [First, Second]"
    if location[-1] == "fields":
        return "fields with their headings should stand here, such as `ethnicity: Ethnic origin`"
    return said_of(problem)


def _line(document: Document, location: tuple[str | int, ...]) -> str:
    found, line = document.find(location)
    keys = [part for part in location[len(found) :] or location if isinstance(part, str)]
    return f"line {line}: `{keys[-1]}`" if keys else f"line {line}"


def mapping_text(mapping: MappingFile, comment: Sequence[str]) -> str:
    """A mapping file's YAML, with lines of comment at its head."""
    data = mapping.model_dump(by_alias=True, exclude_defaults=True)
    body = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10_000)
    return "".join(f"# {line}\n" for line in comment) + body
