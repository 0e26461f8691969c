"""`audit sample`: which cases are drawn, of which population, and what is said and written."""

import csv
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook

from casefile_audit.english import fold
from casefile_audit.files.workbook import open_workbook
from casefile_audit.manifest import Manifest, digest, from_columns, read_manifest
from casefile_audit.sampling.draw import in_order
from casefile_audit.sampling.population import PopulationOptions, open_population
from workbooks import Audit, Rows, save_csv, save_text, save_xlsx

SEED = "2026-01-review"
TWELVE = list(range(101, 113))
DRAWN = ["109", "110", "105", "102", "106"]


def a_list(path: Path, references: Sequence[object], **columns: Sequence[object]) -> Path:
    rows = [["Case reference", *columns], *zip(references, *columns.values(), strict=True)]
    return save_csv(path, rows) if path.suffix == ".csv" else save_xlsx(path, {"List": rows})


def manifest_of(audit: Audit, *typed: object) -> Manifest:
    run = audit("sample", *typed, "--json")
    assert run.code == 0, run.err
    return Manifest.model_validate_json(run.out)


def drawn(manifest: Manifest) -> list[str]:
    return [case.reference for case in manifest.drawn]


def strata(manifest: Manifest) -> dict[str, tuple[int, int]]:
    return {stratum.name: (stratum.population, stratum.drawn) for stratum in manifest.strata}


def test_a_seed_and_the_references_alone_decide(audit: Audit, tmp_path: Path) -> None:
    path = a_list(tmp_path / "a.csv", [*TWELVE])
    assert drawn(manifest_of(audit, path, "--size", 5, "--seed", SEED)) == DRAWN
    shuffled = [*TWELVE]
    random.Random(1).shuffle(shuffled)
    other = a_list(tmp_path / "b.csv", [*shuffled], Type=["S47"] * 12, Worker=["X"] * 12)
    assert drawn(manifest_of(audit, other, "--size", 5, "--seed", SEED)) == DRAWN
    assert drawn(manifest_of(audit, path, "--size", 6, "--seed", SEED)) == [*DRAWN, "107"]


@pytest.mark.parametrize(
    "references",
    [[*TWELVE], [f"{n}" for n in TWELVE], [f"{n}  " for n in TWELVE], [float(n) for n in TWELVE]],
)
def test_numbers_and_texts_are_one_reference(
    audit: Audit, tmp_path: Path, references: list[object]
) -> None:
    path = a_list(tmp_path / "a.xlsx", references)
    assert drawn(manifest_of(audit, path, "--size", 5, "--seed", SEED)) == DRAWN


def test_a_seed_is_text_as_typed(audit: Audit, tmp_path: Path) -> None:
    path = a_list(tmp_path / "a.csv", [*TWELVE])
    for seed, expected in (("7", ["107", "103", "102"]), ("007", ["112", "102", "111"])):
        assert drawn(manifest_of(audit, path, "--size", 3, "--seed", seed)) == expected


def test_a_seed_that_is_made_repeats_the_draw(audit: Audit, tmp_path: Path) -> None:
    path = a_list(tmp_path / "a.csv", [*TWELVE])
    first = manifest_of(audit, path, "--size", 5, "--reserve", 2)
    again = manifest_of(audit, path, "--size", 5, "--reserve", 2, "--seed", first.seed)
    assert first.model_copy(update={"made_at": again.made_at}) == again
    assert first.seed != manifest_of(audit, path, "--size", 5).seed
    assert f"--seed {first.seed}" in " ".join(
        audit("sample", path, "--size", 5, "--seed", first.seed).out.split()
    )


def test_how_to_draw_again_by_hand_is_in_the_manifest(audit: Audit, tmp_path: Path) -> None:
    path = a_list(tmp_path / "a.csv", [*TWELVE])
    manifest = manifest_of(audit, path, "--size", 5, "--seed", SEED)
    assert f"{SEED}|reference" in manifest.how
    assert digest(SEED, "109") < digest(SEED, "110") < digest(SEED, "105")


