"""``audit result``: what the JSON of a result holds."""

import json

import typer

from casefile_audit.commands.options import print_json
from casefile_audit.results import result_schema

app = typer.Typer(
    help="Print the JSON Schema of results.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.callback()
def result() -> None:
    """Print the JSON Schema of results."""


@app.command()
def schema() -> None:
    """Print the JSON Schema of what `audit score --json` prints."""
    print_json(json.dumps(result_schema(), indent=2, ensure_ascii=False))
