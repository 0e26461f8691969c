"""What a cell is, by the type of its field."""

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from casefile_audit.cases import Outcome, State
from casefile_audit.files.workbook import text_of
from casefile_audit.rubric.dates import DateReader
from casefile_audit.rubric.fields import FIELD_TYPES, AnyField, FieldBase, GradeField
from casefile_audit.rubric.loading import load_rubric
from casefile_audit.rubric.model import Rubric
from casefile_audit.scoring.findings import outcomes_of
from casefile_audit.scoring.trials import trial_cases

FROM_1900 = dt.datetime(1899, 12, 30)
FROM_1904 = dt.datetime(1904, 1, 1)
VALUE, BLANK, UNKNOWN, N_A, UNREADABLE = State
EXTRA: dict[str, dict[str, Any]] = {"code": {"codes": ["Neglect", "Physical"]}}
SCALE = ["good", "adequate", "inadequate"]


def field_of(kind: str, **keys: Any) -> FieldBase:
    field: FieldBase = TypeAdapter(AnyField).validate_python(
        {"type": kind, **EXTRA.get(kind, {}), **keys}
    )
    return field.on_scale(SCALE) if isinstance(field, GradeField) else field


def read(field: FieldBase, text: str) -> tuple[State, Any]:
    reading = field.read([text], FROM_1900)
    return State(int(reading.states[0])), reading.values[0]


FIELDS = {kind: field_of(kind) for kind in FIELD_TYPES}
WRITTEN = ("text", "identifier")


@pytest.mark.parametrize("kind", FIELD_TYPES)
@pytest.mark.parametrize(
    ("text", "elsewhere", "in_text"),
    [
        ("NK", UNKNOWN, UNKNOWN),
        ("N/K", UNKNOWN, UNKNOWN),
        ("N.K.", UNKNOWN, UNKNOWN),
        ("Not known", UNKNOWN, UNKNOWN),
        ("UNKNOWN", UNKNOWN, UNKNOWN),
        ("Don’t know", UNKNOWN, UNKNOWN),
        ("N/A", N_A, N_A),
        ("NA", N_A, N_A),
        ("n.a.", N_A, N_A),
        ("Not applicable", N_A, N_A),
        ("a) N/A", N_A, N_A),
        ("Not recorded", BLANK, BLANK),
        ("NOT\u00a0RECORDED:", BLANK, BLANK),
        ("1. Not recorded", BLANK, BLANK),
        ("TBC", BLANK, BLANK),
        ("", BLANK, BLANK),
        ("—", BLANK, BLANK),
        ("- - -", BLANK, BLANK),
        ("...", BLANK, BLANK),
        ("…", BLANK, BLANK),
        ("????", BLANK, BLANK),
        ("None", UNREADABLE, VALUE),
        ("nan", BLANK, BLANK),
        ("null", BLANK, BLANK),
        ("NaN", BLANK, BLANK),
        ("Nan", UNREADABLE, VALUE),
        ("\\N", BLANK, BLANK),
        ("(blank)", BLANK, BLANK),
        ("[NULL]", BLANK, BLANK),
        ('<div class="ExternalClass1"></div>', BLANK, BLANK),
        ("<p>&nbsp;</p>", BLANK, BLANK),
        ("&nbsp;", BLANK, BLANK),
        (";#", BLANK, BLANK),
        ("string;#", BLANK, BLANK),
        ("#EMPTY", BLANK, BLANK),
        ("Not provided", BLANK, BLANK),
        ("(Not Set)", BLANK, BLANK),
        (".a", BLANK, BLANK),
        ("â€“", BLANK, BLANK),
        ("Choose an item.", BLANK, BLANK),
        ("Click or tap here to enter text.", BLANK, BLANK),
        ("[Enter text here]", BLANK, BLANK),
        ("-- Select --", BLANK, BLANK),
        ("Please select...", BLANK, BLANK),
        ("Click to enter a date", BLANK, BLANK),
        ("Select committee", UNREADABLE, VALUE),
        ("Chose to leave", UNREADABLE, VALUE),
        ("Entered the house", UNREADABLE, VALUE),
        ("Pick-up at three", UNREADABLE, VALUE),
        ("*", UNREADABLE, BLANK),
        ('[""]', UNREADABLE, BLANK),
        ("+", UNREADABLE, VALUE),
        ("☒", UNREADABLE, VALUE),
        ("#MULTIVALUE", UNREADABLE, UNREADABLE),
        ("Loading...", UNREADABLE, UNREADABLE),
        ("#safe", UNREADABLE, VALUE),
        ("Loading bay", UNREADABLE, VALUE),
        ("<p>Seen</p>", UNREADABLE, VALUE),
        ("<div><img src=a></div>", UNREADABLE, VALUE),
        ("< 2 weeks", UNREADABLE, VALUE),
        ("1;#North", UNREADABLE, VALUE),
        ("#SPILL!", UNREADABLE, UNREADABLE),
        ("Err:502", UNREADABLE, UNREADABLE),
        ("########", UNREADABLE, UNREADABLE),
        ("No. Unknown", UNREADABLE, VALUE),
        ("Not known to services", UNREADABLE, VALUE),
        ("#N/A", UNREADABLE, UNREADABLE),
        ("#REF!", UNREADABLE, UNREADABLE),
        ("#DIV/0!", UNREADABLE, UNREADABLE),
        ("#NAME?", UNREADABLE, UNREADABLE),
        ("x" * 5000, UNREADABLE, VALUE),
    ],
)
def test_a_word_is_the_same_in_every_type_and_never_a_no(
    kind: str, text: str, elsewhere: State, in_text: State
) -> None:
    state, value = read(FIELDS[kind], text)
    assert state is (in_text if kind in WRITTEN else elsewhere)
    assert value != "no"


