"""A cache of a test's own, and no thread beside its event loop."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.model.cache import AnswerCache


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the cache lies."""
    return tmp_path / "cache"


@pytest.fixture
def cache(folder: Path) -> Iterator[AnswerCache]:
    """An empty answer cache."""
    with AnswerCache(folder) as cache:
        yield cache


@pytest.fixture(autouse=True)
def no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK asks a thread for the platform at a client's first request, and virtual time does not wait for threads."""

    def at_once(function: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
        async def call(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return call

    monkeypatch.setattr("openai._base_client.asyncify", at_once)
