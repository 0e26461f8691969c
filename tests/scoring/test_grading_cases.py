import datetime as dt
import math
from pathlib import Path

import pytest

from casefile_audit.errors import WorkbookError
from casefile_audit.scoring.findings import Findings, score
from casefile_audit.scoring.grades import Grading, because, grade_cases
from workbooks import read, rubric_of, save_csv

DAY = dt.date(2024, 12, 31)
QUESTIONS = "abcdefghijklmnopqrst"


def rubric_text(grades: str, **changes: str) -> str:
    """A rubric of twenty yes-no questions of equal weight, some with further keys."""
    criteria = "".join(
        f"  {q}: {{question: Is {q} done?, missing: missing {q}, met: {{yes: {q}}}"
        f"{', ' + changes[q] if q in changes else ''}}}\n"
        for q in QUESTIONS
    )
    fields = "".join(f"  {q}: {{type: yes-no}}\n" for q in QUESTIONS)
    return (
        "rubric: twenty\ntitle: Twenty\nversion: 1\npartly_earns: 0.5\nscales:\n"
        "  four: [good, adequate, requires improvement, inadequate]\n"
        "  ofsted: [outstanding, good, requires improvement to be good, inadequate]\n"
        "fields:\n  case_ref: {type: identifier}\n  overall_grade: {type: grade}\n"
        f"{fields}criteria:\n{criteria}grades:\n{grades}"
    )


BANDS = "bands: {good: 85, adequate: 65, requires improvement: 50}"
OVERALL = f"  scale: four\n  recorded: overall_grade\n  {BANDS}\n"


def graded(
    folder: Path, text: str, answers: str, recorded: str = ""
) -> tuple[dict[str, Grading], Findings]:
    """Grades of one case: a letter for each answer, of y(es), p(artly), n(o), - (not applicable)
    or a blank, or ? for a word that can't be read; the questions after the last are not applicable.
    """
    words = {"y": "Yes", "p": "Partly", "n": "No", "-": "N/A", "?": "perhaps", " ": ""}
    cells = [words[letter] for letter in answers.ljust(len(QUESTIONS), "-")]
    rows = [["case_ref", "overall_grade", *QUESTIONS], ["C1", recorded, *cells]]
    findings = score(
        read(save_csv(folder / "a.csv", rows), rubric=text).cases, rubric_of(text), DAY
    )
    return grade_cases(findings, rubric_of(text)), findings


@pytest.mark.parametrize(
    ("answers", "grade", "percent"),
    [
        ("y" * 20, "good", 100),
        ("y" * 17 + "n" * 3, "good", 85),
        ("y" * 17 + " " * 3, "good", 85),
        ("y" * 16 + "p" + "n" * 3, "adequate", 82.5),
        ("y" * 13 + "n" * 7, "adequate", 65),
        ("y" * 12 + "n" * 8, "requires improvement", 60),
        ("y" * 10 + "n" * 10, "requires improvement", 50),
        ("y" * 9 + "n" * 11, "inadequate", 45),
        ("n" * 20, "inadequate", 0),
        ("p" * 20, "requires improvement", 50),
        ("y" * 3 + "p", "good", 87.5),
        ("y", "good", 100),
        ("yyn", "adequate", 200 / 3),
    ],
)
def test_the_score_falls_into_a_band(
    answers: str, grade: str, percent: float, tmp_path: Path
) -> None:
    gradings, findings = graded(tmp_path, rubric_text(OVERALL), answers)
    overall = gradings["overall"]
    assert overall.word("derived", 0) == grade
    assert overall.score[0] == pytest.approx(percent / 100)
    said = because("overall", overall, findings, rubric_of(rubric_text(OVERALL)), 0)
    assert said.startswith(f"{grade}: {math.floor(10 * percent) / 10:g} of 100")


def test_a_score_just_under_a_band_does_not_read_as_the_band(tmp_path: Path) -> None:
    gradings, findings = graded(tmp_path, rubric_text(OVERALL), "y" * 11 + "n" * 2)
    said = because("overall", gradings["overall"], findings, rubric_of(rubric_text(OVERALL)), 0)
    assert said.startswith("adequate: 84.6 of 100 for the questions that apply; missing: ")


