import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile_audit.errors import RubricError
from casefile_audit.rubric.code_sets import (
    Code,
    CodeStatus,
    code_set_names,
    own_code_set,
    shipped_code_set,
)

NAMES = (
    "cin-disability",
    "nhs-disability",
    "officer-observed-6+1",
    "police-ethnicity-16+1",
    "police-ethnicity-18+1",
    "sen-provision",
    "sen-type",
    "social-care-ethnicity",
)


def code_of(name: str, text: str) -> str | None:
    found = shipped_code_set(name).find(text)
    return None if found is None else found.code


def standing_of(name: str, text: str) -> CodeStatus | None:
    found = shipped_code_set(name).find(text)
    return None if found is None else found.standing


def test_names_are_those_of_the_data_files() -> None:
    assert tuple(code_set_names()) == NAMES


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        (
            "police-ethnicity-18+1",
            "W1 W2 W3 W9 M1 M2 M3 M9 A1 A2 A3 A4 A9 B1 B2 B9 O2 O9 NS NOBT "
            "IC1 IC2 IC3 IC4 IC5 IC6 IC9",
        ),
        (
            "police-ethnicity-16+1",
            "W1 W2 W9 M1 M2 M3 M9 A1 A2 A3 A9 B1 B2 B9 O1 O9 NS NOBT IC1 IC2 IC3 IC4 IC5 IC6 IC9",
        ),
        ("officer-observed-6+1", "IC1 IC2 IC3 IC4 IC5 IC6 IC9 White Other NOBT"),
        (
            "social-care-ethnicity",
            "WBRI WIRI WIRT WROM WOTH MWBC MWBA MWAS MOTH AIND APKN ABAN AOTH BCRB BAFR BOTH CHNE "
            "OOTH REFU NOBT",
        ),
        ("cin-disability", "NONE MOB HAND PC INC COMM LD HEAR VIS BEH CON AUT DDA"),
        ("nhs-disability", "01 02 03 04 05 06 07 08 09 10 XX NN ZZ"),
        ("sen-provision", "E K N"),
        ("sen-type", "SPLD MLD SLD PMLD SEMH SLCN HI VI MSI PD ASD OTH NSA"),
    ],
)
def test_codes_are_those_of_the_source_in_its_order(name: str, codes: str) -> None:
    assert [code.code for code in shipped_code_set(name).codes] == codes.split()


@pytest.mark.parametrize("name", NAMES)
def test_every_code_is_found_by_code_by_meaning_and_by_both(name: str) -> None:
    code_set = shipped_code_set(name)
    assert code_set.title
    assert code_set.source
    for code in code_set.codes:
        word, meaning = code.code, code.meaning
        forms = (word, meaning, f"{word} - {meaning}", f"{meaning} ({word})", f"{word}: {meaning}")
        for form in forms:
            for text in (form, f"z) {form}", form.upper(), f"  {form.lower()} \n"):
                assert code_set.find(text) == code, text


@pytest.mark.parametrize(
    "text",
    [
        *("WBRI", "wbri", " WBRI ", "a) WBRI", "a. WBRI", "(a) WBRI", "1) WBRI", "A)  wbri"),
        *("White British", "WHITE  BRITISH", "White\nBritish", "White\u00a0British"),
        *(
            "White - British",
            "White – British",
            "White‑British",
            "“White British”",
            "White/British",
        ),
        *("WBRI - White British", "White British (WBRI)", "WBRI: White British", "[WBRI]", "WBRI."),
        *("a) WBRI - White British", "White - English/Welsh/Scottish/Northern Irish/British"),
    ],
)
def test_look_up_ignores_case_space_punctuation_and_list_prefix(text: str) -> None:
    assert code_of("social-care-ethnicity", text) == "WBRI"


