"""What fuzzing starts from: the samples and the shipped rubrics, in every kind of file."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pyarrow
import pyarrow.parquet

from casefile_audit.rubric.loading import DEFAULT_RUBRIC

_ROOT = Path(__file__).parents[2]
# Small inputs are tried faster: a larger sample is cut to its first rows, a larger rubric left out.
_MOST_BYTES = 30_000
_MOST_BYTES_OF_RUBRIC = 6_000
_ROWS_KEPT = 12

Table = Sequence[Sequence[str]]

_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/"
 manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""
_CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
 office:version="1.2"><office:body><office:spreadsheet>
<table:calculation-settings><table:null-date table:date-value="1899-12-30"/>
</table:calculation-settings>
<table:table table:name="Cases">{rows}<table:table-row
 table:visibility="collapse"><table:table-cell office:value-type="string"
 calcext:value-type="error"><office:annotation><text:p>why</text:p></office:annotation>
<text:p>#N/A</text:p></table:table-cell><table:table-cell table:number-columns-repeated="3"
 office:value-type="float" office:value="45000"><text:p>45000</text:p></table:table-cell>
</table:table-row><table:table-row table:number-rows-repeated="1048000"><table:table-cell
 table:number-columns-repeated="1024"/></table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>"""
_ODS_CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'


def workbooks() -> list[bytes]:
    """The samples as .xlsx, and tables of them as .csv, .ods and .parquet."""
    samples = sorted((_ROOT / "samples").glob("*.xlsx"))
    tables = [_table(path) for path in samples[::5]]
    return [
        *(_small(path) for path in samples),
        *(_text(table, *how) for table in tables for how in _HOW),
        *(ods(_rows_of_ods(table)) for table in tables),
        # Nothing in a Parquet file names its rubric, so only those of the default one are read.
        *(_parquet(rows) for named, *rows in tables if DEFAULT_RUBRIC in named),
    ]


def rubrics() -> list[bytes]:
    """The smaller shipped rubrics, and the one that ``audit rubric new`` starts from."""
    shipped = [path.read_bytes() for path in sorted((_ROOT / "rubrics").glob("*.yaml"))]
    starter = (_ROOT / "src" / "casefile_audit" / "starter.yaml").read_bytes()
    small = [content for content in shipped if len(content) < _MOST_BYTES_OF_RUBRIC]
    return [*small, starter.replace(b"NAME", b"starter")]


_HOW = ((",", "utf-8"), (";", "cp1252"), ("\t", "utf-16"))


def _small(sample: Path) -> bytes:
    content = sample.read_bytes()
    if len(content) <= _MOST_BYTES:
        return content
    book = openpyxl.load_workbook(sample)
    for sheet in book.worksheets:
        sheet.delete_rows(_ROWS_KEPT, sheet.max_row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _table(sample: Path) -> Table:
    """The rows of the fullest sheet as text, under one that names the rubric."""
    book = openpyxl.load_workbook(sample)
    cases = max(book.worksheets, key=lambda sheet: sheet.max_column)
    rows = list(_rows(cases.iter_rows(max_row=_ROWS_KEPT, values_only=True)))
    named = [row for sheet in book.worksheets for row in _rows(sheet.values) if row[0] == "Rubric"]
    return [*named[:1], *rows]


def _rows(rows: Iterator[tuple[object, ...]]) -> Iterator[list[str]]:
    for row in rows:
        yield ["" if cell is None else str(cell) for cell in row]


def _text(table: Table, separator: str, encoding: str) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator).writerows(table)
    return stream.getvalue().encode(encoding, errors="replace")


def _rows_of_ods(table: Table) -> str:
    cells = ("".join(_ODS_CELL.format(escape(cell)) for cell in row) for row in table)
    return "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)


def ods(rows: str) -> bytes:
    """An .ods file of these rows and one with an error, hidden."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", _MANIFEST)
        package.writestr("content.xml", _CONTENT.format(rows=rows).replace(">\n<", "><"))
    return stream.getvalue()


def _parquet(table: Table) -> bytes:
    headings, *rows = table
    columns = dict(zip(headings, zip(*rows, strict=True), strict=False))
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({k: list(v) for k, v in columns.items()}), sink)
    return sink.getvalue()
