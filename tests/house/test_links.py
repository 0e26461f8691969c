"""The links of the pages lead somewhere: to a file that exists, and a heading that it has."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("[!.]*/*.md")})

_LINK_RE = re.compile(r"\]\(<?([^)\s>]+)>?\)")
_HEADING_RE = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_CODE_RE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def _prose(page: Path) -> str:
    return _CODE_RE.sub("", page.read_text(encoding="utf-8"))


def _anchors(page: Path) -> set[str]:
    """What a forge calls each heading: small letters, no punctuation, a hyphen for each space."""
    headings = (re.sub(r"\]\([^)]*\)", "", each) for each in _HEADING_RE.findall(_prose(page)))
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def _dead_links(page: Path) -> Iterator[str]:
    for link in _LINK_RE.findall(re.sub(r"`[^`\n]*`", "", _prose(page))):
        path, _, anchor = unquote(link).partition("#")
        target = page.parent / path if path else page
        if re.match(r"[a-z]+:", link):
            continue
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            yield link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    assert list(_dead_links(page)) == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# It's `here`, now\n[a](#its-here-now) [b](#there) [c](page.md) [d](gone.md)\n"
        "[e](page.md#x)\n"
        "[f](https://example.org/gone) `[g](gone)`\n```\n[h](gone)\n```\n"
    )
    assert list(_dead_links(page)) == ["#there", "gone.md", "page.md#x"]
