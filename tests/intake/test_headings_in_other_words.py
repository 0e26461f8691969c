"""The headings of real exports, by the two tables beside this file; others come to the same."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from casefile_audit.intake.heading_words import heading_words
from casefile_audit.intake.headings import Matcher
from casefile_audit.intake.mapping import SheetMapping
from casefile_audit.issues import IssueCode
from casefile_audit.rubric.loading import load_rubric
from workbooks import Row, read, save_csv

TABLES: dict[str, dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("headings.yaml").read_text("utf-8")
)


HELD_BACK: dict[str, dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("headings-held-back.yaml").read_text("utf-8")
)


@cache
def matcher(rubric: str) -> Matcher:
    loaded = load_rubric(rubric)
    return Matcher([loaded.fields_of(s) for s in ("", *loaded.sectors)], SheetMapping())


def field_of(rubric: str, heading: str) -> str | None:
    found = matcher(rubric).match(heading, 0)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("rubric", "field", "heading"),
    [
        (rubric, field, heading)
        for rubric, fields in TABLES["known"].items()
        for field, headings in fields.items()
        for heading in headings
    ],
)
def test_a_heading_is_known_in_other_words(rubric: str, field: str, heading: str) -> None:
    for text in (heading, heading.upper(), f"7. {heading}", f"{heading} (if known)"):
        assert field_of(rubric, text) == field, text


@pytest.mark.parametrize(
    ("rubric", "heading"),
    [(rubric, heading) for rubric, headings in TABLES["not"].items() for heading in headings],
)
def test_a_heading_that_means_something_else_is_nobodys(rubric: str, heading: str) -> None:
    for text in (heading, heading.upper(), f"7. {heading}"):
        assert field_of(rubric, text) is None, text


def test_most_headings_that_the_kinds_were_not_made_from_are_known_and_none_for_another() -> None:
    found = {
        (rubric, heading): (field, field_of(rubric, heading))
        for rubric, fields in HELD_BACK["known"].items()
        for field, headings in fields.items()
        for heading in headings
    }
    known = sum(field == taken for field, taken in found.values())
    assert known >= 0.85 * len(found)
    wrong = {at: its for at, its in found.items() if its[1] not in (its[0], None)}
    taken = [
        (rubric, heading, field_of(rubric, heading))
        for rubric, headings in HELD_BACK["not"].items()
        for heading in headings
    ]
    assert (wrong, [each for each in taken if each[2]]) == ({}, [])


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        # Written without spaces; of a system's name that is written so, as a whole.
        ("CrimeRef", "case_ref"),
        ("DateAllocated", "allocated"),
        ("SystmOne ID", "case_ref"),
        ("NicheRMS Occurrence", "case_ref"),
        # Two headings in one, where both are the same field's.
        ("Crime/Incident No", "case_ref"),
        ("Borough / District", "district"),
        ("Crime Ref/District", None),
        ("Suspect/victim age", None),
        # The abbreviation of what stands before it, and a number that is part of the name.
        ("Victim needs assessment (VNA)", "needs_assessment"),
        ("Sgt review (7 day)", "reviews"),
        ("Victim needs assessment (VRI)", None),
        ("#REF!", None),
        ("Ref #", "case_ref"),
        # A person is no day.
        ("Date allocated to officer", "allocated"),
        ("Allocated officer", None),
        ("S.47 strategy discussion held", "strategy_discussion"),
        ("Section 47 strategy meeting", "strategy_discussion"),
    ],
)
def test_headings_are_known_in_kinds(heading: str, field: str | None) -> None:
    assert field_of("child-protection", heading) == field


def test_a_word_of_a_fields_name_is_no_heading() -> None:
    assert field_of("missing-children", "Risk") is None  # `at_risk`


@pytest.mark.parametrize(
    "remark", ["due", "planned", "mother", "moderated", "%", "target", "GP", "old"]
)
def test_a_remark_with_words_of_its_own_leaves_a_heading_to_the_reader(
    remark: str, tmp_path: Path
) -> None:
    rows: list[Row] = [["Case ref", "District", f"Ethnicity ({remark})"], ["C1", "North", "W1"]]
    intake = read(save_csv(tmp_path / "a.csv", rows))
    assert ("ethnicity", f"Ethnicity ({remark})") in intake.account.sheets[0].without_column
    (issue,) = intake.account.sheets[0].issues
    assert (issue.code, issue.field) == (IssueCode.COLUMN_WITH_REMARK, "ethnicity")


@given(st.text(max_size=120))
def test_any_text_has_words_and_its_order_makes_no_difference(text: str) -> None:
    words = heading_words(text)
    assert heading_words(text) == words
    assert heading_words(" ".join(sorted(words))) <= words | heading_words(" ".join(words))


def test_a_force_adds_its_own_systems_headings_once(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(
        "systems: foxtrot\nfields:\n  case-reference: {headings: [Whisky ref]}\n"
        "  school: {type: text, headings: [School name]}\n"
    )
    for rubric in ("child-protection", "missing-children"):
        (tmp_path / f"our-{rubric}.yaml").write_text(
            f"rubric: our-{rubric}\nextends: {rubric}\ntitle: Ours\nversion: 1\n"
            "library: ours.yaml\nfields: {school: {use: school}}\n"
        )
        ours = str(tmp_path / f"our-{rubric}.yaml")
        for heading in ("Whisky no", "Foxtrot crime no", "Crime ref"):
            assert field_of(ours, heading) == "case_ref"
        assert field_of(ours, "School name") == "school"
        assert field_of(rubric, "Whisky no") is None
