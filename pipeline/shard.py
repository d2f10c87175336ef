"""Which part of a corpus a run takes: by what stands in a document, whatever its name and place."""

import re
from dataclasses import dataclass
from typing import Final, Self

from pipeline.document.text import Source
from pipeline.errors import DocumentError

_SHARD: Final = re.compile(r"(\d{1,6})/(\d{1,6})", re.A)


@dataclass(frozen=True, slots=True)
class Shard:
    """Part ``number`` (from 1) of ``of``: no document is in two of them, and equal texts are in the same."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2/8``; ``ValueError`` for anything else."""
        found = _SHARD.fullmatch(text.strip())
        number, of = map(int, found.groups()) if found else (0, 0)
        if not 1 <= number <= of:
            raise ValueError(f"{text} is no part of a corpus, such as 1/8 (up to 8/8)")
        return cls(number, of)

    def holds(self, item: Source | DocumentError) -> bool:
        """Whether a document is in this part; one that cannot be read is in the first."""
        if isinstance(item, DocumentError):
            return self.number == 1
        return int(item.sha256[:15], 16) % self.of == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"
