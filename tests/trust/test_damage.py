"""A damaged file gives the same answer or a message, where its format can tell."""

from pathlib import Path

import pytest
from damage import DAMAGES, MAKERS, answer, tried

from casefile_audit.audit import open_audit
from casefile_audit.files.formats import Kind, check_kind
from casefile_audit.scoring.partial import ScoreOptions
from results_made import DAY
from workbooks import HEADINGS, NIGHT_DUTY, case, save_csv, save_text, save_xlsx

NUMBER = {".xlsx": 40, ".ods": 40, ".xlsb": 25, ".xls": 12}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("suffix", [".xlsx", ".ods", ".xlsb"])
def test_a_damaged_package_is_never_counted_otherwise_in_silence(
    suffix: str, damage: str, tmp_path: Path
) -> None:
    ends = tried(suffix, damage, NUMBER[suffix], tmp_path)
    assert ends["another"] == 0
    assert ends["a message"] > ends["the same"]


def test_of_xls_its_records_tell_much(tmp_path: Path) -> None:
    cut = tried(".xls", "cut short", NUMBER[".xls"], tmp_path)
    assert cut["another"] == 0
    lost = tried(".xls", "sixteen bytes lost", NUMBER[".xls"], tmp_path)
    assert lost["a message"] > lost["another"]


def test_every_format_comes_to_the_same_answer(tmp_path: Path) -> None:
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
    answers = []
    for suffix, make in MAKERS.items():
        make(path := tmp_path / f"cases{suffix}")
        answers.append(answer(path))
    # The .ods and the .xls file have two cases more.
    counts = [found[0] for found in answers]
    assert counts == [40 + 2 * (suffix in (".ods", ".xls")) for suffix in MAKERS]
    assert all(found == answers[0] for found in answers if found[0] == 40)


@pytest.mark.parametrize("suffix", MAKERS)
def test_a_file_that_is_replaced_after_it_was_read_changes_nothing(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
    path = tmp_path / f"cases{suffix}"
    MAKERS[suffix](path)
    expected = answer(path)
    digest = _digest(path)

    def replaced(path: Path, data: bytes) -> Kind:
        path.unlink()
        (save_csv if suffix == ".csv" else save_xlsx)(path, [HEADINGS, case("another")])
        return check_kind(path, data)

    monkeypatch.setattr("casefile_audit.files.workbook.check_kind", replaced)
    again = open_audit([path], str(tmp_path / "rubric.yaml")).result(ScoreOptions(DAY))
    assert again.inputs[0].sha256 == digest
    assert again.case_count == expected[0]


def _digest(path: Path) -> str:
    result = open_audit([path], str(path.with_name("rubric.yaml"))).result(ScoreOptions(DAY))
    return result.inputs[0].sha256
