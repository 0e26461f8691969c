"""``audit allocate``: share reviews out, so that nobody reads their own."""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from casefile_audit.allocation.lists import parse_map
from casefile_audit.allocation.rounds import RoundFiles, RoundTerms, prepare
from casefile_audit.commands.bundles import argument, flag, option, several, with_bundles
from casefile_audit.commands.options import (
    FileOptions,
    ForceOption,
    SheetOption,
    print_json,
    rubric_names,
)
from casefile_audit.commands.outputs import say_written
from casefile_audit.english import count
from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.files.workbook import open_workbook
from casefile_audit.output.folders import check_folder
from casefile_audit.output.writing import check_output, write_bytes, write_table
from casefile_audit.report.terminal import safe_json, say, show
from casefile_audit.rubric.loading import called, load_rubric

if TYPE_CHECKING:
    from casefile_audit.allocation.models import Rota
    from casefile_audit.files.workbook import OpenOptions
    from casefile_audit.rubric.model import Rubric

_SUFFIXES = (".xlsx", ".csv", ".json")


@dataclass(frozen=True)
class RoundOptions:
    """What the reviews are shared out by."""

    per_team: int | None = option(
        "So many files of each team are read, each by another team. Without it, every "
        "file of the list.",
        "N",
        min=1,
    )
    readers: Path | None = option(
        "Who reads, where that isn't the teams of the list: teams, or people with their "
        "team; in a column “Reads”, how many, and in “Files”, how many of theirs are read.",
        "FILE",
    )
    previous: list[Path] = several(
        "A rota of last time: whoever reviewed a team then doesn't now. May be given again.", "ROTA"
    )
    conflicts: list[Path] = several(
        "A list of two columns: teams, people or cases that are kept apart, both ways. "
        "May be given again.",
        "FILE",
    )
    double: str | None = option(
        "So many of the files are read twice, by two teams, which don't know it.", "N|N%"
    )
    per_pair: int | None = option(
        "At most so many of a team's files go to the same other team. With --per-team, 1.",
        "N",
        min=1,
    )
    keep: Path | None = option("A rota that was handed out: as much of it stays as can be.", "ROTA")
    seed: str | None = option(
        "Settles what the rules leave open. One is made, and printed, without it.", "TEXT"
    )
    sheet: SheetOption = field(default_factory=list)
    map_: list[str] = several(
        "Which column holds the reference, team, worker, reviewer, reads or files, where "
        "its heading doesn't say so. May be given again.",
        "WHAT=HEADING",
    )

    def files(self, listed: Path) -> RoundFiles:
        """What is read: a list of cases or teams, and what goes with it."""
        return RoundFiles(listed, self.readers, self.previous, self.conflicts, self.keep)

    def terms(self) -> RoundTerms:
        """The same as the terms of a round.

        Raises:
            UsageError: a column is mapped to nothing.
        """
        mapped = parse_map(self.map_)
        return RoundTerms(self.per_team, self.per_pair, self.double, self.seed, self.sheet, mapped)


@dataclass(frozen=True)
class WrittenOptions:
    """What is written of a rota."""

    output: list[Path] = several(
        "Save the rota (.xlsx, .csv), or all that is known of it (.json). May be given again.",
        "FILE",
        names=("-o", "--output"),
    )
    packs: Path | None = option("Write a workbook for each reviewer into a new folder.", "FOLDER")
    rubric: str | None = option(
        "With --packs: each workbook is a form of this rubric, as `audit template` makes.",
        "NAME|PATH",
        autocompletion=rubric_names,
    )

    def check(self, inputs: Sequence[Path], force: bool) -> None:
        """Refuse what can't be written before any work is done for it."""
        for path in self.output:
            check_output(path, force, _SUFFIXES, inputs=inputs)
        if self.packs is not None:
            check_folder(self.packs)
        elif self.rubric is not None:
            raise UsageError("--rubric is for the workbooks of --packs", hint="Add --packs FOLDER.")


