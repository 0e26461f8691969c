"""``audit score``: apply a rubric to case files and say what they show."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casefile_audit.audit import Audit, Execution, ReadOptions, is_saved, open_audit, result_of
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
    PseudonymsOption,
    RubricOption,
    SheetOption,
    WorkersOption,
    day_of,
    opening_of,
    print_json,
    pseudonyms_of,
)
from casefile_audit.commands.outputs import (
    ANSWER_SUFFIXES,
    TemplateOption,
    check_outputs,
    refuse_twice,
    say_written,
    template_of,
    write_answer,
)
from casefile_audit.commands.publishing import (
    HideOption,
    PublishedOption,
    PublishOption,
    check_published,
    hidden_from,
    published_earlier,
    rule_of,
    write_published,
)
from casefile_audit.errors import ExitCode, UsageError
from casefile_audit.output.writing import check_place, write_table
from casefile_audit.report.figures import published_figures, score_figures
from casefile_audit.report.findings_table import findings_table, outcomes_table
from casefile_audit.report.progress import progress
from casefile_audit.report.reports import DOCUMENT_SUFFIXES, Marking, Report
from casefile_audit.report.score import score_page
from casefile_audit.report.score_document import document_page
from casefile_audit.report.score_full import full_page
from casefile_audit.report.terminal import safe, show
from casefile_audit.results import Result
from casefile_audit.scoring.partial import ScoreOptions

if TYPE_CHECKING:
    from casefile_audit.publishing.models import Publication
    from casefile_audit.report.word_templates import WordTemplate

FINDINGS_SUFFIXES = (".xlsx", ".csv")
_SAID_OF = {".csv": ": a row a question and group. For a row a case there is --findings FILE"}


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
    pseudonyms: PseudonymsOption = None,
    most_cells: MostCellsOption = BOUNDS.cells,
    most_megabytes: MostMegabytesOption = BOUNDS.megabytes,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="FIELD",
            help="Give the results of each value of a field too, such as district; of each "
            "'month of incident', quarter, year or 'financial year'; of each sheet or file. May be "
            "given again.",
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
    template: TemplateOption = None,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help=f"Save a report to circulate ({', '.join(DOCUMENT_SUFFIXES)}), or the result "
            "for other programs and for later (.json). May be given again.",
        ),
    ] = None,
    findings: Annotated[
        Path | None,
        typer.Option(
            "--findings",
            metavar="FILE",
            help="Save what was found in each case, one row a case, with the cells behind each "
            "finding (.csv or .xlsx).",
        ),
    ] = None,
    _workers: WorkersOption = None,
    dask: DaskOption = None,
    hold_to_targets: Annotated[
        bool,
        typer.Option("--hold-to-targets", help="Exit with 1 if a target was missed."),
    ] = False,
    population: Annotated[
        int | None,
        typer.Option(
            "--population",
            metavar="N",
            min=1,
            help="How many cases there are, of which these were drawn at random: ranges narrow, "
            "the more of them were read.",
        ),
    ] = None,
    census: Annotated[
        bool,
        typer.Option(
            "--census",
            help="These are all the cases there are: facts, with no range and no chance.",
        ),
    ] = False,
    sample: Annotated[
        Path | None,
        typer.Option(
            "--sample",
            metavar="MANIFEST",
            help="The manifest of the sample that the cases are, where the workbook doesn't hold "
            "it.",
        ),
    ] = None,
    as_of: AsOfOption = None,
    publish: PublishOption = False,
    hide: HideOption = None,
    published: PublishedOption = None,
    force: ForceOption = False,
) -> None:
    """Apply a rubric to case files and say what they show; or show a result that was saved.

    For example: audit score cases.xlsx --by district
    """
    saved = is_saved(cases)
    if census and population is not None:
        raise UsageError(
            "--census and --population don't go together",
            hint="Of a census no case is left: leave --population out.",
        )
    if saved and sample is not None:
        raise UsageError(
            "--sample: a saved result was scored already, and can't be weighted any more",
            hint="Give it with the case files.",
        )
    up_to = hidden_from(hide, publish)
    earlier = published_earlier(published, publish)
    if publish:
        check_published(findings is not None, details)
    inputs = [*cases, *(path for path in (mapping, password_file, template, sample) if path)]
    inputs += published or []
    check_outputs(output or [], force, inputs, ANSWER_SUFFIXES)
    styled = template_of(template, output or [])
    if findings is not None:
        check_outputs([findings], force, inputs, FINDINGS_SUFFIXES)
        refuse_twice(findings, output or [])
    if saved and findings is not None:
        raise UsageError(
            "--findings: a saved result has no cells of its cases",
            hint="Score the case files again.",
        )
    if saved and (publication := _publication_in(cases[0])):
        _refuse_of_publication(details or full or publish, by or [], hold_to_targets)
        write_publication(publication, output or [], json, force, styled)
        return
    day = day_of(as_of)
    called = pseudonyms_of(pseudonyms, [*inputs, *(output or []), *filter(None, [findings])])
    audit = None
    if saved:
        reading = ReadOptions(
            only=only or [], pseudonyms=called, population=population, census=census
        )
        result = result_of(cases, day, by=by or [], headings=reading)
    else:
        opening = opening_of(password_file, most_cells, most_megabytes, cases)
        reading = ReadOptions(
            sheet or [],
            map_ or [],
            mapping,
            count_unread,
            count_blank or [],
            only or [],
            called,
            population,
            census,
            sample,
        )
        audit = open_audit(cases, rubric, reading, opening)
        for path in (*(output or []), *filter(None, [findings])):
            check_place(path, force)  # once more: by now it is known what else is read
        with progress(audit.size) as advance:
            result = audit.result(ScoreOptions(day, by or []), Execution(dask, advance))
    if publish:
        from casefile_audit.publishing.publication import publish as publication_of

        publication = publication_of(result, rule_of(up_to, [result]), earlier)
        write_publication(publication, output or [], json, force, styled)
    else:
        for path in output or []:
            report = replace(_report(path, result, audit, day, by or []), template=styled)
            said = _SAID_OF.get(path.suffix.lower(), "")
            write_answer(path, report, result.as_json(), force, said)
        if findings is not None and audit is not None:
            write_table(findings, findings_table(audit.scored(day), by or []), force)
            say_written(findings)
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


def _publication_in(path: Path) -> "Publication | None":
    """What was saved with ``--publish``; None of any other file."""
    from casefile_audit.publishing.publication import saved_publication

    return saved_publication(path)


def write_publication(
    publication: "Publication",
    outputs: Sequence[Path],
    json: bool,
    force: bool,
    template: "WordTemplate | None",
) -> None:
    """Print and save what may be published."""
    from casefile_audit.report.published import published_page

    page = published_page(publication)
    figures = published_figures(publication)
    report = Report(page, figures, marking=Marking.PUBLISHABLE, template=template)
    write_published(publication, report, outputs, json, force)


def _report(
    path: Path, result: Result, audit: Audit | None, day: dt.date, by: Sequence[str]
) -> Report:
    """The report to be written there: a workbook has the cases on a sheet, and not in lists."""
    is_workbook = path.suffix.lower() == ".xlsx"
    found = None
    if is_workbook and audit is None and result.by_case is not None:
        found = outcomes_table(result)
    elif is_workbook and audit is not None and audit.is_kept:
        found = findings_table(audit.scored(day), by)
    page = document_page(result, details=found is None)
    return Report(page, score_figures(result), found)


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
            details=[f"{title} was not asked: there is no column for it" for title in unasked]
            or ["the rubric has none"],
            hint="Map the columns with --map, or choose another rubric with --rubric.",
        )
    for criterion in targets:
        if not criterion.applicable:
            said = f"Held to no target: {criterion.title} {criterion.says}."
            typer.echo(safe(said), err=True)
    if result.targets_missed:
        raise typer.Exit(ExitCode.BELOW_THRESHOLD)
