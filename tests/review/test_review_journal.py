"""The journal of a review: what was answered is on the disk, whatever becomes of the program."""

import gc
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import OutputError, UsageError
from pipeline.review.journal import FILE, Journal, read
from tests.model.client.full_disk import no_more_disk
from tests.private.planted import national_id
from tests.review.made_up_run import write_run
from tests.review.web import Web, served, started

ACCEPT: dict[str, Any] = {"document": "a.txt", "kind": "accept", "record": "r"}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A new journal."""
    with Journal(tmp_path, "周一", "run") as made:
        yield made


def test_a_decision_is_a_line_with_who_and_when(journal: Journal) -> None:
    """A line says what was decided about which record of which run, by whom and when, and no more."""
    journal.append(journal.planned([ACCEPT]))
    (line,) = map(json.loads, journal.path.read_text("utf-8").splitlines())
    at = line.pop("at")
    assert line == ACCEPT | {"n": 1, "by": "周一", "run": "run"}
    assert at.endswith("Z") and read(journal.path.parent)[0].at.isoformat()[:19] == at[:19]


def test_a_journal_goes_on_where_it_ended(tmp_path: Path) -> None:
    """Opened again it has the earlier decisions, and counts on."""
    for reviewer in ("周一", "吴二"):
        with Journal(tmp_path, reviewer, "run") as journal:
            journal.append(journal.planned([ACCEPT, ACCEPT]))
    assert [(one.n, one.by) for one in read(tmp_path)] == [(1, "周一"), (2, "周一"), (3, "吴二"), (4, "吴二")]


@pytest.mark.parametrize("kept", range(0, 60, 7))
def test_half_a_line_at_the_end_is_passed_over_and_cut_off(tmp_path: Path, kept: int) -> None:
    """Wherever the last line was torn, inside a character too, the decisions before it stand and the next ones are whole."""
    with Journal(tmp_path, "周一", "run") as journal:
        journal.append(journal.planned([ACCEPT]))
        whole = journal.path.read_bytes()
    torn = json.dumps({"n": 2, "by": "周一" * 20}, ensure_ascii=False).encode()[:kept]
    (tmp_path / FILE).write_bytes(whole + torn)
    assert len(read(tmp_path)) == 1
    with Journal(tmp_path, "周一", "run") as journal:
        journal.append(journal.planned([ACCEPT]))
    assert [one.n for one in read(tmp_path)] == [1, 2]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("{", id="no JSON"),
        pytest.param('{"n": 1}', id="no decision"),
        pytest.param(None, id="a number twice"),
    ],
)
def test_a_damaged_line_is_named(journal: Journal, line: str | None) -> None:
    """Another line that is no decision ends the reading with its number, so that none is lost quietly."""
    journal.append(journal.planned([ACCEPT]))
    with journal.path.open("a", encoding="utf-8") as file:
        file.write((line or journal.path.read_text("utf-8").strip()) + "\n")
    with pytest.raises(UsageError, match="line 2"):
        read(journal.path.parent)


def test_a_damaged_journal_leaves_nothing_open(tmp_path: Path) -> None:
    """It is refused with its line, and neither its file nor its lock is held after that."""
    (tmp_path / FILE).write_text("{}\n", "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        with pytest.raises(UsageError, match="line 1"):
            Journal(tmp_path, "周一", "run")
        gc.collect()
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_private_numbers_that_are_typed_are_not_written_down(tmp_path: Path) -> None:
    """In a reason, a value or an item of a list there are asterisks for them; spans and everything else stay."""
    phone, identity = "139" + "1234" * 2, national_id(1, 40, 123)
    number = len(phone)
    values = {"unit": f"骨科{phone}", "participants": ["林小舟", identity], "value": number}
    told = ACCEPT | {"kind": "correct", "reason": f"打{phone}问过：身份证{identity}", "values": values}
    with Journal(tmp_path, "周一", "run") as journal:
        journal.append(journal.planned([told | {"evidence": [(100_000, 100_009)]}]))
    written = (tmp_path / FILE).read_text("utf-8")
    assert phone not in written and identity not in written
    (decision,) = read(tmp_path)
    assert decision.reason == f"打{'*' * 11}问过：身份证{'*' * 18}"
    assert decision.values == {
        "unit": f"骨科{'*' * 11}",
        "participants": ["林小舟", "*" * 18],
        "value": number,
    }
    assert decision.evidence == ((100_000, 100_009),)


def test_two_reviews_of_one_run_are_refused(journal: Journal) -> None:
    """The second says so and changes nothing; when the first has ended, it may."""
    with pytest.raises(UsageError, match="another review of this run is open"):
        Journal(journal.path.parent, "吴二", "run")


def test_a_full_disk_leaves_no_half_decision(journal: Journal) -> None:
    """What could not be written is told and not there; when there is room again, the journal goes on."""
    journal.append(journal.planned([ACCEPT]))
    before = journal.path.read_bytes()
    with no_more_disk(len(before) + 20), pytest.raises(OutputError):
        journal.append(journal.planned([ACCEPT]))
    assert journal.path.read_bytes() == before and len(journal.decisions) == 1
    journal.append(journal.planned([ACCEPT]))
    assert [one.n for one in read(journal.path.parent)] == [1, 2]


def test_a_killed_app_loses_no_decision_that_it_answered(tmp_path: Path) -> None:
    """After kill -9 every answered decision is in the journal, and the next app goes on from there."""
    run = write_run(tmp_path / "run", ("a.txt", "b.txt"))
    with started(run, "--reviewer", "周一") as (web, process):
        answered = [_accepted(web, number, kind) for number in (1, 2) for kind in ("accreditation", "metric")]
        process.kill()
        process.wait()
    assert answered == [200] * 4
    assert [one.record for one in read(run)] == [
        "accreditation-a.txt",
        "metric-a.txt",
        "accreditation-b.txt",
        "metric-b.txt",
    ]
    with served(run) as web:
        code, answer = web.post("decide/1", {"kind": "undo"})
        assert code == 200
        assert {one["status"] for one in answer["items"]} == {"accepted", "undecided"}


def _accepted(web: Web, number: int, kind: str) -> int:
    record = f"{kind}-{'ab'[number - 1]}.txt"
    return web.post(f"decide/{number}", {"kind": "accept", "record": record})[0]
