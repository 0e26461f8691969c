"""Options that belong together as one class, which the functions of many commands take as one."""

from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any


def with_bundles(command: Callable[..., None]) -> Callable[..., None]:
    """A command that is typed with the options of its bundles, one by one and in their order.

    Args:
        command: a parameter of it that is annotated with a dataclass is a bundle, whose fields are
            annotated as the options of a command are.
    """
    asked = signature(command).parameters.values()
    bundles: dict[str, Any] = {
        each.name: each.annotation for each in asked if is_dataclass(each.annotation)
    }
    typed = [
        parameter
        for each in asked
        for parameter in (map(_typed, fields(each.annotation)) if each.name in bundles else [each])
    ]

    @wraps(command)
    def run(**given: Any) -> None:
        for name, bundle in bundles.items():
            own = {each.name: given.pop(each.name) for each in fields(bundle)}
            given[name] = bundle(**own)
        command(**given)

    # By name alone, so that what has a default may stand before what has none.
    by_name = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in typed]
    run.__signature__ = Signature(by_name)  # type: ignore[attr-defined]
    return run


def _typed(option: Field[Any]) -> Parameter:
    """An option of a bundle as a parameter of the command."""
    default = option.default
    if option.default_factory is not MISSING:
        default = option.default_factory()
    return Parameter(
        option.name,
        Parameter.KEYWORD_ONLY,
        default=Parameter.empty if default is MISSING else default,
        annotation=option.type,
    )
