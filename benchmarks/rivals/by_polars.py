"""A Polars script: one lazy query, streamed."""

import sys
from pathlib import Path

from polars_rules import rules, scan
from record_words import show


def main(path: Path) -> None:
    """Count."""
    frame = scan(path)
    asked = rules(frame)
    sums = [rule.missing.sum().alias(f"{name} missing") for name, rule in asked.items()]
    sums += [rule.applicable.sum().alias(name) for name, rule in asked.items()]
    row = frame.select(sums).collect(engine="streaming").row(0, named=True)
    show({name: (row[f"{name} missing"], row[name]) for name in asked})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
