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

from pipeline.model.cache import AnswerCache
from pipeline.model.client import Client, Decoding
from pipeline.model.files import DEFAULT_MODEL, find_model
from pipeline.model.local import LocalEngine
from tests.cassettes.exchanges import EXCHANGES, MODEL_NAME
from tests.cassettes.tape import FOLDER, tape


async def record(model: str) -> None:
    """Ask a model the questions that have no cassette, and keep what goes over the wire."""
    missing = {name: one for name, one in EXCHANGES.items() if not (FOLDER / f"{name}.yaml").exists()}
    engine = LocalEngine(replace(find_model(model), name=MODEL_NAME), context_tokens=8192)
    with tempfile.TemporaryDirectory() as folder, AnswerCache(Path(folder)) as cache:
        async with engine, Client({}, engine.start, cache, decoding=Decoding(), concurrency=1) as client:
            for name, question in missing.items():
                with tape(RecordMode.ONCE).use_cassette(name):
                    reply = await client.ask(question)
                print(name, reply.answer.model_dump_json(by_alias=True))


def main(argv: Sequence[str]) -> int:
    """Record with the model named, or the installed one."""
    asyncio.run(record(argv[0] if argv else DEFAULT_MODEL.name))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
