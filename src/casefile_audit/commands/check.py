"""``audit check``: what would be read from case files, before scoring."""

from pathlib import Path
from typing import Annotated

import typer

from casefile_audit.audits import read_audit
from casefile_audit.commands.options import (
    CasesArgument,
    ForceOption,
    MapOption,
    MappingOption,
    RubricOption,
    SheetOption,
)
from casefile_audit.errors import ExitCode
from casefile_audit.intake import Intake
from casefile_audit.mapping import MappingFile, SheetMapping, mapping_text
from casefile_audit.report.checked import checked_page
from casefile_audit.report.terminal import show
from casefile_audit.rubric import Rubric
from casefile_audit.writing import check_output, write_bytes


def check(
    cases: CasesArgument,
    rubric: RubricOption = None,
    sheet: SheetOption = None,
    map_: MapOption = None,
    mapping: MappingOption = None,
    write_mapping: Annotated[
        Path | None,
        typer.Option(
            "--write-mapping",
            metavar="FILE",
            help="Save which heading is which field as YAML, to edit and to apply with --mapping.",
        ),
    ] = None,
    force: ForceOption = False,
) -> None:
    """See what would be read from case files, before scoring.

    For example: audit check cases.xlsx --write-mapping mapping.yaml
    """
    if write_mapping is not None:
        read = [*cases, *([Path(rubric)] if rubric else [])]
        check_output(write_mapping, force, (".yaml", ".yml"), inputs=read)
    the_rubric, _, intake = read_audit(cases, rubric, sheet or [], map_ or [], mapping)
    show(checked_page(intake, the_rubric))
    if write_mapping is not None:
        write_bytes(write_mapping, _mapping(intake, the_rubric).encode(), force)
        typer.echo(f"Wrote {write_mapping}. Edit it, then add: --mapping {write_mapping}", err=True)
    if any(problem.stops for problem in intake.problems):
        raise typer.Exit(ExitCode.WRONG_INPUT)


def _mapping(intake: Intake, rubric: Rubric) -> str:
    return mapping_text(
        _mapping_found(intake, rubric),
        (
            f"Which heading is which field of {rubric.name}, as `audit check` found it.",
            "Edit the headings; leave one empty where there is no column for the field.",
            "`column H` will do for a heading. Further keys: header_row, blank, unknown,",
            "not_applicable (words that these cells use), sheets (for what differs by sheet).",
        ),
    )


def _mapping_found(intake: Intake, rubric: Rubric) -> MappingFile:
    """What was found, said once if all sheets agree; sheets of one name in several files share."""
    found: dict[str, dict[str, list[str]]] = {}
    for sheet in intake.sheets:
        fields = found.setdefault(sheet.sheet, {field: [] for field in rubric.fields})
        for field, headings in fields.items():
            columns = sorted(sheet.header.of_field(field), key=lambda column: column.rank)
            headings += [c.heading for c in columns if c.heading not in headings]
    alike = len({str(fields) for fields in found.values()}) == 1
    rows = {name: intake.mapping.of_sheet(name).header_row for name in found}
    return intake.mapping.model_copy(
        update={
            "fields": next(iter(found.values())) if alike else {},
            "sheets": {
                name: SheetMapping(header_row=rows[name], fields={} if alike else fields)
                for name, fields in found.items()
                if not alike or rows[name] != intake.mapping.header_row
            },
        }
    )
