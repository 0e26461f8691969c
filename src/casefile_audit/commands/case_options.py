"""How the commands that take case files read them: the arguments and options, said once."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import typer

from casefile_audit.audit import ReadOptions
from casefile_audit.commands.bundles import flag, option, several
from casefile_audit.commands.options import LONG_FILES, READING, RubricOption, SheetOption
from casefile_audit.errors import UsageError
from casefile_audit.intake.pseudonyms import Pseudonyms, make_key, read_key
from casefile_audit.report.terminal import say


def _no_workers(typed: str | None) -> None:
    if typed is not None:
        raise UsageError(
            "there are no --workers any more: one process keeps the processors of this machine "
            "busy with a long file",
            hint="Leave --workers out. For more than one machine there is --dask.",
        )


CasesArgument = Annotated[
    list[Path],
    typer.Argument(metavar="CASES…", help="Workbooks or tables of case files: xlsx, ods, csv …"),
]
WorkersOption = Annotated[
    str | None, typer.Option("--workers", metavar="N", hidden=True, callback=_no_workers)
]
DaskOption = Annotated[
    str | None,
    typer.Option(
        "--dask",
        metavar="ADDRESS",
        rich_help_panel=LONG_FILES,
        help="Read long CSV and Parquet files with the workers of a Dask cluster, such as "
        "tcp://scheduler:8786. Without it, one process shares the work out among the processors "
        "of this machine.",
    ),
]


PseudonymsOption = Annotated[
    Path | None,
    typer.Option(
        "--pseudonyms",
        metavar="KEYFILE",
        help="Call cases by pseudonyms in all that is printed and saved: the same each month "
        "by the key in this file, which is made if it isn't there.",
    ),
]


@dataclass(frozen=True)
class FieldOptions:
    """By which rubric cases are read, and which of them: what can be said of any case files."""

    rubric: RubricOption = None
    sheet: SheetOption = field(default_factory=list)
    map_: list[str] = several(
        "Read a field from the column with this heading, or from 'column H'; {n} "
        "stands for the numbers of several columns of dates. May be given again.",
        "FIELD=HEADING",
        panel=READING,
    )
    mapping: Path | None = option(
        "Apply a mapping that `audit check` wrote.", "FILE", panel=READING
    )
    only: list[str] = several(
        "Read only the cases of which this is so; 'incident>=2024-04-01' compares dates, "
        "numbers and grades. May be given again: another value of a field adds its cases, "
        "another field narrows them.",
        "FIELD=VALUE",
        panel=READING,
    )

    @property
    def files(self) -> list[Path]:
        """What is read besides the cases."""
        return [self.mapping] if self.mapping else []

    def headings(self) -> ReadOptions:
        """Where the fields stand, and of which cases."""
        return ReadOptions(self.sheet, self.map_, self.mapping, only=self.only)


@dataclass(frozen=True)
class CaseOptions(FieldOptions):
    """How cases are read that are scored, and what they are called in what comes of it."""

    count_unread: bool = flag(
        "Count the cases in which nothing is answered: blank means that nothing is recorded.",
        panel=READING,
    )
    count_blank: list[str] = several(
        "Count a question though no case has anything in its column. May be given again.",
        "FIELD",
        panel=READING,
    )
    pseudonyms: PseudonymsOption = None

    def reading(self, others: Sequence[Path]) -> ReadOptions:
        """How the cases are read; a key for their pseudonyms is made where there is none.

        Args:
            others: what else is read or written, none of which may be the key.

        Raises:
            UsageError: the key can't be read or made, holds no key, or is one of the others.
        """
        return replace(
            self.headings(),
            count_unread=self.count_unread,
            count_blank=self.count_blank,
            pseudonyms=pseudonyms_of(self.pseudonyms, others),
        )


def pseudonyms_of(keyfile: Path | None, others: Sequence[Path]) -> Pseudonyms | None:
    """What cases are called by instead of their references; a key is made where there is none.

    Raises:
        UsageError: the key can't be read or made, holds no key, or is one of the others.
    """
    if keyfile is None:
        return None
    for other in others:
        same = keyfile.exists() and other.exists() and keyfile.samefile(other)
        if same or keyfile.resolve() == other.resolve():
            raise UsageError(
                f"--pseudonyms: `{keyfile}` is a case file or an output",
                hint="Give the key a file of its own, apart from both.",
            )
    if not keyfile.exists():
        make_key(keyfile)
        say(f"Wrote {keyfile}: the key of the pseudonyms. Keep it apart from what they stand in.")
    return read_key(keyfile)
