import json
import re
from pathlib import Path
from typing import Any

import pytest

from casefile_audit.compare.comparability import comparability
from results_made import result_of
from workbooks import (
    FIELDS,
    HEADINGS,
    NIGHT_DUTY,
    Audit,
    case,
    opened,
    save_csv,
    save_text,
    save_xlsx,
)

SAMPLES = Path(__file__).parents[2] / "samples"
BEFORE, AFTER = SAMPLES / "encompass-before.xlsx", SAMPLES / "encompass-after.xlsx"
MISSING = "ethnicity-recorded"


def cases(prefix: str, missing: int, of: int, **cells: object) -> list[list[object]]:
    """Cases, the first of which have no ethnicity."""
    return [
        case(f"{prefix}{i}", ethnicity="NR" if i < missing else "W1", **cells) for i in range(of)
    ]


def save(path: str, *rows: list[object]) -> Path:
    """A workbook of cases for the rubric of the tests."""
    return save_xlsx(Path(path), [HEADINGS, *rows])


def two(missing: tuple[int, int], of: tuple[int, int]) -> tuple[Path, Path]:
    """Two workbooks of different cases, so many of each without ethnicity."""
    return (
        save("before.xlsx", *cases("B", missing[0], of[0])),
        save("after.xlsx", *cases("A", missing[1], of[1])),
    )


NIGHT = ("--rubric", "rubric.yaml")


def kinds(comparison: Any) -> list[str]:
    return [warning["kind"] for warning in comparison["warnings"]]


def test_e7_points_towards_improvement_and_does_not_settle_it(audit: Audit) -> None:
    comparison = audit("compare", BEFORE, AFTER, "--json").json
    told = comparison["criteria"]["school-told"]
    assert told["before"] == {"missing": 6, "met": 6, "applicable": 12, "rate": 0.5}
    assert told["after"]["missing"] == 2
    assert told["difference"] == (6 * 12 - 2 * 12) / 144
    assert told["label"] == "points towards improvement"
    assert round(told["p"], 2) == round(told["adjusted_p"], 2) == 0.10
    assert told["test"] == "Boschloo"
    assert round(100 * told["interval"]["low"]) == -4
    assert round(100 * told["interval"]["high"]) == 61
    assert (told["clear_at"], told["cases_needed"]) == (1, 32)
    assert comparison["schema"] == "casefile-audit/comparison/1"


def test_e7_reads_out_in_the_terminal(audit: Audit) -> None:
    said = " ".join(audit("compare", BEFORE, AFTER).out.split())
    assert "School told points towards improvement; 12 cases a side can't settle it." in said
    assert "not shared with the school 6 of 12 2 of 12 33 4 worse–61 better" in said
    assert "about 1 time in 10" in said
    assert "Still below its target: met in 83%, target 100%." in said
    assert "improved" not in said
    full = " ".join(audit("compare", BEFORE, AFTER, "--full").out.split())
    assert "Not shared with the school: 6 of 12 before, 2 of 12 after (50% → 17%)" in full
    assert "DASH completed: met in all 12, both times." in full
    assert "6 of 12 → 2 of 12 0.10 0.10" in full


def test_saved_results_compare_like_their_workbooks(audit: Audit) -> None:
    for path in (BEFORE, AFTER):
        audit("score", path, "-o", f"{path.stem}.json")
    saved = audit("compare", f"{BEFORE.stem}.json", f"{AFTER.stem}.json", "--json").json
    read = audit("compare", BEFORE, AFTER, "--json").json
    assert saved == read


def test_a_clear_change_among_several_questions_is_adjusted_for_all_of_them(audit: Audit) -> None:
    before = [case(f"B{i}", ethnicity="NR", disability="" if i < 6 else "No") for i in range(12)]
    after = [case(f"A{i}", disability="" if i < 5 else "No") for i in range(12)]
    paths = save("before.xlsx", *before), save("after.xlsx", *after)
    run = audit("compare", *paths, *NIGHT, "--json").json
    first, second = run["criteria"][MISSING], run["criteria"]["disability-recorded"]
    assert run["tested"] == 2
    assert first["label"] == "clear improvement"
    assert first["adjusted_p"] == pytest.approx(2 * first["p"])
    assert second["label"] == "can't be told from chance"
    assert run["criteria"]["review-recorded"]["verdict"] == "nothing to compare"
    assert run["criteria"]["review-recorded"]["adjusted_p"] is None


