"""Agreement on one screen, as a document, and in figures: who leans, and how far they agree."""

from collections.abc import Iterator, Sequence

from casefile_audit.agree.models import (
    Agreement,
    CategoryAgreement,
    DifferingCase,
    ItemAgreement,
    Measure,
    PairResult,
)
from casefile_audit.agree.sentences import (
    better_than_guessing,
    leaning,
    same,
    same_range,
    steps_in_words,
)
from casefile_audit.english import count, first_few, sentence_case
from casefile_audit.output.writing import OutputTable
from casefile_audit.report.agree_full import (
    agree_full_page,
    answer,
    cases_apart,
    cross_table,
    differing_cases,
    left_aside,
    title,
)
from casefile_audit.report.blocks import (
    Block,
    Columns,
    Heading,
    Items,
    Page,
    Row,
    Sentence,
    Stack,
    Tone,
    figures,
    table,
)
from casefile_audit.report.documents import IN_ANNEXES, with_front
from casefile_audit.report.figures import FigureRow, ends, figures_table
from casefile_audit.report.issues import doubts
from casefile_audit.report.reading import and_more, next_steps, to_know_before
from casefile_audit.report.screens import MOST_ROOM, AnswerPages
from casefile_audit.scoring.references import hint_of

_LEANS = ("clear", "points towards")
_FEWEST_TO_DRAW = 4
# So that what is for the meeting has room on two pages, however many questions there are.
_MOST_FOR_MEETING = 16
_MOST_PAIRS, _MOST_SIDE_BY_SIDE = 3, 3


def agree_page(found: Agreement, details: bool = False, room: int = MOST_ROOM) -> Page:
    """How far readers agree, on one screen, with room for so many findings, and names in a line."""
    grades = list(found.grades.values())
    near = [Sentence(f"{hint_of(found.near_misses)}.", Tone.WARNING)] if found.near_misses else []
    page: Page = [Stack([*title(found)]), *doubts(found.doubts), *to_know_before(found.warnings)]
    page.append(Stack([Sentence(answer(found), Tone.STRONG), *near]))
    for first in grades[:1]:
        page += [*_same_grades(first, room), *_far_apart(found, first, room), _beyond_chance(first)]
    page += _others(found, [*grades[1:], *found.criteria.values()], room)
    page += _fields(found, room)
    return [*page, Stack([*_closing(found, details, room)])]


def agree_document_page(found: Agreement) -> Page:
    """The answer, who leans, and where readers agree least; then, as annexes, everything."""
    return with_front(agree_full_page(found), _for_the_meeting(found))


def _for_the_meeting(found: Agreement) -> Iterator[Block]:
    grades = [*found.grades.values()]
    for first in grades[:1]:
        yield from _same_grades(first, _MOST_FOR_MEETING)
        yield _beyond_chance(first)
    items = sorted([*grades[1:], *found.criteria.values()], key=lambda item: item.same / item.cases)
    differ = [item for item in items if item.same < item.cases]
    yield from _least_agreed(found, differ[:_MOST_FOR_MEETING])
    if len(differ) > _MOST_FOR_MEETING:
        left = len(differ) - _MOST_FOR_MEETING
        yield Sentence(f"And {left:,} more that differ: {IN_ANNEXES}.")
    if cases := _cases_differing(found):
        yield Heading("What is asked of this meeting")
        yield Items([f"Have the readers settle the {count(cases, 'case')} on which they differ."])


def cases_that_differ(found: Agreement) -> Page:
    """The cases about which the readers differ, and those that are in no count."""
    items: list[ItemAgreement | CategoryAgreement] = [*found.grades.values()]
    items += [*found.criteria.values(), *found.fields.values()]
    return [Heading("Which cases"), *differing_cases(found, items), *left_aside(found)]


def _same_grades(grade: ItemAgreement, room: int) -> Iterator[Block]:
    """How many were given the same grade, and who leans; of two readers the cross-table."""
    if len(grade.pairs) > 1:
        yield Stack([Sentence(same(grade, True)), *_pairs(grade, room)])
        return
    (pair,) = grade.pairs
    yield Stack([Sentence(same(grade, True)), Sentence(leaning(pair, True, False))])
    if room >= _FEWEST_TO_DRAW:
        down = Sentence(f"Down: {pair.first}. Across: {pair.second}.", Tone.QUIET)
        yield Stack([down, cross_table(grade, pair)])


def _beyond_chance(grade: ItemAgreement) -> Stack:
    """What agreement comes to beside guessing, and what stands in its way."""
    several = len(grade.pairs) > 1
    said = [better_than_guessing(grade)]
    said += [] if several else [same_range(grade, is_grade=True)]
    cautions = [Sentence(caution.says, Tone.WARNING) for caution in grade.cautions]
    return Stack([*(Sentence(each) for each in said if each), *cautions])


