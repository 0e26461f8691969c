"""``audit agree``: how far readers of the same cases agree."""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from casefile_audit.agree.agreement import agree as agree_on
from casefile_audit.agree.readings import Matched, Reader, reader_names
from casefile_audit.agree.totals import agree_with_totals
from casefile_audit.audit import ReadOptions
from casefile_audit.commands.options import (
    BOUNDS,
    AsOfOption,
    CountBlankOption,
    CountUnreadOption,
    ForceOption,
    FullOption,
    MapOption,
    MappingOption,
    MostCellsOption,
    MostMegabytesOption,
    OnlyOption,
    PasswordFileOption,
    PseudonymsOption,
    RubricOption,
    SheetOption,
    day_of,
    opening_of,
    print_json,
    pseudonyms_of,
)
from casefile_audit.commands.outputs import (
    ANSWER_SUFFIXES,
    OutputOption,
    TemplateOption,
    check_outputs,
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
from casefile_audit.commands.readers import ReaderSource, read_reading, reader_sources
from casefile_audit.english import count, did_you_mean, sentence_case
from casefile_audit.errors import RubricError, UsageError
from casefile_audit.files.workbook import OpenOptions, open_workbook
from casefile_audit.intake.sheets import rubric_named_in
from casefile_audit.output.writing import check_output, write_bytes
from casefile_audit.publishing.readers import publish_agreement
from casefile_audit.report.agree import agree_page, cases_that_differ
from casefile_audit.report.agree_full import agree_full_page, totals_page
from casefile_audit.report.figures import agree_figures, published_figures, totals_figures
from casefile_audit.report.published_agree import published_agree_page
from casefile_audit.report.reports import Marking, Report
from casefile_audit.report.screens import show_on_one_screen
from casefile_audit.report.terminal import safe, show
from casefile_audit.rubric.loading import DEFAULT_RUBRIC, load_rubric
from casefile_audit.rubric.model import Rubric

# Nobody is the more generous by a code, a yes or a date.
_OF_WORDS = ("code", "text", "yes-no", "date")


def agree(
    readers: Annotated[
        list[Path],
        typer.Argument(
            metavar="READERS",
            help="A workbook, or a saved result (.json), for each reader of the same cases; or one "
            "workbook with a --sheet for each reader, or a --map FIELD=HEADING.",
        ),
    ],
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
    significant: Annotated[
        int | None,
        typer.Option(
            "--significant",
            metavar="N",
            help="List the cases whose grades are so many steps apart, or more.",
        ),
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(
            "--field",
            metavar="FIELD",
            help="Say how far they agree on a field's words too, which have no order, such as "
            "case_type. May be given again.",
        ),
    ] = None,
    totals: Annotated[
        str | None,
        typer.Option(
            "--totals",
            metavar="GRADE:N,…",
            help='In place of SECOND, totals are all there is: "good:19, adequate:9". Put '
            '"JUDGEMENT=" before them if the rubric has several.',
        ),
    ] = None,
    known_apart: Annotated[
        list[str] | None,
        typer.Option(
            "--known-apart",
            metavar="STEPS:CASES",
            help="With --totals: so many cases are known to be so many steps apart, or more. "
            "May be given again.",
        ),
    ] = None,
    consensus: Annotated[
        Path | None,
        typer.Option(
            "--consensus",
            metavar="FILE",
            help="Write a workbook (.xlsx) of the cases that differ, to be settled at moderation "
            "and read back with `audit score`.",
        ),
    ] = None,
    details: Annotated[
        bool, typer.Option("--details", help="Name the cases about which they differ.")
    ] = False,
    full: FullOption = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print the answer as JSON, and nothing else.")
    ] = False,
    output: OutputOption = None,
    template: TemplateOption = None,
    as_of: AsOfOption = None,
    publish: PublishOption = False,
    hide: HideOption = None,
    published: PublishedOption = None,
    force: ForceOption = False,
) -> None:
    """Say how far readers of the same cases agree.

    For example: audit agree self-assessment.xlsx inspectors.xlsx --significant 3
    """
    _check_usage(
        readers, totals, known_apart, of_cases=[consensus, significant, details or None, field]
    )
    fields = list(dict.fromkeys(field or []))
    if publish:
        check_published(False, details)
        _refuse_of_cases(consensus, significant, totals, fields)
    up_to, earlier = hidden_from(hide, publish), published_earlier(published, publish)
    if consensus is not None:
        if pseudonyms is not None:
            raise UsageError(
                "--consensus names the cases to those who settle them",
                hint="Leave out --pseudonyms, or --consensus.",
            )
        check_output(consensus, force, (".xlsx",), inputs=readers)
    inputs = [
        *readers,
        *(path for path in (mapping, password_file, template) if path),
        *(published or []),
    ]
    check_outputs(output or [], force, inputs, ANSWER_SUFFIXES)
    styled = template_of(template, output or [])
    day = day_of(as_of)
    opening = opening_of(password_file, most_cells, most_megabytes, readers)
    headings = ReadOptions(
        sheet or [],
        map_ or [],
        mapping,
        count_unread,
        count_blank or [],
        only or [],
        pseudonyms=pseudonyms_of(pseudonyms, [*inputs, *(output or [])]),
    )
    if totals is None:
        sources = reader_sources(readers, headings)
    else:
        sources = [ReaderSource(reader_names(readers)[0], readers[0], headings)]
    rubrics = _rubrics([source.path for source in sources], rubric, opening)
    if fields:
        for source, named in zip(sources, rubrics, strict=True):
            if source.path.suffix.lower() != ".json":
                _check_fields(fields, load_rubric(named or DEFAULT_RUBRIC))
    found = [
        _read(source, named, day, opening, fields)
        for source, named in zip(sources, rubrics, strict=True)
    ]
    if totals is not None:
        (reader,) = found
        proved = agree_with_totals(reader.name, reader.result, totals, known_apart or [])
        for path in output or []:
            report = Report(totals_page(proved), totals_figures(proved), template=styled)
            write_answer(path, report, proved.as_json(), force)
        print_json(proved.as_json()) if json else show(totals_page(proved))
        return
    titles = {name: sentence_case(name.replace("_", " ")) for name in fields}
    agreement, matched = agree_on(found, significant, titles)
    if publish:
        results = [reader.result for reader in found]
        hidden = publish_agreement(agreement, results[0], rule_of(up_to, results), earlier)
        page, figures = published_agree_page(hidden), published_figures(hidden.publication)
        report = Report(page, figures, marking=Marking.PUBLISHABLE, template=styled)
        write_published(hidden, report, output or [], json, force)
        return
    settle = 0
    if consensus is not None:
        settle = _write_consensus(consensus, matched, rubrics[0], force)
    if output:
        report = Report(agree_full_page(agreement), agree_figures(agreement), template=styled)
        for path in output:
            write_answer(path, report, agreement.as_json(), force)
    if json:
        print_json(agreement.as_json())
    elif full:
        show(agree_full_page(agreement))
    else:
        show_on_one_screen(
            partial(agree_page, agreement, details), cases_that_differ(agreement) if details else []
        )
    if consensus is not None:
        typer.echo(
            safe(
                f"Wrote {consensus}: {count(settle, 'case')} to settle{_left_out(matched)}. When "
                f"that is done, `audit score {consensus}` reads the agreed record."
            ),
            err=True,
        )


