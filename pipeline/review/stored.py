"""A finished run as a review needs it: all its documents at hand, and the hash of its results."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.output import stored
from pipeline.output.stored import Stored

RESULTS: Final = ("documents.jsonl", "articles.jsonl", "records.jsonl")
"""What the hash of a run is made of: a run repeated with the same result is the same run."""


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A run's folder, the hash of its results, its documents in their order, and its files for the page."""

    path: Path
    hash: str
    documents: tuple[Stored, ...]
    files: stored.StoredRun


def load(path: Path) -> FinishedRun:
    """The run in the folder ``path``. Raises ``UsageError`` where there is none, or a line of it is not valid."""
    files = stored.StoredRun.of(path)
    _ = files.summary  # Written last: it says that the other files are whole.
    documents = tuple(files.documents())
    whole = hashlib.sha256()
    for name in RESULTS:
        whole.update(hashlib.sha256((path / name).read_bytes()).digest())
    return FinishedRun(path, whole.hexdigest(), documents, files)