def test_same_cases_read_twice_are_matched_and_the_rest_is_listed(audit: Audit) -> None:
    before = save("before.xlsx", *cases("C", 6, 12), case("only before"))
    after = save(
        "after.xlsx",
        *[case(f"c{i} ", ethnicity="" if i < 2 else "W1") for i in reversed(range(12))],
        case("only after"),
    )
    run = audit("compare", before, after, *NIGHT, "--paired", "--json").json
    found = run["criteria"][MISSING]
    assert run["pairing"]["matched"] == [f"C{i}" for i in range(12)]
    assert run["pairing"]["only_before"] == ["only before"]
    assert run["pairing"]["only_after"] == ["only after"]
    assert found["p"] == pytest.approx(0.0625)
    assert found["interval"]["low"] == pytest.approx(-0.0228, abs=1e-4)
    assert found["moved"]["better"] == ["C2", "C3", "C4", "C5"]
    assert (found["moved"]["worse"], found["moved"]["same"]) == ([], 8)
    said = " ".join(audit("compare", before, after, *NIGHT, "--paired", "--full").out.split())
    assert "12 case references are in both files" in said
    assert "Only before (1): only before" in said
    assert "4 better, none worse, 8 the same." in said
    assert "Better: C2, C3, C4, C5." in said


def test_pairs_that_a_question_did_not_apply_to_both_times_are_left_out(audit: Audit) -> None:
    before = save("before.xlsx", case("C1", reviewed="No"), case("C2", protected="No"), case("C3"))
    after = save("after.xlsx", case("C1"), case("C2"), case("C3"))
    found = audit("compare", before, after, *NIGHT, "--paired", "--json").json
    moved = found["criteria"]["review-recorded"]["moved"]
    assert (moved["better"], moved["same"], moved["left_out"]) == (["C1"], 1, 1)


@pytest.mark.parametrize(
    ("before", "after", "error"),
    [
        ([case("C1"), case("c1"), case("C2")], [case("C1")], "that is there twice"),
        ([case("C1")], [case("C2")], "no case reference is in both files"),
        ([case("TBC")], [case("C2")], "no case reference is in both files"),
    ],
)
def test_what_cannot_be_matched_is_refused(
    audit: Audit, before: list[list[object]], after: list[list[object]], error: str
) -> None:
    paths = save("before.xlsx", *before), save("after.xlsx", *after)
    run = audit("compare", *paths, *NIGHT, "--paired")
    assert run.code == 2
    assert error in run.err
    assert "hint:" in run.err


def test_groups_are_compared_within_and_all_are_counted(audit: Audit) -> None:
    before = save(
        "before.xlsx",
        *cases("N", 10, 10, district="North"),
        *cases("S", 5, 10, district="South"),
        *cases("W", 1, 2, district="West"),
    )
    after = save(
        "after.xlsx",
        *cases("n", 0, 10, district="North"),
        *cases("s", 4, 9, district="South"),
    )
    run = audit("compare", before, after, *NIGHT, "--by", "district", "--json").json
    north, south = (run["groups"]["district"][d]["criteria"][MISSING] for d in ("North", "South"))
    assert (north["before"]["missing"], north["after"]["missing"]) == (10, 0)
    assert north["label"] == "clear improvement"
    assert south["label"] == "can't be told from chance"
    sizes = run["groups"]["district"]["South"]
    assert (sizes["cases_before"], sizes["cases_after"]) == (10, 9)
    assert run["tested"] == 3
    assert north["adjusted_p"] == pytest.approx(3 * north["p"])
    assert run["only_before"] == ["district West"]
    assert run["groups"]["district"].keys() == {"North", "South"}
    screen = " ".join(audit("compare", before, after, *NIGHT, "--by", "district").out.split())
    assert "North: missing ethnicity, 10 of 10 before, 0 of 10 after: clear improvement" in screen
    assert "With 3 questions compared (those of each group counted), “clear” asks more" in screen
    page = audit("compare", before, after, *NIGHT, "--by", "district", "--full").out
    assert "3 questions were compared, those of each group counted" in page
    assert "North – Missing ethnicity: 10 of 10 before, 0 of 10 after" in page


