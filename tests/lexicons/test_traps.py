"""What looks like a term and isn't, and what is one though it doesn't look it: both ways."""

import pytest

from casefile_audit.rubric.lexicons.loading import load_lexicon
from casefile_audit.rubric.lexicons.model import Lexicon
from casefile_audit.rubric.lexicons.written import cleaned

LEXICONS = {name: load_lexicon(name) for name in ("victim-blaming", "care-language")}


def usages(text: str, lexicon: str = "victim-blaming") -> list[str]:
    return [hit.usage.value for hit in LEXICONS[lexicon].hits(cleaned(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # letters within words
        ("Black holdall in place; a lack of evidence.", []),
        ("LAC review held.", ["used"]),
        ("Contact centre.", []),
        ("Contact with his mother.", ["used"]),
        # DNA
        ("DNA swab taken from the suspect.", []),
        ("DNA profile matched.", []),
        ("DNA appointment at the dentist.", ["used"]),
        ("He did not attend.", ["used"]),
        ("Father did not attend.", []),
        ("He was not brought.", []),
    ],
)
def test_care_language(text: str, expected: list[str]) -> None:
    assert usages(text, "care-language") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # two pronouns for one person, an aside, a row of adjectives
        ("The child puts him/herself at risk.", ["used"]),
        ("The child puts himself / herself at risk.", []),  # two words, and no form has two
        ("The child puts him or herself at risk.", ["used"]),
        ("It is his or her lifestyle choice.", ["used"]),
        ("The child puts him self at risk; she puts her  self in danger.", ["used", "used"]),
        ("It puts her self-esteem at risk.", []),
        ("S/he is not putting him/herself at risk.", ["negated"]),
        ("She puts herself, and her younger sister, at risk.", ["used"]),
        ("She puts herself, and on most days her younger sister too, at risk.", []),
        ("She puts herself, at risk of a fine.", []),
        ("She puts herself at serious, repeated risk.", ["used"]),
        ("She put herself at ease, risk was discussed.", []),
        ("Topics: money, school, mule deer.", []),
        # advice to a child challenges no words; advice on the words does
        ("A lifestyle choice; words of advice given to the girl.", ["used"]),
        ("A lifestyle choice. Words of advice given to the officer by the DS.", ["challenged"]),
        ("He places himself at risk. DI: please reword, this blames the child.", ["challenged"]),
        ("According to her stepfather she is promiscuous.", ["quoted"]),
        ("According to the log she is promiscuous.", ["used"]),
        ("Mum rang to report that her son is out of control.", ["quoted"]),
        ("She was asking for it.", ["used"]),
        ("She kept asking for it back.", []),
        # reported speech: theirs, and the record's
        ("The suspect said that she was promiscuous.", ["quoted"]),
        ("The officer said that she was promiscuous.", ["used"]),
        ("“I put myself at risk,” she said.", ["quoted"]),
        ("Mother told the officer that he is streetwise.", ["quoted"]),
        ("The officer told mother that he is streetwise.", ["used"]),
        ("She was described as streetwise by her mother.", ["quoted"]),
        ("She was described as streetwise.", ["used"]),
        # a reviewer who names it as wrong, and one who names something else
        ("The phrase “lifestyle choice” is inappropriate.", ["challenged"]),
        ("Described as a lifestyle choice. The sergeant challenged this wording.", ["challenged"]),
        ("Described as a lifestyle choice. The sergeant challenged the decision.", ["used"]),
        ("Described as a lifestyle choice. This was never challenged.", ["used"]),
        # denied, and not denied
        ("She was not putting herself at risk.", ["negated"]),
        ("I would not describe this as a lifestyle choice.", ["negated"]),
        ("Not only is she putting herself at risk.", ["used"]),
        ("She does not see that she is putting herself at risk.", ["used"]),
        ("The phrase “putting himself at risk” was rightly avoided.", ["negated"]),
        # suspects and adults
        ("Suspect is a gang member.", []),
        ("The boy is a gang member.", ["used"]),
        ("Suspect non-compliant on arrest.", []),
        ("Child non-compliant with the plan.", ["used"]),
        ("The suspect absconded.", []),
        ("She absconded.", ["used"]),
        ("The suspect told her that she was manipulative.", ["quoted"]),
        ("A poor decision by the duty team.", []),
        ("A poor decision by the boy.", ["used"]),
        ("A poor choice of friends.", ["used"]),
        ("A poor choice by friends.", []),
        ("Her outbursts were seen as risky behaviour by staff.", ["used"]),
        ("It was naive of the agencies.", []),
        ("Mother is upset as Josh is out of control.", ["used"]),
        ("Mother is upset and out of control.", []),
        ("The carer left her post of her own accord.", []),
        ("The carer let her leave of her own accord.", ["used"]),
        ("Dad's new girlfriend is said to be promiscuous.", []),
        ("Dad says that she was told to be streetwise.", ["quoted"]),
        ("Suspect admits sending indecent images.", []),
        ("She admits sending indecent images.", ["quoted"]),
        ("Mum is worried that he is out of control.", ["quoted"]),
        ("According to her ex-foster carer she is manipulative.", ["quoted"]),
        ("It is felt that she is manipulative.", ["used"]),
        ("Officers are trained not to put themselves at risk.", []),
        ("The inspector noted that he puts himself at risk.", ["used"]),
        # what others are told to write, and what is told of them
        ("We do not use the word streetwise.", ["challenged"]),
        ("Please never describe a child as streetwise.", ["challenged"]),
        ("The log never describes her as streetwise.", ["negated"]),
        ("Avoid “streetwise”.", ["challenged"]),
        ("To say that a child is streetwise is inappropriate.", ["challenged"]),
        ("He is streetwise and used abusive language to staff.", ["used"]),
        ("Streetwise. Chair: I am concerned by the language.", ["challenged"]),
        ("Streetwise. The chair is concerned by the delay.", ["used"]),
        ("His sister's bank account was used by him, a willing money mule.", ["used"]),
        ("His sister's account is that he is a money mule.", ["used"]),
        ("His sister's account is that he is streetwise.", ["quoted"]),
        ("We should choose to meet where he feels safe.", []),
        ("“We chose to go back,” she said.", ["quoted"]),
        ("Mr B is manipulative.", []),
        ("The dog ran away.", []),
        ("The dog was found. The boy ran away.", ["used"]),
        ("Film shows provocative dancing.", ["used"]),
        ("The film was provocative.", []),
        ("The assumption that he is naive.", ["used"]),
        ("Mum's drinking is out of control.", []),
        ("Mum's view is that he is out of control.", ["quoted"]),
        ("Siblings described in the referral as out of control.", ["used"]),
        ("It would not have happened had she not got herself drunk.", ["used"]),
        ("“I should have known better,” Ellie said.", ["quoted"]),
        ("The coach was charming and manipulative.", []),
        ("The couple adopted him. He is out of control.", ["used"]),
        ("The suspect drove off. He is out of control.", []),
        ("We reminded her that she is not to blame.", ["negated"]),
        ("She was reminded not to put herself at risk.", ["used"]),
        ("I doubt that she is streetwise.", ["negated"]),
        ("No doubt she is streetwise.", ["used"]),
        ("Streetwise. Corrected.", ["challenged"]),
        ("Streetwise. Address corrected.", ["used"]),
        ("“She's streetwise,” said Ali.", ["quoted"]),
        ("“She's streetwise,” said PC Ali.", ["used"]),
        ("A teacher saw the pupil flirting.", ["used"]),
        ("The teacher is accused of flirting.", []),
        ("Out with no phone she is putting herself at risk.", ["used"]),
        ("There is no evidence she is putting herself at risk.", ["negated"]),
        ("Both were consenting, dealt with by words of advice.", ["used"]),
        ("Accused by her father of being manipulative.", ["quoted"]),
        # what is said of a child beside it, in brackets or between commas
        ("Her boyfriend (26) was there.", ["used"]),
        ("Her boyfriend, 26, was there.", ["used"]),
        ("Her boyfriend, 16, was there.", []),
        # offences and forms
        ("Offence of causing child prostitution.", []),
        ("A child prostitute.", ["used"]),
        ("Arrested for sexual activity with a child.", []),
        ("She engaged in sexual activity with him.", ["used"]),
        ("Recruitment of staff; working with partners.", []),
        ("Recruited by a county line.", ["used"]),
        # inflection, and how it was typed
        ("puts himself at risk", ["used"]),
        ("placed themself at significant risk", ["used"]),
        ("putting themselves\r\n at\u00a0 risk", ["used"]),
        ("put\u00adting herself at risk", ["used"]),
        ("life\u2011style choice", ["used"]),
        ("He won’t engage.", ["used"]),
        ("He wont engage.", ["used"]),
        ("putting her at risk", []),
        ("a lifestyle. Choice of school", []),
    ],
)
def test_victim_blaming_language(text: str, expected: list[str]) -> None:
    assert usages(text) == expected


