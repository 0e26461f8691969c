"""Applies audit rubrics to spreadsheets of case files and says plainly what the files show.

From Python: ``score`` applies a rubric to case files, and ``compare``, ``agree`` and ``trend`` ask
questions of what came of it. They read, count and judge as the commands of the same names do, and
raise an ``AuditError`` where those end in a message. docs/python.md shows them at work.

Nothing that takes time to import is imported before it is used. Types are quoted, for even
``__future__`` would be looked for beside the case files, where ``python -m`` looks first.
"""

# The rooms of these names hold only a sentence each. Imported now, before the functions are made,
# they can't take the functions' names when somebody imports what is in them.
import casefile_audit.agree
import casefile_audit.compare
import casefile_audit.trend  # noqa: F401
from casefile_audit.version import __version__ as __version__

TYPE_CHECKING = False  # as in typing, which takes its time
if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any, Literal

    from casefile_audit.agree.models import Agreement
    from casefile_audit.compare.comparison import Comparison
    from casefile_audit.errors import AuditError
    from casefile_audit.results import Result
    from casefile_audit.trend.models import Trend

__all__ = [
    "Agreement",
    "AuditError",
    "Comparison",
    "Result",
    "Trend",
    "agree",
    "compare",
    "score",
    "trend",
]

_MODULES = {
    "Agreement": "casefile_audit.agree.models",
    "AuditError": "casefile_audit.errors",
    "Comparison": "casefile_audit.compare.comparison",
    "Result": "casefile_audit.results",
    "Trend": "casefile_audit.trend.models",
}


