"""``audit rubric``: browse rubrics, read one, check one, start one, print the schema."""

import json
import re
from pathlib import Path
from typing import Annotated

import typer

from casefile_audit.commands.bundles import argument, option, with_bundles
from casefile_audit.commands.options import ForceOption, group_of_commands, print_json
from casefile_audit.commands.outputs import checked
from casefile_audit.english import count
from casefile_audit.errors import UsageError
from casefile_audit.output.writing import check_output, write_bytes
from casefile_audit.report.rubric import list_page, rubric_page
from casefile_audit.report.terminal import safe, show
from casefile_audit.rubric.loading import (
    DEFAULT_RUBRIC,
    find_rubric,
    load_rubric,
    read_rubric,
    shipped_rubrics,
)
from casefile_audit.rubric.schema import rubric_schema
from casefile_audit.rubric.yaml_text import read_document
from casefile_audit.scoring.trials import trial_faults

_NAME_RE = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
_STARTER = Path(__file__).parents[1] / "starter.yaml"

app = group_of_commands("Browse, read, check and start rubrics.")

NameArgument = Annotated[
    str, typer.Argument(metavar="NAME|PATH", help="A shipped rubric, or a YAML file.")
]


@app.command("list")
def list_() -> None:
    """List the shipped rubrics."""
    show(list_page([load_rubric(name) for name in shipped_rubrics()], DEFAULT_RUBRIC))


@app.command("show")
def show_(name: NameArgument) -> None:
    """Show a rubric as it is read: its questions, fields and grades."""
    show(rubric_page(load_rubric(name)))


@app.command()
def check(name: NameArgument) -> None:
    """Check a rubric: its keys, its names, and the tests inside it."""
    rubric, warnings = checked(read_rubric(name), trial_faults)
    tests = sum(len(criterion.tests) for criterion in rubric.criteria.values())
    typer.echo(
        safe(
            f"Nothing is wrong with {name}: {count(len(rubric.criteria), 'question')}, "
            f"{count(tests, 'test')} passed, {warnings}."
        )
    )


@app.command()
@with_bundles
def new(
    file: Path = argument("FILE", "The YAML file to write."),
    from_: str | None = option("The rubric to start from, shipped or a file.", "NAME"),
    force: ForceOption = False,
) -> None:
    """Start a rubric: a small one, or a copy of another."""
    check_output(file, force, (".yaml", ".yml"))
    if _NAME_RE.fullmatch(file.stem) is None:
        raise UsageError(
            f"`{file.stem}` can't be a rubric's name",
            hint="Use small letters, digits and hyphens, such as night-duty-check.yaml.",
        )
    source = read_document(_STARTER if from_ is None else find_rubric(from_)).content.decode()
    text = re.sub(r"(?m)^rubric:.*$", f"rubric: {file.stem}", source, count=1)
    write_bytes(file, text.encode(), force)
    typer.echo(safe(f"Wrote {file}. Edit it, then run: audit rubric check {file}"))


@app.command()
def schema() -> None:
    """Print the rubric language as a JSON Schema, for editors."""
    print_json(json.dumps(rubric_schema(), indent=2, ensure_ascii=False))
