"""The screen of a sample: how many of how many, from where, how they are divided, and which."""

from collections.abc import Iterator
from pathlib import Path

from casefile_audit.english import count, first_few, listing, sentence
from casefile_audit.issues import Level, merged
from casefile_audit.manifest import Manifest
from casefile_audit.report.blocks import (
    Block,
    Columns,
    Heading,
    Items,
    Page,
    Row,
    Sentence,
    Stack,
    Tone,
    figures,
    table,
)
from casefile_audit.report.issues import doubts
from casefile_audit.report.reading import next_steps
from casefile_audit.sampling.population import Population
from casefile_audit.sampling.samples import Sample
from casefile_audit.sampling.sizes import Size

_MOST_REFERENCES = 60
_MOST_STRATA = 30
_MOST_ROWS = 8


def plan_page(size: Size, population: int) -> Page:
    """How many of so many cases are enough, before there is a list of them."""
    cases = size.of(population)
    return [
        Heading(f"{count(cases, 'case')} of {population:,}", level=1),
        Sentence(sentence(size.says(population))),
        Sentence("Nothing was drawn. Next: the same with the list in place of --population",
                 Tone.QUIET),
    ]  # fmt: skip


def sample_page(sample: Sample, workbook: Path | None, *, is_form: bool = False) -> Page:
    """What was drawn, and into which workbook it is written, which may be a form to record in."""
    manifest = sample.manifest
    layout, account = sample.population.layout, sample.population.account
    issues = [i for i in merged((*layout.issues, *account.issues)) if i.level is Level.DOUBT]
    return [
        Stack([*_title(sample)]),
        *doubts(issues),
        *(
            [Items([sentence(said) for said in sample.remarks], Tone.WARNING)]
            if sample.remarks
            else ()
        ),
        *_strata(manifest),
        Stack([*_cases(manifest)]),
        Stack([*_closing(manifest, workbook, is_form)]),
    ]


def _title(sample: Sample) -> Iterator[Block]:
    manifest = sample.manifest
    population = manifest.population
    drawn = len(manifest.drawn)
    of = f"{count(drawn, 'case')} of {manifest.cases_left:,}"
    every = drawn == manifest.cases_left
    how = "Every case" if every else "Chosen" if manifest.selection == "chosen" else "Drawn"
    title = f"{how}: all {drawn:,} cases" if every else f"{how}: {of}"
    yield Heading(f"{title} from {population.file}", level=1)
    said = [f"Sheet {population.sheets[0]}." if len(population.sheets) == 1
            else f"Sheets {listing(population.sheets, most=6)}."]  # fmt: skip
    said.append(f"Case references in the column “{population.reference}”.")
    yield Sentence(" ".join(said))
    yield from _unseen(sample.population)
    yield from _left(manifest)
    if manifest.selection == "chosen":
        yield Sentence(
            "They were chosen, not drawn by lot: audit score will give counts of them, and no "
            "range, as they say nothing of the others.",
            Tone.WARNING,
        )
    elif every:
        yield Sentence("That is a census: what is found are facts about all of them.")
    if sample.enough:
        yield Sentence(sentence(sample.enough))


def _unseen(population: Population) -> Iterator[Block]:
    """What somebody doesn't see who opens the list, or sees and isn't in the population."""
    hidden = sum(sheet.hidden.total for sheet in population.account.sheets.values())
    if hidden:
        yield Sentence(
            f"{count(hidden, 'row is', 'rows are')} hidden, and in the population like the others.",
            Tone.WARNING,
        )
    if population.layout.passed_over:
        yield Sentence(f"Not read: {listing(population.layout.passed_over, most=_MOST_ROWS)}.")


def _left(manifest: Manifest) -> Iterator[Block]:
    """The population, as it is less than the list."""
    population = manifest.population
    left = population.rows - population.cases
    if left:
        rows = [f"row {out.row} ({out.reason})" for out in population.left_out]
        yield Sentence(
            f"Population {population.cases:,} of {population.rows:,} rows; left out: "
            f"{listing(first_few(rows, _MOST_ROWS, '{:,} more', left))}.",
            Tone.WARNING,
        )
    audited = sum(earlier.left_out for earlier in manifest.not_in)
    if manifest.only_says:
        yield Sentence(
            f"Only where {listing(manifest.only_says)}: population "
            f"{manifest.cases_left + audited:,} of {population.cases:,}."
        )
    for earlier in manifest.not_in:
        yield Sentence(
            f"Not in {earlier.file}: {earlier.left_out:,} left out of the population, of its "
            f"{count(earlier.references, 'reference')}."
        )


def _strata(manifest: Manifest) -> Iterator[Block]:
    if not manifest.by:
        return
    reserve = any(stratum.reserve for stratum in manifest.strata)
    columns: Columns = [" and ".join(manifest.by), *figures("population", "drawn", "reserve")]
    rows: list[Row] = [
        [s.name, s.population, s.drawn, s.reserve] for s in manifest.strata[:_MOST_STRATA]
    ]
    found = table("How the cases are divided", columns, rows, compact=True)
    yield found if reserve else found.without(-1)
    said = []
    if len(manifest.strata) > _MOST_STRATA:
        said.append(f"And {len(manifest.strata) - _MOST_STRATA:,} more strata: see the manifest.")
    if manifest.empty_strata:
        said.append(f"Without a case: {listing(manifest.empty_strata, most=12)}.")
    if said:
        yield Sentence(" ".join(said))


def _cases(manifest: Manifest) -> Iterator[Block]:
    for label, cases in (("Cases", manifest.drawn), ("Reserve", manifest.reserves)):
        if not cases:
            continue
        named = [
            f"{case.reference} ({manifest.strata[case.stratum].name} {case.reserve})"
            if case.reserve and manifest.by
            else case.reference
            for case in cases
        ]
        more = len(named) - _MOST_REFERENCES
        said = ", ".join(named[:_MOST_REFERENCES]) + (f" and {more:,} more" if more > 0 else "")
        yield Sentence(f"{label}, in the order drawn: {said}." if manifest.seed or label != "Cases"
                       else f"{label}: {said}.")  # fmt: skip


def _closing(manifest: Manifest, workbook: Path | None, is_form: bool) -> Iterator[Block]:
    if manifest.selection == "drawn":
        yield Sentence(
            f"Seed {manifest.seed}: the same seed draws the same cases again, and a larger sample "
            "contains this one."
        )
    if workbook is None:
        repeat = f" --seed {manifest.seed}" if manifest.selection == "drawn" else ""
        yield Sentence(
            f"Nothing was written. Next: the same again with{repeat} -o sample.xlsx", Tone.QUIET
        )
    elif is_form:
        yield next_steps(f"fill it in; then audit score {workbook}")
    else:
        yield next_steps(f"audit template RUBRIC --cases {workbook}", f"audit score {workbook}")
