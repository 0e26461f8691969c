"""From files to a scored audit: what every command that takes case files does first."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, cast

from casefile_audit.english import did_you_mean
from casefile_audit.errors import UsageError
from casefile_audit.files.sources import Source, are_kept, digest_of, head_of, open_source, size_of
from casefile_audit.files.workbook import AS_STORED, OpenOptions, Workbook
from casefile_audit.intake.account import Account, Intake
from casefile_audit.intake.choice import check_columns
from casefile_audit.intake.columns_seen import ColumnsSeen
from casefile_audit.intake.form_stamp import named_rubric, rubric_named_in
from casefile_audit.intake.layout import Layout
from casefile_audit.intake.mapping import MappingFile, read_mapping
from casefile_audit.intake.pseudonyms import Pseudonyms
from casefile_audit.intake.reading import joined
from casefile_audit.intake.sample_sheet import manifest_in
from casefile_audit.intake.sheets import lay_out
from casefile_audit.issues import Issue, merged
from casefile_audit.manifest import Manifest, read_manifest
from casefile_audit.results import Result
from casefile_audit.rubric.fields import GradeField
from casefile_audit.rubric.loading import DEFAULT_RUBRIC, load_rubric
from casefile_audit.rubric.model import Rubric
from casefile_audit.rubric.only import BY_DATE, ONLY, SideOfDay, only_of
from casefile_audit.scoring.chunks import EachCase, Task, run
from casefile_audit.scoring.groupings import check_grouping
from casefile_audit.scoring.partial import Portion, ReadPortion, ScoredCases, ScoreOptions, scored
from casefile_audit.scoring.populations import population_said, speaking_for
from casefile_audit.scoring.samples import (
    ScoredSample,
    answered_issues,
    changed_population,
    unavailable_issue,
)
from casefile_audit.scoring.saved import is_saved, saved_result
from casefile_audit.scoring.set_aside import blank_columns
from casefile_audit.scoring.summary import result_of_portion

# Of cases that aren't kept one by one, so many are listed with each finding.
MOST_LISTED = 200


@dataclass(frozen=True)
class ReadOptions:
    """Where the cases stand in workbooks, as far as the user says so.

    Attributes:
        sheets: names of the only sheets to read.
        pairs: ``FIELD=HEADING``, as typed.
        mapping: a mapping file.
        count_unread: whether a case without any answer counts as one of which nothing is recorded.
        count_blank: fields whose question counts though no case has anything in their column.
        pseudonyms: what cases are called by instead of their references; None for these.
        only: ``FIELD=VALUE``, as typed: read no other cases.
        population: how many cases there are, of which those were drawn; None where nobody says so.
        census: whether they are every case there is.
        sample: the manifest of the sample that they are; by default the one that the files hold.
        side: read only the cases on this side of a day.
        decisions: how terms of lexicons are meant, as people decided, by the keys of their places.
    """

    sheets: Sequence[str] = ()
    pairs: Sequence[str] = ()
    mapping: Path | None = None
    count_unread: bool = False
    count_blank: Sequence[str] = ()
    only: Sequence[str] = ()
    pseudonyms: Pseudonyms | None = None
    population: int | None = None
    census: bool = False
    sample: Path | None = None
    side: SideOfDay | None = None
    decisions: Mapping[str, str] = field(default_factory=dict)


AS_FOUND = ReadOptions()


class Execution(NamedTuple):
    """Who does the work on long files.

    Attributes:
        dask: the address of a Dask scheduler; None for this process alone.
        advance: called with the extent of each piece that is done.
        each: what is made of every case besides, on whatever files.
    """

    dask: str | None = None
    advance: Callable[[int], None] | None = None
    each: EachCase | None = None


ALONE = Execution()


@dataclass
class Audit:
    """Files whose headings are known, with the rubric that is applied to them.

    Attributes:
        layout: where their cases stand, and the rubric. How the columns of long files are filled in
            is told by their first rows, and told again once all have been read.
        is_default: whether nobody named the rubric.
        sources: the files.
        reading: what the user says of the cases.
    """

    layout: Layout
    is_default: bool
    sources: tuple[Source, ...]
    reading: ReadOptions = AS_FOUND
    _scored: dict[dt.date, ScoredCases] = field(default_factory=dict)
    _first_layout: Layout | None = None

    @property
    def rubric(self) -> Rubric:
        """The rubric."""
        return self.layout.rubric

    @property
    def pseudonyms(self) -> Pseudonyms | None:
        """What its cases are called by instead of their references, in all that it hands out."""
        return self.reading.pseudonyms

    @property
    def size(self) -> int:
        """How much there is to read piece by piece, in the units of the files' sizes."""
        return 0 if self.is_kept else size_of(self.sources)

    @property
    def is_kept(self) -> bool:
        """Whether its cases are few enough to be kept one by one."""
        return are_kept(self.sources)

    def scored(self, day: dt.date) -> ScoredCases:
        """The cases, which are kept, with their findings and grades.

        Raises:
            AuditError: there are no cases, or a grade can't be read.
        """
        if day not in self._scored:
            own = self._own_intake(day)
            called = self._named(own)
            called.account.check_grades()
            # By their own references, with which people's decisions on their words go.
            found = self._answered(scored(own, day), day)
            findings = replace(found.findings, cases=called.cases)
            self._scored[day] = found._replace(intake=called, findings=findings)
        return self._scored[day]

    def _answered(self, cases: ScoredCases, day: dt.date) -> ScoredCases:
        """The same cases, but that they aren't asked what no case has an answer to."""
        portion = cases.portion(ScoreOptions(day, most_listed=0))
        blank = frozenset(each.criterion for each in blank_columns(portion, self.layout))
        return scored(cases.intake, day, blank) if blank else cases

    def intake(self, day: dt.date) -> Intake:
        """The cases as of a day, and how they were read.

        Raises:
            AuditError: there are no cases.
        """
        return self._named(self._own_intake(day))

    def _own_intake(self, day: dt.date) -> Intake:
        """The same, the cases by their own references."""
        task = Task(self.layout, self.sources, ScoreOptions(day), looks=self._first_layout is None)
        seen = ColumnsSeen()
        parts = []
        for piece, table in task.tables():
            parts.append(task.intake(piece, table))
            seen.add(piece.sheet, task.seen(piece, table))
        if self._learn(seen):
            return self._own_intake(day)
        return joined(self.layout, parts)

    def _learn(self, seen: ColumnsSeen) -> bool:
        """Tell again how the columns of long files are filled in, now that all rows have been read;
        and whether what was read of them has to be read again.
        """  # noqa: D205 - one thought
        if self._first_layout is not None or not seen.by_sheet:
            return False
        before = self.layout
        # Kept for good: what was told of texts is known by which field object it was told for.
        self._first_layout = before
        sheets = [head_of(self.sources[data.at[0]]).sheets[data.at[1]] for data in before.sheets]
        self.layout = before.told_again(seen.habits(before, sheets))
        habits = [data.habits for data in self.layout.sheets]
        return habits != [data.habits for data in before.sheets]

    def _named(self, intake: Intake) -> Intake:
        """Cases by what they are to be called."""
        return intake if self.pseudonyms is None else self.pseudonyms.intake(intake)

    def intakes(
        self, day: dt.date, advance: Callable[[int], None] | None = None
    ) -> Iterator[Intake]:
        """The cases as of a day: all, or piece by piece where they aren't kept.

        Raises:
            AuditError: there are no cases.
        """
        if self.is_kept:
            yield self.intake(day)
            return
        task = Task(self.layout, self.sources, ScoreOptions(day, most_listed=self._most_listed))
        for piece, table in task.tables():
            yield task.intake(piece, table)
            if advance is not None:
                advance(piece.extent)

    @property
    def _most_listed(self) -> int | None:
        return None if self.is_kept else MOST_LISTED

    def account(self, day: dt.date, execution: Execution = ALONE) -> Account:
        """How the cases were read as of a day.

        Raises:
            AuditError: as ``portion``.
        """
        if self.is_kept and execution == ALONE:
            return self.intake(day).account
        wanted = ScoreOptions(day, most_listed=self._most_listed)
        account = self._run(wanted, execution, scores=False).account
        return account if self.pseudonyms is None else self.pseudonyms.account(account)

    def portion(self, wanted: ScoreOptions, execution: Execution = ALONE) -> Portion:
        """What the cases came to, read piece by piece.

        Raises:
            AuditError: there are no cases, or there is no such cluster.
        """
        wanted = wanted._replace(most_listed=self._most_listed)
        portion = cast("Portion", self._run(wanted, execution))
        blank = frozenset(each.criterion for each in blank_columns(portion, self.layout))
        if not blank:
            return self._called(portion)
        # Only now is it known that no case has an answer: everything is read again without them.
        if execution.each is not None:
            execution.each.start_again()
        wanted = wanted._replace(set_aside=blank)
        again = self._run(wanted, execution._replace(advance=None))
        return self._called(cast("Portion", again))

    def _called(self, portion: Portion) -> Portion:
        """What was read piece by piece, the cases that it lists by what they are to be called."""
        if self.pseudonyms is None:
            return portion
        listed = portion.calling(self.pseudonyms.of)
        return replace(listed, account=self.pseudonyms.account(portion.account))

    def _run(
        self, wanted: ScoreOptions, execution: Execution, *, scores: bool = True
    ) -> ReadPortion:
        dask, each = execution.dask, execution.each
        made_of = None if each is None else each.made_of
        looks = self._first_layout is None
        task = Task(self.layout, self.sources, wanted, scores, made_of, looks)
        portions = task.portions()
        if dask is not None:
            from casefile_audit.scoring.cluster import portions_by_cluster

            portions = portions_by_cluster(task, dask)
        called = None if self.pseudonyms is None else self.pseudonyms.of
        take = None if each is None else lambda made: each.take(made, called)
        seen = ColumnsSeen()
        whole = run(task, portions, execution.advance, take, seen.add)
        if not self._learn(seen):
            return whole
        if each is not None:
            each.start_again()
        return self._run(wanted, execution._replace(advance=None), scores=scores)

    def result(self, wanted: ScoreOptions, execution: Execution = ALONE) -> Result:
        """The result.

        Raises:
            AuditError: a field can't group cases, no question can be asked, there are no cases, a
                grade can't be read, or there is no such cluster.
        """
        self.check(wanted.by)
        if self.is_kept and execution.dask is None:
            audit = self.scored(wanted.day)
            if execution.each is not None:
                execution.each.take(execution.each.made_of(audit), None)
            result = self._result(audit.portion(wanted), self.layout, wanted.day)
            fields = self.rubric.fields_of().items()
            scales = {name: its.scale[::-1] for name, its in fields if isinstance(its, GradeField)}
            result.keep(audit.intake.cases, scales)
            return result
        # Late, because most files are short.
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(max_workers=1) as reader:
            digests = reader.submit(lambda: [digest_of(source) for source in self.sources])
            portion = self.portion(wanted, execution)
            portion.account.check_grades()
            layout = self.layout.with_digests(digests.result())
            return self._result(portion, layout, wanted.day)

    def _result(self, portion: Portion, layout: Layout, day: dt.date) -> Result:
        result = result_of_portion(portion, layout, day, self.is_default)
        result = self._of_its_population(result, portion.account)
        if self.pseudonyms is None:
            return result
        return result.model_copy(update={"pseudonyms": self.pseudonyms.fingerprint})

    def _of_its_population(self, result: Result, account: Account) -> Result:
        """The result, knowing what population its cases speak for, and what is odd about that."""
        called = self.pseudonyms.of if self.pseudonyms else None
        manifest = self.layout.manifest
        if manifest is None:
            result = _speaking(result, self.reading, self.rubric)
            found: list[Issue] = []
        else:
            sample = ScoredSample.of(manifest, result, account, called)
            result = speaking_for(result, sample.population(), self.rubric)
            paths = [head_of(source).path for source in self.sources]
            found = [*changed_population(manifest, paths), *sample.issues()]
        found += [*answered_issues(account), *unavailable_issue(account, result, called)]
        # Those of samples first: they bear on what every count is of.
        return result.model_copy(update={"issues": list(merged([*found, *result.issues]))})

    def check(self, by: Sequence[str]) -> None:
        """Refuse what can't be asked, before anything is read.

        Raises:
            AuditError: a field of ``by`` can't group cases, or there is no column for a question.
        """
        for name in by:
            check_grouping(self.rubric, name)
        self.layout.check_questions()


