"""What one reader's totals prove beside another's case-by-case grades, and never a coefficient."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import Field

from casefile_audit.agree.sentences import in_words, steps_in_words
from casefile_audit.capped import no_items
from casefile_audit.english import count, did_you_mean, fold, listing, quoted
from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.results import GradeResult, PrintedAnswer, Result, RubricResult
from casefile_audit.statistics.totals import Bounds, bounds_from_totals

SCHEMA = "casefile-audit/agreement-from-totals/1"
EXAMPLE = '--totals "good:19, adequate:9, requires improvement:2"'
OTHER = "the other reader"
_LONGEST_QUOTED = 60
_NUMBER_RE = re.compile(r"[0-9]{1,9}")
_KNOWN_RE = re.compile(r"([0-9]{1,4})\s*:\s*([0-9]{1,9})")


@dataclass(frozen=True)
class StepsApart(Bounds):
    """How many cases can be so many steps apart, or more."""

    steps: int


class TotalsAgreement(PrintedAnswer):
    """What two splits of the same cases prove, when nobody knows who gave which case which grade.

    Attributes:
        only: in words, what the reader's cases that were asked for have in common.
        grade: the judgement.
        reader: the reader whose grades are known case by case.
        of_reader, of_totals: cases at each grade.
        known_apart: how many cases are known to be exactly so many steps apart or more, by steps.
        same: cases given the same grade.
        apart: cases so many steps apart or more.
        totals_more_generous, reader_more_generous: the fewest cases that each must have graded
            better than the other.
        says: in sentences.
    """

    schema_: str = Field(SCHEMA, alias="schema")
    made_at: dt.datetime
    rubric: RubricResult
    only: list[str] = Field(default_factory=no_items)
    grade: str
    title: str
    scale: list[str]
    cases: int
    reader: str
    of_reader: dict[str, int]
    of_totals: dict[str, int]
    known_apart: dict[int, int]
    same: Bounds
    apart: list[StepsApart]
    totals_more_generous: int
    reader_more_generous: int
    says: list[str]


def agree_with_totals(
    reader: str, result: Result, totals: str, known_apart: Sequence[str] = ()
) -> TotalsAgreement:
    """What a reader's grades and another's totals prove of each other.

    Args:
        reader: what to call the reader whose cases are known.
        result: their scored audit.
        totals: the other's, as ``good:19, adequate:9``; before them ``judgement=`` where the
            rubric has several.
        known_apart: as ``3:2``: two cases are known to be three steps apart or more.

    Raises:
        UsageError: the totals can't be read, or can't be of these cases, or go against what is
            known.
        WorkbookError: the reader has recorded no grades.
    """
    name, counts = _judgement(result, totals)
    grade = result.grades[name]
    first = _totals(grade, counts)
    second = [grade.recorded[word] for word in grade.scale]
    _check_same_cases(reader, grade, sum(first), sum(second))
    known = _known(known_apart, len(grade.scale))
    bounds = bounds_from_totals(first, second, known)
    if bounds is None:
        raise _impossible(first, second, known)
    cuts = [sum(first[: cut + 1]) - sum(second[: cut + 1]) for cut in range(len(first))]
    found = TotalsAgreement(
        made_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
        rubric=result.rubric,
        only=[only.says for only in result.only],
        grade=name,
        title=grade.title,
        scale=grade.scale,
        cases=bounds.cases,
        reader=reader,
        of_reader=dict(zip(grade.scale, second, strict=True)),
        of_totals=dict(zip(grade.scale, first, strict=True)),
        known_apart=known,
        same=bounds.same,
        apart=[
            StepsApart(steps=steps, at_least=bound.at_least, at_most=bound.at_most)
            for steps, bound in enumerate(bounds.apart, 1)
        ],
        totals_more_generous=max(0, *cuts),
        reader_more_generous=max(0, *(-cut for cut in cuts)),
        says=[],
    )
    return found.model_copy(update={"says": _says(found)})


def _check_same_cases(reader: str, grade: GradeResult, given: int, graded: int) -> None:
    if given == graded:
        return
    bare = grade.without_recorded
    without = f" ({count(bare, 'case')} without one)" if bare else ""
    raise UsageError(
        f"--totals: they come to {count(given, 'case')}, and {reader} has "
        f"{count(graded, 'case')} with a grade{without}",
        hint="Totals prove something only of the very same cases: give all of them.",
    )


def _judgement(result: Result, totals: str) -> tuple[str, str]:
    """The judgement that the totals are of, and the rest of what was given."""
    recorded = [name for name, grade in result.grades.items() if sum(grade.recorded.values())]
    if not recorded:
        raise WorkbookError("no case has a recorded grade to hold the totals against")
    named, found, rest = totals.partition("=")
    if not found:
        if len(recorded) == 1:
            return recorded[0], totals
        raise UsageError(
            f"--totals: several grades are recorded: {listing(quoted(recorded))}",
            hint=f'Say which, such as --totals "{recorded[0]}=good:19, adequate:9".',
        )
    by_word = {fold(word): name for name in recorded for word in (name, result.grades[name].title)}
    if fold(named) not in by_word:
        raise UsageError(
            f"--totals: no grade `{named.strip()}` is recorded", hint=did_you_mean(named, recorded)
        )
    return by_word[fold(named)], rest


def _totals(grade: GradeResult, text: str) -> list[int]:
    """The cases at each grade of the scale; a grade that isn't named has none."""
    totals = dict.fromkeys(map(fold, grade.scale), 0)
    seen: set[str] = set()
    for part in filter(None, map(str.strip, text.split(","))):
        word, colon, number = part.rpartition(":")
        if not colon or _NUMBER_RE.fullmatch(number.strip()) is None:
            typed = part if len(part) <= _LONGEST_QUOTED else f"{part[:_LONGEST_QUOTED]}…"
            raise UsageError(f"--totals: `{typed}` isn't a grade and a number", hint=EXAMPLE)
        if fold(word) not in totals:
            raise UsageError(
                f"--totals: `{word.strip()}` isn't on the scale of {grade.title}",
                hint=did_you_mean(word, grade.scale),
            )
        if fold(word) in seen:
            raise UsageError(f"--totals: `{word.strip()}` is given twice")
        seen.add(fold(word))
        totals[fold(word)] = int(number)
    return list(totals.values())


