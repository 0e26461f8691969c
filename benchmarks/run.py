"""Times `audit score` against what else could do the same, and against the bare reading.

``python benchmarks/run.py`` makes an environment for the rivals and the records, times everything
in turn and prints Markdown tables of ratios; ``--write docs/speed.md`` puts them there. It takes
hours and about 12 GB of disk at a time; ``--only`` and ``--largest`` run a part. What was timed is
kept in the folder, so that it goes on where it stopped.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import yaml
from measure import CommandFailedError, Run, run
from plan import AS_OF, AUDIT, CRITERIA, HERE, PARTS, RUBRIC, Pair, Records, pairs
from tables import Timed, tables, write_into

Counts = dict[str, list[int]]

ROUNDS = 5
FEWER_ROUNDS = 3
LARGE = 4_000_000


class Bench:
    """Runs pairs of commands in a folder, and keeps what it found there.

    Args:
        folder: for the data and the results.
        environment: a virtual environment of the rivals; it is made if it isn't there.
        rounds: how often each pair is timed; None for a number that suits its size.
    """

    def __init__(self, folder: Path, environment: Path, rounds: int | None) -> None:
        self.folder = folder
        self.rounds = rounds
        self.python = environment / "bin" / "python"
        self._kept = folder / "results.json"
        self._counts: dict[Records, Counts] = {}
        folder.mkdir(parents=True, exist_ok=True)
        if not self.python.exists():
            say(f"making an environment in {environment}")
            subprocess.run([sys.executable, "-m", "venv", environment], check=True)
            install = [str(self.python), "-m", "pip", "install", "--quiet", "--requirement"]
            subprocess.run([*install, str(HERE / "requirements.txt")], check=True)

    @property
    def results(self) -> list[Timed]:
        """All that was timed so far, in the order of the plan."""
        if not self._kept.exists():
            return []
        place = {key_of(pair): number for number, pair in enumerate(pairs())}
        kept = (Timed(**one) for one in json.loads(self._kept.read_text(encoding="utf-8")))
        return sorted((t for t in kept if t.key in place), key=lambda timed: place[timed.key])

    def time_all(self, wanted: Iterable[Pair], again: bool, keep: bool) -> None:
        """Time pairs, file by file; each file is deleted after its last, unless it is kept."""
        done = set() if again else {t.key for t in self.results if not t.trouble}
        waiting = [pair for pair in wanted if key_of(pair) not in done]
        waiting.sort(key=lambda pair: (pair.records.rows, pair.records.name))
        for records, of_file in groupby(waiting, key=lambda pair: pair.records):
            path = self._file(records)
            for pair in of_file:
                self._keep(self._timed(pair, path))
            if not keep:
                path.unlink()

    def _file(self, records: Records) -> Path:
        path = self.folder / records.name
        if not path.exists():
            say(f"making {path.name}")
            part = path.with_name(f"part-{path.name}")
            words = [str(self.python), str(HERE / "make_records.py"), str(part)]
            words += ["--rows", str(records.rows), "--districts", str(records.districts)]
            subprocess.run(words + ["--narrative"] * records.narrative, check=True)
            part.rename(path)
        return path

    def _timed(self, pair: Pair, path: Path) -> Timed:
        ours, theirs = self._commands(pair, path)
        say(f"{pair.part}: {path.name}: {pair.title}")
        a: list[tuple[float, int]] = []
        b: list[tuple[float, int]] = []
        trouble = ""
        try:
            run(ours)
            self._check(pair, path, run(theirs))
            for turn in range(self._rounds(pair)):
                first_ours = [(ours, a), (theirs, b)]
                for words, taken in first_ours if turn % 2 == 0 else reversed(first_ours):
                    timed = run(words)
                    taken.append((timed.seconds, timed.peak))
        except CommandFailedError as error:
            trouble = str(error)
            say(f"  {trouble}")
        return Timed(*key_of(pair), a, b, trouble)

    def _commands(self, pair: Pair, path: Path) -> tuple[list[str], list[str]]:
        score = [*AUDIT, "score", str(path), "--as-of", AS_OF, "--rubric"]
        ours = [*score, str(self._rubric(pair.criteria)), *pair.ours]
        if pair.cluster:
            ours = [sys.executable, str(HERE / "on_cluster.py"), *ours]
        if pair.rival is not None:
            return ours, pair.rival.words(self.python, path)
        return ours, [*score, str(RUBRIC)]

    def _check(self, pair: Pair, path: Path, theirs: Run) -> None:
        """Refuse a rival that comes to other counts than ours."""
        if pair.rival is None or not pair.rival.counts:
            return
        if pair.records not in self._counts:
            words = [*AUDIT, "score", str(path), "--as-of", AS_OF, "--rubric", str(RUBRIC)]
            self._counts[pair.records] = counts_of(run([*words, "--json"]).output)
        found: Counts = json.loads(theirs.output.splitlines()[-1])
        wrong = [
            name for name, ours in self._counts[pair.records].items() if found.get(name) != ours
        ]
        if wrong or len(found) != len(self._counts[pair.records]):
            raise CommandFailedError(f"counts other than ours: {', '.join(wrong)}")

    def _rubric(self, criteria: int) -> Path:
        """The rubric with so many criteria: every other one, or each several times over."""
        if criteria == CRITERIA[1]:
            return RUBRIC
        path = self.folder / f"records-{criteria}-criteria.yaml"
        # The words of a rubric are words, `yes` too.
        rubric = yaml.load(RUBRIC.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        asked = list(rubric["criteria"].items())
        times = criteria // len(asked)
        rubric["criteria"] = (
            {f"{name}-{time}": asks for time in range(times) for name, asks in asked}
            if times
            else dict(asked[1::2])
        )
        # JSON is YAML, written out: a rubric takes no references from one place to another.
        path.write_text(json.dumps(rubric), encoding="utf-8")
        return path

    def _rounds(self, pair: Pair) -> int:
        return self.rounds or (FEWER_ROUNDS if pair.records.rows >= LARGE else ROUNDS)

    def _keep(self, timed: Timed) -> None:
        others = [kept for kept in self.results if kept.key != timed.key]
        text = json.dumps([kept.__dict__ for kept in [*others, timed]], indent=1)
        self._kept.write_text(text, encoding="utf-8")


def key_of(pair: Pair) -> tuple[str, str, str, str]:
    """What a timing is known by: the part, the file, the kind of file, and against what."""
    return pair.part, pair.records.title, pair.records.suffix, pair.title


def counts_of(output: str) -> Counts:
    """The counts of each criterion that was asked, from a result as JSON."""
    criteria = json.loads(output)["criteria"]
    return {
        name: [found["missing"], found["applicable"]]
        for name, found in criteria.items()
        if found["applicable"]
    }


def say(text: str) -> None:
    """Say how far it is."""
    print(text, file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="for data and results; else a temporary one")
    parser.add_argument("--environment", type=Path, help="of the rivals; made if it isn't there")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts to run")
    parser.add_argument("--files", default="", help="only files with this in their name")
    parser.add_argument("--rivals", default="", help="only rivals with this in their name")
    parser.add_argument("--smallest", type=int, default=0, metavar="ROWS")
    parser.add_argument("--largest", type=int, default=sys.maxsize, metavar="ROWS")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--again", action="store_true", help="time what was timed before, too")
    parser.add_argument("--keep", action="store_true", help="keep the files of records")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables in a page")
    given = parser.parse_args()
    if given.write and not given.write.exists():
        parser.error(f"there is no page {given.write} to put the tables in")
    return given


def main() -> None:
    """Time what is wanted, and show all that was timed."""
    given = arguments()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="benchmark-"))
    bench = Bench(folder, given.environment or folder / "environment", given.rounds)
    wanted = (
        pair
        for pair in pairs()
        if pair.part in given.only
        and given.files in pair.records.name
        and given.rivals.casefold() in pair.title.casefold()
        and given.smallest <= pair.records.rows <= given.largest
    )
    bench.time_all(wanted, given.again, given.keep)
    text = tables(bench.results, bench.python)
    print(text)
    if given.write:
        write_into(given.write, text)


if __name__ == "__main__":
    main()
