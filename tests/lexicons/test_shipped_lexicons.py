"""The phrases of the guides to appropriate language, and what only looks like them."""

import pytest

from casefile_audit.rubric.lexicons.loading import load_lexicon

LEXICON = load_lexicon("victim-blaming")


@pytest.mark.parametrize(
    "text",
    [
        "She is putting herself at risk.",
        "He places himself at significant risk by leaving.",
        "They put themselves at high risk.",
        "placing herself at a serious risk of harm",
        "She puts herself in risky situations.",
        "puts himself in danger / in serious danger",
        "putting herself in a vulnerable position",
        "making herself vulnerable",
        "He is exposing himself to risk.",
        "exposing herself to further harm",
        "This is a lifestyle choice; life-style choices.",
        "She makes poor choices and risky decisions.",
        "high-risk behaviour",
        "promiscuous",
        "The child is streetwise.",
        "attention-seeking",
        "refuses to engage with services",
        "Child is not engaging.",
        "She won't engage.",
        "The girl is in a relationship with a man of 24.",
        "it was a consensual relationship",
        "consented to sex",
        "She chooses to go with them.",
        "involved in CSE",
        "involved in child criminal exploitation",
        "images of child pornography",
        "a sex worker",
        "working as a prostitute",
        "child prostitute",
        "sexually active",
        "mature for her age; older than his years",
        "a money mule",
        "drug runner",
        "went of her own accord",
        "He is out of control.",
        "manipulative",
        "drugs in exchange for sexual acts",
        "going back to her abuser",
        "sexting",
    ],
)
def test_a_phrase_of_the_guides_is_found(text: str) -> None:
    assert LEXICON.has(text)


@pytest.mark.parametrize(
    "text",
    [
        "She was not putting herself at risk: adults were placing her at risk.",
        "He isn't putting himself at significant risk; he is controlled.",
        "It is not a lifestyle choice.",
        "The phrase “putting himself at risk” was rightly avoided.",
        "Offence of causing child prostitution considered.",
        "Sexual exploitation of a child, section 48.",
        "Photographs taken with the mother's consent.",
        "Victim consented to examination of the phone.",
        "Mother is in a new relationship. Suspect is in a relationship with the aunt.",
        "Strategy meeting chose two visits. Social worker chose to visit that day.",
        "Officers put the child at the centre and themselves at her disposal.",
        "The adult put him in danger. He exposed her to risk.",
        "The fire was out of reach; the family placed themselves in care of relatives.",
        "A child at risk of exploitation; risk assessed as high.",
        "Engaged well with the intermediary.",
    ],
)
def test_what_blames_no_child_is_not(text: str) -> None:
    assert not LEXICON.has(text)
