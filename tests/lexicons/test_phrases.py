"""The traps of looking for phrases in what people wrote."""

from itertools import chain, pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from casefile_audit.rubric.lexicons import matching
from casefile_audit.rubric.lexicons.forms import (
    MOST_PHRASES,
    FoldedPattern,
    phrase_source,
    telling_parts,
    words_of,
)
from casefile_audit.rubric.lexicons.loading import load_lexicon
from casefile_audit.rubric.lexicons.model import Lexicon
from casefile_audit.rubric.lexicons.written import cleaned, folded
from casefile_audit.rubric.lexicons.yaml_files import shipped_lexicons
from casefile_audit.rubric.model import Rubric
from casefile_audit.scoring.trials import LATE, trial_cases

PHRASES = [
    "LAC",
    "DNA",
    "contact",
    "gang member",
    "put/puts/putting himself/herself/themself/themselves at risk",
    "lifestyle choice*",
    "hard-to-reach",
    "won't engage",
    "parents fault",
    "fiancé",
    "“street-wise”",
    "asking for it!",
]
EXCEPT = [
    "not putting himself/herself at risk",
    "contact centre",
    "the phrase lifestyle choice*",
]
LEXICON = Lexicon.model_validate({"phrases": PHRASES, "except": EXCEPT})


def first_phrase(lexicon: Lexicon, text: str) -> str | None:
    """The first phrase found in a text, as it was written there but folded; None if none is."""
    plain = folded(cleaned(text))
    matches = lexicon.search.matches(plain)
    return plain[matches[0].start : matches[0].end] if matches else None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # whole words only
        ("Black place, lack of placement", None),
        ("LAC review", "lac"),
        ("the lac’s plan", "lac"),
        ("LAC/CP plan", "lac"),
        ("(LAC)", "lac"),
        ("LAC2 form", None),
        ("laché", None),
        ("élac", None),
        ("boycontact contacts", None),
        # inflection
        ("She puts herself at risk", "puts herself at risk"),
        ("PUTTING THEMSELVES AT RISK", "putting themselves at risk"),
        ("putting them at risk", None),
        ("lifestyle choices", "lifestyle choices"),
        ("lifestyle choicest", "lifestyle choicest"),
        ("lifestyle, choice", None),
        ("a lifestyle. Choice words", None),
        # apostrophes, hyphens, quotes, accents, spaces and line breaks
        ("He won't engage", "won't engage"),
        ("He won’t engage", "won't engage"),
        ("He wont engage", "wont engage"),
        ("the parents' fault", "parents' fault"),
        ("the parent's fault", "parent's fault"),
        ("the parents fault", "parents fault"),
        ("hard to reach", "hard to reach"),
        ("Hard-to-reach", "hard-to-reach"),
        ("hard – to – reach", "hard - to - reach"),
        ("gang\nmember", "gang member"),
        ("gang \u00a0 member", "gang member"),
        ("her “lifestyle” choice", 'lifestyle" choice'),
        ("her fiance", "fiance"),
        ("her FIANCÉ", "fiance"),
        ("her fiance\u0301", "fiance"),
        ("street wise", "street wise"),
        ("asking for it", "asking for it"),
        # what a program was to make lines, spaces and bold letters of
        ("putting<br>himself at&nbsp;risk", "putting himself at risk"),
        ("<p>A <b>gang</b> member</p>", "gang member"),
        ("a gang</p><p>member", "gang member"),
        ("a lif<span class='x'>estyle</span> choice", "lifestyle choice"),
        ("a gang_x000D_\nmember", "gang member"),
        ("a _gang member_, or gang_member", "gang member"),
        ("a gang\\r\\nmember", "gang member"),
        ("her friend&#39;s fianc&eacute;", "fiance"),
        ("gang <5 member> 3", None),
        ("with a <gang member>", "gang member"),
        ("with <a gang member >", "gang member"),
        ("with <A href='x'>a gang</A><br />member</p>", "gang member"),
        ("gang <unclear> member", None),
        ("a gang & member", None),
        # what doesn't count, and what does beside it
        ("not putting herself at risk", None),
        ("not  putting\nherself at risk.", None),
        ("Not putting herself at risk, but putting himself at risk", "putting himself at risk"),
        ("not putting themselves at risk", "putting themselves at risk"),
        ("seen at the contact centre", None),
        ("contact at the contact centre", "contact"),
        ("the phrase “lifestyle choice” is wrong", None),
        ("contact centre contact", "contact"),
        ("", None),
    ],
)
def test_the_first_phrase(text: str, found: str | None) -> None:
    assert first_phrase(LEXICON, text) == found


