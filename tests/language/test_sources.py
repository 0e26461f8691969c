"""Where the shipped questions come from: who asks, by which standard, under which heading.

``python tests/language/test_sources.py REPORT.txt …`` says which headings of the table stand in
none of the reports' texts.
"""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from casefile_audit.rubric.loading import load_rubric, shipped_rubrics
from casefile_audit.rubric.model import Criterion

SECTIONS: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("report-sections.yaml").read_text("utf-8")
)
CRITERIA = [
    pytest.param(name, criterion, id=f"{name} {key}")
    for name in shipped_rubrics()
    for key, criterion in load_rubric(name).criteria.items()
]
AREAS = ("area for improvement", "first area for improvement", "second area for improvement")
# The parts of a source that name something else than a section of the 2014 and 2024 reports.
ELSEWHERE = ("Ours", "Notice of publication, ", "2025 report, ", "Working Together to Safeguard")


def plain(text: str) -> str:
    return " ".join(text.replace("’", "'").split())


def sections_of_2024() -> set[str]:
    known: set[str] = set()
    for chapter, headings in SECTIONS["2024"].items():
        known |= {chapter, *headings}
        known |= {f"{chapter}, {part}" for part in (*headings, *AREAS)}
    return known


@pytest.mark.parametrize(("name", "criterion"), CRITERIA)
def test_a_question_says_who_asks_it_and_by_which_standard(name: str, criterion: Criterion) -> None:
    assert criterion.basis is not None
    assert criterion.source
    assert criterion.standard or criterion.basis != "statutory"
    assert (criterion.basis == "report") <= (not criterion.source.startswith("Ours"))


@pytest.mark.parametrize(("name", "criterion"), CRITERIA)
def test_a_source_is_a_heading_that_stands_in_the_report(name: str, criterion: Criterion) -> None:
    source = plain(criterion.source)
    for part in source.split("; "):
        bare = re.sub(r"^(2014|2024)( report)?, ", "", part)
        if part.startswith(ELSEWHERE) or part.startswith("recommendation ") or "the report" in part:
            continue
        of_2014 = re.sub(r"^[Cc]hapter 5, ", "", bare)
        assert bare in sections_of_2024() or of_2014 in SECTIONS["2014"], part


if __name__ == "__main__":
    texts = [plain(Path(path).read_text("utf-8")) for path in sys.argv[1:]]
    headings = [h for part in SECTIONS["2024"].values() for h in part] + SECTIONS["2014"]
    absent = [heading for heading in headings if not any(heading in text for text in texts)]
    sys.exit("\n".join(absent) or None)