def test_pairs_are_compared_within_a_group_that_they_kept(audit: Audit) -> None:
    before = save("before.xlsx", *cases("N", 6, 6), *cases("S", 2, 3, district="South"))
    after = save("after.xlsx", *cases("N", 0, 5), case("N5", district="South"),
                 *cases("S", 2, 3, district="South"))  # fmt: skip
    by = ("--by", "district", "--paired", "--json")
    groups = audit("compare", before, after, *NIGHT, *by).json["groups"]["district"]
    assert groups["North"]["criteria"][MISSING]["moved"]["better"] == [f"N{i}" for i in range(5)]
    assert groups["South"]["cases_before"] == groups["South"]["cases_after"] == 3


def test_one_case_a_side_is_answered(audit: Audit) -> None:
    found = audit("compare", *two((1, 0), (1, 1)), *NIGHT, "--json").json["criteria"][MISSING]
    assert found["label"] == "no result could be clear"


def test_the_same_file_twice_is_answered_after_a_warning(audit: Audit) -> None:
    run = audit("compare", BEFORE, BEFORE, "--json").json
    assert kinds(run) == ["same file", "same cases"]
    assert run["warnings"][0]["says"] == (
        "The same file, or one that is alike to the last byte, is on both sides: "
        "`encompass-before.xlsx`."
    )
    assert run["criteria"]["school-told"]["label"] == "can't be told from chance"
    assert kinds(audit("compare", BEFORE, BEFORE, "--paired", "--json").json) == ["same file"]


def test_warnings_come_before_the_answer(audit: Audit) -> None:
    out = audit("compare", BEFORE, BEFORE).out
    assert out.index("Before you read the answer") < out.index(
        "School told: 6 of 12 fell short before"
    )


@pytest.mark.parametrize(
    ("both", "says"),
    [
        (1, "1 case is in both samples (C0). "),
        (3, "3 cases are in both samples (C0, C1 and C2). "),
        (5, "5 cases are in both samples (C0, C1, C2 and 2 more). "),
    ],
)
def test_cases_in_both_samples_are_counted(audit: Audit, both: int, says: str) -> None:
    paths = (
        save("before.xlsx", *cases("C", 6, 12)),
        save("after.xlsx", *cases("c", 1, both), *cases("D", 1, 12 - both)),
    )
    (warning,) = audit("compare", *paths, *NIGHT, "--json").json["warnings"]
    assert warning["says"] == says + (
        "Two samples that share cases are not independent, as this comparison takes them to be. "
        "If the same cases were read again, compare them with --paired."
    )


@pytest.mark.parametrize(
    ("spelt", "alike"), [("c-{}", 12), ("C{}.0", 12), ("C0{}", 12), ("D{}", 0), ("C{}/B", 0)]
)
def test_nothing_is_clear_where_references_of_two_samples_are_alike(
    audit: Audit, spelt: str, alike: int
) -> None:
    failed = [case(spelt.format(n), ethnicity="W1" if n == 7 else "") for n in range(12)]
    paths = save("before.xlsx", *cases("C", 0, 12)), save("after.xlsx", *failed)
    found = audit("compare", *paths, *NIGHT, "--json").json
    doubts = [(doubt["code"], doubt["total"]) for doubt in found["doubts"]]
    assert doubts == [("samples-alike", 2 * alike)] * bool(alike)
    verdict = found["criteria"]["ethnicity-recorded"]["verdict"]
    assert verdict == ("in doubt" if alike else "clear")


