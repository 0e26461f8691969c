"""The ``audit`` command: its subcommands, and the boundary that turns errors into messages."""

import importlib
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from casefile_audit import __version__
from casefile_audit.errors import AuditError, ExitCode
from casefile_audit.words import sentence

# Each command is imported only when it is run, so that help comes at once. A test holds the lines
# against the commands' own.
COMMANDS = {
    "score": "Apply a rubric to case files and say what they show.",
    "compare": "Say what changed between two audits, as far as they can tell.",
    "agree": "Say how far readers of the same cases agree.",
    "check": "See what would be read from case files, before scoring.",
    "trend": "Say which way each criterion is going, month by month.",
    "rubric": "Browse, read, check and start rubrics.",
}


class _Commands(TyperGroup):
    """The subcommands, listed without importing them."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name]) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        return name, load_command(name) if name else command, rest


def load_command(name: str) -> Any:
    """A subcommand, imported, as the command line library runs it."""
    module = importlib.import_module(f"casefile_audit.commands.{name}")
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    if not hasattr(module, "app"):
        single.command(name)(getattr(module, name))
    command = typer.main.get_command(getattr(module, "app", single))
    command.name = name
    return command


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"casefile-audit {__version__}")
        raise typer.Exit


@app.callback()
def audit(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Apply audit rubrics to spreadsheets of case files, and say plainly what the files show."""


def main() -> None:
    """Run ``audit``: the one place where errors become messages and exit codes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(_run())


def _run() -> int:
    try:
        app()
    except SystemExit as end:
        if end.code == ExitCode.INTERRUPTED:
            typer.echo("Interrupted: nothing more was written.", err=True)
        return int(end.code or ExitCode.DONE)
    except AuditError as error:
        _explain(error)
        return ExitCode.WRONG_INPUT
    except Exception as error:
        typer.echo(_bug_report(error), err=True)
        return ExitCode.BUG
    return ExitCode.DONE


def _explain(error: AuditError) -> None:
    lines = [f"error: {error.what}", *(f"  {detail}" for detail in error.details)]
    if error.hint:
        lines += ["", f"hint: {sentence(error.hint)}"]
    # Late, so that help starts quickly: it brings rich.
    from casefile_audit.report.terminal import safe

    typer.echo(safe("\n".join(lines)), err=True)


def _bug_report(error: Exception) -> str:
    """What is needed to find a bug, without a word of the case files: no values, no messages."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"  {code.co_filename}:{trace.tb_lineno} in {code.co_name}")
        trace = trace.tb_next
    return "\n".join(
        [
            f"error: this is a bug in casefile-audit {__version__}, not in your files",
            f"  {type(error).__name__}, at:",
            *frames[-6:],
            "",
            "hint: report it with these lines; they hold nothing from the case files.",
        ]
    )
