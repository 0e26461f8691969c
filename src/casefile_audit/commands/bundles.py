"""Options that belong together as one class, which the functions of many commands take as one."""

from collections.abc import Callable, Sequence
from dataclasses import MISSING, Field, field, fields, is_dataclass
from functools import partial, wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any, get_origin

import typer

_SETTINGS = "settings"


def option(
    help: str,
    metavar: str | None = None,
    *,
    default: Any = None,
    names: Sequence[str] = (),
    panel: str | None = None,
    **settings: Any,
) -> Any:
    """An option, as the default of a bundle's field or of a command's parameter.

    Args:
        help: what it does.
        metavar: what is typed behind it.
        default: what it is where it isn't typed; a list is a copy of this one.
        names: what it is called, where that isn't the field's own name.
        panel: the part of the help in which it stands.
        settings: what else typer has of options.
    """
    its = settings | {"help": help, "metavar": metavar, "rich_help_panel": panel}
    metadata = {_SETTINGS: (names, its)}
    if isinstance(default, list):
        return field(default_factory=default.copy, metadata=metadata)
    return field(default=default, metadata=metadata)


def argument(metavar: str, help: str, *, default: Any = MISSING, **settings: Any) -> Any:
    """An argument, as the default of a command's parameter; typed by all without a default."""
    its = settings | {"help": help, "metavar": metavar}
    return field(default=default, metadata={_SETTINGS: (None, its)})


flag = partial(option, default=False)
several = partial(option, default=[])


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
        for parameter in (
            map(_typed, _options(each.annotation)) if each.name in bundles else [_alone(each)]
        )
    ]

    @wraps(command)
    def run(**given: Any) -> None:
        for name, bundle in bundles.items():
            own = {each.name: given.pop(each.name) for each in _options(bundle)}
            given[name] = bundle(**own)
        command(**given)

    # By name alone, so that what has a default may stand before what has none.
    by_name = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in typed]
    run.__signature__ = Signature(by_name)  # type: ignore[attr-defined]
    return run


def _options(bundle: Any) -> list[Field[Any]]:
    """The fields of a bundle that are typed; what it has from elsewhere needn't be."""
    return [
        its
        for its in fields(bundle)
        if _SETTINGS in its.metadata or get_origin(its.type) is Annotated
    ]


def _alone(parameter: Parameter) -> Parameter:
    """A parameter of a command, which may be an option or an argument of its own."""
    if not isinstance(parameter.default, Field):
        return parameter
    parameter.default.name, parameter.default.type = parameter.name, parameter.annotation
    return _typed(parameter.default)


def _typed(option: Field[Any]) -> Parameter:
    """An option of a bundle as a parameter of the command."""
    default = option.default
    if option.default_factory is not MISSING:
        default = option.default_factory()
    annotation: Any = option.type
    if _SETTINGS in option.metadata:
        names, settings = option.metadata[_SETTINGS]
        if names is None:
            its = typer.Argument(**settings)
        else:
            names = names or [f"--{option.name.strip('_').replace('_', '-')}"]
            its = typer.Option(*names, **settings)
        annotation = Annotated[annotation, its]
    return Parameter(
        option.name,
        Parameter.KEYWORD_ONLY,
        default=Parameter.empty if default is MISSING else default,
        annotation=annotation,
    )
