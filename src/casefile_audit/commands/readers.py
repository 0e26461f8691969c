"""Whose readings a command was given: files, or of one workbook its sheets or its columns."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from os.path import samefile
from pathlib import Path

from casefile_audit.audit import ReadOptions, result_of
from casefile_audit.english import listing
from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.files.workbook import AS_STORED, OpenOptions, open_workbook
from casefile_audit.intake.form_marks import form_marks
from casefile_audit.results import Result
from casefile_audit.rubric.loading import load_rubric
from casefile_audit.rubric.model import Rubric
from casefile_audit.rubric.only import SideOfDay

_HOW = (
    "Two readers in one workbook are two of its sheets, `--sheet A --sheet B`, or two of its "
    "columns, `--map FIELD=HEADING` given once for each reader."
)
_ONE_FILE = (
    "Give a later audit too; or of one workbook two sheets, `--sheet BEFORE --sheet AFTER`, two "
    "columns, `--map FIELD=BEFORE --map FIELD=AFTER`, or the two sides of a day, `--by-date FIELD "
    "--change DAY`."
)


@dataclass(frozen=True)
class ReaderSource:
    """Where a reader's cases stand.

    Attributes:
        fields: where readers share a sheet, the fields that each has a column of their own for.
    """

    name: str
    path: Path
    options: ReadOptions
    fields: frozenset[str] = frozenset()


def reader_sources(
    paths: Sequence[Path], options: ReadOptions, opening: OpenOptions = AS_STORED
) -> list[ReaderSource]:
    """The readers: of one workbook its named sheets, or columns mapped to one field; else files.

    Raises:
        UsageError: a file is given twice, or one workbook has but one reader.
    """
    _refuse_twice(paths)
    if len(paths) > 1:
        names = _names(paths)
        return [ReaderSource(n, path, options) for n, path in zip(names, paths, strict=True)]
    found = _in_one_workbook(paths[0], options)
    if not found:
        if collected := _collected_readings(paths[0], opening):
            sheets = " or ".join(
                " ".join(f'--sheet "{name}"' for name in names) for names in collected
            )
            raise UsageError(
                f"{paths[0].name} holds several readings of some cases, on sheets of their own",
                hint=f"Add {sheets}",
            )
        hint = f"Give a second workbook of the same cases, or the second reader's --totals. {_HOW}"
        raise UsageError("agreement takes two readers or more", hint=hint)
    return found


def _names(paths: Sequence[Path]) -> list[str]:
    """What to call each reader: after the file, with its folder where two have one name."""
    stems = [path.stem for path in paths]
    named = [
        stem if stems.count(stem) == 1 else f"{path.resolve().parent.name}/{path.name}"
        for stem, path in zip(stems, paths, strict=True)
    ]
    return [
        name if named.count(name) == 1 else f"{name} ({number})"
        for number, name in enumerate(named, 1)
    ]


def _collected_readings(path: Path, opening: OpenOptions) -> list[list[str]]:
    """Of what ``audit collect`` wrote the sheets of readings: for each sector, those of all."""
    found: dict[str, list[str]] = {}
    with suppress(WorkbookError):  # which is said when it is read
        for sheet in open_workbook(path, opening).sheets:
            marks = form_marks(sheet)
            if marks is not None and marks.holds_readings:
                found.setdefault(marks.sector, []).append(sheet.name)
    return list(found.values())


def before_and_after(
    path: Path, options: ReadOptions, by_date: str | None, change: str | None
) -> list[ReaderSource]:
    """What was and what is, of one workbook: two sheets, two columns, or two sides of a day.

    Raises:
        UsageError: it isn't said what tells the two apart, or there are more than two.
    """
    if by_date is None and change is None:
        found = _in_one_workbook(path, options)
        if len(found) != 2:
            what = f"{path.name} is given {len(found)} times" if found else "there is one audit"
            raise UsageError(f"{what}, and a comparison takes two", hint=_ONE_FILE)
        return found
    if by_date is None or change is None:
        raise UsageError(
            "--by-date says which date tells before from after, and --change which day",
            hint="Give both, such as --by-date incident --change 2024-04-15.",
        )
    return [
        ReaderSource(
            "", path, replace(options, side=SideOfDay(by_date.strip(), change.strip(), after))
        )
        for after in (False, True)
    ]


def _in_one_workbook(path: Path, options: ReadOptions) -> list[ReaderSource]:
    """The sheets that are named, or the columns that are mapped to one field."""
    if len(options.sheets) > 1:
        return [
            ReaderSource(sheet, path, replace(options, sheets=[sheet])) for sheet in options.sheets
        ]
    headings = _headings_by_field(options.pairs)
    several = {field: own for field, own in headings.items() if len(own) > 1}
    return list(_columns(path, options, headings, several)) if several else []


def _columns(
    path: Path, options: ReadOptions, headings: dict[str, list[str]], several: dict[str, list[str]]
) -> Iterator[ReaderSource]:
    readers = {len(own) for own in several.values()}
    if len(readers) > 1:
        counts = listing(f"{field} {len(own)} times" for field, own in several.items())
        raise UsageError(
            f"--map: each reader has a column for each field, and here is {counts}",
            hint="Map each of these fields once for every reader, in the same order.",
        )
    first = next(iter(several.values()))
    for place, name in enumerate(first):
        pairs = [
            f"{field}={own[place] if field in several else own[0]}"
            for field, own in headings.items()
        ]
        yield ReaderSource(name, path, replace(options, pairs=pairs), frozenset(several))


def _headings_by_field(pairs: Sequence[str]) -> dict[str, list[str]]:
    headings: dict[str, list[str]] = {}
    for pair in pairs:
        field, _, heading = pair.partition("=")
        headings.setdefault(field.strip(), []).append(heading.strip())
    return headings


def _refuse_twice(paths: Sequence[Path]) -> None:
    """The very same file; one that agrees with another in everything is a finding."""
    there = [path for path in paths if path.exists()]
    twice = [b for at, b in enumerate(there) for a in there[:at] if samefile(a, b)]
    if twice:
        raise UsageError(f"`{twice[0]}` is given twice", hint=_HOW)


def read_reading(
    source: ReaderSource,
    rubric_name: str | None,
    day: dt.date,
    opening: OpenOptions,
    by: Sequence[str] = (),
) -> Result:
    """One reading's result, without what rests on columns that it shares with the others.

    Raises:
        AuditError: as ``result_of``.
    """
    result = result_of(
        [source.path], day, rubric_name, by, headings=source.options, opening=opening
    )
    if not source.fields:
        return result
    rubric = load_rubric(result.rubric.name if rubric_name is None else rubric_name)
    return _of_own_columns(result, rubric, source.fields)


def _of_own_columns(result: Result, rubric: Rubric, fields: frozenset[str]) -> Result:
    """A result without what rests on columns that the readers share, where they share some."""
    criteria = {
        name: found
        for name, found in result.criteria.items()
        for asked in [rubric.criteria[name]]
        for conditions in [[asked.met, *([asked.applies] if asked.applies else [])]]
        if any(field in fields for condition in conditions for field, _ in condition.uses())
    }
    grades = {
        name: found
        for name, found in result.grades.items()
        if rubric.grades[name].recorded in fields
    }
    return result.model_copy(update={"criteria": criteria, "grades": grades})
