"""Made-up documents, read by the real stages, and a run's files of what joining makes of them."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.document import prepare
from pipeline.document.text import Source
from pipeline.join.finish import FILES, finish
from pipeline.join.listed import Listed
from pipeline.records.names import Names
from pipeline.records.stated import called
from schemas import AnyRecord, System

Line = dict[str, Any]


@dataclass(frozen=True)
class Made:
    """A document: its text, its records without ids, and its newspaper."""

    name: str
    text: str
    records: tuple[AnyRecord, ...]
    publication: str | None = None


def about(name: str, text: str, *bodies: str, publication: str | None = None) -> Made:
    """A document with a record for each of ``bodies``."""
    records = tuple(System(organization=body, name="预约平台") for body in bodies)
    return Made(name, text, records, publication)


def joined(folder: Path, documents: Sequence[Made], listed: Sequence[Listed] = ()) -> dict[str, list[Line]]:
    """The lines of the files that joining writes, by file."""
    made: dict[str, list[Line]] = {
        name: [] for name in ("records.jsonl", "names.jsonl", "articles.jsonl", "documents.jsonl")
    }
    for each in documents:
        document = prepare(Source(each.name, each.name, each.text, "utf-8", "", {}))
        names = Names.of(document.sentences)
        bodies = [list(body) for body in names.counts.items()]
        told = [asdict(one) for one in called(document.sentences, names)]
        made["names.jsonl"].append({"document": each.name, "bodies": bodies, "called": told})
        made["articles.jsonl"].append({"document": each.name, "publication": each.publication})
        made["documents.jsonl"].append({"document": each.name, "text": document.public})
        for at, record in enumerate(each.records):
            line = record.model_copy(update={"id": f"{each.name}-{at}", "document": each.name})
            made["records.jsonl"].append(line.model_dump(mode="json"))
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in made.items():
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / name).write_text(text, encoding="utf-8")
    found: dict[str, list[Line]] = {name: [] for name in FILES}
    finish({name: folder / name for name in made}, listed, lambda name, line: found[name].append(line))
    return found


def ids(found: dict[str, list[Line]]) -> dict[tuple[str, str], str]:
    """The entity of each name, by (document, name)."""
    return {
        (line["document"], one["name"]): one["entity"]
        for line in found["records.jsonl"]
        for one in line["entities"]
    }
