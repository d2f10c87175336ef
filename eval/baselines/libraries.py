"""The libraries, and what they make of the articles: the model asked, its answers replayed, or what was made before."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from eval.baselines import with_instructor, with_langextract
from eval.baselines.exchanges import FOLDER, Exchange, Exchanges, key_of
from eval.baselines.found import Found
from eval.baselines.relay import Relay
from eval.baselines.task import MAX_TOKENS, WORKERS
from eval.errors import EvalError
from eval.gold import Gold
from pipeline.document import Source, prepare, read
from pipeline.model.files import DEFAULT_MODEL, find_model
from pipeline.model.local import LocalEngine

PROMPT_TOKENS: Final = 16384
"""Room for a question in each slot of the engine: instructor's re-asks carry every failed answer along."""


@dataclass(frozen=True, slots=True)
class Library:
    """A library: how it is asked, how its requests are read, and whether it is there."""

    name: str
    find: Callable[[Mapping[str, str], Relay, str], Found]
    asked_about: Callable[[Mapping[str, Any]], str]
    installed: Callable[[], bool]

    def exchanges(self, folder: Path) -> Path:
        """The file of what was asked and answered."""
        return folder / f"{self.name}.ndjson"

    def found(self, folder: Path) -> Path:
        """The file of what it made of the answers."""
        return folder / f"{self.name}.json"

    def request(self, folder: Path) -> Path:
        """The file with a request as it is sent, whole."""
        return folder / f"{self.name}.request.json"


LIBRARIES: Final[Mapping[str, Library]] = {
    "langextract": Library(
        "langextract", with_langextract.find, with_langextract.asked_about, with_langextract.installed
    ),
    "instructor": Library("instructor", with_instructor.find, with_instructor.asked_about, lambda: True),
}
"""By name, in the order of the table."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a library found, the exchanges behind it, and whether the library itself was at work just now."""

    found: Found
    exchanges: Sequence[Exchange]
    replayed: bool


def articles(gold: Gold) -> dict[str, str]:
    """The text of each article of the gold as it stands in its file, private numbers masked."""
    found: dict[str, str] = {}
    for source in read([str(gold.path(one)) for one in gold.documents]):
        if not isinstance(source, Source):
            raise source
        found[source.document] = prepare(source).public
    return found


def answered(library: Library, texts: Mapping[str, str], folder: Path = FOLDER) -> Answered:
    """What a library makes of the recorded answers; what it made of them before, where it is not installed.

    Raises:
        EvalError: the library asks what was never asked: prompt, articles or version are others now.
    """
    exchanges = Exchanges(library.exchanges(folder))
    if not library.installed():
        return Answered(Found.read(library.found(folder)), tuple(exchanges), replayed=False)
    with Relay(exchanges, library.asked_about) as relay:
        try:
            found = library.find(texts, relay, DEFAULT_MODEL.name)
        except Exception as error:
            if not relay.missed:
                raise
            raise _not_recorded(library) from error
    if relay.missed:
        raise _not_recorded(library)
    return Answered(found, tuple(relay.used.values()), replayed=True)


def record(
    library: Library,
    texts: Mapping[str, str],
    tell: Callable[[Exchange], None],
    folder: Path = FOLDER,
    model: str = DEFAULT_MODEL.name,
) -> Found:
    """Ask the embedded model, or the one in a GGUF file, what was not asked yet, and keep it all.

    Raises:
        EvalError: the library is not installed, or the engine stopped answering.
        ModelError: there is no model, or its engine did not start.
    """
    if not library.installed():
        raise EvalError(
            f"{library.name} is not installed.",
            next_step="It has an environment of its own: pip install --require-hashes -r locks/baselines.txt",
        )
    folder.mkdir(exist_ok=True)
    found, request = asyncio.run(_asked(library, texts, tell, folder, model))
    found.write(library.found(folder))
    shown = json.dumps(request, ensure_ascii=False, indent=1)
    library.request(folder).write_text(shown + "\n", encoding="utf-8")
    return found


async def _asked(
    library: Library,
    texts: Mapping[str, str],
    tell: Callable[[Exchange], None],
    folder: Path,
    model: str,
) -> tuple[Found, Mapping[str, Any]]:
    context = PROMPT_TOKENS + MAX_TOKENS
    async with LocalEngine(find_model(model), in_flight=WORKERS, context_tokens=context) as engine:
        endpoint = await engine.start()
        exchanges = Exchanges(library.exchanges(folder))
        with Relay(exchanges, library.asked_about, endpoint, tell) as relay:
            try:
                found = await asyncio.to_thread(library.find, texts, relay, DEFAULT_MODEL.name)
            except Exception as error:
                if not relay.broken:
                    raise
                raise _stopped(relay) from error
            if relay.broken:
                raise _stopped(relay)
            # Of many threads, the first to ask may be any.
            return found, min(relay.requests, key=key_of)


def _not_recorded(library: Library) -> EvalError:
    return EvalError(
        f"{library.name} asks what was not recorded: its version, the prompt or the articles have changed.",
        next_step=f"Ask the model: python -m eval.baselines record {library.name}",
    )


def _stopped(relay: Relay) -> EvalError:
    return EvalError(
        f"The engine stopped answering: {relay.broken}.",
        next_step="The same command asks what is left.",
    )
