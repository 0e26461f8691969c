"""A word that a field doesn't know is offered to the key that it fits."""

import pytest

from casefile_audit.intake.offers import offer
from casefile_audit.rubric.model import Rubric

RUBRIC = Rubric.model_validate(
    {
        "rubric": "offers",
        "title": "Offers",
        "version": "1",
        "fields": {
            "seen": {"type": "yes-no"},
            "risk": {"type": "code", "codes": ["High", "Low"]},
            "grade": {"type": "grade"},
            "opened": {"type": "date"},
            "age": {"type": "number"},
        },
        "grades": {"scale": ["good", "poor"], "recorded": "grade"},
    }
)


@pytest.mark.parametrize("field", ["seen", "risk", "grade", "opened", "age"])
@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("Not needed", "not_applicable"),
        ("not required", "not_applicable"),
        ("Not due", "not_applicable"),
        ("Does not apply", "not_applicable"),
        ("Exempt", "not_applicable"),
        ("N/A see note", "not_applicable"),
        ("Pending", "blank"),
        ("Awaiting review", "blank"),
        ("not yet done", "blank"),
        ("Not done", "blank"),
        ("to be done", "blank"),
        ("see comments", "blank"),
        ("None", "blank"),
        ("nil", "blank"),
        ("Unclear", "unknown"),
        ("can't tell", "unknown"),
    ],
)
def test_a_word_for_a_state_is_offered_to_it(word: str, key: str, field: str) -> None:
    said = offer(field, RUBRIC.fields_of()[field], word, word)
    assert f"map it: words: {{{field}: {{{key}: {word}}}}}" in said


@pytest.mark.parametrize(
    ("field", "word", "said"),
    [
        (
            "risk",
            "Severe",
            "if it is another word for one, write in the rubric `also: {Severe: …}`",
        ),
        ("grade", "fine", "if it is another word for one, write in the rubric `also: {fine: …}`"),
        ("seen", "Done", "write in the rubric `yes: Done`, or `no` or `partly`"),
        ("opened", "soon", "map it: words: {opened: {blank: soon}}"),
    ],
)
def test_another_word_is_offered_to_those_of_the_answers(field: str, word: str, said: str) -> None:
    assert said in offer(field, RUBRIC.fields_of()[field], word, word)


@pytest.mark.parametrize("text", ["07700 900123", "4/5", "x" * 40, "seen 3 times", ""])
def test_what_is_no_word_is_offered_nowhere(text: str) -> None:
    assert offer("seen", RUBRIC.fields_of()["seen"], text, text) == ""


def test_a_text_that_may_be_a_name_is_not_repeated() -> None:
    fields = RUBRIC.fields_of()
    assert offer("seen", fields["seen"], "Robert", "a text of 6 characters") == ""
    said = offer("opened", fields["opened"], "Robert", "a text of 6 characters")
    assert "{opened: {blank: …}}" in said
