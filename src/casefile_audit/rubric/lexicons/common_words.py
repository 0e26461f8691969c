"""Words without a meaning of their own that lexicons need, from a file of them."""

from functools import cache
from pathlib import Path
from typing import Any

from casefile_audit.rubric.yaml_text import read_yaml


@cache
def _lists() -> Any:
    return read_yaml(Path(__file__).with_suffix(".yaml"))


def word_list(name: str) -> frozenset[str]:
    """The words of one of the lists."""
    return frozenset(_lists()[name].split())
