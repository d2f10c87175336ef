"""What goes wrong on the way to a model: what passes by itself, and the error of our own tree for the rest.

Foreign errors end here. Nothing that a server says is shown as it is: the key and what a terminal would obey
are taken out.
"""

import time
from email.utils import parsedate_to_datetime
from typing import Final

import httpx2
import openai
from instructor.core.exceptions import (
    IncompleteOutputException,
    InstructorRetryException,
    ResponseParsingError,
)
from pydantic import ValidationError
from tenacity import RetryCallState, wait_exponential, wait_random

from pipeline.errors import AnswerError, EndpointRefused, EndpointUnreachable, PipelineError
from pipeline.model.endpoint import Endpoint

_SHOWN: Final = 200
_NO_CREDIT: Final = "insufficient_quota"
_OVERLOADED: Final = (429, 503, 529)
_MISDIRECTED: Final = (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError)
_NEVER_SENT: Final = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    *_MISDIRECTED,
)
_REFUSED: Final = {
    401: "Check OPENAI_API_KEY.",
    402: "The account behind OPENAI_API_KEY has no credit.",
    403: "The key may not use this model or address.",
    405: "Check the address (OPENAI_BASE_URL or --base-url).",
}


def passes(error: BaseException) -> bool:
    """Whether sending the same again may help."""
    if isinstance(error, openai.APIStatusError):
        if error.code == _NO_CREDIT:
            return False
        return error.status_code in (408, 409, 429) or error.status_code >= 500
    return is_broken_connection(error)


def is_broken_connection(error: BaseException) -> bool:
    """Whether the network failed (and not, say, the address or a transport's own code)."""
    cause = error.__cause__ if isinstance(error, openai.APIConnectionError) else None
    return isinstance(cause, httpx2.TransportError | OSError) and not isinstance(cause, _MISDIRECTED)


def is_overloaded(error: BaseException) -> bool:
    """Whether the endpoint has too much to do: what it says holds for all questions, not for one."""
    return isinstance(error, openai.APIStatusError) and (
        error.status_code in _OVERLOADED or seconds_asked_for(error) is not None
    )


def is_free(error: BaseException) -> bool:
    """Whether an attempt that ended so cannot be charged for: an error was answered, or nothing was reached."""
    if isinstance(error, openai.APIStatusError):
        return True
    return isinstance(error, openai.APIConnectionError) and isinstance(error.__cause__, _NEVER_SENT)


_backoff = wait_exponential(multiplier=0.5, max=59) + wait_random(0, 1)


def wait(state: RetryCallState) -> float:
    """Seconds until the next attempt of one question: exponential, with jitter.

    Zero where the endpoint is overloaded: there all questions wait together (:class:`pipeline.model.pace.Pace`).
    """
    error = state.outcome.exception() if state.outcome else None
    return 0.0 if error and is_overloaded(error) else float(_backoff(state))


def seconds_asked_for(error: openai.APIStatusError) -> float | None:
    """What an error that passes asks to wait with its ``Retry-After``, if it does."""
    return retry_after(error.response.headers.get("retry-after"), time.time()) if passes(error) else None


def retry_after(header: str | None, now: float) -> float | None:
    """Seconds that a ``Retry-After`` header (seconds or a date) asks to wait from ``now`` (Unix time)."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def as_ours(error: BaseException, endpoint: Endpoint, *, sent: int, asked: int) -> PipelineError:
    """The error of our own tree for what the libraries raised; the cause is inside it.

    ``sent`` and ``asked`` say how often a request is sent and a question asked at most.
    """
    if isinstance(error, InstructorRetryException) and error.__cause__:
        error = error.__cause__
    if isinstance(error, PipelineError):
        return error
    if isinstance(error, IncompleteOutputException):
        return AnswerError(
            "The answer was cut at the token limit and is not used.",
            next_step="Ask for less at once (a profile with smaller chunks) or allow more tokens.",
        )
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, endpoint, sent)
    if isinstance(error, openai.APIConnectionError):
        return EndpointUnreachable(
            f"Nothing answers at {endpoint.shown}: {_said(error.__cause__ or error, endpoint)}",
            next_step="Check the network and the address (OPENAI_BASE_URL or --base-url); "
            "finished answers are kept.",
        )
    return AnswerError(
        f"No valid answer in {asked} attempts: {_said(error, endpoint)}",
        next_step="See `python -m pipeline probe` for what the endpoint enforces, or use a stronger model.",
    )


def _of_status(error: openai.APIStatusError, endpoint: Endpoint, sent: int) -> PipelineError:
    status = error.status_code
    answered = f"{endpoint.shown} answered {status}"
    said = f"{answered}: {_said(error, endpoint)}"
    if status == 404:
        step = f"Check the address and the model name ({endpoint.model_name})."
        return EndpointRefused(said, next_step=step)
    if status in _REFUSED or status < 400:
        return EndpointRefused(said, next_step=_REFUSED.get(status, _REFUSED[405]))
    if error.code == _NO_CREDIT:
        return EndpointRefused(said, next_step=_REFUSED[402])
    if passes(error):
        return EndpointUnreachable(
            f"{answered} in the last of {sent} attempts.",
            next_step="Try again later; finished answers are kept.",
        )
    return AnswerError(
        said, next_step="The question may be too long for the model, or in a form the endpoint does not take."
    )


def _said(error: BaseException, endpoint: Endpoint) -> str:
    return shown(_text_of(error), endpoint, otherwise=type(error).__name__)


def shown(text: str, endpoint: Endpoint, *, otherwise: str) -> str:
    """The first line of what an endpoint or an error says, as it may be shown; ``otherwise`` where it says nothing."""
    lines = endpoint.without_key(text).splitlines()
    line = next((line for line in lines if line.strip()), otherwise)
    return "".join(char if char.isprintable() else " " for char in line)[:_SHOWN].rstrip(" .") + "."


def _text_of(error: BaseException) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return f"{'.'.join(str(part) for part in first['loc']) or 'answer'}: {first['msg']}"
    if isinstance(error, openai.APIStatusError):
        body = error.body if isinstance(error.body, dict) else {}
        return str(body.get("message") or error.message)
    if isinstance(error, ResponseParsingError):
        return str(error).removesuffix(f" (mode: {error.mode})")
    return str(error)
