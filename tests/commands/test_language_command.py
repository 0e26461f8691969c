"""`audit language`: from workbooks to the answer, the review and back."""

import datetime as dt
import hashlib
import re
from pathlib import Path

import openpyxl
import pytest

from casefile_audit.files import long_csv as long_text
from casefile_audit.files import sources
from casefile_audit.rubric.lexicons.yaml_files import shipped_lexicons
from workbooks import Audit, save_csv, save_text, save_xlsx

SAMPLES = Path(__file__).parents[2] / "samples"
RUBRIC = """
rubric: logs
title: Logs
version: "1"
fields:
  ref: {type: identifier, headings: [Ref]}
  team: {type: text, headings: [Team]}
  seen: {type: date, headings: [Seen]}
  log: {type: text, headings: [Log]}
  notes: {type: text, headings: [Notes]}
criteria:
  calm:
    question: Calm?
    missing: with victim-blaming language
    met: {free_of: {log: victim-blaming}}
"""
ROWS: list[list[object]] = [
    ["Ref", "Team", "Seen", "Log", "Notes"],
    ["C1", "North", dt.date(2024, 5, 2), "She is streetwise.", ""],
    ["C2", "North", dt.date(2024, 5, 9), "The word streetwise was challenged by the DS.", ""],
    ["C3", "South", dt.date(2024, 6, 1), "Mother said that she is streetwise.", ""],
    ["C4", "South", dt.date(2024, 6, 2), "She is not streetwise.", "She is promiscuous."],
    ["C5", "South", dt.date(2024, 6, 3), "Seen at home, safe and well.", ""],
    ["C6", "South", dt.date(2024, 6, 4), "", ""],
    ["C7", "South", None, "Nie było żadnych obaw o dziecko i jest w domu z matką.", ""],
]
IN_LOG = ("language", "cases.xlsx", "--rubric", "logs.yaml", "--in", "log")


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    save_text(tmp_path / "logs.yaml", RUBRIC)
    return save_xlsx(tmp_path / "cases.xlsx", ROWS)


def test_cases_are_counted_once_by_term_team_and_month(audit: Audit, logs: Path) -> None:
    run = audit(*IN_LOG, "--by", "team", "--by", "seen", "--json")
    assert run.code == 0
    answer = run.json
    assert answer["says"] == "2 of 5 with victim-blaming language, 1 challenged"
    counts = {"searched": 5, "unchallenged": 1, "challenged": 1, "quoted": 1, "negated": 1}
    assert answer["counts"] == counts
    assert (answer["cases"], answer["blank"], answer["not_english"]) == (7, 1, 1)
    assert answer["terms"]["streetwise"]["cases"] == counts
    assert answer["terms"]["streetwise"]["why"]
    assert {team: of["searched"] for team, of in answer["groups"]["team"].items()} == {
        "South": 3,
        "North": 2,
    }
    assert list(answer["groups"]["seen"]) == ["May 2024", "June 2024"]
    assert [hit["cell"] for hit in answer["hits"]] == ["D2", "D3", "D4", "D5"]


def test_cases_are_counted_by_all_that_a_score_is_given_by(audit: Audit, logs: Path) -> None:
    wanted = ("month of seen", "financial year of seen", "sheet", "file")
    run = audit(*IN_LOG, *(word for by in wanted for word in ("--by", by)), "--json")
    assert run.code == 0, run.err
    sizes = {
        by: [(name, of["searched"]) for name, of in its.items()]
        for by, its in run.json["groups"].items()
    }
    assert sizes == {
        "month of seen": [("2024-05", 2), ("2024-06", 3)],
        "financial year of seen": [("2024/25", 5)],
        "sheet": [("Cases", 5)],
        "file": [("cases.xlsx", 5)],
    }


def test_words_of_cases_stand_on_the_page_and_never_in_the_json(audit: Audit, logs: Path) -> None:
    assert "She is [streetwise]." in audit(*IN_LOG).out
    assert "She is" not in audit(*IN_LOG, "--json").out


