"""Files as bytes, and what they hold, told from the bytes and not from the name."""

import difflib
import io
import os
import re
import zipfile
import zlib
from enum import Enum
from pathlib import Path

from casefile_audit.errors import WorkbookError


class Kind(Enum):
    """What a file holds, in words that complete "it looks like …"."""

    XLSX = "an Excel workbook (.xlsx)"
    XLSB = "an Excel binary workbook (.xlsb)"
    XLS = "an Excel 97–2003 workbook (.xls)"
    ODS = "an OpenDocument spreadsheet (.ods)"
    PARQUET = "a Parquet file"
    TEXT = "plain text, such as CSV"
    PROTECTED = "a file protected by a password"
    WEB_PAGE = "a web page"
    XML = "an XML file"
    PDF = "a PDF"
    RTF = "a Rich Text document"
    WORD = "a Word document"
    POWERPOINT = "a PowerPoint presentation"
    OPEN_DOCUMENT = "an OpenDocument file other than a spreadsheet"
    NUMBERS = "an Apple Numbers spreadsheet"
    ZIP = "a zip archive"
    OLE = "another Office 97–2003 document"
    PICTURE = "a picture"
    BROKEN_ZIP = "an archive that is damaged or incomplete"
    UNKNOWN = "no kind of file that is known here"


KIND_OF_SUFFIX = {
    ".xlsx": Kind.XLSX,
    ".xlsm": Kind.XLSX,
    ".xls": Kind.XLS,
    ".xlsb": Kind.XLSB,
    ".ods": Kind.ODS,
    ".csv": Kind.TEXT,
    ".tsv": Kind.TEXT,
    ".txt": Kind.TEXT,
    ".parquet": Kind.PARQUET,
}
NUL = b"\0"

ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    EOFError,
    OSError,
    RuntimeError,  # a member is encrypted, or packed in a way that Python does not know
    ValueError,
)
"""Every error that ``zipfile`` raises at a damaged or hostile archive."""

_STARTS = (
    (b"%PDF", Kind.PDF),
    (b"{\\rtf", Kind.RTF),
    (b"PAR1", Kind.PARQUET),
    (b"\x89PNG", Kind.PICTURE),
    (b"\xff\xd8\xff", Kind.PICTURE),
    (b"GIF8", Kind.PICTURE),
)
_CONTENT_TYPES = (
    (b"wordprocessingml.document.main", Kind.WORD),
    (b"wordprocessingml.template.main", Kind.WORD),
    (b"ms-word.document", Kind.WORD),
    (b"presentationml.presentation.main", Kind.POWERPOINT),
    (b"sheet.binary.macroEnabled.main", Kind.XLSB),
    (b"sheet.main+xml", Kind.XLSX),
    (b"sheet.macroEnabled.main+xml", Kind.XLSX),
)
_WEB_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|meta|body|table|style)\b", re.I
)
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\b")
_BYTES_SNIFFED = 65_536
_LARGEST_SMALL_PART = 67_108_864


def bytes_of(path: Path) -> bytes:
    """Read a file whole.

    Raises:
        WorkbookError: it is missing, a folder, empty, not allowed to be read, or has an ending
            that is not read.
    """
    if os.path.isfile(path) and path.suffix.lower() not in KIND_OF_SUFFIX:
        raise WorkbookError(
            f"{path.name} is not a kind of file that is read",
            hint=f"Save it again as one of {', '.join(KIND_OF_SUFFIX)}",
        )
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise _missing(path) from None
    except OSError as error:
        if os.path.isdir(path):
            raise WorkbookError(f"{path} is a folder", hint="Name one file inside it") from None
        raise WorkbookError(
            f"{path.name} can't be opened: {error.strerror}",
            hint="Close it in other programs, and check that you are allowed to read it",
        ) from error
    if not data:
        raise WorkbookError(f"{path.name} is empty", hint="Check that this is the right file")
    return data


