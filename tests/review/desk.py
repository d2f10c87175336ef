"""A review without its app, as tests make decisions."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.review.deciding import Decide, decide
from pipeline.review.desk import Desk
from pipeline.review.journal import Journal
from pipeline.review.stored import load


@contextmanager
def review(run: Path, reviewer: str = "周一") -> Iterator["Reviewing"]:
    """A run's folder, open for decisions."""
    loaded = load(run)
    with Journal(run, reviewer, loaded.hash) as journal:
        yield Reviewing(Desk(loaded, journal.decisions), journal)


class Reviewing:
    """Makes decisions as the page does."""

    def __init__(self, desk: Desk, journal: Journal) -> None:
        self.desk, self.journal = desk, journal

    def __call__(self, kind: str, record: str = "", document: int = 0, **values: Any) -> None:
        """One decision; Refused where it cannot stand."""
        asked = Decide.model_validate({"kind": kind, "record": record} | values)
        decide(self.desk, self.journal, self.desk.run.documents[document], asked)