def test_a_list_read_in_pieces_is_drawn_from_alike(tmp_path: Path) -> None:
    references = [f"CF/24/{n:06d}" for n in range(4_000)]
    random.Random(2).shuffle(references)
    note = "x" * 3_000  # so that it is long enough to be read piece by piece
    rows: Rows = [
        ["Case ref", "Team", "Note"],
        *([r, f"T{i % 3}", note] for i, r in enumerate(references)),
    ]
    path = save_csv(tmp_path / "long.csv", rows)
    short = save_csv(tmp_path / "short.csv", [row[:2] for row in rows])
    found = []
    for each in (path, short):
        population = open_population(each, PopulationOptions(by=["team"]))
        ordered = in_order(population, "s", 30)
        found.append(
            [(s.name, s.population, [c.reference for c in s.first]) for s in ordered.strata]
        )
        assert ordered.strata[0].first[0].cells[0] == ordered.strata[0].first[0].reference
    assert found[0] == found[1]
    by_hand = sorted(references, key=lambda r: digest("s", fold(r)))
    assert found[0][0][2] == [r for r in by_hand if references.index(r) % 3 == 0][:30]


def test_every_case_has_the_same_chance(tmp_path: Path) -> None:
    path = a_list(tmp_path / "a.csv", list(range(77)))
    times: Counter[str] = Counter()
    keys = [f"{n}" for n in range(77)]
    for seed in range(2_000):
        times.update(sorted(keys, key=lambda key: digest(f"{seed}", key))[:10])
    assert len(times) == 77
    assert 185 <= min(times.values()) <= max(times.values()) <= 335
    population = open_population(path, PopulationOptions())
    first = in_order(population, "5", 10).strata[0].first
    assert [case.reference for case in first] == sorted(keys, key=lambda key: digest("5", key))[:10]


def test_strata_are_divided_in_proportion_and_in_equal_parts(audit: Audit, tmp_path: Path) -> None:
    districts = ["North"] * 210 + ["south "] * 50 + ["South"] * 47 + ["East"] * 33
    path = a_list(tmp_path / "a.csv", list(range(340)), District=districts)
    by = ("--by", "district", "--seed", "a")
    whole = manifest_of(audit, path, "--size", 30, *by)
    assert strata(whole) == {"East": (33, 3), "North": (210, 18), "south": (97, 9)}
    equal = manifest_of(audit, path, "--size", 31, "--equal", *by)
    assert [s.drawn for s in equal.strata] == [11, 10, 10]
    least = manifest_of(audit, path, "--size", 30, "--at-least", 8, *by)
    assert [s.drawn for s in least.strata] == [8, 14, 8]
    each = manifest_of(audit, path, "--each", 40, *by)
    assert strata(each) == {"East": (33, 33), "North": (210, 40), "south": (97, 40)}
    quota = manifest_of(audit, path, "--size", 30, "--quota", "East=20", *by)
    assert [s.drawn for s in quota.strata] == [20, 7, 3]
    said = audit("sample", path, "--each", 40, *by).out
    assert "East has only 33 cases: all are taken." in said
    # In its own stratum each case has the place that it would have alone.
    alone = drawn(manifest_of(audit, path, "--all", "--seed", "a"))
    north = [r for r in alone if int(r) < 210][:18]
    assert [r for r in drawn(whole) if int(r) < 210] == north


def test_ties_go_by_the_name_of_a_stratum(audit: Audit, tmp_path: Path) -> None:
    rows = [(n, "ABC"[n % 3]) for n in range(51)]
    for turn in range(3):
        listed = rows[turn:] + rows[:turn]
        path = a_list(tmp_path / f"{turn}.csv", [n for n, _ in listed], Team=[t for _, t in listed])
        found = manifest_of(audit, path, "--size", 10, "--by", "team")
        assert [s.drawn for s in found.strata] == [4, 3, 3]


def test_strata_that_may_be_one_by_a_slip_are_named(audit: Audit, tmp_path: Path) -> None:
    districts = ["North", "north ", "Nroth", "Team 1", "Team 2", "South"] * 2
    path = a_list(tmp_path / "a.csv", [*TWELVE], District=districts)
    said = " ".join(audit("sample", path, "--size", 10, "--by", "district").out.split())
    assert "North and Nroth may be one stratum" in said
    assert said.count("may be one stratum") == 1


