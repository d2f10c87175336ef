"""Made-up results of documents, as the stages before would hand them over."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from pipeline.document.text import Document, Sentence, Source, Span
from pipeline.model.cache import Usage
from pipeline.results import ChunkLine, DocumentResult, SentenceLine
from schemas import (
    Accreditation,
    Appointment,
    Article,
    Check,
    Evidence,
    Failure,
    Metric,
    Rejected,
    RunSummary,
)

HOSPITAL = "青禾市第九医院"
TEXT = (
    "青禾市第九医院通过验收\n"
    "2019年3月，青禾市第九医院通过国家级示范康复中心验收，年门诊量达1.2万余例。\n"
    "院长林小舟说，大家都很高兴。\n"
    "遗失声明"
)
"""An article of four sentences and a stray line, which layout drops."""

FAILURE = Failure(
    document="broken.txt",
    error="DocumentError",
    message="broken.txt: the file is empty.",
    next_step="Leave it out.",
)


def span(text: str, part: str) -> tuple[int, int]:
    """Where ``part`` first stands in ``text``."""
    start = text.index(part)
    return start, start + len(part)


def evidence(text: str, part: str) -> Evidence:
    """``part`` as evidence."""
    start, end = span(text, part)
    return Evidence(start=start, end=end, text=part)


def check(text: str, field: str, part: str, status: str = "verbatim") -> Check:
    """A value of ``field`` that stands in the text as ``part``."""
    start, end = span(text, part)
    return Check.model_validate({"field": field, "status": status, "start": start, "end": end})


def document(text: str = TEXT, name: str = "a.txt", public: str | None = None) -> Document:
    """A document whose sentences are its lines, the last one dropped."""
    sentences: list[Sentence] = []
    at = 0
    *lines, last = text.split("\n")
    for number, line in enumerate(lines, 1):
        where = Span(at, at + len(line))
        sentences.append(
            Sentence(number, line, tuple(range(at, where.end)), "article", number, (where,), number == 1)
        )
        at = where.end + 1
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(
        source=Source(name, f"articles/{name}", text, "utf-8", digest, {}),
        public=text if public is None else public,
        script="hans",
        sentences=tuple(sentences),
        dropped=((Span(at, at + len(last)), "printed twice"),),
        masked=0,
    )


def records(name: str = "a.txt") -> tuple[Any, ...]:
    """Three records of ``TEXT``; the evidence of the metric lies inside that of the accreditation."""
    whole = TEXT.split("\n")[1]
    return (
        Accreditation(
            id=f"{name}-1",
            document=name,
            organization="青禾市第九医院",
            designation="国家级示范康复中心",
            level="national",
            status="passed",
            date="2019-03",
            evidence=(evidence(TEXT, "青禾市第九医院通过验收"), evidence(TEXT, whole)),
            checks=(
                check(TEXT, "organization", "青禾市第九医院"),
                check(TEXT, "designation", "国家级示范康复中心"),
                check(TEXT, "date", "2019年3月", "derived"),
            ),
        ),
        Metric(
            id=f"{name}-2",
            document=name,
            subject="青禾市第九医院",
            indicator="年门诊量",
            value=12000,
            measure="例",
            kind="level",
            qualifier="at_least",
            period="2019",
            evidence=(evidence(TEXT, "年门诊量达1.2万余例"),),
            checks=(
                check(TEXT, "indicator", "年门诊量"),
                check(TEXT, "value", "1.2万余例", "derived"),
                Check(field="period", status="resolved"),
            ),
        ),
        Appointment(
            id=f"{name}-3",
            document=name,
            person="林小舟",
            position="院长",
            organization="青禾市第九医院",
            evidence=(evidence(TEXT, "院长林小舟说，大家都很高兴。"),),
            checks=(
                check(TEXT, "person", "林小舟"),
                check(TEXT, "organization", HOSPITAL, "resolved"),
            ),
        ),
    )


def result(name: str = "a.txt", **changes: Any) -> DocumentResult:
    """A document with three records, a rejected one, and a failed question."""
    made = document(name=name)
    states = ("cited", "cited", "cited")
    values: dict[str, Any] = {
        "document": made,
        "article": Article(
            document=name, title=f"{HOSPITAL}通过验收", authors=("周一", "吴二"), script="hans"
        ),
        "records": records(name),
        "rejected": (
            Rejected(
                document=name,
                type="metric",
                values={"subject": "青禾市第九医院", "indicator": "年门诊量", "value": 13000},
                evidence=(evidence(TEXT, "年门诊量达1.2万余例"),),
                reasons=("value: 13000 is not in the cited sentences",),
            ),
        ),
        "failures": (
            Failure(
                document=name,
                chunk=1,
                type="event",
                error="AnswerError",
                message="The answer was cut off.",
                next_step="Raise the limit.",
            ),
        ),
        "sentences": tuple(
            SentenceLine(each.number, each.pieces, each.section, state, ("metric",))  # type: ignore[arg-type]
            for each, state in zip(made.sentences, states, strict=True)
        ),
        "chunks": (
            ChunkLine(1, ("metric",), (1, 2, 3), "answered", "ab" * 32, ("metric.v1",), 2),
            ChunkLine(1, ("event",), (1, 2, 3), "failed", "cd" * 32, ("event.v1",), 0, "cut off"),
        ),
        "usage": Usage(900, 600, 80),
    }
    return DocumentResult(**(values | changes))


def summary(**changes: Any) -> RunSummary:
    """The summary of a run over one good document and one that could not be read."""
    values: dict[str, Any] = {
        "started": datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
        "seconds": 41.5,
        "settings": {"profile": "small", "types": ["metric"], "offline": True},
        "versions": {"pydantic": "2.14.3"},
        "hashes": {"prompts": "ab"},
        "documents": {"partial": 1, "failed": 1},
        "records": {"accreditation": 1, "metric": 1, "appointment": 1},
        "rejected": 1,
        "calls": {"replayed": 30, "live": 2, "failed": 1},
        "tokens": {"prompt": 900, "cached": 600, "completion": 80},
    }
    return RunSummary.model_validate(values | changes)