@pytest.mark.parametrize("length", [32_767, 300_000])
def test_a_very_long_text_is_searched_to_its_end(length: int) -> None:
    start = "The child was seen at home and she said that she was well. "
    text = (start * (length // len(start)))[: length - 40] + ". He is streetwise."
    assert usages(text) == ["used"]


@pytest.mark.parametrize("mark", ['"', "'", "(", "not ", "said ", "she ", "; ", "…"])
def test_no_text_makes_the_rules_take_for_ever(mark: str) -> None:
    assert usages(mark * 5_000 + " streetwise " + mark * 5_000)


def test_where_terms_overlap_the_longest_counts() -> None:
    lexicon = Lexicon.model_validate(
        {
            "terms": {
                "short": {"term": "gang", "forms": ["gang"]},
                "long": {"term": "gang member", "forms": ["gang member"]},
            }
        }
    )
    assert [hit.term for hit in lexicon.hits("a gang member, a gang")] == ["long", "short"]


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("gang boss", True),
        ("gang of four boss", True),
        ("gang of four or five boss", True),
        ("gang of four or five men boss", False),
        ("gang, boss", False),
        ("gang. Boss", False),
        ("mob, boss", True),
        ("mob (boss)", True),
        ("mob boss", True),
        ("mob. Boss", False),
        ("mobboss", False),
    ],
)
def test_what_may_stand_between_words(text: str, is_found: bool) -> None:
    forms = ["gang ~ boss", "mob, boss"]
    terms = {"boss": {"term": "boss", "forms": forms, "said_of": "anyone"}}
    assert Lexicon.model_validate({"terms": terms}).has(text) is is_found


def test_whoever_is_named_with_others_is_no_subject_of_the_next_sentence() -> None:
    assert usages("Plan agreed with the school and the mother. She is streetwise.") == ["used"]
    assert usages("The suspect was arrested. He is manipulative.") == []
