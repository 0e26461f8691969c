"""The page of a collection: how far the round is, what is held back, and what to look at."""

from collections.abc import Iterator, Sequence

from casefile_audit.english import count, first_few, listing
from casefile_audit.forms.collected_book import reading_sheets
from casefile_audit.forms.collection import Collection
from casefile_audit.forms.progress import ProgressLine, read_too_often
from casefile_audit.forms.returned import NOT_SAID, version_said
from casefile_audit.report.blocks import Heading, Items, Page, Sentence, Table, Tone, figures, table

_MOST = 8
_MORE = "and {:,} more: --full, or the sheet To look at"


def collected_page(
    found: Collection,
    progress: Sequence[ProgressLine],
    passed_over: Sequence[str],
    written: str,
    full: bool,
) -> Page:
    """What was collected, as people read it; in full, all of it is named, however much it is."""
    most = 0 if full else _MOST
    forms = count(found.versions.total(), "form")
    # A case that several sectors read is one.
    cases = count(len({row.reference for row in found.cases}), "case")
    page: Page = [
        Heading(f"{found.rubric.title}: {cases} from {forms}", level=1),
        Sentence(_progress(found, progress), Tone.STRONG),
    ]
    often = read_too_often(found) if not found.rubric.sectors else ()
    if held := [
        *found.refused,
        *_conflicts(found),
        *_retyped(found),
        *often,
        *_answered(found),
        *_doubts(found, full),
    ]:
        page += [Heading("To be settled"), Items(first_few(held, most, _MORE), Tone.WARNING)]
    page += [*_table(progress)]
    if told := [*_versions(found), *_savings(found), *passed_over, *found.remarks]:
        page += [Heading("To know"), Items(first_few(told, most, _MORE))]
    page.append(Sentence(_next(found, written), Tone.QUIET))
    return page


def _progress(found: Collection, progress: Sequence[ProgressLine]) -> str:
    given, back = sum(p.given for p in progress), sum(p.back for p in progress)
    nothing = [f"{p.reader} 0 of {p.given}" for p in progress if p.given and not p.back]
    # Else the table names them, or what is said of the list.
    missing = progress[0].missing if len(progress) == 1 and not found.listed else []
    not_yet = [f"not yet: {listing(missing, most=_MOST)}"] if missing else []
    done = f"{back:,} of {given:,} {'back' if found.allotted else 'read'}"
    return f"{'; '.join((done, *nothing[:_MOST], *not_yet))}."


def _conflicts(found: Collection) -> Iterator[str]:
    for conflict in found.conflicts:
        row = conflict.rows[0]
        cells = (f"{heading} ({listing(places)})" for heading, places in conflict.differ)
        yield (
            f"{row.reference} came back {len(conflict.rows)} times from {row.origin.reader}, "
            f"differing in {listing(cells)}: held back on the sheet To settle, none chosen."
        )


def _retyped(found: Collection) -> Iterator[str]:
    for odd in found.retyped:
        near = f"did you mean {odd.near}?" if odd.near else "nothing in the rota is like it."
        yield f"{odd.row.reference} ({odd.row.origin.said}) was given to nobody: {near}"


def _answered(found: Collection) -> Iterator[str]:
    if both := [row.reference for row in found.cases if row.unavailable and found.is_answered(row)]:
        yield (
            f"{listing(both, most=_MOST)}: there is a reason why the file couldn't be read, and "
            "there are answers, which count. Take one of the two out."
        )


def _doubts(found: Collection, full: bool) -> Iterator[str]:
    """A sentence on each cell to look at; unless in full, one on those that are alike."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for doubt in found.doubts:
        same = (doubt.found, doubt.expected, doubt.where if full else "")
        alike.setdefault(same, []).append(doubt.where)
    for (written, expected, _), (first, *others) in alike.items():
        where = f"{first} and {count(len(others), 'other cell')}" if others else first
        yield f"{where}: `{written}`; expected {expected}."


def _table(progress: Sequence[ProgressLine]) -> Iterator[Table]:
    if len(progress) > 1:
        yield table(
            "How much of each reviewer's part is back.",
            ["Reviewer", *figures("Back"), "Not back"],
            [
                [
                    part.reader,
                    f"{part.back} of {part.given}",
                    listing([*part.missing, *(f"{ref}?" for ref in part.asked)], most=_MOST),
                ]
                for part in progress
            ],
        )


def _versions(found: Collection) -> Iterator[str]:
    rubric = found.rubric
    own = version_said(rubric.version, rubric.sha256)
    if found.versions.keys() - {own, NOT_SAID}:
        parts = (f"{count(n, 'form')} of version {v}" for v, n in found.versions.items())
        yield (
            f"{listing(parts)}, put under the questions of {own}: what a version doesn't ask "
            "stands as “[not asked]”, and is not missing."
        )


def _savings(found: Collection) -> Iterator[str]:
    for row, kept in found.older:
        yield (
            f"{row.reference} came back twice from {row.origin.reader}: {kept.origin.said} has all "
            f"the answers of {row.origin.said} and more, and is proposed; both are kept."
        )
    for row, same in found.alike:
        yield f"{row.reference} is alike in {row.origin.said} and {same.origin.said}: kept once."
    if gone := [row for row in found.cases if row.unavailable and not found.is_answered(row)]:
        references = listing((f"{row.reference} ({row.unavailable})" for row in gone), most=_MOST)
        yield f"{count(len(gone), 'case')} couldn't be read: {references}."
    if twice := list(dict.fromkeys(row.reference for row in found.firsts)):
        references = listing(twice, most=_MOST)
        yield f"{count(len(twice), 'case')} read by more than one reader: {references}."


def _next(found: Collection, written: str) -> str:
    if not found.cases:
        return "No case has come back yet, so there is nothing to score."
    said = f"Next: audit score {written}"
    for names in reading_sheets(found):
        sheets = " ".join(f'--sheet "{name}"' for name in names)
        said += f" · audit agree {written} {sheets}"
    return said
