"""Charts as pictures, by matplotlib: imported only by what draws one."""

import io
import textwrap
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from casefile_audit.english import without_controls
from casefile_audit.report.blocks import Chart, Rate

# The categorical palette of the Analysis Function, for which contrast was measured.
_BLUE, _RED, _LIGHT, _GREY, _INK = "#12436d", "#801650", "#6bace6", "#e6e7e8", "#1d1d1b"
_SETTINGS: Any = {
    "font.family": "DejaVu Sans",  # the one that comes with matplotlib: no others are asked for
    "font.size": 9,
    "svg.fonttype": "none",
    "text.parse_math": False,  # a label is its words: "$" begins no formula
    "svg.hashsalt": "casefile-audit",
}
_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", _XLINK)
_MOST_TICKS = 8
_KEY: Any = {"frameon": False, "fontsize": 8}
_WIDTH, _LEFT_OF_BARS, _BELOW_BARS = 7.1, 0.33, 0.3
_LABEL_WIDTH, _LABEL_LINES = 38, 2
_DOTS_PER_INCH = 200


def line_svg(chart: Chart, number: int) -> str:
    """A chart over time as SVG, to stand in a page: no date, no address, no comment.

    By its number among the page's charts no name in it comes twice in the page.
    """
    drawn = ElementTree.fromstring(_saved(_line(chart), "svg", metadata=_NO_METADATA))
    for element in drawn.findall(f"{{{_SVG}}}metadata"):
        drawn.remove(element)
    for element in drawn.iter():
        for key, value in element.items():
            if key == "id":
                element.set(key, f"chart-{number}-{value}")
            elif key == f"{{{_XLINK}}}href":
                element.set(key, value.replace("#", f"#chart-{number}-", 1))
            elif "url(#" in value:
                element.set(key, value.replace("url(#", f"url(#chart-{number}-"))
    return ElementTree.tostring(drawn, encoding="unicode")


def line_png(chart: Chart) -> bytes:
    """A chart over time as a picture."""
    return _saved(_line(chart), "png", dpi=_DOTS_PER_INCH)


def bars_png(labels: Sequence[str], rates: Sequence[Rate]) -> bytes:
    """Shares met, each beside its range and target, as a picture; the first stands at the top."""
    with mpl.rc_context(_SETTINGS):
        # Placed by hand, so that nothing is drawn only to be measured and all bars begin alike.
        height = _BELOW_BARS + 0.28 * len(rates)
        figure = Figure(figsize=(_WIDTH, height))
        axes: Axes = figure.add_axes(
            (_LEFT_OF_BARS, _BELOW_BARS / height, 0.97 - _LEFT_OF_BARS, 1 - _BELOW_BARS / height)
        )
        for place, rate in enumerate(rates):
            axes.barh(place, 1, color=_GREY, height=0.5)
            axes.barh(place, rate.met, color=_BLUE, height=0.5)
            axes.barh(
                place, rate.part, left=rate.met, color=_LIGHT, height=0.5, hatch="///",
                edgecolor=_BLUE, linewidth=0,
            )  # fmt: skip
            if rate.low is not None and rate.high is not None:
                ends = [rate.low, rate.high]
                axes.plot(ends, [place + 0.38] * 2, color=_INK, marker="|", markersize=5)
            if rate.target is not None:
                axes.plot([rate.target] * 2, [place - 0.34, place + 0.34], color=_RED, linewidth=2)
        axes.set_yticks(range(len(rates)), labels=[_wrapped(label) for label in labels], fontsize=8)
        axes.set_xticks([0, 0.5, 1], labels=["0%", "50%", "100%"])
        axes.set_xlim(0, 1.02)
        axes.set_ylim(len(rates) - 0.5, -0.5)
        _bare(axes)
        return _saved(figure, "png", dpi=_DOTS_PER_INCH)


def _wrapped(label: str) -> str:
    lines = textwrap.wrap(
        without_controls(label), _LABEL_WIDTH, max_lines=_LABEL_LINES, placeholder=" …"
    )
    return "\n".join(lines)


def _line(chart: Chart) -> Figure:
    with mpl.rc_context(_SETTINGS):
        figure = Figure(figsize=(_WIDTH, 2.4), layout="constrained")
        axes: Axes = figure.add_subplot()
        nothing = float("nan")
        places = range(len(chart.points))
        values = [nothing if p.value is None else p.value for p in chart.points]
        limits = [(p.low, p.high) for p in chart.points]
        lows = [nothing if low is None else low for low, _ in limits]
        highs = [nothing if high is None else high for _, high in limits]
        centres = [nothing if p.centre is None else p.centre for p in chart.points]
        band = axes.fill_between(places, lows, highs, color=_GREY, step="mid")
        (middle,) = axes.plot(places, centres, color="#505a5f", linestyle="--", linewidth=1.2)
        axes.plot(
            places, values, color=_BLUE, marker="o", markersize=4, linewidth=1.4, clip_on=False
        )  # fmt: skip
        signals = [place for place in places if chart.points[place].signal]
        (signs,) = axes.plot(
            signals, [values[place] for place in signals], color=_RED, marker="D", markersize=6,
            linestyle="none",
        )  # fmt: skip
        key: list[tuple[Artist, str]] = []
        key += [(middle, "centre")] if any(p.centre is not None for p in chart.points) else []
        key += (
            [(band, "what chance alone would give")]
            if any(p.high is not None for p in chart.points)
            else []
        )
        key += [(signs, "sign of change")] if signals else []
        if key:
            drawn, words = zip(*key, strict=True)
            figure.legend(drawn, words, loc="outside upper right", ncols=len(key), **_KEY)
        every = max(1, -(-len(chart.points) // _MOST_TICKS))
        axes.set_xticks(
            places[::every],
            labels=[without_controls(point.label) for point in chart.points[::every]],
            rotation=20,
        )
        axes.set_yticks(chart.ends, labels=list(chart.end_labels))
        axes.set_ylim(*chart.ends)
        _bare(axes)
        return figure


def _bare(axes: Axes) -> None:
    """No frame: what is drawn is what was counted."""
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0)


def _saved(figure: Figure, kind: str, **more: Any) -> bytes:
    held = io.BytesIO()
    with mpl.rc_context(_SETTINGS):
        figure.savefig(held, format=kind, **more)
    return held.getvalue()
