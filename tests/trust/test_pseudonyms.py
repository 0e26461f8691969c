"""Cases by keyed pseudonyms: no reference is in anything that is printed or saved."""

import json
import re
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefile_audit.english import bare_reference, fold
from casefile_audit.intake.pseudonyms import Pseudonyms, alike_part
from documents import save_docx
from workbooks import HEADINGS, Audit, Run, case, save_csv, save_text, save_xlsx

RUBRIC = ("--rubric", "rubric.yaml")
KEYED = ("--pseudonyms", "month.key")
PSEUDONYM = re.compile(
    r"\b[A-HJKMNP-TV-Z][0-9A-HJKMNP-TV-Z]{5}-[A-HJKMNP-TV-Z][0-9A-HJKMNP-TV-Z]{3}\b"
)
FORMATS = (".html", ".docx", ".xlsx", ".md", ".csv", ".json")
# Whatever a reference is spelt like, its letters and figures stand in this order.
REFERENCES = re.compile(r"gmp\W{0,3}2[45]\W{0,3}\d{3,5}|quite a long reference", re.IGNORECASE)
KEY = Pseudonyms(b"k" * 32)


def book(path: Path, year: int = 24, **cells: object) -> Path:
    """Cases with a reference that comes twice, two that are alike, and one in the wrong column."""
    rows = [case(f"GMP/{year}/{n:05}", allocated=f"{n}/03/20{year}", **cells) for n in range(1, 9)]
    rows += [
        case(f"GMP/{year}/00003"),
        case(f"gmp {year} 4", ethnicity=""),
        case(f"GMP/{year}/00010", ethnicity=f"GMP/{year}/00010", protected=f"GMP/{year}/00011"),
        case(f"a quite a long reference: GMP/{year}/00012", reviewed="No"),
        case("", district="South"),
        case(f"GMP/{year}/00013--1"),
        case(f"GMP/{year}/00013--2"),
    ]
    return save_xlsx(path, [HEADINGS, *rows])


def held(path: Path) -> str:
    """All that a file holds, unpacked."""
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as package:
            return "\n".join(
                package.read(name).decode("utf-8", "replace") for name in package.namelist()
            )
    return path.read_text("utf-8-sig").replace("\\", "")


def outputs(folder: Path, name: str) -> list[str]:
    return [word for suffix in FORMATS for word in ("-o", str(folder / f"{name}{suffix}"))]


def leaks(run: Run, folder: Path, name: str) -> list[str]:
    said = [run.out, run.err, *(held(path) for path in folder.glob(f"{name}[.-]*"))]
    return [found for text in said for found in REFERENCES.findall(text)]


COMMANDS = {
    "score": "score a.xlsx --by district --full --details",
    "screen": "score a.xlsx --details --findings screen-1.csv",
    "workbook": "score a.xlsx --findings workbook-1.xlsx",
    "json": "score a.xlsx --json",
    "compare": "compare a.xlsx b.xlsx --full",
    "paired": "compare once.xlsx again.xlsx --paired --details",
    "agree": "agree once.xlsx again.xlsx --significant 1",
    "trend": "trend once.xlsx --period allocated --full --details",
    "check": "check a.xlsx",
    "check-full": "check a.xlsx --full",
}
WITHOUT_OUTPUT = ("check", "check-full")


@pytest.fixture
def folder(tmp_path: Path, audit: Audit) -> Path:
    book(tmp_path / "a.xlsx")
    book(tmp_path / "b.xlsx", 25)
    once = [case(f"GMP/24/{n:05}", allocated=f"{n}/03/2024") for n in range(1, 20)]
    once[4] = case("GMP/24/00005", allocated="5/03/2024", ethnicity="")  # a rare event
    again = [case(f"gmp/24/{n:05}", grade="inadequate", reviewed="No") for n in range(3, 19)]
    save_xlsx(tmp_path / "once.xlsx", [HEADINGS, *once])
    save_xlsx(tmp_path / "again.xlsx", [HEADINGS, *again, case("GMP/24/0002")])
    save_text(tmp_path / "month.key", "5" * 64)
    return tmp_path


@pytest.mark.parametrize("name", COMMANDS)
def test_no_reference_is_in_anything_that_is_printed_or_saved(
    name: str, audit: Audit, folder: Path
) -> None:
    plain = audit(*COMMANDS[name].split(), *RUBRIC)
    assert leaks(plain, folder, name), "without a key there is something to be found"
    for path in folder.glob(f"{name}[.-]*"):
        path.unlink()
    more = [] if name in WITHOUT_OUTPUT else outputs(folder, name)
    keyed = audit(*COMMANDS[name].split(), *RUBRIC, *more, *KEYED)
    assert (keyed.code, keyed.err.count("error")) == (plain.code, 0), keyed.err
    assert not leaks(keyed, folder, name)
    assert PSEUDONYM.search(keyed.out)


