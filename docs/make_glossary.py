"""Write ``docs/glossary.md`` from the words that reports explain.

``python docs/make_glossary.py`` writes it again; ``--check`` only says whether it is up to date.
"""

import sys
from pathlib import Path

from casefile_audit.report.glossary import TERMS

PAGE = Path(__file__).parent / "glossary.md"
HEAD = """# What the words mean

The words that pages and reports of the program use. Made by `python docs/make_glossary.py` from
`src/casefile_audit/report/glossary.py`, whence reports take them too.
"""


def page() -> str:
    """The page, a heading for each term so that others can link to it."""
    terms = sorted(TERMS.items(), key=lambda pair: pair[0].casefold())
    return "\n".join([HEAD, *(f"## {term}\n\n{said}\n" for term, said in terms)])


if __name__ == "__main__":
    made = page()
    if "--check" in sys.argv[1:]:
        up_to_date = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == made
        sys.exit(0 if up_to_date else f"{PAGE.name} is behind: run python docs/make_glossary.py")
    PAGE.write_text(made, encoding="utf-8")
