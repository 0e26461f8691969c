"""The table of the kinds of condition, and the four that hold other conditions.

A new kind is a class in a file of its own and one line in ``AnyCondition``.
"""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Annotated, Any, get_args

import numpy as np
import numpy.typing as npt
from pydantic import Discriminator, Field, Tag
from typing_extensions import TypeAliasType

from casefile_audit.cases import Cases, Mask, Outcome, Outcomes
from casefile_audit.english import count, listing
from casefile_audit.rubric.conditions.against import (
    NoBetterThan,
    NoLessThan,
    NoMoreThan,
    NoWorseThan,
    SameAs,
)
from casefile_audit.rubric.conditions.answers import No, Yes
from casefile_audit.rubric.conditions.base import OPPOSITE, Condition, Fault, Setting, first_of
from casefile_audit.rubric.conditions.codes import EachOnce, NoneOf, OnlyCodes
from casefile_audit.rubric.conditions.dates import OnOrAfter, OnOrBefore, Within
from casefile_audit.rubric.conditions.presence import Known, Recorded
from casefile_audit.rubric.conditions.repeated import Every
from casefile_audit.rubric.conditions.values import AtLeast, AtMost, Between, Is
from casefile_audit.rubric.conditions.wording import FreeOf, Matches, Mentions
from casefile_audit.rubric.parts import RubricPart

MOST_PARTS = 100

# The first of these that any part comes to decides the whole. Silence outweighs a cell that can't
# be read, since all can't be met without the silent one, and the other way round for any.
_ALL_DECIDED_BY = (
    Outcome.NOT_MET,
    Outcome.NOT_RECORDED,
    Outcome.CANNOT_TELL,
    Outcome.PARTLY_MET,
    Outcome.MET,
    Outcome.NOT_APPLICABLE,
)
_ANY_DECIDED_BY = (
    Outcome.MET,
    Outcome.CANNOT_TELL,
    Outcome.PARTLY_MET,
    Outcome.NOT_RECORDED,
    Outcome.NOT_MET,
    Outcome.NOT_APPLICABLE,
)


def _key_of(data: Any) -> str | None:
    """The key that says which kind of condition some YAML, or a condition, is."""
    if isinstance(data, Condition):
        return data.key
    if isinstance(data, dict) and len(data) == 1:
        return str(next(iter(data)))
    return None


