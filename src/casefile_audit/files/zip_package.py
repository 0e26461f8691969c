"""Zip packages, which .xlsx, .xlsb and .ods files are, held to what they may unpack to."""

import io
import struct
import zlib
from collections.abc import Collection, Iterator, Mapping
from copy import copy
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
_SIZES_FOLLOW = 0x08
# Larger ones are set aside anew each time, which takes longer than to unpack them.
_PIECE = 131_072
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

    Raises:
        WorkbookError: it unpacks to too much, or holds two different parts of one name, or two
            workbooks.
        ZIP_ERRORS: it is damaged.
    """
    package = ZipFile(io.BytesIO(data))
    check_packing(package)
    parts = package.infolist()
    _check_count(data, len(parts))
    _check_names(name, parts)
    if sum(part.file_size for part in parts) > limits.bytes:
        raise WorkbookError(
            f"{name} unpacks to more than {limits.megabytes:,} megabytes",
            hint="Pictures can be deleted, and the file split. If it is from somebody you trust, "
            f"allow more with {RAISE_MEGABYTES}",
        )
    return package


def check_packing(package: ZipFile) -> None:
    """Check how the parts are packed: what else Python unpacks, it unpacks without a bound.

    Raises:
        BadZipFile: a part is packed as none of a spreadsheet is.
    """
    if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in package.infolist()):
        raise BadZipFile("packed in a way that spreadsheets do not use")


def pieces_of(package: ZipFile, part: str | ZipInfo) -> Iterator[bytes]:
    """What a part holds, some of it at a time, as far as it is what it declares to be.

    The size that a part declares is no promise, and python-calamine goes by none: a part is read
    whole by this before it is read by that.

    Raises:
        ZIP_ERRORS: it unpacks to more than it declares, or isn't what it was when it was packed.
    """
    declared = copy(part if isinstance(part, ZipInfo) else package.getinfo(part))
    left = declared.file_size
    declared.file_size += 1  # or else Python would stop there
    with package.open(declared) as stream:
        while piece := stream.read(_PIECE):
            left -= len(piece)
            if left < 0:
                raise BadZipFile("a part unpacks to more than it declares")
            yield piece


def check_parts(package: ZipFile, others: Collection[str] = ()) -> None:
    """Check that what is packed is what it declares to be, part by part.

    Args:
        others: the names of parts that are read by ``pieces_of`` elsewhere, which checks them too.

    Raises:
        ZIP_ERRORS: a part isn't.
    """
    for part in package.infolist():
        # Of two parts of one name that is not the other.
        if part.filename not in others or package.getinfo(part.filename) is not part:
            for _ in pieces_of(package, part):
                pass


def starting_with(data: bytes, start: bytes, checksums: Mapping[str, int]) -> bytes:
    """A package some parts of which start with further bytes; what is packed stays so.

    Args:
        checksums: for each of the parts, by its name, the checksum that it then has.
    """
    changed, whole = io.BytesIO(), memoryview(data)
    with ZipFile(io.BytesIO(data)) as package, ZipFile(changed, "w") as copies:
        for own in package.infolist():
            names = struct.unpack_from("<HH", data, own.header_offset + _LOCAL_HEADER - 4)
            at = own.header_offset + _LOCAL_HEADER + sum(names)
            new, first = copy(own), b""
            if own.filename in checksums and package.getinfo(own.filename) is own:
                first, new.CRC = _not_last(start, own), checksums[own.filename]
                new.file_size += len(start)
                new.compress_size += len(first)
            new.header_offset, new.flag_bits = changed.tell(), own.flag_bits & ~_SIZES_FOLLOW
            new.extra = b""
            changed.writelines((new.FileHeader(), first, whole[at : at + own.compress_size]))
            copies.start_dir = changed.tell()
            copies.filelist.append(new)
    return changed.getvalue()


def _not_last(data: bytes, part: ZipInfo) -> bytes:
    """Bytes as they are packed in front of others of a part."""
    if part.compress_type == ZIP_STORED:
        return data
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)


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
