"""From what a search found, and what people decided of it, to the answer."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from casefile_audit.cases import State
from casefile_audit.english import count
from casefile_audit.language.models import (
    Counted,
    Decision,
    HitResult,
    LanguageAnswer,
    LexiconUsed,
    TermResult,
)
from casefile_audit.language.search import Place, Search
from casefile_audit.results import finding
from casefile_audit.rubric.lexicons.model import Lexicon
from casefile_audit.scoring.groupings import is_period
from casefile_audit.scoring.tallies import Label, names_of_groups
from casefile_audit.statistics.proportion import range_of

WAIVED = "waived"
# The first of these that stands in a case is what the case counts as. Where some of its language
# was challenged, somebody did look at it.
_ORDER = ("challenged", "used", "quoted", "negated")
_COUNTED_AS = {"used": "unchallenged"}


@dataclass(frozen=True)
class Question:
    """What was asked of the cases.

    Attributes:
        dates: which of the fields that group cases hold dates.
    """

    lexicon: Lexicon
    files: Sequence[str]
    fields: Sequence[str]
    dates: frozenset[str]


def answer_of(
    question: Question, found: Search, decisions: Mapping[str, Decision]
) -> LanguageAnswer:
    """The answer."""
    hits = [_hit(place, decisions.get(place.key)) for place in found.places]
    by_case: dict[int, list[HitResult]] = defaultdict(list)
    for place, hit in zip(found.places, hits, strict=True):
        by_case[place.number].append(hit)
    states = found.states
    counts = _counted(states.searched, by_case.values())
    whole, part = counts.searched, counts.with_language
    title = question.lexicon.title or question.lexicon.lexicon
    return LanguageAnswer(
        made_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
        lexicon=LexiconUsed(
            name=question.lexicon.lexicon,
            title=title,
            version=question.lexicon.version,
            sha256=question.lexicon.sha256,
        ),
        files=list(question.files),
        fields=list(question.fields),
        case_count=states.cases,
        blank=states.blank,
        unreadable=states.unreadable,
        not_english=states.foreign,
        without_column=states.without_column,
        cut_off=states.cut_off,
        counts=counts,
        says=_says(counts, states.cases, title),
        rate=part / whole if whole else None,
        interval=range_of(part, whole),
        terms=_terms(question.lexicon, hits, by_case, whole),
        groups={
            name: _groups(name in question.dates, found, name, by_case) for name in found.groups
        },
        hits=hits,
        unmatched=len(decisions.keys() - {hit.key for hit in hits}),
    )


def _says(counts: Counted, cases: int, title: str) -> str:
    if not counts.searched:
        return f"nothing was looked for in the {count(cases, 'case')}"
    return finding(counts.with_language, counts.searched, cases, f"with {title}", counts.challenged)


def _hit(place: Place, decision: Decision | None) -> HitResult:
    file, sheet, cell = place.origin
    return HitResult(
        key=place.key,
        case=place.case,
        file=file,
        sheet=sheet,
        cell=cell,
        field=place.field,
        term=place.hit.term,
        usage=place.hit.usage.value if decision is None else decision.usage,
        because=place.hit.because,
        decision=decision,
    )


def _counted(searched: int, cases: Iterable[Sequence[HitResult]]) -> Counted:
    """What cases came to, each counted once."""
    counts: Counter[str] = Counter()
    for hits in cases:
        usages = {hit.usage for hit in hits}
        if usage := next((each for each in _ORDER if each in usages), None):
            counts[_COUNTED_AS.get(usage, usage)] += 1
    return Counted(searched=searched, **counts)


def _terms(
    lexicon: Lexicon,
    hits: Sequence[HitResult],
    by_case: Mapping[int, Sequence[HitResult]],
    searched: int,
) -> dict[str, TermResult]:
    results = {}
    for name in dict.fromkeys(hit.term for hit in hits):
        term = lexicon.terms[name]
        own = ([hit for hit in its if hit.term == name] for its in by_case.values())
        results[name] = TermResult(
            title=term.term,
            cases=_counted(searched, own),
            why=term.why,
            alternatives=term.alternatives,
            sources=[lexicon.sources[source].says for source in term.source],
        )
    order = sorted(results, key=lambda name: (-results[name].cases.with_language, name))
    return {name: results[name] for name in order}


def _groups(
    is_date: bool, found: Search, name: str, by_case: Mapping[int, Sequence[HitResult]]
) -> dict[str, Counted]:
    sizes, of_case = found.groups[name], found.labels[name]
    names = _months(sizes) if is_date else names_of_groups(sizes)
    if is_period(name):
        names = {label: names[label] for label in _in_time(names)}
    searched: Counter[str] = Counter()
    for label, called in names.items():
        searched[called] += sizes[label]
    cases: dict[str, list[Sequence[HitResult]]] = defaultdict(list)
    for case, hits in by_case.items():
        cases[names[of_case[case]]].append(hits)
    return {
        called: _counted(searched[called], cases[called])
        for called in dict.fromkeys(names.values())
        if searched[called]
    }


def _months(labels: Iterable[Label]) -> dict[Label, str]:
    """The month of each day, in their order."""
    return {
        label: f"{dt.date.fromisoformat(label.text):%B %Y}"
        if label.state is State.VALUE
        else label.text
        for label in _in_time(labels)
    }


def _in_time(labels: Iterable[Label]) -> list[Label]:
    """Days or periods in their order; those that aren't known come last."""
    return sorted(labels, key=lambda label: (label.state is not State.VALUE, label.text))
