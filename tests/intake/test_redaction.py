"""How much of a cell that can't be read is shown: never what may be a name, always what is none."""

from pathlib import Path

import pytest

from casefile_audit.intake.redaction import MANY_ROWS, redacted
from workbooks import HEADINGS, Audit, case, save_xlsx

SCALE = ["good", "adequate", "needs work"]


@pytest.mark.parametrize(
    "text", ["x", "n/k", "Ali", "Good/Adequate", "to be moderated", "Met", "RI2", "Needs work?"]
)
def test_what_is_hardly_a_name_is_shown(text: str) -> None:
    assert redacted(text, own=SCALE) == text


@pytest.mark.parametrize("text", ["Robin", "Robin Smith", "Siobhan 12", "good Robin", "Needs Mary"])
def test_what_may_be_a_name_is_not(text: str) -> None:
    assert redacted(text, own=SCALE) == f"a text of {len(text)} characters"


@pytest.mark.parametrize(("rows", "shown"), [(MANY_ROWS, True), (MANY_ROWS - 1, False)])
def test_a_word_that_stands_in_many_rows_is_shown(audit: Audit, rows: int, shown: bool) -> None:
    cases = [case(f"C{n}", protected="Verified" if n < rows else "Yes") for n in range(20)]
    save_xlsx(Path("cases.xlsx"), [HEADINGS, *cases])
    found = audit("score", "cases.xlsx", "--rubric", "rubric.yaml", "--json").json["problems"]
    assert {problem["found"] for problem in found} == (
        {"Verified"} if shown else {"a text of 8 characters"}
    )
    assert len(found) == rows
