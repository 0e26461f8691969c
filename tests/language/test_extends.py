"""Next year's rubric as a short file: changed, dropped, added."""

import hashlib
from pathlib import Path

import pytest

from casefile_audit.errors import RubricError
from casefile_audit.rubric.loading import describe, load_rubric, read_rubric
from casefile_audit.rubric.model import Rubric

PARENT = """\
rubric: first
title: First
version: 2025
fields:
  seen: {type: yes-no, headings: [Seen]}
  notes: {type: text}
  grade: {type: grade}
criteria:
  child-seen:
    question: Was the child seen?
    missing: not seen
    met: {yes: seen}
    target: 90
    tests: [{given: {seen: "Yes"}, expect: met}]
  notes-written:
    question: Are there notes?
    missing: without notes
    met: {recorded: notes}
grades:
  scale: [good, poor]
  recorded: grade
  bands: {good: 80}
"""
HEAD = "rubric: second\nextends: first.yaml\ntitle: Second\nversion: 2026\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "first.yaml").write_text(PARENT)
    return tmp_path


def child(folder: Path, more: str = "", name: str = "second.yaml") -> str:
    (folder / name).write_text(HEAD + more)
    return str(folder / name)


def loaded(folder: Path, more: str = "") -> Rubric:
    return load_rubric(child(folder, more))


def test_what_is_named_again_is_changed_key_by_key(folder: Path) -> None:
    rubric = loaded(folder, "criteria:\n  child-seen: {target: 98}\nfields:\n  seen: {no: Nope}\n")
    assert (rubric.name, rubric.title, rubric.version) == ("second", "Second", "2026")
    assert rubric.criteria["child-seen"].target == 98
    assert rubric.criteria["child-seen"].missing == "not seen"
    assert rubric.fields["seen"].headings == ["Seen"]
    assert rubric.fields["seen"].nearest("nop") == "nope"
    assert list(rubric.criteria) == ["child-seen", "notes-written"]


def test_what_is_new_is_added_and_what_is_dropped_is_gone(folder: Path) -> None:
    more = "drop: notes-written\ncriteria:\n  alone: {question: A?, missing: b, met: {no: seen}}\n"
    assert list(loaded(folder, more).criteria) == ["child-seen", "alone"]


def test_a_name_within_a_dropped_name_stays(folder: Path) -> None:
    more = "criteria:\n  notes: {question: A?, missing: b, met: {recorded: notes}}\n"
    assert list(loaded(folder, more + "drop: notes-written\n").criteria) == ["child-seen", "notes"]


def test_what_a_parent_dropped_stays_dropped(folder: Path) -> None:
    child(folder, "drop: [notes-written]\n")
    third = folder / "third.yaml"
    third.write_text("rubric: third\nextends: second.yaml\ntitle: Third\nversion: 2027\n")
    assert list(load_rubric(str(third)).criteria) == ["child-seen"]
    assert load_rubric(str(third)).fields.keys() == {"seen", "notes", "grade"}


@pytest.mark.parametrize(
    "grades",
    [
        "grades:\n  bands: {good: 90}\n",
        "grades:\n  overall:\n    bands: {good: 90}\n",
        "grades:\n  overall: {bands: {good: 90}}\n  other: {scale: [a, b], bands: {a: 5}}\n",
    ],
)
def test_a_single_judgement_can_be_changed_under_its_name_and_without(
    folder: Path, grades: str
) -> None:
    rubric = loaded(folder, grades)
    assert rubric.grades["overall"].bands == {"good": 90}
    assert rubric.grades["overall"].recorded == "grade"
    assert rubric.scale("overall") == ["good", "poor"]


@pytest.mark.parametrize("named", ["child-protection", "police-detention"])
def test_a_shipped_rubric_is_extended_by_its_name(tmp_path: Path, named: str) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text(f"rubric: ours\nextends: {named}\ntitle: Ours\nversion: 1\n")
    assert load_rubric(str(path)).criteria == load_rubric(named).criteria


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ("criteria:\n  child-seen: {target: 980}\n", "second.yaml, line 6: "),
        ("criteria:\n  child-seen: {met: {yes: notes}}\n", "second.yaml, line 6: "),
        ("fields:\n  seen: {type: text}\n", "first.yaml, line 12: "),
        ("fields:\n  grade: {also: {x: bad}}\n", "second.yaml, line 6: "),
        ("drop: [child-sen]\n", "second.yaml, line 5: "),
    ],
)
def test_a_mistake_is_told_in_the_file_that_holds_it(folder: Path, more: str, place: str) -> None:
    text, _, faults, _ = read_rubric(child(folder, more))
    told = [describe(text, fault) for fault in faults if fault.is_error]
    assert told
    assert all(each.startswith(f"{folder}/{place}") for each in told)


def test_a_mistake_of_the_parent_is_told_in_the_parent(folder: Path) -> None:
    (folder / "first.yaml").write_text(PARENT.replace("target: 90", "taget: 90"))
    with pytest.raises(RubricError) as refused:
        loaded(folder, "criteria:\n  child-seen: {weight: 2}\n")
    assert [detail.split(": ")[0] for detail in refused.value.details] == [
        f"{folder}/first.yaml, line 13"
    ]


def test_what_a_parent_drops_in_vain_is_told_in_the_parent(folder: Path) -> None:
    child(folder, "drop: [nots-written]\n")
    (folder / "third.yaml").write_text("rubric: c\nextends: second.yaml\ntitle: C\nversion: 1\n")
    with pytest.raises(RubricError) as refused:
        load_rubric(str(folder / "third.yaml"))
    assert refused.value.details[0].startswith(f"{folder}/second.yaml, line 5: drop → 1: ")
    assert "`notes-written`" in refused.value.details[0]


@pytest.mark.parametrize(
    ("extends", "what", "hint"),
    [
        ("second.yaml", "extends itself", "Leave `extends` out"),
        ("./second.yaml", "extends itself", "Leave `extends` out"),
        ("child-protecton", "there is no rubric `child-protecton`", "`child-protection`?"),
        ("frist.yaml", "/frist.yaml`", "path"),
        (".", "`.` is a folder", ""),
        ("[first.yaml]", "has to be one name or path", ""),
    ],
)
def test_what_cannot_be_extended(folder: Path, extends: str, what: str, hint: str) -> None:
    path = child(folder)
    Path(path).write_text(HEAD.replace("first.yaml", extends))
    with pytest.raises(RubricError) as refused:
        load_rubric(path)
    assert refused.value.what.startswith(f"`{path}`, line 2: ")
    assert what in refused.value.what
    assert hint in refused.value.hint


def test_a_circle_of_two_is_told(folder: Path) -> None:
    (folder / "first.yaml").write_text(HEAD.replace("first.yaml", "second.yaml"))
    with pytest.raises(RubricError, match="extends itself"):
        loaded(folder)


def test_the_hash_is_that_of_the_file_and_of_what_it_extends(folder: Path) -> None:
    alone = load_rubric(str(folder / "first.yaml")).sha256
    assert alone == hashlib.sha256(PARENT.encode()).hexdigest()
    before = loaded(folder).sha256
    (folder / "first.yaml").write_text(PARENT + "# a remark\n")
    after = loaded(folder).sha256
    assert len({alone, before, after, loaded(folder, "# a remark\n").sha256}) == 4
    (folder / "first.yaml").write_text(PARENT)
    assert loaded(folder).sha256 == before
