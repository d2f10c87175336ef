"""What a run on a cluster needs no cluster for: its settings, the division of work, and the keeper of answers."""

import sys
from pathlib import Path

import pytest

from pipeline import errors
from pipeline.cluster import Keeper, Stopped, shares
from pipeline.config import load
from pipeline.errors import CacheError, EndpointRefused, PipelineError, UsageError
from pipeline.model.cache import Entry, Usage
from tests.run.command import CommandLine

ENTRY = Entry("{}", Usage(1, 0, 1), 0.5)


def test_without_ray_the_message_names_the_extra(
    articles: Path, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks for a cluster without Ray is told what to install, and nothing is written."""
    monkeypatch.setitem(sys.modules, "ray.data", None)
    done = cli("run", str(articles), "--out", "out", "--engine", "ray")
    assert done.code == 2 and "pip install 'hospital-news-records[ray]'" in done.err
    assert not Path("out").exists()


def test_standard_input_is_refused(workplace: Path, cli: CommandLine) -> None:
    """The documents are read in another process, which has none."""
    done = cli("run", "-", "--out", "out", "--engine", "ray")
    assert done.code == 2 and "standard input" in done.err
    assert not Path("out").exists()


def test_a_path_that_does_not_exist_is_refused_before_ray_is_asked(workplace: Path, cli: CommandLine) -> None:
    """The message and the code are those of one machine."""
    done = cli("run", "missing.txt", "--engine", "ray")
    assert done == cli("run", "missing.txt")
    assert done.code == 2


def test_a_budget_is_refused(workplace: Path) -> None:
    """It is counted in one process, and workers are several."""
    Path("pipeline.toml").write_text("[price]\nprompt = 0.5\ncompletion = 2.0\n", encoding="utf-8")
    with pytest.raises(UsageError, match="--budget"):
        load({"engine": "ray", "budget": 1.0})
    assert load({"engine": "ray"}).public()["engine"] == "ray"


@pytest.mark.parametrize(
    ("asked", "processors", "shared"),
    [
        (8, [4], (4, 2)),
        (8, [1, 1], (2, 4)),
        (2, [16, 16], (2, 1)),
        (7, [1, 1], (2, 3)),
        (64, [4, 12], (16, 4)),
    ],
)
def test_the_questions_in_flight_are_those_of_the_whole_run(
    asked: int, processors: list[int], shared: tuple[int, int], workplace: Path
) -> None:
    """A worker on each processor, never more questions at once than were allowed."""
    settings = load({"base_url": "http://127.0.0.1/v1", "model": "m", "concurrency": asked})
    assert shares(settings, processors) == shared
    assert shared[0] * shared[1] <= asked


def test_an_embedded_engine_is_one_on_each_node(workplace: Path) -> None:
    """It takes all of a node's processors, so there is no second one."""
    assert shares(load({"concurrency": 3}), [4, 8]) == (2, 3)


def test_the_keeper_replays_what_it_stored(tmp_path: Path) -> None:
    """What one keeper stored is there for the next one, as a run on one machine would find it."""
    assert Keeper(tmp_path, None, fresh=False).put("k", ENTRY) is None
    assert Keeper(tmp_path, None, fresh=False).get("k") == ENTRY
    assert Keeper(tmp_path, None, fresh=False).get("other") is None


def test_a_fresh_keeper_replays_what_this_run_stored_alone(tmp_path: Path) -> None:
    """An answer of before is not looked up; one of this run is not paid for again when its worker is lost."""
    Keeper(tmp_path, None, fresh=False).put("old", ENTRY)
    keeper = Keeper(tmp_path, None, fresh=True)
    keeper.put("new", ENTRY)
    assert keeper.get("old") is None
    assert keeper.get("new") == ENTRY


def test_a_cache_that_cannot_be_used_is_told_to_the_worker(tmp_path: Path) -> None:
    """The keeper lives on, and says of what kind the error is."""
    (tmp_path / "file").write_text("taken")
    keeper = Keeper(tmp_path / "file", None, fresh=False)
    for said in (keeper.get("k"), keeper.put("k", ENTRY)):
        assert isinstance(said, Stopped)
        assert isinstance(said.again(), CacheError)


def test_an_error_is_the_same_on_the_other_side() -> None:
    """Kind, message and next step come through, of every kind that can end a run."""
    error = EndpointRefused("No.", next_step="Ask somebody.")
    again = Stopped.by(error).again()
    assert (type(again), again.message, again.next_step) == (EndpointRefused, "No.", "Ask somebody.")
    ours = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, PipelineError)
    ]
    for kind in ours:
        if kind is not errors.DocumentError:  # Ends its document, not the run.
            assert type(Stopped.by(kind("m")).again()) is kind
