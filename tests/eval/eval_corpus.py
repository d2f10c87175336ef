"""A small gold set on disk, over articles of hospitals that do not exist, and predictions for it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas import fields_of
from tests.run.made_up_articles import ALL, HOSPITAL

PLAIN = "a-plain.txt"
OTHER = "b-wrapped.md"
THIRD = "c-traditional.txt"

Values = dict[str, Any]

RECORDS: Mapping[str, Sequence[tuple[Values, str]]] = {
    PLAIN: (
        (
            {
                "type": "accreditation",
                "organization": HOSPITAL,
                "designation": "国家级胸痛中心",
                "level": "national",
                "status": "passed",
                "date": "2021-05",
            },
            "2021年5月，柳塘市第五医院通过国家级胸痛中心验收。",
        ),
        (
            {"type": "appointment", "person": "石一鸣", "position": "院长", "organization": HOSPITAL},
            "院长石一鸣介绍，",
        ),
        (
            {"type": "appointment", "person": "秦可心", "position": "党委书记", "organization": HOSPITAL},
            "党委书记秦可心说。",
        ),
    ),
    OTHER: (
        (
            {
                "type": "accreditation",
                "organization": "云岭县中医院",
                "designation": "省级康复基地",
                "level": "provincial",
                "status": "passed",
                "date": "2022-03",
            },
            "云岭县中医院获批省级康复基地",
        ),
    ),
    THIRD: (
        (
            {
                "type": "appointment",
                "person": "罗以宁",
                "position": "党委书记",
                "organization": "云岭县中医院",
            },
            "黨委書記羅以寧出席啟動儀式",
        ),
    ),
}
"""The records of each article, with the text that states them."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Folders: ``gold``, its ``articles``, ``runs``; ``flags`` name them on a command line."""

    root: Path

    @property
    def gold(self) -> Path:
        """The gold files."""
        return self.root / "gold"

    @property
    def articles(self) -> Path:
        """The articles."""
        return self.root / "articles"

    @property
    def runs(self) -> Path:
        """Where runs are stored."""
        return self.root / "runs"

    @property
    def flags(self) -> tuple[str, ...]:
        """The folders as flags."""
        return ("--gold", str(self.gold), "--articles", str(self.articles), "--runs", str(self.runs))

    def write(self) -> None:
        """Write articles and gold."""
        self.gold.mkdir(parents=True)
        self.articles.mkdir()
        for name, text in ALL.items():
            (self.articles / name).write_bytes(text.encode())
            records = [gold_record(values, text, part) for values, part in RECORDS[name]]
            self.write_gold(name, records)

    def write_gold(self, name: str, records: Sequence[Values]) -> None:
        """Write the gold of one document."""
        article: Values = {spec.name: [] if spec.many else None for spec in fields_of("article")}
        content = {
            "document": name,
            "sha256": hashlib.sha256(ALL[name].encode()).hexdigest(),
            "guide": 2,
            "article": article | {"title": "题目", "script": "hans"},
            "records": list(records),
        }
        path = self.gold / f"{Path(name).stem}.json"
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    def predict(self, name: str, records: Mapping[str, Sequence[tuple[Values, str]]] = RECORDS) -> Path:
        """Write predictions as the pipeline would; the folder."""
        out = self.root / name
        out.mkdir()
        lines = [
            json.dumps(predicted(document, values, part), ensure_ascii=False)
            for document, found in records.items()
            for values, part in found
        ]
        (out / "records.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return out


def gold_record(values: Values, text: str, part: str) -> Values:
    """A record as gold has it: every field, and spans."""
    start = text.index(part)
    empty: Values = {spec.name: [] if spec.many else None for spec in fields_of(values["type"])}
    if "former" in empty:
        empty["former"] = False
    return {**empty, **values, "evidence": [[start, start + len(part)]]}


def predicted(document: str, values: Values, part: str) -> Values:
    """A record as the pipeline writes it."""
    start = ALL[document].index(part)
    evidence = [{"start": start, "end": start + len(part), "text": part}]
    return {"document": document, **values, "evidence": evidence}


def changed(document: str, number: int, **values: Any) -> dict[str, list[tuple[Values, str]]]:
    """All the records, one of them with other values."""
    found = {name: list(records) for name, records in RECORDS.items()}
    old, part = found[document][number]
    found[document][number] = ({**old, **values}, part)
    return found


def without(document: str, number: int) -> dict[str, list[tuple[Values, str]]]:
    """All the records but one."""
    found = {name: list(records) for name, records in RECORDS.items()}
    del found[document][number]
    return found
