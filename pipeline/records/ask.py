"""From chunks to questions: which record types are asked of which chunk.

A type is asked where its template's cue words stand; the cues are general words of the genre, wide rather than sharp. The
header is asked once, over the article's headings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.document.text import Chunk, Document, Sentence
from prompts.catalog import Template, template

HEADER: Final = "article"
MOST_FACTS: Final = 20
"""Bound on the facts of one type in one answer that a grammar shapes."""

_LINES: Final = 20
"""Most lines that the header is looked for in; of more, the first and the last."""
_LAST_LINES: Final = 6


@dataclass(frozen=True, slots=True)
class Asking:
    """One question to come: these record types of these sentences."""

    document: str
    chunk: int
    """The chunk's number; 0 for the question about the header."""
    types: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    context: tuple[Sentence, ...] = ()

    @property
    def templates(self) -> tuple[Template, ...]:
        """The templates of its types."""
        return tuple(template(kind) for kind in self.types)

    @property
    def most(self) -> int:
        """A generous bound on the facts of one type that its sentences can state; an article has one header."""
        if self.types == (HEADER,):
            return 1
        text = "".join(sentence.text for sentence in self.sentences)
        return min(MOST_FACTS, max(each.most(text) for each in self.templates))


def askings(
    document: Document, chunks: Sequence[Chunk], *, groups: Sequence[Sequence[str]], header: bool
) -> tuple[Asking, ...]:
    """The questions of a document: its header, which takes longest, then group by group of record types, so that equal prefixes
    follow each other.

    ``groups`` lists the record types that share a question. Of the notices of a page only ``notice`` is asked.
    """
    lines = _header_lines(document) if header else ()
    first = [Asking(document.source.document, 0, (HEADER,), lines)] if lines else []
    return (
        *first,
        *(
            Asking(document.source.document, chunk.number, types, chunk.sentences, chunk.context)
            for group in groups
            for chunk in chunks
            if (types := _worth_asking(chunk, tuple(group)))
        ),
    )


def _worth_asking(chunk: Chunk, group: tuple[str, ...]) -> tuple[str, ...]:
    """The group, whole where one of its types is worth asking: what is said of the task stays the same for all chunks."""
    if chunk.section == "notice":
        group = tuple(kind for kind in group if kind == "notice")
    asked = (template(kind).asks(sentence.text) for kind in group for sentence in chunk.sentences)
    return group if any(asked) else ()


def _header_lines(document: Document) -> tuple[Sentence, ...]:
    """The lines that may hold title and byline: the article's headings, the first and the last where there are many."""
    lines = [
        sentence for sentence in document.sentences if sentence.section == "article" and sentence.heading
    ]
    if len(lines) > _LINES:
        lines = lines[: _LINES - _LAST_LINES] + lines[-_LAST_LINES:]
    return tuple(lines)
