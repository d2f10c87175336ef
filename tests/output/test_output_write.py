"""The files of a run's folder: complete, readable, and put in place together or not at all."""

import errno
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import OutputError, UsageError
from pipeline.output.write import FILES, Writer
from pipeline.records.stated import Called
from schemas import Article, Failure, Rejected, RunSummary, parse_record
from tests.output.made_up_results import FAILURE, HOSPITAL, TEXT, document, result, summary


def written(out: Path, *results: Any, **changes: Any) -> dict[str, str]:
    """The files of a run over ``results`` and one document that could not be read."""
    with Writer(out) as writer:
        for each in results:
            writer.add(each)
        writer.fail(FAILURE)
        writer.finish(summary(**changes))
    return contents(out)


def contents(out: Path) -> dict[str, str]:
    """Every file of a folder by name, hidden ones included."""
    return {path.name: path.read_text("utf-8") for path in sorted(out.iterdir())}


def lines(text: str) -> list[dict[str, Any]]:
    """The values of a file of lines, split as the least careful reader would."""
    return [json.loads(line) for line in text.splitlines()]


def test_a_run_leaves_its_files_and_nothing_else(tmp_path: Path) -> None:
    """The folder holds the twelve files of a run, without a lock or a half-written one."""
    assert set(written(tmp_path / "deep" / "out", result())) == set(FILES)
    assert len(FILES) == 12


def test_every_file_is_read_back_as_what_was_written(tmp_path: Path) -> None:
    """Records, articles, rejected answers, failures and the summary come back through the schemas."""
    made = result()
    files = written(tmp_path, made)
    records = [parse_record(line) for line in files["records.jsonl"].splitlines()]
    assert all(record.entities for record in records)
    assert tuple(record.model_copy(update={"entities": ()}) for record in records) == made.records
    assert Article.model_validate_json(files["articles.jsonl"]) == made.article
    (told,) = lines(files["documents.jsonl"])
    assert (told["document"], told["text"]) == (made.document.source.document, made.document.public)
    assert Rejected.model_validate_json(files["rejected.jsonl"]) == made.rejected[0]
    assert [Failure.model_validate(line) for line in lines(files["failures.jsonl"])] == [
        *made.failures,
        FAILURE,
    ]
    assert RunSummary.model_validate_json(files["run.json"]) == summary()
    known = {line["id"]: line["name"] for line in lines(files["entities.jsonl"])}
    assert {known[one.entity] for record in records for one in record.entities} == {HOSPITAL, "林小舟"}
    assert len(lines(files["facts.jsonl"])) == len(records)
    assert files["ambiguous.jsonl"] == ""


def test_a_record_reads_from_its_id_to_its_checks(tmp_path: Path) -> None:
    """A line shows id, document, type, the fields, evidence and checks in this order, in readable Chinese."""
    line = written(tmp_path, result())["records.jsonl"].splitlines()[0]
    assert list(json.loads(line)) == [
        *("id", "document", "type"),
        *("organization", "unit", "designation", "level", "status", "date", "issuer"),
        *("evidence", "checks", "entities"),
    ]
    assert "青禾市第九医院" in line


def test_a_body_named_after_a_private_person_is_not_written(tmp_path: Path) -> None:
    """What a document calls its bodies is in ``names.jsonl``, but for one that holds a name from its notices."""
    made = replace(document(), persons=frozenset({"丁小满"}))
    bodies = ((HOSPITAL, 2), ("丁小满诊所", 1))
    told = Called("丁小满诊所", "丁诊所", 0, 5, "declared"), Called(HOSPITAL, "市九院", 0, 7, "printed")
    (line,) = lines(written(tmp_path, result(document=made, bodies=bodies, called=told))["names.jsonl"])
    assert line["bodies"] == [[HOSPITAL, 2]]
    assert [one["alias"] for one in line["called"]] == ["市九院"]


def test_the_ledger_names_every_sentence_question_and_dropped_span(tmp_path: Path) -> None:
    """Each sentence, question and dropped span has one line; together the spans hold all that can be seen."""
    ledger = lines(written(tmp_path, result())["ledger.jsonl"])
    assert [line["kind"] for line in ledger] == ["sentence"] * 3 + ["question"] * 2 + ["dropped"]
    assert {line["document"] for line in ledger} == {"a.txt"}
    seen = "".join(TEXT[start:end] for line in ledger for start, end in line.get("spans", ()))
    assert seen == TEXT.replace("\n", "")
    assert [line["reason"] for line in ledger if line["reason"]] == ["cut off", "printed twice"]


def test_lines_come_in_the_order_of_documents(tmp_path: Path) -> None:
    """Documents added as b, a, c are written as b, a, c."""
    files = written(tmp_path, *(result(f"{name}.txt") for name in "bac"))
    assert [line["document"] for line in lines(files["articles.jsonl"])] == ["b.txt", "a.txt", "c.txt"]


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    """Two runs with one summary write equal files, the report included."""
    assert written(tmp_path / "one", result()) == written(tmp_path / "two", result())