def __getattr__(name: str) -> "Any":
    """The public classes, each imported when somebody first asks for it."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_MODULES[name]), name)


def score(
    cases: "str | Path | Sequence[str | Path]",
    rubric: "str | Path | None" = None,
    *,
    as_of: "dt.date | None" = None,
    by: "str | Sequence[str]" = (),
    period: str | None = None,
    columns: "Mapping[str, str] | None" = None,
    sheets: "str | Sequence[str]" = (),
    mapping: "str | Path | None" = None,
    only: "str | Sequence[str]" = (),
    population: int | None = None,
    census: bool = False,
    password: str | None = None,
) -> "Result":
    """Apply a rubric to case files.

    Args:
        cases: a workbook or table of case files, or several that together are one audit; or a
            result that was saved as JSON, to be read again.
        rubric: a shipped rubric's name, or a YAML file; by default the workbook's own.
        as_of: the day the audit speaks of: what falls due later is not yet missed. By default
            today.
        by: fields to give the results of each value of, such as ``district``.
        period: a date field to keep each case's date of, for ``trend``.
        columns: the heading that a field is read from, by the field's name.
        sheets: the only sheets to read.
        mapping: a mapping file, as ``audit check`` writes it.
        only: read no cases but those of which this is so, such as ``district=North`` or
            ``incident>=2024-04-01``.
        population: how many cases there are, of which these were drawn at random.
        census: whether these are all the cases there are.
        password: of the files that are encrypted.

    Raises:
        AuditError: whatever is wrong with the files, the rubric or what is asked for.
    """
    import datetime as dt
    from pathlib import Path

    from casefile_audit.audit import ReadOptions, result_of
    from casefile_audit.files.workbook import OpenOptions

    paths = [Path(path) for path in ([cases] if isinstance(cases, str | Path) else cases)]
    pairs = [f"{field}={heading}" for field, heading in (columns or {}).items()]
    return result_of(
        paths,
        as_of or dt.date.today(),
        None if rubric is None else str(rubric),
        _several(by),
        period,
        ReadOptions(
            _several(sheets),
            pairs,
            None if mapping is None else Path(mapping),
            only=_several(only),
            population=population,
            census=census,
        ),
        OpenOptions(lambda _: password),
    )


def compare(
    before: "Result",
    after: "Result",
    *,
    by: "str | Sequence[str]" = (),
    paired: bool = False,
    census: bool = False,
    alpha: float = 0.05,
    points_towards: float = 0.20,
    margin: float = 10.0,
) -> "Comparison":
    """Say what changed between two audits, as far as they can tell.

    Args:
        before: the first audit, scored with every field of ``by``.
        after: the second, likewise.
        by: fields to compare within each value of.
        paired: the same cases were read twice: match them on their references.
        census: both are every case of their period, not samples.
        alpha: a change is clear if its adjusted p is under this.
        points_towards: a change that isn't clear points one way if its p is under this.
        margin: a change within so many percentage points is not material.

    Raises:
        AuditError: the two have nothing in common, their cases can't be matched, one was scored
            without a field of ``by``, or the thresholds make no rule.
    """
    from casefile_audit.compare.comparison import compare as compare_results
    from casefile_audit.compare.verdicts import Thresholds

    thresholds = Thresholds(alpha, points_towards, margin)
    thresholds.check()
    for field in _several(by):
        before.groups_by(field), after.groups_by(field)
    return compare_results(
        before, after, by=_several(by), paired=paired, census=census, thresholds=thresholds
    )


def agree(readers: "Mapping[str, Result]", *, significant: int | None = None) -> "Agreement":
    """Say how far readers of the same cases agree.

    Args:
        readers: each reader's scored audit, by what to call the reader.
        significant: list the cases whose grades are so many steps apart, or more.

    Raises:
        AuditError: there is one reader only, the cases can't be matched, or nothing of them can be
            compared.
    """
    from casefile_audit.agree.agreement import agree as agree_on
    from casefile_audit.agree.readings import Reader
    from casefile_audit.errors import UsageError

    if len(readers) < 2:
        raise UsageError("agreement takes two readers or more")
    return agree_on([Reader(name, result) for name, result in readers.items()], significant)[0]


def trend(
    audits: "Result | Mapping[str, Result]",
    *,
    period: str | None = None,
    every: 'Literal["month", "quarter", "year"]' = "month",
    in_order: bool = False,
    criteria: "str | Sequence[str]" = (),
    baseline: str = "",
    rebaseline: "Mapping[str, str] | None" = None,
    nhs: bool = False,
) -> "Trend":
    """Say which way each criterion is going.

    Args:
        audits: a scored audit, or several by what to call them.
        period: a date field that tells the periods apart, which each was scored with. Without it,
            each audit falls in the period of the day that it speaks of.
        every: how long a period is.
        in_order: each audit is a period of its own, in the order given.
        criteria: the only criteria to look at.
        baseline: draw the limits from these periods alone, such as ``2023-01:2023-12``, or from the
            first so many.
        rebaseline: why the limits start afresh, by the period in which they do.
        nhs: the NHS view (Making Data Count).

    Raises:
        AuditError: there are too few periods, or something else that can't be asked of them.
    """
    from casefile_audit.errors import UsageError
    from casefile_audit.results import Result
    from casefile_audit.trend.periods import NamedResult, PeriodLength, by_audit, by_date
    from casefile_audit.trend.trends import TrendOptions
    from casefile_audit.trend.trends import trend as trend_of

    of_names = {audits.inputs[0].file: audits} if isinstance(audits, Result) else audits
    if period is None and len(of_names) < 2:
        raise UsageError(
            "one audit alone is no trend",
            hint="Give the date field that tells its months apart as `period`, to `score` too.",
        )
    found = [NamedResult(name, result) for name, result in of_names.items()]
    for audit in found:
        if period is not None and period not in audit.result.each_case().facts:
            raise UsageError(
                f"{audit.name} was scored without period={period!r}",
                hint="Score it again with that.",
            )
    if period is None:
        timeline = by_audit(found, PeriodLength(every), dated=not in_order)
    else:
        timeline = by_date(found, period, PeriodLength(every))
    because = rebaseline or {}
    options = TrendOptions(
        _several(criteria), baseline, list(because), list(because.values()), nhs=nhs
    )
    return trend_of(timeline, options)


def _several(one_or_several: "str | Sequence[str]") -> "list[str]":
    return [one_or_several] if isinstance(one_or_several, str) else list(one_or_several)
