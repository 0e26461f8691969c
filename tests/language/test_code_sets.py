from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile_audit import score
from casefile_audit.errors import RubricError
from casefile_audit.rubric.code_sets import (
    Code,
    CodeStatus,
    code_set_names,
    own_code_set,
    shipped_code_set,
)
from workbooks import Row, save_csv

GROUPS: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "ethnic-groups.yaml").read_text("utf-8")
)
NAMES = (
    "cin-disability",
    "nhs-disability",
    "nhs-ethnic-category",
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
            "W1 W2 W3 W9 M1 M2 M3 M9 A1 A2 A3 A4 A9 B1 B2 B9 O2 O9 NS N1 N2 N3 N4 NOBT "
            "IC1 IC2 IC3 IC4 IC5 IC6 IC9",
        ),
        (
            "police-ethnicity-16+1",
            "W1 W2 W3 W9 M1 M2 M3 M9 A1 A2 A3 A9 B1 B2 B9 O1 O2 O9 NS N1 N2 N3 N4 NOBT "
            "IC1 IC2 IC3 IC4 IC5 IC6 IC9",
        ),
        ("officer-observed-6+1", "IC1 IC2 IC3 IC4 IC5 IC6 IC9 White Mixed Other NOBT"),
        (
            "social-care-ethnicity",
            "WBRI WIRI WIRT WROM WOTH MWBC MWBA MWAS MOTH AIND APKN ABAN ABRI AWL AOTH BCRB BAFR "
            "BBRI BWEL BOTH CHNE ORAB OOTH REFU NS NOBT IC1 IC2 IC3 IC4 IC5 IC6 IC9",
        ),
        (
            "cin-disability",
            "NONE MOB HAND PC INC COMM LD HEAR VIS BEH CON AUT DDA DISABLED UNKNOWN",
        ),
        ("nhs-disability", "01 02 03 04 05 06 07 08 09 10 XX NN YES ZZ"),
        (
            "nhs-ethnic-category",
            "A B C D E F G H J K L M N P R S Z 99 IC1 IC2 IC3 IC4 IC5 IC6 IC9",
        ),
        ("sen-provision", "E K N S A P"),
        ("sen-type", "SPLD MLD SLD PMLD SEMH BESD SLCN HI VI MSI PD ASD DS OTH NSA"),
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
            for text in (form, f"q) {form}", form.upper(), f"  {form.lower()} \n"):
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
        ("police-ethnicity-16+1", "W3", "W3"),
        ("police-ethnicity-16+1", "White - Gypsy or Irish Traveller", "W3"),
        ("police-ethnicity-16+1", "O2", "O2"),
    ],
)
def test_chinese_has_two_codes_and_16_plus_1_reads_the_two_groups_added_since(
    name: str, text: str, code: str | None
) -> None:
    assert code_of(name, text) == code


@pytest.mark.parametrize(
    ("name", "text", "standing"),
    [
        *(
            (name, text, CodeStatus.DECLINED)
            for name in NAMES
            if "ethnic" in name
            for text in ("Not stated", "Refused", "Declined", "Prefer not to say", "N/S")
        ),
        ("police-ethnicity-18+1", "NS", CodeStatus.DECLINED),
        ("police-ethnicity-16+1", "N4", CodeStatus.DECLINED),
        ("social-care-ethnicity", "REFU", CodeStatus.DECLINED),
        ("nhs-ethnic-category", "Z", CodeStatus.DECLINED),
        ("nhs-disability", "ZZ", CodeStatus.DECLINED),
        ("nhs-disability", "NN", CodeStatus.VALUE),
        ("nhs-disability", "None", CodeStatus.VALUE),
        ("cin-disability", "NONE", CodeStatus.VALUE),
        ("cin-disability", "None", CodeStatus.VALUE),
        ("sen-provision", "N", CodeStatus.VALUE),
        ("sen-provision", "No SEN", CodeStatus.VALUE),
        ("social-care-ethnicity", "NOBT", CodeStatus.NOT_ASKED),
        ("social-care-ethnicity", "Not obtained", CodeStatus.NOT_ASKED),
        ("police-ethnicity-18+1", "Not obtained", CodeStatus.NOT_ASKED),
        *(("police-ethnicity-18+1", code, CodeStatus.NOT_ASKED) for code in ("N1", "N2", "N3")),
        ("nhs-ethnic-category", "99", CodeStatus.UNKNOWN),
        ("nhs-ethnic-category", "Not known", CodeStatus.UNKNOWN),
        ("cin-disability", "c) Unknown", CodeStatus.UNKNOWN),
        *(("officer-observed-6+1", c, CodeStatus.UNKNOWN) for c in ("IC9", "0", "IC7", "IC0")),
        ("officer-observed-6+1", "IC1", CodeStatus.VALUE),
    ],
)
def test_declined_not_known_and_never_asked_are_three_things(
    name: str, text: str, standing: CodeStatus
) -> None:
    assert standing_of(name, text) is standing


