"""Zip packages, which .xlsx, .xlsb and .ods files are, held to what they may unpack to."""

import io
import struct
import zlib
from collections.abc import Collection
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from casefile_audit.errors import WorkbookError
from casefile_audit.files.limits import PARTS, RAISE_MEGABYTES, FileLimits

ZIP_ERRORS = (
    BadZipFile,
    zlib.error,
    struct.error,
    KeyError,
    EOFError,
    OSError,
    RuntimeError,  # a part is encrypted, or packed in a way that Python does not know
    ValueError,
)
"""Every error that ``zipfile`` raises at a damaged or hostile archive."""

_DIRECTORY_ENTRY = b"PK\x01\x02"
_DIRECTORY_END = b"PK\x05\x06"
_MANY = 0xFFFF
_LOCAL_HEADER = 30
_NAME_LENGTHS = 26
_MOST_UNPACKED = 1032
"""How many bytes one byte of deflated data can stand for."""
_PACKED_CHUNK = 16_384
_PLAIN_CHUNK = 1_048_576
# Which format a package is of is told by one of these parts: python-calamine tries the formats in
# an order of its own, and would read one that nobody held to its bounds.
_ROOTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")


def has_too_many_parts(data: bytes) -> bool:
    """Whether a package lists more parts than a workbook has, before the list is read."""
    return data.count(_DIRECTORY_ENTRY) > PARTS


def too_much_text(name: str, limits: FileLimits) -> WorkbookError:
    """The error for a file whose cells hold more text than they may, repeated words and all."""
    return WorkbookError(
        f"the cells of {name} hold more than {limits.megabytes:,} megabytes of text",
        hint="Split it, or, if it is from somebody you trust and there is memory for it, allow "
        f"more with {RAISE_MEGABYTES}",
    )


def open_package(name: str, data: bytes, limits: FileLimits) -> ZipFile:
    """Open a package, if it can be unpacked without harm.

    Args:
        name: the file's name, for messages.
        data: the whole file.
        limits: what a file may hold.

    Raises:
        WorkbookError: it unpacks to too much, or holds two different parts of one name, or two
            workbooks.
        ZIP_ERRORS: it is damaged.
    """
    package = ZipFile(io.BytesIO(data))
    parts = package.infolist()
    _check_count(data, len(parts))
    _check_names(name, parts)
    if sum(part.file_size for part in parts) > limits.bytes:
        raise WorkbookError(
            f"{name} unpacks to more than {limits.megabytes:,} megabytes",
            hint="Pictures can be deleted, and the file split. If it is from somebody you trust, "
            f"allow more with {RAISE_MEGABYTES}",
        )
    # The size that a part declares is no promise: what is packed is counted where it could matter.
    if sum(map(_most_unpacked, parts)) > limits.bytes:
        for part in parts:
            _check_size(data, part)
    return package


def check_parts(package: ZipFile, others: Collection[str] = ()) -> None:
    """Check what is packed against its checksum, part by part.

    python-calamine stops where the cells end, before it could tell.

    Args:
        package: the open package.
        others: the names of parts that are read to their end elsewhere, which checks them too.

    Raises:
        ZIP_ERRORS: a part isn't what it was when it was packed.
    """
    for part in package.infolist():
        if part.filename not in others:
            with package.open(part) as stream:
                while stream.read(_PLAIN_CHUNK):
                    pass


def _check_count(data: bytes, parts: int) -> None:
    """Python goes by how long the list of parts is, and python-calamine by how many it is of."""
    end = data.rfind(_DIRECTORY_END)
    here, everywhere = struct.unpack_from("<HH", data, end + 8)
    if {here, everywhere} - {parts, _MANY}:
        raise BadZipFile("another number of parts than are there")


def _check_names(name: str, parts: list[ZipInfo]) -> None:
    found: dict[str, int] = {}
    for part in parts:
        spelt = part.filename.lower().replace("\\", "/")
        if found.setdefault(spelt, part.CRC) != part.CRC:
            raise WorkbookError(
                f"{name} holds two different parts called {part.filename}, so what it says can't "
                "be told",
                hint="Open it in Excel or LibreOffice, save it again, and use the new copy",
            )
    if sum(root in found for root in _ROOTS) > 1:
        raise WorkbookError(
            f"{name} holds workbooks of two kinds, so which is meant can't be told",
            hint="Open it in Excel or LibreOffice, save it again, and use the new copy",
        )


def _most_unpacked(part: ZipInfo) -> int:
    return part.compress_size * (1 if part.compress_type == ZIP_STORED else _MOST_UNPACKED)


def _check_size(data: bytes, part: ZipInfo) -> None:
    if part.compress_type == ZIP_STORED:
        return
    if part.compress_type != ZIP_DEFLATED:
        raise BadZipFile("packed in a way that spreadsheets do not use")
    name, extra = struct.unpack_from("<HH", data, part.header_offset + _NAME_LENGTHS)
    start = part.header_offset + _LOCAL_HEADER + name + extra
    end, size = start + part.compress_size, 0
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    for at in range(start, end, _PACKED_CHUNK):
        size += len(stream.decompress(data[at : min(at + _PACKED_CHUNK, end)]))
        if size > part.file_size:
            raise BadZipFile("a part unpacks to more than it declares")
