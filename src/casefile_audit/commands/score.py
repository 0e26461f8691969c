"""``audit score``: apply a rubric to case files and say what they show."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from casefile_audit.audit import Execution, ReadOptions, is_saved, open_audit, result_of
from casefile_audit.commands.options import (
    BOUNDS,
    AsOfOption,
    CasesArgument,
    CountBlankOption,
    CountUnreadOption,
    DaskOption,
    ForceOption,
    MapOption,
    MappingOption,
    MostCellsOption,
    MostMegabytesOption,
    OnlyOption,
    PasswordFileOption,
    RubricOption,
    SheetOption,
    WorkersOption,
    day_of,
    opening_of,
    print_json,
)
from casefile_audit.commands.outputs import (
    ANSWER_SUFFIXES,
    check_outputs,
    say_written,
    write_answer,
)
from casefile_audit.commands.publishing import (
    HideOption,
    PublishOption,
    check_published,
    hidden_from,
    rule_of,
)
from casefile_audit.errors import ExitCode, UsageError
from casefile_audit.output.writing import check_place, write_table
from casefile_audit.publishing.models import Publication
from casefile_audit.publishing.publication import publish as publication_of
from casefile_audit.publishing.publication import saved_publication
from casefile_audit.report.findings_table import findings_table
from casefile_audit.report.progress import progress
from casefile_audit.report.published import published_page
from casefile_audit.report.reports import Marking
from casefile_audit.report.score import score_page
from casefile_audit.report.score_full import full_page
from casefile_audit.report.terminal import safe, show
from casefile_audit.results import Result
from casefile_audit.scoring.partial import ScoreOptions

FINDINGS_SUFFIXES = (".xlsx", ".csv")


def score(
    cases: CasesArgument,
    rubric: RubricOption = None,
    sheet: SheetOption = None,
    map_: MapOption = None,
    mapping: MappingOption = None,
    only: OnlyOption = None,
    count_unread: CountUnreadOption = False,
    count_blank: CountBlankOption = None,
    password_file: PasswordFileOption = None,
    most_cells: MostCellsOption = BOUNDS.cells,
    most_megabytes: MostMegabytesOption = BOUNDS.megabytes,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="FIELD",
            help="Give the results of each value of a field too, such as district. "
            "May be given again.",
        ),
    ] = None,
    details: Annotated[
        bool, typer.Option("--details", help="List the case references behind each count.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Print everything, by theme, and how it was done.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON, and nothing else.")
    ] = False,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Save a report to circulate (.html, .docx or .md), the result (.json), or the "
            "findings, one row a case (.xlsx or .csv). May be given again.",
        ),
    ] = None,
    _workers: WorkersOption = None,
    dask: DaskOption = None,
    hold_to_targets: Annotated[
        bool,
        typer.Option("--hold-to-targets", help="Exit with 1 if a target was missed."),
    ] = False,
    as_of: AsOfOption = None,
    publish: PublishOption = False,
    hide: HideOption = None,
    force: ForceOption = False,
) -> None:
    """Apply a rubric to case files and say what they show; or show a result that was saved.

    For example: audit score cases.xlsx --by district
    """
    saved = is_saved(cases)
    up_to = hidden_from(hide, publish)
    if publish:
        check_published(output or [], FINDINGS_SUFFIXES, details)
    if saved and (publication := saved_publication(cases[0])):
        _refuse_of_publication(details or full or publish, by or [], hold_to_targets)
        check_outputs(output or [], force, cases, ANSWER_SUFFIXES)
        write_publication(publication, output or [], json, force)
        return
    check_outputs(
        output or [],
        force,
        [*cases, *(path for path in (mapping, password_file) if path)],
        ANSWER_SUFFIXES if saved else (*ANSWER_SUFFIXES, *FINDINGS_SUFFIXES),
    )
    day = day_of(as_of)
    if saved:
        result = result_of(cases, day, by=by or [], headings=ReadOptions(only=only or []))
    else:
        opening = opening_of(password_file, most_cells, most_megabytes, cases)
        reading = ReadOptions(
            sheet or [], map_ or [], mapping, count_unread, count_blank or [], only or []
        )
        audit = open_audit(cases, rubric, reading, opening)
        for path in output or []:  # once more: by now it is known what else is read
            check_place(path, force)
        with progress(audit.size) as advance:
            result = audit.result(ScoreOptions(day, by or []), Execution(dask, advance))
    if publish:
        rule = rule_of(up_to, [result])
        write_publication(publication_of(result, rule), output or [], json, force)
    else:
        for path in output or []:
            if path.suffix.lower() in FINDINGS_SUFFIXES:
                write_table(path, findings_table(audit.scored(day), by or []), force)
                say_written(path)
            else:
                write_answer(path, full_page(result, details=True), result.as_json(), force)
        if json:
            print_json(result.as_json())
        else:
            show(full_page(result, details) if full else score_page(result, details))
    if hold_to_targets:
        hold(result)


def _refuse_of_publication(more: bool, by: Sequence[str], hold_to_targets: bool) -> None:
    """Refuse what can't be asked of a saved publication: it holds what it shows, and no more.

    Raises:
        UsageError: something was asked.
    """
    asked = [
        *(["--details, --full or --publish"] if more else []),
        *(["--by"] if by else []),
        *(["--hold-to-targets"] if hold_to_targets else []),
    ]
    if asked:
        raise UsageError(
            f"what was saved with --publish holds what it shows and no more: {asked[0]} asks more",
            hint="Give the case files, or the internal result.",
        )


def write_publication(
    publication: Publication, outputs: Sequence[Path], json: bool, force: bool
) -> None:
    """Print and save what may be published."""
    page = published_page(publication)
    for path in outputs:
        write_answer(path, page, publication.as_json(), force, Marking.PUBLISHABLE)
    if json:
        print_json(publication.as_json())
    else:
        show(page)


def hold(result: Result) -> None:
    """Hold a result to its targets; nothing passes because nothing was asked.

    Raises:
        UsageError: there is no target, or one of a question that no case was asked.
        typer.Exit: a target was missed.
    """
    targets = [c for c in result.criteria.values() if c.target is not None]
    unasked = [c.title for c in targets if not c.applicable and c.not_asked]
    if not targets or unasked:
        raise UsageError(
            f"it can't be held to the targets of {result.rubric.name}",
            details=[f"{title} was not asked, for want of a column" for title in unasked]
            or ["the rubric has none"],
            hint="Map the columns with --map, or choose another rubric with --rubric.",
        )
    for criterion in targets:
        if not criterion.applicable:
            said = f"Held to no target: {criterion.title} {criterion.says}."
            typer.echo(safe(said), err=True)
    if result.targets_missed:
        raise typer.Exit(ExitCode.BELOW_THRESHOLD)
