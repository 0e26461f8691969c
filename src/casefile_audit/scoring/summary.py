"""From the portions of an audit, added up, to its result."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from casefile_audit.cases import Outcome, RowName
from casefile_audit.english import count, listing
from casefile_audit.intake.account import SheetIntake
from casefile_audit.intake.layout import Layout
from casefile_audit.issues import Issue, IssueCode, merged
from casefile_audit.results import (
    LETTERS,
    CriterionResult,
    FindingsResult,
    GradeResult,
    GroupResult,
    InputResult,
    OnlyResult,
    Result,
    RubricResult,
    TookResult,
    WithinResult,
    WithoutColumn,
    finding,
)
from casefile_audit.rubric.conditions.dates import Within
from casefile_audit.rubric.model import Rubric
from casefile_audit.scoring.findings import APPLICABLE, MISSING
from casefile_audit.scoring.grades import UNASKED
from casefile_audit.scoring.groupings import order_of
from casefile_audit.scoring.partial import CaseByCase, Group, Portion
from casefile_audit.scoring.populations import due_facts
from casefile_audit.scoring.set_aside import blank_columns
from casefile_audit.scoring.tallies import Label, names_of_groups
from casefile_audit.statistics.proportion import Interval, held_to, range_of, wilson

# So many years ahead somebody meant another day.
_FAR_AWAY = 10


def result_of_portion(portion: Portion, layout: Layout, as_of: dt.date, is_default: bool) -> Result:
    """The whole result."""
    return _Builder(portion, layout).result(as_of, is_default)


def _far_away(as_of: dt.date) -> Iterator[Issue]:
    """A day that nobody audits as of: the year was a slip, perhaps."""
    years = (as_of - dt.date.today()).days // 365
    if years >= _FAR_AWAY:
        facts: dict[str, str | int] = {"day": f"{as_of:%d/%m/%Y}", "years": years}
        yield Issue.doubt(IssueCode.DAY_FAR_AWAY, facts=facts)


class _Builder:
    def __init__(self, portion: Portion, layout: Layout) -> None:
        self.portion = portion
        self.layout = layout
        self.rubric: Rubric = layout.rubric
        self.blank = {each.criterion: each for each in blank_columns(portion, layout)}

    def result(self, as_of: dt.date, is_default: bool) -> Result:
        account, rubric = self.portion.account, self.rubric
        whole = self._group(self.portion.whole)
        source = rubric.source
        parts = (source.title, source.publisher, source.year) if source else ()
        by_case = self.portion.by_case
        return Result(
            made_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
            as_of=as_of,
            rubric=RubricResult(
                name=rubric.name,
                title=rubric.title,
                version=rubric.version,
                source=", ".join(part for part in parts if part),
                sha256=rubric.sha256,
                is_default=is_default,
                cases=rubric.cases.says(rubric.setting(as_of)) if rubric.cases else "",
                hides_up_to=rubric.publish.up_to if rubric.publish else None,
            ),
            inputs=[self._input(sheet) for sheet in account.sheets.values()],
            passed_over=list(self.layout.passed_over),
            case_count=whole.case_count,
            not_read=account.not_read,
            only=[
                OnlyResult(
                    given=[*only.given.values()],
                    says=only.says,
                    names_cases=only.field == rubric.identifier,
                )
                for only in self.layout.only
            ],
            criteria=whole.criteria,
            grades=whole.grades,
            groups={field: self._groups(field) for field in self.portion.groups},
            problems=list(account.problems),
            problems_unlisted=account.problems.total - len(account.problems),
            repeated_references=account.repeated.total,
            issues=list(
                merged(
                    (
                        *_far_away(as_of),
                        *self._blank_columns(),
                        *self.layout.issues,
                        *account.issues,
                    )
                )
            ),
            most_listed=account.problems.limit,
            by_case=None if by_case is None else self._findings(by_case),
        )

    def _input(self, sheet: SheetIntake) -> InputResult:
        return InputResult(
            file=sheet.file,
            # The layout's own: the portions of a long file are made before its digest is known.
            sha256=self.layout.sheets[sheet.data.index].sha256,
            sheet=sheet.sheet,
            header_row=0 if sheet.data.is_form else sheet.header.rows[0] + 1,
            rows=sheet.rows,
            cases=sheet.cases,
            not_read=sheet.not_read.total,
            not_cases=sheet.chosen.not_cases,
            not_chosen=sheet.chosen.not_chosen,
            unavailable=sheet.apart.unavailable.total,
            spare=sheet.apart.spare,
            left_out=list(sheet.left_out),
            without_column=[
                WithoutColumn(field=field, nearest=near) for field, near in sheet.without_column
            ],
            notes=list(sheet.notes),
        )

    def _blank_columns(self) -> Iterator[Issue]:
        for blank in self.blank.values():
            yield Issue.doubt(
                IssueCode.COLUMN_BLANK,
                field=blank.field,
                total=blank.cases,
                facts={
                    "column": blank.place,
                    "question": self.rubric.criteria[blank.criterion].question,
                },
            )

    def _groups(self, field: str) -> dict[str, GroupResult]:
        groups = self.portion.groups[field]
        counts = {label: group.tally.cases for label, group in groups.items()}
        merged: dict[str, Group] = {}
        order = order_of(self.rubric, field, list(counts))
        for label, name in names_of_groups(counts, order).items():
            merged[name] = merged[name] + groups[label] if name in merged else groups[label]
        return {name: self._group(group) for name, group in merged.items()}

    def _findings(self, by_case: CaseByCase) -> FindingsResult:
        letters = np.frombuffer(LETTERS.encode(), dtype="S1")
        return FindingsResult(
            references=list(by_case.references),
            outcomes={
                name: letters[by_case.matrix[:, index]].tobytes().decode()
                for index, name in enumerate(self.rubric.criteria)
            },
            unnamed=[name for name in by_case.references if isinstance(name, RowName)],
            facts={field: _called(labels) for field, labels in by_case.facts.items()},
        )

    def _group(self, group: Group) -> GroupResult:
        return GroupResult(
            case_count=group.tally.cases,
            criteria={
                name: self._criterion(index, name, group)
                for index, name in enumerate(self.rubric.criteria)
            },
            grades={name: self._grade(name, group) for name in group.judged},
        )

    def _criterion(self, index: int, name: str, group: Group) -> CriterionResult:
        criterion = self.rubric.criteria[name]
        counts = group.tally.outcomes[index]
        by_outcome = {outcome: int(counts[outcome]) for outcome in Outcome}
        applicable = sum(by_outcome[outcome] for outcome in APPLICABLE)
        missing = sum(by_outcome[outcome] for outcome in MISSING)
        met = by_outcome[Outcome.MET]
        reached = beyond = None
        if criterion.target is not None and applicable:
            reached, beyond = held_to(met, applicable, criterion.target)
        return CriterionResult(
            question=criterion.question,
            title=self.rubric.title_of("criteria", name),
            theme=criterion.theme,
            phrase=criterion.missing,
            applicable=applicable,
            **{outcome.name.lower(): n for outcome, n in by_outcome.items()},
            missing=missing,
            challenged=int(group.tally.challenged[index]),
            says=_says(missing, applicable, group, index, criterion.missing),
            rate=missing / applicable if applicable else None,
            interval=range_of(missing, applicable),
            met_interval=range_of(met, applicable),
            target=criterion.target,
            target_reached=reached,
            target_beyond_chance=beyond,
            **due_facts(self.rubric if reached is False else None, name),
            took=self._took(name, group),
            not_asked=self._not_asked(name),
            **{f"{kind}_cases": list(lists[index]) for kind, lists in group.listed.items()},
        )

    def _took(self, name: str, group: Group) -> TookResult | None:
        its, met = group.tally.took.get(name), self.rubric.criteria[name].met
        if its is None or not its.done or not isinstance(met, Within):
            return None
        unit = met.within.unit_in_words or "hour"
        return TookResult(
            unit=met.length_unit,
            done=its.done,
            median=its.median,
            shortest=min(its.lengths),
            longest=max(its.lengths),
            within=[
                WithinResult(limit=count(limit, unit), met=within, applicable=of)
                for limit, (within, of) in its.within.items()
            ],
        )

    def _not_asked(self, criterion: str) -> list[str]:
        """For the sheets that can't be asked, the fields that they have no column for."""
        if blank := self.blank.get(criterion):
            return [f"set aside: {blank.place} is blank in all {count(blank.cases, 'case')}"]
        wanted = {
            field for condition in self.rubric.criteria[criterion].conditions
            for field, _ in condition.uses()
        }  # fmt: skip
        sheets: dict[tuple[str, tuple[tuple[str, str | None], ...]], list[str]] = {}
        for index in sorted(self.portion.not_asked[criterion]):
            sheet = self.layout.sheets[index]
            absent = tuple(pair for pair in sheet.without_column if pair[0] in wanted)
            sheets.setdefault((sheet.file.name, absent), []).append(sheet.name)
        return [_no_column(file, names, absent) for (file, absent), names in sheets.items()]

    def _grade(self, name: str, group: Group) -> GradeResult:
        scale = self.rubric.scale(name)
        recorded, derived = group.tally.recorded.get(name), group.tally.derived.get(name)
        unasked = group.tally.unasked.get(name, np.zeros(len(UNASKED), dtype=np.int64))
        not_judged, unsure, graded_all_the_same = unasked.tolist()
        counts = {
            kind: dict(zip(scale, split.grades, strict=True)) if split else {}
            for kind, split in (("recorded", recorded), ("derived", derived))
        }
        return GradeResult(
            title=self.rubric.title_of("grades", name),
            scale=scale,
            scale_name=self.rubric.scale_name(name),
            recorded=counts["recorded"],
            derived=counts["derived"],
            without_recorded=recorded.without if recorded else 0,
            without_derived=derived.without if derived else 0,
            not_applicable=not_judged + graded_all_the_same,
            cannot_tell=unsure,
            not_counted=graded_all_the_same,
            recorded_intervals=_intervals(counts["recorded"]),
            derived_intervals=_intervals(counts["derived"]),
            cases=list(group.judged[name]),
        )


def _called(labels: Sequence[Label]) -> list[str]:
    """What the group of each case is called."""
    names = names_of_groups(Counter(labels))
    return [names[label] for label in labels]


def _says(missing: int, applicable: int, group: Group, criterion: int, phrase: str) -> str:
    if not group.tally.asked[criterion]:
        return f"not asked of the {count(group.tally.cases, 'case')}"
    challenged = int(group.tally.challenged[criterion])
    return finding(missing, applicable, group.tally.cases, phrase, challenged)


def _no_column(file: str, sheets: Sequence[str], absent: Sequence[tuple[str, str | None]]) -> str:
    fields = listing((f"`{field}`" for field, _ in absent), "or")
    near = listing((f"`{near}`" for _, near in absent if near), "and")
    one = len(sheets) == 1
    return (
        f"{file}, {'sheet' if one else 'sheets'} {listing(sheets)}, {'has' if one else 'have'} "
        f"no column for {fields}" + (f"; nearest: {near}" if near else "")
    )


def _intervals(split: Mapping[str, int]) -> dict[str, Interval]:
    """The range of each grade's share; none where no case has a grade."""
    whole = sum(split.values())
    return {grade: wilson(n, whole) for grade, n in split.items()} if whole else {}