@given(text=st.text(max_size=8))
def test_nothing_but_a_no_is_read_as_no(text: str) -> None:
    noes = {"no", "n", "false", "0", "✗", "✘"}
    _, value = read(FIELDS["yes-no"], text)
    assert value != "no" or any(no in text.casefold() for no in noes) or "０" in text


@pytest.mark.parametrize("shipped", ["police-ethnicity-18+1", "cin-disability", "sen-provision"])
@pytest.mark.parametrize(
    ("text", "state"), [("NK", UNKNOWN), ("N/A", N_A), ("Not recorded", BLANK), ("", BLANK)]
)
def test_the_usual_words_hold_in_a_shipped_code_set(shipped: str, text: str, state: State) -> None:
    assert read(field_of("code", codes=shipped), text)[0] is state


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Yes", "yes"),
        ("YES.", "yes"),
        ("y", "yes"),
        ("a) Yes", "yes"),
        ("(a) yes", "yes"),
        ("1. Yes", "yes"),
        ("\u00a0yes\u00a0", "yes"),
        ("Ｙｅｓ", "yes"),
        ("TRUE", "yes"),
        ("✓", "yes"),
        ("1", "yes"),
        ("Fully", "yes"),
        ("Partially", "partly"),
        ("To some extent", "partly"),
        ("No", "no"),
        ("b) no", "no"),
        ("n) No", "no"),
        ("No:", "no"),
        ("FALSE", "no"),
        ("0", "no"),
        ("No. Yes", None),
        ("No. 1", None),
        ("Yes and no", None),
        ("Yes?", None),
    ],
)
def test_yes_partly_and_no(text: str, answer: str | None) -> None:
    state, value = read(FIELDS["yes-no"], text)
    assert value == answer
    assert state is (UNREADABLE if answer is None else VALUE)


