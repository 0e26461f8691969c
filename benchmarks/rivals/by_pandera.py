"""pandera on pandas: a schema with a check for each criterion, validated lazily.

One failure of each check is asked for, not a list of all: making that list takes far longer than
checking does, and nobody reads it at this size. The counts come from the checks' own output.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
from pandas_rules import Masks, Rules, read_whole
from pandera.errors import SchemaErrors
from record_words import show


def passes(masks: Masks) -> Callable[[pd.DataFrame], pd.Series]:
    """A check of the whole frame: what it doesn't apply to passes."""
    applicable, missing = masks
    return lambda frame: ~(applicable & missing)


def main(path: Path) -> None:
    """Count."""
    frame = read_whole(path)
    asked = Rules(frame).masks()
    schema = pa.DataFrameSchema(
        {column: pa.Column(str) for column in frame.columns},
        checks=[
            pa.Check(passes(masks), name=name, n_failure_cases=1) for name, masks in asked.items()
        ],
    )
    failed = dict.fromkeys(asked, 0)
    try:
        schema.validate(frame, lazy=True, inplace=True)
    except SchemaErrors as errors:
        for error in errors.schema_errors:
            failed[error.check.name] = int((~error.check_output).sum())
    show({name: (failed[name], int(masks[0].sum())) for name, masks in asked.items()})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