def _known(given: Sequence[str], grades: int) -> dict[int, int]:
    known: dict[int, int] = {}
    for text in given:
        found = _KNOWN_RE.fullmatch(text.strip())
        if found is None or not 1 <= int(found.group(1)) < grades:
            raise UsageError(
                f"--known-apart: `{text}` isn't steps and a number of cases",
                hint=f"Steps from 1 to {grades - 1}: --known-apart 2:5 says that five cases are "
                "known to be two steps apart or more.",
            )
        if (steps := int(found.group(1))) in known:
            raise UsageError(f"--known-apart: {count(steps, 'step')} apart is given twice")
        known[steps] = int(found.group(2))
    return known


def _impossible(
    first: Sequence[int], second: Sequence[int], known: Mapping[int, int]
) -> UsageError:
    free = bounds_from_totals(first, second)
    details = [
        f"{steps_in_words(steps, len(first))}: {_range(free.apart[steps - 1])} of {free.cases:,}"
        for steps in (known if free else ())
        if free
    ]
    return UsageError(
        "--known-apart: no two readers with these totals can differ so",
        details=details,
        hint="Check the totals and the number of cases.",
    )


def _says(found: TotalsAgreement) -> list[str]:
    known = [
        f"{count(cases, 'case')} {steps_in_words(steps, len(found.scale))} apart"
        for steps, cases in found.known_apart.items()
    ]
    given = f"With {listing(known)}, as is known: at" if known else "At"
    says = [
        f"{given} best {found.same.at_most:,} of {found.cases:,} were given the same grade, so at "
        f"least {found.apart[0].at_least:,} differ."
    ]
    says += [
        f"At least {count(apart.at_least, 'case')} must be "
        f"{steps_in_words(apart.steps, len(found.scale))} apart."
        for apart in found.apart[1:]
        if apart.at_least and apart.steps not in found.known_apart
    ]
    says += _of_one_grade(found)
    for who, other, least in (
        (OTHER, found.reader, found.totals_more_generous),
        (found.reader, OTHER, found.reader_more_generous),
    ):
        if least:
            says.append(
                f"At least {count(least, 'case')} must have been graded better by {who} "
                f"than by {other}."
            )
    says.append(
        f"Any number from {found.same.at_least:,} to {found.same.at_most:,} given the same grade "
        "fits these totals: no coefficient of agreement can be worked out from them."
    )
    return says


def _of_one_grade(found: TotalsAgreement) -> list[str]:
    """For each grade, how many of its cases the other can't have put near it."""
    says = []
    for who, own, other, counts in (
        (found.reader, found.of_reader, OTHER, found.of_totals),
        (OTHER, found.of_totals, found.reader, found.of_reader),
    ):
        for place, word in enumerate(found.scale):
            for steps in range(len(found.scale) - 1, 1, -1):
                near = sum(
                    counts[grade] for at, grade in enumerate(found.scale) if abs(at - place) < steps
                )
                if (far := own[word] - near) > 0:
                    says.append(
                        f"Of the {own[word]:,} that {who} graded {word}, {other} put at least "
                        f"{in_words(far)} of them "
                        f"{steps_in_words(steps, len(found.scale))} away."
                    )
                    break
    return says


def _range(bounds: Bounds) -> str:
    if bounds.at_least == bounds.at_most:
        return f"{bounds.at_least:,}"
    return f"from {bounds.at_least:,} to {bounds.at_most:,}"