def kind_of(data: bytes) -> Kind:
    """Tell what a file holds.

    Args:
        data: the whole file.
    """
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_zip(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _kind_of_ole(data)
    return _kind_of_text(data[:_BYTES_SNIFFED])


def check_kind(path: Path, data: bytes) -> Kind:
    """Check that a file holds what its name says.

    Args:
        path: a file with an ending that is read.
        data: the whole file.

    Raises:
        WorkbookError: it holds something else, or a password protects it.
    """
    name, suffix = path.name, path.suffix.lower()
    expected, found = KIND_OF_SUFFIX[suffix], kind_of(data)
    if found is Kind.PROTECTED:
        raise protected(name)
    if found is not expected:
        endings = [ending for ending, kind in KIND_OF_SUFFIX.items() if kind is found]
        hint = "Open it in the program that made it and save it again as .xlsx"
        if endings:
            hint = f"Rename it to end in {endings[0]}, or open it and save it again as {suffix}"
        elif found in (Kind.UNKNOWN, Kind.BROKEN_ZIP):
            hint = "It may be damaged: get a fresh copy"
        raise WorkbookError(
            f"{name} is not {expected.value}: it looks like {found.value}", hint=hint
        )
    return found


def protected(name: str) -> WorkbookError:
    """The error for a file that cannot be read without a password."""
    return WorkbookError(
        f"{name} is protected by a password",
        hint="Open it in the program that made it, take the password or the encrypting label "
        "off, and save an unprotected copy",
    )


def small_part(package: zipfile.ZipFile, part: str) -> bytes:
    """The start of a part of a zip package, at most 64 MiB of it.

    Raises:
        ZIP_ERRORS: the part is missing or damaged.
    """
    with package.open(part) as stream:
        return stream.read(_LARGEST_SMALL_PART)


def _missing(path: Path) -> WorkbookError:
    folder = path.parent
    if not folder.is_dir():
        return WorkbookError(f"there is no folder {folder}", hint="Check how the path is spelt")
    nearest = difflib.get_close_matches(path.name, os.listdir(folder), 1)
    hint = f"Did you mean {nearest[0]}?" if nearest else "Check how the name is spelt"
    return WorkbookError(f"there is no file {path.name} in {folder.absolute()}", hint=hint)


def _kind_of_zip(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
            if "mimetype" in names:
                return _kind_of_open_document(package)
            if "[Content_Types].xml" in names:
                types = small_part(package, "[Content_Types].xml")
                return next((kind for mark, kind in _CONTENT_TYPES if mark in types), Kind.ZIP)
    except ZIP_ERRORS:
        return Kind.BROKEN_ZIP
    return Kind.NUMBERS if any(name.endswith(".iwa") for name in names) else Kind.ZIP


def _kind_of_open_document(package: zipfile.ZipFile) -> Kind:
    mimetype = small_part(package, "mimetype")
    if b"opendocument.spreadsheet" not in mimetype:
        return Kind.OPEN_DOCUMENT if b"opendocument" in mimetype else Kind.ZIP
    encrypted = b"encryption-data" in small_part(package, "META-INF/manifest.xml")
    return Kind.PROTECTED if encrypted else Kind.ODS


def _kind_of_ole(data: bytes) -> Kind:
    # The directory of an OLE container names its streams in UTF-16.
    streams = (
        ("EncryptedPackage", Kind.PROTECTED),
        ("EncryptionInfo", Kind.PROTECTED),
        ("Workbook", Kind.XLS),
        ("Book", Kind.XLS),
        ("WordDocument", Kind.WORD),
        ("PowerPoint Document", Kind.POWERPOINT),
    )
    return next((kind for name, kind in streams if name.encode("utf-16-le") in data), Kind.OLE)


def _kind_of_text(head: bytes) -> Kind:
    if _WEB_PAGE.match(head):
        return Kind.WEB_PAGE
    if _XML.match(head):
        return Kind.WEB_PAGE if b"<html" in head.lower() else Kind.XML
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Kind.TEXT
    if NUL in head and not _looks_like_utf_16(head):
        return Kind.UNKNOWN
    return Kind.TEXT


def _looks_like_utf_16(head: bytes) -> bool:
    """Whether every other byte is mostly NUL, as in English text in UTF-16."""
    fewer, more = sorted((head[::2].count(NUL), head[1::2].count(NUL)))
    return more * 4 > len(head) and fewer * 20 < more
