"""The article itself: title, authors and the like, from the header's answer, the file's metadata and its bylines."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pipeline.document.text import Document
from pipeline.records.candidate import Candidate
from pipeline.records.names import Names
from pipeline.records.people import is_person
from schemas import AnyRecord, Article

_BYLINE: Final = re.compile(
    r"(?:本报记者|特约记者|见习记者|记者|通讯员|作者[::]|撰文[::]?|文[/／][^\s]{0,2}|□)\s*((?:[\u4e00-\u9fff]\s?[\u4e00-\u9fff]{1,3}[\s、，,]*)+)"
)
_PHOTOGRAPHER: Final = re.compile(
    r"(?:照片|图片)?由([\u4e00-\u9fff、\s]{2,20})(?:拍摄|摄影|摄)|([\u4e00-\u9fff]{2,4})\s?[/／]?摄(?:影)?$"
)
_BOTH: Final = re.compile(r"文\s*[/／]\s*图")
_PUBLICATION: Final = re.compile(
    r"([\u4e00-\u9fff]{2,8}(?:日报|晚报|晨报|都市报|商报|早报|时报|周刊|卫生报))\s*记者"
)


def article(
    document: Document, names: Names, candidates: Sequence[Candidate], records: Sequence[AnyRecord]
) -> Article:
    """The article's own line; what the piece is about is counted from its records.

    Metadata that came with the document goes before print, a byline before the model's copy."""
    asked = next((candidate.values for candidate in candidates if candidate.type == "article"), {})
    authors, photographers = _bylines(document)
    metadata = document.source.metadata
    title = metadata.get("title") or asked.get("title")
    return Article(
        document=document.source.document,
        title=title or None,
        subtitle=_open(asked.get("subtitle"), title),
        authors=authors or tuple(name for name in asked.get("authors", ()) if is_person(name)),
        photographers=photographers
        or tuple(name for name in asked.get("photographers", ()) if is_person(name)),
        publication=metadata.get("publication") or _publication(document) or asked.get("publication") or None,
        date=asked.get("date"),
        script=document.script,
        subject_organizations=names.subject_organizations(_organizations(records)),
    )


def _open(value: Any, taken: str | None) -> str | None:
    return value if value and value != taken else None


def _bylines(document: Document) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Authors and photographers as printed in bylines."""
    authors: dict[str, None] = {}
    photographers: dict[str, None] = {}
    for sentence in document.sentences:
        if sentence.section == "notice" or not (sentence.heading or len(sentence.text) <= 60):
            continue
        for match in _BYLINE.finditer(sentence.text):
            found = _people(match[1])
            authors |= dict.fromkeys(found)
            if _BOTH.search(sentence.text):
                photographers |= dict.fromkeys(found)
        for match in _PHOTOGRAPHER.finditer(sentence.text):
            photographers |= dict.fromkeys(_people(match[1] or match[2]))
    return tuple(authors), tuple(photographers)


def _people(text: str) -> list[str]:
    """The full names in a run of names; a name of two characters may be printed with a gap (``刘 洋``)."""
    joined = re.sub(
        r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])[\s\u3000]([\u4e00-\u9fff])(?![\u4e00-\u9fff])", r"\1\2", text
    )
    return [name for name in re.split(r"[\s、，,]+", joined) if is_person(name)]


def _publication(document: Document) -> str | None:
    for sentence in document.sentences:
        if match := _PUBLICATION.search(sentence.text):
            return match[1]
    return None


def _organizations(records: Sequence[AnyRecord]) -> Iterator[str]:
    for record in records:
        for field in ("organization", "owner", "subject", "recipient"):
            if name := getattr(record, field, None):
                yield name
