"""A sample of a population: its cases with their rows, and the manifest of how they were taken."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from casefile_audit.english import count, first_few, fold
from casefile_audit.errors import UsageError
from casefile_audit.files.sources import head_of, open_source
from casefile_audit.files.workbook import AS_STORED, Cell, OpenOptions
from casefile_audit.inputs import open_input
from casefile_audit.intake.form_stamp import named_rubric, stamp_in
from casefile_audit.intake.sample_sheet import CASES, RESERVE
from casefile_audit.intake.sheets import lay_out
from casefile_audit.manifest import EarlierFile, Manifest, SampledCase, Stratum, read_manifest
from casefile_audit.names import near_teams
from casefile_audit.rubric.loading import load_rubric
from casefile_audit.sampling.draw import (
    HOW,
    DrawnCase,
    OrderedPopulation,
    in_order,
    new_seed,
    references_of,
)
from casefile_audit.sampling.population import Population, PopulationOptions, open_population
from casefile_audit.sampling.sizes import Division, Size, allocate

# Fewer than so many of an earlier audit's references in the population: it is hardly its own.
_FEW = 0.2
_MOST_NAMED = 12
_MOST_COMPARED = 200
_ENDLESS = 10**9


@dataclass(frozen=True)
class Earlier:
    """The cases of an earlier audit, which are not to be drawn again.

    Attributes:
        references: those of its cases as they are written there, by the same folded.
    """

    file: str
    sha256: str
    references: Mapping[str, str]


@dataclass(frozen=True)
class Sample:
    """A sample.

    Attributes:
        rows: the row of each of the manifest's cases, by its folded reference.
        remarks: sentences on what couldn't be had as asked.
        enough: why so many are enough, in words; empty if they were asked for, or are all.
    """

    manifest: Manifest
    rows: Mapping[str, Sequence[Cell]]
    remarks: Sequence[str]
    population: Population
    enough: str = ""


def read_earlier(path: Path, opening: OpenOptions = AS_STORED) -> Earlier:
    """The cases of an earlier audit: the manifest of its sample, a list of them, or its forms.

    Of a sample's own workbook the reserve isn't taken for read, and of a form what nobody read.

    Args:
        path: the manifest, or any workbook, table or form of its cases.

    Raises:
        AuditError: it can't be read.
    """
    if path.suffix.lower() == ".json":
        manifest = read_manifest(path)
        with open_input(path) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Earlier(path.name, digest, _by_folded(case.reference for case in manifest.drawn))
    head = head_of(open_source(path, opening))
    if (stamp := stamp_in(head.sheets)) is not None:
        rubric = load_rubric(named_rubric(stamp.rubric))
        population = Population(head, lay_out([head], rubric))
    else:
        sheets = [CASES] if {CASES, RESERVE} <= {sheet.name for sheet in head.sheets} else []
        population = open_population(path, PopulationOptions(sheets), opening)
    references = _by_folded(references_of(population))
    return Earlier(path.name, population.as_file().sha256, references)


def _by_folded(references: Iterable[str]) -> dict[str, str]:
    return {fold(reference): reference for reference in references}


def draw_sample(
    population: Population,
    size: Size,
    division: Division,
    seed: str | None = None,
    earlier: Sequence[Earlier] = (),
) -> Sample:
    """Draw a sample by lot.

    Raises:
        AuditError: the list can't be read, a reference is there twice, or it hasn't so many cases.
    """
    used = new_seed() if seed is None else seed
    most = max([size.most, *division.quotas.values()]) + division.reserve
    ordered = in_order(population, used, most, [its.references.keys() for its in earlier])
    _check_some(ordered)
    allocation = allocate(ordered, size, division)
    pools = [
        (own.first[:n], own.first[n : n + more])
        for own, n, more in zip(ordered.strata, allocation.drawn, allocation.reserve, strict=True)
    ]
    why = size.says(ordered.cases)
    wanted = why or _asked(size, division)
    manifest = _manifest(population, ordered, pools, earlier, wanted, used)
    names = [own.name for own in ordered.strata]
    odd = [*_on_earlier(earlier, ordered, population), *_on_names(names)]
    remarks = [*odd, *allocation.remarks]
    is_census = size.purpose != "change" and size.of(ordered.cases) == ordered.cases
    found = _sample(population, manifest, pools, remarks)
    return found if is_census else replace(found, enough=why)


def choose_sample(population: Population, chosen: Earlier) -> Sample:
    """Record cases that somebody chose.

    Raises:
        AuditError: the list can't be read, or one of the cases isn't there.
    """
    ordered = in_order(population, "", _ENDLESS, chosen=chosen.references.keys())
    _check_some(ordered)
    found = {fold(case.reference) for own in ordered.strata for case in own.first}
    absent = sorted(chosen.references[key] for key in chosen.references.keys() - found)
    if absent:
        raise UsageError(
            f"{chosen.file} names {count(len(absent), 'case')} that "
            f"{'is' if len(absent) == 1 else 'are'} not in the population",
            details=first_few(absent, _MOST_NAMED, "and {:,} more"),
            hint="Write each reference as the population has it, and see whether --only leaves "
            "it out.",
        )
    pools = [(own.first, own.first[:0]) for own in ordered.strata]
    wanted = f"the {count(len(found), 'case')} of {chosen.file}, chosen by somebody"
    manifest = _manifest(population, ordered, pools, (), wanted, None)
    return _sample(population, manifest, pools, ())


def _check_some(ordered: OrderedPopulation) -> None:
    if not ordered.cases:
        raise UsageError(
            "no case is left to draw: every one was audited before",
            hint="Leave --not-in out, or give a longer list.",
        )


def _manifest(
    population: Population,
    ordered: OrderedPopulation,
    pools: Sequence[tuple[Sequence[DrawnCase], Sequence[DrawnCase]]],
    earlier: Sequence[Earlier],
    wanted: str,
    seed: str | None,
) -> Manifest:
    reserves = [
        (case, place, number)
        for place, (_, reserve) in enumerate(pools)
        for number, case in enumerate(reserve, 1)
    ]
    drawn = sorted((case, place, 0) for place, (first, _) in enumerate(pools) for case in first)
    return Manifest(
        made_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
        selection="chosen" if seed is None else "drawn",
        population=population.as_file(),
        only=[text for only in population.layout.only for text in only.given.values()],
        only_says=[only.says for only in population.layout.only],
        not_in=[
            EarlierFile(
                file=its.file, sha256=its.sha256, references=len(its.references), left_out=number
            )
            for its, number in zip(earlier, ordered.left_out, strict=True)
        ],
        cases_left=ordered.cases,
        by=list(population.by),
        empty_strata=list(ordered.empty),
        wanted=wanted,
        seed=seed or "",
        how="" if seed is None else HOW.format(seed=seed),
        strata=[
            Stratum(
                name=own.name,
                values=dict(zip(population.by, own.values, strict=True)),
                population=own.population,
                drawn=len(first),
                reserve=len(reserve),
            )
            for own, (first, reserve) in zip(ordered.strata, pools, strict=True)
        ],
        cases=[
            SampledCase(reference=case.reference, stratum=place, reserve=number)
            for case, place, number in (*drawn, *reserves)
        ],
    )


def _sample(
    population: Population,
    manifest: Manifest,
    pools: Sequence[tuple[Sequence[DrawnCase], Sequence[DrawnCase]]],
    remarks: Sequence[str],
) -> Sample:
    every = (case for first, reserve in pools for case in (*first, *reserve))
    rows = {fold(case.reference): case.cells for case in every}
    return Sample(manifest, rows, remarks, population)


def _asked(size: Size, division: Division) -> str:
    """What was asked for, where that needs no reason."""
    if size.purpose == "all":
        return "every case, as a census"
    parts = [f"{count(size.cases, 'case')}{' of each stratum' if size.purpose == 'each' else ''}"]
    parts += ["as many of each stratum"] if division.equal else []
    parts += [f"at least {division.least} of each stratum"] if division.least is not None else []
    parts += [f"{number} of {name}" for name, number in division.quotas.items()]
    return ", ".join(parts)


def _on_names(strata: Sequence[str]) -> Iterator[str]:
    """Strata that may be one by a slip in a name; of very many, none."""
    for place, name in enumerate(strata[:_MOST_COMPARED]):
        for other in near_teams(name, strata[:place]):
            yield (
                f"{other} and {name} may be one stratum: if they are, write both alike in the list "
                "and draw again"
            )


def _on_earlier(
    earlier: Sequence[Earlier], ordered: OrderedPopulation, population: Population
) -> Iterator[str]:
    """What is odd about the files of cases that were audited before."""
    for its, found in zip(earlier, ordered.found, strict=True):
        if found >= _FEW * len(its.references):
            continue
        first = next((case.reference for own in ordered.strata for case in own.first), "")
        some = f"Only {found:,}" if found else "None"
        are = "is" if found < 2 else "are"
        yield (
            f"{some} of the {count(len(its.references), 'reference')} of {its.file} {are} in the "
            f"population. If its cases should be, their references are written in another way: "
            f"“{min(its.references.values())}” there, “{first}” in {population.path.name}"
        )
