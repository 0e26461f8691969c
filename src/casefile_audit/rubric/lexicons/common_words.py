"""Words without a meaning of their own that lexicons need, from files of them."""

from functools import cache
from pathlib import Path
from typing import Any

from casefile_audit.rubric.yaml_text import read_yaml


@cache
def lists_of(file: str) -> Any:
    """The lists of one of the files, by their names."""
    return read_yaml(Path(__file__).with_name(f"{file}.yaml"))


def word_list(name: str, file: str = "common_words") -> frozenset[str]:
    """The words of one of the lists; of a list that has commas, what stands between them."""
    listed = lists_of(file)[name]
    words = listed.split(",") if "," in listed else listed.split()
    return frozenset(" ".join(word.split()) for word in words)
