"""`--publish` on compare, trend and agree: nothing is judged that isn't shown."""

import json
import random
from pathlib import Path

import pytest
from published_runs import Attack, run
from test_publishing_command import FORMATS, text

from casefile_audit.compare.verdicts import Thresholds
from casefile_audit.errors import UsageError
from casefile_audit.publishing.changes import PublishedComparison, publish_comparison
from casefile_audit.publishing.counts import figures_of
from casefile_audit.publishing.directions import PublishedTrend
from casefile_audit.publishing.models import HIDDEN, HidingRule, Publication
from casefile_audit.publishing.readers import PublishedAgreement
from casefile_audit.report.blocks import Sentence
from casefile_audit.report.published_compare import published_compare_page
from casefile_audit.results import Result
from workbooks import Audit, save_csv, save_text

RULE = HidingRule(up_to=4, set_by="the program's default")
RUBRIC = ("--rubric", "rubric.yaml")


def compared(before: Result, after: Result) -> PublishedComparison:
    return publish_comparison(before, after, RULE, [], census=False, thresholds=Thresholds())


def renamed(result: Result) -> Result:
    """The same result of other cases."""
    found = result.each_case()
    others = [f"OTHER-{reference}" for reference in found.references]
    return result.model_copy(update={"by_case": found.model_copy(update={"references": others})})


def test_only_what_both_show_is_compared_and_adjusted_for() -> None:
    before = run({"seen": "N" * 20 + "M" * 20, "asked": "N" * 12 + "M" * 28})
    after = renamed(run({"seen": "N" * 8 + "M" * 32, "asked": "N" * 2 + "M" * 38}))
    both = compared(before, after)
    assert both.shown is not None
    assert (list(both.shown.criteria), both.shown.tested) == (["seen"], 1)
    alone = compared(
        run({"seen": "N" * 20 + "M" * 20}), renamed(run({"seen": "N" * 8 + "M" * 32}))
    ).shown
    assert alone is not None
    assert both.shown.criteria == alone.criteria
    assert both.not_compared == ["Asked"]
    assert both.after.criteria["asked"].missing == HIDDEN
    assert both.before.criteria["asked"].missing == 12


def test_nothing_shown_is_nothing_compared() -> None:
    before, after = run({"seen": "NNM"}), renamed(run({"seen": "NMM"}))
    assert compared(before, after).shown is None


def test_what_was_asked_in_one_audit_alone_is_named() -> None:
    before = run({"seen": "N" * 20 + "M" * 20, "told": "N" * 20 + "M" * 20})
    after = renamed(run({"seen": "N" * 20 + "M" * 20, "heard": "N" * 20 + "M" * 20}))
    page = published_compare_page(compared(before, after))
    said = [block.text for block in page if isinstance(block, Sentence)]
    assert "Asked only before, so not compared: Told." in said
    assert "Asked only after, so not compared: Heard." in said


def test_the_difference_of_audits_that_share_cases_may_not_be_few() -> None:
    before = run({"seen": "N" * 9 + "M" * 31})
    with pytest.raises(UsageError):
        compared(before, run({"seen": "N" * 10 + "M" * 31}))
    apart = compared(before, renamed(run({"seen": "N" * 10 + "M" * 31})))
    assert apart.after.criteria["seen"].missing == 10


def test_what_an_audit_hides_may_be_compared_with_one_of_some_of_its_cases() -> None:
    """Of what was hidden before nobody here knows how much it was, which tells nothing of it."""
    cases = [("N", "good")] * 3 + [("M", "good")] * 44 + [("A", "inadequate")] * 13
    before, after = cases, [*cases[10:], *[("N", "good")] * 10, *[("M", "good")] * 10]
    both = compared(*(run({"held": "".join(o for o, _ in side)}, {"g": [g for _, g in side]})
                      for side in (before, after)))  # fmt: skip
    assert both.before.criteria["held"].missing == HIDDEN
    for side in (both.before, both.after):
        assert not Attack(figures_of(side)).worked_back()


def cases(path: Path, blank: int, number: int) -> Path:
    chance = random.Random(blank)
    rows = [
        [f"URN-{path.stem}-{n:05}", "" if n < blank else "W1", f"{n % 28 + 1:02}/0{n % 6 + 1}/2024",
         chance.choice(["good", "adequate", "inadequate"])]
        for n in range(number)
    ]  # fmt: skip
    return save_csv(path, [["Case ref", "Ethnicity", "Date allocated", "Overall grade"], *rows])


