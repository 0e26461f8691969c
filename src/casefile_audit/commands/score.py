"""``audit score``: apply a rubric to case files and say what they show."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from casefile_audit.audit import Audit, Execution, open_audit, result_of
from casefile_audit.commands.bundles import flag, option, several, with_bundles
from casefile_audit.commands.case_options import (
    CaseOptions,
    CasesArgument,
    DaskOption,
    WorkersOption,
)
from casefile_audit.commands.options import AsOfOption, FileOptions, ForceOption, day_of
from casefile_audit.commands.outputs import (
    AnswerOptions,
    Outputs,
    check_outputs,
    refuse_twice,
    say_written,
)
from casefile_audit.commands.publishing import PublishOptions
from casefile_audit.english import listing
from casefile_audit.errors import ExitCode, UsageError
from casefile_audit.files.workbook import OpenOptions
from casefile_audit.issues import Issue, IssueCode, Level
from casefile_audit.output.writing import check_place
from casefile_audit.report.figures import score_figures
from casefile_audit.report.findings_table import findings_file, findings_rows, outcomes_table
from casefile_audit.report.progress import progress
from casefile_audit.report.reports import Report
from casefile_audit.report.score import score_lines
from casefile_audit.report.score_document import document_page
from casefile_audit.report.terminal import say, show_lines
from casefile_audit.results import Result
from casefile_audit.scoring.partial import ScoreOptions
from casefile_audit.scoring.saved import is_saved

if TYPE_CHECKING:
    from casefile_audit.publishing.models import Publication

FINDINGS_SUFFIXES = (".xlsx", ".csv")
# The last audit, which goes with the process: to take the cells of a long workbook apart, one by
# one, took a thirtieth of a run.
_opened: list[Audit] = []
# What these names held once, the findings case by case, is asked for otherwise now.
_SAID_OF = {
    ".csv": ": a row a question and group. For a row a case there is --findings FILE",
    ".xlsx": ": a report; its sheet Findings has a row a case, as --findings FILE has alone",
}


@dataclass(frozen=True)
class PopulationSaid:
    """What the user says of the cases that these were drawn from."""

    population: int | None = option(
        "How many cases there are, of which these were drawn at random: ranges narrow, "
        "the more of them were read.",
        "N",
        min=1,
    )
    census: bool = flag("These are all the cases there are: facts, with no range and no chance.")
    sample: Path | None = option(
        "The manifest of the sample that the cases are, where the workbook doesn't hold it.",
        "MANIFEST",
    )

    def check(self, saved: bool) -> None:
        """Refuse what can't be said together, or of a saved result."""
        if self.census and self.population is not None:
            raise UsageError(
                "--census and --population don't go together",
                hint="Of a census no case is left: leave --population out.",
            )
        if saved and self.sample is not None:
            raise UsageError(
                "--sample: a saved result was scored already, and can't be weighted any more",
                hint="Give it with the case files.",
            )


@dataclass(frozen=True)
class ShownOptions:
    """What of a result is shown."""

    by: list[str] = several(
        "Give the results of each value of a field too, such as district; of each "
        "'month of incident', quarter, year or 'financial year'; of each sheet or file. May be "
        "given again.",
        "FIELD",
    )
    details: bool = flag("List the case references behind each count.")
    full: bool = flag("Print everything, by theme, and how it was done.")


@dataclass(frozen=True)
class RunOptions:
    """What comes of a run besides, and what it does its work with."""

    findings: Path | None = option(
        "Save what was found in each case, one row a case, with the cells behind each "
        "finding (.csv or .xlsx).",
        "FILE",
    )
    _workers: WorkersOption = None
    dask: DaskOption = None
    hold_to_targets: bool = flag("Exit with 1 if a target was missed.")

    def checked(self, outputs: Outputs, inputs: Sequence[Path], saved: bool) -> list[Path]:
        """The file of the findings, if one is to be written, refused before any work is done."""
        if self.findings is None:
            return []
        check_outputs([self.findings], outputs.force, inputs, FINDINGS_SUFFIXES)
        refuse_twice(self.findings, outputs.paths)
        if saved:
            raise UsageError(
                "--findings: a saved result has no cells of its cases",
                hint="Score the case files again.",
            )
        return [self.findings]


@dataclass(frozen=True)
class ReviewOptions:
    """By whose decisions it goes how terms are meant."""

    reviewed: list[Path] = several(
        "Go by the decisions of a review that `audit language --review` wrote. May be given again.",
        "FILE",
    )

    def check(self, saved: bool) -> None:
        """Refuse what can't be decided on."""
        if saved and self.reviewed:
            raise UsageError(
                "--reviewed: a saved result was scored already, and holds no words to decide on",
                hint="Give it with the case files.",
            )

    def decided(self, opening: OpenOptions) -> dict[str, str]:
        """How terms are meant, as people decided, by the keys of their places."""
        if not self.reviewed:
            return {}
        from casefile_audit.language.review import read_reviews  # seldom wanted

        return {key: its.usage for key, its in read_reviews(self.reviewed, opening).items()}

    def issues(self, audit: Audit) -> Iterator[Issue]:
        """How many of the decisions were gone by, and whose they are."""
        if not self.reviewed:
            return
        from casefile_audit.language.search import search

        rubric, decisions = audit.rubric, audit.reading.decisions
        # Decisions go with the cases' own references.
        own = replace(audit, reading=replace(audit.reading, pseudonyms=None))
        texts = [name for name, its in rubric.fields.items() if its.type == "text"]
        keys = {
            place.key
            for intake in own.intakes(dt.date.today())
            for lexicon in rubric.lexicons.values()
            if lexicon.terms
            for place in search(intake.cases, lexicon, texts, ()).places
        }
        held = len(keys & decisions.keys())
        yield Issue(
            IssueCode.LANGUAGE_REVIEWED,
            Level.NOTE if held else Level.DOUBT,
            file=listing(path.name for path in self.reviewed),
            total=held,
            facts={
                "decisions": len(decisions),
                "sha256": hashlib.sha256(
                    b"".join(path.read_bytes() for path in self.reviewed)
                ).hexdigest(),
            },
        )


