"""The figures of a document as CSV, one row a question and group: for other programs."""

from casefile_audit.output.writing import csv_lines
from casefile_audit.report.reports import Report


def render(document: Report) -> bytes:
    """The figures in UTF-8. Whatever a text holds is text: none of it is run as a formula."""
    return b"".join(csv_lines(document.figures))