def test_crossed_strata_are_those_that_occur(audit: Audit, tmp_path: Path) -> None:
    boxes = [(d, t) for d in ("N", "S", "E") for t in ("a", "b", "c", "d")]
    boxes = [box for box in boxes if box not in {("S", "d"), ("E", "a")}] * 4
    path = a_list(
        tmp_path / "a.csv",
        list(range(40)),
        District=[d for d, _ in boxes],
        Type=["" if t == "c" else t for _, t in boxes],
    )
    found = manifest_of(audit, path, "--size", 20, "--by", "district,type")
    assert len(found.strata) == 10
    assert sum(s.population for s in found.strata) == 40
    assert found.empty_strata == ["E, a", "S, d"]
    assert "N, not recorded" in strata(found)


def test_only_makes_a_population_of_its_own(audit: Audit, tmp_path: Path) -> None:
    types = ["S47" if n % 3 == 0 else "CIN" for n in range(120)]
    opened = [f"2024-{1 + n % 12:02d}-03" for n in range(120)]
    path = a_list(tmp_path / "a.csv", list(range(120)), Type=types, Opened=opened)
    found = manifest_of(audit, path, "--size", 10, "--only", "type=S47")
    assert (found.cases_left, found.population.cases, found.only) == (40, 120, ["type=S47"])
    since = manifest_of(audit, path, "--size", 10, "--only", "opened>=2024-07")
    assert since.cases_left == 60


def test_what_was_audited_before_is_left_out(audit: Audit, tmp_path: Path) -> None:
    path = a_list(tmp_path / "a.csv", [*TWELVE])
    earlier = save_xlsx(tmp_path / "e.xlsx", {"Done": [["URN"], [109.0], ["110 "]]})
    typed = (path, "--size", 5, "--seed", SEED, "--not-in", earlier)
    found = manifest_of(audit, *typed)
    assert drawn(found) == ["105", "102", "106", "107", "101"]
    assert "2 left out of the population" in audit("sample", *typed).out
    other = save_csv(tmp_path / "o.csv", [["Case ref"], *([f"CF/{n}"] for n in TWELVE[:5])])
    run = audit("sample", path, "--size", 5, "--not-in", other)
    assert run.code == 0
    assert "None of the 5 references of o.csv is in the population" in " ".join(run.out.split())
    assert audit("sample", path, "--size", 1, "--not-in", path).code == 2


def test_an_earlier_sample_leaves_out_what_was_drawn_and_not_its_reserve(
    audit: Audit, tmp_path: Path
) -> None:
    path = a_list(tmp_path / "a.csv", [*TWELVE])
    book = tmp_path / "first.xlsx"
    typed = ("--size", 5, "--seed", SEED)
    assert audit("sample", path, *typed, "--reserve", 3, "-o", book).code == 0
    for earlier in (book, tmp_path / "first.manifest.json"):
        found = manifest_of(audit, path, *typed, "--not-in", earlier)
        assert drawn(found) == ["107", "101", "112", "104", "108"]


def test_hidden_rows_are_in_the_population_and_it_is_said(audit: Audit, tmp_path: Path) -> None:
    path = a_list(tmp_path / "a.xlsx", [*TWELVE])
    book = load_workbook(path)
    for row in (3, 4):
        book["List"].row_dimensions[row].hidden = True
    aside = book.create_sheet("Aside")
    aside.append(["Case reference"])
    aside.append([900])
    aside.sheet_state = "hidden"
    book.save(path)
    said = " ".join(audit("sample", path, "--size", 5).out.split())
    assert "5 cases of 12" in said
    assert "2 rows are hidden, and in the population like the others." in said
    assert "Not read: sheet Aside (hidden;" in said


def test_the_reserve_goes_on_in_the_same_order(audit: Audit, tmp_path: Path) -> None:
    path = a_list(tmp_path / "a.csv", [*TWELVE])
    found = manifest_of(audit, path, "--size", 5, "--seed", SEED, "--reserve", 3)
    assert [(c.reference, c.reserve) for c in found.reserves] == [
        ("107", 1),
        ("101", 2),
        ("112", 3),
    ]
    run = audit("sample", path, "--size", 11, "--reserve", 3)
    assert "There are fewer than 3 left for the reserve: 1." in run.out


def test_rows_without_a_reference_are_no_cases(audit: Audit, tmp_path: Path) -> None:
    rows: Rows = [
        ["Case ref", "Team"],
        *([n if n > 3 else "", "A"] for n in range(1, 13)),
        ["Total", 12],
    ]
    path = save_csv(tmp_path / "a.csv", rows)
    found = manifest_of(audit, path, "--size", 5)
    assert (found.cases_left, found.population.rows) == (9, 13)
    assert [out.row for out in found.population.left_out] == [2, 3, 4, 14]
    assert "Population 9 of 13 rows" in " ".join(audit("sample", path, "--size", 5).out.split())


