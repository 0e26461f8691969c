"""dataframely: a schema of rules, filtered by, and its counts of what failed each rule."""

import sys
from pathlib import Path

import dataframely as dy
import polars as pl
from polars_rules import Rule, rules, scan
from record_words import show


def schema_of(asked: dict[str, Rule], columns: list[str]) -> type[dy.Schema]:
    """A schema with a rule for each criterion; what it doesn't apply to passes."""
    parts: dict[str, object] = {column: dy.String() for column in columns}
    for name, rule in asked.items():
        parts[name.replace("-", "_")] = _rule(rule)
    return type("Records", (dy.Schema,), parts)


def _rule(rule: Rule) -> object:
    return dy.rule()(lambda cls: ~(rule.applicable & rule.missing))


def main(path: Path) -> None:
    """Count."""
    frame = scan(path).collect(engine="streaming")
    asked = rules(frame.lazy())
    _, failures = schema_of(asked, frame.columns).filter(frame)
    failed = failures.counts()
    applicable = frame.select(sums(asked)).row(0, named=True)
    show({name: (failed.get(name.replace("-", "_"), 0), applicable[name]) for name in asked})


def sums(asked: dict[str, Rule]) -> list[pl.Expr]:
    """How many cases each criterion applies to, which a schema doesn't say."""
    return [rule.applicable.sum().alias(name) for name, rule in asked.items()]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
