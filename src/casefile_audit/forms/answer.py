"""What was collected, as it is printed as JSON: a stable model. It holds no answer of a case."""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from pydantic import Field

from casefile_audit.forms.collection import Collection
from casefile_audit.forms.progress import ProgressLine
from casefile_audit.forms.returned_rows import CellDoubt, ReturnedRow
from casefile_audit.results import PrintedAnswer, ResultModel

SCHEMA: Final = "casefile-audit/collection/1"

Standing = Literal["case", "reading", "to settle", "not in the rota", "older", "alike"]


class CollectedRow(ResultModel):
    """A reading of a case that came back.

    Attributes:
        standing: whether it is the one among the cases, another reader's, or held back, and why.
        unavailable: why the file couldn't be read, if it couldn't.
        near: of a case that was given to nobody, the reference that is most like its own.
    """

    standing: Standing
    case: str
    sector: str
    reader: str
    file: str
    sheet: str
    place: str
    version: str
    unavailable: str = ""
    near: str | None = None


class DifferingCells(ResultModel):
    """A question that one reader answered twice, and not alike: where the answers stand."""

    case: str
    reader: str
    heading: str
    cells: list[str]


class CollectedAnswer(PrintedAnswer):
    """What was collected.

    Attributes:
        rubric, rubric_version, rubric_sha256: what was asked.
        forms: how many forms there are of each version of it.
        by_rota: whether what was given is known from a rota.
        differ: what is to be settled.
        refused: sentences on files of which nothing could be read.
        passed_over: sentences on files that needn't be read.
        notes: sentences on how the others were read.
    """

    schema_: Literal["casefile-audit/collection/1"] = Field(SCHEMA, alias="schema")
    rubric: str
    rubric_version: str
    rubric_sha256: str
    forms: dict[str, int]
    case_count: int = Field(alias="cases")
    by_rota: bool
    progress: list[ProgressLine]
    rows: list[CollectedRow]
    differ: list[DifferingCells]
    cells: list[CellDoubt]
    refused: list[str]
    passed_over: list[str]
    notes: list[str]


def collected_answer(
    found: Collection, progress: Sequence[ProgressLine], passed_over: Sequence[str]
) -> CollectedAnswer:
    """What was collected."""
    rubric = found.rubric
    return CollectedAnswer(
        rubric=rubric.name,
        rubric_version=rubric.version,
        rubric_sha256=rubric.sha256,
        forms=dict(found.versions),
        case_count=len(found.cases),
        by_rota=bool(found.allotted),
        progress=list(progress),
        rows=list(_rows(found)),
        differ=[
            DifferingCells(
                case=conflict.rows[0].reference,
                reader=conflict.rows[0].origin.reader,
                heading=heading,
                cells=list(places),
            )
            for conflict in found.conflicts
            for heading, places in conflict.differ
        ],
        cells=list(found.doubts),
        refused=found.refused,
        passed_over=list(passed_over),
        notes=found.remarks,
    )


def _rows(found: Collection) -> Iterator[CollectedRow]:
    yield from (_row("case", row) for row in found.cases)
    yield from (_row("reading", row) for rows in found.further for row in rows)
    yield from (_row("to settle", row) for its in found.conflicts for row in its.rows)
    yield from (_row("not in the rota", its.row, its.near) for its in found.retyped)
    yield from (_row("older", row) for row, _ in found.older)
    yield from (_row("alike", row) for row, _ in found.alike)


def _row(standing: Standing, row: ReturnedRow, near: str | None = None) -> CollectedRow:
    origin = row.origin
    return CollectedRow(
        standing=standing,
        case=row.reference,
        sector=row.sector,
        reader=origin.reader,
        file=origin.file,
        sheet=origin.sheet,
        place=origin.place,
        version=origin.version,
        unavailable=row.unavailable,
        near=near,
    )
