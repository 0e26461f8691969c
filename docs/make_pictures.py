"""Draw the README's picture: what the real command prints, as an SVG without fonts or links.

``python docs/make_pictures.py`` writes ``docs/score.svg`` again.
"""

import io
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parents[1]
WIDTH = 92
LINES = 44
COMMAND = ["score", "samples/case-reviews-2024.xlsx", "--as-of", "2024-12-20"]
PAPER = TerminalTheme(
    (255, 255, 255),
    (29, 29, 31),
    [(29, 29, 31), (160, 30, 30), (0, 110, 60), (140, 84, 0), (18, 67, 109), (128, 22, 80),
     (20, 110, 110), (90, 90, 90)],
)  # fmt: skip
TEMPLATE = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img"
  aria-label="What audit score prints for a sample of 48 case files">
<style>
.{unique_id}-matrix {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
{styles}
</style>
<defs>{lines}</defs>
<rect width="100%" height="100%" rx="8" fill="#ffffff" stroke="#c8c8cc"/>
<g transform="translate(12, 12)">{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""


def main() -> None:
    """Run the command and draw what it prints."""
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    printed = subprocess.run(
        [sys.executable, "-m", "casefile_audit", *COMMAND],
        cwd=ROOT, env=environment, check=True, capture_output=True, encoding="utf-8",
    ).stdout  # fmt: skip
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(f"$ audit {' '.join(COMMAND[:2])}", style="bold", highlight=False)
    console.print()
    for line in printed.splitlines()[:LINES]:
        console.print(Text.from_ansi(line), soft_wrap=True)
    picture = console.export_svg(theme=PAPER, code_format=TEMPLATE, unique_id="audit")
    (ROOT / "docs" / "score.svg").write_text(picture, "utf-8")


if __name__ == "__main__":
    main()
