"""How much of an article's reading order the document stage recovers: a figure without any model.

Gold lists the pieces of a statement that the page's columns tore apart in reading order. Where the order is
recovered, the next piece stands right behind the piece before it; and what gold marks as one piece must not be
torn apart by the repair.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from eval.counts import Sums
from eval.errors import GoldError
from eval.gold import Gold
from eval.texts import Text
from schemas.gold import GoldDocument

NEAR = 10
"""Characters that may stand between two pieces that follow each other, white space not counted."""

Piece = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Order(Sums):
    """Neighbouring pieces, those that follow each other; single pieces, those that stand contiguously.

    Equal ones of several records count once.
    """

    neighbours: int = 0
    following: int = 0
    singles: int = 0
    contiguous: int = 0

    @property
    def following_share(self) -> float | None:
        """Of the neighbouring pieces; None where there are none."""
        return self.following / self.neighbours if self.neighbours else None

    @property
    def contiguous_share(self) -> float | None:
        """Of the single pieces; None where there are none."""
        return self.contiguous / self.singles if self.singles else None


@dataclass(frozen=True, slots=True)
class Repair:
    """The order of one article as its file has it, and as its sentences have it."""

    document: str
    before: Order
    after: Order


def repairs(gold: Gold) -> list[Repair]:
    """What layout makes of each article of ``gold``. GoldError where an article is not at hand."""
    found = []
    for one in gold.documents:
        text = gold.text(one)
        if text is None:
            raise GoldError(
                f"The article {gold.path(one)} is not there.", next_step="Name its folder with --articles."
            )
        found.append(repair(one, text))
    return found


def repair(gold: GoldDocument, text: Text) -> Repair:
    """What layout makes of one article."""
    return Repair(
        gold.document,
        order(gold, text.source, range(len(text.source))),
        order(gold, text.source, text.origin),
    )


def order(gold: GoldDocument, source: str, reading: Iterable[int]) -> Order:
    """How the pieces of gold lie in the source read in the order ``reading``, a row of its offsets."""
    visible = [offset for offset in reading if not source[offset].isspace()]
    places: dict[int, int] = {}
    for place, offset in enumerate(visible):
        places.setdefault(offset, place)
    evidence = [record.evidence for record in gold.records]
    neighbours = {pair for pieces in evidence for pair in pairwise(pieces)}
    singles = {pieces[0] for pieces in evidence if len(pieces) == 1}
    return Order(
        neighbours=len(neighbours),
        following=sum(_follow(_read(one, places), _read(other, places)) for one, other in neighbours),
        singles=len(singles),
        contiguous=sum(_in_one(_read(piece, places)) for piece in singles),
    )


def _read(piece: Piece, places: dict[int, int]) -> list[int]:
    return [places[offset] for offset in range(*piece) if offset in places]


def _follow(one: Sequence[int], other: Sequence[int]) -> bool:
    return bool(one and other) and 0 <= other[0] - one[-1] - 1 <= NEAR


def _in_one(places: Sequence[int]) -> bool:
    return bool(places) and list(places) == list(range(places[0], places[0] + len(places)))
