"""A row of the table: how right, how well grounded, and at what cost; for a library and for the pipeline."""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from eval import runs
from eval.baselines.convert import convert
from eval.baselines.libraries import LIBRARIES, Answered, Library, answered, articles
from eval.baselines.task import WORKERS
from eval.errors import EvalError
from eval.facts import DocumentFacts
from eval.figures import Figures, figures, signature
from eval.gold import Gold
from eval.predictions import load_predictions
from eval.scoring import scored
from pipeline import config
from pipeline.model.cache import Entry
from pipeline.run import RECORDED
from pipeline.run import run as pipeline_run
from pipeline.shown import Teller, shown

OURS: Final = "this pipeline"


@dataclass(frozen=True, slots=True)
class Cost:
    """What answers took: tokens in and out, and the seconds in which an answer was being made.

    The seconds are those of all answers together, divided by how many were made at once.
    """

    tokens_in: int
    tokens_out: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Row:
    """One way to read the articles.

    ``figures``: as everywhere in the harness. ``questions``: pieces of text, or questions about them, asked;
    ``failed``: those of them that gave nothing usable. ``records``: how many were scored; ``unusable``: findings that
    could not become one. ``made``: how the answers became records just now.
    """

    name: str
    made: str
    figures: Figures
    cost: Cost
    questions: int
    failed: int
    records: int
    unusable: int = 0

    @property
    def right(self) -> int:
        """How many records have all key fields right."""
        return int(self.figures["records"]["same"])

    def per_right(self, amount: float) -> float | None:
        """What a right record took of ``amount``; None where none is right."""
        return amount / self.right if self.right else None

    @property
    def grounded(self) -> float | None:
        """The share of values that stand in the text cited for them."""
        found = self.figures["evidence"] or {}
        nowhere, elsewhere = found.get("unsupported"), found.get("elsewhere")
        return None if nowhere is None or elsewhere is None else 1.0 - nowhere - elsewhere


def table(
    gold: Gold, answers: Path, ours: Path | None = None, libraries: Sequence[str] = tuple(LIBRARIES)
) -> list[Row]:
    """The rows of ``libraries``, and that of the pipeline: of the run in ``ours``, or of one made now, offline."""
    texts = articles(gold)
    named = [LIBRARIES[name] for name in libraries]
    rows = [_library(one, answered(one, texts, answers), gold, texts) for one in named]
    return [*rows, _pipeline(gold, ours) if ours else _offline(gold)]


def _library(library: Library, found: Answered, gold: Gold, texts: Mapping[str, str]) -> Row:
    converted = [
        convert(name, found.found.documents.get(name, ()), len(text)) for name, text in texts.items()
    ]
    return Row(
        name=library.name,
        made=f"replayed through {found.found.library}"
        if found.replayed
        else f"by {found.found.library} when it was recorded",
        figures=_figures(gold, {one.facts.document: one.facts for one in converted}),
        cost=Cost(
            sum(one.prompt for one in found.exchanges),
            sum(one.completion for one in found.exchanges),
            sum(one.seconds for one in found.exchanges) / WORKERS,
        ),
        questions=found.found.pieces,
        failed=found.found.failed,
        records=sum(len(one.facts.records) for one in converted),
        unusable=sum(one.unusable for one in converted),
    )


def _offline(gold: Gold) -> Row:
    """The row of a run made from recorded answers alone."""
    with tempfile.TemporaryDirectory() as folder:
        settings = config.load({"out": Path(folder), "offline": True, "profile": "embedded"})
        if not settings.embedded:
            raise EvalError(
                "The table compares on the embedded model, and an endpoint is configured.",
                next_step="Unset OPENAI_BASE_URL and OPENAI_API_KEY.",
            )
        asyncio.run(_run([str(gold.path(one)) for one in gold.documents], settings))
        return _pipeline(gold, Path(folder))


async def _run(paths: list[str], settings: config.Settings) -> None:
    with shown(Teller()) as progress:
        await pipeline_run(paths, settings, progress)


def _pipeline(gold: Gold, folder: Path) -> Row:
    """The row of the run in a folder; what its answers took is known from when they were recorded."""
    summary = runs.pipeline_summary(folder)
    if not summary:
        raise EvalError(f"{folder} holds no run.", next_step="Name the folder that a run was written to.")
    predictions = load_predictions(folder)
    calls = summary["calls"]
    return Row(
        name=OURS,
        made="answers replayed" if calls["replayed"] else "live",
        figures=_figures(gold, predictions),
        cost=_live(summary) if calls["live"] and not calls["replayed"] else _recorded(),
        questions=sum(calls.values()),
        failed=calls["failed"],
        records=sum(len(one.records) for one in predictions.values()),
    )


def _live(summary: Mapping[str, Any]) -> Cost:
    tokens = summary["tokens"]
    return Cost(tokens["prompt"], tokens["completion"], summary["seconds"])


def _recorded() -> Cost:
    """What the answers took that ship with the articles."""
    lines = RECORDED.read_text(encoding="utf-8").split("\n")
    entries = [Entry.from_json(line) for line in lines if line]
    return Cost(
        sum(one.usage.prompt for one in entries),
        sum(one.usage.completion for one in entries),
        sum(one.seconds for one in entries) / config.load({"profile": "embedded"}).in_flight,
    )


def _figures(gold: Gold, predictions: Mapping[str, DocumentFacts]) -> Figures:
    documents = [one.counts for one in scored(gold, predictions)]
    return figures(documents, signature(gold.hash, len(documents)))