def test_what_stops_a_run_names_no_reference(audit: Audit, folder: Path) -> None:
    for words in (
        ["agree", "a.xlsx", "b.xlsx"],
        ["compare", "a.xlsx", "b.xlsx", "--paired"],
        ["agree", "once.xlsx", "b.xlsx"],
        ["compare", "once.xlsx", "b.xlsx", "--paired"],
        ["trend", "once.xlsx", "once.xlsx", "--period", "allocated"],
    ):
        ended = audit(*words, *RUBRIC, *KEYED)
        assert ended.code == 2, words
        assert not REFERENCES.findall(ended.out + ended.err), ended.err


FORM = """
rubric: visits
title: Visits
version: 1
fields:
  ref: {type: identifier, headings: [Case number]}
  alone: {type: yes-no, headings: [Child was seen alone]}
  wishes: {type: yes-no, headings: ["Child's wishes are recorded"]}
  plan: {type: yes-no, headings: [Plan is up to date]}
criteria:
  alone: {question: Seen alone?, missing: not seen alone, met: {yes: alone}}
  wishes: {question: Wishes?, missing: without wishes, met: {yes: wishes}}
  plan: {question: Plan?, missing: without plan, met: {yes: plan}}
"""


def page(reference: str, answer: str) -> list[list[str]]:
    labels = ("Child was seen alone", "Child's wishes are recorded", "Plan is up to date")
    return [["Case number", reference], *([label, answer] for label in labels)]


def test_forms_are_not_called_after_their_cases_either(audit: Audit, tmp_path: Path) -> None:
    save_text(tmp_path / "rubric.yaml", FORM)
    save_text(tmp_path / "month.key", "5" * 64)
    names = [f"GMP-24-0000{n}" for n in range(1, 5)]
    answers = ("Yes", "No", "", "Perhaps so")
    pages = {name: page(name, answer) for name, answer in zip(names, answers, strict=True)}
    save_xlsx(tmp_path / "visits.xlsx", pages)
    save_xlsx(tmp_path / f"{names[0]}.xlsx", {"Form": pages[names[0]]})
    for name, rows in pages.items():
        save_docx(tmp_path / f"{name}.docx", rows)
    documents = [f"{name}.docx" for name in names]
    for number, cases in enumerate((["visits.xlsx"], documents, [f"{names[0]}.xlsx"])):
        for words in (
            ["score", "--full", "--details", *outputs(tmp_path, f"f{number}")],
            ["check", "--full"],
        ):
            ended = audit(words[0], *cases, *RUBRIC, *words[1:], *KEYED)
            assert ended.code == 0, ended.err
            assert not leaks(ended, tmp_path, f"f{number}")


def test_it_is_the_same_next_month_by_the_same_key(audit: Audit, folder: Path) -> None:
    first = audit("score", "once.xlsx", *RUBRIC, "--json", *KEYED).json
    later = audit("score", "again.xlsx", *RUBRIC, "--json", *KEYED).json
    save_text(folder / "other.key", "6" * 64)
    other = audit("score", "once.xlsx", *RUBRIC, "--json", "--pseudonyms", "other.key").json
    called = [result["findings"]["references"] for result in (first, later, other)]
    assert len(set(called[0]) & set(called[1])) == 16
    assert not set(called[0]) & set(called[2])
    assert first["pseudonyms"] == later["pseudonyms"] != other["pseudonyms"]


def test_every_number_stays_what_it_was(audit: Audit, folder: Path) -> None:
    def counts(found: object) -> object:
        if isinstance(found, dict):
            return {
                key: counts(value)
                for key, value in found.items()
                if key not in ("made_at", "pseudonyms")
            }
        if isinstance(found, list):
            return [counts(each) for each in found]
        return None if isinstance(found, str) else found

    for name in ("json", "compare", "paired", "agree", "trend"):
        words = [
            word for word in COMMANDS[name].split() if word not in ("--json", "--details", "--full")
        ]
        plain, keyed = (audit(*words, *RUBRIC, "--json", *more).json for more in ((), KEYED))
        assert counts(plain) == counts(keyed), name


