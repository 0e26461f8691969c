"""Forms that were opened and saved in LibreOffice: what stays, and that the same is read."""

from pathlib import Path

import pytest
from filled import fill, fill_word, parts, rules

from casefile_audit.files.workbook import open_workbook
from casefile_audit.intake.form_stamp import stamp_in
from libreoffice import converted, needs_libreoffice
from workbooks import Audit, save_csv

ANSWERS = {
    ("ethnicity", 0): "W1 White British",
    ("disability", 0): "No",
    ("protected", 0): "Yes",
    ("reviewed", 0): "No",
    ("grade", 0): "requires improvement",
}
READ = ("--rubric", "rubric.yaml", "--as-of", "2026-11-01", "--json")


@needs_libreoffice
@pytest.mark.parametrize("suffix", ["docx", "xlsx"])
def test_what_is_read_is_the_same_after_libreoffice(
    audit: Audit, tmp_path: Path, suffix: str
) -> None:
    sample = save_csv(Path("s.csv"), [["URN"], ["CF-1"], ["CF-2"]])
    form = Path(f"form.{suffix}")
    assert audit("template", "rubric.yaml", "--cases", sample, "-o", form).code == 0
    (fill_word if suffix == "docx" else fill)(form, [ANSWERS])
    saved = converted(suffix, Path("saved"), form)
    before, after = (audit("score", path, *READ).json for path in (form, saved))
    assert after["criteria"] == before["criteria"]
    assert (after["cases"], before["cases"]) == (1, 1)
    stamps = [stamp_in(open_workbook(path).sheets) for path in (form, saved)]
    assert stamps[0] is not None
    assert stamps[0] == stamps[1]
    if suffix == "xlsx":
        kinds = [
            sorted(rule["type"] for rule in rules(path) if rule.get("type", "none") != "none")
            for path in (form, saved)
        ]
        assert kinds[0].count("list") == 4
        assert kinds[0] == kinds[1]
        assert stamps[0].text in parts(saved)["docProps/custom.xml"]
