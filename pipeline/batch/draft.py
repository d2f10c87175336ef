"""What no batch has answered yet: counted, or written into batch files within an endpoint's limits and the user's budget."""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import IO, Any, Self

from pipeline.batch.journal import Journal
from pipeline.batch.lines import request_line
from pipeline.errors import AnswerError
from pipeline.model.budget import Budget, Limit, Prices
from pipeline.model.cache import Usage


def half(prices: Prices | None) -> Prices | None:
    """What a batch costs."""
    if prices is None:
        return None
    cached = None if prices.cached is None else prices.cached / 2
    return replace(prices, prompt=prices.prompt / 2, completion=prices.completion / 2, cached=cached)


class Waiting:
    """Counts the requests without a reply: those on their way, and those that are in no batch."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._seen: set[str] = set()
        self.on_their_way = 0
        self.unsent = 0

    async def take(self, custom_id: str, body: Mapping[str, Any]) -> None:
        """Count a request, once."""
        if custom_id in self._seen:
            return
        self._seen.add(custom_id)
        if self._journal.is_on_its_way(custom_id):
            self.on_their_way += 1
        else:
            self.unsent += 1
            await self._unsent(custom_id, body)

    async def _unsent(self, custom_id: str, body: Mapping[str, Any]) -> None:
        """A request that is in no batch."""


@dataclass(slots=True)
class Part:
    """The requests of one batch, in a file that has no name and ends with the process; ``most`` tokens are the most they use."""

    file: IO[bytes]
    requests: list[str] = field(default_factory=list)
    size: int = 0
    """Bytes of the file."""
    most: Usage = field(default_factory=Usage)


class Draft(Waiting):
    """Writes requests into parts, each a batch of at most so many requests and bytes; as a context manager.

    What a request may use at most is counted as for a live one (no token is shorter than a byte, and an answer as long as allowed), at
    ``prices``. One that might pass the ``limit`` is left out and counted.
    """

    def __init__(
        self, journal: Journal, *, requests: int, size: int, limit: Limit | None, prices: Prices | None
    ) -> None:
        super().__init__(journal)
        self._most_requests = requests
        self._most_bytes = size
        self._budget = Budget(limit, prices)
        self._open = ExitStack()
        self.parts: list[Part] = []
        self.left_out = 0
        self.why = ""
        """Why requests were left out."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def cost(self) -> float | None:
        """US dollars that all parts cost at most, None without prices."""
        return self._budget.cost

    @property
    def most(self) -> Usage:
        """Tokens that all parts use at most."""
        return sum((part.most for part in self.parts), Usage())

    async def _unsent(self, custom_id: str, body: Mapping[str, Any]) -> None:
        line = request_line(custom_id, body)
        most = Usage(prompt=len(line), completion=int(body["max_tokens"]))
        try:
            self._budget.settle(await self._budget.hold(most), most, None)
        except AnswerError as error:
            self.left_out += 1
            self.why = str(error)
            return
        part = self._part_for(len(line))
        part.file.write(line)
        part.requests.append(custom_id)
        part.size += len(line)
        part.most += most

    def _part_for(self, size: int) -> Part:
        last = self.parts[-1] if self.parts else None
        if last and len(last.requests) < self._most_requests and last.size + size <= self._most_bytes:
            return last
        file = self._open.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        self.parts.append(Part(file))
        return self.parts[-1]
