from pathlib import Path

import pytest

from casefile_audit.errors import AuditError, RubricError, UsageError
from workbooks import (
    HEADINGS,
    Audit,
    Rows,
    case,
    matched,
    read,
    save_csv,
    save_text,
    save_xlsx,
    states,
)

OTHER_HEADINGS = [f"Question {number} of the old form" for number in range(len(HEADINGS))]


def old_form(path: Path) -> Path:
    return save_csv(path, [OTHER_HEADINGS, case("C1"), case("C2", ethnicity="", reviewed="No")])


MAPPING = """
fields:
  case_ref: Question 0 of the old form
  district: Question 1 of the old form
  ethnicity: Question 2 of the old form
  disability: Question 3 of the old form
  protected: Question 4 of the old form
  reviewed: Question 5 of the old form
  allocated: Question 6 of the old form
  reviews: [Question 7 of the old form, Question 8 of the old form]
  grade: column J
"""


def test_a_mapping_alone_makes_other_headings_give_the_same_cases(tmp_path: Path) -> None:
    mapped = read(old_form(tmp_path / "old.csv"), mapping=MAPPING)
    rows = [HEADINGS, case("C1"), case("C2", ethnicity="", reviewed="No")]
    straight = read(save_csv(tmp_path / "new.csv", rows))
    assert mapped.cases.to_frame().equals(straight.cases.to_frame())
    assert mapped.cases.states.keys() == straight.cases.states.keys()
    for name, expected in straight.cases.states.items():
        assert (mapped.cases.states[name] == expected).all()


@pytest.mark.parametrize("name", ["cases.csv", "cases.xlsx"])
def test_a_mapping_that_check_wrote_gives_the_same_result(
    name: str, audit: Audit, tmp_path: Path
) -> None:
    turned = [HEADINGS[::-1], case("C1")[::-1], case("C2", ethnicity="")[::-1]]
    path = tmp_path / name
    (save_csv if name.endswith("csv") else save_xlsx)(path, turned)
    checked = audit("check", path, "--rubric", "rubric.yaml", "--write-mapping", "m.yaml")
    assert checked.code == 0
    assert "Wrote m.yaml" in checked.err
    plain = audit("score", path, "--rubric", "rubric.yaml", "--json").json
    mapped = audit("score", path, "--rubric", "rubric.yaml", "--mapping", "m.yaml", "--json").json
    for key in ("criteria", "grades", "inputs", "problems", "findings"):
        assert mapped[key] == plain[key]


def test_a_written_mapping_tells_sheets_apart_and_keeps_what_was_mapped_before(
    audit: Audit, tmp_path: Path
) -> None:
    sheets: dict[str, Rows] = {
        "Police": [HEADINGS, case("P1")],
        "Health": [["Banner"], ["Ref", "District", "Ethnic code"], ["H1", "NULL", "A1"]],
    }
    path = save_xlsx(tmp_path / "a.xlsx", sheets)
    save_text(
        tmp_path / "before.yaml",
        "blank: [NULL]\nvalue: ['999']\ntime zone: Europe/London\n"
        "sheets:\n  health:\n    header_row: 2\n"
        "    fields: {case_ref: Ref, ethnicity: Ethnic code}\n",
    )
    options = ("--rubric", "rubric.yaml", "--mapping")
    written = audit("check", path, *options, "before.yaml", "--write-mapping", "after.yaml")
    assert written.code == 0, written.err
    kept = Path("after.yaml").read_text()
    assert "value:\n- '999'\ntime zone: Europe/London\n" in kept
    before = audit("score", path, *options, "before.yaml", "--json").json
    after = audit("score", path, *options, "after.yaml", "--json").json
    assert [sheet["header_row"] for sheet in before["inputs"]] == [1, 2]
    assert after["findings"] == before["findings"]
    assert after["inputs"] == before["inputs"]
    assert after["problems"] == before["problems"] == []


def test_a_mapping_written_for_two_files_of_like_named_sheets_serves_both(
    audit: Audit, tmp_path: Path
) -> None:
    first = save_xlsx(tmp_path / "a.xlsx", [["Ref", "District", "Ethnicity"], ["A1", "N", "W1"]])
    second = save_xlsx(tmp_path / "b.xlsx", [["Number", "District", "Ethnicity"], ["B1", "S", ""]])
    options = ("--rubric", "rubric.yaml", "--map", "case_ref=Ref", "--map", "case_ref=Number")
    assert audit("check", first, second, *options, "--write-mapping", "m.yaml").code == 0
    result = audit("score", first, second, "--rubric", "rubric.yaml", "--mapping", "m.yaml",
                   "--json").json  # fmt: skip
    assert result["findings"]["references"] == ["A1", "B1"]


