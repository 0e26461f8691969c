"""Write ``docs/rubrics.md``, the questions of the shipped rubrics, and code sets, from their YAML.

``python docs/make_rubrics.py`` writes it again; ``--check`` only says whether it is up to date.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from casefile_audit.rubric.code_sets import code_set_names, shipped_code_set
from casefile_audit.rubric.loading import DEFAULT_RUBRIC, load_rubric, shipped_rubrics
from casefile_audit.rubric.model import Criterion, Rubric

PAGE = Path(__file__).with_name("rubrics.md")
ASKS = {"report": "the report", "statutory": "a statutory standard", "ours": "we", None: ""}
HEAD = """\
# The shipped rubrics

What each asks of a case, who asks it (the report, a statute or statutory guidance, or we who made
the rubric), by which public standard, and whose the target is. No inspectorate sets percentages: a
target is ours, to be changed to what your force expects of itself, unless something else stands
beside it. **Not checked** beside a standard says that its text, or that part of it, could not be
read when the rubric was made: look it up before you quote it. `audit rubric show NAME` shows a
rubric whole; `audit rubric new FILE --from NAME` starts one of your own from it. This
page is made from the YAML.
"""


def page() -> str:
    """The whole page."""
    names = sorted(shipped_rubrics(), key=lambda name: (name != DEFAULT_RUBRIC, name))
    parts = [HEAD, *("\n".join(rubric_part(load_rubric(name))) for name in names)]
    return "\n".join([*parts, *code_sets()]) + "\n"


def rubric_part(rubric: Rubric) -> Iterator[str]:
    """A rubric: its source, and a row for each question that it adds to what it extends."""
    yield f"## {rubric.title} (`{rubric.name}`)\n"
    yield f"{rubric.description}\n"
    if rubric.source:
        source = rubric.source
        day = f", published {source.published}" if source.published else ""
        yield f"Report: {source.title}, {source.publisher}, {source.year}{day}.\n"
    own = rubric.criteria.items()
    if rubric.extends:
        core = load_rubric(rubric.extends).criteria
        yield f"It asks all that `{rubric.extends}` asks, and this:\n"
        own = [(name, criterion) for name, criterion in own if name not in core]
    if own:
        yield "| question | asked by | standard | source | target |\n|---|---|---|---|---|"
        yield from (row(criterion) for _, criterion in own)
        yield ""


def row(criterion: Criterion) -> str:
    """One question."""
    target = f"{criterion.target:g}%" if criterion.target is not None else ""
    if criterion.target_from:
        target += f": {criterion.target_from}"
    asks = ASKS[criterion.basis]
    cells = (criterion.question, asks, criterion.standard, criterion.source, target)
    return f"| {' | '.join(' '.join(cell.split()).replace('|', '/') for cell in cells)} |"


def code_sets() -> Iterator[str]:
    """The code sets, with whose each is and of when."""
    yield "## Code sets\n"
    yield "| code set | what it is | whose | of when | codes |\n|---|---|---|---|---|"
    for name in code_set_names():
        codes = shipped_code_set(name)
        own = [c.code for c in codes.codes if c.standing.value != "other code set"]
        cells = (f"`{name}`", codes.title, codes.source, codes.dated, " ".join(own))
        yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    made = page()
    if "--check" in sys.argv[1:]:
        up_to_date = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == made
        sys.exit(0 if up_to_date else f"{PAGE.name} is behind: run python docs/make_rubrics.py")
    PAGE.write_text(made, encoding="utf-8")