def test_a_reference_that_repeats_is_settled_first(audit: Audit, tmp_path: Path) -> None:
    rows: Rows = [["Case ref"], *([n] for n in (101, 102, 104, 105, 106, 107, 108, "104 "))]
    path = save_xlsx(tmp_path / "a.xlsx", {"List": rows})
    run = audit("sample", path, "--size", 5, "-o", tmp_path / "s.xlsx")
    assert run.code == 2
    assert "List!A9 and List!A4" in run.err
    assert not (tmp_path / "s.xlsx").exists()


def test_chosen_cases_are_recorded_as_such(audit: Audit, tmp_path: Path) -> None:
    path = a_list(tmp_path / "a.csv", [*TWELVE])
    chosen = save_csv(tmp_path / "c.csv", [["Case ref"], [103], [110]])
    found = manifest_of(audit, path, "--chosen", chosen)
    assert (found.selection, found.seed, sorted(drawn(found))) == ("chosen", "", ["103", "110"])
    assert "not drawn by lot" in audit("sample", path, "--chosen", chosen).out
    absent = save_csv(tmp_path / "d.csv", [["Case ref"], [103], ["CF-9"]])
    run = audit("sample", path, "--chosen", absent)
    assert run.code == 2
    assert "\n  CF-9\n" in run.err


@pytest.mark.parametrize(
    ("typed", "cases", "expected", "said"),
    [
        (("--to-find", "7%"), 100, 34, "(7 of 100)"),
        (("--to-find", "2"), 120, 76, "(3 of 120)"),
        (("--to-find", "2%"), 40, 38, "(1 of 40)"),
        (("--to-find", "5%", "--allow", 1), 400, 85, "more than 1 failing"),
        (("--to-find", "5%", "--sure", "90%"), 400, 43, "90% sure to see one failing"),
        (("--to-find", "1%", "--sure", "99"), 900, 359, "it is 99% sure that no more than 8"),
        (("--for-margin", "10"), 150, 59, "within 10 points"),
        (("--for-margin", "5", "--sure", "99%"), 800, 363, "99 times in 100"),
        (("--for-margin", "8"), 160, 78, "within 8 points"),
        (("--for-margin", "1"), 40, 40, "a census"),
        (("--to-find", "1%"), 40, 38, "(1 of 40)"),
        (("--to-see-change", "50:17"), 200, 32, "from 50% to 17%"),
        (("--to-see-change", "50:45"), 200, 200, "all are taken"),
    ],
)  # fmt: skip
def test_how_many_are_enough_is_explained(
    audit: Audit, tmp_path: Path, typed: tuple[object, ...], cases: int, expected: int, said: str
) -> None:
    path = a_list(tmp_path / "a.csv", list(range(cases)))
    run = audit("sample", path, *typed)
    assert run.code == 0
    assert said in " ".join(run.out.split())
    drawn_of = "all" if expected == cases else f"{expected} cases of {cases}"
    assert drawn_of in run.out.splitlines()[0]


