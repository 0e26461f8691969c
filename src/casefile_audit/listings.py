"""The first of what may be many, and how many there are: listings add up."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, overload

Item = TypeVar("Item")


@dataclass(frozen=True)
class Listing(Sequence[Item], Generic[Item]):
    """Some items and the number of all; as a sequence, those that are listed.

    Attributes:
        items: all of them, or as many as are listed.
        number: how many there are.
        most: how many are listed at most; None for all.
    """

    items: tuple[Item, ...] = ()
    number: int = 0
    most: int | None = None

    @classmethod
    def of(cls, items: Iterable[Item], most: int | None = None) -> "Listing[Item]":
        """A listing of items."""
        every = tuple(items)
        return cls(every[:most], len(every), most)

    def __add__(self, other: "Listing[Item]") -> "Listing[Item]":
        if not other.number:
            return self  # groups have many that stay without any
        return Listing(
            (*self.items, *other.items)[: self.most], self.number + other.number, self.most
        )

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
