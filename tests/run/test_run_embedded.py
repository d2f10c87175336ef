"""A run with the embedded engine, on a model of random weights: started when needed, always stopped."""

import json
from pathlib import Path

import pytest
from processes import children
from tiny_gguf import write_tiny_gguf

from pipeline.cli import main
from pipeline.model.local import LocalEngine
from tests.run.command import CommandLine, lines
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
    assert [line["asked"] for line in questions] == [["notice"], ["article"]]
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
