"""The mapping file: which of a workbook's headings is which field, saved, edited and re-applied."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator, Field, ValidationError

from casefile_audit.errors import RubricError, UsageError
from casefile_audit.fields import FieldBase, RubricPart, Words
from casefile_audit.words import did_you_mean, fold, quoted
from casefile_audit.yaml_text import Document, read_document


def _headings(value: Any) -> Any:
    """No heading, one, or several, as a list."""
    if value is None or value == "":
        return []
    return [value] if isinstance(value, str) else value


WORD_KEYS = ("blank", "unknown", "not_applicable")
Headings = Annotated[list[str], BeforeValidator(_headings)]


class SheetMapping(RubricPart):
    """What is different for one sheet.

    Attributes:
        header_row: the sheet's row number of the headings, counted from 1.
        fields: headings by field; an empty one says that there is no column for it.
    """

    header_row: Annotated[int, Field(ge=1)] | None = None
    fields: dict[str, Headings] = Field(default_factory=dict)


class MappingFile(SheetMapping):
    """A mapping for all sheets, with what is different for some.

    Attributes:
        blank, unknown, not_applicable: words that these workbooks use in any column for those
            states, such as the ``NA`` that a statistics program writes for an empty cell.
    """

    sheets: dict[str, SheetMapping] = Field(default_factory=dict)
    blank: Words = Field(default_factory=list)
    unknown: Words = Field(default_factory=list)
    not_applicable: Words = Field(default_factory=list)

    def of_sheet(self, sheet: str) -> SheetMapping:
        """The mapping of one sheet: its own entries over the general ones."""
        named = (part for name, part in self.sheets.items() if fold(name) == fold(sheet))
        own = next(named, SheetMapping())
        return SheetMapping(
            header_row=own.header_row or self.header_row, fields=self.fields | own.fields
        )

    def words_of(self, field: FieldBase) -> FieldBase:
        """A field that knows these workbooks' words for blank, unknown and not applicable."""
        extra = {
            key: [*getattr(field, key), *getattr(self, key)]
            for key in WORD_KEYS
            if getattr(self, key)
        }
        return field.with_words(extra) if extra else field


def read_mapping(path: Path | None, pairs: Iterable[str], fields: Sequence[str]) -> MappingFile:
    """The mapping of a file and of ``FIELD=HEADING`` pairs, which come before the file's.

    Args:
        path: the mapping file, if there is one.
        pairs: as typed on the command line; a field that is named twice has both headings.
        fields: the rubric's fields.

    Raises:
        RubricError: the file has mistakes.
        UsageError: a pair is not one, or names no field.
    """
    mapping = _read_file(path, fields) if path is not None else MappingFile()
    given: dict[str, list[str]] = {}
    for pair in pairs:
        field, equals, heading = pair.partition("=")
        if not equals:
            hint = "Write --map FIELD=HEADING, such as --map ethnicity='Ethnic origin'."
            raise UsageError(f"`{pair}` isn't a mapping", hint=hint)
        if field.strip() not in fields:
            hint = did_you_mean(field, fields)
            raise UsageError(f"--map: the rubric has no field `{field.strip()}`", hint=hint)
        given.setdefault(field.strip(), []).extend(_headings(heading.strip()))
    if not given:
        return mapping
    sheets = {
        name: sheet.model_copy(update={"fields": sheet.fields | given})
        for name, sheet in mapping.sheets.items()
    }
    return mapping.model_copy(update={"fields": mapping.fields | given, "sheets": sheets})


def _read_file(path: Path, fields: Sequence[str]) -> MappingFile:
    document = read_document(path)
    try:
        mapping = MappingFile.model_validate(document.data or {})
    except ValidationError as error:
        details = [
            f"{_line(document, problem['loc'])}: {problem['msg'].lower()}"
            for problem in error.errors(include_url=False)
        ]
        raise RubricError(f"`{path}` isn't a mapping", details=details, hint=_HINT) from None
    places = [((), mapping), *((("sheets", name), s) for name, s in mapping.sheets.items())]
    unknown = [
        f"{_line(document, (*place, 'fields', field))}: the rubric has no field `{field}`; "
        f"{did_you_mean(field, fields)}"
        for place, part in places
        for field in part.fields
        if field not in fields
    ]
    if unknown:
        raise RubricError(f"`{path}` doesn't fit the rubric", details=unknown, hint=_HINT)
    return mapping


_HINT = "`audit check CASES --write-mapping FILE` writes one to start from."


def _line(document: Document, location: tuple[str | int, ...]) -> str:
    found, line = document.find(location)
    keys = " → ".join(quoted(map(str, location[len(found) :] or location[-1:])))
    return f"line {line}: {keys}"


def mapping_text(mapping: MappingFile, comment: Sequence[str]) -> str:
    """A mapping file's YAML, with lines of comment at its head."""
    data: dict[str, Any] = _plain(mapping)
    if mapping.sheets:
        data["sheets"] = {name: _plain(sheet) for name, sheet in mapping.sheets.items()}
    data |= {key: words for key in WORD_KEYS if (words := getattr(mapping, key))}
    body = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10_000)
    return "".join(f"# {line}\n" for line in comment) + body


def _plain(sheet: SheetMapping) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    if sheet.header_row is not None:
        plain["header_row"] = sheet.header_row
    if sheet.fields:
        plain["fields"] = {
            field: headings[0] if len(headings) == 1 else headings or ""
            for field, headings in sheet.fields.items()
        }
    return plain
