"""The same cases read twice: which are matched, and what is said of the others."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from casefile_audit.compare.paired_rates import paired_rate
from casefile_audit.compare.pairs import Pairs, in_both, match
from casefile_audit.errors import UsageError
from casefile_audit.results import Result
from results_made import result_of
from workbooks import HEADINGS, case, opened, save_csv

THERE_TWICE = "--paired: a case reference that is there twice can't be matched"
NONE_IN_BOTH = "--paired: no case reference is in both files"
ONE_ROW_EACH = "Leave one row for each case, or compare the files without --paired."
WITHOUT_PAIRING = "Two samples of different cases are compared without --paired."


def audit_of(path: Path, *rows: list[object]) -> Result:
    return result_of(opened(save_csv(path, [HEADINGS, *rows])), ("district",))


def named(path: Path, *references: str) -> Result:
    return audit_of(path, *map(case, references))


@pytest.mark.parametrize(
    ("before", "after", "pairs"),
    [
        (["A", "B", "C"], ["c ", "D", "A"], Pairs(["A", "C"], [0, 2], [2, 0], ["B"], ["D"], 0, [])),
        (["A", "-", "TBC"], ["A", "-"], Pairs(["A"], [0], [0], [], [], 3, [])),
        (
            ["A", "CF/1"],
            ["A", "CF 1"],
            Pairs(["A"], [0], [0], ["CF/1"], ["CF 1"], 0, [["CF/1", "CF 1"]]),
        ),
    ],
)
def test_cases_are_matched_on_their_references(
    before: list[str], after: list[str], pairs: Pairs, tmp_path: Path
) -> None:
    audits = named(tmp_path / "before.csv", *before), named(tmp_path / "after.csv", *after)
    assert match(*audits) == pairs
    assert in_both(*audits) == pairs.matched


MANY = [f"C{number}" for number in range(14)]


@pytest.mark.parametrize(
    ("before", "after", "what", "details", "hint"),
    [
        (
            ["A", "a", "B"],
            ["A", "C"],
            THERE_TWICE,
            ["before: A is there 2 times"],
            ONE_ROW_EACH,
        ),
        (
            ["A", "B"],
            ["C", "B", "b", "B"],
            THERE_TWICE,
            ["after: B is there 3 times"],
            ONE_ROW_EACH,
        ),
        (
            MANY * 2,
            ["A", "A"],
            THERE_TWICE,
            [*(f"before: C{number} is there 2 times" for number in range(12)), "and 3 more"],
            ONE_ROW_EACH,
        ),
        (
            [*MANY[:13], *MANY[:13]],
            ["A"],
            THERE_TWICE,
            [*(f"before: C{number} is there 2 times" for number in range(12)), "and 1 more"],
            ONE_ROW_EACH,
        ),
        (
            [*MANY[:12], *MANY[:12]],
            ["A"],
            THERE_TWICE,
            [f"before: C{number} is there 2 times" for number in range(12)],
            ONE_ROW_EACH,
        ),
        (
            MANY[:6],
            ["-", "TBC"],
            NONE_IN_BOTH,
            ["before: C0, C1, C2, C3 and 2 more", "after: its cases have no references"],
            WITHOUT_PAIRING,
        ),
        (
            ["TBC"],
            ["A", "B"],
            NONE_IN_BOTH,
            ["before: its cases have no references", "after: A and B"],
            WITHOUT_PAIRING,
        ),
        (
            ["CF/1"],
            ["CF-1"],
            NONE_IN_BOTH,
            [
                "before: CF/1",
                "after: CF-1",
                "Not matched, but alike in letters and digits: `CF/1` and `CF-1`. Where they are "
                "one case, write its reference alike in all files",
            ],
            WITHOUT_PAIRING,
        ),
    ],
)
def test_what_cannot_be_matched_is_told(
    before: list[str],
    after: list[str],
    what: str,
    details: Sequence[str],
    hint: str,
    tmp_path: Path,
) -> None:
    audits = named(tmp_path / "before.csv", *before), named(tmp_path / "after.csv", *after)
    with pytest.raises(UsageError) as refused:
        match(*audits)
    error = refused.value
    assert (error.what, list(error.details), error.hint) == (what, list(details), hint)


def test_pairs_of_a_group_have_its_value_both_times(tmp_path: Path) -> None:
    before = audit_of(
        tmp_path / "before.csv",
        case("A", district="North"),
        case("B", district="South"),
        case("C", district="North"),
        case("D", district="North"),
    )
    after = audit_of(
        tmp_path / "after.csv",
        case("D", district="north "),
        case("C", district="South"),
        case("B", district="South"),
        case("A", district="North"),
    )
    pairs = match(before, after)
    within = {value: pairs.within(before, after, "district", value) for value in ("North", "South")}
    assert within == {
        "North": Pairs(["A", "D"], [0, 3], [3, 0], (), (), 0),
        "South": Pairs(["B"], [1], [2], (), (), 0),
    }


def test_pairs_that_a_question_was_never_asked_of_are_not_among_those_left_out(
    tmp_path: Path,
) -> None:
    never = {"protected": "No"}
    before = audit_of(
        tmp_path / "before.csv",
        case("both"),
        case("later", **never),
        case("first"),
        case("never", **never),
        case("doubt", protected="perhaps"),
    )
    after = audit_of(
        tmp_path / "after.csv",
        case("both"),
        case("later"),
        case("first", **never),
        case("never", **never),
        case("doubt", **never),
    )
    moved = paired_rate(before, after, "review-recorded", match(before, after)).moved
    assert moved is not None
    assert (moved.same, moved.left_out) == (1, 3)
