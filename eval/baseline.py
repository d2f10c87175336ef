"""The blessed baseline: the counts that later runs are held to. Committed, so that CI has it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

import numpy as np

from eval.canonical import COMPARATOR_VERSION
from eval.errors import EvalError
from eval.figures import headline, vectors
from eval.gold import HOME
from eval.runs import Run, written
from eval.score import DocumentCounts
from eval.stats import ALPHA, Difference, Verdict, difference

FILE: Final = HOME / "baseline.json"
MARGIN: Final = 0.01
"""How much lower an F1 may be, at the lower end of its interval, and still pass."""


class Outcome(IntEnum):
    """What the gate says; the values are its exit codes."""

    PASS = 0
    WORSE = 1
    INCONCLUSIVE = 2


@dataclass(frozen=True, slots=True)
class GateResult:
    """The outcome, why, and the difference from the baseline that it rests on."""

    outcome: Outcome
    why: str
    difference: Difference


def bless(run: Run, documents: Sequence[DocumentCounts], path: Path = FILE) -> None:
    """Write the run's counts as the baseline."""
    written(
        path,
        {
            "run": run.id,
            "blessed": datetime.now(UTC).isoformat(timespec="seconds"),
            "split": run.split,
            "gold": run.info["gold"],
            "comparators": COMPARATOR_VERSION,
            "signature": run.info["signature"],
            "f1": headline(documents),
            "documents": {
                one.document: row.tolist() for one, row in zip(documents, vectors(documents), strict=True)
            },
        },
    )


def load(path: Path = FILE) -> Mapping[str, Any]:
    """The baseline. Raises EvalError where nothing was blessed."""
    try:
        found = dict(json.loads(path.read_text(encoding="utf-8")))
        if absent := {"run", "gold", "comparators", "signature", "documents"} - found.keys():
            raise ValueError(f"it has no {', '.join(sorted(absent))}")
        return found
    except FileNotFoundError:
        raise EvalError(
            f"There is no baseline at {path}.", next_step="python -m eval bless RUN makes a run the baseline."
        ) from None
    except (OSError, ValueError, TypeError) as error:
        raise EvalError(f"The baseline {path} cannot be read: {error}.") from None


def gate(
    baseline: Mapping[str, Any], documents: Sequence[DocumentCounts], gold_hash: str, margin: float = MARGIN
) -> GateResult:
    """Whether a run is as good as the baseline, give or take ``margin``.

    It passes where the whole interval of the difference lies above ``-margin``. It is worse where the paired
    test says so, or where the whole interval lies below ``-margin``: a few documents can never give a
    significant test, and a break must be caught all the same. In between nothing is said.

    Raises:
        EvalError: the baseline was made on other gold, or by other comparators.
    """
    names = [one.document for one in documents]
    if baseline["gold"] != gold_hash or sorted(baseline["documents"]) != sorted(names):
        raise EvalError(
            "The baseline was made on other gold than this run.",
            next_step="Score a run of the same split, or bless a new baseline.",
        )
    if baseline["comparators"] != COMPARATOR_VERSION:
        raise EvalError(
            f"The baseline was scored by comparators {baseline['comparators']}, these are {COMPARATOR_VERSION}.",
            next_step="Bless its run again, or a new one.",
        )
    before = np.array([baseline["documents"][name] for name in names], dtype=np.float64)
    found = difference(before, vectors(documents))
    change = (
        f"F1 {found.first:.3f} → {found.second:.3f}, "
        f"95 % interval of the change {found.low:+.3f} … {found.high:+.3f}"
    )
    if found.low >= -margin:
        return GateResult(Outcome.PASS, f"{change}: not lower by more than {margin}.", found)
    if found.verdict is Verdict.WORSE:
        return GateResult(Outcome.WORSE, f"{change}; p = {found.p:.3f} is below {ALPHA}.", found)
    if found.high < -margin:
        return GateResult(Outcome.WORSE, f"{change}: lower by more than {margin} throughout.", found)
    why = f"{change}: it may be lower by more than {margin}. {found.why}"
    return GateResult(Outcome.INCONCLUSIVE, why, found)
