"""What is timed against what: the files, the rivals and the parts of the benchmark."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
RUBRIC = HERE / "records.yaml"
AS_OF = "2026-06-30"
AUDIT = [sys.executable, "-m", "casefile_audit"]
PARTS = ("comparison", "rows", "criteria", "groups", "cluster")

MILLION = 1_000_000
CRITERIA = (6, 12, 24, 48)
DISTRICTS = (1, 40, 1000)


@dataclass(frozen=True)
class Records:
    """A file of made-up records."""

    rows: int
    suffix: str
    narrative: bool = True
    districts: int = 40

    @property
    def name(self) -> str:
        """Its file's name."""
        narrative = "-narrative" if self.narrative else ""
        districts = "" if self.districts == 40 else f"-{self.districts}-districts"
        return f"records-{self.rows}{narrative}{districts}{self.suffix}"

    @property
    def title(self) -> str:
        """As it is named in a table."""
        rows = f"{self.rows // MILLION}m" if self.rows >= MILLION else f"{self.rows:,}"
        narrative = ", narratives" if self.narrative and self.suffix != ".xlsx" else ""
        return f"{rows} {self.suffix[1:]}{narrative}"


@dataclass(frozen=True)
class Rival:
    """What else reads or checks the file.

    Attributes:
        title: as it is named in a table.
        script: its file under ``rivals``; or Python to run, where it has none.
        counts: whether it counts anything, or only reads.
        suffixes: the kinds of file that it is given.
        most_rows: the most rows that it is given.
    """

    title: str
    script: str
    counts: bool = True
    suffixes: tuple[str, ...] = (".xlsx", ".csv", ".parquet")
    most_rows: int = 10 * MILLION

    def words(self, python: Path, path: Path) -> list[str]:
        """The command."""
        if not self.script.endswith(".py"):
            return [str(python), "-c", self.script]
        return [str(python), str(HERE / "rivals" / self.script), str(path)]


RIVALS = (
    Rival("pandera", "by_pandera.py", most_rows=MILLION),
    Rival("pointblank (on Polars)", "by_pointblank.py", most_rows=MILLION),
    Rival("Great Expectations", "by_great_expectations.py", most_rows=MILLION),
    Rival("frictionless", "by_frictionless.py", suffixes=(".xlsx", ".csv"), most_rows=100_000),
    Rival("dataframely", "by_dataframely.py", most_rows=MILLION),
    Rival("a careful pandas script", "by_pandas.py"),
    Rival("a Polars script", "by_polars.py"),
    Rival("a DuckDB query", "by_duckdb.py"),
    Rival("*floor:* pyarrow reads", "read_pyarrow.py", False, (".csv", ".parquet")),
    Rival("*floor:* Polars reads", "read_polars.py", False, (".csv", ".parquet")),
    Rival("*floor:* python-calamine reads", "read_calamine.py", False, (".xlsx",)),
    Rival('*floor:* `python -c "import pandas"`', "import pandas", False, (".xlsx",)),
)
PYARROW = next(rival for rival in RIVALS if rival.script == "read_pyarrow.py")
COMPARED = (
    *(Records(rows, ".xlsx") for rows in (48, 10_000, 100_000)),
    *(Records(rows, suffix, narrative) for suffix in (".csv", ".parquet")
      for rows in (MILLION, 10 * MILLION) for narrative in (False, True)),
)  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """Two commands that are timed in turn over one file.

    Attributes:
        part: the part of the benchmark.
        records: the file.
        ours: what is added to ``audit score``.
        rival: what it is timed against; or, where that is ``audit score``, None.
        criteria: how many criteria ours asks.
        cluster: whether ours has a cluster of its own started.
    """

    part: str
    records: Records
    ours: tuple[str, ...] = ()
    rival: Rival | None = None
    criteria: int = 12
    cluster: bool = False

    @property
    def title(self) -> str:
        """What is timed, and against what, in the words of the table."""
        if self.part == "comparison" and self.rival:
            return self.rival.title
        titles = {
            "rows": f"{self.records.rows // MILLION} million rows",
            "criteria": f"{self.criteria} criteria",
            "groups": f"`--by district`, {self.records.districts:,} of them",
            "cluster": "a Dask cluster of two, its start included, against one process",
        }
        return titles[self.part]


def pairs() -> Iterator[Pair]:
    """Everything that is timed, those of one file together."""
    for records in COMPARED:
        for rival in RIVALS:
            if records.suffix in rival.suffixes and records.rows <= rival.most_rows:
                yield Pair("comparison", records, rival=rival)
        if records == Records(MILLION, ".csv"):
            for criteria in CRITERIA:
                yield Pair("criteria", records, criteria=criteria)
            yield Pair("rows", records, rival=PYARROW)
        if records == Records(10 * MILLION, ".csv"):
            yield Pair("cluster", records, cluster=True)
    for million in (4, 16):
        yield Pair("rows", Records(million * MILLION, ".csv"), rival=PYARROW)
    for districts in DISTRICTS:
        records = Records(MILLION, ".csv", narrative=False, districts=districts)
        yield Pair("groups", records, ours=("--by", "district"))
