"""What of a sheet's rows and columns could change a count, as they were read or left out."""

from collections.abc import Iterator, Sequence

from casefile_audit.cases import Cases
from casefile_audit.intake.case_rows import ClassifiedRows
from casefile_audit.intake.choice import RowsChosen
from casefile_audit.intake.layout import DataSheet
from casefile_audit.issues import Issue, IssueCode


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
    of_answers = {c.index: name for name, its in data.header.by_option.items() for c, _ in its}
    for column in data.header.columns if struck else ():
        field = column.field or of_answers.get(column.index)
        if field is not None and (own := struck.get(column.index)):
            yield Issue.doubt(
                IssueCode.CELLS_STRUCK_OUT,
                [column.address(row) for row in own],
                file=data.file.name,
                sheet=data.name,
                field=field,
            )


def _columns_in_doubt(data: DataSheet) -> Iterator[Issue]:
    """The columns that are left to the reader for the sake of a remark, and none other serves."""
    for column in data.header.columns:
        if column.like is not None and column.like not in data.header.fields:
            yield Issue.doubt(
                IssueCode.COLUMN_WITH_REMARK,
                file=data.file.name,
                sheet=data.name,
                field=column.like,
                total=1,
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
                yield Issue.doubt(
                    IssueCode.COLUMN_HIDDEN,
                    file=data.file.name,
                    sheet=data.name,
                    field=column.field,
                    total=1,
                    facts={
                        "column": column.letter,
                        "heading": column.heading,
                        "beside": other.letter,
                        "its heading": other.heading,
                    },
                )
                break
