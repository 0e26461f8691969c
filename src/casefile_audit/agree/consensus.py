"""The workbook in which readers settle what they differ about, to be read back as a workbook.

The column of what was agreed goes by a heading of the field itself, so that ``audit score`` reads
the workbook as it reads any other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from casefile_audit.agree.consensus_book import ConsensusColumn, book_bytes
from casefile_audit.agree.readings import Matched, asked, by_case
from casefile_audit.cases import Outcome
from casefile_audit.english import count, listing
from casefile_audit.intake.heading_names import HeadingNames
from casefile_audit.results import Result
from casefile_audit.rubric.conditions.answers import No, Yes
from casefile_audit.rubric.model import Rubric
from casefile_audit.version import __version__

TO_SETTLE, AGREED = "To settle", "Agreed already"
_NOTES = "Moderation notes"
_ANSWERS = ("Yes", "Partly", "No", "N/A")
_OUTCOMES = tuple(outcome.label for outcome in Outcome if outcome is not Outcome.CANNOT_TELL)
_YES = {Outcome.MET: "Yes", Outcome.PARTLY_MET: "Partly", Outcome.NOT_MET: "No",
        Outcome.NOT_APPLICABLE: "N/A"}  # fmt: skip
_NO = _YES | {Outcome.MET: "No", Outcome.NOT_MET: "Yes"}
# Words that no answer goes by: until it is settled, it counts in neither direction.
_UNSETTLED = "to settle"
_NOTHING = (Outcome.NOT_RECORDED.label, Outcome.CANNOT_TELL.label)


@dataclass(frozen=True)
class _Matter:
    """One thing to agree on.

    Attributes:
        heading: of the column for what was agreed.
        readings: for each matched case, what each reader has; empty where they have nothing.
        read_back: whether ``audit score`` reads what was agreed.
        unsettled: what stands in the cells that are to be filled in.
    """

    title: str
    heading: str
    choices: Sequence[str]
    readings: Sequence[Sequence[str]]
    read_back: bool
    unsettled: str = ""

    def differs(self, case: int) -> bool:
        """Whether the case is to be settled: two readings that differ, or one alone."""
        found = [word for word in self.readings[case] if word]
        return len(set(found)) > 1 or (len(found) == 1 and len(self.readings[case]) > 1)

    def agreed(self, case: int) -> str:
        """What all its readers have, or what stands there until they agree."""
        if self.differs(case):
            return self.unsettled
        found = next(filter(None, self.readings[case]), "")
        return "" if self.read_back and found in _NOTHING else found


def consensus_workbook(matched: Matched, rubric: Rubric, named: str) -> tuple[bytes, int]:
    """The workbook of the matched cases, and how many of them are to be settled.

    Args:
        rubric: the rubric of the first reader.
        named: what ``--rubric`` calls it.
    """
    matters = list(_matters(matched, rubric))
    settle = [
        case
        for case in range(len(matched.references))
        if any(matter.differs(case) for matter in matters)
    ]
    agreed = [case for case in range(len(matched.references)) if case not in set(settle)]
    sheets = {
        name: list(_columns(matched, rubric, matters, cases, name == TO_SETTLE))
        for name, cases in ((TO_SETTLE, settle), (AGREED, agreed))
        if cases
    }
    return book_bytes(_about(matched, named, matters, len(settle)), sheets), len(settle)


def _matters(matched: Matched, rubric: Rubric) -> Iterator[_Matter]:
    headings = HeadingNames(rubric)
    results = [reader.result for reader in matched.readers]
    for name, grade in rubric.grades.items():
        words = [_grades(result, name) for result in results]
        if grade.recorded and sum(map(any, words)) > 1:
            yield _Matter(
                title=rubric.title_of("grades", name),
                heading=f"{headings.of(grade.recorded)} (agreed)",
                choices=rubric.scale(name),
                readings=by_case(matched, words, ""),
                read_back=True,
            )
    for name, criterion in rubric.criteria.items():
        met = criterion.met
        answer = met if isinstance(met, Yes | No) and criterion.applies is None else None
        words = [_findings(result, name, answer) for result in results]
        if sum(map(any, words)) < 2:
            continue
        title = rubric.title_of("criteria", name)
        matter = _Matter(
            title=title,
            heading=f"{headings.of(answer.field)} (agreed)" if answer else f"Agreed: {title}",
            choices=_ANSWERS if answer else _OUTCOMES,
            readings=by_case(matched, words, ""),
            read_back=answer is not None,
            unsettled=_UNSETTLED if answer else "",
        )
        if matter.read_back or any(map(matter.differs, range(len(matched.references)))):
            yield matter


def _grades(result: Result, name: str) -> list[str]:
    grade = result.grades.get(name)
    return [case.recorded or "" for case in grade.cases] if grade else []


def _findings(result: Result, name: str, answer: Yes | No | None) -> list[str]:
    """A reader's outcomes in words, as answers where the criterion rests on one."""
    if not asked(result.criteria.get(name)):
        return []
    words = {} if answer is None else _YES if isinstance(answer, Yes) else _NO
    return [words.get(outcome, outcome.label) for outcome in result.each_case().of(name)]


