"""The ``audit`` command: its subcommands, and the boundary that turns errors into messages."""

import codecs
import errno
import gc
import importlib
import io
import math
import os
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from casefile_audit.english import did_you_mean, sentence, sentence_case
from casefile_audit.errors import AuditError, ExitCode, UsageError, too_little_memory
from casefile_audit.files.limits import PolarsWithinMemory, memory_allowed
from casefile_audit.inputs import forget_inputs
from casefile_audit.version import __version__

# Each command is imported only when it is run, so that help comes at once. A test holds the lines
# against the commands' own.
COMMANDS = {
    "template": "Make a form to record in from a rubric, with drop-downs.",
    "collect": "Bring the forms that readers filled in together.",
    "score": "Apply a rubric to case files, and say what they show.",
    "compare": "Say what changed between two audits, as far as they can tell.",
    "agree": "Say how far readers of the same cases agree.",
    "check": "See what would be read from case files, before scoring.",
    "sample": "Draw the cases to be read, so that anyone can draw them again.",
    "report": "Show where each audit of a programme stands, and what is due.",
    "trend": "Say which way each criterion is going, month by month.",
    "read": "Fill in a form on the screen, one case at a time.",
    "allocate": "Share reviews out, so that nobody reads their own.",
    "language": "Look for victim-blaming and other language in case files.",
    "rubric": "Browse, read, check and start rubrics.",
    "result": "Print the JSON Schema of results.",
}

_LONGEST_LINE = 1_000

# What stands for a character that the terminal's or the pipe's encoding doesn't have.
_PLAIN = {**dict.fromkeys("–—−─", "-"), **dict.fromkeys("“”", '"'), **dict.fromkeys("‘’", "'"),
          "…": "...", "×": "x", "≤": "<=", "≥": ">=", "\N{NO-BREAK SPACE}": " "}  # fmt: skip
# What is wrong with an output, where no file is named.
_OF_PRINTING = (errno.ENOSPC, errno.EIO, errno.EBADF, errno.EFBIG)
_LAST_STREAM = 2
# Typer has its own copy of the library that raises this, or uses the library's, by its version.
_MISTYPED: Any = typer.BadParameter.__base__


class _Panelled(TyperCommand):
    """A command whose help has what everybody needs first, and the rest in panels of their own."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        panels: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for param in self.get_params(ctx):
            if (record := param.get_help_record(ctx)) is not None:
                usual = "Arguments" if param.param_type_name == "argument" else "Options"
                panel = getattr(param, "rich_help_panel", None) or usual
                panels.setdefault(panel, []).append(record)
        for panel, records in panels.items():
            if records:
                with formatter.section(panel):
                    formatter.write_dl(records)


class _Commands(TyperGroup):
    """The subcommands, listed without importing them."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name]) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise _no_command(args[0])
        name, command, rest = super().resolve_command(ctx, args)
        return name, load_command(name) if name else command, rest


def _no_command(word: str) -> UsageError:
    """What was meant by a word that is no command: the name of a file, perhaps, or a slip."""
    if os.path.exists(word) or os.path.splitext(word)[1]:
        said = f'"{word}"' if " " in word else word
        hint = f"Did you mean `audit score {said}`?"
    else:
        hint = sentence_case(did_you_mean(word, list(COMMANDS)))
    return UsageError(f"there is no command `{word}`", hint=hint)


def load_command(name: str) -> Any:
    """A subcommand, imported, as the command line library runs it."""
    module = importlib.import_module(f"casefile_audit.commands.{name}")
    gc.freeze()  # what is imported stays to the end
    gc.set_threshold(*_SELDOM)
    gc.enable()
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    if not hasattr(module, "app"):
        single.command(name, cls=_Panelled)(getattr(module, name))
    command = typer.main.get_command(getattr(module, "app", single))
    command.name = name
    return command