@with_bundles
def score(
    cases: CasesArgument,
    *,
    reading: CaseOptions,
    files: FileOptions,
    shown: ShownOptions,
    answer: AnswerOptions,
    run: RunOptions,
    said: PopulationSaid,
    review: ReviewOptions,
    as_of: AsOfOption = None,
    publishing: PublishOptions,
    force: ForceOption = False,
) -> None:
    """Apply a rubric to case files, and say what they show.

    A result that was saved is shown again. For example: audit score cases.xlsx --by district
    """
    saved = is_saved(cases)
    said.check(saved)
    review.check(saved)
    hiding = publishing.checked(shown.details, run.findings is not None)
    inputs = [*cases, *reading.files, *files.files, *answer.files, *publishing.published]
    inputs += [*review.reviewed, *([said.sample] if said.sample else [])]
    outputs = answer.checked(inputs, force)
    written = [*outputs.paths, *run.checked(outputs, inputs, saved)]
    if saved and (publication := _publication_in(cases[0])):
        _refuse_of_publication(shown, hiding is not None, run.hold_to_targets)
        _publish(publication, outputs)
        return
    scoring = ScoreOptions(day_of(as_of), shown.by)
    read = replace(reading.reading([*inputs, *written]), **vars(said))
    audit = None
    if saved:
        result = result_of(cases, scoring.day, by=scoring.by, headings=read)
    else:
        opening = files.opening(cases)
        read = replace(read, decisions=review.decided(opening))
        audit = open_audit(cases, reading.rubric, read, opening)
        _opened[:] = [audit]
        for path in written:
            check_place(path, force)  # once more: by now it is known what else is read
        told = findings_file(run.findings, scoring.by, force) if run.findings else nullcontext()
        with progress(audit.size) as advance, told as each:
            result = audit.result(scoring, Execution(run.dask, advance, each))
        issues = [*review.issues(audit), *result.issues]
        result = result.model_copy(update={"issues": issues})
    if hiding is not None:
        from casefile_audit.publishing.publication import publish

        _publish(publish(result, hiding.rule([result]), hiding.earlier), outputs)
    else:
        outputs.save(result, partial(_report, result, audit, scoring), _SAID_OF)
        if run.findings is not None:
            say_written(run.findings)
        outputs.print(result, lambda: show_lines(score_lines(result, shown.details, shown.full)))
    if run.hold_to_targets:
        hold(result)


def _refuse_of_publication(shown: ShownOptions, published: bool, hold_to_targets: bool) -> None:
    """Refuse what can't be asked of a saved publication: it holds what it shows, and no more.

    Raises:
        UsageError: something was asked.
    """
    asked = [
        *(["--details, --full or --publish"] if shown.details or shown.full or published else []),
        *(["--by"] if shown.by else []),
        *(["--hold-to-targets"] if hold_to_targets else []),
    ]
    if asked:
        raise UsageError(
            f"what was saved with --publish holds what it shows and no more: {asked[0]} asks more",
            hint="Give the case files, or the internal result.",
        )


def _publication_in(path: Path) -> "Publication | None":
    """What was saved with ``--publish``; None of any other file."""
    from casefile_audit.publishing.publication import saved_publication

    return saved_publication(path)


def _publish(publication: "Publication", outputs: Outputs) -> None:
    """Print and save what may be published."""
    from casefile_audit.report.published import published_figures, published_page

    outputs.publish(publication, published_page(publication), published_figures(publication))


def _report(result: Result, audit: Audit | None, scoring: ScoreOptions, suffix: str) -> Report:
    """The report to be written: a workbook has the cases on a sheet, and not in lists."""
    is_workbook = suffix == ".xlsx"
    found = None
    if is_workbook and audit is None and result.by_case is not None:
        found = outcomes_table(result)
    elif is_workbook and audit is not None and audit.is_kept:
        found = findings_rows(audit.scored(scoring.day), scoring.by).table
    page = document_page(result, details=found is None)
    return Report(page, score_figures(result), found)


def hold(result: Result) -> None:
    """Hold a result to its targets; nothing passes because nothing was asked.

    Raises:
        UsageError: there is no target, or one of a question that no case was asked.
        typer.Exit: a target was missed.
    """
    targets = [c for c in result.criteria.values() if c.target is not None]
    unasked = [
        f"{criterion.title} was not asked: "
        + ("nothing is in its column" if name in result.set_aside else "there is no column for it")
        for name, criterion in result.criteria.items()
        if criterion.target is not None and not criterion.applicable and criterion.not_asked
    ]
    if not targets or unasked:
        raise UsageError(
            f"it can't be held to the targets of {result.rubric.name}",
            details=unasked or ["the rubric has none"],
            hint="Map the columns with --map, or choose another rubric with --rubric.",
        )
    for criterion in targets:
        if not criterion.applicable:
            say(f"Held to no target: {criterion.title} {criterion.says}.")
    if result.targets_missed:
        raise typer.Exit(ExitCode.BELOW_THRESHOLD)
