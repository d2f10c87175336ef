"""Sentences put together into the pieces that are asked about."""

from pipeline.document.text import Chunk, Document, Sentence


def chunk(document: Document, *, sentences: int, characters: int, context: int) -> tuple[Chunk, ...]:
    """Consecutive sentences of one section, at most ``sentences`` of them and ``characters`` in all.

    A single sentence that is longer stands alone. ``context`` says how many sentences before, of the same
    section, each chunk carries along. ``ValueError`` where a limit allows nothing.
    """
    if sentences < 1 or characters < 1 or context < 0:
        raise ValueError("a chunk holds at least one sentence and one character, and no negative context")
    found: list[Chunk] = []
    for run in _sections(document.sentences):
        for start, end in _windows(run, sentences, characters):
            found.append(
                Chunk(
                    document=document.source.document,
                    number=len(found) + 1,
                    sentences=run[start:end],
                    context=run[max(0, start - context) : start],
                    section=run[start].section,
                )
            )
    return tuple(found)


def _sections(sentences: tuple[Sentence, ...]) -> list[tuple[Sentence, ...]]:
    """The stretches of sentences that share a section."""
    runs: list[tuple[Sentence, ...]] = []
    start = 0
    for at in range(1, len(sentences) + 1):
        if at == len(sentences) or sentences[at].section != sentences[start].section:
            runs.append(sentences[start:at])
            start = at
    return runs


def _windows(run: tuple[Sentence, ...], sentences: int, characters: int) -> list[tuple[int, int]]:
    """Start and end of each chunk in ``run``."""
    windows: list[tuple[int, int]] = []
    start = length = 0
    for at, sentence in enumerate(run):
        if at > start and (at - start == sentences or length + len(sentence.text) > characters):
            windows.append((start, at))
            start, length = at, 0
        length += len(sentence.text)
    return [*windows, (start, len(run))]