@pytest.mark.parametrize(
    ("kind", "keys", "text", "expected"),
    [
        ("yes-no", {"blank": ["N"]}, "n", (BLANK, None)),
        ("yes-no", {"yes": ["N"]}, "n", (VALUE, "yes")),
        ("yes-no", {"partly": ["0", "N/A"]}, "0", (VALUE, "partly")),
        ("yes-no", {"no": ["N/A"]}, "N/A", (VALUE, "no")),
        ("yes-no", {"unknown": "Perhaps"}, "a) PERHAPS", (UNKNOWN, None)),
        ("text", {"blank": ["None"]}, "none", (BLANK, None)),
        ("text", {"not_applicable": ["#N/A"]}, "#N/A", (N_A, None)),
        ("number", {"not_applicable": ["0"]}, "0", (N_A, None)),
        ("date", {"blank": ["Ongoing"]}, "ongoing.", (BLANK, None)),
        ("code", {"blank": ["Neglect"]}, "Neglect", (BLANK, None)),
        ("code", {"codes": ["Yes", "No", "N/A"]}, "N/A", (VALUE, "N/A")),
        ("code", {"codes": ["Yes", "No", "N/A"]}, "#N/A", (UNREADABLE, None)),
        ("code", {"codes": ["-", "+"]}, "-", (VALUE, "-")),
        ("code", {"codes": {"N": "Neglect"}}, "neglect (N)", (VALUE, "N")),
        ("grade", {"unknown": ["Good"]}, "good", (UNKNOWN, None)),
        ("grade", {"also": {"NA": "inadequate"}}, "NA", (VALUE, "inadequate")),
    ],
)
def test_a_fields_own_words_come_before_the_usual_ones(
    kind: str, keys: dict[str, Any], text: str, expected: tuple[State, str | None]
) -> None:
    state, value = read(field_of(kind, **keys), text)
    assert state is expected[0]
    if expected[1] is not None:
        assert value == expected[1]


def test_one_sectors_words_and_codes_are_its_own() -> None:
    health = {"codes": "social-care-ethnicity", "blank": ["Not asked"]}
    field = field_of("code", codes="police-ethnicity-18+1", by_sector={"health": health})
    assert read(field, "WBRI")[0] is UNREADABLE
    assert read(field.for_sector("health"), "WBRI") == (VALUE, "WBRI")
    assert read(field.for_sector("health"), "not asked")[0] is BLANK
    assert read(field.for_sector("police"), "W1") == (VALUE, "W1")


@pytest.mark.parametrize(
    ("text", "state", "code"),
    [
        ("W1", VALUE, "W1"),
        ("w1", VALUE, "W1"),
        ("a) W1", VALUE, "W1"),
        ("W1 - White British", VALUE, "W1"),
        ("White\u00a0British", VALUE, "W1"),
        ("NS", VALUE, "NS"),
        ("NOBT", UNKNOWN, "NOBT"),
        ("IC1", BLANK, "IC1"),
        ("W7", UNREADABLE, None),
    ],
)
def test_a_code_says_what_it_says_of_the_record(text: str, state: State, code: str | None) -> None:
    field = field_of("code", codes="police-ethnicity-18+1")
    assert read(field, text)[0] is state
    if state is VALUE:
        assert read(field, text)[1] == code


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("12.0", 12),
        ("-3", -3),
        ("−3", -3),
        ("+3", 3),
        (".5", 0.5),
        ("1,204", 1204),
        ("1,204,000.5", 1_204_000.5),
        ("1.5e3", 1500),
        ("5.", 5),
        ("007", 7),
        ("\u00a07\u00a0", 7),
        *((text, None) for text in ("1,5", "12,04", "1,2,3", "1_000", "0x10", "ten", "5-6", "5+")),
        *((text, None) for text in ("£5", "%", "inf", "-inf", "Infinity", "1e400", "e5", "1 2")),
    ],
)
def test_numbers(text: str, number: float | None) -> None:
    state, value = read(FIELDS["number"], text)
    assert state is (UNREADABLE if number is None else VALUE)
    assert np.isnan(value) if number is None else value == number


