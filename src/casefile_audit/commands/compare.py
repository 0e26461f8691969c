"""``audit compare``: did it change between two audits?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from casefile_audit.audit import ReadOptions
from casefile_audit.commands.bundles import argument, flag, option, several, with_bundles
from casefile_audit.commands.case_options import CaseOptions
from casefile_audit.commands.options import AsOfOption, FileOptions, ForceOption, FullOption, day_of
from casefile_audit.commands.outputs import AnswerOptions
from casefile_audit.commands.publishing import PublishOptions
from casefile_audit.commands.readers import ReaderSource, before_and_after, read_reading
from casefile_audit.compare.comparison import compare as compare_audits
from casefile_audit.compare.verdicts import Thresholds
from casefile_audit.errors import UsageError
from casefile_audit.publishing.changes import publish_comparison
from casefile_audit.report.compare import COMPARED
from casefile_audit.report.published_compare import (
    published_compare_figures,
    published_compare_page,
)

_DEFAULTS = Thresholds()


@dataclass(frozen=True)
class ThresholdOptions(Thresholds):
    """What it takes for a change to be clear, to point one way, and to be material."""

    alpha: float = option(
        "A change is clear if its adjusted p is under this.", "P", default=_DEFAULTS.alpha
    )
    points_towards: float = option(
        "It points one way if its p is under this.", "P", default=_DEFAULTS.points_towards
    )
    margin: float = option(
        "A change within so many points is not material.", "POINTS", default=_DEFAULTS.margin
    )


@dataclass(frozen=True)
class SideOptions:
    """What tells before from after within one file."""

    by_date: str | None = option(
        "Of one workbook, tell before from after by this date of each case.", "FIELD"
    )
    change: str | None = option("With --by-date: the first day that is after.", "DAY")

    def sources(self, paths: Sequence[Path], headings: ReadOptions) -> list[ReaderSource]:
        """The two audits: two files, or two parts of one."""
        if len(paths) == 1:
            return before_and_after(paths[0], headings, self.by_date, self.change)
        if self.by_date or self.change:
            raise UsageError(
                "--by-date tells before from after within one file, and here are two",
                hint="Leave it out, or give one of the files.",
            )
        return [ReaderSource("", path, headings) for path in paths]


@dataclass(frozen=True)
class ComparedOptions:
    """Which cases are compared with which."""

    paired: bool = flag("The same cases were read twice: match their references.")
    by: list[str] = several(
        "Compare within each value of a field too, such as district; or within each "
        "sheet. May be given again.",
        "FIELD",
    )
    census: bool = flag("Both are every case of their period, not samples.")
    population: list[int] = several(
        "How many cases there were, of which those read were drawn at random: before, and given "
        "again after; once where they were as many. Says what changed among all of them, too.",
        "N",
    )

    def check(self, details: bool, published: bool) -> None:
        """Refuse what can be asked of other cases only.

        Raises:
            UsageError: which, and why.
        """
        if details and not self.paired:
            raise UsageError(
                "--details names the cases that moved, and only with --paired are they the same "
                "cases",
                hint="Leave it out, or add --paired. Each audit's own: `audit score FILE "
                "--details`.",
            )
        if published and self.paired:
            raise UsageError(
                "--paired tells which cases went better or worse, and so few that they are known",
                hint="With --publish leave it out, and only the counts of the two are compared.",
            )

    def of_populations(self, sources: Sequence[ReaderSource]) -> list[ReaderSource]:
        """The two audits, each knowing how many cases it was drawn from, where that is said."""
        if self.census and self.population:
            raise UsageError(
                "--census and --population don't go together",
                hint="Of a census no case is left: leave --population out.",
            )
        if len(self.population) > 2:
            raise UsageError(
                f"--population is given {len(self.population)} times",
                hint="Give it once for both, or once for each: before, then after.",
            )
        sizes = (self.population * 2)[:2] if self.population else [None, None]
        return [
            replace(source, options=replace(source.options, population=size))
            for source, size in zip(sources, sizes, strict=True)
        ]


@with_bundles
def compare(
    before: Path = argument("BEFORE", "A workbook of case files, or a saved result."),
    after: Path | None = argument(
        "AFTER",
        "A later one. Without it BEFORE holds both: --by-date, two --sheet, or two --map.",
        default=None,
    ),
    *,
    sides: SideOptions,
    reading: CaseOptions,
    files: FileOptions,
    compared: ComparedOptions,
    rule: ThresholdOptions,
    as_of: AsOfOption = None,
    details: bool = flag("With --paired: name the cases that went better or worse."),
    full: FullOption = False,
    answer: AnswerOptions,
    publishing: PublishOptions,
    force: ForceOption = False,
) -> None:
    """Say what changed between two audits, as far as they can tell.

    For example: audit compare before.xlsx after.xlsx
    or of one workbook: audit compare cases.xlsx --by-date incident --change 2024-04-15
    """
    rule.check()
    compared.check(details, publishing.publish)
    hiding = publishing.checked(details)
    cases = [path for path in (before, after) if path]
    inputs = [*cases, *reading.files, *files.files, *answer.files, *publishing.published]
    outputs = answer.checked(inputs, force)
    day, fields = day_of(as_of), list(dict.fromkeys(compared.by))
    read = reading.reading([*inputs, *outputs.paths])
    opening = files.opening(cases)
    sources = compared.of_populations(sides.sources(cases, read))
    first, second = (read_reading(each, reading.rubric, day, opening, fields) for each in sources)
    if hiding is not None:
        small = hiding.rule([first, second])
        hidden = publish_comparison(
            first, second, small, hiding.earlier, census=compared.census, thresholds=rule
        )
        outputs.publish(hidden, published_compare_page(hidden), published_compare_figures(hidden))
        return
    comparison = compare_audits(
        first,
        second,
        names=(sources[0].name, sources[1].name),
        by=fields,
        paired=compared.paired,
        census=compared.census,
        thresholds=rule,
    )
    outputs.answer(comparison, COMPARED, details=details, full=full)
