"""What is read is never written to, has an end, and is of one piece."""

import os
from pathlib import Path

import pytest

from processes import run
from workbooks import HEADINGS, NIGHT_DUTY, Audit, case, save_csv, save_text, save_xlsx

MAPPING = "fields: {case_ref: [Case ref]}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One of everything that is read."""
    rows = [HEADINGS, case("C1"), case("C2")]
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
    save_text(tmp_path / "own.yaml", NIGHT_DUTY.replace("rubric: night-duty", "rubric: own"))
    save_text(tmp_path / "child.yaml", "rubric: child\nversion: 1.0\nextends: own.yaml\n")
    save_text(tmp_path / "mapping.yaml", MAPPING)
    save_text(tmp_path / "password.yaml", "secret\n")
    save_csv(tmp_path / "cases.csv", rows)
    save_xlsx(tmp_path / "second.xlsx", rows)
    save_xlsx(tmp_path / "names.xlsx", [["Rubric", "own.yaml"], *rows])
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("check cases.csv --rubric child.yaml --write-mapping own.yaml", "own.yaml"),
        ("check cases.csv --rubric child.yaml --write-mapping child.yaml", "child.yaml"),
        ("check names.xlsx --write-mapping own.yaml", "own.yaml"),
        (
            "check cases.csv --rubric own.yaml --password-file password.yaml "
            "--write-mapping password.yaml",
            "password.yaml",
        ),
        ("check cases.csv --rubric own.yaml --write-mapping link.yaml", "own.yaml"),
        ("check cases.csv --rubric own.yaml --write-mapping same.yaml", "own.yaml"),
        ("rubric new own.yaml --from own.yaml", "own.yaml"),
        ("rubric new same.yaml --from own.yaml", "own.yaml"),
        ("agree cases.csv second.xlsx --rubric own.yaml --consensus second.xlsx", "second.xlsx"),
        ("score cases.csv second.xlsx --rubric own.yaml -o second.xlsx", "second.xlsx"),
    ],
)
def test_nothing_that_was_read_is_written_over(
    typed: str, kept: str, audit: Audit, folder: Path
) -> None:
    (folder / "link.yaml").symlink_to(folder / "own.yaml")
    os.link(folder / "own.yaml", folder / "same.yaml")
    before = (folder / kept).read_bytes()
    ended = audit(*typed.split(), "--force")
    assert ended.code == 2
    assert "is what is read, and is never written to" in ended.err
    assert (folder / kept).read_bytes() == before


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("report result.json -o result.json", "result.json"),
        ("report result.json --actions actions.xlsx -o second.xlsx -o same.json", "same.json"),
        ("collect form.xlsx -o same.xlsx --rubric own.yaml", "form.xlsx"),
        ("collect form.xlsx --cases second.xlsx -o second.xlsx --rubric own.yaml", "second.xlsx"),
        ("sample second.xlsx --size 1 -o second.xlsx", "second.xlsx"),
        ("sample cases.csv --size 1 --not-in second.xlsx -o second.xlsx", "second.xlsx"),
        ("template own.yaml --cases second.xlsx -o second.xlsx", "second.xlsx"),
        ("allocate teams.csv --per-team 1 -o teams.csv", "teams.csv"),
        ("allocate teams.csv --per-team 1 --conflicts pairs.csv -o pairs.csv", "pairs.csv"),
        (
            "language search second.xlsx --rubric own.yaml --in disability -o second.xlsx",
            "second.xlsx",
        ),
    ],
)
def test_nothing_that_the_other_commands_read_is_written_over(
    typed: str, kept: str, audit: Audit, folder: Path
) -> None:
    save_csv(folder / "teams.csv", [["Team"], *([name] for name in ("North", "South", "East"))])
    save_csv(folder / "pairs.csv", [["Team", "Other team"], ["North", "South"]])
    made = "template own.yaml --cases cases.csv -o form.xlsx"
    scored = "score cases.csv --rubric own.yaml -o result.json"
    for line in (made, scored):
        assert audit(*line.split()).code == 0
    os.link(folder / "form.xlsx", folder / "same.xlsx")
    os.link(folder / "result.json", folder / "same.json")
    before = (folder / kept).read_bytes()
    ended = audit(*typed.split(), "--force")
    assert ended.code == 2
    assert "is what is read, and is never written to" in ended.err
    assert (folder / kept).read_bytes() == before


def test_what_an_earlier_run_read_can_be_written_over(audit: Audit, folder: Path) -> None:
    typed = ["score", "cases.csv", "--rubric", "own.yaml", "-o", "result.json", "--force"]
    assert audit(*typed).code == 0
    assert audit("compare", "result.json", "second.xlsx", "--rubric", "own.yaml").code == 0
    assert audit(*typed).code == 0


NEVER_ENDS = [
    "score {} --rubric rubric.yaml",
    "score cases.csv --rubric {}",
    "score cases.csv --rubric extends.yaml",
    "score cases.csv --rubric rubric.yaml --mapping {}",
    "score cases.csv --rubric rubric.yaml --password-file {}",
    "compare {} cases.csv --rubric rubric.yaml",
    "trend {} --rubric rubric.yaml",
    "agree {} cases.csv --rubric rubric.yaml",
    "rubric check {}",
    "rubric new new.yaml --from {}",
    "report {}.json",
    "report result.json --actions {}.xlsx",
    "report result.json --template {}.docx -o report.docx",
    "collect {}.xlsx -o all.xlsx --rubric rubric.yaml",
    "collect second.xlsx --rota {}.xlsx -o all.xlsx --rubric rubric.yaml",
    "collect second.xlsx --cases {}.csv -o all.xlsx --rubric rubric.yaml",
    "sample {}.csv --size 1",
    "sample cases.csv --chosen {}.csv",
    "sample cases.csv --size 1 --not-in {}.json",
    "template rubric.yaml --cases {}.csv -o form.xlsx",
    "read {}.xlsx --plain",
    "allocate {}.csv --per-team 1",
    "allocate teams.csv --per-team 1 --readers {}.csv",
    "allocate teams.csv --per-team 1 --previous {}.xlsx",
    "allocate teams.csv --per-team 1 --conflicts {}.csv",
    "allocate teams.csv --per-team 1 --keep {}.xlsx",
    "language search {}.csv",
    "language measure {}.csv",
]


@pytest.mark.parametrize("kind", ["pipe", "device"])
@pytest.mark.parametrize("line", NEVER_ENDS)
def test_what_has_no_end_is_one_message(line: str, kind: str, folder: Path) -> None:
    suffix = ".json" if line.split()[1] == "{}" and "score" not in line else ".yaml"
    name = f"odd{'.csv' if 'score {}' in line else suffix}"
    if "{}." in line:
        name = next(word for word in line.format("odd").split() if word.startswith("odd."))
        line = line.replace(name.replace("odd", "{}"), "{}")
        save_csv(folder / "teams.csv", [["Team"], ["North"], ["South"]])
        result = ("score", "cases.csv", "--rubric", "own.yaml", "-o", "result.json")
        assert "result.json" not in line or run(*result, folder=folder).code == 0
    if kind == "pipe":
        os.mkfifo(folder / name)
    else:
        (folder / name).symlink_to("/dev/zero")
    save_text(folder / "extends.yaml", f"rubric: extends\nversion: 1.0\nextends: {name}\n")
    ended = run(*line.format(name).split(), folder=folder)
    assert ended.code == 2, ended.err
    assert ended.err.startswith("error: ")
    assert name in ended.err
