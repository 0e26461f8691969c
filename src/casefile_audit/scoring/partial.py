"""What a number of cases came to, ready to be added up: over pieces of a file, and machines."""

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from functools import reduce
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from casefile_audit.capped import Capped
from casefile_audit.cases import Outcome
from casefile_audit.intake.account import Account, Intake
from casefile_audit.intake.duplicates import Marks
from casefile_audit.intake.texts_seen import TextsSeen
from casefile_audit.results import GradedCase
from casefile_audit.rubric.model import SECTOR, Rubric
from casefile_audit.scoring.findings import MISSING, Findings, score
from casefile_audit.scoring.grades import Grading, because, grade_cases
from casefile_audit.scoring.groupings import labels_by
from casefile_audit.scoring.tallies import Label, Tally, tallies_by

CASE_TYPE = "case_type"

# The lists of cases that a criterion's result has, by the outcomes that put a case on each.
LISTED_OUTCOMES: Mapping[str, tuple[Outcome, ...]] = {
    "missing": MISSING,
    "not_met": (Outcome.NOT_MET,),
    "not_recorded": (Outcome.NOT_RECORDED,),
    "partly_met": (Outcome.PARTLY_MET,),
    "cannot_tell": (Outcome.CANNOT_TELL,),
}


@dataclass(frozen=True)
class Group:
    """What some cases came to, and which they are. Groups of different cases add up.

    Attributes:
        tally: the counts.
        listed: for each of LISTED_OUTCOMES, the references of each criterion's cases.
        judged: the cases of each judgement.
    """

    tally: Tally
    listed: Mapping[str, Sequence[Capped[str]]]
    judged: Mapping[str, Capped[GradedCase]]

    def __add__(self, other: "Group") -> "Group":
        return Group(
            self.tally + other.tally,
            {
                kind: [a + b for a, b in zip(lists, other.listed[kind], strict=True)]
                for kind, lists in self.listed.items()
            },
            {name: listing + other.judged[name] for name, listing in self.judged.items()},
        )

    def calling(self, called: Callable[[str], str]) -> "Group":
        """The same with each case called as a function says."""
        return Group(
            self.tally,
            {
                kind: [replace(its, items=tuple(map(called, its))) for its in lists]
                for kind, lists in self.listed.items()
            },
            {
                name: replace(its, items=tuple(replace(j, case=called(j.case)) for j in its))
                for name, its in self.judged.items()
            },
        )


@dataclass(frozen=True)
class CaseByCase:
    """Every case's reference, outcomes and facts, in the order of the rows.

    Attributes:
        references: what names each case.
        matrix: as of the findings.
        facts: each case's label of some fields.
    """

    references: Sequence[str]
    matrix: npt.NDArray[np.int8]
    facts: Mapping[str, Sequence[Label]]

    def __add__(self, other: "CaseByCase") -> "CaseByCase":
        return CaseByCase(
            [*self.references, *other.references],
            np.concatenate([self.matrix, other.matrix]),
            {field: [*labels, *other.facts[field]] for field, labels in self.facts.items()},
        )

    def calling(self, called: Callable[[str], str]) -> "CaseByCase":
        """The same with each case called as a function says."""
        return replace(self, references=[*map(called, self.references)])


@dataclass(frozen=True, kw_only=True)
class ReadPortion:
    """A part of an audit as it was read. Portions add up to the whole, whatever the parts were.

    Attributes:
        account: how its cases were read.
        marks: what tells whether case references come again; none where that is known already.
        made: what was made of each of its cases, if anything was to be. It doesn't add up.
        seen: what the columns of its sheet hold, by their indexes; nor does that.
    """

    account: Account
    marks: tuple[Marks, ...] = ()
    made: Any = None
    seen: Mapping[int, TextsSeen] = made_by(default_factory=dict)

    def __add__(self, other: Self) -> Self:
        return replace(self, account=self.account + other.account, marks=self.marks + other.marks)


@dataclass(frozen=True, kw_only=True)
class Portion(ReadPortion):
    """The same with what its cases came to.

    Attributes:
        whole: what its cases came to.
        groups: the same for those with each label of some fields.
        not_asked: for each criterion the data sheets with cases that it can't be asked of.
        by_case: its cases one by one; None where there are too many to keep.
    """

    whole: Group
    groups: Mapping[str, Mapping[Label, Group]]
    not_asked: Mapping[str, frozenset[int]]
    by_case: CaseByCase | None

    def __add__(self, other: Self) -> Self:
        groups: dict[str, dict[Label, Group]] = {}
        for field, own in self.groups.items():
            others = other.groups[field]
            both = {label: own[label] + others[label] for label in own if label in others}
            groups[field] = {**own, **others, **both}
        return replace(
            super().__add__(other),
            whole=self.whole + other.whole,
            groups=groups,
            not_asked={name: own | other.not_asked[name] for name, own in self.not_asked.items()},
            by_case=self.by_case + other.by_case if self.by_case and other.by_case else None,
        )

    def calling(self, called: Callable[[str], str]) -> Self:
        """The same with each case called as a function says."""
        return replace(
            self,
            whole=self.whole.calling(called),
            groups={
                field: {label: group.calling(called) for label, group in groups.items()}
                for field, groups in self.groups.items()
            },
            by_case=self.by_case and self.by_case.calling(called),
        )