@pytest.mark.parametrize("text", ["00123", "1e5", "06AB/12345/24", "12/03", "TRUE", "True", "0"])
@pytest.mark.parametrize("kind", WRITTEN)
def test_a_reference_keeps_every_character(kind: str, text: str) -> None:
    assert read(FIELDS[kind], text) == (VALUE, text)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("03/04/2024", "2024-04-03"),
        ("3/4/24", "2024-04-03"),
        ("3/4/98", "1998-04-03"),
        ("03-04-2024", "2024-04-03"),
        ("3–4–2024", "2024-04-03"),
        ("3.4.2024", "2024-04-03"),
        ("03 / 04 / 2024", "2024-04-03"),
        ("3 April 2024", "2024-04-03"),
        ("3\u00a0APRIL\u00a02024", "2024-04-03"),
        ("3 Apr 24", "2024-04-03"),
        ("3rd April 2024.", "2024-04-03"),
        ("Wed 3rd April 2024", "2024-04-03"),
        ("Wednesday, 3 April 2024", "2024-04-03"),
        ("3-Sept-2024", "2024-09-03"),
        ("2024-04-03", "2024-04-03"),
        ("2024/4/3", "2024-04-03"),
        ("29/02/2024", "2024-02-29"),
        ("31/12/9999", "9999-12-31"),
        ("2024-04-03T10:15", "2024-04-03T10:15"),
        ("2024-04-03T10:15:30Z", "2024-04-03T10:15:30"),
        ("2024-04-03T10:15:30.123+01:00", "2024-04-03T10:15:30"),
        ("2024-04-03 10:15 -0500", "2024-04-03T10:15"),
        ("03/04/2024 2:30pm", "2024-04-03T14:30"),
        ("03/04/2024 12:05 a.m.", "2024-04-03T00:05"),
        ("03/04/2024, 14:30", "2024-04-03T14:30"),
        ("45385", "2024-04-03"),
        ("45385.75", "2024-04-03T18:00"),
        ("18264", "1950-01-01"),
        *((text, None) for text in ("31/02/2024", "29/02/2023", "32/01/2024", "00/01/2024")),
        *((text, None) for text in ("04/13/2024", "April 3 2024", "2024-13-04", "2024-31-12")),
        *((text, None) for text in ("2024", "1998", "12000", "18263", "73051", "-45385", "4.5e4")),
        *((text, None) for text in ("3 April", "April 2024", "10:15", "yesterday", "20240403")),
        *((text, None) for text in ("03/04/2024 24:00", "03/04/2024 14:30 pm", "01/01/0204")),
        *((text, None) for text in ("03/04/2024 - 05/04/2024", "03/04/02024", "1/2/3")),
    ],
)
@pytest.mark.parametrize("kind", ["date", "dates"])
def test_dates_are_day_first_or_iso_or_serial(kind: str, text: str, date: str | None) -> None:
    state, value = read(FIELDS[kind], text)
    assert state is (UNREADABLE if date is None else VALUE)
    assert np.isnat(value) if date is None else value == np.datetime64(date)


def test_serial_dates_count_from_the_sheets_own_day_nought() -> None:
    day = np.datetime64("2024-04-03")
    assert DateReader(FROM_1900).read(["45385"]) == day
    assert DateReader(FROM_1904).read(["43923"]) == day


@given(date=st.dates(dt.date(1950, 1, 1), dt.date(2068, 12, 31)))
def test_every_way_to_write_a_day_is_read_alike(date: dt.date) -> None:
    forms = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%d %B %Y", "%a %d %b %Y"]
    texts = [date.strftime(form) for form in forms] + [str((date - FROM_1900.date()).days)]
    assert set(DateReader(FROM_1900).read(texts).astype("datetime64[D]").tolist()) == {date}


@given(st.lists(st.text(max_size=30), min_size=1, max_size=20))
def test_any_text_comes_to_a_state_and_alone_to_the_same(texts: list[str]) -> None:
    for field in FIELDS.values():
        states = field.read(texts, FROM_1900).states
        assert states.tolist() == [int(read(field, text)[0]) for text in texts]


