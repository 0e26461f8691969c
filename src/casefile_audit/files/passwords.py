"""Files of Excel that a password encrypts, opened in memory."""

import io
import types
from collections.abc import Callable

from casefile_audit.errors import WorkbookError

AskPassword = Callable[[str], str | None]
"""Gives the password for the file of a name; ``None`` where there is none to be had."""

EXCELS_OWN = "VelvetSweatshop"
"""The password of a workbook that is protected but opens unasked: Excel tries it on every file."""


def decrypted(name: str, data: bytes, ask: AskPassword) -> bytes:
    """What an encrypted .xlsx, .xlsm, .xlsb or .xls file holds, which is never put on a disk.

    Args:
        ask: called once, unless the file opens without being asked for.

    Raises:
        WorkbookError: there is no password, it is the wrong one, or the file is encrypted in a way
            that is not known here.
    """
    if (plain := _opened(name, data, EXCELS_OWN)) is not None:
        return plain
    password = ask(name)
    if password is None:
        raise WorkbookError(
            f"{name} is encrypted, and no password was given",
            hint="Put the password in a file and add --password-file FILE, or run this in a "
            "terminal, where it is asked for",
        )
    if (plain := _opened(name, data, password)) is None:
        raise WorkbookError(
            f"{name} is encrypted, and the password given is not its password",
            hint="Check the password by opening the file in Excel. One password is used for all "
            "the files of a run",
        )
    return plain


def _opened(name: str, data: bytes, password: str) -> bytes | None:
    """What the file holds; ``None`` if the password is wrong."""
    # Late, because few files are encrypted and it takes as long as all the rest.
    import msoffcrypto
    from msoffcrypto.exceptions import InvalidKeyError
    from msoffcrypto.format import xls97

    # It would put what an .xls file holds in a temporary file.
    xls97.tempfile = types.SimpleNamespace(TemporaryFile=io.BytesIO)
    plain = io.BytesIO()
    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(data))
        if file.format == "ooxml":
            file.load_key(password=password, verify_password=True)
        else:
            file.load_key(password=password)
        file.decrypt(plain)
    except InvalidKeyError:
        return None
    except Exception as error:  # whatever it makes of a damaged file
        raise WorkbookError(
            f"{name} is encrypted in a way that can't be undone here, or is damaged",
            hint="Open it in Excel, take the password off, and save an unprotected copy where it "
            "is safe to keep one",
        ) from error
    return plain.getvalue()