def test_rows_without_a_reference_are_not_the_same_case(audit: Audit) -> None:
    paths = save("before.xlsx", case("TBC"), case("B")), save("after.xlsx", case("TBC"), case("A"))
    assert audit("compare", *paths, *NIGHT, "--json").json["warnings"] == []


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (12, 4, "One sample is far smaller than the other: 12 cases before, 4 after."),
        (1, 3, "One sample is far smaller than the other: 1 case before, 3 after."),
        (11, 4, None),
        (4, 11, None),
    ],
)
def test_a_sample_far_smaller_than_the_other_is_warned_of(
    before: int, after: int, says: str | None, audit: Audit
) -> None:
    warnings = audit("compare", *two((1, 1), (before, after)), *NIGHT, "--json").json["warnings"]
    assert warnings == ([{"kind": "size", "says": says}] if says else [])


def test_samples_of_no_case_are_of_one_size(tmp_path: Path) -> None:
    one = result_of(opened(save_csv(tmp_path / "a.csv", [HEADINGS, case("C1")])))
    none = one.model_copy(update={"case_count": 0, "inputs": []})
    assert comparability(none, none, paired=True, by=()) == []


@pytest.mark.parametrize(
    ("old", "new", "kind", "says"),
    [
        (
            "version: 2025.1",
            "version: 2025.2",
            "version",
            "Two versions of the rubric night-duty: 2025.1 before, 2025.2 after. What counts as "
            "falling short may have changed.",
        ),
        (
            "rubric: night-duty",
            "rubric: day-duty",
            "rubric",
            "Two rubrics: night-duty before, day-duty after. Only what has the same name in both "
            "is compared.",
        ),
        (
            "Is disability recorded?",
            "Is SEND recorded?",
            "wording",
            "Asked in other words before and after: Disability recorded.",
        ),
        (
            "target: 95",
            "target: 90",
            "version",
            "The rubric night-duty 2025.1 was edited between the two, its version was not. What "
            "counts as falling short may have changed.",
        ),
    ],
)
def test_another_rubric_is_warned_of(
    audit: Audit, old: str, new: str, kind: str, says: str
) -> None:
    before, after = two((6, 2), (12, 12))
    audit("score", before, *NIGHT, "-o", "before.json")
    save_text(Path("other.yaml"), NIGHT_DUTY.replace(old, new))
    audit("score", after, "--rubric", "other.yaml", "-o", "after.json")
    warnings = audit("compare", "before.json", "after.json", "--json").json["warnings"]
    assert {"kind": kind, "says": says} in warnings
    assert kinds({"warnings": warnings}) in ([kind], ["version", kind])


def test_a_scale_that_differs_is_said_and_not_compared(audit: Audit) -> None:
    before, after = two((6, 2), (12, 12))
    audit("score", before, *NIGHT, "-o", "before.json")
    save_text(
        Path("other.yaml"),
        NIGHT_DUTY.replace("scale: [good", "scale: [outstanding, good").replace(
            "{good: 85", "{outstanding: 95, good: 85"
        ),
    )
    audit("score", after, "--rubric", "other.yaml", "-o", "after.json")
    run = audit("compare", "before.json", "after.json", "--json").json
    assert {
        "kind": "scale",
        "says": "Overall has another scale after, so it is not compared.",
    } in run["warnings"]
    assert {grade["verdict"] for grade in run["grades"]["overall"]} == {"not compared"}
    assert run["grades_tested"] == 0


def test_a_derived_grade_is_compared_only_where_the_same_was_asked(audit: Audit) -> None:
    before, _ = two((6, 2), (12, 12))
    kept = [i for i, field in enumerate(FIELDS) if field != "disability"]
    rows = [HEADINGS, *cases("A", 2, 12)]
    after = save_xlsx(Path("narrow.xlsx"), [[row[i] for i in kept] for row in rows])
    run = audit("compare", before, after, *NIGHT, "--json").json
    recorded, derived = run["grades"]["overall"]
    assert recorded["verdict"] == "nothing to compare"
    assert "derived from other questions" in derived["says"]
    assert run["criteria"]["disability-recorded"]["says"] == "Not compared: no column for it after."
    again = [HEADINGS, *cases("B", 2, 12)]
    save_xlsx(Path("again.xlsx"), [[row[i] for i in kept] for row in again])
    run = audit("compare", before, "again.xlsx", *NIGHT, "--paired", "--json").json
    assert "derived from other questions" in run["grades"]["overall"][1]["says"]
    more = """criteria:
  district-recorded: {question: Is it?, missing: without, met: {recorded: district}}
"""
    save_text(Path("more.yaml"), NIGHT_DUTY.replace("criteria:\n", more))
    audit("score", before, *NIGHT, "-o", "before.json")
    audit("score", "before.xlsx", "--rubric", "more.yaml", "-o", "more.json")
    run = audit("compare", "before.json", "more.json", "--json").json
    assert "derived from other questions" in run["grades"]["overall"][1]["says"]


