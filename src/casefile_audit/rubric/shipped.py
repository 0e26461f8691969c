"""Where the YAML that is shipped stands: rubrics, and lexicons in a folder of theirs."""

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def rubrics_folder() -> Path:
    """Where the shipped rubrics are: in the wheel, or beside ``src`` in a checkout."""
    in_wheel = _PACKAGE / "shipped_rubrics"
    return in_wheel if in_wheel.is_dir() else _PACKAGE.parents[1] / "rubrics"


def lexicons_folder() -> Path:
    """Where the shipped lexicons are."""
    return rubrics_folder() / "lexicons"
