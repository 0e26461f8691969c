"""``audit check``: what would be read from case files, before scoring."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import typer

from casefile_audit.audit import Execution, open_audit
from casefile_audit.commands.bundles import flag, option, with_bundles
from casefile_audit.commands.case_options import (
    CaseOptions,
    CasesArgument,
    DaskOption,
    WorkersOption,
)
from casefile_audit.commands.options import FileOptions, ForceOption
from casefile_audit.errors import ExitCode, UsageError, WorkbookError
from casefile_audit.inputs import let_go
from casefile_audit.intake.columns import Header
from casefile_audit.intake.mapping import MappingFile, SheetMapping, mapping_text
from casefile_audit.intake.no_cases import NoCasesError
from casefile_audit.output.writing import check_output, write_bytes
from casefile_audit.report.check import check_page
from casefile_audit.report.check_full import check_full_page, unread_page
from casefile_audit.report.progress import progress
from casefile_audit.report.terminal import say, show
from casefile_audit.rubric.model import Rubric


@with_bundles
def check(
    cases: CasesArgument,
    *,
    reading: CaseOptions,
    files: FileOptions,
    write_mapping: Path | None = option(
        "Save which heading is which field as YAML, to edit and to apply with --mapping.", "FILE"
    ),
    full: bool = flag("Print every column, row left out and cell to look at."),
    _workers: WorkersOption = None,
    dask: DaskOption = None,
    force: ForceOption = False,
) -> None:
    """See what would be read from case files, before scoring.

    For example: audit check cases.xlsx --write-mapping mapping.yaml
    """
    inputs = [*cases, *reading.files, *files.files]
    if write_mapping is not None:
        if reading.pseudonyms is not None:
            raise UsageError(
                "--write-mapping names sheets and headings as they are",
                hint="Leave out --pseudonyms, or --write-mapping.",
            )
        # Not the mapping that is applied, which may be written over.
        kept = [*cases, *files.files, *([Path(reading.rubric)] if reading.rubric else [])]
        check_output(write_mapping, force, (".yaml", ".yml"), inputs=kept)
    opening = files.opening(cases)
    try:
        audit = open_audit(cases, reading.rubric, reading.reading(inputs), opening)
    except NoCasesError as error:
        if write_mapping is not None:
            sheets = [(name, header) for name, header in error.sheets if header is not None]
            text = _text(sheets, error.mapping, error.rubric)
            _write(write_mapping, text, force, reading.mapping)
        show(unread_page(error))
        raise WorkbookError(error.what, error.details, error.advice) from None
    with progress(audit.size) as advance:
        account = audit.account(dt.date.today(), Execution(dask, advance))
    if write_mapping is not None:
        headers = [(data.name, data.header) for data in audit.layout.sheets]
        text = _text(headers, audit.layout.mapping, audit.rubric)
        _write(write_mapping, text, force, reading.mapping)
    page = check_full_page if full else check_page
    show(page(account, audit.layout))
    if account.stops.total:
        raise typer.Exit(ExitCode.WRONG_INPUT)


def _write(path: Path, text: str, force: bool, in_use: Path | None) -> None:
    if in_use is not None and in_use.resolve() == path.resolve():
        let_go(path)
    write_bytes(path, text.encode(), force)
    say(f"Wrote {path}. Edit it, then add: --mapping {path}")


def _text(sheets: Sequence[tuple[str, Header]], mapping: MappingFile, rubric: Rubric) -> str:
    return mapping_text(
        _mapping_found(sheets, mapping, rubric),
        (
            f"Which heading is which field of {rubric.name}, as `audit check` found it.",
            "Edit the headings; leave one empty where there is no column for the field.",
            "`column H` will do for a heading. Further keys: header_row, leave_out (rows that",
            "aren't cases), blank, unknown, not_applicable (words that these cells use), words",
            "(the same for one field), sheets (for what differs by sheet).",
        ),
    )


def _mapping_found(
    sheets: Sequence[tuple[str, Header]], mapping: MappingFile, rubric: Rubric
) -> MappingFile:
    """What was found, said once if all sheets agree; sheets of one name in several files share."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, header in sheets:
        own = [field for field, its in rubric.fields.items() if its.same_column_as is None]
        fields = found.setdefault(name, {field: [] for field in own})
        for field, headings in fields.items():
            columns = sorted(header.of_field(field), key=lambda column: column.rank)
            headings += [c.heading for c in columns if c.heading not in headings]
    found = found or {"": {field: [] for field in rubric.fields}}
    alike = len({str(fields) for fields in found.values()}) == 1
    parts = {
        name: mapping.own_part(name).model_copy(update={"fields": {} if alike else fields})
        for name, fields in found.items()
    }
    return mapping.model_copy(
        update={
            "fields": next(iter(found.values())) if alike else {},
            "sheets": {name: part for name, part in parts.items() if part != SheetMapping()},
        }
    )
