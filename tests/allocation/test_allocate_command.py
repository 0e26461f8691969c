"""``audit allocate`` as people run it: lists of every kind, what is said, and what is written."""

import os
from collections import Counter
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from openpyxl import Workbook, load_workbook

from casefile_audit.errors import UsageError
from casefile_audit.files.workbook import Sheet, open_workbook
from casefile_audit.intake.form_marks import form_marks
from casefile_audit.names import near_people, near_teams
from casefile_audit.output import folders
from workbooks import Audit, Rows, save_csv, save_text, save_xlsx

SAMPLES = Path(__file__).parents[2] / "samples"
LIST = SAMPLES / "peer-review-list-2025.csv"
LAST_YEAR = SAMPLES / "peer-review-rota-2024.csv"
DISTRICTS = (
    *("Bolton", "Bury", "Manchester", "Oldham", "Rochdale", "Salford", "Stockport", "Tameside"),
    *("Trafford", "Wigan"),
)


def teams_file(tmp_path: Path, names: Any = DISTRICTS, file: str = "teams.csv") -> Path:
    return save_csv(tmp_path / file, [["Team"], *([name] for name in names)])


def cases_file(tmp_path: Path, teams: list[str], file: str = "cases.csv") -> Path:
    rows = [[f"CF-{number:03}", team] for number, team in enumerate(teams)]
    return save_csv(tmp_path / file, [["Case ref", "District"], *rows])


def ways(rota: Any) -> set[tuple[str, str]]:
    return {(review["reviewing_team"], review["team"]) for review in rota["reviews"]}


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_sample_is_shared_out_by_every_rule(audit: Audit) -> None:
    run = audit("allocate", LIST, "--per-team", 4, "--previous", LAST_YEAR, "--json")
    assert (run.code, run.err) == (0, "")
    reviews = run.json["reviews"]
    listed = open_workbook(LIST).sheets[0].rows[1:]
    assert sorted(r["case"] for r in reviews) == sorted(str(row[0]) for row in listed)
    assert {r["case"]: r["team"] for r in reviews} == {row[0]: row[1] for row in listed}
    assert set(Counter(r["reviewing_team"] for r in reviews).values()) == {4}
    assert set(Counter(r["team"] for r in reviews).values()) == {4}
    pairs = ways(run.json)
    assert len(pairs) == 40
    assert not any(a == b or (b, a) in pairs for a, b in pairs)
    last = {tuple(map(str, row)) for row in open_workbook(LAST_YEAR).sheets[0].rows[1:]}
    assert not pairs & last


