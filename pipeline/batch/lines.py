"""The lines of batch files: a request, and what came of one."""

import json
from collections.abc import Mapping
from typing import Any, Final

from openai.types.chat import ChatCompletion
from pydantic import BaseModel, ConfigDict

from pipeline.model.cache import Usage, key_of
from pipeline.model.replies import usage_of

COMPLETIONS: Final = "/v1/chat/completions"
"""Where a batch's requests go to, as the endpoint names it."""
_OK: Final = 200


def request_id(address: str, body: Mapping[str, Any]) -> str:
    """What a request is known by: a hash of where it goes to and of all that is sent, a re-ask's messages included."""
    return key_of({"endpoint": address, **body})


def request_line(custom_id: str, body: Mapping[str, Any]) -> bytes:
    """A request as a line of a batch's input file."""
    line = {"custom_id": custom_id, "method": "POST", "url": COMPLETIONS, "body": body}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class Response(BaseModel):
    """What the endpoint answered one request."""

    model_config = ConfigDict(frozen=True)

    status_code: int
    body: Any = None


class RequestError(BaseModel):
    """Why a request got no response."""

    model_config = ConfigDict(frozen=True)

    code: str | None = None
    message: str | None = None


class Line(BaseModel):
    """A line of a batch's output or error file; ``ValueError`` (pydantic's) from ``model_validate_json`` for anything else."""

    model_config = ConfigDict(frozen=True)

    custom_id: str
    response: Response | None = None
    error: RequestError | None = None

    @property
    def reply(self) -> str | None:
        """The body of a response as an endpoint would send it, None for a request that failed."""
        if self.error or self.response is None or self.response.status_code != _OK:
            return None
        return json.dumps(self.response.body)

    @property
    def usage(self) -> Usage:
        """Tokens that the response says it used."""
        body = self.response.body if self.response else None
        return (
            usage_of(ChatCompletion.model_construct(**body)) or Usage() if isinstance(body, dict) else Usage()
        )

    @property
    def reason(self) -> str:
        """Why the request failed, in the endpoint's words."""
        if self.error:
            return ": ".join(part for part in (self.error.code, self.error.message) if part)
        if self.response is None:
            return "no response"
        body = self.response.body
        error = body.get("error") if isinstance(body, dict) else None
        message = error.get("message") if isinstance(error, dict) else None
        return f"{self.response.status_code}: {message}" if message else str(self.response.status_code)
