"""pointblank on Polars: a step for each criterion, over the cases that it applies to."""

import sys
from collections.abc import Callable
from pathlib import Path

import pointblank as pb
import polars as pl
from polars_rules import Rule, rules, scan
from record_words import show


def cases_of(rule: Rule) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """What a step does before it checks: keep what it needs of the cases that it applies to."""
    needed = {*rule.applicable.meta.root_names(), *rule.missing.meta.root_names()}
    return lambda frame: frame.select(needed).filter(rule.applicable)


def main(path: Path) -> None:
    """Count."""
    frame = scan(path).collect(engine="streaming")
    asked = rules(frame.lazy())
    plan = pb.Validate(data=frame)
    for rule in asked.values():
        plan = plan.col_vals_expr(expr=~rule.missing, pre=cases_of(rule))
    done = plan.interrogate(collect_extracts=False)
    units, failed = done.n(), done.n_failed()
    show({name: (failed[step], units[step]) for step, name in enumerate(asked, start=1)})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
