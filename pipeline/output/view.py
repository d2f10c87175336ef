"""The summary at the end of a run, for the person who waits for it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.output.write import REPORT, SUMMARY
from schemas import RECORD_TYPES, Failure, RunSummary

_SHOWN: Final = 10
"""How many failures are told one by one."""


def show(summary: RunSummary, failures: Sequence[Failure], out: Path, console: Console) -> None:
    """Print what a run gave and took, its failures with their next steps, and where the results lie.

    On a terminal the records by type are a table; elsewhere all is plain lines, none of them folded.
    """
    if console.is_terminal:
        console.print(_table(summary))
    else:
        _lines(console, (f"{label} {name}: {count}" for label, name, count in _counts(summary)))
    _lines(console, _totals(summary))
    for failure in failures[:_SHOWN]:
        _failed(console, failure)
    if len(failures) > _SHOWN:
        _lines(console, [f"… and {len(failures) - _SHOWN} more failures, all in failures.jsonl"])
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
    yield f"Tokens: {tokens.prompt} in ({tokens.cached} cached), {tokens.completion} out" + (
        "" if summary.cost is None else f"; ${summary.cost:.4f}"
    )
    yield f"Time: {summary.seconds:.1f} s"


def _failed(console: Console, failure: Failure) -> None:
    part = [failure.document]
    if failure.chunk is not None:
        part.append(f"question {failure.chunk}" + (f" ({failure.type})" if failure.type else ""))
    # Messages about a whole document begin with its name already.
    told = failure.message.removeprefix(f"{failure.document}: ")
    _lines(console, [f"Failed: {', '.join(part)}: {told}"], style="red")
    if failure.next_step:
        _lines(console, [f"  {failure.next_step}"])


def _lines(console: Console, lines: Iterator[str] | Sequence[str], style: str = "") -> None:
    """Print lines as they are: brackets are no markup, and what would steer a terminal is shown, not sent."""
    for line in lines:
        safe = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in line)
        console.print(
            Text(safe, style=style if console.is_terminal else ""), soft_wrap=not console.is_terminal
        )
