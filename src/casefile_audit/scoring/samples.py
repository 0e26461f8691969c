"""A scored sample beside its manifest: what it speaks for, and where it isn't as drawn."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from casefile_audit.english import fold
from casefile_audit.errors import UsageError
from casefile_audit.inputs import open_input
from casefile_audit.intake.account import Account
from casefile_audit.issues import PLACES_NAMED, Issue, IssueCode, Level
from casefile_audit.manifest import Manifest, SampledCase
from casefile_audit.results import PopulationResult, Result, StratumResult, UnavailableCase
from casefile_audit.scoring.populations import not_chosen
from casefile_audit.statistics.strata import is_in_proportion

# Of more of them than this share the files that couldn't be read are said before anything else.
_MANY_UNAVAILABLE = 0.1


@dataclass(frozen=True)
class ScoredSample:
    """The cases of a sample as they were found.

    Attributes:
        cases: the manifest's cases, by their references as the result has them, folded.
        called: what a case is called in the result.
    """

    manifest: Manifest
    result: Result
    unavailable: Sequence[UnavailableCase]
    cases: Mapping[str, SampledCase]
    called: Callable[[str], str]

    @classmethod
    def of(
        cls,
        manifest: Manifest,
        result: Result,
        account: Account,
        called: Callable[[str], str] | None,
    ) -> "ScoredSample":
        """Match a result with the manifest of its sample.

        Args:
            called: what the result calls a case instead.
        """
        name = called or str
        cases = {fold(name(case.reference)): case for case in manifest.cases}
        return cls(manifest, result, unavailable_of(account), cases, name)

    @cached_property
    def strata(self) -> list[int]:
        """For each case of the result the place of its stratum; -1 of one that wasn't drawn."""
        found = self.result.each_case()
        unnamed = set(found.unnamed)
        return [
            self.cases[fold(name)].stratum
            if fold(name) in self.cases and name not in unnamed
            else -1
            for name in found.references
        ]

    @cached_property
    def read(self) -> set[str]:
        """The manifest's cases that were read, by their references as compared in it."""
        names = map(fold, self.result.each_case().references)
        return {fold(self.cases[name].reference) for name in names if name in self.cases}

    @cached_property
    def gone(self) -> set[str]:
        """The manifest's cases whose files couldn't be read, likewise."""
        return {fold(each.case) for each in self.unavailable}

    def population(self) -> PopulationResult:
        """What population the cases speak for.

        Raises:
            UsageError: there are more cases than it has, or too many to be told apart.
        """
        manifest = self.manifest
        counts = Counter(manifest.by_reference[key].stratum for key in self.read)
        # Those that weren't asked for were read as well, whichever stratum they are of.
        part = not_chosen(self.result) > 0
        strata = [
            StratumResult(
                name=own.name,
                population=own.population,
                read=max(counts[place], own.drawn if part else 0),
            )
            for place, own in enumerate(manifest.strata)
        ]
        # Where each sector read the same files, a file is several cases of the result.
        files = {*map(fold, self.result.each_case().references)}
        read = max(sum(own.read for own in strata), len(files))
        if read > manifest.cases_left:
            raise UsageError(
                f"{read:,} cases were read, and the population of the sample has "
                f"{manifest.cases_left:,}",
                hint="Are there cases of another audit among them? Give each sample by itself.",
            )
        cases = manifest.cases_left
        own_strata = {*self.strata}
        if part and len(own_strata) == 1 and min(own_strata) >= 0:
            # All that were asked for are of one stratum: they speak for it, and need no weights.
            strata = [strata[own_strata.pop()]]
            read, cases = strata[0].read, strata[0].population
        drawn = manifest.selection == "drawn"
        all_read = drawn and all(own.read == own.population for own in strata)
        divided = bool(manifest.by)
        unequal = not is_in_proportion(
            [own.population for own in strata], [own.read for own in strata]
        )
        weighted = drawn and divided and unequal and not all_read
        return PopulationResult(
            kind="chosen" if not drawn else "census" if all_read else "drawn",
            said_by="manifest",
            cases=cases,
            read=read,
            weighted=weighted,
            strata=strata if divided else [],
            stratum_of=self.strata if weighted else [],
            file=manifest.population.file,
            unavailable=[replace(each, case=self.called(each.case)) for each in self.unavailable],
        )

    def issues(self) -> Iterator[Issue]:
        """Where the cases aren't those that were drawn."""
        found = self.result.each_case().references
        others = [name for name in found if fold(name) not in self.cases]
        if others:
            yield Issue.doubt(IssueCode.CASES_NOT_DRAWN, others)
        if self.manifest.selection == "chosen" or not_chosen(self.result):
            return
        yield from self._absent()
        yield from self._reserves()
        read = {self.manifest.by_reference[key].stratum for key in self.read}
        for place, own in enumerate(self.manifest.strata):
            if own.drawn and place not in read:
                yield Issue.doubt(IssueCode.STRATUM_NOT_READ, [own.name or "the population"])

    def _absent(self) -> Iterator[Issue]:
        found = self.read | self.gone
        absent = [
            self.called(case.reference)
            for case in self.manifest.drawn
            if fold(case.reference) not in found
        ]
        unread = self.result.unread
        number = len(absent) - unread
        if number > 0:
            # Which of them nobody has read yet isn't known by their references.
            named = [] if unread else absent
            yield Issue.doubt(IssueCode.CASES_ABSENT, named, total=number)

    def _reserves(self) -> Iterator[Issue]:
        """The reserve cases that were taken out of their order, or for no reason that is given."""
        found = self.read | self.gone
        for place, stratum in enumerate(self.manifest.strata):
            own = [case for case in self.manifest.cases if case.stratum == place]
            reserve = [case for case in own if case.reserve]
            taken = [c.reserve for c in reserve if fold(c.reference) in found]
            skipped = sorted(set(range(1, max(taken, default=0) + 1)) - {*taken})
            of = f" of {stratum.name}" if stratum.name else ""
            if skipped:
                names = [f"reserve {number}{of}" for number in skipped]
                yield Issue.doubt(IssueCode.RESERVE_SKIPPED, names)
            replaced = sum(fold(case.reference) in self.gone for case in own)
            used = [c for c in reserve if fold(c.reference) in self.read]
            if len(used) > replaced:
                names = [f"{self.called(case.reference)}{of}" for case in used[replaced:]]
                yield Issue.doubt(IssueCode.RESERVE_UNEXPLAINED, names)


