"""Lists of teams, people and case files as people keep them: which column is which, row by row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from casefile_audit.english import count, did_you_mean, fold, heading_key, listing, quoted
from casefile_audit.error_cells import is_error_word
from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.files.workbook import (
    Cell,
    OpenOptions,
    Sheet,
    Workbook,
    address,
    open_workbook,
    text_of,
)
from casefile_audit.intake.heading_words import heading_keys
from casefile_audit.issues import Issue
from casefile_audit.rubric.library import shipped_library

_DEEPEST_HEADER = 40
_RESERVE = "reserve number"
_LAST_RANK = 1_000
# One of these says whose a file is, or who reads.
_WHO = frozenset(("team", "worker", "reviewer", "reviewing team"))
_NUMBER_WORDS = frozenset(["reference", "number", "no", "id"])
_WORDS: Mapping[str, Sequence[str]] = {
    "reference": ("Case", "Case file", "File", "File ref", "Record", "Record ref"),
    "team": (
        *("Team", "District", "Force", "Authority", "Area", "Agency", "Organisation", "Service"),
        *("Unit", "Partner", "Partnership", "Council", "Trust", "Home team", "Team reviewed"),
        *("Team of the case", "Reviewed team", "Case's team", "Allocated team", "Team name"),
        *("District name", "Force name", "Department", "Locality", "Hub", "Site"),
    ),
    "worker": (
        *("Worker", "Social worker", "Practitioner", "Officer", "Case worker", "Caseworker"),
        *("Allocated worker", "Allocated to", "Allocated social worker", "Officer in the case"),
        *("Officer in case", "OIC", "Investigating officer", "Lead professional", "Supervisor"),
        *("Team manager", "Manager", "Supervising officer", "Key worker", "Health visitor"),
        *("Supervising sergeant", "Sergeant", "Case holder", "Case owner", "Case officer"),
    ),
    "reviewer": (
        *("Reviewer", "Reader", "Auditor", "Reviewed by", "Read by", "Reviewer name", "Assessor"),
        *("Name of reviewer", "Peer reviewer", "Audited by", "Moderator"),
    ),
    "reviewing team": (
        *("Reviewing team", "Reviewer's team", "Team of the reviewer", "Reviewed by team"),
        *("Reviewing district", "Reviewing force", "Reviewing authority", "Reviewer team"),
        *("Reviewer district", "Reviewer's district", "Reviewing agency", "Reading team"),
    ),
    "reads": (
        *("Reads", "Gives", "Reviews to give", "Number of reviews", "Capacity", "To read"),
        *("Reviews given", "Files to read", "Cases to read"),
    ),
    "files": ("Files", "Gets", "Cases", "Files to be read", "Number of files", "Reviews to get"),
}
KINDS = tuple(_WORDS)
"""What a column of a list may hold."""


@dataclass(frozen=True)
class ListRow:
    """One row.

    Attributes:
        place: where it stands, such as ``teams.xlsx, Teams row 5``.
        cells: what it holds of each kind that the list has; of workers there may be several.
    """

    place: str
    cells: Mapping[str, tuple[str, ...]]

    def get(self, kind: str) -> str:
        """The one cell of a kind; empty if the list has none."""
        return next((text for text in self.cells.get(kind, ()) if text), "")


@dataclass(frozen=True)
class NamedList:
    """A list as it was read.

    Attributes:
        rows: its rows, blank ones left out.
        notes: what is to be known of how it was read, in sentences.
    """

    name: str
    kinds: frozenset[str]
    rows: tuple[ListRow, ...]
    notes: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()


@cache
def _meanings() -> Mapping[str, tuple[int, str]]:
    """The kind that each heading means, by its key, and its rank: of two columns that hold one
    kind, that with the better heading is read.
    """  # noqa: D205 - one thought
    library = shipped_library()
    further = {
        "reference": library["case-reference"]["headings"],
        "team": library["district"]["headings"],
    }
    meanings: dict[str, tuple[int, str]] = {}
    for kind, words in _WORDS.items():
        for rank, word in enumerate((*further.get(kind, ()), *words)):
            meanings.setdefault(_without_number(heading_key(word)), (rank, kind))
    return meanings


def _meaning(key: str) -> tuple[int, str] | None:
    plain = _without_number(key)
    # Nobody can know what every system calls its references, but that they are some.
    named_so = (_LAST_RANK, "reference") if plain.endswith(" ref") else None
    return _meanings().get(plain, named_so)


def _without_number(key: str) -> str:
    """A heading's key with ``ref`` for whatever word says that it is a number or reference."""
    words = [("ref" if word in _NUMBER_WORDS else word) for word in key.split()]
    return " ".join(words)


