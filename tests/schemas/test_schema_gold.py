"""Gold files: all that are there can be read, and a faulty one is refused with its fault."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import schemas
from schemas.gold import load_gold

ROOT = Path(schemas.__file__).parents[1]
FILES = sorted((ROOT / "eval" / "gold").glob("[0-9]*.json"))

SERVICE = {
    "type": "service",
    "organization": "云汀市第三医院",
    "name": "夜间门诊",
    "date": None,
    "evidence": [[3, 9], [20, 31]],
}
ARTICLE = {
    "title": None,
    "subtitle": None,
    "authors": [],
    "photographers": [],
    "publication": None,
    "date": None,
    "script": "hans",
    "subject_organizations": ["云汀市第三医院"],
}
GOLD = {"document": "a.txt", "sha256": "0" * 64, "guide": 2, "article": ARTICLE, "records": [SERVICE]}


def written(folder: Path, gold: dict[str, Any]) -> Path:
    """A gold file with this content."""
    path = folder / "gold.json"
    path.write_text(json.dumps(gold, ensure_ascii=False), encoding="utf-8")
    return path


def test_there_is_gold() -> None:
    """The five bundled documents have a gold file each."""
    assert len(FILES) == 5


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_gold_satisfies_the_schemas(path: Path) -> None:
    """A gold file is valid in full, and says of its records exactly what stands in the file."""
    gold = load_gold(path)
    raw = json.loads(path.read_text(encoding="utf-8"))
    assert [_flat(item.record.facts()) for item in gold.records] == [_facts(item) for item in raw["records"]]
    assert [item.record.type for item in gold.records] == [item["type"] for item in raw["records"]]
    assert [_flat(item.evidence) for item in gold.records] == [item["evidence"] for item in raw["records"]]
    assert _flat(gold.article.facts()) == raw["article"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_gold_is_of_the_bundled_documents(path: Path) -> None:
    """A gold file names a seed by its hash, and its spans lie in the text."""
    gold = load_gold(path)
    content = (ROOT / "seeds" / gold.document).read_bytes()
    assert hashlib.sha256(content).hexdigest() == gold.sha256
    length = len(content.decode("utf-8"))
    assert max(end for item in gold.records for _, end in item.evidence) <= length


def _flat(value: object) -> Any:
    return json.loads(json.dumps(value))


def _facts(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in {"type", "evidence"}}


def test_a_gold_record_keeps_its_spans_beside_it(tmp_path: Path) -> None:
    """The spans of a gold record stand beside the record, whose own evidence needs the text."""
    (item,) = load_gold(written(tmp_path, GOLD)).records
    assert item.evidence == ((3, 9), (20, 31))
    assert item.record.evidence == ()
    assert item.record.key() == ("云汀市第三医院", "夜间门诊")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"sha256": "abc"}, "sha256", id="a hash that is none"),
        pytest.param({"guide": 0}, "guide", id="a guide of no version"),
        pytest.param({"note": "x"}, "note", id="a field of no such name"),
        pytest.param({"article": {"title": "标题"}}, "article without subtitle", id="an article in part"),
        pytest.param(
            {"records": [{"type": "rumour", "evidence": [[0, 1]]}]}, "'rumour'", id="an unknown type"
        ),
        pytest.param({"records": [None]}, "records", id="a record that is null"),
    ],
)
def test_a_faulty_gold_file_is_refused(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    """A fault anywhere in the file is an error that names it."""
    with pytest.raises(ValidationError, match=message):
        load_gold(written(tmp_path, GOLD | change))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"date": "去年"}, "date", id="a date as printed"),
        pytest.param({"evidence": []}, "evidence", id="no evidence"),
        pytest.param({"evidence": [[9, 3]]}, "9-3 is empty", id="a span that runs backwards"),
        pytest.param({"evidence": [[3, 9, 12]]}, "evidence", id="a span of three numbers"),
    ],
)
def test_a_faulty_gold_record_is_refused(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    """A gold record obeys the schema and stands somewhere."""
    with pytest.raises(ValidationError, match=message):
        load_gold(written(tmp_path, GOLD | {"records": [SERVICE | change]}))


def test_gold_states_every_field(tmp_path: Path) -> None:
    """A field that is left out of gold is a fault, for null must be said."""
    without = {name: value for name, value in SERVICE.items() if name != "date"}
    with pytest.raises(ValidationError, match="service without date"):
        load_gold(written(tmp_path, GOLD | {"records": [without]}))
