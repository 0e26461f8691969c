import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from casefile_audit.issues import IssueCode
from processes import run

ROOT = Path(__file__).parents[2]
QUOTED = [
    pytest.param(command, quote, id=f"{page.stem}-{command.split()[0]}-{place}")
    for page in sorted(ROOT.glob("docs/*.md"))
    for place, (command, quote) in enumerate(
        re.findall(
            r"^```\naudit ([^\n]*)\n```\n\n((?:>[^\n]*\n)+)", page.read_text(encoding="utf-8"), re.M
        )
    )
]


@pytest.mark.parametrize("program", ["make_glossary.py", "make_rooms.py", "make_rubrics.py"])
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


def test_some_answers_are_quoted() -> None:
    assert len(QUOTED) > 2


@pytest.mark.parametrize(("command", "quote"), QUOTED)
def test_what_a_page_quotes_is_what_the_command_prints(command: str, quote: str) -> None:
    printed = run(*shlex.split(command), folder=ROOT).out
    words = re.sub(r"^ +- ", "", printed, flags=re.MULTILINE).split()
    assert " ".join(quote.replace("> ", "").split()) in " ".join(words)