def open_audit(
    paths: Sequence[Path],
    rubric_name: str | None = None,
    headings: ReadOptions = AS_FOUND,
    opening: OpenOptions = AS_STORED,
) -> Audit:
    """Open files, and find the rubric and their headings.

    The rubric is given where the workbooks don't name theirs.

    Raises:
        AuditError: whatever is wrong with the files, the rubric or the options.
    """
    sources = tuple(open_source(path, opening) for path in paths)
    workbooks = [head_of(source) for source in sources]
    said = rubric_named_in(workbooks)
    named = rubric_name or (said and named_rubric(said))
    rubric = load_rubric(named or DEFAULT_RUBRIC)
    if headings.decisions:
        rubric = rubric.with_decisions(headings.decisions)
    mapping = read_mapping(headings.mapping, headings.pairs, list(rubric.fields))
    mapping = _with_counted(mapping, headings, rubric)
    if mapping.a_case_is and not are_kept(sources):
        raise UsageError(
            "`a case is: several rows`: a file this long isn't kept in memory, and the rows of a "
            "case may stand anywhere in it",
            hint="Bring each case into one row before, or give a file for each year or district.",
        )
    only = only_of(headings.only, rubric, headings.side)
    if headings.pseudonyms and any(each.field == rubric.identifier for each in only):
        raise UsageError(
            "--only with case references, and --pseudonyms: the choice would name the cases",
            hint="Choose them by another field.",
        )
    called = headings.pseudonyms.of if headings.pseudonyms else None
    manifest = _manifest(workbooks, headings)
    layout = lay_out(workbooks, rubric, headings.sheets, mapping, only, called, manifest)
    check_columns(layout)
    return Audit(layout, named is None, sources, headings)