def test_text_with_line_ends_and_half_characters_stays_one_line(tmp_path: Path) -> None:
    """U+2028 and U+0085 do not tear a line apart, and half a surrogate pair becomes U+FFFD."""
    rejected = Rejected(
        document="a\u2028b\x85c.txt", type="case", values={"patient": "前\ud800后\u2029"}, reasons=("none",)
    )
    made = document(TEXT + "\udfff", name=rejected.document)
    files = written(tmp_path, result(rejected.document, document=made, rejected=(rejected,)))
    (line,) = lines(files["rejected.jsonl"])
    assert line["document"] == rejected.document
    assert line["values"] == {"patient": "前\ufffd后\u2029"}


def test_an_earlier_run_stays_until_the_next_is_finished(tmp_path: Path) -> None:
    """A run that ends in the middle leaves the files of the run before as they were, and none of its own."""
    before = written(tmp_path, result())
    with pytest.raises(KeyboardInterrupt), Writer(tmp_path) as writer:
        writer.add(result("other.txt"))
        assert {name: text for name, text in contents(tmp_path).items() if name in FILES} == before
        raise KeyboardInterrupt
    assert contents(tmp_path) == before


def test_a_run_that_breaks_while_finishing_replaces_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error on the way to the disk, before the first file is put in place, leaves the old files whole."""
    before = written(tmp_path, result())

    def broken(handle: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(OutputError, match="cannot be written"), Writer(tmp_path) as writer:
        writer.add(result("other.txt"))
        monkeypatch.setattr(os, "fsync", broken)
        writer.finish(summary())
    assert contents(tmp_path) == before


def test_a_run_that_breaks_between_two_files_leaves_each_one_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a crash between two files each is the old or the new one, and no ``run.json`` says that all are there."""
    before = written(tmp_path / "out", result())
    after = written(tmp_path / "other", result("other.txt"), seconds=1)
    replace = os.replace
    placed: list[str] = []

    def crash_at_the_third(source: Path, target: Path) -> None:
        if len(placed) == 2:
            raise KeyboardInterrupt
        placed.append(target.name)
        replace(source, target)

    monkeypatch.setattr(os, "replace", crash_at_the_third)
    with pytest.raises(KeyboardInterrupt), Writer(tmp_path / "out") as writer:
        writer.add(result("other.txt"))
        writer.fail(FAILURE)
        writer.finish(summary(seconds=1))
    found = contents(tmp_path / "out")
    assert before.pop("run.json")
    assert found == before | {name: after[name] for name in placed}


def test_a_killed_run_does_not_stand_in_the_way(tmp_path: Path) -> None:
    """A lock that nobody holds and half a file or a copy of it, left by a killed process, are cleared away."""
    (tmp_path / ".lock").write_text("4711\n", encoding="ascii")
    for half in ("records.jsonl.part", "records.jsonl.sorted.part"):
        (tmp_path / half).write_text('{"id": "ha', encoding="utf-8")
    assert set(written(tmp_path, result())) == set(FILES)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_clear_error(tmp_path: Path) -> None:
    """Where no space is left the error says so and what to do, the old files stay, the new ones go."""
    before = written(tmp_path, result())
    writer = Writer(tmp_path)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, writer._parts._files["records.jsonl"].fileno())
    os.close(full)
    with pytest.raises(OutputError, match="No space left") as caught, writer:
        writer.add(result("big.txt"))
        writer.finish(summary())
    assert "Free some space" in caught.value.next_step
    assert contents(tmp_path) == before


def test_a_file_where_the_folder_should_be_is_one_clear_error(tmp_path: Path) -> None:
    """A file in place of the folder, or above it, is named with the next step."""
    place = tmp_path / "out"
    place.write_text("mine", encoding="utf-8")
    for path in (place, place / "below"):
        with pytest.raises(OutputError, match="out") as caught:
            Writer(path)
        assert "A file stands where a folder is needed" in caught.value.next_step
    assert place.read_text(encoding="utf-8") == "mine"


def test_a_folder_where_a_file_should_be_is_told_before_any_work(tmp_path: Path) -> None:
    """A folder called ``run.json`` is refused at the start, and nothing is left behind."""
    (tmp_path / "run.json").mkdir()
    with pytest.raises(OutputError, match="Is a directory"):
        Writer(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_one_clear_error(tmp_path: Path) -> None:
    """A read-only folder is named with the next step."""
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(OutputError, match="Permission denied") as caught:
            Writer(tmp_path / "out")
    finally:
        tmp_path.chmod(0o755)
    assert "--out" in caught.value.next_step


def test_two_runs_do_not_write_into_one_folder(tmp_path: Path) -> None:
    """The second run is refused and told the first one's process; when that has ended, the folder is free."""
    first = Writer(tmp_path)
    with pytest.raises(UsageError, match=f"process {os.getpid()}"):
        Writer(tmp_path)
    first.add(result())
    first.finish(summary())
    assert set(written(tmp_path, result())) == set(FILES)


def test_an_abandoned_run_takes_its_own_folder_away(tmp_path: Path) -> None:
    """A folder made for a run that is abandoned goes with it; one that was there stays."""
    Writer(tmp_path / "new").abandon()
    (tmp_path / "old").mkdir()
    Writer(tmp_path / "old").abandon()
    assert [path.name for path in tmp_path.iterdir() if path.name != "user"] == ["old"]
