"""The documentation as a site, and the tutorial: its commands run, and print what it shows."""

import re
import shlex
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from processes import run

CHROMIUM = shutil.which("chromium")

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
STEPS = re.findall(
    r"^```powershell\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", TUTORIAL, re.MULTILINE | re.DOTALL
)
FETCHED_RE = re.compile(r"""<(?:script|img|link|iframe)[^>]*(?:src|href)=["']?(?:https?:)?//""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (built.returncode, built.stdout, built.stderr) == (0, "", "")
    return folder


def test_the_sites_pages_fetch_nothing_from_elsewhere(site: Path) -> None:
    pages = [page.read_text(encoding="utf-8") for page in site.rglob("*.html")]
    assert len(pages) > 20
    assert [found for page in pages for found in FETCHED_RE.findall(page)] == []
    assert not [*site.rglob("*.py")]


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium draws the pages")
def test_the_sites_pages_have_no_violation_of_accessibility(site: Path) -> None:
    """By every rule that axe has: with code, wide tables, and tables without a first heading."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, width in product(("index", "tutorial", "speed"), (360, 1280)):
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.goto((site / f"{name}.html").as_uri())
            found = Axe().run(page, options={"resultTypes": ["violations"]})
            assert found.violations_count == 0, f"{name}: {found.generate_report()}"
            page.close()
        browser.close()


def test_the_tutorials_commands_run_and_print_what_it_shows(tmp_path: Path) -> None:
    home = folder = tmp_path
    (home / "Downloads" / "casefile-audit").mkdir(parents=True)
    (home / "Downloads" / "casefile-audit" / "samples").symlink_to(ROOT / "samples")
    others = []
    for commands, screen in STEPS:
        printed: list[str] = []
        for command in commands.splitlines():
            match shlex.split(command.replace("\\", "/")):
                case ["cd", path]:
                    folder /= path
                case [".venv/Scripts/audit", *arguments]:
                    done = run(*arguments, folder=folder, COLUMNS="120")
                    assert done.code == 0, done.err
                    printed += (done.out + done.err).splitlines()
                case ["start", path]:
                    assert (folder / path).is_file()
                case _:
                    others.append(command)
        places = [printed.index(line) for line in screen.splitlines()]
        assert places == sorted(places)
    # .ci/run runs these, and all of the tutorial again as it was installed.
    installing = re.findall(r"^(?:py -m|\.venv\\Scripts\\python) .*", README, re.MULTILINE)
    assert len(installing) == 2
    assert others == ["py --version", "dir", *installing]


def test_every_command_of_the_tutorial_is_marked_as_one() -> None:
    assert sorted(set(re.findall(r"^```(\w*)$", TUTORIAL, re.MULTILINE))) == [
        "",
        "powershell",
        "text",
    ]
    assert len(STEPS) == TUTORIAL.count("```powershell")
