"""The marks of a form of this program that is a Word document.

They are the tags of its content controls. Some programs drop tags when they save, so each question
has its number in sight too: it tells which question it is as long as the rubric is the form's own.
"""

import re
from collections import Counter

from casefile_audit.english import fold
from casefile_audit.files.workbook import Sheet, text_of
from casefile_audit.intake.form_marks import (
    FILLED_IN,
    HEADINGS_BESIDE,
    NUMBERS,
    SECTOR_LABEL,
    FormMarks,
    Mark,
    MarkKind,
    mark_in,
)
from casefile_audit.intake.form_order import questions_in_order
from casefile_audit.intake.form_stamp import stamp_in
from casefile_audit.rubric.model import Rubric

_NUMBER, _LABEL, _ANSWER, _NEED = range(4)
_BESIDE_QUESTIONS = {fold(heading): kind for kind, heading in HEADINGS_BESIDE.items()}
_FEWEST = 2
_NUMBER_RE = re.compile(r"[0-9]{1,4}")


def document_marks(sheet: Sheet, rubric: Rubric) -> FormMarks | None:
    """The marks of a document; None of one that no form of this program is."""
    tagged = {at: mark for at, tag in sheet.tags.items() if (mark := mark_in(tag)) is not None}
    numbered = _numbered(sheet, rubric)
    if len(tagged) + len(numbered) < _FEWEST:
        return None
    column = Counter(column for _, column in tagged).most_common(1)[0][0] if tagged else _ANSWER
    marks = numbered | {row: mark for (row, _), mark in tagged.items()}
    return FormMarks(None, column - _ANSWER, dict(sorted(marks.items())))


def _numbered(sheet: Sheet, rubric: Rubric) -> dict[int, Mark]:
    """What the numbers of the questions say, in a form of this very rubric."""
    stamp = stamp_in([sheet])
    if stamp is None or stamp.digest != rubric.sha256:
        return {}
    titles = {
        fold(word): name
        for name in rubric.sectors
        for word in (name, rubric.title_of("sectors", name))
    }
    marks: dict[int, Mark] = {}
    sector = ""
    for table in sheet.tables or ():
        if fold(text_of(sheet.rows[table.first_row][_NUMBER])) != fold(NUMBERS):
            continue  # such as that of how a sample was drawn, whose strata may be numbers
        for row in range(table.first_row, table.last_row + 1):
            texts = [text_of(cell) for cell in sheet.rows[row]]
            if len(texts) <= _NEED:
                continue
            if fold(texts[_NUMBER]) == fold(SECTOR_LABEL) and fold(texts[_LABEL]) in titles:
                sector = titles[fold(texts[_LABEL])]
                marks[row] = Mark(MarkKind.SECTOR, sector)
                continue
            if not texts[_NUMBER] and (kind := _BESIDE_QUESTIONS.get(fold(texts[_LABEL]))):
                marks[row] = Mark(kind)
                continue
            asked = questions_in_order(rubric, sector)
            number = texts[_NUMBER].rstrip(".")
            if _NUMBER_RE.fullmatch(number) and 0 < int(number) <= len(asked):
                known = texts[_NEED].startswith(FILLED_IN)
                kind = MarkKind.KNOWN if known else MarkKind.ASK
                marks[row] = Mark(kind, *asked[int(number) - 1])
    return marks
