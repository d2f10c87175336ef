"""The files of a run's folder, written document by document and put in place together at the end."""

from pathlib import Path
from types import TracebackType
from typing import Final, Self

from pipeline.output import report
from pipeline.output.folder import Folder, writing
from pipeline.output.lines import LINES, to_json
from pipeline.output.report import REPORT
from pipeline.output.stored import SUMMARY, StoredRun
from pipeline.results import DocumentResult
from schemas import Failure, RunSummary

FAILURES: Final = "failures.jsonl"
PAGES: Final = report.PAGES
"""The folder that holds a page per document, where they are too many for one."""
FILES: Final = (*LINES, REPORT, SUMMARY)
"""A run's files in the order in which they are put in place: ``run.json`` says that all are there."""


class Writer:
    """Writes the folder ``out`` of one run; lines come in the order in which documents are added.

    Until :meth:`finish` an earlier run's files stay whole. As a context manager it abandons what is not
    finished. Every method raises ``OutputError`` where the disk or the folder refuses; the constructor also
    raises ``UsageError`` where another run holds the folder.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self._folder = Folder(out, FILES, PAGES)
        self._done = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abandon()

    def add(self, result: DocumentResult) -> None:
        """Write everything that is known of one document."""
        for name, lines in LINES.items():
            self._folder.write(name, "".join(to_json(line) + "\n" for line in lines(result)))

    def fail(self, failure: Failure) -> None:
        """Write down a document that could not be read at all."""
        self._folder.write(FAILURES, to_json(failure) + "\n")

    def finish(self, summary: RunSummary) -> None:
        """Write the report and the summary, then put every file in place, ``run.json`` last."""
        with writing(self.out):
            report.write(
                StoredRun(self._folder.written()),
                summary,
                write=lambda piece: self._folder.write(REPORT, piece),
                write_page=self._folder.write_page,
            )
        self._folder.write(SUMMARY, to_json(summary, indent=2) + "\n")
        self._folder.commit()
        self._done = True

    def abandon(self) -> None:
        """Remove what was written and let the folder go; nothing happens after :meth:`finish`."""
        if not self._done:
            self._folder.discard()
            self._done = True
