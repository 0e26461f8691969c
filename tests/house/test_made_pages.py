import re
import subprocess
import sys
from pathlib import Path

import pytest

from casefile_audit.issues import IssueCode

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("program", ["make_rooms.py", "make_rubrics.py"])
def test_a_page_made_from_the_sources_is_up_to_date(program: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / program), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_code_of_an_issue_is_in_the_page_of_the_result() -> None:
    page = (ROOT / "docs" / "result.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z-]+)` \| (?:doubt|note) \|", page, re.MULTILINE)
    assert sorted(listed) == sorted(IssueCode)
