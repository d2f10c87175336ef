"""Folders of finished runs, made up: what an export reads, file by file."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pipeline.output.lines import to_json
from schemas import Event, Evidence
from tests.output.made_up_results import HOSPITAL, TEXT, records, span, summary

WHOLE: Final = TEXT.split("\n")[1]
"""The sentence that states most of what the article states."""
CUT: Final = TEXT.index(WHOLE) + 20
"""Where the page breaks that sentence into two lines."""
ENTITY: Final = "organization-0001"
EVENT: Final = Event(
    id="b.txt-9",
    document="b.txt",
    name="康复论坛",
    kind="meeting",
    date="2019-03",
    date_end="--04-02",
    organizers=(HOSPITAL, "青禾市卫生局"),
    evidence=(Evidence(start=0, end=2, text="青禾"),),
)
"""A record with a list and with a date whose year is not known."""


def pages() -> list[dict[str, Any]]:
    """Two pages: the first two lines of the article stand on the first, the second of them in two pieces."""
    start, end = span(TEXT, WHOLE)
    lines = [[0, start - 1, 50.0, 40.0, 250.0, 60.0], [start, CUT, 50.0, 70.0, 300.0, 80.0]]
    lines.append([CUT, end, 40.0, 82.0, 200.0, 92.0])
    rest = [[end + 1, len(TEXT), 50.0, 40.0, 200.0, 50.0]]
    return [
        {"page": 1, "width": 595.3, "height": 841.9, "lines": lines},
        {"page": 2, "width": 595.3, "height": 841.9, "lines": rest},
    ]


def document(name: str, text: str = TEXT, **changes: Any) -> dict[str, Any]:
    """A line of ``documents.jsonl``."""
    known = {"document": name, "path": f"articles/{name}", "encoding": "utf-8", "sha256": "0" * 64}
    return known | {"script": "hans", "metadata": {}, "text": text} | changes


def article(name: str, **changes: Any) -> dict[str, Any]:
    """A line of ``articles.jsonl``."""
    told = {"title": f"{HOSPITAL}通过验收", "publication": "青禾日报", "date": "2019-04-01"}
    return {"document": name, "authors": ["周一", "吴二"]} | told | changes


def fact() -> dict[str, Any]:
    """A fact that two reprints tell and a third text, which gives another date."""
    told = [
        {"value": "2019-03", "records": ["a.txt-1"]},
        {"value": "2019", "records": ["b.txt-1", "c.txt-1"]},
    ]
    return {
        "id": "fact-1",
        "type": "accreditation",
        "values": {"organization": HOSPITAL, "designation": "国家级示范康复中心"},
        "records": ["a.txt-1", "b.txt-1", "c.txt-1"],
        "documents": ["a.txt", "b.txt", "c.txt"],
        "reprints": [["b.txt", "a.txt"]],
        "conflicts": [{"field": "date", "values": told}],
    }


def entity() -> dict[str, Any]:
    """A hospital of the whole run, with an alias that an article states and one of the user's list."""
    mention = {"document": "a.txt", "name": HOSPITAL, "records": ["a.txt-1", "a.txt-2"]}
    stated = {"alias": "市九院", "document": "a.txt", "start": 0, "end": 3, "text": TEXT[:3]}
    return {
        "id": ENTITY,
        "kind": "organization",
        "name": HOSPITAL,
        "aliases": ["市九院", "九院"],
        "region": "青禾市",
        "source": "run",
        "mentions": [mention, {"document": "b.txt", "name": "市九院", "records": []}],
        "evidence": [stated],
    }


def lines() -> dict[str, list[Any]]:
    """The files of a run over three documents, the first of them with pages."""
    ambiguous = {"name": "第一医院", "document": "b.txt", "candidates": [ENTITY], "reason": "two cities"}
    rejected = {
        "document": "a.txt",
        "type": "metric",
        "values": {"value": 13000},
        "reasons": ["no", "not so"],
    }
    return {
        "documents.jsonl": [document("a.txt", pages=pages()), document("b.txt"), document("c.txt")],
        "articles.jsonl": [article("a.txt"), article("b.txt", authors=[]), article("c.txt")],
        "records.jsonl": [*linked(records()), *records("b.txt"), EVENT, *records("c.txt")],
        "rejected.jsonl": [rejected | {"evidence": [{"start": 0, "end": 2, "text": "青禾"}]}],
        "entities.jsonl": [entity()],
        "ambiguous.jsonl": [ambiguous],
        "facts.jsonl": [fact()],
    }


def linked(made: Sequence[Any]) -> list[dict[str, Any]]:
    """Records as lines, with the entity that their organization is."""
    told = [json.loads(to_json(record)) for record in made]
    for line in told:
        if line.get("organization"):
            line["entities"] = [{"field": "organization", "name": HOSPITAL, "entity": ENTITY}]
    return told


def write(folder: Path, files: Mapping[str, Sequence[Any]] | None = None) -> Path:
    """Write the files of a finished run into ``folder``; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, values in (lines() if files is None else files).items():
        (folder / name).write_text("".join(to_json(line) + "\n" for line in values), encoding="utf-8")
    (folder / "run.json").write_text(to_json(summary(), indent=2), encoding="utf-8")
    return folder
