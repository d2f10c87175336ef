"""Which fragment follows which: the likeliest chains through a region, by seams and by place on the page.

The lines of a block stand row by row, each row from left to right. So a fragment goes on further down in its
own block or in another one, and its neighbours go on beside it: where the next fragment but one continues
five places on, this one likely does, too. Beliefs are passed among such neighbours (relaxation labelling), and
every fragment may follow, and be followed by, one other only (Sinkhorn's balancing).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_SURE = 8.0
"""Above this a seam's score counts less: the rest is held against its neighbours."""
_BEYOND = 0.3
_NEAR = 9
"""A fragment's column is that many places on, at most, in the next row."""
_AHEAD = 0.3
_BACK = -3.0
_END = -3.0
"""For a fragment that ends in mid-sentence and is followed by none."""
_START = -1.0
_PASSED = 1.7
_ROUNDS = 8
_BALANCINGS = 12
_NEIGHBOURS = (1.0, 0.7, 0.5, 0.4, 0.3, 0.25)
_BESIDE = 0.15
"""What a neighbour says that continues one place off."""
_FLOOR = 0.02
_SEEN = 0.1
_IDLE = 1e-3
_CERTAIN = 0.7
_LIKELY = 0.5
_TELLING = 2.0
"""A seam that may be taken for what it says, whatever its place."""
_SWAY = 6.0
"""What a full belief counts beside a seam's score."""

Beliefs = list[list[float]]


@dataclass(frozen=True, slots=True)
class Link:
    """``after`` follows ``before``; ``belief`` from 0 to 1."""

    before: int
    after: int
    belief: float


def links(scores: Sequence[Sequence[float]], blocks: Sequence[int], closed: Sequence[bool]) -> list[Link]:
    """Who follows whom, each at most once before and once behind, and never in a circle.

    ``scores``: of each seam; ``blocks``: the block of each fragment, fragments of one block side by side;
    ``closed``: whether a fragment ends a sentence.
    """
    places = _places(blocks)
    own = [
        [_capped(score) + place for score, place in zip(*rows, strict=True)]
        for rows in zip(scores, places, strict=True)
    ]
    ends = [math.exp(0.0 if each else _END) for each in closed]
    least = math.log(_FLOOR / (_SEEN + _FLOOR))
    beliefs = _balanced(own, ends)
    for turn in range(2 * _ROUNDS):
        if turn == _ROUNDS:
            own = _settled(own, beliefs)
        support = _support(beliefs, blocks)
        values = [[each + _PASSED * least for each in row] for row in own]
        for (row, column), seen in support.items():
            values[row][column] = own[row][column] + _PASSED * math.log((seen + _FLOOR) / (_SEEN + _FLOOR))
        beliefs = _balanced(values, ends)
    return _chosen(beliefs, scores, closed)


def _settled(own: Beliefs, beliefs: Beliefs) -> Beliefs:
    """The values, those out of the running that stand against a pair which is all but certain."""
    sure = {
        row: at for row, values in enumerate(beliefs) for at, each in enumerate(values) if each > _CERTAIN
    }
    taken = {column: row for row, column in sure.items()}
    return [
        [
            -math.inf if sure.get(row, at) != at or taken.get(at, row) != row else value
            for at, value in enumerate(values)
        ]
        for row, values in enumerate(own)
    ]


def _capped(score: float) -> float:
    return score if score <= _SURE else _SURE + _BEYOND * (score - _SURE)


def _places(blocks: Sequence[int]) -> Beliefs:
    """What the places of two fragments say, before any text is looked at."""
    size = range(len(blocks))
    return [[_place(row, column, blocks) for column in size] for row in size]


def _place(row: int, column: int, blocks: Sequence[int]) -> float:
    if row == column:
        return -math.inf
    if blocks[row] != blocks[column]:
        return 0.0
    ahead = column - row
    if ahead < 0:
        return _BACK
    return _AHEAD if ahead <= _NEAR else _AHEAD * math.exp((_NEAR - ahead) / 6) - 0.05 * (ahead - _NEAR)


def _balanced(values: Beliefs, ends: Sequence[float]) -> Beliefs:
    """Values to beliefs: each row and column sums to 1, with what is left for none."""
    size = len(values)
    rows = [[math.exp(min(each, 20.0)) for each in row] for row in values]
    nobody = list(ends)
    start = [math.exp(_START)] * size
    for _ in range(_BALANCINGS):
        for at, row in enumerate(rows):
            scale = 1.0 / (sum(row) + nobody[at])
            rows[at] = [each * scale for each in row]
            nobody[at] *= scale
        scales = [1.0 / (sum(column) + start[at]) for at, column in enumerate(zip(*rows, strict=True))]
        rows = [[each * scale for each, scale in zip(row, scales, strict=True)] for row in rows]
        start = [each * scale for each, scale in zip(start, scales, strict=True)]
    return rows


def _support(beliefs: Beliefs, blocks: Sequence[int]) -> dict[tuple[int, int], float]:
    """For each pair what the neighbours believe: those that go on beside it, from and into the same blocks."""
    size = len(blocks)
    found: dict[tuple[int, int], float] = {}
    for row, values in enumerate(beliefs):
        for column, belief in enumerate(values):
            if belief < _IDLE:
                continue
            for step, weight in enumerate(_NEIGHBOURS, 1):
                for sign in (step, -step):
                    near = row + sign
                    if not 0 <= near < size or blocks[near] != blocks[row]:
                        continue
                    for off, share in ((0, 1.0), (1, _BESIDE), (-1, _BESIDE)):
                        beside = column + sign + off
                        if 0 <= beside < size and blocks[beside] == blocks[column] and beside != near:
                            pair = near, beside
                            found[pair] = found.get(pair, 0.0) + weight * share * belief
    return found


def _chosen(beliefs: Beliefs, scores: Sequence[Sequence[float]], closed: Sequence[bool]) -> list[Link]:
    """The strongest beliefs first; one that would close a circle is passed over.

    What breaks off in mid-sentence comes before what ends one; such fragments left over are joined by belief
    and seam together.
    """
    pairs = [
        (belief, row, column)
        for row, values in enumerate(beliefs)
        for column, belief in enumerate(values)
        if row != column and (belief > _SEEN or scores[row][column] > _TELLING)
    ]
    chosen = _Chosen({}, set(), [])
    for belief, row, column in sorted(pairs, key=lambda pair: (-pair[0], *pair[1:])):
        if belief > _LIKELY and not closed[row]:
            chosen.take(row, column, belief)
    for belief, row, column in sorted(pairs, key=lambda pair: -_SWAY * pair[0] - scores[pair[1]][pair[2]]):
        if not closed[row]:
            chosen.take(row, column, belief)
    for belief, row, column in sorted(pairs, key=lambda pair: (-pair[0], *pair[1:])):
        if closed[row] and belief > _SEEN:
            chosen.take(row, column, belief)
    return chosen.links


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Links so far: who goes on where, and who is gone on to."""

    ahead: dict[int, int]
    taken: set[int]
    links: list[Link]

    def take(self, row: int, column: int, belief: float) -> None:
        """Link two fragments if both are free and no circle comes of it."""
        if row in self.ahead or column in self.taken:
            return
        end = column
        while end in self.ahead:
            end = self.ahead[end]
        if end != row:
            self.ahead[row] = column
            self.taken.add(column)
            self.links.append(Link(row, column, min(1.0, belief)))
