"""What a form is made from: a rubric, the sectors it is for, and the cases that are known."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from casefile_audit.forms.questions import FormQuestion, Need, questions_of
from casefile_audit.intake.form_marks import NOTES, Mark, MarkKind
from casefile_audit.intake.form_stamp import FormStamp, stamp_of
from casefile_audit.manifest import RESERVE_HEADING, UNAVAILABLE_HEADING, Manifest
from casefile_audit.rubric.model import Rubric

KnownCell = str | dt.date

IF_UNAVAILABLE = "If the file can't be read: why?"
IN_RESERVE = "Only in place of a file that can't be read, in this order"


@dataclass(frozen=True)
class KnownCase:
    """What is known of a case before anybody reads it.

    Attributes:
        cells: by field, and by number of a column of several; 0 for others.
        sector: whose records they are, where that is known.
    """

    cells: Mapping[tuple[str, int], KnownCell]
    sector: str = ""


@dataclass(frozen=True)
class FurtherCell:
    """What a form has beside the questions of its rubric."""

    mark: Mark
    heading: str
    asks: str = ""


@dataclass(frozen=True)
class FormPlan:
    """What a form is made from.

    Attributes:
        named: what ``--rubric`` calls it.
        day: the day that the form is made on.
        sectors: the sectors that it has sheets for; none of a rubric without sectors.
        cases: what is known of the cases; without any there is room for some.
        reader: who is to fill it in, where that is known.
        sample: how the cases were drawn, if they are a sample and it is said in the form.
        of_sample: whether they are of a sample, of which it is asked why a file can't be read.
    """

    rubric: Rubric
    named: str
    day: dt.date
    sectors: Sequence[str] = ("",)
    cases: Sequence[KnownCase] = ()
    reader: str = ""
    sample: Manifest | None = None
    of_sample: bool = False
    _questions: dict[str, list[FormQuestion]] = field(default_factory=dict, compare=False)

    @property
    def stamp(self) -> FormStamp:
        """Which rubric it is of."""
        return stamp_of(self.rubric, self.named)

    def cases_of(self, sector: str) -> list[KnownCase]:
        """The cases of a sector: those of which none is known are every sector's."""
        return [case for case in self.cases if case.sector in ("", sector)]

    def questions(self, sector: str) -> list[FormQuestion]:
        """The questions of a sector, knowing which of them are answered beforehand.

        Raises:
            RubricError: two choices of a question have the same wording.
        """
        if sector not in self._questions:
            cases = self.cases_of(sector)
            known = Counter(cell for case in cases for cell in case.cells)
            self._questions[sector] = [
                its.already_known(everywhere=times == len(cases))
                if (times := known[its.field, its.number])
                else its
                for its in questions_of(self.rubric, sector)
            ]
        return self._questions[sector]

    @property
    def asks_why(self) -> bool:
        """Whether it is asked why a file couldn't be read."""
        return self.of_sample or self.sample is not None

    def further(self, cases: Sequence[KnownCase]) -> Iterator[FurtherCell]:
        """What is beside the questions of some cases, notes first."""
        yield FurtherCell(Mark(MarkKind.NOTES), NOTES)
        if self.asks_why:
            yield FurtherCell(Mark(MarkKind.UNAVAILABLE), UNAVAILABLE_HEADING, IF_UNAVAILABLE)
        if any(map(self.reserve_number, cases)):
            yield FurtherCell(Mark(MarkKind.RESERVE), RESERVE_HEADING, IN_RESERVE)

    def held(self, further: FurtherCell, case: KnownCase) -> str:
        """What such a cell of a case holds before anybody fills it in."""
        return self.reserve_number(case) if further.mark.kind is MarkKind.RESERVE else ""

    def reference_of(self, case: KnownCase) -> str:
        """What names a case; empty where that isn't known."""
        return str(case.cells.get((self.rubric.identifier or "", 0), ""))

    def reserve_number(self, case: KnownCase) -> str:
        """Which of the reserve a case is, as people say it; empty of those that are to be read."""
        return self.sample.reserve_number(self.reference_of(case)) if self.sample else ""

    def title_of(self, sector: str) -> str:
        """What a sector's sheet is called."""
        return self.rubric.title_of("sectors", sector) if sector else "Cases"

    @property
    def to_answer(self) -> int:
        """How many questions are left to readers, in the sector that has most."""
        return max(
            sum(its.need is not Need.KNOWN for its in self.questions(sector))
            for sector in self.sectors
        )


def every_sector(rubric: Rubric) -> tuple[str, ...]:
    """The sectors of a rubric; one without a name where it has none."""
    return tuple(rubric.sectors) or ("",)
