"""From a result to what may be published of it: the one model that every format is made of."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from casefile_audit.english import listing
from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.inputs import open_input
from casefile_audit.publishing.counts import (
    CASES,
    GRADED,
    KINDS,
    WITHOUT,
    PublishedCount,
    figures_of,
    graded,
    is_asked,
    scopes_of,
    split_name,
    splits_of,
)
from casefile_audit.publishing.hiding import Hiding, hide
from casefile_audit.publishing.models import (
    HIDDEN,
    NOT_APPLICABLE,
    NOT_ASKED,
    Figure,
    HidingRule,
    Mark,
    Publication,
    PublishedCriterion,
    PublishedGrade,
    PublishedGroup,
    PublishedSplit,
)
from casefile_audit.results import PUBLICATION_SCHEMA, CriterionResult, GradeResult, Result
from casefile_audit.scoring.groupings import FILE, SHEET
from casefile_audit.statistics.proportion import Interval, wilson

_OF_THE_RATE = ("applicable", "met", "partly_met", "missing")
_T = TypeVar("_T")


def publish(result: Result, rule: HidingRule, earlier: Sequence[Publication] = ()) -> Publication:
    """What may be published of a result, attacked before it is handed out.

    Raises:
        UsageError: a small count can't be hidden, or could be worked back.
    """
    _refuse_what_names_or_weighs(result)
    hiding = hide(result, rule.up_to, earlier)
    publication = published(result, hiding, rule)
    hiding.refuse_if_worked_out(figures_of(publication))
    return publication


def _refuse_what_names_or_weighs(result: Result) -> None:
    # A result that was saved before it said so has the references of its cases.
    references = set(result.by_case.references) if result.by_case else set()
    asked = {given.partition("=")[2].strip() for only in result.only for given in only.given}
    if asked & references or any(only.names_cases for only in result.only):
        raise UsageError(
            "what is published names no case, and --only chooses some by their reference",
            hint="Leave out --publish, or that --only.",
        )
    if named := {SHEET, FILE} & result.groups.keys():
        raise UsageError(
            f"what is published names no {listing(sorted(named), 'or')}: it may be called after a "
            "child",
            hint="Leave out --by file and --by sheet, or --publish.",
        )
    if result.population is not None and result.population.weighted:
        raise UsageError(
            "the shares are weighted by the counts of each stratum, so they can't be published "
            "where one of those may be hidden",
            hint="Publish each stratum's cases by themselves, with --only.",
        )


def published(result: Result, hiding: Hiding, rule: HidingRule) -> Publication:
    """A result without what is hidden of it, and without what rests on that."""
    parts: dict[str, dict[str, PublishedGroup]] = {}
    for (field, value), group in scopes_of(result):
        of = PublishedCount(field, value, "", CASES)
        parts.setdefault(field, {})[value] = PublishedGroup(
            case_count=hiding.figure(of),
            criteria={
                name: _criterion(hiding, of._replace(part=name), its, result.criteria[name])
                for name, its in group.criteria.items()
            },
            grades={name: _grade(hiding, of, name, grade) for name, grade in group.grades.items()},
        )
    whole = parts.pop("")[""]
    return Publication(
        made_at=result.made_at,
        as_of=result.as_of,
        rubric=result.rubric,
        only=[only.says for only in result.only],
        hides=rule,
        figures=sum(1 for count, n in hiding.values.items() if n or count in hiding.hidden),
        hidden=len(hiding.hidden),
        hides_least=hiding.is_least,
        case_count=whole.case_count,
        not_read=HIDDEN if 1 <= result.not_read <= rule.up_to else result.not_read,
        criteria=whole.criteria,
        grades=whole.grades,
        groups=parts,
        doubts=sorted({issue.code.value for issue in result.doubts}),
        cells_in_doubt=bool(result.problems),
    )


def _criterion(
    hiding: Hiding, of: PublishedCount, its: CriterionResult, whole: CriterionResult
) -> PublishedCriterion:
    """A criterion in some of the cases; ``whole``, in all."""
    figures: dict[str, Figure] = dict.fromkeys(KINDS, NOT_ASKED)
    if is_asked(whole):
        figures = {kind: hiding.figure(of._replace(kind=kind)) for kind in KINDS}
    mark = _mark(figures)

    def unless_marked(value: _T) -> _T | Mark:
        return value if mark is None else mark

    has_target = its.target is not None
    # A deadline is there only for a target that was missed, and would tell that it was.
    due = its.deadline if mark is None else None
    return PublishedCriterion(
        question=its.question,
        title=its.title,
        theme=its.theme,
        phrase=its.phrase,
        asked_of_all=not whole.not_asked,
        **figures,
        rate=unless_marked(its.rate or 0.0),
        interval=unless_marked(its.interval),
        met_interval=unless_marked(_met_interval(its)),
        target=its.target,
        target_reached=unless_marked(its.target_reached) if has_target else None,
        target_beyond_chance=unless_marked(its.target_beyond_chance) if has_target else None,
        due=due,
        due_for=its.due_for if due else "",
    )


def _grade(hiding: Hiding, of: PublishedCount, name: str, grade: GradeResult) -> PublishedGrade:
    def figure(split: str, kind: str) -> Figure:
        return hiding.figure(of._replace(part=split_name(name, split), kind=kind))

    return PublishedGrade(
        title=grade.title,
        scale=grade.scale,
        scale_name=grade.scale_name,
        splits={
            split: PublishedSplit(
                counts={word: figure(split, graded(word)) for word in counts},
                graded=figure(split, GRADED),
                without=figure(split, WITHOUT),
            )
            for split, counts, _ in splits_of(grade)
        },
    )


def saved_publications(path: Path) -> list[Publication]:
    """The publications that were saved as JSON: one, or those of a comparison, trend or agreement.

    Returns:
        None of them where the file holds none.

    Raises:
        WorkbookError: it says that it holds some, and they can't be read.
    """
    return _saved(path)[1]


def saved_publication(path: Path) -> Publication | None:
    """A publication of a scored audit that was saved as JSON; None where the file is no such thing.

    Raises:
        WorkbookError: as ``saved_publications``; or it is one of something else.
    """
    schema, found = _saved(path)
    if not found:
        return None
    if schema != PUBLICATION_SCHEMA:
        raise WorkbookError(
            f"`{path}` is a comparison, trend or agreement that was saved with --publish",
            hint="Look at the report that was written with it; `audit score` shows scored audits.",
        )
    return found[0]


def _saved(path: Path) -> tuple[str, list[Publication]]:
    """What a file says it is, and the publications in it."""
    try:
        with open_input(path) as file:
            text = file.read()
    except OSError:
        return "", []  # which is said where a result is read
    if PUBLICATION_SCHEMA.encode() not in text:
        return "", []
    try:
        held = json.loads(text)
        parts = [held] if held["schema"] == PUBLICATION_SCHEMA else [*held.values()]
        return held["schema"], [
            Publication.model_validate_json(json.dumps(part))
            for part in parts
            if isinstance(part, dict) and part.get("schema") == PUBLICATION_SCHEMA
        ]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise WorkbookError(
            f"`{path}` is not a publication of this program, or was changed since",
            hint="Save it anew with --publish.",
        ) from None


def _met_interval(its: CriterionResult) -> Interval | None:
    """The range of the share that met it, which a result saved long ago doesn't hold itself."""
    if its.met_interval is None and its.interval is not None:
        return wilson(its.met, its.applicable)
    return its.met_interval


def _mark(figures: dict[str, Figure]) -> Mark | None:
    """What stands in the place of a rate; None if it may be published."""
    for kind in _OF_THE_RATE:
        figure = figures[kind]
        if not isinstance(figure, int):
            return figure
    return NOT_APPLICABLE if figures["applicable"] == 0 else None