def parse_map(given: Sequence[str]) -> dict[str, str]:
    """Headings that the user says the kind of, as ``--map team="Home unit"``.

    Raises:
        UsageError: one isn't KIND=HEADING.
    """
    found = {}
    for text in given:
        kind, equals, heading = text.partition("=")
        kind = fold(kind).replace("-", " ").replace("_", " ")
        if not equals or not heading.strip():
            hint = 'Write it as --map team="Home unit".'
            raise UsageError(f"--map: `{text}` is not KIND=HEADING", hint=hint)
        if kind not in KINDS:
            raise UsageError(f"--map: there is no `{kind}`", hint=did_you_mean(kind, KINDS))
        found[heading_key(heading)] = kind
    return found


def read_list(
    path: Path,
    opening: OpenOptions,
    sheets: Sequence[str] = (),
    mapped: Mapping[str, str] = {},
    may_be_bare: bool = True,
) -> NamedList:
    """Read a list: the sheets whose headings say the most of it.

    Args:
        sheets: the names of the sheets to read; by default those that fit best.
        mapped: the kinds of further headings, by their keys.
        may_be_bare: whether a list without headings is one of teams; else it has nothing.

    Raises:
        WorkbookError: it can't be read, or has no heading that is known.
    """
    book = open_workbook(path, opening)
    chosen, notes = _chosen(book, path, sheets)
    headers = [_header(sheet, mapped) for sheet in chosen]
    best = max(_worth(columns) for _, columns in headers)
    if not any(best):
        return _bare(path.name, chosen) if may_be_bare else NamedList(path.name, frozenset(), ())
    both = list(zip(chosen, headers, strict=True))
    fit = [(sheet, at, columns) for sheet, (at, columns) in both if _worth(columns) == best]
    if others := [sheet.name for sheet, (_, its) in both if its and _worth(its) != best]:
        missing = "column of references" if best[0] else "heading that says more"
        notes.append(f"{path.name}: sheet {listing(others)} has no {missing}, and isn't read.")
    kinds = frozenset(kind for _, _, columns in fit for kind in columns.values())
    rows = [
        row
        for sheet, at, columns in fit
        for row in _rows(sheet, at, columns, _named(path.name, sheet, len(book.sheets)))
    ]
    hidden = sum(row > at + 1 for sheet, at, _ in fit for row in sheet.hidden_rows)
    if hidden:
        rows_of = "row of it is", "rows of it are"
        notes.append(f"{path.name}: {count(hidden, *rows_of)} hidden, and read like the others.")
    issues = tuple(issue for sheet, _, _ in fit for issue in sheet.issues)
    return NamedList(path.name, kinds, tuple(rows), tuple(notes), issues)


def _chosen(book: Workbook, path: Path, sheets: Sequence[str]) -> tuple[list[Sheet], list[str]]:
    """The sheets that are asked for, or all that may be read; and what is to be said of others."""
    if not sheets:
        shown = _shown(book, path)
        # Those of a sample that take the place of others, in their order.
        reserves = [its.name for its in shown if _RESERVE in map(_key, chain(*its.rows[:1]))]
        what = f"{path.name}: the cases of sheet {listing(reserves)} are in reserve"
        if len(reserves) == len(shown):
            hint = "Give the list of the cases that were drawn, or name the sheet with --sheet."
            raise UsageError(f"{what}, and there are no others", hint=hint)
        note = f"{what}, and not shared out."
        return [its for its in shown if its.name not in reserves], [note] if reserves else []
    if chosen := [sheet for sheet in book.sheets if sheet.name in sheets]:
        return chosen, []
    what = f"{path.name} has no sheet {listing(quoted(sheets), 'or')}"
    raise UsageError(what, hint=did_you_mean(sheets[0], [sheet.name for sheet in book.sheets]))


