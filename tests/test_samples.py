import re
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from casefile_audit.files.workbook import open_workbook
from casefile_audit.rubric.loading import shipped_rubrics

SAMPLES = Path(__file__).parents[1] / "samples"
WORKBOOKS = sorted(path.name for path in SAMPLES.glob("*.xlsx"))
DOCUMENTS = sorted(str(path.relative_to(SAMPLES)) for path in SAMPLES.glob("*/*.docx"))
DISTRICTS = {
    *("Bolton", "Bury", "Manchester", "Oldham", "Rochdale", "Salford", "Stockport", "Tameside"),
    *("Trafford", "Wigan"),
}
LISTS = sorted(path.name for path in SAMPLES.glob("*.csv"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    script = [sys.executable, str(SAMPLES / "make_samples.py"), str(folder)]
    subprocess.run(script, check=True, capture_output=True)
    return folder


def about(name: str) -> list[list[str]]:
    workbook = load_workbook(SAMPLES / name, read_only=True)
    rows = [[str(cell) for cell in row if cell] for row in workbook.worksheets[0].values]
    workbook.close()
    return rows


def test_samples_are_made_and_no_others_lie_about(made: Path) -> None:
    there = [path.relative_to(made) for path in made.rglob("*") if path.is_file()]
    assert sorted(map(str, there)) == sorted([*WORKBOOKS, *DOCUMENTS, *LISTS])


@pytest.mark.parametrize("name", [*WORKBOOKS, *DOCUMENTS, *LISTS])
def test_sample_is_made_again_byte_for_byte(made: Path, name: str) -> None:
    assert (made / name).read_bytes() == (SAMPLES / name).read_bytes()


@pytest.mark.parametrize("name", WORKBOOKS)
def test_sample_says_on_its_first_sheet_that_it_is_synthetic(name: str) -> None:
    assert ["Synthetic: no row describes a real child, officer or case."] in about(name)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_says_on_its_second_line_that_it_is_synthetic(name: str) -> None:
    (sheet,) = open_workbook(SAMPLES / name).sheets
    assert sheet.rows[1][0] == "Synthetic: no row describes a real child, officer or case."


@pytest.mark.parametrize("name", WORKBOOKS)
def test_sample_names_a_shipped_rubric(name: str) -> None:
    (named,) = (row[1] for row in about(name) if len(row) == 2 and row[0] == "Rubric")
    assert named in shipped_rubrics()


def test_a_reference_is_one_case_in_every_workbook_that_holds_it() -> None:
    districts: dict[str, set[str]] = {}
    for name in WORKBOOKS:
        for sheet in open_workbook(SAMPLES / name).sheets:
            for row in sheet.rows:
                texts = [cell.strip() for cell in row if isinstance(cell, str)]
                refs = [text.upper() for text in texts if text.upper().startswith("NSP/")]
                if refs:
                    districts.setdefault(refs[0], set()).update(DISTRICTS.intersection(texts))
    assert {ref: found for ref, found in districts.items() if len(found) > 1} == {}


def test_readme_lists_every_sample() -> None:
    text = (SAMPLES / "README.md").read_text(encoding="utf-8")
    assert sorted(set(re.findall(r"[a-z0-9-]+\.xlsx", text))) == WORKBOOKS
    assert sorted(set(re.findall(r"[a-z0-9-]+\.csv", text))) == LISTS
    assert set(re.findall(r"`([a-z0-9-]+)/\*\.docx`", text)) == {
        str(Path(n).parent) for n in DOCUMENTS
    }