def test_words_of_a_mapping_hold_for_every_column(tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [HEADINGS, case("C1", ethnicity="NA", reviewed="DK"),
                                         case("C2", district="NA", reviewed="n.app.")])  # fmt: skip
    intake = read(path, mapping="blank: NA\nunknown: [DK]\nnot_applicable: [n.app.]\n")
    assert states(intake, "ethnicity") == ["blank", "value"]
    assert states(intake, "district") == ["value", "blank"]
    assert states(intake, "reviewed") == ["unknown", "not applicable"]
    assert not intake.account.problems


def test_words_of_a_field_come_before_those_of_every_column(tmp_path: Path) -> None:
    rows = [HEADINGS, case("C1", allocated="Open", district="Open", reviewed="ongoing")]
    mapping = "blank: ongoing\nwords: {allocated: {blank: [Open]}, reviewed: {unknown: Ongoing}}"
    intake = read(save_csv(tmp_path / "a.csv", rows), mapping=mapping)
    assert states(intake, "allocated") == ["blank"]
    assert states(intake, "district") == ["value"]
    assert states(intake, "reviewed") == ["unknown"]
    assert not intake.account.problems


@pytest.mark.parametrize(
    ("pairs", "mapping"),
    [
        (["district=Where", "ethnicity=where?"], ""),
        (["district=Where"], "fields: {ethnicity: Where}"),
        ([], "fields: {district: Where}\nsheets: {a: {fields: {ethnicity: [Code, Where]}}}"),
    ],
)
def test_one_heading_cannot_be_two_fields(pairs: list[str], mapping: str, tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [["Case ref", "Where"], ["C1", "North"]])
    with pytest.raises(UsageError, match="one column can't be two fields"):
        read(path, pairs=pairs, mapping=mapping)


def test_a_second_heading_of_a_field_is_never_ignored_without_a_word(tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [["Case ref", "Home", "School"], ["C1", "N", "S"]])
    both = read(path, pairs=["district=Home", "district=School"])
    assert "`School` is mapped and isn't read: `Home` (column B)" in both.account.sheets[0].notes[0]
    (said,) = read(path, pairs=["district=Home", "district=Scool"]).layout.passed_over
    assert said.startswith("`Scool`, mapped to `district`, isn't a heading here")
    assert said.endswith("did you mean `School`?")


def test_a_mapped_heading_is_there_however_it_is_numbered(tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [["Case ref", "3. Home (town)"], ["C1", "N"]])
    intake = read(path, pairs=["district=home", "district=column B"])
    assert matched(intake)["district"] == "3. Home (town)"
    assert intake.layout.passed_over == ()


def test_numbered_columns_are_offered_together(tmp_path: Path) -> None:
    rows = [["Case ref", "District", "DS rvw 1", "DS rvw 2"], ["C1", "N", "", ""]]
    path = save_csv(tmp_path / "a.csv", rows)
    with pytest.raises(UsageError) as caught:
        read(path, pairs=["reviews=DS rvw"])
    assert "did you mean `DS rvw {n}`" in caught.value.details[0]
    assert (
        len(read(path, pairs=["reviews=DS rvw {n}"]).account.sheets[0].header.of_field("reviews"))
        == 2
    )


def test_the_command_line_comes_before_the_mapping_file(tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [["Case ref", "Home", "School", "District"],
                                         ["C1", "North", "South", "East"]])  # fmt: skip
    mapping = "fields: {district: Home}\nsheets: {a: {fields: {district: Home}}}\n"
    chosen = {
        "nothing": read(path),
        "the file": read(path, mapping=mapping),
        "both": read(path, mapping=mapping, pairs=["district=School"]),
        "in order": read(path, pairs=["district=Town", "district=School", "district=Home"]),
    }
    assert {k: i.cases.column("district")[0].rows().tolist() for k, i in chosen.items()} == {
        "nothing": ["East"],
        "the file": ["North"],
        "both": ["South"],
        "in order": ["South"],
    }


@pytest.mark.parametrize(
    "mapping", ["fields: {ethnicity: }", "fields: {ethnicity: ''}", "fields: {ethnicity: []}", None]
)
def test_a_field_mapped_to_nothing_has_no_column(mapping: str | None, tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [HEADINGS, case("C1")])
    intake = read(path, mapping=mapping) if mapping else read(path, pairs=["ethnicity="])
    assert "ethnicity" not in matched(intake)
    assert states(intake, "ethnicity") == ["not applicable"]


