"""A run with a budget: it stops before the limit is passed, says so, and goes on when there is more."""

import json
from pathlib import Path
from statistics import median

import pytest

from pipeline.model.budget import Budget
from pipeline.model.cache import Usage
from tests.run.answering_server import AnsweringServer
from tests.run.command import CommandLine, lines
from tests.run.test_run_killed import QUESTIONS, same


@pytest.fixture
def set_aside(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What was set aside for each question."""
    amounts: list[float] = []
    hold = Budget.hold

    async def noted(budget: Budget, most: Usage) -> float:
        amounts.append(await hold(budget, most))
        return amounts[-1]

    monkeypatch.setattr(Budget, "hold", noted)
    return amounts


def test_a_run_stops_within_its_budget_and_is_continued(
    server: AnsweringServer,
    articles: Path,
    cli: CommandLine,
    set_aside: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With 64 questions at once and a budget for the shorter ones, their answers are kept and written; the rest is named.

    The same command with a larger budget asks that rest alone, and gives what an undisturbed run does.
    """
    with monkeypatch.context() as patch:
        patch.setenv("PIPELINE_HOME", "elsewhere")
        assert cli("run", str(articles), "--out", "whole", "--budget", "9M tokens").code == 0
    server.forget()
    limit = int(median(set_aside))
    run = ("run", str(articles), "--out", "out", "--concurrency", "64")
    ended = cli(*run, "--budget", f"{limit} tokens")
    assert ended.code == 1
    assert f"The budget of {limit} tokens is used up" in ended.err and "Raise --budget" in ended.err
    told = json.loads(Path("out/run.json").read_text("utf-8"))
    assert told["tokens"]["prompt"] + told["tokens"]["completion"] <= limit
    assert told["settings"]["budget"] == f"{limit} tokens"
    answered = len(server.requests)
    assert 0 < told["calls"]["live"] == answered < QUESTIONS
    assert len(lines(Path("out/failures.jsonl"))) == QUESTIONS - answered
    server.forget()
    assert cli(*run, "--budget", f"{2 * limit} tokens").code == 0
    assert len(server.requests) == QUESTIONS - answered
    assert same(Path("out")) == same(Path("whole"))


def test_a_budget_in_dollars_goes_by_the_users_prices(
    server: AnsweringServer, articles: Path, cli: CommandLine
) -> None:
    """Prices of ``pipeline.toml`` make the cost in ``run.json``; a budget below what a question may cost asks none."""
    Path("pipeline.toml").write_text("[price]\nprompt = 2.0\ncompletion = 10.0\n", encoding="utf-8")
    ended = cli("run", str(articles), "--out", "out", "--budget", "0.0001")
    assert ended.code == 1 and "The budget of 0.0001 USD" in ended.err
    assert server.requests == []
    assert cli("run", str(articles), "--out", "out", "--budget", "1").code == 0
    cost = json.loads(Path("out/run.json").read_text("utf-8"))["cost"]
    assert cost == pytest.approx(QUESTIONS * (100 * 2.0 + 10 * 10.0) / 1e6)