# So many new objects before rubbish is looked for: most of a short run's stay to its end, and a
# twentieth of its time would go into looking.
_SELDOM = 200_000, 50, 100

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
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Apply audit rubrics to spreadsheets of case files, and say plainly what the files show.

    To begin: audit check cases.xlsx says whether it can be scored, and audit score cases.xlsx says
    what it shows. Each command has help of its own: audit score --help
    """


def main() -> None:
    """Run ``audit``: the one place where errors become messages and exit codes."""
    _prepare_streams()
    sys.meta_path.insert(0, PolarsWithinMemory())
    # A library's warning may quote a cell, and tells the user nothing to act on.
    warnings.showwarning = lambda *_, **__: None
    if sys.stdout is None:
        _say("error: standard output is closed, so there is nowhere to print to")
        sys.exit(ExitCode.WRONG_INPUT)
    sys.exit(_run())


def _prepare_streams() -> None:
    # The number of a closed stream would go to the next file opened, and with it whatever a
    # library prints there.
    while (number := os.open(os.devnull, os.O_RDWR)) <= _LAST_STREAM:
        pass
    os.close(number)
    codecs.register_error("plain", _in_plain_letters)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="plain")


def _in_plain_letters(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(_PLAIN.get(character, "?") for character in lost), error.end


def _run() -> int:
    forget_inputs()
    try:
        code = _typed()
        sys.stdout.flush()
    except AuditError as error:
        _explain(error, _written_as_one(sys.argv[1:]))
        return ExitCode.WRONG_INPUT
    except BrokenPipeError:
        _drop(sys.stdout)
        return ExitCode.PIPE_CLOSED
    except OSError as error:
        _drop(sys.stdout)
        _explain(_refused(error))
        return ExitCode.WRONG_INPUT
    except MemoryError:
        _explain(too_little_memory())
        return ExitCode.WRONG_INPUT
    except BaseException as error:  # a panic in Rust is not an Exception
        # Which is how Polars ends where it is refused memory, and hardly for another reason.
        if type(error).__name__ == "PanicException" and memory_allowed() < math.inf:
            _explain(too_little_memory())
            return ExitCode.WRONG_INPUT
        _say(_bug_report(error))
        return ExitCode.BUG
    return code


def _typed() -> int:
    """Run what was typed, and give its exit code."""
    try:
        code = app(standalone_mode=False)
    except _MISTYPED as error:
        said = io.StringIO()
        error.show(said)
        _say_safely(said.getvalue().splitlines())
        return ExitCode.WRONG_INPUT
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # which typer takes for a 1
            raise end.__context__ from None
        code = end.code
    return int(code or ExitCode.DONE)


def _refused(error: OSError) -> AuditError:
    """What the system would not do, with the file, or the output, that it would not do it with."""
    what = "the system refuses something that this needs"
    if error.filename:
        what = f"`{error.filename}` can't be used"
    elif error.errno in _OF_PRINTING:
        what = "can't print"
    # Libraries give no reason where they are refused memory.
    hint = too_little_memory().hint if error.errno in (None, errno.ENOMEM) else ""
    return AuditError(f"{what}: {error.strerror or 'no reason is given'}", hint=hint)


_OF_NAMES = ("--map", "--only", "--sheet")


def _written_as_one(words: Sequence[str]) -> str:
    """An option that a name with spaces in it was split over, as it is written; empty if none."""
    for place, word in enumerate(words[:-2]):
        value, rest = words[place + 1], []
        for part in words[place + 2 :]:
            if part.startswith("-") or "." in part or os.path.exists(part):
                break
            rest.append(part)
        if word in _OF_NAMES and rest:
            field, equals, first = value.rpartition("=")
            return f'Write it as one: {word} {field}{equals}"{" ".join([first, *rest])}"'
    return ""


def _explain(error: AuditError, instead: str = "") -> None:
    lines = [f"error: {error.what}", *(f"  {detail}" for detail in error.details)]
    if hint := instead or error.hint:
        lines += ["", f"hint: {sentence(hint)}"]
    # What a message quotes may be of any length.
    _say_safely([f"{line[:_LONGEST_LINE]}…" if line[_LONGEST_LINE:] else line for line in lines])


def _say_safely(lines: Sequence[str]) -> None:
    # Late, so that help starts quickly: it brings rich.
    from casefile_audit.report.terminal import on_standard_error

    _say("\n".join(map(on_standard_error, lines)))


def _say(text: str) -> None:
    try:
        typer.echo(text, err=True)
    except OSError:  # there is nobody left to tell, but the exit code
        _drop(sys.stderr)


def _drop(stream: IO[str]) -> None:
    """Send what a stream still holds nowhere, or the interpreter would fail on it at its end."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _bug_report(error: BaseException) -> str:
    """What is needed to find a bug, without a word of the case files: no values, no messages.

    Nor where the program is installed, which may be named after the user.
    """
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        module = frame.f_globals.get("__name__", "?")
        frames.append(f"  {module}:{trace.tb_lineno} in {frame.f_code.co_name}")
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