def test_the_screen_is_what_was_read_and_agreed(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    rules = ("--previous", LAST_YEAR, "--double", "10%", "--seed", "autumn")
    run = audit("allocate", LIST, "--per-team", 4, *rules)
    golden = Path(__file__).with_name("peer-review.txt")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(run.out, encoding="utf-8")
    assert run.out == golden.read_text(encoding="utf-8")


def test_the_same_seed_gives_the_same_rota_in_any_order(audit: Audit, tmp_path: Path) -> None:
    rows = open_workbook(LIST).sheets[0].rows
    turned = save_csv(tmp_path / "turned.csv", [rows[0], *reversed(rows[1:])])
    first, again, other = (
        audit("allocate", path, "--per-team", 4, "--seed", seed, "--json").json
        for path, seed in ((LIST, "a"), (turned, "a"), (LIST, "b"))
    )
    assert first == again
    assert ways(first) != ways(other)


def test_without_a_seed_one_is_made_and_typing_it_repeats_the_rota(audit: Audit) -> None:
    made = audit("allocate", LIST, "--per-team", 4, "--json").json
    again = audit("allocate", LIST, "--per-team", 4, "--seed", made["seed"], "--json").json
    assert made == again


def test_one_team_spelled_in_two_ways_is_one(audit: Audit, tmp_path: Path) -> None:
    cases = cases_file(tmp_path, ["Oldham", "OLDHAM ", "Bury", "St. Helens", "St Helens"])
    run = audit("allocate", cases, "--json")
    assert run.code == 0
    assert set(run.json["read"]) == {"Oldham", "Bury", "St Helens"}
    assert all(a != b for a, b in ways(run.json))


def test_names_that_may_be_one_teams_are_asked_about(audit: Audit, tmp_path: Path) -> None:
    cases = cases_file(tmp_path, ["Oldham", "Oldham", "Oldhan", "Bury", "Wigan"])
    run = audit("allocate", cases)
    assert run.code == 2
    assert "`Oldham` (2 files) and `Oldhan` (1 file)" in run.err
    listed = teams_file(tmp_path, ["Oldham", "Oldhan", "Bury", "Wigan"])
    run = audit("allocate", cases, "--readers", listed)
    assert run.code == 0
    assert "Oldham and Oldhan are taken as two teams" in words(run.out)


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("Oldham", "Oldhan", True),
        ("Bury", "Burry", True),
        ("Rochdale", "Rohcdale", True),
        ("Bury", "Bury district", True),
        ("Southport", "South Port", True),
        ("North 1", "North 2", False),
        ("Team A", "Team B", False),
        ("East", "West", False),
        ("Hull", "Hall", False),
        ("Durham City", "Durham County", False),
        ("Northfield", "Southfield", False),
        ("Bury", "Bury ", False),
    ],
)
def test_names_of_teams_that_are_near(one: str, other: str, near: bool) -> None:
    assert bool(near_teams(one, [other])) is near


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("Smith", "John Smith", True),
        ("J Smith", "John Smith", True),
        ("Smith, J.", "John Smith", True),
        ("John Smyth", "John Smith", True),
        ("Jonathan Smith", "Jonathon Smith", True),
        ("A Khan", "B Khan", False),
        ("Ann Lee", "Ann Roe", False),
        ("John", "J", False),
    ],
)
def test_names_of_people_that_are_near(one: str, other: str, near: bool) -> None:
    assert bool(near_people(one, [other])) is near


def test_two_teams_cannot_give_four_each(audit: Audit, tmp_path: Path) -> None:
    run = audit("allocate", teams_file(tmp_path, DISTRICTS[:2]), "--per-team", 4)
    assert run.code == 2
    assert "Bolton needs 4, has 1: 1 other team" in run.err
    assert "It can be done with --per-pair 4." in run.err


def test_why_there_is_no_rota_is_told_by_team(audit: Audit, tmp_path: Path) -> None:
    apart = save_csv(tmp_path / "apart.csv", [["Bolton", "Stockport"], ["Tameside", "Bolton"]])
    rules = ("--per-team", 4, "--previous", LAST_YEAR, "--conflicts", apart)
    run = audit("allocate", teams_file(tmp_path), *rules)
    assert run.code == 2
    assert "Bolton needs 4, has 3: 9 other teams, 4 reviewed last time, 2 conflicts" in run.err
    assert "without --previous, without --conflicts or with --per-pair 2" in run.err


def test_a_shortage_that_only_several_share_is_told_of_them_together(
    audit: Audit, tmp_path: Path
) -> None:
    # Three teams of six can each read only the same one other, besides.
    pairs = [(a, b) for a in "ABC" for b in "ABCEF" if a != b]
    previous = save_csv(tmp_path / "last.csv", [["Reviewing team", "Team"], *map(list, pairs)])
    teams = teams_file(tmp_path, [*"ABCDEF"])
    run = audit("allocate", teams, "--per-team", 1, "--previous", previous)
    assert run.code == 2
    assert "A, B and C need 3 readings between them, and 1 can be had" in run.err


def test_files_that_nobody_may_read_are_named_together(audit: Audit, tmp_path: Path) -> None:
    pairs = [[a, b] for a in DISTRICTS for b in DISTRICTS if a != b]
    last = save_csv(tmp_path / "last.csv", [["Reviewing team", "Team"], *pairs])
    run = audit("allocate", teams_file(tmp_path), "--per-team", 4, "--previous", last)
    assert run.code == 2
    assert (
        "Bury 1, Bury 2, Bury 3 and Bury 4 of Bury: nobody may read them (1 reviewer: it is their "
        "own team's; 9 reviewers: their team reviewed that team last time)"
    ) in run.err
    two = teams_file(tmp_path, DISTRICTS[:2], "two.csv")
    run = audit("allocate", two, "--per-team", 1, "--double", 1)
    assert "0 files can be read by two other teams, and 1 is to be read twice" in run.err


