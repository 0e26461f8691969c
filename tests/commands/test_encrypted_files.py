import hashlib
import io
import os
import pty
import random
import select
import struct
import sys
import termios
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msoffcrypto
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msoffcrypto.method.ecma376_standard import ECMA376Standard
from msoffcrypto.method.rc4 import DocumentRC4
from msoffcrypto.method.rc4_cryptoapi import DocumentRC4CryptoAPI

from hostile_files import Part, biff, ole, record, xlsx
from processes import run
from workbooks import Audit, save_text

PASSWORD = "Pa55 wörd"
SALT = bytes(range(16))
VERIFIER = b"sixteen letters."


@cache
def agile(password: str = PASSWORD) -> bytes:
    """A workbook encrypted as Excel has done since 2010."""
    # Of its usual size: the library writes a container wrongly for less than 4,096 bytes.
    padding = Part("docProps/thumbnail.jpeg", random.Random(1).randbytes(10_000))
    plain, written = io.BytesIO(xlsx(extra=[padding])), io.BytesIO()
    msoffcrypto.OfficeFile(plain).encrypt(password, written)
    return written.getvalue()


def standard() -> bytes:
    """A workbook encrypted as Excel 2007 did."""
    key = ECMA376Standard.makekey_from_password(PASSWORD, 0x660E, 0x8004, 0x18, 128, 16, SALT)
    cipher = Cipher(algorithms.AES(key), modes.ECB())
    proof = cipher.encryptor().update(hashlib.sha1(VERIFIER).digest().ljust(32, b"\0"))
    header = struct.pack("<8L", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + "AES\0".encode("utf-16")
    info = struct.pack("<HHLL", 4, 2, 0x24, len(header)) + header + struct.pack("<L", 16) + SALT
    info += cipher.encryptor().update(VERIFIER) + struct.pack("<L", 20) + proof
    plain = xlsx()
    whole = plain.ljust(-(-len(plain) // 16) * 16, b"\0")
    packed = struct.pack("<Q", len(plain)) + cipher.encryptor().update(whole)
    return ole({"EncryptionInfo": info.ljust(4096, b"\0"), "EncryptedPackage": packed.ljust(4104)})


def hidden(plain: bytes, keys: bytes) -> bytes:
    """The records of a workbook, with the key stream over what the format hides of them."""
    found, at = bytearray(plain), 0
    while at < len(plain):
        number, size = struct.unpack_from("<HH", plain, at)
        first = {0x809: size, 0x2F: size, 0x85: 4}.get(number, 0)
        for place in range(at + 4 + first, at + 4 + size):
            found[place] ^= keys[place]
        at += 4 + size
    return bytes(found)


def rc4(password: str = PASSWORD) -> bytes:
    """An .xls workbook encrypted as Excel 97 did."""
    keys = DocumentRC4.decrypt(password, SALT, io.BytesIO(bytes(32)), 1024).read()
    proof = bytes(
        a ^ b for a, b in zip(VERIFIER + hashlib.md5(VERIFIER).digest(), keys, strict=True)
    )
    plain = biff(globals_=record(0x2F, struct.pack("<3H", 1, 1, 1) + SALT + proof))
    stream = DocumentRC4.decrypt(password, SALT, io.BytesIO(bytes(len(plain))), 1024).read()
    return ole({"Workbook": hidden(plain, stream)})


def rc4_of_2002() -> bytes:
    """An .xls workbook encrypted as Excel 2002 did."""

    def keys(size: int) -> bytes:
        zeros = io.BytesIO(bytes(size))
        return bytes(DocumentRC4CryptoAPI.decrypt(PASSWORD, SALT, 128, zeros, 1024).read())

    proof = VERIFIER + hashlib.sha1(VERIFIER).digest()
    proof = bytes(a ^ b for a, b in zip(proof, keys(36), strict=True))
    header = struct.pack("<8L", 4, 0, 0x6801, 0x8004, 128, 1, 0, 0) + "RC4\0".encode("utf-16-le")
    info = struct.pack("<3H", 1, 4, 2) + struct.pack("<LL", 4, len(header)) + header
    info += struct.pack("<L", 16) + SALT + proof[:16] + struct.pack("<L", 20) + proof[16:]
    plain = biff(globals_=record(0x2F, info))
    return ole({"Workbook": hidden(plain, keys(len(plain)))})


KINDS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "agile": ("cases.xlsx", agile),
    "agile, with macros": ("cases.xlsm", agile),
    "standard": ("cases.xlsx", standard),
    "RC4": ("cases.xls", rc4),
    "RC4 of 2002": ("cases.xls", rc4_of_2002),
}


@pytest.fixture
def password(tmp_path: Path) -> Path:
    return save_text(tmp_path / "password.txt", f"{PASSWORD}\r\n")


@pytest.mark.parametrize("kind", KINDS)
def test_an_encrypted_file_is_read_with_its_password(
    kind: str, audit: Audit, password: Path, tmp_path: Path
) -> None:
    name, make = KINDS[kind]
    (tmp_path / name).write_bytes(make())
    line = ("score", name, "--rubric", "rubric.yaml", "--json")
    run = audit(*line, "--password-file", password)
    assert run.code == 0, run.err
    (read,) = run.json["inputs"]
    assert read["cases"] == 2
    assert read["sha256"] == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
    assert PASSWORD not in run.out + run.err
    save_text(password, "Pa55 word")
    for options, said in (
        ([], "no password was given"),
        (["--password-file", password], "not its"),
    ):
        run = audit(*line, *options)
        assert (run.code, run.out) == (2, "")
        assert run.err.startswith(f"error: {name} is encrypted, and ")
        assert said in run.err
        assert "Pa55 word" not in run.err


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("cases.xlsx", lambda: agile("VelvetSweatshop")),
        ("cases.xls", lambda: rc4("VelvetSweatshop")),
    ],
)
def test_a_protected_workbook_that_excel_opens_unasked_needs_no_password(
    name: str, make: Callable[[], bytes], audit: Audit, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(make())
    assert audit("score", name, "--rubric", "rubric.yaml").code == 0


@pytest.mark.parametrize("command", ["score", "check", "compare", "agree", "trend"])
def test_every_command_that_reads_cases_takes_a_password(
    command: str, audit: Audit, password: Path, tmp_path: Path
) -> None:
    save_text(tmp_path / "other.txt", "wrong")
    (tmp_path / "a.xlsx").write_bytes(standard())
    (tmp_path / "b.xlsx").write_bytes(xlsx())
    line = [command, "a.xlsx", "b.xlsx", "--rubric", "rubric.yaml"]
    line += ["--period", "allocated"] if command == "trend" else []
    opened = audit(*line, "--password-file", password)
    assert "encrypted" not in opened.err
    shut = audit(*line, "--password-file", "other.txt")
    assert shut.code == 2
    assert shut.err.startswith("error: a.xlsx is encrypted, and the password given is not")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n", "is empty"),
        (b"one\ntwo\n", "holds more than a password"),
        (b"x" * 2_000, "holds more than a password"),
        (b"\xff\xfea\0", "isn't text in UTF-8"),
        (None, "can't be read: No such file"),
    ],
)
def test_a_password_file_that_holds_no_password_is_refused(
    content: bytes | None, said: str, audit: Audit, tmp_path: Path
) -> None:
    (tmp_path / "cases.xlsx").write_bytes(xlsx())
    if content is not None:
        (tmp_path / "password.txt").write_bytes(content)
    run = audit("score", "cases.xlsx", "--password-file", "password.txt")
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith(f"error: --password-file: `password.txt` {said}")


