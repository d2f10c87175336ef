"""The files of a run's folder, written document by document and put in place together at the end."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from pipeline.document.text import Source
from pipeline.join import finish as join
from pipeline.join.listed import Listed
from pipeline.output import report
from pipeline.output.folder import Folder, writing
from pipeline.output.lines import LINES, to_json
from pipeline.output.parts import Finished, Parts
from pipeline.output.report import REPORT
from pipeline.output.stored import SUMMARY, StoredRun
from pipeline.results import DocumentResult
from schemas import Failure, RunSummary

FAILURES: Final = "failures.jsonl"
PAGES: Final = report.PAGES
"""The folder that holds a page per document, where they are too many for one."""
FILES: Final = (*dict.fromkeys((*LINES, *join.FILES)), REPORT, SUMMARY)
"""A run's files in the order in which they are put in place: ``run.json`` says that all are there."""


class Writer:
    """Writes the folder ``out`` of one run; lines come in the order in which documents are added.

    Until :meth:`finish` an earlier run's files stay whole, and the new ones can be read as they grow
    (:mod:`pipeline.output.parts`). What a run with the fingerprint ``run`` has finished before it was interrupted
    is taken over, unless ``afresh``. ``listed`` are the bodies of the user's list. As a context manager it abandons
    what is not finished. Every method raises ``OutputError`` where the disk or the folder refuses; the constructor
    also raises ``UsageError`` where another run holds the folder.
    """

    def __init__(
        self, out: Path, run: str = "", *, afresh: bool = False, listed: Sequence[Listed] = ()
    ) -> None:
        self.out = out
        self._listed = listed
        self._run = run
        self._parts = Parts(out, tuple(LINES), run, afresh=afresh or not run)
        self._folder = Folder(out, (*join.FILES, REPORT, SUMMARY), PAGES, self._parts)
        self._done = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abandon()

    def finished(self, source: Source) -> Finished | None:
        """What is known of a document that an interrupted run has finished, to be given to :meth:`again`."""
        with writing(self.out):
            return self._parts.find(_digest(source))

    def again(self, finished: Finished) -> None:
        """Take a document over from an interrupted run."""
        self._parts.again(finished)

    def add(self, result: DocumentResult) -> None:
        """Write everything that is known of one document."""
        texts = {
            name: "".join(to_json(line) + "\n" for line in lines(result)) for name, lines in LINES.items()
        }
        with writing(self.out):
            self._parts.add(texts, _finished(result) if self._run and not result.failures else None)

    def fail(self, failure: Failure) -> None:
        """Write down a document that could not be read at all."""
        with writing(self.out):
            self._parts.add({FAILURES: to_json(failure) + "\n"})

    def finish(self, summary: RunSummary) -> None:
        """Join the documents, write the report and the summary, then put every file in place, ``run.json`` last."""
        with writing(self.out):
            lines = self._parts.settle()
            join.finish(lines, self._listed, self._write_line)
            report.write(
                StoredRun(lines | {name: self._folder.so_far(name) for name in join.FILES}),
                summary,
                write=lambda piece: self._folder.write(REPORT, piece),
                write_page=self._folder.write_page,
            )
        self._folder.write(SUMMARY, to_json(summary, indent=2) + "\n")
        self._folder.commit()
        self._done = True

    def _write_line(self, name: str, line: Mapping[str, Any]) -> None:
        self._folder.write(name, to_json(line) + "\n")

    def abandon(self) -> None:
        """Let the folder go, with nothing in it that no later run takes over; nothing happens after :meth:`finish`."""
        if not self._done:
            self._folder.discard()
            self._done = True


def _digest(source: Source) -> bytes:
    """What tells a document from any other; the text too, for another version of a library takes another out of a file."""
    text = hashlib.sha256(repr((source.text, source.pages)).encode()).hexdigest()
    told = [source.document, source.path, source.encoding, source.sha256, text, *source.metadata.items()]
    return hashlib.sha256(json.dumps(told).encode()).digest()[:16]


def _finished(result: DocumentResult) -> dict[str, Any]:
    """What a later run needs to know of a document without a failure."""
    return {
        "digest": _digest(result.document.source).hex(),
        "counts": {
            "records": Counter(record.type for record in result.records),
            "rejected": len(result.rejected),
            "questions": len(result.chunks),
        },
    }
