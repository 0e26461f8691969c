"""``audit agree --field``: words that have no order."""

import json
from pathlib import Path

import pytest

from workbooks import HEADINGS, NIGHT_DUTY, Audit, case, save_csv, save_text

RUBRIC = ("--rubric", "rubric.yaml")
ANN = ["North"] * 6 + ["South"] * 5 + ["East", None]
BOB = ["North"] * 5 + ["South"] * 5 + ["east", "East", "North"]
CAT = ["North"] * 6 + ["South"] * 6 + ["North"]


@pytest.fixture(autouse=True)
def readers(audit: Audit) -> None:
    save_text(Path("rubric.yaml"), NIGHT_DUTY)
    for name, districts in (("ann", ANN), ("bob", BOB), ("cat", CAT)):
        rows = [case(f"C{n}", district=district) for n, district in enumerate(districts)]
        save_csv(Path(f"{name}.csv"), [HEADINGS, *rows])


def test_two_readers_have_counts_cohens_kappa_and_ac1(audit: Audit) -> None:
    typed = ("agree", "ann.csv", "bob.csv", "--field", "district", *RUBRIC)
    field = audit(*typed, "--json").json["fields"]["district"]
    assert (field["same"], field["cases"], field["read_by_one"]) == (10, 12, ["C12"])
    assert field["categories"] == ["North", "South", "East"]
    assert field["pairs"][0]["table"] == [[5, 1, 0], [0, 4, 1], [0, 0, 1]]
    # Observed 10/12; by chance (6×5 + 5×5 + 1×2) / 144.
    assert field["kappa"]["value"] == pytest.approx((10 / 12 - 57 / 144) / (1 - 57 / 144))
    assert [each["case"] for each in field["differing"]] == ["C5", "C10"]
    assert field["fleiss"] is field["alpha"] is None
    page = " ".join(audit(*typed).out.split())
    assert "District: The same in 10 of 12" in page
    assert "South / East: C10" in " ".join(audit(*typed, "--full").out.split())


def test_three_readers_have_fleiss_and_krippendorff(audit: Audit) -> None:
    typed = ("agree", "ann.csv", "bob.csv", "cat.csv", "--field", "district", *RUBRIC)
    field = audit(*typed, "--json").json["fields"]["district"]
    assert field["kappa"] is None
    assert field["fleiss"]["interval"]["low"] < field["fleiss"]["value"] < 1
    assert field["alpha"]["value"] == pytest.approx(field["fleiss"]["value"], abs=0.05)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--field", "distrct"), "Did you mean `district`?"),
        (("--field", "grade"), "holds grades, which are compared in any case"),
        (("--field", "case_ref"), "no field of words `case_ref`"),
        (("--field", "reviews"), "no field of words `reviews`"),
    ],
)
def test_a_field_without_words_is_refused(typed: tuple[str, ...], said: str, audit: Audit) -> None:
    refused = audit("agree", "ann.csv", "bob.csv", *typed, *RUBRIC)
    assert refused.code == 2
    assert said in refused.err


def test_a_saved_result_is_compared_where_it_was_saved_with_the_field(audit: Audit) -> None:
    for name in ("ann", "bob"):
        audit("score", f"{name}.csv", *RUBRIC, "--by", "district", "-o", f"{name}.json")
    saved = audit("agree", "ann.json", "bob.json", "--field", "district", "--json").json
    assert saved["fields"]["district"]["same"] == 10
    audit("score", "ann.csv", *RUBRIC, "-o", "bare.json")
    refused = audit("agree", "bare.json", "bob.json", "--field", "district")
    assert (refused.code, "--by district" in refused.err) == (2, True)


def test_of_few_cases_a_range_is_said_to_be_narrow_and_of_one_word_there_is_none(
    audit: Audit,
) -> None:
    field = audit("agree", "ann.csv", "bob.csv", "--field", "district", *RUBRIC, "--json").json
    said = " ".join(field["fields"]["district"]["says"])
    assert "Of so few cases such a range holds the truth 8 or 9 times in 10" in said
    for name, other in (("d", 3), ("e", 4), ("f", 5)):
        rows = [case(f"C{n}", district="South" if n == other else "North") for n in range(30)]
        save_csv(Path(f"{name}.csv"), [HEADINGS, *rows])
    files = ("d.csv", "e.csv", "f.csv")
    field = audit("agree", *files, "--field", "district", *RUBRIC, "--json").json
    district = field["fields"]["district"]
    assert district["fleiss"]["interval"] is district["alpha"]["interval"] is None
    assert district["ac1"]["interval"] is not None
    said = " ".join(district["says"])
    assert "97% of all readings are “North”" in said
    assert "AC1 up though they answer at random" in said
    assert "times in 10" not in said


def test_strata_that_were_read_unequally_are_said(audit: Audit) -> None:
    for name in ("ann", "bob"):
        audit("score", f"{name}.csv", *RUBRIC, "-o", f"{name}.json")
    assert audit("agree", "ann.json", "bob.json", "--json").json["warnings"] == []
    held = json.loads(Path("ann.json").read_text())
    strata = [{"name": name, "population": 50, "read": 6} for name in "AB"]
    held["population"] = {"kind": "drawn", "said_by": "manifest", "cases": 100, "read": 13,
                          "weighted": True, "strata": strata}  # fmt: skip
    Path("ann.json").write_text(json.dumps(held))
    (said,) = audit("agree", "ann.json", "bob.json", "--json").json["warnings"]
    assert "every case counts here for one" in said
