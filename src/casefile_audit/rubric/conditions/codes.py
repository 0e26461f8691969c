"""``only``, ``none_of`` and ``each_once``: which codes a cell that may hold several has."""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping

from casefile_audit.cases import Cases, Outcomes
from casefile_audit.english import fold, listing
from casefile_audit.rubric.conditions.base import Fault, OfField, Setting, answered
from casefile_audit.rubric.conditions.values import OneOf, faults_of_words, holds_one_of
from casefile_audit.rubric.fields import CodeField


def codes_in(value: str) -> list[str]:
    """The codes of a value, as the code set has put them together."""
    return value.split(", ")


class _OfCodes(OfField):
    """A test of all the codes of a cell."""

    types = ("code",)

    @property
    def words(self) -> list[str]:
        """The codes that it names."""
        return [] if isinstance(self.given, str) else list(self.given[self.field])

    @abstractmethod
    def passes(self, codes: list[str], is_named: Callable[[str], bool]) -> bool:
        """Test the codes of a cell, given the test of whether one is among those named."""

    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        """Tested once for each distinct value."""
        named = holds_one_of(setting.fields[self.field], self.words)
        passed = cases.where(self.field, lambda text: self.passes(codes_in(text), named))
        return answered(cases.states[self.field], passed)

    def examples(self, setting: Setting) -> Mapping[str, list[str]]:
        """Each code that is named, each that isn't, and none."""
        field = setting.fields[self.field]
        every = [code.code for code in field.code_set.codes] if isinstance(field, CodeField) else []
        return {self.field: [*self.words, *every[:20], ""]}

    def faults(self, setting: Setting) -> Iterator[Fault]:
        """A word that is none of the codes."""
        yield from super().faults(setting)
        yield from faults_of_words(self.key, self.field, self.words, setting)


class OnlyCodes(_OfCodes):
    """The cell holds nothing but the codes named: one of them, or several."""

    key = "only"
    only: OneOf

    def passes(self, codes: list[str], is_named: Callable[[str], bool]) -> bool:
        return all(map(is_named, codes))

    def says(self, setting: Setting) -> str:
        return f"{setting.title(self.field)} is only {listing(self.words, 'or')}"


class NoneOf(_OfCodes):
    """The cell holds none of the codes named, and holds another."""

    key = "none_of"
    none_of: OneOf

    def passes(self, codes: list[str], is_named: Callable[[str], bool]) -> bool:
        return not any(map(is_named, codes))

    def says(self, setting: Setting) -> str:
        return f"{setting.title(self.field)} is none of {listing(self.words)}"


class EachOnce(_OfCodes):
    """No code stands in the cell twice."""

    key = "each_once"
    each_once: str

    def passes(self, codes: list[str], is_named: Callable[[str], bool]) -> bool:
        """As many different ones as there are."""
        return len(set(map(fold, codes))) == len(codes)

    def says(self, setting: Setting) -> str:
        return f"{setting.title(self.field)} has each code once"

    def examples(self, setting: Setting) -> Mapping[str, list[str]]:
        """One code, the same twice, and none."""
        (first, *_), *_ = super().examples(setting).values()
        return {self.field: [first, f"{first}; {first}", ""]}

    def faults(self, setting: Setting) -> Iterator[Fault]:
        """A field whose cells hold one code."""
        yield from super().faults(setting)
        field = setting.fields.get(self.field)
        if isinstance(field, CodeField) and not field.code_set.several:
            hint = f"if they may hold several, give `{self.field}` the key `several: true`"
            yield Fault((self.key,), f"the cells of `{self.field}` hold one code", hint)
