"""Files as bytes, and what they hold, told from the bytes and not from the name."""

import codecs
import difflib
import io
import os
import re
import stat
import zipfile
from enum import Enum
from pathlib import Path

from casefile_audit.errors import WorkbookError
from casefile_audit.files.limits import RAISE_MEGABYTES, SMALL_PART, FileLimits
from casefile_audit.files.zip_package import ZIP_ERRORS, check_packing, has_too_many_parts
from casefile_audit.inputs import check_stamp, open_input, stamp_of


class Kind(Enum):
    """What a file holds, in words that complete "it looks like …"."""

    XLSX = "an Excel workbook (.xlsx)"
    XLSB = "an Excel binary workbook (.xlsb)"
    XLS = "an Excel 97–2003 workbook (.xls)"
    ODS = "an OpenDocument spreadsheet (.ods)"
    PARQUET = "a Parquet file"
    TEXT = "plain text, such as CSV"
    ENCRYPTED = "a file encrypted with a password"
    LABELLED = "a file encrypted by a sensitivity label"
    ENCRYPTED_ODS = "an encrypted OpenDocument spreadsheet"
    WEB_PAGE = "a web page"
    XML = "an XML file"
    PDF = "a PDF"
    RTF = "a Rich Text document"
    WORD = "a Word document"
    OLD_WORD = "a Word 97–2003 document (.doc)"
    POWERPOINT = "a PowerPoint presentation"
    OPEN_DOCUMENT = "an OpenDocument file other than a spreadsheet"
    NUMBERS = "an Apple Numbers spreadsheet"
    ZIP = "a zip archive"
    OLE = "an Office 97–2003 document of another kind, or a damaged one"
    PICTURE = "a picture"
    CROWDED_ZIP = "an archive of more parts than a spreadsheet has"
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
    ".docx": Kind.WORD,
    ".docm": Kind.WORD,
}
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NUL = b"\0"
_FEW_NULS = 8
_OF_TEXT = bytes([0, *range(9, 14), *range(32, 127), *range(128, 256)])

_STARTS = (
    (b"%PDF", Kind.PDF),
    (b"{\\rtf", Kind.RTF),
    (b"PAR1", Kind.PARQUET),
    (b"\x89PNG", Kind.PICTURE),
    (b"\xff\xd8\xff", Kind.PICTURE),
    (b"GIF8", Kind.PICTURE),
    (b"MIME-Version:", Kind.WEB_PAGE),
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
_OLE_ENTRY = 128
_STREAMS = (
    ("EncryptionInfo", Kind.ENCRYPTED),
    ("EncryptedPackage", Kind.LABELLED),
    ("\x09DRMContent", Kind.LABELLED),
    ("Workbook", Kind.XLS),
    ("Book", Kind.XLS),
    ("WordDocument", Kind.OLD_WORD),
    ("PowerPoint Document", Kind.POWERPOINT),
)
_WEB_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|meta|body|table|style)\b", re.I
)
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\b")
_BYTES_SNIFFED = 65_536
_MAY_BE_ENCRYPTED = (".xlsx", ".xlsm", ".xlsb", ".xls", ".docx", ".docm")
_SHUT = {
    Kind.LABELLED: (
        "encrypted by a sensitivity label or by rights management, which only Office can open",
        "Open it in Excel as somebody who is allowed to, change the label to one that doesn't "
        "encrypt, or ask its owner for a copy without",
    ),
    Kind.ENCRYPTED_ODS: (
        "encrypted, and an encrypted .ods file can't be opened here",
        "Open it in LibreOffice, and save it as .xlsx with a password or as .ods without one",
    ),
}


def bytes_of(path: Path, limits: FileLimits) -> bytes:
    """Read a file whole.

    Raises:
        WorkbookError: it is missing, a folder, a device, empty, too big, not allowed to be read,
            changed meanwhile, or has an ending that is not read.
    """
    try:
        _check_file(path, path.stat(), limits)
        with open_input(path) as file:
            stamp = stamp_of(file)
            _check_file(path, os.fstat(file.fileno()), limits)
            # One byte more than there are: of a file that grew, which is found out next.
            data = file.read(stamp.size + 1)
            check_stamp(path, file, stamp)
    except (FileNotFoundError, NotADirectoryError):
        raise _missing(path) from None
    except OSError as error:
        raise WorkbookError(
            f"{path.name} can't be opened: {error.strerror}",
            hint="Close it in other programs, and check that you are allowed to read it",
        ) from error
    if not data:
        raise WorkbookError(f"{path.name} is empty", hint="Check that this is the right file")
    return data


