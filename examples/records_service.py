"""A service that others send records to: it says what is wrong with them, and what a record looks like.

It needs ``schemas`` and Starlette, nothing of the pipeline. To run it::

    pip install 'hospital-news-records[review]'
    uvicorn --factory examples.records_service:service
    curl --data-binary @out/records.jsonl http://127.0.0.1:8000/records

- ``POST /records``: a record, or many as lines of JSON (a run's ``records.jsonl``). 200 with their count by type, or 422
  with every fault of every line.
- ``GET /schemas``: the names of the JSON Schemas. ``GET /schemas/TYPE``: one of them.
"""

from collections import Counter
from collections.abc import Iterator
from functools import partial

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from schemas import SCHEMA_VERSION, json_schemas, parse_record

MOST_BYTES = 64 * 1024 * 1024
"""Of one request; a larger one is refused while it comes in."""


def service() -> Starlette:
    """The application, for any ASGI server."""
    schemas = json_schemas()
    routes = [
        Route("/records", _validate, methods=["POST"]),
        Route("/schemas", partial(_names, list(schemas))),
        Route("/schemas/{name}", partial(_schema, schemas)),
    ]
    return Starlette(routes=routes)


async def _validate(request: Request) -> JSONResponse:
    counts: Counter[str] = Counter()
    faults: list[dict[str, object]] = []
    for number, line in enumerate((await _body(request)).split(b"\n"), 1):
        if line.strip():
            try:
                counts[parse_record(line).type] += 1
            except ValidationError as error:
                faults.extend(_faults(number, error))
    if faults or not counts:
        return JSONResponse({"errors": faults or ["There is no record in the request."]}, 422)
    return JSONResponse({"schema_version": SCHEMA_VERSION, "records": counts})


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise HTTPException(413, f"Send at most {MOST_BYTES} bytes at once.")
    return bytes(body)


def _faults(number: int, error: ValidationError) -> Iterator[dict[str, object]]:
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        yield {"line": number, "field": ".".join(map(str, fault["loc"])), "message": fault["msg"]}


async def _names(names: list[str], request: Request) -> JSONResponse:
    return JSONResponse({"schema_version": SCHEMA_VERSION, "schemas": names})


async def _schema(schemas: dict[str, dict[str, object]], request: Request) -> JSONResponse:
    name = request.path_params["name"]
    if name not in schemas:
        raise HTTPException(404, f"There is no schema {name}; there are {', '.join(schemas)}.")
    return JSONResponse(schemas[name], media_type="application/schema+json")
