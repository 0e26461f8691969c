"""How far a round is: who was given what, what came back, and which cases nobody returned."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from casefile_audit.english import bare_reference, count, heading_key, listing
from casefile_audit.forms.collection import Allotment, Collection
from casefile_audit.forms.returned_rows import ReturnedRow


@dataclass
class ProgressLine:
    """One reviewer's part.

    Attributes:
        given: how many readings they have to do.
        asked: references that came back in other letters, perhaps: neither back nor missing.
        missing: the references of the others.
    """

    reader: str
    given: int = 0
    back: int = 0
    asked: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def progress_of(found: Collection) -> list[ProgressLine]:
    """The part of each reviewer: by the rota, or without one by the forms that came back."""
    lines: dict[str, ProgressLine] = {}

    def line(reader: str) -> ProgressLine:
        return lines.setdefault(heading_key(reader), ProgressLine(reader))

    if not found.allotted:
        for row in _returned(found):
            part = line(row.origin.reader)
            part.given, part.back = part.given + 1, part.back + 1
        back_by = {(_is_by(row), bare_reference(row.reference)) for row in _returned(found)}
        for reader, reference in dict.fromkeys(
            (r.origin.reader, r.reference) for r in found.unread
        ):
            # Another saving of the same form may have it.
            if (heading_key(reader), bare_reference(reference)) not in back_by:
                part = line(reader)
                part.given += 1
                part.missing.append(reference)
        return list(lines.values())
    back = _assigned(found)
    near = {(bare_reference(odd.near), _is_by(odd.row)) for odd in found.retyped if odd.near}
    for its in found.allotted:
        own = line(its.reviewer)
        own.given += 1
        if its in back:
            own.back += 1
        elif any((bare_reference(its.reference), name) in near for name in _names(its)):
            own.asked.append(its.reference)
        else:
            own.missing.append(its.reference)
    return list(lines.values())


def not_returned(found: Collection, listed: Sequence[str]) -> Iterator[str]:
    """A sentence on the cases of a list that nobody returned, if there are any."""
    back = {bare_reference(row.reference) for row in _returned(found)}
    missing = [reference for reference in listed if bare_reference(reference) not in back]
    if missing:
        yield (
            f"{len(missing):,} of the {count(len(listed), 'case')} of the list came back from "
            f"nobody: {listing(missing)}"
        )


def read_too_often(found: Collection) -> Iterator[str]:
    """A sentence on each case that came back from more readers than it was given to."""
    given = Counter(bare_reference(its.reference) for its in found.allotted)
    readers: dict[str, set[str]] = defaultdict(set)
    for row in _returned(found):
        readers[bare_reference(row.reference)].add(row.origin.reader)
    for row in found.cases:
        case = bare_reference(row.reference)
        if given and len(readers[case]) > given[case]:
            yield (
                f"{row.reference} was given to {count(given[case], 'reader')}, and came back from "
                f"{listing(sorted(readers[case]))}: is one of them another's under a second name?"
            )


def read_for_another(found: Collection) -> Iterator[str]:
    """A sentence on the cases that somebody returned who has a part of their own, but not these."""
    parts = {name: its.reviewer for its in found.allotted for name in _names(its)}
    given: dict[str, list[str]] = defaultdict(list)
    for its in found.allotted:
        given[bare_reference(its.reference)].append(its.reviewer)
    swapped: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in _returned(found):
        own, by = given[bare_reference(row.reference)], parts.get(_is_by(row))
        if by is not None and by not in own:
            swapped[listing(own), by].append(row.reference)
    for (to, by), references in swapped.items():
        yield f"given to {to}, and came back from {by}: {listing(references)}"


def _returned(found: Collection) -> Iterable[ReturnedRow]:
    """Every case of every reader that came back, those that are held back among them."""
    yield from found.cases
    for rows in found.further:
        yield from rows
    for conflict in found.conflicts:
        yield conflict.rows[0]


def _assigned(found: Collection) -> set[Allotment]:
    """The readings of the rota that came back: by who read them, else by the case alone."""
    rows: dict[str, list[ReturnedRow]] = defaultdict(list)
    for row in _returned(found):
        rows[bare_reference(row.reference)].append(row)
    by_case: dict[str, list[Allotment]] = defaultdict(list)
    for its in found.allotted:
        by_case[bare_reference(its.reference)].append(its)
    back: set[Allotment] = set()
    for case, allotted in by_case.items():
        readers = {_is_by(row) for row in rows.get(case, [])}
        own = [its for its in allotted if readers & _names(its)]
        # Whoever else returned it did so for those that are left.
        others = len(readers) - len(own)
        left = [its for its in allotted if its not in own]
        back.update(own, left[: max(others, 0)])
    return back


def _is_by(row: ReturnedRow) -> str:
    return heading_key(row.origin.reader)


def _names(its: Allotment) -> set[str]:
    """What the reader of a form may be called who is meant by a rota."""
    names = (its.reviewer, its.team, f"{its.team} - {its.reviewer}")
    return {heading_key(name) for name in names if name}
