"""Files as LibreOffice saves them."""

import shutil
import subprocess
from pathlib import Path

import pytest

needs_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice isn't installed"
)


def converted(kind: str, into: Path, *files: Path) -> Path:
    """Have it open files and save each as a kind into a folder; where the first one is then."""
    words = ["soffice", f"-env:UserInstallation={(into / 'office').absolute().as_uri()}"]
    words += ["--headless", "--convert-to", kind, "--outdir", str(into), *map(str, files)]
    subprocess.run(words, check=True, capture_output=True, timeout=240)
    return into / f"{files[0].stem}.{kind.partition(':')[0]}"
