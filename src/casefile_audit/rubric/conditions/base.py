"""What every kind of condition is."""

import datetime as dt
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from dataclasses import field as made_by
from functools import reduce
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from casefile_audit.cases import Cases, Mask, Outcome, Outcomes, State, States
from casefile_audit.english import did_you_mean, listing, quoted
from casefile_audit.rubric.calendars import Nation
from casefile_audit.rubric.fields import FieldBase
from casefile_audit.rubric.lexicons.model import Lexicon
from casefile_audit.rubric.parts import RubricPart

# What a question comes to where the cell it asks about holds no value. Somebody who wrote "not
# known" did not say no: the answer is not recorded.
OUTCOME_OF_STATE = np.array(
    [
        Outcome.MET,
        Outcome.NOT_RECORDED,
        Outcome.NOT_RECORDED,
        Outcome.NOT_APPLICABLE,
        Outcome.CANNOT_TELL,
    ],
    dtype=np.int8,
)

OPPOSITE = np.arange(len(Outcome), dtype=np.int8)
"""Met and not met change places; of what is neither nothing else is so."""
OPPOSITE[[Outcome.MET, Outcome.NOT_MET]] = Outcome.NOT_MET, Outcome.MET


@dataclass(frozen=True)
class Setting:
    """What conditions are read against, beside the cases.

    Attributes:
        as_of: the day the audit speaks of: what falls due later is not yet missed.
        decisions: how terms are meant, as people decided, by the keys of their places.
    """

    fields: Mapping[str, FieldBase]
    lexicons: Mapping[str, Lexicon]
    as_of: dt.date
    nation: Nation
    decisions: Mapping[str, str] = made_by(default_factory=dict)

    def title(self, field: str) -> str:
        """A field as people read it."""
        return self.fields[field].title or field.replace("_", " ").replace("-", " ")


class Fault(NamedTuple):
    """Something wrong with a rubric.

    Attributes:
        location: keys and indexes from where the fault was looked for to where it is.
        found: what is there and why it is wrong, one sentence without a full stop.
        hint: what was expected, or the nearest right word.
        is_error: False for a warning.
    """

    location: tuple[str | int, ...]
    found: str
    hint: str = ""
    is_error: bool = True

    def below(self, *location: str | int) -> "Fault":
        """The same fault seen from further up."""
        return Fault((*location, *self.location), self.found, self.hint, self.is_error)


class Condition(RubricPart):
    """One kind of condition: a single key, and what has to be so."""

    key: ClassVar[str]

    @abstractmethod
    def uses(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each field that the condition reads, with the types it may have (none means any)."""

    def answerable(self, fields: Set[str]) -> bool:
        """Whether it can be asked of a sheet that has columns for these fields only."""
        return all(name in fields for name, _ in self.uses())

    @abstractmethod
    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        """What it comes to for each case, as a criterion's ``met``."""

    def holds(self, cases: Cases, setting: Setting) -> Outcomes:
        """What it comes to where it is a fact to go by, in ``applies`` and under ``not``.

        It differs from ``outcomes`` for conditions to which a blank cell is itself the answer.
        """
        return self.outcomes(cases, setting)

    def can_be_challenged(self, setting: Setting) -> bool:
        """Whether a record can name as wrong what keeps it from being met: most need no looking."""
        return False

    def challenged(self, cases: Cases, setting: Setting) -> Mask:
        """The cases in which the record itself names as wrong what keeps it from being met."""
        return np.zeros(len(cases), dtype=bool)

    @abstractmethod
    def says(self, setting: Setting) -> str:
        """The condition in words, to follow "met if"."""

    @abstractmethod
    def examples(self, setting: Setting) -> Mapping[str, list[str]]:
        """Cells, by field, among which some meet the condition and some don't."""

    def faults(self, setting: Setting) -> Iterator[Fault]:
        """Whatever is wrong with it, given the rubric's fields."""
        for name, types in self.uses():
            yield from field_faults(name, types, setting, (self.key,))


class OfField(Condition):
    """A condition on one field: ``yes: FIELD``, or ``is: {FIELD: …}`` with what is asked of it."""

    types: ClassVar[tuple[str, ...]] = ()

    @property
    def given(self) -> Any:
        """What stands under its key."""
        return getattr(self, next(iter(type(self).model_fields)))

    @property
    def field(self) -> str:
        """The field that is asked about."""
        given = self.given
        return str(given if isinstance(given, str) else next(iter(given)))

    def uses(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield self.field, self.types


def field_faults(
    name: str, types: tuple[str, ...], setting: Setting, location: tuple[str | int, ...]
) -> Iterator[Fault]:
    """Faults of a field's name as it stands in a condition: no such field, or of another type."""
    if name not in setting.fields:
        serve = [n for n, field in setting.fields.items() if not types or field.type in types]
        hint = did_you_mean(name, serve) or f"there is no {listing(quoted(types), 'or')} field"
        yield Fault(location, f"there is no field `{name}`", hint)
    elif types and (found := setting.fields[name].type) not in types:
        wanted = listing(quoted(types), "or")
        article = "an" if found == "identifier" else "a"
        yield Fault(
            location, f"`{name}` is {article} {found} field", f"this asks for a {wanted} field"
        )


def answered(states: States, met: npt.NDArray[np.bool_]) -> Outcomes:
    """Met or not met where the cell holds a value; elsewhere what its state comes to."""
    # By the state first: a cell without a value never passes a test, and yet is not a no.
    unmet = (states == State.VALUE) & ~met
    return np.where(unmet, np.int8(Outcome.NOT_MET), OUTCOME_OF_STATE[states])


def first_of(several: Iterable[Outcomes], order: Sequence[Outcome]) -> Outcomes:
    """For each case the first outcome, in an order, that any of several come to."""
    ranks = np.empty(len(Outcome), dtype=np.int8)
    ranks[list(order)] = np.arange(len(order))
    decided: Outcomes = np.array(order, dtype=np.int8)[
        reduce(np.minimum, (ranks[outcomes] for outcomes in several))
    ]
    return decided
