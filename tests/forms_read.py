"""A form of a small rubric to be read, and what tests of readings share."""

from inspect import unwrap
from pathlib import Path

from casefile_audit.commands.template import FormOptions, template
from casefile_audit.recording.form import AskedCell
from casefile_audit.recording.session import Session
from workbooks import NIGHT_DUTY, save_csv, save_text

GUIDANCE = "Look at the plan before you answer, and at the last review of it. " * 9
RUBRIC = NIGHT_DUTY.replace(
    "    question: Is disability recorded?",
    f"    question: Is disability recorded?\n    guidance: {GUIDANCE}",
).replace("Did the designated officer record a review?", "'Did [redacted] tell [b]mother[/b] [/]?'")


def make_form(folder: Path) -> Path:
    """A form for three cases, with its rubric beside it."""
    rows = [["Case ref", "District"], ["C1", "North"], ["C2", "[red]South[/]"], ["007", "North"]]
    cases = save_csv(folder / "cases.csv", rows)
    rubric = save_text(folder / "rubric.yaml", RUBRIC)
    unwrap(template)(str(rubric), asked=FormOptions([cases]), output=folder / "form.xlsx")
    return folder / "form.xlsx"


def asked_of(session: Session, field: str, case: int = 0, number: int = 0) -> AskedCell:
    """A question of a case, by the rubric's field."""
    return next(
        its
        for its in session.form.cases[case].asked
        if its.question.field == field and its.question.number == number
    )
