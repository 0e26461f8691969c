"""What fuzzing found, each as the smallest file that shows it."""

from pathlib import Path

import pytest
from fuzz_seeds import ods

from casefile_audit import workbook as module
from casefile_audit.bounds import Bounds
from casefile_audit.errors import WorkbookError
from casefile_audit.workbook import Opening, open_workbook

FEW = Opening(bounds=Bounds(cells=1_000))


def test_repeated_rows_of_ods_are_counted_before_memory_is_set_aside_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cases.ods"
    row = '<table:table-row table:number-rows-repeated="400">'
    cell = '<table:table-cell table:number-columns-repeated="3" office:value-type="string">'
    path.write_bytes(ods(f"{row}{cell}<text:p>x</text:p></table:table-cell></table:table-row>"))

    def read_all_the_same(*_: object) -> None:
        pytest.fail("it was given to the library that sets memory aside")

    monkeypatch.setattr(module, "raw_sheets", read_all_the_same)
    with pytest.raises(WorkbookError, match=r"reaches from A1 to D401.*over 1,000 cells"):
        open_workbook(path, FEW)
