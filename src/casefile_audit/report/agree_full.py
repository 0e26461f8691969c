"""The pages of agreement in full: between readers, and between one and another's totals."""

from collections.abc import Iterator, Sequence

from casefile_audit.agree.models import (
    Agreement,
    CategoryAgreement,
    CategoryPair,
    DifferingCase,
    ItemAgreement,
    Measure,
    PairResult,
)
from casefile_audit.agree.sentences import in_words, steps_in_words, two_places
from casefile_audit.agree.totals import TotalsAgreement
from casefile_audit.english import (
    FEWEST_FOR_SHARES,
    count,
    listing,
    sentence_case,
    share,
    share_range,
)
from casefile_audit.output.writing import OutputTable
from casefile_audit.report.blocks import (
    Block,
    Heading,
    Items,
    Page,
    Row,
    Section,
    Sentence,
    Stack,
    Table,
    Text,
    Tone,
    figures,
    table,
)
from casefile_audit.report.figures import FigureRow, figures_table
from casefile_audit.report.glossary import words_used
from casefile_audit.report.issues import doubts
from casefile_audit.report.reading import not_counted, to_know_before
from casefile_audit.report.reports import THE_ANSWER
from casefile_audit.results import only_says
from casefile_audit.scoring.references import hint_of
from casefile_audit.statistics.totals import Bounds

_MOST_NAMED = 12
_CAUTIONS = {
    "not defined": "Agreement beyond chance is not defined where everyone found the same",
    "too few": "Too few cases for any coefficient",
    "one reading only": "One reader found every case the same, which says nothing of whether they "
    "tell cases apart, and makes kappa 0 between two readers",
    "prevails": "Nearly all readings are “{step}”, which pulls kappa and alpha down however well "
    "the readers agree, and AC2 up though they answer at random; go by the counts",
}


def agree_full_page(found: Agreement) -> Page:
    """Everything there is to say: grades in full, then the questions together."""
    heading, *read = title(found)
    page: Page = [heading, Stack(read), *doubts(found.doubts), *to_know_before(found.warnings)]
    page += [THE_ANSWER, Sentence(answer(found), Tone.STRONG)]
    for grade in found.grades.values():
        page += _grade(grade, found.significant_steps)
    if found.criteria:
        page += _criteria(found, list(found.criteria.values()))
    for field in found.fields.values():
        page += _field(found, field)
    page += left_aside(found)
    page += words_used("More generous", "Kappa", "AC2", "Krippendorff's alpha", "Coefficient")
    return page


def title(found: Agreement) -> Iterator[Block]:
    """Who read how many cases, and what of their files could not be counted."""
    names = [reader.name for reader in found.readers]
    rubric = found.readers[0].rubric
    yield Heading(f"Do the readers agree? {rubric.title}", level=1)
    of_all = (
        "that both read"
        if len(names) == 2
        else f"that two or more read, {found.read_by_all:,} of them all {in_words(len(names))}"
    )
    alone = [f"by {r.name} alone: {len(r.alone):,}" for r in found.readers if r.alone]
    read = f"Read {listing(alone, most=4)}." if alone else "None was read by one alone."
    unnamed = sum(len(reader.unnamed) for reader in found.readers)
    without = f" {unnamed:,} without a reference, so not matched." if unnamed else ""
    whose = f"{of_all}: {listing(names, most=6)}{_only(found)}"
    yield Sentence(
        f"{count(found.matched, 'case file')} {whose}. {read}{without} "
        f"Rubric {rubric.name} {rubric.version}."
    )
    for reader in found.readers:
        if said := "; ".join(not_counted(reader.not_counted)):
            yield Sentence(f"{reader.name}: {said}.")


def answer(found: Agreement) -> str:
    """The agreement in a sentence: who is the more generous, and where they agree least."""
    for grade in found.grades.values():
        return f"{grade.title}: {_leaning(grade)}."
    items = [item for item in found.criteria.values() if item.cases]
    if not items:
        return " ".join(f"{field.title}: {field.says[0]}" for field in found.fields.values())
    least = min(items, key=lambda item: item.same / item.cases)
    same = sum(item.same == item.cases for item in items)
    if same == len(items):
        return f"They found the same in every case, of {count(len(items), 'question')}."
    return (
        f"Of {count(len(items), 'question')}, they found the same throughout in {same:,}; least "
        f"of all for {least.title}, the same in {least.same:,} of {least.cases:,}."
    )


