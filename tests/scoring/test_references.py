from types import SimpleNamespace
from typing import cast

import pytest

from casefile_audit.results import FindingsResult, Result
from casefile_audit.scoring.references import hint_of, near_misses, rows_by_reference


def audit_of(
    *references: str, sectors: tuple[str, ...] = (), unnamed: tuple[str, ...] = ()
) -> Result:
    findings = FindingsResult(
        references=list(references),
        outcomes={},
        unnamed=list(unnamed),
        facts={"sector": list(sectors)} if sectors else {},
    )
    return cast(Result, SimpleNamespace(each_case=lambda: findings, pseudonyms=None))


def test_rows_go_by_folded_reference_and_sector() -> None:
    audit = audit_of(
        "C 1", "c  1.", "row 4", "C 1", sectors=("a", "a", "a", "b"), unnamed=("row 4",)
    )
    assert rows_by_reference(audit) == {("c 1", "a"): [0, 1], ("c 1", "b"): [3]}


@pytest.mark.parametrize(
    ("audits", "found"),
    [
        ((["NS/24/1021"], ["ns 24 1021"]), [["NS/24/1021", "ns 24 1021"]]),
        ((["NS/24/1"], ["ns/24/1"]), []),
        ((["A1"], ["A2"]), []),
        ((["-"], ["/"]), []),
        # An audit with both tells them apart itself.
        ((["1/11", "11/1"], ["11/1"]), []),
        ((["A/1"], ["A/1"], ["A 1"]), [["A/1", "A 1"]]),
        ((["A/1"], ["A1"], ["A 1"]), [["A/1", "A1", "A 1"]]),
    ],
)
def test_near_misses_have_the_same_letters_and_digits(
    audits: tuple[list[str], ...], found: list[list[str]]
) -> None:
    assert near_misses([audit_of(*references) for references in audits]) == found


def test_near_misses_stay_within_a_sector() -> None:
    audits = [audit_of("A/1", sectors=("police",)), audit_of("A 1", sectors=("health",))]
    assert near_misses(audits) == []


def test_only_the_first_near_misses_are_named() -> None:
    said = hint_of([[f"A/{number}", f"A {number}"] for number in range(9)])
    assert "`A/0` and `A 0`; " in said
    assert "3 more" in said
    assert "A/6" not in said