@pytest.mark.parametrize(("field", "name"), [("case_type", "case type"), ("sector", "sector")])
def test_another_mix_of_cases_is_warned_of(audit: Audit, field: str, name: str) -> None:
    rubric = NIGHT_DUTY.replace("  district: {type: text, headings: [District]}",
                                f"  {field}: {{type: text, headings: [District]}}")  # fmt: skip
    if field == "sector":
        rubric = rubric.replace("  sector: {", "  agency: {").replace(
            "fields:", "sector: agency\nsectors: {police: {}, health: {}}\nfields:"
        )
    save_text(Path("rubric.yaml"), rubric)
    before = save("before.xlsx", *cases("P", 4, 9, district="police"), case("H", district="health"))
    after = save("after.xlsx", *cases("Q", 2, 5, district="police"),
                 *cases("I", 2, 5, district="health"))  # fmt: skip
    (warning,) = audit("compare", before, after, *NIGHT, "--json").json["warnings"]
    assert warning["kind"] == "mix"
    assert warning["says"] == (
        f"The cases are not of the same {name} before and after: health 1 of 10 before, 5 of 10 "
        "after; police 9 of 10 before, 5 of 10 after. That alone can make a difference."
    )
    alone = save("alone.xlsx", *cases("P", 4, 9, district="police"))
    run = audit("compare", before, alone, *NIGHT, "--by", field, "--json").json
    assert run["only_before"] == [f"{name} health"]
    # What only one of the audits knows of its cases is no mix.
    audit("score", before, *NIGHT, "-o", "before.json")
    save_text(Path("rubric.yaml"), NIGHT_DUTY)
    audit("score", after, *NIGHT, "-o", "after.json")
    for one, other in (("before", "after"), ("after", "before")):
        assert "mix" not in kinds(audit("compare", f"{one}.json", f"{other}.json", "--json").json)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("NNSSS", "NSSSS", "North 2 of 5 before, 1 of 5 after; South 3 of 5 before, 4 of 5 after"),
        (
            "NNNSSSSSSS",
            "NSSSSSSSSS",
            "North 3 of 10 before, 1 of 10 after; South 7 of 10 before, 9 of 10 after",
        ),
        ("NNNSSSSSSS", "NNNSSSSSSS", None),
        # Just under a fifth of the cases.
        ("N" * 10 + "S" * 11, "N" * 14 + "S" * 7, None),
        (
            "NNSSWWEE",
            "NNNNNNNS",
            "North 2 of 8 before, 7 of 8 after; East 2 of 8 before, 0 of 8 after; West 2 of 8 "
            "before, 0 of 8 after",
        ),
        (
            "NSWEX",
            "NNNNN",
            "North 1 of 5 before, 5 of 5 after; East 1 of 5 before, 0 of 5 after; Out 1 of 5 "
            "before, 0 of 5 after",
        ),
    ],
)
def test_a_mix_is_unlike_by_a_fifth_of_the_cases(
    audit: Audit, before: str, after: str, says: str | None
) -> None:
    districts = {"N": "North", "S": "South", "W": "West", "E": "East", "X": "Out"}
    for name, letters in (("before", before), ("after", after)):
        rows = [
            case(f"{name}-{place}", district=districts[letter])
            for place, letter in enumerate(letters)
        ]
        save(f"{name}.xlsx", *rows)
    run = audit("compare", "before.xlsx", "after.xlsx", *NIGHT, "--by", "district", "--json").json
    assert [warning["says"] for warning in run["warnings"]] == (
        [
            f"The cases are not of the same district before and after: {says}. That alone can make "
            "a difference."
        ]
        if says
        else []
    )


