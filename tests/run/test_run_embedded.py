"""A run with the embedded engine, on a model of random weights: started when needed, always stopped."""

import asyncio
import itertools
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import children, is_running, until
from tiny_gguf import write_tiny_gguf

from pipeline.cli import main
from pipeline.config import cache_folder
from pipeline.model.endpoint import Endpoint
from pipeline.model.local import LocalEngine
from pipeline.model.mending import readable
from tests.run.command import CommandLine, lines, program
from tests.run.made_up_articles import write

TEXT = "夜间门诊\n\n柳塘市丰禾商行公章遗失，声明作废。\n"


@pytest.fixture
def arguments(workplace: Path) -> tuple[str, ...]:
    """A run over a short page with the tiny model."""
    articles = write(workplace / "articles", {"page.txt": TEXT})
    model = write_tiny_gguf(workplace / "tiny.gguf")
    return ("run", str(articles), "--out", "out", "--types", "notice", "--model", str(model))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[LocalEngine]:
    """Every engine that was really started, which goes on as ever."""
    found: list[LocalEngine] = []
    start = LocalEngine.start

    async def noted(engine: LocalEngine) -> object:
        found.append(engine)
        return await start(engine)

    monkeypatch.setattr(LocalEngine, "start", noted)
    return found


def test_the_engine_starts_for_a_live_answer_and_is_gone_after_the_run(
    arguments: tuple[str, ...], started: list[LocalEngine], cli: CommandLine
) -> None:
    """Questions are answered by the engine, the ledger has them all, and no process is left."""
    ended = cli(*arguments)
    assert ended.code in (0, 1)  # random weights: an answer may run on to its limit
    assert len(started) == 1 and not started[0].alive and not children()
    questions = [line for line in lines(Path("out/ledger.jsonl")) if line["kind"] == "question"]
    assert [line["asked"] for line in questions] == [["article"], ["notice"]]
    assert {line["state"] for line in questions} <= {"answered", "failed"}
    assert "answered" in {line["state"] for line in questions}
    tokens = json.loads(Path("out/run.json").read_text("utf-8"))["tokens"]
    assert tokens["prompt"] > 0


def test_no_engine_starts_where_every_answer_is_recorded_or_none_may_be_asked(
    arguments: tuple[str, ...], started: list[LocalEngine], cli: CommandLine
) -> None:
    """``--offline`` starts nothing, whether there are answers or not."""
    assert cli(*arguments, "--offline").code == 1
    assert started == []


def test_a_model_file_that_is_garbage_behind_its_magic_is_named(workplace: Path, cli: CommandLine) -> None:
    """The engine cannot load it: exit code 3, the file and the next step, said once."""
    articles = write(workplace / "articles", {"page.txt": TEXT})
    Path("bad.gguf").write_bytes(b"GGUF" + b"\x07" * 500)
    ended = cli("run", str(articles), "--out", "out", "--model", "bad.gguf")
    assert ended.code == 3
    assert "bad.gguf" in ended.err and "Use another GGUF file" in ended.err
    assert not children()
    assert lines(Path("out/failures.jsonl"))[0]["error"] == "ModelCorrupt"


def test_the_engine_stops_when_the_run_is_in_error(
    arguments: tuple[str, ...], started: list[LocalEngine], capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the results cannot be written in the end, the engine is stopped all the same."""
    Path("out").mkdir()
    Path("out/run.json").mkdir()
    assert main(arguments) == 1
    assert "out" in capsys.readouterr().err
    assert started == [] and not children()


@pytest.fixture
def struck(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Callable[[], object]], None]:
    """Let something happen and the engine be killed as soon as it serves, the first so many times."""

    def prepare(times: int, happening: Callable[[], object]) -> None:
        begin, begun = LocalEngine._start, itertools.count(1)

        async def start(engine: LocalEngine) -> Endpoint:
            endpoint = await begin(engine)
            if next(begun) <= times and engine.pid:
                happening()
                os.kill(engine.pid, signal.SIGKILL)
            return endpoint

        monkeypatch.setattr(LocalEngine, "_start", start)
        monkeypatch.setenv("PIPELINE_ATTEMPTS", "1")

    return prepare


def test_an_engine_that_is_killed_in_use_is_started_again(
    arguments: tuple[str, ...], struck: Callable[[int, Callable[[], object]], None], cli: CommandLine
) -> None:
    """As when the kernel takes its memory back: the run goes on with another one, and nothing is left of either."""
    struck(1, lambda: None)
    assert cli(*arguments).code in (0, 1)
    states = [line["state"] for line in lines(Path("out/ledger.jsonl")) if line["kind"] == "question"]
    assert "answered" in states
    assert not children()


def test_an_engine_that_is_killed_again_is_a_clear_end(
    arguments: tuple[str, ...], struck: Callable[[int, Callable[[], object]], None], cli: CommandLine
) -> None:
    """It is started again once: then there is no model to ask, which is told with exit code 3."""
    struck(9, lambda: None)
    ended = cli(*arguments)
    assert ended.code == 3 and "Nothing answers" in ended.err
    assert {each["error"] for each in lines(Path("out/failures.jsonl"))} == {"EndpointUnreachable"}
    assert not children()


def test_a_model_file_that_is_replaced_answers_nothing_under_the_old_ones_name(
    arguments: tuple[str, ...], struck: Callable[[int, Callable[[], object]], None], cli: CommandLine
) -> None:
    """An engine that starts again on another file would answer for the first: the run ends, and another one may ask it."""
    struck(1, lambda: write_tiny_gguf(Path("new.gguf"), seed=1).replace("tiny.gguf"))
    ended = cli(*arguments)
    assert ended.code == 3 and "tiny.gguf was replaced" in ended.err and "Run again" in ended.err
    assert not children()
    assert not list(readable(cache_folder()))


def test_no_engine_outlives_a_killed_run(arguments: tuple[str, ...]) -> None:
    """A run that is killed while its engine starts takes it along."""
    with program(*arguments) as process:
        assert asyncio.run(until(lambda: bool(children(process.pid)), seconds=60))
        (engine,) = children(process.pid)
        process.kill()
        process.wait()
        assert asyncio.run(until(lambda: not is_running(engine)))
