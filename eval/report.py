"""The report of a stored run, alone or beside another: one file that works from disk, without a network."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment
from rich.console import Console

from eval.comparison import Comparison
from eval.figures import Figures
from eval.gold import Gold
from eval.report_figures import costs, headline, lines, parts, squares, verdict
from eval.report_records import TYPES, Item, Mark, Outcome, Side, items
from eval.report_segments import Segment, cut
from eval.runs import Run
from eval.score import DocumentScore
from eval.scoring import tracked
from eval.tables import number
from pipeline.document import prepare, read
from pipeline.document.redact import hide
from pipeline.errors import DocumentError
from pipeline.output import labels
from pipeline.output.folder import Folder
from pipeline.output.lines import writable
from pipeline.output.page import environment

FILE: Final = "eval-report.html"
MOST: Final = 50
"""How many documents have a page of their own: those with most false values."""

_PIECE: Final = 500
"""Template fragments that are written at once."""

_OUTCOMES: Final[Mapping[Outcome, tuple[str, str]]] = {
    Outcome.RIGHT: ("✓", "right"),
    Outcome.DIFFERS: ("≠", "differs"),
    Outcome.MISSED: ("○", "missed"),
    Outcome.SPURIOUS: ("+", "spurious"),
    Outcome.FIXED: ("↑", "fixed"),
    Outcome.BROKEN: ("↓", "broken"),
    Outcome.NEW: ("*", "newly predicted"),
    Outcome.GONE: ("−", "no longer predicted"),
    Outcome.UNPLACED: ("?", "no place in the text"),
}
"""The sign and the words of an outcome: none is told by colour alone."""
_MARKS: Final[Mapping[Mark, tuple[str, str]]] = {
    Mark.RIGHT: ("✓", "right"),
    Mark.WRONG: ("≠", "wrong value"),
    Mark.MISSING: ("○", "missing value"),
    Mark.EXTRA: ("+", "extra value"),
}
_GROUPS: Final = {
    "matched": "Matched records",
    "missed": "Missed: in gold, not found",
    "spurious": "Spurious: found, not in gold",
    "gone": "Spurious in A only: no longer predicted",
}


@dataclass(frozen=True, slots=True)
class Scored:
    """A stored run as it is scored now: its figures and, per document, counts and alignment."""

    run: Run
    figures: Figures
    documents: Sequence[DocumentScore]


@dataclass(frozen=True, slots=True)
class View:
    """One document's page. ``segments`` is None where the article is not at hand."""

    number: int
    name: str
    title: str
    f1: Mapping[Side, float | None]
    failed: Sequence[tuple[Side, str]]
    groups: Sequence[tuple[str, Sequence[Item]]]
    segments: Sequence[Segment] | None


def write(
    out: Path,
    gold: Gold,
    run: Scored,
    against: Scored | None,
    compared: Comparison | None,
    console: Console | None = None,
) -> Path:
    """Write the report into the folder ``out``, with a bar on a terminal; its path.

    Raises:
        OutputError: the folder cannot be written.
        UsageError: another command is writing into it.
    """
    folder = Folder(out, (FILE,))
    try:
        for piece in pieces(gold, run, against, compared, console):
            folder.write(FILE, piece)
    except BaseException:
        folder.discard()
        raise
    folder.commit()
    return out / FILE


def pieces(
    gold: Gold,
    run: Scored,
    against: Scored | None,
    compared: Comparison | None,
    console: Console | None = None,
) -> Iterator[str]:
    """The report, piece by piece; nothing in it depends on the clock."""
    chosen = _chosen(run)
    runs = {**({Side.AGAINST: against} if against else {}), Side.RUN: run}
    stream = (
        _environment()
        .get_template("report.html")
        .stream(
            runs={side: _about(one, runs) for side, one in runs.items()},
            names={Side.GOLD: "gold", Side.RUN: "B" if against else "run", Side.AGAINST: "A"},
            verdict=verdict(run.figures, compared),
            changes=compared.changes if compared else None,
            headline=list(headline(run.figures, against.figures if against else None)),
            lines=list(lines(run.figures, against.figures if against else None, compared)),
            squares=[
                (hide(name), at if at in chosen else None, row)
                for at, (name, row) in enumerate(_squares(run, against), 1)
            ],
            documents={at: hide(run.documents[at - 1].counts.document) for at in chosen},
            views=(_view(at, gold, run, against) for at in tracked(chosen, "Writing", console)),
            hidden=len(run.documents) - len(chosen),
            compared=compared is not None,
        )
    )
    stream.enable_buffering(_PIECE)
    # A NUL is no character of HTML; a browser would show U+FFFD too.
    return (writable(piece).replace("\0", "\ufffd") for piece in stream)


def _chosen(run: Scored) -> list[int]:
    """The numbers (from 1) of the documents with a page, in their order."""
    totals = [one.counts.total() for one in run.documents]
    worst = sorted(range(len(totals)), key=lambda at: -(totals[at].fp + totals[at].fn))
    return sorted(at + 1 for at in worst[:MOST])


def _about(one: Scored, runs: Mapping[Side, Scored]) -> Mapping[str, Any]:
    """What is said of a run as a whole: id, failures, costs, signature."""
    other = next((each for each in runs.values() if each is not one), None)
    signature = one.figures["signature"]
    stored = one.run.info["signature"]
    return {
        "id": one.run.id,
        "split": one.run.split,
        "documents": one.figures["documents"],
        "failed": {hide(name): hide(why) for name, why in one.figures["failed"].items()},
        "questions_failed": {hide(name): count for name, count in one.figures["questions_failed"].items()},
        "costs": list(costs(one.run.info["cost"], one.run.info["seconds"])),
        "signature": parts(signature, other.figures["signature"] if other else None),
        "stored_signature": stored if stored != signature else "",
    }


def _squares(run: Scored, against: Scored | None) -> Iterator[tuple[str, tuple[Any, ...]]]:
    before = [one.counts for one in against.documents] if against else None
    return squares([one.counts for one in run.documents], before)


def _view(at: int, gold: Gold, run: Scored, against: Scored | None) -> View:
    score = run.documents[at - 1]
    other = against.documents[at - 1] if against else None
    annotated = gold.documents[at - 1]
    found = items(score, other)
    sides = {**({Side.AGAINST: other} if other else {}), Side.RUN: score}
    return View(
        number=at,
        name=hide(annotated.document),
        title=hide(annotated.article.title or annotated.document),
        f1={side: one.counts.total().ratios.f1 for side, one in sides.items()},
        failed=[(side, hide(one.counts.failed)) for side, one in sides.items() if one.counts.failed],
        groups=[(name, tuple(group)) for name, group in groupby(found, key=attrgetter("group"))],
        segments=tuple(cut(_public(gold.path(annotated)), found)) if score.text else None,
    )


def _public(path: Path) -> str:
    """The article as it may be written out: private numbers masked, every offset as in the file."""
    (source,) = read([str(path)])
    if isinstance(source, DocumentError):
        raise source
    return prepare(source).public


@cache
def _environment() -> Environment:
    """Templates with the words of the page."""
    words = {
        "types": {name: labels.TYPES[name] for name in TYPES},
        "field_label": labels.field_label,
        "outcomes": _OUTCOMES,
        "marks": _MARKS,
        "headings": _GROUPS,
        "sides": tuple(Side),
    }
    found = environment("eval", words)
    found.filters |= {"number": number, "signed": lambda value: f"{value:+.3f}"}
    return found
