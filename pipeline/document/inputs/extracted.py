"""What a library makes of a file that is no plain text."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.document.text import PrintedPage


@dataclass(frozen=True, slots=True)
class Extracted:
    """A document's text, one paragraph a line in reading order."""

    text: str
    pages: tuple[PrintedPage, ...] = ()
    """Where the text stands on its pages; none where the file has no pages."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """``title``, ``author``, ``date``, ``publication``, ``url``, as far as the file gives them."""
    encoding: str = ""
    """Of the file's text; empty where the format has one of its own."""


class Refused(Exception):
    """A file that is not read; ``message`` says why, ``next_step`` what to do."""

    def __init__(self, message: str, next_step: str) -> None:
        super().__init__(message, next_step)
        self.message = message
        self.next_step = next_step


def too_long(most: int, where: str = "") -> Refused:
    """A file with more than ``most`` characters."""
    return Refused(
        f"its text is longer than {most:,} characters{where}.", "Split it into one file for each article."
    )