def test_the_reason_names_each_question_that_took_from_the_score(tmp_path: Path) -> None:
    text = rubric_text(OVERALL, g="weight: 0", h="weight: 0")
    gradings, findings = graded(tmp_path, text, "yyn pp?np?")
    assert because("overall", gradings["overall"], findings, rubric_of(text), 0) == (
        "requires improvement: 50 of 100 for the questions that apply; missing: C, D; "
        "partly met: E, F, I; can't be told: J"
    )


@pytest.mark.parametrize(("asked", "grade"), [(9, None), (10, "good")])
def test_less_than_half_of_the_questions_asked_is_too_little_for_a_grade(
    asked: int, grade: str | None, tmp_path: Path
) -> None:
    rows = [["case_ref", *QUESTIONS[:asked]], ["C1", *(["yes"] * asked)]]
    rubric = rubric_of(rubric_text(OVERALL))
    intake = read(save_csv(tmp_path / "a.csv", rows), rubric=rubric_text(OVERALL))
    findings = score(intake.cases, rubric, DAY)
    assert grade_cases(findings, rubric)["overall"].word("derived", 0) == grade


def test_the_whole_is_the_other_denominator(tmp_path: Path) -> None:
    gradings, _ = graded(tmp_path, rubric_text(OVERALL), "yyyn")
    assert gradings["overall"].score[0] == 0.75
    assert gradings["overall"].score_of_all[0] == 0.15


def test_where_no_question_applies_there_is_no_grade(tmp_path: Path) -> None:
    gradings, findings = graded(tmp_path, rubric_text(OVERALL, a="floors: good"), "-" * 20)
    overall = gradings["overall"]
    assert overall.word("derived", 0) is None
    assert because("overall", overall, findings, rubric_of(rubric_text(OVERALL)), 0) == ""


@pytest.mark.parametrize(
    ("changes", "answers", "percent"),
    [
        ({"a": "weight: 3"}, "ynnn", 50),
        ({"a": "weight: 0"}, "nyy", 100),
        ({"a": "weight: 3"}, "nyyy", 50),
        ({"a": "partly_earns: 0.2"}, "py", 60),
        ({"a": "partly_earns: 1"}, "pn", 50),
        ({"a": "partly_earns: 0, weight: 2"}, "pyy", 50),
    ],
)
def test_weights_and_what_partly_earns_make_the_score(
    changes: dict[str, str], answers: str, percent: float, tmp_path: Path
) -> None:
    gradings, _ = graded(tmp_path, rubric_text(OVERALL, **changes), answers)
    assert gradings["overall"].score[0] == pytest.approx(percent / 100)


@pytest.mark.parametrize(
    ("changes", "answers", "grade", "why"),
    [
        ({"a": "limits: inadequate"}, "n" + "y" * 19, "inadequate", "a was not met"),
        ({"a": "limits: adequate"}, " " + "y" * 19, "adequate", "a was not recorded"),
        ({"a": "limits: adequate"}, "p" + "y" * 19, "good", "of 100"),
        ({"a": "limits: adequate"}, "-" + "y" * 19, "good", "of 100"),
        ({"a": "limits: adequate"}, "n" * 20, "inadequate", "of 100"),
        ({"a": "limits: adequate"}, "n" + "y" * 13 + "n" * 6, "adequate", "65 of 100"),
        ({"a": "floors: adequate"}, "y" + "n" * 19, "adequate", "a was met"),
        ({"a": "floors: adequate"}, "y" * 13 + "n" * 7, "adequate", "65 of 100"),
        ({"a": "floors: adequate"}, "p" + "n" * 19, "inadequate", "of 100"),
        ({"a": "floors: adequate"}, "y" * 20, "good", "of 100"),
        (
            {"a": "floors: good", "b": "limits: inadequate"},
            "yn" + "y" * 18,
            "inadequate",
            "b was not met",
        ),
        (
            {"a": "limits: adequate", "b": "limits: inadequate"},
            "nn" + "y" * 18,
            "inadequate",
            "b was not met",
        ),
        (
            {"a": "limits: inadequate", "b": "limits: adequate"},
            "nn" + "y" * 18,
            "inadequate",
            "a was not met",
        ),
        (
            {"a": "limits: adequate, title: The designated officer's review"},
            "n" + "y" * 19,
            "adequate",
            "because the designated officer's review was not met",
        ),
    ],
)
def test_limits_and_floors_move_the_grade_and_say_so(
    changes: dict[str, str], answers: str, grade: str, why: str, tmp_path: Path
) -> None:
    text = rubric_text(OVERALL, **changes)
    gradings, findings = graded(tmp_path, text, answers)
    assert gradings["overall"].word("derived", 0) == grade
    assert why in because("overall", gradings["overall"], findings, rubric_of(text), 0)


