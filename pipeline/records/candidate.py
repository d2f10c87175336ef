"""A candidate: a fact on its way from the model's copy to a record."""

from dataclasses import dataclass
from typing import Any

from schemas import Check, Evidence


@dataclass(frozen=True, slots=True)
class Candidate:
    """The values of one record before it is checked, where they stand, and what already speaks against it.

    ``values`` are the fields of the record type, normalised; ``copied`` is what the model wrote,
    under the names of the asked shape's fields.
    """

    document: str
    chunk: int
    type: str
    values: dict[str, Any]
    copied: dict[str, Any]
    sentences: tuple[int, ...]
    """Numbers of the cited sentences in the document."""
    text: str
    """The cited sentences, one after the other."""
    evidence: tuple[Evidence, ...]
    checks: tuple[Check, ...] = ()
    reasons: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    """Values that it does without, with the reason: optional ones that do not stand in the text."""
