"""The manifest of a sample: what it was drawn from and how, so that anyone can draw it again.

It is written as JSON beside the workbook of a sample, and inside of it, where a command that reads
the workbook later finds what population its cases speak for.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from casefile_audit.english import fold
from casefile_audit.errors import WorkbookError
from casefile_audit.inputs import open_input
from casefile_audit.version import __version__

SCHEMA: Final = "casefile-audit/sample/1"
UNAVAILABLE_HEADING: Final = "Not available because"
"""The heading of the column for why a file couldn't be read, in whatever workbook."""
RESERVE_HEADING: Final = "Reserve number"
"""The heading of the column that tells which of the reserve a case is."""


def digest(seed: str, key: str) -> bytes:
    """What puts a case in its place."""
    return sha256(f"{seed}|{key}".encode()).digest()


class _Part(BaseModel):
    """A part of a manifest: no key that isn't known, and nothing changes in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)


class ManifestRow(_Part):
    """A row of the population's file that is none of its cases, and why."""

    sheet: str
    row: int
    reason: str


class PopulationFile(_Part):
    """The list that the cases were drawn from.

    Attributes:
        file, sha256: its name, and its hexadecimal digest.
        sheets: the sheets of it that were read.
        reference: the heading of the column of case references.
        rows: how many rows under the headings hold anything.
        cases: how many of them are cases; the others are left out.
        left_out: the first of those that are none.
    """

    file: str
    sha256: str
    sheets: list[str]
    reference: str
    rows: int = Field(ge=0)
    cases: int = Field(ge=0)
    left_out: list[ManifestRow] = Field(default_factory=list)


class EarlierFile(_Part):
    """A file of cases that were audited before, which stay out of the population.

    Attributes:
        file, sha256: its name, and its hexadecimal digest.
        references: how many references it has.
        left_out: how many cases of the population they took out.
    """

    file: str
    sha256: str
    references: int = Field(ge=0)
    left_out: int = Field(ge=0)


class Stratum(_Part):
    """A part of the population from which cases were drawn by themselves.

    Attributes:
        name: what it is called: its values, one after the other.
        values: by the heading of each column that strata were made by, its value.
        population: how many cases it has, after all filters.
        drawn: how many of them were drawn.
        reserve: how many more were, to take the place of those that are unavailable.
    """

    name: str
    values: dict[str, str] = Field(default_factory=dict)
    population: int = Field(ge=1)
    drawn: int = Field(ge=0)
    reserve: int = Field(ge=0)


class SampledCase(_Part):
    """A case that was drawn.

    Attributes:
        reference: as the population has it.
        stratum: the place of its stratum among the strata, from nought.
        reserve: its number in the reserve of its stratum; 0 of a case that is to be read.
    """

    reference: str
    stratum: int = Field(ge=0)
    reserve: int = Field(default=0, ge=0)