def test_two_fields_are_searched_as_one_record(audit: Audit, logs: Path) -> None:
    answer = audit(*IN_LOG, "--in", "notes", "--json").json
    assert answer["says"] == "3 of 5 with victim-blaming language, 1 challenged"


def test_score_says_the_same(audit: Audit, logs: Path) -> None:
    result = audit("score", "cases.xlsx", "--rubric", "logs.yaml", "--count-unread", "--json").json
    criterion = result["criteria"]["calm"]
    assert criterion["says"] == "2 of 5 with victim-blaming language, 1 challenged"
    assert (criterion["challenged"], criterion["cannot_tell"]) == (1, 1)


def test_the_published_figure_comes_out_of_the_samples(audit: Audit) -> None:
    books = [SAMPLES / f"{name}-2024.xlsx" for name in ("case-reviews", "dip-samples")]
    answer = audit("language", *books, "--in", "narrative", "--json").json
    assert answer["says"] == "2 of 115 with victim-blaming language, 1 challenged"


@pytest.mark.parametrize("suffix", ["html", "docx", "md", "json", "xlsx", "csv"])
def test_it_is_written_as_a_report(audit: Audit, logs: Path, suffix: str) -> None:
    run = audit(*IN_LOG, "-o", f"page.{suffix}")
    assert run.code == 0
    assert Path(f"page.{suffix}").stat().st_size > 100
    assert audit(*IN_LOG, "-o", f"page.{suffix}").code == 2


def decide(column: str, **cells: object) -> None:
    """Fill in the review of one case's row."""
    book = openpyxl.load_workbook("review.xlsx")
    sheet = book["Review"]
    heads = {cell.value: place for place, cell in enumerate(sheet[1], 1)}
    (row,) = (r for r in range(2, sheet.max_row + 1) if sheet.cell(r, 1).value == column)
    for heading, value in cells.items():
        sheet.cell(row, heads[heading]).value = value  # type: ignore[assignment]
    book.save("review.xlsx")


def test_a_review_is_written_decided_and_read_back(audit: Audit, logs: Path) -> None:
    assert audit(*IN_LOG, "--review", "review.xlsx").code == 0
    decide("C3", Decision="Used", Who="DI Khan")
    waiver = {"Reason": "A street's name", "Who": "DI Khan", "When": dt.datetime(2024, 7, 1)}
    decide("C1", Decision="waived", **waiver)
    answer = audit(*IN_LOG, "--reviewed", "review.xlsx", "--json").json
    assert answer["says"] == "2 of 5 with victim-blaming language, 1 challenged"
    assert answer["counts"]["quoted"] == 0
    waived = answer["hits"][0]
    assert waived["usage"] == "waived"
    assert waived["decision"] == {
        "usage": "waived",
        "reason": "A street's name",
        "who": "DI Khan",
        "when": "2024-07-01",
    }
    page = audit(*IN_LOG, "--reviewed", "review.xlsx").out
    assert "decided by DI Khan" in page
    again = audit(*IN_LOG, "--reviewed", "review.xlsx", "--review", "second.xlsx")
    assert again.code == 0
    same = audit(*IN_LOG, "--reviewed", "second.xlsx", "--json").json
    assert same["hits"] == answer["hits"]


def test_cases_may_be_called_by_pseudonyms_and_decisions_still_hold(
    audit: Audit, logs: Path
) -> None:
    assert audit(*IN_LOG, "--review", "review.xlsx").code == 0
    decide("C3", Decision="Used", Who="DI Khan")
    plain = audit(*IN_LOG, "--reviewed", "review.xlsx", "--json").json
    called = audit(*IN_LOG, "--reviewed", "review.xlsx", "--pseudonyms", "key", "--json").json
    names = [hit["case"] for hit in called["hits"]]
    assert not {*names} & {row[0] for row in ROWS}
    same = audit(*IN_LOG, "--reviewed", "review.xlsx", "--pseudonyms", "key", "--json").json
    assert [hit["case"] for hit in same["hits"]] == names
    assert [hit["usage"] for hit in called["hits"]] == [hit["usage"] for hit in plain["hits"]]
    assert called["says"] == plain["says"]
    page = audit(*IN_LOG, "--pseudonyms", "key").out
    assert names[0] in page
    assert "C1 " not in page


