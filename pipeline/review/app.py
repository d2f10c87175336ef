"""The web app of a review: pages, and what they ask for. Only who has the address with its token is answered."""

import hmac
import json
import sys
import traceback
from collections.abc import Awaitable, Callable
from typing import Any, Final

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.errors import OutputError
from pipeline.output.stored import Stored
from pipeline.review import page
from pipeline.review.deciding import Decide, Propose, decide, propose
from pipeline.review.desk import Desk
from pipeline.review.journal import Journal
from pipeline.review.problems import Problem, Refused

HOSTS: Final = ("127.0.0.1", "localhost")
"""Names under which a browser on this machine reaches the app; a page elsewhere that resolves to it has another."""
LARGEST: Final = 1 << 20
"""Bytes of a request."""
_MOST_DIGITS: Final = 20
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def app(desk: Desk, journal: Journal, token: str) -> Starlette:
    """The app over one run; every address begins with ``/TOKEN/``."""
    served = _Served(desk, journal)
    routes = [
        Route("/{token}/", served.first),
        Route("/{token}/next/{number}", served.following),
        # The run's own report, as the overview that its pages link to: what the run found, not what was decided since.
        Route("/{token}/report.html", served.report),
        Route("/{token}/report/{number}.html", served.report),
        # As the report calls its pages, so that its links between documents hold here too.
        Route("/{token}/d/{number}.html", served.document),
        Route("/{token}/decide/{number}", _plainly(served.decide), methods=["POST"]),
        Route("/{token}/propose/{number}", _plainly(served.propose), methods=["POST"]),
    ]
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(_Guarded, token=token),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS), www_redirect=False),
        ],
        exception_handlers={HTTPException: _told},
    )


class _Served:
    """What each address gives."""

    def __init__(self, desk: Desk, journal: Journal) -> None:
        self._desk, self._journal = desk, journal

    async def first(self, request: Request) -> Response:
        """The first document in which something is open, else the first."""
        return RedirectResponse(f"d/{page.next_open(self._desk) or 1:04}.html", status_code=303)

    async def report(self, request: Request) -> Response:
        """The run's report, or the page of a document beyond its first fifty."""
        number = request.path_params.get("number")
        file = self._desk.run.path / ("report.html" if number is None else f"report/{number}.html")
        if (number is not None and not number.isdecimal()) or not file.is_file():
            raise HTTPException(404, "这个批次没有这一页。")
        return FileResponse(file, media_type="text/html")

    async def following(self, request: Request) -> Response:
        """The next document in which something is open, else the same one, which then says so."""
        document = self._document(request)
        number = page.next_open(self._desk, document.number)
        place = f"{number:04}.html" if number else f"{document.number:04}.html?done"
        return RedirectResponse(f"../d/{place}", status_code=303)

    async def document(self, request: Request) -> Response:
        """A document's page."""
        shown = page.document(self._desk, self._document(request), self._journal.by)
        return HTMLResponse(shown.html, headers={"Content-Security-Policy": shown.policy})

    async def decide(self, request: Request) -> Response:
        """Write a decision down, and say what there is to show."""
        asked = Decide.model_validate(await _json(request))
        document = self._document(request)
        made = decide(self._desk, self._journal, document, asked)
        return JSONResponse({"decisions": made} | page.data(self._desk, document, self._journal.by))

    async def propose(self, request: Request) -> Response:
        """The values that follow from a selection."""
        asked = Propose.model_validate(await _json(request))
        return JSONResponse({"values": propose(self._document(request), asked)})

    def _document(self, request: Request) -> Stored:
        # More digits than any number of documents has are no number to Python either.
        digits = request.path_params["number"].lstrip("0")
        number = int(digits) if digits.isdecimal() and len(digits) < _MOST_DIGITS else 0
        if not 1 <= number <= len(self._desk.run.documents):
            raise HTTPException(404, "这个批次没有这篇文档。")
        return self._desk.run.documents[number - 1]


class _Guarded:
    """Lets through who has the token, and POST only from the app's own pages; what goes wrong is told without a text."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app, self._token = app, token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def sending(message: Any) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] += [
                    (name.lower().encode(), value.encode()) for name, value in HEADERS.items()
                ]
            await send(message)

        request = Request(scope)
        try:
            if refusal := self._refusal(request):
                await refusal(scope, receive, sending)
            else:
                await self._app(scope, receive, sending)
        except Exception as error:
            # What it says may hold words of an article: only its kind and place are told.
            sys.stderr.write(_place_of(error))
            if not started:
                told = "内部错误。请重新载入本页，看决定是否已经记下。"
                await PlainTextResponse(told, 500)(scope, receive, sending)

    def _refusal(self, request: Request) -> Response | None:
        given = request.scope["path"].lstrip("/").partition("/")[0].encode()
        if not hmac.compare_digest(given, self._token):
            return PlainTextResponse("这个地址没有有效的口令。请用程序给出的完整地址。", 403)
        if request.method == "POST":
            own = f"http://{request.headers.get('host')}"
            if request.headers.get("origin", own) != own:
                return PlainTextResponse("只接受本页发出的请求。", 403)
            if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
                return PlainTextResponse("只接受 JSON。", 415)
        return None


async def _json(request: Request) -> Any:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise HTTPException(413, "请求太大。")
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise HTTPException(400, "请求不是 JSON，或嵌套太深。") from None


async def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return PlainTextResponse(error.detail, error.status_code)


def _place_of(error: BaseException) -> str:
    """The kind of an error and the last line of our code that it came through."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"review: {type(error).__name__} at {frame.filename}:{frame.lineno}\n"


Handler = Callable[[Request], Awaitable[Response]]


def _plainly(handler: Handler) -> Handler:
    """What cannot be done is answered with 422 and its reasons; a disk that refuses with 507."""

    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except Refused as refusal:
            problems = refusal.problems
        except (ValidationError, RecursionError):
            problems = (Problem("", "请求的格式不对。", "The request is not in the form that is expected."),)
        except OutputError as error:
            return JSONResponse({"problems": [_said(Problem("", "决定没有写入磁盘。", str(error)))]}, 507)
        return JSONResponse({"problems": [_said(one) for one in problems]}, 422)

    return answered


def _said(one: Problem) -> dict[str, str]:
    return {"field": one.field, "text": one.text, "english": one.english}
