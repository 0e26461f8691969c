"""Readers made for one test, without a workbook."""

import datetime as dt
from collections.abc import Mapping, Sequence

from casefile_audit.agree.agreement import agree
from casefile_audit.agree.models import Agreement, ItemAgreement
from casefile_audit.agree.readings import Reader
from casefile_audit.results import (
    CriterionResult,
    FindingsResult,
    GradedCase,
    GradeResult,
    InputResult,
    Result,
    RubricResult,
)

FOUR = ("good", "adequate", "requires improvement", "inadequate")


def reader(
    name: str,
    grades: Sequence[str | None],
    scale: Sequence[str] = FOUR,
    outcomes: Mapping[str, str] | None = None,
    references: Sequence[str] | None = None,
    sectors: Sequence[str] = (),
) -> Reader:
    """A reader with a grade for each case, C1 and on, and letters of outcomes by criterion."""
    named = list(references or (f"C{number}" for number in range(1, len(grades) + 1)))
    rubric = RubricResult(
        name="made", title="Made", version="1", source="", sha256="", is_default=False
    )
    read = InputResult(
        file=f"{name}.xlsx", sha256=name, sheet="Cases", header_row=1, rows=len(named),
        cases=len(named), left_out=[], without_column=[], notes=[],
    )  # fmt: skip
    cases = [
        GradedCase(
            case=case, recorded=grade, derived=None, score=None, score_of_all=None, because=""
        )
        for case, grade in zip(named, grades, strict=True)
    ]
    overall = GradeResult(
        title="Overall", scale=list(scale), scale_name="overall",
        recorded={word: list(grades).count(word) for word in scale}, derived={},
        without_recorded=list(grades).count(None), without_derived=0, cases=cases,
    )  # fmt: skip
    result = Result(
        made_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), as_of=dt.date(2026, 1, 1), rubric=rubric,
        inputs=[read], passed_over=[], case_count=len(named),
        criteria={name: _criterion(name, own) for name, own in (outcomes or {}).items()},
        grades={"overall": overall}, groups={}, problems=[],
        by_case=FindingsResult(
            references=named, outcomes=dict(outcomes or {}), unnamed=[],
            facts={"sector": list(sectors)} if sectors else {},
        ),
    )  # fmt: skip
    return Reader(name, result)


def _criterion(name: str, letters: str) -> CriterionResult:
    met, partly, no, silent = (letters.count(letter) for letter in "MPNR")
    return CriterionResult(
        question=f"{name}?", title=name, theme="", phrase=f"without {name}",
        applicable=met + partly + no + silent, met=met, partly_met=partly, not_met=no,
        not_recorded=silent, not_applicable=letters.count("A"), cannot_tell=letters.count("C"),
        missing=no + silent, says="", rate=None, interval=None, target=None, target_reached=None,
        target_beyond_chance=None, due=None, not_asked=[], missing_cases=[], not_met_cases=[],
        not_recorded_cases=[], partly_met_cases=[], cannot_tell_cases=[],
    )  # fmt: skip


def pair_of(table: Sequence[Sequence[int]], scale: Sequence[str] = FOUR) -> list[Reader]:
    """Two readers whose cross-table is this."""
    cells = [(i, j) for i, line in enumerate(table) for j, n in enumerate(line) for _ in range(n)]
    return [
        reader("first", [scale[i] for i, _ in cells], scale),
        reader("second", [scale[j] for _, j in cells], scale),
    ]


def answer(*readers: Reader, significant: int | None = None) -> Agreement:
    """How far readers agree."""
    return agree(readers, significant)[0]


def overall(*readers: Reader, significant: int | None = None) -> ItemAgreement:
    """How far readers agree on the only grade."""
    return answer(*readers, significant=significant).grades["overall"]
