"""The command line and articles of whole runs, and an endpoint that takes batches."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.batch.batch_server import BatchServer
from tests.run.answering_server import MODEL
from tests.run.command import KEY, CommandLine
from tests.run.conftest import articles, cli, workplace

__all__ = ["articles", "cli", "workplace"]


@pytest.fixture
def server(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BatchServer]:
    """An endpoint with a Batch API, and the settings by which commands find it; nothing is sent twice."""
    with BatchServer() as one:
        monkeypatch.setenv("OPENAI_BASE_URL", one.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("PIPELINE_MODEL", MODEL)
        monkeypatch.setenv("PIPELINE_ATTEMPTS", "1")
        monkeypatch.setenv("PIPELINE_TYPES_TOGETHER", "4")
        yield one


@pytest.fixture
def whole(server: BatchServer, articles: Path, cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A live run with a cache of its own, to compare with; the server counts from the beginning."""
    with monkeypatch.context() as patch:
        patch.setenv("PIPELINE_HOME", "elsewhere")
        assert cli("run", str(articles), "--out", "whole").code == 0
    server.forget()
    return Path("whole")
