"""An address on this machine that a library can be pointed at: it answers from what was recorded.

With an endpoint behind it, what was never asked is asked there and kept at once, so that a recording that was
broken off goes on where it stopped. Without one it is refused, and counted in ``missed``. What the endpoint could not
answer for now is not kept, and stands in ``broken``.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self

import httpx2

from eval.baselines.exchanges import Exchange, Exchanges, key_of
from pipeline.model.endpoint import Endpoint

SECONDS: Final = 1200.0
"""How long an answer may take: far more than any did."""
KEY: Final = "recorded"
"""What a library gives as its key; the endpoint behind gets its own."""
_NOT_RECORDED: Final = 404
"""A status after which no library tries again."""
_REFUSED: Final = 400
"""The endpoint cannot take this request, and never will: kept like an answer."""
_UNAVAILABLE: Final = 503


class Relay:
    """The address, as a context manager.

    ``asked_about`` gives the piece of the article in a request; ``tell`` gets every exchange that is made anew.
    """

    def __init__(
        self,
        exchanges: Exchanges,
        asked_about: Callable[[Mapping[str, Any]], str],
        endpoint: Endpoint | None = None,
        tell: Callable[[Exchange], None] = lambda exchange: None,
    ) -> None:
        self.used: dict[str, Exchange] = {}
        self.requests: list[Mapping[str, Any]] = []
        self.missed = 0
        self.broken = ""
        self._exchanges = exchanges
        self._asked_about = asked_about
        self._endpoint = endpoint
        self._tell = tell
        # The environment's proxies are for the world outside, not for an engine on this machine.
        self._http = httpx2.Client(timeout=SECONDS, trust_env=False)
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.relay = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._http.close()

    @property
    def url(self) -> str:
        """The address as a client of OpenAI wants it."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def answer(self, request: Mapping[str, Any]) -> Exchange:
        """The exchange of a request: recorded, or made now."""
        self.requests.append(request)
        key = key_of(request)
        exchange = self._exchanges.get(key)
        if exchange is None and self._endpoint is None:
            self.missed += 1
            return Exchange(key, "", "this was never asked", status=_NOT_RECORDED)
        if exchange is None:
            exchange = self._ask(key, request)
            self._tell(exchange)
            if exchange.status not in (200, _REFUSED):
                self.broken = exchange.answer
                return exchange
            self._exchanges.add(exchange)
        self.used[key] = exchange
        return exchange

    def _ask(self, key: str, request: Mapping[str, Any]) -> Exchange:
        assert self._endpoint is not None
        started = time.monotonic()
        try:
            reply = self._http.post(
                f"{self._endpoint.base_url}/chat/completions",
                json={**request, "model": self._endpoint.model_name},
                headers={"Authorization": f"Bearer {self._endpoint.api_key}"},
            )
        except httpx2.HTTPError as error:
            said = f"{type(error).__name__}: {error}"
            return Exchange(key, self._asked_about(request), said, finish="error", status=_UNAVAILABLE)
        seconds = round(time.monotonic() - started, 3)
        asked, body = self._asked_about(request), reply.json()
        if reply.status_code != 200:
            said = str(body["error"]["message"])
            return Exchange(key, asked, said, finish="error", status=reply.status_code, seconds=seconds)
        choice, usage = body["choices"][0], body["usage"]
        return Exchange(
            key,
            asked,
            choice["message"]["content"],
            finish=choice["finish_reason"],
            prompt=usage["prompt_tokens"],
            cached=usage.get("prompt_tokens_details", {}).get("cached_tokens", 0),
            completion=usage["completion_tokens"],
            seconds=seconds,
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    relay: Relay


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        exchange = self.server.relay.answer(request)
        body = json.dumps(exchange.reply(), ensure_ascii=False).encode()
        self.send_response(exchange.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what there is to tell, the command tells."""
