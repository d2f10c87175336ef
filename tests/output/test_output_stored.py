"""A run's folder read back: document by document, and a faulty one refused with the place of its fault."""

import json
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.output.stored import StoredRun
from pipeline.output.write import Writer
from tests.output.made_up_results import FAILURE, HOSPITAL, result, summary


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a run over two documents and one that could not be read."""
    with Writer(tmp_path) as writer:
        writer.add(result())
        writer.add(result("b.txt"))
        writer.fail(FAILURE)
        writer.finish(summary())
    return tmp_path


def test_a_document_comes_back_with_everything_that_was_written_of_it(folder: Path) -> None:
    """Records, candidates, failures, sentences and questions of each document are its own."""
    run, made = StoredRun.of(folder), result("b.txt")
    assert (run.count, run.summary, run.unread) == (2, summary(), [FAILURE])
    first, second = run.documents()
    assert (first.number, first.name, second.number, second.name) == (1, "a.txt", 2, "b.txt")
    assert [record.id for record in second.records] == [record.id for record in made.records]
    assert (second.rejected, second.failures, second.sentences) == (
        made.rejected,
        made.failures,
        made.sentences,
    )
    assert second.questions == ("answered", "failed")
    assert (second.text, second.article, second.dropped) == (
        made.document.public,
        made.article,
        made.document.dropped,
    )
    assert {each.name for each in second.entities["b.txt-1"]} == {HOSPITAL}


def test_bodies_of_one_name_are_told_apart(folder: Path) -> None:
    """Where two entities have a name, each is shown with its region, or with its id where that is not known."""
    path = folder / "entities.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    own = next(line for line in lines if line["name"] == HOSPITAL)
    other = own | {"id": "organization-other", "region": None}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(other) + "\n")
    (first, *_) = StoredRun.of(folder).documents()
    labels = {each.label for each in first.entities["a.txt-1"]}
    assert labels == {f"{HOSPITAL}（{own['region'] or own['id']}）"}


FAULTS = [
    ("records.jsonl", lambda lines: lines[::-1], "articles|records.jsonl, line"),
    ("records.jsonl", lambda lines: ["{", *lines], "records.jsonl, line 1: not as a run writes it"),
    ("documents.jsonl", lambda lines: ["[]"], "documents.jsonl, line 1: not as a run writes it"),
    (
        "documents.jsonl",
        lambda lines: ['{"document": "a.txt"}'],
        "documents.jsonl, line 1: not as a run writes it",
    ),
    (
        "rejected.jsonl",
        lambda lines: [lines[0].replace('"metric"', '"no type"')],
        "not as a run writes it: type",
    ),
]


@pytest.mark.parametrize(("name", "change", "told"), FAULTS, ids=[f"{one[0]}: {one[2]}" for one in FAULTS])
def test_a_line_that_no_run_writes_is_named(folder: Path, name: str, change, told: str) -> None:  # type: ignore[no-untyped-def]
    """The error gives file and line, says what to do, and shows nothing of the line."""
    path = folder / name
    path.write_text(
        "".join(line + "\n" for line in change(path.read_text("utf-8").splitlines())), encoding="utf-8"
    )
    with pytest.raises(UsageError, match=told) as caught:
        list(StoredRun.of(folder).documents())
    assert "pipeline run" in caught.value.next_step
    assert HOSPITAL not in str(caught.value)


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    """A missing file is named."""
    with pytest.raises(UsageError, match=r"failures\.jsonl"):
        StoredRun.of(tmp_path)