@pytest.mark.parametrize("option", ["--previous", "--keep"])
def test_a_list_that_is_no_rota_says_what_a_rota_has(
    audit: Audit, tmp_path: Path, option: str
) -> None:
    other = save_csv(tmp_path / "other.csv", [["From", "To"], ["Bolton", "Bury"]])
    run = audit("allocate", teams_file(tmp_path), "--per-team", 4, option, other)
    assert run.code == 2
    assert "Reviewing team" in run.err or "audit allocate -o" in run.err


def test_last_times_pairs_are_barred_one_way_and_conflicts_both(
    audit: Audit, tmp_path: Path
) -> None:
    teams = teams_file(tmp_path, ["A", "B", "C"])
    last = save_csv(tmp_path / "last.csv", [["Reviewing team", "Team"], ["A", "B"]])
    once = audit("allocate", teams, "--per-team", 1, "--previous", last, "--json").json
    assert ways(once) == {("B", "A"), ("A", "C"), ("C", "B")}
    both = save_csv(tmp_path / "both.csv", [["A", "B"]])
    run = audit("allocate", teams, "--per-team", 1, "--conflicts", both)
    assert run.code == 2
    four = teams_file(tmp_path, ["A", "B", "C", "D"], "four.csv")
    kept = audit("allocate", four, "--per-team", 1, "--conflicts", both, "--json").json
    assert not {("A", "B"), ("B", "A")} & ways(kept)


def test_a_number_for_each_team(audit: Audit, tmp_path: Path) -> None:
    rows: Rows = [["Team", "Gives", "Gets"], ["A", 2, 4], *([name, 4, 4] for name in "BCDE")]
    run = audit("allocate", save_csv(tmp_path / "teams.csv", rows))
    assert run.code == 2
    assert "18 given, 20 needed" in run.err
    rows = [["Team", "Gives", "Gets"], ["A", 2, 2], *([name, "", 4] for name in "BCDE")]
    run = audit("allocate", save_xlsx(tmp_path / "teams.xlsx", {"Teams": rows}), "--json")
    assert run.json["reads"] == {"A": 2, "B": 4, "C": 4, "D": 4, "E": 4}
    assert run.json["read"] == {"A": 2, "B": 4, "C": 4, "D": 4, "E": 4}


def test_uneven_files_are_shared_evenly(audit: Audit, tmp_path: Path) -> None:
    cases = cases_file(tmp_path, [DISTRICTS[number % 7] for number in range(24)])
    assert set(audit("allocate", cases, "--json").json["reads"].values()) == {3, 4}


def test_a_team_short_of_files_is_named_and_who_gives_one_less(
    audit: Audit, tmp_path: Path
) -> None:
    teams = [name for name in DISTRICTS for _ in range(4)]
    teams.remove("Rochdale")
    run = audit("allocate", cases_file(tmp_path, teams), "--per-team", 4, "--seed", "s")
    said = words(run.out)
    assert "39 reviews" in said
    assert "Rochdale has 3 files, not 4; all are read." in said
    assert "reads 3 files, and each other team 4." in said


def test_files_read_twice_go_to_two_other_teams_and_no_workbook_tells(
    audit: Audit, tmp_path: Path
) -> None:
    run = audit(
        *("allocate", LIST, "--per-team", 4, "--double", "10%", "--seed", "s", "--json"),
        *("--packs", "packs", "-o", "rota.xlsx", "-o", "rota.csv"),
    )
    assert run.code == 0
    rota = run.json
    assert (len(rota["reviews"]), len(rota["read_twice"])) == (44, 4)
    owners = {review["case"]: review["team"] for review in rota["reviews"]}
    assert len({owners[case] for case in rota["read_twice"]}) == 4
    books = sorted((tmp_path / "packs").iterdir())
    assert [book.stem for book in books] == sorted(DISTRICTS)
    shapes = set()
    for book in books:
        sheet = load_workbook(book)["Cases"]
        headings, *rows = list(sheet.iter_rows(values_only=True))
        mine = [r for r in rota["reviews"] if r["reviewing_team"] == book.stem]
        assert rows == sorted((r["case"], r["team"]) for r in mine)
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
        shapes.add(headings)
        assert oct(book.stat().st_mode)[-3:] == "600"
    assert shapes == {("Case reference", "Team")}
    for name in ("rota.xlsx", "rota.csv"):
        table = open_workbook(tmp_path / name).sheets[0].rows
        assert table[0] == ["Case reference", "Team", "Reviewing team", "Reviewer", "Workbook"]
        assert len(table) == 45


