"""What each command of ``python -m eval`` does. Each returns its exit code."""

import asyncio
import json
import signal
import sys
import time
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from rich.console import Console

from eval import baseline, joined, runs
from eval import report as page
from eval.comparison import comparison, over_one_split
from eval.errors import GoldError
from eval.facts import of_gold
from eval.figures import figures
from eval.gold import ALL, Gold, load
from eval.layout import repairs
from eval.lint import lint
from eval.mistakes import classes, mistakes
from eval.predictions import load_predictions
from eval.report_figures import verdict
from eval.score import DocumentScore
from eval.scoring import scored, strangers
from eval.tables import console, show_changes, show_classes, show_figures, show_names, show_repairs
from pipeline import config
from pipeline.cli import exit_code
from pipeline.run import run as pipeline_run
from pipeline.shown import Teller, shown
from schemas import Failure

SETTINGS = ("profile", "model", "base_url", "types", "types_together", "concurrency", "offline", "fresh")
"""Flags that are handed to the pipeline as they are."""


def run(args: Namespace) -> int:
    """The pipeline over the articles of a split; its records are scored and stored."""
    gold = _gold(args)
    paths = [str(gold.path(one)) for one in gold.documents]
    for one in gold.documents:
        if gold.text(one) is None:
            raise GoldError(
                f"The article {gold.path(one)} is not there.", next_step="Name its folder with --articles."
            )
    clock = time.monotonic()
    with runs.unfinished(args.runs) as folder:
        settings = config.load({"out": folder, **{name: getattr(args, name) for name in SETTINGS}})
        failures = _pipeline(paths, settings)
        documents = [one.counts for one in scored(gold, load_predictions(folder), Teller())]
        stored = runs.store(folder, gold, args.split, documents, time.monotonic() - clock)
    found = {"run": stored.id, "cost": stored.info["cost"], **stored.info["figures"]}
    if args.json:
        _json(found)
    else:
        show_figures(console(), found)
        print(_cost(stored.info["cost"]))
        print(f"Stored as {stored.id}")
    return exit_code(failures)


def score(args: Namespace) -> int:
    """Records from anywhere against gold; nothing is stored."""
    gold = _gold(args)
    predictions = load_predictions(args.records)
    _tell_strangers(gold, predictions)
    documents = [one.counts for one in scored(gold, predictions, Teller())]
    summary = runs.pipeline_summary(args.records) if args.records.is_dir() else {}
    found = figures(documents, runs.signature_of(gold, len(documents), summary))
    _figures(args, found)
    return 0


def show(args: Namespace) -> int:
    """A stored run, scored anew: no model is asked."""
    stored, gold, documents = _rescored(args, args.run)
    signature = runs.signature_of(gold, len(documents), runs.pipeline_summary(stored.path))
    found = {
        "run": stored.id,
        "stored_signature": stored.info["signature"],
        "cost": stored.info["cost"],
        **figures([one.counts for one in documents], signature),
    }
    _figures(args, found)
    if not args.json:
        print(_cost(stored.info["cost"]))
        if signature != stored.info["signature"]:
            print(f"Scored otherwise than when it was stored: {stored.info['signature']}")
    return 0


def errors(args: Namespace) -> int:
    """The errors of a stored run by classes, the largest first."""
    _, _, documents = _rescored(args, args.run)
    found = classes(one for document in documents for one in mistakes(document))
    if args.only:
        found = [one for one in found if args.only in one.name]
    if args.json:
        _json([{"class": one.name, "charge": one.charge, **asdict(one)} for one in found])
    else:
        show_classes(console(), found[: args.classes], args.examples)
        if len(found) > args.classes:
            print(
                f"… and {len(found) - args.classes} smaller classes; --classes N shows more, --only NAME one"
            )
    return 0


def compare(args: Namespace) -> int:
    """Two stored runs over the same gold: the verdict, and every value that changed."""
    before, after = (_rescored(args, name) for name in (args.first, args.second))
    over_one_split(before[0], after[0])
    found = comparison(before[2], after[2])
    whole, changes = found.whole, found.changes
    costs = [one[0].info["cost"] for one in (before, after)]
    if args.json:
        _json(
            {
                "runs": [before[0].id, after[0].id],
                "verdict": whole.verdict,
                "why": whole.why,
                **asdict(whole),
                "types": {
                    kind: {"verdict": one.verdict, "p_holm": adjusted, **asdict(one)}
                    for kind, (one, adjusted) in found.types.items()
                },
                "still_right": changes.still_right,
                "still_wrong": changes.still_wrong,
                "changes": [asdict(one) for one in changes.changes],
                "costs": costs,
                "signatures": [one[0].info["signature"] for one in (before, after)],
            }
        )
    else:
        rows = [(kind, one, adjusted) for kind, (one, adjusted) in found.types.items()]
        show_changes(console(), changes, whole, rows, args.list)
        for name, one, cost in zip("AB", (before, after), costs, strict=True):
            print(f"{name} {one[0].id}: {_cost(cost)}\n  {one[0].info['signature']}")
    return 0


def report(args: Namespace) -> int:
    """A stored run as one HTML file, alone or against an earlier run."""
    stored, gold, documents = _rescored(args, args.run)
    run, other, compared = _for_report(stored, gold, documents), None, None
    if args.against:
        before, _, earlier = _rescored(args, args.against)
        over_one_split(before, stored)
        other, compared = _for_report(before, gold, earlier), comparison(earlier, documents)
    path = page.write(args.out, gold, run, other, compared, Teller())
    word, why = verdict(run.figures, compared)
    if args.json:
        _json(
            {
                "report": str(path),
                "run": stored.id,
                "against": other.run.id if other else None,
                "verdict": word or None,
                "why": why,
                "signature": run.figures["signature"],
                "levels": run.figures["levels"],
            }
        )
    else:
        print(f"{word}: {why}" if word else why)
        print(f"Report: {path}")
    return 0


