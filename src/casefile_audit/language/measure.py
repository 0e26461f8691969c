"""How well a lexicon and the rules do, measured on sentences that people labelled."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from casefile_audit.english import count, fold, listing, quoted
from casefile_audit.errors import UsageError
from casefile_audit.files.workbook import open_workbook, text_of
from casefile_audit.results import ResultModel
from casefile_audit.rubric.lexicons.model import NOT_FOUND, Lexicon
from casefile_audit.rubric.lexicons.usage import Usage
from casefile_audit.rubric.lexicons.written import cleaned
from casefile_audit.rubric.yaml_files import LEXICONS_FOLDER
from casefile_audit.statistics.proportion import Interval, range_of

CLASSES = (*(usage.value for usage in Usage), NOT_FOUND)
FOUND, COUNTED = "found at all", "counted as such language"
_LABELLED = "labelled"
_HEADINGS = {
    "text": ("text", "sentence", "narrative"),
    "class": ("class", "label", "expected", "usage"),
    "term": ("term",),
    "why": ("why", "because", "reason"),
    "lexicon": ("lexicon",),
}
_NOTHING = ("", "none", "nothing", "no", "trap", "not found", "not a hit")


@dataclass(frozen=True)
class Labelled:
    """A sentence, how its term is meant as a person says, and why; ``term`` may be blank."""

    text: str
    usage: str
    term: str
    why: str
    place: str


class MeasuredRate(ResultModel):
    """So many of so many, from 0 to 1, and the range of it."""

    part: int
    whole: int
    interval: Interval | None


class Quality(ResultModel):
    """Precision: of those that the program says, how many are so. Recall: of those that are so."""

    labelled: int
    precision: MeasuredRate
    recall: MeasuredRate


class TermQuality(ResultModel):
    """How a term did: sentences that hold it, found, in the class of the label; and false finds."""

    labelled: int
    found: int
    right: int
    false: int


class WrongSentence(ResultModel):
    """A sentence in which the program says another thing than its label."""

    place: str
    text: str
    term: str
    expected: str
    got: str
    got_term: str
    because: str
    why: str


class MeasuredSet(ResultModel):
    """What came of one labelled set.

    Attributes:
        qualities: by what is asked: found at all, counted, and each class.
        confusion: by label, how many the program puts in each class.
        unknown_terms: terms of the labels that the lexicon doesn't have; they aren't compared.
    """

    name: str
    lexicon: str
    sentences: int
    traps: int
    qualities: dict[str, Quality]
    confusion: dict[str, dict[str, int]]
    terms: dict[str, TermQuality]
    wrong: list[WrongSentence]
    unknown_terms: list[str]


class Measurement(ResultModel):
    """What came of several sets, as JSON."""

    schema_: str = Field("casefile-audit/language-measure/1", alias="schema")
    sets: list[MeasuredSet]


def shipped_sets() -> list[Path]:
    """The labelled sets that are shipped."""
    return sorted((LEXICONS_FOLDER / _LABELLED).glob("*.csv"))


def measure(path: Path, lexicon: Lexicon) -> MeasuredSet:
    """Measure a lexicon on a labelled set.

    Raises:
        UsageError: the set has no such columns, or a label that is no class.
        AuditError: it can't be opened.
    """
    labelled = list(_labelled(path, lexicon.lexicon))
    known = {fold(term.term): name for name, term in lexicon.terms.items()}
    known |= {name: name for name in lexicon.terms}
    outcomes = [_outcome(lexicon, each, known.get(fold(each.term), "")) for each in labelled]
    confusion = Counter((each.usage, got.got) for each, got in zip(labelled, outcomes, strict=True))
    return MeasuredSet(
        name=path.stem,
        lexicon=lexicon.lexicon,
        sentences=len(labelled),
        traps=sum(each.usage != Usage.USED.value for each in labelled),
        qualities=dict(_qualities(confusion)),
        confusion={a: {b: confusion[a, b] for b in CLASSES} for a in CLASSES},
        terms=_terms(labelled, outcomes, known),
        wrong=[
            got
            for got in outcomes
            if got.got != got.expected or (got.got_term and got.got_term != got.term != "")
        ],
        unknown_terms=sorted({e.term for e in labelled if e.term and fold(e.term) not in known}),
    )


def _outcome(lexicon: Lexicon, sentence: Labelled, term: str) -> WrongSentence:
    """What the program says of a sentence: of its term, or of any where it lacks that."""
    hits = lexicon.hits(cleaned(sentence.text))
    own = [hit for hit in hits if hit.term == term] or hits
    # What counts decides, where a sentence holds several.
    own.sort(key=lambda hit: list(Usage).index(hit.usage))
    first = own[0] if own else None
    return WrongSentence(
        place=sentence.place,
        text=sentence.text,
        term=term if sentence.usage != NOT_FOUND else "",
        expected=sentence.usage,
        got=first.usage.value if first else NOT_FOUND,
        got_term=first.term if first else "",
        because=first.because if first else "",
        why=sentence.why,
    )


def _qualities(confusion: Counter[tuple[str, str]]) -> Iterator[tuple[str, Quality]]:
    counted = {usage.value for usage in Usage if usage.counts}
    yield FOUND, _quality(confusion, set(CLASSES) - {NOT_FOUND})
    yield COUNTED, _quality(confusion, counted)
    for usage in Usage:
        yield usage.value, _quality(confusion, {usage.value})


def _quality(confusion: Counter[tuple[str, str]], classes: set[str]) -> Quality:
    right = sum(n for (a, b), n in confusion.items() if a in classes and b in classes)
    said = sum(n for (_, b), n in confusion.items() if b in classes)
    so = sum(n for (a, _), n in confusion.items() if a in classes)
    return Quality(labelled=so, precision=_rate(right, said), recall=_rate(right, so))


def _rate(part: int, whole: int) -> MeasuredRate:
    return MeasuredRate(part=part, whole=whole, interval=range_of(part, whole))


def _terms(
    labelled: Sequence[Labelled], outcomes: Sequence[WrongSentence], known: dict[str, str]
) -> dict[str, TermQuality]:
    counts: dict[str, Counter[str]] = {}
    for each, got in zip(labelled, outcomes, strict=True):
        name = known.get(fold(each.term), "")
        if not name:
            continue
        of = counts.setdefault(name, Counter())
        if each.usage == NOT_FOUND:
            of["false"] += got.got != NOT_FOUND
        else:
            of["labelled"] += 1
            of["found"] += got.got_term == name
            of["right"] += got.got_term == name and got.got == each.usage
    keys = ("labelled", "found", "right", "false")
    return {n: TermQuality(**{k: counts[n][k] for k in keys}) for n in sorted(counts)}


def _labelled(path: Path, lexicon: str) -> Iterator[Labelled]:
    sheet = open_workbook(path).sheets[0]
    heads = [fold(text_of(cell)) for cell in (sheet.rows[0] if sheet.rows else ())]
    columns = {
        key: next((heads.index(name) for name in names if name in heads), None)
        for key, names in _HEADINGS.items()
    }
    if absent := [key for key in ("text", "class") if columns[key] is None]:
        raise UsageError(
            f"`{path}` isn't a labelled set: its first row has no heading {listing(absent, 'or')}",
            hint="Its columns are `text`, `class` (used, quoted, challenged, negated or none), and "
            "`term` and `why`, if you like.",
        )
    faults: list[str] = []
    for number, row in enumerate(sheet.rows[1:], 2):
        cells = {key: "" if at is None else row[at] for key, at in columns.items()}
        if not text_of(cells["text"]) or text_of(cells["lexicon"]) not in ("", lexicon):
            continue
        usage, place = fold(text_of(cells["class"])), f"{sheet.name}, row {number}"
        usage = NOT_FOUND if usage in _NOTHING else usage
        if usage in CLASSES:
            text, term, why = str(cells["text"]), text_of(cells["term"]), text_of(cells["why"])
            yield Labelled(text, usage, term, why, place)
        else:
            faults.append(f"{place}: `{usage[:40]}`; it can be {listing(quoted(CLASSES), 'or')}")
    if faults:
        raise UsageError(
            f"`{path}` has {count(len(faults), 'label')} that is no class", details=faults[:20]
        )
