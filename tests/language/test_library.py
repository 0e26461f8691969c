"""The library of fields: what a rubric draws on, what it says itself, and a force's own over it."""

from pathlib import Path

import pytest

from casefile_audit.errors import RubricError
from casefile_audit.rubric.fields import CodeField
from casefile_audit.rubric.library import shipped_library
from casefile_audit.rubric.loading import describe, load_rubric, read_rubric, shipped_rubrics

RUBRIC = """\
rubric: mine
title: Mine
version: 1
fields:
  ethnicity: {use: ethnicity}
criteria:
  asked: {question: Is it so?, missing: without it, met: {known: ethnicity}}
"""


def save(folder: Path, text: str, library: str | None = None) -> str:
    if library is not None:
        (folder / "ours.yaml").write_text(library, encoding="utf-8")
        text += "library: ours.yaml\n"
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_field_is_what_the_library_says_and_what_the_rubric_says_comes_first(
    tmp_path: Path,
) -> None:
    text = RUBRIC.replace(
        "{use: ethnicity}", "{use: ethnicity, title: Their own, headings: [Heritage], blank: [nil]}"
    )
    field = load_rubric(save(tmp_path, text)).fields["ethnicity"]
    assert isinstance(field, CodeField)
    assert (field.type, field.codes, field.title) == ("code", "police-ethnicity-18+1", "Their own")
    assert field.headings[:2] == ["Heritage", "Self-defined ethnicity"]
    assert field.blank == ["nil", "No"]


def test_other_codes_leave_the_other_words_of_the_librarys_codes_behind(tmp_path: Path) -> None:
    text = RUBRIC.replace(
        "{use: ethnicity}", "{use: first-risk, codes: [Red, Green], also: {R: Red}}"
    )
    field = load_rubric(save(tmp_path, text)).fields["ethnicity"]
    assert isinstance(field, CodeField)
    assert field.also == {"R": "Red"}


def test_a_forces_library_is_over_the_shipped_one_and_part_of_the_hash(tmp_path: Path) -> None:
    plain = load_rubric(save(tmp_path, RUBRIC))
    ours = (
        "systems: foxtrot\nfields:\n  ethnicity: {headings: [Heritage], unknown: [nobody asked]}\n"
    )
    with_ours = load_rubric(save(tmp_path, RUBRIC, ours))
    field = with_ours.fields["ethnicity"]
    assert field.headings[:2] == ["Heritage", "Self-defined ethnicity"]
    assert {"foxtrot", "athena", "child"} <= {*field.beside}
    assert field.unknown == ["nobody asked"]
    assert plain.sha256 != with_ours.sha256


def test_a_key_of_a_forces_library_that_is_left_blank_says_nothing(tmp_path: Path) -> None:
    ours = "systems: foxtrot\nfields:\n  own-log: {type: code, codes: [a, b], beside: , also: }\n"
    text = RUBRIC.replace("use: ethnicity", "use: own-log")
    field = load_rubric(save(tmp_path, text, ours)).fields["ethnicity"]
    assert isinstance(field, CodeField)
    assert (field.beside, field.also) == (["foxtrot"], {})


@pytest.mark.parametrize(
    ("text", "library", "told"),
    [
        (
            RUBRIC.replace("use: ethnicity", "use: ethnicty"),
            None,
            "line 5: fields → ethnicity → use",
        ),
        (RUBRIC.replace("use: ethnicity", "use: ethnicty"), None, "did you mean `ethnicity`?"),
        (RUBRIC, "fields: {ethnicity: {headigns: [x]}}\n", "unknown key `headigns`"),
    ],
)
def test_a_mistake_in_drawing_on_a_library_is_told(
    tmp_path: Path, text: str, library: str | None, told: str
) -> None:
    read, _, faults, _ = read_rubric(save(tmp_path, text, library))
    assert any(told in describe(read, fault) for fault in faults)


@pytest.mark.parametrize(
    ("library", "what"),
    [
        ("fields: [ethnicity]\n", "isn't a library of fields"),
        ("ethnicity: {headings: [x]}\n", "isn't a library of fields"),
        ("fields: {}\nsystems: [a, b]\n", "`systems` has to be words"),
    ],
)
def test_what_is_no_library_is_refused(tmp_path: Path, library: str, what: str) -> None:
    with pytest.raises(RubricError, match=what):
        load_rubric(save(tmp_path, RUBRIC, library))


def test_a_library_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RubricError, match="can't be read: No such file"):
        load_rubric(save(tmp_path, RUBRIC + "library: theirs.yaml\n"))


def test_every_field_of_the_library_serves_a_shipped_rubric() -> None:
    used = {field.use for name in shipped_rubrics() for field in load_rubric(name).fields.values()}
    assert {*shipped_library()} <= used


@pytest.mark.parametrize(
    "said",
    ["headings: {Heritage: yes}", "headings: [[Heritage]]", "blank: {nil: no}", "also: [W1]"],
)
def test_what_can_not_be_added_to_the_library_is_a_mistake_with_its_line(
    tmp_path: Path, said: str
) -> None:
    text = RUBRIC.replace("{use: ethnicity}", f"{{use: ethnicity, {said}}}")
    with pytest.raises(RubricError) as caught:
        load_rubric(save(tmp_path, text))
    assert "line 5" in "".join(caught.value.details)
