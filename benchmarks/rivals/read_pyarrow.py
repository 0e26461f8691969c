"""The floor: pyarrow reads the columns that the criteria need, a batch at a time, and no more."""

import sys
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet
from record_words import COLUMNS


def main(path: Path) -> None:
    """Read."""
    if path.suffix == ".parquet":
        with pyarrow.parquet.ParquetFile(path) as file:
            there = [column for column in COLUMNS if column in file.schema_arrow.names]
            for _ in file.iter_batches(250_000, columns=there):
                pass
        return
    with path.open(encoding="utf-8") as file:
        heading = file.readline().rstrip("\n").split(",")
    there = [column for column in COLUMNS if column in heading]
    with pyarrow.csv.open_csv(
        path,
        read_options=pyarrow.csv.ReadOptions(block_size=2**22),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            include_columns=there, column_types=dict.fromkeys(there, pyarrow.string())
        ),
    ) as reader:
        for _ in reader:
            pass


if __name__ == "__main__":
    main(Path(sys.argv[1]))
