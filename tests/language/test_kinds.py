"""The Markdown files in ``kinds`` are the tests: what each kind of condition comes to."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from casefile_audit.cases import Outcome
from casefile_audit.rubric.checks import faults_of
from casefile_audit.rubric.conditions.moments import fixed_day
from casefile_audit.rubric.conditions.table import KINDS
from casefile_audit.rubric.model import Rubric
from casefile_audit.rubric.yaml_text import parse_document
from casefile_audit.scoring.findings import outcomes_of
from casefile_audit.scoring.trials import LATE, trial_cases

FOLDER = Path(__file__).parent / "kinds"
_SECTION_RE = re.compile(
    r"^## (?P<heading>.+)\n\n(?P<why>.+)\n\n```yaml\n(?P<yaml>(?s:.+?))```\n\n"
    r"\|(?P<columns>.+)\| outcome \|\n\|[-|]+\|\n(?P<rows>(?:\|.+\|\n?)+)",
    re.MULTILINE,
)
_OUTCOMES = {outcome.label: outcome for outcome in Outcome}


@dataclass(frozen=True)
class Row:
    kind: str
    heading: str
    rubric: Rubric
    day: dt.date
    cells: dict[str, str | list[str]]
    expected: Outcome

    @property
    def id(self) -> str:
        return f"{self.kind}: {self.heading}: {' | '.join(map(str, self.cells.values()))}"


def rubric_of(data: dict[str, Any]) -> Rubric:
    asked = {key: data[key] for key in ("met", "applies", "if_not_recorded") if key in data}
    whole: dict[str, Any] = {"rubric": "kind", "title": "Kind", "version": "1"}
    whole |= {key: data[key] for key in data.keys() - asked.keys() - {"as_of"}}
    whole["criteria"] = {"asked": {"question": "Is it so?", "missing": "without it", **asked}}
    return Rubric.model_validate(whole)


def sections(kind: str) -> list[re.Match[str]]:
    return [*_SECTION_RE.finditer((FOLDER / f"{kind}.md").read_text("utf-8"))]


def rows_of(section: re.Match[str], kind: str) -> Iterator[Row]:
    data = parse_document(section["yaml"], kind).data
    rubric, day = rubric_of(data), fixed_day(data.get("as_of", "")) or LATE
    names = [name.strip() for name in section["columns"].split("|")]
    for line in section["rows"].splitlines():
        *texts, outcome = (cell.strip() for cell in line.strip().strip("|").split("|"))
        cells: dict[str, str | list[str]] = {}
        for name, text in zip(names, texts, strict=True):
            several = rubric.fields[name].several_columns
            cells[name] = [part.strip() for part in text.split(";")] if several else text
        yield Row(kind, section["heading"], rubric, day, cells, _OUTCOMES[outcome])


KEYS = [kind.key for kind in KINDS]
ROWS = [
    row
    for path in sorted(FOLDER.glob("*.md"))
    for section in sections(path.stem)
    for row in rows_of(section, path.stem)
]


def test_every_kind_has_its_file_and_every_file_its_kind() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.md")) == sorted(KEYS)


@pytest.mark.parametrize("kind", KEYS)
def test_every_heading_has_a_sentence_an_example_and_a_table_that_uses_the_kind(kind: str) -> None:
    text, found = (FOLDER / f"{kind}.md").read_text("utf-8"), sections(kind)
    assert text.startswith(f"# {kind}\n")
    assert [section["heading"] for section in found] == re.findall(r"^## (.+)$", text, re.M)
    assert [f"{kind}:" in section["yaml"] for section in found] == [True] * len(found)


@pytest.mark.parametrize("kind", KEYS)
def test_every_kind_is_shown_in_applies_under_not_and_of_a_silent_record(kind: str) -> None:
    examples = " ".join(section["yaml"] for section in sections(kind))
    assert "applies:" in examples
    assert "not:" in examples
    expected = {row.expected for row in ROWS if row.kind == kind}
    assert expected >= {Outcome.MET, Outcome.NOT_MET, Outcome.NOT_APPLICABLE, Outcome.CANNOT_TELL}


@pytest.mark.parametrize("kind", KEYS)
def test_the_examples_are_rubrics_without_faults(kind: str) -> None:
    rubrics = {row.heading: row.rubric for row in ROWS if row.kind == kind}
    errors = [fault for rubric in rubrics.values() for fault in faults_of(rubric) if fault.is_error]
    assert errors == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_of_cells_comes_to_the_outcome_beside_it(row: Row) -> None:
    cases = trial_cases(row.rubric, [row.cells], "")
    outcome = outcomes_of(row.rubric.criteria["asked"], cases, row.rubric.setting(row.day))[0]
    assert Outcome(outcome).label == row.expected.label


def several_of(row: Row) -> list[int]:
    """How many cells a row has for each field of several columns."""
    return [len(cell) for cell in row.cells.values() if isinstance(cell, list)]


@pytest.mark.parametrize("kind", KEYS)
def test_the_rows_of_a_table_come_to_the_same_together(kind: str) -> None:
    for section in sections(kind):
        of_section = sorted(rows_of(section, kind), key=several_of)
        for _, alike in groupby(of_section, key=several_of):
            rows = [*alike]
            rubric, day = rows[0].rubric, rows[0].day
            cases = trial_cases(rubric, [row.cells for row in rows], "")
            outcomes = outcomes_of(rubric.criteria["asked"], cases, rubric.setting(day))
            assert outcomes.tolist() == [row.expected for row in rows]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-01", dt.date(2024, 3, 1)),
        ("1 March 2024", dt.date(2024, 3, 1)),
        ("45352", dt.date(2024, 3, 1)),
        ("2024-02-31", None),
        ("opened", None),
    ],
)
def test_a_day_of_a_rubric_is_written_as_in_a_cell(text: str, day: dt.date | None) -> None:
    assert fixed_day(text) == day
