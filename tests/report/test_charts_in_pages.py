"""Charts in pages and pictures: no address, no name twice, the same each time."""

import re
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from matplotlib.font_manager import findfont

from casefile_audit.output.writing import OutputTable
from casefile_audit.report.blocks import Chart, Heading, Point, Rate
from casefile_audit.report.charts import _SETTINGS, bars_png, line_png, line_svg
from casefile_audit.report.html import render
from casefile_audit.report.reports import Report

HOSTILE = [
    "$\\frac{",
    "$x^2$",
    "a\x01\x1b[31mb",
    'x" onload="alert(1)',
    "<script>",
    "]]>",
    "&amp;",
    "\u202eb",
]


def chart(labels: list[str], caption: str = "Share") -> Chart:
    points = [
        Point(label, f"{n} of 9", n / 9, 0, 0.8, 0.4, "", n == 2) for n, label in enumerate(labels)
    ]
    return Chart(caption, (0, 1), ("0%", "100%"), points)


def page(*charts: Chart) -> str:
    report = Report([Heading("Title", 1), Heading("Part"), *charts], OutputTable("F", [], []))
    return render(report).decode()


def test_a_page_with_several_charts_names_nothing_twice_and_leads_nowhere() -> None:
    months = [f"Month {n}" for n in range(12)]
    html = page(chart(months), chart(months), chart(months[:3], "Another"))
    names = re.findall(r'\bid="([^"]*)"', html)
    assert len(set(names)) == len(names) > 30
    used = re.findall(r'(?:url\(|href=")#([^)"]*)', html)
    assert set(used) <= set(names)
    addresses = set(re.findall(r"https?://[^\"'<> ]+", html))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "<!--" not in html
    assert html == page(chart(months), chart(months), chart(months[:3], "Another"))


@pytest.mark.parametrize("label", HOSTILE)
def test_a_label_is_its_words(label: str) -> None:
    drawn = line_svg(chart([label, "b", "c"]), 1)
    for element in ElementTree.fromstring(drawn).iter():
        assert not element.tag.endswith("script")
        assert not any(key.startswith("on") for key in element.attrib)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e]", drawn)
    assert line_png(chart([label, "b", "c"])).startswith(b"\x89PNG")
    assert bars_png([label], [Rate("Met in 5 of 9.", 0.5)]).startswith(b"\x89PNG")


def test_letters_are_in_a_picture_where_no_fonts_are_installed() -> None:
    """The font comes with matplotlib, so that what a picture says hangs on no machine."""
    with mpl.rc_context(_SETTINGS):
        font = Path(findfont(mpl.rcParams["font.family"][0], fallback_to_default=False))
    assert font.is_relative_to(Path(mpl.get_data_path()))
    rate = [Rate("Met in 5 of 9.", 0.5)]
    assert bars_png(["Ethnicity recorded"], rate) != bars_png(["                  "], rate)
    assert bars_png(["Ethnicity recorded"], rate) == bars_png(["Ethnicity recorded"], rate)
