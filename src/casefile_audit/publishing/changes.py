"""A comparison that may be published: only what both audits show is compared, and judged."""

from collections.abc import Sequence
from typing import Final, Literal

from pydantic import Field

from casefile_audit.compare.comparison import Comparison, compare
from casefile_audit.compare.pairs import in_both
from casefile_audit.compare.verdicts import Thresholds
from casefile_audit.publishing.models import HIDDEN, HidingRule, Publication, PublishedGrade
from casefile_audit.publishing.publication import publish
from casefile_audit.results import FindingsResult, GradeResult, PrintedAnswer, Result

SCHEMA: Final = "casefile-audit/published-comparison/1"
# What a warning says of the rubric rests on no count; what it says of the cases may.
_TOLD_OF_RUBRICS = ("rubric", "version", "wording", "scale")


class PublishedComparison(PrintedAnswer):
    """What may be published of a comparison.

    Attributes:
        hides: which counts are small.
        before, after: what may be published of each audit.
        shown: the comparison of what both show, adjusted for those questions alone; None where
            there is nothing to compare.
        not_compared: the titles of what is in both and not compared, as counts of it are hidden.
    """

    schema_: Literal["casefile-audit/published-comparison/1"] = Field(SCHEMA, alias="schema")
    title: str
    hides: HidingRule
    before: Publication
    after: Publication
    shown: Comparison | None
    not_compared: list[str]


def publish_comparison(
    before: Result,
    after: Result,
    rule: HidingRule,
    earlier: Sequence[Publication],
    *,
    census: bool,
    thresholds: Thresholds,
) -> PublishedComparison:
    """Compare two audits, and hide what is small.

    No verdict rests on a hidden count, and none is adjusted for a question that isn't shown: what
    is compared is what would be if nothing else had been asked.

    Raises:
        UsageError: a small count can't be hidden, or could be worked back.
    """
    first = publish(before, rule, earlier)
    # Of the same cases, the difference of the two tells of those that are in one of them.
    same = [first] if before.by_case and after.by_case and in_both(before, after) else []
    second = publish(after, rule, [*earlier, *same])
    shown, hidden = compare_shown(
        (before, after), (first, second), census=census, thresholds=thresholds
    )
    return PublishedComparison(
        title=before.rubric.title,
        hides=rule,
        before=first,
        after=second,
        shown=shown,
        not_compared=hidden,
    )


def compare_shown(
    results: tuple[Result, Result],
    publications: tuple[Publication, Publication],
    *,
    census: bool,
    thresholds: Thresholds,
) -> tuple[Comparison | None, list[str]]:
    """What both audits show, compared; and the titles of what isn't, as counts of it are hidden."""
    (before, after), (first, second) = results, publications
    both = {name: (c, second.criteria.get(name)) for name, c in first.criteria.items()}
    criteria = [name for name, (c, then) in both.items() if c.shown and then and then.shown]
    grades = {name: kinds for name in before.grades if (kinds := _splits_shown(publications, name))}
    shown = None
    if isinstance(first.case_count, int) and isinstance(second.case_count, int) and (
        criteria or grades
    ):  # fmt: skip
        whole = compare(
            _only(before, criteria, grades),
            _only(after, criteria, grades),
            by=(),
            paired=False,
            census=census,
            thresholds=thresholds,
        )
        # Doubts name cells; that there are some is published apart.
        told = [warning for warning in whole.warnings if warning.kind in _TOLD_OF_RUBRICS]
        shown = whole.model_copy(update={"doubts": [], "warnings": told})
    hidden = [c.title for c, then in both.values() if then and HIDDEN in (c.rate, then.rate)]
    hidden += [
        g.title for name, g in before.grades.items() if name in after.grades and name not in grades
    ]
    return shown, hidden


def _splits_shown(publications: Sequence[Publication], name: str) -> list[str]:
    """The kinds of a grade's split that both show whole."""
    grades = [publication.grades.get(name) for publication in publications]
    return [
        kind
        for kind in ("recorded", "derived")
        if all(grade is not None and _is_shown(grade, kind) for grade in grades)
    ]


def _is_shown(grade: PublishedGrade, kind: str) -> bool:
    split = grade.splits.get(kind)
    if split is None:
        return False
    return all(isinstance(n, int) for n in (*split.counts.values(), split.graded, split.without))


def _only(result: Result, criteria: Sequence[str], grades: dict[str, list[str]]) -> Result:
    """A result of which nothing is left but the counts of some questions and grades."""
    nobody = FindingsResult(references=[], outcomes={}, unnamed=[], facts={})
    return result.model_copy(
        update={
            "inputs": [],
            "problems": [],
            "problems_unlisted": 0,
            "criteria": {name: result.criteria[name] for name in criteria},
            "grades": {name: _kinds(result.grades[name], kinds) for name, kinds in grades.items()},
            "groups": {},
            "by_case": nobody,
        }
    )


def _kinds(grade: GradeResult, kinds: Sequence[str]) -> GradeResult:
    hidden = [kind for kind in ("recorded", "derived") if kind not in kinds]
    update: dict[str, object] = {kind: {} for kind in hidden}
    return grade.model_copy(
        update={**update, **{f"without_{kind}": 0 for kind in hidden}, "cases": []}
    )