def test_a_score_goes_by_a_review_as_the_search_does(audit: Audit, logs: Path) -> None:
    assert audit(*IN_LOG, "--review", "review.xlsx").code == 0
    decide("C3", Decision="challenged", Who="DI Khan")
    decide("C4", Decision="used", Who="DI Khan")
    waiver = {"Reason": "A street's name", "Who": "DI Khan", "When": dt.datetime(2024, 7, 1)}
    decide("C1", Decision="waived", **waiver)
    said = audit(*IN_LOG, "--reviewed", "review.xlsx", "--json").json["says"]
    assert said == "3 of 5 with victim-blaming language, 2 challenged"
    score = ("score", "cases.xlsx", "--rubric", "logs.yaml")
    run = audit(*score, "--json")
    assert run.code == 0, run.err
    before = run.json
    run = audit(*score, "--reviewed", "review.xlsx", "--json")
    assert run.code == 0, run.err
    after = run.json
    assert before["criteria"]["calm"]["says"].startswith("2 of 5")
    assert after["criteria"]["calm"]["says"].startswith(said)
    (issue,) = (its for its in after["issues"] if its["code"] == "language-reviewed")
    digest = hashlib.sha256(Path("review.xlsx").read_bytes()).hexdigest()
    assert (issue["level"], issue["total"]) == ("note", 3)
    assert issue["facts"] == {"decisions": 3, "sha256": digest}
    page = " ".join(audit(*score, "--reviewed", "review.xlsx", "--full").out.split())
    assert "3 of the 3 decisions of review.xlsx" in page
    changed = {key for key in after if after[key] != before[key]}
    assert changed <= {"issues", "criteria", "findings", "made_at"}
    run = audit(*score, "--reviewed", "review.xlsx", "--pseudonyms", "key", "--json")
    assert run.code == 0, run.err
    called = run.json
    assert called["criteria"]["calm"]["says"].startswith(said)
    assert issue in called["issues"]
    assert called["pseudonyms"]
    own = {str(row[0]) for row in ROWS[1:]}
    assert not own & set(re.findall(r"[\w-]+", run.out))


def test_a_review_of_other_cases_is_said_before_any_finding(audit: Audit, logs: Path) -> None:
    assert audit(*IN_LOG, "--review", "review.xlsx").code == 0
    decide("C1", Decision="negated", Who="DI Khan")
    other = [[f"X{row[0]}", *row[1:]] if row[0] != "Ref" else row for row in ROWS]
    save_xlsx(Path("other.xlsx"), other)
    audit(*IN_LOG, "--review", "open.xlsx")
    undecided = audit("score", "cases.xlsx", "--rubric", "logs.yaml", "--reviewed", "open.xlsx")
    score = ("score", "other.xlsx", "--rubric", "logs.yaml", "--reviewed", "review.xlsx")
    found = audit(*score, "--json").json
    assert [(its["code"], its["level"]) for its in found["issues"]] == [
        ("language-reviewed", "doubt")
    ]
    assert found["criteria"]["calm"]["says"].startswith("2 of 5")
    assert "Nothing is decided in open.xlsx" in " ".join(undecided.out.split())
    audit("score", "cases.xlsx", "--rubric", "logs.yaml", "-o", "saved.json")
    run = audit("score", "saved.json", "--reviewed", "review.xlsx")
    assert (run.code, "was scored already" in run.err) == (2, True)


def test_a_decision_goes_with_the_case_and_its_words(audit: Audit, logs: Path) -> None:
    assert audit(*IN_LOG, "--review", "review.xlsx").code == 0
    decide("C1", Decision="negated")
    head, *rows = ROWS
    save_xlsx(logs, [head, *reversed(rows)])
    answer = audit(*IN_LOG, "--reviewed", "review.xlsx", "--json").json
    assert answer["counts"]["unchallenged"] == 0
    rows[0] = ["C1", "North", None, "He was thought to be streetwise.", ""]
    save_xlsx(logs, [head, *rows])
    answer = audit(*IN_LOG, "--reviewed", "review.xlsx", "--json").json
    assert (answer["counts"]["unchallenged"], answer["unmatched"]) == (1, 1)


