"""``audit agree``: how far readers of the same cases agree."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from casefile_audit.agree.agreement import agree as agree_on
from casefile_audit.agree.readings import Matched, Reader
from casefile_audit.agree.totals import agree_with_totals
from casefile_audit.commands.options import (
    AsOfOption,
    ForceOption,
    RubricOption,
    day_of,
    score_audit,
)
from casefile_audit.errors import RubricError, UsageError
from casefile_audit.report.agreed import agreed_page, totals_page
from casefile_audit.report.terminal import show
from casefile_audit.rubric_files import load_rubric
from casefile_audit.words import count
from casefile_audit.writing import check_output, write_bytes


def agree(
    readers: Annotated[
        list[Path],
        typer.Argument(
            metavar="FIRST SECOND [THIRD…]",
            help="A workbook, or a saved result (.json), for each reader of the same cases.",
        ),
    ],
    rubric: RubricOption = None,
    significant: Annotated[
        int | None,
        typer.Option(
            "--significant",
            metavar="N",
            help="List the cases whose grades are so many steps apart, or more.",
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
    json: Annotated[
        bool, typer.Option("--json", help="Print the answer as JSON, and nothing else.")
    ] = False,
    as_of: AsOfOption = None,
    force: ForceOption = False,
) -> None:
    """Say how far readers of the same cases agree.

    For example: audit agree self-assessment.xlsx inspectors.xlsx --significant 3
    """
    _check_usage(readers, significant, totals, known_apart, consensus)
    if consensus is not None:
        check_output(consensus, force, (".xlsx",))
    day = day_of(as_of)
    found = [
        Reader(name, score_audit([path], day, rubric))
        for name, path in zip(_names(readers), readers, strict=True)
    ]
    if totals is not None:
        (reader,) = found
        proved = agree_with_totals(reader.name, reader.result, totals, known_apart or [])
        typer.echo(proved.as_json()) if json else show(totals_page(proved))
        return
    agreement, matched = agree_on(found, significant)
    typer.echo(agreement.as_json()) if json else show(agreed_page(agreement))
    if consensus is not None:
        _write_consensus(consensus, matched, rubric, force)


def _check_usage(
    readers: Sequence[Path],
    significant: int | None,
    totals: str | None,
    known_apart: list[str] | None,
    consensus: Path | None,
) -> None:
    if totals is None and known_apart:
        raise UsageError("--known-apart goes with --totals only")
    if totals is None and len(readers) < 2:
        raise UsageError(
            "agreement takes two readers or more",
            hint="Give a second workbook of the same cases, or the second reader's --totals.",
        )
    if totals is not None and len(readers) > 1:
        raise UsageError(
            "--totals stands for the second reader, so it goes with one workbook",
            hint="Leave out --totals, or all workbooks but one.",
        )
    if totals is not None and (consensus is not None or significant is not None):
        raise UsageError(
            "--totals don't say which case was given which grade, so there are no cases to list"
        )


def _names(paths: Sequence[Path]) -> list[str]:
    """What to call each reader: after the file, with its folder where two have one name."""
    stems = [path.stem for path in paths]
    named = [
        stem if stems.count(stem) == 1 else f"{path.resolve().parent.name}/{path.name}"
        for stem, path in zip(stems, paths, strict=True)
    ]
    return [
        name if named.count(name) == 1 else f"{name} ({number})"
        for number, name in enumerate(named, 1)
    ]


def _write_consensus(path: Path, matched: Matched, named: str | None, force: bool) -> None:
    # Here because a run that writes no workbook need not wait for openpyxl.
    from casefile_audit.agree.consensus import consensus_workbook

    made_by = matched.readers[0].result.rubric
    rubric = load_rubric(named or made_by.name)
    if rubric.sha256 != made_by.sha256:
        raise RubricError(
            f"the rubric `{named or made_by.name}` is not the one that "
            f"{matched.readers[0].name} was scored by",
            hint="Name that one with --rubric, or give the workbook instead of the saved result.",
        )
    content, settle = consensus_workbook(matched, rubric, named or made_by.name)
    write_bytes(path, content, force)
    typer.echo(
        f"Wrote {path}: {count(settle, 'case')} to settle. When they are, "
        f"`audit score {path}` reads the agreed record.",
        err=True,
    )