def test_nothing_in_common_is_refused(audit: Audit) -> None:
    run = audit("compare", BEFORE, SAMPLES / "judgements-2024.xlsx")
    assert run.code == 2
    assert "nothing in common to compare" in run.err
    assert "hint: Score both with one rubric: --rubric NAME." in run.err
    assert run.out == ""


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--alpha", "0.3"), "don't go together"),
        (("--margin", "-1"), "not within 0 to 100"),
        (("--by", "distict"), "Did you mean"),
        (("--as-of", "someday"), "isn't a date"),
    ],
)
def test_what_makes_no_sense_is_refused(
    audit: Audit, arguments: tuple[str, ...], part: str
) -> None:
    run = audit("compare", BEFORE, AFTER, *arguments)
    assert run.code == 2
    assert part in run.err


@pytest.mark.parametrize(
    ("before", "after", "options", "says"),
    [
        ("No", "Yes", (), "it applied to no case before"),
        ("Yes", "No", (), "it applied to no case after"),
        ("No", "No", (), "it applied to no case before and after"),
        ("No", "Yes", ("--paired",), "it applied to none of the matched cases both times"),
        (None, "Yes", (), "no column for it before"),
        (None, None, (), "no column for it before or after"),
    ],
)
def test_a_question_that_cannot_be_compared_says_why(
    audit: Audit, before: str | None, after: str | None, options: tuple[str, ...], says: str
) -> None:
    place = FIELDS.index("protected")
    for name, used in (("before", before), ("after", after)):
        rows = [HEADINGS, *(case(f"C{i}", protected=used or "") for i in range(3))]
        if used is None:
            rows = [[*row[:place], *row[place + 1 :]] for row in rows]
        save_xlsx(Path(f"{name}.xlsx"), rows)
    run = audit("compare", "before.xlsx", "after.xlsx", *NIGHT, *options, "--json")
    found = run.json["criteria"]["review-recorded"]
    assert (found["says"], found["label"]) == (f"Not compared: {says}.", "not compared")
    assert run.out.startswith('{\n  "schema": "casefile-audit/comparison/1",\n')


def test_settings_are_held_to_and_kept(audit: Audit) -> None:
    run = audit("compare", BEFORE, AFTER, "--alpha", "0.12", "--census", "--json").json
    assert run["thresholds"] == {"alpha": 0.12, "points_towards": 0.2, "margin": 10, "ratio": 2}
    found = run["criteria"]["school-told"]
    assert found["label"] == "clear improvement"
    assert found["says"].startswith(
        "The share fell: 6 of 12 (50%), then 2 of 12 (17%); that is a fact about these "
        "cases. The improvement is clear"
    )
    assert (found["clear_at"], found["cases_needed"]) == (None, None)
    unsettled = audit("compare", BEFORE, AFTER, "--census", "--json").json["criteria"]
    assert unsettled["school-told"]["says"].startswith(
        "The share fell: 6 of 12 (50%), then 2 of 12 (17%); that is a fact about these "
        "cases. Whether the process is better, they are too few to say. This points"
    )


def pairs_of_samples() -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        ("self-assessment-2014", "inspectors-2014", ("--paired",)),
        ("self-assessment-2014", "inspectors-2014", ("--by", "case_type")),
        ("case-reviews-2024", "dip-samples-2024", ()),
        ("peer-review-2025", "peer-review-2025", ("--paired", "--by", "sector")),
        ("local-authorities-2014", "local-authorities-2014", ()),
    ]


@pytest.mark.parametrize(("before", "after", "options"), pairs_of_samples())
def test_json_holds_no_nan_and_the_page_no_python(
    audit: Audit, before: str, after: str, options: tuple[str, ...]
) -> None:
    paths = SAMPLES / f"{before}.xlsx", SAMPLES / f"{after}.xlsx"
    run = audit("compare", *paths, *options, "--json")
    assert run.code == 0

    def refuse(word: str) -> float:
        raise AssertionError(word)

    json.loads(run.out, parse_constant=refuse)
    page = audit("compare", *paths, *options)
    assert page.code == 0
    assert not re.search(r"\bnan\b|\binf\b|None,|\[\]|Direction|Verdict", page.out)


