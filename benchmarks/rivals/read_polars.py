"""The floor: Polars reads the columns that the criteria need, and no more."""

import sys
from pathlib import Path

import polars as pl
from record_words import COLUMNS


def main(path: Path) -> None:
    """Read."""
    csv = path.suffix == ".csv"
    frame = pl.scan_csv(path, infer_schema=False) if csv else pl.scan_parquet(path)
    there = frame.collect_schema().names()
    frame.select(c for c in COLUMNS if c in there).collect(engine="streaming")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
