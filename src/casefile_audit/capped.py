"""The first of what may be many, and how many there are: listings add up."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

Item = TypeVar("Item")


@dataclass(frozen=True)
class Capped(Sequence[Item], Generic[Item]):
    """Some items and the total of all; as a sequence, those that are listed.

    Attributes:
        items: all of them, or as many as are listed.
        total: how many there are.
        limit: how many are listed at most; None for all.
    """

    items: tuple[Item, ...] = ()
    total: int = 0
    limit: int | None = None

    @classmethod
    def of(cls, items: Iterable[Item], limit: int | None = None) -> "Capped[Item]":
        """A listing of items."""
        every = tuple(items)
        return cls(every[:limit], len(every), limit)

    def __add__(self, other: "Capped[Item]") -> "Capped[Item]":
        if not other.total:
            return self  # groups have many that stay without any
        limit = other.limit if self.limit is None else self.limit
        return Capped((*self.items, *other.items)[:limit], self.total + other.total, limit)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | Sequence[Item]:
        return self.items[index]

    def __len__(self) -> int:
        """How many are listed."""
        return len(self.items)

    def __iter__(self) -> Iterator[Item]:
        """Those that are listed; what ``Sequence`` makes of indexes is slow for many."""
        return iter(self.items)


def no_items() -> list[Any]:
    """None: of ``list`` itself, pydantic takes 15 times as long to find out how it is called."""
    return []
