"""A saved result read again: what has to add up in it, as in one that was just made."""

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from pydantic import ValidationError

from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.inputs import open_input
from casefile_audit.intake.pseudonyms import Pseudonyms
from casefile_audit.results import (
    LETTER_OF_COUNT,
    PUBLICATION_SCHEMA,
    CriterionResult,
    GradeResult,
    GroupResult,
    Result,
)

_FIRST_DAY, _LAST_DAY = dt.date(1950, 1, 1), dt.date(2149, 12, 31)
_HINT = "Save one with `audit score CASES -o FILE.json`."
_MOST_SAID = 3


def read_result(path: Path, pseudonyms: Pseudonyms | None = None) -> Result:
    """A result that was saved as JSON.

    Args:
        pseudonyms: what its cases have to be called by; None where anything will do.

    Raises:
        WorkbookError: it can't be read, is no result, or does not add up.
        UsageError: its cases are called otherwise.
    """
    try:
        with open_input(path) as file:
            text = file.read()
            result = Result.model_validate_json(text)
    except OSError as error:
        raise WorkbookError(f"`{path}` can't be read: {error.strerror}") from None
    except ValidationError:
        if PUBLICATION_SCHEMA.encode() in text:
            raise WorkbookError(
                f"`{path}` was saved with --publish: its small numbers are hidden, so nothing can "
                "be reckoned with it",
                hint="Give the case files, or the internal result. `audit score` shows it.",
            ) from None
        raise WorkbookError(f"`{path}` is not a result of this program", hint=_HINT) from None
    if wrong := list(islice(_contradictions(result), _MOST_SAID)):
        raise WorkbookError(
            f"`{path}` does not add up: it was changed since it was saved, or is damaged",
            details=wrong,
            hint="Score the case files again, and save the result anew.",
        )
    if pseudonyms is not None and result.pseudonyms != pseudonyms.fingerprint:
        how = "by pseudonyms of another key" if result.pseudonyms else "by their references"
        raise UsageError(
            f"--pseudonyms: `{path}` was saved with its cases {how}",
            hint="Score the case files again with this key.",
        )
    return result


def is_saved(paths: Sequence[Path]) -> bool:
    """Whether these are not workbooks but a single result that was saved as JSON."""
    return [path.suffix.lower() for path in paths] == [".json"]


def saved_result(
    path: Path, by: Sequence[str], period: str | None, pseudonyms: Pseudonyms | None
) -> Result:
    """A saved result that has what is asked of it.

    Raises:
        WorkbookError: as ``read_result``.
        UsageError: its cases are called otherwise, or it was saved without such groups or dates.
    """
    result = read_result(path, pseudonyms)
    absent = [field for field in by if field not in result.groups]
    if period is not None and period not in result.each_case().facts:
        absent.append(period)
    if absent:
        raise UsageError(
            f"`{path}` was saved without --by {absent[0]}",
            hint=f"Save it again with --by {absent[0]}, or give the workbook.",
        )
    return result


def _contradictions(result: Result) -> Iterator[str]:
    """In words, what can't be so."""
    if not _FIRST_DAY <= result.as_of <= _LAST_DAY:
        yield f"as_of is {result.as_of.isoformat()}"
    counts = (result.case_count, result.problems_unlisted, result.repeated_references)
    if min(counts) < 0 or result.repeated_references > result.case_count:
        yield "a number of cases or cells can't be so"
    yield from _of_inputs(result)
    yield from _of_population(result)
    # Every case there is, and cases that were chosen, leave nothing open.
    has_ranges = result.population is None or result.population.kind == "drawn"
    whole = GroupResult(
        case_count=result.case_count, criteria=result.criteria, grades=result.grades
    )
    yield from _of_group("", whole, has_ranges)
    for name, criterion in result.criteria.items():
        yield from _of_findings(result, name, criterion)
    for field, groups in result.groups.items():
        for value, group in groups.items():
            yield from _of_group(f"{field} {value}: ", group, has_ranges)
        yield from _of_groups(field, list(groups.values()), whole)