# As police.uk writes them in stop and search data, in 2018 and in the years before.
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("White - English/Welsh/Scottish/Northern Irish/British", "W1"),
        ("White - Irish", "W2"),
        ("White - Gypsy or Irish Traveller", "W3"),
        ("White - Any other White background", "W9"),
        ("Mixed/Multiple ethnic groups - White and Black Caribbean", "M1"),
        ("Mixed/Multiple ethnic groups - White and Black African", "M2"),
        ("Mixed/Multiple ethnic groups - White and Asian", "M3"),
        ("Mixed/Multiple ethnic groups - Any other Mixed/Multiple ethnic background", "M9"),
        ("Asian/Asian British - Indian", "A1"),
        ("Asian/Asian British - Pakistani", "A2"),
        ("Asian/Asian British - Bangladeshi", "A3"),
        ("Asian/Asian British - Chinese", "A4"),
        ("Asian/Asian British - Any other Asian background", "A9"),
        ("Black/African/Caribbean/Black British - Caribbean", "B1"),
        ("Black/African/Caribbean/Black British - African", "B2"),
        (
            "Black/African/Caribbean/Black British - Any other Black/African/Caribbean background",
            "B9",
        ),
        ("Other ethnic group - Arab", "O2"),
        ("Other ethnic group - Any other ethnic group", "O9"),
        ("Other ethnic group - Not stated", "NS"),
        ("White - White British (W1)", "W1"),
        ("White - Any other White ethnic background (W9)", "W9"),
        ("Asian or Asian British - Any other Asian ethnic background (A9)", "A9"),
        ("Chinese or other ethnic group - Chinese (O1)", "A4"),
        ("Not stated (NS)", "NS"),
        ("White & Black Caribbean", "M1"),
    ],
)
def test_long_forms_of_self_defined_ethnicity(text: str, code: str) -> None:
    assert code_of("police-ethnicity-18+1", text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("White", "White"), ("Black", "IC3"), ("Asian", "IC4"), ("Other", "Other")),
        *(("IC 1", "IC1"), ("ic-1", "IC1"), ("1", "IC1"), ("6", "IC6"), ("2) IC2", "IC2")),
        *(("Dark European", "IC2"), ("0", "IC9"), ("W1", None), ("7", None)),
    ],
)
def test_officer_observed_codes_words_and_numbers(text: str, code: str | None) -> None:
    assert code_of("officer-observed-6+1", text) == code


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("police-ethnicity-18+1", "O1", "A4"),
        ("police-ethnicity-18+1", "O1 - Chinese", "A4"),
        ("police-ethnicity-18+1", "A4", "A4"),
        ("police-ethnicity-16+1", "O1", "O1"),
        ("police-ethnicity-16+1", "A4", "O1"),
        ("police-ethnicity-16+1", "W3", None),
        ("police-ethnicity-16+1", "White - Gypsy or Irish Traveller", None),
        ("police-ethnicity-16+1", "O2", None),
    ],
)
def test_chinese_has_two_codes_and_16_plus_1_lacks_two_groups(
    name: str, text: str, code: str | None
) -> None:
    assert code_of(name, text) == code


@pytest.mark.parametrize(
    ("name", "text", "standing"),
    [
        *(
            (name, text, CodeStatus.VALUE)
            for name in ("police-ethnicity-18+1", "police-ethnicity-16+1", "social-care-ethnicity")
            for text in ("NS", "REFU", "Not stated", "Refused", "Declined", "Prefer not to say")
        ),
        ("nhs-disability", "ZZ", CodeStatus.VALUE),
        ("nhs-disability", "NN", CodeStatus.VALUE),
        ("nhs-disability", "None", CodeStatus.VALUE),
        ("cin-disability", "NONE", CodeStatus.VALUE),
        ("cin-disability", "None", CodeStatus.VALUE),
        ("sen-provision", "N", CodeStatus.VALUE),
        ("sen-provision", "No SEN", CodeStatus.VALUE),
        ("social-care-ethnicity", "NOBT", CodeStatus.UNKNOWN),
        ("social-care-ethnicity", "Not obtained", CodeStatus.UNKNOWN),
        ("police-ethnicity-18+1", "Not obtained", CodeStatus.UNKNOWN),
        ("officer-observed-6+1", "IC9", CodeStatus.UNKNOWN),
        ("officer-observed-6+1", "0", CodeStatus.UNKNOWN),
        ("officer-observed-6+1", "IC1", CodeStatus.VALUE),
    ],
)
def test_asked_and_declined_is_recorded_and_not_obtained_is_unknown(
    name: str, text: str, standing: CodeStatus
) -> None:
    assert standing_of(name, text) is standing


@pytest.mark.parametrize("name", ["police-ethnicity-18+1", "police-ethnicity-16+1"])
@pytest.mark.parametrize("text", ["IC1", "ic 4", "a) IC3", "IC1 - White North European", "IC9"])
def test_an_observed_code_answers_another_question_than_self_definition(
    name: str, text: str
) -> None:
    found = shipped_code_set(name).find(text)
    assert found is not None
    assert found.standing is CodeStatus.OTHER_CODE_SET
    assert "officer-observed 6+1" in found.meaning


