"""The rubric language as a JSON Schema, with which an editor completes and checks the YAML."""

from typing import Any

from casefile_audit.rubric.model import Rubric

_SCALARS = ["string", "number", "boolean"]


def rubric_schema() -> dict[str, Any]:
    """The schema. An editor reads ``2024.1`` as a number, we as words: both are allowed."""
    schema: dict[str, Any] = Rubric.model_json_schema(by_alias=True)
    parts, definitions = schema["properties"], schema["$defs"]
    parts["grades"] = {"anyOf": [{"$ref": "#/$defs/Grade"}, parts["grades"]]}
    # A rubric that extends another may give only some of the keys of what has a name.
    of_criterion = {"required": definitions["Criterion"].pop("required")}
    required = definitions["Grade"].pop("required")
    several = {"type": "object", "required": required}
    # One judgement, or several with their names.
    grades: dict[str, Any] = {"anyOf": [{"required": required}, {"additionalProperties": several}]}
    whole = {
        "criteria": {"additionalProperties": of_criterion},
        "grades": grades,
        "fields": {"additionalProperties": _whole_field(parts["fields"], definitions)},
    }
    schema["required"].remove("fields")
    schema["if"] = {"not": {"required": ["extends"]}}
    schema["then"] = {"required": ["fields"], "properties": whole}
    _loosen(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _whole_field(fields: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """What a field has to have by its type, unless it draws on the library.

    In the definitions of the types it becomes optional.
    """
    (field,) = fields["patternProperties"].values()
    field["anyOf"] = field.pop("oneOf")
    by_type = []
    for name in field["discriminator"]["mapping"].values():
        definition = definitions[name.rpartition("/")[2]]
        required = definition.pop("required")
        of_type = {
            "properties": {"type": definition["properties"]["type"]},
            "not": {"required": ["use"]},
        }
        by_type.append({"if": of_type, "then": {"required": required}})
    return {"allOf": by_type}


def _loosen(schema: Any) -> None:
    if isinstance(schema, list):
        for part in schema:
            _loosen(part)
    elif isinstance(schema, dict):
        if schema.get("type") == "string" and not schema.keys() & {"enum", "const", "pattern"}:
            schema["type"] = _SCALARS
        if "patternProperties" in schema:
            schema["additionalProperties"] = False
        for part in schema.values():
            _loosen(part)
