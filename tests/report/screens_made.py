"""Case files made to be shown: another year of the case reviews, and rubrics of many questions."""

from pathlib import Path

from openpyxl import load_workbook

SAMPLES = Path(__file__).parents[2] / "samples"
_FIRST, _LAST = 5, 52
_GOOD_ANSWERS = {"E": "W1", "F": "No", "H": "Yes", "J": "Yes", "S": "Yes"}
_POOR_ANSWERS = {"H": "No", "J": "No"}


def case_reviews_2025(folder: Path) -> Path:
    """The case reviews of 2024 with some cells changed, as other cases of a year later.

    Of prompt responses and of the voice of the child more are missing, of ethnicity, disability
    and video interviews fewer; and some grades are better.
    """
    book = load_workbook(SAMPLES / "case-reviews-2024.xlsx")
    sheet = book["Case reviews"]
    rows = range(_FIRST, _LAST + 1)
    for row in rows:
        sheet[f"A{row}"] = str(sheet[f"A{row}"].value).replace("/24/", "/25/")

    def change(column: str, answers: dict[str, str], cells: int, *found: object) -> None:
        alike = [row for row in rows if sheet[f"{column}{row}"].value in found][:cells]
        assert len(alike) == cells
        for row in alike:
            sheet[f"{column}{row}"] = answers[column]

    nothing = (None, "-", "TBC", "?", "No entry", "Not recorded", "IC1", "Not known")
    change("E", _GOOD_ANSWERS, 11, *nothing)
    change("F", _GOOD_ANSWERS, 11, *nothing[:5])
    change("H", _POOR_ANSWERS, 14, "Yes", "yes", "Y")
    change("J", _POOR_ANSWERS, 7, "Yes", "yes", "Y")
    change("S", _GOOD_ANSWERS, 5, "No", "no", "N")
    for row in [row for row in rows if sheet[f"AI{row}"].value == "Adequate"][:5]:
        sheet[f"AI{row}"] = "Good"
    path = folder / "case-reviews-2025.xlsx"
    book.save(path)
    return path