class Manifest(_Part):
    """Everything that there is to know of a sample.

    Attributes:
        selection: whether the cases were drawn by lot, or chosen by somebody, who then says nothing
            about the others by them.
        population: the list that they are from.
        only: what the cases of the population have in common, as it was typed.
        only_says: the same in words.
        not_in: the files of cases that were audited before.
        cases_left: how many cases the population has after ``only`` and ``not_in``.
        by: the headings that strata were made by.
        empty_strata: the combinations of their values that no case has.
        wanted: what was asked for, in words.
        seed: what the draw began with, as typed; empty of cases that were chosen.
        how: how to draw it again by hand.
        strata: the strata in the order of their names; one, without a name, where there are none.
        cases: the cases in the order in which they were drawn, the reserves after the others.
    """

    schema_: Literal["casefile-audit/sample/1"] = Field(SCHEMA, alias="schema")
    program: str = f"casefile-audit {__version__}"
    made_at: dt.datetime
    selection: Literal["drawn", "chosen"]
    population: PopulationFile
    only: list[str] = Field(default_factory=list)
    only_says: list[str] = Field(default_factory=list)
    not_in: list[EarlierFile] = Field(default_factory=list)
    cases_left: int = Field(ge=1)
    by: list[str] = Field(default_factory=list)
    empty_strata: list[str] = Field(default_factory=list)
    wanted: str
    seed: str = ""
    how: str = ""
    strata: list[Stratum] = Field(min_length=1)
    cases: list[SampledCase]

    @model_validator(mode="after")
    def _adds_up(self) -> "Manifest":
        if sum(stratum.population for stratum in self.strata) != self.cases_left:
            raise ValueError("its strata are not its population")
        for place, stratum in enumerate(self.strata):
            own = [case for case in self.cases if case.stratum == place]
            reserves = sorted(case.reserve for case in own if case.reserve)
            numbers = list(range(1, len(reserves) + 1))
            drawn = len(own) - len(reserves), len(reserves)
            if drawn != (stratum.drawn, stratum.reserve) or reserves != numbers:
                raise ValueError("its cases are not those of its strata")
            if len(own) > stratum.population:
                raise ValueError("more cases are drawn than there are")
        if any(case.stratum >= len(self.strata) for case in self.cases):
            raise ValueError("a case is of no stratum")
        if len(self.by_reference) < len(self.cases):
            raise ValueError("a case is drawn twice")
        left = self.cases_left + sum(earlier.left_out for earlier in self.not_in)
        if left > self.population.cases or (not self.only and left < self.population.cases):
            raise ValueError("its population is not what is left of the list")
        if self.selection == "drawn" and not self._is_in_order():
            raise ValueError("its cases are not in the order of its seed")
        return self

    def _is_in_order(self) -> bool:
        """Whether no case stands where it can't have been drawn, as one that was put in would."""
        strata = range(len(self.strata))
        each = [[its for its in self.cases if its.stratum == place] for place in strata]
        digests = [
            [digest(self.seed, fold(case.reference)) for case in cases]
            for cases in (self.drawn, *each)
        ]
        return all(own == sorted(own) for own in digests)

    @cached_property
    def by_reference(self) -> Mapping[str, SampledCase]:
        """The cases by their references, as these are compared."""
        return {fold(case.reference): case for case in self.cases}

    @property
    def drawn(self) -> list[SampledCase]:
        """The cases that are to be read."""
        return [case for case in self.cases if not case.reserve]

    @property
    def reserves(self) -> list[SampledCase]:
        """The cases that take the place of others, in their order."""
        return [case for case in self.cases if case.reserve]

    def reserve_number(self, reference: str) -> str:
        """Which of the reserve a case is, as people say it: ``2``, ``2 of North``; else empty."""
        case = self.by_reference.get(fold(reference))
        if case is None or not case.reserve:
            return ""
        stratum = self.strata[case.stratum].name
        return f"{case.reserve} of {stratum}" if stratum else f"{case.reserve}"

    def as_json(self, indent: int | None = 2) -> str:
        """The manifest as JSON text, in letters that any file can hold."""
        separators = None if indent else (",", ":")
        held = self.model_dump(mode="json", by_alias=True)
        return json.dumps(held, indent=indent, separators=separators)


def read_manifest(path: Path) -> Manifest:
    """A manifest that was written as JSON.

    Raises:
        WorkbookError: it can't be read, or is none.
    """
    try:
        with open_input(path) as file:
            return Manifest.model_validate_json(file.read())
    except OSError as error:
        raise WorkbookError(f"`{path}` can't be read: {error.strerror}") from None
    except ValidationError:
        raise WorkbookError(
            f"`{path}` is not the manifest of a sample, or was changed",
            hint="`audit sample` writes one beside the workbook of a sample.",
        ) from None


# What a cell of a workbook can hold, and some room.
_LONGEST_CELL = 30_000
_BEGINS = f'{{"schema":"{SCHEMA}"'


def in_cells(manifest: Manifest) -> list[str]:
    """The manifest as texts for one cell under the other."""
    text = manifest.as_json(indent=None)
    return [text[start : start + _LONGEST_CELL] for start in range(0, len(text), _LONGEST_CELL)]


def from_columns(columns: Iterable[Sequence[object]]) -> Manifest | None:
    """The manifest among the columns of a sheet; None if there is none.

    Raises:
        ValueError: there is one, and it was changed.
    """
    for column in columns:
        for cell in dict.fromkeys(column):  # most columns of a long sheet hold few different ones
            if isinstance(cell, str) and cell.startswith(_BEGINS):
                texts = takewhile(bool, map(_text, column[column.index(cell) :]))
                return Manifest.model_validate_json("".join(texts))
    return None


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
