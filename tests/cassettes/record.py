"""Record the cassettes that are not there: ``python -m tests.cassettes.record [MODEL.gguf]``.

Without a path it takes the installed model (``python -m pipeline model install``). To record one again,
after its prompt has changed, delete it first; what the model says then is what the tests must expect.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from vcr.record_mode import RecordMode  # type: ignore[import-untyped]

from pipeline.model.adapter import adapted
from pipeline.model.cache import AnswerCache
from pipeline.model.client import Client, Decoding
from pipeline.model.files import ModelFile, find_model
from pipeline.model.local import LocalEngine
from tests.cassettes.exchanges import EXCHANGES, MODEL_NAME, model_name
from tests.cassettes.tape import FOLDER, tape


async def record(model: ModelFile) -> None:
    """Ask a model those of its questions that have no cassette, and keep what goes over the wire."""
    missing = {
        name: one
        for name, one in EXCHANGES.items()
        if model_name(name) == model.name and not (FOLDER / f"{name}.yaml").exists()
    }
    engine = LocalEngine(model, context_tokens=8192)
    with tempfile.TemporaryDirectory() as folder, AnswerCache(Path(folder)) as cache:
        async with engine, Client({}, engine.start, cache, decoding=Decoding(), concurrency=1) as client:
            for name, question in missing.items():
                with tape(RecordMode.ONCE).use_cassette(name):
                    reply = await client.ask(question)
                print(name, reply.answer.model_dump_json(by_alias=True))


def main(argv: Sequence[str]) -> int:
    """Record with the model named, or the installed one; then with the adapted one."""
    asyncio.run(record(replace(find_model(argv[0] if argv else MODEL_NAME), name=MODEL_NAME)))
    asyncio.run(record(adapted()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
