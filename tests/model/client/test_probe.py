"""What the probe says of endpoints that enforce everything, something, and nothing."""

import json

import httpx2
import pytest

from pipeline.errors import EndpointRefused
from pipeline.model.cache import AnswerCache
from pipeline.model.probe import probe
from tests.model.client.fake_endpoint import GOOD, Step, answering, reply, status


def obeys_the_text(request: httpx2.Request) -> httpx2.Response:
    """A server that enforces nothing: the model does what the text says."""
    asked = json.loads(request.content)["messages"]
    return reply("好的" if any("只回答" in message["content"] for message in asked) else GOOD)


def knows_no_grammar(request: httpx2.Request) -> httpx2.Response:
    """A server that refuses fields that are not in the API."""
    return (
        status(400, "Unrecognized request argument: grammar") if b'"grammar"' in request.content else reply()
    )


@pytest.mark.parametrize(
    ("handler", "verdicts"),
    [
        pytest.param(lambda request: reply(), ["yes", "yes", "yes"], id="everything is enforced"),
        pytest.param(knows_no_grammar, ["yes", "yes", "no"], id="a grammar is refused"),
        pytest.param(obeys_the_text, ["yes", "no", "no"], id="nothing is enforced"),
        pytest.param(lambda request: reply("好的"), ["no", "no", "no"], id="it only talks"),
    ],
)
async def test_the_probe_tells_promise_from_practice(
    cache: AnswerCache, handler: Step, verdicts: list[str]
) -> None:
    """A line for each thing tried, which begins with yes or no and says what came."""
    async with answering(handler).client(cache) as client:
        lines = await probe(client)
    assert [line.split()[0] for line in lines] == verdicts
    assert all("何知远 院长" in line for line in lines if line.startswith("yes"))


async def test_a_probe_of_an_endpoint_that_refuses_ends_with_its_error(cache: AnswerCache) -> None:
    """Where there is no model to ask, the probe says so as a run would."""
    async with answering(status(401)).client(cache) as client:
        with pytest.raises(EndpointRefused):
            await probe(client)
