"""What an ended batch has brought: its files read line by line, and counted."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO

from pipeline.batch.lines import Line
from pipeline.model.cache import Usage


class Unreadable(Exception):
    """What was downloaded is not what a batch brings."""


@dataclass(slots=True)
class Brought:
    """Counts of a batch's files; ``missing`` holds its requests, and in the end those of which no line tells."""

    missing: set[str]
    usage: Usage = field(default_factory=Usage)
    """Tokens of all replies, usable or not."""
    answered: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    """Why requests failed, in the endpoint's words."""
    damaged: int = 0
    """Lines that cannot be read."""
    strange: int = 0
    """Lines about requests that the batch does not have, or has a line of already."""

    def replies(self, files: Iterable[IO[bytes]]) -> Iterator[tuple[str, str]]:
        """Each answered request with its reply; counts are complete when it is at its end."""
        for file in files:
            # Not as text: that would split at U+2028 inside an answer.
            for line in file:
                if line.strip():
                    yield from self._reply(line)

    def _reply(self, line: bytes) -> Iterator[tuple[str, str]]:
        try:
            read = Line.model_validate_json(line)
        except ValueError:
            self.damaged += 1
            return
        self.usage += read.usage
        if read.custom_id not in self.missing:
            self.strange += 1
            return
        self.missing.discard(read.custom_id)
        reply = read.reply
        if reply is None:
            self.reasons[read.reason] += 1
            return
        self.answered += 1
        yield read.custom_id, reply

    @property
    def is_whole(self) -> bool:
        """Whether every line could be read."""
        return not self.damaged

    def is_result(self, told: int) -> bool:
        """Whether this may be all there is, where the endpoint tells of so many lines: not if none of them could be read."""
        return bool(self.answered or self.reasons) or not (self.damaged or told)

    def wrong(self) -> Iterator[str]:
        """What is wrong with it, in the endpoint's words and ours."""
        for reason, count in self.reasons.most_common():
            yield f"{count} failed: {reason}"
        if self.damaged:
            yield f"{self.damaged} lines cannot be read"
        if self.strange:
            yield f"{self.strange} lines are about requests that it does not have, or has an answer to already"
        if self.missing:
            yield f"{len(self.missing)} requests have no line"
