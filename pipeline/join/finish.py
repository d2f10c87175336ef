"""The end of a run: its records with their entities, the entities, the names left open, and the facts.

All of it is made of the files of lines that the documents have left, read twice, one document at a time: first for the names,
then to write the records. It does the same for any engine and for a run that took documents over from an earlier one.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain, groupby
from pathlib import Path
from typing import Any, Final

from pipeline.errors import OutputError
from pipeline.join.facts import Told, fact_key, facts
from pipeline.join.joiner import Joiner
from pipeline.join.listed import Listed
from pipeline.join.namesakes import namesakes, printed
from pipeline.join.store import Store, named_in

RECORDS: Final = "records.jsonl"
ENTITIES: Final = "entities.jsonl"
AMBIGUOUS: Final = "ambiguous.jsonl"
FACTS: Final = "facts.jsonl"
NAMES: Final = "names.jsonl"
FILES: Final = (RECORDS, ENTITIES, AMBIGUOUS, FACTS)
"""What :func:`finish` writes."""
MOST_EVIDENCE: Final = 5
"""Places that are listed for one other name of an entity."""

Line = dict[str, Any]
Write = Callable[[str, Line], None]


def finish(files: Mapping[str, Path], listed: Sequence[Listed], write: Write) -> None:
    """Join the documents of a run: ``files`` are its lines by name, ``write`` takes each line of :data:`FILES`.

    Raises:
        OutputError: the disk for temporary files is full.
    """
    try:
        with closing(Store()) as store:
            for names, article, text, records in _documents(files):
                store.add(names, article, text, records)
            joiner = Joiner(store, listed)
            joiner.join()
            _write_records(files, store, joiner.reprints, write)
            _write_entities(store, joiner, write)
            _write_ambiguous(store, joiner, write)
            _write_facts(store, joiner.reprints, write)
    except sqlite3.Error as error:
        raise OutputError(
            f"The documents cannot be joined: {error}.",
            next_step="Free some space where temporary files go (SQLITE_TMPDIR); finished answers are kept.",
        ) from error


def _documents(files: Mapping[str, Path]) -> Iterator[tuple[Line, Line, str, list[Line]]]:
    """(names, article, text, records) of each document, in order; all files have documents in one order."""
    records = groupby(_lines(files[RECORDS]), key=lambda line: line["document"])
    waiting = next(records, None)
    lines = (files[name] for name in (NAMES, "articles.jsonl", "documents.jsonl"))
    for names, article, document in zip(*map(_lines, lines), strict=True):
        own: list[Line] = []
        if waiting and waiting[0] == names["document"]:
            own = list(waiting[1])
            waiting = next(records, None)
        yield names, article, document["text"], own


def _lines(path: Path) -> Iterator[Line]:
    with path.open(encoding="utf-8", newline="\n") as file:
        yield from (json.loads(line) for line in file)


def _write_records(
    files: Mapping[str, Path], store: Store, reprints: Sequence[Sequence[str]], write: Write
) -> None:
    """The records once more, each with whom it names; what their facts hang on is kept."""
    numbers = store.numbers()
    scope = {name: cluster[0] for cluster in reprints for name in cluster}
    at = 0
    for document, own in groupby(_lines(files[RECORDS]), key=lambda line: str(line["document"])):
        meant = store.meant(numbers[document])
        lines = list(own)
        apart = namesakes(lines)
        for line in lines:
            line["entities"] = [
                {"field": field, "name": name, "entity": meant[kind, inner]}
                for field, kind, name, inner in named_in(line, apart)
            ]
            write(RECORDS, line)
            store.tell(fact_key(line, scope.get(document, document)), at, line)
            at += 1


def _write_entities(store: Store, joiner: Joiner, write: Write) -> None:
    """The entities by kind and name, with their mentions by document."""
    rows = store.select(
        "SELECT e.id, e.kind, e.name, e.region, e.source, d.name, m.name, named.records "
        "FROM entity e JOIN meant m ON m.entity = e.id JOIN document d USING (n) "
        "JOIN named ON named.n = m.n AND named.kind = m.kind AND named.name = m.name "
        "ORDER BY e.kind, e.name, e.id, d.name, m.name"
    )
    known = {one.id: one.aliases for one in joiner.listed}
    for head, group in groupby(rows, key=lambda row: tuple(row[:5])):
        one_id, kind, name, region, source = head
        mentions = [
            {"document": document, "name": printed(each), "records": json.loads(records)}
            for *_, document, each, records in group
        ]
        evidence = _evidence(store, one_id, name) if kind == "organization" else []
        names = chain(
            known.get(one_id, ()), (one["name"] for one in mentions), (one["alias"] for one in evidence)
        )
        line = {
            "id": one_id,
            "kind": kind,
            "name": name,
            "aliases": [each for each in dict.fromkeys(map(str, names)) if each != name],
            "region": region,
            "source": source,
            "mentions": mentions,
            "evidence": evidence,
        }
        write(ENTITIES, line)


def _evidence(store: Store, entity: str, name: str) -> list[Line]:
    """Where documents show the other names of an entity: statements before mere short forms, some of each."""
    rows = store.select(
        "SELECT c.alias, c.name, d.name, c.start, c.stop, c.text, c.how FROM called c JOIN document d USING (n) "
        "WHERE c.entity = ? ORDER BY c.how = 'printed', c.alias, d.name, c.start",
        entity,
    )
    found: Counter[str] = Counter()
    lines = []
    for alias, full, document, start, end, text, how in rows:
        other = full if alias == name else alias
        found[other] += 1
        if other != name and found[other] <= MOST_EVIDENCE:
            place = {"document": document, "start": start, "end": end, "text": text}
            lines.append({"alias": other, **place, "how": how})
    return lines


def _write_ambiguous(store: Store, joiner: Joiner, write: Write) -> None:
    """The names left open that may mean another entity of the run."""
    for one in joiner.ambiguous():
        write(
            AMBIGUOUS,
            {
                "name": one["name"],
                "document": store.document(one["n"]),
                "candidates": one["candidates"],
                "reason": one["reason"],
            },
        )


def _write_facts(store: Store, reprints: Sequence[Sequence[str]], write: Write) -> None:
    """The facts in the order in which their first records stand."""
    cluster = {name: tuple(each) for each in reprints for name in each}
    for key, group in groupby(store.told(), key=lambda row: str(row[0])):
        told = [Told(json.loads(line)) for _, line in group]
        own = dict.fromkeys(cluster[one.line["document"]] for one in told if one.line["document"] in cluster)
        for fact in facts(key, told, own):
            write(FACTS, fact)