class _Several(Condition):
    """A condition made of others."""

    @property
    @abstractmethod
    def parts(self) -> Sequence[Condition]:
        """The conditions that it holds."""

    @property
    def location(self) -> tuple[str, ...]:
        """Where in the YAML its parts stand."""
        return (self.key,)

    def uses(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for part in self.parts:
            yield from part.uses()

    def answerable(self, fields: Set[str]) -> bool:
        """All of its parts have to be."""
        return all(part.answerable(fields) for part in self.parts)

    def can_be_challenged(self, setting: Setting) -> bool:
        """Whether it can for any of its parts."""
        return any(part.can_be_challenged(setting) for part in self.parts)

    def challenged(self, cases: Cases, setting: Setting) -> Mask:
        """Where it is for any of its parts."""
        parts = [part.challenged(cases, setting) for part in self.parts]
        return np.asarray(np.logical_or.reduce(parts))

    @abstractmethod
    def combine(self, outcomes: list[Outcomes]) -> Outcomes:
        """What the outcomes of the parts come to together."""

    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        return self.combine([part.outcomes(cases, setting) for part in self.parts])

    def holds(self, cases: Cases, setting: Setting) -> Outcomes:
        """Combined, each part as a fact to go by."""
        return self.combine([part.holds(cases, setting) for part in self.parts])

    def examples(self, setting: Setting) -> Mapping[str, list[str]]:
        """All the cells of its parts."""
        cells: dict[str, list[str]] = {}
        for part in self.parts:
            for field, texts in part.examples(setting).items():
                cells[field] = list(dict.fromkeys([*cells.get(field, []), *texts]))
        return cells

    def faults(self, setting: Setting) -> Iterator[Fault]:
        """Those of its parts, each in its place."""
        for index, part in enumerate(self.parts):
            for fault in part.faults(setting):
                yield fault.below(*self.location, index)


class All(_Several):
    """Every one of several conditions."""

    key = "all"
    all_: list["AnyCondition"] = Field(alias="all", min_length=1, max_length=MOST_PARTS)

    @property
    def parts(self) -> Sequence[Condition]:
        return self.all_

    def combine(self, outcomes: list[Outcomes]) -> Outcomes:
        """The worst; parts that don't apply don't count."""
        return first_of(outcomes, _ALL_DECIDED_BY)

    def says(self, setting: Setting) -> str:
        return listing(part.says(setting) for part in self.parts)


class AnyOf(_Several):
    """At least one of several conditions."""

    key = "any"
    any_: list["AnyCondition"] = Field(alias="any", min_length=1, max_length=MOST_PARTS)

    @property
    def parts(self) -> Sequence[Condition]:
        return self.any_

    def answerable(self, fields: Set[str]) -> bool:
        """One of its parts is enough: the sheet may hold the answer in either place."""
        return any(part.answerable(fields) for part in self.parts)

    def combine(self, outcomes: list[Outcomes]) -> Outcomes:
        """The best; parts that don't apply don't count."""
        return first_of(outcomes, _ANY_DECIDED_BY)

    def says(self, setting: Setting) -> str:
        return listing((part.says(setting) for part in self.parts), "or")


class Not(Condition):
    """The opposite of a condition. Of a silent record it stays silent."""

    key = "not"
    not_: "AnyCondition" = Field(alias="not")

    def uses(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        return self.not_.uses()

    def answerable(self, fields: Set[str]) -> bool:
        """The condition has to be."""
        return self.not_.answerable(fields)

    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        """Met and not met change places."""
        return OPPOSITE[self.not_.holds(cases, setting)]

    def says(self, setting: Setting) -> str:
        return f"it is not so that {self.not_.says(setting)}"

    def examples(self, setting: Setting) -> Mapping[str, list[str]]:
        return self.not_.examples(setting)

    def faults(self, setting: Setting) -> Iterator[Fault]:
        for fault in self.not_.faults(setting):
            yield fault.below(self.key)


class CountTerm(RubricPart):
    """How many of which conditions."""

    at_least: int = Field(ge=1, le=1000)
    of: list["AnyCondition"] = Field(min_length=1, max_length=MOST_PARTS)


class CountOf(_Several):
    """At least so many of several conditions."""

    key = "count_of"
    count_of: CountTerm

    @property
    def parts(self) -> Sequence[Condition]:
        return self.count_of.of

    @property
    def location(self) -> tuple[str, ...]:
        return (self.key, "of")

    def combine(self, outcomes: list[Outcomes]) -> Outcomes:
        """Enough are met; or may be; or are in part; or would be if the record spoke.

        A part that doesn't apply isn't met, so that a count never comes cheaper for its lack.
        """
        table = np.stack(outcomes)

        def tally(outcome: Outcome) -> npt.NDArray[np.int64]:
            return np.asarray(np.count_nonzero(table == outcome, axis=0))

        met, partly = tally(Outcome.MET), tally(Outcome.PARTLY_MET)
        unsure, silent = tally(Outcome.CANNOT_TELL), tally(Outcome.NOT_RECORDED)
        enough = self.count_of.at_least
        steps: list[tuple[npt.NDArray[np.bool_], Outcome]] = [
            (tally(Outcome.NOT_APPLICABLE) == len(table), Outcome.NOT_APPLICABLE),
            (met >= enough, Outcome.MET),
            (met + unsure >= enough, Outcome.CANNOT_TELL),
            (met + partly >= enough, Outcome.PARTLY_MET),
            (met + partly + unsure >= enough, Outcome.CANNOT_TELL),
            (met + partly + unsure + silent >= enough, Outcome.NOT_RECORDED),
        ]
        return np.select(
            [reached for reached, _ in steps],
            [np.int8(outcome) for _, outcome in steps],
            np.int8(Outcome.NOT_MET),
        ).astype(np.int8)

    def says(self, setting: Setting) -> str:
        parts = "; ".join(part.says(setting) for part in self.parts)
        return (
            f"at least {count(self.count_of.at_least, 'of these is', 'of these are')} so: {parts}"
        )

    def faults(self, setting: Setting) -> Iterator[Fault]:
        """More can't be asked for than there are."""
        yield from super().faults(setting)
        if self.count_of.at_least > len(self.parts):
            there = count(len(self.parts), "condition")
            yield Fault(
                (self.key, "at_least"),
                f"at least {self.count_of.at_least} of {there} can never be met",
            )


# One definition, to which all that hold a condition refer: pydantic would write it out for each.
AnyCondition = TypeAliasType(
    "AnyCondition",
    Annotated[
        Annotated[Recorded, Tag("recorded")]
        | Annotated[Known, Tag("known")]
        | Annotated[Yes, Tag("yes")]
        | Annotated[No, Tag("no")]
        | Annotated[Is, Tag("is")]
        | Annotated[AtLeast, Tag("at_least")]
        | Annotated[AtMost, Tag("at_most")]
        | Annotated[Between, Tag("between")]
        | Annotated[OnlyCodes, Tag("only")]
        | Annotated[NoneOf, Tag("none_of")]
        | Annotated[EachOnce, Tag("each_once")]
        | Annotated[SameAs, Tag("same_as")]
        | Annotated[NoMoreThan, Tag("no_more_than")]
        | Annotated[NoLessThan, Tag("no_less_than")]
        | Annotated[NoBetterThan, Tag("no_better_than")]
        | Annotated[NoWorseThan, Tag("no_worse_than")]
        | Annotated[Within, Tag("within")]
        | Annotated[Every, Tag("every")]
        | Annotated[OnOrBefore, Tag("on_or_before")]
        | Annotated[OnOrAfter, Tag("on_or_after")]
        | Annotated[Matches, Tag("matches")]
        | Annotated[Mentions, Tag("mentions")]
        | Annotated[FreeOf, Tag("free_of")]
        | Annotated[All, Tag("all")]
        | Annotated[AnyOf, Tag("any")]
        | Annotated[Not, Tag("not")]
        | Annotated[CountOf, Tag("count_of")],
        Discriminator(_key_of),
    ],
)

KINDS: tuple[type[Condition], ...] = tuple(
    get_args(kind)[0] for kind in get_args(get_args(AnyCondition.__value__)[0])
)
