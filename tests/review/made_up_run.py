"""A small finished run on disk, with the article that it read."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pipeline.output.lines import LINES, to_json
from pipeline.results import DocumentResult, SentenceLine
from schemas import Article, Check, Evidence, Rejected, parse_record
from tests.output.made_up_results import document, result, summary

HOSPITAL: Final = "青禾市第九医院"
TEXT: Final = (
    "𠮷庆镇的🏥新事\n"
    "2021年5月，青禾市第九医院呼吸科通过省级重点专科评审。\n"
    "青禾市第九医院推出夜间门诊，年门诊量达1.2万余例。\n"
    "遗失声明"
)
"""Two characters beyond the first plane stand before everything that is cited."""
PASSED: Final = TEXT.split("\n")[1]
OFFERED: Final = TEXT.split("\n")[2]


def span(part: str, text: str = TEXT) -> tuple[int, int]:
    """Where ``part`` stands."""
    return text.index(part), text.index(part) + len(part)


def selection(part: str, text: str = TEXT) -> dict[str, Any]:
    """``part`` as the page tells what was selected."""
    start, end = span(part, text)
    return {"start": start, "end": end, "text": part}


def evidence(part: str, text: str = TEXT) -> Evidence:
    """``part`` as evidence."""
    start, end = span(part, text)
    return Evidence(start=start, end=end, text=part)


def records(name: str) -> list[dict[str, Any]]:
    """An accreditation whose unit was missed, and a figure."""
    at = TEXT.index("省级重点专科")
    accreditation = {
        "id": f"accreditation-{name}",
        "document": name,
        "type": "accreditation",
        "organization": HOSPITAL,
        "designation": "省级重点专科",
        "level": "provincial",
        "status": "passed",
        "date": "2021-05",
        "evidence": [evidence(PASSED).model_dump()],
        "checks": [Check(field="designation", status="verbatim", start=at, end=at + 6).model_dump()],
    }
    metric = {
        "id": f"metric-{name}",
        "document": name,
        "type": "metric",
        "subject": HOSPITAL,
        "indicator": "年门诊量",
        "value": 12000,
        "measure": "例",
        "kind": "level",
        "qualifier": "at_least",
        "evidence": [evidence(OFFERED).model_dump()],
    }
    return [accreditation, metric]


def write_run(folder: Path, names: Sequence[str] = ("a.txt",), changes: dict[str, Any] | None = None) -> Path:
    """A run's folder with a document for each name, all with one text; ``changes`` to each accreditation's values."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [_document(name, changes or {}) for name in names]
    for file, lines in LINES.items():
        text = "".join(to_json(line) + "\n" for one in made for line in lines(one))
        (folder / file).write_text(text, "utf-8")
    (folder / "entities.jsonl").touch()
    done = summary(documents={"complete": len(names)})
    (folder / "run.json").write_text(to_json(done), "utf-8")
    return folder


def _document(name: str, changes: dict[str, Any]) -> DocumentResult:
    accreditation, metric = records(name)
    candidate = Rejected(
        document=name,
        type="service",
        values={"sentences": [3], "organization": HOSPITAL, "name": "夜间门"},
        evidence=(evidence(OFFERED),),
        reasons=("name: cut off",),
    )
    read = document(TEXT, name)
    return replace(
        result(name, document=read, failures=(), chunks=()),
        sentences=tuple(
            SentenceLine(each.number, each.pieces, each.section, "cited", ()) for each in read.sentences
        ),
        article=Article(document=name, title="𠮷庆镇的🏥新事", script="hans"),
        records=(parse_record(accreditation | changes), parse_record(metric)),
        rejected=(candidate,),
    )


def write_articles(folder: Path, names: Sequence[str] = ("a.txt",)) -> Path:
    """The folder of the articles that were read."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(TEXT.encode())
    return folder
