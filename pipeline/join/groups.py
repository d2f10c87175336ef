"""Things that belong together, told pair by pair."""

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

T = TypeVar("T", bound=Any)


class Groups(Generic[T]):
    """Union-find with path halving: nearly constant time for each pair. The least of a group stands for it."""

    def __init__(self) -> None:
        self._parent: dict[T, T] = {}

    def __iter__(self) -> Iterator[T]:
        return iter(self._parent)

    def root(self, thing: T) -> T:
        """What stands for the group of a thing; a new thing is a group of its own."""
        parent = self._parent
        parent.setdefault(thing, thing)
        while parent[thing] != thing:
            parent[thing] = parent[parent[thing]]
            thing = parent[thing]
        return thing

    def join(self, one: T, other: T) -> None:
        """Make the groups of two things one."""
        least, more = sorted((self.root(one), self.root(other)))
        self._parent[more] = least