def test_a_waiver_without_reason_who_and_when_is_refused(audit: Audit, logs: Path) -> None:
    assert audit(*IN_LOG, "--review", "review.xlsx").code == 0
    decide("C1", Decision="waived", Reason="A street")
    decide("C2", Decision="perhaps")
    decide("C3", Who="DI Khan")
    run = audit(*IN_LOG, "--reviewed", "review.xlsx")
    assert run.code == 2
    assert all(cell in run.err for cell in ("Review!K2", "Review!L2", "Review!I3", "Review!I4"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("language", "cases.xlsx", "--rubric", "logs.yaml"), "--in FIELD is missing"),
        ((*IN_LOG[:-1], "logg"), "Did you mean `log`?"),
        ((*IN_LOG[:-1], "seen"), "no field of text `seen`"),
        ((*IN_LOG, "--lexicon", "victim-blame"), "did you mean `victim-blaming`?"),
        ((*IN_LOG, "--lexicon", "empty.yaml"), "would find nothing"),
        ((*IN_LOG, "--lexicon", "stop.yaml"), "nearly every text"),
        ((*IN_LOG, "--by", "teem"), "did you mean `team`?"),
        ((*IN_LOG, "--reviewed", "cases.xlsx"), "isn't a review"),
        ((*IN_LOG, "--review", "cases.xlsx"), "never written to"),
        ((*IN_LOG, "--review", "r.docx"), "`.xlsx`"),
        (("language", "bare.xlsx", *IN_LOG[2:]), "no sheet has a column for `log`"),
        (("language", "explain", "streetwis"), "did you mean `streetwise`?"),
        (("language", "measure", "cases.xlsx"), "isn't a labelled set"),
    ],
)
def test_a_mistake_is_told(
    audit: Audit, logs: Path, tmp_path: Path, typed: tuple[str, ...], said: str
) -> None:
    save_text(tmp_path / "empty.yaml", "lexicon: empty\nterms: {}\n")
    save_text(tmp_path / "stop.yaml", "lexicon: stop\nterms: {a: {term: a, forms: [the]}}\n")
    save_xlsx(tmp_path / "bare.xlsx", [[row[0], row[1]] for row in ROWS])
    run = audit(*typed)
    assert run.code == 2
    assert said.lower() in " ".join(run.err.lower().split())


def test_a_text_that_fills_its_cell_is_named(audit: Audit, logs: Path) -> None:
    save_xlsx(logs, [ROWS[0], ["C1", "North", None, ("seen at home " * 3_000)[:32_767], ""]])
    assert audit(*IN_LOG, "--json").json["cut_off"] == 1


def test_nothing_is_said_to_be_found_where_nothing_was_looked_for(audit: Audit, logs: Path) -> None:
    save_xlsx(logs, [ROWS[0], ROWS[-1], [*ROWS[-1][:-2], ROWS[-1][3], ""]])
    answer = audit(*IN_LOG, "--json").json
    assert answer["says"] == "nothing was looked for in the 2 cases"
    assert (answer["rate"], answer["not_english"]) == (None, 2)


def test_care_language_is_looked_for_only_if_it_is_named(audit: Audit, logs: Path) -> None:
    save_xlsx(logs, [ROWS[0], ["C1", "North", None, "LAC review: the placement is settled.", ""]])
    assert audit(*IN_LOG, "--json").json["hits"] == []
    named = audit(*IN_LOG, "--lexicon", "care-language", "--json").json
    assert [hit["term"] for hit in named["hits"]] == ["lac", "placement"]


