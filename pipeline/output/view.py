"""The summary at the end of a run, for the person who waits for it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.output.report import REPORT
from pipeline.output.stored import SUMMARY
from pipeline.output.write import FAILURES
from schemas import RECORD_TYPES, Failure, RunSummary

_SHOWN: Final = 10
"""How many different failures are told."""


def show(summary: RunSummary, failures: Sequence[Failure], out: Path, console: Console) -> None:
    """Print what a run gave and took, its failures with their next steps, and where the results lie.

    On a terminal the records by type are a table; elsewhere all is plain lines, none of them folded.
    """
    if console.is_terminal:
        console.print(_table(summary))
    else:
        _lines(console, (f"{label} {name}: {count}" for label, name, count in _counts(summary)))
    _lines(console, _totals(summary))
    alike = _alike(failures)
    for group in alike[:_SHOWN]:
        _failed(console, group)
    if more := sum(map(len, alike[_SHOWN:])):
        _lines(console, [f"… and {more} more failures, all in {FAILURES}"])
    _lines(console, [f"Results: {out}", f"  {REPORT} shows every record in its article, {SUMMARY} the run."])


def _table(summary: RunSummary) -> Table:
    table = Table(title="Records", title_justify="left", show_footer=True)
    table.add_column("类型", footer="合计")
    table.add_column("Type", footer="total")
    table.add_column("Count", justify="right", footer=str(sum(summary.records.values())))
    for label, name, count in _counts(summary):
        table.add_row(label, name, str(count))
    return table


def _counts(summary: RunSummary) -> Iterator[tuple[str, str, int]]:
    """Label, name and count of every record type that the run has a count of, in the guide's order."""
    for name, model in RECORD_TYPES.items():
        if name in summary.records:
            yield model.label, name, summary.records[name]


def _totals(summary: RunSummary) -> Iterator[str]:
    documents, calls, tokens = summary.documents, summary.calls, summary.tokens
    yield (
        f"Documents: {documents.complete} complete, {documents.partial} partial, {documents.failed} failed"
    )
    yield f"Records: {sum(summary.records.values())}; rejected: {summary.rejected}"
    yield f"Answers: {calls.replayed} replayed, {calls.live} live, {calls.failed} failed"
    yield (
        f"Tokens: {tokens.prompt} in ({tokens.cached} cached), {tokens.completion} out"
        + (f"; {tokens.wasted} of them for attempts without an answer" if tokens.wasted else "")
        + ("" if summary.cost is None else f"; ${summary.cost:.4f}")
    )
    yield f"Time: {summary.seconds:.1f} s"


def _alike(failures: Sequence[Failure]) -> list[list[Failure]]:
    """Failures that say the same together, in the order in which each was met first."""
    groups: dict[tuple[str, str, str], list[Failure]] = {}
    for failure in failures:
        groups.setdefault((failure.error, _told(failure), failure.next_step), []).append(failure)
    return list(groups.values())


def _told(failure: Failure) -> str:
    """The message without the document's name, with which messages about a whole document begin."""
    return failure.message.removeprefix(f"{failure.document}: ")


def _failed(console: Console, alike: Sequence[Failure]) -> None:
    first = alike[0]
    if len(alike) > 1:
        documents = len({failure.document for failure in alike})
        what = "questions" if first.chunk is not None else "documents"
        part = f"{len(alike)} {what}" + (
            f" of {documents} documents" if what == "questions" and documents > 1 else ""
        )
    elif first.chunk is not None:
        part = f"{first.document}, question {first.chunk}" + (f" ({first.type})" if first.type else "")
    else:
        part = first.document
    _lines(console, [f"Failed: {part}: {_told(first)}"], style="red")
    if first.next_step:
        _lines(console, [f"  {first.next_step}"])


def _lines(console: Console, lines: Iterator[str] | Sequence[str], style: str = "") -> None:
    """Print lines as they are: brackets are no markup, and what would steer a terminal is shown, not sent."""
    for line in lines:
        safe = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in line)
        console.print(
            Text(safe, style=style if console.is_terminal else ""), soft_wrap=not console.is_terminal
        )
