"""Lexicons in files: what they extend, their examples, and what is said of mistakes."""

from pathlib import Path

import pytest

from casefile_audit.errors import RubricError
from casefile_audit.rubric.lexicons.loading import example_faults, load_lexicon, read_lexicon
from casefile_audit.rubric.lexicons.model import Lexicon
from casefile_audit.rubric.lexicons.yaml_files import shipped_lexicons
from casefile_audit.rubric.loading import describe, load_rubric
from workbooks import save_text

OURS = """
lexicon: ours
title: words we don't use
terms:
  drama:
    term: drama queen
    forms: [drama queen*]
    why: It mocks.
    examples: [{text: She is a drama queen., expect: used}]
"""


def extending(folder: Path, text: str = "extends: victim-blaming\ndrop: [sexting]\n") -> Path:
    return save_text(folder / "ours.yaml", f"{OURS}{text}")


@pytest.mark.parametrize("name", shipped_lexicons())
def test_a_shipped_lexicon_is_well(name: str) -> None:
    text, lexicon, faults, _ = read_lexicon(name)
    assert lexicon is not None
    assert [describe(text, fault) for fault in [*faults, *example_faults(lexicon)]] == []
    for term in lexicon.terms.values():
        assert term.why
        assert term.alternatives
        assert term.source
        assert term.examples


def test_what_is_extended_is_added_to_and_dropped_from(tmp_path: Path) -> None:
    lexicon = load_lexicon(str(extending(tmp_path)))
    assert lexicon.has("a drama queen")
    assert lexicon.has("she is streetwise")
    assert not lexicon.has("she was sexting")
    assert load_lexicon("victim-blaming").has("she was sexting")


def test_a_rubric_adds_and_drops_terms_and_its_digest_tells(tmp_path: Path) -> None:
    extending(tmp_path)
    rubric = """
rubric: small
title: Small
version: "1"
fields: {ref: {type: identifier}, note: {type: text}}
criteria:
  calm: {question: Calm?, missing: with blame, met: {free_of: {note: victim-blaming}}}
"""
    first = load_rubric(str(save_text(tmp_path / "a.yaml", rubric)))
    own = "lexicons: {victim-blaming: {extends: ours.yaml, drop: [streetwise]}}\n"
    second = load_rubric(str(save_text(tmp_path / "b.yaml", rubric + own)))
    assert first.lexicons["victim-blaming"].has("she is streetwise")
    assert not second.lexicons["victim-blaming"].has("she is streetwise")
    assert second.lexicons["victim-blaming"].has("a drama queen")
    before = second.sha256
    save_text(tmp_path / "ours.yaml", OURS.replace("queen*", "king*") + "extends: victim-blaming\n")
    assert load_rubric(str(tmp_path / "b.yaml")).sha256 != before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lexicon: x\nterms: {}\n", "it has neither, and would find nothing"),
        ("lexicon: x\n", "it has neither, and would find nothing"),
        ("lexicon: x\nterms: {a: {term: a, forms: [the]}}\n", "stand in nearly every text"),
        ("lexicon: x\nterms: {a: {term: a, forms: [in/gang the]}}\n", "stand in nearly every"),
        ("lexicon: x\nterms: {a: {term: a, forms: []}}\n", "at least 1 should stand here"),
        ("lexicon: x\nterms: {a: {term: a, forms: [gang ~]}}\n", "where nothing ends it"),
        ("lexicon: x\nterms: {a: {term: a, forms: [gang], whey: b}}\n", "did you mean `why`?"),
        ("lexicon: x\nterms: {a: {term: a, forms: ['{self} b']}}\n", "isn't under `words`"),
        ("lexicon: x\nterms: {a: {term: a, forms: [b], source: [c]}}\n", "there is no source `c`"),
        ("lexicon: x\nextends: victim-blame\n", "did you mean `victim-blaming`?"),
        ("lexicon: x\nextends: ours.yaml\n", "extends itself"),
        ("lexicon: x\nextends: victim-blaming\ndrop: [x]\n", "there is no term `x` to drop"),
        ("lexicon: x\nextends: victim-blaming\ndrop: [[sexting]]\n", "drop → 1: text should"),
        ("lexicon: x\nextends: victim-blaming\ndrop: {sexting: 1}\n", "drop: a list should"),
        ("terms: {a: {term: a, forms: [b]}}\n", "`lexicon` is missing"),
        ("- a\n", "isn't a lexicon"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, text: str, said: str) -> None:
    path = save_text(tmp_path / "ours.yaml", text)
    with pytest.raises(RubricError) as error:
        load_lexicon(str(path))
    told = "\n".join([error.value.what, *error.value.details, error.value.hint])
    assert said.lower() in told.lower()


def test_an_example_that_comes_to_something_else_is_told_with_its_line(tmp_path: Path) -> None:
    path = save_text(tmp_path / "ours.yaml", OURS.replace("expect: used", "expect: negated"))
    text, lexicon, faults, _ = read_lexicon(str(path))
    assert lexicon is not None
    assert not faults
    (fault,) = example_faults(lexicon)
    assert "line 9: terms → drama → examples → 1: this text comes to `used`" in describe(
        text, fault
    )


def test_phrases_are_found_however_they_are_meant() -> None:
    lexicon = Lexicon(phrases=["strategy meeting"])
    assert lexicon.has("There was no strategy meeting, the suspect said.")
