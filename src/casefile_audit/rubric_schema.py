"""The rubric language as a JSON Schema, with which an editor completes and checks the YAML."""

from typing import Any

from casefile_audit.rubric import Rubric

_SCALARS = ["string", "number", "boolean"]


def rubric_schema() -> dict[str, Any]:
    """The schema. An editor reads ``2024.1`` as a number, we as words: both are allowed."""
    schema: dict[str, Any] = Rubric.model_json_schema(by_alias=True)
    grades = schema["properties"]["grades"]
    schema["properties"]["grades"] = {"anyOf": [{"$ref": "#/$defs/Grade"}, grades]}
    schema["required"] = [key for key in schema["required"] if key not in _INHERITED]
    _loosen(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


# What a rubric that extends another may take from it.
_INHERITED = ("fields",)


def _loosen(schema: Any) -> None:
    if isinstance(schema, list):
        for part in schema:
            _loosen(part)
    elif isinstance(schema, dict):
        if schema.get("type") == "string" and not schema.keys() & {"enum", "const", "pattern"}:
            schema["type"] = _SCALARS
        for part in schema.values():
            _loosen(part)