def _refuse_of_cases(
    consensus: Path | None, significant: int | None, totals: str | None, fields: Sequence[str]
) -> None:
    """Refuse with ``--publish`` what names cases, or is no table of steps."""
    asked = [
        *(["--consensus"] if consensus is not None else []),
        *(["--significant"] if significant is not None else []),
        *(["--totals"] if totals is not None else []),
        *(["--field"] if fields else []),
    ]
    if asked:
        raise UsageError(
            f"{asked[0]} tells more of cases than may be published",
            hint=f"Leave out {asked[0]}, or --publish.",
        )


def _check_usage(
    readers: Sequence[Path],
    totals: str | None,
    known_apart: list[str] | None,
    of_cases: Sequence[object],
) -> None:
    if totals is None and known_apart:
        raise UsageError("--known-apart goes with --totals only")
    if totals is not None and len(readers) > 1:
        raise UsageError(
            "--totals stands for the second reader, so it goes with one workbook",
            hint="Leave out --totals, or all workbooks but one.",
        )
    if totals is not None and any(asked is not None for asked in of_cases):
        raise UsageError(
            "--totals don't say which case was given which grade, so there are no cases to list"
        )


def _read(
    source: ReaderSource,
    named: str | None,
    day: dt.date,
    opening: OpenOptions,
    fields: Sequence[str],
) -> Reader:
    result = read_reading(source, named, day, opening, fields)
    return Reader(source.name, result, source.fields)


def _check_fields(fields: Sequence[str], rubric: Rubric) -> None:
    """Refuse a field that holds no words to agree on."""
    known = [name for name, its in rubric.fields.items() if its.type in _OF_WORDS]
    for field in fields:
        if field not in known:
            is_grade = field in rubric.fields and rubric.fields[field].type == "grade"
            raise UsageError(
                f"--field: `{field}` holds grades, which are compared in any case"
                if is_grade
                else f"--field: the rubric `{rubric.name}` has no field of words `{field}`",
                hint="Leave it out." if is_grade else did_you_mean(field, known),
            )


def _rubrics(paths: Sequence[Path], given: str | None, opening: OpenOptions) -> list[str | None]:
    """The rubric for each reader: a workbook that names none is read by the others' only one."""
    if given is not None:
        return [given for _ in paths]
    named = [
        rubric_named_in([open_workbook(path, opening)]) if path.suffix.lower() != ".json" else None
        for path in paths
    ]
    names = {name for name in named if name is not None}
    only = names.pop() if len(names) == 1 else None
    return [name or only for name in named]


def _left_out(matched: Matched) -> str:
    left = matched.left_aside
    return f"; left out: {count(left, 'case')} without a match" if left else ""


def _write_consensus(path: Path, matched: Matched, named: str | None, force: bool) -> int:
    """Write the workbook, and say how many cases are to be settled."""
    # Here because a run that writes no workbook need not wait for openpyxl.
    from casefile_audit.agree.consensus import consensus_workbook

    first = matched.readers[0]
    named = named or first.result.rubric.name
    rubric = load_rubric(named)
    if rubric.sha256 != first.result.rubric.sha256:
        raise RubricError(
            f"the rubric `{named}` is not the one that {first.name} was scored by",
            hint="Name that one with --rubric, or give the workbook instead of the saved result.",
        )
    content, settle = consensus_workbook(matched, rubric, named)
    write_bytes(path, content, force)
    return settle
