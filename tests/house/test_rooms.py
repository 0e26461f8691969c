import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_of_rooms_is_what_the_modules_say_of_themselves() -> None:
    program = ROOT / "docs" / "make_rooms.py"
    done = subprocess.run(
        [sys.executable, str(program), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