def _check_file(path: Path, status: os.stat_result, limits: FileLimits) -> None:
    if stat.S_ISDIR(status.st_mode):
        hint = f"Name one file inside it, or all of them as {path}/*"
        raise WorkbookError(f"{path} is a folder", hint=hint)
    if not stat.S_ISREG(status.st_mode):
        raise WorkbookError(
            f"{path} is not an ordinary file",
            hint="Save what it gives as a file, and name that",
        )
    if path.suffix.lower() not in KIND_OF_SUFFIX:
        raise WorkbookError(
            f"{path.name} is not a kind of file that is read",
            hint=f"Save it again as one of {', '.join(KIND_OF_SUFFIX)}",
        )
    if status.st_size > limits.bytes:
        raise WorkbookError(
            f"{path.name} is larger than {limits.megabytes:,} megabytes",
            hint=f"Split it, or, if there is memory for it, allow more with {RAISE_MEGABYTES}",
        )


def kind_of(data: bytes) -> Kind:
    """Tell what a file holds."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_zip(data)
    if data.startswith(OLE_MAGIC):
        return _kind_of_ole(data)
    return _kind_of_text(data[:_BYTES_SNIFFED])


def check_kind(path: Path, data: bytes) -> Kind:
    """Check that a file holds what its name says.

    Args:
        path: a file with an ending that is read.
        data: the whole file.

    Returns:
        What it holds: of a workbook of Excel that is encrypted whole, only that it is encrypted.

    Raises:
        WorkbookError: it holds something else, or is encrypted in a way that can't be undone here.
    """
    name, suffix = path.name, path.suffix.lower()
    expected, found = KIND_OF_SUFFIX[suffix], kind_of(data)
    if found is Kind.ENCRYPTED and suffix in _MAY_BE_ENCRYPTED:
        return found
    if found in _SHUT:
        what, hint = _SHUT[found]
        raise WorkbookError(f"{name} is {what}", hint=hint)
    if found is not expected and name.startswith("~$"):
        raise WorkbookError(
            f"{name} is no workbook: Excel keeps it beside one that is open",
            hint=f"Give {name[2:]} itself. What was last saved is read.",
        )
    if found is not expected:
        endings = [ending for ending, kind in KIND_OF_SUFFIX.items() if kind is found]
        hint = "Open it in the program that made it and save it again as .xlsx"
        if endings:
            hint = f"Rename it to end in {endings[0]}, or open it and save it again as {suffix}"
        elif found in (Kind.UNKNOWN, Kind.BROKEN_ZIP, Kind.CROWDED_ZIP):
            hint = "It may be damaged: get a fresh copy"
        raise WorkbookError(
            f"{name} is not {expected.value}: it looks like {found.value}", hint=hint
        )
    return found


def small_part(package: zipfile.ZipFile, part: str) -> bytes:
    """The start of a part of a zip package, at most 64 MiB of it.

    Raises:
        ZIP_ERRORS: the part is missing or damaged.
    """
    with package.open(part) as stream:
        return stream.read(SMALL_PART)


def _missing(path: Path) -> WorkbookError:
    folder = path.parent
    if not folder.is_dir():
        return WorkbookError(f"there is no folder {folder}", hint="Check how the path is spelt")
    # Not what a program keeps beside a file, such as a lock.
    names = [name for name in os.listdir(folder) if not name.startswith(("~$", "."))]
    nearest = difflib.get_close_matches(path.name, names, 1)
    hint = f"Did you mean {nearest[0]}?" if nearest else "Check how the name is spelt"
    return WorkbookError(f"there is no file {path.name} in {folder.absolute()}", hint=hint)


def _kind_of_zip(data: bytes) -> Kind:
    if has_too_many_parts(data):
        return Kind.CROWDED_ZIP
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            check_packing(package)
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
    return Kind.ENCRYPTED_ODS if encrypted else Kind.ODS


def _kind_of_ole(data: bytes) -> Kind:
    return next((kind for name, kind in _STREAMS if _has_stream(data, name)), Kind.OLE)


def _has_stream(data: bytes, name: str) -> bool:
    """Whether the directory of an OLE container names a stream."""
    entry = name.encode("utf-16-le") + NUL * 2
    at = data.find(entry)
    while at >= 0 and at % _OLE_ENTRY:  # what stands elsewhere is what a cell says
        at = data.find(entry, at + 1)
    return at >= 0


def _kind_of_text(head: bytes) -> Kind:
    if _WEB_PAGE.match(head):
        return Kind.WEB_PAGE
    if _XML.match(head):
        return Kind.WEB_PAGE if b"<html" in head.lower() else Kind.XML
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)):
        return Kind.TEXT
    if NUL in head and not _looks_like_utf_16(head) and not _is_text_but_for_nuls(head):
        return Kind.UNKNOWN
    return Kind.TEXT


def _is_text_but_for_nuls(head: bytes) -> bool:
    """Whether a few NULs stand in it, as a database or a lost connection leaves them, and nothing
    else that no text has.
    """  # noqa: D205 - one thought
    return head.count(NUL) < max(_FEW_NULS, len(head) / 50) and not head.translate(None, _OF_TEXT)


def _looks_like_utf_16(head: bytes) -> bool:
    """Whether every other byte is mostly NUL, as in English text in UTF-16."""
    fewer, more = sorted((head[::2].count(NUL), head[1::2].count(NUL)))
    return more * 4 > len(head) and fewer * 20 < more