@pytest.mark.parametrize("name", ["police-ethnicity-18+1", "police-ethnicity-16+1"])
@pytest.mark.parametrize(
    "text",
    [
        "IC1",
        "ic 4",
        "a) IC3",
        "IC1 - White North European",
        "IC9",
        "IC2 Dark European",
        "IC7",
        "IC0",
    ],
)
def test_an_observed_code_answers_another_question_than_self_definition(
    name: str, text: str
) -> None:
    found = shipped_code_set(name).find(text)
    assert found is not None
    assert found.standing is CodeStatus.OTHER_CODE_SET
    assert "officer-observed 6+1" in found.meaning


@pytest.mark.parametrize("text", ["1", "0", "W1 - Pakistani", "A1/A2", "A1 or A2", "W11", "W1?2"])
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
    found = code_set.find(text)
    assert found is None or found in code_set.codes or code_set.find(found.code) == found
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


@pytest.mark.parametrize(
    ("codes", "text"),
    [(codes, text) for codes, texts in GROUPS.items() for text in texts],
)
def test_every_label_of_a_group_is_read_by_every_set(codes: str, text: str) -> None:
    names = ("police-ethnicity-18+1", "social-care-ethnicity", "nhs-ethnic-category")
    for name, code in zip(names, codes.split(), strict=True):
        assert code_of(name, text) == code or code == "-", name


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *(("Somali", "Somali"), ("SOMALI", "Somali"), ("Kurdish", "Kurdish"), ("White", "White")),
        *(
            ("Black", "Black"),
            ("Asian", "Asian"),
            ("Mixed race", "Mixed Race"),
            ("Polish", "Polish"),
        ),
        ("White - Eastern European", "White Eastern European"),
        ("British Somali", "British Somali"),
        ("Mixed - Polish and Pakistani", "Mixed Polish And Pakistani"),
        *(
            ("Other - Afghan", "Other Afghan"),
            ("Latin American", "Latin American"),
        ),
    ],
)
@pytest.mark.parametrize("name", ["police-ethnicity-18+1", "nhs-ethnic-category"])
def test_an_ethnicity_that_is_no_code_is_an_answer_all_the_same(
    name: str, text: str, answer: str
) -> None:
    assert shipped_code_set(name).find(text) == Code(answer, answer, CodeStatus.VALUE)


@pytest.mark.parametrize(
    "text",
    [
        *("see comments", "as mother", "Polish speaker", "ask family", "language line - Somali"),
        *("not White", "Somali?? check", "IC4 Asian male", "no", "any", "and", "W1 or A2"),
    ],
)
def test_a_remark_is_no_answer_in_words(text: str) -> None:
    found = shipped_code_set("police-ethnicity-18+1").find(text)
    assert found is None or found.standing is CodeStatus.OTHER_CODE_SET


@pytest.mark.parametrize(
    ("name", "text", "codes"),
    [
        ("cin-disability", "MOB, LD", "MOB, LD"),
        ("cin-disability", "LD, MOB", "MOB, LD"),
        ("cin-disability", "AUT/BEH", "BEH, AUT"),
        ("cin-disability", "MOB; LD; VIS", "MOB, LD, VIS"),
        ("cin-disability", "MOB\nLD", "MOB, LD"),
        ("cin-disability", "MOB LD", "MOB, LD"),
        ("cin-disability", "MOB & LD", "MOB, LD"),
        ("cin-disability", "a) MOB; c) LD", "MOB, LD"),
        ("cin-disability", "Mobility and learning disability", "MOB, LD"),
        ("cin-disability", "LD - Learning, AUT - Autism", "LD, AUT"),
        ("cin-disability", "LD, LD", "LD, LD"),
        ("cin-disability", "NONE, LD", None),
        # Whether, and beside it which.
        ("cin-disability", "Yes, LD", "LD, DISABLED"),
        ("cin-disability", "MOB, walks with a frame", None),
        ("nhs-disability", "01, 04", "01, 04"),
        ("nhs-disability", "4/1", "01, 04"),
        ("nhs-disability", "NN, 04", None),
        ("nhs-disability", "ZZ 04", None),
        ("sen-type", "ASD, SLCN", "SLCN, ASD"),
        ("sen-type", "Speech, language and communication needs; Autism", "SLCN, ASD"),
        ("sen-provision", "E, K", None),
        ("police-ethnicity-18+1", "W1, A2", None),
    ],
)
def test_several_codes_in_a_cell_are_one_value_where_the_return_allows_it(
    name: str, text: str, codes: str | None
) -> None:
    assert code_of(name, text) == codes


