"""``audit sample``: draw the cases to be read from a list, so that anyone can draw them again."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from casefile_audit.commands.bundles import argument, flag, option, several, with_bundles
from casefile_audit.commands.options import (
    FileOptions,
    ForceOption,
    SheetOption,
    print_json,
    rubric_names,
)
from casefile_audit.commands.outputs import check_outputs, say_written
from casefile_audit.errors import UsageError
from casefile_audit.files.workbook import OpenOptions, workbook_in
from casefile_audit.forms.document import form_document
from casefile_audit.forms.known import known_cases
from casefile_audit.forms.plan import FormPlan, every_sector
from casefile_audit.forms.workbook import form_workbook
from casefile_audit.output.writing import check_place, write_bytes
from casefile_audit.report.sample import plan_page, sample_page
from casefile_audit.report.terminal import show
from casefile_audit.rubric.loading import called, find_rubric, load_rubric
from casefile_audit.rubric.model import Rubric
from casefile_audit.sampling.population import PopulationOptions, open_population
from casefile_audit.sampling.sample_book import sample_bytes
from casefile_audit.sampling.samples import Sample, choose_sample, draw_sample, read_earlier
from casefile_audit.sampling.sizes import SURE, Division, Purpose, Size

# A smaller figure is a share out of one, perhaps: 0.05 for 5%.
_SMALLEST_PERCENTAGE = Fraction(1, 10)
_LONGEST_SEED = 1_000


@dataclass(frozen=True)
class SizeOptions:
    """How many cases are drawn, or that they were chosen."""

    size: int | None = option("How many cases in all.", "N", min=1)
    for_margin: str | None = option(
        "As many as tell a rate to within so many points either way, such as 10.", "POINTS"
    )
    to_find: str | None = option(
        "As many as make it 95% sure to see one failure if so many fail, such as 5%.", "PERCENT"
    )
    to_see_change: str | None = option(
        "As many as have 4 chances in 5 of confirming a change, such as 50:25.", "FROM:TO"
    )
    each: int | None = option("So many of each stratum of --by.", "N", min=1)
    all_: bool = flag("Every case: a census.")
    chosen: Path | None = option(
        "Record the cases of this list as chosen by somebody, not drawn.", "FILE"
    )
    allow: int = option(
        "With --to-find: see more failures than so many, where a few are no surprise.",
        "N",
        default=0,
        min=0,
    )
    sure: str | None = option(
        "With --to-find and --for-margin: how sure to be, such as 90%; by default 95%.", "PERCENT"
    )

    def wanted(self) -> Size | None:
        """The one way in which somebody says how many; None of cases that were chosen.

        Raises:
            UsageError: none or several are given, or a figure is none.
        """
        if self.chosen is not None:
            return None
        ways: dict[Purpose, object] = {
            "size": self.size,
            "margin": self.for_margin,
            "find": self.to_find,
            "change": self.to_see_change,
            "each": self.each,
            "all": self.all_ or None,
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
        if self.allow and self.to_find is None:
            raise UsageError("--allow goes with --to-find")
        if self.sure is not None and self.for_margin is None and self.to_find is None:
            raise UsageError("--sure goes with --to-find and --for-margin")
        # To be certain takes every file.
        sure = _share("--sure", self.sure, "90%", lowest=1, highest=99.9) if self.sure else SURE
        if self.for_margin is not None:
            margin = _share("--for-margin", self.for_margin, "10", highest=50)
            return Size("margin", share=margin, sure=sure)
        if self.to_find is not None:
            share = _share("--to-find", self.to_find, "5%")
            return Size("find", share=share, allowed=self.allow, sure=sure)
        if self.to_see_change is not None:
            return Size("change", change=_change(self.to_see_change))
        return Size(given[0], cases=self.size or self.each or 0)


@dataclass(frozen=True)
class DrawOptions:
    """How cases are drawn, and from which."""

    seed: str | None = option(
        "What the draw begins with, exactly as typed; the same seed draws the same cases. "
        "By default one is made, and said.",
        "TEXT",
    )
    by: list[str] = several(
        "Draw from each value of a column by itself, or from each combination of several.",
        "COLUMN,…",
    )
    equal: bool = flag("As many of each stratum, not in proportion to its size.")
    at_least: int | None = option("So many of each stratum at least; by default 2.", "N", min=1)
    quota: list[str] = several(
        "So many of this stratum, the rest among the others. May be given again.", "STRATUM=N"
    )
    reserve: int = option(
        "So many more of each stratum, numbered, for files that turn out to be unavailable.",
        "N",
        default=0,
        min=0,
    )
    only: list[str] = several(
        "Draw only from the cases of which this is so, which then are the population. May "
        "be given again: all of it has to be so.",
        "COLUMN=VALUE",
    )
    not_in: list[Path] = several(
        "Leave out the cases of this list, sample or manifest: they were audited before. "
        "May be given again.",
        "EARLIER",
    )
    reference: str | None = option(
        "The heading of the column of case references, or such as 'column B'.", "HEADING"
    )
    sheet: SheetOption = field(default_factory=list)

    @property
    def columns(self) -> list[str]:
        """The columns that together tell the strata."""
        return [name.strip() for text in self.by for name in text.split(",") if name.strip()]

    def quotas(self) -> dict[str, int]:
        """Quotas by the names of their strata.

        Raises:
            UsageError: one is not written as a stratum and a number.
        """
        quotas: dict[str, int] = {}
        for text in self.quota:
            name, _, number = text.rpartition("=")
            if not name.strip() or not number.strip().isdecimal():
                raise UsageError(
                    f"--quota: `{text}` isn't a stratum and a number",
                    hint="Write it such as --quota North=5.",
                )
            quotas[name.strip()] = int(number)
        return quotas

    def check(self, size: Size | None) -> None:
        """Refuse options that don't go together.

        Args:
            size: how many cases are drawn; None where they were chosen.

        Raises:
            UsageError: which, and why.
        """
        for name, value in self._about_strata().items():
            if value and not self.columns:
                raise UsageError(
                    f"{name} is about strata, and there are none",
                    hint="Say by which column, such as --by district.",
                )
        if self.equal and self.at_least:
            raise UsageError(
                "--equal and --at-least don't go together", hint="Leave one of them out."
            )
        if size is None:
            self._check_chosen()
        elif size.purpose in ("each", "all"):
            self._check_all_said(size.purpose)
        if self.seed is not None and (not self.seed.strip() or len(self.seed) > _LONGEST_SEED):
            raise UsageError(
                f"--seed is {'too long to be typed again' if self.seed.strip() else 'empty'}",
                hint="Give any text, such as the day of the terms of reference; or leave it out.",
            )

    def _about_strata(self) -> dict[str, object]:
        return {"--equal": self.equal, "--at-least": self.at_least, "--quota": self.quota}

    def _check_all_said(self, purpose: Purpose) -> None:
        """Refuse what would say once more how many of each stratum."""
        if purpose == "each" and not self.columns:
            raise UsageError(
                "--each is about strata, and there are none",
                hint="Say by which column, such as --by district; or use --size.",
            )
        for name in ("--equal", "--at-least"):
            if self._about_strata()[name]:
                raise UsageError(f"--{purpose} says how many already, so {name} can't")
        if purpose == "all" and (self.quota or self.reserve):
            raise UsageError("--all takes every case, so there is no quota and no reserve")

    def _check_chosen(self) -> None:
        """Refuse of cases that were chosen what is about a draw."""
        drawing: dict[str, object] = {
            "--seed": self.seed is not None,
            "--reserve": self.reserve,
            "--not-in": self.not_in,
            **self._about_strata(),
        }
        for name, value in drawing.items():
            if value:
                raise UsageError(
                    f"{name} is about a draw, and the cases of --chosen were chosen",
                    hint="Leave one of them out.",
                )


@dataclass(frozen=True)
class SampleOutputs:
    """What is written of a sample, and what is printed."""

    output: Path | None = option(
        "Write a workbook to read the cases into, and beside it the manifest (FILE.manifest.json).",
        "FILE.xlsx",
        names=("-o", "--output"),
    )
    rubric: str | None = option(
        "Make -o a form to record in, as `audit template` does: .xlsx or .docx.",
        "NAME|PATH",
        autocompletion=rubric_names,
    )
    json: bool = flag("Print the manifest as JSON, and nothing else.")

    def paths(self, inputs: Sequence[Path], force: bool) -> list[Path]:
        """The workbook and its manifest, if they are to be written, refused before any work is."""
        if self.rubric and not self.output:
            raise UsageError(
                "--rubric makes a form, and none is to be written", hint="Add -o form.xlsx."
            )
        if self.output is None:
            return []
        manifest = self.output.with_name(f"{self.output.stem}.manifest.json")
        beside = [find_rubric(self.rubric)] if self.rubric else []
        suffixes = (".xlsx", ".docx") if self.rubric else (".xlsx",)
        check_outputs([self.output], force, [*inputs, *beside], suffixes)
        check_outputs([manifest], force, inputs, (".json",))
        return [self.output, manifest]


@with_bundles
def sample(
    population: Path | None = argument(
        "POPULATION", "The list of all the cases: xlsx, ods, csv, parquet …", default=None
    ),
    *,
    asked: SizeOptions,
    planned: int | None = option(
        "Before there is a list: say how many of so many cases are enough. Nothing is drawn.",
        "N",
        names=("--population",),
        min=1,
    ),
    draw: DrawOptions,
    written: SampleOutputs,
    files: FileOptions,
    force: ForceOption = False,
) -> None:
    """Draw the cases to be read, so that anyone can draw them again.

    The list holds all the cases there are.
    For example: audit sample cases-2026.csv --size 30 --by district --reserve 2 -o sample.xlsx
    """
    size = asked.wanted()
    draw.check(size)
    if planned is not None:
        _refuse_beside_plan(
            [population, written.output, written.rubric, written.json or None], draw
        )
        show(plan_page(_planned(size), planned))
        return
    if population is None:
        raise UsageError(
            "which list the cases are drawn from isn't said",
            hint="Give the list of all the cases. Before there is one, --population 400 says how "
            "many of 400 are enough.",
        )
    inputs = [population, *draw.not_in, *files.files, *([asked.chosen] if asked.chosen else [])]
    paths = written.paths(inputs, force)
    loaded = load_rubric(written.rubric) if written.rubric else None
    opening = files.opening([path for path in inputs if path != files.password_file])
    taken = _taken(population, asked.chosen, size, draw, opening)
    for path in paths:  # once more: by now it is known what was read
        check_place(path, force)
    if paths:
        content = sample_bytes(taken)
        if loaded and written.rubric:
            content = _form(content, taken, loaded, written.rubric, paths[0])
        manifest = f"{taken.manifest.as_json()}\n".encode()
        for path, its in zip(paths, (content, manifest), strict=True):
            write_bytes(path, its, force)
    for path in paths:
        say_written(path)
    if written.json:
        print_json(taken.manifest.as_json())
    else:
        show(sample_page(taken, written.output, is_form=loaded is not None))


def _taken(
    path: Path, chosen: Path | None, size: Size | None, draw: DrawOptions, opening: OpenOptions
) -> Sample:
    """The sample: the cases that were chosen, or so many that are drawn."""
    options = PopulationOptions(draw.sheet, draw.reference, draw.columns, draw.only)
    listed = open_population(path, options, opening)
    if chosen is not None:
        return choose_sample(listed, read_earlier(chosen, opening))
    assert size is not None
    division = Division(draw.equal, draw.at_least, draw.quotas(), draw.reserve)
    earlier = [read_earlier(path, opening) for path in draw.not_in]
    return draw_sample(listed, size, division, draw.seed, earlier)


def _form(sample: bytes, taken: Sample, rubric: Rubric, named: str, output: Path) -> bytes:
    """The form for a sample, out of its workbook."""
    known, _ = known_cases([workbook_in(output.with_suffix(".xlsx"), sample)], rubric)
    plan = FormPlan(
        rubric=rubric,
        named=called(named),
        day=dt.date.today(),
        sectors=every_sector(rubric),
        cases=known,
        sample=taken.manifest,
    )
    return form_document(plan) if output.suffix.lower() == ".docx" else form_workbook(plan)


def _refuse_beside_plan(others: Sequence[object], draw: DrawOptions) -> None:
    if any(other is not None for other in others) or draw != DrawOptions():
        raise UsageError(
            "--population is for planning, before there is a list: nothing is drawn or written",
            hint="Leave it out to draw from a list; or give it and one of --for-margin 10, "
            "--to-find 5% and --to-see-change 50:25 alone.",
        )


def _planned(size: Size | None) -> Size:
    """How many are wanted, where that is to be told from a purpose.

    Raises:
        UsageError: it is said already.
    """
    if size is None or size.purpose not in ("margin", "find", "change"):
        raise UsageError(
            "--population says how many cases are enough, and that is said already",
            hint="Give what they are to be enough for: --for-margin 10, --to-find 5% or "
            "--to-see-change 50:25.",
        )
    return size


def _change(text: str) -> tuple[Fraction, Fraction]:
    """What a share was and what it would be.

    Raises:
        UsageError: these aren't two percentages, or they are the same.
    """
    rates = text.split(":")
    if len(rates) != 2:
        raise UsageError(
            f"--to-see-change: `{text}` isn't two percentages",
            hint="Write what the share was and what it would be, such as 50:25.",
        )
    before, after = (_share("--to-see-change", rate, "50:25", lowest=0) for rate in rates)
    if before == after:
        raise UsageError(f"--to-see-change: from {rates[0]} to {rates[1]} is no change")
    return before, after


def _share(
    option: str, text: str, example: str, lowest: Fraction | int = _SMALLEST_PERCENTAGE,
    highest: float = 100,
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
