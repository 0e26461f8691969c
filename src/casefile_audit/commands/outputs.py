"""What a command writes beside what it prints: its answer as JSON, or as a report to circulate."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from casefile_audit.errors import UsageError
from casefile_audit.output.writing import check_output, write_bytes
from casefile_audit.report.reports import DOCUMENT_SUFFIXES, Report, rendered
from casefile_audit.report.terminal import safe, safe_json

ANSWER_SUFFIXES = (".json", *DOCUMENT_SUFFIXES)

OutputOption = Annotated[
    list[Path] | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help=f"Save a report to circulate ({', '.join(DOCUMENT_SUFFIXES)}), or the answer for "
        "other programs (.json). May be given again.",
    ),
]


def check_outputs(
    paths: Iterable[Path], force: bool, inputs: Sequence[Path], suffixes: Sequence[str]
) -> None:
    """Refuse outputs before any work is done for them.

    Raises:
        UsageError: as ``check_output``; or one file is asked for twice.
    """
    asked: list[Path] = []
    for path in paths:
        check_output(path, force, suffixes, inputs=inputs)
        refuse_twice(path, asked)
        asked.append(path)


def refuse_twice(path: Path, others: Iterable[Path]) -> None:
    """Refuse a file that is to be another output already.

    Raises:
        UsageError: it is.
    """
    if path.resolve() in (other.resolve() for other in others):
        raise UsageError(
            f"`{path}` is to be written twice", hint="Give each output a name of its own."
        )


def write_answer(path: Path, report: Report, json: str, force: bool, what: str = "") -> None:
    """Write an answer in the format that the end of a file's name tells.

    Args:
        path: the file, whose suffix is one of ``ANSWER_SUFFIXES``.
        report: the answer in full, as people read it.
        json: the answer as JSON.
        force: whether to write over a file.
        what: what is to be said of it.

    Raises:
        UsageError: it can't be written.
    """
    suffix = path.suffix.lower()
    content = safe_json(json).encode() if suffix == ".json" else rendered(report, suffix)
    write_bytes(path, content, force)
    say_written(path, what)


def say_written(path: Path, what: str = "") -> None:
    """On standard error, what was written."""
    typer.echo(safe(f"Wrote {path}{what}."), err=True)