@pytest.mark.parametrize(
    "command",
    [
        ("compare", "before.csv", "after.csv"),
        ("trend", "before.csv", "--period", "allocated", "--every", "quarter"),
        ("agree", "before.csv", "reader.csv"),
    ],
)
def test_no_format_names_a_case_or_a_file(
    command: tuple[str, ...], audit: Audit, tmp_path: Path
) -> None:
    cases(tmp_path / "before.csv", 12, 40)
    cases(tmp_path / "after.csv", 3, 40)
    read_again = text(cases(tmp_path / "reader.csv", 9, 40)).replace("-reader-", "-before-")
    save_text(tmp_path / "reader.csv", read_again)
    more = [word for suffix in FORMATS for word in ("-o", f"out{suffix}")]
    ended = audit(*command, *RUBRIC, "--publish", *more)
    assert ended.code == 0, ended.err
    for said in (ended.out, *(text(tmp_path / f"out{suffix}") for suffix in FORMATS)):
        assert HIDDEN in said
        assert "URN-" not in said
        assert "before.csv" not in said
        assert "Contains small numbers" not in said
    its = json.loads(text(tmp_path / "out.json"))
    parts = [its[part] for part in ("publication", "before", "after") if part in its]
    assert parts
    for part in parts:
        figures = figures_of(Publication.model_validate(part))
        assert not [n for n in figures.values() if isinstance(n, int) and 1 <= n <= 4]
        assert not Attack(figures).worked_back()


def test_a_coefficient_is_given_of_a_whole_table_alone(audit: Audit, tmp_path: Path) -> None:
    def readings(name: str, grades: str, ethnicities: str) -> None:
        words = {"g": "good", "i": "inadequate"}
        rows = [
            [f"C{n}", words[grade], "W1" if ethnicity == "y" else ""]
            for n, (grade, ethnicity) in enumerate(zip(grades, ethnicities, strict=True))
        ]
        save_csv(tmp_path / name, [["Case ref", "Overall grade", "Ethnicity"], *rows])

    readings("a.csv", "g" * 20 + "i" * 15, "y" * 20 + "n" * 15)
    readings("b.csv", "g" * 14 + "i" * 6 + "g" * 7 + "i" * 8, "y" * 19 + "n" * 16)
    ended = audit("agree", "a.csv", "b.csv", *RUBRIC, "--publish", "--json")
    its = PublishedAgreement.model_validate_json(ended.out)
    assert {name: (item.same, item.cases) for name, item in its.agreed.items()} == {
        "grade overall": (22, 35)
    }
    assert "Ethnicity recorded" in its.not_told
    three = audit("agree", "a.csv", "b.csv", "a.csv", *RUBRIC, "--publish")
    assert three.code == 2


def test_a_question_is_judged_only_where_every_period_shows_it(
    audit: Audit, tmp_path: Path
) -> None:
    rows = []
    for month, (blank, undone) in enumerate([(9, 6), (8, 7), (7, 2), (9, 8)], 1):
        for n in range(20):
            answers = ["" if n < blank else "W1", "" if n < undone else "No"]
            rows.append([f"{month}-{n}", *answers, f"{n + 1:02}/{month:02}/2024"])
    headings = ["Case ref", "Ethnicity", "Disability or SEN", "Date allocated"]
    save_csv(tmp_path / "cases.csv", [headings, *rows])
    ended = audit("trend", "cases.csv", *RUBRIC, "--period", "allocated", "--publish", "--json")
    its = PublishedTrend.model_validate_json(ended.out)
    assert list(its.directions) == ["ethnicity-recorded"]
    assert "Disability recorded" in its.not_judged
    march = its.publication.groups["month"]["March 2024"].criteria["disability-recorded"]
    assert march.missing == HIDDEN


@pytest.mark.parametrize(
    "asked",
    [
        ("compare", "a.csv", "b.csv", "--paired"),
        ("compare", "a.csv", "b.csv", "--paired", "--details"),
        ("trend", "a.csv", "--period", "allocated", "--details"),
        ("agree", "a.csv", "b.csv", "--details"),
        ("agree", "a.csv", "b.csv", "--consensus", "settle.xlsx"),
        ("agree", "a.csv", "b.csv", "--significant", "1"),
        ("agree", "a.csv", "a2/a.csv", "--only", "case_ref=URN-a-00001"),
    ],
)
def test_what_names_cases_is_refused(asked: tuple[str, ...], audit: Audit, tmp_path: Path) -> None:
    cases(tmp_path / "a.csv", 12, 40)
    cases(tmp_path / "b.csv", 3, 40)
    (tmp_path / "a2").mkdir()
    cases(tmp_path / "a2" / "a.csv", 3, 40)
    ended = audit(*asked, *RUBRIC, "--publish")
    assert (ended.code, ended.out) == (2, "")
    assert "--publish" in ended.err
