"""A date as conditions name it: a field's, the latest or first of several, or the audit's day."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator, WithJsonSchema

from casefile_audit.cases import Cases, State, States
from casefile_audit.english import listing
from casefile_audit.rubric.conditions.base import Fault, Setting, field_faults
from casefile_audit.rubric.dates import AS_WRITTEN

Days = npt.NDArray[np.datetime64]

AS_OF = "as_of"
"""The audit's day, wherever a date may stand."""

_OF_SEVERAL_RE = re.compile(r"(latest|first) (\S.*)")
# A spreadsheet would take 2024 for a day in 1905.
_DIGITS_OF_A_YEAR = 4


def _as_words(given: Any) -> Any:
    """``{latest: reviews}`` as ``latest reviews``, which may stand where a key does too."""
    if isinstance(given, dict) and len(given) == 1 and given.keys() <= {"latest", "first"}:
        ((which, fields),) = given.items()
        names = fields if isinstance(fields, list) else [fields]
        return f"{which} {', '.join(map(str, names))}"
    return given


DateName = Annotated[
    str,
    BeforeValidator(_as_words),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                *(
                    {
                        "type": "object",
                        "properties": {
                            which: {
                                "anyOf": [
                                    {"type": "string"},
                                    {"type": "array", "items": {"type": "string"}},
                                ]
                            }
                        },
                        "required": [which],
                        "additionalProperties": False,
                    }
                    for which in ("latest", "first")
                ),
            ]
        }
    ),
]
"""The name of a date in a rubric: a field, ``as_of``, or ``latest`` or ``first`` of several."""


def fixed_day(text: str) -> dt.date | None:
    """The day that a text of the rubric is; None if it isn't a date, as a year alone is none."""
    if text.isdigit() and len(text) <= _DIGITS_OF_A_YEAR:
        return None
    day: dt.date | None = AS_WRITTEN.read([text])[0].astype("datetime64[D]").item()
    return day


def _of_several(name: str) -> tuple[str, list[str]] | None:
    """Which of several dates is meant, and the fields that hold them."""
    found = _OF_SEVERAL_RE.fullmatch(name)
    return (found[1], [part.strip() for part in found[2].split(",")]) if found else None


def fields_of(name: str | None) -> list[str]:
    """The fields that a date is read from; none for the audit's day, and for none."""
    if name is None or name == AS_OF:
        return []
    several = _of_several(name)
    return several[1] if several else [name]


def uses_of(name: str, types: tuple[str, ...] = ("date",)) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The same with the types that they may have."""
    several = ("date", "dates") if _of_several(name) else types
    for field in fields_of(name):
        yield field, several


def cells_of(name: str | None, texts: list[str]) -> dict[str, list[str]]:
    """Example cells for each field that a date is read from."""
    return dict.fromkeys(fields_of(name), texts)


def title_of(name: str, setting: Setting) -> str:
    """A date as people read it."""
    if name == AS_OF:
        return "the day of the audit"
    several = _of_several(name)
    if several is None:
        return setting.title(name)
    return f"the {several[0]} of {listing(map(setting.title, several[1]))}"


def moments_of(cases: Cases, name: str, setting: Setting) -> tuple[Days, States]:
    """The dates that are meant, and their states, both as cases × dates.

    Of several dates those after the audit's day are plans or slips: they don't count.
    """
    several = _of_several(name)
    if name == AS_OF:
        day = np.datetime64(setting.as_of, "s")
        shape = (len(cases), 1)
        return np.full(shape, day), np.full(shape, State.VALUE, dtype=np.int8)
    if several is None:
        return cases.dates(name)
    which, fields = several
    found = [cases.dates(field) for field in fields]
    dates = np.concatenate([its for its, _ in found], axis=1)
    states = np.concatenate([its for _, its in found], axis=1)
    past = dates.astype("datetime64[D]") <= np.datetime64(setting.as_of, "D")
    states = np.where((states == State.VALUE) & ~past, np.int8(State.BLANK), states)
    # In order of time; what is no date is sorted to the end.
    ordered = np.sort(np.where(states == State.VALUE, dates, np.datetime64("NaT")), axis=1)
    last = np.maximum(np.count_nonzero(states == State.VALUE, axis=1) - 1, 0)
    place = last if which == "latest" else np.zeros_like(last)
    together = _state_of_all(states)
    chosen = ordered[np.arange(len(cases)), place]
    dates = np.where(together == State.VALUE, chosen, np.datetime64("NaT"))
    return dates[:, None], together[:, None]


def _state_of_all(states: States) -> States:
    """What several cells are together: one that can't be read may hold the date that is meant."""
    together = np.full(len(states), State.BLANK, dtype=np.int8)
    together[(states == State.NOT_APPLICABLE).all(axis=1)] = State.NOT_APPLICABLE
    for state in (State.UNKNOWN, State.VALUE, State.UNREADABLE):
        together[(states == state).any(axis=1)] = state
    return together


def faults_of(
    name: str, types: tuple[str, ...], setting: Setting, location: Sequence[str | int]
) -> Iterator[Fault]:
    """What is wrong with the fields of a date."""
    for field, its in uses_of(name, types):
        yield from field_faults(field, its, setting, tuple(location))
