"""What the stages make of one document: the values that ``run`` hands on to be written."""

from dataclasses import dataclass, field
from typing import Literal

from pipeline.document.text import Document, Span
from pipeline.model.cache import Usage
from pipeline.records.stated import Called
from schemas import AnyRecord, Article, Failure, Rejected


@dataclass(frozen=True, slots=True)
class SentenceLine:
    """What became of one sentence: answered about (``sent``), evidence of a record (``cited``), or ``not sent``.

    ``reason`` says why it was not sent, or what went wrong with a question about it.
    """

    sentence: int
    pieces: tuple[Span, ...]
    section: str
    state: Literal["sent", "cited", "not sent"]
    asked: tuple[str, ...]
    """The record types it was asked for."""
    reason: str = ""
    doubtful: bool = False
    """Put together from the page's columns at a seam that may be wrong."""


@dataclass(frozen=True, slots=True)
class ChunkLine:
    """What became of one question: answered live, replayed from the cache, or failed and why. Chunk 0 is the header."""

    chunk: int
    asked: tuple[str, ...]
    sentences: tuple[int, ...]
    state: Literal["answered", "replayed", "failed"]
    key: str
    """The answer's key in the cache."""
    prompts: tuple[str, ...]
    facts: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """Everything that a run knows of one document."""

    document: Document
    article: Article
    records: tuple[AnyRecord, ...]
    rejected: tuple[Rejected, ...]
    failures: tuple[Failure, ...]
    sentences: tuple[SentenceLine, ...]
    chunks: tuple[ChunkLine, ...]
    usage: Usage
    """Tokens of all attempts at live answers."""
    wasted: Usage = field(default_factory=Usage)
    """Those of them that brought no answer."""
    bodies: tuple[tuple[str, int], ...] = ()
    """The organizations that the document names, by their full names in it, and how often; in records or not."""
    called: tuple[Called, ...] = ()
    """What else it calls them, and where."""
