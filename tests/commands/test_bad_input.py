import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from workbooks import HEADINGS, NIGHT_DUTY, Audit, Run, case, save_csv, save_text, save_xlsx

GOOD = [HEADINGS, case("C1")]


def is_one_message(run: Run) -> bool:
    lines = run.err.splitlines()
    return (
        (run.code, run.out) == (2, "")
        and lines[0].startswith("error: ")
        and sum(line.startswith("error: ") for line in lines) == 1
        and "Traceback" not in run.err
    )


def missing_file(folder: Path) -> None:
    save_csv(folder / "cases-2024.csv", GOOD)


def folder_for_a_file(folder: Path) -> None:
    (folder / "cases.csv").mkdir()


def empty_file(folder: Path) -> None:
    (folder / "cases.csv").touch()


def text_named_xlsx(folder: Path) -> None:
    save_csv(folder / "a.csv", GOOD).rename(folder / "cases.csv")
    (folder / "cases.csv").rename(folder / "cases.xlsx")


def workbook_named_csv(folder: Path) -> None:
    save_xlsx(folder / "a.xlsx", GOOD).rename(folder / "cases.csv")


def broken_workbook(folder: Path) -> None:
    whole = save_xlsx(folder / "a.xlsx", GOOD).read_bytes()
    (folder / "cases.xlsx").write_bytes(whole[: len(whole) // 2])


def word_document(folder: Path) -> None:
    (folder / "cases.doc").write_bytes(b"\xd0\xcf\x11\xe0")


def empty_workbook(folder: Path) -> None:
    save_xlsx(folder / "cases.xlsx", {"One": [], "Two": []})


def no_header(folder: Path) -> None:
    save_xlsx(folder / "cases.xlsx", {"One": [["C1", "W1", "Yes"]], "Two": [[1, 2, 3]]})


def no_reference(folder: Path) -> None:
    save_csv(folder / "cases.csv", [row[1:] for row in GOOD])


def no_case(folder: Path) -> None:
    save_csv(folder / "cases.csv", GOOD[:1])


def no_question(folder: Path) -> None:
    save_csv(folder / "cases.csv", [["Case ref", "Ethnik"], ["C1", "W1"]])


def wrong_grade(folder: Path) -> None:
    save_csv(folder / "cases.csv", [HEADINGS, case("C1"), case("C2", grade="goood")])


def well(folder: Path) -> None:
    save_csv(folder / "cases.csv", GOOD)


@pytest.mark.parametrize(
    ("make", "name", "said"),
    [
        (
            missing_file,
            "cases-2025.csv",
            ["no file cases-2025.csv", "Did you mean cases-2024.csv?"],
        ),
        (well, "nowhere/cases.csv", ["no folder"]),
        (folder_for_a_file, "cases.csv", ["is a folder"]),
        (empty_file, "cases.csv", ["cases.csv is empty"]),
        (text_named_xlsx, "cases.xlsx", ["cases.xlsx is not", "Rename it"]),
        (workbook_named_csv, "cases.csv", ["cases.csv is not", ".xlsx"]),
        (broken_workbook, "cases.xlsx", ["cases.xlsx", "damaged"]),
        (word_document, "cases.doc", ["is not a kind of file that is read", ".docx"]),
        (empty_workbook, "cases.xlsx", ["has nothing in any of its sheets"]),
        (no_header, "cases.xlsx", ["One", "Two", "--map case_ref="]),
        (no_reference, "cases.csv", ["no column for the case reference", "--map case_ref="]),
        (no_case, "cases.csv", ["no case files under the headings"]),
        (no_question, "cases.csv", ["no column for any question", "`Ethnik`", "--rubric"]),
        (wrong_grade, "cases.csv", ["cases!J3", "did you mean `good`?"]),
    ],
)
def test_a_file_that_cannot_be_scored_ends_in_one_message(
    make: Callable[[Path], None], name: str, said: list[str], audit: Audit, tmp_path: Path
) -> None:
    make(tmp_path)
    run = audit("score", name, "--rubric", "rubric.yaml", "--json")
    assert is_one_message(run), run
    for words in said:
        assert words in run.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--rubric", "child-protecton"], ["no rubric `child-protecton`", "`child-protection`"]),
        (["--rubric", "rubrik.yaml"], ["no file `rubrik.yaml`"]),
        (["--rubric", "."], ["is a folder"]),
        (["--rubric", "cases.csv"], ["cases.csv"]),
        (["--sheet", "Casse"], ["no sheet `Casse`", "`cases`"]),
        (["--map", "ethnicity"], ["isn't a mapping"]),
        (["--map", "etnicity=Ethnicity"], ["no field `etnicity`", "`ethnicity`"]),
        (["--map", "ethnicity=Colour"], ["`Colour`"]),
        (["--map", "district=X", "--map", "ethnicity=X"], ["can't be two fields"]),
        (["--mapping", "none.yaml"], ["none.yaml"]),
        (["--mapping", "."], ["can't be read"]),
        (["--mapping", "cases.csv"], ["cases.csv"]),
        (["--by", "distric"], ["no field `distric` to group by", "Did you mean `district`?"]),
        (["--by", "case_ref"], ["to group by", "`district`"]),
        (["--by", "reviews"], ["to group by"]),
        (["--by", "sector"], ["to group by", "`district`"]),
        (["--as-of", "31/02/2024"], ["--as-of: `31/02/2024` isn't a date"]),
        (["--as-of", "yesterday"], ["isn't a date", "2024-12-31"]),
        (["--workers", "2"], ["no --workers any more", "Leave --workers out", "--dask"]),
        (["-o", "out.pdf"], ["out.pdf", "`.json`"]),
        (["-o", "out"], ["`.json`"]),
        (["-o", "nowhere/out.json"], ["no folder `nowhere`"]),
        (["-o", "there.json"], ["is there already", "--force"]),
        (["-o", "folder.csv"], ["is a folder"]),
        (["-o", "cases.csv"], ["never written to"]),
        (["-o", "cases.csv", "--force"], ["never written to"]),
        (["-o", "link.csv", "--force"], ["never written to"]),
    ],
)
def test_an_option_that_does_not_fit_ends_in_one_message(
    options: list[str], said: list[str], audit: Audit, tmp_path: Path
) -> None:
    well(tmp_path)
    save_text(tmp_path / "there.json", "{}")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "link.csv").symlink_to(tmp_path / "cases.csv")
    before = (tmp_path / "cases.csv").read_bytes()
    rubric = [] if "--rubric" in options else ["--rubric", "rubric.yaml"]
    run = audit("score", "cases.csv", *rubric, *options)
    assert is_one_message(run), run
    for words in said:
        assert words in run.err
    assert (tmp_path / "cases.csv").read_bytes() == before
    assert (tmp_path / "there.json").read_text() == "{}"