@with_bundles
def allocate(
    cases_or_teams: Path = argument(
        "CASES-OR-TEAMS",
        "A list of the case files with whose they are; or of the teams; or of people and their "
        "teams. Any spreadsheet, or CSV.",
    ),
    *,
    asked: RoundOptions,
    written: WrittenOptions,
    json: bool = flag("Print the rota as JSON, and nothing else."),
    files: FileOptions,
    force: ForceOption = False,
) -> None:
    """Share reviews out, so that nobody reads their own.

    For example: audit allocate teams.csv --per-team 4 --previous rota-2025.xlsx -o rota.xlsx
    """
    listed = asked.files(cases_or_teams)
    written.check([*listed.paths, *files.files], force)
    loaded = load_rubric(written.rubric) if written.rubric is not None else None
    opening = files.opening(listed.paths)
    prepared = prepare(listed, asked.terms(), opening)
    # Here because a list that can't be read needn't wait for the solver.
    from casefile_audit.allocation.packs import pack_names, packs, rota_table
    from casefile_audit.allocation.rotas import rota_of
    from casefile_audit.output.folders import write_folder
    from casefile_audit.report.allocate import rota_page
    from casefile_audit.report.issues import sentence
    from casefile_audit.report.progress import waiting

    for said in map(sentence, prepared.issues):
        say(f"note: {said}")
    with waiting(f"Sharing out {prepared.round.size} reviews"):
        rota = rota_of(prepared)
    books = {}
    if written.packs is not None:
        books = packs(rota)
        if loaded is not None and written.rubric is not None:
            books = _forms(rota, loaded, written.rubric, cases_or_teams, opening)
    # The rota first: with it the workbooks can be made again, but not the other way round.
    for path in written.output:
        if path.suffix.lower() == ".json":
            write_bytes(path, safe_json(rota.as_json()).encode(), force)
        else:
            write_table(path, rota_table(rota, pack_names(rota) if written.packs else {}), force)
        say_written(path)
    if written.packs is not None:
        write_folder(written.packs, books)
        say(f"Wrote {written.packs}: {count(len(books), 'workbook')}.")
    print_json(rota.as_json()) if json else show(rota_page(rota))
    if not json and not written.output and written.packs is None:
        say("-o rota.xlsx writes which file goes to whom, --packs FOLDER a workbook for each.")


def _forms(
    rota: "Rota", rubric: "Rubric", named: str, cases: Path, opening: "OpenOptions"
) -> dict[str, bytes]:
    """A form for each reviewer, with what the list knows of their cases."""
    from casefile_audit.allocation.packs import pack_names
    from casefile_audit.forms.known import known_cases
    from casefile_audit.forms.plan import FormPlan, KnownCase, every_sector
    from casefile_audit.forms.workbook import form_workbook
    from casefile_audit.intake.sample_sheet import manifest_in

    reference = rubric.identifier or ""
    own = {review.case: [KnownCase({(reference, 0): review.case})] for review in rota.reviews}
    of_sample = False
    with suppress(WorkbookError):  # a list of teams, or one whose headings the rubric doesn't know
        known: dict[str, list[KnownCase]] = {}
        book = open_workbook(cases, opening)
        of_sample = manifest_in([book]) is not None
        listed, _ = known_cases([book], rubric)
        for case in listed:
            known.setdefault(str(case.cells.get((reference, 0), "")), []).append(case)
        own |= {name: its for name, its in known.items() if name in own}
    forms = {}
    for reviewer, file in pack_names(rota).items():
        mine = sorted(review.case for review in rota.reviews if review.reviewer == reviewer)
        plan = FormPlan(
            rubric=rubric,
            named=called(named),
            day=dt.date.today(),
            sectors=every_sector(rubric),
            cases=[case for name in mine for case in own[name]],
            reader=reviewer,
            of_sample=of_sample,
        )
        forms[file] = form_workbook(plan)
    return forms
