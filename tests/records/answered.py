"""Answers to questions about made-up texts: what a model would have copied, and what code makes of it."""

from typing import Any

from pipeline.document import prepare
from pipeline.document.text import Document, Source
from pipeline.records.candidate import Candidate
from pipeline.records.draft import Reading
from pipeline.records.ground import ground
from prompts.asked import ASKED, Asked


def document(text: str, *, name: str = "a.txt", metadata: dict[str, str] | None = None) -> Document:
    """A text as the document stage hands it on."""
    return prepare(Source(name, name, text, "utf-8", "0" * 64, metadata or {}))


def fact(kind: str, sentences: tuple[int, ...] = (1,), **copied: Any) -> Asked:
    """A fact as the model writes it: ``copied`` by field, what is not given is not stated."""
    model = ASKED[kind]
    fields = {name: info for name, info in model.model_fields.items() if name != "sentences"}
    assert copied.keys() <= fields.keys()
    values = {
        str(info.alias): copied.get(name, "" if info.annotation is str else ())
        for name, info in fields.items()
    }
    return model.model_validate({"句": sentences, **values})


def grounded(text: str, kind: str, cited: str = "", **copied: Any) -> Candidate:
    """The candidate of one fact about ``text`` that cites the sentences with ``cited`` in them."""
    read = document(text)
    numbers = tuple(each.number for each in read.sentences if cited in each.text)
    assert numbers, [each.text for each in read.sentences]
    return ground(kind, fact(kind, numbers[:4], **copied), read.sentences, Reading.of(read), 1)
