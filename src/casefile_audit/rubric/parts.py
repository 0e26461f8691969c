"""What the parts of a rubric or a lexicon have in common, as pydantic models of their YAML."""

from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, WithJsonSchema


def _one_or_several(value: object) -> object:
    return [value] if isinstance(value, str) else value


Name = Annotated[str, Field(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$")]
Words = Annotated[
    list[str],
    BeforeValidator(_one_or_several),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


class RubricPart(BaseModel):
    """A piece of a rubric: unknown keys are errors, and nothing changes after it is read."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
        defer_build=True,  # a kind's checks are made when a rubric first has one
    )


class RubricFile(RubricPart):
    """A rubric or a lexicon: what a file says, with those that it extends."""

    _sha256: str = PrivateAttr("")

    @property
    def sha256(self) -> str:
        """The SHA-256 of its file, and of those that it extends."""
        return self._sha256

    def with_sha256(self, sha256: str) -> Self:
        """The same, knowing the files that it was read from."""
        self._sha256 = sha256
        return self