def test_each_workbook_is_a_form_of_a_rubric_with_what_the_list_knows(
    audit: Audit, tmp_path: Path
) -> None:
    run = audit(
        *("allocate", LIST, "--per-team", 4, "--seed", "s", "--double", 2, "--json"),
        *("--packs", "packs", "--rubric", "peer-review"),
    )
    assert run.code == 0
    rota = run.json["reviews"]
    for book in (tmp_path / "packs").iterdir():
        sheets = {sheet.name: sheet.rows for sheet in open_workbook(book).sheets}
        first = {str(row[0]): row[1] for row in sheets["Read first"] if row[0]}
        assert (first["Reader"], first["Rubric"]) == (book.stem, "peer-review")
        mine = {r["case"]: r["team"] for r in rota if r["reviewing_team"] == book.stem}
        for rows in sheets.values():
            found = form_marks(Sheet("", rows))
            if found is not None:
                names = [found.marks[at].name for at in sorted(found.marks)]
                case, district = names.index("case_ref"), names.index("district")
                cases = rows[(found.row or 0) + 2 :]
                assert {row[case]: row[district] for row in cases if row[case]} == mine
        assert len(sheets) == 6
    score = audit("score", tmp_path / "packs" / "Bury.xlsx")
    assert "none of the 12 cases has been read yet" in words(score.err)
    assert audit("allocate", LIST, "--rubric", "peer-review").code == 2


def test_when_a_team_drops_out_only_what_it_gave_or_got_changes(
    audit: Audit, tmp_path: Path
) -> None:
    audit("allocate", teams_file(tmp_path), "--per-team", 4, "--seed", "s", "-o", "rota.csv")
    fewer = teams_file(tmp_path, [name for name in DISTRICTS if name != "Bury"], "fewer.csv")
    rota = audit("allocate", fewer, "--per-team", 4, "--keep", "rota.csv", "--json").json
    assert (rota["kept"], len(rota["dropped"]), len(rota["changes"])) == (32, 8, 4)
    assert all("Bury" in (r["team"], r["reviewing_team"]) for r in rota["dropped"])


def test_nothing_changes_in_a_rota_that_is_kept_though_the_seed_is_another(
    audit: Audit, tmp_path: Path
) -> None:
    given = ("allocate", LIST, "--per-team", 4, "--double", "3")
    first = audit(*given, "--seed", "one", "-o", "rota.xlsx", "--json").json
    again = audit("allocate", LIST, "--per-team", 4, "--keep", "rota.xlsx", "--json").json
    assert again["reviews"] == first["reviews"]
    assert (again["kept"], again["changes"], again["dropped"]) == (43, [], [])


PEOPLE: Rows = [
    *(["Reviewer", "Team"], ["Jo Smith", "Bolton"], ["Ann Lee", "Bolton"], ["Kit Roe", "Bury"]),
    *(["Lee May", "Bury"], ["Sam Khan", "Wigan"], ["Bea Orr", "Wigan"]),
]


