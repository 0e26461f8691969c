"""Which case references come more than once among more cases than can be kept."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from casefile_audit.cases import Cases, State
from casefile_audit.english import bare_reference, fold
from casefile_audit.issues import Issue, IssueCode
from casefile_audit.rubric.model import SECTOR, Rubric

# A text in this form, which no full stop or colon ends, is folded by making its letters small.
_PLAIN = r"^([!-~]+ )*[!-~]*[!-\-/-9;-~]$"
_NINES = bytes.maketrans(b"012345678", b"999999999")
_SHARES = 16
# More references are compared by what does it quicker.
_MANY = 5_000


class Marks(NamedTuple):
    """A number for each case of a piece, the same for the same reference.

    Different references have different numbers but for one pair in 2⁶⁴, so what has the same
    number has to be looked at again. They take eight bytes a case, where the references themselves
    would take a hundred.
    """

    piece: int
    numbers: npt.NDArray[np.uint64]


def marks_of(cases: Cases, rubric: Rubric, piece: int) -> Marks:
    """The marks of the cases of a piece."""
    return Marks(piece, numbers_of(keys_of(cases, rubric)))


def numbers_of(keys: Any) -> npt.NDArray[np.uint64]:
    """The number of each key: the same in every process."""
    numbers: npt.NDArray[np.uint64] = keys.hash(seed=0).to_numpy()
    return numbers


def keys_of(cases: Cases, rubric: Rubric) -> Any:
    """What tells each case from others: its folded reference, and its sector if there are some."""
    import polars

    references = _references(cases, rubric.identifier)
    keys = references.str.to_lowercase()
    odd = np.flatnonzero(~references.str.contains(_PLAIN).to_numpy())
    if len(odd):
        keys = keys.scatter(odd, [fold(cases.references[place]) for place in odd.tolist()])
    if rubric.sectors:
        keys = keys + "\n" + polars.Series(sectors_of_cases(cases), dtype=polars.String)
    return keys


def are_plainly_apart(cases: Cases) -> bool:
    """Whether all references differ and have their figures in the same places, so that none is
    another's however they are compared.
    """  # noqa: D205 - one thought
    references = cases.references.tolist()
    if len(set(references)) < len(references):
        return False
    # As bytes, and all at once: one after another took several times as long.
    looks = "\n".join([*references, ""]).encode(errors="surrogatepass").translate(_NINES)
    return looks == looks[: looks.find(b"\n") + 1] * len(references)


def alike_references(cases: Cases, rubric: Rubric) -> Iterator[Issue]:
    """References that are one but for how they are written: ``NS/24/001`` and ``ns 24 1``."""
    if rubric.identifier is None:
        return
    bare = _bare_references(cases, rubric)
    if len(set(bare)) == len(bare):
        return
    written: dict[tuple[str, str], dict[str, str]] = {}
    sectors = sectors_of_cases(cases) if rubric.sectors else [""] * len(bare)
    for key, sector, reference in zip(bare, sectors, cases.references.tolist(), strict=True):
        written.setdefault((key, sector), {}).setdefault(fold(reference), reference)
    alike = [list(spelt.values()) for (key, _), spelt in written.items() if key and len(spelt) > 1]
    if alike:
        named = [reference for spelt in alike for reference in spelt]
        yield Issue.doubt(IssueCode.REFERENCES_ALIKE, named, facts={"cases": len(alike)})


def double_entries(cases: Cases, rubric: Rubric) -> Iterator[Issue]:
    """Cases that two people entered: REDCap exports both, as ``17--1`` and ``17--2``."""
    if rubric.identifier is None:
        return
    references = cases.references.tolist()
    if "--" not in "\n".join(references):
        return
    entries: dict[str, set[str]] = {}
    for reference in references:
        stem, _, entry = reference.rpartition("--")
        if stem and entry in ("1", "2"):
            entries.setdefault(fold(stem), set()).add(reference)
    twice = [sorted(both) for both in entries.values() if len(both) > 1]
    if twice:
        named = [reference for both in twice for reference in both]
        yield Issue.doubt(IssueCode.CASES_ENTERED_TWICE, named, total=len(twice))


def _bare_references(cases: Cases, rubric: Rubric) -> list[str]:
    """Each reference without what only one copy of it may have."""
    if len(cases) < _MANY:
        return list(map(bare_reference, cases.references))
    references = _references(cases, rubric.identifier)
    plain = references.str.to_lowercase().str.replace(r"\.0$", "")
    bare = plain.str.replace_all(r"[^0-9a-z]+", "-").str.replace_all(r"(^|[^0-9])0+([0-9])", "$1$2")
    return cast("list[str]", bare.str.strip_chars("-").to_list())


def sectors_of_cases(cases: Cases) -> list[str]:
    """The sector of each case, empty where it can't be told: each may have a file on one child."""
    return [sector or "" for sector in cases.columns[SECTOR].rows()]


def _references(cases: Cases, identifier: str | None) -> Any:
    """The references as a Polars series."""
    import polars

    texts = cases.columns[identifier].values if identifier else None
    if not (identifier and isinstance(texts, polars.Series)):
        return polars.Series(cases.references.tolist(), dtype=polars.String)
    unnamed = np.flatnonzero(cases.states[identifier] != State.VALUE)
    return texts.clone().scatter(unnamed, cases.references[unnamed].tolist())


def doubtful_pieces(marks: Sequence[Marks]) -> tuple[npt.NDArray[np.uint64], list[int]]:
    """The numbers that more than one case has, and the pieces that they are in."""
    again = np.sort(np.concatenate([*_repeated(marks), np.empty(0, dtype=np.uint64)]))
    if not len(again):
        return again, []
    return again, [each.piece for each in marks if np.isin(each.numbers, again).any()]


def _repeated(marks: Sequence[Marks]) -> Iterator[npt.NDArray[np.uint64]]:
    """The numbers that come again, a share of them at a time, to hold few twice over."""
    for share in range(_SHARES):
        numbers = np.concatenate(
            [each.numbers[each.numbers >> np.uint64(60) == share] for each in marks]
            or [np.empty(0, dtype=np.uint64)]
        )
        numbers.sort()
        yield np.unique(numbers[1:][numbers[1:] == numbers[:-1]])
