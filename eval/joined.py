"""How well names are joined over documents: pairs of mentions, each with its little context, one body or person or two.

The pairs (``eval/entities``) are synthetic: invented bodies and publicly known ones in invented sentences. They were written before
the rules; ``dev`` was looked at while these were written, ``held`` was not. What a pair's texts leave open counts as not the same.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from pipeline.document import prepare
from pipeline.document.text import Source
from pipeline.join.joiner import Joiner
from pipeline.join.namesakes import namesakes
from pipeline.join.store import Store, named_in
from pipeline.records.names import Names
from pipeline.records.stated import called
from schemas import AnyRecord, Appointment, System

FOLDER: Final = Path(__file__).parent / "entities"
PARTS: Final = ("dev", "held")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two mentions: ``first`` and ``second`` as in the file; an empty text is the other's document."""

    pair: str
    kind: str
    same: bool
    why: str
    first: Mapping[str, str]
    second: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair, and whether it was joined."""

    pair: Pair
    joined: bool


def pairs(part: str, folder: Path = FOLDER) -> tuple[Pair, ...]:
    """The pairs of a part. Raises OSError or ValueError where the file cannot be read."""
    lines = (folder / f"{part}.jsonl").read_text("utf-8").splitlines()
    return tuple(Pair(**json.loads(line)) for line in lines)


def judged(held: Iterable[Pair]) -> Iterator[Judged]:
    """Each pair joined in a run of its own."""
    for pair in held:
        documents = [("a", [pair.first])]
        if pair.second["text"]:
            documents.append(("b", [pair.second]))
        else:
            documents[0][1].append(pair.second)
        entities = _joined(pair.kind, documents)
        yield Judged(pair, len(set(entities)) == 1)


def figures(found: Iterable[Judged]) -> dict[str, Any]:
    """Counts, precision, recall and F1 of the pairs that were joined."""
    held = list(found)
    right = sum(one.joined and one.pair.same for one in held)
    joined, same = sum(one.joined for one in held), sum(one.pair.same for one in held)
    precision, recall = right / joined if joined else 1.0, right / same if same else 1.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {
        "pairs": len(held),
        "same": same,
        "joined": joined,
        "right": right,
        "precision": precision,
        "recall": recall,
        "f1": f1,
    }


def _joined(kind: str, documents: list[tuple[str, list[Mapping[str, str]]]]) -> list[str]:
    """The entity of each mention, in order, of a run over the documents."""
    store = Store()
    asked: list[tuple[int, str]] = []
    for n, (name, mentions) in enumerate(documents):
        asked.extend((n, each) for each in _add(store, name, kind, mentions))
    Joiner(store).join()
    entities = [store.meant(n)[kind, each] for n, each in asked]
    store.close()
    return entities


def _add(store: Store, name: str, kind: str, mentions: list[Mapping[str, str]]) -> list[str]:
    """Take a document in as a run would, with a record for each mention; the mentions' full names."""
    publication = next((each["publication"] for each in mentions if "publication" in each), None)
    document = prepare(Source(name, name, mentions[0]["text"], "utf-8", "", {}))
    names = Names.of(document.sentences)
    records = [_record(f"{name}-{at}", name, kind, each, names) for at, each in enumerate(mentions)]
    lines = [record.model_dump(mode="json") for record in records]
    store.add(
        {
            "document": name,
            "bodies": list(names.counts.items()),
            "called": [asdict(one) for one in called(document.sentences, names)],
        },
        {"publication": publication},
        document.public,
        lines,
    )
    apart = namesakes(lines)
    return [next(name for _, found, _, name in named_in(line, apart) if found == kind) for line in lines]


def _record(one_id: str, document: str, kind: str, mention: Mapping[str, str], names: Names) -> AnyRecord:
    if kind == "organization":
        full = names.full_name(mention["name"])
        return System(id=one_id, document=document, organization=full, name="平台")
    body = mention.get("organization")
    return Appointment(
        id=one_id,
        document=document,
        person=mention["name"],
        position=mention["position"],
        organization=names.full_name(body) if body else None,
        unit=mention.get("unit"),
    )