TWO = f"""
  plan: {{scale: ofsted, theme: Planning, bands: {{outstanding: 90, good: 70, inadequate: 0}}}}
  overall: {{scale: four, recorded: overall_grade, {BANDS}}}
"""


def test_a_judgement_of_a_theme_counts_the_criteria_of_the_theme(tmp_path: Path) -> None:
    text = rubric_text(TWO, a="theme: Planning", b="theme: Planning")
    gradings, _ = graded(tmp_path, text, "ynnnn")
    assert gradings["plan"].score[0] == 0.5
    assert gradings["plan"].score_of_all[0] == 0.5
    assert gradings["overall"].score[0] == 0.2
    assert gradings["plan"].word("derived", 0) == "inadequate"
    assert gradings["plan"].recorded is None


def test_a_limit_may_be_of_one_judgement_only(tmp_path: Path) -> None:
    limits = "limits: {plan: inadequate}"
    text = rubric_text(TWO, a=f"theme: Planning, {limits}", b="theme: Planning, weight: 99")
    gradings, _ = graded(tmp_path, text, "ny" + "y" * 18)
    assert gradings["plan"].word("derived", 0) == "inadequate"
    assert gradings["overall"].word("derived", 0) == "good"


def test_the_recorded_grade_stands_beside_the_derived_one(tmp_path: Path) -> None:
    gradings, _ = graded(tmp_path, rubric_text(OVERALL), "n" * 20, recorded="Good")
    assert gradings["overall"].word("recorded", 0) == "good"
    assert gradings["overall"].word("derived", 0) == "inadequate"


def test_a_judgement_without_bands_is_recorded_only(tmp_path: Path) -> None:
    text = rubric_text("  scale: four\n  recorded: overall_grade\n")
    gradings, findings = graded(tmp_path, text, "n" + "y" * 19, recorded="Good")
    overall = gradings["overall"]
    assert overall.derived is None
    assert (overall.word("recorded", 0), overall.word("derived", 0)) == ("good", None)
    assert because("overall", overall, findings, rubric_of(text), 0) == ""


@pytest.mark.parametrize("recorded", ["", "N/A", "NK", "TBC"])
def test_a_case_may_have_no_recorded_grade(recorded: str, tmp_path: Path) -> None:
    gradings, _ = graded(tmp_path, rubric_text(OVERALL), "y", recorded)
    assert gradings["overall"].word("recorded", 0) is None


def test_every_wrong_grade_is_named_with_its_cell_and_the_nearest_word(tmp_path: Path) -> None:
    words = ["good", "poor", "poor", "adequete"]
    rows = [["case_ref", "overall_grade", "a"], *(["C", word, ""] for word in words)]
    intake = read(save_csv(tmp_path / "a.csv", rows), rubric=rubric_text(OVERALL))
    with pytest.raises(WorkbookError, match="3 grades can't be read") as caught:
        intake.account.check_grades()
    assert caught.value.details[0].startswith("a.csv, a!B3 and B4: `poor`; expected `good`, ")
    assert caught.value.details[1].startswith("a.csv, a!B5: `adequete`")
    assert caught.value.details[1].endswith("did you mean `adequate`?")
