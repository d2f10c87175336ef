"""What tests of whole runs share: an endpoint that answers by rule, articles, and the command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.run.answering_server import MODEL, AnsweringServer
from tests.run.command import KEY, CommandLine
from tests.run.made_up_articles import write


@pytest.fixture
def workplace(own_home: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to run in."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "400")
    return folder


@pytest.fixture
def server(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AnsweringServer]:
    """An endpoint that answers by rule, and the settings by which runs find it; nothing is asked twice."""
    with AnsweringServer() as one:
        monkeypatch.setenv("OPENAI_BASE_URL", one.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("PIPELINE_MODEL", MODEL)
        monkeypatch.setenv("PIPELINE_ATTEMPTS", "1")
        # So that there are several questions about each article.
        monkeypatch.setenv("PIPELINE_TYPES_TOGETHER", "4")
        yield one


@pytest.fixture
def articles(workplace: Path) -> Path:
    """Three articles in a folder."""
    return write(workplace / "articles")


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line."""
    return CommandLine(capsys)
