"""Many documents scored one after the other: only what is asked for is kept."""

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.progress import track

from eval.facts import DocumentFacts, of_gold
from eval.gold import Gold
from eval.score import DocumentScore, score


def scored(
    gold: Gold, predictions: Mapping[str, DocumentFacts], console: Console | None = None
) -> Iterator[DocumentScore]:
    """The score of every gold document, in their order; with a bar on a terminal."""
    documents = track(
        gold.documents,
        "Scoring",
        console=console or Console(stderr=True, quiet=True),
        transient=True,
        disable=console is None or not console.is_terminal,
    )
    for document in documents:
        yield score(of_gold(document), predictions.get(document.document), gold.text(document))


def strangers(gold: Gold, predictions: Mapping[str, DocumentFacts]) -> list[str]:
    """Documents that are predicted but not in gold: nothing can be said about them."""
    known = {one.document for one in gold.documents}
    return sorted(name for name in predictions if name not in known)
