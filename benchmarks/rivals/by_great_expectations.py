"""Great Expectations on pandas: an expectation for each criterion, in one suite.

A case that a criterion doesn't apply to has no value in that criterion's column, and Great
Expectations passes over what has none: so its own counts are those of the criterion.
"""

import os
import sys
from pathlib import Path

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # it is read when the library is imported

import great_expectations as gx
import pandas as pd
from great_expectations import expectations as gxe
from pandas_rules import Rules, read_whole
from record_words import show


def main(path: Path) -> None:
    """Count."""
    asked = Rules(read_whole(path)).masks()
    table = pd.DataFrame(
        {
            name: (~missing).astype("boolean").where(applicable)
            for name, (applicable, missing) in asked.items()
        }
    )
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("records").add_dataframe_asset("records")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": table})
    suite = gx.ExpectationSuite(
        "records",
        expectations=[
            gxe.ExpectColumnValuesToBeInSet(column=name, value_set=[True]) for name in asked
        ],
    )
    counts = {}
    for result in batch.validate(suite, result_format="BASIC").results:
        found = result.result
        applicable = found["element_count"] - found["missing_count"]
        counts[result.expectation_config.kwargs["column"]] = found["unexpected_count"], applicable
    show(counts)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
