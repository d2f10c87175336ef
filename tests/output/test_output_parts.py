"""What a run that was interrupted had finished is taken over by the next one, as it is, and nothing else is."""

import errno
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import OutputError
from pipeline.output.parts import Parts
from pipeline.output.write import FILES, Writer
from pipeline.results import DocumentResult
from tests.output.made_up_results import FAILURE, document, result, summary
from tests.output.test_output_write import contents

RUN = "fingerprint"


def whole(name: str) -> DocumentResult:
    """A document in which nothing failed."""
    return result(name, failures=())


def interrupted(out: Path, results: Iterable[DocumentResult], run: str = RUN) -> None:
    """A run that ends in the middle."""
    with Writer(out, run) as writer:
        for each in results:
            writer.add(each)


def gone_on(
    out: Path, results: Sequence[DocumentResult], run: str = RUN, *, afresh: bool = False
) -> list[str]:
    """A run to the end; the documents that it did not take over."""
    done = []
    with Writer(out, run, afresh=afresh) as writer:
        for each in results:
            source = each.document.source
            if finished := writer.finished(source):
                assert finished.records == {"accreditation": 1, "appointment": 1, "metric": 1}
                assert (finished.rejected, finished.questions) == (len(each.rejected), len(each.chunks))
                writer.again(finished)
            else:
                done.append(source.document)
                writer.add(each)
        writer.finish(summary())
    return done


def undisturbed(out: Path, results: Sequence[DocumentResult]) -> dict[str, str]:
    """The files of a run that nothing disturbed."""
    gone_on(out, results)
    found = contents(out)
    assert set(found) == set(FILES)
    return found


def test_lines_can_be_read_as_they_come(tmp_path: Path) -> None:
    """As soon as a document is added its records stand in the file that is in the making."""
    with Writer(tmp_path, RUN) as writer:
        writer.add(whole("a.txt"))
        assert len((tmp_path / "records.jsonl.part").read_bytes().splitlines()) == 3
        writer.add(whole("b.txt"))
        assert len((tmp_path / "records.jsonl.part").read_bytes().splitlines()) == 6


def test_a_run_goes_on_behind_what_is_finished(tmp_path: Path) -> None:
    """Two of three documents are taken over, and the files are those of a run that nothing disturbed."""
    results = [whole(f"{name}.txt") for name in "abc"]
    interrupted(tmp_path / "out", results[:2])
    assert gone_on(tmp_path / "out", results) == ["c.txt"]
    assert contents(tmp_path / "out") == undisturbed(tmp_path / "other", results)


def test_what_failed_is_done_again_and_comes_in_its_place(tmp_path: Path) -> None:
    """A document with a failed question, one that is no longer named and one that stands elsewhere now: the order is the new one."""
    first = [whole("a.txt"), result("b.txt"), whole("gone.txt"), whole("c.txt")]
    then = [whole("d.txt"), whole("b.txt"), whole("c.txt"), whole("a.txt")]
    interrupted(tmp_path / "out", first)
    assert gone_on(tmp_path / "out", then) == ["d.txt", "b.txt"]
    assert contents(tmp_path / "out") == undisturbed(tmp_path / "other", then)


@pytest.mark.parametrize("at", ["parts.Parts._stretches", "write.join.finish", "write.report.write"])
def test_a_run_that_breaks_while_it_is_put_in_order_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """A disk that is full while lines are sorted, joined or reported leaves all that was finished, and no copies."""
    first = [whole("a.txt"), result("b.txt"), whole("c.txt")]
    then = [whole("c.txt"), whole("b.txt"), whole("a.txt")]
    interrupted(tmp_path / "out", first)
    before = set(contents(tmp_path / "out"))

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch, pytest.raises(OutputError, match="No space left"):
        patch.setattr(f"pipeline.output.{at}", full)
        gone_on(tmp_path / "out", then)
    assert set(contents(tmp_path / "out")) == before
    assert gone_on(tmp_path / "out", then) == []
    assert contents(tmp_path / "out") == undisturbed(tmp_path / "other", then)


def test_a_file_of_which_another_text_is_taken_out_is_done_again(tmp_path: Path) -> None:
    """The same bytes, read by another version of a library, are another document."""
    one = document(name="a.pdf")
    other = replace(one, source=replace(one.source, text=one.source.text + "\n"))
    interrupted(tmp_path, [result("a.pdf", document=one, failures=())])
    assert gone_on(tmp_path, [result("a.pdf", document=other, failures=())]) == ["a.pdf"]


def test_a_run_may_be_interrupted_again_and_again(tmp_path: Path) -> None:
    """Each goes on behind the one before, also where that had only taken things over."""
    results = [whole(f"{number}.txt") for number in range(6)]
    for number in range(6):
        with Writer(tmp_path / "out", RUN) as writer:
            for each in results[: number + 1]:
                if finished := writer.finished(each.document.source):
                    writer.again(finished)
                else:
                    assert each is results[number]
                    writer.add(each)
    assert gone_on(tmp_path / "out", results) == []
    assert contents(tmp_path / "out") == undisturbed(tmp_path / "other", results)


