"""How a long installation says where it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn


class Report(Protocol):
    """Hears how far a file has come: bytes done, bytes in all, and what is being done, in words."""

    def __call__(self, done_bytes: int, total_bytes: int, what: str) -> None: ...


def silent(done_bytes: int, total_bytes: int, what: str) -> None:
    """Report nothing."""


@contextmanager
def rich_progress(console: Console | None = None) -> Iterator[Report]:
    """Yield a report that draws a bar on standard error; where that is no terminal, a line every tenth."""
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=None)

        def draw(done_bytes: int, total_bytes: int, what: str) -> None:
            progress.update(task, completed=done_bytes, total=total_bytes, description=what)

        yield draw


class _Lines:
    """A line for every tenth of the way, and for the first and last byte."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._tenth = -1

    def __call__(self, done_bytes: int, total_bytes: int, what: str) -> None:
        tenth = 10 * done_bytes // max(total_bytes, 1)
        if tenth != self._tenth:
            self._tenth = tenth
            text = f"{what}: {done_bytes / 1e6:,.0f} of {total_bytes / 1e6:,.0f} MB"
            self._console.print(text, soft_wrap=True, highlight=False, markup=False)