def _pairs(grade: ItemAgreement, room: int) -> Iterator[Block]:
    """Several readers: each two of three, a row a pair; of more, each reader against the others."""
    most = max(room // 2, 1)
    rows: list[Row]
    if len(grade.pairs) <= _MOST_PAIRS:
        who, gave = "Of these two", "who gave the better grade"
        rows = [
            [f"{pair.first}, {pair.second}", f"{pair.same:,} of {pair.cases:,}", _lean(pair)]
            for pair in grade.pairs
        ]
    else:
        who, gave = "Most generous first", "gave the better grade in"
        rows = [*_against_the_others(grade)]
    columns: Columns = (who, *figures("the same in"), gave)
    yield table("How often readers gave the same", columns, rows[:most], compact=True)
    yield from and_more(len(rows) - most)


def _against_the_others(grade: ItemAgreement) -> Iterator[Row]:
    """Each reader beside all the others, counted over the pairs, the most generous first."""
    tallies: dict[str, list[int]] = {}
    for pair in grade.pairs:
        sides = ((pair.first, pair.first_more_generous), (pair.second, pair.second_more_generous))
        for name, better in sides:
            tally = tallies.setdefault(name, [0, 0, 0])
            for place, number in enumerate((better, pair.same, pair.cases)):
                tally[place] += number

    def generous(name: str) -> float:
        better, same_ones, cases = tallies[name]
        return -better / max(cases - same_ones, 1)

    for name in sorted(tallies, key=generous):
        better, same_ones, cases = tallies[name]
        yield [name, f"{same_ones:,} of {cases:,}", f"{better:,} of {cases - same_ones:,}"]


def _far_apart(found: Agreement, grade: ItemAgreement, room: int) -> Iterator[Block]:
    """The cases that are so many steps apart as was asked for."""
    steps, apart = found.significant_steps, grade.significant
    if steps is None or apart is None:
        if len(grade.scale) > 2 and grade.same < grade.cases:
            said = "Say how many grades apart matters, to have those cases listed: --significant 2."
            yield Sentence(said, Tone.QUIET)
        return
    words = sentence_case(steps_in_words(steps, len(grade.scale)))
    asked = f"you asked for {steps}: --significant {steps}"
    if not apart:
        yield Sentence(f"{words} apart: no case ({asked}).")
        return
    chosen = [case for case in grade.differing if case.steps >= steps]
    most = max(room // 2, 1)
    heading = Sentence(f"{words} apart: {count(len(chosen), 'case')} ({asked})", Tone.STRONG)
    blocks: list[Block] = [heading]
    names = [reader.name for reader in found.readers]
    if len(names) <= _MOST_SIDE_BY_SIDE:
        blocks.append(cases_apart("The cases apart", chosen[:most], compact=True))
    else:
        blocks += [Sentence(_in_counts(case, grade.scale)) for case in chosen[:most]]
    yield Stack([*blocks, *and_more(len(chosen) - most, where="--details")])


def _in_counts(case: DifferingCase, scale: Sequence[str]) -> str:
    """How many readers gave each grade: ``GMP/14/00817: good 5, inadequate 2``."""
    given = [reading for reading in case.readings.values() if reading is not None]
    counts = (f"{word} {given.count(word)}" for word in scale if word in given)
    return f"{case.case}: {', '.join(counts)}"


def _others(found: Agreement, items: Sequence[ItemAgreement], room: int) -> Iterator[Block]:
    """The other grades and the questions, those that agree least first."""
    if not items:
        return
    ordered = sorted(items, key=lambda item: item.same / item.cases)
    shown = [item for item in ordered if item.same < item.cases][:room]
    blocks: list[Block] = [*_least_agreed(found, shown)]
    left = sum(item.same < item.cases for item in ordered) - len(shown)
    blocks += and_more(left, "more that differ")
    if agreed := [item.title for item in ordered if item.same == item.cases]:
        named = "; ".join(first_few(agreed, room))
        blocks.append(Sentence(f"The same in every case: {len(agreed)}. {named}."))
    yield Stack(blocks)


def _least_agreed(found: Agreement, items: Sequence[ItemAgreement]) -> Iterator[Block]:
    """How often readers found the same of each of these, in the order in which they come."""
    if not items:
        return
    columns: Columns = ("Least agreed first", *figures("the same in"), "who gave the better")
    rows = [[item.title, f"{item.same:,} of {item.cases:,}", _leans(item)] for item in items]
    kept = 3 if len(found.readers) == 2 else 2
    shown = [row[:kept] for row in rows]
    yield table("How often the readers found the same", columns[:kept], shown, compact=True)


def _fields(found: Agreement, room: int) -> Iterator[Block]:
    """The fields whose words have no order, while there is room."""
    fields = list(found.fields.values())
    most = max(room // 3, 1)
    said = [Sentence(f"{each.title}: {' '.join(each.says)}") for each in fields[:most]]
    left = len(fields) - len(said)
    if said:
        yield Stack([*said, *and_more(left, "more fields" if left > 1 else "more field")])


def _leans(item: ItemAgreement) -> str:
    """Which of two readers gave the better finding, where that is more than chance would do."""
    return ", ".join(_lean(pair) for pair in item.pairs if pair.direction in _LEANS)


def _lean(pair: PairResult) -> str:
    """``self-assessment-2014, 16 of 17``; whether it is settled; nothing where neither leans."""
    if pair.more_generous is None:
        return "neither"
    most = max(pair.first_more_generous, pair.second_more_generous)
    doubt = {"clear": "", "points towards": ", not settled"}.get(pair.direction, ", may be chance")
    return f"{pair.more_generous}, {most:,} of {pair.cases - pair.same:,}{doubt}"


def _cases_differing(found: Agreement) -> int:
    """In how many cases readers gave another grade, or found something else."""
    items = [*found.grades.values(), *found.criteria.values()]
    return len({case.case for item in items for case in item.differing})


def _closing(found: Agreement, details: bool, room: int) -> Iterator[Block]:
    if found.not_compared:
        number = len(found.not_compared)
        what = "question or grade" if number == 1 else "questions and grades"
        yield Sentence(
            f"Not compared: {number:,} {what} without two readings of any case (--full)."
        )
    if found.says:
        yield Sentence(" ".join(found.says), Tone.QUIET)
    differ = _cases_differing(found)
    settle = f"--consensus settle.xlsx (settle the {differ:,} that differ)" if differ else ""
    which = "--details" if differ and not details else ""
    yield next_steps(settle, which, "--full", "-o readers.docx")


def agree_figures(found: Agreement) -> OutputTable:
    """How far readers agree: a row a question or grade and pair of readers."""
    parts = (("grade", found.grades), ("question", found.criteria))
    rows: list[FigureRow] = [
        {"Kind": kind, "Name": name, "Title": item.title, **row}
        for kind, items in parts
        for name, item in items.items()
        for row in _readings_figures(item)
    ]
    rows += [
        {"Kind": "field", "Name": name, "Title": item.title, **row}
        for name, item in found.fields.items()
        for row in _words_figures(item)
    ]
    return figures_table(rows)


def _words_figures(item: CategoryAgreement) -> Iterator[FigureRow]:
    """What readers found of a field whose words have no order."""
    several = len(item.pairs) > 1
    alone: FigureRow = {**_coefficient("Kappa", item.kappa), **_coefficient("AC1", item.ac1)}
    for pair in item.pairs:
        readers: FigureRow = {"Readers": f"{pair.first} and {pair.second}"}
        counts: FigureRow = {"Cases": pair.cases, "Same": pair.same}
        yield {**readers, **counts, **({} if several else alone)}
    if several:
        yield {
            "Readers": "all",
            "Cases": item.cases,
            "Same": item.same,
            **_coefficient("Fleiss' kappa", item.fleiss),
            **_coefficient("AC1", item.ac1),
            "Alpha": item.alpha.value if item.alpha else None,
        }


def _readings_figures(item: ItemAgreement) -> Iterator[FigureRow]:
    for pair in item.pairs:
        yield {
            **_of_pair(pair),
            **_coefficient("Kappa", pair.kappa),
            **_coefficient("AC2", pair.ac2),
        }
    if len(item.pairs) > 1:
        yield {
            "Readers": "all",
            "Cases": item.cases,
            "Same": item.same,
            "Within one": item.within_one,
            **_coefficient("AC2", item.ac2),
            "Alpha": item.alpha.value if item.alpha else None,
        }


def _of_pair(pair: PairResult) -> FigureRow:
    return {
        "Readers": f"{pair.first} and {pair.second}",
        "Cases": pair.cases,
        "Same": pair.same,
        "Within one": pair.within_one,
        "First more generous": pair.first_more_generous,
        "Second more generous": pair.second_more_generous,
        "Direction": pair.direction,
        "p": pair.direction_p,
        "Adjusted p": pair.direction_p_adjusted,
    }


def _coefficient(name: str, measure: Measure | None) -> FigureRow:
    low, high = ends(measure.interval if measure else None)
    return {
        name: measure.value if measure else None,
        f"{name} from": low,
        f"{name} to": high,
        f"{name} at random": measure.by_chance if measure else None,
    }


AGREED = AnswerPages(
    agree_page, cases_that_differ, agree_full_page, agree_document_page, agree_figures
)
"""How an agreement is read."""
