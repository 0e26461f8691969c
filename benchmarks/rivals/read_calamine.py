"""The floor: python-calamine reads a workbook's sheet into lists, and no more."""

import sys

from python_calamine import CalamineWorkbook

if __name__ == "__main__":
    with CalamineWorkbook.from_path(sys.argv[1]) as book:
        book.get_sheet_by_index(0).to_python()
