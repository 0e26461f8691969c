"""``audit sample``: draw the cases to be read from a list, so that anyone can draw them again."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from casefile_audit.commands.options import (
    BOUNDS,
    ForceOption,
    MostCellsOption,
    MostMegabytesOption,
    PasswordFileOption,
    SheetOption,
    opening_of,
    print_json,
)
from casefile_audit.commands.outputs import check_outputs, say_written
from casefile_audit.errors import UsageError
from casefile_audit.output.writing import check_place, write_bytes
from casefile_audit.report.sample import sample_page
from casefile_audit.report.terminal import show
from casefile_audit.sampling.population import PopulationOptions, open_population
from casefile_audit.sampling.sample_book import sample_bytes
from casefile_audit.sampling.samples import Sample, choose_sample, draw_sample, read_earlier
from casefile_audit.sampling.sizes import Division, Purpose, Size

# A smaller figure is a share out of one, perhaps: 0.05 for 5%.
_SMALLEST_PERCENTAGE = Fraction(1, 10)
_LONGEST_SEED = 1_000


def sample(
    population: Annotated[
        Path,
        typer.Argument(
            metavar="POPULATION", help="The list of all the cases: xlsx, ods, csv, parquet …"
        ),
    ],
    size: Annotated[
        int | None, typer.Option("--size", metavar="N", min=1, help="How many cases in all.")
    ] = None,
    for_margin: Annotated[
        str | None,
        typer.Option(
            "--for-margin",
            metavar="POINTS",
            help="As many as tell a rate to within so many points either way, such as 10.",
        ),
    ] = None,
    to_find: Annotated[
        str | None,
        typer.Option(
            "--to-find",
            metavar="PERCENT",
            help="As many as make it 95% sure to see one failure if so many fail, such as 5%.",
        ),
    ] = None,
    to_see_change: Annotated[
        str | None,
        typer.Option(
            "--to-see-change",
            metavar="FROM:TO",
            help="As many as have 4 chances in 5 of confirming a change, such as 50:25.",
        ),
    ] = None,
    each: Annotated[
        int | None,
        typer.Option("--each", metavar="N", min=1, help="So many of each stratum of --by."),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every case: a census.")] = False,
    chosen: Annotated[
        Path | None,
        typer.Option(
            "--chosen",
            metavar="FILE",
            help="Record the cases of this list as chosen by somebody, not drawn.",
        ),
    ] = None,
    allow: Annotated[
        int,
        typer.Option(
            "--allow",
            metavar="N",
            min=0,
            help="With --to-find: see more failures than so many, where a few are no surprise.",
        ),
    ] = 0,
    seed: Annotated[
        str | None,
        typer.Option(
            "--seed",
            metavar="TEXT",
            help="What the draw begins with, exactly as typed; the same seed draws the same cases. "
            "By default one is made, and said.",
        ),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="COLUMN,…",
            help="Draw from each value of a column by itself, or from each combination of several.",
        ),
    ] = None,
    equal: Annotated[
        bool,
        typer.Option("--equal", help="As many of each stratum, not in proportion to its size."),
    ] = False,
    at_least: Annotated[
        int | None,
        typer.Option(
            "--at-least", metavar="N", min=1, help="So many of each stratum at least; by default 2."
        ),
    ] = None,
    quota: Annotated[
        list[str] | None,
        typer.Option(
            "--quota",
            metavar="STRATUM=N",
            help="So many of this stratum, the rest among the others. May be given again.",
        ),
    ] = None,
    reserve: Annotated[
        int,
        typer.Option(
            "--reserve",
            metavar="N",
            min=0,
            help="So many more of each stratum, numbered, for files that turn out to be "
            "unavailable.",
        ),
    ] = 0,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="COLUMN=VALUE",
            help="Draw only from the cases of which this is so, which then are the population. May "
            "be given again: all of it has to be so.",
        ),
    ] = None,
    not_in: Annotated[
        list[Path] | None,
        typer.Option(
            "--not-in",
            metavar="EARLIER",
            help="Leave out the cases of this list, sample or manifest: they were audited before. "
            "May be given again.",
        ),
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(
            "--reference",
            metavar="HEADING",
            help="The heading of the column of case references, or such as 'column B'.",
        ),
    ] = None,
    sheet: SheetOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE.xlsx",
            help="Write a workbook to read the cases into, and beside it the manifest "
            "(FILE.manifest.json).",
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print the manifest as JSON, and nothing else.")
    ] = False,
    password_file: PasswordFileOption = None,
    most_cells: MostCellsOption = BOUNDS.cells,
    most_megabytes: MostMegabytesOption = BOUNDS.megabytes,
    force: ForceOption = False,
) -> None:
    """Draw the cases to be read from a list of all there are, so that anyone can draw them again.

    For example: audit sample cases-2026.csv --size 30 --by district --reserve 2 -o sample.xlsx
    """
    columns = [name.strip() for text in by or [] for name in text.split(",") if name.strip()]
    wanted = None
    if chosen is None:
        wanted = _size(size, for_margin, to_find, to_see_change, each, all_, allow)
    _check_together(chosen, wanted, columns, equal, at_least, quota, seed, reserve, not_in)
    inputs = [population, *(not_in or []), *(path for path in (chosen, password_file) if path)]
    manifest_file = output and output.with_name(f"{output.stem}.manifest.json")
    if output and manifest_file:
        check_outputs([output], force, inputs, (".xlsx",))
        check_outputs([manifest_file], force, inputs, (".json",))
    opening = opening_of(password_file, most_cells, most_megabytes, inputs)
    options = PopulationOptions(sheet or [], reference, columns, only or [])
    listed = open_population(population, options, opening)
    taken: Sample
    if chosen is not None:
        taken = choose_sample(listed, read_earlier(chosen, opening))
    else:
        assert wanted is not None
        division = Division(equal, at_least, _quotas(quota or []), reserve)
        earlier = [read_earlier(path, opening) for path in not_in or []]
        taken = draw_sample(listed, wanted, division, seed, earlier)
    if output and manifest_file:
        for path in (output, manifest_file):  # once more: by now it is known what was read
            check_place(path, force)
        write_bytes(output, sample_bytes(taken), force)
        write_bytes(manifest_file, f"{taken.manifest.as_json()}\n".encode(), force)
        for path in (output, manifest_file):
            say_written(path)
    if json:
        print_json(taken.manifest.as_json())
    else:
        show(sample_page(taken, output))


def _size(
    size: int | None,
    for_margin: str | None,
    to_find: str | None,
    to_see_change: str | None,
    each: int | None,
    all_: bool,
    allow: int,
) -> Size:
    """The one way in which somebody says how many.

    Raises:
        UsageError: none or several are given, or a figure is none.
    """
    ways: dict[Purpose, object] = {
        "size": size,
        "margin": for_margin,
        "find": to_find,
        "change": to_see_change,
        "each": each,
        "all": all_ or None,
    }
    given = [purpose for purpose, value in ways.items() if value is not None]
    if len(given) != 1:
        raise UsageError(
            "how many cases are wanted isn't said"
            if not given
            else "how many cases are wanted is said in more than one way",
            hint="Give one of --size 30, --for-margin 10, --to-find 5%, --to-see-change 50:25, "
            "--each 5 (with --by) and --all; or --chosen FILE.",
        )
    if allow and to_find is None:
        raise UsageError("--allow goes with --to-find")
    if for_margin is not None:
        return Size("margin", share=_share("--for-margin", for_margin, "10", highest=50))
    if to_find is not None:
        return Size("find", share=_share("--to-find", to_find, "5%"), allowed=allow)
    if to_see_change is not None:
        rates = to_see_change.split(":")
        if len(rates) != 2:
            raise UsageError(
                f"--to-see-change: `{to_see_change}` isn't two percentages",
                hint="Write what the share was and what it would be, such as 50:25.",
            )
        before, after = (_share("--to-see-change", rate, "50:25", lowest=0) for rate in rates)
        if before == after:
            raise UsageError(f"--to-see-change: from {rates[0]} to {rates[1]} is no change")
        return Size("change", change=(before, after))
    return Size(given[0], cases=size or each or 0)


def _share(
    option: str, text: str, example: str, lowest: Fraction | int = _SMALLEST_PERCENTAGE,
    highest: int = 100,
) -> Fraction:  # fmt: skip
    """A percentage as typed, as an exact share of one.

    Raises:
        UsageError: it is none, or one that nobody means.
    """
    bare = text.strip().removesuffix("%").strip()
    try:
        percentage = Fraction(bare) if "/" not in bare else Fraction(-1)
    except (ValueError, ZeroDivisionError):
        percentage = Fraction(-1)
    plain = percentage > 0 or (percentage == lowest == 0)
    if not plain or percentage > highest:
        hint = f"Write a number above 0 and up to {highest}, such as {example}."
        raise UsageError(f"{option}: `{text}` isn't a percentage that could be meant", hint=hint)
    if percentage < lowest and not text.strip().endswith("%"):
        raise UsageError(
            f"{option}: is `{text}` a percentage, or a share of one?",
            hint=f"Write {100 * float(percentage):g}% or {bare}%.",
        )
    return percentage / 100


def _quotas(typed: Sequence[str]) -> dict[str, int]:
    """Quotas by the names of their strata.

    Raises:
        UsageError: one is not written as a stratum and a number.
    """
    quotas: dict[str, int] = {}
    for text in typed:
        name, _, number = text.rpartition("=")
        if not name.strip() or not number.strip().isdecimal():
            raise UsageError(
                f"--quota: `{text}` isn't a stratum and a number",
                hint="Write it such as --quota North=5.",
            )
        quotas[name.strip()] = int(number)
    return quotas


def _check_together(
    chosen: Path | None,
    size: Size | None,
    by: Sequence[str],
    equal: bool,
    at_least: int | None,
    quota: Sequence[str] | None,
    seed: str | None,
    reserve: int,
    not_in: Sequence[Path] | None,
) -> None:
    """Refuse options that don't go together.

    Raises:
        UsageError: which, and why.
    """
    named: dict[str, object] = {"--equal": equal, "--at-least": at_least, "--quota": quota}
    for option, value in named.items():
        if value and not by:
            raise UsageError(
                f"{option} is about strata, and there are none",
                hint="Say by which column, such as --by district.",
            )
    if equal and at_least:
        raise UsageError("--equal and --at-least don't go together", hint="Leave one of them out.")
    if size is not None and size.purpose in ("each", "all"):
        if size.purpose == "each" and not by:
            raise UsageError(
                "--each is about strata, and there are none",
                hint="Say by which column, such as --by district; or use --size.",
            )
        for option in ("--equal", "--at-least"):
            if named[option]:
                raise UsageError(f"--{size.purpose} says how many already, so {option} can't")
        if size.purpose == "all" and (quota or reserve):
            raise UsageError("--all takes every case, so there is no quota and no reserve")
    if chosen is not None:
        drawing: dict[str, object] = {
            "--seed": seed is not None,
            "--reserve": reserve,
            "--not-in": not_in,
            **named,
        }
        for option, value in drawing.items():
            if value:
                raise UsageError(
                    f"{option} is about a draw, and the cases of --chosen were chosen",
                    hint="Leave one of them out.",
                )
    if seed is not None and (not seed.strip() or len(seed) > _LONGEST_SEED):
        raise UsageError(
            "--seed is empty" if not seed.strip() else "--seed is too long to be typed again",
            hint="Give any text, such as the day of the terms of reference; or leave it out.",
        )