def _of_inputs(result: Result) -> Iterator[str]:
    for sheet in result.inputs:
        left_out = sheet.rows_left_out
        listed = len(sheet.left_out)
        wrong = left_out != listed if result.by_case else left_out < listed
        others = (sheet.not_read, sheet.not_cases, sheet.not_chosen, sheet.unavailable, sheet.spare)
        if wrong or min(sheet.cases, *others) < 0:
            yield f"{sheet.file}, {sheet.sheet}: {sheet.rows} rows are not its cases and others"
    for kind, whole in (("cases", result.case_count), ("not_read", result.not_read)):
        if sum(getattr(sheet, kind) for sheet in result.inputs) != whole:
            yield f"{kind}: the sheets have other numbers than the whole"


def _of_population(result: Result) -> Iterator[str]:
    its = result.population
    if its is None:
        return
    strata_read = sum(stratum.read for stratum in its.strata)
    if not 0 <= its.read <= its.cases or (its.kind == "census" and its.read != its.cases):
        yield f"population: {its.read} of {its.cases} can't have been read"
    if its.strata and sum(stratum.population for stratum in its.strata) != its.cases:
        yield "population: its strata have another number of cases"
    if any(not 0 <= stratum.read <= stratum.population for stratum in its.strata) or (
        its.strata and strata_read > its.read
    ):
        yield "population: more cases of a stratum were read than there are"


def _of_group(of: str, group: GroupResult, has_ranges: bool) -> Iterator[str]:
    for name, criterion in group.criteria.items():
        if not _adds_up(criterion, group.case_count, has_ranges):
            yield f"{of}the counts of {name} don't add up"
    for name, grade in group.grades.items():
        if not _is_split(grade, group.case_count):
            yield f"{of}the grades of {name} don't add up, or aren't on its scale"


def _adds_up(its: CriterionResult, cases: int, has_ranges: bool) -> bool:
    counts = [getattr(its, kind) for kind in LETTER_OF_COUNT]
    rate = its.missing / its.applicable if its.applicable > 0 else None
    return (
        min(counts) >= 0
        and its.missing == its.not_met + its.not_recorded
        and its.applicable == its.met + its.partly_met + its.missing
        and sum(counts) == cases
        and _is_near(its.rate, rate)
        and (its.interval is None) == (rate is None or not has_ranges)
        and (its.interval is None or 0 <= its.interval.low <= its.interval.high <= 1)
        and its.target_reached in ((True, False) if its.target is not None and rate is not None
                                   else (None,))
    )  # fmt: skip


def _is_near(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9)


def _is_split(grade: GradeResult, cases: int) -> bool:
    """Whether the grades of some cases are counted as they are listed, and are on the scale."""
    for kind in ("recorded", "derived"):
        counts, without = getattr(grade, kind), getattr(grade, f"without_{kind}")
        if not counts.keys() <= set(grade.scale) or min([without, *counts.values()]) < 0:
            return False
        if counts and sum(counts.values()) + without != cases:
            return False
        if counts and not 0 <= grade.not_applicable + grade.cannot_tell <= without:
            return False
        listed = Counter(getattr(case, kind) for case in grade.cases)
        del listed[None]
        if grade.cases and len(grade.cases) == cases and listed != Counter(counts):
            return False
    return True


def _of_findings(result: Result, name: str, its: CriterionResult) -> Iterator[str]:
    if result.by_case is None:
        return
    found = Counter(result.by_case.outcomes[name])
    for kind, letter in LETTER_OF_COUNT.items():
        listed = getattr(its, f"{kind}_cases", None)
        count = getattr(its, kind)
        if found[letter] != count or (listed is not None and len(listed) != count):
            yield f"{name}: {count} are {kind.replace('_', ' ')}, and {found[letter]} cases are"


def _of_groups(field: str, groups: list[GroupResult], whole: GroupResult) -> Iterator[str]:
    if sum(group.case_count for group in groups) != whole.case_count:
        yield f"the groups by {field} have other numbers of cases than the whole"
    for name, its in whole.criteria.items():
        for kind in LETTER_OF_COUNT:
            parts = [getattr(group.criteria.get(name), kind, 0) for group in groups]
            if sum(parts) != getattr(its, kind):
                yield f"the groups by {field} don't add up to the whole in {name}"
                break