def _leaning(item: ItemAgreement) -> str:
    """Who leans, of readers who gave a grade."""
    if item.same == item.cases:
        return "they gave every case the same grade"
    clear = dict.fromkeys(pair.more_generous for pair in item.pairs if pair.direction == "clear")
    leaning = dict.fromkeys(
        pair.more_generous for pair in item.pairs if pair.direction == "points towards"
    )
    several = len(item.pairs) > 1
    if clear:
        than = [
            pair.second if pair.more_generous == pair.first else pair.first
            for pair in item.pairs
            if pair.direction == "clear"
        ]
        first = listing(str(name) for name in clear)
        than_whom = f" than {listing(dict.fromkeys(than))}" if several and len(clear) == 1 else ""
        if len(clear) > 1:
            return f"{first} are more generous readers than others"
        more = f"a more generous reader{than_whom}" if several else "the more generous reader"
        return f"{first} is {more}"
    if leaning:
        named = listing(str(name) for name in leaning)
        return (
            f"it points towards {named} as the more generous, which "
            f"{count(item.cases, 'case')} can't settle"
        )
    who = "none of them" if several else "neither"
    return f"{who} is the more generous, as far as {count(item.cases, 'case')} can tell"


def _only(found: Agreement) -> str:
    """Which cases were asked for; by reader, where that differs."""
    if len({tuple(reader.only) for reader in found.readers}) == 1:
        return only_says(found.readers[0].only)
    each = [f"{reader.name}: {listing(reader.only) or 'all'}" for reader in found.readers]
    return f"; cases asked for: {'; '.join(each)}"


def _grade(item: ItemAgreement, significant: int | None) -> Iterator[Block]:
    yield Heading(item.title)
    yield Items(item.says)
    if item.cautions:
        yield Items([caution.says for caution in item.cautions], Tone.WARNING)
    for pair in item.pairs:
        yield Sentence(f"Down: {pair.first}. Across: {pair.second}.", Tone.QUIET)
        yield cross_table(item, pair)
    if measures := _measures(item):
        yield measures
        alpha = item.alpha if len(item.pairs) > 1 else None
        yield Sentence(
            (
                f"Krippendorff's ordinal alpha over all readings: {two_places(alpha.value)}. "
                if alpha
                else ""
            )
            + f"Over the rubric's whole scale ({', '.join(item.scale)}), used or not. Kappa is "
            "weighted and AC2 is Gwet's: both linear, each step counting the same. At random is "
            "what readers would average who gave each grade as often as these, but blindly; "
            "kappa's is 0.",
            Tone.QUIET,
        )
    chosen = [case for case in item.differing if significant and case.steps >= significant]
    if chosen:
        yield cases_apart(f"{item.title}: the cases that differ by so many steps", chosen)


def cases_apart(caption: str, cases: Sequence[DifferingCase], *, compact: bool = False) -> Table:
    """What each reader found in some cases, a column a reader."""
    names = list(cases[0].readings)
    rows = [[case.case, *(case.readings[name] or "–" for name in names)] for case in cases]
    return table(caption, ["Case", *names], rows, compact=compact)


def cross_table(item: ItemAgreement | CategoryAgreement, pair: PairResult | CategoryPair) -> Table:
    """How many cases one reader put on each step or word, by what the other did."""
    on = ("Grade", item.scale) if isinstance(item, ItemAgreement) else ("Word", item.categories)
    return table(
        f"{item.title}: {pair.first} (down) and {pair.second} (across)",
        [on[0], *figures(*on[1], "all")],
        _cross_rows(on[1], pair.table),
        compact=True,
    )


_MOST_CATEGORIES = 8


def _field(found: Agreement, field: CategoryAgreement) -> Iterator[Block]:
    """A field whose words have no order: the answer, the cross-tables, the cases that differ."""
    yield Heading(field.title, annex=True)
    yield Items(field.says)
    if len(field.categories) <= _MOST_CATEGORIES:
        for pair in field.pairs:
            yield Sentence(f"Down: {pair.first}. Across: {pair.second}.", Tone.QUIET)
            yield cross_table(field, pair)
    yield from differing_cases(found, [field])


