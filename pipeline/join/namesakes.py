"""Two persons of one name in one document: who holds the same post at two hospitals at once is two.

A person may have many posts, and a document that names one twice mostly means one; but a list of prize winners can hold two nurses of
one name, each with her hospital. Inside joining, such a name has its hospital behind it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pipeline.records.organizations import suffix_kind

Line = Mapping[str, Any]
Namesakes = Mapping[str, frozenset[str]]
"""The hospitals that tell persons of one name in a document apart, by the name."""

_BEHIND: Final = "\x1f"


def namesakes(records: Iterable[Line]) -> Namesakes:
    """The names in a document's records that stand for several persons."""
    held: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for record in records:
        body = record.get("organization")
        holds = record["type"] == "appointment" and not record.get("former")
        if holds and body and suffix_kind(body) == "hospital":
            held[record["person"], record["position"]].add(body)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for (person, _), bodies in held.items():
        if len(bodies) > 1:
            found[person] |= bodies
    return {person: frozenset(bodies) for person, bodies in found.items()}


def told_apart(name: str, record: Line, apart: Namesakes) -> str:
    """A person's name in a record, with the hospital behind it where the document has several persons of the name."""
    body = record.get("organization")
    return f"{name}{_BEHIND}{body}" if body in apart.get(name, ()) else name


def printed(name: str) -> str:
    """A name without what tells it apart."""
    return name.partition(_BEHIND)[0]
