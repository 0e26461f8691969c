"""What was published before: nothing may be worked out from both together."""

from pathlib import Path

import pytest
from published_runs import run

from casefile_audit.errors import UsageError
from casefile_audit.publishing.models import HIDDEN, HidingRule, Publication
from casefile_audit.publishing.publication import publish
from casefile_audit.results import Result
from workbooks import Audit, save_csv, save_text

RULE = HidingRule(up_to=4, set_by="the program's default")


def asked(missing: int, cases: int) -> Result:
    return run({"seen": "N" * missing + "M" * (cases - missing)})


def missing(publication: Publication) -> object:
    return publication.criteria["seen"].missing


def test_a_month_is_not_the_difference_of_two_publications() -> None:
    january = publish(asked(3, 20), RULE)
    february = publish(asked(6, 21), RULE)
    assert (missing(january), missing(february)) == (HIDDEN, 6)
    try:
        both = publish(asked(9, 41), RULE, [january, february])
    except UsageError:
        return
    assert missing(both) == HIDDEN


def test_the_difference_may_not_be_a_small_count() -> None:
    earlier = publish(asked(9, 41), RULE)
    assert missing(publish(asked(11, 60), RULE)) == 11
    assert missing(publish(asked(11, 60), RULE, [earlier])) == HIDDEN


def test_two_large_audits_that_differ_by_one_tell_of_the_one() -> None:
    earlier = publish(asked(9, 40), RULE)
    with pytest.raises(UsageError, match="may be all that is new"):
        publish(asked(10, 41), RULE, [earlier])


def test_a_part_of_what_was_published_is_not_given_away_by_the_other_part() -> None:
    whole, february = publish(asked(9, 41), RULE), publish(asked(6, 21), RULE)
    with pytest.raises(UsageError, match="worked back"):
        publish(asked(3, 20), RULE, [whole, february])


def test_what_can_share_no_case_is_published_as_if_alone() -> None:
    earlier = publish(asked(20, 41), RULE)
    assert missing(publish(asked(9, 60), RULE, [earlier])) == 9


def test_the_same_audit_may_be_published_again() -> None:
    facts = {"district": ["North"] * 20 + ["South"] * 18}
    result = run({"seen": "N" * 11 + "M" * 27}, {}, facts)
    first = publish(result, RULE)
    again = publish(result, RULE, [first])
    assert (again.criteria, again.groups) == (first.criteria, first.groups)


def test_two_groupings_published_one_after_the_other_are_held_together() -> None:
    cases = "N" * 11 + "M" * 27
    grades = {"overall": ["good"] * 14 + ["adequate"] * 10 + ["inadequate"] * 14}
    first = publish(run({"seen": cases}, grades), RULE)
    shorter = publish(run({"seen": cases}, {"overall": grades["overall"]}), RULE, [first])
    assert shorter.grades == first.grades


def test_on_the_command_line(audit: Audit, tmp_path: Path) -> None:
    def cases(name: str, blank: int, number: int) -> str:
        rows = [[f"{name}{n}", "" if n < blank else "W1"] for n in range(number)]
        return str(save_csv(tmp_path / f"{name}.csv", [["Case ref", "Ethnicity"], *rows]))

    rubric = ("--rubric", "rubric.yaml", "--publish")
    for name, blank, number in (("jan", 3, 20), ("feb", 6, 21)):
        ended = audit("score", cases(name, blank, number), *rubric, "-o", f"{name}.json")
        assert ended.code == 0, ended.err
    whole = cases("all", 9, 41)
    assert "9 of 41" in audit("score", whole, *rubric).out
    ended = audit("score", whole, *rubric, "--published", "jan.json", "--published", "feb.json")
    assert "9 of 41" not in ended.out
    assert "jan.csv" in audit("score", whole, *rubric, "--published", "jan.csv").err
    assert "--publish" in audit("score", whole, *rubric[:2], "--published", "jan.json").err


def test_a_published_trend_or_comparison_is_held_against_too(audit: Audit, tmp_path: Path) -> None:
    rubric = ("--rubric", "rubric.yaml", "--publish")
    for name, blank, number in (("jan", 3, 20), ("feb", 6, 21), ("all", 9, 41)):
        rows = [[f"{name}{n}", "" if n < blank else "W1"] for n in range(number)]
        save_csv(tmp_path / f"{name}.csv", [["Case ref", "Ethnicity"], *rows])
    ended = audit("compare", "jan.csv", "feb.csv", *rubric, "-o", "both.json")
    assert ended.code == 0, ended.err
    ended = audit("score", "all.csv", *rubric, "--published", "both.json")
    assert "9 of 41" not in ended.out
    assert "comparison, trend or agreement" in audit("score", "both.json").err
    damaged = (tmp_path / "both.json").read_text(encoding="utf-8").replace('"met"', '"mat"')
    save_text(tmp_path / "both.json", damaged)
    assert "was changed since" in audit("score", "all.csv", *rubric, "--published", "both.json").err
