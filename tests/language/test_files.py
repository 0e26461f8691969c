"""Files that are no rubric at all are refused; what can be read is read as it is written."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefile_audit.errors import RubricError
from casefile_audit.rubric.loading import load_rubric
from casefile_audit.rubric.yaml_text import parse_document

BASE = """\
rubric: base
title: Base
version: 1
fields:
  seen: {type: yes-no}
criteria:
  asked: {question: Is it so?, missing: without it, met: {yes: seen}}
"""


def save(folder: Path, text: str | bytes) -> Path:
    path = folder / "mine.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def changed(old: str, new: str) -> str:
    assert BASE.count(old) == 1
    return BASE.replace(old, new)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "isn't a rubric: it has no keys"),
        ("# nothing yet\n", "isn't a rubric: it has no keys"),
        ("- rubric: a\n", "isn't a rubric: it has no keys"),
        ("rubric", "isn't a rubric: it has no keys"),
        (changed("title: Base", "title: Base\ntitle: B"), "line 3: `title` is there twice"),
        (changed("title: Base", "title: &t Base"), "line 2: anchors and aliases"),
        (changed("title: Base", "&t title: Base"), "line 2: anchors and aliases"),
        (changed("title: Base", "title: *t"), "line 2: anchors and aliases"),
        (changed("title: Base", "title: !!str Base"), "line 2: the tag"),
        (changed("title: Base", "!!str title: Base"), "line 2: the tag"),
        (changed("title: Base", "title: !!python/name:os.system ''"), "line 2: the tag"),
        (changed("title: Base", "title: a: b"), "line 2 is not YAML"),
        (changed("title: Base", "? [a, b]\n: c"), "line 2: a key has to be plain text"),
        (changed("title: Base", "title:\n\tBase"), "line 3 is not YAML: a tab stands at the start"),
        (changed("title: Base", "title: 'Base"), "line 2 is not YAML: an apostrophe"),
        (changed("title: Base", "title: 'Child's file'"), "line 2 is not YAML: an apostrophe"),
        (changed("title: Base", 'title: "Base'), 'line 2 is not YAML: a " is without its other'),
        (changed("title: Base", "title: “a: b”"), "line 2 is not YAML: curly quotation marks"),
        (changed("title: Base", "title: @Base"), "line 2 is not YAML"),
        (BASE + "---\nrubric: b\n", f"line {BASE.count(chr(10)) + 1}: a second document"),
        ("rubric: " + "[" * 100_000, "line 1: it is nested more than 24 deep"),
        ("rubric: " + "{a: " * 100 + "b" + "}" * 100, "line 1: it is nested more than 24 deep"),
        (bytes(range(256)), "is not UTF-8 text"),
        (BASE.encode() + b"\0", "is not UTF-8 text"),
        (BASE.replace("Base", "B\xe2se").encode("latin-1"), "is not UTF-8 text"),
        (BASE + "#" * 3_000_000, "is larger than 2 MB"),
    ],
    ids=range(26),
)
def test_what_is_not_a_rubric_is_refused_at_once(
    tmp_path: Path, text: str | bytes, told: str
) -> None:
    path = save(tmp_path, text)
    with pytest.raises(RubricError) as refused:
        load_rubric(str(path))
    assert refused.value.what.startswith(f"`{path}`")
    assert told in refused.value.what
    assert refused.value.hint or "larger" in told


@pytest.mark.parametrize("text", ["\ufeff" + BASE, BASE.replace("\n", "\r\n"), "---\n" + BASE])
def test_a_byte_order_mark_windows_lines_and_a_document_start_are_read(
    tmp_path: Path, text: str
) -> None:
    assert load_rubric(str(save(tmp_path, text))).title == "Base"


@pytest.mark.parametrize(
    ("name", "what", "hint"),
    [
        ("child-protecton", "there is no rubric `child-protecton`", "mean `child-protection`?"),
        ("missing.yaml", "there is no file `missing.yaml`", "path of a YAML file"),
        ("child-protecton.yml", "there is no file", "did you mean `child-protection`?"),
        (".", "`.` is a folder, not a rubric", ""),
        ("", "there is no rubric ``", "audit rubric list"),
        ("x" * 5000, "there is no rubric `xxx", "audit rubric list"),
        ("a\0b", "there is no rubric `a", "audit rubric list"),
    ],
)
def test_a_rubric_that_is_not_there(name: str, what: str, hint: str) -> None:
    with pytest.raises(RubricError) as refused:
        load_rubric(name)
    assert refused.value.what.startswith(what)
    assert hint in refused.value.hint


@pytest.mark.parametrize("written", ["2024.10", "00123", "No", "1e3", "0x1F", "~ish", "2024-01-01"])
def test_every_word_is_read_as_it_is_written(tmp_path: Path, written: str) -> None:
    rubric = load_rubric(str(save(tmp_path, changed("version: 1", f"version: {written}"))))
    assert rubric.version == written


@given(st.text(max_size=60) | st.binary(max_size=60))
def test_any_file_is_yaml_or_is_refused(content: str | bytes) -> None:
    try:
        document = parse_document(content, "any.yaml")
    except RubricError as refused:
        told = refused.what
    else:
        told = f"`{document.name}`"
    assert told.startswith("`any.yaml`")
