"""The client with what a real model once answered: cassettes of the embedded model, played."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
import yaml  # type: ignore[import-untyped]

from pipeline.errors import EndpointUnreachable
from pipeline.model.cache import AnswerCache
from pipeline.model.client import Client, Decoding
from pipeline.model.endpoint import Endpoint
from prompts.asked import AskedAppointment, AskedMetric
from tests.cassettes.exchanges import EXCHANGES, MODEL_NAME, model_name
from tests.cassettes.tape import FOLDER, tape
from tests.model.client.fake_endpoint import KEY, question

PLAYED = Endpoint("http://127.0.0.1:9/v1", KEY, MODEL_NAME)
"""Another port and another key than those of the recording."""
FOUND: dict[str, list[tuple[str, ...]]] = {
    "trained": [("何知远", "院长"), ("裴素秋", "副院长")],
    "trained_nothing": [],
    "appointment": [("何知远", "院长"), ("裴素秋", "副院长")],
    "schema": [("何知远", "院长"), ("裴素秋", "副院长")],
    "metric": [("四级手术", "860余例"), ("平均住院日", "7.2天")],
    "nothing": [],
}


@pytest_asyncio.fixture
async def client(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Client]:
    """A client that would ask the recorded model; a wait would be a mistake of the test."""
    played = getattr(request.node, "callspec", None)
    model = model_name(played.params["name"] if played else "")

    async def never(seconds: float) -> None:
        raise AssertionError(f"waited {seconds} s for a cassette")

    async def connect() -> Endpoint:
        return replace(PLAYED, model_name=model)

    with AnswerCache(tmp_path / "cache") as cache:
        async with Client({}, connect, cache, decoding=Decoding(), concurrency=1, sleep=never) as client:
            yield client


@pytest.mark.parametrize("name", EXCHANGES)
async def test_what_the_model_answered_is_read_at_the_first_attempt(client: Client, name: str) -> None:
    """Each recorded answer validates as it came, and its tokens are counted."""
    with tape().use_cassette(name) as cassette:
        reply = await client.ask(EXCHANGES[name])
    assert len(cassette) == 1 and cassette.all_played
    assert reply.usage.prompt > 100 and reply.usage.completion >= 5
    assert client.recorded(EXCHANGES[name]) is not None


@pytest.mark.parametrize("name", FOUND)
async def test_the_facts_are_the_models(client: Client, name: str) -> None:
    """What the model said arrives field by field, under a grammar as under a schema."""
    with tape().use_cassette(name):
        reply = await client.ask(EXCHANGES[name])
    facts = [fact for _, fact in reply.answer.facts()]
    people = [(fact.person, fact.position) for fact in facts if isinstance(fact, AskedAppointment)]
    figures = [(fact.indicator, fact.value) for fact in facts if isinstance(fact, AskedMetric)]
    assert people + figures == FOUND[name]


async def test_a_question_that_is_not_on_the_cassette_is_fatal_at_once(client: Client) -> None:
    """A changed prompt does not wait, does not ask again and does not get another question's answer."""
    with (
        tape().use_cassette("appointment"),
        pytest.raises(EndpointUnreachable, match="play back"),
    ):
        await client.ask(question())


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_cassette_is_readable_and_holds_no_secret(path: Path) -> None:
    """Chinese stands there as itself; of headers only the content type is kept, and no port or key."""
    text = path.read_text(encoding="utf-8")
    # The range of Han characters in a shape is written so in its template.
    assert "句子" in text and "\\u" not in text.replace(r"\u4e00-\u9fff", "")
    assert not any(word in text.lower() for word in ("authorization", "bearer", "127.0.0.1", "api_key"))
    for exchange in yaml.safe_load(text)["interactions"]:
        assert exchange["request"]["headers"] == {}
        assert set(exchange["response"]["headers"]) == {"content-type"}


def test_every_cassette_has_its_question() -> None:
    """No cassette lies there that no test plays, and none is missing."""
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(EXCHANGES)
