"""What of a sheet's rows and columns could change a count, as they were read or left out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from casefile_audit.cases import Cases
from casefile_audit.intake.case_rows import ClassifiedRows
from casefile_audit.intake.choice import RowsChosen
from casefile_audit.intake.layout import DataSheet
from casefile_audit.issues import PLACES_NAMED, Issue, IssueCode, Level


def issues_of_rows(
    data: DataSheet, rows: ClassifiedRows, cases: Cases, chosen: RowsChosen
) -> Iterator[Issue]:
    """The rows that may have been left out or counted wrongly, and the columns in doubt."""
    for nameless in (True, False):
        doubtful = [o.row for o in rows.left_out if o.may_be and o.nameless is nameless]
        code = IssueCode.ROW_WITHOUT_REFERENCE if nameless else IssueCode.ROW_UNLIKE_CASES
        yield from _rows(data, code, doubtful, len(doubtful))
    # Somebody struck them out, and perhaps took them back.
    struck = (
        [row for row in cases.row.tolist() if row in data.struck_rows] if data.struck_rows else []
    )
    yield from _rows(data, IssueCode.ROWS_STRUCK_OUT, struck, len(struck))
    yield from _struck_answers(data, cases)
    yield from _columns_in_doubt(data)
    yield from _superseded(data)
    # They would be cases, or cases asked for, if only it were recorded.
    yield from _rows(data, IssueCode.ROWS_UNTOLD, list(chosen.unsure), chosen.unsure.total)


def _doubt(
    data: DataSheet,
    code: IssueCode,
    *,
    field: str = "",
    total: int = 1,
    places: Iterable[str] = (),
    facts: Mapping[str, str | int] | None = None,
) -> Issue:
    """A doubt about a sheet, with the first of the places that it was found in."""
    return Issue(
        code,
        Level.DOUBT,
        file=data.file.name,
        sheet=data.name,
        field=field,
        total=total,
        places=tuple(islice(places, PLACES_NAMED)),
        facts=facts or {},
    )


def _rows(data: DataSheet, code: IssueCode, rows: Sequence[int], total: int) -> Iterator[Issue]:
    if total:
        yield Issue.of_rows(code, rows, file=data.file.name, sheet=data.name, total=total)


def _struck_answers(data: DataSheet, cases: Cases) -> Iterator[Issue]:
    """The single cells of cases that somebody struck out, and which are read all the same."""
    rows = {*cases.row.tolist()} if data.struck_cells else set()
    struck: dict[int, list[int]] = {}
    for row, at in sorted(data.struck_cells):
        if row + 1 in rows:
            struck.setdefault(at, []).append(row)
    for column in data.header.columns if struck else ():
        if column.field is not None and (own := struck.get(column.index)):
            yield _doubt(
                data,
                IssueCode.CELLS_STRUCK_OUT,
                field=column.field,
                total=len(own),
                places=map(column.address, own),
            )


def _columns_in_doubt(data: DataSheet) -> Iterator[Issue]:
    """The columns that are left to the reader for the sake of a remark, and none other serves."""
    for column in data.header.columns:
        if column.like is not None and column.like not in data.header.fields:
            yield _doubt(
                data,
                IssueCode.COLUMN_WITH_REMARK,
                field=column.like,
                facts={"column": f"Column {column.letter}", "heading": column.heading},
            )


def _superseded(data: DataSheet) -> Iterator[Issue]:
    """The hidden columns that were read where another, which is seen, may be the one that holds."""
    for column in data.header.columns:
        if column.index not in data.hidden_columns or column.is_mapped:
            continue
        for other in data.header.columns:
            seen = other.index not in data.hidden_columns
            if seen and column.field is not None and other.like == column.field:
                yield _doubt(
                    data,
                    IssueCode.COLUMN_HIDDEN,
                    field=column.field,
                    facts={
                        "column": column.letter,
                        "heading": column.heading,
                        "beside": other.letter,
                        "its heading": other.heading,
                    },
                )
                break
