"""A careful pandas script: masks over categories, some rows at a time, read by pyarrow."""

import sys
from collections import Counter
from pathlib import Path

from pandas_rules import Rules, read_pieces
from record_words import show


def main(path: Path) -> None:
    """Count."""
    missing: Counter[str] = Counter()
    applicable: Counter[str] = Counter()
    for piece in read_pieces(path):
        for name, (asked, lacking) in Rules(piece).masks().items():
            missing[name] += int(lacking.sum())
            applicable[name] += int(asked.sum())
    show({name: (missing[name], applicable[name]) for name in applicable})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