@pytest.mark.parametrize(
    ("name", "text", "two"),
    [
        ("cin-disability", "NONE, LD", ("NONE", "LD")),
        ("cin-disability", "LD;NONE;MOB", ("NONE", "LD")),
        ("cin-disability", "NONE MOB", ("NONE", "MOB")),
        ("cin-disability", "NK, LD", ("UNKNOWN", "LD")),
        ("nhs-disability", "NN, 04", ("NN", "04")),
        ("nhs-disability", "ZZ 04", ("ZZ", "04")),
        ("sen-type", "NSA, ASD", ("NSA", "ASD")),
        ("cin-disability", "MOB, LD", None),
        ("cin-disability", "NONE, NONE", None),
        # What else stands there may say how it is meant.
        ("cin-disability", "NONE, LD, see Ann Oakes", None),
        ("police-ethnicity-18+1", "W1, A2", None),
    ],
)
def test_none_beside_another_code_is_a_contradiction(
    name: str, text: str, two: tuple[str, str] | None
) -> None:
    found = shipped_code_set(name).contradiction(text)
    assert (found and {code.code for code in found}) == (two and {*two})
    assert found is None or found[0].code == (two and two[0])
    assert two is None or code_of(name, text) is None


def test_a_contradiction_is_said_and_counts_neither_way(tmp_path: Path) -> None:
    rows: list[Row] = [["Case reference", "Agency", "Disability codes"]]
    rows += [["C1", "Social care", "NONE;MOB"], ["C2", "Social care", "MOB"]]
    result = score(save_csv(tmp_path / "a.csv", rows), rubric="peer-review")
    (problem,) = result.problems
    assert problem.found == "NONE;MOB"
    assert "`NONE` (No disability) or what stands beside it, such as `MOB`" in problem.expected
    recorded = result.criteria["disability-recorded"]
    assert (recorded.met, recorded.applicable, recorded.cannot_tell) == (1, 1, 1)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        *(("cin-disability", text, "DISABLED") for text in ("Yes", "Y", "a) Yes")),
        *(("cin-disability", text, "NONE") for text in ("No", "N", "b) No", "No disability")),
        *(("nhs-disability", text, code) for text, code in (("No", "NN"), ("Yes", "YES"))),
        ("sen-provision", "School Action Plus", "P"),
        ("sen-provision", "Statement", "S"),
        ("sen-type", "BESD", "BESD"),
        ("sen-type", "Down's syndrome", "DS"),
        ("officer-observed-6+1", "Arabic or North African", "IC6"),
        ("officer-observed-6+1", "Middle Eastern", "IC6"),
        ("officer-observed-6+1", "Asian - Indian subcontinent", "IC4"),
        ("officer-observed-6+1", "Chinese, Japanese or any other South-East Asian", "IC5"),
        ("officer-observed-6+1", "Chinese, Japanese, Korean, or other Southeast Asian", "IC5"),
        ("officer-observed-6+1", "Mixed", "Mixed"),
        *(("social-care-ethnicity", text, "WBRI") for text in ("WENG", "wcor", "a) WNIR")),
        *(("social-care-ethnicity", text, "WOTH") for text in ("WEEU", "WALB", "WTUR")),
        *(("social-care-ethnicity", text, "WROM") for text in ("WROR", "WROG", "Gypsy / Roma")),
        *(("social-care-ethnicity", text, "BAFR") for text in ("BSOM", "BNGN")),
        *(
            ("social-care-ethnicity", text, text)
            for text in ("ABRI", "BBRI", "AWL", "BWEL", "ORAB")
        ),
    ],
)
def test_the_answers_that_people_and_later_returns_write(name: str, text: str, code: str) -> None:
    assert code_of(name, text) == code


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