def test_how_many_are_enough_is_told_before_there_is_a_list(audit: Audit, tmp_path: Path) -> None:
    before = {*tmp_path.iterdir()}
    for typed, said in (
        (("--for-margin", "10"), "59 of the 150 files are enough"),
        (("--to-find", "2%"), "95 of the 150 files make it 95% sure"),
        (("--to-see-change", "50:17"), "32 of the 150 files now"),
    ):
        run = audit("sample", "--population", 150, *typed)
        assert (run.code, said in " ".join(run.out.split())) == (0, True), run.out
        assert "Nothing was drawn" in run.out
    assert {*tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--population", 400), "how many cases are wanted isn't said"),
        (("--population", 400, "--size", 30), "that is said already"),
        (("--population", 400, "--for-margin", 10, "-o", "s.xlsx"), "nothing is drawn or written"),
        (("--population", 400, "--for-margin", 10, "--by", "team"), "nothing is drawn or written"),
        (("a.csv", "--population", 400, "--for-margin", 10), "nothing is drawn or written"),
        (("--for-margin", 10), "which list the cases are drawn from isn't said"),
        (("a.csv", "--size", 2, "--rubric", "rubric.yaml"), "Add -o form.xlsx"),
        (("a.csv", "--size", 2, "--rubric", "rbric.yaml", "-o", "s.xlsx"), "rbric.yaml"),
    ],
)
def test_mistakes_of_planning_and_of_forms_are_explained(
    audit: Audit, tmp_path: Path, typed: tuple[object, ...], said: str
) -> None:
    a_list(tmp_path / "a.csv", [*TWELVE])
    run = audit("sample", *typed)
    assert (run.code, run.out) == (2, "")
    assert said in run.err
    assert [*tmp_path.glob("s.*")] == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--size", 20), "12 cases"),
        (("--size", 5, "--by", "reference"), "is the column of case references"),
        (("--size", 5, "--by", "Case ref"), "is the column of case references"),
        (("--size", 5, "--reference", "Case reference", "--by", "Case reference"), "is the column"),
        ((), "how many cases are wanted isn't said"),
        (("--size", 3, "--all"), "in more than one way"),
        (("--each", 3), "--by district"),
        (("--size", 3, "--equal"), "--by district"),
        (("--size", 3, "--by", "distrct"), "`District`"),
        (("--size", 4, "--by", "district", "--quota", "Nroth=3"), "`North`"),
        (("--size", 4, "--by", "district", "--quota", "North"), "--quota North=5"),
        (("--size", 4, "--by", "district", "--quota", "North=5"), "more cases than"),
        (("--size", 3, "--by", "district", "--at-least", 2), "3 strata"),
        (("--size", 2, "--by", "district"), "It takes 3"),
        (("--size", 3, "--only", "district=Nroth"), "`North`"),
        (("--size", 3, "--only", "team=1"), "no column `team`"),
        (("--size", 3, "--reference", "Nmae"), "`Case reference`"),
        (("--to-find", "0.05"), "5% or 0.05%"),
        (("--to-find", "lots"), "isn't a percentage"),
        (("--for-margin", "80"), "up to 50"),
        (("--to-see-change", "50"), "50:25"),
        (("--to-see-change", "50:50"), "no change"),
        (("--to-find", "5%", "--allow", 1), "can't be found"),
        (("--size", 3, "--allow", 1), "--to-find"),
        (("--size", 3, "--sure", "90"), "--sure goes with"),
        (("--to-find", "5%", "--sure", "0.9"), "90% or 0.9%"),
        (("--for-margin", "5", "--sure", "100%"), "up to 99.9"),
        (("--size", 3, "--seed", " "), "--seed is empty"),
        (("--size", 3, "-o", "s.csv"), "can end in `.xlsx`"),
    ],
)
def test_mistakes_are_explained(
    audit: Audit, tmp_path: Path, typed: tuple[object, ...], said: str
) -> None:
    districts = ["North"] * 6 + ["South"] * 4 + ["East"] * 2
    path = a_list(tmp_path / "a.csv", [*TWELVE], District=districts)
    run = audit("sample", path, *typed)
    assert (run.code, run.out) == (2, "")
    assert said in run.err
    assert [file.name for file in tmp_path.glob("s.*")] == []


def earlier_of(folder: Path) -> Path:
    first: Rows = [["Case ref", "Type"], [101, "A"]]
    second: Rows = [["Type", "Case ref"], ["B", 107], ["B", 108]]
    return save_xlsx(folder / "earlier.xlsx", {"One": first, "Two": second})


def test_sheets_of_one_list_have_the_same_columns(audit: Audit, tmp_path: Path) -> None:
    north: Rows = [["Case ref", "Type"], *([n, "A"] for n in TWELVE[:6])]
    south: Rows = [["Case ref", "Type"], *([n, "B"] for n in TWELVE[6:])]
    alike = save_xlsx(tmp_path / "a.xlsx", {"North": north, "South": south})
    assert drawn(manifest_of(audit, alike, "--size", 5, "--seed", SEED)) == DRAWN
    turned: Rows = [["Type", "Case ref"], *(["B", n] for n in TWELVE[6:])]
    other = save_xlsx(tmp_path / "b.xlsx", {"North": north, "South": turned})
    run = audit("sample", other, "--size", 5)
    assert run.code == 2
    assert '--sheet "North"' in run.err
    assert audit("sample", other, "--size", 5, "--sheet", "North").code == 0
    earlier = earlier_of(tmp_path)
    # What was audited before is only asked for its references.
    assert manifest_of(audit, alike, "--size", 1, "--not-in", earlier).cases_left == 9