def _cross_rows(scale: Sequence[str], counts: Sequence[Sequence[int]]) -> list[Row]:
    """The rows of a cross-table with their totals; those on which both agree stand out."""
    rows: list[Row] = []
    for at, (word, line) in enumerate(zip(scale, counts, strict=True)):
        cells = [
            Text(f"{n:,}", Tone.STRONG if place == at else Tone.PLAIN)
            for place, n in enumerate(line)
        ]
        rows.append([word, *cells, sum(line)])
    totals = [sum(column) for column in zip(*counts, strict=True)]
    return [*rows, ["all", *totals, sum(totals)]]


def _measures(item: ItemAgreement) -> Table | None:
    """Kappa and AC2 of each pair of readers side by side, and AC2 of all where there are more."""
    lines = [(f"{pair.first} and {pair.second}", pair.kappa, pair.ac2) for pair in item.pairs]
    if len(item.pairs) > 1:
        lines.append(("all readers", None, item.ac2))
    rows: list[Row] = [
        [label, *_measure(kappa), *_measure(ac2), two_places(ac2.by_chance)]
        for label, kappa, ac2 in lines
        if ac2
    ]
    if not rows:
        return None
    columns = figures("kappa", "95% range", "AC2", "95% range", "AC2 at random")
    return table(f"{item.title}: agreement beyond chance", ["Beyond chance", *columns], rows)


def _measure(measure: Measure | None) -> Row:
    if measure is None:
        return ["–", "–"]
    interval = measure.interval
    ends = f"{two_places(interval.low)} to {two_places(interval.high)}" if interval else "–"
    return [two_places(measure.value), ends]


def _criteria(found: Agreement, items: Sequence[ItemAgreement]) -> Iterator[Block]:
    several = len(found.readers) > 2
    yield Heading("The questions", annex=True)
    names = ("AC2", "at random", "alpha") if several else ("kappa", "AC2", "at random")
    yield table(
        "Agreement on each question",
        ["Question", *figures("same finding", "95% range", *names)],
        [_criterion_row(item, several) for item in items],
    )
    yield Sentence(
        "A finding is met, partly met or missing; not met and not recorded are both missing. A "
        f"case counts for a question where {'two readers or more' if several else 'both readers'} "
        "found that it applies.",
        Tone.QUIET,
    )
    cautions = list(_cautions(items))
    if cautions:
        yield Items(cautions, Tone.WARNING)
    if found.says:
        yield Sentence(" ".join(found.says), Tone.QUIET)
    differing = [item for item in items if item.differing]
    if differing and not several:
        yield from _cross_tables(found, differing)
    yield from differing_cases(found, items)


def _criterion_row(item: ItemAgreement, several: bool) -> Row:
    interval = item.same_interval
    ac2 = item.ac2
    own = [ac2.value, ac2.by_chance] if ac2 else [None, None]
    beside = item.alpha if several else item.kappa
    other = [beside.value if beside else None]
    return [
        Text(item.title, note="; ".join(_notes(item))),
        f"{item.same:,} of {item.cases:,}",
        share_range(interval.low, interval.high),
        *(
            "–" if value is None else two_places(value)
            for value in ([*own, *other] if several else [*other, *own])
        ),
    ]


def _notes(item: ItemAgreement) -> Iterator[str]:
    for pair in item.pairs:
        if pair.direction not in ("clear", "points towards") or pair.more_generous is None:
            continue
        most = max(pair.first_more_generous, pair.second_more_generous)
        other = pair.second if pair.more_generous == pair.first else pair.first
        doubt = "" if pair.direction == "clear" else ", which does not settle it"
        yield (
            f"{pair.more_generous} more generous than {other} in {most:,} of "
            f"{pair.cases - pair.same:,}{doubt}"
        )
    if item.applies_to_some:
        yield f"they differ on whether it applies in {len(item.applies_to_some):,}"


def _cautions(items: Sequence[ItemAgreement]) -> Iterator[str]:
    """Each kind of caution once, with the questions that it is about."""
    for kind, words in _CAUTIONS.items():
        titles: dict[str | None, list[str]] = {}
        for item in items:
            for step in dict.fromkeys(c.step for c in item.cautions if c.kind == kind):
                titles.setdefault(step, []).append(item.title)
        for step, named in titles.items():
            yield f"{words.format(step=step)}: {listing(named)}."


def _cross_tables(found: Agreement, items: Sequence[ItemAgreement]) -> Iterator[Block]:
    first, second = (reader.name for reader in found.readers)
    scale = max((item.scale for item in items), key=len)
    rows: list[Row | Section] = []
    for item in items:
        (pair,) = item.pairs
        rows.append(Section(item.title))
        places = [item.scale.index(word) if word in item.scale else None for word in scale]
        wide = [
            [0 if row is None or column is None else pair.table[row][column] for column in places]
            for row in places
        ]
        rows += _cross_rows(scale, wide)
    yield Sentence(f"Down: {first}. Across: {second}.", Tone.QUIET)
    yield table("Cross-tables", ["Finding", *figures(*scale, "all")], rows)


