"""A document as one HTML file: no network, no script, its charts beside their figures."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from casefile_audit.english import without_controls
from casefile_audit.report.blocks import Chart, Section, SplitBar, Table
from casefile_audit.report.reports import Report, chart_table, spans

_TEMPLATES = Path(__file__).parent / "templates"
# A part of a bar that is narrower has no room for its number, which stands in the table too.
_LEAST_SHARE_WITH_NUMBER = 0.05
_COLOURS = 5


def render(document: Report) -> bytes:
    """The page as HTML in UTF-8. Whatever a text holds is text: everything is escaped."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: without_controls(value) if type(value) is str else value,
    )
    environment.globals |= {
        "percent": lambda share: f"{100 * share:.2f}%",
        "kind": lambda block: type(block).__name__,
        "parts": _parts,
        "spans": spans,
        "legends": _legends,
        "line_chart": _LineCharts(),
        "chart_table": chart_table,
    }
    style = Markup((_TEMPLATES / "page.css").read_text(encoding="utf-8"))
    page = environment.get_template("page.html").render(
        document=document, opening=document.opening, sections=document.parts, style=style
    )
    return page.encode()


@dataclass(frozen=True)
class _Part:
    place: int
    count: str
    start: float
    share: float

    @property
    def middle(self) -> float:
        return self.start + self.share / 2

    @property
    def fits(self) -> bool:
        return self.share >= _LEAST_SHARE_WITH_NUMBER


def _parts(split: SplitBar) -> Iterator[_Part]:
    whole = sum(count for _, count in split.parts) or 1
    before = 0
    for place, (_, count) in enumerate(split.parts):
        if count:
            yield _Part(place % _COLOURS, f"{count:,}", before / whole, count / whole)
        before += count


def _legends(table: Table) -> list[list[str]]:
    """The names of the parts of a table's split bars, once for each scale."""
    names: dict[tuple[str, ...], None] = {}
    for row in table.rows:
        for cell in () if isinstance(row, Section) else row:
            if isinstance(cell, SplitBar):
                names[tuple(name for name, _ in cell.parts)] = None
    return [list(each) for each in names]


class _LineCharts:
    """The charts of one page, each of which has names of its own."""

    def __init__(self) -> None:
        self.drawn = 0

    def __call__(self, chart: Chart) -> Markup:
        from casefile_audit.report.charts import line_svg  # heavy, and few pages have one

        self.drawn += 1
        return Markup(line_svg(chart, self.drawn))