def test_a_term_is_explained_by_its_name_or_by_words_that_hold_it(audit: Audit) -> None:
    by_name = audit("language", "explain", "putting-at-risk")
    by_words = audit("language", "explain", "she puts herself at risk")
    assert by_name.code == 0
    assert by_name.out == by_words.out
    assert "HMICFRS" in by_name.out
    assert "Instead" in by_name.out


@pytest.mark.parametrize("name", shipped_lexicons())
def test_the_shipped_lexicons_are_listed_and_checked(audit: Audit, name: str) -> None:
    assert name in audit("language", "list").out
    assert audit("language", "list", name).code == 0
    assert f"{name} is well" in audit("language", "check", name).out


def test_the_shipped_sets_are_measured_by_one_command(audit: Audit) -> None:
    sets = {each["name"]: each for each in audit("language", "measure", "--json").json["sets"]}
    assert sets["sentences"]["sentences"] >= 600
    assert sets["sentences"]["traps"] * 2 >= sets["sentences"]["sentences"]
    for measured in sets.values():
        counted = measured["qualities"]["counted as such language"]
        for kind in ("precision", "recall"):
            assert counted[kind]["part"] >= 0.9 * counted[kind]["whole"]


def test_care_language_has_a_set_of_its_own(audit: Audit) -> None:
    run = audit("language", "measure", "--lexicon", "care-language", "--json")
    (measured,) = run.json["sets"]
    assert measured["sentences"] == 81
    assert measured["wrong"] == []


def test_a_set_of_ones_own_is_measured(audit: Audit, tmp_path: Path) -> None:
    rows = "text,class\nShe is streetwise.,used\nA street.,none\nShe is not streetwise.,used\n"
    save_text(tmp_path / "own.csv", rows)
    (measured,) = audit("language", "measure", "own.csv", "--json").json["sets"]
    assert measured["qualities"]["used"]["recall"]["part"] == 1
    (wrong,) = measured["wrong"]
    assert (wrong["place"], wrong["got"]) == ("own, row 4", "negated")
    assert "She is not streetwise." in audit("language", "measure", "own.csv", "--errors").out


def test_a_file_that_is_read_piece_by_piece_comes_to_the_same(
    audit: Audit, logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet: list[list[object]] = [
        [f"D{n}", "North", "01/05/2024", f"Seen at home on visit {n}, safe and well.", ""]
        for n in range(3_000)
    ]
    every: list[list[object]] = [*ROWS, *quiet]
    rows = [[str(cell or "") for cell in row] for row in every]
    save_csv(tmp_path / "long.csv", rows)
    typed = ("language", "long.csv", *IN_LOG[2:], "--by", "team", "--json")
    kept = audit(*typed).json
    monkeypatch.setattr(sources, "LONG_BYTES", 1_000)
    monkeypatch.setattr(sources, "KEPT_BYTES", 0)
    monkeypatch.setattr(long_text, "PIECE", 50_000)
    pieces = audit(*typed).json
    for key in ("says", "counts", "groups", "hits", "terms", "cases", "not_english", "blank"):
        assert pieces[key] == kept[key]
    assert kept["says"] == "2 of 3,005 with victim-blaming language, 1 challenged"


def test_it_is_a_rare_event_of_a_trend(audit: Audit, logs: Path) -> None:
    days = [dt.date(2023, 1, 1) + dt.timedelta(days=3 * n) for n in range(240)]
    used, seen = "She is streetwise.", "Seen, safe and well."
    texts = [used if n in (20, 90, 180) else seen for n in range(240)]
    rows = [[f"E{n}", "North", day, texts[n], ""] for n, day in enumerate(days)]
    save_xlsx(logs, [ROWS[0], *rows])
    run = audit("trend", "cases.xlsx", "--rubric", "logs.yaml", "--period", "seen", "--full")
    assert run.code == 0
    assert "3 of 240 with victim-blaming language" in run.out
    assert "A rare event." in run.out


def test_a_rubric_that_is_shown_names_the_terms_of_its_lexicons(audit: Audit, logs: Path) -> None:
    shown = " ".join(audit("rubric", "show", "logs.yaml").out.split())
    assert "Language: victim-blaming language" in shown
    assert "streetwise" in shown