@given(cell=st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_in_a_spreadsheet_is_that_number(cell: float) -> None:
    state, value = read(FIELDS["number"], text_of(cell))
    assert state is VALUE
    assert value == pytest.approx(cell, rel=1e-14, abs=1e-300)


@pytest.mark.parametrize(
    ("kind", "cell"), [("number", "13²"), ("number", "13₂"), ("yes-no", "¹"), ("date", "03/04/65")]
)
def test_what_could_be_two_things_is_read_as_neither(kind: str, cell: str) -> None:
    assert read(FIELDS[kind], cell)[0] is UNREADABLE


@pytest.mark.parametrize(
    ("word", "nearest"),
    [("yess", "yes"), ("yss", "yes"), ("ys", None), ("007", None), ("10.0", None)],
)
def test_an_abbreviation_could_stand_for_any_answer(word: str, nearest: str | None) -> None:
    assert FIELDS["yes-no"].nearest(word) == nearest


def test_a_word_with_a_set_meaning_is_120_letters_long_at_most() -> None:
    field = field_of("text", blank=["x" * 120, "y" * 121])
    assert read(field, "x" * 120)[0] is BLANK
    assert read(field, "y" * 121) == (VALUE, "y" * 121)


@pytest.mark.parametrize("word", ["RI", "R.I.", "r.i", "Req Imp", "Req. Imp.", "req imp."])
def test_full_stops_of_an_abbreviated_grade_do_not_matter(word: str) -> None:
    field = field_of("grade", also={"RI": "adequate", "Req. Imp.": "adequate"})
    assert read(field, word) == (VALUE, "adequate")


def test_a_grade_of_one_sector_keeps_its_scale_and_its_other_words() -> None:
    field = field_of(
        "grade",
        title="Judgement",
        also={"RI": "adequate"},
        by_sector={"health": {"blank": ["none given"], "headings": ["Rating"]}},
    ).for_sector("health")
    assert isinstance(field, GradeField)
    assert (field.title, field.headings, field.scale) == ("Judgement", ["Rating"], tuple(SCALE))
    assert [read(field, word) for word in ("none given", "RI", "Good")] == [
        (BLANK, None),
        (VALUE, "adequate"),
        (VALUE, "good"),
    ]


@pytest.mark.parametrize(
    ("rubric", "field", "value", "cells"),
    [
        ("missing-children", "first_risk", "High",
         "High risk|HIGH RISK|H|High - CSE|Graded high|Missing: high risk|Very high"),
        ("missing-children", "first_risk", "Medium", "Medium Risk|Med|M|Medium risk missing"),
        ("missing-children", "first_risk", "Low", "Risk: low|Low/No apparent risk"),
        ("missing-children", "first_risk", "No apparent risk",
         "Absent|No apparent risk (absent)|NAR|Very low risk"),
        ("missing-children", "interview_method", "in person", "Face to face|Home visit"),
        ("police-detention", "review_method", "telephone",
         "Phone|By phone|Tel|By telephone|TELEPHONE|Over the phone|Telephone call|Phone review"),
        ("police-detention", "review_method", "in person", "Face to face|Face-to-face review"),
        ("police-detention", "review_method", "video", "Video|Live link|VRI|By video link"),
        # What says two things, or takes one back, is read as neither.
        ("missing-children", "first_risk", None,
         "High then medium|Not high|Medium (was high)|High/Low|At risk|Risk"),
        ("police-detention", "review_method", None, "Phone and in person|Not by phone|By|Review"),
    ],
)  # fmt: skip
def test_shipped_rubrics_read_the_answers_that_people_write(
    rubric: str, field: str, value: str | None, cells: str
) -> None:
    read_as = None if value is None else (State.VALUE, value)
    its = load_rubric(rubric).fields[field]
    assert {cell: its.state_of_word(cell) for cell in cells.split("|")} == dict.fromkeys(
        cells.split("|"), read_as
    )


def test_other_words_of_a_code_field_are_of_its_codes_and_of_one_only() -> None:
    risk = field_of("code", codes=["High", "Low"], also={"H": "High", "grave": "high"})
    assert [read(risk, cell) for cell in ("H", "Grave", "low")] == [
        (VALUE, "High"),
        (VALUE, "High"),
        (VALUE, "Low"),
    ]
    for also, wrong in (({"M": "Medium"}, "isn't a code"), ({"Low": "High"}, "could be")):
        with pytest.raises(ValueError, match=wrong):
            field_of("code", codes=["High", "Low"], also=also)


@pytest.mark.parametrize("cell", ["LD", "MOB, LD", "LD/AUT"])
def test_one_of_several_codes_in_a_cell_is_what_is_asked_for(cell: str) -> None:
    rubric = Rubric.model_validate(
        {
            "rubric": "several",
            "title": "Several",
            "version": "1",
            "fields": {"disability": {"type": "code", "codes": "cin-disability"}},
            "criteria": {
                "learning": {
                    "question": "Is it learning?",
                    "missing": "of another kind",
                    "met": {"is": {"disability": "LD"}},
                }
            },
        }
    )
    cases = trial_cases(rubric, [{"disability": cell}, {"disability": "MOB"}], "")
    criterion = rubric.criteria["learning"]
    outcomes = outcomes_of(criterion, cases, rubric.setting(dt.date(2024, 1, 1)))
    assert outcomes.tolist() == [Outcome.MET, Outcome.NOT_MET]