@pytest.mark.parametrize("text", ["White", "Black", "Asian", "1", "0", "W1 - Pakistani", "A1/A2"])
def test_text_that_could_be_two_things_is_no_self_defined_code(text: str) -> None:
    assert code_of("police-ethnicity-18+1", text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("s) REFU", "REFU"), ("s) NOBT", "NOBT"), ("s)", None), ("s", None), ("(s) ", None)],
)
def test_a_list_prefix_alone_is_never_a_code(text: str, code: str | None) -> None:
    assert code_of("social-care-ethnicity", text) == code


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("officer-observed-6+1", "1) IC3", None),
        ("officer-observed-6+1", "3) IC3", "IC3"),
        ("officer-observed-6+1", "a) IC3", "IC3"),
        ("sen-provision", "e) No SEN", None),
        ("sen-provision", "c) No SEN", "N"),
        ("nhs-disability", "1", "01"),
        ("nhs-disability", "01. Hearing", None),
    ],
)
def test_a_prefix_that_is_itself_another_code_is_a_contradiction(
    name: str, text: str, code: str | None
) -> None:
    assert code_of(name, text) == code


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["", " ", "-", "?", "...", "a)", "see comments", "n/a"])
def test_nothing_and_remarks_are_no_code(name: str, text: str) -> None:
    assert code_of(name, text) is None


@settings(deadline=None)
@given(name=st.sampled_from(NAMES), text=st.text(max_size=30))
def test_any_text_can_be_looked_up_and_what_is_nearest_can_be_found(name: str, text: str) -> None:
    code_set = shipped_code_set(name)
    assert code_set.find(text) in (None, *code_set.codes)
    nearest = code_set.nearest(text)
    assert nearest is None or code_set.find(nearest) is not None


@pytest.mark.parametrize(
    ("name", "text", "nearest"),
    [
        ("social-care-ethnicity", "WBRIT", "WBRI"),
        ("social-care-ethnicity", "White Brittish", "White British"),
        ("police-ethnicity-18+1", "IC8", None),
        ("sen-type", "quite unlike", None),
    ],
)
def test_nearest_names_a_code_or_meaning_of_the_same_set(
    name: str, text: str, nearest: str | None
) -> None:
    assert shipped_code_set(name).nearest(text) == nearest


def test_an_unknown_name_says_which_is_near() -> None:
    with pytest.raises(RubricError) as caught:
        shipped_code_set("police-ethnicity-18")
    assert caught.value.what == "there is no code set called `police-ethnicity-18`"
    assert caught.value.hint == "Did you mean `police-ethnicity-18+1`?"


def test_a_name_is_not_a_path() -> None:
    with pytest.raises(RubricError, match="there is no code set called"):
        shipped_code_set("../code_sets/sen-type")


def test_own_words_are_values_that_mean_themselves() -> None:
    code_set = own_code_set("risk", ["High", "Medium", "No risk"])
    assert code_set.codes[0] == Code("High", "High", CodeStatus.VALUE)
    assert code_set.find("b) MEDIUM") == code_set.codes[1]
    assert code_set.find("None") is None


def test_own_codes_have_meanings() -> None:
    code_set = own_code_set("plan", {"CIN": "Child in need", "CP": "Child protection"})
    for text in ("cp", "child protection", "CP - Child protection", "Child protection (CP)"):
        assert code_set.find(text) == code_set.codes[1]


@pytest.mark.parametrize(
    ("words", "text", "code"),
    [
        (["<5", "5–10", ">10"], "< 5", None),
        (["<5", "5–10", ">10"], "<5", "<5"),
        (["<5", "5–10", ">10"], "5-10", "5–10"),
        (["A", "A-", "A+"], "a-", "A-"),
        (["A", "A-", "A+"], "(A)", "A"),
        (["1.5", "5"], "1.5", "1.5"),
        (["5"], "1.5", None),
        (["A-", "A/"], "A", None),
        (["-", "+"], "+", "+"),
        (["-", "+"], "?", None),
        (["Sight and hearing"], "sight & hearing", "Sight and hearing"),
    ],
)
def test_symbols_tell_own_words_apart(words: list[str], text: str, code: str | None) -> None:
    found = own_code_set("band", words).find(text)
    assert (found and found.code) == code


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["Yes", "yes "], "`yes ` in `seen` could be `Yes` or `yes `"),
        ({"1": "Good", "2": "Good"}, "`Good` in `seen` could be `1` or `2`"),
        (["Yes", " "], "`seen` has a blank among its codes"),
    ],
)
def test_own_words_that_cannot_be_told_apart_are_refused(
    words: list[str] | dict[str, str], what: str
) -> None:
    with pytest.raises(RubricError) as caught:
        own_code_set("seen", words)
    assert caught.value.what == what
