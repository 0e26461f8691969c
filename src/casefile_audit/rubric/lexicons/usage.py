"""How a term is meant where it stands."""

from enum import Enum
from typing import Literal

SaidOf = Literal["child", "victim", "anyone"]
"""Of whom a term counts: of no adult, of no suspect or officer, or of anyone."""


class Usage(Enum):
    """How a term is meant."""

    USED = "used"
    CHALLENGED = "challenged"
    QUOTED = "quoted"
    NEGATED = "negated"

    @property
    def counts(self) -> bool:
        """Whether the record has such language: used, be it challenged there or not."""
        return self in (Usage.USED, Usage.CHALLENGED)
