"""An agreement that may be published: each table of two readers, and what whole tables come to."""

from collections.abc import Sequence
from typing import Final, Literal

from pydantic import Field

from casefile_audit.agree.models import Agreement, ItemAgreement, Measure
from casefile_audit.errors import UsageError
from casefile_audit.publishing.models import HidingRule, Publication
from casefile_audit.publishing.publication import publish
from casefile_audit.results import GradeResult, GroupResult, PrintedAnswer, Result, ResultModel

SCHEMA: Final = "casefile-audit/published-agreement/1"
_NOT_BOTH: Final = "not read by both"


class PublishedItem(ResultModel):
    """What two readers make of one grade or question whose every count is shown.

    Attributes:
        cases, same, within_one, kappa, ac2: as of a pair of readers.
    """

    title: str
    cases: int
    same: int
    within_one: int
    kappa: Measure | None
    ac2: Measure | None


class PublishedAgreement(PrintedAnswer):
    """What may be published of how far two readers agree.

    Attributes:
        publication: each grade and question as the first reader has it, and grouped by what the
            second made of the same cases.
        agreed: what those come to whose every count is shown.
        not_told: the titles of the others.
    """

    schema_: Literal["casefile-audit/published-agreement/1"] = Field(SCHEMA, alias="schema")
    publication: Publication
    agreed: dict[str, PublishedItem]
    not_told: list[str]


def publish_agreement(
    agreement: Agreement, first: Result, rule: HidingRule, earlier: Sequence[Publication]
) -> PublishedAgreement:
    """What may be published of an agreement. No coefficient rests on a hidden count.

    Raises:
        UsageError: there are more readers, or a small count can't be hidden.
    """
    if len(agreement.readers) > 2:
        raise UsageError(
            "two readers at a time can be published: what each makes of the others' cases could be "
            "worked out from several tables",
            hint="Give two of the readers.",
        )
    items = {
        f"{kind} {name}": item
        for kind, every in (("grade", agreement.grades), ("question", agreement.criteria))
        for name, item in every.items()
    }
    publication = publish(_as_groups(items, agreement, first), rule, earlier)
    shown = [name for name in items if _is_shown(publication, name)]
    return PublishedAgreement(
        publication=publication,
        agreed={name: _item(items[name]) for name in shown},
        not_told=[item.title for name, item in items.items() if name not in shown],
    )


def field_of(item: str) -> str:
    """What the groups of an item are called: by what the second reader made of it."""
    return f"{item}, second reader"


def _item(its: ItemAgreement) -> PublishedItem:
    (pair,) = its.pairs
    return PublishedItem(
        title=its.title,
        cases=pair.cases,
        same=pair.same,
        within_one=pair.within_one,
        kappa=pair.kappa,
        ac2=pair.ac2,
    )


def _is_shown(publication: Publication, name: str) -> bool:
    groups = publication.groups[field_of(name)].values()
    counts = [n for g in groups for n in g.grades[name].splits["recorded"].counts.values()]
    return all(isinstance(n, int) for n in counts)


def _as_groups(items: dict[str, ItemAgreement], agreement: Agreement, first: Result) -> Result:
    """The tables as a result: each a grade by the first reader, its groups by the second."""
    return first.model_copy(
        update={
            "case_count": agreement.matched,
            "not_read": 0,
            "criteria": {},
            "grades": {
                name: _split(item, [sum(row) for row in item.pairs[0].table], agreement.matched)
                for name, item in items.items()
            },
            "groups": {
                field_of(name): _groups(name, item, agreement.matched)
                for name, item in items.items()
            },
            "population": None,
            "issues": agreement.doubts,
            "problems": [],
        }
    )


def _groups(name: str, item: ItemAgreement, cases: int) -> dict[str, GroupResult]:
    table = item.pairs[0].table
    groups = {}
    for place, step in enumerate(item.scale):
        column = [row[place] for row in table]
        groups[f"{step} by the second"] = GroupResult(
            case_count=sum(column), criteria={}, grades={name: _split(item, column, sum(column))}
        )
    left = cases - sum(map(sum, table))
    if left:
        nothing = [0] * len(table)
        groups[_NOT_BOTH] = GroupResult(
            case_count=left, criteria={}, grades={name: _split(item, nothing, left)}
        )
    return groups


def _split(item: ItemAgreement, counts: Sequence[int], cases: int) -> GradeResult:
    return GradeResult(
        title=item.title,
        scale=item.scale,
        scale_name="",
        recorded=dict(zip(item.scale, counts, strict=True)),
        derived={},
        without_recorded=cases - sum(counts),
        without_derived=0,
        cases=[],
    )
