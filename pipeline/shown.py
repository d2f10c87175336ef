"""What a person sees while a run goes on: a bar on a terminal, plain lines elsewhere."""

import contextlib
import os
from collections.abc import Iterator

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from pipeline.extract import Answered


class Teller(Console):
    """Standard error. Where nobody can read it any more it falls silent, and the work goes on."""

    def __init__(self, *, fold: bool = True) -> None:
        super().__init__(stderr=True, soft_wrap=not fold, highlight=False)

    def _check_buffer(self) -> None:
        try:
            super()._check_buffer()
        except OSError:
            # A terminal that was closed, a log on a disk that is full: rich knows the broken pipe only.
            self.on_broken_pipe()

    def on_broken_pipe(self) -> None:
        """Say nothing more, and leave nothing that would fail again when the process ends."""
        self.quiet = True
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), self.file.fileno())


class Bar:
    """A bar over the questions known so far, with the counts of replayed and live answers."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("reading", total=None, counts="")
        self._known = 0
        self._replayed = self._live = self._failed = 0

    def planned(self, document: str, questions: int) -> None:
        """A document's questions are known."""
        self._known += questions
        self._progress.update(self._task, total=self._known, description=document[:28])

    def answered(self, answered: Answered) -> None:
        """A question is through."""
        if answered.reply is None:
            self._failed += 1
        elif answered.reply.replayed:
            self._replayed += 1
        else:
            self._live += 1
        counts = f"{self._replayed} replayed, {self._live} live" + (
            f", {self._failed} failed" if self._failed else ""
        )
        self._progress.update(self._task, advance=1, counts=counts)

    def finished(self, document: str, records: int) -> None:
        """A document is done."""


class Lines:
    """A line for each document begun and finished, and for every fiftieth live answer."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = 0

    def planned(self, document: str, questions: int) -> None:
        """A document's questions are known."""
        self._print(f"{document}: {questions} questions")

    def answered(self, answered: Answered) -> None:
        """A question is through."""
        if answered.reply is not None and not answered.reply.replayed:
            self._live += 1
            if self._live % 50 == 0:
                self._print(f"{self._live} live answers so far")

    def finished(self, document: str, records: int) -> None:
        """A document is done."""
        self._print(f"{document}: {records} records")

    def _print(self, line: str) -> None:
        self._console.print(line, soft_wrap=True, highlight=False, markup=False)


@contextlib.contextmanager
def shown(console: Console) -> Iterator[Bar | Lines]:
    """What suits the console: a bar that vanishes at the end, or lines."""
    if not console.is_terminal:
        yield Lines(console)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[counts]}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield Bar(progress)