def _manifest(workbooks: Sequence[Workbook], headings: ReadOptions) -> Manifest | None:
    """The manifest of the sample that the cases are, if they are one.

    Raises:
        AuditError: it was changed, or the user says another number of cases.
    """
    manifest = read_manifest(headings.sample) if headings.sample else manifest_in(workbooks)
    said = headings.population
    if manifest is not None and (headings.census or said not in (None, manifest.cases_left)):
        option = "--census" if headings.census else f"--population {said}"
        raise UsageError(
            f"{option}: the manifest says that these are {len(manifest.drawn):,} of "
            f"{manifest.cases_left:,} cases of {manifest.population.file}",
            hint="Leave the option out: the manifest is gone by.",
        )
    return manifest


def _speaking(result: Result, reading: ReadOptions, rubric: Rubric | None = None) -> Result:
    """A result that knows what population its cases speak for, where somebody says so.

    Raises:
        UsageError: more cases were read than there are.
    """
    said = population_said(result, reading.population, reading.census, rubric)
    return result if said is None else speaking_for(result, said, rubric)


def _with_counted(mapping: MappingFile, headings: ReadOptions, rubric: Rubric) -> MappingFile:
    """A mapping, and what the user counts besides; refused if the rubric has no such field."""
    for name in headings.count_blank:
        if name not in rubric.fields:
            raise UsageError(
                f"--count-blank: the rubric `{rubric.name}` has no field `{name}`",
                hint=did_you_mean(name, list(rubric.fields)),
            )
    return mapping.model_copy(
        update={
            "unanswered": "nothing recorded" if headings.count_unread else mapping.unanswered,
            "count_blank": [*mapping.count_blank, *headings.count_blank],
        }
    )