def test_what_an_exception_takes_out_joins_nothing() -> None:
    lexicon = Lexicon.model_validate({"phrases": ["no contact"], "except": ["family"]})
    assert first_phrase(lexicon, "no family contact") is None


def test_a_phrase_that_only_overlaps_an_exception_counts() -> None:
    lexicon = Lexicon.model_validate({"phrases": ["lifestyle choice"], "except": ["not lifestyle"]})
    assert first_phrase(lexicon, "not lifestyle choice") == "lifestyle choice"


@pytest.mark.parametrize("phrase", ["", " ", "*", "-", "/", "him/", "a* *", "...", "*blame", "b*d"])
def test_a_phrase_that_would_match_anything_is_refused(phrase: str) -> None:
    with pytest.raises(ValidationError):
        Lexicon(phrases=["blame", phrase])


# What opens no tag: an attribute of one is no text.
@given(
    before=st.text(st.characters(exclude_characters="<"), max_size=20), after=st.text(max_size=20)
)
def test_a_phrase_between_spaces_is_found_in_any_text(before: str, after: str) -> None:
    assert first_phrase(Lexicon(phrases=["gang member"]), f"{before} gang member {after}")


@given(letters=st.text(alphabet="abcdefghijklmnopqrstuvwxyzàéîõü", min_size=1, max_size=5))
def test_letters_beside_a_word_make_another_word(letters: str) -> None:
    lexicon = Lexicon(phrases=["lac"])
    assert first_phrase(lexicon, f"{letters}lac {letters}lac{letters} lac{letters}") is None


WRITTEN = """
LAC gang Member won wont t engage putting HIMSELF at risk lifestyle choices not hard to reach
parents fiance fianc\u00e9 the wise street \u017ftreet ris\u212a \ufb01ance
"""
BETWEEN = [
    *" \n\t-'`\".,_0?\u2019\u2018\u201c\u201d\u2013\u2014\u2011\xa0\u2026\0\x1c\x1f\x85",
    *["\u200b", "\u0301", "\u2028", "\u00a3", "\u00e9", "", "\r\n", ": "],
]


@example(parts=[("LAC", "_")], ending="", has_exceptions=False, others=0)
@example(parts=[("lifestyle", "\0"), ("choices", "")], ending="’", has_exceptions=False, others=0)
@given(
    parts=st.lists(
        st.tuples(st.sampled_from(WRITTEN.split()), st.sampled_from(BETWEEN)), max_size=8
    ),
    ending=st.sampled_from(["", ".", " :", "\n", "’"]),
    has_exceptions=st.booleans(),
    others=st.sampled_from([0, 500]),
)
def test_a_search_of_many_texts_finds_what_a_search_of_each_does(
    parts: list[tuple[str, str]], ending: str, has_exceptions: bool, others: int
) -> None:
    text = "".join(chain.from_iterable(parts)) + ending
    phrases = [*PHRASES, "gang ~ risk", *(f"phrase number {n}" for n in range(others))]
    given = {"phrases": phrases, "except": EXCEPT if has_exceptions else []}
    lexicon = Lexicon.model_validate(given)
    ((certain,), (unsure,)) = lexicon.prefilter([text])
    found = first_phrase(lexicon, text) is not None
    assert certain <= found <= certain | unsure


def test_many_long_phrases_are_searched_for_in_many_texts() -> None:
    phrases = [f"{number} {'and so on ' * 19}" for number in range(MOST_PHRASES)]
    texts = ["nothing"] * 5_000 + [f"before {phrases[-1]} after"]
    lexicon = Lexicon(phrases=phrases)
    assert np.flatnonzero(np.logical_or(*lexicon.search.prefilter(texts))).tolist() == [5_000]
    assert first_phrase(lexicon, texts[-1])


def test_a_search_of_many_texts_leaves_few_to_be_searched_one_by_one() -> None:
    texts = ["a gang member", "nothing", "a “gang” – member…", "Zoë, gang member", "", "Zoë"]
    near = ["a member of the gang", "gang memberships", "putting himself first, at some risk"]
    candidates = np.logical_or(*LEXICON.search.prefilter([*texts, *near]))
    assert candidates.tolist() == [True, False, True, True, False, True, *[False] * len(near)]


