"""Which search for a lexicon's forms in many narratives is the quickest, and is its time linear?

Run it with ``python benchmarks/phrase_search.py``; it prints Markdown tables. It needs
ahocorasick-rs beside the program. The narratives are made up, from a seed, of words that the forms
have too, which is the worst that can be: one in a hundred is given a term. Every search has to find
the same narratives, or the command ends with 1. Each is timed three times, and the quickest run
counts. A ratio is of that to the folding of the same narratives, without which none can search.
"""

import random
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from time import perf_counter

import ahocorasick_rs
import numpy as np
import re2

from casefile_audit.rubric.lexicons.forms import linear_pattern, phrase_source, telling_parts
from casefile_audit.rubric.lexicons.loading import load_lexicon
from casefile_audit.rubric.lexicons.matching import PhraseSearch
from casefile_audit.rubric.lexicons.written import cleaned, folded

NARRATIVES = 10_000
LETTERS = 490
_RUNS = 3
_WORDS = """
the child was seen at home with her mother and said that she felt safe officer visited school
recorded risk assessment completed strategy meeting held with social care plan agreed contact by
phone himself herself placed review sergeant suspect arrested statement taken behaviour choice
money relationship victim updated referral made to the team and case discussed
"""
_TERMS = (
    "She keeps putting herself at really serious risk.",
    "It was a life-style choice.",
    "He is streetwise.",
    "He won’t engage.",
)
Search = Callable[[Sequence[str]], list[bool]]


def narratives(chance: random.Random) -> list[str]:
    """Narratives of about so many letters."""
    made, vocabulary = [], _WORDS.split()
    for number in range(NARRATIVES):
        text = ""
        while len(text) < LETTERS:
            words = " ".join(chance.choice(vocabulary) for _ in range(chance.randint(6, 16)))
            text += f"{words.capitalize()}{chance.choice(['.', ',', ':', '. '])} "
        made.append(text + chance.choice(_TERMS) if number % 100 == 0 else text)
    return made


def searches(
    program: PhraseSearch, sources: Mapping[str, str], parts: Sequence[str]
) -> dict[str, Search]:
    """Each search of folded narratives: which of them have a form."""
    whole = linear_pattern("|".join(sources.values()))
    each = [linear_pattern(source) for source in sources.values()]
    python = re.compile("|".join(sources.values()).replace(r"\pL\pN_", r"\w"))
    options = re2.Options()
    options.max_mem, options.log_errors = 1 << 28, False
    together = re2.Set.SearchSet(options)
    for source in sources.values():
        together.Add(source)
    together.Compile()
    automaton = ahocorasick_rs.AhoCorasick(parts)

    def by_parts(texts: Sequence[str]) -> list[bool]:
        return [
            bool(automaton.find_matches_as_indexes(text)) and whole.search(text) is not None
            for text in texts
        ]

    return {
        "the program's: RE2, a few patterns of all forms, then each found term's": lambda texts: [
            bool(program.matches(text)) for text in texts
        ],
        "RE2, one pattern of all forms": lambda texts: [
            whole.search(text) is not None for text in texts
        ],
        "RE2, a set of patterns, one a term": lambda texts: [
            bool(together.Match(t)) for t in texts
        ],
        "RE2, a pattern for each term, one after the other": lambda texts: [
            any(pattern.search(text) for pattern in each) for text in texts
        ],
        "ahocorasick-rs for a word of each form, then RE2": by_parts,
        "Python's own `re`, one pattern of all forms": lambda texts: [
            python.search(text) is not None for text in texts
        ],
    }


def timed(work: Callable[[], object]) -> float:
    """Seconds of the quickest of some runs."""
    seconds = []
    for _ in range(_RUNS):
        start = perf_counter()
        work()
        seconds.append(perf_counter() - start)
    return min(seconds)


def main() -> int:
    """Print the tables."""
    lexicon = load_lexicon("victim-blaming")
    forms = {name: lexicon.spelt(term.forms) for name, term in lexicon.terms.items()}
    sources = {name: phrase_source(own) for name, own in forms.items()}
    parts = sorted(
        {part for own in forms.values() for form in own for part in telling_parts(form)[0]}
    )
    texts = narratives(random.Random("phrases"))
    plain = [folded(cleaned(text)) for text in texts]
    floor = timed(lambda: [folded(cleaned(text)) for text in texts])
    every = searches(PhraseSearch(forms, {}), sources, parts)
    found = {name: search(plain) for name, search in every.items()}
    first = next(iter(found.values()))
    print(
        f"{NARRATIVES:,} narratives of {LETTERS} letters, {sum(first):,} with a term; the lexicon"
    )
    print(f"has {sum(map(len, forms.values())):,} forms of {len(forms)} terms.\n")
    print("| search | time ÷ folding the same narratives |\n|---|---|")
    for name, search in every.items():
        print(f"| {name} | {timed(partial(search, plain)) / floor:.2f} |")
    quickly = timed(lambda: np.logical_or(*lexicon.search.prefilter(texts)))
    share = np.logical_or(*lexicon.search.prefilter(texts)).mean()
    print(
        "| Polars, a few patterns of all forms, the narratives as written "
        f"| {quickly / floor:.2f} |\n"
    )
    print(f"That leaves {share:.0%} of the narratives, made of the lexicon's own words.\n")
    print("| letters in one narrative | time ÷ that of 1,000 letters, per letter |\n|---|---|")
    lengths = (1_000, 10_000, 100_000, 1_000_000)
    letter = [_per_letter(lexicon.search.matches, plain, length) for length in lengths]
    for length, seconds in zip(lengths, letter, strict=True):
        print(f"| {length:,} | {seconds / letter[0]:.2f} |")
    return int(any(result != first for result in found.values()))


def _per_letter(search: Callable[[str], object], plain: Sequence[str], length: int) -> float:
    text = f"he is streetwise. {' '.join(plain[1:])}"
    while len(text) < length:
        text += text
    text = text[:length]
    times = max(1, 1_000_000 // length)
    return timed(lambda: [search(text) for _ in range(times)]) / (times * length)


if __name__ == "__main__":
    sys.exit(main())
