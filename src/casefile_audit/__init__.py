"""Applies audit rubrics to spreadsheets of case files and says plainly what the files show."""

__version__ = "0.1.0"
