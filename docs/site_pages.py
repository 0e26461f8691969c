"""What the theme leaves undone for those who read without a mouse or a screen, page by page."""

from typing import Any


def on_post_page(output: str, **_: Any) -> str:
    """Say of the bar at the top what it is, let code be scrolled by keys, and head no column empty.

    Args:
        output: a page as the theme wrote it.
    """
    return (
        output.replace('<div class="navbar ', '<div role="banner" class="navbar ')
        .replace("<pre>", '<pre tabindex="0">')
        .replace("<th></th>", "<td></td>")
    )