def bless(args: Namespace) -> int:
    """Make a stored run the baseline of the gate."""
    stored, _, documents = _rescored(args, args.run)
    baseline.bless(stored, [one.counts for one in documents], args.baseline)
    if args.json:
        _json({"run": stored.id, "baseline": str(args.baseline)})
    else:
        print(f"{stored.id} is the baseline now: {args.baseline}")
    return 0


def gate(args: Namespace) -> int:
    """Hold a stored run to the baseline: 0 pass, 1 worse, 2 inconclusive, 3 could not run."""
    held_to = baseline.load(args.baseline)
    stored, gold, documents = _rescored(args, args.run)
    found = baseline.gate(held_to, [one.counts for one in documents], gold.hash, args.margin)
    if args.json:
        _json(
            {
                "outcome": found.outcome.name,
                "why": found.why,
                "run": stored.id,
                "baseline": held_to["run"],
                **asdict(found.difference),
            }
        )
    else:
        print(f"{found.outcome.name}: {found.why}")
        print(
            f"Run {stored.id}: {stored.info['signature']}\nBaseline {held_to['run']}: {held_to['signature']}"
        )
    return int(found.outcome)


def agree(args: Namespace) -> int:
    """Two annotations of the same articles: the second scored as a run against the first."""
    first, second = (load(folder, args.articles, args.split) for folder in (args.first, args.second))
    ours, theirs = ({one.document for one in side.documents} for side in (first, second))
    for name in sorted(ours ^ theirs):
        print(f"{name} is in one of the two only and left out.", file=sys.stderr)
    both = replace(first, documents=tuple(one for one in first.documents if one.document in theirs))
    if not both.documents:
        raise GoldError("The two annotations have no document in common.")
    facts = {one.document: of_gold(one) for one in second.documents}
    documents = [one.counts for one in scored(both, facts, Teller())]
    _figures(args, figures(documents, runs.signature_of(both, len(documents), {})))
    return 0


def names(args: Namespace) -> int:
    """Synthetic pairs of names, each joined in a run of its own: precision, recall and F1, and the pairs judged wrong."""
    found = {part: list(joined.judged(joined.pairs(part))) for part in joined.PARTS}
    found["all"] = [one for each in joined.PARTS for one in found[each]]
    counted = {part: joined.figures(each) for part, each in found.items()}
    wrong = [one for one in found["all"] if one.joined != one.pair.same]
    if args.json:
        _json(counted | {"wrong": [asdict(one.pair) for one in wrong]})
    else:
        show_names(console(), counted, wrong)
    return 0


def check_gold(args: Namespace) -> int:
    """All that is to be said about gold; 1 where something must be mended."""
    found = lint(args.gold, args.articles)
    faults = sum(one.fault for one in found)
    if args.json:
        _json([asdict(one) for one in found])
    else:
        for one in found:
            print(f"{'fault' if one.fault else 'note'}: {one.document}: {one.what}")
        print(f"{faults} faults, {len(found) - faults} notes")
    return 1 if faults else 0


def layout(args: Namespace) -> int:
    """How much of the articles' reading order is recovered; no model is asked."""
    found = repairs(_gold(args))
    if args.json:
        _json([asdict(one) for one in found])
    else:
        show_repairs(console(), found)
    return 0


def _gold(args: Namespace) -> Gold:
    return load(args.gold, args.articles, getattr(args, "split", ALL))


def _rescored(args: Namespace, name: str) -> tuple[runs.Run, Gold, list[DocumentScore]]:
    """A stored run, the gold of its split, and the scores of its predictions."""
    stored = runs.find(args.runs, name)
    gold = load(args.gold, args.articles, stored.split)
    return stored, gold, list(scored(gold, load_predictions(stored.path), Teller()))


def _for_report(stored: runs.Run, gold: Gold, documents: list[DocumentScore]) -> page.Scored:
    signature = runs.signature_of(gold, len(documents), runs.pipeline_summary(stored.path))
    return page.Scored(stored, figures([one.counts for one in documents], signature), documents)


def _pipeline(paths: list[str], settings: config.Settings) -> list[Failure]:
    async def whole() -> list[Failure]:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        with shown(Teller()) as progress:
            _, failures = await pipeline_run(paths, settings, progress)
        return failures

    return asyncio.run(whole())


def _tell_strangers(gold: Gold, predictions: Mapping[str, Any]) -> None:
    if names := strangers(gold, predictions):
        some = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        Console(stderr=True, markup=False, highlight=False, soft_wrap=True).print(
            f"Not in this gold, and left out: {some}"
        )


def _figures(args: Namespace, found: Mapping[str, Any]) -> None:
    if args.json:
        _json(found)
    else:
        show_figures(console(), found, fields=args.fields)


def _cost(cost: Mapping[str, Any]) -> str:
    calls, tokens = cost.get("calls") or {}, cost.get("tokens") or {}
    told = (
        f"Answers: {calls.get('replayed', 0)} replayed, {calls.get('live', 0)} live, "
        f"{calls.get('failed', 0)} failed; "
        f"tokens: {tokens.get('prompt', 0)} in, {tokens.get('completion', 0)} out"
    )
    money = "" if cost.get("cost") is None else f"; ${cost['cost']:.4f}"
    return f"{told}{money}; {cost.get('seconds') or 0:.1f} s"


def _json(values: Any) -> None:
    print(json.dumps(values, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Path) else repr(value)
