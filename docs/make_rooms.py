"""Write the table of rooms in ``docs/architecture.md`` from the first lines of the modules.

``python docs/make_rooms.py`` writes it again; ``--check`` only says whether it is up to date.
"""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "casefile_audit"
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- rooms: python docs/make_rooms.py -->\n", "<!-- end of rooms -->\n"


def first_line(module: Path) -> str:
    """The first line of a module's docstring."""
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return text.split("\n", 1)[0].replace("``", "`").replace("|", "\\|")


def rows(folder: Path) -> list[str]:
    """The modules of a folder, its own line first, then its rooms."""
    name = folder.relative_to(PACKAGE).as_posix()
    if folder == PACKAGE:
        lines = []
    else:
        lines = [f"| **`{name}/`** | **{first_line(folder / '__init__.py')}** |"]
    for module in sorted(folder.glob("*.py")):
        if module.name != "__init__.py":
            stem = module.relative_to(PACKAGE).with_suffix("").as_posix()
            lines.append(f"| `{stem}` | {first_line(module)} |")
    for inner in sorted(path for path in folder.iterdir() if (path / "__init__.py").is_file()):
        lines += rows(inner)
    return lines


def page(text: str) -> str:
    """The page with its table made again."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    table = "\n".join(["| where | what |", "|---|---|", *rows(PACKAGE)])
    return f"{before}{BEGIN}\n{table}\n\n{END}{after}"


if __name__ == "__main__":
    written = PAGE.read_text(encoding="utf-8")
    made = page(written)
    if "--check" in sys.argv[1:]:
        sys.exit(0 if made == written else f"{PAGE.name} is behind: run python docs/make_rooms.py")
    PAGE.write_text(made, encoding="utf-8")
