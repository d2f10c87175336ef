"""The page that shows every record in its article."""

from collections.abc import Iterator

from pipeline.output.lines import writable
from pipeline.results import DocumentResult
from schemas import Failure, RunSummary


class Report:
    """Collects a run's documents and renders them as one page."""

    def add(self, result: DocumentResult) -> None:
        """Take in a document."""

    def fail(self, failure: Failure) -> None:
        """Take in a document that could not be read."""

    def pieces(self, summary: RunSummary) -> Iterator[str]:
        """The page, piece by piece."""
        yield writable("<!doctype html>\n<meta charset='utf-8'>\n<title>Records</title>\n")