def test_references_that_are_alike_are_pointed_out_still(audit: Audit, folder: Path) -> None:
    found = audit("compare", "once.xlsx", "again.xlsx", *RUBRIC, "--paired", "--json", *KEYED).json
    ((one, other),) = found["pairing"]["near_misses"]
    assert alike_part(one) == alike_part(other)
    assert one != other


def test_a_key_is_made_once_for_its_owner_alone_and_never_written_over(
    audit: Audit, folder: Path
) -> None:
    ended = audit("score", "once.xlsx", *RUBRIC, "--pseudonyms", "new.key")
    assert ended.code == 0
    assert "Wrote new.key" in ended.err
    path = folder / "new.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key = path.read_bytes()
    again = audit("score", "once.xlsx", *RUBRIC, "--pseudonyms", "new.key")
    assert "Wrote" not in again.err
    for words in (["-o", "new.json"], ["--findings", "new.csv"]):
        (folder / words[1]).symlink_to(path)
        refused = audit("score", "once.xlsx", *RUBRIC, *words, "--pseudonyms", "new.key", "--force")
        assert refused.code == 2
    assert path.read_bytes() == key


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "holds no key"), ("short", "holds no key"), ("x" * 40 + "\ny" * 40, "holds no key")],
)
def test_what_is_no_key_is_refused(content: str, said: str, audit: Audit, folder: Path) -> None:
    save_text(folder / "odd.key", content)
    refused = audit("score", "once.xlsx", *RUBRIC, "--pseudonyms", "odd.key")
    assert refused.code == 2
    assert said in refused.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["score", "once.xlsx", "--pseudonyms", "once.xlsx"], "a case file or an output"),
        (["score", "once.xlsx", "--pseudonyms", "none/new.key"], "there is no folder"),
        (["score", "once.xlsx", "--pseudonyms", "."], "can't be read"),
        (["score", "plain.json", *KEYED], "by their references"),
        (["score", "other.json", *KEYED], "of another key"),
        (["compare", "plain.json", "other.json"], "don't call their cases alike"),
        (["agree", "plain.json", "other.json"], "don't call their cases alike"),
        (["agree", "once.xlsx", "again.xlsx", "--consensus", "c.xlsx", *KEYED], "--consensus"),
        (["check", "once.xlsx", "--write-mapping", "m.yaml", *KEYED], "--write-mapping"),
        (["score", "once.xlsx", "--only", "case_ref=GMP/24/00001", *KEYED], "would name the cases"),
    ],
)
def test_what_cannot_be_is_said(words: list[str], said: str, audit: Audit, folder: Path) -> None:
    save_text(folder / "other.key", "6" * 64)
    assert audit("score", "once.xlsx", *RUBRIC, "-o", "plain.json").code == 0
    more = ("-o", "other.json", "--pseudonyms", "other.key")
    assert audit("score", "once.xlsx", *RUBRIC, *more).code == 0
    refused = audit(*words, *RUBRIC)
    assert refused.code == 2, refused.out
    assert said in refused.err


def test_a_saved_result_is_read_again_by_its_key(audit: Audit, folder: Path) -> None:
    assert audit("score", "once.xlsx", *RUBRIC, "-o", "kept.json", *KEYED).code == 0
    ended = audit("agree", "kept.json", "again.xlsx", *RUBRIC, "--json", *KEYED)
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["matched"] == 16


references = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


@given(references, references)
def test_one_pseudonym_is_one_reference(one: str, other: str) -> None:
    first, second = KEY.of(one), KEY.of(other)
    assert PSEUDONYM.fullmatch(first)
    assert (first == second) == (fold(one) == fold(other))
    bare = [bare_reference(text).replace("-", "") for text in (one, other)]
    if all(bare):
        assert (alike_part(first) == alike_part(second)) == (bare[0] == bare[1])


def test_long_files_list_pseudonyms_too(
    audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from casefile_audit import audit as auditing

    monkeypatch.setattr(auditing, "are_kept", lambda _: False)
    rows = [case(f"GMP/24/{n:05}", ethnicity="") for n in range(40)]
    save_csv(tmp_path / "long.csv", [HEADINGS, *rows, case("GMP/24/00001")])
    save_text(tmp_path / "month.key", "5" * 64)
    more = ("--findings", "long-findings.csv", *outputs(tmp_path, "long-out"), *KEYED)
    ended = audit("score", "long.csv", *RUBRIC, "--details", *more)
    assert ended.code == 0, ended.err
    assert PSEUDONYM.search(ended.out)
    assert not leaks(ended, tmp_path, "long-out")
    assert not REFERENCES.findall((tmp_path / "long-findings.csv").read_text("utf-8-sig"))
