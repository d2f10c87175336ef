"""What earlier versions of the schemas wrote is read by this one, and nothing of it is lost."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from schemas import RECORD_TYPES, SCHEMA_VERSION, Article, Rejected, RunSummary, parse_record
from tests.schemas.release import FILES, RELEASED, SUMMARY, chosen, keep

VERSIONS = sorted(path.name for path in RELEASED.iterdir())
READERS: dict[str, Any] = {
    "records.jsonl": parse_record,
    "articles.jsonl": Article.model_validate_json,
    "rejected.jsonl": Rejected.model_validate_json,
}


def lines(version: str, name: str) -> list[str]:
    """The lines of a file that a version wrote."""
    with (RELEASED / version / name).open(encoding="utf-8", newline="\n") as file:
        return list(file)


def missing(read: BaseModel, line: str) -> dict[str, Any]:
    """What a line says that is not in what was read of it; a value that was left open may have been given since."""
    now = read.model_dump(mode="json")
    return {name: value for name, value in json.loads(line).items() if now.get(name, "nothing") != value}


def test_this_version_has_its_lines() -> None:
    """A version is released with lines that it wrote itself: ``python -m tests.schemas.release RUN`` keeps them."""
    assert SCHEMA_VERSION in VERSIONS
    for line in lines(SCHEMA_VERSION, "records.jsonl"):
        record = parse_record(line)
        assert list(json.loads(line)) == list(record.model_dump(mode="json"))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_version_wrote_is_still_read(version: str, name: str) -> None:
    """Every line of every version is valid today, and each of its values is there, unchanged."""
    found = lines(version, name)
    assert found
    for line in found:
        assert missing(READERS[name](line), line) == {}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_lines_of_a_version_are_its_own(version: str) -> None:
    """The summary beside them is of that version, can be read as well, and no type of record is missing."""
    summary = RunSummary.model_validate_json((RELEASED / version / SUMMARY).read_text("utf-8"))
    assert summary.schema_version == version
    assert {parse_record(line).type for line in lines(version, "records.jsonl")} == set(RECORD_TYPES)


def test_what_is_kept_of_a_run_shows_all_that_was_in_it(tmp_path: Path) -> None:
    """Of lines that show the same the shortest is kept, and those of a kept version are kept again as they are."""
    long, short, other = (
        '{"type": "case", "age": 12000}',
        '{"type": "case", "age": 1}',
        '{"type": "case", "age": null}',
    )
    assert chosen([long, other, short]) == [other, short]
    folder = keep(RELEASED / VERSIONS[0], tmp_path)
    assert folder == tmp_path / VERSIONS[0]
    for name in FILES:
        assert (folder / name).read_text("utf-8") == "".join(lines(VERSIONS[0], name))
