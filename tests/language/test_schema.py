"""The JSON Schema: an editor accepts what the program accepts, and marks a misspelt key."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

import casefile_audit
from casefile_audit.rubric.loading import shipped_rubrics
from casefile_audit.rubric.schema import rubric_schema
from casefile_audit.rubric.yaml_files import RUBRICS_FOLDER

STARTER = Path(casefile_audit.__file__).parent / "starter.yaml"
DOC = Path(__file__).parents[2] / "docs" / "rubric-language.md"
VALIDATOR = Draft202012Validator(rubric_schema())


class EditorLoader(yaml.SafeLoader):
    """YAML 1.2's core types, as editors have them: numbers and true, while yes and dates stay."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as PyYAML has it


for tag, pattern, first in (
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?\d+$", list("-+0123456789")),
    ("float", r"^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$", list("-+.0123456789")),
):
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)


def errors(text: str) -> list[str]:
    data = yaml.load(text, Loader=EditorLoader)
    return [error.message for error in VALIDATOR.iter_errors(data)]


def shipped(name: str) -> str:
    return (RUBRICS_FOLDER / f"{name}.yaml").read_text("utf-8")


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(rubric_schema())


@pytest.mark.parametrize("name", shipped_rubrics())
def test_a_shipped_rubric_passes(name: str) -> None:
    assert errors(shipped(name)) == []


def test_the_starter_passes_once_it_has_a_name() -> None:
    assert errors(STARTER.read_text("utf-8").replace("NAME", "ours")) == []


def test_the_examples_of_the_language_pass() -> None:
    whole, *_, extending = re.findall(r"```yaml\n(rubric:.+?)```", DOC.read_text("utf-8"), re.S)
    assert errors(whole) == []
    assert errors(extending) == []
    assert errors(extending.replace("extends:", "description:")) != []
    assert errors(extending.replace("target:", "taget:")) != []


@pytest.mark.parametrize(
    "version", ["2024.1", "2024.10", "1", "true", "2024-01-01", '"1"', "No", "v2"]
)
def test_a_version_may_look_like_anything(version: str) -> None:
    text = shipped("child-deaths")
    assert errors(re.sub(r"(?m)^version:.*$", f"version: {version}", text)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title:", "titel:"),
        ("fields:", "feilds:"),
        ("criteria:", "criterions:"),
        ("question:", "qestion:"),
        ("missing:", "misisng:"),
        ("type: identifier", "type: identifer"),
        ("type: identifier", "tpye: identifier"),
        ("headings:", "heading:"),
        ("met:", "mett:"),
        ("{recorded:", "{recoded:"),
        ("expect: met", "expect: mett"),
        ("expect:", "expct:"),
    ],
)
def test_a_misspelt_key_or_word_is_marked(old: str, new: str) -> None:
    text = STARTER.read_text("utf-8").replace("NAME", "ours")
    assert old in text
    assert errors(text.replace(old, new, 1)) != []


@pytest.mark.parametrize(
    "met",
    [
        "{recorded: ethnicity, known: ethnicity}",
        "{within: {dayz: 7, of: allocated, any: reviews}}",
        "{within: {days: 7, of: allocated, any: reviews, untill: allocated}}",
        "{all: [{recoded: ethnicity}]}",
        "{count_of: {at_least: 0, of: [{recorded: ethnicity}]}}",
        "{not: [{recorded: ethnicity}]}",
        "{is: {}}",
        "ethnicity",
    ],
)
def test_a_wrong_condition_is_marked(met: str) -> None:
    text = STARTER.read_text("utf-8").replace("NAME", "ours")
    assert errors(text.replace("{recorded: ethnicity}", met, 1)) != []