def unavailable_issue(
    account: Account, result: Result, called: Callable[[str], str] | None
) -> Iterator[Issue]:
    """The files that couldn't be read, and what would be counted had they all fallen short."""
    unavailable = unavailable_of(account)
    number = len(unavailable)
    asked = [its for its in result.criteria.values() if its.applicable]
    if not number or not asked:
        return
    of = number + result.case_count
    its = max(asked, key=lambda each: each.applicable)
    held = [each for each in asked if each.target is not None]
    missed = sum(not each.target_reached for each in held)
    then = sum(
        not each.target_reached or 100 * each.met < (each.target or 0) * (each.applicable + number)
        for each in held
    )
    name = called or str
    yield Issue(
        IssueCode.FILES_UNAVAILABLE,
        Level.DOUBT if number > _MANY_UNAVAILABLE * of else Level.NOTE,
        total=number,
        places=tuple(f"{name(its.case)}: {its.reason}" for its in unavailable[:PLACES_NAMED]),
        facts={
            "of": of,
            "phrase": its.phrase,
            "missing": its.missing,
            "applicable": its.applicable,
            "targets": len(held),
            "missed": missed,
            "missed then": then,
        },
    )


def unavailable_of(account: Account) -> list[UnavailableCase]:
    """The cases whose files couldn't be read."""
    return [case for sheet in account.sheets.values() for case in sheet.apart.unavailable]


def answered_issues(account: Account) -> Iterator[Issue]:
    """The cases that have a reason why they couldn't be read, and were read."""
    for sheet in account.sheets.values():
        if rows := list(sheet.apart.answered):
            code = IssueCode.UNAVAILABLE_ANSWERED
            yield Issue.of_rows(code, rows, file=sheet.file, sheet=sheet.sheet)


def changed_population(manifest: Manifest, beside: Sequence[Path]) -> Iterator[Issue]:
    """Whether the list that a sample was drawn from is another by now, where it is there."""
    for folder in dict.fromkeys(path.parent for path in beside):
        path = folder / Path(manifest.population.file).name
        try:
            if path in beside or not path.is_file():
                continue
            with open_input(path) as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            continue  # it isn't there to be looked at
        if digest != manifest.population.sha256:
            yield Issue.doubt(IssueCode.POPULATION_CHANGED, [manifest.population.file])
            return
