"""``audit result``: what the JSON of a result holds."""

import json

from casefile_audit.commands.options import group_of_commands, print_json
from casefile_audit.results import result_schema

app = group_of_commands("Print the JSON Schema of results.")


@app.callback()
def result() -> None:
    """Print the JSON Schema of results."""


@app.command()
def schema() -> None:
    """Print the JSON Schema of what `audit score --json` prints."""
    print_json(json.dumps(result_schema(), indent=2, ensure_ascii=False))
