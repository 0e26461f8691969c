"""The page of how well a lexicon and the rules do on labelled sentences."""

from collections.abc import Iterator

from casefile_audit.english import count, listing, quoted, share_range
from casefile_audit.language.measure import (
    CLASSES,
    MeasuredRate,
    MeasuredSet,
    Measurement,
    TermQuality,
    WrongSentence,
)
from casefile_audit.report.blocks import Block, Heading, Items, Page, Sentence, Tone, figures, table


def measured_page(measurement: Measurement, errors: bool) -> Page:
    """The figures of each set, and with ``errors`` every sentence that is mistaken."""
    page: Page = [Heading("How well is language told?", level=1)]
    for measured in measurement.sets:
        page += _set(measured, errors)
    return page


def _set(measured: MeasuredSet, errors: bool) -> Iterator[Block]:
    yield Heading(f"{measured.name}: {count(measured.sentences, 'sentence')}")
    yield Sentence(
        f"Lexicon {measured.lexicon}. {measured.traps:,} are traps: anything but a plain use of a "
        "term. Precision: of those that the program says, how many are so. Recall: of those that "
        "are so, how many it says. In brackets, the 95% range."
    )
    if measured.unknown_terms:
        named = listing(quoted(measured.unknown_terms), most=6)
        yield Sentence(
            f"The lexicon hasn't these terms, so they weren't compared: {named}.", Tone.WARNING
        )
    yield table(
        f"{measured.name}: precision and recall",
        ["what", *figures("so", "precision", "recall")],
        [
            [what, str(q.labelled), _rate(q.precision), _rate(q.recall)]
            for what, q in measured.qualities.items()
        ],
    )
    yield table(
        f"{measured.name}: label by what the program says",
        ["label", *figures(*CLASSES)],
        [
            [label, *(str(row[each]) for each in CLASSES)]
            for label, row in measured.confusion.items()
        ],
    )
    yield from _terms(measured, errors)
    if errors and measured.wrong:
        yield Heading(f"{measured.name}: mistaken", level=3)
        yield Items([_wrong(each) for each in measured.wrong])
    elif measured.wrong:
        yield Sentence(
            f"{count(len(measured.wrong), 'sentence')} mistaken: --errors shows them.", Tone.QUIET
        )


def _terms(measured: MeasuredSet, every: bool) -> Iterator[Block]:
    def is_short(its: TermQuality) -> bool:
        return its.right < its.labelled or its.false > 0

    shown = {n: its for n, its in measured.terms.items() if every or is_short(its)}
    if not shown:
        return
    heads = ("labelled", "found", "right class", "found falsely")
    yield table(
        f"{measured.name}: by term" + ("" if every else ", those with a mistake"),
        ["term", *figures(*heads)],
        [
            [name, *(str(n) for n in (t.labelled, t.found, t.right, t.false))]
            for name, t in shown.items()
        ],
    )


def _rate(rate: MeasuredRate) -> str:
    if rate.interval is None:
        return "–"
    return f"{rate.part / rate.whole:.1%} ({share_range(rate.interval.low, rate.interval.high)})"


def _wrong(each: WrongSentence) -> str:
    got = f"{each.got} ({each.got_term}; {each.because})" if each.got_term else each.got
    return f"{each.place}: “{each.text}” – {each.expected} {each.term}; the program says {got}"