@pytest.mark.parametrize(
    "arguments",
    [["score"], ["score", "cases.csv", "--colour"], ["scor", "cases.csv"], ["check"]],
)
def test_a_command_typed_wrong_ends_with_2(
    arguments: list[str], audit: Audit, tmp_path: Path
) -> None:
    well(tmp_path)
    run = audit(*arguments)
    assert (run.code, run.out) == (2, "")
    assert "Traceback" not in run.err


def test_workbooks_made_for_different_rubrics_are_not_scored_together(
    audit: Audit, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        save_text(tmp_path / f"{name}.yaml", NIGHT_DUTY)
        rows = [["Rubric", f"{name}.yaml"], HEADINGS, case(name)]
        save_xlsx(tmp_path / f"{name}.xlsx", rows)
    run = audit("score", "a.xlsx", "b.xlsx")
    assert is_one_message(run)
    assert "a.xlsx: `a.yaml`" in run.err


@pytest.mark.parametrize("command", ["compare", "agree", "trend"])
def test_every_command_that_reads_cases_takes_a_mapping(
    command: str, audit: Audit, tmp_path: Path
) -> None:
    old = [HEADINGS[0], "Colour", *HEADINGS[2:]]
    row = case("C1")
    save_xlsx(tmp_path / "a.xlsx", {"Kept": [old, row], "Other": [old, row]})
    save_xlsx(tmp_path / "b.xlsx", {"Kept": [["Ref", *old[1:]], row], "Other": [["Ref"], ["x"]]})
    save_text(tmp_path / "m.yaml", "fields: {case_ref: [Case ref, Ref]}")
    run = audit(command, "a.xlsx", "b.xlsx", "--rubric", "rubric.yaml", "--sheet", "Kept")
    assert is_one_message(run)
    assert "b.xlsx has no column for the case reference" in run.err
    for options in (
        ["--mapping", "m.yaml"],
        ["--map", "case_ref=Ref", "--map", "case_ref=Case ref"],
    ):
        run = audit(command, "a.xlsx", "b.xlsx", "--rubric", "rubric.yaml", "--sheet", "Kept",
                    *options)  # fmt: skip
        assert "case reference" not in run.err


def test_a_file_name_that_is_not_text_is_no_reason_to_stop(audit: Audit, tmp_path: Path) -> None:
    name = b"caf\xe9.csv".decode("utf-8", "surrogateescape")
    try:
        save_csv(tmp_path / name, GOOD)
    except OSError:
        pytest.skip("this file system has text for names")
    run = audit("score", name, "--rubric", "rubric.yaml", "--json", "-o", "out.xlsx")
    assert run.code == 0, run.err
    assert run.json["inputs"][0]["file"] == "caf?.csv"


def test_the_program_itself_ends_so_too(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "casefile_audit", "score", "cases.xlsx"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert is_one_message(Run(run.returncode, run.stdout, run.stderr))


@pytest.mark.parametrize("name", ["/etc/passwd", "../own.yaml", "folder\\own.yaml", "c:own.yaml"])
def test_a_workbook_cannot_have_a_file_opened_by_a_path(
    name: str, audit: Audit, tmp_path: Path
) -> None:
    path = save_xlsx(tmp_path / "a.xlsx", {"Cases": [["Rubric", name], HEADINGS, case("C1")]})
    run = audit("score", path)
    assert run.code == 2
    assert "what a cell holds is never a path" in run.err
