"""``audit template``: a form for readers to record in, made from a rubric."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from casefile_audit.commands.bundles import argument, flag, option, several, with_bundles
from casefile_audit.commands.options import ForceOption, rubric_names
from casefile_audit.english import count, did_you_mean, fold, listing
from casefile_audit.errors import UsageError
from casefile_audit.files.workbook import Workbook, open_workbook
from casefile_audit.forms.case_pages import MOST_PAGES
from casefile_audit.forms.document import form_document
from casefile_audit.forms.known import known_cases
from casefile_audit.forms.plan import FormPlan, every_sector
from casefile_audit.forms.workbook import form_workbook
from casefile_audit.intake.form_stamp import stamp_in
from casefile_audit.intake.sample_sheet import manifest_in
from casefile_audit.output.writing import check_output, write_bytes
from casefile_audit.report.terminal import say
from casefile_audit.rubric.loading import called, find_rubric, load_rubric
from casefile_audit.rubric.model import Rubric

_MOST_NAMED = 8


@dataclass(frozen=True)
class FormOptions:
    """Which cases a form is for, and whom."""

    cases: list[Path] = several(
        "The cases to be read: a table with their references. What it knows of them is "
        "filled in and locked. May be given again.",
        "SAMPLE",
    )
    sector: list[str] = several(
        "Ask this sector only, of a rubric with several. May be given again.", "NAME"
    )
    one_case_a_sheet: bool = flag("Give each case a sheet, to be printed.")
    reader: str = option("Who is to fill the form in.", "NAME", default="")


@with_bundles
def template(
    rubric: str = argument(
        "RUBRIC", "A shipped rubric, or a YAML file.", autocompletion=rubric_names
    ),
    *,
    asked: FormOptions,
    output: Path | None = option(
        "The form to write: a workbook (.xlsx) or a Word document (.docx). By default "
        "RUBRIC-form.xlsx.",
        "FILE",
        names=("-o", "--output"),
    ),
    force: ForceOption = False,
) -> None:
    """Make a form to record in from a rubric, with drop-downs.

    Each question has its guidance at its cell.
    For example: audit template child-protection --cases sample.xlsx -o form.xlsx
    """
    path = output or Path(f"{Path(rubric).stem}-form.xlsx")
    check_output(path, force, (".xlsx", ".docx"), inputs=[*asked.cases, find_rubric(rubric)])
    in_word = path.suffix.lower() == ".docx"
    if in_word and asked.one_case_a_sheet:
        raise UsageError(
            "--one-case-a-sheet is of workbooks: in a Word document each case has its own pages",
            hint="Leave it out.",
        )
    loaded = load_rubric(rubric)
    lists = [open_workbook(path) for path in asked.cases]
    plan, notes = _plan(loaded, rubric, lists, asked)
    if asked.one_case_a_sheet and len(plan.cases) * len(plan.sectors) > MOST_PAGES:
        raise UsageError(
            f"{count(len(plan.cases), 'case')} can't have a sheet each: a workbook with more than "
            f"{MOST_PAGES} is hard to open",
            hint="Leave --one-case-a-sheet out, or make forms of parts of the cases.",
        )
    content = form_document(plan) if in_word else form_workbook(plan, asked.one_case_a_sheet)
    write_bytes(path, content, force)
    if forms := [book.path.name for book in lists if stamp_in(book.sheets) is not None]:
        say(
            f"note: of {listing(forms)} what was known beforehand was taken, and no answer: who is "
            "given the form reads for themselves"
        )
    for note in notes:
        say(f"note: {note}")
    say(
        f"Wrote {path}: {_room(plan)}, {count(plan.to_answer, 'question')} to answer. When "
        f"it is filled in, `audit score {path}` reads it."
    )


def _plan(
    rubric: Rubric, named: str, lists: Sequence[Workbook], asked: FormOptions
) -> tuple[FormPlan, Sequence[str]]:
    """What the form is made from, and notes on what the lists know of its cases."""
    known, notes = known_cases(lists, rubric) if lists else ([], [])
    plan = FormPlan(
        rubric=rubric,
        named=called(named),
        day=dt.date.today(),
        sectors=_sectors(rubric, asked.sector),
        cases=known,
        reader=asked.reader,
        sample=manifest_in(lists),
    )
    return plan, notes


def _room(plan: FormPlan) -> str:
    """How many cases the form is for."""
    if not plan.cases:
        return "room for cases"
    spare = sum(bool(plan.reserve_number(case)) for case in plan.cases)
    said = count(len(plan.cases) - spare, "case")
    return f"{said} and {spare:,} in reserve" if spare else said


def _sectors(rubric: Rubric, wanted: Sequence[str]) -> Sequence[str]:
    """The sectors that are wanted, by their names or titles.

    Raises:
        UsageError: the rubric has none of that name.
    """
    if not wanted:
        return every_sector(rubric)
    names = {
        fold(word): name
        for name in rubric.sectors
        for word in (name, rubric.title_of("sectors", name))
    }
    for word in wanted:
        if fold(word) not in names:
            hint = did_you_mean(word, list(rubric.sectors)) if names else "Leave --sector out."
            raise UsageError(
                f"--sector: the rubric `{rubric.name}` has no sector `{word}`", hint=hint
            )
    return list(dict.fromkeys(names[fold(word)] for word in wanted))