@pytest.mark.parametrize(
    "text",
    [
        "putting him/herself at risk",
        "putting him or\u00a0 herself at risk",
        "PUTTING HIM OR  HERSELF AT RISK",
        "putting himself, and her, at risk",
        "putting himself,  (so\nhe says) , at risk",
        "putting himself, … and others, at risk",
    ],
)
def test_what_stands_between_the_words_of_a_phrase_is_seen_among_many_texts(text: str) -> None:
    lexicon = Lexicon(phrases=["putting himself/herself at risk"])
    assert first_phrase(lexicon, text) is not None or "…" in text
    for texts in ([text], [text.replace("\n", " ")]):
        ((certain,), (unsure,)) = lexicon.prefilter(texts)
        assert certain or unsure or first_phrase(lexicon, texts[0]) is None


def test_a_phrase_in_many_texts_without_odd_letters_needs_no_further_search() -> None:
    certain, unsure = Lexicon(phrases=["gang member"]).prefilter(["a “gang” – member…", "Zoë", ""])
    assert (certain.tolist(), unsure.tolist()) == ([True, False, False], [False, True, False])


@pytest.mark.parametrize("kind", ["mentions", "free_of"])
def test_a_phrase_is_found_among_many_texts_as_it_is_in_one(kind: str) -> None:
    rubric = Rubric.model_validate(
        {
            "rubric": "many",
            "title": "Many",
            "version": "1",
            "fields": {"note": {"type": "text"}},
            "lexicons": {"blame": {"phrases": ["streetwise"], "except": ["not streetwise"]}},
            "criteria": {
                "asked": {
                    "question": "So?",
                    "missing": "without",
                    "met": {kind: {"note": ["blame", "a lifestyle choice"]}},
                }
            },
        }
    )
    told = [
        "",
        "streetwise",
        "Zoë is streetwise",
        "not streetwise",
        "it is a lifestyle choice",
        "NK",
    ]
    texts = [*told, *(f"visit {number}" for number in range(2_500))]
    met, setting = rubric.criteria["asked"].met, rubric.setting(LATE)

    def outcomes(cells: list[str]) -> list[int]:
        cases = trial_cases(rubric, [{"note": cell} for cell in cells], "")
        return [int(outcome) for outcome in met.outcomes(cases, setting)]

    singly = [outcomes([cell])[0] for cell in told]
    assert outcomes(texts) == singly + outcomes(["visit"]) * 2_500


@pytest.mark.parametrize("name", shipped_lexicons())
def test_what_has_a_phrase_has_what_tells_of_each_of_its_words(name: str) -> None:
    """Of no other text the pattern is asked, or even made."""
    lexicon = load_lexicon(name)
    for phrase in chain(*(lexicon.spelt([*t.forms, *t.not_in]) for t in lexicon.terms.values())):
        pattern, telling = FoldedPattern(phrase_source([phrase])), telling_parts(phrase)
        words = [word for word in words_of(phrase) if word != [","]]
        for nth in range(max(map(len, words))):
            chosen = [word[nth % len(word)] for word in words]
            said = [word.replace("~", "very").replace("*", "ed") for word in chosen]
            for text in (" ".join(said), "-".join(said).replace("'", "")):
                assert pattern.search(text), (phrase, text)
                assert all(any(part in text for part in parts) for parts in telling)


@pytest.mark.parametrize("name", shipped_lexicons())
def test_a_pattern_of_the_phrases_that_a_text_may_have_finds_what_one_of_all_finds(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lexicon = load_lexicon(name)
    forms = [*lexicon.phrases, *chain(*(term.forms for term in lexicon.terms.values()))]
    phrases = [
        " ".join(word[0].replace("~", "very").replace("*", "ed") for word in words_of(form))
        for form in lexicon.spelt(forms)[:280]
    ]
    texts = [folded(f"{one} {two}, {one}s") for one, two in pairwise(phrases)]
    few = load_lexicon(name).search
    found = [few.matches(text) for text in texts]
    assert sum(map(bool, found)) > len(texts) / 2
    monkeypatch.setattr(matching, "_TEXTS_OF_FEW", 0)
    every = load_lexicon(name).search
    assert [every.matches(text) for text in texts] == found


@given(st.lists(st.sampled_from(["critic", "ises", "no", " ", ", ", "'", "_", "9"])).map("".join))
def test_a_text_of_ascii_is_searched_as_any_other_is(text: str) -> None:
    pattern = FoldedPattern(phrase_source(["criticis*", "no ~ critic*", "isn't/no critic"]))
    places = [found.span() for found in pattern.finditer(text)]
    assert places == [found.span() for found in pattern.finditer(f"{text} \N{BULLET}")]
    assert pattern.blanked(text) == pattern.blanked(f"{text} \N{BULLET}")[:-2]
