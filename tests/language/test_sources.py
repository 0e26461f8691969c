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
# Standards whose texts were read, or that the reports name themselves. Of all others it is said
# that they weren't.
CHECKED = (
    "Children Act 1989, section 46",
    "Children Act 1989, section 47",
    "Working Together to Safeguard Children 2013, then in force",
    "Working Together to Safeguard Children 2023",
    "HMICFRS, National child protection inspection: assessment criteria, 2024",
    "Achieving Best Evidence in Criminal Proceedings, 2022",
    "guidance for child first responders to the National Referral Mechanism",
    "College of Policing, child abduction warning notices",
    "IOPC guidelines for handling allegations of race discrimination, on adultification",
    "Statutory guidance on children who run away or go missing from home or care, 2014",
    "Victims and Prisoners Act 2024",
    "Home Office statutory guidance on Operation Encompass, 2025",
    "Police and Criminal Evidence Act 1984, section 38(6)",
    "Concordat on Children in Custody, 2017",
)
NOT_CHECKED = "(not checked)"


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
def test_a_standard_whose_text_was_not_read_says_so(name: str, criterion: Criterion) -> None:
    for part in filter(None, plain(criterion.standard).split("; ")):
        bare = re.sub(r"( \(\d\w*\)|\(\w+\)| and \(\w+\)| and \(b\))+$", "", part)
        assert part.endswith(NOT_CHECKED) != (bare in CHECKED or part in CHECKED), part


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
