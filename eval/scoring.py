"""Many documents scored one after the other: only what is asked for is kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import track

from eval.facts import DocumentFacts, of_gold
from eval.gold import Gold
from eval.score import DocumentScore, score

Value = TypeVar("Value")


def scored(
    gold: Gold, predictions: Mapping[str, DocumentFacts], console: Console | None = None
) -> Iterator[DocumentScore]:
    """The score of every gold document, in their order; with a bar on a terminal."""
    for document in tracked(gold.documents, "Scoring", console):
        yield score(of_gold(document), predictions.get(document.document), gold.text(document))


def tracked(values: Sequence[Value], what: str, console: Console | None = None) -> Iterable[Value]:
    """The values, with a bar on a terminal."""
    return track(
        values,
        what,
        console=console or Console(stderr=True, quiet=True),
        transient=True,
        disable=console is None or not console.is_terminal,
    )


def strangers(gold: Gold, predictions: Mapping[str, DocumentFacts]) -> list[str]:
    """Documents that are predicted but not in gold: nothing can be said about them."""
    known = {one.document for one in gold.documents}
    return sorted(name for name in predictions if name not in known)
