"""What each file of a run's folder says about one document, as values and as lines of JSON."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, astuple
from typing import Any, Final

from pydantic import BaseModel

from pipeline.document.text import PrintedPage
from pipeline.results import DocumentResult

Line = Mapping[str, Any]

# Half a surrogate pair has no UTF-8. JSON can carry one in an escape, but many readers refuse it there.
_UNPAIRED = re.compile("[\ud800-\udfff]")
# Legal inside a JSON string, and yet line ends to many a reader of lines (str.splitlines is one).
_LINE_ENDS: Final = {ord(char): f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"}


def to_json(values: BaseModel | Line, *, indent: int | None = None) -> str:
    """``values`` as readable JSON: Chinese as it is, keys in their order, one line unless indented.

    An unpaired surrogate becomes U+FFFD, one code point for one, so that offsets still hold.
    """
    plain = values.model_dump(mode="json") if isinstance(values, BaseModel) else values
    text = json.dumps(plain, ensure_ascii=False, indent=indent, default=str)
    return writable(text).translate(_LINE_ENDS)


def writable(text: str) -> str:
    """``text`` with every unpaired surrogate replaced by U+FFFD: what UTF-8 can hold."""
    return _UNPAIRED.sub("\ufffd", text)


def ledger(result: DocumentResult) -> Iterator[Line]:
    """A line for every sentence, question and dropped span of a document; spans are ``[start, end)``."""
    head = {"document": result.document.source.document}
    for sentence in result.sentences:
        yield head | {
            "kind": "sentence",
            "sentence": sentence.sentence,
            "state": sentence.state,
            "reason": sentence.reason,
            "doubtful": sentence.doubtful,
            "section": sentence.section,
            "asked": sentence.asked,
            "spans": [[piece.start, piece.end] for piece in sentence.pieces],
        }
    for question in result.chunks:
        yield head | {"kind": "question"} | asdict(question)
    for span, reason in result.document.dropped:
        yield head | {"kind": "dropped", "reason": reason, "spans": [[span.start, span.end]]}


def document(result: DocumentResult) -> Line:
    """The document itself: where it came from, and its text, into which every offset of the other files points."""
    source = result.document.source
    return {
        "document": source.document,
        "path": source.path,
        "encoding": source.encoding,
        "sha256": source.sha256,
        "script": result.document.script,
        "metadata": dict(result.document.metadata),
        "text": result.document.public,
        "pages": [_page(page) for page in source.pages],
    }


def _page(page: PrintedPage) -> Line:
    """A page of a PDF, each of its lines as ``[start, end, x0, y0, x1, y1]``."""
    lines = [list(astuple(line)) for line in page.lines]
    return {"page": page.number, "width": page.width, "height": page.height, "lines": lines}


def names(result: DocumentResult) -> Line:
    """The bodies that a document names, with how often, and what else it calls them: entities are made of these at the end.

    One that has the name of a private person of its notices in its own is left out.
    """
    persons = result.document.persons
    bodies = [list(body) for body in result.bodies if not any(name in body[0] for name in persons)]
    called = [one for one in result.called if not any(name in one.name + one.alias for name in persons)]
    return {
        "document": result.document.source.document,
        "bodies": bodies,
        "called": [asdict(one) for one in called],
    }


LINES: Final[dict[str, Callable[[DocumentResult], Iterator[BaseModel | Line]]]] = {
    "records.jsonl": lambda result: iter(result.records),
    "articles.jsonl": lambda result: iter((result.article,)),
    "documents.jsonl": lambda result: iter((document(result),)),
    "names.jsonl": lambda result: iter((names(result),)),
    "rejected.jsonl": lambda result: iter(result.rejected),
    "failures.jsonl": lambda result: iter(result.failures),
    "ledger.jsonl": ledger,
}
"""The files of lines that documents add to, and what each adds."""
