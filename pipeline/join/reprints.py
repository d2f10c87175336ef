"""Documents that are one text: an article and its reprints.

Of every text the shingles (runs of eight Chinese characters) are hashed, and a sample of the hashes is kept: those that 2^level
divides, the level rising with the length, so that 64 to 128 remain of any long text. What a higher level keeps a lower one
keeps too, so texts of two neighbouring levels can be held against each other. Two documents are one text where they share
four fifths of the smaller one's sample and neither is more than twice as long: a page that holds an article among others is
not that article.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pipeline.join.groups import Groups

_HAN: Final = re.compile("[^\u3400-\u9fff]+")
_SHINGLE: Final = 8
_KEPT: Final = 64
_SHARED: Final = 0.8
_LONGER: Final = 2.0
_FEWEST: Final = 12
"""Hashes that a sample must have to be held against another: shorter texts are no articles."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The kept hashes of a text, sorted, how many shingles it has, and at which level they were sampled."""

    hashes: tuple[int, ...]
    shingles: int
    level: int

    @property
    def coarser(self) -> int:
        """How many hashes the next level would keep."""
        return sum(each % (2 << self.level) == 0 for each in self.hashes)


def sample(text: str) -> Sample:
    """The sample of a text; time is linear in it."""
    bare = _HAN.sub("", text)
    runs = (bare[at : at + _SHINGLE] for at in range(len(bare) - _SHINGLE + 1))
    found = {zlib.crc32(run.encode()) for run in runs}
    level = max(0, (len(found) // _KEPT).bit_length() - 1)
    return Sample(tuple(sorted(each for each in found if each % (1 << level) == 0)), len(found), level)


def clusters(rows: Any) -> Iterator[tuple[str, ...]]:
    """The documents that are one text, two or more at a time, by name; ``rows`` is the database.

    Every document is held against the first by name that it shares a hash with, so that the work grows with the hashes and
    not with the pairs.
    """
    shared = rows.execute(
        """
        WITH ranked AS (SELECT hash, d.name AS name, s.n AS n FROM shingle s JOIN document d USING (n)),
             heads AS (SELECT hash, MIN(name) AS head FROM ranked GROUP BY hash HAVING COUNT(*) > 1)
        SELECT head, ranked.name, COUNT(*), a.shingles, b.shingles, a.level, b.level,
               CASE WHEN a.level < b.level THEN a.coarser ELSE a.hashes END,
               CASE WHEN b.level < a.level THEN b.coarser ELSE b.hashes END
        FROM heads JOIN ranked USING (hash)
        JOIN document h ON h.name = head JOIN sampled a ON a.n = h.n JOIN sampled b ON b.n = ranked.n
        WHERE ranked.name > head GROUP BY head, ranked.name ORDER BY head, ranked.name
        """
    )
    groups = Groups[str]()
    for head, name, count, one, other, level, its_level, kept, its_kept in shared:
        few = min(kept, its_kept)
        long = max(one, other) > _LONGER * min(one, other) or abs(level - its_level) > 1
        if few >= _FEWEST and count >= _SHARED * few and not long:
            groups.join(head, name)
    members: dict[str, list[str]] = {}
    for name in sorted(groups):
        members.setdefault(groups.root(name), []).append(name)
    yield from (tuple(each) for each in members.values())