@pytest.mark.parametrize("afresh", [True, False], ids=["everything anew", "another fingerprint"])
def test_another_run_takes_nothing_over(tmp_path: Path, afresh: bool) -> None:
    """What was made with other settings, or by another version, is made again; so is all where that is wanted."""
    results = [whole("a.txt"), whole("b.txt")]
    interrupted(tmp_path / "out", results, run=RUN if afresh else "another")
    assert gone_on(tmp_path / "out", results, afresh=afresh) == ["a.txt", "b.txt"]
    assert contents(tmp_path / "out") == undisturbed(tmp_path / "other", results)


@pytest.mark.parametrize("name", ["records.jsonl", "ledger.jsonl", "finished.jsonl"])
@pytest.mark.parametrize("cut", [1, 200], ids=["by a byte", "by more"])
def test_a_file_that_was_cut_short_is_taken_over_as_far_as_it_goes(
    tmp_path: Path, name: str, cut: int
) -> None:
    """The document whose lines are not whole is made again, and those before it are not."""
    results = [whole("a.txt"), whole("b.txt")]
    interrupted(tmp_path / "out", results)
    place = tmp_path / "out" / f"{name}.part"
    place.write_bytes(place.read_bytes()[:-cut])
    assert gone_on(tmp_path / "out", results) == ["b.txt"]
    assert contents(tmp_path / "out") == undisturbed(tmp_path / "other", results)


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    """Of lines that are not as they were written nothing is taken over, nor of what comes behind them."""
    results = [whole("a.txt"), whole("b.txt"), whole("c.txt")]
    interrupted(tmp_path / "out", results)
    place = tmp_path / "out" / "records.jsonl.part"
    data = bytearray(place.read_bytes())
    data[len(data) // 2] ^= 1
    place.write_bytes(data)
    assert gone_on(tmp_path / "out", results) == ["b.txt", "c.txt"]
    assert contents(tmp_path / "out") == undisturbed(tmp_path / "other", results)


DAMAGED = (
    b"[]",
    b"[" * 10_000,
    b"\xff",
    b'{"ends":null,"crc":1}',
    b'{"ends":[1,2],"crc":1}',
    b'{"ends":["a","b","c","d","e","f","g"],"crc":1}',
    b'{"ends":[9223372036854775807,0,0,0,0,0,0],"crc":1}',
    b'{"ends":[1e400,0,0,0,0,0,0],"crc":1}',
    b'{"ends":[-1,0,0,0,0,0,0],"crc":1}',
)
"""Lines that no run writes."""


@pytest.mark.parametrize("damaged", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_line_of_the_journal_ends_what_is_taken_over(tmp_path: Path, damaged: bytes) -> None:
    """Whatever stands there, the documents before it are taken over, and those behind are made again."""
    results = [whole("a.txt"), whole("b.txt"), whole("c.txt")]
    interrupted(tmp_path, results)
    place = tmp_path / "finished.jsonl.part"
    written = place.read_bytes().splitlines()
    assert len(json.loads(written[2])["ends"]) == 7
    written[2] = damaged
    place.write_bytes(b"\n".join(written) + b"\n")
    assert gone_on(tmp_path, results) == ["b.txt", "c.txt"]


@pytest.mark.parametrize("of", ["digest", "counts"])
def test_a_document_whose_line_is_damaged_in_part_is_made_again(tmp_path: Path, of: str) -> None:
    """Where the journal does not tell a document, or what is counted of it, that document at least is made again."""
    results = [whole("a.txt"), whole("b.txt"), whole("c.txt")]
    interrupted(tmp_path, results)
    place = tmp_path / "finished.jsonl.part"
    place.write_bytes(place.read_bytes().replace(f'"{of}": '.encode(), f'"{of}": 7, "x": '.encode()))
    assert gone_on(tmp_path, results) == ["a.txt", "b.txt", "c.txt"]


def test_nothing_is_left_of_a_run_that_finished_nothing(tmp_path: Path) -> None:
    """Where every document failed, no half-made files stay, nor the folder that was made for them."""
    with Writer(tmp_path / "out", RUN) as writer:
        writer.fail(FAILURE)
        writer.add(result("a.txt"))
    assert not (tmp_path / "out").exists()


def test_a_run_that_cannot_begin_leaves_what_an_earlier_one_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder in a file's place, or Ctrl-C while the files are looked through, costs nothing that was finished."""
    results = [whole("a.txt"), whole("b.txt")]
    interrupted(tmp_path, results)
    before = contents(tmp_path)
    (tmp_path / "articles.jsonl").mkdir()
    with pytest.raises(OutputError, match="Is a directory"):
        Writer(tmp_path, RUN)
    (tmp_path / "articles.jsonl").rmdir()
    assert contents(tmp_path) == before

    def stopped(self: Parts, found: object) -> bool:
        raise KeyboardInterrupt

    (tmp_path / "records.jsonl.part").unlink()
    del before["records.jsonl.part"]
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Parts, "_is_whole", stopped)
        Writer(tmp_path, RUN)
    assert contents(tmp_path) == before