class ScoreOptions(NamedTuple):
    """What is wanted of a scored audit.

    Attributes:
        day: the audit's day.
        by: what to give the results of each value of: fields, or as ``groupings`` has it.
        facts: other fields to give each case's value of.
        most_listed: None to keep every case; otherwise how many cases, problems and rows left out
            are listed at most, those of groups not at all.
        set_aside: criteria that aren't asked, as no case has an answer to them.
    """

    day: dt.date
    by: Sequence[str] = ()
    facts: Sequence[str] = ()
    most_listed: int | None = None
    set_aside: frozenset[str] = frozenset()


def scored(intake: Intake, day: dt.date, set_aside: frozenset[str] = frozenset()) -> "ScoredCases":
    """Score the cases of an intake, but for criteria that are set aside."""
    rubric = intake.layout.rubric
    findings = score(intake.cases, rubric, day, set_aside)
    return ScoredCases(intake, findings, grade_cases(findings, rubric))


class ScoredCases(NamedTuple):
    """Cases with their findings and grades."""

    intake: Intake
    findings: Findings
    gradings: Mapping[str, Grading]

    def portion(self, wanted: ScoreOptions) -> Portion:
        """What is kept of them."""
        findings, rubric = self.findings, self.intake.layout.rubric
        everyone = np.zeros(len(findings.cases), dtype=np.int64)
        (whole,) = self._groups(everyone, 1, wanted.most_listed)
        by_case = None
        if wanted.most_listed is None:
            by_case = self._by_case(facts_kept(rubric, [*wanted.by, *wanted.facts]))
        return Portion(
            account=self.intake.account,
            whole=whole,
            groups={field: self._by(field, wanted) for field in wanted.by},
            not_asked={name: frozenset(findings.not_asked(name)) for name in findings.criteria},
            by_case=by_case,
        )

    def _by(self, field: str, wanted: ScoreOptions) -> dict[Label, Group]:
        codes, labels = labels_by(self.findings.cases, field)
        most = None if wanted.most_listed is None else 0
        return dict(zip(labels, self._groups(codes, len(labels), most), strict=True))

    def _groups(
        self, codes: npt.NDArray[np.int64], number: int, most_listed: int | None
    ) -> list[Group]:
        tallies = tallies_by(self.findings, self.gradings, codes, number)
        if most_listed == 0:
            listed = {
                kind: [Capped[str]((), 0, 0)] * len(self.findings.criteria)
                for kind in LISTED_OUTCOMES
            }
            judged = {name: Capped[GradedCase]((), 0, 0) for name in self.gradings}
            return [Group(tally, listed, judged) for tally in tallies]
        masks = [codes == group for group in range(number)] if number > 1 else [codes == 0]
        return [
            Group(tally, self._listed(mask, most_listed), self._judged(mask, most_listed))
            for tally, mask in zip(tallies, masks, strict=True)
        ]

    def _listed(
        self, mask: npt.NDArray[np.bool_], most: int | None
    ) -> dict[str, list[Capped[str]]]:
        references = self.findings.cases.references
        lists: dict[str, list[Capped[str]]] = {}
        for kind, outcomes in LISTED_OUTCOMES.items():
            lists[kind] = []
            for name in self.findings.criteria:
                column = self.findings.column(name)
                has_one = reduce(np.logical_or, (column == outcome for outcome in outcomes))
                chosen = np.flatnonzero(mask & has_one)
                items = tuple(references[chosen[:most]].tolist())
                lists[kind].append(Capped(items, len(chosen), most))
        return lists

    def _judged(
        self, mask: npt.NDArray[np.bool_], most: int | None
    ) -> dict[str, Capped[GradedCase]]:
        chosen = np.flatnonzero(mask)
        return {
            name: Capped(
                tuple(self._judge(name, grading, case) for case in chosen[:most].tolist()),
                len(chosen),
                most,
            )
            for name, grading in self.gradings.items()
        }

    def _judge(self, name: str, grading: Grading, case: int) -> GradedCase:
        derives = grading.derived is not None
        return GradedCase(
            case=self.findings.cases.references[case],
            recorded=grading.word("recorded", case),
            derived=grading.word("derived", case),
            score=_percent(grading.score[case]) if derives else None,
            score_of_all=_percent(grading.score_of_all[case]) if derives else None,
            because=because(name, grading, self.findings, self.intake.layout.rubric, case),
        )

    def _by_case(self, fields: Sequence[str]) -> CaseByCase:
        cases, facts = self.findings.cases, {}
        for field in fields:
            codes, labels = labels_by(cases, field)
            facts[field] = [labels[code] for code in codes.tolist()]
        return CaseByCase(cases.references.tolist(), self.findings.matrix, facts)


def facts_kept(rubric: Rubric, others: Sequence[str]) -> list[str]:
    """The fields of which each case's value is kept: sector, case type and those asked for."""
    fields = rubric.fields
    case_type = fields[CASE_TYPE].type if CASE_TYPE in fields else None
    told = [SECTOR] if rubric.sectors else []
    told += [CASE_TYPE] if case_type not in (None, "identifier", "dates") else []
    return list(dict.fromkeys([*told, *others]))


def _percent(share: float) -> float | None:
    return None if math.isnan(share) else round(100 * float(share), 2)