@pytest.mark.parametrize("name", ["cases.xlsx", "./cases.xlsx", "link.xlsx"])
def test_a_case_file_is_no_password_file(name: str, audit: Audit, tmp_path: Path) -> None:
    (tmp_path / "cases.xlsx").write_bytes(xlsx())
    (tmp_path / "link.xlsx").symlink_to("cases.xlsx")
    run = audit("score", "cases.xlsx", "--password-file", name)
    assert run.code == 2
    assert "is one of the case files" in run.err


def test_a_password_that_is_not_needed_changes_nothing(
    audit: Audit, password: Path, tmp_path: Path
) -> None:
    (tmp_path / "cases.xlsx").write_bytes(xlsx())
    line = ("score", "cases.xlsx", "--rubric", "rubric.yaml")
    assert audit(*line, "--password-file", password) == audit(*line)


WATCH = """
import os, subprocess, sys, tempfile
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], str) and arguments[0] != os.devnull:
        assert not arguments[2] & (os.O_WRONLY | os.O_RDWR), arguments
    if event == "subprocess.Popen":
        apart = [sys.executable, "-P", "-m", "casefile_audit.files.sandbox"]
        assert arguments[1] == apart, arguments
        assert not arguments[3]
sys.addaudithook(watch)
"""


@pytest.mark.parametrize("kind", ["agile", "RC4"])
def test_what_is_encrypted_is_never_written_down(kind: str, password: Path, tmp_path: Path) -> None:
    name, make = KINDS[kind]
    (tmp_path / name).write_bytes(make())
    ended = run("score", name, "--password-file", password.name, folder=tmp_path, first=WATCH)
    assert "no column for any question" in ended.err + ended.out or ended.code == 0
    assert sorted(os.listdir(tmp_path)) == [name, password.name]


_PATIENCE = 10  # in seconds


def typed_at_a_terminal(folder: Path, answer: bytes, *arguments: str) -> tuple[int, str]:
    """What a run at a terminal shows, when the answer to its question is typed."""
    number, terminal = pty.fork()
    if number == 0:
        os.chdir(folder)
        os.execv(sys.executable, [sys.executable, "-m", "casefile_audit", *arguments])
    shown, typed = b"", False
    while True:
        if typed and not select.select([terminal], [], [], _PATIENCE)[0]:
            # Python sees a Ctrl-C that comes just before it waits for input when the next one does:
            # whoever sits there presses it again.
            os.write(terminal, answer)
        try:
            new = os.read(terminal, 4096)
        except OSError:  # the terminal is gone
            break
        shown += new
        if b"Password of" in shown and not typed:
            while termios.tcgetattr(terminal)[3] & termios.ECHO:
                time.sleep(0.01)  # until what is typed is no longer shown
            os.write(terminal, answer)
            typed = True
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]), shown.decode()


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (f"{PASSWORD}\n".encode(), 0, '"cases": 2'),
        (b"wrong\n", 2, "the password given is not its password"),
        (b"\n", 2, "no password was given"),
        (b"\x04", 2, "no password was given"),
        (b"\x03", 130, "Interrupted"),
    ],
)
def test_a_terminal_asks_for_the_password_once_and_does_not_show_it(
    answer: bytes, code: int, said: str, audit: Audit, tmp_path: Path
) -> None:
    (tmp_path / "a.xlsx").write_bytes(agile())
    (tmp_path / "b.xlsx").write_bytes(standard())
    line = ("score", "a.xlsx", "b.xlsx", "--rubric", "rubric.yaml", "--json")
    ended, shown = typed_at_a_terminal(tmp_path, answer, *line)
    assert ended == code, shown
    assert said in shown
    assert shown.count("Password of a.xlsx: ") == 1
    assert "Password of b.xlsx" not in shown
    assert PASSWORD not in shown
