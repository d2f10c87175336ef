"""From a file to numbered, normalised, redacted sentences that know where they stand in it.

::

    read      files, folders, globs, standard input → Source
    prepare   Source → Document, by layout → normalise → redact → segment
    chunk     Document → Chunk
"""

from dataclasses import replace

from pipeline.document.chunk import chunk
from pipeline.document.layout import lay_out
from pipeline.document.normalise import normalise, script_of
from pipeline.document.persons import persons, withheld
from pipeline.document.read import MOST_CHARACTERS, read
from pipeline.document.redact import mask, private_offsets, redact
from pipeline.document.segment import number_sentences
from pipeline.document.text import (
    Chunk,
    Document,
    MappedText,
    Page,
    Sentence,
    Source,
    Span,
    has_chinese,
    left_out,
)
from pipeline.errors import DocumentError

__all__ = ["Chunk", "Document", "MappedText", "Sentence", "Source", "Span", "chunk", "prepare", "read"]


def prepare(source: Source) -> Document:
    """The source laid out, normalised, redacted and cut into sentences.

    Raises ``DocumentError`` where the text is empty, too long, without Chinese, or not valid Unicode.
    """
    _check(source)
    page = lay_out(source.text, whole=source.whole)
    hidden = _private(source.text, page)
    blocks = [
        replace(block, text=redact(block.text.replaced(normalise(block.text.text)), hidden))
        for block in page.blocks
    ]
    sentences = number_sentences(blocks, len(source.text))
    named = persons(blocks)
    return Document(
        source=source,
        public=mask(source.text, hidden | _with_copies({at for each in named.values() for at in each}, page)),
        script=script_of(source.text),
        sentences=sentences,
        dropped=left_out(page.dropped),
        masked=len(hidden),
        persons=frozenset(named),
        metadata={key: withheld(value, named) for key, value in source.metadata.items()},
    )


def _private(text: str, page: Page) -> frozenset[int]:
    """Source offsets to be masked: found in the file as it stands, or in what layout made of it.

    A number that is broken in the file is whole after layout; one that was printed twice has a second copy.
    """
    laid = MappedText.concat(_ended(block.text) for block in page.blocks)
    return _with_copies(
        {*private_offsets(text), *(laid.origin[at] for at in private_offsets(laid.text))}, page
    )


def _with_copies(hidden: set[int], page: Page) -> frozenset[int]:
    """``hidden`` with the other copy of each code point that was printed twice."""
    copies = {
        at
        for piece in page.dropped
        if piece.kept is not None and not hidden.isdisjoint((piece.kept, piece.span.start))
        for at in (piece.kept, piece.span.start)
    }
    return frozenset(hidden | copies)


def _ended(text: MappedText) -> MappedText:
    return MappedText.concat((text, MappedText("\n", (-1,))))


def _check(source: Source) -> None:
    if not source.text.strip("\ufeff \t\r\n\u3000"):
        raise DocumentError(
            source.path, "the file is empty.", next_step="Leave it out, or give the article's text."
        )
    if len(source.text) > MOST_CHARACTERS:
        raise DocumentError(
            source.path,
            f"the text has {len(source.text):,} characters, more than {MOST_CHARACTERS:,}.",
            next_step="Split it into one file for each article.",
        )
    if not has_chinese(source.text):
        raise DocumentError(
            source.path,
            "there is no Chinese text in it.",
            next_step="Give articles in Chinese; check the encoding if it should be one.",
        )
    try:
        source.text.encode()
    except UnicodeEncodeError:
        raise DocumentError(
            source.path,
            "the text holds halves of characters (surrogates).",
            next_step="Write it as valid UTF-8.",
        ) from None
