"""What several audits have in common: cases that are the same or may be, questions that aren't."""

from collections.abc import Sequence

from casefile_audit.english import bare_reference, first_few, fold, listing, quoted
from casefile_audit.errors import UsageError
from casefile_audit.intake.pseudonyms import alike_part
from casefile_audit.results import CriterionResult, Result
from casefile_audit.rubric.model import SECTOR

Key = tuple[str, str]
"""A reference as it is compared, and its sector, since each sector may have a file on one child."""

_MOST_NAMED = 6
_AS_NINES = str.maketrans("012345678", "999999999")


def rows_by_reference(result: Result) -> dict[Key, list[int]]:
    """Where the cases of each reference stand in a result; cases without one are left out."""
    findings = result.each_case()
    sectors = findings.facts.get(SECTOR, [""] * len(findings.references))
    unnamed = set(findings.unnamed)
    rows: dict[Key, list[int]] = {}
    for row, (reference, sector) in enumerate(zip(findings.references, sectors, strict=True)):
        if reference not in unnamed:
            rows.setdefault((fold(reference), sector), []).append(row)
    return rows


def near_misses(results: Sequence[Result]) -> list[list[str]]:
    """References of different audits with the same letters and digits that don't match.

    Leading noughts don't matter, nor does the ``.0`` of a number.

    They are never taken for one case: ``1/11`` and ``11/1`` have the same digits too. Where an
    audit has both of them, it tells them apart itself, and they are not given.
    """
    every = [rows_by_reference(result) for result in results]
    if len({key[0].translate(_AS_NINES) for rows in every for key in rows}) == 1:
        return []  # so all are written alike
    alike: dict[Key, dict[Key, str]] = {}
    told_apart = set()
    for result, own in zip(results, every, strict=True):
        bare_of = alike_part if result.pseudonyms else bare_reference
        seen: dict[Key, Key] = {}
        for key, rows in own.items():
            bare = bare_of(key[0]).replace("-", ""), key[1]
            if seen.setdefault(bare, key) != key:
                told_apart.add(bare)
            alike.setdefault(bare, {}).setdefault(key, result.each_case().references[rows[0]])
    return [
        list(written.values())
        for bare, written in alike.items()
        if len(written) > 1 and bare[0] and bare not in told_apart
    ]


def check_named_alike(results: Sequence[Result]) -> None:
    """Refuse audits whose cases are called in several ways, so that none can be told again.

    Raises:
        UsageError: some by their references and others by pseudonyms, or by those of several keys.
    """
    if len({result.pseudonyms for result in results}) > 1:
        raise UsageError(
            "the audits don't call their cases alike: by their references here, by pseudonyms "
            "there, or by pseudonyms of different keys",
            hint="Give the case files of all with one key: --pseudonyms KEYFILE; or none.",
        )


def reworded(results: Sequence[Result]) -> dict[str, str]:
    """The criteria that audits ask in different words, each with its title in the first of them."""
    asked: dict[str, list[CriterionResult]] = {}
    for result in results:
        for name, criterion in result.criteria.items():
            asked.setdefault(name, []).append(criterion)
    return {
        name: every[0].title
        for name, every in asked.items()
        if len({criterion.question for criterion in every}) > 1
    }


def hint_of(near: Sequence[Sequence[str]]) -> str:
    """What to say of near misses, and what to do about them."""
    written = [listing(quoted(each)) for each in near]
    named = "; ".join(first_few(written, _MOST_NAMED, "{:,} more"))
    return (
        f"Not matched, but alike in letters and digits: {named}. Where they are one case, write "
        "its reference alike in all files"
    )