def test_people_never_get_their_own_cases_whatever_team_they_are_of_now(
    audit: Audit, tmp_path: Path
) -> None:
    people = save_csv(tmp_path / "people.csv", PEOPLE)
    # Jo Smith of Bolton worked on a case of Bury; so, perhaps, did the S Khan of another.
    rows: Rows = [
        ["Case ref", "Team", "Social worker", "Team manager"],
        *(["CF-1", "Bury", "Smith, Jo", ""], ["CF-2", "Bury", "S Khan", "A Patel"]),
        *(["CF-3", "Bolton", "", ""], ["CF-4", "Bolton", "", "KIT ROE"]),
        *(["CF-5", "Wigan", "Ann Lee / Kit Roe", ""], ["CF-6", "Wigan", "", ""]),
    ]
    cases = save_csv(tmp_path / "cases.csv", rows)
    for seed in "abc":
        run = audit("allocate", cases, "--readers", people, "--seed", seed, "--json")
        assert set(run.json["reads"].values()) == {1}
        reader = {review["case"]: review["reviewer"] for review in run.json["reviews"]}
        assert reader["CF-1"] != "Jo Smith"
        assert reader["CF-2"] != "Sam Khan"
        assert reader["CF-4"] != "Kit Roe"
        assert reader["CF-5"] not in ("Ann Lee", "Kit Roe")
        assert "Sam Khan, who reads, may be S Khan" in words(" ".join(run.json["warnings"]))


def test_a_conflict_may_name_a_person_and_a_case(audit: Audit, tmp_path: Path) -> None:
    people = save_csv(tmp_path / "people.csv", PEOPLE)
    cases = cases_file(tmp_path, ["Bury", "Bury", "Bolton", "Bolton", "Wigan", "Wigan"])
    apart = save_csv(
        tmp_path / "apart.csv",
        [["Who", "What"], ["Jo Smith", "cf-000"], ["Jo Smith", "CF-001"], ["CF-004", "Jo Smith"]],
    )
    run = audit("allocate", cases, "--readers", people, "--conflicts", apart, "--json")
    (own,) = [r["case"] for r in run.json["reviews"] if r["reviewer"] == "Jo Smith"]
    assert own == "CF-005"
    assert run.json["warnings"] == []


def test_without_teams_the_people_who_worked_on_cases_read_each_others(
    audit: Audit, tmp_path: Path
) -> None:
    rows = [[f"CF-{n}", ["Jo Smith", "Ann Lee", "Kit Roe"][n % 3]] for n in range(6)]
    cases = save_csv(tmp_path / "cases.csv", [["Case ref", "Social worker"], *rows])
    run = audit("allocate", cases, "--json")
    assert run.json["reads"] == {"Ann Lee": 2, "Jo Smith": 2, "Kit Roe": 2}
    assert all(a != b for a, b in ways(run.json))


def test_people_of_a_team_share_what_it_reads(audit: Audit, tmp_path: Path) -> None:
    people = save_csv(tmp_path / "people.csv", [*PEOPLE, ["Ola Fry", "Wigan"]])
    run = audit("allocate", people, "--per-team", 2, "--json")
    reads = run.json["reads"]
    assert (reads["Jo Smith"], reads["Ann Lee"]) == (1, 1)
    assert sorted(reads[name] for name in ("Sam Khan", "Bea Orr", "Ola Fry")) == [0, 1, 1]


def test_a_list_without_a_heading_is_taken_as_teams(audit: Audit, tmp_path: Path) -> None:
    path = save_text(tmp_path / "teams.txt", "Bolton\nBury\nWigan\n")
    run = audit("allocate", path, "--per-team", 1)
    assert "its first line, “Bolton”, is taken as a team" in words(run.out)
    assert "3 reviews by 3 teams" in run.out


def test_columns_are_named_where_their_headings_say_nothing(audit: Audit, tmp_path: Path) -> None:
    rows: Rows = [["Folder", "Patch"], ["1", "A"], ["2", "B"], ["3", "C"]]
    path = save_csv(tmp_path / "cases.csv", rows)
    assert audit("allocate", path).code == 2
    run = audit("allocate", path, "--map", "reference=Folder", "--map", "team=Patch", "--json")
    assert len(run.json["reviews"]) == 3


def test_a_team_without_part_in_last_times_rota_is_said(audit: Audit, tmp_path: Path) -> None:
    teams = teams_file(tmp_path, ["A", "B", "C"])
    last = save_csv(tmp_path / "last.csv", [["Reviewing team", "Team"], ["A", "Stretford"]])
    run = audit("allocate", teams, "--per-team", 1, "--previous", last)
    assert "a team that takes no part: last.csv row 2" in words(run.out)