def test_references_that_differ_in_separators_are_pointed_out_and_not_paired(audit: Audit) -> None:
    before = save("before.xlsx", case("NS/24/1021"), case("C2"))
    after = save("after.xlsx", case("ns 24 1021"), case("C2"))
    run = audit("compare", before, after, *NIGHT, "--paired", "--json").json
    assert run["pairing"]["matched"] == ["C2"]
    assert run["pairing"]["near_misses"] == [["NS/24/1021", "ns 24 1021"]]
    said = " ".join(audit("compare", before, after, *NIGHT, "--paired", "--full").out.split())
    assert "alike in letters and digits: `NS/24/1021` and `ns 24 1021`" in said


def test_where_no_reference_matches_the_near_misses_are_in_the_error(audit: Audit) -> None:
    paths = save("before.xlsx", case("A/1")), save("after.xlsx", case("A 1"))
    run = audit("compare", *paths, *NIGHT, "--paired")
    assert run.code == 2
    assert "`A/1` and `A 1`" in " ".join(run.err.split())


def test_pairs_left_out_are_not_said_to_be_told_in_one_of_the_readings(audit: Audit) -> None:
    before = save("before.xlsx", case("C1", ethnicity="?!"), case("C2", protected="No"), case("C3"))
    after = save("after.xlsx", case("C1", ethnicity="?!"), case("C2"), case("C3", ethnicity=""))
    run = audit("compare", before, after, *NIGHT, "--paired", "--details")
    said = " ".join(run.out.split())
    assert "1 pair is left out: in one reading or in both it didn't apply or can't be told." in said


def test_groups_are_the_same_however_they_are_written(audit: Audit) -> None:
    before = save("before.xlsx", *cases("C", 5, 6, district="North"))
    after = save("after.xlsx", *cases("C", 0, 5, district="NORTH"), case("C5", district="South"))
    by = (before, after, *NIGHT, "--by", "district")
    found = audit("compare", *by, "--json").json
    assert list(found["groups"]["district"]) == ["North"]
    assert (found["only_before"], found["only_after"]) == ([], ["district South"])
    assert "mix" not in kinds(found)
    paired = audit("compare", *by, "--paired", "--json").json
    assert paired["groups"]["district"]["North"]["cases_before"] == 5
    assert paired["changed_group"] == {"district": 1}
    assert "1 pair is in no district, for it changed." in audit("compare", *by, "--paired").out


def test_no_group_in_both_is_said(audit: Audit) -> None:
    before = save("before.xlsx", *cases("B", 1, 3, district="North"))
    after = save("after.xlsx", *cases("A", 1, 3, district="South"))
    page = audit("compare", before, after, *NIGHT, "--by", "district").out
    assert "No district is in both." in page
    assert "Nothing points one way" not in page


def test_what_could_not_be_counted_is_named_beside_its_file(audit: Audit) -> None:
    run = audit("compare", BEFORE, AFTER)
    assert run.err == ""
    assert "(left out: row 16, a row of totals (“Total”))" in " ".join(run.out.split())
    reviews, dips = SAMPLES / "case-reviews-2024.xlsx", SAMPLES / "dip-samples-2024.xlsx"
    left = audit("compare", reviews, dips, "--json").json["before"]["not_counted"]
    assert (left["cells"], left["cells_total"], left["rows_total"]) == (["AB6", "E29"], 2, 1)


def test_details_name_the_same_cases_only(audit: Audit) -> None:
    run = audit("compare", BEFORE, AFTER, "--details")
    assert (run.code, run.out) == (2, "")
    assert "--paired" in run.err
    before, _ = two((2, 1), (4, 4))
    again = audit("compare", before, before, *NIGHT, "--paired", "--details")
    assert "No case moved." in again.out
