"""Which kind of file it is: by its first bytes, else by its name."""

import re
from dataclasses import dataclass
from typing import Final

HEAD: Final = 1024
"""Bytes that are looked at; a PDF may begin so far behind the file's start."""
_HTML: Final = re.compile(
    rb"(?i)(\xef\xbb\xbf)?\s*+(<\?xml[^>]*>\s*+)?(?:<!--(?:(?!-->).)*+-->\s*+)*+<(!doctype\s+html|html)\b",
    re.DOTALL,
)
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that a library reads; ``name`` is also that of the extra and of the module here."""

    name: str
    shown: str
    most_bytes: int


PDF: Final = Kind("pdf", "PDF", 128 << 20)
HTML: Final = Kind("html", "HTML", 16 << 20)
DOCX: Final = Kind("docx", "Word", 64 << 20)
KINDS: Final = {kind.name: kind for kind in (PDF, HTML, DOCX)}
SUFFIXES: Final = {".pdf": PDF, ".html": HTML, ".htm": HTML, ".docx": DOCX}


def kind_of(path: str, head: bytes) -> Kind | None:
    """The kind of a file with that name (``-`` for none) and those first bytes; None for text."""
    head = head[:HEAD]
    if b"%PDF-" in head:
        return PDF
    if head.startswith((b"PK\x03\x04", _OLD_OFFICE)):
        return DOCX
    if _HTML.match(head):
        return HTML
    return next((kind for suffix, kind in SUFFIXES.items() if path.lower().endswith(suffix)), None)


def is_old_office(data: bytes) -> bool:
    """Whether it is a file of the Office before 2007, or an encrypted one of a later."""
    return data.startswith(_OLD_OFFICE)
