"""The embedded engine with a model of random weights: a grammar is whatever the real engine makes of it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from tiny_gguf import write_tiny_gguf

from pipeline.model.endpoint import Endpoint
from pipeline.model.files import find_model
from pipeline.model.local import LocalEngine


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Endpoint]:
    """The engine's address, for all tests of a module."""
    pytest.importorskip("openvino_genai", reason="the embedded engine is not installed")
    model = find_model(str(write_tiny_gguf(tmp_path_factory.mktemp("model") / "tiny.gguf")))
    async with LocalEngine(model, context_tokens=8192, threads=1) as started:
        yield await started.start()