def _columns(
    matched: Matched, rubric: Rubric, matters: Sequence[_Matter], cases: Sequence[int], settle: bool
) -> Iterator[ConsensusColumn]:
    """What was agreed of some cases; where it is to be settled, beside what each reader found."""
    headings = HeadingNames(rubric)
    if rubric.identifier is not None:
        references = [matched.references[case] for case in cases]
        yield ConsensusColumn(headings.of(rubric.identifier), references)
    if rubric.sector is not None:
        sectors = [matched.sectors[case] for case in cases]
        yield ConsensusColumn(headings.of(rubric.sector), sectors)
    for matter in matters:
        for place, reader in enumerate(matched.readers) if settle else ():
            words = [matter.readings[case][place] for case in cases]
            yield ConsensusColumn(f"{reader.name} found: {matter.title}", words)
        yield _agreed_column(matter, cases)
    if settle:
        yield ConsensusColumn(_NOTES, [""] * len(cases))


def _agreed_column(matter: _Matter, cases: Sequence[int]) -> ConsensusColumn:
    return ConsensusColumn(
        heading=matter.heading,
        cells=[matter.agreed(case) for case in cases],
        choices=matter.choices,
        open=[matter.differs(case) for case in cases],
    )


def _about(
    matched: Matched, named: str, matters: Sequence[_Matter], settle: int
) -> Mapping[str, str]:
    kept = [matter.title for matter in matters if not matter.read_back]
    about = {
        "Consensus": "what the readers differ about, to be settled at moderation",
        "Rubric": named,
        "Readers": listing(reader.name for reader in matched.readers),
        "Cases": f"{len(matched.references):,} read by two readers or more: {settle:,} to settle, "
        f"{len(matched.references) - settle:,} agreed already",
        "To do": f"On the sheet {TO_SETTLE}, choose what was agreed in every yellow cell.",
        "Until then": f"A case is without a grade, and “{_UNSETTLED}” counts in neither direction.",
        "Then": "audit score THIS-FILE reads both sheets as the agreed record",
        "Made by": f"casefile-audit {__version__}",
    }
    if matched.left_aside:
        about["Not here"] = (
            f"{count(matched.left_aside, 'case')} not matched with another reader's, so nothing "
            f"agreed of them is here: {_left_aside(matched)}."
        )
    if kept:
        about["For the record"] = (
            f"Kept here, not read back, for it rests on dates or several fields: {listing(kept)}."
        )
    return about


def _left_aside(matched: Matched) -> str:
    """The cases that only one reader has, by reader."""
    return "; ".join(
        f"{reader.name} alone has {listing(cases)}"
        for reader in matched.readers
        if (cases := [*matched.alone[reader.name], *matched.unnamed[reader.name]])
    )
