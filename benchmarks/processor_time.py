"""What ``audit score`` takes of the processor, beside a script that counts the same.

``python benchmarks/processor_time.py RECORDS.csv RECORDS.xlsx …`` prints a Markdown table. The
two run in turn, A B B A, and only the processor's time counts, so that others on the machine matter
less. Each has to come to the same counts. ``--rounds N``: how many times two pairs are run;
``--rival duckdb``: another of the scripts in ``rivals``; ``--python PATH``: that of an environment
which has what it imports (``requirements.txt``).
"""

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from measure import Run, run
from plan import AS_OF, RUBRIC

HERE = Path(__file__).parent


def by_audit(path: Path) -> Sequence[str]:
    """The command that scores a file."""
    audit = str(Path(sys.executable).with_name("audit"))
    return [audit, "score", str(path), "--rubric", str(RUBRIC), "--as-of", AS_OF, "--json"]


def by_rival(python: str, name: str, path: Path) -> Sequence[str]:
    """The command of a script that counts the same."""
    return [python, str(HERE / "rivals" / f"by_{name}.py"), str(path)]


def check_counts(path: Path, ours: Run, theirs: Run) -> None:
    """End here if the two don't count the same."""
    criteria = json.loads(ours.output)["criteria"]
    counted = {name: [its["missing"], its["applicable"]] for name, its in criteria.items()}
    expected = json.loads(theirs.output)
    if any(counted[name] != numbers for name, numbers in expected.items()):
        raise SystemExit(f"{path.name}: {counted} is not {expected}")


def row(path: Path, python: str, rival: str, rounds: int) -> str:
    """A row of the table."""
    ours: list[Run] = []
    theirs: list[Run] = []
    for number in range(2 * rounds):
        first = by_audit(path), ours
        second = by_rival(python, rival, path), theirs
        for words, runs in (first, second) if number % 2 == 0 else (second, first):
            runs.append(run(words))
    check_counts(path, ours[0], theirs[0])
    pairs = [a.processor / b.processor for a, b in zip(ours, theirs, strict=True)]
    took = statistics.median(each.processor for each in ours)
    peaks = [max(each.peak for each in runs) / 1e6 for runs in (ours, theirs)]
    ratio = f"{statistics.median(pairs):.2f} ({min(pairs):.2f}–{max(pairs):.2f})"
    return f"| {path.name} | {took:.2f} | {ratio} | {peaks[0]:,.0f} | {peaks[1]:,.0f} |"


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("files", nargs="+", type=Path)
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--rival", default="polars")
    options.add_argument("--python", default=sys.executable)
    given = options.parse_args()
    script = f"a {given.rival} script"
    print(f"| file | processor's seconds | ÷ {script} | peak memory, MB | of {script} |")
    print("| --- | --- | --- | --- | --- |")
    for path in given.files:
        print(row(path, given.python, given.rival, given.rounds), flush=True)


if __name__ == "__main__":
    main()