def test_the_best_heading_is_the_reference_and_any_reference_will_do(
    audit: Audit, tmp_path: Path
) -> None:
    rows: Rows = [["No", "Team", "Case reference"], [1, "A", "C7"], [2, "B", "C8"], [3, "C", "C9"]]
    run = audit("allocate", save_xlsx(tmp_path / "cases.xlsx", {"Cases": rows}), "--json")
    assert sorted(review["case"] for review in run.json["reviews"]) == ["C7", "C8", "C9"]
    rows = [["Police protection ref", "Team"], ["P1", "A"], ["P2", "B"]]
    run = audit("allocate", save_csv(tmp_path / "other.csv", rows), "--json")
    assert sorted(review["case"] for review in run.json["reviews"]) == ["P1", "P2"]


def test_every_sheet_of_cases_is_read_but_the_reserve_of_a_sample(
    audit: Audit, tmp_path: Path
) -> None:
    police: Rows = [["Crime no", "Team", "Reviewer"], ["P1", "A", ""], ["P2", "B", ""]]
    health: Rows = [["Case ref", "Team"], ["H1", "C"]]
    lists: Rows = [["Team"], ["A"], ["B"]]
    sheets = {"Police": police, "Health": health, "Lists": lists}
    run = audit("allocate", save_xlsx(tmp_path / "cases.xlsx", sheets), "--json")
    assert sorted(review["case"] for review in run.json["reviews"]) == ["H1", "P1", "P2"]
    assert any("sheet Lists has no column of references" in its for its in run.json["warnings"])
    given = ("--size", 20, "--by", "district", "--reserve", 1, "-o", "sample.xlsx")
    assert audit("sample", LIST, *given).code == 0
    run = audit("allocate", "sample.xlsx", "--json")
    assert len(run.json["reviews"]) == 20
    assert any("in reserve" in its for its in run.json["warnings"])


def test_hidden_rows_and_ragged_ones_are_said(audit: Audit, tmp_path: Path) -> None:
    path = save_text(tmp_path / "cases.csv", "Case ref,Team\n1,A\n2,B,x,y\n3,C\n")
    run = audit("allocate", path)
    assert run.code == 2
    assert "is an error" in run.err


