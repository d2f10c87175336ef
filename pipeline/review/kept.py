"""What of a reviewed document enters gold: records with how each was decided, and what is known of the article."""

from collections.abc import Iterator

from pipeline.output.stored import Stored
from pipeline.review.desk import Desk
from pipeline.review.state import ARTICLE, State
from schemas import AnyRecord, Article


def still_open(desk: Desk, document: Stored, state: State) -> int:
    """How many records nobody has decided about, those that only gold has included."""
    return sum(item.status == "undecided" for item in state.items) + len(_unsettled(desk, document, state))


def kept(
    desk: Desk, document: Stored, state: State, *, undecided: bool
) -> Iterator[tuple[str, AnyRecord | None]]:
    """Each record with its status, None for one that gold does not get; with ``undecided``, those that nobody decided about, too.

    Where there is earlier gold of the document, what is undecided stays as that has it, and so does what both agree on: its
    spelling and its evidence are a person's.
    """
    base = document.name in desk.gold
    theirs = {pair.ours.id: pair.theirs for pair in desk.compared(document) if pair.ours} if base else {}
    for item in state.items:
        match item.status:
            case "undecided":
                if undecided:
                    yield item.status, theirs.get(item.id) if base else item.record
            case "agreed":
                yield item.status, theirs[item.id]
            case "rejected":
                yield item.status, None
            case _:
                yield item.status, item.record
    if undecided:
        yield from (("undecided", one) for one in _unsettled(desk, document, state))


def article_of(desk: Desk, document: Stored, state: State) -> Article:
    """The article: as earlier gold has it, where there is some, with what was corrected since."""
    if document.name not in desk.gold:
        return state.article
    corrected = {name for one in state.active if one.record == ARTICLE for name in one.values}
    return desk.gold[document.name].article.model_copy(
        update={name: value for name, value in state.article.facts().items() if name in corrected}
    )


def _unsettled(desk: Desk, document: Stored, state: State) -> list[AnyRecord]:
    """Records that only gold has, neither taken over nor dismissed."""
    if document.name not in desk.gold:
        return []
    alone = [pair.theirs for pair in desk.compared(document) if pair.theirs and not pair.ours]
    return [one for one in alone if not state.settled(one)]