def differing_cases(
    found: Agreement, items: Sequence[ItemAgreement | CategoryAgreement]
) -> Iterator[Block]:
    """The cases about which the readers differ, by what each of them found."""
    lines = []
    for item in items:
        by_readings: dict[str, list[str]] = {}
        for case in item.differing:
            words = " / ".join(case.readings[reader.name] or "–" for reader in found.readers)
            by_readings.setdefault(words, []).append(case.case)
        if by_readings:
            parts = (
                f"{words}: {listing(cases, most=_MOST_NAMED)}"
                for words, cases in by_readings.items()
            )
            lines.append(f"{item.title}: {'; '.join(parts)}")
    if lines:
        names = " / ".join(reader.name for reader in found.readers)
        yield Heading("Where the findings differ", level=3)
        yield Sentence(f"In this order: {names}.", Tone.QUIET)
        yield Items(lines)


def left_aside(found: Agreement) -> Iterator[Block]:
    """The cases and the questions that are in no count, and why."""
    lines = []
    for reader in found.readers:
        if reader.alone:
            cases = listing(reader.alone, most=_MOST_NAMED)
            lines.append(f"Only {reader.name} has {count(len(reader.alone), 'case')}: {cases}")
        if reader.unnamed:
            cases = listing(reader.unnamed, most=_MOST_NAMED)
            lines.append(f"{reader.name}: without a reference, so not matched: {cases}")
    if found.near_misses:
        lines.append(hint_of(found.near_misses))
    items = [*found.grades.values(), *found.criteria.values()]
    lines += [
        f"{item.title}: read by one reader only, so not counted: "
        f"{listing(item.read_by_one, most=_MOST_NAMED)}"
        for item in items
        if item.read_by_one
    ]
    if found.not_compared:
        titles = "; ".join(found.not_compared)
        lines.append(f"Not compared, since no case has two readings of it: {titles}")
    if lines:
        yield Heading("Left aside", annex=True)
        yield Items(lines)


def totals_page(found: TotalsAgreement) -> Page:
    """What one reader's totals prove beside another's grades."""
    rubric = found.rubric
    grades = len(found.scale)
    apart = [(f"{steps_in_words(its.steps, grades)} apart", its) for its in found.apart]
    return [
        Heading(f"What the totals prove: {rubric.title}", level=1),
        Sentence(
            f"{found.title}, {count(found.cases, 'case file')}{only_says(found.only)}: "
            f"{found.reader}, case by case, and "
            "only the totals of another reader. Totals don't say which case was given which grade. "
            f"Rubric {rubric.name} {rubric.version}."
        ),
        table(
            "The two splits",
            ["Grade", *figures("other reader's totals", found.reader)],
            [[word, found.of_totals[word], found.of_reader[word]] for word in found.scale],
        ),
        Items(found.says),
        table(
            "What the totals allow",
            ["Of the cases", *figures("at least", "at most", "share")],
            [
                [sentence_case(what), n.at_least, n.at_most, _share_of(n, found.cases)]
                for what, n in [("same grade", found.same), *apart]
            ],
        ),
    ]


def _share_of(found: Bounds, cases: int) -> str:
    if cases < FEWEST_FOR_SHARES:
        return ""
    low, high = share(found.at_least, cases), share(found.at_most, cases)
    return low if low == high else f"{low} to {high}"


def totals_figures(found: TotalsAgreement) -> OutputTable:
    """What totals allow: the two splits, then the fewest and most cases so many steps apart."""
    rows: list[FigureRow] = [
        {
            "Kind": "grade",
            "Title": found.title,
            "Grade": word,
            "Other reader's totals": found.of_totals[word],
            found.reader: found.of_reader[word],
        }
        for word in found.scale
    ]
    proved = [("same grade", 0, found.same)]
    proved += [("steps apart, or more", each.steps, each) for each in found.apart]
    rows += [
        {
            "Kind": kind,
            "Title": found.title,
            "Steps": steps,
            "At least": cases.at_least,
            "At most": cases.at_most,
        }
        for kind, steps, cases in proved
    ]
    return figures_table(rows)