def test_a_mapped_heading_may_hold_an_equals_sign(tmp_path: Path) -> None:
    rows = [["Case ref", "Code (W1=White)", "District"], ["C1", "W1", "N"]]
    path = save_csv(tmp_path / "a.csv", rows)
    assert matched(read(path, pairs=["ethnicity=Code (W1=White)"]))["ethnicity"] == rows[0][1]


@pytest.mark.parametrize(
    ("pair", "what", "hint"),
    [
        ("ethnicity", "isn't a mapping", "--map FIELD=HEADING"),
        ("ethnicty=Code", "no field `ethnicty`", "did you mean `ethnicity`?"),
        ("=Code", "no field ``", ""),
        ("ethnicity=Etnicity code", "headings that aren't there", "audit check"),
        ("ethnicity=?", "headings that aren't there", "audit check"),
        ("ethnicity=column ZZ", "headings that aren't there", "audit check"),
        ("case_ref=Reference", "`Reference`", ""),
    ],
)
def test_a_mapping_on_the_command_line_that_fits_nothing_is_refused(
    pair: str, what: str, hint: str, tmp_path: Path
) -> None:
    path = save_csv(tmp_path / "a.csv", [["Case ref", "District", "Ethnicity code"],
                                         ["C1", "N", "W1"]])  # fmt: skip
    with pytest.raises(AuditError) as caught:
        read(path, pairs=[pair])
    assert what in f"{caught.value.what} {caught.value.details}"
    assert hint in caught.value.hint


def test_an_absent_mapped_heading_is_named_with_the_nearest(tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [["Case ref", "Ethnicity code"], ["C1", "W1"]])
    with pytest.raises(UsageError) as caught:
        read(path, pairs=["ethnicity=Etnicity code"])
    assert "did you mean `Ethnicity code`?" in caught.value.details[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fields: {ethnicty: X}", "line 1: `ethnicty`: the rubric has no field `ethnicty`; did you "
         "mean `ethnicity`?"),
        ("feilds: {ethnicity: X}", "line 1: `feilds`"),
        ("header_row: 0", "line 1: `header_row`"),
        ("sheets:\n  Cases:\n    fields: {graed: X}", "line 3: `graed`"),
        ("- fields", "line 1: keys with their values should stand here"),
        ("fields: [a, b]", "line 1: `fields`: fields with their headings should stand here"),
        ("fields: {ethnicity: {a: b}}", "line 1: `ethnicity`: a heading should stand here"),
        ("blnk: NA", "`blnk`: there is no such key; did you mean `blank`?"),
        ("leave_out: [2, x]", "line 1: `leave_out`: `x` isn't a whole number"),
        ("words: {alocated: {blank: x}}", "no field `alocated`; did you mean `allocated`?"),
        ("words: {allocated: {blnk: x}}", "`blnk`: there is no such key; did you mean `blank`?"),
        ("words: {allocated: [x]}", "`allocated`: keys with their values should stand here"),
        ("sheets: {A: {blank: x}}", "`blank`: there is no such key; it can be `header_row`"),
        ("fields: {ethnicity: X", "is not YAML"),
        ("fields: {a: X}\nfields: {b: X}", "is there twice"),
    ],
)  # fmt: skip
def test_a_mapping_file_with_mistakes_is_refused_by_line(
    text: str, said: str, tmp_path: Path
) -> None:
    path = save_csv(tmp_path / "a.csv", [HEADINGS, case("C1")])
    with pytest.raises(RubricError) as caught:
        read(path, mapping=text)
    assert said in " ".join([caught.value.what, *caught.value.details])


def test_an_empty_mapping_changes_nothing(tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [HEADINGS, case("C1")])
    assert matched(read(path, mapping="# nothing\n")) == matched(read(path))


def test_the_row_of_headings_can_be_given(tmp_path: Path) -> None:
    rows = [HEADINGS, ["Case ref", "Borough", "Ethnicity"], ["C1", "North", "W1"]]
    path = save_csv(tmp_path / "a.csv", rows)
    intake = read(path, mapping="header_row: 2\nfields: {district: Borough}\n")
    assert matched(intake)["district"] == "Borough"
    assert list(intake.cases.references) == ["C1"]


def test_a_sheet_of_the_mapping_that_is_not_there_is_said(tmp_path: Path) -> None:
    path = save_csv(tmp_path / "cases.csv", [HEADINGS, case("C1")])
    intake = read(path, mapping="sheets: {casse: {fields: {district: District}}}\n")
    assert any("`casse`" in line and "`cases`" in line for line in intake.layout.passed_over)
