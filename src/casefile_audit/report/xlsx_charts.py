"""The charts of a workbook: Excel's own, on a sheet of theirs, drawn from tables in sight."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casefile_audit.output.spreadsheets import cell_text
from casefile_audit.report.blocks import Chart
from casefile_audit.report.reports import Report
from casefile_audit.report.xlsx_tables import NOTHING, Share, SheetTable, Value

_BLUE, _ORANGE, _GREY = "#12436D", "#F46A25", "#6F777B"
# In the order of the Analysis Function, each with the colour of its number.
_PARTS = (
    ("#12436D", "white"),
    ("#28A197", "black"),
    ("#801650", "white"),
    ("#F46A25", "black"),
    ("#3D3D3D", "white"),
)
_LINES = (
    ({"color": _BLUE, "width": 2}, {"type": "circle", "size": 6, "fill": {"color": _BLUE}}),
    ({"color": _GREY, "width": 1.5, "dash_type": "dash"}, {"type": "none"}),
    ({"color": _GREY, "width": 1}, {"type": "none"}),
    ({"color": _GREY, "width": 1}, {"type": "none"}),
)
_KINDS = {
    "line": {"type": "line"},
    "bar": {"type": "bar"},
    "split": {"type": "bar", "subtype": "percent_stacked"},
}
_ROW_HEIGHT = 20  # of the sheet, in pixels
_WIDTH, _LINE_HEIGHT, _EACH_BAR = 900, 320, 28
_LONGEST_ALT = 1_000


@dataclass(frozen=True)
class Drawing:
    """A chart, and the rows of a table that it is drawn from.

    Attributes:
        kind: ``line``, ``bar`` (rates beside their targets) or ``split`` (parts of a whole).
        title: what it shows.
        says: the same for those who don't see it.
        table: where its figures stand.
        rows: the first and last of the table's rows.
        label: the column of the labels.
        series: the columns that are drawn.
        is_own: whether the table is there for the chart alone.
    """

    kind: str
    title: str
    says: str
    table: SheetTable
    rows: tuple[int, int]
    label: int
    series: Sequence[int]
    is_own: bool = True


def drawings(document: Report, tables: Sequence[SheetTable]) -> list[Drawing]:
    """What is to be drawn of a document: rates, splits and series over time."""
    blocks = [*document.opening, *(block for part in document.parts for block in part.blocks)]
    charts = [block for block in blocks if isinstance(block, Chart)]
    return [*_rates(tables), *_splits(tables), *_series(charts)]


def _rates(tables: Iterable[SheetTable]) -> Iterator[Drawing]:
    """Rates beside their targets; of few cases none is drawn, as no percentage of them is given."""
    rows: list[Sequence[Value]] = []
    places: list[tuple[str, tuple[int, int], str]] = []
    for table in tables:
        kept = [(label, rate) for label, rate in table.rates if not rate.is_few]
        if not kept:
            continue
        first = len(rows)
        for label, rate in kept:
            shares = map(_share, (rate.met, rate.low, rate.high, rate.target))
            rows.append([table.title, label, *shares])
        says = " ".join(f"{label}: {rate.says}" for label, rate in kept)
        places.append((table.title, (first, len(rows) - 1), says))
    drawn = SheetTable(
        "Rates drawn",
        "The rates that are drawn on the sheet Charts",
        ["Chart", "Finding", "Met", "Range from", "Range to", "Target"],
        rows,
        frozenset({2, 3, 4, 5}),
    )
    for title, span, says in places:
        yield Drawing("bar", f"{title}: share met and target", says, drawn, span, 1, (2, 5))


def _share(part: float | None) -> Value:
    return None if part is None else Share(part, 1)


def _splits(tables: Iterable[SheetTable]) -> Iterator[Drawing]:
    for table in tables:
        columns = [table.headings.index(name) for name in table.splits if name in table.headings]
        if columns:
            says = "; ".join(
                f"{row[0]}: "
                + ", ".join(f"{table.headings[place]} {row[place]}" for place in columns)
                for row in table.rows
            )
            yield Drawing(
                "split", table.title, says, table, (0, len(table.rows) - 1), 0, columns, False
            )


def _series(charts: Sequence[Chart]) -> Iterator[Drawing]:
    rows: list[Sequence[Value]] = []
    places: list[tuple[Chart, tuple[int, int]]] = []
    for chart in charts:
        first = len(rows)
        for p in chart.points:
            numbers = (p.value, p.centre, p.low, p.high)
            rows.append([chart.caption, p.label, p.text, *numbers, p.remark or NOTHING])
        places.append((chart, (first, len(rows) - 1)))
    drawn = SheetTable(
        "Series drawn",
        "The figures that are drawn on the sheet Charts",
        ["Chart", "When", "Figure", "Value", "Centre", "Lower limit", "Upper limit", "To notice"],
        rows,
        frozenset({3, 4, 5, 6}),
    )
    for chart, span in places:
        says = "; ".join(f"{p.label} {p.text} {p.remark}".strip() for p in chart.points)
        yield Drawing("line", chart.caption, says, drawn, span, 1, (3, 4, 5, 6))


def draw(
    book: Any, sheet: Any, drawn: Sequence[Drawing], names: Mapping[int, str], header_row: int
) -> None:
    """Draw charts one under another, each below the line that says where its figures stand.

    Tables go by their identities, and have their headings in the same row, counted from 0.
    """
    row = 2
    pages = []
    for each in drawn:
        name = names[id(each.table)]
        first, last = (header_row + 1 + place for place in each.rows)
        where = f"{each.title}. Its figures: sheet {name}, rows {first + 1} to {last + 1}."
        sheet.write_string(row, 0, cell_text(where))
        chart = book.add_chart(_KINDS[each.kind])
        for place, column in enumerate(each.series):
            chart.add_series(
                {
                    "name": [name, header_row, column],
                    "categories": [name, first, each.label, last, each.label],
                    "values": [name, first, column, last, column],
                    **_looks(each.kind, place),
                }
            )
        height = _LINE_HEIGHT if each.kind == "line" else 140 + _EACH_BAR * (last - first + 1)
        _finish(chart, each, height)
        says = f"{each.title}. {each.says}"
        if len(says) > _LONGEST_ALT:
            says = f"{says[:_LONGEST_ALT]} … Sheet {name} has every figure."
        sheet.insert_chart(row + 1, 0, chart, {"description": cell_text(says)})
        row += 3 + height // _ROW_HEIGHT
        pages.append(row)
    sheet.set_h_pagebreaks(pages[:-1])
    sheet.set_print_scale(80)


def _looks(kind: str, place: int) -> dict[str, Any]:
    """How a series looks: told apart by more than its colour."""
    if kind == "line":
        line, marker = _LINES[place]
        return {"line": line, "marker": marker}
    if kind == "bar":
        return {"fill": {"color": (_BLUE, _ORANGE)[place]}, "gap": 60}
    colour, of_number = _PARTS[place % len(_PARTS)]
    return {
        "fill": {"color": colour},
        "border": {"color": "white"},
        "gap": 40,
        "data_labels": {"value": True, "font": {"color": of_number, "bold": True}},
    }


def _finish(chart: Any, each: Drawing, height: int) -> None:
    # What begins with "=" would be taken for the place of the title's words.
    title = f" {each.title}" if each.title.startswith("=") else each.title
    chart.set_title({"name": cell_text(title)[:250], "name_font": {"size": 12}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": _WIDTH, "height": height})
    grid = {"visible": True, "line": {"color": "#E6E7E8"}}
    if each.kind == "line":
        chart.set_y_axis({"min": 0, "major_gridlines": grid})
        return
    chart.set_y_axis({"reverse": True})
    ends = {"min": 0, "max": 1} if each.kind == "bar" else {}
    chart.set_x_axis({"num_format": "0%", "major_gridlines": grid, **ends})