def result_of(
    paths: Sequence[Path],
    day: dt.date,
    rubric_name: str | None = None,
    by: Sequence[str] = (),
    period: str | None = None,
    headings: ReadOptions = AS_FOUND,
    opening: OpenOptions = AS_STORED,
) -> Result:
    """The scored result of workbooks, or a result that was saved as JSON.

    Args:
        rubric_name: the rubric, where the workbooks don't name theirs.
        by: fields to give the results of each value of.
        period: a date field to give each case's date of.

    Raises:
        AuditError: whatever is wrong with the files, the rubric or the options; a saved result
            that has no groups for a field of ``by``, or doesn't hold the dates of ``period``.
    """
    if is_saved(paths):
        if headings.only or headings.side:
            raise UsageError(
                f"`{paths[0]}` is a saved result, which has no cells to choose cases by",
                hint=f"Give {ONLY if headings.only else BY_DATE} with the case files.",
            )
        saved = saved_result(paths[0], by, period, headings.pseudonyms)
        return _speaking(saved, headings)
    audit = open_audit(paths, rubric_name, headings, opening)
    if period is not None:
        check_period(audit.rubric, period)
    return audit.result(ScoreOptions(day, by, [] if period is None else [period]))


def check_period(rubric: Rubric, field: str) -> None:
    """Refuse a ``--period`` that isn't a date.

    Raises:
        UsageError: the rubric has no such date field.
    """
    dates = [name for name, its in rubric.fields.items() if its.type == "date"]
    if field not in dates:
        hint = did_you_mean(field, dates) or "It has none: a date of the audit can be added to it."
        raise UsageError(
            f"--period: the rubric `{rubric.name}` has no date field `{field}`", hint=hint
        )