MISTAKES: dict[str, tuple[Rows, tuple[str, ...], str]] = {
    "a reference that comes twice": (
        [["Case ref", "Team"], ["1", "A"], ["1", "B"]],
        (),
        "cases.csv row 2 and cases.csv row 3",
    ),
    "a row that doesn't say whose": (
        [["Case ref", "Team"], ["1", "A"], ["2", "B"], ["Total", ""]],
        (),
        "cases.csv row 4: Total",
    ),
    "a worker who is no name": (
        [["Case ref", "Social worker"], ["1", "Jo Smith"], ["2", "/"]],
        (),
        "cases.csv row 3: 2",
    ),
    "a cell that is an error": ([["Case ref", "Team"], ["1", "#REF!"]], (), "B2 is an error"),
    "no column of teams": ([["Case ref", "Colour"], ["1", "red"]], (), "whose each file is"),
    "one team only": ([["Case ref", "Team"], ["1", "A"]], (), "the only one that reads"),
    "no number": ([["Team"], ["A"], ["B"]], (), "--per-team 4"),
    "a team twice": ([["Team"], ["A"], ["a "]], ("--per-team", "1"), "names somebody twice"),
    "words for a number": ([["Team", "Reads"], ["A", "four"]], ("--per-team", "1"), "`four`"),
    "too many files": ([["Team", "Files"], ["A", "9" * 5000]], (), "is not a number of files"),
    "files of no team": ([["Team", "Files"], ["A", "2"], ["", "1"]], (), "cases.csv row 3 says"),
    "a share that is none": (
        [["Case ref", "Team"], ["1", "A"], ["2", "B"]],
        ("--double", "some"),
        "--double: `some` is neither",
    ),
    "a column that isn't one": ([["Team"], ["A"]], ("--map", "colour=Red"), "there is no `colour`"),
    "a sheet that isn't there": ([["Team"], ["A"]], ("--sheet", "Cases"), "has no sheet"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_told_in_one_message(audit: Audit, tmp_path: Path, name: str) -> None:
    rows, options, said = MISTAKES[name]
    path = save_csv(tmp_path / "cases.csv", rows)
    run = audit("allocate", path, *options, "-o", "rota.csv", "--packs", "packs")
    assert run.code == 2
    assert said in run.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cases.csv", "rubric.yaml"]


@pytest.mark.parametrize("options", [("hidden.xlsx",), ("teams.csv", "--conflicts", "hidden.xlsx")])
def test_a_file_whose_sheets_are_all_hidden_says_so(
    audit: Audit, tmp_path: Path, options: tuple[str, ...]
) -> None:
    teams_file(tmp_path, ["A", "B"], "teams.csv")
    book = Workbook()
    hidden = book.create_sheet("Pairs")
    hidden.append(["A", "B"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "hidden.xlsx")
    run = audit("allocate", *options, "--per-team", 1)
    assert run.code == 2
    assert "hidden.xlsx has nothing but on hidden sheets" in run.err


def test_a_list_of_nothing_but_the_reserve_is_shared_out_if_it_is_asked_for(
    audit: Audit, tmp_path: Path
) -> None:
    rows: Rows = [["Case ref", "Reserve number", "Team"], ["R1", 1, "A"], ["R2", 2, "B"]]
    path = save_xlsx(tmp_path / "reserve.xlsx", {"In reserve": rows})
    run = audit("allocate", path, "--json")
    assert run.code == 2
    assert "the cases of sheet In reserve are in reserve, and there are no others" in run.err
    run = audit("allocate", path, "--sheet", "In reserve", "--json")
    assert sorted(review["case"] for review in run.json["reviews"]) == ["R1", "R2"]


def test_nothing_is_written_over(audit: Audit, tmp_path: Path) -> None:
    teams = teams_file(tmp_path, ["A", "B", "C"])
    given = ("allocate", teams, "--per-team", 1)
    assert audit(*given, "--packs", "packs", "-o", "rota.csv").code == 0
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    for options in (("--packs", "packs"), ("-o", "rota.csv"), ("--packs", "none/packs")):
        assert audit(*given, *options).code == 2
    assert audit(*given, "-o", teams, "--force").code == 2
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_the_rota_is_there_before_the_workbooks_that_it_can_make_again(
    audit: Audit, tmp_path: Path
) -> None:
    given = ("allocate", teams_file(tmp_path, ["A", "B", "C"]), "--per-team", 1, "--packs", "packs")
    with mock.patch.object(folders, "write_folder", side_effect=UsageError("no room")):
        assert audit(*given, "-o", "rota.csv").code == 2
    assert not Path("packs").exists()
    assert audit(*given, "-o", "again.csv", "--keep", "rota.csv").code == 0
    assert Path("rota.csv").read_text() == Path("again.csv").read_text()


def test_names_in_lists_are_text_in_every_file(audit: Audit, tmp_path: Path) -> None:
    names = ["=1+1", "../../etc", "CON", "[red]A[/]", "\x1b[31mB", "A/B:C"]
    rows = [[f"=HYPERLINK({n})", name] for n, name in enumerate(names)]
    path = save_csv(tmp_path / "cases.csv", [["Case ref", "Team"], *rows])
    run = audit("allocate", path, "--packs", "packs", "-o", "rota.xlsx")
    assert run.code == 0
    assert "\x1b" not in run.out
    assert "[red]A[/]" in run.out
    books = list((tmp_path / "packs").iterdir())
    assert len(books) == len(names)
    assert all(book.name not in ("CON.xlsx", "con.xlsx") for book in books)
    for book in (*books, tmp_path / "rota.xlsx"):
        cells = [cell for row in load_workbook(book).worksheets[0].iter_rows() for cell in row]
        assert {cell.data_type for cell in cells if cell.value} == {"s"}