def _shown(book: Workbook, path: Path) -> list[Sheet]:
    """The sheets that aren't hidden and hold anything."""
    shown = [sheet for sheet in book.sheets if sheet.visible and sheet.rows]
    if not shown:
        hint = "Unhide the sheet that is meant, and save the file."
        raise WorkbookError(f"{path.name} has nothing but on hidden sheets", hint=hint)
    return shown


def _worth(columns: Mapping[int, str]) -> tuple[bool, bool]:
    """What a sheet's headings say that matters: which files, and whose, or who."""
    kinds = set(columns.values())
    return "reference" in kinds, bool(kinds & _WHO)


def _named(file: str, sheet: Sheet, sheets: int) -> str:
    return f"{file}, {sheet.name}" if sheets > 1 else file


def _header(sheet: Sheet, mapped: Mapping[str, str]) -> tuple[int, dict[int, str]]:
    """The row of a sheet that has most of the headings, and the kind of each of its columns."""
    found: tuple[int, dict[int, str]] = (0, {})
    for at, row in enumerate(sheet.rows[:_DEEPEST_HEADER]):
        columns = _kinds(row, mapped)
        if len(set(columns.values())) > len(set(found[1].values())):
            found = (at, columns)
    return found


def _kinds(row: Sequence[Cell], mapped: Mapping[str, str]) -> dict[int, str]:
    """The kind of each cell that is a heading. Of several of one kind the best counts, and the one
    that the user named before it; but any number of workers.
    """  # noqa: D205 - one thought
    columns = {at: mapped[key] for at, cell in enumerate(row) if (key := _key(cell)) in mapped}
    found = []
    for at, cell in enumerate(row):
        keys = heading_keys(text) if (text := text_of(cell)) else ()
        meant = next((its for key in keys if (its := _meaning(key)) is not None), None)
        if at not in columns and meant is not None:
            found.append((meant[0], at, meant[1]))
    for _, at, kind in sorted(found):
        if kind == "worker" or kind not in columns.values():
            columns[at] = kind
    return columns


def _key(cell: Cell) -> str:
    return heading_key(text_of(cell))


def _rows(sheet: Sheet, at: int, columns: Mapping[int, str], name: str) -> Iterator[ListRow]:
    for number, row in enumerate(sheet.rows[at + 1 :], at + 2):
        cells: dict[str, tuple[str, ...]] = {}
        for column, kind in sorted(columns.items()):
            text = text_of(row[column])
            if is_error_word(fold(text)):
                raise WorkbookError(
                    f"{name}, {address(number - 1, column)} is an error, and no name: {text}",
                    hint="Put it right in the file, and run this again.",
                )
            cells[kind] = (*cells.get(kind, ()), text)
        if any(map(any, cells.values())):
            yield ListRow(f"{name} row {number}", cells)


def _bare(name: str, sheets: Sequence[Sheet]) -> NamedList:
    """A list of one column whose heading says nothing, or that has none: the names of teams."""
    width = max(len(sheet.rows[0]) for sheet in sheets)
    if len(sheets) > 1 or width > 1:
        raise WorkbookError(
            f"{name} has no heading that says which column holds the teams or the case references",
            hint='Name one, as --map team="Home unit" or --map reference="Folder".',
        )
    rows = [
        ListRow(f"{name} row {number}", {"team": (text,)})
        for number, row in enumerate(sheets[0].rows, 1)
        if (text := text_of(row[0]))
    ]
    note = f"{name} has no heading: its first line, “{rows[0].get('team')}”, is taken as a team."
    return NamedList(name, frozenset({"team"}), tuple(rows), (note,))


def read_pairs(path: Path, opening: OpenOptions) -> list[tuple[str, tuple[str, str]]]:
    """The first two columns of a list that has them, with where each row stands.

    Raises:
        WorkbookError: it can't be read, or has one column only.
    """
    sheet = _shown(open_workbook(path, opening), path)[0]
    if len(sheet.rows[0]) < 2:
        raise WorkbookError(
            f"{path.name} has one column, and two are needed",
            hint="Each row names two that are kept apart, one in each of the first two columns.",
        )
    return [
        (f"{path.name} row {number}", (text_of(row[0]), text_of(row[1])))
        for number, row in enumerate(sheet.rows, 1)
        if text_of(row[0]) or text_of(row[1])
    ]