def test_a_list_with_no_known_reference_is_read_by_its_heading(
    audit: Audit, tmp_path: Path
) -> None:
    path = save_csv(tmp_path / "a.csv", [["Sak", "Team"], *([n, "A"] for n in TWELVE)])
    run = audit("sample", path, "--size", 5, "--seed", SEED)
    assert run.code == 2
    assert "`Sak` and `Team`" in run.err
    for heading in ("Sak", "column A"):
        found = manifest_of(audit, path, "--size", 5, "--seed", SEED, "--reference", heading)
        assert drawn(found) == DRAWN


HARD = ["007", "1-4", "MAR1", "1E5", "=A1", "@x", "+44", "<b>1</b>"]


def test_the_workbook_holds_texts_and_its_manifest(audit: Audit, tmp_path: Path) -> None:
    path = save_csv(
        tmp_path / "a.csv", [["Ref", "District", "Case reference"], *([r, "N", "x"] for r in HARD)]
    )
    book = tmp_path / "s.xlsx"
    typed = ("--all", "--reference", "Ref", "--seed", "a", "-o", book)
    assert audit("sample", path, *typed).code == 0
    sheets = load_workbook(book)
    assert sheets.sheetnames == ["Cases", "Sample"]
    cells = [row[0] for row in sheets["Cases"].iter_rows(min_row=2)]
    assert sorted(str(cell.value) for cell in cells) == sorted(HARD)
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}
    headings = [cell.value for cell in sheets["Cases"][1]]
    assert headings == ["Case reference", "District", "Case reference (as listed)",
                        "Not available because"]  # fmt: skip
    beside = read_manifest(tmp_path / "s.manifest.json")
    assert sorted(drawn(beside)) == sorted(HARD)
    sheet = next(s for s in open_workbook(book).sheets if s.name == "Sample")
    assert from_columns(zip(*sheet.rows, strict=True)) == beside
    assert oct(book.stat().st_mode & 0o777) == "0o600"
    assert audit("sample", path, *typed).code == 2  # it is there already


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"population": 12', '"population": 500'),
        ('"cases": 12', '"cases": 11'),
        ('"reserve": 3', f'"reserve": {10**12}'),  # as many numbers as no machine can hold
        ('"reference": "105"', '"reference": "104"'),  # one that somebody would rather read
        ('"seed": "2026-01-review"', '"seed": "2026-02-review"'),
        ('"reference": "101",\n      "stratum": 0,\n      "reserve": 2', ""),
    ],
)
def test_a_manifest_that_was_changed_is_no_manifest(
    audit: Audit, tmp_path: Path, old: str, new: str
) -> None:
    path = a_list(tmp_path / "a.csv", [*TWELVE])
    drawn_so = ("--size", 5, "--seed", SEED, "--reserve", 3)
    assert audit("sample", path, *drawn_so, "-o", tmp_path / "s.xlsx").code == 0
    text = (tmp_path / "s.manifest.json").read_text()
    assert old in text
    other = save_text(tmp_path / "changed.json", text.replace(old, new))
    run = audit("sample", path, "--size", 5, "--not-in", other)
    assert run.code == 2
    assert "or was changed" in run.err


def test_a_long_manifest_goes_through_the_cells_of_a_workbook(audit: Audit, tmp_path: Path) -> None:
    references = [f"Überprüfung {n:05d}" for n in range(900)]
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["Case ref"], *([r] for r in references)])
    book = tmp_path / "s.xlsx"
    assert audit("sample", path, "--all", "-o", book).code == 0
    sheet = next(s for s in open_workbook(book).sheets if s.name == "Sample")
    found = from_columns(zip(*sheet.rows, strict=True))
    assert found is not None
    assert {case.reference for case in found.cases} == {*references}


def test_a_column_of_strata_may_be_called_as_another_of_their_table(
    audit: Audit, tmp_path: Path
) -> None:
    path = a_list(tmp_path / "a.csv", [*TWELVE], reserve=["North", "South"] * 6)
    said = audit("sample", path, "--size", 4, "--by", "reserve", "--seed", SEED).out
    assert [line.split() for line in said.splitlines() if "North" in line] == [["North", "6", "2"]]
