"""A cache of a test's own."""

from collections.abc import Iterator
from pathlib import Path

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
