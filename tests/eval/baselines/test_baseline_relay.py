"""The relay: it asks once, answers from its file for ever after, and says what was never asked."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from eval.baselines.exchanges import Exchange, Exchanges
from eval.baselines.relay import Relay
from pipeline.model.endpoint import Endpoint
from tests.run.answering_server import AnsweringServer, Fault

SECRET = "secret-of-the-endpoint"
REQUEST = {"model": "m", "messages": [{"role": "user", "content": "柳塘市第五医院"}], "max_tokens": 9}


def about(request: Mapping[str, Any]) -> str:
    """The piece of text in a request of these tests."""
    return str(request["messages"][-1]["content"])


def ask(relay: Relay) -> httpx2.Response:
    """Ask as a library does."""
    return httpx2.post(f"{relay.url}/chat/completions", json=REQUEST, trust_env=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where exchanges are kept."""
    return tmp_path / "kept.ndjson"


def test_what_was_asked_once_is_never_asked_again(path: Path) -> None:
    """The first request goes to the endpoint with its own key, the second is answered from the file."""
    told: list[Exchange] = []
    with AnsweringServer(lambda number, request: Fault(content="很好", finish="length")) as server:
        endpoint = Endpoint(server.url, SECRET, "served")
        with Relay(Exchanges(path), about, endpoint, told.append) as relay:
            first, second = ask(relay).json(), ask(relay).json()
        assert [one["model"] for one in server.requests] == ["served"]
        assert server.keys == [f"Bearer {SECRET}"]
    with Relay(Exchanges(path), about) as relay:
        third = ask(relay).json()
        assert relay.missed == 0 and len(relay.used) == 1
    assert first == second == third
    assert third["choices"][0]["message"]["content"] == "很好"
    assert third["choices"][0]["finish_reason"] == "length"
    assert third["usage"]["prompt_tokens"] == 100
    assert [one.asked for one in told] == ["柳塘市第五医院"]
    assert SECRET not in path.read_text("utf-8") and told[0].seconds > 0


def test_what_was_never_asked_is_refused_and_counted(path: Path) -> None:
    """Without an endpoint nothing is made up, and nothing is tried again."""
    with Relay(Exchanges(path), about) as relay:
        assert ask(relay).status_code == 404
        assert relay.missed == 1 and not relay.used
    assert not path.exists()


@pytest.mark.parametrize(("status", "kept"), [(400, True), (500, False)])
def test_a_refusal_is_kept_and_a_failure_is_not(path: Path, status: int, kept: bool) -> None:
    """A request that the endpoint cannot take is part of the record; a failure may pass."""
    with AnsweringServer(lambda number, request: Fault(status=status, content="too long")) as server:
        endpoint = Endpoint(server.url, SECRET, "served")
        with Relay(Exchanges(path), about, endpoint) as relay:
            assert ask(relay).status_code == status
            assert relay.broken == ("" if kept else "too long")
    found = list(Exchanges(path))
    assert [(one.status, one.answer) for one in found] == ([(400, "too long")] if kept else [])


def test_an_endpoint_that_is_gone_is_a_failure(path: Path) -> None:
    """The library is told so in a way that it understands, and nothing is kept."""
    with AnsweringServer() as server:
        gone = server.url
    with Relay(Exchanges(path), about, Endpoint(gone, SECRET, "served")) as relay:
        assert ask(relay).status_code == 503
        assert "Connect" in relay.broken and not relay.used
    assert not path.exists()
