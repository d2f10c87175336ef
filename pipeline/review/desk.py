"""One review: the run, the decisions about it, and the other side where it is compared with one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.output.stored import Stored
from pipeline.review.differences import Pair, pairs
from pipeline.review.journal import Decision
from pipeline.review.state import State, state_of
from pipeline.review.stored import FinishedRun
from schemas import AnyRecord
from schemas.gold import GoldDocument

Side = Literal["run", "gold"]


@dataclass(frozen=True, slots=True)
class Desk:
    """``decisions`` may grow while the review goes on; those about another run's results are passed over.

    ``others`` are the records of the other side by document, None where there is no other side. Gold's ``gold`` documents
    are known besides: records that it has as the run has them count as decided.
    """

    run: FinishedRun
    decisions: Sequence[Decision]
    others: Mapping[str, tuple[AnyRecord, ...]] | None = None
    gold: Mapping[str, GoldDocument] = field(default_factory=dict)
    _pairs: dict[str, tuple[Pair, ...]] = field(default_factory=dict, init=False)
    _own: dict[str, list[Decision]] = field(default_factory=dict, init=False)
    _sorted: list[Decision] = field(default_factory=list, init=False)

    @property
    def side(self) -> Side | None:
        """What the run is compared with."""
        if self.others is None:
            return None
        return "gold" if self.gold else "run"

    def state(self, document: Stored) -> State:
        """How a document stands."""
        state = state_of(document, self.own(document))
        agreed = {
            pair.ours.id
            for pair in (self.compared(document) if self.gold else ())
            if pair.ours and not pair.differs
        }
        items = tuple(
            replace(item, status="agreed") if item.status == "undecided" and item.id in agreed else item
            for item in state.items
        )
        return replace(state, items=items)

    def compared(self, document: Stored) -> tuple[Pair, ...]:
        """The run's own records beside the other side's; nothing where there is no other side."""
        if self.others is None:
            return ()
        if document.name not in self._pairs:
            theirs = self.others.get(document.name, ())
            self._pairs[document.name] = pairs(document.records, theirs)
        return self._pairs[document.name]

    def foreign(self) -> int:
        """How many decisions of the journal are about other results than those that lie here now."""
        return sum(one.run != self.run.hash for one in self.decisions)

    def own(self, document: Stored) -> Sequence[Decision]:
        """The decisions about a document of these results, in their order."""
        for one in self.decisions[len(self._sorted) :]:
            self._sorted.append(one)
            if one.run == self.run.hash:
                self._own.setdefault(one.document, []).append(one)
        return self._own.get(document.name, ())
